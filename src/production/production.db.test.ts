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
