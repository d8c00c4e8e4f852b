/** Proofs as the database gives them: for every event, in logs of every shape, and against what was published. */
import { describe, expect, test } from 'vitest'
import { isConsistent } from '#kernel/merkle.ts'
import { day, instant } from '#kernel/time.ts'
import { publishedHeads, publishedLogs } from '#platform/evidence/published.ts'
import { openEvidence } from '#platform/evidence/queries.ts'
import { nodeHash } from '#platform/evidence/tree.ts'
import { NOW, openLogAtHand, streamOf } from '#test/evidence.ts'

describe('proofs', async () => {
  const log = await openLogAtHand(['2201', '2202'])
  const evidence = openEvidence(log.db, ['2201', '2202'], log.signer)

  test('while the sealer has not passed there is none, and what waits is counted', async () => {
    const [stream] = await log.happen(1)
    expect(await evidence.ofStream('2201', stream as string)).toEqual({ waiting: 3, proofs: [] })
    expect(await evidence.ofStream('2201', streamOf(999))).toEqual({ waiting: 0, proofs: [] })
    expect(await evidence.heads()).toEqual([])
  })

  test('of every event hold, under the head that sealed it, also when many complete subtrees are kept', async () => {
    await log.seal()
    for (const count of [1, 4, 90, 7]) {
      await log.happen(count)
      await log.seal()
    }
    for (let n = 1; n <= 103; n += 1) {
      const { proofs, waiting } = await evidence.ofStream('2201', streamOf(n))
      expect(waiting).toBe(0)
      expect(proofs.map(({ seq }) => seq)).toEqual([1, 2, 3])
      for (const { seq: _, ...proof } of proofs) {
        expect(evidence.fault(proof)).toBeUndefined()
        const { path, ...short } = proof
        expect((await evidence.completed(short))?.path).toEqual(path)
      }
    }
  })

  test('stay what they are when the log grows', async () => {
    const before = await evidence.ofStream('2201', streamOf(50), 2)
    expect(before.proofs).toHaveLength(1)
    await log.happen(3)
    await log.seal()
    expect(await evidence.ofStream('2201', streamOf(50), 2)).toEqual(before)
  })

  test('lead from every head to every later one', async () => {
    const [first] = publishedLogs(log.folder)
    const heads = [...publishedHeads(first?.file as string)]
    expect(heads.length).toBeGreaterThan(4)
    for (const older of heads) {
      for (const newer of heads.filter(({ size }) => size >= older.size)) {
        const proof = await evidence.consistency('2201', older.size, newer.size)
        expect(proof?.first.root).toBe(older.root)
        expect(proof && isConsistent(proof, nodeHash)).toBe(true)
      }
    }
    expect(await evidence.consistency('2201', 1, 309)).toBeUndefined()
    expect(await evidence.consistency('2201', 309, 6)).toBeUndefined()
  })

  test('of what is not in the log there are none', async () => {
    const { proofs } = await evidence.ofStream('2201', streamOf(50), 2)
    const { path: _, seq: __, ...short } = proofs[0] as (typeof proofs)[0]
    expect(await evidence.completed({ ...short, head: { ...short.head, size: 1_000_000 } })).toBeUndefined()
    expect(await evidence.completed({ ...short, head: { ...short.head, log: '00000000-0000-4000-8000-000000000000' } })).toBeUndefined()
    expect(await evidence.completed({ ...short, index: short.head.size })).toBeUndefined()
    const other = await evidence.completed({ ...short, index: short.index - 1 })
    expect(other && evidence.fault(other)).toBe('not-in-tree')
  })

  test('while the log is sealed on, and begun anew between two readings, what is answered is of one log', async () => {
    const again = await openLogAtHand(['2201'])
    const [stream] = (await again.happen(6)) as unknown as [string]
    await again.seal()
    let anew = false
    /** Between the reading of the places and that of the hashes. */
    const meanwhile = (what: () => Promise<unknown>): typeof again.db => {
      let readings = 0
      return {
        ...again.db,
        async run(piece) {
          readings += 1
          if (readings === 2) await what()
          return again.db.run(piece)
        },
      }
    }
    const reading = (what: () => Promise<unknown>) => openEvidence(meanwhile(what), ['2201'], again.signer).ofStream('2201', stream)
    const grown = await reading(async () => {
      await again.happen(4)
      await again.seal()
    })
    expect(grown.proofs.map(({ seq: _, ...proof }) => openEvidence(again.db, ['2201'], again.signer).fault(proof))).toEqual([undefined, undefined, undefined])
    const gone = await reading(async () => {
      anew = true
      for (const table of ['log_leaves', 'log_nodes', 'log_heads', 'log_pending']) await again.owner.query(`delete from ${table}`)
    })
    expect([anew, gone]).toEqual([true, { waiting: 0, proofs: [] }])
  })

  test('hashes that a standing log lacks are a fault, not an answer', async () => {
    const broken = await openLogAtHand(['2201'])
    const [stream] = (await broken.happen(6)) as unknown as [string]
    await broken.seal()
    await broken.owner.query('delete from log_leaves where index = 9')
    await expect(openEvidence(broken.db, ['2201'], broken.signer).ofStream('2201', stream)).rejects.toThrow('lacks hashes')
  })

  test('a leaf that was taken out of the log leaves no proof behind', async () => {
    const { proofs } = await evidence.ofStream('2201', streamOf(50), 2)
    const { path: _, seq: __, ...short } = proofs[0] as (typeof proofs)[0]
    await log.owner.query('delete from log_leaves where prefecture = $1 and index = $2', ['2201', short.index - 1])
    expect(await evidence.completed(short)).toBeUndefined()
  })

  test('the last heads and the root of a day are there for everybody', async () => {
    await log.happen(1, 1, '2202', NOW)
    await log.seal(NOW)
    await log.seal(instant('2026-02-14T08:00:00+08:00'))
    expect((await evidence.heads()).map(({ prefecture }) => prefecture)).toEqual(['2201', '2202'])
    expect((await evidence.day(day('2026-02-13')))?.heads).toHaveLength(2)
    expect(await evidence.day(day('2026-02-14'))).toBeUndefined()
    expect(evidence.keys()).toEqual([log.signer.current()])
  })
})
