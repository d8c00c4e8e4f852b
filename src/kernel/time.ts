/**
 * Time is data. An instant is UTC with milliseconds; a day is a civil day in Asia/Shanghai.
 * China keeps UTC+8 without summer time, so the conversion is one addition.
 * `Date` is used for arithmetic only; nothing here reads the clock.
 */

/** `2026-02-13T03:59:00.000Z`: always UTC, always with milliseconds, so that strings sort as instants. */
export type Instant = string & { readonly __instant: true }
/** `2026-02-13`: a civil day in Asia/Shanghai. */
export type Day = string & { readonly __day: true }

const SHANGHAI_OFFSET_MS = 8 * 3_600_000
const SIXTEEN = '1'.charCodeAt(0) * 10 + '6'.charCodeAt(0)
export const DAY_MS = 86_400_000
export const MINUTE_MS = 60_000

/** Any ISO 8601 instant with an offset. @throws RangeError when it is none. */
export function instant(iso: string): Instant {
  // V8 reads 30 February as 2 March; here it is an error.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(iso) || !isDay(iso.slice(0, 10))) {
    throw new RangeError(`not an instant with an offset: ${iso}`)
  }
  return instantOfMs(Date.parse(iso))
}

/** @throws RangeError when `ms` is not a representable instant. */
export function instantOfMs(ms: number): Instant {
  return new Date(ms).toISOString() as Instant
}

export const msOf = (at: Instant): number => Date.parse(at)

/** @throws RangeError when the text is not a day that exists (2005-02-29 is none). */
export function day(text: string): Day {
  if (!isDay(text)) throw new RangeError(`not a day: ${text}`)
  return text as Day
}

/** Whether the text is a day that exists, written YYYY-MM-DD. */
export function isDay(text: string): text is Day {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(text)) return false
  const date = Number(text.slice(8))
  // Every month has 28 days; only what lies beyond needs to know which month it is.
  return date <= 28 || date <= daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)))
}

/** @param month 1 to 12 */
function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

/** The civil day in Asia/Shanghai that contains the instant. */
export function dayOf(at: Instant): Day {
  // Before 16:00 UTC it is the same day there. Limits ask this by the hundred, and a Date costs ten times as much.
  if (at.length === 24 && at.charCodeAt(11) * 10 + at.charCodeAt(12) < SIXTEEN) return at.slice(0, 10) as Day
  return new Date(msOf(at) + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10) as Day
}

/** 00:00:00.000 in Asia/Shanghai. */
export const startOfDay = (d: Day): Instant => instantOfMs(Date.parse(`${d}T00:00:00Z`) - SHANGHAI_OFFSET_MS)

/** The last millisecond of the day in Asia/Shanghai: a limit that ends on a day ends with it (民法典 203). */
export const endOfDay = (d: Day): Instant => instantOfMs(msOf(startOfDay(d)) + DAY_MS - 1)

/** `HH:MM` or `HH:MM:SS.mmm` on a day, Asia/Shanghai. @throws RangeError when it is no time of day. */
export function timeOn(d: Day, time: string): Instant {
  if (!/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{3})?)?$/.test(time)) throw new RangeError(`not a time of day: ${time}`)
  return instant(`${d}T${time.length === 5 ? `${time}:00` : time}+08:00`)
}

/** `HH:MM:SS.mmm` in Asia/Shanghai. */
export const timeOfDay = (at: Instant): string => new Date(msOf(at) + SHANGHAI_OFFSET_MS).toISOString().slice(11, 23)

export function plusDays(d: Day, days: number): Day {
  // Within the first 28 days no month ends; limits step from day to day, and this is five times as fast.
  const within = Number(d.slice(8)) + days
  if (within >= 1 && within <= 28 && Number.isInteger(within)) return `${d.slice(0, 8)}${within < 10 ? '0' : ''}${within}` as Day
  return new Date(Date.parse(`${d}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10) as Day
}

export const plusMs = (at: Instant, ms: number): Instant => instantOfMs(msOf(at) + ms)

export const plusMinutes = (at: Instant, minutes: number): Instant => plusMs(at, minutes * MINUTE_MS)

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)

/** 1 Monday … 7 Sunday (ISO 8601). */
export function weekdayOf(d: Day): 1 | 2 | 3 | 4 | 5 | 6 | 7 {
  const sundayFirst = new Date(`${d}T00:00:00Z`).getUTCDay()
  return (sundayFirst === 0 ? 7 : sundayFirst) as 1 | 2 | 3 | 4 | 5 | 6 | 7
}

export const yearOf = (d: Day): number => Number(d.slice(0, 4))

/** The corresponding day `months` later, else the last day of that month (民法典 202). */
export function plusMonths(d: Day, months: number): Day {
  const index = yearOf(d) * 12 + Number(d.slice(5, 7)) - 1 + months
  const year = Math.floor(index / 12)
  const month = (index % 12) + 1
  const dayOfMonth = Math.min(Number(d.slice(8, 10)), daysIn(year, month))
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}` as Day
}

export const plusYears = (d: Day, years: number): Day => plusMonths(d, years * 12)

export const earlier = <T extends Instant | Day>(a: T, b: T): T => (a <= b ? a : b)
export const later = <T extends Instant | Day>(a: T, b: T): T => (a >= b ? a : b)
