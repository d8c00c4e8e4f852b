import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import { type Day, endOfDay, type Instant, instant, startOfDay } from '#kernel/time.ts'
import type { GatewayName } from '#partners/gateway.ts'
import type { Difference, LedgerLine, PaymentEvent, PaymentRow, PaymentState, PaymentStatus, Reconciled, RefundWhy } from '#payment/model.ts'
import { orderNumberOf } from '#payment/rules.ts'
import type { Change } from '#platform/commit.ts'
import { type PastEvent, type StreamKey, streamFact } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'
import { rowColumns } from '#platform/row-columns.ts'
import type { Piece } from '#platform/statement.ts'

interface Row {
  readonly prefecture: string
  readonly id: Uuid
  readonly version: number
  readonly number: string
  readonly case_id: Uuid
  readonly case_number: string
  readonly person_id: Uuid
  readonly organ: string
  readonly gateway: string
  readonly item: string
  readonly amount_cents: number
  readonly status: string
  readonly placed_at: Instant
  readonly expires_at: Instant
  readonly transaction: string | null
  readonly paid_cents: number
  readonly paid_at: Instant | null
  readonly receipt_number: string | null
  readonly refund_why: string | null
  readonly refund_number: string | null
  readonly refund_cents: number
  readonly refunded_at: Instant | null
  readonly disputed: boolean
}

const TYPES: Readonly<Record<keyof Row, string>> = {
  prefecture: 'text',
  id: 'uuid',
  version: 'int',
  number: 'text',
  case_id: 'uuid',
  case_number: 'text',
  person_id: 'uuid',
  organ: 'text',
  gateway: 'text',
  item: 'text',
  amount_cents: 'int',
  status: 'text',
  placed_at: 'timestamptz',
  expires_at: 'timestamptz',
  transaction: 'text',
  paid_cents: 'int',
  paid_at: 'timestamptz',
  receipt_number: 'text',
  refund_why: 'text',
  refund_number: 'text',
  refund_cents: 'int',
  refunded_at: 'timestamptz',
  disputed: 'boolean',
}

const { list: LIST, record: RECORD, updates: UPDATES } = rowColumns<Row>(TYPES)

/** The projection's row. @param placedAt when its first event happened. @throws Error for an order that was never placed */
export function rowOf(key: StreamKey, state: PaymentState, placedAt: Instant): Row {
  const { placing, receipt, refund } = state
  if (placing === null) throw new Error('an order that was never placed has no row')
  return {
    prefecture: key.prefecture,
    id: key.stream,
    version: state.version,
    number: orderNumberOf(key),
    case_id: placing.caseId,
    case_number: placing.caseNumber,
    person_id: placing.personId,
    organ: placing.organ,
    gateway: placing.gateway,
    item: placing.item,
    amount_cents: placing.amount,
    status: state.status,
    placed_at: placedAt,
    expires_at: placing.expiresAt,
    transaction: state.transaction,
    paid_cents: state.paidAmount ?? 0,
    paid_at: state.paidAt,
    receipt_number: receipt && `${receipt.code}-${receipt.number}`,
    refund_why: refund?.why ?? null,
    refund_number: refund?.number ?? null,
    refund_cents: refund?.amount ?? 0,
    refunded_at: state.refundedAt,
    disputed: state.disputed,
  }
}

const when = (at: Instant | null): Instant | null => at && instant(at)

export const paymentOf = (row: Row): PaymentRow => ({
  prefecture: row.prefecture,
  id: row.id,
  version: row.version,
  number: row.number,
  caseId: row.case_id,
  caseNumber: row.case_number as CaseNumber,
  personId: row.person_id,
  organ: row.organ,
  gateway: row.gateway as GatewayName,
  item: row.item,
  amountCents: row.amount_cents,
  status: row.status as PaymentStatus,
  placedAt: instant(row.placed_at),
  expiresAt: instant(row.expires_at),
  transaction: row.transaction,
  paidCents: row.paid_cents,
  paidAt: when(row.paid_at),
  receiptNumber: row.receipt_number,
  refundWhy: row.refund_why as RefundWhy | null,
  refundNumber: row.refund_number,
  refundCents: row.refund_cents,
  refundedAt: when(row.refunded_at),
  disputed: row.disputed,
})

/** A new order, or the row as the fold now says. Stale writers fail at the events' key in the same statement. */
export const savePaymentChange = (row: Row): Change => ({
  text: `insert into payment_orders (${LIST}) select ${LIST} from json_to_recordset($1::json) as r(${RECORD})
    on conflict (prefecture, id) do update set ${UPDATES}`,
  values: [JSON.stringify([row])],
})

export const paymentStreamFact = (key: StreamKey): Fact<readonly PastEvent<PaymentEvent>[]> => streamFact<PaymentEvent>(key)

/** All orders of a case, the newest first. */
export const paymentsOfCaseFact = ({ prefecture, stream }: StreamKey): Fact<readonly PaymentRow[]> =>
  fact(
    `select coalesce(json_agg(p order by p.placed_at desc, p.id desc), '[]'::json)
      from (select ${LIST} from payment_orders where prefecture = $1::text and case_id = $2::uuid) p`,
    [prefecture, stream],
    (rows: readonly Row[]) => rows.map(paymentOf),
  )

export const paymentRowFact = ({ prefecture, stream }: StreamKey): Fact<PaymentRow | null> =>
  fact(
    `select row_to_json(p) from (select ${LIST} from payment_orders where prefecture = $1::text and id = $2::uuid) p`,
    [prefecture, stream],
    (row: Row | null) => row && paymentOf(row),
  )

export interface After {
  readonly at: Instant
  readonly id: Uuid
}

/** Orders that somebody may have to act on, the oldest first. */
export const troubledRead = (prefectures: readonly string[], after: After | null, limit: number): Piece => ({
  text: `select ${LIST} from payment_orders
    where prefecture = any($1::text[]) and (status in ('refund-failed', 'closing', 'unknown', 'paid', 'refunding') or disputed)
      and ($2::timestamptz is null or (placed_at, id) > ($2::timestamptz, $3::uuid))
    order by placed_at, id limit $4::int`,
  values: [prefectures, after?.at ?? null, after?.id ?? null, limit],
})

/** What was paid and given back on a day through a gateway, as we know it. */
export const ledgerFact = (prefectures: readonly string[], gateway: GatewayName, on: Day): Fact<readonly LedgerLine[]> =>
  fact(
    `select coalesce(json_agg(l), '[]'::json) from (
      select 'payment' as kind, number, paid_cents as amount, status from payment_orders
        where prefecture = any($1::text[]) and gateway = $2::text and paid_at between $3::timestamptz and $4::timestamptz
      union all
      select 'refund', number, refund_cents, status from payment_orders
        where prefecture = any($1::text[]) and gateway = $2::text and refunded_at between $3::timestamptz and $4::timestamptz) l`,
    [prefectures, gateway, startOfDay(on), endOfDay(on)],
    (lines: readonly LedgerLine[]) => lines,
  )

const PROVINCE = '2200'

export const saveDayChange = ({ gateway, day, oursCount, oursCents, theirsCount, theirsCents, differences, at }: Reconciled): Change => ({
  text: `insert into payment_days (prefecture, gateway, day, ours_count, ours_cents, theirs_count, theirs_cents, differences, reconciled_at)
    values ($1::text, $2::text, $3::date, $4::int, $5::bigint, $6::int, $7::bigint, $8::text, $9::timestamptz)
    on conflict (prefecture, gateway, day) do update set ours_count = excluded.ours_count, ours_cents = excluded.ours_cents,
      theirs_count = excluded.theirs_count, theirs_cents = excluded.theirs_cents, differences = excluded.differences, reconciled_at = excluded.reconciled_at`,
  values: [PROVINCE, gateway, day, oursCount, oursCents, theirsCount, theirsCents, JSON.stringify(differences), at],
})

interface DayRow {
  readonly gateway: GatewayName
  readonly day: Day
  readonly ours_count: number
  readonly ours_cents: number
  readonly theirs_count: number
  readonly theirs_cents: number
  readonly differences: string
  readonly reconciled_at: Instant
}

/** The last days, the newest first. */
export const daysFact = (before: Day | null, limit: number): Fact<readonly Reconciled[]> =>
  fact(
    `select coalesce(json_agg(d order by d.day desc, d.gateway), '[]'::json) from (
      select gateway, day, ours_count, ours_cents, theirs_count, theirs_cents, differences, reconciled_at from payment_days
      where prefecture = $1::text and ($2::date is null or day < $2::date) order by day desc, gateway limit $3::int) d`,
    [PROVINCE, before, limit],
    (rows: readonly DayRow[]) =>
      rows.map((row) => ({
        gateway: row.gateway,
        day: row.day,
        oursCount: row.ours_count,
        oursCents: row.ours_cents,
        theirsCount: row.theirs_count,
        theirsCents: row.theirs_cents,
        differences: JSON.parse(row.differences) as Difference[],
        at: instant(row.reconciled_at),
      })),
  )

/** The last day, earlier days with money that were not reconciled yet, and those whose differences were still open when last looked at. */
export const daysToReconcileFact = (
  prefectures: readonly string[],
  gateways: readonly GatewayName[],
  upTo: Day,
  anewBefore: Instant,
): Fact<readonly { readonly gateway: GatewayName; readonly day: Day }[]> =>
  fact(
    `select coalesce(json_agg(w), '[]'::json) from (
      select distinct p.gateway, ((m.at + interval '8 hours') at time zone 'UTC')::date as day
        from payment_orders p, lateral (values (p.paid_at), (p.refunded_at)) m(at)
        where p.prefecture = any($1::text[]) and m.at is not null and m.at <= $2::timestamptz and m.at > $2::timestamptz - interval '31 days'
          and not exists (select from payment_days d where d.prefecture = $4::text and d.gateway = p.gateway and d.day = ((m.at + interval '8 hours') at time zone 'UTC')::date)
      union
      select d.gateway, d.day from payment_days d
        where d.prefecture = $4::text and d.differences <> '[]' and d.reconciled_at < $3::timestamptz and d.day > $5::date - 14
      union
      select g.gateway, $5::date from unnest($6::text[]) as g(gateway)
        where not exists (select from payment_days d where d.prefecture = $4::text and d.gateway = g.gateway and d.day = $5::date)
      order by day limit 62) w where gateway = any($6::text[])`,
    [prefectures, endOfDay(upTo), anewBefore, PROVINCE, upTo, gateways],
    (rows: readonly { gateway: GatewayName; day: Day }[]) => rows,
  )

/** Every order of a prefecture after an id, by its events and by its row, for rebuilding. */
export const paymentIdsRead = (prefecture: string, after: Uuid | null, limit: number): Piece => ({
  text: `select id from (
      select distinct stream as id from events where prefecture = $1 and type = 'PaymentOrdered'
      union select id from payment_orders where prefecture = $1) p
    where $2::uuid is null or id > $2::uuid order by id limit $3`,
  values: [prefecture, after, limit],
})
