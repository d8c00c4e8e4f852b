import { recordedFact } from '#account/commands/representations.ts'
import type { Calendar } from '#calendar/model.ts'
import type { CaseCommand, CaseEvent, CaseState, Submission, SubmittedForm } from '#case/model.ts'
import { decide, grantedEvents } from '#case/rules/decide.ts'
import { effectsOf, validTemporaryCards } from '#case/rules/effects.ts'
import { type Reckoning, reckonedFacts } from '#case/rules/facts.ts'
import { handoverOf } from '#case/rules/handover.ts'
import { agentProblem, doneOnBehalf, guardianProblem, submittedOnBehalf } from '#case/rules/on-behalf.ts'
import { type At, ENDED, evolve, foldCase, NO_CASE } from '#case/rules/procedure.ts'
import {
  caseKeyFact,
  caseStreamByNumberFact,
  caseStreamFact,
  claimChange,
  earlierPhotosFact,
  insertCasesChange,
  openClaimFact,
  releaseClaimsChange,
  rowOf,
  updateCaseChange,
} from '#case/store.ts'
import { reasonOfCheck, refusalReason, representationRefusal } from '#case/words/refusals.ts'
import type { Channel, Check, Facts, PhotoFact, ReviewSettings, Service, ServiceVersion } from '#catalogue/model.ts'
import { checksOf, findVersionOn, getVersion, outcomeOf, photoOnRecordOf } from '#catalogue/rules.ts'
import { fieldProblems } from '#kernel/fields.ts'
import { type CaseNumber, makeCaseNumber, type Uuid } from '#kernel/ids.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import { type Day, dayOf, type Instant } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import { maskName } from '#person/rules.ts'
import type { Places } from '#place/model.ts'
import { issuerOf, stationsOf } from '#place/rules/organs.ts'
import { forPurpose } from '#platform/actor.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type PastEvent, type StreamKey, storedEvents } from '#platform/events.ts'
import { type Fact, gather, known } from '#platform/facts.ts'
import { type Answer, type Once, problemAnswer } from '#platform/once.ts'
import { personKeys, storeKeysChange } from '#platform/person-keys.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { PersonKeys, Seal, Sealed, Sealer } from '#platform/sealed.ts'
import type { Register } from '#register/commands.ts'
import type { Person } from '#register/model.ts'
import { dueOf } from '#timelimit/rules.ts'

export interface CaseDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly sealer: Sealer
  readonly register: Register
  readonly calendar: () => Calendar
  readonly places: Places
  readonly services: ReadonlyMap<string, Service>
  /** The settings of the automatic review in force on a day. */
  readonly settings: (on: Day) => ReviewSettings
  /** Handed in by the composition root: attachments judge a photo, analysed before, under the standard in force. */
  readonly photoFact: (digest: string, settings: ReviewSettings, organ: string) => Fact<PhotoFact | null>
}

export interface SubmitInput {
  readonly service: string
  readonly channel: Channel
  readonly form: Readonly<Record<string, unknown>>
  /** Where it is handed in; null: from home, by the applicant, and the station of the household takes it. */
  readonly organ: string | null
  readonly applicant?: Uuid | undefined
  /** On what somebody else stands at the window for the person. */
  readonly representation?: Uuid | undefined
}

/** What became of a case, with everything that a view of it needs. */
export interface CaseRecord {
  readonly key: StreamKey
  readonly state: CaseState
  readonly past: readonly PastEvent<CaseEvent>[]
}

export type CaseOutcome =
  | ({ readonly kind: 'done' } & CaseRecord)
  | { readonly kind: 'refused'; readonly reasons: readonly RefusalReason[] }
  | { readonly kind: 'replayed'; readonly answer: Answer }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'version-changed' }

export interface ApplyOptions {
  /** Committed with the effect, e.g. an outbox item's `done`. */
  readonly changes?: readonly Change[]
  readonly once?: Once
  /** The answer that is kept for the idempotency key. */
  readonly answer?: (record: CaseRecord) => Answer
  /** Whether the actor may do this to this case; false is answered like unknown, a reason is told to whoever may see the case. */
  readonly permitted?: (state: CaseState) => boolean | RefusalReason
  readonly expectedVersion?: number
}

export interface Cases {
  /** @throws ProblemError for input that the service's form does not allow. */
  submit(input: SubmitInput, act: Act, once: Once, answer: (record: CaseRecord) => Answer): Promise<CaseOutcome>
  apply(key: StreamKey, command: CaseCommand, act: Act, options?: ApplyOptions): Promise<CaseOutcome>
  applyByNumber(prefecture: string, number: CaseNumber, command: CaseCommand, act: Act, options?: ApplyOptions): Promise<CaseOutcome>
  /** Sealed with the key of the case's person, as all that a case says of people. @throws DataDeleted when that was deleted. */
  sealFor(record: Pick<CaseRecord, 'key' | 'state'>, plain: string): Promise<Sealed>
}

const CASE_NUMBER_BOUND = 100_000_000

/** The register is read and changed for the case at hand. */
const forCase = (work: () => Promise<CaseOutcome>): Promise<CaseOutcome> => forPurpose('case', () => decidedAgain(work))

export function openCases(deps: CaseDeps): Cases {
  return {
    submit: (input, act, once, answer) => forCase(() => submit(deps, input, act, once, answer)),
    apply: (key, command, act, options = {}) => forCase(() => apply(deps, caseStreamFact(key), key, command, act, options)),
    applyByNumber: (prefecture, number, command, act, options = {}) =>
      forCase(() => apply(deps, caseStreamByNumberFact(prefecture, number), { prefecture, number }, command, act, options)),
    sealFor: (record, plain) => decidedAgain(() => sealFor(deps, record, plain)),
  }
}

async function sealFor({ db, committer, sealer }: CaseDeps, { key, state }: Pick<CaseRecord, 'key' | 'state'>, plain: string): Promise<Sealed> {
  const owner = { prefecture: key.prefecture, id: state.submission?.personId as Uuid }
  const { seal, keyChanges } = caseSeal(sealer, await personKeys(db, sealer, owner))
  const sealed = seal.seal(plain)
  await committer.commit({ events: [], changes: keyChanges })
  return sealed
}

async function submit(deps: CaseDeps, input: SubmitInput, act: Act, once: Once, answer: (record: CaseRecord) => Answer): Promise<CaseOutcome> {
  const { db, register } = deps
  const version = versionFor(deps, input, act.at)
  const form = parsedForm(version, input.form)
  const number = typedNumber(form.identityNumber)
  const settings = deps.settings(dayOf(act.at))
  const index = deps.sealer.blindIndex('identity-number', number)
  const { seen, registered, representation, earlier, ...found } = await gather(db, {
    seen: once.seen,
    registered: register.recordByIdentityNumberFact(number),
    cards: register.cardsOfPersonByIdentityNumberFact(number),
    guardian: register.guardianByIdentityNumberFact(form.guardian?.identityNumber),
    representation: input.representation === undefined ? known(null) : recordedFact(input.representation),
    openDuplicate: version.onceFor ? openClaimFact(`open:${version.onceFor}:${index}`) : known(null),
    openCardApplication: openClaimFact(`open:id-card:${index}`),
    photo: form.photo === undefined || input.organ === null ? known(null) : deps.photoFact(form.photo, settings, input.organ),
    earlier: input.channel === 'online' ? earlierPhotosFact(`person:${index}`) : known(null),
  })
  const replayed = once.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  const facts: Facts<SubmittedForm> = {
    at: act.at,
    on: dayOf(act.at),
    form,
    channel: input.channel,
    settings,
    person: registered?.person ?? null,
    ...found,
    ...(earlier && { photoOnRecord: photoOnRecordOf(found.cards, earlier) }),
  }
  // Nobody applies from home for another, nor learns whether there is such a person.
  if (input.organ === null && facts.person?.id !== input.applicant) return { kind: 'not-found' }
  const checks = checksOf(version, facts)
  const { person } = facts
  if (outcomeOf(checks) === 'fail' || !person || !registered) return refuse(deps, once, checks.filter(({ result }) => result === 'fail').map(reasonOfCheck))

  const refused = representationRefusal(guardianProblem(facts.on, person, form.guardian, facts.guardian), agentProblem(input, person, representation, act.at))
  if (refused) return refuse(deps, once, [refused])
  const acting = { ...act, onBehalfOf: act.onBehalfOf ?? submittedOnBehalf(act.actorRole, person, form.guardian, facts.guardian, representation) }

  const key = { prefecture: person.prefecture, stream: deps.ids.uuid(act.at) }
  const caseNumber = makeCaseNumber({ prefecture: key.prefecture, on: facts.on, random: deps.ids.below(CASE_NUMBER_BOUND) })
  const { seal, keyChanges } = caseSeal(deps.sealer, registered.keys)
  const organ = input.organ ?? stationsOf(deps.places, person.township)[0]?.code ?? issuerOf(deps.places, person.township).code
  const events = submissionEvents(deps, {
    input: { ...input, organ },
    act,
    version,
    facts,
    person,
    checks,
    key,
    caseNumber,
    seal,
    agent: representation?.representativeId,
  })
  const stored = storedEvents(key, 0, events, acting, { serviceVersion: version.validFrom, basis: version.source })
  const record = recordOf(key, [], events, acting)
  const claims = version.onceFor && !ENDED.has(record.state.status) ? [claimChange(`open:${version.onceFor}:${index}`, key, caseNumber)] : []
  await deps.committer.commit({
    events: stored,
    changes: [
      insertCasesChange([rowOf(key, record.state)]),
      ...claims,
      ...keyChanges,
      ...effectChanges(deps, NO_CASE, events, act, key, []),
      once.remember(answer(record)),
    ],
  })
  return { kind: 'done', ...record }
}

/** What a case says of the person is sealed with the person's own key; one is made for whoever was registered before there were any. */
function caseSeal(sealer: Sealer, keys: PersonKeys): { readonly seal: Seal; readonly keyChanges: readonly Change[] } {
  if (keys.wrapped.case !== undefined) return { seal: keys.of('case'), keyChanges: [] }
  const completed = sealer.completedKeys(keys)
  return { seal: completed.of('case'), keyChanges: [storeKeysChange([completed], keys.wrapped)] }
}

function versionFor({ services }: CaseDeps, input: SubmitInput, at: Instant): ServiceVersion {
  const service = services.get(input.service)
  const version = service && findVersionOn(service, dayOf(at))
  if (!version?.channels.includes(input.channel) || (input.channel === 'online') !== (input.organ === null)) {
    throw new ProblemError(
      problem('invalid-input', {
        fields: {
          [version ? 'channel' : 'service']: version
            ? { zh: '这个事项不能通过这个渠道办理，请到派出所窗口。', en: 'This service is not offered through this channel; go to a station window.' }
            : { zh: '目录中没有这个事项，请从目录中选择。', en: 'The catalogue has no such service; choose one from it.' },
        },
      }),
    )
  }
  return version
}

function parsedForm(version: ServiceVersion, form: unknown): SubmittedForm {
  const result = version.form.safeParse(form, { reportInput: true })
  if (result.success) return result.data as SubmittedForm
  const fields = Object.fromEntries(Object.entries(fieldProblems(version.form, result.error)).map(([path, sentence]) => [`form.${path}`, sentence]))
  throw new ProblemError(problem('invalid-input', { fields }))
}

/** A refusal changes nothing but is remembered, so that the same request gets the same answer. */
async function refuse(deps: CaseDeps, once: Once | undefined, reasons: readonly RefusalReason[]): Promise<CaseOutcome> {
  if (once) await deps.committer.commit({ events: [], changes: [once.remember(problemAnswer(problem('refused', { refusals: reasons })))] })
  return { kind: 'refused', reasons }
}

interface Submitted {
  readonly input: SubmitInput & { readonly organ: string }
  readonly act: Act
  readonly version: ServiceVersion
  readonly facts: Facts<SubmittedForm>
  readonly person: Person
  readonly checks: readonly Check[]
  readonly key: StreamKey
  readonly caseNumber: CaseNumber
  /** Whoever stands there for the person, by a power of attorney. */
  readonly agent?: Uuid | undefined
  /** Of the person's data in cases. */
  readonly seal: Seal
}

export function submissionEvents(deps: CaseDeps, submitted: Submitted): CaseEvent[] {
  const { act, version, facts, person, checks, key, seal } = submitted
  const { calendar, places } = deps
  const issuer = issuerOf(places, person.township)
  const granted = version.grant(facts, { caseId: key.stream, issuer: issuer.code, template: issuer.cardTemplate })
  const fee = version.fee(facts)
  const outcome = outcomeOf(checks) === 'refer' ? 'refer' : 'pass'
  const reviewed: CaseEvent = {
    type: 'CaseReviewed',
    checks,
    outcome,
    fee,
    product: granted.product,
    effects: granted.effects,
    statutoryDueAt: version.statutory.kind === 'statutory' ? dueOf(calendar(), { limit: version.statutory, startedAt: act.at, pauses: [] }).dueAt : null,
    facts: seal.seal(JSON.stringify(facts)),
  }
  const submittedEvent: CaseEvent = { type: 'CaseSubmitted', ...submissionOf(deps, submitted, issuer.code) }
  if (outcome === 'refer') return [submittedEvent, reviewed, referredEvent(deps, submitted, issuer.code)]
  const sampled = deps.ids.below(10_000) < facts.settings.sampleShare
  return [
    submittedEvent,
    reviewed,
    ...grantedEvents(
      { fee, product: granted.product },
      { ...reckonedFacts(reckoning(deps, version, submittedEvent, act.at), act.at), newId: key.stream, holdsTemporaryCard: false },
      { by: 'automatic', reason: null, sampled },
    ),
  ]
}

function submissionOf(deps: CaseDeps, { input, version, facts, person, caseNumber, seal, agent }: Submitted, issuer: string): Submission {
  const { form } = facts
  const handover = handoverOf(deps.places, form, input.organ, facts.on)
  if (!handover) throw new ProblemError(problem('invalid-input', { fields: { 'form.handover.organ': NO_DELIVERY_POINT } }))
  return {
    number: caseNumber,
    service: input.service,
    serviceVersion: version.validFrom,
    channel: input.channel,
    personId: person.id,
    personShown: maskName(person.name),
    organ: input.organ,
    issuer,
    form: seal.seal(JSON.stringify(form)),
    photoDigest: form.photo ?? facts.photoOnRecord?.digest ?? null,
    onBehalf: facts.guardian ? { by: facts.guardian.id, relation: 'guardian' } : agent ? { by: agent, relation: 'proxy' } : null,
    handover,
    title: (deps.services.get(input.service) as Service).title,
  }
}

const NO_DELIVERY_POINT = { zh: '请选择一个派出所或户政大厅作为领取点。', en: 'Choose a police station or household hall to collect the card at.' }

function referredEvent({ calendar }: CaseDeps, { act, version, checks }: Submitted, toOrgan: string): CaseEvent {
  const limit = { limit: version.referral, startedAt: act.at, pauses: [] }
  return { type: 'CaseReferred', reasons: checks.filter(({ result }) => result === 'refer'), limit, dueAt: dueOf(calendar(), limit).dueAt, toOrgan }
}

const reckoning = ({ calendar, places }: CaseDeps, version: ServiceVersion, { handover }: Pick<Submission, 'handover'>, submittedAt: Instant): Reckoning => ({
  calendar: calendar(),
  places,
  version,
  handover,
  submittedAt,
})

const recordOf = (key: StreamKey, past: readonly PastEvent<CaseEvent>[], events: readonly CaseEvent[], act: Act): CaseRecord => {
  const all = [...past, ...events.map((event, i) => ({ event, seq: past.length + i + 1, act, basis: null, serviceVersion: null }))]
  return { key, past: all, state: foldCase(all.map(atOf)) }
}

const atOf = ({ event, act }: PastEvent<CaseEvent>): At<CaseEvent> => ({ event, at: act.at, actor: act.actor })

async function apply(
  deps: CaseDeps,
  stream: Fact<readonly PastEvent<CaseEvent>[]>,
  where: StreamKey | { readonly prefecture: string; readonly number: CaseNumber },
  command: CaseCommand,
  act: Act,
  options: ApplyOptions,
): Promise<CaseOutcome> {
  const { once } = options
  const { seen, past, caseKey } = await gather(deps.db, {
    seen: once?.seen ?? known(null),
    past: stream,
    caseKey: 'stream' in where ? known<StreamKey | null>(where) : caseKeyFact(where.prefecture, where.number),
  })
  const replayed = once?.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  const state = foldCase(past.map(atOf))
  const { submission, submittedAt } = state
  const may = options.permitted?.(state) ?? true
  if (!caseKey || !submission || !submittedAt || may === false) return { kind: 'not-found' }
  if (may !== true) return refuse(deps, once, [may])
  if (options.expectedVersion !== undefined && options.expectedVersion !== state.version) return { kind: 'version-changed' }

  const version = getVersion(deps.services.get(submission.service) as Service, submission.serviceVersion)
  const cards =
    command.type === 'HandOver'
      ? (await gather(deps.db, { cards: deps.register.cardsFact({ prefecture: caseKey.prefecture, id: submission.personId }) })).cards
      : []
  const newId = deps.ids.uuid(act.at)
  const decision = decide(state, command, {
    ...reckonedFacts(reckoning(deps, version, submission, submittedAt), act.at),
    newId,
    holdsTemporaryCard: validTemporaryCards(cards).length > 0,
  })
  if (!decision.ok) return refuse(deps, once, [refusalReason(decision.refusal)])
  const acting = { ...act, onBehalfOf: act.onBehalfOf ?? doneOnBehalf(act.actorRole, submission.personId, command) }
  const record = recordOf(caseKey, past, decision.events, acting)
  const ended = ENDED.has(record.state.status) && !ENDED.has(state.status)
  await deps.committer.commit({
    events: storedEvents(caseKey, state.version, decision.events, acting, { serviceVersion: submission.serviceVersion }),
    changes: [
      ...(decision.events.length > 0 ? [updateCaseChange(rowOf(caseKey, record.state))] : []),
      ...(ended ? [releaseClaimsChange(caseKey)] : []),
      ...effectChanges(deps, state, decision.events, act, caseKey, cards, newId),
      ...(options.changes ?? []),
      ...(once && options.answer ? [once.remember(options.answer(record))] : []),
    ],
  })
  return { kind: 'done', ...record }
}

/** The register follows the decision in the same transaction. */
function effectChanges(
  deps: CaseDeps,
  before: CaseState,
  events: readonly CaseEvent[],
  act: Act,
  key: StreamKey,
  cards: Facts['cards'],
  newId: Uuid = key.stream,
): readonly Change[] {
  let state = before
  const effects = events.flatMap((event) => {
    const ordered = effectsOf(state, event, { at: act.at, prefecture: key.prefecture, caseId: key.stream, newId, cards })
    state = evolve(state, { event, at: act.at, actor: act.actor })
    return ordered
  })
  return deps.register.effectChanges(effects)
}
