import { afterAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '#test/database.ts'
import { openProductionWorld } from '#test/production.ts'

/** Friday 2026-02-13, the day before the last make-up working day before the Spring Festival. */
const FRIDAY_MORNING = '2026-02-13T09:00:00+08:00'

describe('a morning’s cards', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: FRIDAY_MORNING })
  afterAll(() => world.close())

  test('are made that afternoon, by their lines, in order, and the cases hear of it', async () => {
    await world.receive(100)
    const first = await world.apply()
    await world.advanceTo('2026-02-13T11:59:00+08:00')
    const second = await world.apply()
    await world.settle()
    expect(await world.order(second)).toMatchObject({ status: 'queued', slot: { day: '2026-02-13', half: 'pm' } })
    await world.advanceTo('2026-02-13T12:01:00+08:00')
    const third = await world.apply()
    await world.advanceTo('2026-02-13T13:00:00+08:00')
    expect(await world.order(first)).toMatchObject({ status: 'on-line', assignment: { line: '1', position: 1 } })
    expect(await world.order(second)).toMatchObject({ status: 'on-line', assignment: { line: '2' } })
    expect(await world.order(third)).toMatchObject({ status: 'queued', slot: { day: '2026-02-14', half: 'am' } })
    await world.advanceTo('2026-02-13T17:00:00+08:00')
    expect(await world.caseState(first)).toMatchObject({ status: 'ready' })
    const made = (await world.caseEvents(first)).find(({ event }) => event.type === 'CardMade')?.event
    expect(made).toMatchObject({ issuedOn: '2026-02-13', validTo: '2046-02-13' })
    expect(await world.order(second)).toMatchObject({ status: 'finished', remakes: 0 })
    await world.advanceTo('2026-02-14T12:00:00+08:00')
    expect(await world.order(third)).toMatchObject({ status: 'finished' })
    expect((await world.queries.batches('2026-02-13' as never, '2026-02-14' as never)).map(({ status, cards }) => [status, cards.finished])).toEqual([
      ['finished', 2],
      ['finished', 1],
    ])
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { received: 100, made: 3, 'in-stock': 97 } })
    expect(await world.queries.differingFromEvents()).toEqual([])
  })
})

describe('a case that is withdrawn', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: FRIDAY_MORNING })
  afterAll(() => world.close())
  const withdraw = async (key: Parameters<typeof world.order>[0]) =>
    expect((await world.cases.apply(key, { type: 'Withdraw', reason: '不办了' }, world.act('station-officer'))).kind).toBe('done')

  test('leaves its place when it was queued, and a destroyed card when it was with a line', async () => {
    await world.receive(10)
    const [queued, onLine] = [await world.apply(), await world.apply()]
    await world.settle()
    await withdraw(queued)
    await world.settle()
    expect(await world.order(queued)).toMatchObject({ status: 'cancelled', slot: null })
    expect((await world.queries.forecast(world.clock.now(), 1))[0]?.load).toBe(1)
    await world.advanceTo('2026-02-13T13:00:00+08:00')
    await withdraw(onLine)
    await world.advanceTo('2026-02-13T17:00:00+08:00')
    expect(await world.order(onLine)).toMatchObject({ status: 'cancelled', withdrawn: '办件已撤回' })
    expect(await world.caseState(onLine)).toMatchObject({ status: 'withdrawn', serial: null })
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { made: 0, spoiled: 1, 'in-stock': 9 } })
    expect(await world.queries.differingFromEvents()).toEqual([])
  })
})

describe('a parcel that is lost', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: FRIDAY_MORNING })
  afterAll(() => world.close())

  test('has its card made again in the next half-day, and the promise revised with the reason', async () => {
    await world.receive(10)
    const key = await world.apply()
    await world.advanceTo('2026-02-14T10:00:00+08:00')
    expect((await world.cases.apply(key, { type: 'RecordDispatched', waybill: '1234567890123', expectedOn: '2026-02-14' as never }, world.act())).kind).toBe(
      'done',
    )
    const lost = { type: 'NoteDelivery', what: 'lost', sentence: { zh: '丢失', en: 'lost' } } as const
    expect((await world.cases.apply(key, lost, world.act())).kind).toBe('done')
    const remade = await world.production.remake({ id: key.stream }, 'parcel-lost', 'lost by the courier', world.act())
    expect(remade).toMatchObject({ kind: 'done', value: { state: { status: 'queued', slot: { day: '2026-02-14', half: 'pm' }, remakes: 1 } } })
    await world.settle()
    const revised = (await world.caseEvents(key)).find(({ event }) => event.type === 'PromiseRevised')
    expect(revised?.event).toMatchObject({ cause: 'parcel-lost', to: { slot: { day: '2026-02-14', half: 'pm' } } })
    await world.advanceTo('2026-02-14T17:00:00+08:00')
    const cards = (await world.caseEvents(key)).filter(({ event }) => event.type === 'CardMade')
    expect(new Set(cards.map(({ event }) => event.type === 'CardMade' && event.serial)).size).toBe(2)
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { made: 2, spoiled: 0 } })
  })
})
