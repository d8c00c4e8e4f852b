/** Finds a Chromium for the browser tests, and gets one where there is none: these tests are never left out. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { commandOf, runNode, runProgram } from '#scripts/children.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/** Where the browser is; undefined: Playwright knows, because it has downloaded its own. */
export type Browser = { readonly path: string | undefined }

/** An installed Chromium, else Debian's package, else Playwright's download. @throws Error with the command to type when all fail. */
export async function ensureBrowser(say: (line: string) => void): Promise<Browser> {
  const installed = findBrowser()
  if (installed !== undefined) return { path: installed }
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    say('Installing Chromium for the browser tests (once, about 170 MB) …')
    await installFromDebian()
    const fromDebian = findBrowser()
    if (fromDebian !== undefined) return { path: fromDebian }
  }
  say("Downloading Playwright's Chromium for the browser tests (once) …")
  const code = await runNode(commandOf('@playwright/test', 'playwright'), ['install', ...(process.getuid?.() === 0 ? ['--with-deps'] : []), 'chromium'])
  if (code === 0) return { path: undefined }
  throw new Error('No browser for the tests. As root: apt-get install -y chromium fonts-noto-cjk')
}

async function installFromDebian(): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  // Two runs at once wait for each other.
  const wait = ['-o', 'DPkg::Lock::Timeout=600']
  await runProgram('apt-get', ['update', '-qq', ...wait], env)
  await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wait, 'chromium', 'fonts-noto-cjk'], env)
}

/** Only one that runs: some distributions install a stub under the same name. */
function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES]
  return candidates.find((path) => existsSync(path) && (process.platform === 'win32' || spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0))
}
