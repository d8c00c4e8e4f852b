import { afterAll, describe, expect, test } from 'vitest'
import { day } from '#kernel/time.ts'
import type { StreamKey } from '#platform/events.ts'
import { freshDatabase } from '#test/database.ts'
import { openProductionWorld, type ProductionWorld } from '#test/production.ts'

const START = '2026-02-13T09:00:00+08:00'

async function applied(world: ProductionWorld, count: number): Promise<StreamKey[]> {
  const keys: StreamKey[] = []
  for (let n = 0; n < count; n += 1) keys.push(await world.apply())
  await world.settle()
  return keys
}

const madeTimes = async (world: ProductionWorld, key: StreamKey): Promise<number> =>
  (await world.orderEvents(key)).filter(({ event }) => event.type === 'CardPersonalised').length
const statuses = (world: ProductionWorld, keys: readonly StreamKey[]) => Promise.all(keys.map(async (key) => (await world.order(key)).status))
const revisions = async (world: ProductionWorld, key: StreamKey) =>
  (await world.caseEvents(key)).flatMap(({ event, act }) => (event.type === 'PromiseRevised' ? [{ cause: event.cause, slot: event.to.slot, at: act.at }] : []))

describe('a line that jams in mid-batch', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: START, lines: { '1': 60 } })
  afterAll(() => world.close())

  test('and is back in time costs nobody a day, and no card is lost or made twice', async () => {
    await world.receive(200)
    const keys = await applied(world, 6)
    await world.advanceTo('2026-02-13T13:08:00+08:00')
    await world.standIn().setFault({ fault: 'jam', line: '1' })
    await world.advanceTo('2026-02-13T14:00:00+08:00')
    expect((await world.queries.lines(world.clock.now()))[0]).toMatchObject({ state: 'stopped', reason: 'jam', waiting: 4 })
    expect((await world.queries.findBatch({ day: day('2026-02-13'), half: 'pm' }))?.status).toBe('stopped')
    await world.standIn().setFault({ fault: 'none' })
    await world.advanceTo('2026-02-13T17:00:00+08:00')
    expect(await statuses(world, keys)).toEqual(keys.map(() => 'finished'))
    for (const key of keys) {
      expect(await madeTimes(world, key)).toBe(1)
      expect(await revisions(world, key)).toEqual([])
    }
    expect((await world.queries.findBatch({ day: day('2026-02-13'), half: 'pm' }))?.status).toBe('finished')
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { made: 6, issued: 0 } })
  })

  test('and stays away over the promise: people are told before it is due, the cards stay with their line and are made once', async () => {
    await world.advanceTo('2026-02-14T09:00:00+08:00')
    const keys = await applied(world, 3)
    await world.standIn().setFault({ fault: 'jam', line: '1' })
    await world.advanceTo('2026-02-14T17:00:00+08:00')
    for (const key of keys) {
      const [revised, ...more] = await revisions(world, key)
      expect(more).toEqual([])
      expect(revised).toMatchObject({ cause: 'line-stopped', slot: { day: '2026-02-24', half: 'am' } })
      expect(revised!.at < '2026-02-14T09:00:00.000Z').toBe(true)
      expect(await world.order(key)).toMatchObject({ status: 'on-line', slot: { day: '2026-02-24', half: 'am' }, assignment: { line: '1' } })
    }
    await world.restartStandIn()
    await world.advanceTo('2026-02-24T09:00:00+08:00')
    await world.standIn().setFault({ fault: 'none' })
    await world.advanceTo('2026-02-24T12:00:00+08:00')
    expect(await statuses(world, keys)).toEqual(keys.map(() => 'finished'))
    for (const key of keys) expect(await madeTimes(world, key)).toBe(1)
    expect((await world.queries.findBatch({ day: day('2026-02-14'), half: 'pm' }))?.alarms).toEqual(['line-stopped'])
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { made: 9, issued: 0 } })
    expect(await world.queries.differingFromEvents()).toEqual([])
  })
})

describe('a line that does not come back', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: START, lines: { '1': 60, '2': 60 } })
  afterAll(() => world.close())

  test('gives its cards up to others; a card that it had made already is not taken back', async () => {
    await world.receive(100)
    const keys = await applied(world, 6)
    await world.advanceTo('2026-02-13T13:05:00+08:00')
    const stopped = await world.production.changeLine({ line: '1', to: 'stopped', reason: 'maintenance', expectedBackAt: null }, world.act())
    expect(stopped.kind).toBe('done')
    await world.advanceTo('2026-02-13T14:00:00+08:00')
    const waiting = (await world.queries.lines(world.clock.now())).find(({ id }) => id === '1')?.waiting
    const taken = await world.production.takeOffLine('1', world.act())
    expect(taken).toMatchObject({ kind: 'done', value: { line: '1', cards: waiting } })
    await world.advanceTo('2026-02-14T12:00:00+08:00')
    expect(await statuses(world, keys)).toEqual(keys.map(() => 'finished'))
    for (const key of keys) expect(await madeTimes(world, key)).toBe(1)
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { made: 6, issued: 0, 'in-stock': 94 } })
  })
})

describe('a slow line', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: START, lines: { '1': 10 } })
  afterAll(() => world.close())

  test('is noticed before the end of the half-day, and whoever has to wait is told', async () => {
    await world.receive(20)
    await world.standIn().setFault({ fault: 'slow', factor: 5 })
    const keys = await applied(world, 6)
    await world.advanceTo('2026-02-13T16:59:59+08:00')
    const late = []
    for (const key of keys) if ((await world.order(key)).status !== 'finished') late.push(key)
    expect(late.length).toBeGreaterThan(0)
    for (const key of late) expect((await revisions(world, key)).map(({ cause }) => cause)).toEqual(['capacity'])
    await world.standIn().setFault({ fault: 'none' })
    await world.advanceTo('2026-02-24T17:00:00+08:00')
    expect(await statuses(world, keys)).toEqual(keys.map(() => 'finished'))
  })
})

describe('spoiled cards', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: START, lines: { '1': 60 } })
  afterAll(() => world.close())

  test('are made again in the same half-day while there is time, and every blank is accounted for', async () => {
    await world.receive(50)
    const keys = await applied(world, 4)
    await world.standIn().setFault({ fault: 'spoil', count: 1 })
    await world.standIn().setFault({ fault: 'misprint', count: 1 })
    await world.advanceTo('2026-02-13T17:00:00+08:00')
    expect(await statuses(world, keys)).toEqual(keys.map(() => 'finished'))
    const remade = await Promise.all(keys.map(async (key) => (await world.order(key)).remakes))
    expect([...remade].sort()).toEqual([0, 0, 1, 1])
    for (const key of keys) expect(await revisions(world, key)).toEqual([])
    expect(await world.queries.tally()).toMatchObject({
      balanced: true,
      agrees: true,
      ledger: { received: 50, 'in-stock': 44, issued: 0, made: 4, spoiled: 2 },
    })
    expect((await world.queries.findBatch({ day: day('2026-02-13'), half: 'pm' }))?.spoiled).toBe(2)
  })

  test('are destroyed before a witness, once', async () => {
    const { rows } = await world.queries.blanks('spoiled', undefined, 10)
    const { serial } = rows[0]!
    expect(await world.production.destroyBlank({ serial, witness: 'factory-worker-1', note: 'x' }, world.act())).toMatchObject({ kind: 'refused' })
    expect(await world.production.destroyBlank({ serial, witness: '赵见证', note: 'shredded' }, world.act())).toMatchObject({ kind: 'done' })
    expect(await world.production.destroyBlank({ serial, witness: '赵见证', note: 'again' }, world.act())).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'blank-state' }],
    })
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { spoiled: 1, destroyed: 1 } })
  })

  test('spoiled late in the half-day are planned into the next, and their people told why', async () => {
    await world.advanceTo('2026-02-14T09:00:00+08:00')
    const keys = await applied(world, 1)
    await world.advanceTo('2026-02-14T13:00:00+08:00')
    await world.standIn().setFault({ fault: 'jam', minutes: 220, count: 1 })
    await world.standIn().setFault({ fault: 'spoil', count: 1 })
    await world.advanceTo('2026-02-14T18:00:00+08:00')
    expect(await world.order(keys[0]!)).toMatchObject({ status: 'queued', slot: { day: '2026-02-24', half: 'am' }, remakes: 1 })
    expect((await revisions(world, keys[0]!)).at(-1)).toMatchObject({ slot: { day: '2026-02-24', half: 'am' } })
    await world.advanceTo('2026-02-24T12:00:00+08:00')
    expect(await statuses(world, keys)).toEqual(['finished'])
  })
})

describe('a line controller that misbehaves', async () => {
  const world = await openProductionWorld(await freshDatabase(), { startAt: START, timeoutMs: 300 })
  afterAll(() => world.close())

  test('reports twice, in the wrong order and late: each card is made once', async () => {
    await world.receive(100)
    await world.standIn().setFault({ fault: 'duplicate' })
    await world.standIn().setFault({ fault: 'out-of-order' })
    await world.standIn().setFault({ fault: 'jam', line: '1', minutes: 3, count: 1 })
    await world.standIn().setFault({ fault: 'spoil', count: 1 })
    const keys = await applied(world, 7)
    await world.advanceTo('2026-02-13T17:00:00+08:00')
    expect(await statuses(world, keys)).toEqual(keys.map(() => 'finished'))
    expect((await Promise.all(keys.map((key) => madeTimes(world, key)))).reduce((a, b) => a + b)).toBe(7)
    expect((await world.queries.lines(world.clock.now())).map(({ state }) => state)).toEqual(['working', 'working', 'working'])
    expect(await world.queries.tally()).toMatchObject({ balanced: true, agrees: true, ledger: { made: 7, spoiled: 1, issued: 0 } })
    await world.standIn().setFault({ fault: 'none' })
  })

  test('does not answer, answers with a fault, or is away: the cards are handed over again and made once', async () => {
    await world.advanceTo('2026-02-14T09:00:00+08:00')
    const keys = await applied(world, 4)
    await world.advanceTo('2026-02-14T12:59:00+08:00')
    await world.standIn().setFault({ fault: 'timeout', count: 1 })
    await world.standIn().setFault({ fault: 'error', count: 1 })
    await world.advanceTo('2026-02-14T13:10:00+08:00')
    await world.standIn().setFault({ fault: 'down' })
    await world.advanceTo('2026-02-14T13:30:00+08:00')
    await world.standIn().setFault({ fault: 'none' })
    await world.advanceTo('2026-02-14T17:00:00+08:00')
    expect(await statuses(world, keys)).toEqual(keys.map(() => 'finished'))
    for (const key of keys) expect(await madeTimes(world, key)).toBe(1)
  })
})
