import { afterAll, describe, expect, test } from 'vitest'
import { calendarOf, shippedNotices } from '#calendar/rules.ts'
import { day } from '#kernel/time.ts'
import type { StreamKey } from '#platform/events.ts'
import { batchIdOf } from '#production/rules/slots.ts'
import { freshDatabase } from '#test/database.ts'
import { openProductionWorld } from '#test/production.ts'

const CENTRE = '220000700000'

describe('more cards than the lines can make', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: '2026-02-13T09:00:00+08:00', lines: { '1': 1, '2': 1 } })
  afterAll(() => world.close())
  const slotKeyOf = async (key: StreamKey): Promise<string> => {
    const { slot } = await world.order(key)
    return slot === null ? 'none' : `${slot.day}${slot.half}`
  }

  test('go on in order of acceptance, their people are told at once, and an alarm is raised once', async () => {
    await world.receive(50)
    const keys: StreamKey[] = []
    for (let minute = 0; minute < 5; minute += 1) {
      await world.advanceTo(`2026-02-13T09:0${minute + 1}:00+08:00`)
      keys.push(await world.apply())
    }
    await world.advanceTo('2026-02-13T13:30:00+08:00')
    const afternoon = await world.apply()
    await world.settle()
    expect(await Promise.all([...keys, afternoon].map(slotKeyOf))).toEqual([
      '2026-02-13pm',
      '2026-02-13pm',
      '2026-02-14am',
      '2026-02-14am',
      '2026-02-14pm',
      '2026-02-14pm',
    ])
    const revised = (await world.caseEvents(keys[4]!)).filter(({ event }) => event.type === 'PromiseRevised')
    expect(revised).toHaveLength(1)
    expect(revised[0]).toMatchObject({ event: { cause: 'capacity', to: { slot: { day: '2026-02-14', half: 'pm' } } }, act: { at: '2026-02-13T01:05:00.000Z' } })
    expect((await world.caseState(keys[0]!)).promised?.slot).toEqual({ day: '2026-02-13', half: 'pm' })
    const alarms = (await world.batchEvents(batchIdOf(CENTRE, { day: day('2026-02-13'), half: 'pm' }))).filter(
      ({ event }) => event.type === 'CapacityAlarmRaised',
    )
    expect(alarms).toHaveLength(1)
    expect(alarms[0]?.event).toMatchObject({ cause: 'capacity', capacity: 2, demand: 3 })
  })

  test('a card that must be made again goes before those accepted later, who are told', async () => {
    await world.advanceTo('2026-02-13T17:00:00+08:00')
    const orders = await world.queries.cardsOf({ day: day('2026-02-13'), half: 'pm' }, undefined, 10)
    const [first] = orders.rows
    const remade = await world.production.failQuality({ id: first!.id }, 'scratched', world.act())
    expect(remade.kind).toBe('done')
    await world.settle()
    expect((await world.queries.forecast(world.clock.now(), 3)).map(({ load }) => load)).toEqual([2, 2, 1])
    const saturday = await world.queries.cardsOf({ day: day('2026-02-14'), half: 'am' }, undefined, 10)
    expect(saturday.rows.map(({ id }) => id)[0]).toBe(first!.id)
    expect(await world.queries.differingFromEvents()).toEqual([])
  })

  test('all are made once, each by the day last promised', async () => {
    await world.advanceTo('2026-02-24T17:00:00+08:00')
    for (const slot of await world.queries.batches(day('2026-02-13'), day('2026-02-24')))
      expect([slot.status, slot.cards.finished <= 2]).toEqual(['finished', true])
    const tally = await world.queries.tally()
    expect(tally).toMatchObject({ balanced: true, agrees: true, ledger: { made: 6, spoiled: 1, 'in-stock': 43 } })
  })
})

describe('a half-day that fills up at one instant', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: '2026-02-13T09:00:00+08:00', lines: { '1': 4 } })
  afterAll(() => world.close())

  test('never holds more than it can make when its batch begins, with two workers at once', async () => {
    await world.receive(50)
    const keys = await Promise.all(Array.from({ length: 10 }, () => world.apply()))
    await Promise.all([world.settle(), world.openWorker().tick(world.clock.now())])
    await world.settle()
    const forecast = await world.queries.forecast(world.clock.now(), 3)
    expect(forecast.map(({ load }) => load)).toEqual([4, 4, 2])
    expect(await world.queries.differingFromEvents()).toEqual([])
    await world.clock.moveTo('2026-02-13T05:00:00.000Z' as never)
    await Promise.all([world.settle(), world.openWorker().tick(world.clock.now())])
    await world.settle()
    const orders = await Promise.all(keys.map((key) => world.order(key)))
    const onLine = orders.filter(({ status }) => status === 'on-line')
    expect(onLine).toHaveLength(4)
    expect(new Set(onLine.map(({ assignment }) => assignment?.serial)).size).toBe(4)
    const started = (await world.batchEvents(batchIdOf(CENTRE, { day: day('2026-02-13'), half: 'pm' }))).filter(({ event }) => event.type === 'BatchStarted')
    expect(started).toHaveLength(1)
    await world.advanceTo('2026-02-24T17:00:00+08:00')
    expect((await Promise.all(keys.map((key) => world.order(key)))).map(({ status }) => status)).toEqual(keys.map(() => 'finished'))
    for (const key of keys) expect((await world.orderEvents(key)).filter(({ event }) => event.type === 'CardPersonalised')).toHaveLength(1)
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { made: 10 } })
  })
})

describe('too few blanks', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: '2026-02-13T09:00:00+08:00' })
  afterAll(() => world.close())

  test('move the last accepted on, with an alarm, before their promise is due', async () => {
    await world.receive(1)
    const first = await world.apply()
    await world.advanceTo('2026-02-13T09:10:00+08:00')
    const second = await world.apply()
    await world.advanceTo('2026-02-13T13:00:00+08:00')
    expect((await world.order(first)).status).toBe('on-line')
    expect(await world.order(second)).toMatchObject({ status: 'queued', slot: { day: '2026-02-14', half: 'am' } })
    const revised = (await world.caseEvents(second)).find(({ event }) => event.type === 'PromiseRevised')
    expect(revised?.act.at).toBe('2026-02-13T05:00:00.000Z')
    const alarms = (await world.batchEvents(batchIdOf(CENTRE, { day: day('2026-02-13'), half: 'pm' }))).filter(
      ({ event }) => event.type === 'CapacityAlarmRaised',
    )
    expect(alarms.map(({ event }) => event)).toMatchObject([{ cause: 'blanks', capacity: 1, demand: 2 }])
    await world.receive(10)
    await world.advanceTo('2026-02-14T12:00:00+08:00')
    expect((await world.order(second)).status).toBe('finished')
  })
})

describe('the end of the published calendar', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: '2026-12-31T14:00:00+08:00' })
  afterAll(() => world.close())

  test('what would fall into the coming year waits for its notice, and is planned once that is out', async () => {
    await world.receive(10)
    const key = await world.apply()
    await world.settle()
    expect(await world.order(key)).toMatchObject({ status: 'queued', slot: null })
    const newYear = { name: { zh: '元旦', en: 'New Year’s Day' }, off: ['2027-01-01', '2027-01-02', '2027-01-03'].map(day), makeUp: [] }
    world.calendarInForce.current = calendarOf([...shippedNotices, { year: 2027, source: 'a notice for the test', holidays: [newYear] }])
    await world.settle()
    expect(await world.order(key)).toMatchObject({ status: 'queued', slot: { day: '2027-01-04', half: 'am' } })
    await world.advanceTo('2027-01-04T12:00:00+08:00')
    expect((await world.order(key)).status).toBe('finished')
  })
})
