import type { Sentence } from '#kernel/language.ts'
import type { Division, FormerCode, Places } from '#place/model.ts'

/** The division in use with this code. Six digits ending in 00 also find a prefecture (`220100`) or the province (`220000`). */
export function findDivision(places: Places, code: string): Division | undefined {
  return places.divisions.get(code) ?? (/^\d{4}00$/.test(code) ? places.divisions.get(code.replace(/(00)+$/, '')) : undefined)
}

/** @throws RangeError when no division in use has the code. */
export function getDivision(places: Places, code: string): Division {
  const division = findDivision(places, code)
  if (division === undefined) throw new RangeError(`no division ${code}`)
  return division
}

/**
 * The division that a region code of an identity number means today: the code itself, or what continues an abolished one.
 * The number keeps the code of the first registration for life (居民身份证法 3), so an unknown code is no error: undefined.
 */
export function findDivisionOfRegionCode(places: Places, code: string): { readonly division: Division; readonly former: FormerCode | undefined } | undefined {
  const former = places.formerCodes.get(code)
  const division = findDivision(places, former?.current ?? code)
  return division === undefined ? undefined : { division, former }
}

/** The divisions directly below, in order of code. */
export const childrenOf = (places: Places, code: string): readonly Division[] => places.children.get(getDivision(places, code).code) ?? []

/** From the province down to the division itself. @throws RangeError when no division has the code. */
export function lineOf(places: Places, code: string): readonly Division[] {
  const division = getDivision(places, code)
  return division.parent === undefined ? [division] : [...lineOf(places, division.parent), division]
}

/** `吉林省长春市南关区南岭街道`, `Nanling Subdistrict, Nanguan District, Changchun City, Jilin Province`. */
export function pathOf(places: Places, code: string): Sentence {
  const line = lineOf(places, code)
  return {
    zh: line.map((division) => division.name.zh).join(''),
    en: line
      .toReversed()
      .map((division) => division.name.en)
      .join(', '),
  }
}

/** The county-level division that a division of six digits or more lies in. @throws RangeError above county level. */
export function countyOf(places: Places, code: string): Division {
  const county = lineOf(places, code)[2]
  if (county === undefined) throw new RangeError(`${code} lies above the counties`)
  return county
}

/** All divisions of a level: 60 counties, 1,075 townships. */
export function divisionsOfLevel(places: Places, level: 'province' | 'prefecture' | 'county' | 'township'): readonly Division[] {
  const digits = { province: 2, prefecture: 4, county: 6, township: 9 }[level]
  return [...places.divisions.values()].filter((division) => division.code.length === digits)
}
