import type { Calendar } from '#calendar/model.ts'
import type { Cases } from '#case/commands.ts'
import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import type { CardLine } from '#partners/card-line/adapter.ts'
import type { Places } from '#place/model.ts'
import { productionCentres } from '#place/rules/organs.ts'
import { type Change, type Committer, LostRace, Taken, type Timer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type StoredEvent, storedEvents } from '#platform/events.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import {
  type BatchEvent,
  type BatchState,
  type Line,
  type LineEvent,
  type LineState,
  type OrderEvent,
  type OrderState,
  PRODUCTION_SHARD,
} from '#production/model.ts'
import { evolveBatch, NO_BATCH, warningAt } from '#production/rules/batch.ts'
import { evolveLine, linesOn } from '#production/rules/lines.ts'
import { blankMoves, evolveOrder } from '#production/rules/order.ts'
import { batchIdOf, lineIdOf, slotKey, slotStart } from '#production/rules/slots.ts'
import { batchesChange, type KeptBatch, lineChange } from '#production/store/batches.ts'
import { type BlankChange, blankChanges, USES_CONSTRAINT } from '#production/store/blanks.ts'
import { loadChange, ordersChange } from '#production/store/orders.ts'
import type { Register } from '#register/commands.ts'

export interface ProductionDeps {
  readonly db: Db
  readonly committer: Committer
  readonly calendar: () => Calendar
  readonly places: Places
  readonly cases: Pick<Cases, 'apply'>
  readonly register: Pick<Register, 'peopleFact'>
  readonly cardLine: CardLine
}

/** Names of what production does later: timers and reactions, run by its jobs. */
export const START_BATCH = 'production.start-batch'
export const REVIEW_BATCH = 'production.review-batch'
export const REVIEW_LINE = 'production.review-line'

export interface OrderWrite {
  readonly id: Uuid
  readonly before: OrderState
  readonly events: readonly OrderEvent[]
  /** Of this order, where several acts are committed together. */
  readonly act?: Act
}

export interface BatchWrite {
  readonly id: Uuid
  readonly before: BatchState
  readonly events: readonly BatchEvent[]
  readonly reviewAt?: Instant | undefined
}

export interface LineWrite {
  readonly line: string
  readonly before: LineState
  readonly events: readonly LineEvent[]
  readonly reviewAt?: Instant | undefined
}

/** Everything that one decision of production writes. */
export interface Writes {
  readonly orders?: readonly OrderWrite[]
  readonly batches?: readonly BatchWrite[]
  readonly lines?: readonly LineWrite[]
  readonly changes?: readonly Change[]
}

/** The province has one production centre; its organ code stands in every batch. */
export function centreOf(places: Places): { readonly organ: string; readonly lines: Places['production'][number]['lines'] } {
  const [centre] = productionCentres(places)
  if (centre === undefined) throw new Error('no production centre is configured')
  return centre
}

/** The centre's lines as they are counted on for a half-day. */
export const linesFor =
  (deps: Pick<ProductionDeps, 'places'>, states: ReadonlyMap<string, LineState>) =>
  (slot: HalfDaySlot): readonly Line[] =>
    linesOn(centreOf(deps.places).lines, slot.day, states)

export const batchId = (deps: Pick<ProductionDeps, 'places'>, slot: HalfDaySlot): Uuid => batchIdOf(centreOf(deps.places).organ, slot)
export const lineId = (deps: Pick<ProductionDeps, 'places'>, line: string): Uuid => lineIdOf(centreOf(deps.places).organ, line)

export const stateAfter = ({ before, events }: Pick<OrderWrite, 'before' | 'events'>): OrderState => events.reduce(evolveOrder, before)

/** Acts of the house itself, at the instant at which they fell due. */
export const systemAct = (at: Instant, requestId: string): Act => ({
  at,
  actor: 'system:production',
  actorRole: 'system',
  actorOrgan: null,
  onBehalfOf: null,
  requestId,
})

export const itemAct = (item: OutboxItem): Act => systemAct(item.at, `${item.reaction}:${item.stream}:${item.seq}`)

/** The events that a batch needs before these: it is planned with the first thing that happens to it. */
export function batchWrite(deps: Pick<ProductionDeps, 'places'>, slot: HalfDaySlot, known: KeptBatch | undefined, events: readonly BatchEvent[]): BatchWrite {
  const before = known?.state ?? NO_BATCH
  const planned: BatchEvent[] = before.status === 'none' ? [{ type: 'BatchPlanned', centre: centreOf(deps.places).organ, slot }] : []
  return { id: batchId(deps, slot), before, events: [...planned, ...events] }
}

/** One write for each batch, however often it was touched. */
export function planned(
  deps: Pick<ProductionDeps, 'places'>,
  slots: Iterable<HalfDaySlot>,
  known: ReadonlyMap<string, KeptBatch>,
  events: ReadonlyMap<string, readonly BatchEvent[]> = new Map(),
): readonly BatchWrite[] {
  const bySlot = new Map([...slots].map((slot) => [slotKey(slot), slot]))
  return [...bySlot].map(([key, slot]) => batchWrite(deps, slot, known.get(key), events.get(key) ?? [])).filter((write) => write.events.length > 0)
}

const occupies = (state: OrderState): HalfDaySlot | null => (state.status === 'none' || state.status === 'cancelled' ? null : state.slot)

/** What an order's events do to blanks, with whose they are. */
function blankChangesOf({ id, before, events }: OrderWrite): BlankChange[] {
  const puts = new Map(events.flatMap((event) => (event.type === 'OrderPutOnLine' ? [[event.serial, event.batch] as const] : [])))
  return blankMoves(events).map((move) => ({ ...move, order: id, batch: puts.get(move.serial) ?? before.assignment?.batch ?? null }))
}

function batchTimers({ id, before, events, reviewAt }: BatchWrite): Timer[] {
  const timer = (index: number, reaction: string, dueAt: Instant): Timer => ({
    prefecture: PRODUCTION_SHARD,
    stream: id,
    seq: before.version + index + 1,
    reaction,
    dueAt,
  })
  const timers = events.flatMap((event, index) => {
    if (event.type === 'BatchPlanned') return [timer(index, START_BATCH, slotStart(event.slot))]
    return event.type === 'BatchExtended' && before.slot ? [timer(index, REVIEW_BATCH, warningAt(before.slot))] : []
  })
  return reviewAt === undefined || events.length === 0 ? timers : [...timers, timer(events.length - 1, REVIEW_BATCH, reviewAt)]
}

function lineTimers(deps: ProductionDeps, { line, before, events, reviewAt }: LineWrite): Timer[] {
  if (reviewAt === undefined || events.length === 0) return []
  return [{ prefecture: PRODUCTION_SHARD, stream: lineId(deps, line), seq: before.version + events.length, reaction: REVIEW_LINE, dueAt: reviewAt }]
}

/**
 * Commits the events with every projection that follows from them, in one statement.
 * @throws LostRace when an order, batch, line or blank went on meanwhile: the command decides again.
 */
export async function commitWrites(deps: ProductionDeps, writes: Writes, act: Act): Promise<void> {
  const orders = (writes.orders ?? []).filter(({ events }) => events.length > 0)
  const batches = (writes.batches ?? []).filter(({ events }) => events.length > 0)
  const lines = (writes.lines ?? []).filter(({ events }) => events.length > 0)
  const key = (stream: Uuid) => ({ prefecture: PRODUCTION_SHARD, stream })
  const events: StoredEvent[] = [
    ...orders.flatMap(({ id, before, events: happened, act: own }) => storedEvents(key(id), before.version, happened, own ?? act)),
    ...batches.flatMap(({ id, before, events: happened }) => storedEvents(key(id), before.version, happened, act)),
    ...lines.flatMap(({ line, before, events: happened }) => storedEvents(key(lineId(deps, line)), before.version, happened, act)),
  ]
  const after = orders.map((write) => ({ id: write.id, state: stateAfter(write) }))
  const load = loadChange(orders.map((write, i) => ({ id: write.id, from: occupies(write.before), to: occupies((after[i] as { state: OrderState }).state) })))
  const changes: Change[] = [
    ...(after.length > 0 ? [ordersChange(after)] : []),
    ...(load ? [load] : []),
    ...(batches.length > 0
      ? [batchesChange(batches.map(({ id, before, events: happened }) => ({ id, state: happened.reduce((s, e) => evolveBatch(s, e, act.at), before) })))]
      : []),
    ...lines.map(({ line, before, events: happened }) => lineChange(line, happened.reduce(evolveLine, before))),
    ...blankChanges(orders.flatMap(blankChangesOf), act.at),
    ...(writes.changes ?? []),
  ]
  const timers = [...batches.flatMap(batchTimers), ...lines.flatMap((write) => lineTimers(deps, write))]
  try {
    await deps.committer.commit({ events, changes, timers })
  } catch (error) {
    throw error instanceof Taken && LOST_TO_ANOTHER.has(error.constraint) ? new LostRace() : error
  }
}

/** Held by somebody who was quicker; what is free now shows in the facts. */
const LOST_TO_ANOTHER = new Set([USES_CONSTRAINT, 'production_orders_blank', 'production_batches_prefecture_slot_day_slot_half_key', 'production_reports_pkey'])
