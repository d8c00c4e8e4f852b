import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DayKind, HolidayNotice } from '#calendar/model.ts'
import {
  addNaturalDays,
  addWorkingDays,
  calendarOf,
  calendarYears,
  dayKind,
  daysWithKind,
  importNotice,
  isWorkingDay,
  nextWorkingDay,
  noticeProblems,
  shippedCalendar,
  shippedNotices,
  statutoryBasis,
  statutoryDays,
  statutoryDaysToMakeUp,
  whatChanges,
  workingDayOnOrAfter,
  workingDaysBetween,
} from '#calendar/rules.ts'
import { dayInWords, dayKindInWords, noticeProblemInWords, shortDayInWords } from '#calendar/words.ts'
import { type Day, day, plusDays, weekdayOf, yearOf } from '#kernel/time.ts'

const calendar = shippedCalendar
const someDay = fc.integer({ min: 0, max: 20_000 }).map((n) => plusDays(day('2004-01-01'), n))

/** `1/28-2/4` in 2025: every day of the run. */
function run(year: number, text: string): Day[] {
  const at = (part: string): Day => {
    const [month, date] = part.split('/').map((n) => n.padStart(2, '0'))
    return day(`${year}-${month}-${date}`)
  }
  const [from, to] = text.split('-') as [string, string?]
  const days: Day[] = []
  for (let d = at(from); d <= at(to ?? from); d = plusDays(d, 1)) days.push(d)
  return days
}

/** The State Council's arrangements: days off, days worked in exchange, working days of the year. */
const ARRANGEMENTS = [
  [2021, '1/1-1/3 2/11-2/17 4/3-4/5 5/1-5/5 6/12-6/14 9/19-9/21 10/1-10/7', '2/7 2/20 4/25 5/8 9/18 9/26 10/9', 250],
  [2022, '1/1-1/3 1/31-2/6 4/3-4/5 4/30-5/4 6/3-6/5 9/10-9/12 10/1-10/7 12/31', '1/29 1/30 4/2 4/24 5/7 10/8 10/9', 249],
  [2023, '1/1-1/2 1/21-1/27 4/5 4/29-5/3 6/22-6/24 9/29-10/6', '1/28 1/29 4/23 5/6 6/25 10/7 10/8', 249],
  [2024, '1/1 2/10-2/17 4/4-4/6 5/1-5/5 6/10 9/15-9/17 10/1-10/7', '2/4 2/18 4/7 4/28 5/11 9/14 9/29 10/12', 251],
  [2025, '1/1 1/28-2/4 4/4-4/6 5/1-5/5 5/31-6/2 10/1-10/8', '1/26 2/8 4/27 9/28 10/11', 248],
  [2026, '1/1-1/3 2/15-2/23 4/4-4/6 5/1-5/5 6/19-6/21 9/25-9/27 10/1-10/7', '1/4 2/14 2/28 5/9 9/20 10/10', 248],
] as const

describe('published years', () => {
  test.each(ARRANGEMENTS)('%i: days off, make-up days and the count of working days', (year, off, makeUp, workingDays) => {
    const days = daysWithKind(calendar, day(`${year}-01-01`), day(`${year}-12-31`))
    const having = (kind: DayKind['reason']['kind']): Day[] => days.filter((d) => d.kind.reason.kind === kind).map((d) => d.day)
    expect(having('holiday')).toEqual(off.split(' ').flatMap((text) => run(year, text)))
    expect(having('make-up')).toEqual(makeUp.split(' ').flatMap((text) => run(year, text)))
    expect(days.filter((d) => d.kind.working)).toHaveLength(workingDays)
    expect(days.some((d) => d.kind.provisional)).toBe(false)
  })

  test('reasons', () => {
    expect(dayKind(calendar, day('2026-02-13'))).toEqual({ working: true, reason: { kind: 'weekday' }, provisional: false })
    expect(dayKind(calendar, day('2026-02-14'))).toMatchObject({ working: true, reason: { kind: 'make-up', name: { zh: '春节' } } })
    expect(dayKind(calendar, day('2026-02-23'))).toMatchObject({ working: false, reason: { kind: 'holiday', name: { zh: '春节' } } })
    expect(dayKind(calendar, day('2026-03-01'))).toEqual({ working: false, reason: { kind: 'weekend' }, provisional: false })
    expect(dayKindInWords(dayKind(calendar, day('2026-02-14')))).toEqual({ zh: '春节调休上班', en: 'worked in exchange for Spring Festival' })
  })

  test('every notice from 2004 to 2026 is there and in order', () => {
    expect(shippedNotices.map((notice) => notice.year)).toEqual(Array.from({ length: 23 }, (_, i) => 2004 + i))
    for (const notice of shippedNotices) expect(noticeProblems(notice)).toEqual([])
  })
})

describe('statutory days (全国年节及纪念日放假办法)', () => {
  test.each([
    [2007, 10, '1999'],
    [2008, 11, '2007'],
    [2014, 11, '2013'],
    [2024, 11, '2013'],
    [2025, 13, '2024'],
    [2027, 13, '2024'],
  ])('%i has %i of them', (year, count, text) => {
    expect(statutoryDays(year)).toHaveLength(count)
    expect(statutoryBasis(year)).toContain(text)
  })

  test('2027: by name and day', () => {
    expect(statutoryDays(2027).map((s) => `${s.day} ${s.name.zh}`)).toEqual([
      '2027-01-01 元旦',
      '2027-02-05 春节',
      '2027-02-06 春节',
      '2027-02-07 春节',
      '2027-02-08 春节',
      '2027-04-05 清明节',
      '2027-05-01 劳动节',
      '2027-05-02 劳动节',
      '2027-06-09 端午节',
      '2027-09-15 中秋节',
      '2027-10-01 国庆节',
      '2027-10-02 国庆节',
      '2027-10-03 国庆节',
    ])
    expect(statutoryDaysToMakeUp(2027).map((s) => s.day)).toEqual(['2027-02-06', '2027-02-07', '2027-05-01', '2027-05-02', '2027-10-02', '2027-10-03'])
  })

  test('a festival on National Day stands once', () => {
    expect(statutoryDays(2020).filter((s) => s.day === '2020-10-01')).toHaveLength(1)
    expect(statutoryDays(2020)).toHaveLength(10)
  })

  test('outside the years that are known there is no answer rather than a guess', () => {
    expect(() => statutoryDays(calendarYears.last + 1)).toThrow(RangeError)
    expect(() => dayKind(calendar, day(`${calendarYears.last + 1}-03-02`))).toThrow(RangeError)
    expect(() => dayKind(calendar, day('1999-03-02'))).toThrow(RangeError)
  })
})

describe('a year without its notice', () => {
  test('is answered from the statutory days, provisionally', () => {
    expect(dayKind(calendar, day('2027-01-01'))).toMatchObject({ working: false, reason: { kind: 'holiday', name: { zh: '元旦' } }, provisional: true })
    expect(dayKind(calendar, day('2027-02-09'))).toEqual({ working: true, reason: { kind: 'weekday' }, provisional: true })
    expect(dayKind(calendar, day('2027-02-13'))).toEqual({ working: false, reason: { kind: 'weekend' }, provisional: true })
    expect(addWorkingDays(calendar, day('2026-12-30'), 2)).toEqual({ day: '2027-01-04', provisional: true })
    expect(addWorkingDays(calendar, day('2026-12-30'), 1)).toEqual({ day: '2026-12-31', provisional: false })
  })

  test('marks every result that it had a say in, and only those', () => {
    expect(nextWorkingDay(calendar, day('2026-12-31'))).toEqual({ day: '2027-01-04', provisional: true })
    expect(workingDayOnOrAfter(calendar, day('2027-01-01'))).toEqual({ day: '2027-01-04', provisional: true })
    expect(addNaturalDays(calendar, day('2026-12-20'), 12, true)).toEqual({ day: '2027-01-04', provisional: true, rolledFrom: '2027-01-01' })
    expect(addNaturalDays(calendar, day('2026-12-20'), 12, false)).toEqual({ day: '2027-01-01', provisional: false })
    expect(workingDaysBetween(calendar, day('2026-12-30'), day('2027-01-04'))).toEqual({ count: 2, provisional: true })
    expect(workingDaysBetween(calendar, day('2026-12-28'), day('2026-12-31'))).toEqual({ count: 3, provisional: false })
    // The way there is provisional even when the day that is reached would not be.
    const without2025 = calendarOf(shippedNotices.filter((n) => n.year !== 2025))
    expect(addWorkingDays(without2025, day('2025-12-30'), 3)).toEqual({ day: '2026-01-05', provisional: true })
  })
})

describe('adding days', () => {
  test.each([
    ['2021-04-30', 1, '2021-05-06'],
    ['2021-04-30', 3, '2021-05-08'],
    ['2021-09-30', 2, '2021-10-09'],
    ['2026-09-30', 7, '2026-10-15'],
    ['2026-02-13', 1, '2026-02-14'],
    ['2026-02-14', 1, '2026-02-24'],
    ['2026-02-21', 0, '2026-02-21'],
  ])('%s and %i working days: %s', (start, n, end) => expect(addWorkingDays(calendar, day(start), n)).toEqual({ day: end, provisional: false }))

  test('natural days roll from a day off to the next working day, and only where the text says so', () => {
    expect(addNaturalDays(calendar, day('2021-09-21'), 15, true)).toEqual({ day: '2021-10-08', rolledFrom: '2021-10-06', provisional: false })
    expect(addNaturalDays(calendar, day('2021-09-21'), 15, false)).toEqual({ day: '2021-10-06', provisional: false })
  })

  test('a worked Saturday is no day off: nothing rolls', () => {
    expect(weekdayOf(day('2021-10-09'))).toBe(6)
    expect(addNaturalDays(calendar, day('2021-10-04'), 5, true)).toEqual({ day: '2021-10-09', provisional: false })
    expect(addNaturalDays(calendar, day('2021-10-05'), 5, true)).toEqual({ day: '2021-10-11', rolledFrom: '2021-10-10', provisional: false })
  })

  test('a count is whole and not negative', () => {
    for (const n of [-1, 0.5, Number.NaN]) {
      expect(() => addWorkingDays(calendar, day('2026-02-13'), n)).toThrow(RangeError)
      expect(() => addNaturalDays(calendar, day('2026-02-13'), n, true)).toThrow(RangeError)
    }
  })

  test('properties: monotone, n then m is n + m, ends on a working day, counted back', () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 60 }), (start, n, m) => {
        const end = addWorkingDays(calendar, start, n + m)
        const half = addWorkingDays(calendar, start, n)
        expect(addWorkingDays(calendar, half.day, m).day).toBe(end.day)
        expect(isWorkingDay(calendar, end.day)).toBe(true)
        expect(workingDaysBetween(calendar, start, end.day)).toEqual({ count: n + m, provisional: end.provisional })
        expect(half.day < end.day).toBe(true)
        expect(addWorkingDays(calendar, plusDays(start, 1), n + m).day >= end.day).toBe(true)
        expect(end.provisional).toBe(daysWithKind(calendar, plusDays(start, 1), end.day).some((d) => d.kind.provisional))
      }),
    )
  })

  test('properties: rolling over never brings an end forward and is stable', () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: 0, max: 100 }), (start, n) => {
        const end = addNaturalDays(calendar, start, n, true)
        expect(end.day >= plusDays(start, n)).toBe(true)
        expect(isWorkingDay(calendar, end.day)).toBe(true)
        expect(workingDayOnOrAfter(calendar, end.day).day).toBe(end.day)
        expect(end.rolledFrom === undefined).toBe(isWorkingDay(calendar, plusDays(start, n)))
      }),
    )
  })
})

describe('importing a notice', () => {
  const NAME = { zh: '测试', en: 'Test' }
  /** An invented notice for 2027 that keeps the law: what the State Council will really say is not known here. */
  const invented: HolidayNotice = {
    year: 2027,
    source: 'invented for this test',
    holidays: [
      { name: { zh: '元旦', en: 'New Year’s Day' }, off: run(2027, '1/1-1/3'), makeUp: [] },
      { name: { zh: '春节', en: 'Spring Festival' }, off: run(2027, '2/5-2/11'), makeUp: run(2027, '1/30').concat(run(2027, '2/20')) },
      { name: { zh: '清明节', en: 'Qingming Festival' }, off: run(2027, '4/3-4/5'), makeUp: [] },
      { name: { zh: '劳动节', en: 'Labour Day' }, off: run(2027, '5/1-5/4'), makeUp: run(2027, '4/25') },
      { name: { zh: '端午节', en: 'Dragon Boat Festival' }, off: run(2027, '6/9'), makeUp: [] },
      { name: { zh: '中秋节', en: 'Mid-Autumn Festival' }, off: run(2027, '9/15'), makeUp: [] },
      { name: { zh: '国庆节', en: 'National Day' }, off: run(2027, '10/1-10/6'), makeUp: run(2027, '9/26') },
    ],
  }

  test('makes the year certain and leaves the calendar before as it was', () => {
    const after = importNotice(calendar, invented)
    expect(addWorkingDays(after, day('2027-02-04'), 1)).toEqual({ day: '2027-02-12', provisional: false })
    expect(addWorkingDays(calendar, day('2027-02-04'), 1)).toEqual({ day: '2027-02-09', provisional: true })
    expect(dayKind(after, day('2027-02-20'))).toMatchObject({ working: true, reason: { kind: 'make-up' }, provisional: false })
    expect(dayKind(after, day('2028-02-21')).provisional).toBe(true)
  })

  test('says what changes', () => {
    const after = importNotice(calendar, invented)
    const changes = whatChanges(calendar, after, day('2026-12-01'), day('2027-12-31'))
    expect(changes.confirmedYears).toEqual([2027])
    expect(changes.withdrawnYears).toEqual([])
    const flipped = changes.days.filter((d) => d.before.working !== d.after.working).map((d) => d.day)
    expect(flipped).toEqual([
      '2027-01-30',
      '2027-02-09',
      '2027-02-10',
      '2027-02-11',
      '2027-02-20',
      '2027-04-25',
      '2027-05-03',
      '2027-05-04',
      '2027-09-26',
      '2027-10-04',
      '2027-10-05',
      '2027-10-06',
    ])
    expect(changes.days.map((d) => d.day)).toContain('2027-04-03')
    expect(whatChanges(after, after, day('2027-01-01'), day('2027-12-31'))).toEqual({ days: [], confirmedYears: [], withdrawnYears: [] })
    expect(whatChanges(after, calendar, day('2027-01-01'), day('2027-01-31')).withdrawnYears).toEqual([2027])
  })

  test('a corrected notice replaces the first', () => {
    const first = importNotice(calendar, invented)
    const corrected = { ...invented, holidays: invented.holidays.map((h) => (h.name.zh === '国庆节' ? { ...h, off: run(2027, '10/1-10/5'), makeUp: [] } : h)) }
    const after = importNotice(first, corrected)
    expect(after.notices.filter((n) => n.year === 2027)).toHaveLength(1)
    expect(isWorkingDay(after, day('2027-10-06'))).toBe(true)
    expect(isWorkingDay(after, day('2027-09-26'))).toBe(false)
  })

  test('a notice may reach into the December before, and is certain there', () => {
    const early = {
      ...invented,
      holidays: [{ name: NAME, off: [day('2026-12-31'), ...run(2027, '1/1-1/3')], makeUp: [day('2026-12-27')] }, ...invented.holidays.slice(1)],
    }
    const after = importNotice(calendar, early)
    expect(dayKind(after, day('2026-12-31'))).toMatchObject({ working: false, provisional: false })
    expect(isWorkingDay(after, day('2026-12-27'))).toBe(true)
    expect(whatChanges(calendar, after, day('2026-12-01'), day('2026-12-31')).days.map((d) => d.day)).toEqual(['2026-12-27', '2026-12-31'])
  })

  const withNewYear = (change: object): HolidayNotice => ({ ...invented, holidays: [{ ...invented.holidays[0]!, ...change }, ...invented.holidays.slice(1)] })
  test.each([
    ['year', { ...invented, year: 1980 }, undefined],
    ['no-such-day', withNewYear({ off: ['2027-01-01', '2027-02-30'] }), '2027-02-30'],
    ['not-contiguous', withNewYear({ off: [day('2027-01-01'), day('2027-01-03')] }), '2027-01-03'],
    ['outside-year', withNewYear({ makeUp: [day('2028-01-08')] }), '2028-01-08'],
    ['outside-year', withNewYear({ makeUp: [day('2026-11-29')] }), '2026-11-29'],
    ['make-up-on-weekday', withNewYear({ makeUp: [day('2027-01-05')] }), '2027-01-05'],
    ['off-and-working', withNewYear({ makeUp: [day('2027-02-06')] }), '2027-02-06'],
    ['day-twice', withNewYear({ makeUp: [day('2027-02-20')] }), '2027-02-20'],
    ['statutory-day-missing', withNewYear({ off: [day('2026-12-31')] }), '2027-01-01'],
    ['no-days-off', withNewYear({ off: [] }), undefined],
    ['name-missing', withNewYear({ name: { zh: '元旦', en: ' ' } }), undefined],
  ] as const)('%s is found', (code, notice, at) => {
    const problems = noticeProblems(notice as HolidayNotice)
    const problem = problems.find((p) => p.code === code)
    expect(problem).toBeDefined()
    expect(problem?.day).toBe(at)
    expect(() => importNotice(calendar, notice as HolidayNotice)).toThrow(RangeError)
    for (const p of problems) expect(noticeProblemInWords(p).zh.length).toBeGreaterThan(5)
  })
})

test('days in words', () => {
  expect(dayInWords(day('2026-02-13'))).toEqual({ zh: '2026年2月13日（星期五）', en: 'Fri 13 Feb 2026' })
  expect(shortDayInWords(day('2026-10-01'))).toEqual({ zh: '10月1日', en: '1 Oct' })
  expect(yearOf(day('2026-10-01'))).toBe(2026)
})
