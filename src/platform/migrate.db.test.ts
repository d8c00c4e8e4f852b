import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { MigrationError, migrate } from '#platform/migrate.ts'
import { freshDatabase } from '#test/database.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

let url = ''
beforeEach(async () => {
  url = (await freshDatabase({ empty: true })).url
})

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'yitang-migrations-'))
  folders.push(folder)
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql)
  return folder
}

async function rowsOf(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const two = { '0001_cases.sql': 'create table cases (id integer);\ninsert into cases values (1);', '0002_more.sql': 'alter table cases add column name text;' }

test('runs each file once, in order', async () => {
  expect(await migrate(url, folderOf(two))).toEqual(['0001_cases.sql', '0002_more.sql'])
  expect(await migrate(url, folderOf({ ...two, '0003_last.sql': 'insert into cases values (2)' }))).toEqual(['0003_last.sql'])
  expect(await rowsOf('select id, name from cases order by id')).toEqual([
    { id: 1, name: null },
    { id: 2, name: null },
  ])
})

test('several processes that start at once run each file once', async () => {
  const folder = folderOf(two)
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(url, folder)))
  expect(applied.flat().sort()).toEqual(['0001_cases.sql', '0002_more.sql'])
  expect(await rowsOf('select id from cases')).toEqual([{ id: 1 }])
})

test('a file that fails leaves nothing, names its line, and those before it stay', async () => {
  const folder = folderOf({ ...two, '0002_more.sql': 'create table half (id integer);\ninsert into nowhere values (1);' })
  await expect(migrate(url, folder)).rejects.toThrow(/^0002_more\.sql line 2: .*nowhere/)
  expect(await rowsOf(`select to_regclass('half') as half, to_regclass('cases') is not null as cases`)).toEqual([{ half: null, cases: true }])
  expect(await rowsOf('select name from schema_migrations')).toEqual([{ name: '0001_cases.sql' }])
})

test('refuses what was changed, went missing, comes too late or commits by itself', async () => {
  await migrate(url, folderOf({ '0002_more.sql': 'create table more (id integer)' }))
  await expect(migrate(url, folderOf({ '0002_more.sql': 'create table more (id bigint)' }))).rejects.toThrow('was changed since')
  await expect(migrate(url, folderOf({ '0003_other.sql': 'select 1' }))).rejects.toThrow('the file is missing')
  await expect(migrate(url, folderOf({ '0001_early.sql': 'select 1', '0002_more.sql': 'create table more (id integer)' }))).rejects.toThrow(
    'give it the next number',
  )
  await expect(migrate(url, folderOf({ '0002_more.sql': 'create table more (id integer)', '0003_own.sql': 'commit' }))).rejects.toThrow(MigrationError)
})

test('line endings of another system change nothing', async () => {
  await migrate(url, folderOf({ '0001_cases.sql': 'create table cases (\n  id integer\n)' }))
  expect(await migrate(url, folderOf({ '0001_cases.sql': 'create table cases (\r\n  id integer\r\n)' }))).toEqual([])
})

test('refuses a name or a number that is ambiguous', async () => {
  await expect(migrate(url, folderOf({ 'first.sql': 'select 1' }))).rejects.toThrow('0001_what_it_does.sql')
  await expect(migrate(url, folderOf({ '0001_a.sql': 'select 1', '0001_b.sql': 'select 1' }))).rejects.toThrow('same number')
})
