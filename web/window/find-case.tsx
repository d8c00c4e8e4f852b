/** One box for whatever is at hand: the receipt's code, the case number, the card on the reader. */

import type { CaseKeyNumber } from '#case/queries.ts'
import { parseCaseNumber } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf } from '#kernel/time.ts'
import { parseIdentityNumber } from '#person/rules.ts'
import { problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import { IdentityNumberField, TextField } from '#web/shared/field.tsx'
import { Button, Form } from '#web/shared/form.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import type { ActionContext, Outcome } from '#web/shared/web.ts'
import { parseReaderLine } from '#web/window/apply-form.ts'
import { mayOn, organOf, readerOf } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'

export const FindCase = ({ first = false }: { readonly first?: boolean }) => (
  <Form action="find" dense>
    <IdentityNumberField
      name="which"
      label={words.findCase}
      hint={words.findCaseHint}
      scanned="sends"
      first={first}
      beside={<Button quiet>{words.find}</Button>}
    />
  </Form>
)

/** For the reviewer, who has no card reader: any case of the jurisdiction by its number. */
export const FindByNumber = () => (
  <Form action="find" dense>
    <TextField name="which" label={words.number} hint={words.findByNumberHint} width={18} beside={<Button quiet>{words.find}</Button>} />
  </Form>
)

export async function findByNumberFrom(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const number = parseCaseNumber(sent.text('which'))
  return number.ok && (await mayOpen(number, context)) ? { to: `/window/referrals/${number.number}` } : notHere(words.noSuchCaseHere)
}

/** What may be opened is written down when it is; an attempt at what may not, here. */
async function mayOpen(number: CaseKeyNumber, context: ActionContext<Services>): Promise<boolean> {
  const { caseQueries } = context.services
  const record = await caseQueries.findByNumber(number.prefecture, number.number)
  if (record !== undefined && mayOn(context, 'case.read', record.state)) return true
  await caseQueries.open(number, readerOf(context))
  return false
}

const notHere = (sentence: Sentence): Outcome => ({
  problem: problem('invalid-input', { fields: { which: sentence } }),
})

/** A case of another station is answered like one that doesn't exist. */
export async function findCaseFrom(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const typed = parseReaderLine(sent.text('which'))?.identityNumber ?? sent.text('which')
  const scanned = /[?&]number=([\d\s]+)/.exec(typed)?.[1] ?? typed
  const number = parseCaseNumber(scanned)
  if (number.ok) {
    return (await mayOpen(number, context)) ? { to: `/window/cases/${number.number}` } : notHere(words.noSuchCase)
  }
  const identity = parseIdentityNumber(typed, { on: dayOf(context.at) })
  return identity.ok ? findByPerson(identity.number, context) : notHere(words.noSuchCase)
}

/** The person's card that waits here, else the latest case of this station. The look-up of the person is recorded. */
async function findByPerson(identityNumber: string, context: ActionContext<Services>): Promise<Outcome> {
  const { services, principal, act } = context
  const organ = organOf(principal)
  const person = await services.register.readPerson({ identityNumber, purpose: 'collection' }, act)
  if (person === undefined) return notHere(words.nothingForPerson)
  const { rows } = await services.caseQueries.rows({ list: 'of-person', prefecture: person.prefecture, personId: person.id }, undefined, 50)
  const found = rows.find((row) => row.held_at === organ && row.status === 'awaiting-collection') ?? rows.find((row) => row.organ === organ)
  return found === undefined ? notHere(words.nothingForPerson) : { to: `/window/cases/${found.number}` }
}
