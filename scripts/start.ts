/** `npm start`: the database, its migrations, the files for browsers, then the server (src/main.ts), which says `ready` itself. */
import { join } from 'node:path'
import { readConfig } from '#platform/config.ts'
import { MigrationError, migrate } from '#platform/migrate.ts'
import { admit, admitRoleOf, applicationPassword } from '#scripts/application.ts'
import { isStopping, root, runNode } from '#scripts/children.ts'
import { takeLock } from '#scripts/lock.mjs'
import { findRunning, type RunningPostgres, startPostgres } from '#scripts/postgres.ts'
import { buildClient } from '#web/shared/build.ts'

const say = (line: string): void => console.error(line)

/**
 * How Node.js runs the server. A request makes some hundred kilobytes that are of no use after it: with room for many of them,
 * hardly anything is copied before it is dropped.
 */
export const serverOptions: readonly string[] = ['--import', join(root, 'scripts', 'tsx-hook.mjs'), '--max-semi-space-size=64']

/** Runs until it is told to stop or the server ends. @returns the exit code */
export async function start(args: readonly string[], nodeOptions: readonly string[] = []): Promise<number> {
  const dataDir = process.env.YITANG_DATA || join(root, 'data')
  const given = process.env.DATABASE_URL
  // Whatever is wrong with the environment is said before anything is made.
  const { sandbox, applicationUrl } = readConfig({ ...process.env, DATABASE_URL: given || 'postgres://embedded' })
  const database = given ? { url: given, stop: async () => {} } : await startPostgres({ dataDir, log: say })
  try {
    const applied = await migrated(database.url)
    if (applied.length > 0) say(`Migrated the database: ${applied.length} files.`)
    const url = await (applicationUrl ? admitRoleOf(database.url, applicationUrl, { sandbox }) : admit(database.url, applicationPassword(dataDir), { sandbox }))
    await build()
    if (isStopping()) return 0
    return await runNode(join(root, 'src', 'main.ts'), args, {
      nodeOptions: [...serverOptions, ...nodeOptions],
      env: { DATABASE_URL: url, YITANG_APP_DATABASE_URL: '', YITANG_DATA: dataDir, NODE_COMPILE_CACHE: join(root, '.cache', 'compiled') },
    })
  } finally {
    await database.stop()
  }
}

async function migrated(url: string): Promise<string[]> {
  try {
    return await migrate(url, join(root, 'migrations'))
  } catch (error) {
    if (error instanceof MigrationError) throw error
    const { username, host, pathname } = new URL(url)
    throw new Error(`The database ${pathname.slice(1)} at ${host} can't be used as ${username}: ${(error as Error).message}. Check DATABASE_URL.`)
  }
}

/** The database of a data folder: the one that runs, or one started for the while. */
export async function databaseOf(dataDir: string): Promise<RunningPostgres> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => {} }
  return (await findRunning(dataDir)) ?? startPostgres({ dataDir, log: say })
}

/** One process at a time writes dist/; a user who may not write it needs it built already. */
async function build(): Promise<void> {
  const slow = setTimeout(() => say('Building the files for browsers …'), 1000)
  const lock = await takeLock(join(root, '.cache', 'build.lock')).catch(() => undefined)
  try {
    await buildClient()
  } finally {
    clearTimeout(slow)
    lock?.release()
  }
}
