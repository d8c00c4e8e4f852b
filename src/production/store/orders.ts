import type { HalfDaySlot } from '#catalogue/model.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'
import { type Ordered, type OrderState, type OrderStatus, PRODUCTION_SHARD } from '#production/model.ts'
import { NO_ORDER } from '#production/rules/order.ts'
import { slotKey } from '#production/rules/slots.ts'

/** An order with its id, which is its case's. */
export interface KeptOrder {
  readonly id: Uuid
  readonly state: OrderState
}

export interface OrderRow {
  id: Uuid
  case_prefecture: string
  case_number: string
  accepted_at: string
  status: OrderStatus
  slot_day: Day | null
  slot_half: 'am' | 'pm' | null
  batch: Uuid | null
  line: string | null
  blank: string | null
  position: number | null
  serial: string | null
  made_at: string | null
  finished_at: string | null
  remakes: number
  withdrawn: string | null
  ordered: string
  version: number
}

const COLUMNS =
  'id, case_prefecture, case_number, accepted_at, status, slot_day, slot_half, batch, line, blank, position, serial, made_at, finished_at, remakes, withdrawn, ordered, version'
const RECORD =
  'id uuid, case_prefecture text, case_number text, accepted_at timestamptz, status text, slot_day date, slot_half text, batch uuid, line text, blank text, position int, serial text, made_at timestamptz, finished_at timestamptz, remakes int, withdrawn text, ordered text, version int'

const instantOrNull = (text: string | null): Instant | null => (text === null ? null : instant(text))

/** The state that the row is the projection of: decisions rest on it, and a test proves that it equals the fold. */
export const orderOf = (row: OrderRow): KeptOrder => ({
  id: row.id,
  state: {
    status: row.status,
    version: row.version,
    ordered: JSON.parse(row.ordered) as Ordered,
    slot: row.slot_day === null || row.slot_half === null ? null : { day: row.slot_day, half: row.slot_half },
    assignment:
      row.batch === null || row.line === null || row.blank === null || row.position === null
        ? null
        : { batch: row.batch, line: row.line, serial: row.blank, position: row.position },
    serial: row.serial,
    madeAt: instantOrNull(row.made_at),
    finishedAt: instantOrNull(row.finished_at),
    remakes: row.remakes,
    withdrawn: row.withdrawn,
  },
})

const rowOf = ({ id, state }: KeptOrder): OrderRow => {
  const ordered = state.ordered as Ordered
  return {
    id,
    case_prefecture: ordered.casePrefecture,
    case_number: ordered.caseNumber,
    accepted_at: ordered.acceptedAt,
    status: state.status,
    slot_day: state.slot?.day ?? null,
    slot_half: state.slot?.half ?? null,
    batch: state.assignment?.batch ?? null,
    line: state.assignment?.line ?? null,
    blank: state.assignment?.serial ?? null,
    position: state.assignment?.position ?? null,
    serial: state.serial,
    made_at: state.madeAt,
    finished_at: state.finishedAt,
    remakes: state.remakes,
    withdrawn: state.withdrawn,
    ordered: canonicalJson(ordered),
    version: state.version,
  }
}

const UPDATED = 'status, slot_day, slot_half, batch, line, blank, position, serial, made_at, finished_at, remakes, withdrawn, version'

/** Any number of orders as they now stand. The events that are committed with them guard the version. */
export const ordersChange = (orders: readonly KeptOrder[]): Change => ({
  text: `insert into production_orders (prefecture, ${COLUMNS})
    select '${PRODUCTION_SHARD}', ${COLUMNS} from json_to_recordset($1::json) as o(${RECORD})
    on conflict (prefecture, id) do update set (${UPDATED}) = (${UPDATED.split(', ')
      .map((column) => `excluded.${column}`)
      .join(', ')})`,
  values: [JSON.stringify(orders.map(rowOf))],
})

/** `none` when the case has no order. */
export const orderFact = (id: Uuid): Fact<OrderState> =>
  fact(
    `select row_to_json(o) from (select ${COLUMNS} from production_orders where prefecture = '${PRODUCTION_SHARD}' and id = $1::uuid) o`,
    [id],
    (row: OrderRow | null) => (row ? orderOf(row).state : NO_ORDER),
  )

export const orderByNumberFact = (caseNumber: string): Fact<KeptOrder | null> =>
  fact(
    `select row_to_json(o) from (select ${COLUMNS} from production_orders where prefecture = '${PRODUCTION_SHARD}' and case_number = $1::text) o`,
    [caseNumber],
    (row: OrderRow | null) => row && orderOf(row),
  )

const ordersFact = (where: string, order: string, values: readonly unknown[]): Fact<readonly KeptOrder[]> =>
  fact(
    `select coalesce(json_agg(o order by ${order}), '[]'::json)
      from (select ${COLUMNS} from production_orders where prefecture = '${PRODUCTION_SHARD}' and ${where}) o`,
    values,
    (rows: OrderRow[]) => rows.map(orderOf),
  )

export const ordersByIdFact = (ids: readonly Uuid[]): Fact<readonly KeptOrder[]> => ordersFact('id = any($1::uuid[])', 'o.id', [ids])

/** The queue of the batch's half-day, in order of acceptance. */
export const queueOfBatchFact = (batch: Uuid): Fact<readonly KeptOrder[]> =>
  ordersFact(
    `status = 'queued' and (slot_day, slot_half) =
      (select slot_day, slot_half from production_batches where prefecture = '${PRODUCTION_SHARD}' and id = $1::uuid)`,
    'o.accepted_at, o.id',
    [batch],
  )

/** Every card that waits: planned from the day on, or for want of a calendar not planned at all. */
export const queueFromFact = (from: Day): Fact<readonly KeptOrder[]> =>
  ordersFact(`status = 'queued' and (slot_day is null or slot_day >= $1::date)`, 'o.accepted_at, o.id', [from])

/** What is on the lines for the batch, in the order in which each makes it. */
export const onLinesOfBatchFact = (batch: Uuid): Fact<readonly KeptOrder[]> =>
  ordersFact(`status = 'on-line' and batch = $1::uuid`, 'o.line, o.position', [batch])

export const onLineFact = (line: string): Fact<readonly KeptOrder[]> =>
  ordersFact(`status = 'on-line' and line = $1::text`, 'o.slot_day, o.slot_half, o.position', [line])

/** What is on a line now: how many cards, and the last one's position. */
export interface Waiting {
  readonly cards: number
  readonly last: number
}

/** By line; a line without cards has no entry. */
export const waitingFact = (): Fact<ReadonlyMap<string, Waiting>> =>
  fact(
    `select coalesce(json_object_agg(w.line, json_build_object('cards', w.cards, 'last', w.last)), '{}'::json) from (
      select line, count(*)::int as cards, max(position) as last
      from production_orders where prefecture = '${PRODUCTION_SHARD}' and status = 'on-line' group by line) w`,
    [],
    (lines: Record<string, Waiting>) => new Map(Object.entries(lines)),
  )

/** The lines on which each batch still has cards. */
export const batchLinesFact = (): Fact<ReadonlyMap<Uuid, readonly string[]>> =>
  fact(
    `select coalesce(json_object_agg(b.batch, b.lines), '{}'::json) from (
      select batch, array_agg(distinct line) as lines from production_orders where prefecture = '${PRODUCTION_SHARD}' and status = 'on-line' group by batch) b`,
    [],
    (lines: Record<string, string[]>) => new Map(Object.entries(lines) as [Uuid, string[]][]),
  )

export const hasUnplacedFact = (): Fact<boolean> =>
  fact(
    `select to_json(exists (select 1 from production_orders where prefecture = '${PRODUCTION_SHARD}' and status = 'queued' and slot_day is null))`,
    [],
    (found: boolean) => found,
  )

const STRIPES = 16
const stripeOf = (id: Uuid): number => Number.parseInt(id.slice(-2), 16) % STRIPES

/** How many orders stand in each half-day from the day on, by `slotKey`. */
export const loadFact = (from: Day): Fact<ReadonlyMap<string, number>> =>
  fact(
    `select coalesce(json_object_agg(l.slot, l.cards), '{}'::json) from (
      select to_char(slot_day, 'YYYY-MM-DD') || slot_half as slot, sum(cards)::int as cards
      from production_load where prefecture = '${PRODUCTION_SHARD}' and slot_day >= $1::date group by slot_day, slot_half) l`,
    [from],
    (cards: Record<string, number>) => new Map(Object.entries(cards)),
  )

export interface SlotMove {
  readonly id: Uuid
  readonly from: HalfDaySlot | null
  readonly to: HalfDaySlot | null
}

/** Counts orders out of one half-day and into another. */
export function loadChange(moves: readonly SlotMove[]): Change | undefined {
  const deltas = new Map<string, { slot_day: Day; slot_half: string; stripe: number; cards: number }>()
  const add = (slot: HalfDaySlot | null, id: Uuid, cards: number): void => {
    if (slot === null) return
    const stripe = stripeOf(id)
    const key = `${slotKey(slot)}#${String(stripe).padStart(2, '0')}`
    const delta = deltas.get(key) ?? { slot_day: slot.day, slot_half: slot.half, stripe, cards: 0 }
    delta.cards += cards
    deltas.set(key, delta)
  }
  for (const { id, from, to } of moves) {
    add(from, id, -1)
    add(to, id, 1)
  }
  const rows = [...deltas.entries()].filter(([, { cards }]) => cards !== 0).sort(([a], [b]) => (a < b ? -1 : 1))
  if (rows.length === 0) return undefined
  return {
    text: `insert into production_load (prefecture, slot_day, slot_half, stripe, cards)
      select '${PRODUCTION_SHARD}', slot_day, slot_half, stripe, cards
      from json_to_recordset($1::json) as l(slot_day date, slot_half text, stripe int, cards int)
      on conflict (prefecture, slot_day, slot_half, stripe) do update set cards = production_load.cards + excluded.cards`,
    values: [JSON.stringify(rows.map(([, row]) => row))],
  }
}

/** A page of the orders of a half-day, in order of acceptance. */
export const slotOrdersPiece = (slot: HalfDaySlot, after: { readonly at: Instant; readonly id: Uuid } | null, limit: number): Piece => ({
  text: `select ${COLUMNS} from production_orders
    where prefecture = '${PRODUCTION_SHARD}' and slot_day = $1::date and slot_half = $2::text
      and ($3::timestamptz is null or (accepted_at, id) > ($3::timestamptz, $4::uuid))
    order by accepted_at, id limit $5::int`,
  values: [slot.day, slot.half, after?.at ?? null, after?.id ?? null, limit],
})

/** Orders by state for each half-day of some days: at most a few thousand rows of an index each. */
export const countsPiece = (from: Day, to: Day): Piece => ({
  text: `select slot_day, slot_half, status, count(*)::int as cards from production_orders
    where prefecture = '${PRODUCTION_SHARD}' and slot_day between $1::date and $2::date group by slot_day, slot_half, status`,
  values: [from, to],
})

export const orderIdsPiece = (after: Uuid | null, limit: number): Piece => ({
  text: `select ${COLUMNS} from production_orders where prefecture = '${PRODUCTION_SHARD}' and ($1::uuid is null or id > $1::uuid) order by id limit $2::int`,
  values: [after, limit],
})

/** Load as the orders have it, to prove the counted one. */
export const countedLoadPiece = (): Piece => ({
  text: `select to_char(slot_day, 'YYYY-MM-DD') || slot_half as slot, count(*)::int as cards from production_orders
    where prefecture = '${PRODUCTION_SHARD}' and slot_day is not null group by slot_day, slot_half`,
  values: [],
})
