/**
 * Once per run of the `db` tests: one PostgreSQL (the embedded one in a temporary folder, or that of DATABASE_URL, whose user needs
 * CREATEDB and CREATEROLE), and in it one migrated database, from which every test file clones its own.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '#platform/migrate.ts'
import { startPostgres } from '#scripts/postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A connection that may create databases. */
    databaseServerUrl: string
    databaseTemplate: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serverForTests()
  const template = `yitang_test_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query(`create database ${template}`)
  const url = new URL(server.url)
  url.pathname = `/${template}`
  await migrate(url.href, join(import.meta.dirname, '..', 'migrations'))
  project.provide('databaseServerUrl', server.url)
  project.provide('databaseTemplate', template)
  return async () => {
    const { rows } = await admin.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [template])
    for (const { datname } of rows) await admin.query(`drop database if exists ${datname} with (force)`)
    await admin.end()
    await server.stop()
  }
}

async function serverForTests(): Promise<{ url: string; stop(): Promise<void> }> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'yitang-test-'))
  // PostgreSQL may run as another user, who has to pass through.
  chmodSync(folder, 0o711)
  const server = await startPostgres({ dataDir: folder, log: () => {} })
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
