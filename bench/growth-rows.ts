/** Sixty days of cases in any number, written by the server itself; and what supervision makes of them, by its own fold. */

import { openApplicants } from '#bench/applicants.ts'
import { NOW, type Office } from '#bench/office.ts'
import { acceptNumbers } from '#bench/submitting.ts'
import { PREFECTURES } from '#place/model.ts'
import { foldDeltas } from '#supervision/commands/fold.ts'

export const DAYS = 60
/** Cases of the last days are open still: being made, then waiting for their person. */
const OPEN_DAYS = 15
const STATIONS_PER_PREFECTURE = 3
/** Each person has so many cases. */
const CASES_OF_A_PERSON = 3
/** Cases that can be looked up by number have all their events; of the others so many rows stand beside them, as small ones. */
const FILLER_EVENTS = 4
const ROWS_AT_ONCE = 100_000

export interface Grown {
  readonly organs: readonly string[]
  readonly numbers: readonly { readonly prefecture: string; readonly number: string }[]
  readonly people: readonly { readonly prefecture: string; readonly id: string }[]
}

/** Stations and their issuers: the same in every size, three in each prefecture. */
function stationsOfAll({ places }: Office): { readonly organ: string; readonly issuer: string; readonly prefecture: string }[] {
  const stations = [...places.organs.values()].filter(({ level }) => level === 'station')
  return PREFECTURES.flatMap((prefecture) => {
    const own = stations.filter((organ) => organ.prefecture === prefecture).slice(0, STATIONS_PER_PREFECTURE)
    return own.map(({ code, parent }) => ({ organ: code, issuer: parent ?? code, prefecture }))
  })
}

/** Case number i of n: its person, its station and its instant follow from i alone, spread evenly. */
const CASES = `
  insert into cases (prefecture, id, number, service, service_version, status, person_id, person_shown, organ, issuer, held_at, submitted_at, submitted_by, accepted_at,
    statutory_due_at, ready_by, with_you_by, first_with_you_by, fee_settled, arrived_at, concluded_at, kept, version)
  select s.prefecture, id, s.prefecture || lpad(((i * 6700417) % 10000000000000)::text, 13, '0'), 'id-card-first', '2021-05-07',
    case when ended then 'concluded' when arrived then 'awaiting-collection' else 'producing' end, person, '测*', s.organ, s.issuer, case when arrived then s.organ end, at, 'station-officer:' || s.organ || ':1', at,
    at + interval '60 days', at + interval '1 day', at + interval '3 days', at + interval '3 days', true,
    case when arrived then at + interval '2 days' end, case when ended then at + interval '4 days' end, case when ended then true end, 6
  from (select i, p, (i + p) % 3 as desk, at, at < $3::timestamptz - make_interval(days => ${OPEN_DAYS}) as ended, at < $3::timestamptz - interval '2 days' as arrived,
      (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid as id,
      ('00000000-0000-7000-8000-' || lpad(p::text, 12, '0'))::uuid as person
    from (select i, i / ${CASES_OF_A_PERSON} as p, $3::timestamptz - make_interval(secs => ${DAYS * 86_400} * ((i * 0.6180339887498949) % 1)) as at
      from generate_series($1::bigint, $2::bigint) i) drawn) c
  join (select prefecture, organ, issuer, (n - 1) / ${STATIONS_PER_PREFECTURE} as area, (n - 1) % ${STATIONS_PER_PREFECTURE} as desk
    from rows from (unnest($4::text[]), unnest($5::text[]), unnest($6::text[])) with ordinality as t(prefecture, organ, issuer, n)) s
    on s.area = c.p % $7::int and s.desk = c.desk`

const FILLER = `
  insert into events (prefecture, stream, seq, type, at, actor, actor_role, request_id, body, leaf)
  select c.prefecture, c.id, n, 'Filler', c.submitted_at, c.submitted_by, 'station-officer', 'bench', '{}', decode(repeat('00', 32), 'hex')
  from cases c, generate_series(1, ${FILLER_EVENTS}) n where not c.number = any($1::text[])`

const STREAMS = `
  insert into events (prefecture, stream, seq, type, at, actor, actor_role, actor_organ, on_behalf_of, basis, service_version, request_id, body, leaf)
  select c.prefecture, c.id, e.seq, e.type, e.at, e.actor, e.actor_role, e.actor_organ, e.on_behalf_of, e.basis, e.service_version, e.request_id,
    replace(e.body, $1::text, c.number), e.leaf
  from cases c, (select e.* from events e join cases t on t.prefecture = e.prefecture and t.id = e.stream where t.number = $1::text) e
  where c.number = any($2::text[])`

const utc = (at: string): string => `to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const DELTAS = `
  insert into supervision_deltas (prefecture, stream, seq, body)
  select prefecture, id, version, json_build_array(
    json_build_object('type', 'submitted', 'at', ${utc('submitted_at')}, 'number', number, 'service', service, 'measure', 1, 'organ', organ, 'issuer', issuer),
    json_build_object('type', 'limited', 'at', ${utc('submitted_at')}, 'statutoryDueAt', ${utc('statutory_due_at')}),
    json_build_object('type', 'accepted', 'at', ${utc('accepted_at')}, 'withYouBy', ${utc('first_with_you_by')}),
    json_build_object('type', 'settled', 'at', ${utc('accepted_at')}),
    case when arrived_at is null then json_build_object('type', 'settled', 'at', ${utc('accepted_at')})
      else json_build_object('type', 'arrived', 'at', ${utc('arrived_at')}) end,
    case when concluded_at is null then json_build_object('type', 'settled', 'at', ${utc('accepted_at')})
      else json_build_object('type', 'concluded', 'at', ${utc('concluded_at')}) end)::text
  from cases`

/** Fills an empty, migrated database with so many cases. @param lookedUp how many of them have all their events */
export async function grow(office: Office, count: number, lookedUp: number): Promise<Grown> {
  const { owner } = office
  const stations = stationsOfAll(office)
  const columns = [stations.map(({ prefecture }) => prefecture), stations.map(({ organ }) => organ), stations.map(({ issuer }) => issuer)]
  for (let first = 1; first <= count; first += ROWS_AT_ONCE) {
    const last = Math.min(count, first + ROWS_AT_ONCE - 1)
    await owner.query(CASES, [first, last, NOW, ...columns, stations.length / STATIONS_PER_PREFECTURE])
  }
  await owner.query(DELTAS)
  await owner.query('analyze')
  await foldDeltas({ ...office, prefectures: PREFECTURES }, NOW)
  const { rows } = await owner.query<{ prefecture: string; number: string; person_id: string }>(
    'select prefecture, number, person_id from cases order by md5(number) limit $1',
    [lookedUp],
  )
  const numbers = rows.map(({ number }) => number)
  await owner.query(FILLER, [numbers])
  await owner.query(STREAMS, [await templateNumber(office), numbers])
  // Statistics, the visibility map and the hints that the first reader of each page would otherwise have to set.
  await owner.query('vacuum analyze')
  return {
    organs: stations.map(({ organ }) => organ),
    numbers: rows.map(({ prefecture, number }) => ({ prefecture, number })),
    people: rows.map(({ prefecture, person_id }) => ({ prefecture, id: person_id })),
  }
}

/** A case accepted for real, whose events the looked-up ones get. */
async function templateNumber(office: Office): Promise<string> {
  const applicants = await openApplicants(office)
  await acceptNumbers(office, applicants.photo, await applicants.more(1))
  const { rows } = await office.owner.query<{ number: string }>("select number from cases where person_shown <> '测*'")
  await foldDeltas({ ...office, prefectures: PREFECTURES }, NOW)
  return rows[0]?.number as string
}
