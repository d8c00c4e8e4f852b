import type { CalendarReply } from '#calendar/contract.ts'
import type { Calendar } from '#calendar/model.ts'
import { calendarOf, daysWithKind, shippedCalendar, shippedNotices, statutoryBasis } from '#calendar/rules.ts'
import { calendarVersionFact, noticesFact } from '#calendar/store.ts'
import { dayKindInWords, provisionalInWords, weekdayInWords } from '#calendar/words.ts'
import { day } from '#kernel/time.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'

/** The calendar in force, held in memory: every process asks each second whether it changed. */
export interface CalendarHolder {
  current(): Calendar
  /** Takes over what was imported meanwhile, here or in another process. One short read while nothing was. */
  refresh(): Promise<void>
}

export async function openCalendar(db: Db): Promise<CalendarHolder> {
  let [calendar, version] = [shippedCalendar, 0]
  const refresh = async (): Promise<void> => {
    const { latest } = await gather(db, { latest: calendarVersionFact() })
    if (latest === version) return
    const read = await gather(db, { version: calendarVersionFact(), notices: noticesFact() })
    ;[calendar, version] = [calendarOf([...shippedNotices, ...read.notices]), read.version]
  }
  await refresh()
  return { current: () => calendar, refresh }
}

/** Every day of a year, with its reason. */
export function viewYear(calendar: Calendar, year: number): CalendarReply {
  const days = daysWithKind(calendar, day(`${year}-01-01`), day(`${year}-12-31`))
  const published = calendar.published.has(year)
  return {
    year,
    published,
    source: calendar.notices.find((notice) => notice.year === year)?.source ?? statutoryBasis(year),
    sentence: published ? null : provisionalInWords,
    workingDays: days.filter(({ kind }) => kind.working).length,
    days: days.map(({ day: on, kind }) => ({
      day: on,
      weekday: weekdayInWords(on),
      working: kind.working,
      kind: kind.reason.kind,
      reason: dayKindInWords(kind),
      provisional: kind.provisional,
    })),
  }
}
