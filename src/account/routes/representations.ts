import type { z } from 'zod'
import type { Readings } from '#account/commands/readings.ts'
import type { Representations, Shown } from '#account/commands/representations.ts'
import {
  authorityBody,
  consentToActBody,
  guardianshipBody,
  representationParams,
  representationReply,
  representationsReply,
} from '#account/contract/representations.ts'
import type { Action, Actor, Representation } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { endedBy } from '#account/rules/standing.ts'
import { ownFile } from '#account/store/readings.ts'
import { REPRESENTATION_WORDS, STANDING_REFUSALS } from '#account/words.ts'
import { type Uuid, uuid } from '#kernel/ids.ts'
import { forPurpose } from '#platform/actor.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface RepresentationRouteDeps {
  readonly representations: Representations
  readonly readings: Readings
}

const TAG = 'representations'
const FRESH = { 'cache-control': 'no-store' }

function demand(principal: Principal | null, action: Action): Principal & { readonly personId: Uuid } {
  if (!can(principal as Actor | null, action, { personId: principal?.personId ?? null })) throw new ProblemError(problem('not-found'))
  return principal as Principal & { readonly personId: Uuid }
}

/** As either of the two may know it: the other by a masked name. */
export const representationBody = (one: Representation): z.output<typeof representationReply> => ({
  ...{ id: one.id, kind: one.kind, kindWords: REPRESENTATION_WORDS[one.kind], person: one.personShown, representative: one.representativeShown },
  ...{ relation: one.relation, document: one.document, may: one.scope.may, services: [...one.scope.services], from: one.from },
  // The end of a guardian's record is an outer bound that tells nobody anything.
  ...{ until: one.kind === 'guardian' ? null : one.until, endedAt: one.endedAt, endedBecause: one.endedBecause },
})

const shownBody = (one: Shown): z.output<typeof representationsReply>['byMe'][number] => ({
  ...representationBody(one),
  stands: one.problem === null,
  because: one.problem === null ? null : STANDING_REFUSALS[one.problem].sentence,
})

export const representationRoutes = ({ representations, readings }: RepresentationRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/v1/me/representations',
    summary: 'Whom I act for and who acts for me, on what; what is over, and why',
    tag: TAG,
    reply: { 200: representationsReply },
    async handle({ principal, act, at }) {
      const { personId } = demand(principal, 'representation.own')
      const { byMe, forMe } = await representations.of(personId, at)
      await readings.record(act, { subject: ownFile(personId), what: 'representation', outcome: 'shown', count: byMe.length + forMe.length })
      return jsonAnswer(200, { byMe: byMe.map(shownBody), forMe: forMe.map(shownBody) }, FRESH)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/me/representations/consents',
    summary: 'Let somebody act for me: how far, in which matters, until when. Refused unless name and number are of one person.',
    tag: TAG,
    body: consentToActBody,
    reply: { 201: representationReply },
    limit: 'look-up',
    subject: ({ identityNumber }) => identityNumber,
    alike: true,
    demands: 'representation.grant',
    async handle({ body: { may, services, ...asked }, principal, act, once }) {
      const { personId } = demand(principal, 'representation.grant')
      return representations.giveConsent(personId, { ...asked, scope: { may, services } }, act, once, (made) => jsonAnswer(201, representationBody(made)))
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/me/representations/guardianships',
    summary: 'Act for one’s own child under sixteen, as the register has it; no consent is asked for',
    tag: TAG,
    body: guardianshipBody,
    reply: { 201: representationReply },
    limit: 'look-up',
    subject: ({ identityNumber }) => identityNumber,
    alike: true,
    async handle({ body, principal, act, once }) {
      const { personId } = demand(principal, 'representation.claim')
      return representations.confirmGuardian(personId, body, act, once, (made) => jsonAnswer(201, representationBody(made)))
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/me/representations/:id/end',
    summary: 'Withdraw what I consented to, or give up acting for somebody; what was done before stands',
    tag: TAG,
    params: representationParams,
    reply: { 200: representationReply },
    async handle({ params, principal, act, once }) {
      const { personId } = demand(principal, 'representation.own')
      const answer = await representations.end(uuid(params.id), endedBy(personId), act, once, (ended) => jsonAnswer(200, representationBody(ended)))
      if (answer === undefined) throw new ProblemError(problem('not-found'))
      return answer
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/representations',
    summary: 'Record a power of attorney that was shown at the window; both numbers are looked up, and that is recorded',
    tag: TAG,
    body: authorityBody,
    reply: { 201: representationReply },
    limit: 'look-up',
    subject: ({ personNumber }) => personNumber,
    async handle({ body: { may, services, until = null, ...asked }, principal, act, once }) {
      demand(principal, 'representation.record')
      return forPurpose('application', () =>
        representations.recordAuthority({ ...asked, until, scope: { may, services } }, act, once, (made) => jsonAnswer(201, representationBody(made))),
      )
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/representations/:id/end',
    summary: 'End a power of attorney or a consent for the person, who is at the window',
    tag: TAG,
    params: representationParams,
    reply: { 200: representationReply },
    async handle({ params, principal, act, once }) {
      demand(principal, 'representation.record')
      const answer = await forPurpose('application', () =>
        representations.end(
          uuid(params.id),
          (one) => (one.kind === 'guardian' ? undefined : 'withdrawn'),
          act,
          once,
          (ended) => jsonAnswer(200, representationBody(ended)),
        ),
      )
      if (answer === undefined) throw new ProblemError(problem('not-found'))
      return answer
    },
  }),
]
