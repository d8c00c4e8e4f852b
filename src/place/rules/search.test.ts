import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadPlaces } from '#place/queries.ts'
import { searchDivisions, searchOrgans } from '#place/rules/search.ts'

const places = loadPlaces()
const names = (text: string) => searchDivisions(places, text).map((division) => division.name.zh)

describe('searching divisions', () => {
  it.each([
    ['延吉', '延吉市'],
    ['yanji', '延吉市'],
    ['YANJI', '延吉市'],
    ['yanj', '延吉市'],
    ['lvyuan', '绿园区'],
    ['Lüyuan', '绿园区'],
    ["ji'an", '集安市'],
    ['gzl', '公主岭市'],
    ['220184', '公主岭市'],
    ['２２０１８４', '公主岭市'],
  ])('%s finds %s first', (text, expected) => {
    expect(names(text)[0]).toBe(expected)
  })

  it('narrows by what lies above', () => {
    expect(names('延吉 进学')).toEqual(['进学街道'])
    expect(names('yanji jinxue')).toEqual(['进学街道'])
    expect(names('洮南 万宝')).toEqual(['万宝镇', '万宝乡'])
  })

  it('finds a part inside a name after those that begin with it', () => {
    const found = names('白河')
    expect(found).toContain('二道白河镇')
  })

  it('finds nothing for nothing', () => {
    expect(names('')).toEqual([])
    expect(names('  ')).toEqual([])
    expect(names('上海')).toEqual([])
  })

  it('keeps to its limit', () => {
    expect(searchDivisions(places, 'x', 5)).toHaveLength(5)
  })

  it('finds every division by its Chinese name among those of the same name, and by its code', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places.divisions.values()), (division) => {
        expect(searchDivisions(places, division.name.zh, 50)).toContain(division)
        expect(searchDivisions(places, division.code, 1)).toEqual([division])
        expect(searchDivisions(places, division.pinyin.replaceAll(' ', ''), 50)).toContain(division)
      }),
      { numRuns: 40 },
    )
  })
})

describe('searching organs', () => {
  it('finds stations by name, by pinyin and by the county in front', () => {
    expect(searchOrgans(places, '南岭派出所')[0]?.township).toBe('220102001')
    expect(searchOrgans(places, 'nanling')[0]?.name.zh).toBe('南岭派出所')
    expect(searchOrgans(places, '敦化 黄泥河')[0]?.name.zh).toBe('黄泥河镇派出所')
  })

  it('finds the station that serves a farm by the farm', () => {
    expect(searchOrgans(places, '敖东鹿场 派出所').map((organ) => organ.name.zh)).toEqual(['渤海派出所'])
  })

  it('finds all stations of one name, each in its county', () => {
    expect(searchOrgans(places, '靠山镇派出所').map((organ) => organ.parent)).toEqual(['220122000000', '220323000000'])
  })

  it('stays under an organ when asked to', () => {
    const found = searchOrgans(places, '派出所', 2000, '229900000000')
    expect(found.map((organ) => organ.name.zh)).toEqual(['池北区派出所', '池西区派出所', '池南区派出所'])
  })
})
