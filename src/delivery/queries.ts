import type { Reading, Subject } from '#account/model.ts'
import { findSubjectOfCase } from '#case/queries.ts'
import { foldParcel } from '#delivery/commands/parcel.ts'
import type { ManifestRoute, ParcelEvent, ParcelRow } from '#delivery/model.ts'
import { manifestOf } from '#delivery/rules/routes.ts'
import {
  type After,
  manifestRead,
  parcelIdsRead,
  parcelOf,
  parcelRowFact,
  parcelStreamFact,
  parcelsOfCaseFact,
  parcelsRead,
  rowOf,
  toCollectRead,
} from '#delivery/store.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import { isUuid, type Uuid } from '#kernel/ids.ts'
import { type Day, isDay } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import type { Db } from '#platform/db.ts'
import type { PastEvent, StreamKey } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'

export interface ParcelPage {
  readonly parcels: readonly ParcelRow[]
  /** Cursor of the next page; null at the end. */
  readonly next: string | null
}

export interface ParcelRecord {
  readonly parcel: ParcelRow
  readonly past: readonly PastEvent<ParcelEvent>[]
  /** Whose it is; null when the case is gone. */
  readonly subject: Subject | null
}

async function readAll(db: Db, { piece, parse }: { piece: Piece; parse: (row: never) => ParcelRow }): Promise<readonly ParcelRow[]> {
  const { rows } = await db.run<never>(piece)
  return rows.map((row) => parse(row))
}

/** The day's dispatch by route and stop. @param organs null: all of it; else what goes to or is signed by one of these */
export async function manifest(db: Db, on: Day, route: string | undefined, organs: readonly string[] | null): Promise<readonly ManifestRoute[]> {
  const parcels = await readAll(db, manifestRead(PREFECTURES, on, route))
  const mine = organs && new Set(organs)
  return manifestOf(mine ? parcels.filter(({ stop, issuer }) => mine.has(issuer) || (stop !== null && mine.has(stop))) : parcels)
}

/** A cursor is where the page before ended; anything that is none begins at the start. */
const afterOf = (cursor: string | undefined): After | null => {
  const [sort, id] = (cursor ?? '').split('~')
  return sort && id && isUuid(id) && isMoment(sort) ? { sort, id } : null
}

/** A day or an instant that there is: the database refuses to compare with any other. */
const isMoment = (text: string): boolean =>
  isDay(text.slice(0, 10)) && (text.length === 10 || (/^T[\d:.]+Z$/.test(text.slice(10)) && !Number.isNaN(Date.parse(text))))

function pageOf(rows: readonly ParcelRow[], limit: number, sortOf: (row: ParcelRow) => string | null): ParcelPage {
  const parcels = rows.slice(0, limit)
  const last = rows.length > limit ? parcels.at(-1) : undefined
  return { parcels, next: last ? `${sortOf(last)}~${last.id}` : null }
}

export interface PageOptions {
  readonly cursor?: string | undefined
  readonly limit: number
}

/**
 * @param list a state that is still open, `late`, or `troubled` (late, lost, on its way back or brought back)
 * @param organs null: the whole province; else what goes to, lies at or is signed by one of these
 */
export async function parcelPage(db: Db, list: string, organs: readonly string[] | null, { cursor, limit }: PageOptions): Promise<ParcelPage> {
  const rows = await readAll(db, parcelsRead(list, { prefectures: PREFECTURES, organs, after: afterOf(cursor), limit: limit + 1 }))
  return pageOf(rows, limit, (row) => (list === 'late' || list === 'troubled' ? row.expectedOn : row.dispatchOn))
}

/** Cards that wait to be collected at an organ. */
export async function toCollect(db: Db, organ: string, { cursor, limit }: PageOptions): Promise<ParcelPage> {
  return pageOf(await readAll(db, toCollectRead(organ, afterOf(cursor), limit + 1)), limit, (row) => row.arrivedAt)
}

/** One parcel with everything that happened to it. */
export async function findParcel(db: Db, key: StreamKey): Promise<ParcelRecord | undefined> {
  const { parcel, past } = await gather(db, { parcel: parcelRowFact(key), past: parcelStreamFact(key) })
  return parcel ? { parcel, past, subject: await findSubjectOfCase(db, { prefecture: key.prefecture, stream: parcel.caseId }) } : undefined
}

/** The parcels of a case, the oldest first: for the pages of whoever may see the case. */
export async function parcelsOfCase(db: Db, caseKey: StreamKey): Promise<readonly ParcelRow[]> {
  return (await gather(db, { parcels: parcelsOfCaseFact(caseKey) })).parcels
}

/** The code that the recipient of a mailed card tells the deliverer; for the person's own page only. */
export async function findDeliveryCode(db: Db, caseKey: StreamKey): Promise<string | undefined> {
  const current = (await parcelsOfCase(db, caseKey)).findLast(({ status }) => !['lost', 'closed', 'delivered', 'returned'].includes(status))
  if (!current) return undefined
  const { past } = await gather(db, { past: parcelStreamFact({ prefecture: caseKey.prefecture, stream: current.id }) })
  const prepared = past.find(({ event }) => event.type === 'ParcelPrepared')?.event
  return prepared?.type === 'ParcelPrepared' ? (prepared.deliveryCode ?? undefined) : undefined
}

/** A parcel names a case and no person: whose it is stands with the case. */
export const parcelReading = (found: ParcelRecord | undefined, may: boolean): Reading => ({
  subject: found?.subject ?? null,
  what: 'parcel',
  outcome: may ? 'shown' : found === undefined ? 'not-found' : 'refused',
  caseNumber: found?.parcel.caseNumber ?? null,
})

export interface DeliveryQueries {
  manifest(on: Day, route: string | undefined, organs: readonly string[] | null): Promise<readonly ManifestRoute[]>
  parcelPage(list: string, organs: readonly string[] | null, options: PageOptions): Promise<ParcelPage>
  findParcel(key: StreamKey): Promise<ParcelRecord | undefined>
}

/** What the dispatcher's pages ask. */
export const openDeliveryQueries = (db: Db): DeliveryQueries => ({
  manifest: (on, route, organs) => manifest(db, on, route, organs),
  parcelPage: (list, organs, options) => parcelPage(db, list, organs, options),
  findParcel: (key) => findParcel(db, key),
})

const REBUILD_PAGE = 500

/** Parcels whose row differs from the fold of their events: none, or the projection is wrong. */
export async function differingParcels(db: Db, prefectures: readonly string[]): Promise<readonly StreamKey[]> {
  const found: StreamKey[] = []
  for (const prefecture of prefectures) {
    for (let after: Uuid | null = null; ; ) {
      const { rows }: { rows: { id: Uuid }[] } = await db.run<{ id: Uuid }>(parcelIdsRead(prefecture, after, REBUILD_PAGE))
      for (const { id } of rows) if (await differs(db, { prefecture, stream: id })) found.push({ prefecture, stream: id })
      after = rows.at(-1)?.id ?? null
      if (rows.length < REBUILD_PAGE) break
    }
  }
  return found
}

async function differs(db: Db, key: StreamKey): Promise<boolean> {
  const { row, past } = await gather(db, { row: parcelRowFact(key), past: parcelStreamFact(key) })
  return canonicalJson(row) !== canonicalJson(past.length > 0 ? parcelOf(rowOf(key, foldParcel(past))) : null)
}
