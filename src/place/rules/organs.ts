import type { Sentence } from '#kernel/language.ts'
import type { Organ, Places, Prefecture, ProductionCentre } from '#place/model.ts'
import { PREFECTURES } from '#place/model.ts'
import { countyOf, findDivisionOfRegionCode, lineOf } from '#place/rules/divisions.ts'

export const findOrgan = (places: Places, code: string): Organ | undefined => places.organs.get(code)

/** @throws RangeError when no organ has the code. */
export function getOrgan(places: Places, code: string): Organ {
  const organ = findOrgan(places, code)
  if (organ === undefined) throw new RangeError(`no police organ ${code}`)
  return organ
}

/** The organ itself and all below it: what a supervisor of the organ may see. */
export function organsUnder(places: Places, code: string): readonly Organ[] {
  const organ = getOrgan(places, code)
  return [organ, ...(places.organsBelow.get(code) ?? []).flatMap((below) => organsUnder(places, below.code))]
}

/** Whether `organ` is `superior` or stands anywhere below it. Unknown organs stand under nobody. */
export function isUnder(places: Places, organ: string, superior: string): boolean {
  for (let at = findOrgan(places, organ); at !== undefined; at = at.parent === undefined ? undefined : findOrgan(places, at.parent)) {
    if (at.code === superior) return true
  }
  return false
}

/** From the organ up to the department. */
export function superiorsOf(places: Places, code: string): readonly Organ[] {
  const organ = getOrgan(places, code)
  return organ.parent === undefined ? [organ] : [organ, ...superiorsOf(places, organ.parent)]
}

/** The stations of a county (six digits), or those that serve a township (nine digits). */
export function stationsOf(places: Places, divisionCode: string): readonly Organ[] {
  if (divisionCode.length === 9) return places.stationsOfTownship.get(divisionCode) ?? []
  const bureau = places.bureauOfDivision.get(divisionCode)
  return bureau === undefined ? [] : (places.organsBelow.get(bureau.code) ?? []).filter((organ) => organ.level === 'station')
}

/** Everything that hands out ID cards: stations and household registration halls. */
export const deliveryPoints = (places: Places): readonly Organ[] =>
  [...places.organs.values()].filter((organ) => organ.level === 'station' || organ.level === 'hall')

export const isDeliveryPoint = (organ: Organ): boolean => organ.level === 'station' || organ.level === 'hall'

/**
 * The organ that signs the ID cards of those registered in a division (county or township; abolished codes too), or of a station:
 * the county's bureau (居民身份证法 8); for the three areas of 长白山 its own bureau, by interpretation.
 * @throws RangeError above county level and for unknown codes.
 */
export function issuerOf(places: Places, code: string): Organ {
  const organ = findOrgan(places, code)
  if (organ !== undefined) {
    const issuer = superiorsOf(places, code).find((superior) => superior.issuesCards)
    if (issuer === undefined) throw new RangeError(`organ ${code} stands above the issuers`)
    return issuer
  }
  const area = places.areaOfTownship.get(code)
  if (area !== undefined) return getOrgan(places, area.bureau)
  const found = findDivisionOfRegionCode(places, code)
  if (found === undefined) throw new RangeError(`no division ${code}`)
  const bureau = places.bureauOfDivision.get(countyOf(places, found.division.code).code)
  if (bureau === undefined) throw new RangeError(`no county bureau for ${code}`)
  return bureau
}

/**
 * The shard of a division or an organ. Divisions of the statistics lie in their prefecture, but the three areas of 长白山 in `2299`;
 * the province and its own organs in `2200`. Abolished codes follow what continues them.
 * @throws RangeError for codes that are neither.
 */
export function prefectureOf(places: Places, code: string): Prefecture {
  const organ = findOrgan(places, code)
  if (organ !== undefined) return organ.prefecture
  const itself = PREFECTURES.find((prefecture) => prefecture === code)
  if (itself !== undefined) return itself
  const area = places.areaOfTownship.get(code)
  if (area !== undefined) return area.prefecture
  const found = findDivisionOfRegionCode(places, code)
  if (found === undefined) throw new RangeError(`neither a division nor a police organ: ${code}`)
  const division = lineOf(places, found.division.code)[1]
  return PREFECTURES.find((prefecture) => prefecture === division?.code) ?? '2200'
}

/** The prefecture's name, for tables and charts. */
export function prefectureName(places: Places, prefecture: Prefecture): Sentence {
  if (prefecture === '2200') return { zh: '省直', en: 'Provincial organs' }
  const area = [...places.areaOfTownship.values()].find((candidate) => candidate.prefecture === prefecture)
  return area?.name ?? places.divisions.get(prefecture)?.name ?? { zh: prefecture, en: prefecture }
}

/** The bureau at the head of a prefecture; the department for `2200`. */
export function headOf(places: Places, prefecture: Prefecture): Organ {
  const wanted = prefecture === '2200' ? 'province' : 'prefecture'
  const head = [...places.organs.values()].find((organ) => organ.level === wanted && organ.prefecture === prefecture)
  if (head === undefined) throw new RangeError(`no bureau heads ${prefecture}`)
  return head
}

/** The name with its bureau's in front where the name alone could be anywhere: `农安县公安局靠山镇派出所`. */
export function fullNameOf(places: Places, code: string): Sentence {
  const organ = getOrgan(places, code)
  if (organ.level !== 'station' || organ.parent === undefined) return organ.name
  const bureau = getOrgan(places, organ.parent)
  return { zh: bureau.name.zh + organ.name.zh, en: `${organ.name.en}, ${bureau.name.en}` }
}

export const productionCentres = (places: Places): readonly ProductionCentre[] => places.production
