import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf, type Instant, plusDays } from '#kernel/time.ts'
import { decidedAgain } from '#platform/commit.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { accepted, movesOf, occupiedBy, plannable } from '#production/commands/queue.ts'
import {
  batchId,
  centreOf,
  commitWrites,
  itemAct,
  lineId,
  linesFor,
  type OrderWrite,
  type ProductionDeps,
  planned,
  systemAct,
} from '#production/commands/write.ts'
import type { AlarmCause, BatchEvent, BatchState, Line, LineState, OrderEvent } from '#production/model.ts'
import { alarmEvents, type Deal, dealToLines, nextReview, type OnLine, tooLate } from '#production/rules/batch.ts'
import { decideOrder } from '#production/rules/order.ts'
import { planBatches } from '#production/rules/plan.ts'
import { firstSlotFrom, isPlannable, isSameSlot, nextSlotAfter, slotKey, slotStart } from '#production/rules/slots.ts'
import { batchesFromFact, batchFact, doneBatchesFact, type KeptBatch, lineStateOf, linesFact } from '#production/store/batches.ts'
import { serialsFact } from '#production/store/blanks.ts'
import { type KeptOrder, loadFact, onLineFact, onLinesOfBatchFact, queueOfBatchFact, waitingFact } from '#production/store/orders.ts'
import { alarmInWords } from '#production/words.ts'

/** No half-day takes more blanks than all lines together can make into cards. */
const blanksAtMost = (deps: ProductionDeps): number => centreOf(deps.places).lines.reduce((sum, { cardsPerHalfDay }) => sum + cardsPerHalfDay, 0)

const lineIds = (deps: ProductionDeps): readonly string[] => [...new Set(centreOf(deps.places).lines.map(({ id }) => id))]

/**
 * The batch's half-day has begun: its cards go to the lines in order of acceptance, each with a blank of its own. What finds
 * no room or no blank is planned anew, and its people are told before their promise is due.
 */
export async function startBatch(deps: ProductionDeps, item: OutboxItem): Promise<void> {
  const act = itemAct(item)
  await decidedAgain(async () => {
    const from = plusDays(dayOf(act.at), -7)
    const { batch, queue, waiting, lines, serials, load, batches } = await gather(deps.db, {
      batch: batchFact(item.stream),
      queue: queueOfBatchFact(item.stream),
      waiting: waitingFact(),
      lines: linesFact(),
      serials: serialsFact(blanksAtMost(deps)),
      load: loadFact(from),
      batches: batchesFromFact(from),
    })
    const { slot } = batch
    if (batch.status !== 'planned' || slot === null) return
    const linesOf = linesFor(deps, lines)
    const ready = isPlannable(deps.calendar(), slot) ? linesOf(slot).map((line) => ({ ...line, waiting: waiting.get(line.id)?.cards ?? 0 })) : []
    const orders = new Map(queue.map((order) => [order.id, order]))
    const deal = dealToLines(queue.map(plannable), ready, serials, slot)
    const puts = deal.dealt.map(({ id, line, serial, position }): OrderWrite => {
      const { state } = orders.get(id) as KeptOrder
      const assignment = { batch: item.stream, line, serial, position }
      return { id, before: state, events: accepted(decideOrder(state, { type: 'PutOnLine', slot, assignment })) }
    })
    const moves = leftOver(deps, deal, orders, slot, { lines, load, batches, anyStopped: ready.some(({ stoppedAt }) => stoppedAt !== null) })
    const started: BatchEvent = { type: 'BatchStarted', lines: countByLine(deal), moved: deal.left.length }
    const own = {
      id: item.stream,
      before: batch,
      events: [...shortage(batch, slot, deal, queue.length), started],
      reviewAt: firstReview(ready, deal, slot, act.at),
    }
    await commitWrites(deps, { orders: [...puts, ...moves.writes], batches: [own, ...planned(deps, moves.slots, batches)], changes: [item.done] }, act)
  })
}

const countByLine = ({ dealt }: Deal): { line: string; cards: number }[] => {
  const counts = new Map<string, number>()
  for (const { line } of dealt) counts.set(line, (counts.get(line) ?? 0) + 1)
  return [...counts].map(([line, cards]) => ({ line, cards }))
}

interface Around {
  readonly lines: ReadonlyMap<string, LineState>
  readonly load: ReadonlyMap<string, number>
  readonly batches: ReadonlyMap<string, KeptBatch>
  readonly anyStopped: boolean
}

/** What the batch can't take goes into the next half-days with room. */
function leftOver(deps: ProductionDeps, { left }: Deal, orders: ReadonlyMap<string, KeptOrder>, slot: HalfDaySlot, around: Around): ReturnType<typeof movesOf> {
  if (left.length === 0) return { writes: [], slots: [] }
  const queue = left.map((id) => plannable(orders.get(id) as KeptOrder))
  const next = nextSlotAfter(deps.calendar(), slot)
  const plan =
    next === undefined
      ? { moved: queue.map(({ id }) => ({ id, slot: null })) }
      : planBatches(queue, linesFor(deps, around.lines), deps.calendar(), next, occupiedBy(around.load, around.batches))
  return movesOf(orders, plan.moved, () => (around.anyStopped ? 'line-stopped' : 'capacity'))
}

function shortage(batch: BatchState, slot: HalfDaySlot, { short, capacity, dealt }: Deal, demand: number): BatchEvent[] {
  if (short === null) return []
  const figures = { capacity: short === 'blanks' ? dealt.length : capacity, demand }
  return alarmEvents(batch, slot, { cause: short, ...figures }, alarmInWords(short, slot, figures))
}

const earliestOf = (times: readonly (Instant | undefined)[]): Instant | undefined => times.filter((at) => at !== undefined).sort()[0]

function firstReview(lines: readonly (Line & { readonly waiting: number })[], { dealt }: Deal, slot: HalfDaySlot, at: Instant): Instant | undefined {
  return earliestOf(
    lines.map((line) => {
      const cards = dealt.filter((card) => card.line === line.id).map(({ id }): OnLine => ({ id, slot }))
      const before = Array.from({ length: line.waiting }, (): OnLine => ({ id: '' as Uuid, slot }))
      return nextReview(line, [...before, ...cards], at)
    }),
  )
}

/** Looks whether every card of the batch can be ready in time; asked for by its timer until nothing is left to be late. */
export async function reviewBatch(deps: ProductionDeps, item: OutboxItem): Promise<void> {
  const act = itemAct(item)
  await decidedAgain(async () => {
    const { batch, cards, lines, batches } = await gather(deps.db, {
      batch: batchFact(item.stream),
      cards: onLinesOfBatchFact(item.stream),
      lines: linesFact(),
      batches: batchesFromFact(plusDays(dayOf(act.at), -7)),
    })
    const { slot } = batch
    if (batch.status !== 'running' || slot === null) return
    const own = cards.filter(({ state }) => isSameSlot(state.slot, slot))
    const reviewed = reviewLines(deps, lineIds(deps), own, lines, act.at)
    const cause: AlarmCause = [...lines.values()].some(({ state }) => state === 'stopped') ? 'line-stopped' : 'line-slow'
    const alarm = lateAlarm(batch, slot, cause, reviewed.delayed, own.length)
    const write = {
      id: item.stream,
      before: batch,
      events: [...alarm, { type: 'BatchReviewed', delayed: reviewed.delayed.length } as const],
      reviewAt: reviewed.reviewAt,
    }
    const following = planned(deps, reviewed.slots, batches).filter(({ id }) => id !== item.stream)
    if (own.length === 0) return
    await commitWrites(deps, { orders: reviewed.writes, batches: [write, ...following], changes: [item.done] }, act)
  })
}

/** A line still stands when its last cards could only just have been ready. */
export async function reviewLine(deps: ProductionDeps, item: OutboxItem): Promise<void> {
  const act = itemAct(item)
  const line = lineIds(deps).find((id) => lineId(deps, id) === item.stream)
  if (line === undefined) return
  await decidedAgain(async () => {
    const { cards, lines, batches } = await gather(deps.db, {
      cards: onLineFact(line),
      lines: linesFact(),
      batches: batchesFromFact(plusDays(dayOf(act.at), -7)),
    })
    const state = lineStateOf(lines, line)
    // Another stop, or a resumption, has its own events after the one that asked for this review.
    if (state.state !== 'stopped' || state.version !== item.seq || cards.length === 0) return
    const reviewed = reviewLines(deps, [line], cards, lines, act.at)
    const alarms = new Map<string, BatchEvent[]>()
    for (const slot of new Map(reviewed.delayed.map(({ slot: late }) => [slotKey(late), late])).values()) {
      const known = batches.get(slotKey(slot))
      if (known) alarms.set(slotKey(slot), lateAlarm(known.state, slot, 'line-stopped', reviewed.delayed, cards.length))
    }
    const touched = [...reviewed.slots, ...reviewed.delayed.map(({ slot }) => slot)]
    const write = { line, before: state, events: [{ type: 'StopReviewed', line, delayed: reviewed.delayed.length } as const], reviewAt: reviewed.reviewAt }
    await commitWrites(deps, { orders: reviewed.writes, batches: planned(deps, touched, batches, alarms), lines: [write], changes: [item.done] }, act)
  })
}

function lateAlarm(batch: BatchState, slot: HalfDaySlot, cause: AlarmCause, delayed: readonly OnLine[], cards: number): BatchEvent[] {
  const late = delayed.filter((card) => isSameSlot(card.slot, slot)).length
  if (late === 0) return []
  const figures = { capacity: cards - late, demand: late }
  return alarmEvents(batch, slot, { cause, ...figures }, alarmInWords(cause, slot, figures))
}

interface Reviewed {
  readonly writes: readonly OrderWrite[]
  readonly delayed: readonly OnLine[]
  /** Half-days into which something was delayed. */
  readonly slots: readonly HalfDaySlot[]
  readonly reviewAt: Instant | undefined
}

/** Cards that can't be ready in their half-day stay with their line and get the next: no blank changes hands. */
function reviewLines(deps: ProductionDeps, ids: readonly string[], cards: readonly KeptOrder[], lines: ReadonlyMap<string, LineState>, at: Instant): Reviewed {
  const writes: OrderWrite[] = []
  const delayed: OnLine[] = []
  const slots: HalfDaySlot[] = []
  const reviews: (Instant | undefined)[] = []
  const linesOf = linesFor(deps, lines)
  for (const id of ids) {
    const own = cards.filter(({ state }) => state.assignment?.line === id).map((order) => ({ id: order.id, slot: order.state.slot as HalfDaySlot, order }))
    const line = linesOf({ day: dayOf(at), half: 'am' }).find((candidate) => candidate.id === id)
    if (line === undefined || own.length === 0) continue
    const late = new Set(tooLate(line, own, at).map((card) => card.id))
    const stands: OnLine[] = []
    for (const { id: order, slot, order: kept } of own) {
      const next = late.has(order) ? slotAfter(deps, slot, at) : undefined
      if (next === undefined) {
        stands.push({ id: order, slot })
        continue
      }
      const command = { type: 'Delay', slot: next, batch: batchId(deps, next), cause: line.stoppedAt === null ? 'capacity' : 'line-stopped' } as const
      const events: readonly OrderEvent[] = accepted(decideOrder(kept.state, command))
      writes.push({ id: order, before: kept.state, events })
      delayed.push({ id: order, slot })
      slots.push(next)
      stands.push({ id: order, slot: next })
    }
    reviews.push(nextReview(line, stands, at))
  }
  return { writes, delayed, slots, reviewAt: earliestOf(reviews) }
}

/** The next half-day that has not begun. Undefined where the published calendar ends: then the card waits as it is. */
function slotAfter(deps: ProductionDeps, slot: HalfDaySlot, at: Instant): HalfDaySlot | undefined {
  const next = nextSlotAfter(deps.calendar(), slot)
  return next === undefined || slotStart(next) > at ? next : firstSlotFrom(deps.calendar(), at, dayOf(at))
}

/** Batches that have made everything are finished. */
export async function finishBatches(deps: ProductionDeps, now: Instant): Promise<void> {
  await decidedAgain(async () => {
    const { done } = await gather(deps.db, { done: doneBatchesFact() })
    if (done.length === 0) return
    const batches = done.map(({ id, state }) => ({ id, before: state, events: [{ type: 'BatchFinished' } as const] }))
    await commitWrites(deps, { batches }, systemAct(now, 'production.finish-batches'))
  })
}
