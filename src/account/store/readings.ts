import type { FlagKind, KeptReading, Officer, Reading, Role, Subject } from '#account/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { leafHash } from '#platform/evidence/leaf.ts'
import { pendingChange } from '#platform/evidence/pending.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'

/** Where readings stand that are nobody's in particular, and everything about officers. */
export const PROVINCE = '2200'

export interface ReadingRow {
  readonly prefecture: string
  readonly id: Uuid
  readonly at: Instant
  readonly person_id: Uuid | null
  readonly actor: string
  readonly actor_role: string
  readonly actor_organ: string | null
  readonly officer: string | null
  readonly what: Reading['what']
  readonly outcome: Reading['outcome']
  readonly case_number: string | null
  readonly purpose: (Reading['purpose'] & string) | null
  readonly note: string | null
  readonly fields: string
  readonly count: number
  readonly request_id: string
  readonly on_behalf_of: string | null
}

const COLUMNS =
  'prefecture, id, at, person_id, actor, actor_role, actor_organ, officer, what, outcome, case_number, purpose, note, fields, count, request_id, on_behalf_of'

/** The leaf of a reading: everything in its row, in the order of its columns; for whom it was is told only where it was for another. */
export const readingLeaf = (r: ReadingRow): string =>
  leafHash('reading', [
    ...[r.prefecture, r.id, r.at, r.person_id, r.actor, r.actor_role, r.actor_organ, r.officer],
    ...[r.what, r.outcome, r.case_number, r.purpose, r.note, r.fields, String(r.count), r.request_id],
    ...(r.on_behalf_of === null ? [] : [r.on_behalf_of]),
  ])

export function readingRow(reading: Reading, id: Uuid, act: Act, officer: string | null): ReadingRow {
  return {
    prefecture: reading.subject?.prefecture ?? PROVINCE,
    id,
    at: act.at,
    person_id: reading.subject?.personId ?? null,
    actor: act.actor,
    actor_role: act.actorRole,
    actor_organ: act.actorOrgan,
    officer,
    what: reading.what,
    outcome: reading.outcome,
    case_number: reading.caseNumber ?? null,
    purpose: reading.purpose ?? null,
    note: reading.note ?? null,
    fields: (reading.fields ?? []).join(','),
    count: reading.count ?? 1,
    request_id: act.requestId,
    on_behalf_of: act.onBehalfOf,
  }
}

const RECORD =
  'prefecture text, id uuid, at timestamptz, person_id uuid, actor text, actor_role text, actor_organ text, officer text, what text, outcome text, case_number text, purpose text, note text, fields text, count int, request_id text, on_behalf_of text, leaf text'

/** The rows, and their leaves for the evidence log, in one statement. */
export function readingsChanges(rows: readonly ReadingRow[]): readonly Change[] {
  const leaves = rows.map(readingLeaf)
  return [
    {
      text: `insert into readings (${COLUMNS}, leaf) select ${COLUMNS}, decode(leaf, 'hex') from json_to_recordset($1::json) as r(${RECORD})`,
      values: [JSON.stringify(rows.map((row, index) => ({ ...row, leaf: leaves[index] })))],
    },
    pendingChange(
      'reading',
      rows.map(({ prefecture, id }, index) => ({ prefecture, stream: id, seq: 0, leaf: leaves[index] as string })),
    ),
  ]
}

export const keptReading = (row: ReadingRow): KeptReading => ({
  prefecture: row.prefecture,
  id: row.id,
  at: instant(row.at),
  personId: row.person_id,
  actor: row.actor,
  role: row.actor_role,
  organ: row.actor_organ,
  officer: row.officer,
  what: row.what,
  outcome: row.outcome,
  caseNumber: row.case_number,
  purpose: row.purpose,
  note: row.note,
  fields: row.fields === '' ? [] : row.fields.split(','),
  count: row.count,
  onBehalfOf: row.on_behalf_of,
  requestId: row.request_id,
})

export interface LatelyRow {
  /** Opened without a case, different people. */
  readonly people: readonly Subject[]
  readonly refused: number
}

/** A resident who reads who read: of their file, wherever the record lies. */
export const ownFile = (personId: Uuid): Subject => ({ prefecture: PROVINCE, personId })

/** What somebody opened lately without a case, and what they tried in vain. */
export const latelyFact = (actor: string, opened: { readonly since: Instant }, refused: { readonly since: Instant }): Fact<LatelyRow> =>
  fact(
    `select json_build_object(
      'people', (select coalesce(json_agg(json_build_object('prefecture', d.prefecture, 'personId', d.person_id)), '[]'::json) from (
        select distinct prefecture, person_id from readings
        where actor = $1::text and at > $2::timestamptz and outcome = 'shown' and case_number is null and person_id is not null) d),
      'refused', (select count(*)::int from readings where actor = $1::text and at > $3::timestamptz and outcome in ('refused', 'not-found')))`,
    [actor, opened.since, refused.since],
    (row: LatelyRow) => row,
  )

/** What `officers` knows of an actor, where it knows them. */
export const officerOfActorFact = (actor: string): Fact<Pick<Officer, 'number' | 'personId'> | null> =>
  fact(
    'select row_to_json(o) from (select number, person_id from officers where prefecture = $1::text and actor_id = $2::text) o',
    [PROVINCE, actor],
    (row: { number: string; person_id: Uuid | null } | null) => row && { number: row.number, personId: row.person_id },
  )

/** One row for a reader, a kind and an hour; the next of the same only counts. */
export const flagChange = (kind: FlagKind, id: Uuid, hour: Instant, act: Act, officer: string | null): Change => ({
  text: `insert into reading_flags as f (prefecture, actor, kind, hour, id, actor_role, actor_organ, officer, first_at, last_at, readings)
    values ($1::text, $2::text, $3::text, $4::timestamptz, $5::uuid, $6::text, $7::text, $8::text, $9::timestamptz, $9::timestamptz, 1)
    on conflict (prefecture, actor, kind, hour) do update set last_at = excluded.last_at, readings = f.readings + 1`,
  values: [PROVINCE, act.actor, kind, hour, id, act.actorRole, act.actorOrgan, officer, act.at],
})

export interface Cursor {
  readonly at: Instant
  readonly id: Uuid
}

const LIST = COLUMNS.split(', ')
  .map((column) => `r.${column}`)
  .join(', ')

export interface OfPerson {
  readonly personId: Uuid
  /** In which shards the person's records may be. */
  readonly prefectures: readonly string[]
  /** Those that the person made, or those of all others. */
  readonly own: boolean
}

/** A person's readings, the latest first; without those that are withheld at `now`. */
export const readingsOfPersonPiece = ({ personId, prefectures, own }: OfPerson, now: Instant, before: Uuid | null, limit: number): Piece => ({
  text: `select ${LIST} from readings r where r.prefecture = any($1::text[]) and r.person_id = $2::uuid and ($3::uuid is null or r.id < $3::uuid)
    and (r.actor = $6::text) = $7::boolean
    and not exists (select from reading_withholdings w where w.prefecture = r.prefecture and w.person_id = r.person_id
      and w.organ = r.actor_organ and w.approved_at is not null and w.from_at <= r.at and r.at < w.until and w.until > $4::timestamptz)
    order by r.id desc limit $5::int`,
  values: [prefectures, personId, before, now, limit + 1, `resident:${personId}`, own],
})

/** What persons are told instead of the officers' names, by the name that events have for them. */
export const officerNumbersFact = (actors: readonly string[]): Fact<ReadonlyMap<string, string>> =>
  fact(
    `select coalesce(json_agg(json_build_array(a, officer_number(a))) filter (where officer_number(a) is not null), '[]'::json) from unnest($1::text[]) a`,
    [actors],
    (pairs: [string, string][]) => new Map(pairs),
  )

export interface AuditFilter {
  readonly actor?: string | undefined
  readonly officer?: string | undefined
  readonly organ?: string | undefined
  readonly purpose?: string | undefined
  readonly outcome?: string | undefined
  /** Part of the reader's own words. */
  readonly note?: string | undefined
  readonly caseNumber?: string | undefined
}

export const auditPiece = (filter: AuditFilter, before: Cursor | null, limit: number): Piece => ({
  text: `select ${LIST} from readings r where ($1::text is null or r.actor = $1::text) and ($2::text is null or r.officer = $2::text)
    and ($3::text is null or r.actor_organ = $3::text) and ($4::text is null or r.purpose = $4::text) and ($5::text is null or r.outcome = $5::text)
    and ($6::text is null or strpos(r.note, $6::text) > 0) and ($7::text is null or r.case_number = $7::text)
    and ($8::timestamptz is null or (r.at, r.id) < ($8::timestamptz, $9::uuid))
    order by r.at desc, r.id desc limit $10::int`,
  values: [
    ...[filter.actor, filter.officer, filter.organ, filter.purpose, filter.outcome, filter.note, filter.caseNumber].map((value) => value ?? null),
    ...[before?.at ?? null, before?.id ?? null, limit + 1],
  ],
})

export interface FlagRow {
  readonly id: Uuid
  readonly actor: string
  readonly kind: FlagKind
  readonly hour: Instant
  readonly actor_role: Role
  readonly actor_organ: string | null
  readonly officer: string | null
  readonly first_at: Instant
  readonly last_at: Instant
  readonly readings: number
  readonly reviewed_at: Instant | null
  readonly reviewed_by: string | null
  readonly review: string | null
}

export const flagsPiece = (open: boolean, limit: number): Piece => ({
  text: `select id, actor, kind, hour, actor_role, actor_organ, officer, first_at, last_at, readings, reviewed_at, reviewed_by, review from reading_flags
    where (reviewed_at is null) = $1::boolean order by last_at desc, id desc limit $2::int`,
  values: [open, limit],
})

export interface FlagState {
  readonly prefecture: string
  readonly kind: FlagKind
  readonly actor: string
  readonly reviewed: boolean
}

export const flagFact = (id: Uuid): Fact<FlagState | null> =>
  fact(
    `select row_to_json(f) from (select prefecture, kind, actor, reviewed_at is not null as reviewed from reading_flags where prefecture = $1::text and id = $2::uuid) f`,
    [PROVINCE, id],
    (row: FlagState | null) => row,
  )

/** Once: a flag that somebody reviewed stays as they said. */
export const reviewFlagChange = (id: Uuid, review: string, act: Act): Change => ({
  text: `update reading_flags set reviewed_at = $2::timestamptz, reviewed_by = $3::text, review = $4::text
    where prefecture = $5::text and id = $1::uuid and reviewed_at is null`,
  values: [id, act.at, act.actor, review, PROVINCE],
})
