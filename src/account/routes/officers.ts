import type { z } from 'zod'
import type { Officers } from '#account/commands/officers.ts'
import {
  decideBody,
  officerParams,
  officerReply,
  officersQuery,
  officersReply,
  proposeBody,
  registerBody,
  roleParams,
  transferBody,
} from '#account/contract/officers.ts'
import type { Action, Actor } from '#account/model.ts'
import type { OfficerQueries } from '#account/queries/officers.ts'
import { can } from '#account/rules/can.ts'
import type { KnownOfficer } from '#account/store/officers.ts'
import { ROLE_WORDS } from '#account/words.ts'
import { uuid } from '#kernel/ids.ts'
import type { Places } from '#place/model.ts'
import { findOrgan } from '#place/rules/organs.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { type Answer, jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface OfficerRouteDeps {
  readonly officers: Officers
  readonly queries: OfficerQueries
  readonly places: Places
}

const TAG = 'officers'
const BASE = '/api/v1/officers'

function demand(principal: Principal | null, action: Action): void {
  if (!can(principal as Actor | null, action)) throw new ProblemError(problem('not-found'))
}

/** Whose record the officer is stays where it was put. */
export const officerBody = ({ number, organ, status, version, roles }: KnownOfficer): z.output<typeof officerReply> => ({
  ...{ number, organ, status, version },
  roles: roles.map(({ id, role, organ: at, state, proposedBy, decidedBy }) => ({
    ...{ id, role, roleWords: ROLE_WORDS[role], organ: at, state, proposedBy, decidedBy },
  })),
})

const answerOf =
  (status: number) =>
  (officer: KnownOfficer): Answer =>
    jsonAnswer(status, officerBody(officer))

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new ProblemError(problem('not-found'))
  return value
}

export const officerRoutes = (deps: OfficerRouteDeps): readonly AnyRoute[] => [...reads(deps), ...writes(deps)]

const reads = ({ officers, queries }: OfficerRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: BASE,
    summary: 'Officers by number, with the roles that they have, had, or are proposed for',
    tag: TAG,
    query: officersQuery,
    reply: { 200: officersReply },
    async handle({ query, principal }) {
      demand(principal, 'officer.read')
      const page = await queries.list(query)
      return jsonAnswer(200, { officers: page.officers.map(officerBody), next: page.next })
    },
  }),
  route({
    method: 'GET',
    path: `${BASE}/:number`,
    summary: 'One officer, by number',
    tag: TAG,
    params: officerParams,
    reply: { 200: officerReply },
    async handle({ params, principal }) {
      demand(principal, 'officer.read')
      return answerOf(200)(found(await officers.find(params.number)))
    },
  }),
]

const writes = ({ officers, places }: OfficerRouteDeps): readonly AnyRoute[] => {
  const demandOrgan = (organ: string): void => {
    if (!findOrgan(places, organ)) throw new ProblemError(problem('invalid-input', { fields: { organ: NO_ORGAN } }))
  }
  return [
    route({
      method: 'POST',
      path: BASE,
      summary: 'Register an officer’s account; it may do nothing before a role is in force',
      tag: TAG,
      body: registerBody,
      reply: { 201: officerReply },
      async handle({ body: { personId, ...body }, principal, act, once }) {
        demand(principal, 'officer.appoint')
        demandOrgan(body.organ)
        return officers.register({ ...body, personId: personId === null ? null : uuid(personId) }, act, once, answerOf(201))
      },
    }),
    route({
      method: 'POST',
      path: `${BASE}/:number/propose-role`,
      demands: 'officer.appoint',
      summary: 'Propose a role for an officer; another security administrator approves it',
      tag: TAG,
      params: officerParams,
      body: proposeBody,
      reply: { 200: officerReply },
      async handle({ params, body, principal, act, once }) {
        demand(principal, 'officer.appoint')
        demandOrgan(body.organ)
        return found(await officers.propose(params.number, body.role, body.organ, act, once, answerOf(200)))
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/officer-roles/:id/decide',
      demands: 'officer.appoint',
      summary: 'Approve or refuse a proposed role; never by whoever proposed it',
      tag: TAG,
      params: roleParams,
      body: decideBody,
      reply: { 200: officerReply },
      async handle({ params, body, principal, act, once }) {
        demand(principal, 'officer.appoint')
        return found(await officers.decide(uuid(params.id), body.approve, act, once, answerOf(200)))
      },
    }),
    route({
      method: 'POST',
      path: `${BASE}/:number/transfer`,
      demands: 'officer.retire',
      summary: 'Transfer an officer: the roles of the old organ and all sessions end',
      tag: TAG,
      params: officerParams,
      body: transferBody,
      reply: { 200: officerReply },
      async handle({ params, body, principal, act, once }) {
        demand(principal, 'officer.appoint')
        demandOrgan(body.organ)
        return found(await officers.transfer(params.number, body.organ, act, once, answerOf(200)))
      },
    }),
    route({
      method: 'POST',
      path: `${BASE}/:number/retire`,
      demands: 'officer.retire',
      summary: 'Retire an officer’s account: roles and sessions end',
      tag: TAG,
      params: officerParams,
      reply: { 200: officerReply },
      async handle({ params, principal, act, once }) {
        demand(principal, 'officer.retire')
        return found(await officers.retire(params.number, act, once, answerOf(200)))
      },
    }),
  ]
}

const NO_ORGAN = { zh: '没有这个机构代码。', en: 'There is no organ with this code.' }
