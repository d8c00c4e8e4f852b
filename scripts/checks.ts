/** `npm test` and `npm run check`: every check in turn, none left out for another's failure, and their sum in the last line. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, ensureBrowser } from '#scripts/browser.ts'
import { commandOf, isStopping, runNode } from '#scripts/children.ts'

/** How many ran well; `note` says what went wrong where the numbers don't. */
interface Result {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly note?: string
}

interface Check {
  readonly name: string
  run(): Promise<Omit<Result, 'name'>>
}

/** @returns whether all passed */
export async function checkQuickly(): Promise<boolean> {
  return withReports((reports) => runAll([...staticChecks(), vitest(reports, ['--project', 'unit'])]))
}

/** @returns whether all passed */
export async function testEverything(): Promise<boolean> {
  return withReports(async (reports) => {
    const browser = await ensureBrowser(console.log).catch((error: Error) => error)
    return runAll([...staticChecks(), vitest(reports, []), playwright(reports, browser)])
  })
}

const staticChecks = (): Check[] => [
  command('Biome', '@biomejs/biome', 'biome', ['ci', '--error-on-warnings']),
  command('TypeScript, all files', 'typescript', 'tsc', ['-p', 'tsconfig.json']),
  command('TypeScript, pure files', 'typescript', 'tsc', ['-p', 'tsconfig.pure.json']),
  command('knip', 'knip', 'knip', []),
]

async function withReports(work: (folder: string) => Promise<boolean>): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'yitang-reports-'))
  try {
    return await work(folder)
  } finally {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
  }
}

async function runAll(checks: readonly Check[]): Promise<boolean> {
  const results: (Result & { seconds: number })[] = []
  for (const { name, run } of checks) {
    if (isStopping()) break
    console.log(`\n── ${name}`)
    const started = performance.now()
    const result = await run().catch((error: Error) => ({ passed: 0, failed: 1, note: error.message }))
    results.push({ name, ...result, seconds: (performance.now() - started) / 1000 })
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, 0) + (isStopping() ? 1 : 0)
  console.log('')
  for (const { name, seconds, note, ...counts } of results) {
    console.log(
      `${counts.failed === 0 ? '✓' : '✗'} ${name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds.toFixed(1)} s${note ? ` (${note})` : ''}`,
    )
  }
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0
}

/** A tool that only says yes or no counts as one. */
const command = (name: string, packageName: string, commandName: string, args: readonly string[]): Check => ({
  name,
  run: async () => ((await runNode(commandOf(packageName, commandName), args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
})

const vitest = (reports: string, args: readonly string[]): Check => ({
  name: 'Vitest',
  run: async () => {
    const report = join(reports, 'vitest.json')
    const code = await runNode(commandOf('vitest', 'vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args])
    const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = readReport<VitestReport>(report)
    return counted(code, numPassedTests, numFailedTests, numPendingTests + numTodoTests)
  },
})

const playwright = (reports: string, browser: Browser | Error): Check => ({
  name: 'Playwright',
  run: async () => {
    if (browser instanceof Error) throw browser
    const report = join(reports, 'playwright.json')
    const env = {
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      PLAYWRIGHT_HTML_OPEN: 'never',
      YITANG_E2E_OUTPUT: join(reports, 'e2e'),
      ...(browser.path === undefined ? {} : { YITANG_CHROMIUM: browser.path }),
    }
    const code = await runNode(commandOf('@playwright/test', 'playwright'), ['test', '--reporter=list,json'], { env })
    const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = readReport<PlaywrightReport>(report).stats ?? {}
    return counted(code, expected, unexpected + flaky, skipped)
  },
})

interface VitestReport {
  readonly numPassedTests?: number
  readonly numFailedTests?: number
  readonly numPendingTests?: number
  readonly numTodoTests?: number
}

interface PlaywrightReport {
  readonly stats?: { readonly expected?: number; readonly unexpected?: number; readonly flaky?: number; readonly skipped?: number }
}

const readReport = <T extends object>(path: string): Partial<T> => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : {})

/** A test that did not run is a failure, and so is a run that failed without a failed test (a file that can't be loaded). */
function counted(code: number, passed: number, failed: number, skipped: number): Omit<Result, 'name'> {
  if (skipped > 0) return { passed, failed: failed + skipped, note: `${skipped} did not run` }
  if (code !== 0 && failed === 0) return { passed, failed: 1, note: `ended with ${code} without a failed test` }
  if (passed + failed === 0) return { passed, failed: 1, note: 'no test found' }
  return { passed, failed }
}
