/** A database of one's own for a test file, migrated and empty. For `*.db.test.ts`. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { applicationRoleOf } from '#platform/roles.ts'

const OBJECT_IN_USE = '55006'

export interface FreshDatabase {
  /** Of the owner, whom no policy binds: for migrations, for looking behind the product, and to start it with. */
  readonly url: string
  /** As the product logs in: a role that owns nothing. */
  readonly applicationUrl: string
  readonly name: string
}

/**
 * Clones the migrated database, and drops the clone when the test file (or the `describe` that it is called in) has ended; close your
 * pools in an `afterAll` of your own, else they see the connection go.
 *
 *     const database = await freshDatabase()
 *     const db = openDb({ url: database.applicationUrl, … })
 *
 * @param options.empty without any table: for the tests of the migrations themselves
 */
export async function freshDatabase({ empty = false }: { empty?: boolean } = {}): Promise<FreshDatabase> {
  const name = `${inject('databaseTemplate')}_${randomBytes(4).toString('hex')}`
  await onServer(async (client) => {
    await create(client, name, empty ? 'template0' : inject('databaseTemplate'))
    // The rights on the database itself are not cloned.
    await client.query(`revoke all on database ${name} from public`)
    await client.query(`grant connect on database ${name} to ${pg.escapeIdentifier(inject('databaseApplication').role)}`)
  })
  afterAll(() =>
    onServer(async (client) => {
      await client.query(`drop database if exists ${name} with (force)`)
      // A product that was started over it has made a role of its own.
      await client.query(`drop role if exists ${applicationRoleOf(name)}`)
    }),
  )
  const url = new URL(inject('databaseServerUrl'))
  url.pathname = `/${name}`
  const application = new URL(url)
  application.username = inject('databaseApplication').role
  application.password = inject('databaseApplication').password
  return { url: url.href, applicationUrl: application.href, name }
}

/** Two workers may clone at the same moment, which the server refuses to one of them. */
async function create(client: pg.Client, name: string, template: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(`create database ${name} template ${template}`)
      return
    } catch (error) {
      if ((error as pg.DatabaseError).code !== OBJECT_IN_USE || attempt === 50) throw error
      await new Promise((done) => setTimeout(done, 100))
    }
  }
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject('databaseServerUrl') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
