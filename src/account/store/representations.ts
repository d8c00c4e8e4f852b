import type { EndReason, Representation } from '#account/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'

interface Row {
  prefecture: string
  id: Uuid
  kind: Representation['kind']
  person_id: Uuid
  person_shown: string
  representative_id: Uuid
  representative_shown: string
  relation: Representation['relation']
  document: Representation['document']
  may: Representation['scope']['may']
  services: string[]
  from_at: string
  until: string | null
  recorded_at: string
  recorded_by: string
  recorded_organ: string | null
  ended_at: string | null
  ended_because: EndReason | null
  version: number
}

const COLUMNS =
  'prefecture, id, kind, person_id, person_shown, representative_id, representative_shown, relation, document, may, services, from_at, until, recorded_at, recorded_by, recorded_organ, ended_at, ended_because, version'

const instantOrNull = (text: string | null): Instant | null => (text === null ? null : instant(text))

const representationOf = (row: Row): Representation => ({
  prefecture: row.prefecture,
  id: row.id,
  kind: row.kind,
  personId: row.person_id,
  personShown: row.person_shown,
  representativeId: row.representative_id,
  representativeShown: row.representative_shown,
  relation: row.relation,
  document: row.document,
  scope: { may: row.may, services: row.services },
  from: instant(row.from_at),
  until: instantOrNull(row.until),
  recordedAt: instant(row.recorded_at),
  recordedBy: row.recorded_by,
  recordedOrgan: row.recorded_organ,
  endedAt: instantOrNull(row.ended_at),
  endedBecause: row.ended_because,
  version: row.version,
})

const listFact = (where: string, values: readonly unknown[]): Fact<readonly Representation[]> =>
  fact(
    `select coalesce(json_agg(r order by r.recorded_at desc, r.id desc), '[]'::json) from (select ${COLUMNS} from representations ${where}) r`,
    values,
    (rows: Row[]) => rows.map(representationOf),
  )

export const representationFact = (prefectures: readonly string[], id: Uuid): Fact<Representation | null> =>
  fact(
    `select row_to_json(r) from (select ${COLUMNS} from representations where prefecture = any($1::text[]) and id = $2::uuid) r`,
    [prefectures, id],
    (row: Row | null) => row && representationOf(row),
  )

/** Most of what somebody has to look through; older ones that ended are left out. */
const SHOWN_MOST = 100

export const representedByFact = (representative: Uuid): Fact<readonly Representation[]> =>
  listFact('where representative_id = $1::uuid order by recorded_at desc limit $2::int', [representative, SHOWN_MOST])

export const representativesOfFact = (prefectures: readonly string[], person: Uuid): Fact<readonly Representation[]> =>
  listFact('where prefecture = any($1::text[]) and person_id = $2::uuid order by recorded_at desc limit $3::int', [prefectures, person, SHOWN_MOST])

export const recordChange = (one: Representation): Change => ({
  text: `insert into representations (${COLUMNS}) values ($1::text, $2::uuid, $3::text, $4::uuid, $5::text, $6::uuid, $7::text, $8::text, $9::text, $10::text,
    $11::text[], $12::timestamptz, $13::timestamptz, $14::timestamptz, $15::text, $16::text, null, null, $17::int)`,
  values: [
    ...[one.prefecture, one.id, one.kind, one.personId, one.personShown, one.representativeId, one.representativeShown, one.relation, one.document],
    ...[one.scope.may, one.scope.services, one.from, one.until, one.recordedAt, one.recordedBy, one.recordedOrgan, one.version],
  ],
})

/** @throws LostRace, from the commit, when it ended meanwhile */
export const endChange = ({ prefecture, id, version }: Representation, because: EndReason, at: Instant): Change => ({
  text: `update representations set ended_at = $3::timestamptz, ended_because = $4::text, version = case when version = $5::int then version + 1 else lost_race() end
    where prefecture = $1::text and id = $2::uuid`,
  values: [prefecture, id, at, because, version],
})

/** Those whose term is over, the longest over first. */
export const overTermPiece = (now: Instant, limit: number): Piece => ({
  text: `select ${COLUMNS} from representations where ended_at is null and until <= $1::timestamptz order by until, id limit $2::int`,
  values: [now, limit],
})

export const representationOfRow = (row: unknown): Representation => representationOf(row as Row)
