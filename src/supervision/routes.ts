import type { Actor } from '#account/model.ts'
import type { Places } from '#place/model.ts'
import { type AnyRoute, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { alarmsQuery, alarmsReply, behindQuery, behindReply, figuresQuery, figuresReply } from '#supervision/contract.ts'
import { type SupervisionQueries, supervisedPrefectures } from '#supervision/queries.ts'

interface SupervisionRouteDeps {
  readonly queries: SupervisionQueries
  readonly places: Places
}

const TAG = 'supervision'
/** Figures are about cases, and true for an instant only. */
const FRESH = { 'cache-control': 'no-store' }

export const supervisionRoutes = ({ queries, places }: SupervisionRouteDeps): readonly AnyRoute[] => [
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
    handle: async ({ query, principal, at }) =>
      jsonAnswer(200, await queries.casesBehind(supervisedPrefectures(places, principal as Actor | null), query, at), FRESH),
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
]
