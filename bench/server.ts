/** The product as a process of its own that only serves (src/main.ts --role web), for the load to call. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openAccounts } from '#account/commands/sessions.ts'
import type { Work } from '#bench/desk.ts'
import type { Ends } from '#bench/figure.ts'
import type { Load, Loaded } from '#bench/load.ts'
import { NOW, type Office, STATION } from '#bench/office.ts'
import { serverOptions } from '#scripts/start.ts'
import { buildClient } from '#web/shared/build.ts'

const root = join(import.meta.dirname, '..')
const READY = /^ready (http:\/\/\S+)/m
/** One address and one officer are the whole province here. */
const LIMITS = join(root, 'bench', 'limits.json')
const SESSION_MINUTES = 24 * 60

export interface Server {
  readonly host: string
  readonly port: number
  readonly pid: number
  /** Of a station officer who is signed in. */
  readonly token: string
  stop(): Promise<void>
}

/** @param nodeOptions e.g. for a profile */
export async function startServer(
  office: Office,
  { url, dataDir, nodeOptions = [] }: { url: string; dataDir: string; nodeOptions?: readonly string[] },
): Promise<Server> {
  await buildClient()
  const logFile = join(dataDir, 'server.log')
  const log = openSync(logFile, 'w')
  const child = spawn(process.execPath, [...serverOptions, ...nodeOptions, join(root, 'src', 'main.ts'), '--role', 'web'], {
    cwd: root,
    stdio: ['ignore', 'pipe', log],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DATABASE_URL: url,
      YITANG_DATA: dataDir,
      YITANG_NOW: NOW,
      YITANG_PEOPLE: '0',
      YITANG_LIMITS: LIMITS,
      HOST: '127.0.0.1',
      PORT: '0',
    },
  })
  closeSync(log)
  let output = ''
  const ready = await new Promise<string | undefined>((done) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const found = READY.exec(output)?.[1]
      if (found !== undefined) done(found)
    })
    child.on('exit', () => done(undefined))
  })
  if (ready === undefined) throw new Error(`the server ended before it was ready:\n${output}${readFileSync(logFile, 'utf8').slice(-2000)}`)
  const { hostname: host, port } = new URL(ready)
  return { host, port: Number(port), pid: child.pid as number, token: await signedIn(office), stop: () => ended(child) }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>((done) => child.once('exit', () => done()))
  child.kill('SIGTERM')
  await exit
}

async function signedIn({ db, committer }: Office): Promise<string> {
  const actor = { id: `station-officer:${STATION}:1`, role: 'station-officer', organ: STATION, personId: null } as const
  return (await openAccounts(db, committer).signIn(actor, '测试民警', NOW, SESSION_MINUTES)).token
}

export interface Desk {
  /** Accepts a case for each. @throws Error when one is not accepted */
  accept(work: Work): Promise<Ends>
  close(): void
}

/**
 * The process of bench/desk.ts.
 * @param place.plain without encryption, @param place.plainAudit without the evidence log: for what they cost
 */
export function openDesk({ url, dataDir, plain = false, plainAudit = false }: { url: string; dataDir: string; plain?: boolean; plainAudit?: boolean }): Desk {
  const env = { ...process.env, DATABASE_URL: url, YITANG_DATA: dataDir, BENCH_PLAIN: plain ? '1' : '', BENCH_PLAIN_AUDIT: plainAudit ? '1' : '' }
  const child = fork(join(root, 'bench', 'desk.ts'), [], { cwd: root, serialization: 'advanced', execArgv: [...serverOptions], env })
  return {
    accept: (work) => answerOf<Ends>(child, work),
    close: () => child.disconnect(),
  }
}

function answerOf<T>(child: ChildProcess, question: object): Promise<T> {
  return new Promise<T>((done, failed) => {
    const ended = (code: number | null): void => failed(new Error(`the process ended with ${code} and no answer`))
    child.once('message', (message) => {
      child.off('exit', ended)
      done(message as T)
    })
    child.once('exit', ended)
    child.send(question)
  })
}

/** Has the load played by a process of its own. @throws Error with an answer that was no success */
export async function playLoad(load: Load): Promise<Loaded> {
  const child = fork(join(root, 'bench', 'load.ts'), [], { cwd: root, serialization: 'advanced', execArgv: [] })
  const loaded = await answerOf<Loaded>(child, load)
  if (loaded.refused !== undefined) throw new Error(`the server refused:\n${loaded.refused.slice(0, 2000)}`)
  return loaded
}
