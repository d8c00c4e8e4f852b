import { afterAll, beforeAll, expect, test } from 'vitest'
import { day, endOfDay } from '#kernel/time.ts'
import { openMessages } from '#message/commands.ts'
import { messagesOfPerson } from '#message/queries.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { freshDatabase } from '#test/database.ts'
import { type DeliveryWorld, openDeliveryWorld } from '#test/delivery.ts'

const STATION = '220102500100'

let world: DeliveryWorld
beforeAll(async () => {
  world = await openDeliveryWorld(await freshDatabase(), { startAt: '2026-03-02T09:00:00+08:00' })
}, 60_000)
afterAll(() => world.close())

test('what was overtaken before its turn is kept on record and not told; what is told is told once', async () => {
  const one = await world.apply('222401100', STATION, { by: 'station', organ: STATION })
  const { promised } = await world.caseState(one.key)
  const to = { ...promised!, withYouBy: endOfDay(day('2026-03-09')) }
  const reason = { zh: '生产线停机。', en: 'A line has stopped.' }
  await world.cases.apply(one.key, { type: 'RevisePromise', to, cause: 'line-stopped', reason }, world.act('system', null))
  await world.advanceTo('2026-03-02T09:05:00+08:00')
  const told = await world.messages(one.key)
  expect(told).toMatchObject([{ kind: 'promise-revised', channel: 'page' }])
  expect(told[0]?.text.en).toContain('Mon 9 Mar 2026')
  const kept = async () => (await world.db.run({ text: 'select kind, overtaken from messages where case_id = $1 order by seq', values: [one.key.stream] })).rows
  expect(await kept()).toEqual([
    { kind: 'accepted', overtaken: true },
    { kind: 'promise-revised', overtaken: false },
  ])
  const again: OutboxItem = {
    ...{ prefecture: one.key.prefecture, stream: one.key.stream, seq: told[0]!.seq, reaction: 'message.write', type: 'PromiseRevised', attempts: 2 },
    at: world.clock.now(),
    done: { text: 'select 1', values: [] },
  }
  const messages = openMessages({ db: world.db, committer: world.committer, places: world.places })
  await Promise.all([messages.write(again), messages.write(again)])
  expect(await kept()).toHaveLength(2)
  expect(await messagesOfPerson(world.db, one.key.prefecture, told[0]!.personId)).toEqual(told)
})

test('an event that nobody is told of is a fault of whoever asks', async () => {
  const one = await world.apply('222401100', STATION, { by: 'station', organ: STATION })
  const item: OutboxItem = {
    ...{ prefecture: one.key.prefecture, stream: one.key.stream, seq: 1, reaction: 'message.write', type: 'CaseSubmitted', attempts: 1 },
    at: world.clock.now(),
    done: { text: 'select 1', values: [] },
  }
  await expect(openMessages({ db: world.db, committer: world.committer, places: world.places }).write(item)).rejects.toThrow('none that people are told of')
})
