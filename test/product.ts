/** The running product, as a newcomer starts it, for the tests that drive it over HTTP or in the browser. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withEmptyDatabase } from '#scripts/temporary-database.ts'

export interface Product {
  /** `http://localhost:41234`, without a slash at the end. */
  readonly url: string
  /** Everything that it wrote so far, for a failing test's message. */
  output(): string
  /** Ends it as SIGTERM does and takes its data away. @returns its exit code; null when a signal ended it */
  stop(): Promise<number | null>
  /** Ends the server, and whatever started it, as a kill -9 does: nothing is drained, nothing said. Its data stays where the caller has put it. */
  kill(): Promise<void>
}

const root = join(import.meta.dirname, '..')
const READY = /^ready (http:\/\/\S+)/m

/**
 * Starts the product on a free port with a data folder of its own, and comes back when it says `ready`.
 * @param env e.g. `{ YITANG_NOW: '2026-02-13T11:59:00+08:00', YITANG_PEOPLE: '200' }`
 * @throws Error with its output when it ends before it is ready
 */
export async function startProduct(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'yitang-product-'))
  chmodSync(folder, 0o711)
  // With DATABASE_URL the tests run on that server, each product in a database of its own.
  const database = process.env.DATABASE_URL && !env.DATABASE_URL ? await heldDatabase() : undefined
  const child = spawn(process.execPath, [join(root, 'scripts', 'tasks.ts'), 'start', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PORT: String(await freePort()),
      YITANG_DATA: folder,
      YITANG_LAUNCHER: String(process.pid),
      ...(database ? { DATABASE_URL: database.url } : {}),
      ...env,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const stop = async (): Promise<number | null> => {
    await ended(child)
    await database?.release()
    rmSync(folder, { recursive: true, force: true })
    return child.exitCode
  }
  const kill = async (): Promise<void> => {
    for (const pid of [...childrenOf(child.pid as number), child.pid as number]) process.kill(pid, 'SIGKILL')
    await ended(child)
  }
  const url = await new Promise<string | undefined>((done) => {
    child.stdout.on('data', () => READY.test(output) && done(READY.exec(output)?.[1]))
    child.on('exit', () => done(undefined))
  })
  if (url !== undefined) return { url, output: () => output, stop, kill }
  await stop()
  throw new Error(`the product ended before it was ready:\n${output}`)
}

/** The processes that a process has started, as Linux and macOS tell. */
const childrenOf = (pid: number): readonly number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([own]) => own as number)
    .filter((own) => isRunning(own))

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>((done) => child.once('exit', () => done()))
  child.kill('SIGTERM')
  await exit
}

/** A database that lives until it is released. */
function heldDatabase(): Promise<{ url: string; release(): Promise<void> }> {
  return new Promise((given, failed) => {
    const released = Promise.withResolvers<void>()
    const dropped = withEmptyDatabase(async (url) => {
      given({
        url,
        release: async () => {
          released.resolve()
          await dropped
        },
      })
      await released.promise
    })
    dropped.catch(failed)
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await new Promise<number>((done, failed) => {
    server.once('error', failed).listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port))
  })
  await new Promise<void>((closed) => server.close(() => closed()))
  return port
}
