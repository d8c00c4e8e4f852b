import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'
import { type AlarmCause, type BatchState, type BatchStatus, type LineState, PRODUCTION_SHARD } from '#production/model.ts'
import { NO_BATCH } from '#production/rules/batch.ts'
import { NO_LINE_STATE } from '#production/rules/lines.ts'
import { slotKey } from '#production/rules/slots.ts'

interface BatchRow {
  id: Uuid
  slot_day: Day
  slot_half: 'am' | 'pm'
  status: BatchStatus
  alarms: string
  started_at: string | null
  finished_at: string | null
  version: number
}

export interface KeptBatch {
  readonly id: Uuid
  readonly state: BatchState
}

const COLUMNS = 'id, slot_day, slot_half, status, alarms, started_at, finished_at, version'
const RECORD = 'id uuid, slot_day date, slot_half text, status text, alarms text, started_at timestamptz, finished_at timestamptz, version int'
const instantOrNull = (text: string | null): Instant | null => (text === null ? null : instant(text))

const batchOf = (row: BatchRow): KeptBatch => ({
  id: row.id,
  state: {
    status: row.status,
    version: row.version,
    slot: { day: row.slot_day, half: row.slot_half },
    alarms: JSON.parse(row.alarms) as AlarmCause[],
    startedAt: instantOrNull(row.started_at),
    finishedAt: instantOrNull(row.finished_at),
  },
})

const rowOf = ({ id, state }: KeptBatch): BatchRow => ({
  id,
  slot_day: (state.slot as HalfDaySlot).day,
  slot_half: (state.slot as HalfDaySlot).half,
  status: state.status,
  alarms: JSON.stringify(state.alarms),
  started_at: state.startedAt,
  finished_at: state.finishedAt,
  version: state.version,
})

export const batchesChange = (batches: readonly KeptBatch[]): Change => ({
  text: `insert into production_batches (prefecture, ${COLUMNS})
    select '${PRODUCTION_SHARD}', ${COLUMNS} from json_to_recordset($1::json) as b(${RECORD})
    on conflict (prefecture, id) do update set
      (status, alarms, started_at, finished_at, version) = (excluded.status, excluded.alarms, excluded.started_at, excluded.finished_at, excluded.version)`,
  values: [JSON.stringify(batches.map(rowOf))],
})

export const batchFact = (id: Uuid): Fact<BatchState> =>
  fact(
    `select row_to_json(b) from (select ${COLUMNS} from production_batches where prefecture = '${PRODUCTION_SHARD}' and id = $1::uuid) b`,
    [id],
    (row: BatchRow | null) => (row ? batchOf(row).state : NO_BATCH),
  )

/** The batches from the day on, by `slotKey`. */
export const batchesFromFact = (from: Day): Fact<ReadonlyMap<string, KeptBatch>> =>
  fact(
    `select coalesce(json_agg(b), '[]'::json) from (
      select ${COLUMNS} from production_batches where prefecture = '${PRODUCTION_SHARD}' and slot_day >= $1::date) b`,
    [from],
    (rows: BatchRow[]) => new Map(rows.map(batchOf).map((batch) => [slotKey(batch.state.slot as HalfDaySlot), batch])),
  )

/** Running batches none of whose cards is still on a line. */
export const doneBatchesFact = (): Fact<readonly KeptBatch[]> =>
  fact(
    `select coalesce(json_agg(b), '[]'::json) from (
      select ${COLUMNS} from production_batches p where prefecture = '${PRODUCTION_SHARD}' and status = 'running' and not exists (
        select 1 from production_orders o where o.prefecture = p.prefecture and o.status = 'on-line' and o.batch = p.id)) b`,
    [],
    (rows: BatchRow[]) => rows.map(batchOf),
  )

export const batchesPiece = (from: Day, to: Day): Piece => ({
  text: `select ${COLUMNS}, (
      select count(*)::int from production_blanks s where s.prefecture = b.prefecture and s.batch = b.id and s.state in ('spoiled', 'destroyed')) as spoiled
    from production_batches b
    where prefecture = '${PRODUCTION_SHARD}' and slot_day between $1::date and $2::date order by slot_day, slot_half`,
  values: [from, to],
})

export const batchRowOf = (row: BatchRow & { spoiled: number }): KeptBatch & { readonly spoiled: number } => ({ ...batchOf(row), spoiled: row.spoiled })
export type BatchListRow = BatchRow & { spoiled: number }

interface LineRow {
  line: string
  state: LineState['state']
  changed_at: string | null
  expected_back_at: string | null
  reason: string | null
  version: number
}

const lineOf = (row: LineRow): LineState => ({
  version: row.version,
  state: row.state,
  changedAt: instantOrNull(row.changed_at),
  expectedBackAt: instantOrNull(row.expected_back_at),
  reason: row.reason,
})

/** Lines that ever stopped; all others work. */
export const linesFact = (): Fact<ReadonlyMap<string, LineState>> =>
  fact(
    `select coalesce(json_agg(l), '[]'::json) from (
      select line, state, changed_at, expected_back_at, reason, version from production_lines where prefecture = '${PRODUCTION_SHARD}') l`,
    [],
    (rows: LineRow[]) => new Map(rows.map((row) => [row.line, lineOf(row)])),
  )

export const lineStateOf = (states: ReadonlyMap<string, LineState>, line: string): LineState => states.get(line) ?? NO_LINE_STATE

export const lineChange = (line: string, state: LineState): Change => ({
  text: `insert into production_lines (prefecture, line, state, changed_at, expected_back_at, reason, version)
    values ('${PRODUCTION_SHARD}', $1::text, $2::text, $3::timestamptz, $4::timestamptz, $5::text, $6::int)
    on conflict (prefecture, line) do update set
      (state, changed_at, expected_back_at, reason, version) = (excluded.state, excluded.changed_at, excluded.expected_back_at, excluded.reason, excluded.version)`,
  values: [line, state.state, state.changedAt, state.expectedBackAt, state.reason, state.version],
})

export const reportSeenFact = (report: string): Fact<boolean> =>
  fact(
    `select to_json(exists (select 1 from production_reports where prefecture = '${PRODUCTION_SHARD}' and report = $1::text))`,
    [report],
    (seen: boolean) => seen,
  )

export const reportChange = (report: string, line: string, at: Instant): Change => ({
  text: `insert into production_reports (prefecture, report, line, at) values ('${PRODUCTION_SHARD}', $1::text, $2::text, $3::timestamptz)`,
  values: [report, line, at],
})
