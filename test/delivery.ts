/** Parcels with everything around them that is real: cases, outbox, courier over HTTP. Only the factory is played by the test. */

import { expect } from 'vitest'
import type { CaseState } from '#case/model.ts'
import { foldCase } from '#case/rules/procedure.ts'
import type { HalfDaySlot, Service } from '#catalogue/model.ts'
import { openDelivery } from '#delivery/commands/delivery.ts'
import { deliveryReactions } from '#delivery/jobs.ts'
import type { ParcelEvent, ParcelRow } from '#delivery/model.ts'
import { findParcel, parcelsOfCase } from '#delivery/queries.ts'
import { deliveryRoutes } from '#delivery/routes.ts'
import { shippedSettings } from '#delivery/rules/settings.ts'
import type { Uuid } from '#kernel/ids.ts'
import { cents } from '#kernel/money.ts'
import { day, dayOf, type Instant, instant } from '#kernel/time.ts'
import { openMessages } from '#message/commands.ts'
import { messageReactions } from '#message/jobs.ts'
import type { Message } from '#message/model.ts'
import { messagesOf } from '#message/queries.ts'
import { openCourier } from '#partners/courier/adapter.ts'
import { openCourierStandIn } from '#partners/courier/standin.ts'
import type { StandIn } from '#partners/standin.ts'
import { PREFECTURES } from '#place/model.ts'
import { getDivision } from '#place/rules/divisions.ts'
import { type Act, type StreamKey, storedEvents, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { mountRoutes } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { openOutbox } from '#platform/outbox.ts'
import type { OrderEvent } from '#production/model.ts'
import { NO_ORDER } from '#production/rules/order.ts'
import { openCorrections } from '#register/commands.ts'
import { registerReactions } from '#register/jobs.ts'
import type { Card, Person } from '#register/model.ts'
import { registerRoutes } from '#register/routes.ts'
import foundNotice from '#services/id-card-found-notice.ts'
import renewal from '#services/id-card-renewal.ts'
import { moveClock } from '#sim/sandbox/clock.ts'
import { makeHome, makeResident } from '#sim/world/people.ts'
import { openWorld } from '#sim/world/world.ts'
import type { FreshDatabase } from '#test/database.ts'
import { openEngine } from '#test/engine.ts'

const SECRET = 'shared with the courier in tests'

export type DeliveryWorld = Awaited<ReturnType<typeof openDeliveryWorld>>

export interface OpenCase {
  readonly key: StreamKey
  readonly number: string
}

type HandoverForm =
  | { readonly by: 'station'; readonly organ: string }
  | { readonly by: 'mail'; readonly recipient: string; readonly phone: string; readonly township: string; readonly address: string }

export async function openDeliveryWorld(database: FreshDatabase, options: { readonly startAt: string; readonly courierTimeoutMs?: number }) {
  const engine = openEngine({ ...options, url: database.applicationUrl, seed: 20260213, services: [renewal, foundNotice] as readonly Service[] })
  const { db, log, metrics, places, chance, ids, sealer, clock, calendar, followers, committer, readings, register, cases, once, caseEvents } = engine
  let url = ''
  const courier: StandIn = await openCourierStandIn({ db, port: 0, ourUrl: () => url, secret: SECRET, now: clock.now })
  const remakes: { readonly caseId: Uuid; readonly at: Instant }[] = []
  const nextSlot: { current: HalfDaySlot | null } = { current: null }
  const toCourier = openCourier({ url: () => courier.url, secret: SECRET, now: clock.now, timeoutMs: options.courierTimeoutMs ?? 2_000 })
  const corrections = openCorrections({
    ...{ db, committer, ids, sealer, places, readings, store: register },
    receivers: { courier: (reference, number, corrected) => toCourier.correct({ reference, number, corrected }) },
  })
  const delivery = openDelivery({
    db,
    committer,
    ids,
    sealer,
    calendar,
    places,
    settings: () => shippedSettings,
    cases,
    register,
    courier: toCourier,
    corrections,
    production: {
      remake: async (order, _cause, _note, given) => {
        if (!('id' in order)) throw new Error('delivery knows orders by the id of their case')
        remakes.push({ caseId: order.id, at: given.at })
        return { kind: 'done', value: { id: order.id, state: { ...NO_ORDER, status: 'queued', slot: nextSlot.current } } }
      },
    },
  })
  const reactions = [
    ...registerReactions(corrections),
    ...deliveryReactions(delivery, shippedSettings),
    ...messageReactions(openMessages({ db, committer, places })),
  ]
  followers.current = { subscriptions: reactions, projectors: [] }
  const outboxOf = () => openOutbox({ db, prefectures: PREFECTURES, reactions, sweeps: [], log, metrics, concurrency: 4 })
  const outbox = outboxOf()
  const app = await engine.openApp()
  mountRoutes(app, [...deliveryRoutes({ db, delivery, places, readings, courierSecret: SECRET }), ...registerRoutes({ register, corrections, readings })])
  url = await app.listen({ port: 0, host: '127.0.0.1' })

  const act = (role: string, organ: string | null): Act => ({
    at: clock.now(),
    actor: `${role}-1`,
    actorRole: role,
    actorOrgan: organ,
    onBehalfOf: null,
    requestId: `test-${chance.below(2 ** 31)}`,
  })

  async function resident(township: string): Promise<{ readonly person: Person; readonly cards: readonly Card[] }> {
    const world = openWorld({ places, chance, at: clock.now() })
    const home = makeHome(world, getDivision(places, township))
    const { person, cards } = makeResident(world, home, {
      age: 30,
      flags: [],
      hardship: 'none',
      card: { issuedOn: day('2016-03-01'), expiresOn: day('2026-03-01') },
      fingerprints: true,
    })
    await committer.commit({
      events: [],
      changes: [register.householdChange(home.household), ...register.personChanges(person), register.cardChange(...cards)],
    })
    return { person, cards }
  }

  async function submit(service: string, form: Record<string, unknown>, at: string): Promise<OpenCase> {
    const submitted = await cases.submit({ service, channel: 'window', form, organ: at }, act('station-officer', at), once(), () => jsonAnswer(201, {}))
    if (submitted.kind !== 'done' || !submitted.state.submission) throw new Error(`not accepted: ${JSON.stringify(submitted)}`)
    return { key: submitted.key, number: submitted.state.submission.number }
  }

  /** Somebody hands in the card of a resident of the township. */
  async function handIn(township: string, at: string): Promise<OpenCase & { readonly owner: Person; readonly card: Card }> {
    const { person, cards } = await resident(township)
    const form = { identityNumber: person.identityNumber, foundOn: dayOf(clock.now()), place: '公交车上' }
    return { ...(await submit(foundNotice.id, form, at)), owner: person, card: cards[0] as Card }
  }

  /** A resident of the township whose card ends soon, and who applies at a station and pays there. */
  async function apply(township: string, at: string, handover: HandoverForm): Promise<OpenCase> {
    const { person } = await resident(township)
    const form = {
      identityNumber: person.identityNumber,
      handover,
      photo: '0'.repeat(64),
      fingerprints: { how: 'captured', fingers: ['right-thumb'], quality: 80 },
      reason: 'expiry',
    }
    const submitted = await submit(renewal.id, form, at)
    const settlement = { how: 'paid', means: 'cash', receiptNumber: 'R-0001', amount: cents(2000) } as const
    const settled = await cases.apply(submitted.key, { type: 'SettleFee', settlement }, act('station-officer', at))
    expect(settled.kind).toBe('done')
    return submitted
  }

  /** What production does for a finished card: the case hears of it, then the order says that it is ready to leave. */
  async function finish({ key, number }: OpenCase, serial: string): Promise<void> {
    const made = await cases.apply(key, { type: 'RecordCardMade', serial, issuedOn: dayOf(clock.now()), validTo: null }, act('system', null))
    expect(made.kind).toBe('done')
    const order = { prefecture: '2200', stream: key.stream }
    const { past } = await gather(db, { past: streamFact<OrderEvent>(order) })
    const handover = (await caseState(key)).submission!.handover
    const finished: OrderEvent = {
      type: 'CardFinished',
      serial,
      casePrefecture: key.prefecture,
      caseNumber: number,
      finishedOn: dayOf(clock.now()),
      handover,
      remakes: 0,
    }
    await committer.commit({ events: storedEvents(order, past.length, [finished], act('system', null)), changes: [] })
  }

  const caseState = async (key: StreamKey): Promise<CaseState> =>
    foldCase((await caseEvents(key)).map(({ event, act: { at, actor } }) => ({ event, at, actor })))
  const parcels = (key: StreamKey): Promise<readonly ParcelRow[]> => parcelsOfCase(db, key)
  const parcelEvents = async (parcel: ParcelRow): Promise<readonly ParcelEvent[]> =>
    ((await findParcel(db, { prefecture: parcel.prefecture, stream: parcel.id }))?.past ?? []).map(({ event }) => event)
  const messages = (key: StreamKey): Promise<readonly Message[]> => messagesOf(db, key)

  return {
    db,
    places,
    clock,
    cases,
    courier,
    outbox,
    outboxOf,
    remakes,
    nextSlot,
    committer,
    secret: SECRET,
    url: () => url,
    act,
    apply,
    handIn,
    register,
    finish,
    caseEvents,
    caseState,
    parcels,
    parcelEvents,
    messages,
    /** Moves the clock, from due instant to due instant. */
    advanceTo: (to: string) => moveClock(clock, [{ name: 'outbox', ...outbox }, courier], instant(to)),
    async close(): Promise<void> {
      await app.close()
      await courier.close()
      await db.end()
    },
  }
}
