import { z } from 'zod'
import type { CaseEvent, CaseState } from '#case/model.ts'
import { ENDED, foldCase, openCommands } from '#case/rules/procedure.ts'
import { appended, applyToParcel, type DeliveryDeps, demandDone, foldParcel, keyOf, type ParcelOutcome, refuse, systemAct } from '#delivery/commands/parcel.ts'
import type { Dispatch, ParcelState, Preparation } from '#delivery/model.ts'
import { parcelDecider } from '#delivery/rules/parcel.ts'
import { type DispatchFacts, dispatchOf, preparationFor } from '#delivery/rules/preparation.ts'
import { caseOfParcelFact, parcelStreamFact, parcelsOfCaseFact } from '#delivery/store.ts'
import { parcelRefusal } from '#delivery/words.ts'
import { fold } from '#kernel/decider.ts'
import type { Instant } from '#kernel/time.ts'
import type { CourierOrder } from '#partners/courier/protocol.ts'
import { fullNameOf } from '#place/rules/organs.ts'
import { decidedAgain, Taken } from '#platform/commit.ts'
import { type Act, type PastEvent, type StreamKey, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Answer, Once } from '#platform/once.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { opened } from '#platform/person-keys.ts'
import type { Sealed } from '#platform/sealed.ts'
import type { OrderEvent } from '#production/model.ts'

export const caseStateOf = (past: readonly PastEvent<CaseEvent>[]): CaseState =>
  foldCase(past.map(({ event, act }) => ({ event, at: act.at, actor: act.actor })))

const factsOf = ({ places, calendar, settings }: DeliveryDeps): DispatchFacts => ({ places, calendar: calendar(), settings: settings() })

const codeOf = ({ ids }: DeliveryDeps): string => String(ids.below(1_000_000)).padStart(6, '0')

const DISPATCH_INDEX = 'parcels_dispatch'

/** A finished card becomes a parcel, once: the card's serial may be dispatched only once without being sent again. */
export async function prepare(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  const order = await gather(deps.db, { past: streamFact<OrderEvent>(keyOf(item)) })
  const finished = order.past.find(({ seq }) => seq === item.seq)?.event
  if (finished?.type !== 'CardFinished') throw new Error(`event ${item.seq} of the order is no finished card`)
  const caseKey: StreamKey = { prefecture: finished.casePrefecture, stream: item.stream }
  const { past, parcels } = await gather(deps.db, { past: streamFact<CaseEvent>(caseKey), parcels: parcelsOfCaseFact(caseKey, finished.serial) })
  if (parcels.length > 0) return
  const state = caseStateOf(past)
  if (ENDED.has(state.status)) return
  const heardOf = past.some(({ event }) => event.type === 'CardMade' && event.serial === finished.serial)
  if (!heardOf) throw new Error('the case has not heard of this card yet')
  if (state.serial !== finished.serial) return
  const preparation = preparationFor(factsOf(deps), {
    prefecture: caseKey.prefecture,
    caseId: caseKey.stream,
    state,
    serial: finished.serial,
    attempt: 1,
    readyAt: item.at,
    deliveryCode: codeOf(deps),
  })
  await begin(deps, item, caseKey.prefecture, preparation)
}

async function begin(deps: DeliveryDeps, item: OutboxItem, prefecture: string, preparation: Preparation): Promise<void> {
  const act = systemAct(item)
  const key = { prefecture, stream: deps.ids.uuid(item.at) }
  const parcel = appended(deps, key, parcelDecider.initial, [{ type: 'ParcelPrepared', ...preparation }], act)
  try {
    await deps.committer.commit({ events: parcel.stored, changes: [parcel.change, item.done], timers: parcel.timers })
  } catch (error) {
    // Another worker prepared the same card at the same moment.
    if (!(error instanceof Taken) || error.constraint !== DISPATCH_INDEX) throw error
  }
}

/** A card that was finished was found faulty before it left: its parcel is withdrawn, and the card that is made instead gets its own. */
export async function withdraw(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  const { past } = await gather(deps.db, { past: streamFact<OrderEvent>(keyOf(item)) })
  const before = past.filter(({ seq }) => seq < item.seq).map(({ event }) => event)
  const finished = before.findLast((event) => event.type === 'CardFinished')
  const spoiled = before.findLast((event) => event.type === 'CardSpoiled')
  if (finished?.type !== 'CardFinished' || spoiled?.type !== 'CardSpoiled' || finished.serial !== spoiled.serial) return
  const caseKey: StreamKey = { prefecture: finished.casePrefecture, stream: item.stream }
  const { parcels } = await gather(deps.db, { parcels: parcelsOfCaseFact(caseKey, spoiled.serial) })
  for (const { id } of parcels) {
    const close = ({ status }: ParcelState) =>
      status === 'prepared' || status === 'handed-to-courier' ? { type: 'CloseParcel' as const, how: 'withdrawn' as const } : undefined
    demandDone(await applyToParcel(deps, { prefecture: caseKey.prefecture, stream: id }, close, systemAct(item)), 'withdrawing a parcel')
  }
}

/** Hands the parcel to the courier: an effect on the outside, made once by the reference that the courier knows it by. */
export async function orderCourier(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  const key = keyOf(item)
  const { parcelPast, casePast } = await gather(deps.db, { parcelPast: parcelStreamFact(key), casePast: caseOfParcelFact(key) })
  const state = foldParcel(parcelPast)
  if (state.preparation === null || state.status !== 'prepared') return
  const dispatch = laterOf(state.preparation.dispatch, dispatchOf(factsOf(deps), state.preparation.handover, item.at))
  const caseState = caseStateOf(casePast)
  const order = await courierOrderOf(deps, key, state.preparation, dispatch, caseState)
  const given = await givenChanges(deps, key, order, caseState, item.at)
  const waybill = await deps.courier.order(order)
  const outcome = await applyToParcel(deps, key, () => ({ type: 'RecordHandedOver', waybill, at: item.at, dispatch }), systemAct(item), {
    changes: [item.done, ...given],
  })
  demandDone(outcome, 'recording the order to the courier')
}

/** Recipient, phone and address of a mailed card are given to the courier; for a station it is given nothing of anybody. */
async function givenChanges(
  { corrections }: DeliveryDeps,
  key: StreamKey,
  { reference, caseNumber, to }: CourierOrder,
  { submission }: CaseState,
  at: Instant,
) {
  if (to.kind !== 'person' || submission === null) return []
  const person = { prefecture: key.prefecture, id: submission.personId }
  return [
    await corrections.givenChange({ receiver: 'courier', reference, caseNumber, person, values: { name: to.name, phone: to.phone, address: to.address } }, at),
  ]
}

/** An order that the courier took late leaves late; it never leaves earlier than planned. */
const laterOf = (planned: Dispatch, now: Dispatch): Dispatch => (now.dispatchOn > planned.dispatchOn ? now : planned)

export const referenceOf = ({ prefecture, stream }: StreamKey): string => `${prefecture}.${stream}`

async function courierOrderOf(deps: DeliveryDeps, key: StreamKey, preparation: Preparation, dispatch: Dispatch, state: CaseState): Promise<CourierOrder> {
  const { caseNumber, route, returnTo } = preparation
  const { dispatchOn, expectedOn } = dispatch
  return {
    reference: referenceOf(key),
    caseNumber,
    route: route.id,
    from: route.centre,
    returnTo,
    dispatchOn,
    promisedOn: expectedOn,
    to: await recipientOf(deps, preparation, state),
  }
}

const mailForm = z.object({ handover: z.object({ by: z.literal('mail'), recipient: z.string(), phone: z.string(), address: z.string() }) })

/** The address stands only in the sealed form, and is opened only here, for the label. */
async function recipientOf(
  { db, places, sealer }: DeliveryDeps,
  { handover, deliveryCode, takesOldCard }: Preparation,
  { submission }: CaseState,
): Promise<CourierOrder['to']> {
  if (handover.by === 'station') return { kind: 'organ', organ: handover.organ, name: fullNameOf(places, handover.organ).zh }
  if (submission === null || deliveryCode === null) throw new Error('a mailed card needs its submission and its code')
  const { recipient, phone, address } = mailForm.parse(JSON.parse(await opened(db, sealer, submission.form as Sealed))).handover
  return { kind: 'person', name: recipient, phone, address, deliveryCode, takesOldCard }
}

export interface Asked {
  readonly act: Act
  readonly once: Once
  readonly answer: (state: ParcelState) => Answer
  readonly permitted: (state: ParcelState) => boolean
}

/**
 * What the dispatcher sends again: a parcel that the courier never took is ordered once more; a card that was brought back gets
 * a new parcel to where it was meant to go, where the case's procedure allows it.
 */
export async function resend(deps: DeliveryDeps, key: StreamKey, asked: Asked): Promise<ParcelOutcome> {
  const { past } = await gather(deps.db, { past: parcelStreamFact(key) })
  if (foldParcel(past).status !== 'returned') return applyToParcel(deps, key, () => ({ type: 'AskAgain', by: asked.act.actor }), asked.act, asked)
  return decidedAgain(() => sendAgain(deps, key, asked))
}

async function sendAgain(deps: DeliveryDeps, key: StreamKey, { act, once, answer, permitted }: Asked): Promise<ParcelOutcome> {
  const { seen, past, casePast } = await gather(deps.db, { seen: once.seen, past: parcelStreamFact(key), casePast: caseOfParcelFact(key) })
  const replayed = once.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  const before = foldParcel(past)
  const { preparation } = before
  if (preparation === null || !permitted(before)) return { kind: 'not-found' }
  const caseState = caseStateOf(casePast)
  if (!mayLeaveAgain(caseState)) return refuse(deps, once, [parcelRefusal('nothing-to-resend')])
  const closing = parcelDecider.decide(before, { type: 'CloseParcel', how: 'resent' })
  if (!closing.ok) return refuse(deps, once, [parcelRefusal(closing.refusal)])
  const next = nextParcel(deps, key, preparation, caseState, act.at)
  const [closed, begun] = [appended(deps, key, before, closing.events, act), appended(deps, next.key, parcelDecider.initial, next.events, act)]
  await deps.committer.commit({
    events: [...closed.stored, ...begun.stored],
    changes: [closed.change, begun.change, once.remember(answer(begun.state))],
    timers: [...closed.timers, ...begun.timers],
  })
  return { kind: 'done', state: fold(parcelDecider, next.events), key: next.key, events: next.events }
}

function nextParcel(deps: DeliveryDeps, { prefecture }: StreamKey, before: Preparation, state: CaseState, at: Instant) {
  const { caseId, serial, attempt } = before
  const preparation = preparationFor(factsOf(deps), { prefecture, caseId, state, serial, attempt: attempt + 1, readyAt: at, deliveryCode: codeOf(deps) })
  return { key: { prefecture, stream: deps.ids.uuid(at) }, events: [{ type: 'ParcelPrepared' as const, ...preparation }] }
}

/** The case must still be able to hear that its card is on the way again. */
const mayLeaveAgain = (state: CaseState): boolean => openCommands(state).includes('RecordDispatched')
