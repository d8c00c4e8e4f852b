import type { Day } from '#kernel/time.ts'
import type { DeliveryClass, DeliveryDays, DeliveryVersion, Division, Places } from '#place/model.ts'
import { childrenOf, countyOf, findDivisionOfRegionCode, getDivision } from '#place/rules/divisions.ts'
import { getOrgan } from '#place/rules/organs.ts'

/** The version in force on a day; before the first one, the first one. */
function versionOn(places: Places, on: Day): DeliveryVersion {
  const inForce = places.delivery.filter((version) => version.validFrom <= on).at(-1) ?? places.delivery[0]
  if (inForce === undefined) throw new Error('no delivery rule is configured')
  return inForce
}

/**
 * How well mail reaches a township, or the place where an organ stands (bureaus and the factory count as urban).
 * The classes by kind of township are an interpretation, dated in `data/delivery.json`.
 * @throws RangeError for codes that are neither township nor organ.
 */
export function deliveryClassOf(places: Places, code: string, on: Day): DeliveryClass {
  const township = code.length === 12 ? getOrgan(places, code).township : code
  if (township === undefined) return 'urban'
  const division = getDivision(places, township)
  if (division.code.length !== 9) throw new RangeError(`${code} is no township`)
  return classOfTownship(places, division, versionOn(places, on).classification)
}

function classOfTownship(places: Places, township: Division, rules: DeliveryVersion['classification']): DeliveryClass {
  const exception = rules.exceptions[township.code]
  if (exception !== undefined) return exception
  if (township.isSeat) return rules.seatTown
  switch (township.kind) {
    case 'township':
      return countyOf(places, township.code).kind === 'district' ? rules.townshipOfDistrict : rules.byKind.township
    case 'special':
      return rules.specialZoneWords.some((word) => township.name.zh.endsWith(word)) ? rules.specialZone : rules.byKind.special
    case 'subdistrict':
    case 'town':
      return rules.byKind[township.kind]
    default:
      throw new RangeError(`${township.code} is no township`)
  }
}

/** Natural days from dispatch to the place, with the basis and how it was read. */
export const deliveryDays = (places: Places, deliveryClass: DeliveryClass, on: Day): DeliveryDays => versionOn(places, on).classes[deliveryClass]

/**
 * The class of an address: its township's, or where only the county is known the least favourable there, so that no promise is too early.
 * Abolished county codes count as what continues them. @throws RangeError above county level and for unknown codes.
 */
export function deliveryClassOfAddress(places: Places, divisionCode: string, on: Day): DeliveryClass {
  if (divisionCode.length === 9) return deliveryClassOf(places, divisionCode, on)
  const found = findDivisionOfRegionCode(places, divisionCode)
  if (found === undefined) throw new RangeError(`no division ${divisionCode}`)
  const county = countyOf(places, found.division.code)
  const classes = new Set(childrenOf(places, county.code).map((township) => deliveryClassOf(places, township.code, on)))
  return SLOWEST_FIRST.find((candidate) => classes.has(candidate)) ?? 'remote-rural'
}

const SLOWEST_FIRST = ['remote-rural', 'town', 'urban'] as const
