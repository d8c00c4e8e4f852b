/** The launcher of the embedded PostgreSQL, as a process meets it: a first start, a kill -9, two at once, a lost password. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { startPostgres } from '#scripts/postgres.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  // A space and Chinese characters, as people name their folders.
  const folder = mkdtempSync(join(tmpdir(), 'yitang 数据-'))
  chmodSync(folder, 0o711)
  folders.push(folder)
  return folder
}

const start = (dataDir: string) => startPostgres({ dataDir, log: () => {} })

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

const postmasterOf = (folder: string): number => Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])

test('what was committed survives a kill -9 of the server, and the next start needs no help', { timeout: 120_000 }, async () => {
  const folder = newFolder()
  const first = await start(folder)
  expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }])
  await query(first.url, 'create table cards (serial integer)')
  await query(first.url, 'insert into cards values (1)')
  process.kill(postmasterOf(folder), 'SIGKILL')
  await sleep(100)
  await first.stop()
  const second = await start(folder)
  expect(await query(second.url, 'select serial from cards')).toEqual([{ serial: 1 }])
  await second.stop()
})

test('a second server for the same folder is refused while the first one runs', { timeout: 120_000 }, async () => {
  const folder = newFolder()
  const first = await start(folder)
  await expect(start(folder)).rejects.toThrow('is in use by another Yitang')
  await first.stop()
  const second = await start(folder)
  await second.stop()
})

test('a file that names a process of somebody else does not keep the server from starting', { timeout: 120_000 }, async () => {
  const folder = newFolder()
  await (await start(folder)).stop()
  writeFileSync(join(folder, 'postgres', 'postmaster.pid'), `${process.pid}\n${folder}/postgres\n1\n1\n\n\n0 0\nready\n`)
  writeFileSync(join(folder, 'postgres.lock'), '999999999:1\n')
  const again = await start(folder)
  expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await again.stop()
})

test('nobody comes in without the password, and a lost one is told, never replaced', { timeout: 120_000 }, async () => {
  const folder = newFolder()
  const server = await start(folder)
  await expect(query(server.url.replace(/:[^:@/]+@/, ':guess@'), 'select 1')).rejects.toThrow('password authentication failed')
  await server.stop()
  rmSync(join(folder, 'postgres.password'))
  await expect(start(folder)).rejects.toThrow('postgres.password is missing')
})
