import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shippedCalendar } from '#calendar/rules.ts'
import type { CaseDeps } from '#case/commands.ts'
import type { CaseEvent, CaseStatus } from '#case/model.ts'
import { ENDED, foldCase } from '#case/rules/procedure.ts'
import { type CaseRow, rowOf } from '#case/store.ts'
import type { Service } from '#catalogue/model.ts'
import type { ParcelEvent } from '#delivery/model.ts'
import { parcelDecider } from '#delivery/rules/parcel.ts'
import { shippedSettings } from '#delivery/rules/settings.ts'
import { rowOf as parcelRowOf } from '#delivery/store.ts'
import { fold } from '#kernel/decider.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, day, instant } from '#kernel/time.ts'
import { loadPlaces } from '#place/queries.ts'
import { SYSTEM } from '#platform/actor.ts'
import { systemIds } from '#platform/chance.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { storedEvents, streamFact } from '#platform/events.ts'
import { gather, known } from '#platform/facts.ts'
import { openSealer } from '#platform/sealed.ts'
import type { OrderEvent } from '#production/model.ts'
import { evolveOrder, NO_ORDER } from '#production/rules/order.ts'
import { type OrderRow, orderOf } from '#production/store/orders.ts'
import { openRegister } from '#register/commands.ts'
import { samplePhotos } from '#sim/world/portraits.ts'
import { pastCases, seedCases } from '#sim/world/seed-cases.ts'
import { freshDatabase } from '#test/database.ts'
import { testKeys } from '#test/keys.ts'
import { testReadings } from '#test/readings.ts'

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 4, onLost: () => {}, otherwise: SYSTEM })
afterAll(() => db.end())
const sealer = openSealer(testKeys())
const folder = new URL('../../src/services/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
const services = new Map<string, Service>()
for (const name of files) {
  const { default: service } = (await import(new URL(name, folder).href)) as { default: Service }
  services.set(service.id, service)
}
const committer = openCommitter(db)
const cases: CaseDeps = {
  db,
  committer,
  ids: systemIds,
  sealer,
  register: openRegister({ db, sealer, readings: testReadings(db) }),
  calendar: () => shippedCalendar,
  places: loadPlaces(),
  services,
  settings: () => ({
    validFrom: day('2021-05-07'),
    referAppearanceChanged: true,
    referForgedDocuments: true,
    referCreditRecord: true,
    referItemMismatch: true,
    referFingerprintExemption: true,
    sampleShare: 200,
    photoStandard: '2004',
  }),
  photoFact: () => known(null),
}
/** A Thursday at eleven: the morning's batch of what came in on Wednesday afternoon is running. */
const now = instant('2026-02-12T11:00:00+08:00')
const COUNT = 500
const followers = () => ({
  subscriptions: [
    { name: 'production.queue', on: ['ProductionOrdered'] },
    { name: 'delivery.order-courier', on: ['ParcelPrepared'] },
    { name: 'delivery.close-collected', on: ['CardHandedOver'] },
  ],
  projectors: [],
})
const seed = () => seedCases({ db, followers, cases, deliverySettings: shippedSettings, seed: 7, count: COUNT, now })

let rows: CaseRow[]
beforeAll(async () => {
  await seed()
  rows = (await db.run<CaseRow & Record<string, unknown>>({ text: 'select * from cases order by number', values: [] })).rows
})

const pastOf = async (row: { prefecture: string; id: Uuid }) =>
  (await gather(db, { past: streamFact<CaseEvent>({ prefecture: row.prefecture, stream: row.id }) })).past

describe('the cases of the past', () => {
  test('are as many as asked for, in every state that a working day shows, most of them concluded with the promise kept', () => {
    expect(rows.length).toBeGreaterThanOrEqual(COUNT)
    const count = (status: CaseStatus) => rows.filter((row) => row.status === status).length
    for (const status of ['reviewing', 'producing', 'delivering', 'awaiting-collection', 'concluded', 'rejected', 'withdrawn', 'granted'] as const)
      expect(count(status), status).toBeGreaterThan(0)
    expect(count('concluded')).toBeGreaterThan(rows.length * 0.7)
    const promised = rows.filter((row) => row.kept !== null && row.service !== 'id-card-temporary')
    expect(promised.filter((row) => row.kept).length / promised.length).toBeGreaterThan(0.93)
    const atWindows = [...services.values()].filter(({ versions }) => versions.some(({ channels }) => channels.includes('window')))
    expect(new Set(rows.map((row) => row.service))).toEqual(new Set(atWindows.map(({ id }) => id)))
    expect(new Set(rows.map((row) => row.prefecture)).size).toBeGreaterThanOrEqual(9)
  })

  test('are what their events say: each row and each parcel is the fold of its stream, in time’s order and nothing after now', async () => {
    for (const row of rows) {
      const past = await pastOf(row)
      const instants = past.map(({ act }) => act.at)
      expect(instants).toEqual(instants.toSorted())
      expect(instants.at(-1)! <= now).toBe(true)
      const state = foldCase(past.map(({ event, act }) => ({ event, at: act.at, actor: act.actor })))
      expect(row).toEqual(rowOf({ prefecture: row.prefecture, stream: row.id }, state))
    }
    const parcels = await db.run<{ prefecture: string; id: Uuid }>({ text: 'select * from parcels', values: [] })
    expect(parcels.rows.length).toBeGreaterThan(COUNT / 2)
    for (const row of parcels.rows) {
      const key = { prefecture: row.prefecture, stream: row.id }
      const { past } = await gather(db, { past: streamFact<ParcelEvent>(key) })
      expect(row).toEqual(
        parcelRowOf(
          key,
          fold(
            parcelDecider,
            past.map(({ event }) => event),
          ),
        ),
      )
    }
  })

  test('were made by the factory: an order for each card, batches that are finished, and a ledger of blanks that tallies', async () => {
    const figures = await db.run<{ orders: number; made: number; batches: number; unfinished: number; load: number; blanks: number }>({
      text: `select (select count(*)::int from production_orders where status = 'finished') as orders,
        (select count(*)::int from events where type = 'CardMade') as made, (select count(*)::int from production_batches) as batches,
        (select count(*)::int from production_batches where status <> 'finished') as unfinished, (select sum(cards)::int from production_load) as load,
        (select count(*)::int from production_blanks where state = 'made') as blanks`,
      values: [],
    })
    const { orders, made, batches, unfinished, load, blanks } = figures.rows[0]!
    expect(orders).toBeGreaterThan(COUNT / 2)
    expect([made, load, blanks]).toEqual([orders, orders, orders])
    expect(batches).toBeGreaterThan(40)
    expect(unfinished).toBe(0)
    const { rows: stock } = await db.run({ text: 'select received, in_stock, issued, made, spoiled, destroyed from production_stock', values: [] })
    expect(stock).toEqual([{ received: orders, in_stock: 0, issued: 0, made: orders, spoiled: 0, destroyed: 0 }])
    const { rows: kept } = await db.run<OrderRow & Record<string, unknown>>({ text: 'select * from production_orders order by id limit 100', values: [] })
    for (const row of kept) {
      const { past } = await gather(db, { past: streamFact<OrderEvent>({ prefecture: '2200', stream: row.id }) })
      expect(orderOf(row).state).toEqual(past.reduce((state, { event }) => evolveOrder(state, event), NO_ORDER))
    }
  })

  test('have left their mark in the register: who concluded a renewal holds one valid card, made by the case', async () => {
    const renewed = rows.filter((row) => row.status === 'concluded' && row.service === 'id-card-renewal')
    expect(renewed.length).toBeGreaterThan(50)
    for (const row of renewed) {
      const { cards, person } = await gather(db, {
        cards: cases.register.cardsFact({ prefecture: row.prefecture, id: row.person_id }),
        person: cases.register.personFact({ prefecture: row.prefecture, id: row.person_id }),
      })
      const valid = cards.filter((card) => card.kind === 'resident-id-card' && card.status === 'valid')
      expect(valid).toMatchObject([{ caseId: row.id, issuer: row.issuer }])
      expect(person?.synthetic).toBe(true)
      expect(cards.filter((card) => card.kind === 'temporary-id-card' && card.status === 'valid')).toEqual([])
    }
  })

  test('hold a claim exactly while they are open, so that a second application is refused', async () => {
    const { rows: claims } = await db.run<{ subject: string }>({ text: "select subject from identity_claims where claim_key like 'open:%'", values: [] })
    const open = rows.filter((row) => !ENDED.has(row.status) && services.get(row.service)?.versions[0]?.onceFor)
    expect(new Set(claims.map(({ subject }) => subject))).toEqual(new Set(open.map(({ id }) => id)))
  })

  test('wait for the factory and the courier only where these have not yet done their part; reminders are still to come', async () => {
    const { rows: due } = await db.run<{ stream: Uuid; reaction: string; due_at: string }>({ text: 'select stream, reaction, due_at from outbox', values: [] })
    const of = (reaction: string) => due.filter((row) => row.reaction === reaction).map(({ stream }) => stream)
    expect(new Set(of('production.queue'))).toEqual(new Set(rows.filter(({ status }) => status === 'producing').map(({ id }) => id)))
    const sending = await db.run<{ id: Uuid }>({ text: "select id from parcels where status = 'prepared'", values: [] })
    expect(new Set(of('delivery.order-courier'))).toEqual(new Set(sending.rows.map(({ id }) => id)))
    expect(of('delivery.close-collected')).toEqual([])
    const reminders = due.filter(({ reaction }) => reaction.startsWith('delivery.chase-'))
    expect(reminders.length).toBeGreaterThan(0)
    expect(reminders.every(({ due_at }) => due_at > now)).toBe(true)
  })

  test('are made once, and the same again from the same seed', async () => {
    await seed()
    const { rows: again } = await db.run<{ n: number }>({ text: 'select count(*)::int as n from cases', values: [] })
    expect(again[0]?.n).toBe(rows.length)
    const samples = await samplePhotos('2004')
    const numbers = [...pastCases(cases, shippedSettings, samples, { seed: 7, count: COUNT, at: now })].flatMap(({ lives }) =>
      lives.map(({ state }) => state.submission?.number),
    )
    expect(numbers.toSorted()).toEqual(rows.map((row) => row.number))
  })

  test('were submitted while a station is open, on working days', () => {
    const off = rows.filter((row) => {
      const local = new Date(Date.parse(row.submitted_at) + 8 * 3_600_000).toISOString()
      return local.slice(11, 16) < '08:30' || local.slice(11, 16) > '17:10' || ['2026-02-07' as Day, '2026-01-01' as Day].includes(local.slice(0, 10) as Day)
    })
    expect(off).toEqual([])
  })
})

test('a province that has worked already gets no past made up behind it, and is told so, once', async () => {
  const worked = await freshDatabase()
  const there = openDb({ url: worked.applicationUrl, connectionsMax: 2, onLost: () => {}, otherwise: SYSTEM })
  const received = { type: 'BlanksReceived', prefix: 'TEST', first: 1, count: 10, note: '' }
  const act = { at: now, actor: 'system:seed', actorRole: 'system', actorOrgan: null, onBehalfOf: null, requestId: 'seed' } as const
  await openCommitter(there).commit({ events: storedEvents({ prefecture: '2200', stream: systemIds.uuid(now) }, 0, [received], act), changes: [] })
  const said: string[] = []
  const again = () =>
    seedCases({
      ...{ db: there, followers, cases: { ...cases, db: there }, deliverySettings: shippedSettings, seed: 7, count: COUNT, now },
      say: (line) => said.push(line),
    })
  await again()
  await again()
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('/sandbox/reset')
  expect((await there.run<{ n: number }>({ text: 'select count(*)::int as n from cases', values: [] })).rows[0]?.n).toBe(0)
  await there.end()
})
