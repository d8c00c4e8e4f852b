/** What `npm start` costs with everything installed: time, and processor time of all its processes, until it says `ready`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from '#bench/figure.ts'

const root = join(import.meta.dirname, '..')
const READY = /^ready (http:\/\/\S+)/m
/** Of the kernel's clock; the same on every Linux that we know of. */
const TICKS_PER_SECOND = 100

export interface StartCost {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly url: string
}

export interface StartSize {
  readonly laterStarts: number
  readonly people?: number
}

/** A first start on an empty data folder, with seeding, and later ones on the same. */
export async function measureStarts({ laterStarts, people }: StartSize, say: (line: string) => void): Promise<{ first: StartCost; later: StartCost[] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yitang-start-'))
  // PostgreSQL may run as another user, who has to pass through.
  chmodSync(dataDir, 0o711)
  try {
    const costs: StartCost[] = []
    for (let start = 0; start <= laterStarts; start += 1) {
      const cost = await startOnce(dataDir, people)
      say(`  start ${start + 1}: ${cost.wallSeconds.toFixed(1)} s, ${cost.cpuSeconds.toFixed(1)} s of CPU`)
      costs.push(cost)
    }
    const [first, ...later] = costs
    return { first: first as StartCost, later }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

export const startFigures = ({ first, later }: { readonly first: StartCost; readonly later: readonly StartCost[] }): readonly Figure[] => [
  { name: 'npm start, first, with seeding: to ready', unit: 's', rounds: [first.wallSeconds] },
  { name: 'npm start, first, with seeding: processor time', unit: 's', rounds: [first.cpuSeconds] },
  { name: 'npm start, later: to ready', unit: 's', rounds: later.map(({ wallSeconds }) => wallSeconds) },
  { name: 'npm start, later: processor time', unit: 's', rounds: later.map(({ cpuSeconds }) => cpuSeconds), reach: { most: 5 } },
]

async function startOnce(dataDir: string, people: number | undefined): Promise<StartCost> {
  const { DATABASE_URL: _, ...env } = process.env
  const begun = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, NODE_OPTIONS: '', YITANG_DATA: dataDir, PORT: '0', ...(people === undefined ? {} : { YITANG_PEOPLE: String(people) }) },
  })
  try {
    const url = await readyUrl(child)
    return { wallSeconds: (performance.now() - begun) / 1000, cpuSeconds: cpuSecondsUnder(child.pid as number), url }
  } finally {
    await ended(child)
  }
}

function readyUrl(child: ChildProcess): Promise<string> {
  let output = ''
  return new Promise((done, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const url = READY.exec(output)?.[1]
        if (url !== undefined) done(url)
      })
    }
    child.on('error', failed)
    child.on('exit', () => failed(new Error(`npm start ended before it was ready:\n${output.slice(-2000)}`)))
  })
}

interface ProcessTime {
  readonly parent: number
  /** Its own, and that of children that it has waited for. */
  readonly seconds: number
}

/** @throws Error where there is no /proc */
function processTimes(): ReadonlyMap<number, ProcessTime> {
  const times = new Map<number, ProcessTime>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      // The name, in brackets, may hold spaces and brackets.
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number)
      const [parent, user, system, childrenUser, childrenSystem] = [fields[1], fields[11], fields[12], fields[13], fields[14]] as number[]
      const ticks = (user as number) + (system as number) + (childrenUser as number) + (childrenSystem as number)
      times.set(Number(name), { parent: parent as number, seconds: ticks / TICKS_PER_SECOND })
    } catch {
      // It has ended meanwhile.
    }
  }
  return times
}

/** Processor time of a process and everything that descends from it. */
export function cpuSecondsUnder(pid: number): number {
  const times = processTimes()
  const isUnder = (id: number): boolean => id === pid || (times.has(id) && isUnder((times.get(id) as ProcessTime).parent))
  return [...times].filter(([id]) => isUnder(id)).reduce((sum, [, { seconds }]) => sum + seconds, 0)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  // The whole of it has ended when its output is closed, not when npm itself has gone.
  const closed = new Promise<void>((done) => child.once('close', () => done()))
  child.kill('SIGTERM')
  await closed
}
