/** src/platform/schema.ts says what the database is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { schemaSource } from '#scripts/schema.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()

async function sourceOf(url: string, sql = ''): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    if (sql !== '') await client.query(sql)
    return await schemaSource(client)
  } finally {
    await client.end()
  }
}

test('schema.ts equals the migrated database (else run `npm run docs`)', async () => {
  expect(readFileSync(join(import.meta.dirname, '..', 'src', 'platform', 'schema.ts'), 'utf8')).toBe(await sourceOf(database.url))
})

test('types follow the columns', async () => {
  const empty = await freshDatabase({ empty: true })
  const source = await sourceOf(
    empty.url,
    `create table parcels (prefecture text not null, id uuid primary key, sent_at timestamptz, sent_on date not null, fen bigint not null default 0,
       marks text[] not null, raw bytea, body jsonb, weight numeric(8, 2), twice bigint generated always as (fen * 2) stored);
     comment on table parcels is 'What is on its way.';
     create schema stand_in; create table stand_in.calls (id integer generated always as identity, done boolean not null)`,
  )
  expect(source).toBe(`/** Generated from the database by scripts/schema.ts (\`npm run docs\`). Do not edit: write a migration. */
import type { Generated, GeneratedAlways } from 'kysely'
import type { Day, Instant } from '#kernel/time.ts'

/** What is on its way. */
interface ParcelsTable {
  prefecture: string
  id: string
  sent_at: Instant | null
  sent_on: Day
  fen: Generated<number>
  marks: string[]
  raw: Buffer | null
  body: unknown
  weight: string | null
  twice: GeneratedAlways<number | null>
}

interface StandInCallsTable {
  id: GeneratedAlways<number>
  done: boolean
}

/** Every table by its name. */
export interface Database {
  parcels: ParcelsTable
  'stand_in.calls': StandInCallsTable
}
`)
})

test('a type without a mapping is refused', async () => {
  const empty = await freshDatabase({ empty: true })
  await expect(sourceOf(empty.url, 'create table places (at point)')).rejects.toThrow('places.at is of type point')
})
