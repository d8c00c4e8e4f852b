import type { Readings } from '#account/commands/readings.ts'
import type { Actor } from '#account/model.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { CaseQueries } from '#case/queries.ts'
import { parseCaseNumber, type Uuid } from '#kernel/ids.ts'
import type { Places } from '#place/model.ts'
import type { Act } from '#platform/events.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Ratings } from '#rating/commands.ts'
import {
  assignBody,
  callBackBody,
  closeBody,
  listRatingsQuery,
  ownRatingsReply,
  rateBody,
  rateByNumberBody,
  ratedCaseParams,
  ratedReply,
  ratingFiguresReply,
  ratingParams,
  ratingsReply,
  recordBody,
  rectifiedReply,
} from '#rating/contract.ts'
import { type RatingQueries, ratingScope } from '#rating/queries.ts'

export interface RatingRouteDeps {
  readonly ratings: Ratings
  readonly queries: RatingQueries
  readonly caseQueries: Pick<CaseQueries, 'open' | 'openProgress'>
  readonly places: Places
  readonly readings: Readings
}

const TAG = 'rating'
const FRESH = { 'cache-control': 'no-store' }

const actorOf = (principal: Principal | null): Actor | null => principal as Actor | null

export const ratingRoutes = (deps: RatingRouteDeps): readonly AnyRoute[] => [...residents(deps), ...officers(deps)]

function residents({ ratings, queries, caseQueries }: RatingRouteDeps): readonly AnyRoute[] {
  /** Somebody else's case and a number that is no case's are answered alike. */
  const own = async (number: string, principal: Principal | null, act: Act): Promise<CaseRecord> => {
    const parsed = parseCaseNumber(number)
    const record = parsed.ok ? await caseQueries.open(parsed, { actor: actorOf(principal), act }, { action: 'rating.give' }) : undefined
    if (record === undefined) throw new ProblemError(problem('not-found'))
    return record
  }
  return [
    route({
      method: 'POST',
      path: '/api/v1/cases/:number/ratings',
      summary: 'Rate the service of one’s own case, once per channel; without a name when `anonymous`. A bad rating opens a rectification',
      tag: TAG,
      params: ratedCaseParams,
      body: rateBody,
      reply: { 201: ratedReply },
      async handle({ params, body: { anonymous, ...said }, principal, act, once }) {
        const record = await own(params.number, principal, act)
        return ratings.give(record, said, anonymous ? null : (actorOf(principal)?.personId as Uuid | null), act, once)
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/cases/:number/ratings',
      summary: 'Which channels of one’s own case can be rated, what was said, and what became of it',
      tag: TAG,
      params: ratedCaseParams,
      reply: { 200: ownRatingsReply },
      handle: async ({ params, principal, at, act }) => jsonAnswer(200, await queries.ofCase(await own(params.number, principal, act), at), FRESH),
    }),
    route({
      method: 'POST',
      path: '/api/v1/progress/ratings',
      summary: 'Rate without signing in, by case number and the last four characters of the identity number; always without a name',
      tag: TAG,
      body: rateByNumberBody,
      open: true,
      limit: 'progress',
      subject: ({ number }) => number,
      alike: true,
      reply: { 201: ratedReply },
      async handle({ body: { number, lastFour, ...said }, principal, act, once }) {
        const parsed = parseCaseNumber(number)
        const record = parsed.ok ? await caseQueries.openProgress(parsed, lastFour, { actor: actorOf(principal), act }) : undefined
        if (record === undefined) throw new ProblemError(problem('not-found'))
        return ratings.give(record, said, null, act, once)
      },
    }),
  ]
}

function officers({ ratings, queries, places, readings }: RatingRouteDeps): readonly AnyRoute[] {
  const keyOf = ({ prefecture, id }: { readonly prefecture: string; readonly id: Uuid }) => ({ prefecture, stream: id })
  return [
    route({
      method: 'GET',
      path: '/api/v1/ratings',
      summary: 'Ratings of one’s organ, or of all under it, the newest first; without the case where the person gave no name',
      tag: TAG,
      query: listRatingsQuery,
      reply: { 200: ratingsReply },
      async handle({ query, principal, at, act }) {
        const found = await queries.list(ratingScope(places, actorOf(principal)), query, at)
        await readings.record(act, { subject: null, what: 'list', outcome: 'shown', count: found.items.length })
        return jsonAnswer(200, found, FRESH)
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/ratings/figures',
      summary: 'Ratings of the last twelve months by organ and level, the share that was satisfied, rectifications kept, late, open and overdue',
      tag: TAG,
      reply: { 200: ratingFiguresReply },
      handle: async ({ principal, at }) => jsonAnswer(200, await queries.figures(ratingScope(places, actorOf(principal)), at), FRESH),
    }),
    route({
      method: 'POST',
      path: '/api/v1/ratings/:prefecture/:id/assign',
      summary: 'Say who sees to a bad rating',
      tag: TAG,
      params: ratingParams,
      body: assignBody,
      reply: { 200: rectifiedReply },
      handle: ({ params, body, principal, act, once }) => ratings.rectify(keyOf(params), { type: 'Assign', ...body }, actorOf(principal), act, once),
    }),
    route({
      method: 'POST',
      path: '/api/v1/ratings/:prefecture/:id/record',
      summary: 'Record what was done about a bad rating',
      tag: TAG,
      params: ratingParams,
      body: recordBody,
      reply: { 200: rectifiedReply },
      handle: ({ params, body, principal, act, once }) => ratings.rectify(keyOf(params), { type: 'Record', ...body }, actorOf(principal), act, once),
    }),
    route({
      method: 'POST',
      path: '/api/v1/ratings/:prefecture/:id/call-back',
      summary: 'Record a call-back to whoever gave a bad rating with their name',
      tag: TAG,
      params: ratingParams,
      body: callBackBody,
      reply: { 200: rectifiedReply },
      handle: ({ params, body, principal, act, once }) => ratings.rectify(keyOf(params), { type: 'CallBack', ...body }, actorOf(principal), act, once),
    }),
    route({
      method: 'POST',
      path: '/api/v1/ratings/:prefecture/:id/close',
      summary: 'Close a rectification with its result; not by whoever was rated',
      tag: TAG,
      params: ratingParams,
      body: closeBody,
      reply: { 200: rectifiedReply },
      handle: ({ params, body, principal, act, once }) => ratings.rectify(keyOf(params), { type: 'Close', ...body }, actorOf(principal), act, once),
    }),
  ]
}
