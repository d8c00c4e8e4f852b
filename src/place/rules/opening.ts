import type { Day } from '#kernel/time.ts'
import { plusDays, weekdayOf } from '#kernel/time.ts'
import type { DayKind, Opening, Places } from '#place/model.ts'
import { getOrgan } from '#place/rules/organs.ts'

/**
 * When an organ serves the public, by the version in force on the day; undefined for organs that receive nobody.
 * Estimates, dated in `data/opening.json`.
 */
export function openingOf(places: Places, organCode: string, on: Day): Opening | undefined {
  const { level } = getOrgan(places, organCode)
  if (level !== 'station' && level !== 'hall' && level !== 'production-centre') return undefined
  const version = places.opening.filter((candidate) => candidate.validFrom <= on).at(-1) ?? places.opening[0]
  return version?.exceptions.find((exception) => exception.organs.includes(organCode)) ?? version?.byLevel[level]
}

/** `kindOf` answers from the calendar; a make-up day is a working day, a Saturday inside a holiday is a holiday. */
export function isOpenOn(places: Places, organCode: string, on: Day, kindOf: (day: Day) => DayKind): boolean {
  const days = openingOf(places, organCode, on)?.days
  if (days === undefined) return false
  if (days === 'every-day' || kindOf(on) === 'working-day') return true
  return days === 'working-days-and-saturdays' && kindOf(on) === 'weekend' && weekdayOf(on) === 6
}

const LONGEST_CLOSURE_DAYS = 60

/** The day itself when the organ is open, else its next open day. @throws RangeError when it doesn't open within 60 days. */
export function openDayFrom(places: Places, organCode: string, from: Day, kindOf: (day: Day) => DayKind): Day {
  for (let days = 0; days <= LONGEST_CLOSURE_DAYS; days += 1) {
    const candidate = plusDays(from, days)
    if (isOpenOn(places, organCode, candidate, kindOf)) return candidate
  }
  throw new RangeError(`organ ${organCode} does not open within ${LONGEST_CLOSURE_DAYS} days from ${from}`)
}
