import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCreditCode } from '#kernel/ids.ts'
import { PREFECTURES } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { divisionsOfLevel, lineOf } from '#place/rules/divisions.ts'
import {
  deliveryPoints,
  findOrgan,
  fullNameOf,
  getOrgan,
  headOf,
  issuerOf,
  isUnder,
  organsUnder,
  prefectureName,
  prefectureOf,
  productionCentres,
  stationsOf,
  superiorsOf,
} from '#place/rules/organs.ts'

const places = loadPlaces()
const organs = [...places.organs.values()]
const DEPARTMENT = '220000000000'
const CHANGBAI = '229900000000'
const CHANGBAI_TOWNSHIPS = ['222426120', '220621120', '220621121']
const anyOrgan = fc.constantFrom(...organs)
const anyDivision = fc.constantFrom(...places.divisions.values())

describe('the police organs', () => {
  it('are the department, ten bureaus, 60 county bureaus with a hall each, a production centre, and stations', () => {
    const count = (level: string) => organs.filter((organ) => organ.level === level).length
    expect(['province', 'prefecture', 'county', 'hall', 'production-centre'].map(count)).toEqual([1, 10, 60, 60, 1])
  })

  it('hand out cards at the published number of 1,041 places', () => {
    expect(deliveryPoints(places)).toHaveLength(1041)
    for (const point of deliveryPoints(places)) expect(point.windows, point.code).toBeGreaterThan(0)
  })

  it('have twelve-digit codes, the first six those of a county, prefecture, the province or 长白山', () => {
    for (const organ of organs) {
      expect(organ.code).toMatch(/^22\d{10}$/)
      if (organ.division !== undefined) expect(organ.code.startsWith(organ.division), organ.code).toBe(true)
      else expect(organ.prefecture).toBe('2299')
    }
  })

  it('all end at the department when followed upwards', () => {
    for (const organ of organs) expect(superiorsOf(places, organ.code).at(-1)?.code).toBe(DEPARTMENT)
  })

  it('of one county never share a name', () => {
    for (const county of divisionsOfLevel(places, 'county')) {
      const names = stationsOf(places, county.code).map((station) => station.name.zh)
      expect(new Set(names).size, county.code).toBe(names.length)
      expect(names.length, county.code).toBeGreaterThan(0)
    }
  })

  it('say of themselves which were made by rule', () => {
    expect(organs.filter((organ) => ['station', 'hall', 'production-centre'].includes(organ.level)).every((organ) => organ.synthetic)).toBe(true)
    expect(getOrgan(places, DEPARTMENT)).toMatchObject({ synthetic: false, creditCode: '11220000013544066P' })
    expect(parseCreditCode(getOrgan(places, DEPARTMENT).creditCode ?? '').ok).toBe(true)
  })

  it('have no code that is unknown and yet found', () => {
    expect(findOrgan(places, '530401000000')).toBeUndefined()
    expect(() => getOrgan(places, '530401000000')).toThrow(RangeError)
  })
})

describe('stations', () => {
  it('serve every township', () => {
    for (const township of divisionsOfLevel(places, 'township')) expect(stationsOf(places, township.code).length, township.code).toBeGreaterThan(0)
  })

  it('stand in the first township that they serve, and serve no other county', () => {
    for (const station of organs.filter((organ) => organ.level === 'station')) {
      expect(station.serves[0]).toBe(station.township)
      if (station.division === undefined) continue
      for (const township of station.serves) expect(lineOf(places, township)[2]?.code, station.code).toBe(station.division)
    }
  })

  it('of a township of its own lie in that township; a farm is served by the town whose name it bears', () => {
    expect(stationsOf(places, '222401001').map((station) => station.name.zh)).toEqual(['进学派出所'])
    expect(stationsOf(places, '222403401').map((station) => station.name.zh)).toEqual(['黄泥河镇派出所'])
    expect(stationsOf(places, '220122100').map((station) => station.name.zh)).toEqual(['农安镇第一派出所', '农安镇第二派出所'])
  })

  it('bear the name of their bureau in front when it matters', () => {
    const station = stationsOf(places, '220122103')[0]
    expect(fullNameOf(places, station?.code ?? '')).toEqual({
      zh: '农安县公安局靠山镇派出所',
      en: "Kaoshan Town Police Station, Nong'an County Public Security Bureau",
    })
  })
})

describe('jurisdiction', () => {
  it('holds for everything below and nothing beside', () => {
    const changchun = organsUnder(places, '220100000000').map((organ) => organ.code)
    expect(changchun).toContain('220184000000')
    expect(changchun).not.toContain('222401000000')
    expect(organsUnder(places, DEPARTMENT)).toHaveLength(organs.length)
  })

  it('agrees with the way up, for any two organs', () => {
    fc.assert(
      fc.property(anyOrgan, anyOrgan, (organ, superior) => {
        expect(isUnder(places, organ.code, superior.code)).toBe(organsUnder(places, superior.code).includes(organ))
      }),
      { numRuns: 60 },
    )
  })

  it('gives unknown organs to nobody', () => {
    expect(isUnder(places, '530401000000', DEPARTMENT)).toBe(false)
  })
})

describe('the issuer', () => {
  it('is the bureau of the county, for each county and each of its townships', () => {
    for (const county of divisionsOfLevel(places, 'county')) {
      const issuer = issuerOf(places, county.code)
      expect(issuer).toMatchObject({ level: 'county', division: county.code, issuesCards: true })
      for (const township of places.children.get(county.code) ?? []) {
        if (!CHANGBAI_TOWNSHIPS.includes(township.code)) expect(issuerOf(places, township.code)).toBe(issuer)
      }
    }
  })

  it('bears the name that stands on the card', () => {
    expect(issuerOf(places, '220102').name.zh).toBe('长春市公安局南关区分局')
    expect(issuerOf(places, '222401').name.zh).toBe('延吉市公安局')
    expect(issuerOf(places, '220381').name.zh).toBe('公主岭市公安局')
  })

  it('of a station is its own bureau; above the counties there is none', () => {
    expect(issuerOf(places, stationsOf(places, '220203')[0]?.code ?? '').code).toBe('220203000000')
    expect(() => issuerOf(places, '2201')).toThrow(RangeError)
    expect(() => issuerOf(places, '220100000000')).toThrow(RangeError)
    expect(() => issuerOf(places, '110105')).toThrow(RangeError)
  })

  it('decides which script stands on the card', () => {
    expect(issuerOf(places, '222401').cardTemplate).toBe('korean')
    expect(issuerOf(places, '220623').cardTemplate).toBe('korean')
    expect(issuerOf(places, '220721').cardTemplate).toBe('mongolian')
    expect(issuerOf(places, '220323').cardTemplate).toBe('standard')
    expect(issuerOf(places, '220102').cardTemplate).toBe('standard')
  })
})

describe('长白山', () => {
  it('has a bureau without a division, three stations, and signs its own cards', () => {
    expect(getOrgan(places, CHANGBAI)).toMatchObject({ division: undefined, prefecture: '2299', issuesCards: true, name: { zh: '长白山公安局' } })
    expect(organsUnder(places, CHANGBAI).map((organ) => organ.name.zh)).toEqual(['长白山公安局', '池北区派出所', '池西区派出所', '池南区派出所'])
    for (const township of CHANGBAI_TOWNSHIPS) {
      expect(issuerOf(places, township).code).toBe(CHANGBAI)
      expect(prefectureOf(places, township)).toBe('2299')
      expect(stationsOf(places, township).every((station) => station.prefecture === '2299')).toBe(true)
    }
  })

  it('takes nothing else from 安图 and 抚松', () => {
    expect(prefectureOf(places, '222426')).toBe('2224')
    expect(prefectureOf(places, '222426102')).toBe('2224')
    expect(prefectureOf(places, '220621')).toBe('2206')
  })
})

describe('the prefecture', () => {
  it('of an organ below the department is that of the organ above it', () => {
    fc.assert(
      fc.property(anyOrgan, (organ) => {
        if (organ.parent !== undefined && organ.parent !== DEPARTMENT) expect(prefectureOf(places, organ.code)).toBe(prefectureOf(places, organ.parent))
      }),
    )
  })

  it('of a division below the province is that of the division above it, but for 长白山', () => {
    fc.assert(
      fc.property(anyDivision, (division) => {
        if (division.code.length > 4 && division.parent !== undefined && !CHANGBAI_TOWNSHIPS.includes(division.code)) {
          expect(prefectureOf(places, division.code)).toBe(prefectureOf(places, division.parent))
        }
      }),
    )
  })

  it('of a place and of its stations and issuer are the same', () => {
    for (const township of divisionsOfLevel(places, 'township')) {
      const prefecture = prefectureOf(places, township.code)
      expect(issuerOf(places, township.code).prefecture).toBe(prefecture)
      for (const station of stationsOf(places, township.code)) expect(station.prefecture).toBe(prefecture)
    }
  })

  it('is found for the province, abolished codes and itself, and for nothing foreign', () => {
    expect(prefectureOf(places, '22')).toBe('2200')
    expect(prefectureOf(places, DEPARTMENT)).toBe('2200')
    expect(prefectureOf(places, '220381')).toBe('2201')
    expect(prefectureOf(places, '2299')).toBe('2299')
    expect(() => prefectureOf(places, '110105')).toThrow(RangeError)
  })

  it('has a name and a head, each of the eleven', () => {
    for (const prefecture of PREFECTURES) {
      expect(prefectureName(places, prefecture).zh).toMatch(/^[\u4e00-\u9fff]+$/)
      expect(headOf(places, prefecture).prefecture).toBe(prefecture)
    }
    expect(headOf(places, '2224').name.zh).toBe('延边朝鲜族自治州公安局')
  })
})

describe('the production centre', () => {
  it('exists, and its lines carry more than the mean of 4,800 cards a working day', () => {
    for (const centre of productionCentres(places)) expect(getOrgan(places, centre.organ).level).toBe('production-centre')
    const perDay =
      2 *
      productionCentres(places)
        .flatMap((centre) => centre.lines)
        .reduce((sum, line) => sum + line.cardsPerHalfDay, 0)
    expect(perDay).toBeGreaterThan(4800)
  })
})
