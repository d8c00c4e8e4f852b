/** The production centre with everything around it that is real: cases, outbox, the card lines over HTTP. */

import { expect } from 'vitest'
import type { Calendar } from '#calendar/model.ts'
import { shippedCalendar } from '#calendar/rules.ts'
import type { CaseState } from '#case/model.ts'
import { foldCase } from '#case/rules/procedure.ts'
import type { Service } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { cents } from '#kernel/money.ts'
import { day, instant } from '#kernel/time.ts'
import { openCardLine } from '#partners/card-line/adapter.ts'
import { openCardLineStandIn } from '#partners/card-line/standin.ts'
import type { StandIn } from '#partners/standin.ts'
import { type Places, PREFECTURES } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { getDivision } from '#place/rules/divisions.ts'
import { type Act, type PastEvent, type StreamKey, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { mountRoutes } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { openOutbox } from '#platform/outbox.ts'
import { openProduction } from '#production/commands/production.ts'
import { productionReactions, productionSweeps } from '#production/jobs.ts'
import type { BatchEvent, OrderEvent, OrderState } from '#production/model.ts'
import { openProductionQueries } from '#production/queries.ts'
import { productionRoutes } from '#production/routes.ts'
import { evolveOrder, NO_ORDER } from '#production/rules/order.ts'
import renewal from '#services/id-card-renewal.ts'
import { moveClock } from '#sim/sandbox/clock.ts'
import { makeHome, makeResident } from '#sim/world/people.ts'
import { openWorld } from '#sim/world/world.ts'
import type { FreshDatabase } from '#test/database.ts'
import { openEngine } from '#test/engine.ts'

const SECRET = 'shared with the card lines in tests'
const SERVICE = renewal as unknown as { readonly id: string }

export type ProductionWorld = Awaited<ReturnType<typeof openProductionWorld>>

interface WorldOptions {
  readonly startAt: string
  /** Cards per half-day of each line. */
  readonly lines?: Readonly<Record<string, number>>
  readonly timeoutMs?: number
}

const withLines = (places: Places, lines: Readonly<Record<string, number>>): Places => ({
  ...places,
  production: places.production.map((centre) => ({
    ...centre,
    lines: Object.entries(lines).map(([id, cardsPerHalfDay]) => ({ id, cardsPerHalfDay, validFrom: day('2021-05-07') })),
  })),
})

export async function openProductionWorld(database: FreshDatabase, options: WorldOptions) {
  const lines = options.lines ?? { '1': 1200, '2': 1200, '3': 1200 }
  const calendarInForce: { current: Calendar } = { current: shippedCalendar }
  const engine = openEngine({
    ...{ startAt: options.startAt, url: database.applicationUrl, seed: 20260213, services: [renewal as Service] },
    places: withLines(loadPlaces(), lines),
    calendar: () => calendarInForce.current,
  })
  const { db, log, metrics, places, chance, clock, calendar, followers, committer, readings, register, cases, once, caseEvents } = engine
  let url = ''
  const standInOptions = {
    db,
    port: 0,
    ourUrl: () => url,
    secret: SECRET,
    now: clock.now,
    lines: Object.entries(lines).map(([id, cardsPerHalfDay]) => ({ id, cardsPerHalfDay })),
  }
  const standIn: { current: StandIn } = { current: await openCardLineStandIn(standInOptions) }
  const cardLine = openCardLine({ url: () => standIn.current.url, secret: SECRET, now: clock.now, timeoutMs: options.timeoutMs ?? 2_000 })
  const production = openProduction({ db, committer, calendar, places, cases, register, cardLine })
  const queries = openProductionQueries({ db, places, calendar })
  const reactions = productionReactions(production)
  followers.current = { subscriptions: reactions, projectors: [] }
  const openWorker = () => openOutbox({ db, prefectures: PREFECTURES, reactions, sweeps: productionSweeps(production), log, metrics, concurrency: 4 })
  const outbox = openWorker()
  const app = await engine.openApp()
  mountRoutes(app, productionRoutes({ readings, production, queries, cardLineSecret: SECRET }))
  url = await app.listen({ port: 0, host: '127.0.0.1' })

  const act = (role = 'factory-worker'): Act => ({
    at: clock.now(),
    actor: `${role}-1`,
    actorRole: role,
    actorOrgan: null,
    onBehalfOf: null,
    requestId: `test-${chance.below(2 ** 31)}`,
  })

  /** Somebody renews a card at a station and pays there: granted in the same request. */
  async function apply(person: { readonly age?: number } = {}): Promise<StreamKey & { readonly number: string }> {
    const world = openWorld({ places, chance, at: clock.now() })
    const home = makeHome(world, getDivision(places, '222401001'))
    const resident = makeResident(world, home, {
      age: person.age ?? 30,
      flags: [],
      hardship: 'none',
      card: { issuedOn: day('2016-03-01'), expiresOn: day('2026-03-01') },
      fingerprints: true,
    })
    await committer.commit({
      events: [],
      changes: [register.householdChange(home.household), ...register.personChanges(resident.person), register.cardChange(...resident.cards)],
    })
    const form = {
      identityNumber: resident.person.identityNumber,
      handover: { by: 'station', organ: stationOf(places) },
      photo: '0'.repeat(64),
      fingerprints: { how: 'captured', fingers: ['right-thumb'], quality: 80 },
      reason: 'expiry',
    }
    const submitted = await cases.submit({ service: SERVICE.id, channel: 'window', form, organ: stationOf(places) }, act('station-officer'), once(), () =>
      jsonAnswer(201, {}),
    )
    if (submitted.kind !== 'done' || !submitted.state.submission) throw new Error(`not accepted: ${JSON.stringify(submitted)}`)
    const settlement = { how: 'paid', means: 'cash', receiptNumber: 'R-0001', amount: cents(2000) } as const
    expect((await cases.apply(submitted.key, { type: 'SettleFee', settlement }, act('station-officer'))).kind).toBe('done')
    return { ...submitted.key, number: submitted.state.submission.number }
  }

  const eventsOf = async <E>(stream: Uuid): Promise<readonly PastEvent<E>[]> => (await gather(db, { past: streamFact<E>({ prefecture: '2200', stream }) })).past

  return {
    db,
    places,
    clock,
    cases,
    committer,
    production,
    queries,
    outbox,
    openWorker,
    register,
    calendarInForce,
    secret: SECRET,
    url: () => url,
    standIn: () => standIn.current,
    /** The line controller goes away and comes back with what it had kept. */
    async restartStandIn(): Promise<void> {
      await standIn.current.close()
      standIn.current = await openCardLineStandIn(standInOptions)
    },
    act,
    apply,
    caseState: async (key: StreamKey): Promise<CaseState> => foldCase((await caseEvents(key)).map(({ event, act: { at, actor } }) => ({ event, at, actor }))),
    caseEvents,
    order: async (key: StreamKey): Promise<OrderState> =>
      (await eventsOf<OrderEvent>(key.stream)).reduce((state, { event }) => evolveOrder(state, event), NO_ORDER),
    orderEvents: (key: StreamKey) => eventsOf<OrderEvent>(key.stream),
    batchEvents: (batch: Uuid) => eventsOf<BatchEvent>(batch),
    receive: async (count: number): Promise<void> => {
      const outcome = await production.receiveBlanks({ prefix: 'JL26', first: 1 + chance.below(50_000_000), count, note: 'a box' }, act())
      expect(outcome.kind).toBe('done')
    },
    /** Moves the clock, from due instant to due instant. */
    advanceTo: (to: string) =>
      moveClock(
        clock,
        [
          { name: 'outbox', ...outbox },
          { name: 'card-line', tick: (at) => standIn.current.tick(at), nextDue: () => standIn.current.nextDue() },
        ],
        instant(to),
      ),
    /** Everything that waits to be done as of now, without moving the clock. */
    settle: () => outbox.tick(clock.now()),
    async close(): Promise<void> {
      await app.close()
      await standIn.current.close()
      await db.end()
    },
  }
}

const stationOf = (places: Places): string => {
  const station = [...places.organs.values()].find((organ) => organ.level === 'station' && organ.code.startsWith('220102'))
  if (!station) throw new Error('no station in 南关区')
  return station.code
}
