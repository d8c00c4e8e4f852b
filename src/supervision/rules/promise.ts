import type { CaseEvent, PromiseRevision } from '#case/model.ts'
import { unreachable } from '#kernel/decider.ts'
import { DAY_MS, dayOf, type Instant, later, msOf } from '#kernel/time.ts'
import type { Outcome, SupervisedCase, SupervisedEvent } from '#supervision/model.ts'

/** The event types that supervision follows. */
export const FOLLOWED = [
  ...[
    'CaseSubmitted',
    'CaseReviewed',
    'LimitRederived',
    'LimitExtended',
    'CaseReferred',
    'MaterialsRequested',
    'MaterialsSupplied',
    'CaseAccepted',
    'CaseRejected',
    'FeeSettled',
  ],
  ...['PromiseRevised', 'CardDispatched', 'DeliveryNoted', 'CardArrived', 'CardHandedOver', 'CaseConcluded', 'CaseWithdrawn'],
] as const satisfies readonly CaseEvent['type'][]

/**
 * What supervision keeps of a case's event; undefined when it is nothing to it.
 * @param measureOf the measure that a service keeps; undefined for a service that is none of ours
 */
export function supervisedEvent(event: CaseEvent, at: Instant, measureOf: (service: string) => number | undefined): SupervisedEvent | undefined {
  switch (event.type) {
    case 'CaseSubmitted': {
      const measure = measureOf(event.service)
      if (measure === undefined) return undefined
      return { type: 'submitted', at, number: event.number, service: event.service, measure, organ: event.organ, issuer: event.issuer }
    }
    case 'CaseReviewed':
      return { type: 'limited', at, statutoryDueAt: watchedLimit(at, event.statutoryDueAt) }
    case 'LimitRederived':
    case 'LimitExtended':
      return { type: 'limited', at, statutoryDueAt: event.to }
    case 'CaseReferred':
      return { type: 'referred', at, dueAt: event.dueAt }
    case 'MaterialsRequested':
      return { type: 'materials-awaited', at }
    case 'MaterialsSupplied':
      return { type: 'materials-supplied', at, referralDueAt: event.referralDueAt }
    case 'CaseAccepted':
      return { type: 'accepted', at, withYouBy: event.promised?.withYouBy ?? null }
    case 'FeeSettled':
      return { type: 'settled', at }
    case 'PromiseRevised':
      return { type: 'told-anew', at, withYouBy: event.to.withYouBy, cause: event.cause }
    case 'CardDispatched':
      return { type: 'dispatched', at }
    case 'DeliveryNoted':
      return event.what === 'lost' ? { type: 'lost', at } : undefined
    case 'CardArrived':
      return { type: 'arrived', at }
    case 'CardHandedOver':
      return { type: 'handed-over', at }
    case 'CaseConcluded':
      return { type: 'concluded', at }
    case 'CaseWithdrawn':
      return { type: 'withdrawn', at }
    case 'CaseRejected':
      return { type: 'rejected', at }
    default:
      return undefined
  }
}

/** A limit of a few days is watched through the promise, which is shorter still: a warning ten days ahead would always stand. */
const WATCHED_FROM_DAYS = 20

const watchedLimit = (submittedAt: Instant, dueAt: Instant | null): Instant | null =>
  dueAt !== null && msOf(dueAt) - msOf(submittedAt) > WATCHED_FROM_DAYS * DAY_MS ? dueAt : null

type Submitted = Extract<SupervisedEvent, { type: 'submitted' }>

const begun = ({ number, service, measure, organ, issuer }: Submitted): SupervisedCase => ({
  number,
  service,
  measure,
  organ,
  issuer,
  acceptedOn: null,
  promisedOn: null,
  firstBy: null,
  dueBy: null,
  toldBy: null,
  revisions: 0,
  toldInTime: 0,
  lastCause: null,
  settled: false,
  dispatchedAt: null,
  withPersonAt: null,
  endedAt: null,
  ended: null,
  referralDueAt: null,
  referralPausedAt: null,
  statutoryDueAt: null,
})

/** The promise moved because the person paid or supplied something later: it counts anew from then, and nobody broke anything. */
const FROM_THE_PERSON: ReadonlySet<PromiseRevision> = new Set<PromiseRevision>(['fee-settled-later', 'materials'])

/** Undefined until the case is submitted, and for cases of services that keep no measure. */
export function evolveSupervised(state: SupervisedCase | undefined, event: SupervisedEvent): SupervisedCase | undefined {
  if (event.type === 'submitted') return begun(event)
  if (!state) return undefined
  switch (event.type) {
    case 'limited':
      return { ...state, statutoryDueAt: event.statutoryDueAt }
    case 'referred':
      return { ...state, referralDueAt: event.dueAt }
    case 'materials-awaited':
      return { ...state, referralPausedAt: state.referralDueAt && event.at }
    case 'materials-supplied':
      return { ...state, referralDueAt: event.referralDueAt, referralPausedAt: null }
    case 'accepted':
      return { ...withoutReferral(state), ...promisedAt(event.at, event.withYouBy) }
    case 'settled':
      return { ...state, settled: true }
    case 'told-anew':
      return toldAnew(state, event)
    case 'dispatched':
      return { ...state, dispatchedAt: event.at }
    case 'lost':
      return { ...state, dispatchedAt: null, withPersonAt: null }
    case 'arrived':
      return { ...state, withPersonAt: event.at }
    case 'handed-over':
      return { ...state, withPersonAt: state.withPersonAt ?? event.at }
    case 'concluded':
    case 'withdrawn':
    case 'rejected':
      return { ...withoutReferral(state), endedAt: event.at, ended: event.type }
    default:
      return unreachable(event)
  }
}

const withoutReferral = (state: SupervisedCase): SupervisedCase => ({ ...state, referralDueAt: null, referralPausedAt: null })

const promisedAt = (at: Instant, withYouBy: Instant | null) => ({
  acceptedOn: dayOf(at),
  promisedOn: withYouBy && dayOf(withYouBy),
  firstBy: withYouBy,
  dueBy: withYouBy,
  toldBy: withYouBy,
})

/** A day told after the old one had passed mends nothing: the person waited in vain. A day told in time binds us instead of the old. */
function toldAnew(state: SupervisedCase, { at, withYouBy, cause }: Extract<SupervisedEvent, { type: 'told-anew' }>): SupervisedCase {
  const { firstBy, dueBy } = state
  if (!firstBy || !dueBy) return state
  const told = { ...state, toldBy: withYouBy, revisions: state.revisions + 1, lastCause: cause }
  if (FROM_THE_PERSON.has(cause)) return { ...told, firstBy: withYouBy, dueBy: withYouBy }
  return at <= dueBy ? { ...told, dueBy: later(firstBy, withYouBy), toldInTime: state.toldInTime + 1 } : told
}

/** How the promise stands at `now`; null where nothing is promised. */
export function outcomeAt(state: SupervisedCase, now: Instant): Outcome | null {
  const { firstBy, dueBy, withPersonAt, endedAt } = state
  if (!firstBy || !dueBy) return null
  if (!state.settled) return endedAt ? 'withdrawn' : 'waiting-for-fee'
  const decidedAt = withPersonAt ?? endedAt ?? now
  if (decidedAt > dueBy) return state.toldInTime > 0 ? 'broken-told' : 'broken-silently'
  if (withPersonAt) return withPersonAt <= firstBy ? 'kept' : 'kept-as-told'
  return endedAt ? 'withdrawn' : 'in-progress'
}

export const foldSupervised = (events: Iterable<SupervisedEvent>, from?: SupervisedCase): SupervisedCase | undefined => {
  let state = from
  for (const event of events) state = evolveSupervised(state, event)
  return state
}
