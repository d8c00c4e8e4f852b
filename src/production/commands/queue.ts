import type { CaseEvent } from '#case/model.ts'
import type { HalfDaySlot } from '#catalogue/model.ts'
import { dayOf, earlier, type Instant, later } from '#kernel/time.ts'
import { type Change, decidedAgain } from '#platform/commit.ts'
import { type Act, type PastEvent, type StreamKey, streamsFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { commitWrites, linesFor, type OrderWrite, type ProductionDeps, planned } from '#production/commands/write.ts'
import type { BatchEvent, MoveCause, Ordered, OrderState } from '#production/model.ts'
import { alarmEvents, NO_BATCH } from '#production/rules/batch.ts'
import { capacityOf } from '#production/rules/lines.ts'
import { decideOrder, evolveOrder, NO_ORDER } from '#production/rules/order.ts'
import { firstWithRoom, type Occupied, type Plannable, planBatches } from '#production/rules/plan.ts'
import { firstSlotFrom, isPlannable, isSameSlot, laterSlot, slotKey, slotOfKey, slotsFrom } from '#production/rules/slots.ts'
import { validityTerms } from '#production/rules/validity.ts'
import { batchesFromFact, type KeptBatch, linesFact } from '#production/store/batches.ts'
import { hasUnplacedFact, type KeptOrder, loadFact, ordersByIdFact, queueFromFact } from '#production/store/orders.ts'
import { alarmInWords } from '#production/words.ts'
import type { Person } from '#register/model.ts'

/** A half-day whose batch has begun takes nothing more. */
const CLOSED = Number.MAX_SAFE_INTEGER

export function occupiedBy(load: ReadonlyMap<string, number>, batches: ReadonlyMap<string, KeptBatch>): Occupied {
  const occupied = new Map(load)
  for (const [key, { state }] of batches) if (state.status !== 'planned') occupied.set(key, CLOSED)
  return occupied
}

/** The first half-day, from the present on, whose batch has not begun; null where the published calendar ends. */
export function firstOpenSlot(deps: ProductionDeps, batches: ReadonlyMap<string, KeptBatch>, at: Instant): HalfDaySlot | null {
  const calendar = deps.calendar()
  const first = firstSlotFrom(calendar, at, dayOf(at))
  if (first === undefined) return null
  for (const slot of slotsFrom(calendar, first)) {
    const batch = batches.get(slotKey(slot))
    if (batch === undefined || batch.state.status === 'planned') return slot
  }
  return null
}

interface OrderedCase {
  readonly ordered: Omit<Ordered, 'validity'>
  readonly personId: Extract<CaseEvent, { type: 'CaseSubmitted' }>['personId']
}

/** What the case ordered; undefined when there is nothing for the factory to make, or not any more. */
function orderedBy(key: StreamKey, past: readonly PastEvent<CaseEvent>[]): OrderedCase | undefined {
  const submitted = past.find(({ event }) => event.type === 'CaseSubmitted')?.event as Extract<CaseEvent, { type: 'CaseSubmitted' }> | undefined
  const found = past.find(({ event }) => event.type === 'ProductionOrdered')
  if (submitted === undefined || found === undefined || past.some(({ event }) => event.type === 'CaseWithdrawn')) return undefined
  const { product, promised, acceptedAt } = found.event as Extract<CaseEvent, { type: 'ProductionOrdered' }>
  if (product.madeAt !== 'factory' || promised.slot === null) return undefined
  return {
    personId: submitted.personId,
    ordered: {
      casePrefecture: key.prefecture,
      caseNumber: submitted.number,
      personShown: submitted.personShown,
      acceptedAt,
      startedAt: later(acceptedAt, found.act.at),
      earliest: promised.slot,
      product,
      handover: submitted.handover,
    },
  }
}

const yearsBetween = (from: string, to: string | null): number | null => (to === null ? null : Number(to.slice(0, 4)) - Number(from.slice(0, 4)))

/** A case whose order reached the factory, when, and the act under which it is queued. */
export interface Arrived {
  readonly key: StreamKey
  readonly act: Act
}

/**
 * Puts what cases of one prefecture ordered into the plan, in the order given: each into its own half-day, or the next with room.
 * Called again it changes nothing.
 * @param changes committed with all of it
 */
export async function queueOrders(deps: ProductionDeps, arrived: readonly Arrived[], changes: readonly Change[] = []): Promise<void> {
  const [first] = arrived
  if (first === undefined) return
  const { prefecture } = first.key
  const from = dayOf(arrived.reduce((at, { act }) => earlier(at, act.at), first.act.at))
  const ids = arrived.map(({ key }) => key.stream)
  await decidedAgain(async () => {
    const { past, kept, load, lines, batches } = await gather(deps.db, {
      past: streamsFact<CaseEvent>(prefecture, ids, ORDERING),
      kept: ordersByIdFact(ids),
      load: loadFact(from),
      lines: linesFact(),
      batches: batchesFromFact(from),
    })
    const known = new Set(kept.map(({ id }) => id))
    const found = arrived.flatMap(({ key, act }) => {
      const order = known.has(key.stream) ? undefined : orderedBy(key, past.get(key.stream) ?? [])
      return order === undefined ? [] : [{ ...order, id: key.stream, act }]
    })
    const { people } = await gather(deps.db, {
      people: deps.register.peopleFact(
        prefecture,
        found.map(({ personId }) => personId),
      ),
    })
    const plan: Plan = { linesOf: linesFor(deps, lines), load: new Map(load), batches, slots: [], alarms: new Map() }
    const orders = found.map((order) => queueOne(deps, plan, order, people.get(order.personId)))
    const touched = [...plan.slots, ...[...plan.alarms.keys()].map(slotOfKey)]
    await commitWrites(deps, { orders, batches: planned(deps, touched, batches, plan.alarms), changes }, first.act)
  })
}

/** What of a case says what the factory has to make. */
const ORDERING: readonly CaseEvent['type'][] = ['CaseSubmitted', 'ProductionOrdered', 'CaseWithdrawn']

/** The plan as it grows while orders are put into it one after the other. */
interface Plan {
  readonly linesOf: ReturnType<typeof linesFor>
  readonly load: Map<string, number>
  readonly batches: ReadonlyMap<string, KeptBatch>
  readonly slots: HalfDaySlot[]
  readonly alarms: Map<string, readonly BatchEvent[]>
}

function queueOne(
  deps: ProductionDeps,
  plan: Plan,
  one: OrderedCase & { readonly id: KeptOrder['id']; readonly act: Act },
  person: Person | undefined,
): OrderWrite {
  const { linesOf, load, batches } = plan
  const { product } = one.ordered
  const validity = person ? validityTerms(person.birth, product.validFrom) : { years: yearsBetween(product.validFrom, product.validTo), change: null }
  const ordered: Ordered = { ...one.ordered, validity }
  const calendar = deps.calendar()
  const first = firstOpenSlot(deps, batches, one.act.at)
  const own = isPlannable(calendar, ordered.earliest) ? ordered.earliest : null
  const slot = own === null || first === null ? null : (firstWithRoom(linesOf, calendar, laterSlot(own, first), occupiedBy(load, batches)) ?? null)
  if (own !== null && !isSameSlot(own, slot)) {
    const figures = { capacity: capacityOf(linesOf(own), own), demand: (load.get(slotKey(own)) ?? 0) + 1 }
    // When the half-day wasn't full, the order came after it had begun: late, but no want of capacity.
    if (figures.demand > figures.capacity) {
      const before = batches.get(slotKey(own))?.state ?? NO_BATCH
      plan.alarms.set(slotKey(own), alarmEvents(before, own, { cause: 'capacity', ...figures }, alarmInWords('capacity', own, figures)))
    }
  }
  if (slot !== null) {
    load.set(slotKey(slot), (load.get(slotKey(slot)) ?? 0) + 1)
    plan.slots.push(slot)
  }
  return { id: one.id, before: NO_ORDER, events: queueEvents(NO_ORDER, ordered, own, slot), act: one.act }
}

function queueEvents(before: OrderState, ordered: Ordered, own: HalfDaySlot | null, slot: HalfDaySlot | null): OrderWrite['events'] {
  const queued = accepted(decideOrder(before, { type: 'Queue', ordered, slot: own }))
  if (isSameSlot(own, slot)) return queued
  return [...queued, ...accepted(decideOrder(queued.reduce(evolveOrder, before), { type: 'Move', slot, cause: 'capacity' }))]
}

/** The events of a decision that can't be refused as things stand. @throws Error when it was. */
export function accepted(decision: ReturnType<typeof decideOrder>): OrderWrite['events'] {
  if (!decision.ok) throw new Error(`production refused what it decided itself: ${decision.refusal.code}`)
  return decision.events
}

export const plannable = ({ id, state }: KeptOrder): Plannable => {
  const { acceptedAt, earliest } = state.ordered as Ordered
  return { id, acceptedAt, earliest, slot: state.slot }
}

/** Moves with their events, and the batches that they need. */
export function movesOf(
  orders: ReadonlyMap<string, KeptOrder>,
  moved: readonly { readonly id: KeptOrder['id']; readonly slot: HalfDaySlot | null }[],
  causeOf: (order: KeptOrder) => MoveCause,
): { readonly writes: readonly OrderWrite[]; readonly slots: readonly HalfDaySlot[] } {
  const writes = moved.flatMap(({ id, slot }): OrderWrite[] => {
    const order = orders.get(id)
    return order ? [{ id, before: order.state, events: accepted(decideOrder(order.state, { type: 'Move', slot, cause: causeOf(order) })) }] : []
  })
  return { writes, slots: moved.flatMap(({ slot }) => (slot === null ? [] : [slot])) }
}

/** Half-days with more cards than they can make, or that are none (any more). */
function overfull(
  deps: ProductionDeps,
  load: ReadonlyMap<string, number>,
  batches: ReadonlyMap<string, KeptBatch>,
  linesOf: ReturnType<typeof linesFor>,
): HalfDaySlot[] {
  return [...load]
    .filter(([key, cards]) => {
      const slot = slotOfKey(key)
      if (cards <= 0 || (batches.get(key)?.state.status ?? 'planned') !== 'planned') return false
      return !isPlannable(deps.calendar(), slot) || cards > capacityOf(linesOf(slot), slot)
    })
    .map(([key]) => slotOfKey(key))
}

/**
 * Plans anew what has not begun, when a half-day holds more than it can make, is no working day any more, or when cards
 * wait for a calendar that has come. In order of acceptance; everybody who moves is told.
 */
export async function replan(deps: ProductionDeps, cause: MoveCause, act: Act): Promise<void> {
  await decidedAgain(async () => {
    const from = dayOf(act.at)
    const facts = { load: loadFact(from), lines: linesFact(), batches: batchesFromFact(from), hasUnplaced: hasUnplacedFact() }
    const { load, lines, batches, hasUnplaced } = await gather(deps.db, facts)
    const linesOf = linesFor(deps, lines)
    const full = overfull(deps, load, batches, linesOf)
    const first = firstOpenSlot(deps, batches, act.at)
    if (first === null || (full.length === 0 && !hasUnplaced)) return
    const { queue } = await gather(deps.db, { queue: queueFromFact(from) })
    const movable = queue.filter(({ state }) => state.slot === null || (batches.get(slotKey(state.slot))?.state.status ?? 'planned') === 'planned')
    const occupied = new Map(occupiedBy(load, batches))
    for (const { state } of movable) if (state.slot) occupied.set(slotKey(state.slot), (occupied.get(slotKey(state.slot)) ?? 0) - 1)
    const plan = planBatches(movable.map(plannable), linesOf, deps.calendar(), first, occupied)
    const { writes, slots } = movesOf(new Map(movable.map((order) => [order.id, order])), plan.moved, ({ state }) =>
      state.slot !== null && isPlannable(deps.calendar(), state.slot) ? cause : 'calendar-notice',
    )
    const alarms = new Map(
      full
        .filter((slot) => isPlannable(deps.calendar(), slot))
        .map((slot) => {
          const figures = { capacity: capacityOf(linesOf(slot), slot), demand: load.get(slotKey(slot)) ?? 0 }
          const alarm = { cause: 'capacity' as const, ...figures }
          return [slotKey(slot), alarmEvents(batches.get(slotKey(slot))?.state ?? NO_BATCH, slot, alarm, alarmInWords('capacity', slot, figures))]
        }),
    )
    const alarmed = [...alarms].flatMap(([key, events]) => (events.length > 0 ? [slotOfKey(key)] : []))
    if (writes.length === 0 && alarmed.length === 0) return
    await commitWrites(deps, { orders: writes, batches: planned(deps, [...slots, ...alarmed], batches, alarms) }, act)
  })
}
