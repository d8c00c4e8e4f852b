/** What was typed at the window, as the service's own schema wants it; and which fields that schema asks for. */

import { z } from 'zod'
import type { ReadPurpose } from '#account/model.ts'
import type { Service, ServiceVersion } from '#catalogue/model.ts'
import { findVersionOn } from '#catalogue/rules.ts'
import { unwrapped } from '#kernel/fields.ts'
import type { Day } from '#kernel/time.ts'
import { halfWidth, typedNumber } from '#kernel/typed-text.ts'
import type { SentForm } from '#web/shared/sent-form.ts'

/** Field names of the page are those of the API's body, so that every problem finds its field. */
export const FORM = 'form.'

/** The fields that a service asks for, in the order of its schema. */
export function fieldsOf(version: ServiceVersion): readonly { readonly key: string; readonly schema: z.ZodType }[] {
  const form = version.form as z.ZodType
  return form instanceof z.ZodObject ? Object.entries(form.shape as Record<string, z.ZodType>).map(([key, schema]) => ({ key, schema })) : []
}

export const windowServices = (services: ReadonlyMap<string, Service>, on: Day): readonly (readonly [Service, ServiceVersion])[] =>
  ORDER.flatMap((id) => services.get(id) ?? [])
    .concat([...services.values()].filter(({ id }) => !ORDER.includes(id)))
    .flatMap((service) => {
      const version = findVersionOn(service, on)
      return version?.channels.includes('window') ? [[service, version] as const] : []
    })

/** The most frequent first; the rest as the catalogue has them. */
const ORDER: readonly string[] = [
  'id-card-renewal',
  'id-card-replacement',
  'id-card-first',
  'id-card-temporary',
  'id-card-loss-report',
  'id-card-loss-withdrawal',
  'id-card-found-notice',
]

/** Why the record is opened: stated by what is applied for. */
export const purposeOf = (service: string): ReadPurpose =>
  service === 'id-card-found-notice' ? 'found-card' : service.startsWith('id-card-loss') ? 'loss-report' : 'application'

/** The body's `form` from the page's fields. What was left empty is left out, so that the schema says what is missing. */
export function formFrom(version: ServiceVersion, sent: SentForm): Record<string, unknown> {
  return Object.fromEntries(
    fieldsOf(version).flatMap(({ key, schema }) => {
      const value = typedValue(key, unwrapped(schema), sent)
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

function typedValue(key: string, schema: z.ZodType, sent: SentForm): unknown {
  switch (key) {
    case 'identityNumber':
      return typedNumber(sent.text(`${FORM}identityNumber`))
    case 'fingerprints':
      return fingerprintsFrom(sent)
    case 'guardian':
      return guardianFrom(sent)
    case 'handover':
      return handoverFrom(sent)
    case 'readFromCard':
      return readFromCardOf(sent)
    default: {
      if (schema instanceof z.ZodISODate) return sent.dateText(FORM + key) || undefined
      const text = sent.text(FORM + key)
      // An empty text is an answer where the schema allows one.
      return text === '' && !(schema instanceof z.ZodString && schema.safeParse('').success) ? undefined : text
    }
  }
}

const given = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))

function fingerprintsFrom(sent: SentForm): unknown {
  const at = `${FORM}fingerprints.`
  const how = sent.text(`${at}how`)
  if (how === 'captured') {
    const quality = halfWidth(sent.text(`${at}quality`))
    const fingers = [sent.text(`${at}fingers`), sent.text(`${at}fingers.1`)].filter((finger) => finger !== '')
    return { how, fingers: [...new Set(fingers)], ...(quality === '' ? {} : { quality: /^\d{1,3}$/.test(quality) ? Number(quality) : quality }) }
  }
  return how === '' ? undefined : { how, ...given({ reason: sent.text(`${at}reason`) }), note: sent.text(`${at}note`) }
}

function guardianFrom(sent: SentForm): unknown {
  const at = `${FORM}guardian.`
  const guardian = given({ identityNumber: typedNumber(sent.text(`${at}identityNumber`)), relation: sent.text(`${at}relation`) })
  return Object.keys(guardian).length === 0 ? undefined : guardian
}

function handoverFrom(sent: SentForm): unknown {
  const at = `${FORM}handover.`
  switch (sent.text(`${at}by`)) {
    case 'here':
      return { by: 'station' }
    case 'station':
      return { by: 'station', organ: sent.text(`${at}organ`) }
    case 'mail':
      return {
        by: 'mail',
        recipient: sent.text(`${at}recipient`),
        phone: typedNumber(sent.text(`${at}phone`)),
        address: sent.text(`${at}address`),
        ...given({ township: sent.text(`${at}township`) }),
      }
    default:
      return undefined
  }
}

export const READ_ITEMS = ['name', 'sex', 'ethnicity', 'birth', 'address'] as const

function readFromCardOf(sent: SentForm): unknown {
  const read = given(Object.fromEntries(READ_ITEMS.map((item) => [item, sent.text(`${FORM}readFromCard.${item}`)])))
  return Object.keys(read).length === 0 ? undefined : read
}

/** What the ID reader typed, when it is set to type the whole card and not the number alone. */
export interface ReaderLine {
  readonly identityNumber: string
  readonly items: Readonly<Record<(typeof READ_ITEMS)[number], string>>
}

const SEXES: Readonly<Record<string, string>> = { 男: 'male', 女: 'female' }

/**
 * `name|sex|ethnicity|birth|address|number`, the order on the card; birth as YYYYMMDD or YYYY-MM-DD.
 * The template is set in the reader's own configuration (keyboard wedge). Anything else is a number that somebody types.
 */
export function parseReaderLine(text: string): ReaderLine | undefined {
  const parts = halfWidth(text)
    .split('|')
    .map((part) => part.trim())
  const [name = '', sex = '', ethnicity = '', birth = '', address = '', number = ''] = parts
  if (parts.length !== 6) return undefined
  const day = birth.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  return { identityNumber: typedNumber(number), items: { name, sex: SEXES[sex] ?? sex, ethnicity, birth: day, address } }
}
