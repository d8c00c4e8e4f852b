/**
 * A superuser of the database alters it in every way there is; the verifier, which holds nothing but what was published, names what was
 * altered and goes on after it. Each of its checks is left out once, and then something is overlooked.
 */
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { instant } from '#kernel/time.ts'
import { turnOverEvidenceKey } from '#main/rotate-keys.ts'
import { publishedFolder, publishedHeads, publishedKeys, publishedLogs } from '#platform/evidence/published.ts'
import { openSigner } from '#platform/evidence/signing.ts'
import { type Finding, findingInWords } from '#platform/evidence/verify/findings.ts'
import { type Check, type Verified, verifyLog } from '#platform/evidence/verify/log.ts'
import { EVENTS } from '#platform/evidence/verify/rows.ts'
import { NOW, openLogAtHand, streamOf } from '#test/evidence.ts'

const log = await openLogAtHand(['2201', '2202'])
const TABLES = ['events', 'log_pending', 'log_leaves', 'log_nodes', 'log_heads', 'log_days']
/** Streams 1 to 40 of three events in 2201, ten to a head; 41 to 44 in 2202. */
const LEAVES = 40 * 3 + 4 * 3

beforeAll(async () => {
  for (let head = 0; head < 4; head += 1) {
    await log.happen(10)
    await log.seal(instant(`2026-02-13T09:00:0${head}+08:00`))
  }
  await log.happen(4, 3, '2202')
  await log.seal(NOW)
  await log.seal(instant('2026-02-14T09:00:00+08:00'))
  for (const table of TABLES) await log.owner.query(`create table saved_${table} as table ${table}`)
})

afterEach(async () => {
  for (const table of TABLES) await log.owner.query(`truncate ${table}; insert into ${table} select * from saved_${table}`)
})

async function verify(published = log.folder, without: readonly Check[] = []): Promise<Verified & { readonly found: readonly Finding[] }> {
  const found: Finding[] = []
  const verified = await verifyLog({ databaseUrl: log.url, sources: [EVENTS], published, onFinding: (one) => found.push(one), without })
  expect(verified.findings).toBe(found.length)
  return { ...verified, found }
}

const alter = (text: string, values: readonly unknown[] = []) => log.owner.query(text, values as unknown[])
const event = (n: number, seq: number) => ({ prefecture: '2201', kind: 'event', stream: streamOf(n), seq })
/** Where the event stands: the streams' order is the log's. */
const indexOf = (n: number, seq: number): number => (n - 1) * 3 + seq - 1

test('what nobody altered is proved whole', async () => {
  expect(await verify()).toEqual({ proved: LEAVES, heads: 5, days: 1, waiting: 0, findings: 0, found: [] })
})

test('what is not sealed yet waits, and is compared too', async () => {
  await log.happen(2)
  expect(await verify()).toMatchObject({ proved: LEAVES, waiting: 6, findings: 0 })
  await alter('update events set actor = $1 where stream = $2 and seq = 2', ['nobody', streamOf(46)])
  const { found } = await verify()
  expect(found).toEqual([{ what: 'altered-waiting', ...event(46, 2) }])
})

describe('a row is altered', () => {
  test.each([
    ['one bit of its body', `update events set body = overlay(body placing chr(ascii(substring(body from 9 for 1)) # 1) from 9 for 1)`],
    ['its type', `update events set type = 'SomethingElse'`],
    ['its instant, by a microsecond', `update events set at = at + interval '1 microsecond'`],
    ['who did it', `update events set actor = 'somebody-else'`],
    ['one bit of the leaf beside it', 'update events set leaf = set_byte(leaf, 3, get_byte(leaf, 3) # 1)'],
    ['an article that becomes empty', `update events set basis = ''`],
    ['an article that goes', `update events set basis = null`],
    ['somebody added for whom it was done', `update events set on_behalf_of = ''`],
  ])('%s', async (_, update) => {
    await alter(`${update} where stream = $1 and seq = 2`, [streamOf(12)])
    expect(await verify()).toMatchObject({ proved: LEAVES - 1, found: [{ what: 'altered', ...event(12, 2), index: indexOf(12, 2) }] })
  })

  test('and its own leaf with it: the log has another', async () => {
    await alter(`update events set body = '{}', leaf = sha256('x') where stream = $1 and seq = 2`, [streamOf(12)])
    expect((await verify()).found).toEqual([{ what: 'altered', ...event(12, 2), index: indexOf(12, 2) }])
  })

  test('with its bodies swapped with another’s: both are named', async () => {
    await alter(
      `update events e set body = o.body from events o where e.seq = 1 and o.seq = 1 and (e.stream, o.stream) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))`,
      [streamOf(3), streamOf(33)],
    )
    expect((await verify()).found.map(({ what, stream }) => [what, stream])).toEqual([
      ['altered', streamOf(3)],
      ['altered', streamOf(33)],
    ])
  })
})

describe('rows go or come', () => {
  test('one is deleted', async () => {
    await alter('delete from events where stream = $1 and seq = 3', [streamOf(20)])
    expect(await verify()).toMatchObject({ proved: LEAVES - 1, found: [{ what: 'removed', ...event(20, 3), index: indexOf(20, 3) }] })
  })

  test('all are: every one is named', async () => {
    await alter('truncate events')
    const { proved, found } = await verify()
    expect(proved).toBe(0)
    expect(found.map(({ what }) => what)).toEqual(Array.from({ length: LEAVES }, () => 'removed'))
  })

  test('one is inserted', async () => {
    await alter(
      `insert into events select prefecture, stream, 4, type, at, actor, actor_role, actor_organ, on_behalf_of, basis, service_version, request_id, body, leaf
      from events where stream = $1 and seq = 3`,
      [streamOf(20)],
    )
    expect(await verify()).toMatchObject({ proved: LEAVES, found: [{ what: 'inserted', ...event(20, 4), detail: 'SomethingHappened' }] })
  })

  test('two change their places in the stream', async () => {
    await alter('update events set seq = -seq where stream = $1 and seq < 3', [streamOf(20)])
    await alter('update events set seq = 3 + seq where stream = $1 and seq < 0', [streamOf(20)])
    expect((await verify()).found).toEqual([
      { what: 'altered', ...event(20, 1), index: indexOf(20, 1) },
      { what: 'altered', ...event(20, 2), index: indexOf(20, 2) },
    ])
  })

  test('an old state of the table is put back: what happened since is missing', async () => {
    await alter('delete from events where stream > $1 and prefecture = $2', [streamOf(35), '2201'])
    const { found } = await verify()
    expect(found).toHaveLength(15)
    expect(found[0]).toEqual({ what: 'removed', ...event(36, 1), index: indexOf(36, 1) })
  })

  test('the whole database is put back to an earlier state, log and heads and all', async () => {
    await alter('delete from events where stream > $1 and prefecture = $2', [streamOf(30), '2201'])
    await alter("delete from log_leaves where prefecture = '2201' and index >= 90")
    await alter("delete from log_heads where prefecture = '2201' and size > 90")
    expect((await verify()).found).toEqual([
      { what: 'head-removed', prefecture: '2201', detail: 'of 120 leaves' },
      { what: 'leaf-removed', prefecture: '2201', index: 90, to: 120 },
    ])
  })
})

describe('the log itself is altered', () => {
  test('one flipped bit of a leaf: the row is as it was sealed, and everything else is proved', async () => {
    await alter("update log_leaves set leaf = set_byte(leaf, 7, get_byte(leaf, 7) # 16) where prefecture = '2201' and index = 40")
    expect(await verify()).toMatchObject({ proved: LEAVES - 1, found: [{ what: 'leaf-altered', ...event(14, 2), index: 40 }] })
  })

  test('a row and its leaf rewritten together: named as near as two heads are, and all others are proved', async () => {
    await alter(`update events set body = '{"note":"forged"}' where stream = $1 and seq = 2`, [streamOf(14)])
    const forged = (await verify(log.folder)).found
    expect(forged).toHaveLength(1)
    // Whoever knows how a leaf is made can also make one.
    const { leafOf } = await import('#platform/evidence/leaf.ts')
    const { rows } = await alter('select * from events where stream = $1 and seq = 2', [streamOf(14)])
    const row = rows[0]
    const leaf = leafOf({
      ...{
        prefecture: row.prefecture,
        stream: row.stream,
        seq: row.seq,
        type: row.type,
        at: row.at.toISOString(),
        actor: row.actor,
        actorRole: row.actor_role,
      },
      ...{
        actorOrgan: row.actor_organ,
        onBehalfOf: row.on_behalf_of,
        basis: row.basis,
        serviceVersion: row.service_version,
        requestId: row.request_id,
        body: row.body,
      },
    })
    await alter("update log_leaves set leaf = decode($1, 'hex') where prefecture = '2201' and index = 40", [leaf])
    await alter("update events set leaf = decode($1, 'hex') where stream = $2 and seq = 2", [leaf, streamOf(14)])
    expect(await verify()).toMatchObject({ proved: LEAVES - 30, found: [{ what: 'rewritten', prefecture: '2201', index: 30, to: 60 }] })
  })

  test('two leaves swapped', async () => {
    await alter("update log_leaves set index = -index where prefecture = '2201' and index in (31, 52)")
    await alter("update log_leaves set index = 83 + index where prefecture = '2201' and index < 0")
    expect(await verify()).toMatchObject({
      proved: LEAVES - 2,
      found: [
        { what: 'reordered', ...event(18, 2), index: 31 },
        { what: 'reordered', ...event(11, 2), index: 52 },
      ],
    })
  })

  test('a leaf is deleted, its row is still there', async () => {
    await alter("delete from log_leaves where prefecture = '2201' and index = 40")
    const { proved, found } = await verify()
    expect(found).toContainEqual({ what: 'leaf-removed', ...event(14, 2), index: 40 })
    expect(proved).toBe(LEAVES - 1)
  })

  test('a row is deleted with its leaf', async () => {
    await alter("delete from log_leaves where prefecture = '2201' and index = 40")
    await alter('delete from events where stream = $1 and seq = 2', [streamOf(14)])
    expect(await verify()).toMatchObject({ proved: LEAVES - 30, found: [{ what: 'leaf-removed', prefecture: '2201', index: 40, to: 41 }] })
  })

  test('a leaf is added behind the last', async () => {
    await alter("insert into log_leaves select prefecture, 120, kind, stream, seq, leaf from log_leaves where prefecture = '2201' and index = 3")
    expect(await verify()).toMatchObject({ proved: LEAVES, found: [{ what: 'leaf-inserted', index: 120 }] })
  })

  test('a leaf says that it is another row’s', async () => {
    await alter("update log_leaves set seq = 9 where prefecture = '2201' and index = 40")
    const { found } = await verify()
    expect(found).toContainEqual({ what: 'removed', ...event(14, 9), index: 40 })
  })

  test('all its tables are emptied', async () => {
    await alter('truncate log_leaves, log_nodes, log_heads, log_pending')
    const { found } = await verify()
    expect(found.filter(({ what }) => what === 'log-gone')).toHaveLength(2)
    expect(found.filter(({ what }) => what === 'inserted')).toHaveLength(LEAVES)
  })
})

describe('heads and days are altered', () => {
  test.each([
    ['the root of a head', "update log_heads set root = sha256('x') where prefecture = '2201' and size = 60", 'head-altered'],
    ['the edge of a head', "update log_heads set edge = set_byte(edge, 1, get_byte(edge, 1) # 1) where prefecture = '2201' and size = 60", 'head-altered'],
    ['a head is deleted', "delete from log_heads where prefecture = '2201' and size = 60", 'head-removed'],
    [
      'a head is added between',
      "insert into log_heads select prefecture, 70, 69, log, root, edge, at, key_id, signature from log_heads where prefecture = '2201' and size = 60",
      'head-inserted',
    ],
    ['the root of a day', "update log_days set root = sha256('x')", 'day-altered'],
    ['a day is deleted', 'delete from log_days', 'day-altered'],
  ])('%s', async (_, text, what) => {
    await alter(text)
    expect(await verify()).toMatchObject({ proved: LEAVES, found: [{ what }] })
  })

  test('a head is added at the end, signed by nobody we know', async () => {
    await alter(
      "insert into log_heads select prefecture, 121, 120, log, root, edge, at, repeat('0', 16), signature from log_heads where prefecture = '2201' and size = 120",
    )
    expect((await verify()).found).toMatchObject([{ what: 'head-unsigned' }])
  })
})

describe('what was published is a copy', () => {
  test('of some time ago: what was sealed since is proved by its signatures', async () => {
    const copy = mkdtempSync(join(log.dataDir, 'copy-'))
    cpSync(log.folder, copy, { recursive: true })
    await log.happen(2)
    await log.seal(NOW)
    expect(await verify(copy)).toMatchObject({ proved: LEAVES + 6, heads: 6, findings: 0 })
    // Published only now: put away again, as the next test has the database of before.
    rmSync(log.folder, { recursive: true })
    cpSync(copy, log.folder, { recursive: true })
  })

  test('in which a head was forged: its signature says so, and the leaves are proved by the others', async () => {
    const copy = mkdtempSync(join(log.dataDir, 'copy-'))
    cpSync(log.folder, copy, { recursive: true })
    const { file } = publishedLogs(copy)[0] as { file: string }
    const last = [...publishedHeads(file)].at(-1)
    appendFileSync(file, `${JSON.stringify({ ...last, size: 128, edge: last?.edge.slice(0, 1) })}\n`)
    const { found } = await verify(copy)
    expect(found.map(({ what }) => what)).toEqual(['head-removed', 'head-unsigned'])
  })

  test('that is no such file is said to be none', async () => {
    const copy = mkdtempSync(join(log.dataDir, 'copy-'))
    cpSync(log.folder, copy, { recursive: true })
    appendFileSync(publishedLogs(copy)[0]?.file as string, '{"prefecture":"2201"}\n')
    await expect(verify(copy)).rejects.toThrow('not as it was published')
  })
})

describe('each check is there for something: without it, this is overlooked', () => {
  const seen: readonly [Check, string, readonly string[]][] = [
    ['rows', 'an altered row', [`update events set body = '{}' where stream = '${streamOf(12)}' and seq = 2`]],
    [
      'roots',
      'a flipped bit in a leaf whose row is gone',
      ["update log_leaves set leaf = set_byte(leaf, 7, get_byte(leaf, 7) # 16) where prefecture = '2201' and index = 40"],
    ],
    ['heads', 'a head that was deleted', ["delete from log_heads where prefecture = '2201' and size = 60"]],
    ['signatures', 'a head that nobody signed', ["update log_heads set signature = '\\x00' where prefecture = '2202'"]],
    [
      'tail',
      'a leaf behind the last',
      ["insert into log_leaves select prefecture, 120, kind, stream, seq, leaf from log_leaves where prefecture = '2201' and index = 3"],
    ],
    [
      'unlogged',
      'a row that was inserted',
      [
        `insert into events select prefecture, stream, 4, type, at, actor, actor_role, actor_organ, on_behalf_of, basis, service_version, request_id, body, leaf from events where stream = '${streamOf(20)}' and seq = 3`,
      ],
    ],
    [
      'waiting',
      'a row that was altered while it waited',
      [
        `insert into events select prefecture, stream, 4, type, at, actor, actor_role, actor_organ, on_behalf_of, basis, service_version, request_id, body, leaf from events where stream = '${streamOf(20)}' and seq = 3`,
        `insert into log_pending (prefecture, kind, stream, seq, leaves) values ('2201', 'event', '${streamOf(20)}', 4, sha256('x'))`,
      ],
    ],
    ['days', 'the root of a day', ["update log_days set root = sha256('x')"]],
    [
      'gone',
      'a log without any row left',
      ["delete from log_leaves where prefecture = '2202'; delete from log_heads where prefecture = '2202'; delete from events where prefecture = '2202'"],
    ],
  ]

  test.each(seen)('%s: %s', async (check, _, texts) => {
    for (const text of texts) await alter(text)
    // For the signatures the published copy is one without that head.
    const published = mkdtempSync(join(log.dataDir, 'copy-'))
    cpSync(log.folder, published, { recursive: true })
    if (check === 'signatures') rmSync(publishedLogs(published)[1]?.file as string)
    const whole = await verify(published)
    const without = await verify(published, [check])
    expect(whole.findings).toBeGreaterThan(0)
    if (check === 'roots') expect(without.found).not.toEqual(whole.found)
    else expect(without.findings).toBeLessThan(whole.findings)
  })
})

test('a finding is a sentence that names the row', () => {
  expect(findingInWords({ what: 'altered', ...event(12, 2), index: 34 })).toBe(
    `a row was altered: prefecture 2201, event, stream ${streamOf(12)}, seq 2, leaf 34`,
  )
  expect(findingInWords({ what: 'rewritten', prefecture: '2201', index: 30, to: 60 })).toBe(
    'rows and their leaves were rewritten between two heads: prefecture 2201, leaves 30 to 59',
  )
})

test('the key and what was published stand in the data folder', () => {
  expect(publishedFolder(log.dataDir)).toBe(log.folder)
  expect(openSigner(log.dataDir).current()).toEqual(log.signer.current())
})

test('the log is proved whole across keys that were turned over, to SM2 and back, each on record in the log itself', async () => {
  const turned = await openLogAtHand(['2200', '2201'])
  const ids = [turned.signer.current().id]
  for (const algorithm of [undefined, 'sm2', undefined, 'ed25519'] as const) {
    await turned.happen(2)
    await turned.seal()
    ids.push((await turnOverEvidenceKey(turned.db, turned.dataDir, NOW, algorithm)).id)
    await turned.seal()
  }
  expect(publishedKeys(turned.folder).map(({ id, algorithm }) => [id, algorithm])).toEqual(ids.map((id, i) => [id, i === 2 || i === 3 ? 'sm2' : 'ed25519']))
  const signed = publishedLogs(turned.folder).flatMap(({ file }) => [...publishedHeads(file)])
  expect(new Set(signed.map(({ keyId }) => keyId))).toEqual(new Set(ids))
  for (const { keyId, signature } of signed) expect([keyId, Buffer.from(signature, 'base64').length]).toEqual([keyId, 64])
  const { rows } = await turned.owner.query<{ actor: string; body: string }>("select actor, body from events where type = 'EvidenceKeyTurnedOver' order by seq")
  expect(rows.map(({ actor, body }) => [actor, (JSON.parse(body) as { from: string; to: string }).from, (JSON.parse(body) as { to: string }).to])).toEqual(
    ids.slice(1).map((id, i) => ['operator', ids[i], id]),
  )
  const found: Finding[] = []
  const proving = { databaseUrl: turned.url, sources: [EVENTS], published: turned.folder, onFinding: (one: Finding) => found.push(one) }
  expect(await verifyLog(proving)).toMatchObject({ proved: 4 * 6 + 4, findings: 0 })
  // A head by SM2 that is signed by nobody is found like any other.
  await turned.owner.query(`update log_heads set signature = set_byte(signature, 40, (get_byte(signature, 40) + 1) % 256) where key_id = '${ids[2]}'`)
  await verifyLog(proving)
  expect(found.length).toBeGreaterThan(0)
})
