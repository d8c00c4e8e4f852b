import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { changeReviewSettings, type SettingsDeps } from '#catalogue/commands.ts'
import { answerQuery, answerReply, onQuery, serviceParams, serviceReply, servicesReply, settingsBody, settingsReply } from '#catalogue/contract.ts'
import type { Service } from '#catalogue/model.ts'
import { type Answers, type SettingsHolder, viewService, viewServices, viewSettings } from '#catalogue/queries.ts'
import { uuid } from '#kernel/ids.ts'
import { dayOf } from '#kernel/time.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

interface CatalogueRouteDeps extends SettingsDeps {
  readonly services: ReadonlyMap<string, Service>
  readonly settings: SettingsHolder
}

const TAG = 'catalogue'

function demandConfigurer(principal: Principal | null): void {
  if (!can(principal as Actor | null, 'review.configure')) throw new ProblemError(problem('not-found'))
}

export const catalogueRoutes = ({ services, settings, ...deps }: CatalogueRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/v1/services',
    summary: 'What can be applied for on a day: who may, through which channels, with which material, at what fee and within what time.',
    tag: TAG,
    query: onQuery,
    reply: { 200: servicesReply },
    open: true,
    handle: async ({ query, at }) => jsonAnswer(200, viewServices(services, query.on ?? dayOf(at))),
  }),
  route({
    method: 'GET',
    path: '/api/v1/services/:id',
    summary: 'One service with all its versions, and the JSON schema of the form of the version in force on a day.',
    tag: TAG,
    params: serviceParams,
    query: onQuery,
    reply: { 200: serviceReply },
    open: true,
    async handle({ params, query, at }) {
      const service = services.get(params.id)
      if (!service) throw new ProblemError(problem('not-found'))
      return jsonAnswer(200, viewService(service, query.on ?? dayOf(at)))
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/review-settings',
    summary: 'The settings of the automatic review: in force, past and to come.',
    tag: TAG,
    query: onQuery,
    reply: { 200: settingsReply },
    async handle({ query, principal, at }) {
      demandConfigurer(principal)
      return jsonAnswer(200, viewSettings(settings.all(), query.on ?? dayOf(at), deps.photoStandards))
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/review-settings',
    summary: 'New settings from a day on; they need a finished replay, made with exactly these settings within the last days.',
    tag: TAG,
    demands: 'review.configure',
    body: settingsBody,
    reply: { 200: settingsReply },
    async handle({ body, principal, act, once }) {
      demandConfigurer(principal)
      const answer = await changeReviewSettings(deps, body, act, once)
      await settings.refresh()
      return answer
    },
  }),
]

export const answerRoutes = ({ answers }: { readonly answers: Answers }): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/v1/me/services/:id',
    summary: 'Can I, what do I need, what does it cost, when do I have it? Asked before anything is submitted, with everything that is missing at once.',
    tag: TAG,
    params: serviceParams,
    query: answerQuery,
    reply: { 200: answerReply },
    async handle({ params, query, principal, act }) {
      const personId = principal?.personId ?? null
      if (personId === null || !can(principal as Actor | null, 'case.read', { personId })) throw new ProblemError(problem('not-found'))
      const answer = await answers.forPerson(params.id, query.reason, uuid(personId), act)
      if (answer === undefined) throw new ProblemError(problem('not-found'))
      return jsonAnswer(200, answer, { 'cache-control': 'no-store' })
    },
  }),
]
