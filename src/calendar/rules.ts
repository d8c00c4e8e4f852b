import festivalData from '#calendar/data/festivals.json' with { type: 'json' }
import noticeData from '#calendar/data/notices.json' with { type: 'json' }
import type {
  Calendar,
  CalendarChanges,
  ChangedDay,
  DayKind,
  Holiday,
  HolidayNotice,
  NoticeProblem,
  ReckonedDay,
  ReckonedEnd,
  StatutoryDay,
} from '#calendar/model.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, day, isDay, plusDays, weekdayOf, yearOf } from '#kernel/time.ts'

/** What a text of 全国年节及纪念日放假办法 gives everybody, from the year on in which it applies. */
interface HolidayLaw {
  readonly fromYear: number
  readonly basis: string
  /** Days off, counted from the first day of the first lunar month (−1: 除夕). */
  readonly springFestival: readonly number[]
  /** Days off from 1 May. */
  readonly labour: number
  readonly folkFestivals: boolean
}

const LAWS: readonly HolidayLaw[] = [
  { fromYear: 2025, basis: '全国年节及纪念日放假办法（2024 年修订）2', springFestival: [-1, 0, 1, 2], labour: 2, folkFestivals: true },
  { fromYear: 2014, basis: '全国年节及纪念日放假办法（2013 年修订）2', springFestival: [0, 1, 2], labour: 1, folkFestivals: true },
  { fromYear: 2008, basis: '全国年节及纪念日放假办法（2007 年修订）2', springFestival: [-1, 0, 1], labour: 1, folkFestivals: true },
  { fromYear: 2000, basis: '全国年节及纪念日放假办法（1999 年修订）2', springFestival: [0, 1, 2], labour: 3, folkFestivals: false },
]

interface Festivals {
  readonly springFestival: Day
  readonly qingming: Day
  readonly dragonBoat: Day
  readonly midAutumn: Day
}

const festivals: ReadonlyMap<number, Festivals> = new Map(
  festivalData.festivals.map((f) => [
    f.year,
    { springFestival: day(f.springFestival), qingming: day(f.qingming), dragonBoat: day(f.dragonBoat), midAutumn: day(f.midAutumn) },
  ]),
)

/** The years for which the calendar can answer at all: those whose lunar festivals are known. */
export const calendarYears: { readonly first: number; readonly last: number } = {
  first: Math.min(...festivals.keys()),
  last: Math.max(...festivals.keys()),
}

const NAMES = {
  newYear: { zh: '元旦', en: 'New Year’s Day' },
  springFestival: { zh: '春节', en: 'Spring Festival' },
  qingming: { zh: '清明节', en: 'Qingming Festival' },
  labour: { zh: '劳动节', en: 'Labour Day' },
  dragonBoat: { zh: '端午节', en: 'Dragon Boat Festival' },
  midAutumn: { zh: '中秋节', en: 'Mid-Autumn Festival' },
  national: { zh: '国庆节', en: 'National Day' },
} as const satisfies Readonly<Record<string, Sentence>>

function lawOf(year: number): HolidayLaw {
  const law = LAWS.find((l) => year >= l.fromYear)
  if (law === undefined) throw new RangeError(`no holiday law for ${year}`)
  return law
}

/** The text that gives the statutory days of a year. */
export const statutoryBasis = (year: number): string => lawOf(year).basis

/**
 * The days off that the law itself gives everybody, in order, whether or not a notice is out. Where two fall on one day
 * (2020-10-01), it stands once. @throws RangeError outside `calendarYears`.
 */
export function statutoryDays(year: number): readonly StatutoryDay[] {
  const known = festivals.get(year)
  if (known === undefined) throw new RangeError(`no festivals known for ${year}`)
  const law = lawOf(year)
  const run = (from: Day, offsets: readonly number[], name: Sentence): StatutoryDay[] => offsets.map((n) => ({ day: plusDays(from, n), name }))
  const folk = law.folkFestivals
    ? [...run(known.qingming, [0], NAMES.qingming), ...run(known.dragonBoat, [0], NAMES.dragonBoat), ...run(known.midAutumn, [0], NAMES.midAutumn)]
    : []
  const all = [
    ...run(day(`${year}-01-01`), [0], NAMES.newYear),
    ...run(known.springFestival, law.springFestival, NAMES.springFestival),
    ...run(day(`${year}-05-01`), [0, 1, 2].slice(0, law.labour), NAMES.labour),
    ...run(day(`${year}-10-01`), [0, 1, 2], NAMES.national),
    ...folk,
  ]
  const byDay = new Map(all.reverse().map((entry) => [entry.day, entry]))
  return [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1))
}

/** Statutory days that fall on a Saturday or Sunday and must be made up on a working day (办法 6): which one, only the notice says. */
export const statutoryDaysToMakeUp = (year: number): readonly StatutoryDay[] => statutoryDays(year).filter((entry) => weekdayOf(entry.day) >= 6)

const PLAIN: Readonly<Record<'weekday' | 'weekend', readonly [published: DayKind, provisional: DayKind]>> = {
  weekday: [
    { working: true, reason: { kind: 'weekday' }, provisional: false },
    { working: true, reason: { kind: 'weekday' }, provisional: true },
  ],
  weekend: [
    { working: false, reason: { kind: 'weekend' }, provisional: false },
    { working: false, reason: { kind: 'weekend' }, provisional: true },
  ],
}

/**
 * The calendar that these notices make. For each year without one the statutory days stand in, marked provisional; a notice
 * that reaches into the December before it is certain there too. Of two notices for one year the later in the list holds.
 */
export function calendarOf(notices: readonly HolidayNotice[]): Calendar {
  const byYear = new Map(notices.map((notice) => [notice.year, notice]))
  const special = new Map<Day, DayKind>()
  for (let year = calendarYears.first; year <= calendarYears.last; year++) {
    if (byYear.has(year)) continue
    for (const { day: off, name } of statutoryDays(year)) special.set(off, { working: false, reason: { kind: 'holiday', name }, provisional: true })
  }
  const inOrder = [...byYear.values()].sort((a, b) => a.year - b.year)
  for (const { holidays } of inOrder) {
    for (const { name, off, makeUp } of holidays) {
      for (const d of off) special.set(d, { working: false, reason: { kind: 'holiday', name }, provisional: false })
      for (const d of makeUp) special.set(d, { working: true, reason: { kind: 'make-up', name }, provisional: false })
    }
  }
  return { notices: inOrder, published: new Set(byYear.keys()), special }
}

/** The State Council's notices that we ship, as days. */
export const shippedNotices: readonly HolidayNotice[] = noticeData.notices.map((notice) => ({
  ...notice,
  holidays: notice.holidays.map((holiday) => ({ ...holiday, off: holiday.off.map(day), makeUp: holiday.makeUp.map(day) })),
}))

export const shippedCalendar: Calendar = calendarOf(shippedNotices)

/** Whether people work on a day, why, and whether that is certain. @throws RangeError outside `calendarYears`: nothing is guessed. */
export function dayKind(calendar: Calendar, d: Day): DayKind {
  const special = calendar.special.get(d)
  if (special !== undefined) return special
  const year = yearOf(d)
  if (year < calendarYears.first || year > calendarYears.last) throw new RangeError(`no calendar for ${year}`)
  const [published, provisional] = PLAIN[weekdayOf(d) >= 6 ? 'weekend' : 'weekday']
  return calendar.published.has(year) ? published : provisional
}

export const isWorkingDay = (calendar: Calendar, d: Day): boolean => dayKind(calendar, d).working

/** A count of days is whole and not negative. */
function demandCount(n: number): void {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`not a count of days: ${n}`)
}

/**
 * The n-th working day after `start`, which is itself not counted (民法典 201). With n = 0 it is `start`.
 * Provisional when any day that was looked at lies in a year without its notice.
 */
export function addWorkingDays(calendar: Calendar, start: Day, n: number): ReckonedDay {
  demandCount(n)
  let [current, left, provisional] = [start, n, false]
  while (left > 0) {
    current = plusDays(current, 1)
    const kind = dayKind(calendar, current)
    provisional ||= kind.provisional
    if (kind.working) left -= 1
  }
  return { day: current, provisional }
}

/** The first working day after `d`. */
export const nextWorkingDay = (calendar: Calendar, d: Day): ReckonedDay => addWorkingDays(calendar, d, 1)

/** `d` itself when people work on it, else the first working day after it. */
export function workingDayOnOrAfter(calendar: Calendar, d: Day): ReckonedDay {
  const kind = dayKind(calendar, d)
  if (kind.working) return { day: d, provisional: kind.provisional }
  const next = nextWorkingDay(calendar, d)
  return { day: next.day, provisional: kind.provisional || next.provisional }
}

/**
 * `start` + n days. With `rollOver` (only where the text says so) an end on a day off moves to the next working day
 * (民法典 203); a weekend day that is worked (调休) is no day off.
 */
export function addNaturalDays(calendar: Calendar, start: Day, n: number, rollOver: boolean): ReckonedEnd {
  demandCount(n)
  const end = plusDays(start, n)
  return rollOver ? rolledOver(calendar, end) : { day: end, provisional: false }
}

/** The end of a period that moves from a day off to the next working day. */
export function rolledOver(calendar: Calendar, end: Day): ReckonedEnd {
  const working = workingDayOnOrAfter(calendar, end)
  return working.day === end ? working : { ...working, rolledFrom: end }
}

/** How many working days lie after `after`, up to and with `upTo`. */
export function workingDaysBetween(calendar: Calendar, after: Day, upTo: Day): { readonly count: number; readonly provisional: boolean } {
  let [count, provisional] = [0, false]
  for (let d = plusDays(after, 1); d <= upTo; d = plusDays(d, 1)) {
    const kind = dayKind(calendar, d)
    provisional ||= kind.provisional
    if (kind.working) count += 1
  }
  return { count, provisional }
}

/** Every day from `from` to `to`, both included, with its kind. */
export function daysWithKind(calendar: Calendar, from: Day, to: Day): readonly { readonly day: Day; readonly kind: DayKind }[] {
  const days: { day: Day; kind: DayKind }[] = []
  for (let d = from; d <= to; d = plusDays(d, 1)) days.push({ day: d, kind: dayKind(calendar, d) })
  return days
}

/**
 * What is wrong with a notice before it is imported: empty when nothing. A notice must leave every statutory day off, give each
 * holiday as one run of days, and have people make up only on weekends; it may begin in the December before its year.
 */
export function noticeProblems(notice: HolidayNotice): readonly NoticeProblem[] {
  const { year, holidays } = notice
  if (!Number.isInteger(year) || year < calendarYears.first || year > calendarYears.last) return [{ code: 'year' }]
  const written = holidays.flatMap(({ off, makeUp }) => [...off, ...makeUp])
  const unreal = written.filter((d) => !isDay(d)).map((d): NoticeProblem => ({ code: 'no-such-day', day: d }))
  if (unreal.length > 0) return unreal
  return [...holidays.flatMap((holiday) => holidayProblems(holiday, notice)), ...overlapProblems(holidays), ...missingStatutoryDays(notice)]
}

function holidayProblems({ name, off, makeUp }: Holiday, { year, holidays }: HolidayNotice): readonly NoticeProblem[] {
  const problems: NoticeProblem[] = []
  if (name.zh.trim() === '' || name.en.trim() === '') problems.push({ code: 'name-missing', holiday: name })
  if (off.length === 0) problems.push({ code: 'no-days-off', holiday: name })
  // Another holiday may stand in the middle of the run, as Mid-Autumn did in National Day of 2009.
  const allOff = new Set(holidays.flatMap((holiday) => holiday.off))
  const inOrder = [...off].sort()
  const gap = inOrder.find((d, i) => i > 0 && !allOff.has(plusDays(d, -1)))
  if (gap !== undefined) problems.push({ code: 'not-contiguous', day: gap, holiday: name })
  for (const d of [...off, ...makeUp]) {
    if (d < `${year - 1}-12-01` || d > `${year}-12-31`) problems.push({ code: 'outside-year', day: d, holiday: name })
  }
  for (const d of makeUp) {
    if (weekdayOf(d) < 6) problems.push({ code: 'make-up-on-weekday', day: d, holiday: name })
  }
  return problems
}

function overlapProblems(holidays: readonly Holiday[]): readonly NoticeProblem[] {
  const [off, makeUp] = [holidays.flatMap((h) => h.off), holidays.flatMap((h) => h.makeUp)]
  const repeated = (days: readonly Day[]): Day[] => days.filter((d, i) => days.indexOf(d) < i)
  return [
    ...[...repeated(off), ...repeated(makeUp)].map((d): NoticeProblem => ({ code: 'day-twice', day: d })),
    ...makeUp.filter((d) => off.includes(d)).map((d): NoticeProblem => ({ code: 'off-and-working', day: d })),
  ]
}

function missingStatutoryDays({ year, holidays }: HolidayNotice): readonly NoticeProblem[] {
  const off = new Set(holidays.flatMap((h) => h.off))
  return statutoryDays(year)
    .filter((entry) => !off.has(entry.day))
    .map((entry) => ({ code: 'statutory-day-missing', day: entry.day, holiday: entry.name }))
}

/** The calendar with this notice in place of what it had for the year. @throws RangeError when `noticeProblems` finds any. */
export function importNotice(calendar: Calendar, notice: HolidayNotice): Calendar {
  const problems = noticeProblems(notice)
  if (problems.length > 0) throw new RangeError(`the notice for ${notice.year} is not in order: ${JSON.stringify(problems)}`)
  return calendarOf([...calendar.notices.filter((n) => n.year !== notice.year), notice])
}

const sameKind = (a: DayKind, b: DayKind): boolean => a.working === b.working && canonicalJson(a.reason) === canonicalJson(b.reason)

/** What differs from `from` to `to`, both included. A year that is only confirmed changes no day by that. */
export function whatChanges(before: Calendar, after: Calendar, from: Day, to: Day): CalendarChanges {
  const days: ChangedDay[] = []
  for (let d = from; d <= to; d = plusDays(d, 1)) {
    const change = { day: d, before: dayKind(before, d), after: dayKind(after, d) }
    if (!sameKind(change.before, change.after)) days.push(change)
  }
  const only = (a: Calendar, b: Calendar): number[] => [...a.published].filter((year) => !b.published.has(year)).sort((x, y) => x - y)
  return { days, confirmedYears: only(after, before), withdrawnYears: only(before, after) }
}
