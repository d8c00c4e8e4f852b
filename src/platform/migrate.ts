/**
 * Brings a database to the state of the numbered SQL files, forward only. Each file runs once, in a transaction of its own; what has
 * run may neither change nor go. Any number of processes may start at once: the table of what has run is the lock.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** The files and the database don't fit together, or a file fails: a sentence for whoever deploys. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

const FILE_NAME = /^\d{4}_[a-z0-9_-]+\.sql$/
/** What the server may say to the second of two that make the same table: duplicate table, duplicate type, unique violation in its catalogue. */
const MADE_BY_ANOTHER = new Set(['42P07', '42710', '23505'])
/** How long another process may take over its migrations, and how long a migration may wait for a table that is in use. */
const WAIT_FOR_OTHERS = '10min'
const WAIT_FOR_TABLE = '10s'

/**
 * @param target a connection string, or a connected client that nobody else uses meanwhile
 * @param dir the folder of `0001_….sql`, …
 * @returns the names of the files that ran now, in their order
 * @throws MigrationError when an applied file changed or is missing, a new one is numbered before an applied one, or one fails
 */
export async function migrate(target: string | pg.ClientBase, dir: string): Promise<string[]> {
  const migrations = readMigrations(dir)
  if (typeof target !== 'string') return migrateClient(target, migrations)
  const client = new pg.Client({ connectionString: target, application_name: 'yitang-migrate' })
  await client.connect()
  try {
    return await migrateClient(client, migrations)
  } finally {
    await client.end()
  }
}

function readMigrations(dir: string): Migration[] {
  const names = readdirSync(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  for (const [i, name] of names.entries()) {
    if (!FILE_NAME.test(name)) throw new MigrationError(`${name}: a migration is named 0001_what_it_does.sql`)
    if (names[i + 1]?.slice(0, 4) === name.slice(0, 4)) throw new MigrationError(`${name} and ${names[i + 1]} have the same number`)
  }
  return names.map((name) => {
    const sql = readFileSync(join(dir, name), 'utf8').replaceAll('\r\n', '\n')
    return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
  })
}

async function migrateClient(client: pg.ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await ensureTable(client)
  const applied: string[] = []
  for (;;) {
    const name = await applyNext(client, migrations)
    if (name === undefined) return applied
    applied.push(name)
  }
}

/** `if not exists` still races with another process that makes the table at the same moment: then it is there, which is all we want. */
async function ensureTable(client: pg.ClientBase): Promise<void> {
  try {
    await client.query('create table if not exists schema_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null)')
  } catch (error) {
    if (!MADE_BY_ANOTHER.has((error as pg.DatabaseError).code ?? '')) throw error
  }
}

/** Runs the first file that has not run yet; undefined when there is none. */
async function applyNext(client: pg.ClientBase, migrations: readonly Migration[]): Promise<string | undefined> {
  await client.query('begin')
  try {
    await client.query(`set local lock_timeout = '${WAIT_FOR_OTHERS}'`)
    await client.query('lock table schema_migrations in exclusive mode')
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migrations order by name')
    const next = nextOf(migrations, rows)
    if (next !== undefined) await apply(client, next)
    await client.query('commit')
    return next?.name
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

function nextOf(migrations: readonly Migration[], applied: readonly { name: string; sha256: string }[]): Migration | undefined {
  for (const { name, sha256 } of applied) {
    const file = migrations.find((migration) => migration.name === name)
    if (file === undefined) throw new MigrationError(`${name} has run on this database, but the file is missing: is this program older than the database?`)
    if (file.sha256 !== sha256)
      throw new MigrationError(`${name} has run on this database and was changed since: put it back, and write a new file for the change`)
  }
  const next = migrations.find(({ name }) => !applied.some((row) => row.name === name))
  const last = applied.at(-1)?.name
  if (next !== undefined && last !== undefined && next.name < last)
    throw new MigrationError(`${next.name} is numbered before ${last}, which has run: give it the next number`)
  return next
}

async function apply(client: pg.ClientBase, { name, sql, sha256 }: Migration): Promise<void> {
  await client.query(`set local lock_timeout = '${WAIT_FOR_TABLE}'`)
  await client.query('savepoint migration')
  try {
    await client.query(sql)
    // A file that commits by itself would have ended the transaction, and the savepoint with it.
    await client.query('release savepoint migration')
  } catch (error) {
    throw new MigrationError(`${name}${lineOf(sql, error as pg.DatabaseError)}: ${(error as Error).message}`, { cause: error })
  }
  await client.query('insert into schema_migrations (name, sha256, applied_at) values ($1, $2, $3)', [name, sha256, new Date()])
}

function lineOf(sql: string, { position }: pg.DatabaseError): string {
  return position === undefined ? '' : ` line ${sql.slice(0, Number(position)).split('\n').length}`
}
