/**
 * A lock that is a file and whose holders are processes. It outlives no holder: after a kill -9 the next comer sees that nobody
 * named in the file is alive and takes it over. Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 300

/**
 * `1234:567890`: the process and, where the system tells it, when it started, so that a reused process id is not mistaken for it.
 * @param {number} [pid]
 */
export function identityOf(pid = process.pid) {
  return `${pid}:${startedAt(pid)}`
}

/**
 * Clock ticks since the machine started; empty where there is no /proc.
 * @param {number} pid
 */
function startedAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/**
 * @param {string} identity as `identityOf` writes it
 */
export function isAlive(identity) {
  const [pid = '', started = ''] = identity.split(':')
  if (!/^\d+$/.test(pid)) return false
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false
  }
  return started === startedAt(Number(pid))
}

/**
 * Takes the lock, or, where `wait` is false, answers undefined when a living process holds it.
 * @param {string} path
 * @param {{ wait?: boolean, onWait?: (holder: string) => void }} [options]
 * @returns {Promise<{ release: () => void, shareWith: (pid: number) => void } | undefined>} `shareWith`: the lock lasts as long as this process lives too
 */
export async function takeLock(path, { wait = true, onWait } = {}) {
  mkdirSync(dirname(path), { recursive: true })
  const own = identityOf()
  for (let asked = false; !(await tryToTake(path, own)); ) {
    if (!wait) return undefined
    if (!asked) onWait?.(holdersOf(path).find(isAlive)?.split(':')[0] ?? '?')
    asked = true
    await sleep(POLL_MS)
  }
  return {
    release: () => {
      if (holdersOf(path)[0] === own) rmSync(path, { force: true })
    },
    shareWith: (pid) => writeFileSync(path, `${own}\n${identityOf(pid)}\n`),
  }
}

/**
 * @param {string} path
 * @param {string} own
 */
async function tryToTake(path, own) {
  try {
    writeFileSync(path, `${own}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  }
  if (holdersOf(path).some(isAlive)) return false
  // Left by a dead process. Several may see that at once: each puts its own name over it, and after a pause the last one has it.
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, `${own}\n`)
  if (holdersOf(path).some(isAlive)) {
    rmSync(mine, { force: true })
    return false
  }
  renameSync(mine, path)
  await sleep(POLL_MS)
  return holdersOf(path)[0] === own
}

/**
 * @param {string} path
 */
function holdersOf(path) {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
