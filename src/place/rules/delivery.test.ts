import { describe, expect, it } from 'vitest'
import { day } from '#kernel/time.ts'
import { loadPlaces } from '#place/queries.ts'
import { deliveryClassOf, deliveryClassOfAddress, deliveryDays } from '#place/rules/delivery.ts'
import { divisionsOfLevel } from '#place/rules/divisions.ts'
import { deliveryPoints } from '#place/rules/organs.ts'

const places = loadPlaces()
const on = day('2026-02-13')

describe('the delivery class', () => {
  it.each([
    ['220102001', 'urban', 'a subdistrict'],
    ['220122100', 'urban', 'the town of a county seat'],
    ['220122103', 'town', 'another town'],
    ['220102200', 'town', 'a township in a city district'],
    ['220122200', 'remote-rural', 'a township of a county'],
    ['220122400', 'remote-rural', 'a farm'],
    ['220221172', 'town', 'a development zone'],
    ['222426120', 'town', '池北 of 长白山'],
    ['220621121', 'remote-rural', '池南 of 长白山'],
  ] as const)('of %s is %s: %s', (township, expected, _what) => {
    expect(deliveryClassOf(places, township, on)).toBe(expected)
  })

  it('of a station is that of the township where it stands; halls stand in town, and bureaus count as urban', () => {
    for (const point of deliveryPoints(places)) expect(deliveryClassOf(places, point.code, on)).toBe(deliveryClassOf(places, point.township ?? '', on))
    for (const hall of deliveryPoints(places).filter((point) => point.level === 'hall')) expect(deliveryClassOf(places, hall.code, on), hall.code).toBe('urban')
    expect(deliveryClassOf(places, '220100000000', on)).toBe('urban')
  })

  it('exists for every township, and each class has townships', () => {
    const classes = divisionsOfLevel(places, 'township').map((township) => deliveryClassOf(places, township.code, on))
    expect(classes).toHaveLength(1075)
    expect(new Set(classes)).toEqual(new Set(['urban', 'town', 'remote-rural']))
  })

  it('is refused for what is no township', () => {
    expect(() => deliveryClassOf(places, '220122', on)).toThrow(RangeError)
    expect(() => deliveryClassOf(places, '999999999', on)).toThrow(RangeError)
  })

  it('of an address known to its county only is the least favourable there', () => {
    expect(deliveryClassOfAddress(places, '220122', on)).toBe('remote-rural')
    expect(deliveryClassOfAddress(places, '220122100', on)).toBe('urban')
    expect(deliveryClassOfAddress(places, '220381', on)).toBe('remote-rural')
    expect(deliveryClassOfAddress(places, '220605', on)).toBe('town')
    expect(() => deliveryClassOfAddress(places, '2201', on)).toThrow(RangeError)
  })
})

describe('the delivery days', () => {
  it('are one for urban areas and two for remote villages, each with its basis and how it was read', () => {
    expect(deliveryDays(places, 'urban', on)).toMatchObject({ amount: 1, unit: 'natural-day' })
    expect(deliveryDays(places, 'town', on).amount).toBe(2)
    expect(deliveryDays(places, 'remote-rural', on).amount).toBe(2)
    for (const reach of ['urban', 'town', 'remote-rural'] as const) {
      expect(deliveryDays(places, reach, on).basis).not.toBe('')
      expect(deliveryDays(places, reach, on).interpretation).not.toBe('')
    }
  })

  it('follow the version in force on the day of dispatch', () => {
    const [first] = places.delivery
    if (first === undefined) throw new Error('no delivery rule')
    const faster = { ...first, validFrom: day('2026-03-01'), classes: { ...first.classes, town: { ...first.classes.town, amount: 1 } } }
    const later = { ...places, delivery: [first, faster] }
    expect(deliveryDays(later, 'town', day('2026-02-28')).amount).toBe(2)
    expect(deliveryDays(later, 'town', day('2026-03-01')).amount).toBe(1)
    expect(deliveryDays(later, 'town', day('2020-01-01')).amount).toBe(2)
  })
})
