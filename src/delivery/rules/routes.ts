import type { Handover } from '#catalogue/model.ts'
import type { ManifestRoute, ParcelRow, Route } from '#delivery/model.ts'
import type { Places } from '#place/model.ts'
import { getOrgan, issuerOf } from '#place/rules/organs.ts'

/** Centre → county → station; mail is handed over by prefecture, and in one bag what leaves the province. */
export function routeOf(places: Places, handover: Handover, centre: string, prefecture: string): Route {
  const { deliveryClass } = handover
  if (handover.by === 'mail') {
    const id = handover.inProvince ? `mail-${prefecture}` : 'mail-out'
    return { id, kind: handover.inProvince ? 'mail' : 'mail-out-of-province', centre, bureau: null, stop: null, deliveryClass }
  }
  const bureau = issuerOf(places, handover.organ).code
  return { id: `run-${bureau.slice(0, 6)}`, kind: 'station-run', centre, bureau, stop: handover.organ, deliveryClass }
}

/**
 * Where the courier brings what can't be delivered: the household registration hall of the issuer, else its first station.
 * Interpretation: the card belongs to the organ that signs it until it is handed over.
 * @throws RangeError when the issuer has neither.
 */
export function returnOrgan(places: Places, issuer: string): string {
  const below = [...(places.organsBelow.get(getOrgan(places, issuer).code) ?? [])].sort((a, b) => (a.code < b.code ? -1 : 1))
  const organ = below.find(({ level }) => level === 'hall') ?? below.find(({ level }) => level === 'station')
  if (organ === undefined) throw new RangeError(`issuer ${issuer} has neither a hall nor a station`)
  return organ.code
}

/** The day's parcels as they are loaded: by route, then stop by stop, each in the order of the case numbers. */
export function manifestOf(parcels: readonly ParcelRow[]): readonly ManifestRoute[] {
  const inOrder = [...parcels].sort((a, b) => compare(a.route, b.route) || compare(a.stop ?? '', b.stop ?? '') || compare(a.caseNumber, b.caseNumber))
  return [...grouped(inOrder, ({ route }) => route)].map(([route, ofRoute]) => ({
    route,
    bureau: ofRoute[0]?.bureau ?? null,
    count: ofRoute.length,
    stops: [...grouped(ofRoute, ({ stop }) => stop)].map(([organ, ofStop]) => ({ organ, parcels: ofStop })),
  }))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function grouped<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
