/** The steps of an application before it is submitted: open the record, take the photo. Each may come with any POST. */

import { createHash } from 'node:crypto'
import type { ReadPurpose } from '#account/model.ts'
import type { PhotoOutcome } from '#attachment/commands.ts'
import type { PhotoAnalysis } from '#attachment/model.ts'
import { photoProblemSentences } from '#attachment/words.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import { parseIdentityNumber } from '#person/rules.ts'
import { identityProblems } from '#person/words.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { jsonAnswer, openOnce } from '#platform/once.ts'
import type { PersonView } from '#register/model.ts'
import type { Services } from '#web/services.ts'
import type { TypedValues } from '#web/shared/form.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import type { ActionContext, PageContext } from '#web/shared/web.ts'
import { FORM, parseReaderLine, purposeOf, READ_ITEMS } from '#web/window/apply-form.ts'
import { applyWords as words } from '#web/window/apply-words.ts'
import { organOf, readerOf } from '#web/window/sections.ts'

export const NUMBER = `${FORM}identityNumber`
export const PHOTO = `${FORM}photo`
/** Sealed: the record as it was opened, so that it isn't opened (and recorded) anew with every step. */
const RECORD = 'record'

/** The record that stands on the page, and for what it was opened. */
export interface OpenedRecord {
  readonly identityNumber: string
  readonly purpose: ReadPurpose
  readonly person: PersonView
}

export interface Stepped {
  readonly values: TypedValues
  readonly problems: Readonly<Record<string, Sentence>>
}

/** The values as they stand after this POST: the reader's line taken apart, the record opened, the photo analysed. */
export async function takeSteps(sent: SentForm, context: ActionContext<Services>): Promise<Stepped> {
  const values: Record<string, string | readonly string[]> = { ...sent.values, service: sent.text('service') }
  const line = parseReaderLine(sent.text(NUMBER))
  const number = line?.identityNumber ?? typedNumber(sent.text(NUMBER))
  if (line !== undefined) {
    values[NUMBER] = number
    for (const item of READ_ITEMS) values[`${FORM}readFromCard.${item}`] = line.items[item]
  } else if (openedRecord(values, context.services)?.identityNumber !== number) {
    // What was read belongs to the card before.
    for (const item of READ_ITEMS) delete values[`${FORM}readFromCard.${item}`]
  }
  const problems = { ...(await openRecord(number, values, context)), ...(await takePhoto(sent, values, context)) }
  return { values, problems }
}

async function openRecord(
  number: string,
  values: Record<string, string | readonly string[]>,
  context: ActionContext<Services>,
): Promise<Record<string, Sentence>> {
  const { services, act, at } = context
  const purpose = purposeOf(String(values.service ?? ''))
  const opened = openedRecord(values, services)
  if (opened?.identityNumber === number && opened.purpose === purpose) return {}
  delete values[RECORD]
  const parsed = parseIdentityNumber(number, { on: dayOf(at) })
  if (!parsed.ok) return { [NUMBER]: identityProblems[parsed.problem] }
  values[NUMBER] = parsed.number
  // As often as the API's look-up, and counted with it; what is opened already costs nothing.
  context.request.spend('look-up', parsed.number)
  const service = services.services.get(String(values.service ?? ''))?.title.zh
  const person = await services.register.readPerson({ identityNumber: parsed.number, purpose, note: service }, act)
  if (person === undefined) return { [NUMBER]: words.notInRegister }
  const record: OpenedRecord = { identityNumber: parsed.number, purpose, person }
  values[RECORD] = JSON.stringify(services.sealer.seal(JSON.stringify(record)))
  return {}
}

/** The record that a POST carries. Altered or foreign text is no record. */
export function openedRecord(values: TypedValues, { sealer }: Services): OpenedRecord | undefined {
  const text = values[RECORD]
  if (typeof text !== 'string' || text === '') return undefined
  try {
    return JSON.parse(sealer.open(JSON.parse(text))) as OpenedRecord
  } catch {
    return undefined
  }
}

/** A file that came with this POST is analysed at once; its digest takes the place of the one before. */
async function takePhoto(
  sent: SentForm,
  values: Record<string, string | readonly string[]>,
  context: ActionContext<Services>,
): Promise<Record<string, Sentence>> {
  const file = sent.files[PHOTO]
  if (file === undefined) return {}
  const { services, principal, act, at, request } = context
  const organ = organOf(principal)
  const digest = createHash('sha256').update(file.bytes).digest('hex')
  const once = openOnce(principal?.id ?? '', `${sent.idempotencyKey}:photo:${digest.slice(0, 16)}`, request.url, digest, at)
  const outcome = await services.photos.upload(file.bytes, { prefecture: prefectureOf(services.places, organ), organ }, act, once, (analysis) =>
    jsonAnswer(201, { digest: analysis.digest }),
  )
  if (outcome.kind === 'problem') return { [PHOTO]: photoProblemSentences[outcome.problem] }
  values[PHOTO] = digestOf(outcome)
  return {}
}

/** Of the picture as it is kept, also when the same POST came before. */
export const digestOf = (outcome: Exclude<PhotoOutcome, { kind: 'problem' }>): string =>
  outcome.kind === 'analysed' ? outcome.analysis.digest : (JSON.parse(outcome.answer.body) as { digest: string }).digest

export interface ShownPhoto {
  readonly analysis: PhotoAnalysis
  readonly dataUrl: string
}

/** The photo that the form names, when this very organ received it. */
export async function photoOf(context: PageContext<Services>): Promise<ShownPhoto | undefined> {
  const { services, principal, typed } = context
  const digest = typed[PHOTO]
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) return undefined
  const organ = organOf(principal)
  const person = openedRecord(typed, services)?.person
  const found = await services.photoQueries.openPhotoReceivedAt({ prefecture: prefectureOf(services.places, organ), organ }, digest, {
    ...readerOf(context),
    subject: person === undefined ? null : { prefecture: person.prefecture, personId: person.id },
  })
  return found && { analysis: found.analysis, dataUrl: `data:image/jpeg;base64,${found.bytes.toString('base64')}` }
}
