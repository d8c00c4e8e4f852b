import { type CalendarDeps, importNotice, previewNotice } from '#calendar/commands.ts'
import { calendarReply, noticeBody, noticeReply, yearParams } from '#calendar/contract.ts'
import { type CalendarHolder, viewYear } from '#calendar/queries.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

interface CalendarRouteDeps extends CalendarDeps {
  readonly calendar: CalendarHolder
  /** Handed in by the composition root, for who may do what stands to the right of the calendar. */
  readonly mayImport: (principal: Principal | null) => boolean
}

const TAG = 'calendar'

export const calendarRoutes = ({ calendar, mayImport, ...deps }: CalendarRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/v1/calendar/:year',
    summary: 'Every day of a year: worked or not, why, and whether that is certain.',
    tag: TAG,
    params: yearParams,
    reply: { 200: calendarReply },
    open: true,
    handle: async ({ params }) => jsonAnswer(200, viewYear(calendar.current(), params.year)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/calendar/notices',
    summary: 'Import the State Council’s holiday notice of a year; with dryRun, only show which days and which open cases it would move.',
    tag: TAG,
    demands: 'calendar.import',
    body: noticeBody,
    reply: { 200: noticeReply },
    async handle({ body, principal, act, at, once }) {
      if (!mayImport(principal)) throw new ProblemError(problem('not-found'))
      if (body.dryRun) return jsonAnswer(200, await previewNotice(deps, body.notice, at))
      const answer = await importNotice(deps, body.notice, act, once)
      await calendar.refresh()
      return answer
    },
  }),
]
