import type { CaseCommand, CaseEvent, CaseState, CaseStatus } from '#case/model.ts'
import type { Check } from '#catalogue/model.ts'
import { unreachable } from '#kernel/decider.ts'
import type { Instant } from '#kernel/time.ts'

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
  'awaiting-collection': [
    'HandOver',
    'ChaseCollection',
    'PassFoundCardOn',
    'NoteDelivery',
    'RevisePromise',
    'RecordDispatched',
    'RecordSecondLook',
    'RederiveLimit',
  ],
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
  PassFoundCardOn: 'found-card',
}

export type Need = 'referral' | 'promise' | 'limit' | 'card-of-the-factory' | 'found-card'

const HOLDS: Readonly<Record<Need, (state: CaseState) => boolean>> = {
  referral: ({ referral, fee }) => referral !== null && fee !== null,
  promise: ({ promised }) => promised !== null,
  limit: ({ statutoryDueAt }) => statutoryDueAt !== null,
  'card-of-the-factory': ({ product }) => product?.madeAt === 'factory',
  'found-card': ({ product }) => product?.reason === 'found',
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

/** An event with the instant at which it happened. */
export interface At<Event> {
  readonly event: Event
  readonly at: Instant
  readonly actor: string
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
    case 'FoundCardTakenIn':
      return next
    case 'FoundCardPassedOn':
      return event.why === 'replaced' ? { ...next, heldAt: null } : { ...next, heldAt: event.organ, arrivedAt: at }
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

/** With every pause that lasts ended. */
export const endedPauses = (pauses: CaseState['pauses'], at: Instant): CaseState['pauses'] =>
  pauses.map((pause) => (pause.to === null ? { ...pause, to: at } : pause))

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
