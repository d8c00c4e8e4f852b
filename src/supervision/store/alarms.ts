import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant, plusMinutes } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'
import type { Alarm, AlarmKind, CountedCase } from '#supervision/model.ts'
import { type AlarmSettings, CASE_ALARMS } from '#supervision/rules/alarm.ts'
import { type CaseRow, countedCaseOf, LIST } from '#supervision/store/cases.ts'

type CaseAlarm = (typeof CASE_ALARMS)[number]

/** An alarm with the stream that it is about. */
export interface StoredAlarm extends Alarm {
  readonly subject: Uuid | null
}

interface AlarmRow {
  prefecture: string
  id: Uuid
  kind: AlarmKind
  about: string
  subject: Uuid | null
  raised_at: string
  due_at: string | null
  cleared_at: string | null
  zh: string
  en: string
}

const ALARM_COLUMNS = 'prefecture, id, kind, about, subject, raised_at, due_at, cleared_at, zh, en'
const ALARM_RECORD =
  'prefecture text, id uuid, kind text, about text, subject uuid, raised_at timestamptz, due_at timestamptz, cleared_at timestamptz, zh text, en text'

export const alarmOf = (row: AlarmRow): StoredAlarm => ({
  prefecture: row.prefecture,
  id: row.id,
  kind: row.kind,
  about: row.about,
  subject: row.subject,
  raisedAt: instant(row.raised_at),
  dueAt: row.due_at === null ? null : instant(row.due_at),
  clearedAt: row.cleared_at === null ? null : instant(row.cleared_at),
  sentence: { zh: row.zh, en: row.en },
})

/** Whoever comes second raises nothing: one open alarm for one thing. */
export const raiseChange = (alarms: readonly StoredAlarm[]): Change => ({
  text: `insert into alarms (${ALARM_COLUMNS}) select ${ALARM_COLUMNS} from json_to_recordset($1::json) as a(${ALARM_RECORD})
    on conflict (prefecture, kind, about) where cleared_at is null do nothing`,
  values: [
    JSON.stringify(
      alarms.map(({ prefecture, id, kind, about, subject, raisedAt, dueAt, clearedAt, sentence }) => ({
        ...{ prefecture, id, kind, about, subject, ...sentence },
        ...{ raised_at: raisedAt, due_at: dueAt, cleared_at: clearedAt },
      })),
    ),
  ],
})

export const clearChange = (alarms: readonly Alarm[], at: Instant): Change => ({
  text: `update alarms a set cleared_at = $2::timestamptz from json_to_recordset($1::json) as k(prefecture text, id uuid)
    where a.prefecture = k.prefecture and a.id = k.id and a.cleared_at is null`,
  values: [JSON.stringify(alarms.map(({ prefecture, id }) => ({ prefecture, id }))), at],
})

/** The partial index that finds the cases with a cause, each from its beginning. */
const WHERE: Readonly<Record<CaseAlarm, { readonly where: string; readonly before: (now: Instant, settings: AlarmSettings) => Instant }>> = {
  'promise-at-risk': {
    where: "counted_as = 'in-progress' and due_by < $2::timestamptz and dispatched_at is null",
    before: (now, { atRiskMinutes }) => plusMinutes(now, atRiskMinutes),
  },
  'promise-broken': {
    where: "counted_as in ('broken-told', 'broken-silently') and with_person_at is null and ended_at is null and due_by < $2::timestamptz",
    before: (now) => now,
  },
  'referral-overdue': { where: 'referral_due_at is not null and referral_due_at < $2::timestamptz and referral_paused_at is null', before: (now) => now },
  'statutory-limit-near': {
    where: 'with_person_at is null and ended_at is null and statutory_due_at < $2::timestamptz',
    before: (now, { statutoryMinutes }) => plusMinutes(now, statutoryMinutes),
  },
}

/** Cases that give cause for an alarm and have none. */
export const unalarmedFact = (
  kind: CaseAlarm,
  prefectures: readonly string[],
  now: Instant,
  settings: AlarmSettings,
  limit: number,
): Fact<readonly CountedCase[]> =>
  fact(
    `select coalesce(json_agg(c), '[]'::json) from (
      select ${LIST} from supervised_cases c where c.prefecture = any($1::text[]) and ${WHERE[kind].where}
        and not exists (select 1 from alarms a where a.prefecture = c.prefecture and a.kind = $3::text and a.about = c.number and a.cleared_at is null)
      limit $4::int) c`,
    [prefectures, WHERE[kind].before(now, settings), kind, limit],
    (rows: CaseRow[]) => rows.map(countedCaseOf),
  )

interface OpenAlarm {
  readonly alarm: StoredAlarm
  readonly counted: CountedCase | null
}

/** Open alarms about cases, each with its case as it is now. */
export const openCaseAlarmsFact = (prefectures: readonly string[]): Fact<readonly OpenAlarm[]> =>
  fact(
    `select coalesce(json_agg(json_build_object('alarm', row_to_json(a), 'counted', (
        select row_to_json(c) from (select ${LIST} from supervised_cases s where s.prefecture = a.prefecture and s.id = a.subject) c))), '[]'::json)
      from (select ${ALARM_COLUMNS} from alarms where prefecture = any($1::text[]) and kind = any($2::text[]) and cleared_at is null) a`,
    [prefectures, CASE_ALARMS],
    (rows: { alarm: AlarmRow; counted: CaseRow | null }[]) =>
      rows.map(({ alarm, counted }) => ({ alarm: alarmOf(alarm), counted: counted && countedCaseOf(counted) })),
  )

export interface Parked {
  readonly prefecture: string
  readonly reaction: string
  readonly count: number
}

/** Reactions that gave up, per prefecture. */
export const parkedFact = (prefectures: readonly string[]): Fact<readonly Parked[]> =>
  fact(
    `select coalesce(json_agg(p), '[]'::json) from (
      select prefecture, reaction, count(*)::int as count from outbox where parked and prefecture = any($1::text[]) group by prefecture, reaction) p`,
    [prefectures],
    (rows: Parked[]) => rows,
  )

/** Prefectures whose evidence log has leaves that wait for longer than so many seconds; looks at the first thousand of each. */
export const unsealedFact = (prefectures: readonly string[], seconds: number): Fact<readonly string[]> =>
  fact(
    `select coalesce(json_agg(p.code), '[]'::json) from unnest($1::text[]) as p(code), lateral (
      select min(since) as since from (select since from log_pending where prefecture = p.code order by kind, stream, seq limit 1000) l) w
      where w.since < clock_timestamp() - make_interval(secs => $2::int)`,
    [prefectures, seconds],
    (codes: string[]) => codes,
  )

/** How many are open, by kind; of kinds without any nothing. */
export const openAlarmCountsFact = (prefectures: readonly string[]): Fact<Readonly<Partial<Record<AlarmKind, number>>>> =>
  fact(
    `select coalesce(json_object_agg(kind, n), '{}'::json) from (
      select kind, count(*)::int as n from alarms where prefecture = any($1::text[]) and cleared_at is null group by kind) a`,
    [prefectures],
    (counts: Readonly<Partial<Record<AlarmKind, number>>>) => counts,
  )

export const openAlarmsFact = (kinds: readonly AlarmKind[], prefectures: readonly string[]): Fact<readonly StoredAlarm[]> =>
  fact(
    `select coalesce(json_agg(a), '[]'::json) from (
      select ${ALARM_COLUMNS} from alarms where prefecture = any($1::text[]) and kind = any($2::text[]) and cleared_at is null) a`,
    [prefectures, kinds],
    (rows: AlarmRow[]) => rows.map(alarmOf),
  )

export interface AlarmCursor {
  readonly at: Instant
  readonly id: Uuid
}

/** Alarms, the latest first; one more than `limit`. */
export const alarmsPiece = (prefectures: readonly string[], state: 'open' | 'cleared', after: AlarmCursor | null, limit: number): Piece => {
  const column = state === 'open' ? 'raised_at' : 'cleared_at'
  return {
    text: `select ${ALARM_COLUMNS} from alarms where prefecture = any($1::text[]) and cleared_at is ${state === 'open' ? 'null' : 'not null'}
        and ($2::timestamptz is null or (${column}, id) < ($2::timestamptz, $3::uuid))
      order by ${column} desc, id desc limit $4::int`,
    values: [prefectures, after?.at ?? null, after?.id ?? null, limit + 1],
  }
}

/** Column, the partial index that finds it, and by how much before it something is to be said. */
const COMING: readonly { readonly column: string; readonly where: string; readonly before: (settings: AlarmSettings) => number }[] = [
  { column: 'due_by', where: "counted_as = 'in-progress' and dispatched_at is null", before: ({ atRiskMinutes }) => atRiskMinutes },
  { column: 'due_by', where: "counted_as = 'in-progress'", before: () => 0 },
  { column: 'referral_due_at', where: 'referral_due_at is not null and referral_paused_at is null', before: () => 0 },
  { column: 'statutory_due_at', where: 'with_person_at is null and ended_at is null', before: ({ statutoryMinutes }) => statutoryMinutes },
]

/** The earliest instant that is about to count, of each kind: the promises, referrals and limits that lie furthest back in what is to come. */
export const comingFact = (prefectures: readonly string[], now: Instant, settings: AlarmSettings): Fact<Instant | null> => {
  const kinds = COMING.map(
    ({ column, where }, i) => `select m.at - make_interval(mins => $${i + 3}::int) as at from unnest($1::text[]) p(prefecture), lateral (
        select c.${column} as at from supervised_cases c
        where c.prefecture = p.prefecture and ${where} and c.${column} >= $2::timestamptz + make_interval(mins => $${i + 3}::int)
        order by c.${column} limit 1) m`,
  )
  return fact(
    `select to_json(min(k.at)) from (${kinds.join(' union all ')}) k`,
    [prefectures, now, ...COMING.map(({ before }) => before(settings))],
    (at: string | null) => (at === null ? null : instant(at)),
  )
}
