import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DAY_MS,
  type Day,
  day,
  dayOf,
  daysBetween,
  earlier,
  endOfDay,
  instant,
  instantOfMs,
  isDay,
  later,
  msOf,
  plusDays,
  plusMinutes,
  plusMonths,
  plusYears,
  startOfDay,
  timeOfDay,
  timeOn,
  weekdayOf,
  yearOf,
} from '#kernel/time.ts'

const someDay = fc.integer({ min: 0, max: 60_000 }).map((n) => plusDays(day('1900-01-01'), n))

describe('instants', () => {
  test('are UTC with milliseconds, whatever offset they came with', () => {
    expect(instant('2026-02-13T11:59:00+08:00')).toBe('2026-02-13T03:59:00.000Z')
    expect(instant('2026-02-13T03:59Z')).toBe('2026-02-13T03:59:00.000Z')
    expect(plusMinutes(instant('2026-02-13T23:59:30+08:00'), 1)).toBe('2026-02-13T16:00:30.000Z')
  })

  test.each(['2026-02-13', '2026-02-13T11:59:00', '2026-02-13 11:59:00Z', 'yesterday', ''])('%s is none', (text) => {
    expect(() => instant(text)).toThrow(RangeError)
  })

  test.each(['2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-02-13T25:00:00Z'])('%s does not exist', (text) => {
    expect(() => instant(text)).toThrow(RangeError)
  })
})

describe('days', () => {
  test('exist or are refused', () => {
    for (const text of ['2005-02-29', '2021-04-31', '2021-13-01', '2021-00-10', '2021-1-1', '1900-02-29', '20210101']) {
      expect(isDay(text)).toBe(false)
      expect(() => day(text)).toThrow(RangeError)
    }
    for (const text of ['2004-02-29', '2000-02-29', '2021-04-30']) expect(day(text)).toBe(text)
  })

  test('turn at midnight in Shanghai, not in London', () => {
    expect(dayOf(instant('2026-02-12T15:59:59.999Z'))).toBe('2026-02-12')
    expect(dayOf(instant('2026-02-12T16:00:00.000Z'))).toBe('2026-02-13')
    expect(startOfDay(day('2026-02-13'))).toBe('2026-02-12T16:00:00.000Z')
    expect(endOfDay(day('2026-02-13'))).toBe('2026-02-13T15:59:59.999Z')
    expect(timeOfDay(instant('2026-02-13T04:00:00Z'))).toBe('12:00:00.000')
    expect(timeOn(day('2026-02-13'), '12:00')).toBe('2026-02-13T04:00:00.000Z')
    expect(() => timeOn(day('2026-02-13'), '24:00')).toThrow(RangeError)
  })

  test('every instant of a day belongs to it', () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: 0, max: DAY_MS - 1 }), (d, ms) => {
        const at = instantOfMs(msOf(startOfDay(d)) + ms)
        expect(dayOf(at)).toBe(d)
        expect(timeOn(d, timeOfDay(at))).toBe(at)
      }),
    )
  })

  test('adding days is counted back', () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: -5000, max: 5000 }), (d, n) => {
        expect(daysBetween(d, plusDays(d, n))).toBe(n)
        expect(weekdayOf(plusDays(d, n * 7))).toBe(weekdayOf(d))
      }),
    )
  })

  test('weekdays', () => {
    expect(weekdayOf(day('2026-02-13'))).toBe(5)
    expect(weekdayOf(day('2026-02-15'))).toBe(7)
    expect(weekdayOf(day('2026-02-16'))).toBe(1)
    expect(yearOf(day('2026-02-16'))).toBe(2026)
  })

  test('earlier and later', () => {
    const [a, b] = [day('2021-04-30'), day('2021-05-06')]
    expect([earlier(a, b), earlier(b, a), later(a, b), later(b, a)]).toEqual([a, a, b, b])
  })
})

describe('months and years (民法典 202)', () => {
  test.each([
    ['2021-08-31', 6, '2022-02-28'],
    ['2021-08-31', 1, '2021-09-30'],
    ['2023-08-31', 6, '2024-02-29'],
    ['2021-12-15', 1, '2022-01-15'],
    ['2021-03-31', -1, '2021-02-28'],
    ['2021-01-31', -1, '2020-12-31'],
    ['2021-01-31', 0, '2021-01-31'],
  ])('%s and %i months are %s', (from, months, to) => expect(plusMonths(day(from), months)).toBe(to))

  test('29 February falls on the last day of February in a common year', () => {
    expect(plusYears(day('2008-02-29'), 1)).toBe('2009-02-28')
    expect(plusYears(day('2008-02-29'), 16)).toBe('2024-02-29')
  })

  test('is monotone, and lands in the month that was asked for', () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: 0, max: 400 }), (d, months) => {
        const there = plusMonths(d, months)
        const monthsOf = (of: Day): number => yearOf(of) * 12 + Number(of.slice(5, 7))
        expect(isDay(there)).toBe(true)
        expect(monthsOf(there) - monthsOf(d)).toBe(months)
        expect(there <= plusMonths(plusDays(d, 1), months)).toBe(true)
      }),
    )
  })
})
