import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'
import type { CaseKey, CountedCase, FigureKey, Outcome, PendingEvents, SupervisedCase, SupervisedEvent } from '#supervision/model.ts'

/** Column → its type and the field of the case that it holds. */
const FIELDS = {
  number: ['text', 'number'],
  service: ['text', 'service'],
  measure: ['int', 'measure'],
  organ: ['text', 'organ'],
  issuer: ['text', 'issuer'],
  accepted_on: ['date', 'acceptedOn'],
  promised_on: ['date', 'promisedOn'],
  first_by: ['timestamptz', 'firstBy'],
  due_by: ['timestamptz', 'dueBy'],
  told_by: ['timestamptz', 'toldBy'],
  revisions: ['int', 'revisions'],
  told_in_time: ['int', 'toldInTime'],
  last_cause: ['text', 'lastCause'],
  settled: ['boolean', 'settled'],
  dispatched_at: ['timestamptz', 'dispatchedAt'],
  with_person_at: ['timestamptz', 'withPersonAt'],
  ended_at: ['timestamptz', 'endedAt'],
  ended: ['text', 'ended'],
  referral_due_at: ['timestamptz', 'referralDueAt'],
  referral_paused_at: ['timestamptz', 'referralPausedAt'],
  statutory_due_at: ['timestamptz', 'statutoryDueAt'],
} as const satisfies Record<string, readonly [type: string, field: keyof SupervisedCase]>

const ENTRIES = Object.entries(FIELDS)
const COLUMNS = ['prefecture', 'id', 'version', 'counted_as', ...ENTRIES.map(([column]) => column)]
export const LIST = COLUMNS.join(', ')
const RECORD = ['prefecture text', 'id uuid', 'version int', 'counted_as text', ...ENTRIES.map(([column, [type]]) => `${column} ${type}`)].join(', ')
const UPDATES = COLUMNS.filter((column) => !['prefecture', 'id', 'version'].includes(column))
  .map((column) => `${column} = r.${column}`)
  .join(', ')

export type CaseRow = Readonly<Record<string, unknown>> & {
  readonly prefecture: string
  readonly id: Uuid
  readonly version: number
  readonly counted_as: Outcome | null
}

export const rowOf = ({ prefecture, id, version, countedAs, supervised }: CountedCase): CaseRow => ({
  prefecture,
  id,
  version,
  counted_as: countedAs,
  ...Object.fromEntries(ENTRIES.map(([column, [, field]]) => [column, supervised[field]])),
})

/** As the driver or `row_to_json` gives it. */
export function countedCaseOf(row: CaseRow): CountedCase {
  const supervised = Object.fromEntries(
    ENTRIES.map(([column, [type, field]]) => {
      const value = row[column] as string | null
      return [field, type === 'timestamptz' && value !== null ? instant(value) : value]
    }),
  ) as unknown as SupervisedCase
  return { prefecture: row.prefecture, id: row.id, version: row.version, countedAs: row.counted_as, supervised }
}

const rowsOf = (rows: readonly CaseRow[]): readonly CountedCase[] => rows.map(countedCaseOf)

/** The one row that a commit of a case pays for supervision. Its key follows from the events: nothing is drawn. */
export const deltasChange = (pending: readonly PendingEvents[]): Change => ({
  text: `insert into supervision_deltas (prefecture, stream, seq, body)
    select prefecture, stream, seq, body from json_to_recordset($1::json) as d(prefecture text, stream uuid, seq int, body text)`,
  values: [JSON.stringify(pending.map(({ prefecture, id, seq, events }) => ({ prefecture, stream: id, seq, body: canonicalJson(events) })))],
})

interface DeltaRow {
  prefecture: string
  stream: Uuid
  seq: number
  body: string
}

const pendingOf = (rows: readonly DeltaRow[]): readonly PendingEvents[] =>
  rows.map(({ prefecture, stream, seq, body }) => ({ prefecture, id: stream, seq, events: JSON.parse(body) as SupervisedEvent[] }))

/** The first `limit` deltas by prefecture and case: a case's are in order, and none is passed over. */
export const pendingFact = (limit: number | null): Fact<readonly PendingEvents[]> =>
  fact(
    `select coalesce(json_agg(d order by d.prefecture, d.stream, d.seq), '[]'::json)
      from (select prefecture, stream, seq, body from supervision_deltas order by prefecture, stream, seq limit $1::int) d`,
    [limit],
    pendingOf,
  )

/** The cases that those deltas are about, as they are counted. One look-up each: the limit keeps the planner from reading all cases instead. */
export const countedPendingFact = (limit: number | null): Fact<readonly CountedCase[]> =>
  fact(
    `select coalesce(json_agg(c), '[]'::json) from (
      select distinct prefecture, stream from (select prefecture, stream from supervision_deltas order by prefecture, stream, seq limit $1::int) p) d
      cross join lateral (select ${LIST} from supervised_cases s where s.prefecture = d.prefecture and s.id = d.stream limit 1) c`,
    [limit],
    rowsOf,
  )

/** Counted as in progress, and the day has passed. */
export const lapsedFact = (prefectures: readonly string[], now: Instant, limit: number | null): Fact<readonly CountedCase[]> =>
  fact(
    `select coalesce(json_agg(c), '[]'::json) from (
      select ${LIST} from supervised_cases where counted_as = 'in-progress' and prefecture = any($1::text[]) and due_by < $2::timestamptz limit $3::int) c`,
    [prefectures, now, limit],
    rowsOf,
  )

export const deltasFoldedChange = (pending: readonly PendingEvents[]): Change => ({
  text: `delete from supervision_deltas d using json_to_recordset($1::json) as k(prefecture text, stream uuid, seq int)
    where d.prefecture = k.prefecture and d.stream = k.stream and d.seq = k.seq`,
  values: [JSON.stringify(pending.map(({ prefecture, id, seq }) => ({ prefecture, stream: id, seq })))],
})

export const insertCasesChange = (cases: readonly CountedCase[]): Change => ({
  text: `insert into supervised_cases (${LIST}) select ${LIST} from json_to_recordset($1::json) as r(${RECORD})`,
  values: [JSON.stringify(cases.map(rowOf))],
})

/** Compare-and-set on how the case was counted, so that two workers never count one step twice. @throws LostRace, from the commit. */
export const updateCasesChange = (before: readonly CountedCase[], after: readonly CountedCase[]): Change => {
  const was = new Map(before.map((one) => [`${one.prefecture} ${one.id}`, one]))
  const rows = after.map((one) => {
    const old = was.get(`${one.prefecture} ${one.id}`)
    return { ...rowOf(one), was_version: old?.version, was_counted_as: old?.countedAs ?? null }
  })
  return {
    text: `update supervised_cases c set ${UPDATES},
        version = r.version + case when c.version = r.was_version and c.counted_as is not distinct from r.was_counted_as then 0 else lost_race() end
      from json_to_recordset($1::json) as r(${RECORD}, was_version int, was_counted_as text) where c.prefecture = r.prefecture and c.id = r.id`,
    values: [JSON.stringify(rows)],
  }
}

/** Where a list of cases goes on. */
export interface CaseCursor {
  readonly outcome: Outcome
  readonly id: Uuid
}

/** Which cases stand behind a figure of a day: those accepted on it, or those promised for it with one of these outcomes. */
export interface Behind extends FigureKey {
  readonly accepted: boolean
  readonly outcomes: readonly Outcome[]
  readonly revisedOnly: boolean
}

/** By how they are counted and by id; one more than `limit`, to know whether there is more. */
export const behindFact = (behind: Behind, after: CaseCursor | null, limit: number): Fact<readonly CountedCase[]> =>
  fact(
    `select coalesce(json_agg(c order by c.counted_as, c.id), '[]'::json) from (
      select ${LIST} from supervised_cases
      where prefecture = $1::text and measure = $2::int and ${behind.accepted ? 'accepted_on' : 'promised_on'} = $3::date
        and counted_as = any($4::text[]) and revisions >= $5::int
        and ($6::text is null or (counted_as, id) > ($6::text, $7::uuid))
      order by counted_as, id limit $8::int) c`,
    [behind.prefecture, behind.measure, behind.day, behind.outcomes, behind.revisedOnly ? 1 : 0, after?.outcome ?? null, after?.id ?? null, limit + 1],
    rowsOf,
  )

const keysFact = (where: string, values: readonly unknown[], after: CaseKey | null, limit: number): Fact<readonly CaseKey[]> => {
  const n = values.length
  return fact(
    `select coalesce(json_agg(k order by k.prefecture, k.id), '[]'::json) from (
      select prefecture, id from supervised_cases
      where ${where} and ($${n + 1}::text is null or (prefecture, id) > ($${n + 1}::text, $${n + 2}::uuid)) order by prefecture, id limit $${n + 3}::int) k`,
    [...values, after?.prefecture ?? null, after?.id ?? null, limit],
    (rows: CaseKey[]) => rows,
  )
}

/** Open promises that are due on or after an instant. */
export const promisesFromFact = (prefectures: readonly string[], from: Instant, after: CaseKey | null, limit: number): Fact<readonly CaseKey[]> =>
  keysFact("counted_as = 'in-progress' and prefecture = any($1::text[]) and due_by >= $2::timestamptz", [prefectures, from], after, limit)

/** Open cases whose statutory limit is one of these instants. */
export const statutoryDueFact = (prefectures: readonly string[], dueAt: readonly Instant[], after: CaseKey | null, limit: number): Fact<readonly CaseKey[]> =>
  keysFact(
    'prefecture = any($1::text[]) and with_person_at is null and ended_at is null and statutory_due_at = any($2::timestamptz[])',
    [prefectures, dueAt],
    after,
    limit,
  )

/** What a rebuild compares: a page by id. */
export const casesPagePiece = (prefecture: string, after: Uuid | null, limit: number): Piece => ({
  text: `select ${LIST} from supervised_cases where prefecture = $1::text and ($2::uuid is null or id > $2::uuid) order by id limit $3::int`,
  values: [prefecture, after, limit],
})

/** The followed events of the next `limit` cases of a prefecture, from the log itself. */
export const followedEventsPiece = (prefecture: string, types: readonly string[], after: Uuid | null, limit: number): Piece => ({
  text: `select stream, seq, type, at, body from events
    where prefecture = $1::text and type = any($2::text[]) and stream in (
      select stream from events where prefecture = $1::text and seq = 1 and type = 'CaseSubmitted' and ($3::uuid is null or stream > $3::uuid)
      order by stream limit $4::int)
    order by stream, seq`,
  values: [prefecture, types, after, limit],
})
