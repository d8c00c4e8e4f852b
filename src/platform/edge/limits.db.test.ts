/** Two processes that let look-ups through, and the table through which they know of each other. */
import { afterAll, expect, test } from 'vitest'
import { instant } from '#kernel/time.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import { openDb } from '#platform/db.ts'
import { openLimits, SHIPPED_LIMITS } from '#platform/edge/limits.ts'
import { exchange } from '#platform/edge/limits-store.ts'
import { freshDatabase } from '#test/database.ts'

const at = instant('2026-02-13T02:00:00Z')
const { url } = await freshDatabase()
const db = openDb({ url, connectionsMax: 2, onLost: () => undefined })
afterAll(() => db.end())

const openProcess = () => openLimits({ table: SHIPPED_LIMITS, nowMs: () => 1_000_000, now: () => at, digest: (text) => `digest of ${text.length}` })
const officer = { id: 'station-officer:1', role: 'station-officer', organ: '220102500100' }
const ask = (limits: ReturnType<typeof openProcess>): boolean => limits.spend('look-up', { subject: '220102199001011234' }, officer).allowed
const rows = async (table: string) => (await actingAs(SYSTEM, () => db.run({ text: `select * from ${table}`, values: [] }))).rows

test('a person is asked about as often as the limit says, by all processes together; who asked on is written down for the auditor', async () => {
  const [one, other] = [openProcess(), openProcess()]
  for (let n = 0; n < 12; n += 1) expect(ask(one)).toBe(true)
  await exchange(db, one)
  expect(ask(other)).toBe(true)
  await exchange(db, other)
  expect(Array.from({ length: 12 }, () => ask(other)).filter(Boolean)).toHaveLength(7)
  await exchange(db, other)
  expect(await rows('floods')).toMatchObject([{ limit_name: 'look-up', counted_by: 'subject', refused: 5, actor: officer.id, actor_organ: officer.organ }])
  expect(ask(one)).toBe(true)
  await exchange(db, one)
  expect(ask(one)).toBe(false)
  await exchange(db, one)
  expect(await rows('floods')).toMatchObject([{ refused: 6 }])
  const kept = JSON.stringify([await rows('rate_windows'), await rows('floods')])
  expect(kept).not.toContain('220102199001011234')
})

test('the control: processes that never tell each other let through twice as much', () => {
  const both = [openProcess(), openProcess()]
  expect(both.flatMap((limits) => Array.from({ length: 25 }, () => ask(limits))).filter(Boolean)).toHaveLength(40)
})

test('a process that starts anew learns what was let through before', async () => {
  const fresh = openProcess()
  expect(ask(fresh)).toBe(true)
  await exchange(db, fresh)
  expect(ask(fresh)).toBe(false)
})
