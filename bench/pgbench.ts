/**
 * The measuring rod: pgbench plays the very statements with which a case is accepted. Their texts and values are those of one real
 * submission; what must differ from run to run (ids, numbers, keys, people) is a token in the values, replaced by the server with
 * `replace(value, token, number)`. Nothing else is changed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Ends } from '#bench/figure.ts'
import { type DbActor, SYSTEM, sessionSettings } from '#platform/actor.ts'
import type { Piece } from '#platform/statement.ts'

/** Where pgbench is: in the path, where Debian puts it, or freshly installed. @throws Error with the command to type. */
export function findPgbench(): string {
  const found = installedPgbench()
  if (found !== undefined) return found
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const wait = ['-qq', '-o', 'DPkg::Lock::Timeout=600']
    spawnSync('apt-get', ['update', ...wait], { env })
    // Before the package makes a server of its own that nobody asked for.
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...wait, 'postgresql-common'], { env })
    spawnSync('sh', ['-c', 'echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf'], { env })
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...wait, 'postgresql'], { env })
  }
  const installed = installedPgbench()
  if (installed === undefined) throw new Error('pgbench is missing. It comes with PostgreSQL; on Debian, as root: apt-get install -y postgresql')
  return installed
}

const installedPgbench = (): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'pgbench')), ...globSync('/usr/lib/postgresql/*/bin/pgbench')].find(
    (path) => existsSync(path) && spawnSync(path, ['--version']).status === 0,
  )

/** Something that each run needs for itself: the end of `text` becomes the token wherever it stands in a value. */
export interface Token {
  readonly text: string
  /** `run`: drawn anew by each run; `person`: one of the people set out for pgbench. */
  readonly of: 'run' | 'person'
}

const TOKENS = { run: '@@@@@@@@@@@@', person: '%%%%%%%%%%%%' } as const
/** The numbers that take the token's place have as many digits. */
export const DIGITS = TOKENS.run.length
const RUN_NUMBERS = [100_000_000_000, 999_999_999_999] as const

export const withToken = (text: string, of: Token['of']): string => text.slice(0, -DIGITS) + TOKENS[of]

export interface Script {
  readonly text: string
  /** Name → value of what the statements take as parameters. */
  readonly variables: ReadonlyMap<string, string>
}

/**
 * @param pieces statements with the values of one run
 * @param tokens in the order in which they are looked for
 * @param people first and last of the numbers that stand for people
 * @throws RangeError when a token's text stands in no value
 */
export function scriptOf(pieces: readonly Piece[], tokens: readonly Token[], people: readonly [first: number, last: number]): Script {
  const variables = new Map<string, string>()
  for (const { text } of tokens) {
    const stands = pieces.some(({ values }) => values.some((value) => typeof value === 'string' && value.includes(text)))
    if (!stands) throw new RangeError(`no value of the statements has ${text}`)
  }
  const statements = pieces.map(({ text, values }, i) =>
    text.replaceAll(/\$(\d+)/g, (_, n: string) => {
      const value = values[Number(n) - 1]
      if (value === null || value === undefined) return 'null'
      const name = `s${i}v${n}`
      const tokened = tokens.reduce((sofar, token) => sofar.replaceAll(token.text, withToken(token.text, token.of)), String(value))
      variables.set(name, tokened)
      return (['run', 'person'] as const).reduce(
        (expression, of) => (tokened.includes(TOKENS[of]) ? `replace(${expression}, '${TOKENS[of]}', :${of})` : expression),
        `:${name}`,
      )
    }),
  )
  const numbers = [`\\set run random(${RUN_NUMBERS.join(', ')})`, `\\set person random(${people.join(', ')})`]
  return { text: [...numbers, ...statements.map((statement) => `${statement};`)].join('\n'), variables }
}

export interface Played {
  readonly ends: Ends
  /** As pgbench says it, over the whole run but for connecting. */
  readonly tps: number
}

/** The session's variables that the product's statements run with, so that the same policies look at the same rows. */
function settingsFor(actor: DbActor): string {
  const settings = sessionSettings(actor)
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
    .join(' ')
}

/** Plays the script so often on each of so many connections, prepared, for the actor. @throws Error with pgbench's words when a run failed. */
export async function playPgbench(pgbench: string, url: string, script: Script, lanes: number, runsPerLane: number, actor: DbActor = SYSTEM): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'yitang-pgbench-'))
  try {
    const file = join(folder, 'accept.sql')
    writeFileSync(file, script.text)
    const defines = [...script.variables].flatMap(([name, value]) => ['-D', `${name}=${value}`])
    const threads = ['-c', String(lanes), '-j', '2', '-t', String(runsPerLane)]
    const logging = ['-l', `--log-prefix=${join(folder, 'log')}`]
    const said = await output(pgbench, ['-n', '-M', 'prepared', ...threads, ...logging, '-f', file, ...defines, url], { PGOPTIONS: settingsFor(actor) })
    const tps = Number(/^tps = ([\d.]+) \(without initial connection time\)/m.exec(said)?.[1])
    const ends = endsOf(
      readdirSync(folder)
        .filter((name) => name.startsWith('log'))
        .map((name) => readFileSync(join(folder, name), 'utf8')),
    )
    const count = ends.flat().length
    if (count !== lanes * runsPerLane || !(tps > 0)) throw new Error(`pgbench ran ${count} of ${lanes * runsPerLane}:\n${said}`)
    return { ends, tps }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A line of the log: client, number, microseconds, script, then when it ended: seconds and microseconds. */
function endsOf(logs: readonly string[]): Ends {
  const lanes = new Map<string, number[]>()
  for (const line of logs.flatMap((log) => log.trim().split('\n'))) {
    const [client = '', , , , seconds, microseconds] = line.split(' ')
    lanes.set(client, [...(lanes.get(client) ?? []), Number(seconds) * 1000 + Number(microseconds) / 1000])
  }
  return [...lanes.values()]
}

function output(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => (text += part))
    child.on('error', failed)
    child.on('close', (code) => (code === 0 ? done(text) : failed(new Error(`pgbench ended with ${code}:\n${text.slice(-2000)}`))))
  })
}
