import type { CaseCommand, CaseEvent, CaseState, CaseStatus } from '#case/model.ts'
import { endedPauses, openCommands } from '#case/rules/procedure.ts'
import type { Fee, Promised } from '#catalogue/model.ts'
import { type Decision, happened, refused, unreachable } from '#kernel/decider.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import type { Extension, ExtensionProblem, RunningLimit } from '#timelimit/model.ts'

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
    case 'PassFoundCardOn':
      return passOn(state, command)
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
  if (product.reason === 'found') return [{ type: 'FoundCardTakenIn' }]
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

/** A card that its owner has replaced is void: there is nothing more to wait for. */
function passOn(state: CaseState, { organ, why, sentence }: Extract<CaseCommand, { type: 'PassFoundCardOn' }>): CaseDecision {
  if (why === 'unclaimed' && state.heldAt === organ) return happened()
  const passed: CaseEvent = { type: 'FoundCardPassedOn', organ, why, sentence }
  return why === 'replaced' ? happened<CaseEvent>(passed, { type: 'CaseConcluded', kept: null }) : happened<CaseEvent>(passed)
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
