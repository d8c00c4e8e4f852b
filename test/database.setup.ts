/**
 * Once per run of the `db` tests: one PostgreSQL (the embedded one in a temporary folder, or that of DATABASE_URL, whose user needs
 * CREATEDB and CREATEROLE), and in it one migrated database, from which every test file clones its own.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '#platform/migrate.ts'
import { applicationRoleOf } from '#platform/roles.ts'
import { admit, newPassword } from '#scripts/application.ts'
import { temporaryServer } from '#scripts/temporary-database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A connection that may create databases. */
    databaseServerUrl: string
    databaseTemplate: string
    /** As which the product logs in. */
    databaseApplication: { readonly role: string; readonly password: string }
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await temporaryServer()
  const template = `yitang_test_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  let application: URL
  const end = async (): Promise<void> => {
    const { rows } = await admin.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [template])
    for (const { datname } of rows) await admin.query(`drop database if exists ${datname} with (force)`)
    await admin.query(`drop role if exists ${applicationRoleOf(template)}`)
    await admin.end()
    await server.stop()
  }
  try {
    await admin.query(`create database ${template}`)
    const url = new URL(server.url)
    url.pathname = `/${template}`
    await migrate(url.href, join(import.meta.dirname, '..', 'migrations'))
    application = new URL(await admit(url.href, newPassword(), { sandbox: true }))
  } catch (error) {
    await end()
    throw error
  }
  project.provide('databaseServerUrl', server.url)
  project.provide('databaseTemplate', template)
  project.provide('databaseApplication', { role: application.username, password: application.password })
  return end
}
