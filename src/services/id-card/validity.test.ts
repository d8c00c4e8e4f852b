import fc from 'fast-check'
import { expect, it } from 'vitest'
import { day, plusDays, plusYears } from '#kernel/time.ts'
import { validityClassOf, validToOf } from '#services/id-card/validity.ts'

const issued = day('2026-02-13')

it.each([
  ['2010-02-14', '5-years', 'fifteen, sixteen tomorrow'],
  ['2010-02-13', '10-years', 'sixteen today'],
  ['2000-02-14', '10-years', 'twenty-five, twenty-six tomorrow'],
  ['2000-02-13', '20-years', 'twenty-six today'],
  ['1980-02-14', '20-years', 'forty-five, forty-six tomorrow'],
  ['1980-02-13', 'long-term', 'forty-six today'],
])('born %s: %s (%s)', (birth, expected) => {
  expect(validityClassOf(day(birth), issued)).toBe(expected)
})

it('counts the term from the day of issue, and clamps 29 February', () => {
  expect(validToOf(day('2010-02-13'), issued)).toBe('2036-02-13')
  expect(validToOf(day('1980-02-13'), issued)).toBeNull()
  expect(validToOf(day('2020-01-01'), day('2024-02-29'))).toBe('2029-02-28')
})

it('never shortens with age', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 36_000 }), (days) => {
      const birth = plusDays(issued, -days)
      const now = validToOf(birth, issued)
      const older = validToOf(plusYears(birth, -1), issued)
      expect(older === null || (now !== null && older >= now)).toBe(true)
    }),
  )
})
