/** An evidence log of one's own for a test: a database, a folder for what is published, and the sealer at hand. For `*.db.test.ts`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll } from 'vitest'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant, plusMs } from '#kernel/time.ts'
import { SYSTEM } from '#platform/actor.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { openPublisher, publishedFolder } from '#platform/evidence/published.ts'
import { type SealerOptions, sealingSweep } from '#platform/evidence/sealer.ts'
import { openSigner } from '#platform/evidence/signing.ts'
import { freshDatabase } from '#test/database.ts'

export const NOW: Instant = instant('2026-02-13T09:00:00+08:00')

const actAt = (at: Instant): Act => ({
  at,
  actor: 'station-officer:220102500100:1',
  actorRole: 'station-officer',
  actorOrgan: '220102500100',
  onBehalfOf: null,
  requestId: 'test',
})

/** The n-th stream: they sort by their number. */
export const streamOf = (n: number): Uuid => `019c0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as Uuid

export type LogAtHand = Awaited<ReturnType<typeof openLogAtHand>>

/** Closed when the test file, or the `describe` that it is called in, has ended. */
export async function openLogAtHand(prefectures: readonly string[] = ['2201', '2202']) {
  const database = await freshDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'yitang-evidence-'))
  const db = openDb({ url: database.applicationUrl, connectionsMax: 8, onLost: () => undefined, otherwise: SYSTEM })
  /** Whoever owns the database: the superuser of these stories. */
  const owner = new pg.Pool({ connectionString: database.url, max: 2 })
  afterAll(async () => {
    await db.end()
    await owner.end()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const committer = openCommitter(db)
  const signer = openSigner(dataDir)
  const folder = publishedFolder(dataDir)
  const faults: Error[] = []
  const options: SealerOptions = {
    ...{ db, prefectures, signer, publisher: openPublisher(folder) },
    log: { error: ((fields: { err: Error }) => faults.push(fields.err)) as never, warn: () => undefined },
  }
  let streams = 0
  return {
    ...{ db, owner, committer, signer, dataDir, folder, faults, options, url: database.url, applicationUrl: database.applicationUrl },
    /** So many streams of so many events each, each stream in one statement. @returns the streams */
    async happen(count: number, each = 3, prefecture = '2201', at: Instant = NOW): Promise<readonly Uuid[]> {
      const made = Array.from({ length: count }, () => {
        streams += 1
        return streamOf(streams)
      })
      for (const stream of made) {
        const events = Array.from({ length: each }, (_, i) => ({ type: 'SomethingHappened', note: `事 ${i}`, stream }))
        await committer.commit({ events: storedEvents({ prefecture, stream }, 0, events, actAt(plusMs(at, 7)), { basis: '居民身份证法 5' }), changes: [] })
      }
      return made
    },
    /** A round of the sealer; a process of its own when `others` are given. */
    seal: (now: Instant = NOW, others: Partial<SealerOptions> = {}): Promise<void> => sealingSweep({ ...options, ...others }).run(now),
    count: async (table: string): Promise<number> => Number((await owner.query(`select count(*) as n from ${table}`)).rows[0].n),
  }
}
