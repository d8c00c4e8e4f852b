/** What the edge keeps: whether refusals tell who exists, what is answered to anything at all, and what is still done when too much comes. */
import { randomInt } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { Figure } from '#bench/figure.ts'
import { makeCaseNumber } from '#kernel/ids.ts'
import { day } from '#kernel/time.ts'
import { openApi } from '#test/api.ts'
import { type FuzzWorld, fuzz, openFuzzWorld, personalIn, told } from '#test/fuzzing.ts'
import type { Product } from '#test/product.ts'

type Say = (line: string) => void

const OUTSIDE = '220202500100'
const ASKS_EACH = 15
/** Wrong endings of one number before the next one locks it for a while. */
const TRIES_EACH = 4

/**
 * How well the times of two kinds tell them apart: the probability that one of the first kind took longer than one of the second
 * (Mann–Whitney), whichever way round; 0.5 is not at all, 1 always.
 */
export function toldApart(first: readonly number[], second: readonly number[]): number {
  const all = [...first.map((ms) => ({ ms, first: true })), ...second.map((ms) => ({ ms, first: false }))].sort((a, b) => a.ms - b.ms)
  let ranks = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]?.ms === all[from]?.ms) to += 1
    const rank = (from + 1 + to) / 2
    for (let at = from; at < to; at += 1) if (all[at]?.first) ranks += rank
    from = to
  }
  const auc = (ranks - (first.length * (first.length + 1)) / 2) / (first.length * second.length)
  return Math.max(auc, 1 - auc)
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

interface Timed {
  readonly ms: number
  readonly status: number
  readonly text: string
}

function ask(base: URL, agent: Agent, { method, path, headers, body }: Asked): Promise<Timed> {
  const began = performance.now()
  return new Promise((done, failed) => {
    const sending = request(
      { agent, host: base.hostname, port: base.port, method, path, headers: { ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) } },
      (answer) => {
        let text = ''
        let ms = 0
        answer.setEncoding('utf8').once('data', () => (ms = performance.now() - began))
        answer.on('data', (part: string) => (text += part)).on('end', () => done({ ms, status: answer.statusCode ?? 0, text }))
      },
    )
    sending.on('error', failed)
    sending.end(body)
  })
}

/** So many cases of synthetic people, for look-ups that may try each only a few times. */
async function openCases(product: Pick<Product, 'url'>, count: number): Promise<readonly string[]> {
  const api = openApi(product)
  const officer = await api.signIn({ role: 'station-officer', organ: OUTSIDE })
  const photo = await api.portrait(1, officer)
  const numbers: string[] = []
  while (numbers.length < count) {
    const { person } = await api.makePerson({ age: 30, within: '2201', card: { expiresOn: '2026-03-10' } })
    const { body, text } = await api.post('/api/v1/cases', api.renewal(person.identityNumber, photo), officer)
    if (!body.number) throw new Error(`no case: ${text}`)
    numbers.push(body.number as string)
  }
  return numbers
}

/** Pairs of look-ups that must look the same: of somebody or something that exists, and of nothing. */
async function lookUpPairs(
  product: Pick<Product, 'url'>,
  { canaries }: FuzzWorld,
  lookUps: number,
): Promise<Readonly<Record<string, (exists: boolean, nth: number) => Asked | Promise<Asked>>>> {
  const api = openApi(product)
  /** Whoever asks too often for what is not theirs is stopped: the next one goes on. */
  let outsider = ''
  const outsiderAt = async (nth: number): Promise<string> => {
    if (nth % ASKS_EACH === 0) outsider = await api.signIn({ officer: `station-officer:${OUTSIDE}:${nth + 1}` })
    return outsider
  }
  const resident = await api.signIn({ person: (await api.makePerson({ age: 40, within: '2202' })).person.id })
  const unknown = (): string => makeCaseNumber({ prefecture: '2201', on: day('2026-02-13'), random: randomInt(10_000_000, 99_999_999) })
  const known = (): string => canaries[randomInt(canaries.length)]?.caseNumber as string
  // Both kinds of progress ask about the same numbers, and each look-up may be of one that exists.
  const cases = await openCases(product, Math.ceil((2 * lookUps) / TRIES_EACH))
  let tries = 0
  const untried = (): string => {
    tries += 1
    return cases[Math.floor((tries - 1) / TRIES_EACH)] as string
  }
  const json = () => ({ 'content-type': 'application/json', 'idempotency-key': `look-${randomInt(2 ** 47)}` })
  const nobody = (await api.makePerson({ age: 41, within: '2202' })).person.identityNumber
  return {
    'progress of a case, wrong ending of the number': (exists) => ({
      method: 'POST',
      path: '/api/v1/progress',
      headers: json(),
      body: JSON.stringify({ number: exists ? untried() : unknown(), lastFour: '000X' }),
    }),
    'the page of progress, wrong ending of the number': (exists) => ({
      method: 'POST',
      path: '/progress',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: product.url },
      body: new URLSearchParams({ _action: 'look', _key: `look-${randomInt(2 ** 47)}`, number: exists ? untried() : unknown(), lastFour: '000X' }).toString(),
    }),
    'a case that is another’s': async (exists, nth) => ({
      method: 'GET',
      path: `/api/v1/cases/${exists ? known() : unknown()}`,
      headers: { authorization: `Bearer ${await outsiderAt(nth)}` },
    }),
    'a person, asked for by who may not': (exists) => ({
      method: 'POST',
      path: '/api/v1/people/find',
      headers: { ...json(), authorization: `Bearer ${resident}` },
      body: JSON.stringify({ identityNumber: exists ? canaries[0]?.person.identityNumber : nobody, purpose: 'application' }),
    }),
  }
}

/**
 * One after the other over one connection, in an order by chance; the kinds side by side, for most of the time of a look-up is waiting.
 * @returns how well each pair is told apart by time
 */
export async function measureAlike(
  product: Pick<Product, 'url'>,
  lookUps: number,
  say: Say,
  only?: readonly string[],
): Promise<readonly (readonly [string, number])[]> {
  const pairs = await lookUpPairs(product, await openFuzzWorld(product), lookUps)
  const base = new URL(product.url)
  const wanted = Object.entries(pairs).filter(([name]) => only === undefined || only.includes(name))
  return Promise.all(
    wanted.map(async ([name, asked]): Promise<readonly [string, number]> => {
      const { auc, answers } = await timedApart(base, asked, lookUps)
      if (answers.length > 1) throw new Error(`${name}: the answers differ:\n${answers.slice(0, 2).join('\n')}`)
      say(`  ${name}: ${auc.toFixed(3)}, ${answers[0]?.slice(0, 3)}`)
      return [name, auc]
    }),
  )
}

async function timedApart(
  base: URL,
  asked: (exists: boolean, nth: number) => Asked | Promise<Asked>,
  lookUps: number,
): Promise<{ readonly auc: number; readonly answers: readonly string[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const times: Record<'true' | 'false', number[]> = { true: [], false: [] }
  const answers = new Set<string>()
  for (let nth = 0; nth < lookUps; nth += 1) {
    const exists = randomInt(2) === 0
    const { ms, status, text } = await ask(base, agent, await asked(exists, nth))
    times[`${exists}`].push(ms)
    answers.add(`${status} ${bare(text)}`)
  }
  agent.destroy()
  return { auc: toldApart(times.true, times.false), answers: [...answers] }
}

/** Without what is made anew for each page, and what was typed. */
export const bare = (text: string): string =>
  text.replace(/value="[0-9a-f-]{36}"/g, 'value="key"').replace(/\b\d{17}\b|\b\d{4} \d{2} \d{4} \d{4} \d{3}\b|\d{4}(?: \d+)+/g, 'number')

export const alikeFigures = (found: readonly (readonly [string, number])[], lookUps: number): readonly Figure[] => [
  {
    name: `Look-ups of who exists and who does not, told apart by time: the worst of ${found.length} kinds (n = ${lookUps})`,
    unit: 'AUC',
    rounds: found
      .map(([, auc]) => auc)
      .sort((a, b) => b - a)
      .slice(0, 1),
    reach: { most: 0.55 },
    note: `The same bytes in every one. ${found.map(([name, auc]) => `${name}: ${auc.toFixed(3)}`).join('; ')}.`,
  },
]

export async function measureFuzz(product: Pick<Product, 'url' | 'output'>, requests: number, seed: number, say: Say): Promise<readonly Figure[]> {
  const world = await openFuzzWorld(product)
  const result = await fuzz(product, world, { count: requests, seed, onDone: (done) => done % 2_000 === 0 && say(`  ${done} requests`) })
  const lines = [...personalIn(product.output(), world)]
  for (const line of [...told(result.findings, seed), ...lines].slice(0, 20)) say(`  ${line}`)
  const statuses = Object.entries(result.statuses).map(([status, count]) => `${status}: ${count}`)
  return [
    {
      name: `Requests out of ${result.sent}, over ${world.operations.length} operations and every role, with a fault, an undeclared status or another’s data in the answer`,
      unit: 'requests',
      rounds: [result.findings.length],
      reach: { most: 0 },
      note: `Seed ${seed}. By status: ${statuses.join(', ')}.`,
    },
    { name: 'Lines of the log with a number, name or phone in them, meanwhile', unit: 'lines', rounds: [lines.length], reach: { most: 0 } },
  ]
}

/** What is done at capacity and at ten times as much: clients who don't wait for each other, and give up after a second. */
export async function measureOverload(product: Pick<Product, 'url'>, seconds: number, say: Say): Promise<readonly Figure[]> {
  const api = openApi(product)
  const { canaries } = await openFuzzWorld(product)
  const [first] = canaries
  const officer = await api.signIn({ role: 'station-officer', organ: first?.station })
  const asked: Asked = { method: 'GET', path: `/api/v1/cases/${first?.caseNumber}`, headers: { authorization: `Bearer ${officer}` } }
  const base = new URL(product.url)
  const atCapacity = await closedLoop(base, asked, 16, seconds)
  const over = await openLoop(base, asked, atCapacity * 10, seconds)
  const after = await closedLoop(base, asked, 16, Math.min(2, seconds))
  say(
    `  capacity ${atCapacity.toFixed(0)}/s; offered ${over.offered.toFixed(0)}/s: good ${over.good.toFixed(0)}/s, p99 ${over.p99.toFixed(0)} ms; after ${after.toFixed(0)}/s`,
  )
  return [
    {
      name: 'Goodput at ten times the load ÷ at capacity',
      unit: 'ratio',
      rounds: [over.good / atCapacity],
      note: `${over.offered.toFixed(0)} a second offered by a client on the same machine.`,
    },
    { name: 'What is answered 200 at ten times the load: p99', unit: 'ms', rounds: [over.p99] },
    { name: 'Throughput right after ÷ before', unit: 'ratio', rounds: [after / atCapacity] },
  ]
}

async function closedLoop(base: URL, asked: Asked, lanes: number, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes })
  const until = performance.now() + seconds * 1000
  let good = 0
  const lane = async (): Promise<void> => {
    while (performance.now() < until) if ((await ask(base, agent, asked)).status === 200) good += 1
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  agent.destroy()
  return good / seconds
}

const PATIENCE_MS = 1_000
const SOCKETS = 300

async function openLoop(base: URL, asked: Asked, perSecond: number, seconds: number): Promise<{ offered: number; good: number; p99: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS })
  const began = performance.now()
  const times: number[] = []
  const under = new Set<Promise<void>>()
  let offered = 0
  while (performance.now() - began < seconds * 1000) {
    const due = ((performance.now() - began) / 1000) * perSecond
    // Whoever finds no connection free has given up already.
    for (; offered < due; offered += 1) {
      if (under.size >= SOCKETS) continue
      const one: Promise<void> = ask(base, agent, asked)
        .then(({ ms, status }) => void (status === 200 && ms <= PATIENCE_MS && times.push(ms)))
        .catch(() => undefined)
        .finally(() => under.delete(one))
      under.add(one)
    }
    await new Promise((done) => setTimeout(done, 2))
  }
  await Promise.all(under)
  agent.destroy()
  const sorted = times.toSorted((a, b) => a - b)
  return { offered: offered / seconds, good: times.length / seconds, p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN }
}
