import type { SealedValue } from '#case/model.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import { type Day, day, type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { StreamKey } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'
import type { Indicators, RatedChannel, Rating, RatingLevel, RatingState, RectificationResult, RectificationState } from '#rating/model.ts'

interface Row {
  readonly prefecture: string
  readonly id: Uuid
  readonly version: number
  readonly organ: string
  readonly service: string
  readonly channel: string
  readonly level: number
  readonly indicators: string
  readonly rated_on: Day
  readonly named: boolean
  readonly rated_officers: readonly string[]
  readonly comment: string | null
  readonly state: string
  readonly opened_at: Instant | null
  readonly due_at: Instant | null
  readonly provisional: boolean
  readonly handler: string | null
  readonly measure: string | null
  readonly calls: number
  readonly reached: boolean
  readonly satisfied: boolean | null
  readonly call_note: string | null
  readonly result: string | null
  readonly explanation: string | null
  readonly closed_at: Instant | null
  readonly late: boolean
}

const TYPES: Readonly<Record<keyof Row, string>> = {
  prefecture: 'text',
  id: 'uuid',
  version: 'int',
  organ: 'text',
  service: 'text',
  channel: 'text',
  level: 'int',
  indicators: 'text',
  rated_on: 'date',
  named: 'boolean',
  rated_officers: 'text[]',
  comment: 'text',
  state: 'text',
  opened_at: 'timestamptz',
  due_at: 'timestamptz',
  provisional: 'boolean',
  handler: 'text',
  measure: 'text',
  calls: 'int',
  reached: 'boolean',
  satisfied: 'boolean',
  call_note: 'text',
  result: 'text',
  explanation: 'text',
  closed_at: 'timestamptz',
  late: 'boolean',
}
const COLUMNS = Object.keys(TYPES) as (keyof Row)[]
const LIST = COLUMNS.join(', ')
const RECORD = COLUMNS.map((column) => `${column} ${TYPES[column]}`).join(', ')
/** What a rectification moves; what was said stays as it was said. */
const MOVING = ['version', 'state', 'opened_at', 'due_at', 'provisional', 'handler', 'measure', 'calls', 'reached', 'satisfied', 'call_note'] as const
const SETS = [...MOVING, 'result', 'explanation', 'closed_at', 'late'].map((column) => `${column} = n.${column}`).join(', ')
/** With the number of the case, where the reader may know it: the database says so. */
const READ = `${COLUMNS.map((column) => `r.${column}`).join(', ')},
  (select a.case_number from rating_authors a where a.prefecture = r.prefecture and a.rating_id = r.id) as case_number`

const text = (sealed: SealedValue | null): string | null => sealed && JSON.stringify(sealed)
const sealedOf = (kept: string | null): SealedValue | null => (kept === null ? null : (JSON.parse(kept) as SealedValue))
const when = (at: Instant | null): Instant | null => at && instant(at)

export const rowOf = ({ prefecture, stream }: StreamKey, state: Omit<RatingState, 'caseId'>): Row => ({
  ...{ prefecture, id: stream, version: state.version, organ: state.organ, service: state.service, channel: state.channel, level: state.level },
  ...{ indicators: JSON.stringify(state.indicators), rated_on: state.ratedOn, named: state.named, rated_officers: state.ratedOfficers },
  ...{ comment: text(state.comment), state: state.state, opened_at: state.openedAt, due_at: state.dueAt, provisional: state.provisional },
  ...{ handler: state.handler, measure: text(state.measure), calls: state.calls, reached: state.reached, satisfied: state.satisfied },
  ...{ call_note: text(state.callNote), result: state.result, explanation: text(state.explanation), closed_at: state.closedAt, late: state.late },
})

export const ratingOf = (row: Row & { readonly case_number: string | null }): Rating => ({
  ...{ prefecture: row.prefecture, id: row.id, caseNumber: row.case_number as CaseNumber | null, version: row.version, organ: row.organ },
  ...{ service: row.service, channel: row.channel as RatedChannel, level: row.level as RatingLevel },
  ...{ indicators: JSON.parse(row.indicators) as Indicators, ratedOn: day(row.rated_on), named: row.named, ratedOfficers: row.rated_officers },
  ...{ comment: sealedOf(row.comment), state: row.state as RectificationState, openedAt: when(row.opened_at), dueAt: when(row.due_at) },
  ...{ provisional: row.provisional, handler: row.handler, measure: sealedOf(row.measure), calls: row.calls, reached: row.reached },
  ...{ satisfied: row.satisfied, callNote: sealedOf(row.call_note), result: row.result as RectificationResult | null },
  ...{ explanation: sealedOf(row.explanation), closedAt: when(row.closed_at), late: row.late },
})

export interface Author {
  readonly caseId: Uuid
  readonly caseNumber: string
  readonly personId: string | null
  readonly ratedAt: Instant
}

/** A new rating. @throws Taken, from the commit, `rating_authors_pkey` when the case was rated in that channel before */
export const ratedChanges = (key: StreamKey, state: RatingState, { caseId, caseNumber, personId, ratedAt }: Author): readonly Change[] => [
  {
    text: `insert into rating_authors (prefecture, case_id, channel, rating_id, case_number, organ, named, person_id, rated_at)
      values ($1::text, $2::uuid, $3::text, $4::uuid, $5::text, $6::text, $7::boolean, $8::uuid, $9::timestamptz)`,
    values: [key.prefecture, caseId, state.channel, key.stream, caseNumber, state.organ, state.named, personId, ratedAt],
  },
  {
    text: `insert into ratings (${LIST}) select ${LIST} from json_to_recordset($1::json) as n(${RECORD})`,
    values: [JSON.stringify([rowOf(key, state)])],
  },
  countChange(key.prefecture, state, 'rated'),
]

/** The row as the fold now says. Stale writers fail at the events' key in the same statement. */
export const rectifiedChange = (key: StreamKey, state: Omit<RatingState, 'caseId'>): Change => ({
  text: `update ratings r set ${SETS} from json_to_recordset($1::json) as n(${RECORD}) where r.prefecture = n.prefecture and r.id = n.id`,
  values: [JSON.stringify([rowOf(key, state)])],
})

type Counted = Pick<RatingState, 'organ' | 'channel' | 'level' | 'ratedOn'>

export const countChange = (prefecture: string, { organ, channel, level, ratedOn }: Counted, what: 'rated' | 'kept' | 'late'): Change => ({
  text: `insert into rating_counts as c (prefecture, organ, month, channel, level, rated, kept, late)
    values ($1::text, $2::text, $3::text, $4::text, $5::int, $6::int, $7::int, $8::int)
    on conflict (prefecture, organ, month, channel, level) do update
      set rated = c.rated + excluded.rated, kept = c.kept + excluded.kept, late = c.late + excluded.late`,
  values: [prefecture, organ, ratedOn.slice(0, 7), channel, level, ...(['rated', 'kept', 'late'] as const).map((one) => (one === what ? 1 : 0))],
})

export const ratingFact = ({ prefecture, stream }: StreamKey): Fact<Rating | null> =>
  fact(
    `select row_to_json(x) from (select ${READ} from ratings r where r.prefecture = $1::text and r.id = $2::uuid) x`,
    [prefecture, stream],
    (row: Parameters<typeof ratingOf>[0] | null) => row && ratingOf(row),
  )

export const caseOfRatingFact = ({ prefecture, stream }: StreamKey): Fact<Uuid | null> =>
  fact('select to_json(case_id) from rating_authors where prefecture = $1::text and rating_id = $2::uuid', [prefecture, stream], (id: Uuid | null) => id)

export const ratingsOfCaseFact = ({ prefecture, stream }: StreamKey): Fact<readonly Rating[]> =>
  fact(
    `select coalesce(json_agg(x order by x.id), '[]'::json) from (
      select ${READ} from ratings r join rating_authors o on o.prefecture = r.prefecture and o.rating_id = r.id
      where o.prefecture = $1::text and o.case_id = $2::uuid) x`,
    [prefecture, stream],
    (rows: readonly Parameters<typeof ratingOf>[0][]) => rows.map(ratingOf),
  )

export const RATING_LISTS = ['open', 'overdue', 'kept', 'late', 'all'] as const
export type RatingList = (typeof RATING_LISTS)[number]

const LISTED: Readonly<Record<RatingList, string>> = {
  open: "r.state = 'open'",
  overdue: "r.state = 'open' and r.due_at < $2::timestamptz",
  kept: "r.state = 'closed' and not r.late",
  late: "r.state = 'closed' and r.late",
  all: 'true',
}

export interface Listed {
  readonly prefectures: readonly string[]
  /** What the codes of the organs begin with; a whole code for one organ. */
  readonly organs: string
  readonly list: RatingList
  readonly level: RatingLevel | null
  readonly now: Instant
}

/** The newest first; one more than `limit`. */
export const ratingsPiece = ({ prefectures, organs, list, level, now }: Listed, before: Uuid | null, limit: number): Piece => ({
  text: `select ${READ} from ratings r where r.prefecture = any($1::text[]) and ($2::timestamptz is not null and ${LISTED[list]})
      and starts_with(r.organ, $3::text) and ($4::int is null or r.level = $4::int) and ($5::uuid is null or r.id < $5::uuid)
    order by r.id desc limit $6::int`,
  values: [prefectures, now, organs, level, before, limit + 1],
})

/** Open ones, a page at a time, for reckoning their limits anew. */
export const openRatingsPiece = (after: Uuid | null, limit: number): Piece => ({
  text: `select ${READ} from ratings r where r.state = 'open' and ($1::uuid is null or r.id > $1::uuid) order by r.id limit $2::int`,
  values: [after, limit],
})

export interface OrganCounts {
  readonly organ: string
  readonly levels: Readonly<Record<RatingLevel, number>>
  readonly kept: number
  readonly late: number
  readonly open: number
  readonly overdue: number
}

interface CountRow {
  readonly organ: string
  readonly level: RatingLevel
  readonly rated: number
  readonly kept: number
  readonly late: number
}

/** By organ and level from a month on, and what is open now. */
export const countsFact = (prefectures: readonly string[], organs: string, fromMonth: string, now: Instant): Fact<readonly OrganCounts[]> =>
  fact(
    `select json_build_object(
      'counts', (select coalesce(json_agg(c), '[]'::json) from (
        select organ, level, sum(rated)::int as rated, sum(kept)::int as kept, sum(late)::int as late from rating_counts
        where prefecture = any($1::text[]) and starts_with(organ, $2::text) and month >= $3::text group by organ, level) c),
      'open', (select coalesce(json_agg(o), '[]'::json) from (
        select organ, count(*)::int as open, (count(*) filter (where due_at < $4::timestamptz))::int as overdue from ratings
        where prefecture = any($1::text[]) and state = 'open' and starts_with(organ, $2::text) group by organ) o))`,
    [prefectures, organs, fromMonth, now],
    ({ counts, open }: { counts: readonly CountRow[]; open: readonly { organ: string; open: number; overdue: number }[] }) =>
      [...new Set([...counts, ...open].map(({ organ }) => organ))].toSorted().map((organ): OrganCounts => {
        const mine = counts.filter((one) => one.organ === organ)
        const rated = (level: RatingLevel) => mine.find((one) => one.level === level)?.rated ?? 0
        const waiting = open.find((one) => one.organ === organ)
        return {
          organ,
          levels: { 1: rated(1), 2: rated(2), 3: rated(3), 4: rated(4), 5: rated(5) },
          kept: mine.reduce((sum, one) => sum + one.kept, 0),
          late: mine.reduce((sum, one) => sum + one.late, 0),
          open: waiting?.open ?? 0,
          overdue: waiting?.overdue ?? 0,
        }
      }),
  )
