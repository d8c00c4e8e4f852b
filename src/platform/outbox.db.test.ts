import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant, plusMs } from '#kernel/time.ts'
import { SYSTEM } from '#platform/actor.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { openLog } from '#platform/log.ts'
import { openMetrics } from '#platform/metrics.ts'
import { type OutboxItem, openOutbox, type Reaction } from '#platform/outbox.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()
const db = openDb({ url: database.url, connectionsMax: 10, onLost: () => undefined, otherwise: SYSTEM })
const committer = openCommitter(db)
afterAll(() => db.end())

const P = '2201'
const NOW = instant('2026-02-13T09:00:00+08:00')
const streamOf = (n: number): Uuid => `019c5483-0a80-7b6f-bfbd-${String(n).padStart(12, '0')}` as Uuid
const numberOf = ({ stream }: Pick<OutboxItem, 'stream'>): number => Number(stream.slice(-12))
const MINUTE = 60_000

const box = (reactions: readonly Reaction[]) =>
  openOutbox({ db, prefectures: [P], reactions, sweeps: [], log: openLog('silent'), metrics: openMetrics(), concurrency: 4 })

interface Asked {
  readonly stream: number
  readonly seq: number
  readonly reaction?: string
  readonly at?: Instant
}

const ask = (asked: readonly Asked[]) =>
  committer.commit({
    events: [],
    changes: [],
    timers: asked.map(({ stream, seq, reaction = 'note', at = NOW }) => ({ prefecture: P, stream: streamOf(stream), seq, reaction, dueAt: at })),
  })

/** What is written by whoever handles an item: a row for each time that its effect was committed. */
const noted = async (): Promise<readonly string[]> =>
  (await db.run<{ note: string }>({ text: 'select note from identity_claims order by claim_key', values: [] })).rows.map(({ note }) => note)

let written = 0
const noteChange = (item: OutboxItem) => {
  written += 1
  return {
    text: 'insert into identity_claims (claim_key, prefecture, subject, note) values ($1::text, $2::text, $3::uuid, $4::text)',
    values: [`test:${String(written).padStart(6, '0')}`, item.prefecture, item.stream, `${numberOf(item)}/${item.seq}`],
  }
}

const left = async () => (await db.run<{ n: number }>({ text: 'select count(*)::int as n from outbox', values: [] })).rows[0]?.n

beforeEach(async () => {
  await db.run({ text: "delete from identity_claims where claim_key like 'test:%'", values: [] })
  await db.run({ text: 'delete from outbox', values: [] })
})

/** Notes each item, once for each commit; `poisoned` ones can't be. */
function noting(poisoned: (item: OutboxItem) => boolean = () => false) {
  const batches: number[] = []
  const changesOf = (items: readonly OutboxItem[]) => {
    const bad = items.find(poisoned)
    if (bad) throw new Error(`poisoned: ${numberOf(bad)}`)
    return items.map(noteChange)
  }
  const reaction: Reaction = {
    name: 'note',
    on: [],
    handle: async (item) => committer.commit({ events: [], changes: [...changesOf([item]), item.done] }),
    handleMany: async (items, done) => {
      batches.push(items.length)
      await committer.commit({ events: [], changes: [...changesOf(items), done] })
    },
  }
  return { reaction, batches }
}

describe('items of one reaction together', () => {
  test('are done in one commit, each once, and their rows go with it', async () => {
    await ask(Array.from({ length: 30 }, (_, n) => ({ stream: n, seq: 1 })))
    const { reaction, batches } = noting()
    expect(await box([reaction]).tick(NOW)).toBe(30)
    expect(batches).toEqual([30])
    expect((await noted()).toSorted()).toEqual(Array.from({ length: 30 }, (_, n) => `${n}/1`).toSorted())
    expect(await left()).toBe(0)
  })

  test('one that can not be done holds up no other, and is tried again by itself', async () => {
    await ask(Array.from({ length: 12 }, (_, n) => ({ stream: n, seq: 1 })))
    let ill = true
    const { reaction } = noting((item) => ill && numberOf(item) === 5)
    const outbox = box([reaction])
    expect(await outbox.tick(NOW)).toBe(11)
    expect(await noted()).toHaveLength(11)
    expect(await noted()).not.toContain('5/1')
    ill = false
    expect(await outbox.tick(plusMs(NOW, MINUTE))).toBe(1)
    expect(await noted()).toContain('5/1')
    expect(await left()).toBe(0)
  })

  test('two workers at once do each item once', async () => {
    await ask(Array.from({ length: 250 }, (_, n) => ({ stream: n % 125, seq: 1 + Math.floor(n / 125) })))
    const [one, other] = [noting(), noting()]
    const counts = await Promise.all([box([one.reaction]).tick(NOW), box([other.reaction]).tick(NOW)])
    expect(counts[0] + counts[1]).toBe(250)
    const notes = await noted()
    expect(new Set(notes).size).toBe(250)
    expect(notes).toHaveLength(250)
  })

  test('a crash after the commit and before anything else is known does nothing twice; one before it loses nothing', async () => {
    await ask(Array.from({ length: 6 }, (_, n) => ({ stream: n, seq: 1 })))
    const { reaction } = noting()
    // The first worker is gone after its commit: whatever it would have done next never happens.
    let gone = 0
    const crashing: Reaction = {
      ...reaction,
      handleMany: async (items, done) => {
        gone += 1
        if (gone === 1) throw new Error('the machine stops before the commit')
        await reaction.handleMany?.(items, done)
        throw new Error('the connection is lost after the commit')
      },
      handle: async () => {
        throw new Error('the machine stops')
      },
    }
    await box([crashing]).tick(NOW)
    expect(await noted()).toEqual([])
    expect(await left()).toBe(6)
    await box([crashing]).tick(plusMs(NOW, MINUTE))
    expect(await noted()).toHaveLength(6)
    await box([reaction]).tick(plusMs(NOW, 60 * MINUTE))
    expect(await noted()).toHaveLength(6)
    expect(await left()).toBe(0)
  })

  test('keep the order of their streams', async () => {
    await ask(Array.from({ length: 40 }, (_, n) => ({ stream: n % 8, seq: 5 - Math.floor(n / 8) })))
    const { reaction } = noting()
    await box([reaction]).tick(NOW)
    const notes = await noted()
    for (let stream = 0; stream < 8; stream += 1)
      expect(notes.filter((note) => note.startsWith(`${stream}/`))).toEqual([1, 2, 3, 4, 5].map((seq) => `${stream}/${seq}`))
  })
})

describe('what failed and waits', () => {
  const failing = (bad: (item: OutboxItem) => boolean, name = 'note'): Reaction => ({
    name,
    on: [],
    handle: async (item) => {
      if (bad(item)) throw new Error('not now')
      await committer.commit({ events: [], changes: [noteChange(item), item.done] })
    },
  })

  test('holds back what is later for the same reaction of its stream, and nothing else', async () => {
    let ill = true
    const note = failing((item) => ill && numberOf(item) === 1 && item.seq === 1)
    const other = failing(() => false, 'other')
    const outbox = box([note, other])
    await ask([
      { stream: 1, seq: 1 },
      { stream: 1, seq: 2 },
      { stream: 1, seq: 3, reaction: 'other' },
      { stream: 2, seq: 1 },
      { stream: 2, seq: 2 },
    ])
    await outbox.tick(NOW)
    expect((await noted()).toSorted()).toEqual(['1/3', '2/1', '2/2'])
    // What is asked for meanwhile waits too.
    await ask([{ stream: 1, seq: 4 }])
    await outbox.tick(plusMs(NOW, 1_000))
    expect(await noted()).toHaveLength(3)
    ill = false
    await outbox.tick(plusMs(NOW, MINUTE))
    expect((await noted()).slice(3)).toEqual(['1/1', '1/2', '1/4'])
    expect(await left()).toBe(0)
  })

  test('a timer that is not due yet holds back nothing', async () => {
    await ask([
      { stream: 1, seq: 1, at: plusMs(NOW, 24 * 60 * MINUTE) },
      { stream: 1, seq: 2 },
    ])
    await box([failing(() => false)]).tick(NOW)
    expect(await noted()).toEqual(['1/2'])
    expect(await left()).toBe(1)
  })

  test('after its last attempt it is parked and still holds back what is later, until it is taken up again', async () => {
    let ill = true
    const outbox = box([failing((item) => ill && item.seq === 1), failing(() => false, 'other')])
    await ask([
      { stream: 1, seq: 1 },
      { stream: 1, seq: 2 },
      { stream: 1, seq: 3, reaction: 'other' },
    ])
    let at = NOW
    for (let days = 0; days < 12; days += 1) {
      await outbox.tick(at)
      at = plusMs(at, 24 * 60 * MINUTE)
    }
    expect(await outbox.parkedCount()).toBe(1)
    expect(await noted()).toEqual(['1/3'])
    ill = false
    expect(await outbox.takeUpAgain(P, 'note', at)).toBe(1)
    await outbox.tick(at)
    expect(await noted()).toEqual(['1/3', '1/1', '1/2'])
    expect([await outbox.parkedCount(), await left()]).toEqual([0, 0])
  })
})
