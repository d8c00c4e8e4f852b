/** What `npm start`, `npm test` and the other commands do, once scripts/run.mjs has everything installed. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '#platform/migrate.ts'
import { checkQuickly, testEverything } from '#scripts/checks.ts'
import { root, runNode, stopWithLauncher } from '#scripts/children.ts'
import { schemaSource } from '#scripts/schema.ts'
import { databaseOf, start } from '#scripts/start.ts'
import { withEmptyDatabase } from '#scripts/temporary-database.ts'

const [task = '', ...args] = process.argv.slice(2)
const tsxHook = ['--import', join(root, 'scripts', 'tsx-hook.mjs')]

const TASKS: Readonly<Record<string, () => Promise<number>>> = {
  start: () => start(args),
  dev: () => start(args, ['--watch', '--watch-preserve-output']),
  test: async () => ((await testEverything()) ? 0 : 1),
  check: async () => ((await checkQuickly()) ? 0 : 1),
  bench: () => measure(args),
  night: async () => Math.max(await measure(['--night', ...args]), args.length > 0 ? 0 : await watchCanaries()),
  docs: writeGenerated,
  rebuild: proveProjections,
  'verify-log': proveLog,
  'rotate-keys': rotateKeys,
  'first-administrators': foundAdministrators,
}

/** The figures, on a database of their own. */
async function measure(options: readonly string[]): Promise<number> {
  const file = join(root, 'bench', 'run.ts')
  return withEmptyDatabase(async (url) => {
    await migrate(url, join(root, 'migrations'))
    return runNode(file, options, { nodeOptions: tsxHook, env: { DATABASE_URL: url } })
  })
}

/** Every projection against its events, in the database of DATABASE_URL or of the data folder, whether a server runs over it or not. */
async function proveProjections(): Promise<number> {
  const database = await databaseOf(process.env.YITANG_DATA || join(root, 'data'))
  try {
    return await runNode(join(root, 'src', 'main', 'rebuild.ts'), [], { env: { DATABASE_URL: database.url } })
  } finally {
    await database.stop()
  }
}

/** A thousand canaries through every flow; `npm test` has some. */
const watchCanaries = (): Promise<number> =>
  runNode(join(root, 'node_modules', 'vitest', 'vitest.mjs'), ['run', '--project', 'db', 'test/canaries/canaries.db.test.ts'], {
    env: { YITANG_CANARIES: '1000' },
  })

/** New keys for those that wrap the data keys, in the data folder's file, while the product may run. */
async function rotateKeys(): Promise<number> {
  const dataDir = process.env.YITANG_DATA || join(root, 'data')
  const database = await databaseOf(dataDir)
  try {
    return await runNode(join(root, 'src', 'main', 'rotate-keys.ts'), args, { env: { DATABASE_URL: database.url, YITANG_DATA: dataDir } })
  } finally {
    await database.stop()
  }
}

/** Who appoints everybody else, once. */
async function foundAdministrators(): Promise<number> {
  const database = await databaseOf(process.env.YITANG_DATA || join(root, 'data'))
  try {
    return await runNode(join(root, 'src', 'main', 'first-administrators.ts'), args, { env: { DATABASE_URL: database.url } })
  } finally {
    await database.stop()
  }
}

/** Every event and reading against what was published of the evidence log. */
async function proveLog(): Promise<number> {
  const dataDir = process.env.YITANG_DATA || join(root, 'data')
  const database = await databaseOf(dataDir)
  try {
    return await runNode(join(root, 'src', 'main', 'verify-log.ts'), args, { env: { DATABASE_URL: database.url, YITANG_DATA: dataDir } })
  } finally {
    await database.stop()
  }
}

/** What is made from something else: src/platform/schema.ts from the migrations, and the pages that scripts/docs.ts draws from the code. */
async function writeGenerated(): Promise<number> {
  await withEmptyDatabase(async (url) => {
    await migrate(url, join(root, 'migrations'))
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      writeFileSync(join(root, 'src', 'platform', 'schema.ts'), await schemaSource(client))
    } finally {
      await client.end()
    }
  })
  const pages = join(root, 'scripts', 'docs.ts')
  return existsSync(pages) ? runNode(pages, args, { nodeOptions: tsxHook }) : 0
}

const run = TASKS[task]
if (run === undefined) {
  console.error(`There is no task "${task}", but ${Object.keys(TASKS).join(', ')}.`)
  process.exit(2)
}
stopWithLauncher()
try {
  process.exitCode = await run()
} catch (error) {
  // A sentence is enough for what the user can mend; the rest wants its stack.
  console.error(process.env.YITANG_DEBUG ? error : (error as Error).message)
  process.exitCode = 1
}
