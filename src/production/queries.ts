import type { Reading, Subject } from '#account/model.ts'
import type { Calendar } from '#calendar/model.ts'
import { findSubjectOfCase } from '#case/queries.ts'
import type { HalfDaySlot } from '#catalogue/model.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, type Instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { productionCentres } from '#place/rules/organs.ts'
import { positionText, readCode, readPosition } from '#platform/cursor.ts'
import type { Db } from '#platform/db.ts'
import { streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import {
  type BatchStatus,
  type BlankLedger,
  type BlankState,
  type Line,
  type LineState,
  type OrderEvent,
  type OrderState,
  type OrderStatus,
  PRODUCTION_SHARD,
} from '#production/model.ts'
import { BLANK_STATES, tally } from '#production/rules/blanks.ts'
import { capacityOf, linesOn } from '#production/rules/lines.ts'
import { evolveOrder, NO_ORDER } from '#production/rules/order.ts'
import { firstSlotFrom, slotKey, slotStart, slotsFrom } from '#production/rules/slots.ts'
import { type BatchListRow, batchesPiece, batchRowOf, lineStateOf, linesFact } from '#production/store/batches.ts'
import { blanksPiece, countedBlanksPiece, stockFact } from '#production/store/blanks.ts'
import {
  batchLinesFact,
  countedLoadPiece,
  countsPiece,
  type KeptOrder,
  loadFact,
  type OrderRow,
  orderByNumberFact,
  orderIdsPiece,
  orderOf,
  slotOrdersPiece,
  waitingFact,
} from '#production/store/orders.ts'
import { BATCH_STATUS_WORDS } from '#production/words.ts'
import { slotEnd } from '#services/id-card/promise.ts'

export interface ProductionQueryDeps {
  readonly db: Db
  readonly places: Places
  readonly calendar: () => Calendar
}

export interface BatchView {
  readonly id: Uuid
  readonly slot: HalfDaySlot
  readonly status: BatchStatus | 'stopped'
  readonly statusSays: Sentence
  readonly startsAt: Instant
  readonly readyBy: Instant
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  readonly capacity: number
  readonly cards: Readonly<Record<Exclude<OrderStatus, 'none' | 'spoiled' | 'cancelled'>, number>>
  readonly spoiled: number
  readonly alarms: readonly string[]
}

export interface LoadView {
  readonly slot: HalfDaySlot
  readonly capacity: number
  readonly load: number
}

export interface LineView extends Line {
  readonly state: LineState['state']
  readonly reason: string | null
  readonly waiting: number
}

export interface BlankView {
  readonly serial: string
  readonly state: BlankState
  readonly order: Uuid | null
  readonly batch: Uuid | null
  readonly changedAt: Instant
}

export interface Page<T> {
  readonly rows: readonly T[]
  /** Cursor of the next page; null on the last. */
  readonly next: string | null
}

/** Two independent countings agree: the ledger, and the rows by state. */
export interface TallyView {
  readonly ledger: BlankLedger
  readonly balanced: boolean
  readonly difference: number
  readonly counted: Readonly<Record<BlankState, number>>
  readonly agrees: boolean
}

/** An order, and whose it is. */
export interface FoundOrder extends KeptOrder {
  readonly subject: Subject | null
}

/** An order names a person masked, and its case. */
export const orderReading = (found: FoundOrder | undefined): Reading => ({
  subject: found?.subject ?? null,
  what: 'case',
  outcome: found === undefined ? 'not-found' : 'shown',
  caseNumber: found?.state.ordered?.caseNumber ?? null,
})

export interface ProductionQueries {
  /** The batches of some days, in order; at most two a day. */
  batches(from: Day, to: Day): Promise<readonly BatchView[]>
  /** The batch of a half-day; a half-day for which nothing was planned has none. */
  findBatch(slot: HalfDaySlot): Promise<BatchView | undefined>
  /** Its cards in order of acceptance. @throws RangeError for a cursor that is not ours. */
  cardsOf(slot: HalfDaySlot, cursor: string | undefined, limit: number): Promise<Page<KeptOrder>>
  findOrder(caseNumber: string): Promise<FoundOrder | undefined>
  /** The coming half-days with what they can make and what stands in them, so many as asked, as far as the calendar is published. */
  forecast(at: Instant, slots: number): Promise<readonly LoadView[]>
  lines(at: Instant): Promise<readonly LineView[]>
  tally(): Promise<TallyView>
  blanks(state: BlankState, cursor: string | undefined, limit: number): Promise<Page<BlankView>>
  /** Orders whose row differs from the fold of their events, and half-days whose load differs from their orders: none, or the projection is wrong. */
  differingFromEvents(): Promise<readonly string[]>
}

const EMPTY_COUNTS: BatchView['cards'] = { queued: 0, 'on-line': 0, made: 0, finished: 0 }

const cursorText = (at: Instant, id: Uuid): string => positionText({ at, id })

const parsedCursor = (cursor: string | undefined) => (cursor === undefined ? null : readPosition(cursor))

const pageOf = <T>(rows: readonly T[], limit: number, cursorOf: (row: T) => string): Page<T> => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}

export function openProductionQueries(deps: ProductionQueryDeps): ProductionQueries {
  const { db, places, calendar } = deps
  const [centre] = productionCentres(places)
  const linesAt = (states: ReadonlyMap<string, LineState>, on: Day): readonly Line[] => linesOn(centre?.lines ?? [], on, states)

  const batches = async (from: Day, to: Day): Promise<readonly BatchView[]> => {
    const [{ rows }, counts, { lines, onLine }] = await Promise.all([
      db.run<BatchListRow>(batchesPiece(from, to)),
      db.run<{ slot_day: Day; slot_half: 'am' | 'pm'; status: OrderStatus; cards: number }>(countsPiece(from, to)),
      gather(db, { lines: linesFact(), onLine: batchLinesFact() }),
    ])
    const isStopped = (batch: Uuid): boolean => (onLine.get(batch) ?? []).some((line) => lineStateOf(lines, line).state === 'stopped')
    return rows.map((row) => {
      const { id, state, spoiled } = batchRowOf(row)
      const slot = state.slot as HalfDaySlot
      const own = counts.rows.filter(({ slot_day, slot_half }) => slot_day === slot.day && slot_half === slot.half)
      const status = state.status === 'running' && isStopped(id) ? 'stopped' : state.status
      return {
        id,
        slot,
        status,
        statusSays: BATCH_STATUS_WORDS[status],
        startsAt: slotStart(slot),
        readyBy: slotEnd(slot),
        startedAt: state.startedAt,
        finishedAt: state.finishedAt,
        capacity: capacityOf(linesAt(lines, slot.day), slot),
        cards: { ...EMPTY_COUNTS, ...Object.fromEntries(own.filter(({ status: s }) => s in EMPTY_COUNTS).map(({ status: s, cards: n }) => [s, n])) },
        spoiled,
        alarms: state.alarms,
      }
    })
  }

  return {
    batches,
    findBatch: async (slot) => (await batches(slot.day, slot.day)).find((batch) => batch.slot.half === slot.half),
    async cardsOf(slot, cursor, limit) {
      const { rows } = await db.run<OrderRow>(slotOrdersPiece(slot, parsedCursor(cursor), limit + 1))
      return pageOf(rows.map(orderOf), limit, ({ id, state }) => cursorText(state.ordered?.acceptedAt as Instant, id))
    },
    async findOrder(caseNumber) {
      const { order } = await gather(db, { order: orderByNumberFact(caseNumber) })
      const prefecture = order?.state.ordered?.casePrefecture
      return order && prefecture !== undefined ? { ...order, subject: await findSubjectOfCase(db, { prefecture, stream: order.id }) } : undefined
    },
    async forecast(at, slots) {
      const from = dayOf(at)
      const { load, lines } = await gather(db, { load: loadFact(from), lines: linesFact() })
      const first = firstSlotFrom(calendar(), at, from)
      const views: LoadView[] = []
      if (first === undefined) return views
      for (const slot of slotsFrom(calendar(), first)) {
        if (views.length >= slots) break
        views.push({ slot, capacity: capacityOf(linesAt(lines, slot.day), slot), load: load.get(slotKey(slot)) ?? 0 })
      }
      return views
    },
    async lines(at) {
      const { lines, waiting } = await gather(db, { lines: linesFact(), waiting: waitingFact() })
      return linesAt(lines, dayOf(at)).map((line) => {
        const state = lineStateOf(lines, line.id)
        return { ...line, state: state.state, reason: state.reason, waiting: waiting.get(line.id)?.cards ?? 0 }
      })
    },
    async tally() {
      const [{ stock }, { rows }] = await Promise.all([gather(db, { stock: stockFact() }), db.run<{ state: BlankState; blanks: number }>(countedBlanksPiece())])
      const counted = Object.fromEntries(BLANK_STATES.map((state) => [state, rows.find((row) => row.state === state)?.blanks ?? 0])) as Record<
        BlankState,
        number
      >
      return { ledger: stock.ledger, ...tally(stock.ledger), counted, agrees: BLANK_STATES.every((state) => counted[state] === stock.ledger[state]) }
    },
    async blanks(state, cursor, limit) {
      const after = cursor === undefined ? null : readCode(cursor)
      const { rows } = await db.run<{ serial: string; state: BlankState; order_id: Uuid | null; batch: Uuid | null; changed_at: Instant }>(
        blanksPiece(state, after, limit + 1),
      )
      const views = rows.map((row): BlankView => ({ serial: row.serial, state: row.state, order: row.order_id, batch: row.batch, changedAt: row.changed_at }))
      return pageOf(views, limit, ({ serial }) => Buffer.from(serial).toString('base64url'))
    },
    differingFromEvents: () => differing(db),
  }
}

const REBUILD_PAGE = 500
const BEGINNING = '2000-01-01' as Day

async function differing(db: Db): Promise<readonly string[]> {
  const found: string[] = []
  for (let after: Uuid | null = null; ; ) {
    const { rows }: { rows: OrderRow[] } = await db.run<OrderRow>(orderIdsPiece(after, REBUILD_PAGE))
    for (const { id, state } of rows.map(orderOf)) {
      const { past } = await gather(db, { past: streamFact<OrderEvent>({ prefecture: PRODUCTION_SHARD, stream: id }) })
      const folded: OrderState = past.reduce((before, { event }) => evolveOrder(before, event), NO_ORDER)
      if (canonicalJson(folded) !== canonicalJson(state)) found.push(`order ${id}`)
    }
    after = rows.at(-1)?.id ?? null
    if (rows.length < REBUILD_PAGE) break
  }
  const { rows: counted } = await db.run<{ slot: string; cards: number }>(countedLoadPiece())
  const { load } = await gather(db, { load: loadFact(BEGINNING) })
  const orders = new Map(counted.map(({ slot, cards }) => [slot, cards]))
  for (const slot of new Set([...orders.keys(), ...load.keys()])) if ((orders.get(slot) ?? 0) !== (load.get(slot) ?? 0)) found.push(`load ${slot}`)
  return found
}
