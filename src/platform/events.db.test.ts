import { afterAll, expect, test } from 'vitest'
import { canonicalJson } from '#kernel/canonical.ts'
import { uuid } from '#kernel/ids.ts'
import { instant } from '#kernel/time.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { type Act, type StreamKey, storedEvents, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()
const db = openDb({ url: database.url, connectionsMax: 2, onLost: () => undefined, otherwise: SYSTEM })
afterAll(() => db.end())
const committer = openCommitter(db)

const key: StreamKey = { prefecture: '2201', stream: uuid('019c5483-0a80-7b6f-bfbd-41828c68239c') }
const other: StreamKey = { prefecture: '2224', stream: uuid('019c5483-0a80-7b6f-bfbd-41828c68239d') }
const act: Act = { at: instant('2026-02-13T09:00:00+08:00'), actor: 'a "b" \\', actorRole: 'system', actorOrgan: null, onBehalfOf: null, requestId: 'r' }

test('a body is kept byte for byte, whatever stands in it, and each event with its own act', async () => {
  const first = storedEvents(
    key,
    0,
    [
      {
        type: 'One',
        text: 'quote " backslash \\ \\" slash / tab \t line \n null-like \\u0000 控制 \u0001 \u007f 汉字 😀',
        list: [1.5, -0, 1e21, null, true, [], {}],
      },
      { type: 'Two', b: { z: 1, a: '}],"body":{' }, a: '' },
    ],
    act,
    { basis: '居民身份证法 7', serviceVersion: '2021-05-07' },
  )
  const second = storedEvents(other, 0, [{ type: 'Three' }], { ...act, actor: 'somebody else', onBehalfOf: 'x' })
  await actingAs(SYSTEM, () => committer.commit({ events: [...first, ...second], changes: [] }))
  const { rows } = await db.run<{ body: string; type: string; actor: string; basis: string | null; on_behalf_of: string | null }>({
    text: 'select body, type, actor, basis, on_behalf_of from events order by prefecture, seq',
    values: [],
  })
  expect(rows).toEqual([...first, ...second].map(({ body, type, actor, basis, onBehalfOf }) => ({ body, type, actor, basis, on_behalf_of: onBehalfOf })))
  const { past } = await gather(db, { past: streamFact<{ type: string }>(key) })
  expect(past.map(({ event }) => canonicalJson(event, 'type'))).toEqual(first.map(({ body }) => body))
  expect(past.map(({ event }) => event.type)).toEqual(['One', 'Two'])
})
