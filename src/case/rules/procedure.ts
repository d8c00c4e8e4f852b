import type { CaseCommand, CaseEvent, CaseState, CaseStatus } from '#case/model.ts'
import type { Check, Fee, Promised } from '#catalogue/model.ts'
import { type Decision, happened, refused, unreachable } from '#kernel/decider.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import type { Extension, ExtensionProblem, RunningLimit } from '#timelimit/model.ts'

/** 办件程序: which command is legal in which state. One value, complete by the compiler; the diagram is drawn from it. */
export const PROCEDURE = {
  none: [],
  reviewing: ['DecideReferral', 'RequestMaterials', 'Withdraw', 'RederiveLimit', 'ExtendLimit'],
  'waiting-for-materials': ['SupplyMaterials', 'DecideReferral', 'Withdraw', 'RederiveLimit', 'ExtendLimit'],
  granted: ['SettleFee', 'RecordSecondLook', 'Withdraw', 'RederiveLimit', 'ExtendLimit'],
  producing: ['RevisePromise', 'RecordCardMade', 'RecordSecondLook', 'Withdraw', 'RederiveLimit', 'ExtendLimit'],
  ready: ['RevisePromise', 'RecordDispatched', 'HandOver', 'RecordCardMade', 'RecordSecondLook', 'RederiveLimit', 'ExtendLimit'],
  delivering: [
    'RevisePromise',
    'NoteDelivery',
    'RecordArrived',
    'HandOver',
    'RecordCardMade',
    'RecordDispatched',
    'RecordSecondLook',
    'RederiveLimit',
    'ExtendLimit',
  ],
  // A card that came back from an address is sent again: with another waybill, under another promise.
  'awaiting-collection': ['HandOver', 'ChaseCollection', 'NoteDelivery', 'RevisePromise', 'RecordDispatched', 'RecordSecondLook', 'RederiveLimit'],
  concluded: ['RecordSecondLook'],
  rejected: [],
  withdrawn: [],
} as const satisfies Record<CaseStatus, readonly CaseCommand['type'][]>

/** What a command needs of the case beside its state: a found card waits like a new one, but nobody promised, made or sent it. */
export const NEEDS: Readonly<Partial<Record<CaseCommand['type'], Need>>> = {
  DecideReferral: 'referral',
  SupplyMaterials: 'referral',
  RevisePromise: 'promise',
  RederiveLimit: 'limit',
  RecordCardMade: 'card-of-the-factory',
  RecordDispatched: 'card-of-the-factory',
  NoteDelivery: 'card-of-the-factory',
  RecordArrived: 'card-of-the-factory',
}

export type Need = 'referral' | 'promise' | 'limit' | 'card-of-the-factory'

const HOLDS: Readonly<Record<Need, (state: CaseState) => boolean>> = {
  referral: ({ referral, fee }) => referral !== null && fee !== null,
  promise: ({ promised }) => promised !== null,
  limit: ({ statutoryDueAt }) => statutoryDueAt !== null,
  'card-of-the-factory': ({ product }) => product?.madeAt === 'factory',
}

/** What can be asked of the case as it stands. */
export const openCommands = (state: CaseState): readonly CaseCommand['type'][] =>
  PROCEDURE[state.status].filter((command) => {
    const need = NEEDS[command]
    return need === undefined || HOLDS[need](state)
  })

/** States in which nothing more is to come: the claim on "one open application" is given back. */
export const ENDED: ReadonlySet<CaseStatus> = new Set<CaseStatus>(['concluded', 'rejected', 'withdrawn'])

export const NO_CASE: CaseState = {
  status: 'none',
  version: 0,
  submission: null,
  submittedAt: null,
  submittedBy: null,
  acceptedAt: null,
  fee: null,
  settlement: null,
  settledAt: null,
  promised: null,
  firstPromised: null,
  statutoryDueAt: null,
  extension: null,
  toldTooLate: false,
  referral: null,
  checks: [],
  product: null,
  effects: [],
  pauses: [],
  cardId: null,
  serial: null,
  waybill: null,
  heldAt: null,
  arrivedAt: null,
  concludedAt: null,
  kept: null,
  sampled: false,
  secondLook: null,
  chasedTimes: 0,
}

export type CaseRefusal =
  | { readonly code: 'not-in-this-state'; readonly status: CaseStatus; readonly command: CaseCommand['type'] }
  | { readonly code: 'nothing-to-pay' }
  | { readonly code: 'amount-differs'; readonly dueCents: number }
  | { readonly code: 'waiver-not-allowed' }
  | { readonly code: 'old-card-required' }
  | { readonly code: 'temporary-card-required' }
  | { readonly code: 'proxy-unnamed' }
  | { readonly code: 'already-looked' }
  | { readonly code: 'not-sampled' }
  | { readonly code: 'already-on-the-line' }
  | { readonly code: 'not-transport-poor' }
  | { readonly [Problem in ExtensionProblem]: { readonly code: Problem } }[ExtensionProblem]

/** An event with the instant at which it happened. */
export interface At<Event> {
  readonly event: Event
  readonly at: Instant
  readonly actor: string
}

/** What `decide` needs beyond the state: computed before by the shell from the service's version. */
export interface DecideFacts {
  readonly at: Instant
  /** The promise as of now, for a grant or a settlement; null where the service promises nothing. */
  readonly promisedFrom: (startedAt: Instant, acceptedAt: Instant) => Promised | null
  /** When a running limit is due, by the calendar in force. */
  readonly dueAt: (running: RunningLimit) => Instant
  /** When the limit set by law is due once it is extended, or why it is not: once, in time, and by no more than the law allows. */
  readonly extended: (extension: Extension, before: Extension | null) => { readonly ok: true; readonly dueAt: Instant } | ExtensionRefused
  /** For a card that is made: its id in the register. */
  readonly newId: Uuid
  /** The person holds a temporary card, to be handed back on collecting the card. */
  readonly holdsTemporaryCard: boolean
}

type ExtensionRefused = { readonly ok: false; readonly problem: ExtensionProblem }

type CaseDecision = Decision<CaseEvent, CaseRefusal>

export function decide(state: CaseState, command: CaseCommand, facts: DecideFacts): CaseDecision {
  if (!openCommands(state).includes(command.type)) return notNow(state, command)
  switch (command.type) {
    case 'DecideReferral':
      return decideReferral(state, command, facts)
    case 'RequestMaterials':
      return happened<CaseEvent>({ type: 'MaterialsRequested', missing: command.missing, basis: command.basis })
    case 'SupplyMaterials':
      return supplyMaterials(state, command, facts)
    case 'SettleFee':
      return settleFee(state, command, facts)
    case 'Withdraw':
      return state.status === 'producing' && state.serial !== null
        ? refused({ code: 'already-on-the-line' })
        : happened<CaseEvent>({ type: 'CaseWithdrawn', reason: command.reason })
    case 'RevisePromise':
      return revisePromise(state, command)
    case 'RederiveLimit':
      return rederiveLimit(state, command)
    case 'ExtendLimit':
      return extendLimit(state, command, facts)
    case 'RecordCardMade':
      return command.serial === state.serial
        ? happened()
        : happened<CaseEvent>({ type: 'CardMade', cardId: facts.newId, serial: command.serial, issuedOn: command.issuedOn, validTo: command.validTo })
    case 'RecordDispatched':
      return command.waybill === state.waybill
        ? happened()
        : happened<CaseEvent>({ type: 'CardDispatched', waybill: command.waybill, expectedOn: command.expectedOn })
    case 'NoteDelivery':
      return happened<CaseEvent>({ type: 'DeliveryNoted', what: command.what, sentence: command.sentence })
    case 'RecordArrived':
      return happened<CaseEvent>({ type: 'CardArrived', organ: command.organ, collectFrom: command.collectFrom })
    case 'ChaseCollection':
      return happened<CaseEvent>({ type: 'CollectionChased', times: state.chasedTimes + 1, sentence: command.sentence })
    case 'HandOver':
      return handOver(state, command, facts)
    case 'RecordSecondLook':
      if (!state.sampled) return refused({ code: 'not-sampled' })
      return state.secondLook === null
        ? happened<CaseEvent>({ type: 'SecondLookRecorded', agrees: command.agrees, note: command.note })
        : refused({ code: 'already-looked' })
    default:
      return unreachable(command)
  }
}

const notNow = ({ status }: CaseState, { type }: CaseCommand): CaseDecision => refused({ code: 'not-in-this-state', status, command: type })

function decideReferral(state: CaseState, command: Extract<CaseCommand, { type: 'DecideReferral' }>, facts: DecideFacts): CaseDecision {
  if (command.decision === 'reject') {
    return happened<CaseEvent>({
      type: 'CaseRejected',
      reason: { zh: command.reason, en: command.reason },
      basis: command.basis,
      wayOut: {
        zh: '材料补齐或情况变化后，可以在任何一个派出所重新申请；不服可在六十日内申请行政复议。',
        en: 'Apply again at any police station once the ground has gone; you may ask for administrative reconsideration within sixty days.',
      },
    })
  }
  const { fee, product } = state
  if (!fee) return notNow(state, command)
  return happened<CaseEvent>(...grantedEvents({ fee, product }, facts, { by: 'officer', reason: command.reason, sampled: false }))
}

/** Acceptance, grant, and what follows at once when there is nothing to pay. */
export function grantedEvents(
  { fee, product }: { readonly fee: Fee; readonly product: CaseState['product'] },
  facts: DecideFacts,
  grant: { readonly by: 'automatic' | 'officer'; readonly reason: string | null; readonly sampled: boolean },
): CaseEvent[] {
  const promised = facts.promisedFrom(facts.at, facts.at)
  const events: CaseEvent[] = [
    { type: 'CaseAccepted', promised, fee },
    { type: 'CaseGranted', by: grant.by, reason: grant.reason, product, sampled: grant.sampled },
  ]
  if (fee.amount > 0) return events
  events.push({ type: 'FeeSettled', settlement: { how: 'free' } })
  return [...events, ...afterSettlement(product, promised, facts.at)]
}

/** Once the fee is settled: ordered from the factory, in hand at the window, or done. */
function afterSettlement(product: CaseState['product'], promised: Promised | null, acceptedAt: Instant): CaseEvent[] {
  if (!product) return [{ type: 'CaseConcluded', kept: null }]
  if (product.madeAt === 'factory' && promised) return [{ type: 'ProductionOrdered', product, promised, acceptedAt }]
  return []
}

/** The referral's clock stood still while the materials were awaited. */
function supplyMaterials(state: CaseState, command: Extract<CaseCommand, { type: 'SupplyMaterials' }>, facts: DecideFacts): CaseDecision {
  if (!state.referral) return notNow(state, command)
  const pauses = endedPauses(state.pauses, facts.at)
  return happened<CaseEvent>({
    type: 'MaterialsSupplied',
    photoDigest: command.photoDigest,
    note: command.note,
    checks: command.checks,
    referralDueAt: facts.dueAt({ ...state.referral.limit, pauses }),
  })
}

function settleFee(state: CaseState, { settlement }: Extract<CaseCommand, { type: 'SettleFee' }>, facts: DecideFacts): CaseDecision {
  const { fee, acceptedAt } = state
  if (!fee || !acceptedAt || fee.amount === 0 || state.settlement) return refused({ code: 'nothing-to-pay' })
  if (settlement.how === 'paid' && settlement.amount !== fee.amount) return refused({ code: 'amount-differs', dueCents: fee.amount })
  if (settlement.how === 'free') return refused({ code: 'waiver-not-allowed' })
  // A replacement's fee is not waived by law: 居民身份证法 21 names first issue and renewal only.
  if (settlement.how === 'waived' && !state.product?.reason.startsWith('renewal')) return refused({ code: 'waiver-not-allowed' })
  const promised = facts.promisedFrom(facts.at, acceptedAt)
  const moved = promised && state.promised && promised.withYouBy !== state.promised.withYouBy
  const revised: CaseEvent[] =
    promised && state.promised && (moved || promised.readyBy !== state.promised.readyBy)
      ? [
          {
            type: 'PromiseRevised',
            from: state.promised,
            to: promised,
            cause: 'fee-settled-later',
            reason: {
              zh: '费用是在受理之后的另一个半天缴清的，制证从缴清时起算。',
              en: 'The fee was settled in a later half-day than the acceptance; the making counts from then.',
            },
          },
        ]
      : []
  return happened<CaseEvent>({ type: 'FeeSettled', settlement }, ...revised, ...afterSettlement(state.product, promised, acceptedAt))
}

function revisePromise(state: CaseState, command: Extract<CaseCommand, { type: 'RevisePromise' }>): CaseDecision {
  const { to, cause, reason } = command
  if (!state.promised) return notNow(state, command)
  const same = state.promised.readyBy === to.readyBy && state.promised.withYouBy === to.withYouBy && state.promised.provisional === to.provisional
  return same ? happened() : happened<CaseEvent>({ type: 'PromiseRevised', from: state.promised, to, cause, reason })
}

function rederiveLimit(state: CaseState, command: Extract<CaseCommand, { type: 'RederiveLimit' }>): CaseDecision {
  const { statutoryDueAt } = state
  const { to, reason } = command
  if (!statutoryDueAt) return notNow(state, command)
  return statutoryDueAt === to ? happened() : happened<CaseEvent>({ type: 'LimitRederived', from: statutoryDueAt, to, reason })
}

const TRANSPORT_POOR = '居民身份证法 12'

/** Whoever says that the place is remote is held to its class; that a road is cut is for the officer to state. The promise stays. */
function extendLimit(state: CaseState, { days, ground, reason }: Extract<CaseCommand, { type: 'ExtendLimit' }>, facts: DecideFacts): CaseDecision {
  const { statutoryDueAt, submission } = state
  if (!statutoryDueAt) return refused({ code: 'not-extendable' })
  if (ground === 'remote-address' && submission?.handover.deliveryClass !== 'remote-rural') return refused({ code: 'not-transport-poor' })
  const extension = { amount: days, at: facts.at, reason }
  const extended = facts.extended(extension, state.extension)
  return extended.ok
    ? happened<CaseEvent>({ type: 'LimitExtended', from: statutoryDueAt, to: extended.dueAt, extension, ground, basis: TRANSPORT_POOR })
    : refused({ code: extended.problem })
}

function handOver(state: CaseState, command: Extract<CaseCommand, { type: 'HandOver' }>, facts: DecideFacts): CaseDecision {
  if (state.status === 'ready' && state.product?.madeAt === 'factory') return notNow(state, command)
  if (state.product?.oldCardId && command.oldCard === 'none') return refused({ code: 'old-card-required' })
  if (facts.holdsTemporaryCard && state.product?.kind === 'resident-id-card' && command.temporaryCard === 'none' && command.to !== 'address')
    return refused({ code: 'temporary-card-required' })
  if (command.to === 'proxy' && !command.proxy) return refused({ code: 'proxy-unnamed' })
  const { type: _, ...handed } = command
  return happened<CaseEvent>({ type: 'CardHandedOver', ...handed }, { type: 'CaseConcluded', kept: keptAt(state, facts.at) })
}

/** 承诺兑现: the card was there for the person by the first promised instant, or by one that they were told of in time. */
export function keptAt(state: CaseState, at: Instant): boolean | null {
  if (!state.promised) return null
  return !state.toldTooLate && (state.arrivedAt ?? at) <= state.promised.withYouBy
}

export function evolve(state: CaseState, { event, at, actor }: At<CaseEvent>): CaseState {
  const next = { ...state, version: state.version + 1 }
  switch (event.type) {
    case 'CaseSubmitted': {
      const { type: _, ...submission } = event
      return { ...next, submission, submittedAt: at, submittedBy: actor, status: 'reviewing' }
    }
    case 'CaseReviewed':
      return { ...next, checks: event.checks, fee: event.fee, product: event.product, effects: event.effects, statutoryDueAt: event.statutoryDueAt }
    case 'CaseReferred':
      return { ...next, status: 'reviewing', referral: { reasons: event.reasons, limit: event.limit, dueAt: event.dueAt, toOrgan: event.toOrgan } }
    case 'MaterialsRequested':
      return { ...next, status: 'waiting-for-materials', pauses: [...state.pauses, { from: at, to: null, reason: MATERIALS_PAUSE }] }
    case 'MaterialsSupplied':
      return {
        ...next,
        status: 'reviewing',
        checks: mergedChecks(state.checks, event.checks),
        pauses: endedPauses(state.pauses, at),
        referral: state.referral && { ...state.referral, dueAt: event.referralDueAt },
        submission: state.submission && { ...state.submission, photoDigest: event.photoDigest ?? state.submission.photoDigest },
      }
    case 'CaseAccepted':
      return { ...next, acceptedAt: at, fee: event.fee, promised: event.promised, firstPromised: event.promised, pauses: endedPauses(state.pauses, at) }
    case 'CaseGranted':
      return { ...next, ...grantedStatus(state, event.product, at), product: event.product, sampled: event.sampled, referral: null }
    case 'CaseRejected':
      return { ...next, status: 'rejected', concludedAt: at, referral: null }
    case 'FeeSettled':
      return { ...next, settlement: event.settlement, settledAt: at, status: settledStatus(state) }
    case 'ProductionOrdered':
      return { ...next, status: 'producing', promised: event.promised }
    case 'PromiseRevised':
      return { ...next, promised: event.to, toldTooLate: state.toldTooLate || isToldTooLate(state, event, at) }
    case 'LimitRederived':
      return { ...next, statutoryDueAt: event.to }
    case 'LimitExtended':
      return { ...next, statutoryDueAt: event.to, extension: event.extension }
    case 'CardMade':
      return { ...next, status: 'ready', cardId: event.cardId, serial: event.serial }
    case 'CardDispatched':
      return { ...next, status: 'delivering', waybill: event.waybill, heldAt: null, arrivedAt: null }
    case 'DeliveryNoted':
      return event.what === 'lost' ? { ...next, status: 'producing', cardId: null, serial: null, waybill: null } : next
    case 'CardArrived':
      return { ...next, status: 'awaiting-collection', heldAt: event.organ, arrivedAt: at }
    case 'CollectionChased':
      return { ...next, chasedTimes: event.times }
    case 'CardHandedOver':
      return { ...next, arrivedAt: state.arrivedAt ?? at }
    case 'CaseConcluded':
      return { ...next, status: 'concluded', concludedAt: at, kept: event.kept }
    case 'CaseWithdrawn':
      return { ...next, status: 'withdrawn', concludedAt: at, referral: null }
    case 'SecondLookRecorded':
      return { ...next, secondLook: event.agrees }
    default:
      return unreachable(event)
  }
}

/** An unpaid fee holds the promise back by itself; every other new day must be told before the old one has passed. */
const isToldTooLate = (state: CaseState, { from, cause }: Extract<CaseEvent, { type: 'PromiseRevised' }>, at: Instant): boolean =>
  state.arrivedAt === null && cause !== 'fee-settled-later' && at > from.withYouBy

const MATERIALS_PAUSE = { zh: '等待补正材料', en: 'waiting for material' }

/** A found card waits at the station that took it in; everything else waits for its fee. */
const grantedStatus = (state: CaseState, product: CaseState['product'], at: Instant): Pick<CaseState, 'status' | 'heldAt' | 'arrivedAt'> =>
  product?.reason === 'found'
    ? { status: 'awaiting-collection', heldAt: state.submission?.organ ?? null, arrivedAt: at }
    : { status: 'granted', heldAt: null, arrivedAt: null }

/** A card that the station makes is in the officer's hands once it is paid for. */
const settledStatus = (state: CaseState): CaseStatus => (state.product?.madeAt === 'station' && state.product.reason !== 'found' ? 'ready' : state.status)

const endedPauses = (pauses: CaseState['pauses'], at: Instant): CaseState['pauses'] => pauses.map((pause) => (pause.to === null ? { ...pause, to: at } : pause))

/** The newer answer of a check takes the older's place. */
const mergedChecks = (before: readonly Check[], newer: readonly Check[]): readonly Check[] => {
  const ids = new Set(newer.map(({ id }) => id))
  return newer.length === 0 ? before : [...before.filter(({ id }) => !ids.has(id)), ...newer]
}

export const foldCase = (events: Iterable<At<CaseEvent>>): CaseState => {
  let state = NO_CASE
  for (const event of events) state = evolve(state, event)
  return state
}
