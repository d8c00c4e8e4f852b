import type { CaseEvent } from '#case/model.ts'
import type { ParcelEvent, ParcelRow, ParcelState } from '#delivery/model.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import { type Day, type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type PastEvent, type StreamKey, streamFact, streamWhereFact } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'
import { rowColumns } from '#platform/row-columns.ts'
import type { Piece } from '#platform/statement.ts'

interface Row {
  readonly prefecture: string
  readonly id: Uuid
  readonly version: number
  readonly case_id: Uuid
  readonly case_number: string
  readonly serial: string
  readonly attempt: number
  readonly status: string
  readonly route: string
  readonly stop: string | null
  readonly organ: string | null
  readonly issuer: string
  readonly bureau: string | null
  readonly delivery_class: string
  readonly waybill: string | null
  readonly dispatch_on: Day
  readonly expected_on: Day
  readonly collect_from: Day | null
  readonly late_since: Day | null
  readonly arrived_at: Instant | null
  readonly last_movement_at: Instant | null
  readonly found_at: Instant | null
}

const TYPES: Readonly<Record<keyof Row, string>> = {
  prefecture: 'text',
  id: 'uuid',
  version: 'int',
  case_id: 'uuid',
  case_number: 'text',
  serial: 'text',
  attempt: 'int',
  status: 'text',
  route: 'text',
  stop: 'text',
  organ: 'text',
  issuer: 'text',
  bureau: 'text',
  delivery_class: 'text',
  waybill: 'text',
  dispatch_on: 'date',
  expected_on: 'date',
  collect_from: 'date',
  late_since: 'date',
  arrived_at: 'timestamptz',
  last_movement_at: 'timestamptz',
  found_at: 'timestamptz',
}

const { list: LIST, record: RECORD, updates: UPDATES } = rowColumns<Row>(TYPES)

/** The projection's row; nothing in it that the state does not say. @throws Error for a parcel that was never prepared. */
export function rowOf({ prefecture, stream }: StreamKey, state: ParcelState): Row {
  const { preparation, dispatchOn, expectedOn } = state
  if (preparation === null || dispatchOn === null || expectedOn === null) throw new Error('a parcel that was never prepared has no row')
  const { route, handover } = preparation
  return {
    prefecture,
    id: stream,
    version: state.version,
    case_id: preparation.caseId,
    case_number: preparation.caseNumber,
    serial: preparation.serial,
    attempt: preparation.attempt,
    status: state.status,
    route: route.id,
    stop: route.stop,
    organ: state.heldAt ?? route.stop,
    issuer: preparation.issuer,
    bureau: route.bureau,
    delivery_class: handover.deliveryClass,
    waybill: state.waybill,
    dispatch_on: dispatchOn,
    expected_on: expectedOn,
    collect_from: state.collectFrom,
    late_since: state.lateSince,
    arrived_at: state.arrivedAt,
    last_movement_at: state.lastMovementAt,
    found_at: state.foundAt,
  }
}

export const parcelOf = (row: Row): ParcelRow => ({
  prefecture: row.prefecture,
  id: row.id,
  version: row.version,
  caseId: row.case_id,
  caseNumber: row.case_number as CaseNumber,
  serial: row.serial,
  attempt: row.attempt,
  status: row.status as ParcelRow['status'],
  route: row.route,
  stop: row.stop,
  organ: row.organ,
  issuer: row.issuer,
  bureau: row.bureau,
  deliveryClass: row.delivery_class as ParcelRow['deliveryClass'],
  waybill: row.waybill,
  dispatchOn: row.dispatch_on,
  expectedOn: row.expected_on,
  collectFrom: row.collect_from,
  lateSince: row.late_since,
  arrivedAt: row.arrived_at && instant(row.arrived_at),
  lastMovementAt: row.last_movement_at && instant(row.last_movement_at),
  foundAt: row.found_at && instant(row.found_at),
})

/** A new parcel, or the row as the fold now says. Stale writers fail at the events' key in the same statement. */
export const saveParcelsChange = (rows: readonly Row[]): Change => ({
  text: `insert into parcels (${LIST}) select ${LIST} from json_to_recordset($1::json) as r(${RECORD})
    on conflict (prefecture, id) do update set ${UPDATES}`,
  values: [JSON.stringify(rows)],
})

export const parcelStreamFact = (key: StreamKey): Fact<readonly PastEvent<ParcelEvent>[]> => streamFact<ParcelEvent>(key)

/** The whole stream of the case whose card a parcel carries. */
export const caseOfParcelFact = ({ prefecture, stream }: StreamKey): Fact<readonly PastEvent<CaseEvent>[]> =>
  streamWhereFact<CaseEvent>('select p.prefecture, p.case_id from parcels p where p.prefecture = $1::text and p.id = $2::uuid', [prefecture, stream])

/** All parcels of a case, the oldest first; with `serial` only those of that card. */
export const parcelsOfCaseFact = ({ prefecture, stream }: StreamKey, serial?: string): Fact<readonly ParcelRow[]> =>
  fact(
    `select coalesce(json_agg(p order by p.dispatch_on, p.attempt), '[]'::json)
      from (select ${LIST} from parcels where prefecture = $1::text and case_id = $2::uuid and ($3::text is null or serial = $3::text)) p`,
    [prefecture, stream, serial ?? null],
    (rows: readonly Row[]) => rows.map(parcelOf),
  )

export const parcelRowFact = ({ prefecture, stream }: StreamKey): Fact<ParcelRow | null> =>
  fact(
    `select row_to_json(p) from (select ${LIST} from parcels where prefecture = $1::text and id = $2::uuid) p`,
    [prefecture, stream],
    (row: Row | null) => row && parcelOf(row),
  )

interface Read {
  readonly piece: Piece
  readonly parse: (row: Row) => ParcelRow
}

/** What leaves on a day, in all prefectures; with `route` only that one. */
export const manifestRead = (prefectures: readonly string[], on: Day, route: string | undefined): Read => ({
  piece: {
    text: `select ${LIST} from parcels
      where prefecture = any($1::text[]) and dispatch_on = $2::date and ($3::text is null or route = $3::text)
      order by prefecture, route, id`,
    values: [prefectures, on, route ?? null],
  },
  parse: parcelOf,
})

export interface After {
  readonly sort: string
  readonly id: string
}

const CONDITIONS = {
  late: 'late_since is not null',
  troubled: `(late_since is not null or status in ('lost', 'refused', 'returned'))`,
} as const

/** Parcels that something is to be done about, the longest awaited first. `organs` limits to those that go to, lie at or are signed by one of them. */
export function parcelsRead(
  list: string,
  { prefectures, organs, after, limit }: { prefectures: readonly string[]; organs: readonly string[] | null; after: After | null; limit: number },
): Read {
  const special = list === 'late' || list === 'troubled'
  const [condition, sort] = special ? [CONDITIONS[list], 'expected_on'] : [`status = $6::text and status not in ('delivered', 'closed')`, 'dispatch_on']
  return {
    piece: {
      text: `select ${LIST} from parcels
        where prefecture = any($1::text[]) and ${condition}
          and ($2::text[] is null or organ = any($2::text[]) or issuer = any($2::text[]))
          and ($3::date is null or (${sort}, id) > ($3::date, $4::uuid))
        order by ${sort}, id limit $5::int`,
      values: [prefectures, organs, after?.sort ?? null, after?.id ?? null, limit, ...(special ? [] : [list])],
    },
    parse: parcelOf,
  }
}

/** Cards that wait at an organ, of whatever prefecture, the longest waiting first. */
export const toCollectRead = (organ: string, after: After | null, limit: number): Read => ({
  piece: {
    text: `select ${LIST} from parcels
      where organ = $1::text and status in ('arrived-at-station', 'returned')
        and ($2::timestamptz is null or (arrived_at, id) > ($2::timestamptz, $3::uuid))
      order by arrived_at, id limit $4::int`,
    values: [organ, after?.sort ?? null, after?.id ?? null, limit],
  },
  parse: parcelOf,
})

/** Every parcel of a prefecture after an id, by its events and by its row, for rebuilding. */
export const parcelIdsRead = (prefecture: string, after: Uuid | null, limit: number): Piece => ({
  text: `select id from (
      select distinct stream as id from events where prefecture = $1 and type = 'ParcelPrepared'
      union select id from parcels where prefecture = $1) p
    where $2::uuid is null or id > $2::uuid order by id limit $3`,
  values: [prefecture, after, limit],
})
