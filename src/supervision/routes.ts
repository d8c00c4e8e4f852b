import type { Readings } from '#account/commands/readings.ts'
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Places } from '#place/model.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { openParkedWork, type ParkedReaction } from '#supervision/commands/parked.ts'
import { type ReplayDeps, requestReplay } from '#supervision/commands/replay.ts'
import {
  alarmsQuery,
  alarmsReply,
  behindQuery,
  behindReply,
  figuresQuery,
  figuresReply,
  type ParkedReply,
  parkedReply,
  replayBody,
  replayParams,
  replayQuery,
  replayReply,
  replayRequestedReply,
  takeUpBody,
  takeUpParams,
  takeUpReply,
} from '#supervision/contract.ts'
import { type SupervisionQueries, supervisedPrefectures } from '#supervision/queries.ts'

interface SupervisionRouteDeps {
  readonly queries: SupervisionQueries
  readonly places: Places
  readonly readings: Readings
  readonly replays: ReplayDeps
}

const TAG = 'supervision'
/** Figures are about cases, and true for an instant only. */
const FRESH = { 'cache-control': 'no-store' }

function demandReplayer(principal: Principal | null): void {
  if (!can(principal as Actor | null, 'review.replay')) throw new ProblemError(problem('not-found'))
}

function demandOperator(principal: Principal | null): void {
  if (!can(principal as Actor | null, 'outbox.take-up')) throw new ProblemError(problem('not-found'))
}

const parkedBody = (reactions: readonly ParkedReaction[]): ParkedReply => ({
  reactions: reactions.map(({ items, ...reaction }) => ({
    ...reaction,
    items: items.map(({ caseNumber, type, attempts, error, since }) => ({ caseNumber, type, attempts, error, since })),
  })),
})

export const supervisionRoutes = ({ queries, places, replays, readings }: SupervisionRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/v1/operations/parked',
    summary: 'Reactions that gave up after their last attempt, by prefecture: whose cases wait, since when, and the last error.',
    tag: TAG,
    reply: { 200: parkedReply },
    async handle({ principal }) {
      demandOperator(principal)
      return jsonAnswer(200, parkedBody(await openParkedWork(replays).list()), FRESH)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/operations/parked/:prefecture/:reaction/take-up',
    summary: 'Has what gave up tried again, once its cause is mended; who did so and why is on record.',
    tag: TAG,
    params: takeUpParams,
    body: takeUpBody,
    reply: { 200: takeUpReply },
    async handle({ params, body, principal, act, once, ifMatch }) {
      demandOperator(principal)
      return openParkedWork(replays).takeUp({ ...params, ifMatch }, body, act, once)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/supervision/promises',
    summary: 'Promised versus kept, by prefecture and day of the first promise, exact as of now. Without days: the thirty up to today.',
    tag: TAG,
    query: figuresQuery,
    reply: { 200: figuresReply },
    handle: async ({ query, principal, at }) =>
      jsonAnswer(200, await queries.figures(supervisedPrefectures(places, principal as Actor | null), query, at), FRESH),
  }),
  route({
    method: 'GET',
    path: '/api/v1/supervision/promises/cases',
    summary: 'The cases behind a figure of one prefecture and day, a page at a time.',
    tag: TAG,
    query: behindQuery,
    reply: { 200: behindReply },
    async handle({ query, principal, at, act }) {
      const behind = await queries.casesBehind(supervisedPrefectures(places, principal as Actor | null), query, at)
      await readings.record(act, { subject: null, what: 'list', outcome: 'shown', count: behind.items.length })
      return jsonAnswer(200, behind, FRESH)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/supervision/alarms',
    summary: 'What needs somebody now: promises at risk or broken, capacity, overdue referrals, statutory limits, reactions that gave up.',
    tag: TAG,
    query: alarmsQuery,
    reply: { 200: alarmsReply },
    handle: async ({ query, principal, at }) =>
      jsonAnswer(200, await queries.alarms(supervisedPrefectures(places, principal as Actor | null), query, at), FRESH),
  }),
  route({
    method: 'POST',
    path: '/api/v1/review-replays',
    summary: 'Review past cases again with other settings, to see whose outcome would differ before they take force. Nothing is changed.',
    tag: TAG,
    body: replayBody,
    reply: { 202: replayRequestedReply },
    async handle({ body, principal, act, once }) {
      demandReplayer(principal)
      return requestReplay(replays, body, act, once)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/review-replays/:id',
    summary: 'How a replay stands: counts by outcome, and the cases whose outcome would differ, a page at a time.',
    tag: TAG,
    params: replayParams,
    query: replayQuery,
    reply: { 200: replayReply },
    async handle({ params, query, principal, act }) {
      demandReplayer(principal)
      const found = await queries.findReplay(params.id, query)
      if (!found) throw new ProblemError(problem('not-found'))
      await readings.record(act, { subject: null, what: 'replay', outcome: 'shown', count: found.cases.length })
      return jsonAnswer(200, found, FRESH)
    },
  }),
]
