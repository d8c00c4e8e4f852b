import type { DeletionOutcome, Privacy } from '#account/commands/privacy.ts'
import type { Readings } from '#account/commands/readings.ts'
import {
  consentBody,
  consentReply,
  consentsReply,
  deletionBody,
  deletionReply,
  exportReply,
  holdBody,
  holdParams,
  holdReply,
  liftedReply,
  noticeReply,
} from '#account/contract/privacy.ts'
import type { Action, Actor } from '#account/model.ts'
import { type ExportDeps, exportAbout, ownersOf } from '#account/queries/export.ts'
import { can } from '#account/rules/can.ts'
import { findConsentable, LEGAL_BASES, privacyNotice } from '#account/rules/legal-bases.ts'
import type { Retention } from '#account/rules/retention.ts'
import { DELETION_REFUSALS, NOT_CONSENTABLE } from '#account/words.ts'
import { type Uuid, uuid } from '#kernel/ids.ts'
import { dayOf, type Instant } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import type { Change } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { type AnyRoute, type Principal, personOf, route } from '#platform/http.ts'
import { type Answer, jsonAnswer, type Once, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { KeyOwner } from '#platform/sealed.ts'

export interface PrivacyRouteDeps extends ExportDeps {
  readonly privacy: Privacy
  readonly readings: Readings
  readonly retention: readonly Retention[]
}

const TAG = 'privacy'
const FRESH = { 'cache-control': 'no-store' }

/** @returns whose data it is: of whoever is signed in, or of the child they act for */
function demand(principal: Principal | null, action: Action): { readonly personId: string | null } {
  const personId = personOf(principal)
  if (principal === null || !can(principal as Actor, action, { personId })) throw new ProblemError(problem('not-found'))
  return { personId }
}

/** Everything about whoever is signed in; that it was given to them is on record like any other reading. */
export async function ownExport(deps: PrivacyRouteDeps, principal: Principal | null, act: Act, at: Instant): Promise<Answer> {
  const { personId } = demand(principal, 'privacy.own')
  const { owners, records } = await forSystem('own-export', async () => {
    const found = await ownersOf(deps, personId as Uuid)
    return { owners: found, records: await Promise.all(found.map((owner) => exportAbout(deps, owner, at))) }
  })
  for (const owner of owners)
    await deps.readings.record(act, { subject: { prefecture: owner.prefecture, personId: owner.id }, what: 'export', outcome: 'shown', count: 1 })
  return jsonAnswer(200, { at, records }, { ...FRESH, 'content-disposition': `attachment; filename="my-data-${dayOf(at)}.json"` })
}

/** A write that is answered once, whatever becomes of it. */
async function answeredOnce(deps: PrivacyRouteDeps, once: Once, work: () => Promise<Answer>): Promise<Answer> {
  const { seen } = await gather(deps.db, { seen: once.seen })
  return once.replay(seen) ?? work()
}

/**
 * At each record of a person, one prefecture after the other. The answer is kept with the last: what was cut off before is done again by
 * the retry, and giving or withdrawing twice is the same as once.
 */
async function atEach(owners: readonly KeyOwner[], remembered: Change, act: (owner: KeyOwner, changes: readonly Change[]) => Promise<void>): Promise<void> {
  for (const [nth, owner] of owners.entries()) await act(owner, nth === owners.length - 1 ? [remembered] : [])
}

export const privacyRoutes = (deps: PrivacyRouteDeps): readonly AnyRoute[] => [...ownRoutes(deps), ...officeRoutes(deps)]

function ownRoutes(deps: PrivacyRouteDeps): readonly AnyRoute[] {
  const { privacy } = deps
  const ownersFor = (principal: Principal | null) => forSystem('own-export', () => ownersOf(deps, demand(principal, 'privacy.own').personId as Uuid))
  const consentsAnswer = async (owner: KeyOwner | undefined): Promise<Answer> =>
    jsonAnswer(200, { consents: owner === undefined ? [] : await privacy.consentsOf(owner) }, FRESH)
  return [
    route({
      method: 'GET',
      path: '/api/v1/privacy',
      summary: 'What data of people is handled for which purpose, on what ground, how long, and to whom it is given',
      tag: TAG,
      open: true,
      reply: { 200: noticeReply },
      handle: async ({ at }) => jsonAnswer(200, { purposes: privacyNotice(LEGAL_BASES, deps.retention, dayOf(at)) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/me/export',
      forAnother: true,
      summary: 'Everything that is kept about me, table by table; what it says of others is masked',
      tag: TAG,
      reply: { 200: exportReply },
      handle: ({ principal, act, at }) => ownExport(deps, principal, act, at),
    }),
    route({
      method: 'GET',
      path: '/api/v1/me/consents',
      forAnother: true,
      summary: 'What I consented to',
      tag: TAG,
      reply: { 200: consentsReply },
      handle: async ({ principal }) => consentsAnswer((await ownersFor(principal))[0]),
    }),
    route({
      method: 'POST',
      path: '/api/v1/me/consents',
      forAnother: true,
      summary: 'Consent to a purpose that rests on consent; refused for those that the law demands or that are not offered',
      tag: TAG,
      body: consentBody,
      reply: { 200: consentReply },
      handle: ({ body, principal, act, once }) =>
        answeredOnce(deps, once, async () => {
          const owners = await ownersFor(principal)
          const basis = findConsentable(LEGAL_BASES, body.purpose)
          if (basis === undefined) return problemAnswer(problem('refused', { refusals: [NOT_CONSENTABLE] }))
          const answer = jsonAnswer(200, { purpose: basis.id, given: true })
          await atEach(owners, once.remember(answer), (owner, changes) => privacy.giveConsent(owner, basis.id, basis.validFrom, act, changes))
          return answer
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/me/consents/withdraw',
      forAnother: true,
      summary: 'Withdraw a consent, as easily as it was given; what was done before stands',
      tag: TAG,
      body: consentBody,
      reply: { 200: consentReply },
      handle: ({ body, principal, act, once }) =>
        answeredOnce(deps, once, async () => {
          const owners = await ownersFor(principal)
          const answer = jsonAnswer(200, { purpose: body.purpose, given: false })
          await atEach(owners, once.remember(answer), (owner, changes) => privacy.withdrawConsent(owner, body.purpose, act, changes))
          return answer
        }),
    }),
  ]
}

const deletionAnswer = (outcome: DeletionOutcome): Answer => {
  if (outcome === 'deleted') return jsonAnswer(200, { deleted: true })
  if (outcome === 'unknown') return problemAnswer(problem('not-found'))
  return problemAnswer(problem('refused', { refusals: [DELETION_REFUSALS[outcome]] }))
}

const officeRoutes = (deps: PrivacyRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/api/v1/legal-holds',
    summary: 'Keep everything about a person from being deleted, whatever its term',
    tag: TAG,
    body: holdBody,
    reply: { 201: holdReply },
    handle: ({ body, principal, act, once }) =>
      answeredOnce(deps, once, async () => {
        demand(principal, 'privacy.hold')
        const answer = (id: Uuid): Answer => jsonAnswer(201, { id })
        return answer(
          await forSystem('deletion', () => deps.privacy.placeHold({ ...body, personId: uuid(body.personId) }, act, (id) => [once.remember(answer(id))])),
        )
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/legal-holds/:prefecture/:id/lift',
    summary: 'Lift a hold',
    tag: TAG,
    params: holdParams,
    reply: { 200: liftedReply },
    handle: ({ params, principal, act, once }) =>
      answeredOnce(deps, once, async () => {
        demand(principal, 'privacy.hold')
        const lifted = jsonAnswer(200, { lifted: true })
        const done = await forSystem('deletion', () => deps.privacy.liftHold(params.prefecture, uuid(params.id), act, [once.remember(lifted)]))
        if (!done) throw new ProblemError(problem('not-found'))
        return lifted
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/people/delete-data',
    summary: 'Delete a person’s data on order; refused while a case is open or a hold stands. What was done stays on record without it.',
    tag: TAG,
    body: deletionBody,
    reply: { 200: deletionReply },
    handle: ({ body, principal, act, once }) =>
      answeredOnce(deps, once, async () => {
        demand(principal, 'privacy.delete')
        const { prefecture, personId, ...order } = body
        const remembered = [once.remember(jsonAnswer(200, { deleted: true }))]
        return deletionAnswer(await forSystem('deletion', () => deps.privacy.deleteData({ prefecture, id: uuid(personId) }, order, act, remembered)))
      }),
  }),
]
