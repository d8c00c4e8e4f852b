/** The sealer: everything that waits comes into the log once, in order, under signed heads that are published; whoever interferes is noticed. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { extended, NO_LEAVES, rootOf } from '#kernel/merkle.ts'
import { instant } from '#kernel/time.ts'
import { dayMessage, dayRoot, hasItsEdge, headMessage, type PublishedHead, signatureFault } from '#platform/evidence/heads.ts'
import { openPublisher, publishedDays, publishedHeads, publishedKeys, publishedLogs } from '#platform/evidence/published.ts'
import { openSigner, turnOver } from '#platform/evidence/signing.ts'
import { nodeHash } from '#platform/evidence/tree.ts'
import { type LogAtHand, NOW, openLogAtHand } from '#test/evidence.ts'

const headsOf = (log: LogAtHand): readonly PublishedHead[] => publishedLogs(log.folder).flatMap(({ file }) => [...publishedHeads(file)])

async function leavesOf({ owner }: LogAtHand, prefecture = '2201'): Promise<{ index: number; stream: string; seq: number; leaf: string }[]> {
  const { rows } = await owner.query(
    "select index::int, stream, seq, encode(leaf, 'hex') as leaf from log_leaves where prefecture = $1 order by prefecture, log_leaves.index",
    [prefecture],
  )
  return rows
}

describe('what happened', async () => {
  const log = await openLogAtHand()

  test('waits, one row for the events of a statement, each with the leaf of its event', async () => {
    await log.happen(3)
    await log.happen(2, 1, '2202')
    expect(await log.count('log_pending')).toBe(5)
    const { rows } = await log.owner.query(
      'select e.seq from events e join log_pending p using (prefecture, stream) where substring(p.leaves from (e.seq - p.seq) * 32 + 1 for 32) = e.leaf',
    )
    expect(rows).toHaveLength(11)
  })

  test('is sealed in the order of streams and events, each leaf once', async () => {
    await log.seal()
    expect(log.faults).toEqual([])
    expect(await log.count('log_pending')).toBe(0)
    const leaves = await leavesOf(log)
    expect(leaves.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(leaves.map(({ stream, seq }) => `${stream} ${seq}`)).toEqual(leaves.map(({ stream, seq }) => `${stream} ${seq}`).toSorted())
    expect(await leavesOf(log, '2202')).toHaveLength(2)
  })

  test('stands under signed heads whose root is that of all leaves, published as they are', async () => {
    await log.happen(4, 5)
    await log.seal(instant('2026-02-13T09:00:01+08:00'))
    const heads = headsOf(log).filter(({ prefecture }) => prefecture === '2201')
    expect(heads.map(({ size }) => size)).toEqual([9, 29])
    const leaves = (await leavesOf(log)).map(({ leaf }) => leaf)
    for (const head of heads) {
      expect(head.root).toBe(rootOf(extended(NO_LEAVES, leaves.slice(0, head.size), nodeHash), nodeHash))
      expect(hasItsEdge(head)).toBe(true)
      expect(signatureFault(headMessage(head), head, publishedKeys(log.folder))).toBeUndefined()
    }
    expect(heads[1]?.at).toBe('2026-02-13T01:00:01.000Z')
  })

  test('nothing new makes no head', async () => {
    const before = await log.count('log_heads')
    await log.seal()
    expect(await log.count('log_heads')).toBe(before)
  })

  test('a day that is over has a signed root over the heads of all prefectures, which names the day before', async () => {
    await log.seal(instant('2026-02-14T00:00:00+08:00'))
    await log.happen(1)
    await log.seal(instant('2026-02-15T08:00:00+08:00'))
    await log.seal(instant('2026-02-17T08:00:00+08:00'))
    const days = publishedDays(log.folder)
    expect(days.map(({ day }) => day)).toEqual(['2026-02-13', '2026-02-14', '2026-02-15', '2026-02-16'])
    expect(days.map(({ heads }) => heads.map(({ size }) => size))).toEqual([
      [29, 2],
      [29, 2],
      [32, 2],
      [32, 2],
    ])
    for (const [i, day] of days.entries()) {
      expect(day.previous).toBe(days[i - 1]?.root ?? '')
      expect(day.root).toBe(dayRoot(day.heads))
      expect(signatureFault(dayMessage(day), day, publishedKeys(log.folder))).toBeUndefined()
    }
    expect(await log.count('log_days')).toBe(4)
  })

  test('after a key was turned over, its heads name the new one, and both keys are published', async () => {
    const former = log.signer.current()
    const next = turnOver(log.dataDir)
    await log.happen(1)
    await log.seal()
    expect(headsOf(log).at(-1)?.prefecture).toBe('2202')
    const last = headsOf(log).findLast(({ prefecture }) => prefecture === '2201') as PublishedHead
    expect(last.keyId).toBe(next.id)
    expect(publishedKeys(log.folder).map(({ id }) => id)).toEqual([former.id, next.id])
    expect(signatureFault(headMessage(last), last, publishedKeys(log.folder))).toBeUndefined()
    expect(readFileSync(join(log.dataDir, 'evidence-keys.json'), 'utf8').match(/"privateKey": "[^"]+"/g)).toHaveLength(1)
  })
})

describe('several sealers, and stops between', async () => {
  test('two that seal the same at once make one head of it', async () => {
    const log = await openLogAtHand(['2201'])
    for (let round = 1; round <= 5; round += 1) {
      await log.happen(4, 2)
      await Promise.all(Array.from({ length: 4 }, () => log.seal(NOW, { publisher: openPublisher(log.folder) })))
      await log.seal()
      expect(await log.count('log_leaves')).toBe(round * 8)
      expect(await log.count('log_pending')).toBe(0)
    }
    expect(log.faults).toEqual([])
    const sizes = headsOf(log).map(({ size }) => size)
    expect(new Set(sizes)).toEqual(new Set([8, 16, 24, 32, 40]))
  })

  test('one that another overtakes between any two of its statements neither seals nor blames', async () => {
    const log = await openLogAtHand(['2201'])
    await log.happen(1)
    await log.seal()
    let statements = 0
    const overtaken: typeof log.db = {
      ...log.db,
      run: async (statement) => {
        const answer = await log.db.run(statement)
        statements += 1
        await log.seal(NOW, { publisher: openPublisher(log.folder) })
        await log.happen(1)
        return answer as never
      },
    }
    await log.happen(1)
    await log.seal(NOW, { db: overtaken })
    expect(log.faults).toEqual([])
    expect(statements).toBeGreaterThan(2)
    await log.seal()
    expect(await log.count('log_leaves')).toBe(3 * (2 + statements))
    expect(await log.count('(select distinct stream, seq from log_leaves) l')).toBe(3 * (2 + statements))
  })

  test('while more happens all the time, every event comes into the log once', async () => {
    const log = await openLogAtHand(['2201'])
    let over = false
    const sealers = Array.from({ length: 3 }, async () => {
      while (!over) await log.seal(NOW, { publisher: openPublisher(log.folder), batch: 7 })
    })
    await Promise.all(Array.from({ length: 4 }, () => log.happen(25, 3)))
    over = true
    await Promise.all(sealers)
    await log.seal()
    expect(log.faults).toEqual([])
    expect(await log.count('log_leaves')).toBe(300)
    expect(await log.count('(select distinct stream, seq from log_leaves) l')).toBe(300)
    expect(await log.count('events e join log_leaves l using (prefecture, stream, seq) where e.leaf = l.leaf')).toBe(300)
  })

  test('in small batches too, and each complete subtree of 256 is kept', async () => {
    const log = await openLogAtHand(['2201'])
    await log.happen(200, 3)
    await log.seal(NOW, { batch: 64 })
    expect(await log.count('log_heads')).toBe(4)
    const { rows } = await log.owner.query("select level, index::int, encode(hash, 'hex') as hash from log_nodes order by index")
    const leaves = (await leavesOf(log)).map(({ leaf }) => leaf)
    expect(rows).toEqual(
      [0, 1].map((i) => ({ level: 8, index: i, hash: rootOf(extended(NO_LEAVES, leaves.slice(i * 256, i * 256 + 256), nodeHash), nodeHash) })),
    )
  })

  test('stopped before it published, another publishes it; a line cut short is written anew', async () => {
    const log = await openLogAtHand(['2201'])
    await log.happen(1)
    const stopped = { ...openPublisher(log.folder), publishHeads: () => { throw new Error('killed') } } // biome-ignore format: one line
    await log.seal(NOW, { publisher: stopped })
    expect(log.faults.splice(0)).toHaveLength(1)
    expect(headsOf(log)).toEqual([])
    await log.seal()
    const [file] = publishedLogs(log.folder).map((one) => one.file)
    appendFileSync(file as string, '{"prefecture":"2201","log":')
    await log.happen(1)
    await log.seal()
    expect(headsOf(log).map(({ size }) => size)).toEqual([3, 6])
    expect(log.faults).toEqual([])
  })

  test('stopped in the middle, nothing is half done', async () => {
    const log = await openLogAtHand(['2201'])
    await log.happen(2)
    // The statement fails at its very end, as when the server is killed.
    await log.owner.query(
      "create function no() returns trigger language plpgsql as $$ begin raise 'killed'; end $$; create trigger no before delete on log_pending for each row execute function no()",
    )
    await log.seal()
    expect(log.faults.splice(0)).toHaveLength(1)
    expect([await log.count('log_heads'), await log.count('log_leaves'), await log.count('log_pending')]).toEqual([0, 0, 2])
    await log.owner.query('drop trigger no on log_pending')
    await log.seal()
    expect([await log.count('log_heads'), await log.count('log_leaves'), await log.count('log_pending')]).toEqual([1, 6, 0])
  })
})

describe('nothing is signed on top of a log that is not the published one', async () => {
  const sealed = async () => {
    const log = await openLogAtHand(['2201', '2202'])
    for (let i = 0; i < 3; i += 1) {
      await log.happen(1)
      await log.happen(1, 3, '2202')
      await log.seal()
    }
    return log
  }
  const refused = async (log: LogAtHand): Promise<string | undefined> => {
    const before = await log.count('log_heads')
    await log.happen(1)
    await log.happen(1, 3, '2202')
    await log.seal()
    // The other prefecture goes on.
    expect(await log.count('log_heads')).toBe(before + 1)
    return log.faults.at(-1)?.message
  }

  test('put back to an earlier state', async () => {
    const log = await sealed()
    await log.owner.query("delete from log_heads where prefecture = '2201' and size = 9; delete from log_leaves where prefecture = '2201' and index >= 6")
    expect(await refused(log)).toContain('it ends at 6 leaves, and 9 were published')
  })

  test('with another edge, so that another tree would grow', async () => {
    const log = await sealed()
    await log.owner.query("update log_heads set edge = set_byte(edge, 5, get_byte(edge, 5) # 1) where prefecture = '2201' and size = 9")
    expect(await refused(log)).toContain('another tree')
  })

  test('with another root', async () => {
    const log = await sealed()
    await log.owner.query("update log_heads set root = sha256('x') where prefecture = '2201' and size = 9")
    expect(await refused(log)).toContain('wrong-signature')
  })

  test('signed by a key that is not ours', async () => {
    const log = await sealed()
    const strange = await openLogAtHand()
    await log.owner.query("update log_heads set key_id = $1 where prefecture = '2201' and size = 9", [openSigner(strange.dataDir).current().id])
    expect(await refused(log)).toContain('unknown-key')
  })

  test('emptied: what follows is another log, and what was published of the first stays', async () => {
    const log = await sealed()
    await log.owner.query('truncate log_heads, log_leaves, log_nodes, log_pending')
    await log.happen(1)
    await log.seal()
    expect(readdirSync(log.folder).filter((name) => name.startsWith('heads-2201'))).toHaveLength(2)
  })
})

test('the application may add to the log and neither change nor shorten it', async () => {
  const log = await openLogAtHand(['2201'])
  await log.happen(1)
  await log.seal()
  for (const table of ['events', 'log_leaves', 'log_nodes', 'log_heads', 'log_days']) {
    for (const text of [`update ${table} set prefecture = prefecture`, `delete from ${table}`, `truncate ${table}`])
      await expect(log.db.run({ text, values: [] }), text).rejects.toMatchObject({ code: '42501' })
  }
  await expect(log.db.run({ text: 'update log_pending set seq = seq', values: [] })).rejects.toMatchObject({ code: '42501' })
})
