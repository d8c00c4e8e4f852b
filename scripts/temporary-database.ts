/** A PostgreSQL for the length of one task: that of DATABASE_URL, else the embedded one in a folder that goes again. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { applicationRoleOf } from '#platform/roles.ts'
import { type RunningPostgres, startPostgres } from '#scripts/postgres.ts'

/** A server on which the task may make databases. */
/** @param settings of a server of its own, which then is the embedded one in any case */
export async function temporaryServer(log: (line: string) => void = () => {}, settings?: Readonly<Record<string, string>>): Promise<RunningPostgres> {
  if (process.env.DATABASE_URL && settings === undefined) return { url: process.env.DATABASE_URL, stop: async () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'yitang-database-'))
  // PostgreSQL may run as another user, who has to pass through.
  chmodSync(folder, 0o711)
  const server = await startPostgres({ dataDir: folder, log, ...(settings && { settings }) })
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Makes an empty database, gives its URL to the work, and drops it afterwards. */
export async function withEmptyDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = await temporaryServer()
  const name = `yitang_task_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client({ connectionString: server.url })
  try {
    await admin.connect()
    await admin.query(`create database ${name}`)
    const url = new URL(server.url)
    url.pathname = `/${name}`
    return await work(url.href)
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`).catch(() => {})
    await admin.query(`drop role if exists ${applicationRoleOf(name)}`).catch(() => {})
    await admin.end().catch(() => {})
    await server.stop()
  }
}
