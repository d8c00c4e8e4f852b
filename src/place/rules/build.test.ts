import { describe, expect, it } from 'vitest'
import type { PlaceData } from '#place/model.ts'
import { buildPlaces } from '#place/rules/build.ts'

const province = { code: '22', kind: 'province', zh: '吉林省', en: 'Jilin Province', pinyin: 'ji lin sheng' } as const
const prefecture = { code: '2201', kind: 'prefecture-level-city', zh: '长春市', en: 'Changchun City', pinyin: 'chang chun shi', parent: '22' } as const
const department = { code: '220000000000', level: 'province', zh: '厅', en: 'Department', pinyin: 'ting', division: '22' } as const
const data: PlaceData = {
  divisions: [province, prefecture],
  organs: [department],
  formerCodes: [],
  policeAreas: [],
  cardTemplates: [],
  delivery: [],
  opening: [],
  production: [],
  population: [],
}

describe('building the places', () => {
  it('refuses a code that stands twice', () => {
    expect(() => buildPlaces({ ...data, divisions: [province, prefecture, prefecture] })).toThrow('division 2201 stands twice')
    expect(() => buildPlaces({ ...data, organs: [department, department] })).toThrow('organ 220000000000 stands twice')
  })

  it('refuses references that lead nowhere', () => {
    expect(() => buildPlaces({ ...data, divisions: [prefecture] })).toThrow('no division 22')
    expect(() => buildPlaces({ ...data, organs: [{ ...department, code: '220100000000', parent: '220000000000' }] })).toThrow('no organ 220000000000')
    expect(() => buildPlaces({ ...data, organs: [{ ...department, township: '220102001' }] })).toThrow('no division 220102001')
  })

  it('refuses a prefecture that has no shard', () => {
    const stray = { ...department, code: '229800000000', level: 'prefecture', parent: '220000000000', division: '22' } as const
    expect(() => buildPlaces({ ...data, organs: [department, stray] })).toThrow('no prefecture 22')
  })
})
