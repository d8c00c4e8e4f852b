/** `npm start`: the database, its migrations, the files for browsers, then the server (src/main.ts), which says `ready` itself. */
import { join } from 'node:path'
import { migrate } from '#platform/migrate.ts'
import { isStopping, root, runNode } from '#scripts/children.ts'
import { takeLock } from '#scripts/lock.mjs'
import { startPostgres } from '#scripts/postgres.ts'
import { buildClient } from '#web/shared/build.ts'

const say = (line: string): void => console.error(line)

/** Runs until it is told to stop or the server ends. @returns the exit code */
export async function start(args: readonly string[], nodeOptions: readonly string[] = []): Promise<number> {
  const dataDir = process.env.YITANG_DATA || join(root, 'data')
  const given = process.env.DATABASE_URL
  const database = given ? { url: given, stop: async () => {} } : await startPostgres({ dataDir, log: say })
  try {
    const applied = await migrate(database.url, join(root, 'migrations'))
    if (applied.length > 0) say(`Migrated the database: ${applied.length} files.`)
    await build()
    if (isStopping()) return 0
    return await runNode(join(root, 'src', 'main.ts'), args, {
      nodeOptions: ['--import', join(root, 'scripts', 'tsx-hook.mjs'), ...nodeOptions],
      env: { DATABASE_URL: database.url, YITANG_DATA: dataDir },
    })
  } finally {
    await database.stop()
  }
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
