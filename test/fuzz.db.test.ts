/** Every operation of the API under every role, with right and wrong input. `npm run night` sends 20,000 of these requests; here are some. */
import { request } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '#test/database.ts'
import { type FuzzWorld, fuzz, openFuzzWorld, personalIn, told, wrongs } from '#test/fuzzing.ts'
import { type Product, startProduct } from '#test/product.ts'

const SEED = Number(process.env.YITANG_FUZZ_SEED ?? 20_261_124)
const REQUESTS = 900

/** Readings, their leaves, sessions in use; and what the sweeps do meanwhile. */
const WRITTEN_BY_READING =
  /^(?:readings|reading_flags|log_|sessions|clock|rate_windows|floods|outbox|supervision_|supervised_|production_|parcels|messages|alarms|evidence)/
const PAGES = [
  '/',
  '/progress',
  '/sign-in',
  '/sign-out',
  '/my-file',
  '/devices',
  '/window',
  '/window/apply',
  '/window/collect',
  '/factory',
  '/dispatch',
  '/supervision',
  '/audit',
]

let product: Product
let databaseUrl: string
let world: FuzzWorld

beforeAll(async () => {
  const { url } = await freshDatabase()
  databaseUrl = url
  product = await startProduct({ DATABASE_URL: url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0', YITANG_LIMITS: 'bench/limits.json' })
  world = await openFuzzWorld(product)
})
afterAll(() => product?.stop())

describe('whatever is sent by whomever', () => {
  it('is answered as the document promises, in words, with nobody else’s data, and no number in the log', async () => {
    const { sent, statuses, findings } = await fuzz(product, world, { count: REQUESTS, seed: SEED })
    expect(told(findings, SEED)).toEqual([])
    expect([...personalIn(product.output(), world)]).toEqual([])
    expect(sent).toBe(REQUESTS)
    // It came past the edge often enough to mean something.
    expect((statuses[200] ?? 0) + (statuses[201] ?? 0)).toBeGreaterThan(REQUESTS / 40)
    expect(new Set(world.callers.map(({ role }) => role)).size).toBeGreaterThan(15)
  }, 240_000)
})

describe('what only reads', () => {
  const counted = async (client: pg.Client): Promise<string> => {
    const { rows } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    // That somebody read, and that a session is in use, is written down; and the product goes on working.
    const names = rows.map(({ name }) => name).filter((name) => !WRITTEN_BY_READING.test(name))
    const counts = []
    for (const name of names) counts.push(`${name} ${(await client.query<{ n: string }>(`select count(*) as n from ${name}`)).rows[0]?.n}`)
    return counts.join(', ')
  }

  it('changes nothing, under any role, at any address of the API or of a page', async () => {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    try {
      const before = await counted(client)
      const known = (path: string): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(world.known[name]?.[0] ?? 'x'))
      const paths = [...world.operations.filter(({ method }) => method === 'GET').map(({ path }) => known(path)), ...PAGES]
      for (const path of paths)
        for (const token of new Set(world.callers.map((caller) => caller.token)))
          await fetch(product.url + path, { redirect: 'manual', headers: { accept: 'text/html', ...(token && { authorization: `Bearer ${token}` }) } })
      expect(await counted(client)).toBe(before)
    } finally {
      await client.end()
    }
  }, 240_000)
})

describe('what is not meant to be served', () => {
  it.each([
    '/.git/config',
    '/src/main.ts',
    '/assets/',
    '/assets/../package.json',
    '/assets/%2e%2e/package.json',
    '/data/keys.json',
    '/documentation',
    '/..%2f..%2fetc/passwd',
  ])('%s is not there', async (path) => {
    const answer = await fetch(product.url + path)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })

  it('nor is a request echoed', async () => {
    for (const method of ['TRACE', 'TRACK', 'CONNECT']) expect(await statusOf(method)).not.toBe(200)
  })
})

/** What `fetch` refuses to send. */
const statusOf = (method: string): Promise<number> =>
  new Promise((done) => {
    const sending = request(product.url, { method, path: '/' }, (answer) => {
      answer.resume()
      done(answer.statusCode ?? 0)
    })
    sending.on('error', () => done(0)).on('connect', (answer) => done(answer.statusCode ?? 0))
    sending.end()
  })

describe('the judge', () => {
  const judge = (answer: { status: number; type?: string; text: string }, url = '/api/v1/cases') => {
    const operation = { method: 'GET', path: '/api/v1/cases', parameters: [], body: undefined, declared: new Set([200, 404]) }
    const [first] = world.canaries
    const caller = world.callers.find(({ role }) => role === 'station-officer' && first)
    return [...wrongs(world, operation, { method: 'GET', url, headers: {}, body: undefined }, caller!, { type: 'application/problem+json', ...answer })]
  }
  const refusal = (more: object = {}) => JSON.stringify({ type: '/problems/not-found', status: 404, title: '没有', titleEn: 'none', ...more })

  it('notices a fault, a status that was not promised, an error with its insides, and one that is said in one language', () => {
    expect(judge({ status: 200, text: '{}' })).toEqual([])
    expect(judge({ status: 404, text: refusal() })).toEqual([])
    expect(judge({ status: 500, text: refusal({ status: 500 }) })).toEqual(['a fault', 'an undeclared status 500'])
    expect(judge({ status: 404, text: refusal({ titleEn: undefined }) })).toEqual(['not said in both languages'])
    expect(judge({ status: 404, text: refusal({ detail: 'Error\n    at run (file:///x/src/main.ts:3)' }) })).toContain('an error with its insides')
  })

  it('notices another person’s data, also of a case that the caller may not read, and lets pass what was asked for by right', () => {
    const [own, foreign] = [0, 1].map((station) => world.canaries[station]!)
    const officerAt = (station: string) => world.callers.find(({ role, organ }) => role === 'station-officer' && organ === station)!
    const ask = (caller: (typeof world.callers)[number], text: string, url: string) => {
      const operation = { method: 'GET', path: '/x', parameters: [], body: undefined, declared: new Set([200]) }
      return [...wrongs(world, operation, { method: 'GET', url, headers: {}, body: undefined }, caller, { status: 200, type: 'application/json', text })]
    }
    const text = JSON.stringify({ name: foreign!.person.name })
    expect(ask(officerAt(own!.station), text, `/api/v1/cases/${foreign!.caseNumber}`)).toEqual(['the name of another person'])
    expect(ask(officerAt(foreign!.station), text, '/api/v1/cases')).toEqual(['the name of another person'])
    expect(ask(officerAt(foreign!.station), text, `/api/v1/cases/${foreign!.caseNumber}`)).toEqual([])
    expect(ask(world.callers[0]!, JSON.stringify({ n: own!.person.identityNumber }), '/x')).toEqual(['the number of another person'])
  })

  it('notices a number in a line of the log', () => {
    expect([...personalIn('{"msg":"x 22010419900101123X"}', world)]).toHaveLength(1)
    expect([...personalIn(`{"msg":"${world.canaries[0]!.phone}"}`, world)]).toHaveLength(1)
    expect([...personalIn('{"time":"2026-02-13T02:00:00.000Z","ms":12}', world)]).toEqual([])
  })
})
