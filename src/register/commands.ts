import type { Readings } from '#account/commands/readings.ts'
import type { Actor, Reading, ReadPurpose } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { purposeProblem } from '#account/rules/purposes.ts'
import { purposeProblemWords } from '#account/words.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf, type Instant, plusDays, startOfDay } from '#kernel/time.ts'
import { type Places, PREFECTURES } from '#place/model.ts'
import { stationsOf } from '#place/rules/organs.ts'
import { forPurpose, forSystem } from '#platform/actor.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type StreamKey, storedEvents, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Answer, Once } from '#platform/once.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { personKeys } from '#platform/person-keys.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { DataDeleted, type PersonKeys, type Sealed, type Sealer } from '#platform/sealed.ts'
import type { CorrectableItem, Corrected, Disclosure, Person, PersonKey, PersonView, Receiver } from '#register/model.ts'
import { changedItems, personView, shownInFull, stillWrong } from '#register/rules.ts'
import {
  correctedChange,
  disclosureChange,
  givenToOthersFact,
  heldByOthersFact,
  type KeptDisclosure,
  openRegisterStore,
  type RegisterStore,
} from '#register/store.ts'

export interface RegisterDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly readings: Readings
}

export interface PersonAsked {
  readonly identityNumber: string
  readonly purpose: ReadPurpose
  /** In the reader's own words. */
  readonly note?: string | undefined
  /** The case that it is opened for. */
  readonly caseNumber?: string | undefined
}

/** The register as other folders use it: facts to gather, changes to commit with a decision, and the recorded look-up. */
export interface Register extends RegisterStore {
  /**
   * Opens a record for an officer. The reading is written before anything is answered; an attempt that finds nobody is written too.
   * @returns undefined when nobody in the province has the number
   * @throws ProblemError when the purpose says too little, and when the reader is slowed
   */
  readPerson(request: PersonAsked, act: Act): Promise<PersonView | undefined>
}

export function openRegister({ db, sealer, readings }: RegisterDeps): Register {
  const store = openRegisterStore(sealer)
  return {
    ...store,
    readPerson: (asked, act) => forPurpose(asked.purpose, () => readPerson({ db, readings, store }, asked, act)),
  }
}

/** Whether two people are registered in one household; a person is looked for in every prefecture, since an officer may live in any. */
export const sameHousehold = (db: Db, store: RegisterStore, person: Uuid, other: { readonly prefecture: string; readonly personId: Uuid }): Promise<boolean> =>
  forSystem(
    'own-household',
    async () => (await gather(db, { same: store.sameHouseholdFact(person, { prefecture: other.prefecture, id: other.personId }) })).same,
  )

interface ReadDeps extends Pick<RegisterDeps, 'db' | 'readings'> {
  readonly store: RegisterStore
}

async function readPerson({ db, readings, store }: ReadDeps, asked: PersonAsked, act: Act): Promise<PersonView | undefined> {
  const { identityNumber, purpose, note = null, caseNumber = null } = asked
  const on = dayOf(act.at)
  const wrong = purposeProblem(purpose, note, on)
  if (wrong) throw new ProblemError(problem('invalid-input', { fields: purposeProblemWords(wrong, purpose) }))
  const { person, cards } = await gather(db, {
    person: store.personByIdentityNumberFact(identityNumber),
    cards: store.cardsOfPersonByIdentityNumberFact(identityNumber),
  })
  const reading: Omit<Reading, 'outcome' | 'subject'> = { what: 'record', purpose, note, caseNumber }
  if (person === null) {
    await readings.record(act, { ...reading, subject: null, outcome: 'not-found' })
    return undefined
  }
  const shown = shownInFull(purpose, on) ? ITEMS_IN_FULL : []
  await readings.record(act, { ...reading, subject: { prefecture: person.prefecture, personId: person.id }, outcome: 'shown', fields: shown })
  return personView(person, cards, purpose, on)
}

const ITEMS_IN_FULL = ['name', 'birth', 'address'] as const

/** Tells a receiver what was wrong in what it holds. It is said again until it is answered, and known again by the number. */
export type Tell = (reference: string, number: number, corrected: Corrected) => Promise<void>

export interface CorrectionDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly sealer: Sealer
  readonly places: Places
  readonly readings: Readings
  readonly store: Pick<RegisterStore, 'recordByIdentityNumberFact' | 'personUpdateChange'>
  readonly receivers: Readonly<Record<Receiver, Tell>>
}

export interface CorrectionAsked {
  readonly identityNumber: string
  readonly corrected: Corrected
  /** The paper on which the correction rests, in the officer's words. */
  readonly basis: string
}

/** On the person's own stream; the values stand sealed under the person's key. */
export type CorrectionEvent =
  | { readonly type: 'RegisterCorrected'; readonly fields: readonly CorrectableItem[]; readonly basis: string; readonly values: Sealed }
  | {
      readonly type: 'CorrectionPassedOn'
      readonly receiver: Receiver
      readonly reference: string
      readonly fields: readonly CorrectableItem[]
      readonly of: number
    }

interface Values {
  readonly before: Corrected
  readonly after: Corrected
}

export type CorrectionOutcome =
  | { readonly kind: 'corrected'; readonly answer: Answer }
  | { readonly kind: 'replayed'; readonly answer: Answer }
  | { readonly kind: 'nothing-to-correct' }
  | { readonly kind: 'not-found' }

/** What left the product, as its sender says it. */
export interface Given extends Pick<Disclosure, 'receiver' | 'reference' | 'caseNumber'> {
  readonly person: PersonKey
  readonly values: Corrected
}

export interface Corrections {
  /** The change that a sender commits with its own: who was given what. */
  givenChange(given: Given, at: Instant): Promise<Change>
  correct(asked: CorrectionAsked, actor: Actor | null, act: Act, once: Once, answer: (fields: readonly CorrectableItem[]) => Answer): Promise<CorrectionOutcome>
  passOn(item: OutboxItem): Promise<void>
  /** Everybody who was given something of the person, the latest first; who can't be asked for is asked before. */
  givenToOthers(personId: Uuid): Promise<readonly Disclosure[]>
}

/** A courier keeps what stands on a waybill for a year (邮件快件实名收寄管理办法; the term is our reading). */
const KEPT_DAYS: Readonly<Record<Receiver, number>> = { courier: 365 }

export function openCorrections(deps: CorrectionDeps): Corrections {
  const { db, ids, sealer } = deps
  return {
    async givenChange({ person, values, ...given }, at) {
      const keys = await personKeys(db, sealer, person)
      const fields = Object.keys(values).toSorted() as CorrectableItem[]
      const keptUntil = startOfDay(plusDays(dayOf(at), KEPT_DAYS[given.receiver]))
      return disclosureChange({ ...given, id: ids.uuid(at), person, fields, sealed: sealedValues(keys, values), givenAt: at, keptUntil })
    },
    correct: (asked, actor, act, once, answer) => forPurpose('correction', () => decidedAgain(() => correct(deps, asked, actor, act, once, answer))),
    passOn: (item) => passOn(deps, item),
    async givenToOthers(personId) {
      const { given } = await gather(db, { given: givenToOthersFact(PREFECTURES, personId) })
      return given.map(({ receiver, reference, caseNumber, fields, givenAt, keptUntil, correctedAt }) => {
        return { receiver, reference, caseNumber, fields, givenAt, keptUntil, correctedAt }
      })
    },
  }
}

const sealedValues = (keys: PersonKeys, values: object): string => canonicalJson(keys.of('register').seal(canonicalJson(values)))

/** Corrections are made where the household is registered (户口登记条例 17). */
function mayCorrect({ places }: CorrectionDeps, actor: Actor | null, { township }: Person): boolean {
  const own = stationsOf(places, township).find(({ code }) => code === actor?.organ)
  return can(actor, 'register.correct', { organ: own?.code ?? null })
}

async function correct(
  deps: CorrectionDeps,
  { identityNumber, corrected, basis }: CorrectionAsked,
  actor: Actor | null,
  act: Act,
  once: Once,
  answer: (fields: readonly CorrectableItem[]) => Answer,
): Promise<CorrectionOutcome> {
  const { db, committer, readings, store } = deps
  const { seen, record } = await gather(db, { seen: once.seen, record: store.recordByIdentityNumberFact(identityNumber) })
  const replayed = once.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  const may = record !== null && mayCorrect(deps, actor, record.person)
  const fields = record === null ? [] : changedItems(record.person, corrected)
  await readings.record(act, {
    subject: record && { prefecture: record.person.prefecture, personId: record.person.id },
    what: 'record',
    purpose: 'other-duty',
    note: `更正登记项目，依据：${basis}`,
    outcome: record === null ? 'not-found' : may ? 'shown' : 'refused',
  })
  if (record === null || !may) return { kind: 'not-found' }
  if (fields.length === 0) return { kind: 'nothing-to-correct' }
  const { person, keys } = record
  const key: StreamKey = { prefecture: person.prefecture, stream: person.id }
  const pick = (from: Corrected): Corrected => Object.fromEntries(fields.map((field) => [field, from[field]]))
  const values: Values = { before: pick({ ...person, phone: person.phone ?? '' }), after: pick(corrected) }
  // Of what else happened to the person only the number is used.
  const { past } = await forSystem('correction', () => gather(db, { past: streamFact<CorrectionEvent>(key) }))
  const event: CorrectionEvent = { type: 'RegisterCorrected', fields, basis, values: keys.of('register').seal(canonicalJson(values)) }
  const reply = answer(fields)
  await committer.commit({
    events: storedEvents(key, past.at(-1)?.seq ?? 0, [event], act, { basis }),
    changes: [store.personUpdateChange({ person: { ...person, ...values.after }, keys }), once.remember(reply)],
  })
  return { kind: 'corrected', answer: reply }
}

const systemAct = ({ at, reaction, stream, seq }: OutboxItem): Act => ({
  at,
  actor: 'system:register',
  actorRole: 'system',
  actorOrgan: null,
  onBehalfOf: null,
  requestId: `${reaction}:${stream}:${seq}`,
})

/** One after the other, each with its own commit: who was told is not told again when the next can't be reached. */
async function passOn(deps: CorrectionDeps, item: OutboxItem): Promise<void> {
  const key: StreamKey = { prefecture: item.prefecture, stream: item.stream }
  const person: PersonKey = { prefecture: item.prefecture, id: item.stream }
  const { past, held } = await gather(deps.db, { past: streamFact<CorrectionEvent>(key), held: heldByOthersFact(person, item.at) })
  const event = past.find(({ seq }) => seq === item.seq)?.event
  if (event?.type !== 'RegisterCorrected') throw new Error(`event ${item.seq} of the person is no correction`)
  try {
    const keys = await personKeys(deps.db, deps.sealer, person)
    const values = JSON.parse(keys.of('register').open(event.values)) as Values
    const failed: unknown[] = []
    for (const one of held.filter(({ correctedSeq }) => correctedSeq < item.seq)) {
      try {
        await tell(deps, item, keys, one, values)
      } catch (error) {
        failed.push(error)
      }
    }
    if (failed.length > 0) throw failed[0]
  } catch (error) {
    // Nobody is told of a person whose data is gone.
    if (!(error instanceof DataDeleted)) throw error
  }
}

async function tell(
  { db, committer, receivers }: CorrectionDeps,
  item: OutboxItem,
  keys: PersonKeys,
  one: KeptDisclosure,
  { before, after }: Values,
): Promise<void> {
  const holds = JSON.parse(keys.of('register').open(JSON.parse(one.sealed) as Sealed)) as Corrected
  const wrong = stillWrong(holds, before, after)
  const fields = Object.keys(wrong).toSorted() as CorrectableItem[]
  if (fields.length === 0) return
  await receivers[one.receiver](one.reference, item.seq, wrong)
  const key: StreamKey = { prefecture: item.prefecture, stream: item.stream }
  const event: CorrectionEvent = { type: 'CorrectionPassedOn', receiver: one.receiver, reference: one.reference, fields, of: item.seq }
  await decidedAgain(async () => {
    const { past } = await gather(db, { past: streamFact<CorrectionEvent>(key) })
    await committer.commit({
      events: storedEvents(key, past.at(-1)?.seq ?? 0, [event], systemAct(item)),
      changes: [correctedChange(item.prefecture, one.id, item.seq, item.at, sealedValues(keys, { ...holds, ...wrong }))],
    })
  })
}
