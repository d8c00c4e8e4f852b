import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededChance } from '#kernel/chance.ts'

describe('chance from a seed', () => {
  test('the same seed gives the same history, another seed another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 20 }, seededChance(seed).next)
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(new Set(draw(0)).size).toBe(20)
  })

  test('stays within its bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, bound) => {
        const chance = seededChance(seed)
        const x = chance.next()
        expect(x >= 0 && x < 1).toBe(true)
        const n = chance.below(bound)
        expect(Number.isInteger(n) && n >= 0 && n < bound).toBe(true)
        expect(chance.bytes(5)).toHaveLength(5)
      }),
    )
  })

  test('reaches every face of a die about equally often', () => {
    const chance = seededChance(42)
    const seen = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < 6000; i++) {
      const face = chance.below(6)
      seen[face] = (seen[face] ?? 0) + 1
    }
    for (const times of seen) expect(Math.abs(times - 1000)).toBeLessThan(120)
  })

  test('picks what is there, and nothing from nothing', () => {
    const chance = seededChance(1)
    const picked = new Set(Array.from({ length: 100 }, () => chance.pick(['a', 'b', 'c'])))
    expect([...picked].sort()).toEqual(['a', 'b', 'c'])
    expect(() => chance.pick([])).toThrow(RangeError)
  })
})
