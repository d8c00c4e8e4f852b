/** Every operation of the API under every role, with right and wrong input. `npm run night` sends 20,000 of these requests; here are some. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '#test/database.ts'
import { type FuzzWorld, fuzz, openFuzzWorld, personalIn, told, wrongs } from '#test/fuzzing.ts'
import { type Product, startProduct } from '#test/product.ts'

const SEED = Number(process.env.YITANG_FUZZ_SEED ?? 20_261_124)
const REQUESTS = 900

let product: Product
let world: FuzzWorld

beforeAll(async () => {
  const { url } = await freshDatabase()
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
