/** The programs that a task runs: in their own process groups, ended as a whole, never left behind. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const root = join(import.meta.dirname, '..')

const GRACE_MS = 20_000
const POLL_MS = 500
const running = new Set<number>()
let stopping = false

/** The file that a package offers as a command; run with our own Node.js, not through node_modules/.bin, which not every system can run. */
export function commandOf(packageName: string, command: string): string {
  const folder = join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: string | Record<string, string> }
  const file = typeof bin === 'string' ? bin : bin[command]
  if (file === undefined) throw new Error(`${packageName} has no command ${command}`)
  return join(folder, file)
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv
  /** Options of Node.js before the file. */
  readonly nodeOptions?: readonly string[]
}

/** Runs a file with Node.js, its output on our terminal. @returns its exit code, 1 when it was ended by a signal. */
export async function runNode(file: string, args: readonly string[], { env = {}, nodeOptions = [] }: RunOptions = {}): Promise<number> {
  const watch = ['--import', join(root, 'scripts', 'parent-watch.mjs')]
  return runProgram(process.execPath, [...watch, ...nodeOptions, file, ...args], env)
}

/** Runs a program, its output on our terminal. @returns its exit code, 1 when it was ended by a signal, 127 when there is none. */
export async function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  if (stopping) return 1
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
    env: { ...process.env, PATH: `${dirname(process.execPath)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`, ...env },
  })
  const pid = child.pid
  if (pid !== undefined) running.add(pid)
  return new Promise((done) => {
    child.on('error', () => done(127))
    child.on('exit', (code) => {
      if (pid !== undefined) running.delete(pid)
      done(code ?? 1)
    })
  })
}

/** Whether the task was asked to stop: nothing new is begun then. */
export const isStopping = (): boolean => stopping

/**
 * Passes a SIGINT, SIGTERM or SIGHUP on to what runs, which lets the task come to its end; and does the same when the process that
 * launched this one is gone, as after a kill -9.
 */
export function stopWithLauncher(): void {
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    for (const pid of running) end(pid, 'SIGTERM')
    await sleep(GRACE_MS, undefined, { ref: false })
    for (const pid of running) end(pid, 'SIGKILL')
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const launcher = process.env.YITANG_LAUNCHER
  if (launcher === undefined) return
  setInterval(() => {
    if (String(process.ppid) !== launcher) void stop()
  }, POLL_MS).unref()
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It has ended by itself.
  }
}
