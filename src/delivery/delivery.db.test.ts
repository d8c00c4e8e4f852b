import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { CaseEvent } from '#case/model.ts'
import { foldParcel } from '#delivery/commands/parcel.ts'
import type { ParcelEvent, ParcelRow } from '#delivery/model.ts'
import { findDeliveryCode, findParcel } from '#delivery/queries.ts'
import { rowOf } from '#delivery/store.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf, instant } from '#kernel/time.ts'
import { freshDatabase } from '#test/database.ts'
import { type DeliveryWorld, type OpenCase, openDeliveryWorld } from '#test/delivery.ts'

/** A station of 长春, the city where she works; she is registered in a town of 延吉. */
const STATION = '220102500100'
const TOWNSHIP = '222401100'
const START = '2026-03-02T09:00:00+08:00'
const toStation = { by: 'station', organ: STATION } as const

let world: DeliveryWorld
const worlds: DeliveryWorld[] = []
beforeEach(async () => {
  world = await openDeliveryWorld(await freshDatabase(), { startAt: START, courierTimeoutMs: 1_000 })
  worlds.push(world)
}, 60_000)
afterAll(async () => {
  for (const one of worlds) await one.close()
})

/** Monday morning accepted, made that afternoon: leaves the same day, there on Tuesday at ten. */
async function finished(serial = 'JL00000001', handover: Parameters<DeliveryWorld['apply']>[2] = toStation): Promise<OpenCase> {
  const one = await world.apply(TOWNSHIP, STATION, handover)
  await world.advanceTo('2026-03-02T15:00:00+08:00')
  await world.finish(one, serial)
  return one
}

const typesOf = async (one: OpenCase): Promise<CaseEvent['type'][]> => (await world.caseEvents(one.key)).map(({ event }) => event.type)
const count = <T>(items: readonly T[], wanted: T): number => items.filter((item) => item === wanted).length
const only = (parcels: readonly ParcelRow[]): ParcelRow => {
  expect(parcels).toHaveLength(1)
  return parcels[0] as ParcelRow
}
const kinds = (events: readonly ParcelEvent[]): string[] => events.map(({ type }) => type)

describe('a card on its way', () => {
  test('leaves the day it is finished, arrives at the station on the promised day, and the parcel ends when it is collected', async () => {
    const one = await finished()
    await world.advanceTo('2026-03-02T15:30:00+08:00')
    expect(only(await world.parcels(one.key))).toMatchObject({ status: 'handed-to-courier', dispatchOn: '2026-03-02', stop: STATION, lateSince: null })
    expect((await world.caseState(one.key)).status).toBe('delivering')
    await world.advanceTo('2026-03-05T12:00:00+08:00')
    const state = await world.caseState(one.key)
    expect(state).toMatchObject({ status: 'awaiting-collection', heldAt: STATION })
    expect(state.arrivedAt! <= state.firstPromised!.withYouBy).toBe(true)
    expect(count(await typesOf(one), 'PromiseRevised')).toBe(0)
    const told = (await world.messages(one.key)).map(({ kind }) => kind)
    expect(told).toEqual(['arrived', 'accepted'])
    await world.cases.apply(
      one.key,
      { type: 'HandOver', to: 'self', identityCheckedBy: 'fingerprint', oldCard: 'handed-back', temporaryCard: 'none', proxy: null },
      world.act('station-officer', STATION),
    )
    await world.advanceTo('2026-03-05T12:30:00+08:00')
    expect(only(await world.parcels(one.key)).status).toBe('closed')
    // Nobody is chased who has been there already.
    await world.advanceTo('2026-06-01T12:00:00+08:00')
    expect(count(await typesOf(one), 'CollectionChased')).toBe(0)
    expect((await world.messages(one.key))[0]).toMatchObject({ kind: 'concluded' })
    expect(await world.outbox.parkedCount()).toBe(0)
  })

  test('by mail it is handed over at the door for the code and the old card', async () => {
    const one = await finished('JL00000002', { by: 'mail', recipient: '王测试', phone: '14000000001', township: TOWNSHIP, address: '延吉市测试路1号' })
    await world.advanceTo('2026-03-02T15:30:00+08:00')
    expect(await findDeliveryCode(world.db, one.key)).toMatch(/^\d{6}$/)
    await world.advanceTo('2026-03-06T12:00:00+08:00')
    expect(only(await world.parcels(one.key)).status).toBe('delivered')
    const handed = (await world.caseEvents(one.key)).find(({ event }) => event.type === 'CardHandedOver')?.event
    expect(handed).toMatchObject({ to: 'address', identityCheckedBy: 'delivery-code', oldCard: 'handed-back' })
    expect((await world.caseState(one.key)).status).toBe('concluded')
    expect(await findDeliveryCode(world.db, one.key)).toBeUndefined()
    // The address stands sealed in the case, and nowhere in what we keep of the parcel.
    const { rows } = await world.db.run<{ n: number }>({
      text: `select count(*)::int as n from events where body like '%测试路%' or body like '%14000000001%'`,
      values: [],
    })
    expect(rows[0]?.n).toBe(0)
  })

  test('a card that waits is chased after 7, 30 and 60 days', async () => {
    const one = await finished()
    await world.advanceTo('2026-05-20T12:00:00+08:00')
    const chased = (await world.caseEvents(one.key)).filter(({ event }) => event.type === 'CollectionChased')
    const arrived = dayOf((await world.caseState(one.key)).arrivedAt!)
    expect(arrived).toBe('2026-03-03')
    expect(chased.map(({ act }) => act.at)).toEqual(['2026-03-10', '2026-04-02', '2026-05-02'].map((on) => instant(`${on}T09:00:00+08:00`)))
    expect((await world.messages(one.key)).filter(({ kind }) => kind === 'chased')).toHaveLength(3)
  })
})

describe('lost', () => {
  test('is made again, the lost card is void, and the person is told a new day with the reason', async () => {
    await world.courier.setFault({ fault: 'lost', target: 'next' })
    world.nextSlot.current = { day: dayOf(instant('2026-03-04T00:00:00+08:00')), half: 'am' }
    const one = await finished()
    await world.advanceTo('2026-03-03T16:00:00+08:00')
    expect(only(await world.parcels(one.key)).status).toBe('lost')
    expect(world.remakes).toHaveLength(1)
    const lost = await world.caseState(one.key)
    expect(lost).toMatchObject({ status: 'producing', serial: null, waybill: null })
    const revised = (await world.caseEvents(one.key)).find(({ event }) => event.type === 'PromiseRevised')?.event
    expect(revised).toMatchObject({
      cause: 'parcel-lost',
      to: { slot: { day: '2026-03-04', half: 'am' }, withYouBy: instant('2026-03-05T23:59:59.999+08:00') },
    })
    const [told] = await world.messages(one.key)
    expect(told).toMatchObject({ kind: 'promise-revised' })
    expect(told?.text.zh).toContain('丢失')
    const { rows } = await world.db.run<{ status: string }>({ text: `select status from cards where case_id = $1`, values: [one.key.stream] })
    expect(rows.map(({ status }) => status)).toEqual(['cancelled'])

    await world.advanceTo('2026-03-04T10:00:00+08:00')
    await world.finish(one, 'JL00000009')
    await world.advanceTo('2026-03-05T12:00:00+08:00')
    expect((await world.parcels(one.key)).map(({ status, serial }) => [status, serial])).toEqual([
      ['lost', 'JL00000001'],
      ['arrived-at-station', 'JL00000009'],
    ])
    const state = await world.caseState(one.key)
    expect(state.status).toBe('awaiting-collection')
    expect(state.arrivedAt! <= state.promised!.withYouBy).toBe(true)
    await world.cases.apply(
      one.key,
      { type: 'HandOver', to: 'self', identityCheckedBy: 'document', oldCard: 'handed-back', temporaryCard: 'none', proxy: null },
      world.act('station-officer', STATION),
    )
    await world.advanceTo('2026-03-05T12:30:00+08:00')
    expect((await world.parcels(one.key)).map(({ status }) => status)).toEqual(['closed', 'closed'])
    expect(await world.outbox.parkedCount()).toBe(0)
  })

  test('without a word from the courier it is given up after five days, having been late before', async () => {
    await world.courier.setFault({ fault: 'lost', target: 'next', silent: true })
    world.nextSlot.current = { day: dayOf(instant('2026-03-09T00:00:00+08:00')), half: 'am' }
    const one = await finished()
    await world.advanceTo('2026-03-07T23:59:59.999+08:00')
    expect(only(await world.parcels(one.key)).status).toBe('in-transit')
    await world.advanceTo('2026-03-08T00:00:00+08:00')
    const parcel = only(await world.parcels(one.key))
    expect(parcel.status).toBe('lost')
    const events = await world.parcelEvents(parcel)
    expect(events.at(-1)).toMatchObject({ type: 'ParcelLost', by: 'no-movement' })
    expect(count(kinds(events), 'ParcelFoundLate')).toBeGreaterThan(1)
    expect(world.remakes).toHaveLength(1)
  })
})

describe('late', () => {
  test('the person is told a new day before the promised one has ended, and the parcel arrives on it', async () => {
    await world.courier.setFault({ fault: 'late', target: 'next', days: 1 })
    const one = await finished()
    await world.advanceTo('2026-03-03T20:00:00+08:00')
    const revised = (await world.caseEvents(one.key)).find(({ event }) => event.type === 'PromiseRevised')
    expect(revised?.event).toMatchObject({ cause: 'parcel-late', to: { withYouBy: instant('2026-03-04T23:59:59.999+08:00') } })
    expect(revised!.act.at).toBe(instant('2026-03-03T18:00:00+08:00'))
    expect((await world.messages(one.key))[0]?.text.zh).toContain('2026年3月4日')
    expect(only(await world.parcels(one.key)).lateSince).toBe('2026-03-03')
    await world.advanceTo('2026-03-04T12:00:00+08:00')
    expect(only(await world.parcels(one.key))).toMatchObject({ status: 'arrived-at-station', lateSince: null })
    expect(count(await typesOf(one), 'PromiseRevised')).toBe(1)
  })

  test('the courier is down all afternoon: ordered when it is back, dispatched the next day, told so', async () => {
    await world.courier.setFault({ fault: 'down' })
    const one = await finished()
    await world.advanceTo('2026-03-02T18:30:00+08:00')
    expect(only(await world.parcels(one.key)).status).toBe('prepared')
    await world.courier.setFault({ fault: 'none' })
    await world.advanceTo('2026-03-05T12:00:00+08:00')
    expect(only(await world.parcels(one.key))).toMatchObject({ status: 'arrived-at-station', dispatchOn: '2026-03-03', expectedOn: '2026-03-04' })
    const revised = (await world.caseEvents(one.key)).filter(({ event }) => event.type === 'PromiseRevised').map(({ event }) => event)
    expect(revised).toMatchObject([{ cause: 'parcel-late', to: { withYouBy: instant('2026-03-04T23:59:59.999+08:00') } }])
  })

  test('the courier stays down past the expected day: the person is told before that day has ended', async () => {
    await world.courier.setFault({ fault: 'down' })
    const one = await finished()
    await world.advanceTo('2026-03-03T18:00:00+08:00')
    expect(only(await world.parcels(one.key))).toMatchObject({ status: 'prepared', lateSince: '2026-03-03', expectedOn: '2026-03-04' })
    expect((await world.caseState(one.key)).promised?.withYouBy).toBe(instant('2026-03-04T23:59:59.999+08:00'))
    expect(count(await typesOf(one), 'DeliveryNoted')).toBe(0)
  })

  test.each(['timeout', 'error', 'slow'])('the courier answers with %s once: one parcel, one waybill', async (fault) => {
    await world.courier.setFault({ fault, count: 1 })
    const one = await finished()
    await world.advanceTo('2026-03-03T12:00:00+08:00')
    expect(only(await world.parcels(one.key)).status).toBe('arrived-at-station')
    expect(count(await typesOf(one), 'CardDispatched')).toBe(1)
    expect(count(await typesOf(one), 'CardArrived')).toBe(1)
  })
})

describe('brought back', () => {
  test.each(['returned', 'refused'])('%s: kept at the hall of the issuer, told with the new place and day', async (fault) => {
    await world.courier.setFault({ fault, target: 'next' })
    const one = await finished()
    await world.advanceTo('2026-03-06T12:00:00+08:00')
    const parcel = only(await world.parcels(one.key))
    expect(parcel.status).toBe('returned')
    expect(parcel.organ).not.toBe(STATION)
    expect(world.places.organs.get(parcel.organ!)?.parent).toBe(parcel.issuer)
    const state = await world.caseState(one.key)
    expect(state).toMatchObject({ status: 'awaiting-collection', heldAt: parcel.organ })
    expect(state.arrivedAt! <= state.promised!.withYouBy).toBe(true)
    const types = await typesOf(one)
    expect(count(types, 'DeliveryNoted')).toBe(3)
    const causes = (await world.caseEvents(one.key)).flatMap(({ event }) => (event.type === 'PromiseRevised' ? [event.cause] : []))
    expect(new Set(causes)).toEqual(new Set(['parcel-returned']))
    expect((await world.messages(one.key))[0]?.kind).toBe('arrived')
  })
})

describe('messages of the courier', () => {
  test('twice and out of order they lead to the same end', async () => {
    await world.courier.setFault({ fault: 'duplicate' })
    await world.courier.setFault({ fault: 'out-of-order' })
    const cases = [await finished('JL00000011'), await finished('JL00000012'), await finished('JL00000013')]
    await world.advanceTo('2026-03-04T12:00:00+08:00')
    for (const one of cases) {
      const parcel = only(await world.parcels(one.key))
      expect(parcel.status).toBe('arrived-at-station')
      const events = await world.parcelEvents(parcel)
      const numbers = events.flatMap((event) => ('report' in event && event.report ? [event.report.number] : []))
      expect(new Set(numbers).size).toBe(numbers.length)
      expect(numbers).toHaveLength(5)
      expect(count(await typesOf(one), 'CardArrived')).toBe(1)
      expect(count(await typesOf(one), 'CardDispatched')).toBe(1)
    }
  })

  test('two workers at once make one parcel, one order and one telling of each', async () => {
    const cases: OpenCase[] = []
    for (let i = 0; i < 6; i += 1) cases.push(await finished(`JL0000002${i}`))
    const workers = [world.outboxOf(), world.outboxOf(), world.outboxOf()]
    for (const at of ['2026-03-02T15:00:00+08:00', '2026-03-02T18:00:00+08:00', '2026-03-02T20:30:00+08:00', '2026-03-03T18:00:00+08:00']) {
      await world.clock.moveTo(instant(at))
      for (let round = 0; round < 3; round += 1) {
        await world.courier.tick(instant(at))
        await Promise.all(workers.map((worker) => worker.tick(instant(at))))
      }
    }
    for (const one of cases) {
      expect(only(await world.parcels(one.key)).status).toBe('arrived-at-station')
      const types = await typesOf(one)
      for (const type of ['CardDispatched', 'CardArrived', 'DeliveryNoted'] as const) expect(count(types, type)).toBe(1)
      expect(await world.messages(one.key)).toHaveLength(2)
    }
    const { rows } = await world.db.run<{ prefecture: string; id: Uuid }>({ text: 'select * from parcels', values: [] })
    for (const row of rows) {
      const key = { prefecture: row.prefecture, stream: row.id }
      expect(row).toEqual(rowOf(key, foldParcel((await findParcel(world.db, key))!.past)))
    }
    expect(await world.outbox.parkedCount()).toBe(0)
  })
})
