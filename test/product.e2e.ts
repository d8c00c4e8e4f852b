/** A newcomer's first look: the product says that it lives and that it serves. */
import { expect } from '@playwright/test'
import { test } from '#test/browser.ts'

test('the product lives, serves and speaks of its API', async ({ page }) => {
  for (const path of ['/healthz', '/readyz', '/api/openapi.json']) {
    const response = await page.goto(path)
    expect(response?.status(), path).toBe(200)
  }
})
