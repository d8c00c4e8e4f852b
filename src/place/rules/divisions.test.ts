import { describe, expect, it } from 'vitest'
import { loadPlaces } from '#place/queries.ts'
import { childrenOf, countyOf, divisionsOfLevel, findDivision, findDivisionOfRegionCode, getDivision, lineOf, pathOf } from '#place/rules/divisions.ts'

const places = loadPlaces()
const DEVELOPMENT_ZONES = ['220171', '220172', '220173', '220174', '220271', '220272', '220273', '220771', '220871']

describe('the divisions of Jilin', () => {
  it('are one province, nine prefectures, 60 counties and 1,075 townships', () => {
    const counts = (['province', 'prefecture', 'county', 'township'] as const).map((level) => divisionsOfLevel(places, level).length)
    expect(counts).toEqual([1, 9, 60, 1075])
  })

  it('are 21 districts, 20 county-level cities, 16 counties and 3 autonomous counties', () => {
    const kinds = divisionsOfLevel(places, 'county').map((county) => county.kind)
    const count = (kind: string) => kinds.filter((candidate) => candidate === kind).length
    expect([count('district'), count('county-level-city'), count('county'), count('autonomous-county')]).toEqual([21, 20, 16, 3])
  })

  it('are 364 街道, 433 镇, 181 乡 and 97 others by the statistics, whose nine special subdistricts and towns are zones to us', () => {
    const townships = divisionsOfLevel(places, 'township')
    const zones = townships.filter((township) => /特殊(街道|乡镇)$/.test(township.registeredName ?? ''))
    const count = (kind: string) => townships.filter((township) => township.kind === kind).length
    const zonesCalled = (ending: string) => zones.filter((zone) => zone.registeredName?.endsWith(ending)).length
    expect(zones).toHaveLength(9)
    expect(zones.every((zone) => zone.kind === 'special')).toBe(true)
    expect(count('subdistrict') + zonesCalled('特殊街道')).toBe(364)
    expect(count('town') + zonesCalled('特殊乡镇')).toBe(433)
    expect(count('township')).toBe(181)
    expect(count('special') - zones.length).toBe(97)
  })

  it.each([
    ['2201', 11],
    ['2202', 9],
    ['2203', 5],
    ['2204', 4],
    ['2205', 7],
    ['2206', 6],
    ['2207', 5],
    ['2208', 5],
    ['2224', 8],
  ])('%s has %i counties', (prefecture, counties) => {
    expect(childrenOf(places, prefecture)).toHaveLength(counties)
  })

  it('have no development zone among the counties, and their 39 townships under real counties', () => {
    for (const zone of DEVELOPMENT_ZONES) {
      expect(findDivision(places, zone)).toBeUndefined()
      expect(findDivisionOfRegionCode(places, zone)).toBeUndefined()
    }
    const moved = divisionsOfLevel(places, 'township').filter((township) => DEVELOPMENT_ZONES.includes(township.code.slice(0, 6)))
    expect(moved).toHaveLength(39)
    for (const township of moved) expect(countyOf(places, township.code).parent).toBe(township.code.slice(0, 4))
    expect(countyOf(places, '220172002').name.zh).toBe('南关区')
    expect(countyOf(places, '220273100').name.zh).toBe('永吉县')
  })

  it('stand under the division whose code theirs begins with, but for the townships of development zones', () => {
    for (const division of places.divisions.values()) {
      if (division.parent === undefined) expect(division.code).toBe('22')
      else if (!DEVELOPMENT_ZONES.includes(division.code.slice(0, 6))) expect(division.code.startsWith(division.parent), division.code).toBe(true)
    }
  })

  it('have a Chinese name, an English name in Latin letters and a pinyin reading', () => {
    for (const division of places.divisions.values()) {
      expect(division.name.zh, division.code).toMatch(/^[\u4e00-\u9fff]+$/)
      expect(division.name.en, division.code).toMatch(/^[A-Z][A-Za-zü',\- ]+$/)
      expect(division.pinyin, division.code).toMatch(/^[a-z]+( [a-z]+)*$/)
      expect(division.name.en, division.code).not.toMatch(/ {2}/)
    }
  })
})

describe('looking a division up', () => {
  it('finds by the code in use, also written with six digits', () => {
    expect(findDivision(places, '220184')?.name.zh).toBe('公主岭市')
    expect(findDivision(places, '220100')?.name.en).toBe('Changchun City')
    expect(findDivision(places, '220000')?.name.zh).toBe('吉林省')
    expect(findDivision(places, '110105')).toBeUndefined()
    expect(() => getDivision(places, '220381')).toThrow(RangeError)
  })

  it.each([
    ['220381', '220184', 'confirmed'],
    ['220181', '220113', 'confirmed'],
    ['220125', '220112', 'confirmed'],
    ['220625', '220605', 'unverified'],
  ])('follows the abolished region code %s to %s', (old, current, status) => {
    const found = findDivisionOfRegionCode(places, old)
    expect(found?.division.code).toBe(current)
    expect(found?.former?.status).toBe(status)
  })

  it('says of a code in use that it is no former one', () => {
    expect(findDivisionOfRegionCode(places, '222401')).toMatchObject({ division: { code: '222401' }, former: undefined })
  })

  it('writes the whole path in both languages', () => {
    expect(pathOf(places, '222401001')).toEqual({
      zh: '吉林省延边朝鲜族自治州延吉市进学街道',
      en: 'Jinxue Subdistrict, Yanji City, Yanbian Korean Autonomous Prefecture, Jilin Province',
    })
    expect(pathOf(places, '22').zh).toBe('吉林省')
  })

  it('reads names as the places read themselves', () => {
    expect(getDivision(places, '222404').name.en).toBe('Hunchun City')
    expect(getDivision(places, '220722').name.en).toBe('Changling County')
    expect(getDivision(places, '220106').name.en).toBe('Lüyuan District')
    expect(getDivision(places, '220582').name.en).toBe("Ji'an City")
    expect(getDivision(places, '220113201').name.en).toBe('Mangka Manchu Township')
  })
})

describe('the people', () => {
  it('of each census area add up to its figure, and of the province to the sum of the areas', () => {
    const apart = new Map(places.population.map((area) => [area.code, area.persons]))
    const townships = divisionsOfLevel(places, 'township')
    const areaOf = (code: string): string =>
      places.areaOfTownship.get(code)?.prefecture ?? (countyOf(places, code).code === '220581' ? '220581' : (lineOf(places, code)[1]?.code ?? ''))
    const sums = new Map<string, number>()
    for (const township of townships) sums.set(areaOf(township.code), (sums.get(areaOf(township.code)) ?? 0) + township.populationEstimate)
    expect(new Map([...sums].sort())).toEqual(new Map([...apart].sort()))
    expect(getDivision(places, '22').populationEstimate).toBe([...apart.values()].reduce((a, b) => a + b, 0))
    // The areas are published in units of a hundred persons, the province to the person.
    expect(Math.abs(getDivision(places, '22').populationEstimate - 24_073_453)).toBeLessThan(1_000)
  })

  it('live in every township', () => {
    for (const township of divisionsOfLevel(places, 'township')) expect(township.populationEstimate, township.code).toBeGreaterThan(0)
  })
})
