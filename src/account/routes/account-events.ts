import type { z } from 'zod'
import type { Readings } from '#account/commands/readings.ts'
import { type accountEventReply, accountEventsQuery, accountEventsReply, auditedEventsQuery, floodsReply } from '#account/contract/account-events.ts'
import type { Actor } from '#account/model.ts'
import type { AccountEventQueries } from '#account/queries/account-events.ts'
import type { KeptAccountEvent } from '#account/rules/account-events.ts'
import { can } from '#account/rules/can.ts'
import { accountEventSays } from '#account/words.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface AccountEventRouteDeps {
  readonly queries: AccountEventQueries
  readonly readings: Readings
}

const TAG = 'sign-in'
const FRESH = { 'cache-control': 'no-store' }
const FLOODS_SHOWN = 200

const bodyOf = ({ id, at, by, event }: KeptAccountEvent): z.output<typeof accountEventReply> => ({
  ...{ id, at, type: event.type, sentence: { ...accountEventSays(event) }, account: event.account },
  ...{ actor: by.id, role: by.role, organ: by.organ },
})

function demandAuditor(principal: Principal | null): void {
  if (!can(principal as Actor | null, 'reading.audit')) throw new ProblemError(problem('not-found'))
}

export const accountEventRoutes = ({ queries, readings }: AccountEventRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/v1/me/sign-ins',
    summary: 'Who came in by one’s own account, who was turned away, and by what keys it is entered; the latest first',
    tag: TAG,
    query: accountEventsQuery,
    reply: { 200: accountEventsReply },
    async handle({ query, principal }) {
      const page = await queries.of((principal as Actor).id, query)
      return jsonAnswer(200, { events: page.events.map(bodyOf), next: page.next }, FRESH)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/audit/sign-ins',
    summary: 'Signing in and out, failures, locks and keys of everybody or of one account; the latest first',
    tag: TAG,
    query: auditedEventsQuery,
    reply: { 200: accountEventsReply },
    async handle({ query, principal, act }) {
      demandAuditor(principal)
      const page = await queries.audit(query)
      await readings.record(act, { subject: null, what: 'audit', outcome: 'shown', count: page.events.length })
      return jsonAnswer(200, { events: page.events.map(bodyOf), next: page.next }, FRESH)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/audit/floods',
    summary: 'Who ran against a limit of the edge, where from (as a keyed digest), and how often',
    tag: TAG,
    reply: { 200: floodsReply },
    async handle({ principal, act }) {
      demandAuditor(principal)
      const floods = await queries.floods(FLOODS_SHOWN)
      await readings.record(act, { subject: null, what: 'audit', outcome: 'shown', count: floods.length })
      const body = floods.map(({ by: { id, role, organ }, ...flood }) => ({ ...flood, actor: id, role, organ }))
      return jsonAnswer(200, { floods: body }, FRESH)
    },
  }),
]
