import { describe, expect, test } from 'vitest'
import { calendarOf, shippedCalendar, shippedNotices } from '#calendar/rules.ts'
import type { CaseState, CaseStatus, Submission } from '#case/model.ts'
import { NO_CASE } from '#case/rules/procedure.ts'
import type { Handover } from '#catalogue/model.ts'
import { getVersion } from '#catalogue/rules.ts'
import { day, endOfDay, instant } from '#kernel/time.ts'
import { loadPlaces } from '#place/queries.ts'
import renewal from '#services/id-card-renewal.ts'
import { calendarReason, rederivedPromise, rederivedStatutory, touchedDueDays } from '#supervision/rules/rederive.ts'

const places = loadPlaces()
const version = getVersion(renewal, day('2021-05-07'))
const STATION: Handover = { by: 'station', organ: '220102500100', deliveryClass: 'urban' }
const MAIL: Handover = { by: 'mail', inProvince: true, deliveryClass: 'urban' }

/** 2026 with the three days from Tuesday the 7th of April off as well. */
const longer = calendarOf(
  shippedNotices.map((notice) => ({
    ...notice,
    holidays: notice.holidays.map((holiday) =>
      holiday.off.includes(day('2026-04-06')) ? { ...holiday, off: [...holiday.off, day('2026-04-07'), day('2026-04-08'), day('2026-04-09')] } : holiday,
    ),
  })),
)

function stateAt(status: CaseStatus, acceptedText: string, handover: Handover = STATION): CaseState {
  const acceptedAt = instant(acceptedText)
  const promised = version.promise({ calendar: shippedCalendar, places, acceptedAt, startedAt: acceptedAt, handover })
  return { ...NO_CASE, status, submission: { handover } as Submission, acceptedAt, settledAt: acceptedAt, promised, firstPromised: promised }
}
const rederived = (state: CaseState, calendar = longer) => rederivedPromise(state, { calendar, places, version })

describe('a promise under another calendar', () => {
  test('is made on the next working day, when its half-day is off now', () => {
    const state = stateAt('producing', '2026-04-03T15:00:00+08:00')
    expect(state.promised).toMatchObject({ slot: { day: '2026-04-07', half: 'am' }, withYouBy: endOfDay(day('2026-04-08')) })
    const to = rederived(state)
    expect(to).toMatchObject({ slot: { day: '2026-04-10', half: 'am' } })
    expect(to?.withYouBy).toBe(endOfDay(day('2026-04-13')))
  })

  test('made already, it waits only for the station to open', () => {
    for (const status of ['ready', 'delivering'] as const) {
      const state = stateAt(status, '2026-04-07T09:00:00+08:00')
      expect(state.promised?.withYouBy).toBe(endOfDay(day('2026-04-08')))
      const to = rederived(state)
      expect(to).toMatchObject({ slot: state.promised?.slot, readyBy: state.promised?.readyBy, withYouBy: endOfDay(day('2026-04-10')) })
      expect(to?.because.at(-1)?.zh).toContain('派出所不开门')
    }
  })

  test('stays, where nothing that it needs is closed', () => {
    expect(rederived(stateAt('delivering', '2026-04-07T09:00:00+08:00', MAIL))).toBeNull()
    expect(rederived(stateAt('producing', '2026-04-14T09:00:00+08:00'))).toBeNull()
    for (const status of ['granted', 'awaiting-collection', 'concluded', 'withdrawn'] as const) {
      expect(rederived(stateAt(status, '2026-04-03T15:00:00+08:00'))).toBeNull()
    }
    const state = stateAt('producing', '2026-04-03T15:00:00+08:00')
    expect(rederived(state, shippedCalendar)).toBeNull()
  })

  test('once revised it is not revised again', () => {
    const state = stateAt('producing', '2026-04-03T15:00:00+08:00')
    expect(rederived({ ...state, promised: rederived(state) })).toBeNull()
  })

  test('the person is told the old day, the new one and the notice', () => {
    const { promised } = stateAt('producing', '2026-04-03T15:00:00+08:00')
    const to = rederived(stateAt('producing', '2026-04-03T15:00:00+08:00'))
    const reason = calendarReason('国办发明电〔2026〕99号', promised!, to!)
    expect(reason.zh).toMatch(/国办发明电〔2026〕99号.*2026年4月8日.*2026年4月1\d日/)
    expect(reason.en).toContain('8 Apr 2026')
  })
})

test('a statutory limit moves only when its last day is one that changes, or had rolled over one', () => {
  // Sixty days from 6 February end on 7 April; from 4 February on Sunday the 5th, which rolls over 清明 to the 7th.
  const due = (submitted: string, calendar = longer) => rederivedStatutory(instant(submitted), null, { calendar, places, version })
  const changed = [day('2026-04-07'), day('2026-04-08'), day('2026-04-09')]
  for (const submitted of ['2026-02-06T09:00:00+08:00', '2026-02-04T09:00:00+08:00']) {
    expect(due(submitted, shippedCalendar)).toBe(endOfDay(day('2026-04-07')))
    expect(due(submitted)).toBe(endOfDay(day('2026-04-10')))
  }
  expect(due('2026-02-09T09:00:00+08:00')).toBe(due('2026-02-09T09:00:00+08:00', shippedCalendar))
  // Thirty days more from 7 January end on 7 April too, and what was granted stays granted.
  const extended = { amount: 30, at: instant('2026-02-01T09:00:00+08:00'), reason: { zh: '大雪封路', en: 'snow' } }
  expect(rederivedStatutory(instant('2026-01-07T09:00:00+08:00'), extended, { calendar: longer, places, version })).toBe(endOfDay(day('2026-04-10')))
  expect(touchedDueDays(shippedCalendar, changed)).toEqual(changed)
  expect(touchedDueDays(longer, changed)).toEqual([day('2026-04-10')])
})
