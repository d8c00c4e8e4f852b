import type { CalendarEvent, HolidayNotice } from '#calendar/model.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Change } from '#platform/commit.ts'
import { type Act, type StreamKey, streamFact } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'

/** The calendar is one, the province's: its own stream, whose length is its version. */
export const CALENDAR: StreamKey = { prefecture: '2200', stream: '0ca1e0da-0000-7000-8000-000000000001' as Uuid }

export const calendarStreamFact = () => streamFact<CalendarEvent>(CALENDAR)

/** How many notices were imported so far; changes whenever the calendar does. */
export const calendarVersionFact = (): Fact<number> =>
  fact(
    'select to_json(coalesce(max(version), 0)) from calendar_notices where prefecture = $1::text',
    [CALENDAR.prefecture],
    (version: number | null) => version ?? 0,
  )

export const noticesFact = (): Fact<readonly HolidayNotice[]> =>
  fact(
    "select coalesce(json_agg(n.notice order by n.year), '[]'::json) from calendar_notices n where n.prefecture = $1::text",
    [CALENDAR.prefecture],
    (texts: string[]) => texts.map((text) => JSON.parse(text) as HolidayNotice),
  )

/** Guarded by the stream: two imports at once have the same number in it, and one decides again. */
export const noticeChange = (notice: HolidayNotice, version: number, act: Act): Change => ({
  text: `insert into calendar_notices (prefecture, year, notice, version, imported_at, imported_by)
    values ($1::text, $2::int, $3::text, $4::int, $5::timestamptz, $6::text)
    on conflict (prefecture, year) do update
      set notice = excluded.notice, version = excluded.version, imported_at = excluded.imported_at, imported_by = excluded.imported_by`,
  values: [CALENDAR.prefecture, notice.year, canonicalJson(notice), version, act.at, act.actor],
})
