import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { day, plusDays } from '#kernel/time.ts'
import { validityTerms, validToOn } from '#production/rules/validity.ts'
import { validToOf } from '#services/id-card/validity.ts'

describe('validity of a card made later than it was ordered', () => {
  test('counts from the day of issue', () => {
    expect(validToOn(validityTerms(day('1990-05-01'), day('2026-02-13')), day('2026-02-14'))).toBe('2046-02-14')
  })

  test('follows a birthday between ordering and making', () => {
    const turning26 = validityTerms(day('2000-02-14'), day('2026-02-13'))
    expect(validToOn(turning26, day('2026-02-13'))).toBe('2036-02-13')
    expect(validToOn(turning26, day('2026-02-24'))).toBe('2046-02-24')
    expect(validToOn(validityTerms(day('1980-02-20'), day('2026-02-13')), day('2026-02-24'))).toBeNull()
  })

  test('is the law’s for every birthday and every day of making within a year', () => {
    fc.assert(
      fc.property(fc.nat(30_000), fc.nat(365), (age, wait) => {
        const from = day('2026-02-13')
        const [birth, issued] = [plusDays(from, -age), plusDays(from, wait)]
        expect(validToOn(validityTerms(birth, from), issued)).toBe(validToOf(birth, issued))
      }),
    )
  })
})
