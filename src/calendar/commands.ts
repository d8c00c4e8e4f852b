import type { NoticeReply } from '#calendar/contract.ts'
import type { Calendar, CalendarChanges, CalendarEvent, HolidayNotice, MovedDates, NoticeProblem } from '#calendar/model.ts'
import { calendarOf, noticeProblems, shippedNotices, whatChanges } from '#calendar/rules.ts'
import { CALENDAR, calendarStreamFact, noticeChange, noticesFact } from '#calendar/store.ts'
import { dayKindInWords, noticeProblemInWords } from '#calendar/words.ts'
import type { Sentence } from '#kernel/language.ts'
import { day, type Instant } from '#kernel/time.ts'
import { type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { type Answer, jsonAnswer, type Once } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface CalendarDeps {
  readonly db: Db
  readonly committer: Committer
  /** Handed in by the composition root: which dates of open cases another calendar would move. */
  readonly movedDates: (before: Calendar, after: Calendar, now: Instant) => Promise<MovedDates>
}

/** What a notice would change, as of now. @throws ProblemError naming every mistake of the notice. */
export async function previewNotice(deps: CalendarDeps, notice: HolidayNotice, now: Instant): Promise<NoticeReply> {
  demandInOrder(notice)
  const { notices } = await gather(deps.db, { notices: noticesFact() })
  const { before, after, changes, replaces } = compared(notices, notice)
  return replyOf({ imported: false, notice, replaces, changes, moved: await deps.movedDates(before, after, now) })
}

/**
 * Takes a notice into force. What it moves in open cases is revised by a reaction on the event. The same notice again changes nothing.
 * @throws ProblemError naming every mistake of the notice
 */
export async function importNotice(deps: CalendarDeps, notice: HolidayNotice, act: Act, once: Once): Promise<Answer> {
  demandInOrder(notice)
  return decidedAgain(async () => {
    const { seen, past, notices } = await gather(deps.db, { seen: once.seen, past: calendarStreamFact(), notices: noticesFact() })
    const replayed = once.replay(seen)
    if (replayed) return replayed
    const { before, after, changes, replaces } = compared(notices, notice)
    const changesNothing = changes.days.length === 0 && changes.confirmedYears.length === 0
    const moved = await deps.movedDates(before, after, act.at)
    const answer = jsonAnswer(200, replyOf({ imported: !changesNothing, notice, replaces, changes, moved }))
    const event: CalendarEvent = { type: 'CalendarNoticeImported', notice, replaces, changes }
    await deps.committer.commit(
      changesNothing
        ? { events: [], changes: [once.remember(answer)] }
        : {
            events: storedEvents(CALENDAR, past.length, [event], act, { basis: notice.source }),
            changes: [noticeChange(notice, past.length + 1, act), once.remember(answer)],
          },
    )
    return answer
  })
}

/** The calendar before and after an import, from the event that made it: what a reaction works with. */
export async function calendarsAround(db: Db, seq: number): Promise<{ readonly before: Calendar; readonly after: Calendar; readonly event: CalendarEvent }> {
  const { past } = await gather(db, { past: calendarStreamFact() })
  const found = past.find((one) => one.seq === seq)
  if (!found) throw new Error(`no notice was imported as number ${seq}`)
  const imported = past.filter((one) => one.seq < seq).map(({ event }) => event.notice)
  return { ...compared(imported, found.event.notice), event: found.event }
}

function compared(imported: readonly HolidayNotice[], notice: HolidayNotice) {
  const held = [...shippedNotices, ...imported]
  const [before, after] = [calendarOf(held), calendarOf([...held, notice])]
  const replaces = before.notices.find(({ year }) => year === notice.year)?.source ?? null
  return { before, after, replaces, changes: whatChanges(before, after, day(`${notice.year - 1}-12-01`), day(`${notice.year}-12-31`)) }
}

function demandInOrder(notice: HolidayNotice): void {
  const problems = noticeProblems(notice)
  if (problems.length === 0) return
  const fields: Record<string, Sentence> = {}
  for (const one of problems) {
    const path = pathOf(notice, one)
    const { zh, en } = noticeProblemInWords(one)
    const before = fields[path]
    fields[path] = before ? { zh: `${before.zh}${zh}`, en: `${before.en} ${en}` } : { zh, en }
  }
  throw new ProblemError(problem('invalid-input', { fields }))
}

function pathOf({ holidays }: HolidayNotice, { code, day: on, holiday }: NoticeProblem): string {
  if (code === 'year') return 'notice.year'
  const index = holidays.findIndex(
    ({ name, off, makeUp }) => (holiday !== undefined && name.zh === holiday.zh && name.en === holiday.en) || [...off, ...makeUp].some((d) => d === on),
  )
  return index < 0 ? 'notice.holidays' : `notice.holidays.${index}`
}

interface Replied {
  readonly imported: boolean
  readonly notice: HolidayNotice
  readonly replaces: string | null
  readonly changes: CalendarChanges
  readonly moved: MovedDates
}

const replyOf = ({ imported, notice, replaces, changes, moved }: Replied): NoticeReply => ({
  imported,
  year: notice.year,
  replaces,
  days: changes.days.map(({ day: on, before, after }) => ({
    day: on,
    before: dayKindInWords(before),
    after: dayKindInWords(after),
    workingBefore: before.working,
    workingAfter: after.working,
  })),
  confirmedYears: [...changes.confirmedYears],
  promises: moved.promises,
  statutory: moved.statutory,
  dates: moved.dates.map((date) => ({ ...date })),
})
