import type { Deletion } from '#account/rules/retention.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Day, Instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'
import { COLUMNS } from '#platform/privacy/columns.ts'
import { levelOf, type TableTags, type Tag } from '#platform/privacy/tags.ts'
import type { KeyOwner } from '#platform/sealed.ts'
import type { Piece } from '#platform/statement.ts'

/** Where the person's records lie: one, or one for each prefecture that they lived in. */
export const ownersFact = (prefectures: readonly string[], personId: Uuid): Fact<readonly KeyOwner[]> =>
  fact(
    `select coalesce(json_agg(k), '[]'::json) from (
      select distinct prefecture, person_id as id from person_keys where prefecture = any($1::text[]) and person_id = $2::uuid) k`,
    [prefectures, personId],
    (rows: KeyOwner[]) => rows,
  )

const TAGS = COLUMNS as unknown as Readonly<Record<string, TableTags<Record<string, unknown>>>>

const isGiven = (tag: Tag): boolean => levelOf(tag) !== 'internal' && !(typeof tag !== 'string' && tag.handle)

/** What each table keeps about the person, by the tags of its columns: no table can be forgotten. */
export function aboutPersonFacts({ prefecture, id }: KeyOwner, now: Instant): Readonly<Record<string, Fact<readonly Record<string, unknown>[]>>> {
  const facts: Record<string, Fact<readonly Record<string, unknown>[]>> = {}
  for (const [table, { about, columns }] of Object.entries(TAGS)) {
    if ('nobody' in about) continue
    const given = Object.entries(columns)
      .filter(([, tag]) => isGiven(tag))
      .map(([column]) => `t.${column}`)
    facts[table] = fact(
      `select coalesce(json_agg(g), '[]'::json) from (
        select ${given.join(', ')}${table === 'attachments' ? ', t.prefecture, t.wrapped_key' : ''} from ${table} t
        where $1::text is not null and $2::uuid is not null and $3::timestamptz is not null and ${about.where}) g`,
      [prefecture, id, now],
      (rows: Record<string, unknown>[]) => rows,
    )
  }
  return facts
}

const HELD = 'select from legal_holds h where h.lifted_at is null'

/** At most so many rows that are over their term and that no hold keeps. */
const overTerm = ({ table, column, person }: Extract<Deletion, { how: 'rows' }>): string =>
  `select t.ctid from ${table} t where t.${column} < $1::timestamptz
    ${person === null ? '' : `and not exists (${HELD} and h.prefecture = t.prefecture and h.person_id = t.${person})`} limit $2::int`

export const overTermPiece = (deletion: Extract<Deletion, { how: 'rows' }>, before: Instant, limit: number): Piece => ({
  text: `select count(*)::int as rows from (${overTerm(deletion)}) o`,
  values: [before, limit],
})

export const deleteOverTermChange = (deletion: Extract<Deletion, { how: 'rows' }>, before: Instant, limit: number): Change => ({
  text: `delete from ${deletion.table} where ctid = any(array(${overTerm(deletion)}))`,
  values: [before, limit],
})

/** People whose every case ended before, and whose data in cases is still there. */
export const casesOverPiece = (before: Instant, limit: number): Piece => ({
  text: `select k.prefecture, k.person_id as id from person_keys k
    where k.purpose = 'case' and k.wrapped is not null
      and exists (select from cases c where c.prefecture = k.prefecture and c.person_id = k.person_id)
      and not exists (select from cases c where c.prefecture = k.prefecture and c.person_id = k.person_id and coalesce(c.concluded_at, $1::timestamptz) >= $1::timestamptz)
      and not exists (${HELD} and h.prefecture = k.prefecture and h.person_id = k.person_id)
    order by k.prefecture, k.person_id limit $2::int`,
  values: [before, limit],
})

/** What forbids deleting a person's data. */
export const hindrancesFact = ({ prefecture, id }: KeyOwner): Fact<{ readonly holds: number; readonly openCases: number; readonly known: boolean }> =>
  fact(
    `select json_build_object('holds', (select count(*) from legal_holds where prefecture = $1::text and person_id = $2::uuid and lifted_at is null),
      'openCases', (select count(*) from cases where prefecture = $1::text and person_id = $2::uuid and concluded_at is null),
      'known', exists (select from person_keys where prefecture = $1::text and person_id = $2::uuid and wrapped is not null))`,
    [prefecture, id],
    (found: { holds: number; openCases: number; known: boolean }) => found,
  )

/** The number leads to nobody any more. */
export const forgetNumberChanges = ({ prefecture, id }: KeyOwner): readonly Change[] => [
  { text: "delete from identity_claims where prefecture = $1::text and subject = $2::uuid and claim_key like 'person:%'", values: [prefecture, id] },
  { text: "update register_people set identity_index = '', version = version + 1 where prefecture = $1::text and id = $2::uuid", values: [prefecture, id] },
]

export interface Hold {
  readonly prefecture: string
  readonly id: Uuid
  readonly personId: Uuid
  readonly basis: string
  readonly reason: string
}

export const placeHoldChange = ({ prefecture, id, personId, basis, reason }: Hold, { actor, at }: Act): Change => ({
  text: `insert into legal_holds (prefecture, id, person_id, basis, reason, placed_by, placed_at)
    values ($1::text, $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::timestamptz)`,
  values: [prefecture, id, personId, basis, reason, actor, at],
})

export const standingHoldFact = (prefecture: string, id: Uuid): Fact<{ readonly personId: Uuid } | null> =>
  fact(
    `select json_build_object('personId', person_id) from legal_holds where prefecture = $1::text and id = $2::uuid and lifted_at is null`,
    [prefecture, id],
    (found: { personId: Uuid } | null) => found,
  )

export const liftHoldChange = (prefecture: string, id: Uuid, { actor, at }: Act): Change => ({
  text: `update legal_holds set lifted_by = $3::text, lifted_at = case when lifted_at is null then $4::timestamptz else to_timestamp(lost_race()) end
    where prefecture = $1::text and id = $2::uuid`,
  values: [prefecture, id, actor, at],
})

export interface ConsentRow {
  readonly purpose: string
  readonly version: Day
  readonly givenAt: string
  readonly withdrawnAt: string | null
}

export const consentsFact = ({ prefecture, id }: KeyOwner): Fact<readonly ConsentRow[]> =>
  fact(
    `select coalesce(json_agg(c order by c.purpose), '[]'::json) from (
      select purpose, version, given_at as "givenAt", withdrawn_at as "withdrawnAt" from consents where prefecture = $1::text and person_id = $2::uuid) c`,
    [prefecture, id],
    (rows: ConsentRow[]) => rows,
  )

export const giveConsentChange = ({ prefecture, id }: KeyOwner, purpose: string, version: Day, at: Instant): Change => ({
  text: `insert into consents (prefecture, person_id, purpose, version, given_at) values ($1::text, $2::uuid, $3::text, $4::date, $5::timestamptz)
    on conflict (prefecture, person_id, purpose) do update set version = excluded.version, given_at = excluded.given_at, withdrawn_at = null`,
  values: [prefecture, id, purpose, version, at],
})

export const withdrawConsentChange = ({ prefecture, id }: KeyOwner, purpose: string, at: Instant): Change => ({
  text: `update consents set withdrawn_at = $4::timestamptz where prefecture = $1::text and person_id = $2::uuid and purpose = $3::text and withdrawn_at is null`,
  values: [prefecture, id, purpose, at],
})
