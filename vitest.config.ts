import { defineConfig } from 'vitest/config'

/*
 * Three projects. `unit` needs nothing but Node and is done in seconds; `slow` draws and measures pictures (`*.slow.test.ts`). `db` has a PostgreSQL (test/database.ts) and is named by its file: `*.db.test.ts`.
 * Modules are shared by the files of a worker (`isolate: false` saves a second of start-up per file): a test never replaces a
 * module and never leaves something in a module's state. `#…` imports are resolved from package.json.
 */
const folders = '{src,web,sim,bench,test,scripts}'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${folders}/**/*.test.{ts,tsx}`],
          exclude: ['**/*.db.test.ts', '**/*.slow.test.ts', '**/node_modules/**'],
          pool: 'forks',
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: [`${folders}/**/*.slow.test.ts`], pool: 'forks', isolate: false, testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'db',
          include: [`${folders}/**/*.db.test.ts`],
          pool: 'forks',
          isolate: false,
          globalSetup: ['./test/database.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
