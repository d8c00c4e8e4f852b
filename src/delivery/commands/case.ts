import type { CaseCommand, CaseEvent, CaseState, PromiseRevision } from '#case/model.ts'
import { ENDED } from '#case/rules/procedure.ts'
import type { HalfDaySlot } from '#catalogue/model.ts'
import { caseStateOf } from '#delivery/commands/dispatch.ts'
import { applyToParcel, type DeliveryDeps, demandDone, foldParcel, keyOf, systemAct } from '#delivery/commands/parcel.ts'
import type { ClosedHow, ParcelCommand, ParcelEvent, ParcelState } from '#delivery/model.ts'
import { awaitsCollection } from '#delivery/rules/parcel.ts'
import { postponed, promiseOfRemade, remadeArrival } from '#delivery/rules/promise.ts'
import { collectionDay } from '#delivery/rules/schedule.ts'
import { settingsOn } from '#delivery/rules/settings.ts'
import { caseOfParcelFact, parcelStreamFact, parcelsOfCaseFact } from '#delivery/store.ts'
import {
  chaseWords,
  inTransitWords,
  laterCollectionWords,
  laterDispatchWords,
  lateWords,
  lostWords,
  refusedWords,
  remadeWords,
  returnedWords,
} from '#delivery/words.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, daysBetween, type Instant, plusDays } from '#kernel/time.ts'
import { fullNameOf } from '#place/rules/organs.ts'
import type { PastEvent, StreamKey } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'

/** Told the case, one after the other, with the state that each finds; undefined: nothing to say. */
type Saying = (state: CaseState) => CaseCommand | undefined | Promise<CaseCommand | undefined>

/**
 * What a parcel's event means for its case. Each command is said under a request id of its own, and not again when the case's
 * stream shows it already, so that the reaction bears being run twice.
 */
export async function tellCase(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  const key = keyOf(item)
  const { parcelPast, casePast } = await gather(deps.db, { parcelPast: parcelStreamFact(key), casePast: caseOfParcelFact(key) })
  const event = parcelPast.find(({ seq }) => seq === item.seq)?.event
  const state = foldParcel(parcelPast)
  if (event === undefined || state.preparation === null) throw new Error(`the parcel has no event ${item.seq}`)
  const caseKey: StreamKey = { prefecture: item.prefecture, stream: state.preparation.caseId }
  await sayAll(deps, item, caseKey, casePast, sayingsFor(deps, { event, state, at: item.at, caseKey, item }))
}

async function sayAll(
  deps: DeliveryDeps,
  item: OutboxItem,
  caseKey: StreamKey,
  casePast: readonly PastEvent<CaseEvent>[],
  sayings: readonly Saying[],
): Promise<void> {
  let past = casePast
  for (const [index, saying] of sayings.entries()) {
    const act = { ...systemAct(item), requestId: `${systemAct(item).requestId}:${index + 1}` }
    if (past.some((said) => said.act.requestId === act.requestId)) continue
    const state = caseStateOf(past)
    if (ENDED.has(state.status)) return
    const command = await saying(state)
    if (command === undefined) continue
    const outcome = await deps.cases.apply(caseKey, command, act)
    if (outcome.kind === 'done') past = outcome.past
    else
      throw new Error(
        `the case did not take ${command.type}: ${outcome.kind === 'refused' ? outcome.reasons.map(({ code }) => code).join(', ') : outcome.kind}`,
      )
  }
}

interface Telling {
  readonly event: ParcelEvent
  readonly state: ParcelState
  readonly at: Instant
  readonly caseKey: StreamKey
  readonly item: OutboxItem
}

function sayingsFor(deps: DeliveryDeps, telling: Telling): readonly Saying[] {
  const { event, state } = telling
  switch (event.type) {
    case 'ParcelHandedToCourier':
      return handedOver(deps, telling, event)
    case 'ParcelMoved':
      // Said once, at the first sign that it is under way.
      return event.report.code === 'collected' ? [() => note('in-transit', inTransitWords(whereabouts(deps, state, expectation(state))))] : []
    case 'ParcelFoundLate':
      return foundLate(deps, telling, event)
    case 'ParcelArrived':
      return [
        revision(deps, 'parcel-late', event.collectFrom, laterCollectionWords(at(deps, event.organ, event.collectFrom))),
        () => ({ type: 'RecordArrived', organ: event.organ, collectFrom: event.collectFrom }),
      ]
    case 'ParcelDelivered':
      return [() => ({ type: 'HandOver', to: 'address', identityCheckedBy: 'delivery-code', oldCard: event.oldCard, temporaryCard: 'none', proxy: null })]
    case 'ParcelRefused':
      return refused(deps, telling)
    case 'ParcelReturned': {
      const words = returnedWords(at(deps, event.organ, event.collectFrom))
      return [
        () => note('returned', words),
        revision(deps, 'parcel-returned', event.collectFrom, words),
        () => ({ type: 'RecordArrived', organ: event.organ, collectFrom: event.collectFrom }),
      ]
    }
    case 'ParcelLost':
      return lost(deps, telling, event)
    default:
      return []
  }
}

const note = (what: 'in-transit' | 'late' | 'lost' | 'returned' | 'refused', sentence: Sentence): CaseCommand => ({ type: 'NoteDelivery', what, sentence })

const at = ({ places }: DeliveryDeps, organ: string, on: Day) => ({ place: fullNameOf(places, organ), on })

const expectation = ({ expectedOn, collectFrom }: Pick<ParcelState, 'expectedOn' | 'collectFrom'>): Day => collectFrom ?? expectedOn!

function whereabouts(deps: DeliveryDeps, { preparation }: ParcelState, on: Day) {
  const { handover } = preparation!
  return handover.by === 'station' ? at(deps, handover.organ, on) : { place: null, on }
}

/** Moves the promise when the day breaks it; a promise that still holds is left alone. */
const revision =
  ({ calendar }: DeliveryDeps, cause: PromiseRevision, withYouOn: Day, reason: Sentence): Saying =>
  ({ promised }) => {
    const to = promised && postponed(calendar(), promised, withYouOn, reason)
    return to ? { type: 'RevisePromise', to, cause, reason } : undefined
  }

function handedOver(deps: DeliveryDeps, { state }: Telling, { waybill, dispatch }: Extract<ParcelEvent, { type: 'ParcelHandedToCourier' }>): readonly Saying[] {
  const withYouOn = dispatch.collectFrom ?? dispatch.expectedOn
  return [
    revision(deps, 'parcel-late', withYouOn, laterDispatchWords(dispatch.dispatchOn, whereabouts(deps, state, withYouOn))),
    () => ({ type: 'RecordDispatched', waybill, expectedOn: withYouOn }),
  ]
}

function foundLate(deps: DeliveryDeps, { state }: Telling, event: Extract<ParcelEvent, { type: 'ParcelFoundLate' }>): readonly Saying[] {
  const withYouOn = event.collectFrom ?? event.nextExpectedOn
  const words = lateWords(event.expectedOn, whereabouts(deps, state, withYouOn))
  // A parcel that the courier has not yet taken is not on its way: the case is told the new day only.
  return [({ status }) => (status === 'delivering' ? note('late', words) : undefined), revision(deps, 'parcel-late', withYouOn, words)]
}

function refused(deps: DeliveryDeps, { state, at: now }: Telling): readonly Saying[] {
  const { returnTo } = state.preparation!
  const { returnDays } = settingsOn(deps.settings(), dayOf(now))
  const withYouOn = collectionDay(deps.places, deps.calendar(), returnTo, plusDays(dayOf(now), returnDays))
  const words = refusedWords(at(deps, returnTo, withYouOn))
  return [() => note('refused', words), revision(deps, 'parcel-returned', withYouOn, words)]
}

/** The card is made again, and the person told by when; while no half-day has room, production tells when it has one. */
function lost(deps: DeliveryDeps, { state, caseKey, item }: Telling, event: Extract<ParcelEvent, { type: 'ParcelLost' }>): readonly Saying[] {
  const { handover } = state.preparation!
  return [
    () => note('lost', lostWords(event.by)),
    async ({ promised }) => {
      const slot = await remake(deps, caseKey, lostWords(event.by).zh, item)
      if (slot === null || promised === null) return undefined
      const withYouOn = remadeArrival(deps.calendar(), deps.places, slot, handover)
      const reason = remadeWords(slot.day, whereabouts(deps, state, withYouOn))
      return { type: 'RevisePromise', to: promiseOfRemade(deps.calendar(), deps.places, promised, slot, handover, reason), cause: 'parcel-lost', reason }
    },
  ]
}

/**
 * The half-day in which the lost card is made again; null while none has room, and when production was asked before: then it has
 * revised the promise itself, as it does for every card that it makes again.
 */
async function remake({ production }: DeliveryDeps, caseKey: StreamKey, reason: string, item: OutboxItem): Promise<HalfDaySlot | null> {
  const outcome = await production.remake({ id: caseKey.stream }, 'parcel-lost', reason, systemAct(item))
  if (outcome.kind === 'done') return outcome.value.state.slot
  if (outcome.kind === 'refused' && outcome.reasons.every(({ code }) => code === 'order-state')) return null
  throw new Error(`production did not make the lost card again: ${outcome.kind}`)
}

/** A reminder for a card that waits; none when it was collected meanwhile. */
export async function chase(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  const key = keyOf(item)
  const { parcelPast, casePast } = await gather(deps.db, { parcelPast: parcelStreamFact(key), casePast: caseOfParcelFact(key) })
  const state = foldParcel(parcelPast)
  if (!awaitsCollection(state) || state.preparation === null || state.heldAt === null || state.arrivedAt === null) return
  const sentence = chaseWords(daysBetween(dayOf(state.arrivedAt), dayOf(item.at)), fullNameOf(deps.places, state.heldAt))
  const caseKey: StreamKey = { prefecture: item.prefecture, stream: state.preparation.caseId }
  await sayAll(deps, item, caseKey, casePast, [() => ({ type: 'ChaseCollection', sentence })])
}

/** The person holds the card: what it came in is done, and what was lost before it needs nobody's care any more. */
export async function closeCollected(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  const { parcels } = await gather(deps.db, { parcels: parcelsOfCaseFact(keyOf(item)) })
  for (const { id, status } of parcels) {
    if (howDone(status) === undefined) continue
    const outcome = await applyToParcel(deps, { prefecture: item.prefecture, stream: id }, closing, systemAct(item))
    demandDone(outcome, 'closing a parcel')
  }
}

const howDone = (status: ParcelState['status']): ClosedHow | undefined =>
  status === 'arrived-at-station' || status === 'returned' ? 'collected' : status === 'lost' ? 'replaced' : undefined

function closing({ status }: ParcelState): ParcelCommand | undefined {
  const how = howDone(status)
  return how && { type: 'CloseParcel', how }
}
