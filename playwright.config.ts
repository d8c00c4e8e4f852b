import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'

/*
 * The browser tests (`*.e2e.ts`) drive a running product (test/product.ts). `npm test` finds the browser and names it in
 * YITANG_CHROMIUM; unset, Playwright uses its own. Two workers, each with a product and a browser of its own: while one starts a
 * product, the other's browser works. Tests of one file stay in order in one worker. A long time-out: a slow machine is no failure.
 */
const chromium = process.env.YITANG_CHROMIUM

export default defineConfig({
  testDir: '.',
  testMatch: ['web/**/*.e2e.ts', 'test/**/*.e2e.ts'],
  outputDir: process.env.YITANG_E2E_OUTPUT ?? join(tmpdir(), `yitang-e2e-${process.pid}`),
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: 'list',
  use: {
    // What is not there after half a minute will not come: fail with its name, not with the whole test's time-out.
    actionTimeout: 30_000,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
