import { afterAll, beforeEach, expect, test } from 'vitest'
import type { CaseEvent } from '#case/model.ts'
import { returnOrgan } from '#delivery/rules/routes.ts'
import { uuid } from '#kernel/ids.ts'
import { day, instant } from '#kernel/time.ts'
import { freshDatabase } from '#test/database.ts'
import { type DeliveryWorld, type OpenCase, openDeliveryWorld } from '#test/delivery.ts'

const STATION = '220102500100'
const TOWNSHIP = '222401001'
const worlds: DeliveryWorld[] = []
let world: DeliveryWorld

beforeEach(async () => {
  world = await openDeliveryWorld(await freshDatabase(), { startAt: '2026-03-02T09:30:00+08:00' })
  worlds.push(world)
}, 60_000)
afterAll(async () => {
  for (const one of worlds) await one.close()
})

const eventsOf = async <Type extends CaseEvent['type']>(one: OpenCase, type: Type) =>
  (await world.caseEvents(one.key)).flatMap(({ event, act }) => (event.type === type ? [{ ...(event as Extract<CaseEvent, { type: Type }>), at: act.at }] : []))
const told = async (one: OpenCase) => (await world.messages(one.key)).filter(({ overtaken }) => !overtaken).map(({ kind, text }) => [kind, text.zh] as const)
const HANDED = { type: 'HandOver', to: 'self', identityCheckedBy: 'fingerprint', oldCard: 'none', temporaryCard: 'none', proxy: null } as const

test('the owner is told at once, reminded after 7, 30 and 60 days, and after 90 the issuer keeps the card', async () => {
  const one = await world.handIn(TOWNSHIP, STATION)
  await world.advanceTo('2026-03-02T10:00:00+08:00')
  const [[kind, text] = ['', '']] = await told(one)
  expect(kind).toBe('found')
  expect(text).toMatch(/^有人拾到您的居民身份证，交到了.*派出所/)
  expect(await told(one)).toHaveLength(1)

  await world.advanceTo('2026-05-30T12:00:00+08:00')
  const chased = await eventsOf(one, 'CollectionChased')
  expect(chased.map(({ at }) => at)).toEqual(['2026-03-09', '2026-04-01', '2026-05-01'].map((on) => instant(`${on}T09:00:00+08:00`)))
  expect(chased.map(({ sentence }) => /(\d+) 天前有人拾到/.exec(sentence.zh)?.[1])).toEqual(['7', '30', '60'])
  expect((await world.caseState(one.key)).heldAt).toBe(STATION)

  await world.advanceTo('2026-06-01T12:00:00+08:00')
  const hall = returnOrgan(world.places, '222401000000')
  expect(await eventsOf(one, 'FoundCardPassedOn')).toMatchObject([{ organ: hall, why: 'unclaimed', at: instant('2026-05-31T09:00:00+08:00') }])
  expect(await world.caseState(one.key)).toMatchObject({ status: 'awaiting-collection', heldAt: hall })
  expect((await told(one))[0]?.[1]).toContain('继续为您保管')
  const handed = await world.cases.apply(one.key, HANDED, world.act('station-officer', hall))
  expect(handed).toMatchObject({ kind: 'done', state: { status: 'concluded', kept: null } })
  await world.advanceTo('2026-06-02T12:00:00+08:00')
  expect((await told(one))[0]).toEqual(['concluded', '拾到的证件已经交到领取人手里，这件事办完了。'])
  expect(await world.outbox.parkedCount()).toBe(0)
})

test('a card handed in where its issuer keeps such cards stays there', async () => {
  const hall = returnOrgan(world.places, '222401000000')
  const one = await world.handIn(TOWNSHIP, hall)
  await world.advanceTo('2026-06-10T12:00:00+08:00')
  expect(await eventsOf(one, 'FoundCardPassedOn')).toEqual([])
  expect(await world.caseState(one.key)).toMatchObject({ status: 'awaiting-collection', heldAt: hall })
})

test('nobody is chased who has been there', async () => {
  const one = await world.handIn(TOWNSHIP, STATION)
  await world.advanceTo('2026-03-03T10:00:00+08:00')
  await world.cases.apply(one.key, HANDED, world.act('station-officer', STATION))
  await world.advanceTo('2026-06-10T12:00:00+08:00')
  expect([...(await eventsOf(one, 'CollectionChased')), ...(await eventsOf(one, 'FoundCardPassedOn'))]).toEqual([])
  expect(await world.outbox.parkedCount()).toBe(0)
})

test('nobody is sent for a card that they have replaced: it is void, and the matter is closed', async () => {
  const one = await world.handIn(TOWNSHIP, STATION)
  await world.advanceTo('2026-03-05T10:00:00+08:00')
  const newer = { ...one.card, id: uuid('019c5526-eba0-7dbf-b53b-000000000077'), issuedOn: day('2026-03-04'), validTo: day('2046-03-04') }
  await world.committer.commit({ events: [], changes: [world.register.cardChange(newer)] })
  await world.advanceTo('2026-06-10T12:00:00+08:00')
  expect(await eventsOf(one, 'CollectionChased')).toEqual([])
  expect(await eventsOf(one, 'FoundCardPassedOn')).toMatchObject([{ why: 'replaced', at: instant('2026-03-09T09:00:00+08:00') }])
  expect(await world.caseState(one.key)).toMatchObject({ status: 'concluded', heldAt: null })
  expect((await told(one))[0]?.[1]).toContain('作废')
  expect(await world.outbox.parkedCount()).toBe(0)
})
