import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { StreamKey } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { CaseKey } from '#supervision/model.ts'
import type { Candidate, CheckDifference, OutcomeCounts, ReplayedCase } from '#supervision/rules/replay.ts'

/** Replays are the province's. */
export const REPLAY_SHARD = '2200'

export const replayKey = (id: Uuid): StreamKey => ({ prefecture: REPLAY_SHARD, stream: id })

/** A replay as it stands; `version` is that of its stream. */
export interface Replay {
  readonly id: Uuid
  readonly settings: Candidate
  readonly from: Day
  readonly to: Day
  readonly limit: number
  readonly requestedAt: Instant
  readonly requestedBy: string
  readonly finishedAt: Instant | null
  readonly complete: boolean | null
  /** The case that was read last; null before the first. */
  readonly after: CaseKey | null
  readonly read: number
  readonly outcomes: OutcomeCounts
  readonly version: number
}

interface Row {
  id: Uuid
  settings: string
  from_day: Day
  to_day: Day
  case_limit: number
  requested_at: string
  requested_by: string
  finished_at: string | null
  complete: boolean | null
  next_prefecture: string | null
  next_after: Uuid | null
  cases_read: number
  outcomes: string
  version: number
}

const COLUMNS =
  'id, settings, from_day, to_day, case_limit, requested_at, requested_by, finished_at, complete, next_prefecture, next_after, cases_read, outcomes, version'

const replayOf = (row: Row): Replay => ({
  id: row.id,
  settings: JSON.parse(row.settings) as Candidate,
  from: row.from_day,
  to: row.to_day,
  limit: row.case_limit,
  requestedAt: instant(row.requested_at),
  requestedBy: row.requested_by,
  finishedAt: row.finished_at === null ? null : instant(row.finished_at),
  complete: row.complete,
  after: row.next_prefecture !== null && row.next_after !== null ? { prefecture: row.next_prefecture, id: row.next_after } : null,
  read: row.cases_read,
  outcomes: JSON.parse(row.outcomes) as OutcomeCounts,
  version: row.version,
})

export const replayFact = (id: Uuid): Fact<Replay | null> =>
  fact(
    `select row_to_json(r) from (select ${COLUMNS} from review_replays where prefecture = $1::text and id = $2::uuid) r`,
    [REPLAY_SHARD, id],
    (row: Row | null) => row && replayOf(row),
  )

/** As the fold says; guarded by the replay's stream. */
export const replayChange = (replay: Replay): Change => ({
  text: `insert into review_replays (prefecture, ${COLUMNS})
    values ($1::text, $2::uuid, $3::text, $4::date, $5::date, $6::int, $7::timestamptz, $8::text, $9::timestamptz, $10::boolean, $11::text, $12::uuid,
      $13::int, $14::text, $15::int)
    on conflict (prefecture, id) do update set finished_at = excluded.finished_at, complete = excluded.complete, next_prefecture = excluded.next_prefecture,
      next_after = excluded.next_after, cases_read = excluded.cases_read, outcomes = excluded.outcomes, version = excluded.version`,
  values: [
    ...[REPLAY_SHARD, replay.id, canonicalJson(replay.settings), replay.from, replay.to, replay.limit, replay.requestedAt, replay.requestedBy],
    ...[replay.finishedAt, replay.complete, replay.after?.prefecture ?? null, replay.after?.id ?? null, replay.read],
    ...[canonicalJson(replay.outcomes), replay.version],
  ],
})

export const differencesChange = (id: Uuid, cases: readonly ReplayedCase[]): Change => ({
  text: `insert into review_replay_differences (prefecture, replay, number, service, before, after, checks)
    select $1::text, $2::uuid, number, service, before, after, checks
    from json_to_recordset($3::json) as d(number text, service text, before text, after text, checks text)`,
  values: [REPLAY_SHARD, id, JSON.stringify(cases.map((one) => ({ ...one, checks: canonicalJson(one.checks) })))],
})

interface DifferenceRow extends Pick<ReplayedCase, 'number' | 'service' | 'before' | 'after'> {
  checks: string
}

/** By case number; one more than `limit`. */
export const differencesFact = (id: Uuid, after: string | null, limit: number): Fact<readonly ReplayedCase[]> =>
  fact(
    `select coalesce(json_agg(d order by d.number), '[]'::json) from (
      select number, service, before, after, checks from review_replay_differences
      where prefecture = $1::text and replay = $2::uuid and ($3::text is null or number > $3::text) order by number limit $4::int) d`,
    [REPLAY_SHARD, id, after, limit + 1],
    (rows: DifferenceRow[]) => rows.map((row) => ({ ...row, checks: JSON.parse(row.checks) as CheckDifference[] })),
  )

export interface PastReview {
  readonly prefecture: string
  readonly id: Uuid
  readonly submitted: string
  readonly reviewed: string
}

/**
 * The next cases that were submitted between two instants, with how they were submitted and reviewed. Ids of cases are made at
 * submission and sort by time, so the two ends are ids as well.
 */
export const pastReviewsFact = (
  prefectures: readonly string[],
  between: { readonly first: Uuid; readonly last: Uuid },
  after: CaseKey | null,
  limit: number,
): Fact<readonly PastReview[]> =>
  fact(
    `select coalesce(json_agg(c order by c.prefecture, c.id), '[]'::json) from (
      select s.prefecture, s.id,
        (select e.body from events e where e.prefecture = s.prefecture and e.stream = s.id and e.type = 'CaseSubmitted') as submitted,
        (select e.body from events e where e.prefecture = s.prefecture and e.stream = s.id and e.type = 'CaseReviewed' order by e.seq limit 1) as reviewed
      from supervised_cases s
      where s.prefecture = any($1::text[]) and s.id between $2::uuid and $3::uuid
        and ($4::text is null or (s.prefecture, s.id) > ($4::text, $5::uuid))
      order by s.prefecture, s.id limit $6::int) c`,
    [prefectures, between.first, between.last, after?.prefecture ?? null, after?.id ?? null, limit],
    (rows: PastReview[]) => rows,
  )
