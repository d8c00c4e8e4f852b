/** What the browser tests share: one running product per file's worker, and the judgement of axe. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test as base, expect, type Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'
import { type Product, startProduct } from '#test/product.ts'

/** When the story of measure one begins: Friday 2026-02-13, shortly before the cut-off at noon. */
const STORY_BEGINS = '2026-02-13T11:30:00+08:00'

const startOne = async (use: (product: Product) => Promise<void>): Promise<void> => {
  const product = await startProduct({ YITANG_NOW: STORY_BEGINS })
  await use(product)
  await product.stop()
}

/** `test('…', async ({ page, product }) => …)`; `page.goto('/…')` goes to that product, which the files share. Nobody moves its clock. */
export const test = base.extend<object, { product: Product }>({
  // Playwright reads the names of the fixtures from the pattern, so that an empty one has to stand here.
  // biome-ignore lint/correctness/noEmptyPattern: see above
  product: [async ({}, use) => startOne(use), { scope: 'worker', timeout: 240_000 }],
  baseURL: async ({ product }, use) => use(product.url),
})

/** For a file that moves the clock or changes what holds for everybody: a product of its own. Each call makes another. */
export const testAlone = () =>
  test.extend<object, { product: Product }>({
    // biome-ignore lint/correctness/noEmptyPattern: as above
    product: [async ({}, use) => startOne(use), { scope: 'worker', timeout: 240_000 }],
  })

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/**
 * The page has no violation of WCAG 2.2 A and AA that axe can find. Run inside the page itself: a second page is too slow. Every rule
 * is tried on every element; only the reports on elements that pass, which nobody reads, are left out.
 */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource)
  const found = await page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'], reporter: 'no-passes' })
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  }, RULES)
  expect(found, `${page.url()} is accessible`).toEqual([])
}
