import type { Readings } from '#account/commands/readings.ts'
import type { Actor, Resource } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Delivery } from '#delivery/commands/delivery.ts'
import type { ParcelOutcome } from '#delivery/commands/parcel.ts'
import {
  collectionsQuery,
  declareLostBody,
  manifestQuery,
  manifestReply,
  parcelBody,
  parcelHistoryReply,
  parcelParams,
  parcelsQuery,
  parcelsReply,
  resendBody,
  resentReply,
  stateBody,
  TRACKING_CODES,
  termsReply,
  trackingReply,
} from '#delivery/contract.ts'
import type { DeliverySettings, ParcelEvent, ParcelState } from '#delivery/model.ts'
import { findParcel, manifest, type ParcelPage, parcelPage, parcelReading, toCollect } from '#delivery/queries.ts'
import { settingsOn, shippedSettings } from '#delivery/rules/settings.ts'
import { NOTED_WORDS, parcelEventWords, postageWords } from '#delivery/words.ts'
import { uuid } from '#kernel/ids.ts'
import { type Day, day, dayOf, instant } from '#kernel/time.ts'
import { COURIER, courierReport, TRACKING_PATH } from '#partners/courier/protocol.ts'
import { signatureProblem } from '#partners/signature.ts'
import type { Places } from '#place/model.ts'
import { deliveryDays } from '#place/rules/delivery.ts'
import { findOrgan, fullNameOf, organsUnder } from '#place/rules/organs.ts'
import { forSystem } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import type { Act, PastEvent, StreamKey } from '#platform/events.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { type Answer, jsonAnswer, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface DeliveryRouteDeps {
  readonly db: Db
  readonly delivery: Delivery
  readonly places: Places
  /** All versions; without it those that we ship. */
  readonly settings?: () => readonly DeliverySettings[]
  readonly readings: Readings
  /** Shared with the courier. */
  readonly courierSecret: string
}

const TAG = 'delivery'

const actorOf = (principal: Principal | null): Actor | null => principal as Actor | null

const NOBODY_IS_UNDER: ReadonlySet<string> = new Set()

const jurisdictionOf = (places: Places, organ: string | null | undefined): ReadonlySet<string> =>
  organ && findOrgan(places, organ) ? new Set(organsUnder(places, organ).map(({ code }) => code)) : NOBODY_IS_UNDER

/**
 * Whose parcels the actor may see: null for all, else those that go to, lie at or are signed by one of these organs.
 * @throws ProblemError for whoever may see none.
 */
function scopeOf(places: Places, principal: Principal | null): readonly string[] | null {
  const actor = actorOf(principal)
  if (can(actor, 'delivery.read')) return null
  const jurisdiction = jurisdictionOf(places, actor?.organ)
  const organs = [...jurisdiction].filter((organ) => can(actor, 'delivery.read', { organ, jurisdiction }))
  if (organs.length === 0) throw new ProblemError(problem('not-found'))
  return organs
}

const resourceOf = (places: Places, principal: Principal | null, parcel: { readonly organ: string | null; readonly issuer: string }): Resource => ({
  organ: parcel.organ,
  issuer: parcel.issuer,
  jurisdiction: jurisdictionOf(places, principal?.organ),
})

const pageBody = ({ parcels, next }: ParcelPage) => ({ parcels: parcels.map(parcelBody), next })

function historyLine({ event, act }: PastEvent<ParcelEvent>) {
  const report = 'report' in event ? event.report : null
  return {
    at: act.at,
    happenedAt: report?.happenedAt ?? null,
    what: report === null ? event.type : report.code,
    whatInWords: parcelEventWords(event),
    place: report?.place ?? null,
    note: event.type === 'TrackingNoted' ? NOTED_WORDS[event.because] : null,
  }
}

function answerTo(outcome: ParcelOutcome, answer: (key: StreamKey, state: ParcelState) => Answer): Answer {
  switch (outcome.kind) {
    case 'done':
      return answer(outcome.key, outcome.state)
    case 'refused':
      return problemAnswer(problem('refused', { refusals: outcome.reasons }))
    case 'replayed':
      return outcome.answer
    case 'not-found':
      return problemAnswer(problem('not-found'))
  }
}

const stateAnswer = (state: ParcelState): Answer => jsonAnswer(200, stateBody(state))

/** The dispatcher's, the station's and the courier's routes. */
export const deliveryRoutes = (deps: DeliveryRouteDeps): readonly AnyRoute[] => [...reads(deps), ...works(deps), tracking(deps)]

/** The rules in force on a day, as a person may ask for them before choosing how to receive the card. */
function termsOn({ places, settings = () => shippedSettings }: DeliveryRouteDeps, on: Day) {
  const { postageInProvince, postageOutOfProvince, lastCollection, chaseDaysAfterArrival } = settingsOn(settings(), on)
  return {
    on,
    postage: {
      inProvince: { cents: postageInProvince, inWords: postageWords(true, postageInProvince) },
      outOfProvince: { cents: postageOutOfProvince, inWords: postageWords(false, postageOutOfProvince) },
    },
    lastCollection,
    days: DELIVERY_CLASSES.map((deliveryClass) => {
      const { amount, basis, interpretation } = deliveryDays(places, deliveryClass, on)
      return { deliveryClass, naturalDays: amount, basis, interpretation }
    }),
    remindedDaysAfterArrival: chaseDaysAfterArrival,
  }
}

const DELIVERY_CLASSES = ['urban', 'town', 'remote-rural'] as const

function reads(deps: DeliveryRouteDeps): readonly AnyRoute[] {
  const { db, places, readings } = deps
  const listShown = (act: Act, count: number) => readings.record(act, { subject: null, what: 'list', outcome: 'shown', count })
  return [
    route({
      method: 'GET',
      path: '/api/v1/delivery/terms',
      summary: 'What mail costs and how long a card takes after dispatch, with how the rule is read',
      tag: TAG,
      reply: { 200: termsReply },
      open: true,
      handle: async ({ at }) => jsonAnswer(200, termsOn(deps, dayOf(at))),
    }),
    route({
      method: 'GET',
      path: '/api/v1/delivery/manifests',
      summary: 'What leaves the production centre on a day, by route and stop',
      tag: TAG,
      query: manifestQuery,
      reply: { 200: manifestReply },
      async handle({ query, principal, act }) {
        const routes = await manifest(db, day(query.day), query.route, scopeOf(places, principal))
        await listShown(
          act,
          routes.reduce((sum, { count }) => sum + count, 0),
        )
        return jsonAnswer(200, {
          day: query.day,
          count: routes.reduce((sum, { count }) => sum + count, 0),
          routes: routes.map(({ stops, ...one }) => ({
            ...one,
            stops: stops.map(({ organ, parcels }) => ({ organ, name: organ === null ? null : fullNameOf(places, organ), parcels: parcels.map(parcelBody) })),
          })),
        })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/delivery/parcels',
      summary: 'Parcels in a state, late, or troubled (late, lost, not delivered, brought back), the longest awaited first',
      tag: TAG,
      query: parcelsQuery,
      reply: { 200: parcelsReply },
      async handle({ query, principal, act }) {
        const page = await parcelPage(db, query.list, scopeOf(places, principal), query)
        await listShown(act, page.parcels.length)
        return jsonAnswer(200, pageBody(page))
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/delivery/collections',
      summary: 'Cards that wait to be collected at the actor’s own organ, the longest waiting first',
      tag: TAG,
      query: collectionsQuery,
      reply: { 200: parcelsReply },
      async handle({ query, principal, act }) {
        const organ = principal?.organ ?? null
        if (organ === null || !can(actorOf(principal), 'delivery.read', { organ, jurisdiction: jurisdictionOf(places, organ) })) {
          throw new ProblemError(problem('not-found'))
        }
        const page = await toCollect(db, organ, query)
        await listShown(act, page.parcels.length)
        return jsonAnswer(200, pageBody(page))
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/delivery/parcels/:prefecture/:id',
      summary: 'One parcel with everything that happened to it',
      tag: TAG,
      params: parcelParams,
      reply: { 200: parcelHistoryReply },
      async handle({ params, principal, act }) {
        const found = await findParcel(db, { prefecture: params.prefecture, stream: uuid(params.id) })
        const may = found !== undefined && can(actorOf(principal), 'delivery.read', resourceOf(places, principal, found.parcel))
        await readings.record(act, parcelReading(found, may))
        if (!found || !may) throw new ProblemError(problem('not-found'))
        return jsonAnswer(200, { parcel: parcelBody(found.parcel), history: found.past.map(historyLine) }, { etag: `"${found.parcel.version}"` })
      },
    }),
  ]
}

function works({ delivery, places }: DeliveryRouteDeps): readonly AnyRoute[] {
  const permitted =
    (principal: Principal | null) =>
    ({ heldAt, preparation }: ParcelState): boolean =>
      preparation !== null &&
      can(actorOf(principal), 'delivery.work', resourceOf(places, principal, { organ: heldAt ?? preparation.route.stop, issuer: preparation.issuer }))
  return [
    route({
      method: 'POST',
      path: '/api/v1/delivery/parcels/:prefecture/:id/resend',
      summary: 'Order a parcel once more that the courier did not take, or send a card again that was brought back',
      tag: TAG,
      params: parcelParams,
      body: resendBody,
      reply: { 200: resentReply },
      async handle({ params, principal, act, once }) {
        const key = { prefecture: params.prefecture, stream: uuid(params.id) }
        return answerTo(await delivery.resend(key, { act, once, answer: stateAnswer, permitted: permitted(principal) }), (_, state) => stateAnswer(state))
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/delivery/parcels/:prefecture/:id/declare-lost',
      summary: 'Treat a parcel as lost after a search: the card is made again and the person told',
      tag: TAG,
      params: parcelParams,
      body: declareLostBody,
      reply: { 200: resentReply },
      async handle({ params, body, principal, act, once }) {
        const key = { prefecture: params.prefecture, stream: uuid(params.id) }
        const asked = { act, once, answer: stateAnswer, permitted: permitted(principal) }
        return answerTo(await delivery.declareLost(key, body.note, asked), (_, state) => stateAnswer(state))
      },
    }),
  ]
}

const tracking = ({ delivery, courierSecret }: DeliveryRouteDeps): AnyRoute =>
  route({
    method: 'POST',
    path: TRACKING_PATH,
    summary: 'The courier reports what happened to a parcel; signed, and safe to repeat in any order',
    tag: TAG,
    body: courierReport,
    reply: { 200: trackingReply },
    open: true,
    async handle({ body, act, at, once, raw }) {
      if (signatureProblem({ partner: COURIER, secret: courierSecret }, raw.headers, { path: TRACKING_PATH, body: raw.body }, at)) {
        throw new ProblemError(problem('not-signed-in'))
      }
      const { reference, waybill, number, state, happenedAt, place, deliveryCode, oldCard } = body
      const [prefecture, id] = reference.split('.') as [string, string]
      const tracked = {
        key: { prefecture, stream: uuid(id) },
        report: { waybill, number, code: TRACKING_CODES[state], happenedAt: instant(happenedAt), place },
        doorstep: { deliveryCode, oldCard },
      }
      const courier = { ...act, actor: `partner:${COURIER}`, actorRole: 'partner' }
      const taken = await forSystem('partner-report', () => delivery.takeReport(tracked, courier, once))
      return answerTo(taken, () => jsonAnswer(200, { taken: true }))
    },
  })
