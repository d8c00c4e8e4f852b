import { describe, expect, it } from 'vitest'
import { type Day, day, weekdayOf } from '#kernel/time.ts'
import type { DayKind } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { isOpenOn, openDayFrom, openingOf } from '#place/rules/opening.ts'
import { stationsOf } from '#place/rules/organs.ts'

const places = loadPlaces()
const station = stationsOf(places, '220102001')[0]?.code ?? ''
const HALL_OPEN_ON_SATURDAYS = '220102300000'
const HALL = '220103300000'

/** February 2026: the 14th and the 28th are make-up working Saturdays, the 15th to 23rd a holiday. */
const february = (on: Day): DayKind => {
  if (on === '2026-02-14' || on === '2026-02-28') return 'working-day'
  if (on >= '2026-02-15' && on <= '2026-02-23') return 'holiday'
  return weekdayOf(on) >= 6 ? 'weekend' : 'working-day'
}

describe('opening days', () => {
  it('of a station are the working days, make-up Saturdays among them', () => {
    const open = (text: string) => isOpenOn(places, station, day(text), february)
    expect(['2026-02-13', '2026-02-14', '2026-02-15', '2026-02-23', '2026-02-24', '2026-02-07'].map(open)).toEqual([true, true, false, false, true, false])
  })

  it('of some halls are Saturdays too, but not inside a holiday', () => {
    const open = (text: string) => isOpenOn(places, HALL_OPEN_ON_SATURDAYS, day(text), february)
    expect(['2026-02-07', '2026-02-08', '2026-02-21'].map(open)).toEqual([true, false, false])
    expect(isOpenOn(places, HALL, day('2026-02-07'), february)).toBe(false)
  })

  it('are none where nobody is received', () => {
    expect(openingOf(places, '220100000000', day('2026-02-13'))).toBeUndefined()
    expect(isOpenOn(places, '220100000000', day('2026-02-13'), february)).toBe(false)
  })

  it('roll a day to the next open one, and leave an open one where it is', () => {
    expect(openDayFrom(places, station, day('2026-02-15'), february)).toBe('2026-02-24')
    expect(openDayFrom(places, station, day('2026-02-14'), february)).toBe('2026-02-14')
    expect(openDayFrom(places, HALL_OPEN_ON_SATURDAYS, day('2026-02-07'), february)).toBe('2026-02-07')
  })

  it('are not searched for ever', () => {
    expect(() => openDayFrom(places, station, day('2026-02-15'), () => 'holiday')).toThrow(RangeError)
  })

  it('have hours that end after they begin and follow one another', () => {
    for (const code of [station, HALL, '220000700000']) {
      const hours = openingOf(places, code, day('2026-02-13'))?.hours ?? []
      expect(hours.length).toBeGreaterThan(0)
      const times = hours.flatMap((span) => [span.from, span.to])
      expect(times).toEqual([...times].sort())
      expect(new Set(times).size).toBe(times.length)
    }
  })
})
