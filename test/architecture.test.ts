/** The house as it stands keeps its rules; and each rule, planted with a violation, is seen to catch it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Files, FOLDERS, unkeptPromises, violations } from '#test/architecture/rules.ts'

const root = join(import.meta.dirname, '..')

/** The code of the repository; data and generated folders are listed, not read. */
function house(): Files {
  const files = new Map<string, string>()
  for (const area of ['src', 'web', 'sim', 'bench', 'test', 'scripts']) {
    if (!existsSync(join(root, area))) continue
    for (const entry of readdirSync(join(root, area), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      files.set(path.slice(root.length + 1).replaceAll('\\', '/'), /\.tsx?$/.test(entry.name) ? readFileSync(path, 'utf8') : '')
    }
  }
  return files
}

/** The default exports of a folder, which is how main.ts finds them too. */
async function valuesIn<T>(folder: 'services' | 'measures'): Promise<T[]> {
  const path = join(root, 'src', folder)
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.ts') && !name.includes('.test.')) : []
  return Promise.all(names.map(async (name) => ((await import(join(path, name))) as { default: T }).default))
}

describe('the house', () => {
  const files = house()

  test('has code to judge', () => {
    expect([...files.keys()].filter((path) => path.startsWith('src/kernel/')).length).toBeGreaterThan(3)
  })

  test('keeps its rules', () => {
    expect(violations(files).map(({ rule, path, detail }) => `${path}: ${rule}: ${detail}`)).toEqual([])
  })

  test('every service keeps a measure, and each measure names its services', async () => {
    const services = await valuesIn<{ id: string; measure: number }>('services')
    const measures = await valuesIn<{ number: number; services: readonly string[] }>('measures')
    expect([...unkeptPromises(services, measures)]).toEqual([])
  })
})

const rulesBroken = (files: Record<string, string>): string[] => [...new Set(violations(new Map(Object.entries(files))).map(({ rule }) => rule))].sort()

describe('a planted violation is caught', () => {
  const planted: [what: string, rule: string, files: Record<string, string>][] = [
    ['a relative import', 'number-sign imports', { 'src/case/rules.ts': `import { a } from './model.ts'\nexport const b = a` }],
    ['an import without extension', 'number-sign imports', { 'src/case/rules.ts': `import { a } from '#case/model'\nexport const b = a` }],
    ['a folder that knows its right', 'folders point left', { 'src/case/commands.ts': `import { a } from '#payment/model.ts'\nexport const b = a` }],
    ['a type taken from the right', 'folders point left', { 'src/case/commands.ts': `import type { A } from '#payment/model.ts'\nexport type B = A` }],
    ['a type taken in place', 'folders point left', { 'src/case/commands.ts': `export type B = import('#payment/model.ts').A` }],
    ['the kernel knowing the platform', 'folders point left', { 'src/kernel/ids.ts': `import { a } from '#platform/db.ts'\nexport const b = a` }],
    ['a dynamic import to the right', 'folders point left', { 'src/case/commands.ts': `export const b = await import('#rating/model.ts')` }],
    ['main.ts known by a concept', 'folders point left', { 'src/case/jobs.ts': `import { a } from '#main.ts'\nexport const b = a` }],
    ['a rule that knows a command', 'files point down', { 'src/case/rules.ts': `import { a } from '#case/commands.ts'\nexport const b = a` }],
    ['a split file that knows a higher one', 'files point down', { 'src/case/rules/review.ts': `import { a } from '#case/words.ts'\nexport const b = a` }],
    ['the store of another folder', 'private files', { 'src/payment/commands.ts': `import { a } from '#case/store.ts'\nexport const b = a` }],
    ['a part of the store of another folder', 'private files', { 'src/payment/queries.ts': `import { a } from '#case/store/cases.ts'\nexport const b = a` }],
    ['the jobs of another folder', 'private files', { 'src/payment/jobs.ts': `import { a } from '#case/jobs.ts'\nexport const b = a` }],
    ['a page that reads a store', 'private files', { 'web/citizen/progress.tsx': `import { a } from '#case/store.ts'\nexport const b = a` }],
    [
      'the data of another folder',
      'private files',
      { 'src/place/store.ts': `import a from '#calendar/data/2026.json' with { type: 'json' }\nexport const b = a` },
    ],
    ['a pure file with Node', 'pure files', { 'src/case/rules.ts': `import { createHash } from 'node:crypto'\nexport const b = createHash` }],
    ['a pure file with a package', 'pure files', { 'src/person/rules.ts': `import { a } from 'chinese-days'\nexport const b = a` }],
    ['a rule with the platform', 'pure files', { 'src/case/rules.ts': `import type { A } from '#platform/db.ts'\nexport type B = A` }],
    ['a rule with a command of its left', 'pure files', { 'src/payment/rules.ts': `import { a } from '#case/commands.ts'\nexport const b = a` }],
    ['a rule with the process', 'pure files', { 'src/case/rules.ts': `export const b = () => process.env.TZ` }],
    ['sentences with the platform', 'pure files', { 'src/case/words.ts': `import { a } from '#platform/log.ts'\nexport const b = a` }],
    ['the clock in a rule', 'time and chance are arguments', { 'src/case/rules.ts': `export const b = () => Date.now()` }],
    ['the clock in a command', 'time and chance are arguments', { 'src/case/commands.ts': `export const b = () => new Date()` }],
    ['the clock on a page', 'time and chance are arguments', { 'web/window/accept.tsx': `export const b = () => <p>{String(new Date())}</p>` }],
    ['chance in a job', 'time and chance are arguments', { 'src/case/jobs.ts': `export const b = () => Math.random()` }],
    ['the time zone of the machine', 'time and chance are arguments', { 'src/case/rules.ts': `export const b = (d: Date) => d.getHours()` }],
    ['a file of another name', 'the same shape everywhere', { 'src/case/service.ts': `export const b = 1` }],
    ['a folder of another name', 'the same shape everywhere', { 'src/case/shared/model.ts': `export const b = 1` }],
    ['a concept that is not of the house', 'the same shape everywhere', { 'src/invoice/model.ts': `export const b = 1` }],
    ['a second file beside main.ts', 'the same shape everywhere', { 'src/server.ts': `export const b = 1` }],
    ['a page in src', 'the same shape everywhere', { 'src/case/routes.tsx': `export const b = <p />` }],
    ['a page for nobody', 'the same shape everywhere', { 'web/admin/home.tsx': `export const b = <p />` }],
    [
      'rules as a file and a folder',
      'the same shape everywhere',
      { 'src/case/rules.ts': `export const a = 1`, 'src/case/rules/more.ts': `export const b = 1` },
    ],
    ['data that is code', 'the same shape everywhere', { 'src/place/data/divisions.ts': `export const b = 1` }],
    ['a measure without a number', 'the same shape everywhere', { 'src/measures/id-card.ts': `export default {}` }],
    ['camel case', 'names', { 'src/kernel/caseNumber.ts': `export const b = 1` }],
    ['a drawer for everything', 'names', { 'src/platform/utils.ts': `export const b = 1` }],
    ['a drawer in a folder', 'names', { 'src/case/rules/helpers.ts': `export const b = 1` }],
    ['an index', 'names', { 'web/citizen/index.ts': `export const b = 1` }],
    ['401 lines', 'at most 400 lines', { 'src/case/rules.ts': '//\n'.repeat(401) }],
    ['a re-export', 'no barrels', { 'src/payment/model.ts': `export type { A } from '#case/model.ts'` }],
    ['a re-export of everything', 'no barrels', { 'src/payment/model.ts': `export * from '#case/model.ts'` }],
    ['a default export', 'default exports', { 'src/case/rules.ts': `export default 1` }],
    ['a default export by another spelling', 'default exports', { 'src/case/rules.ts': `const a = 1\nexport { a as default }` }],
    ['a service without one', 'default exports', { 'src/services/id-card-renewal.ts': `export const service = {}` }],
    ['a decorator', 'no decorators, classes only for errors', { 'src/case/rules.ts': `@sealed class AError extends Error {}\nexport const b = AError` }],
    ['a class', 'no decorators, classes only for errors', { 'src/case/commands.ts': `export class Commands {}` }],
    [
      'a class that only calls itself an error',
      'no decorators, classes only for errors',
      { 'src/case/rules.ts': `class Base {}\nexport class CaseError extends Base {}` },
    ],
    [
      'a class that is an expression',
      'no decorators, classes only for errors',
      { 'web/shared/map.island.tsx': `export const b = class extends HTMLElement {}` },
    ],
    ['SQL in a command', 'SQL stands in stores', { 'src/case/commands.ts': `import { sql } from 'kysely'\nexport const b = sql` }],
    ['SQL on a page', 'SQL stands in stores', { 'web/window/accept.tsx': `import pg from 'pg'\nexport const b = pg` }],
    [
      'a concept that knows a page',
      'nothing imports web or sim',
      { 'src/case/routes.ts': `import { a } from '#web/citizen/progress.tsx'\nexport const b = a` },
    ],
    ['a concept that knows the twin', 'nothing imports web or sim', { 'src/case/jobs.ts': `import { a } from '#sim/world.ts'\nexport const b = a` }],
    ['a page that knows the twin', 'nothing imports web or sim', { 'web/citizen/home.tsx': `import { a } from '#sim/world.ts'\nexport const b = a` }],
    ['the product knowing a test', 'nothing imports web or sim', { 'src/platform/db.ts': `import { a } from '#test/database.ts'\nexport const b = a` }],
    ['a page that touches the browser', 'islands', { 'web/citizen/home.tsx': `export const b = () => document.title` }],
    ['an island with zod', 'islands', { 'web/citizen/check.island.tsx': `import { z } from 'zod'\nexport const b = z` }],
    ['an island with a query', 'islands', { 'web/citizen/check.island.tsx': `import { a } from '#case/queries.ts'\nexport const b = a` }],
    [
      'an island with zod behind a shared file',
      'islands',
      {
        'web/citizen/check.island.tsx': `import { a } from '#web/shared/form.tsx'\nexport const b = a`,
        'web/shared/form.tsx': `import { z } from 'zod'\nexport const a = z`,
      },
    ],
    [
      'two files that know each other, one by type',
      'no cycles',
      {
        'src/case/queries.ts': `import { a } from '#case/commands.ts'\nexport const b = a`,
        'src/case/commands.ts': `import type { b } from '#case/queries.ts'\nexport const a: typeof b = 1`,
      },
    ],
  ]

  test.each(planted)('%s', (_, rule, files) => {
    expect(rulesBroken(files)).toContain(rule)
  })

  test('the law of left and right holds for every pair of folders', () => {
    for (const [i, from] of FOLDERS.entries()) {
      for (const [j, to] of FOLDERS.entries()) {
        const broken = rulesBroken({ [`src/${from}/queries.ts`]: `import { a } from '#${to}/queries.ts'\nexport const b = a` }).includes('folders point left')
        expect(broken, `${from} imports ${to}`).toBe(j > i)
      }
    }
  })

  test('a service without its measure, a measure that names too much', () => {
    const kept = { number: 1, services: ['first-card'] }
    expect([...unkeptPromises([{ id: 'first-card', measure: 1 }], [kept])]).toEqual([])
    expect([...unkeptPromises([{ id: 'first-card', measure: 13 }], [])]).toHaveLength(1)
    expect([...unkeptPromises([{ id: 'renewal', measure: 1 }], [kept])].map(({ path }) => path)).toEqual(['renewal', 'measure 1'])
  })
})

describe('what is allowed is let through', () => {
  test.each<[string, Record<string, string>]>([
    [
      'a rule with the model, the kernel and zod',
      {
        'src/case/rules.ts': `import { z } from 'zod'\nimport { a } from '#case/model.ts'\nimport { day } from '#kernel/time.ts'\nexport const b = [a, day, z]`,
      },
    ],
    [
      'arithmetic with a date, and a field that is called document',
      { 'src/case/rules.ts': `export const b = (document: { crypto: string }, ms: number) => [document.crypto, new Date(ms)]` },
    ],
    [
      'queries and commands side by side, types of kysely',
      { 'src/case/queries.ts': `import type { Kysely } from 'kysely'\nimport { a } from '#case/commands.ts'\nexport const b = (_: Kysely<object>) => a` },
    ],
    [
      'main.ts with everything',
      { 'src/main.ts': `import { a } from '#case/routes.ts'\nimport { b } from '#web/citizen/home.tsx'\nexport const c = [a, b, new Date()]` },
    ],
    [
      'an error that extends an error of another folder',
      {
        'src/partners/courier/adapter.ts': `import { Away } from '#platform/outbox.ts'\nexport class CourierAway extends Away {}`,
        'src/platform/outbox.ts': `export class Away extends Error {}`,
      },
    ],
    [
      'a split file and an error class',
      { 'src/case/rules/review.ts': `import { a } from '#case/rules/decide.ts'\nexport class RuleError extends RangeError {}\nexport const b = a` },
    ],
    [
      'a page with a query, an island with the browser',
      {
        'web/citizen/home.tsx': `import { a } from '#case/queries.ts'\nexport const b = a`,
        'web/citizen/camera.island.tsx': `import { useState } from 'preact/hooks'\nexport const b = () => [document.title, useState(0)]`,
      },
    ],
    ['a service', { 'src/services/id-card-renewal.ts': `import { defineService } from '#catalogue/model.ts'\nexport default defineService` }],
    ['a test that sees everything', { 'src/case/rules.test.ts': `import { a } from '#payment/store.ts'\nexport const b = [a, new Date()]` }],
  ])('%s', (_, files) => {
    expect(rulesBroken(files)).toEqual([])
  })
})
