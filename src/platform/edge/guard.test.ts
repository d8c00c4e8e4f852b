/** A server with the whole edge and handlers of the test's own; each guard is also taken away, to see that its test notices. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { instant } from '#kernel/time.ts'
import type { EdgeOptions, Guard } from '#platform/edge/guard.ts'
import { type LimitTable, openLimits, SHIPPED_LIMITS } from '#platform/edge/limits.ts'
import { type AnyRoute, mountRoutes, openHttp, type Principal, route } from '#platform/http.ts'
import { openLog } from '#platform/log.ts'
import { openMetrics } from '#platform/metrics.ts'
import { jsonAnswer } from '#platform/once.ts'

const at = instant('2026-02-13T02:00:00Z')
const OFFICER: Principal = { id: 'station-officer:1', role: 'station-officer', organ: '220102500100', personId: null }
const open: FastifyInstance[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

const echo = route({
  method: 'POST',
  path: '/api/v1/echo',
  summary: 'echo',
  tag: 'test',
  open: true,
  keyOptional: true,
  body: z.looseObject({}),
  reply: { 200: z.unknown() },
  handle: async ({ body }) => jsonAnswer(200, body),
})

/** A bearer token `officer` or the cookie is the officer. */
async function serve(edge: EdgeOptions, routes: readonly AnyRoute[] = [echo]): Promise<FastifyInstance> {
  const app = await openHttp({
    log: openLog('silent'),
    metrics: openMetrics(),
    now: () => at,
    authenticate: async ({ headers, cookies }) => (headers.authorization === 'Bearer officer' || cookies['yitang-session'] ? OFFICER : null),
    edge,
  })
  mountRoutes(app, routes)
  app.get('/healthz', async () => 'ok')
  open.push(app)
  return app
}

const without = (...guards: Guard[]): EdgeOptions => ({ without: new Set(guards) })
const listen = async (app: FastifyInstance): Promise<{ port: number; url: string }> => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as { port: number }
  return { port, url: `http://127.0.0.1:${port}` }
}

describe('a request from another site', () => {
  const cookie = { cookie: 'yitang-session=x', 'content-type': 'application/json' }
  const cases: readonly (readonly [string, Record<string, string>, boolean])[] = [
    ['a form of this site', { ...cookie, 'sec-fetch-site': 'same-origin' }, true],
    ['a form of this site with the origin hidden', { ...cookie, 'sec-fetch-site': 'same-origin', origin: 'null' }, true],
    ['an older browser on this site', { ...cookie, origin: 'http://localhost:8080' }, true],
    ['an older browser that only says where it was', { ...cookie, referer: 'http://localhost:8080/apply' }, true],
    ['another site', { ...cookie, 'sec-fetch-site': 'cross-site' }, false],
    ['another site that lies about its origin', { ...cookie, 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8080' }, false],
    ['a neighbour under the same name', { ...cookie, 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' }, false],
    ['typed or from a file', { ...cookie, 'sec-fetch-site': 'none' }, false],
    ['an older browser elsewhere', { ...cookie, origin: 'https://evil.example' }, false],
    ['another port', { ...cookie, origin: 'http://localhost:8081' }, false],
    ['an origin that is hidden', { ...cookie, origin: 'null' }, false],
    ['a cookie and not a word', cookie, false],
    ['an origin that is no origin', { ...cookie, origin: 'localhost' }, false],
    ['nobody, from elsewhere', { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' }, false],
    ['a program with its token', { authorization: 'Bearer officer', 'content-type': 'application/json' }, true],
    ['a script elsewhere with a token', { authorization: 'Bearer officer', 'content-type': 'application/json', origin: 'https://evil.example' }, false],
  ]
  it.each(cases)('%s', async (_, headers, may) => {
    const app = await serve({})
    const sent = { method: 'POST', url: '/api/v1/echo', headers: { host: 'localhost:8080', ...headers }, payload: '{}' } as const
    expect((await app.inject(sent)).statusCode).toBe(may ? 200 : 403)
    if (!may) expect((await (await serve(without('origin'))).inject(sent)).statusCode).toBe(200)
  })

  it('may link here, and may not build our answers into its own', async () => {
    const app = await serve({})
    const from = (mode: string) => app.inject({ url: '/healthz', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode } })
    expect((await from('navigate')).statusCode).toBe(200)
    for (const mode of ['no-cors', 'cors', 'websocket']) expect((await from(mode)).statusCode).toBe(403)
  })
})

describe('what every answer says', () => {
  it('lets nothing be run, framed, sniffed, kept or sent elsewhere', async () => {
    const { headers } = await (await serve({})).inject({ url: '/healthz' })
    const policy = Object.fromEntries(
      String(headers['content-security-policy'])
        .split(';')
        .map((one) => [one.split(' ')[0], one.split(' ').slice(1).join(' ')]),
    )
    expect(policy).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    })
    expect(Object.values(policy).join(' ')).not.toMatch(/unsafe|\*|https?:/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    })
    expect(headers['permissions-policy']).toContain('camera=()')
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers['strict-transport-security']).toBeUndefined()
  })

  it('holds browsers to TLS where a trusted proxy says that there is TLS, and nobody else is believed', async () => {
    const told = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' }
    const trusting = await serve({ isProxy: (address) => address === '127.0.0.1' })
    expect((await trusting.inject({ url: '/healthz', headers: told })).headers['strict-transport-security']).toMatch(/max-age=(6|3)\d{7}/)
    expect((await (await serve({})).inject({ url: '/healthz', headers: told })).headers['strict-transport-security']).toBeUndefined()
  })
})

describe('a body', () => {
  const send = async (payload: string, edge: EdgeOptions = {}) =>
    (await serve(edge)).inject({ method: 'POST', url: '/api/v1/echo', headers: { 'content-type': 'application/json' }, payload })
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  it('nests 64 deep and no deeper', async () => {
    expect((await send(deep(63))).statusCode).toBe(200)
    expect((await send(deep(66))).statusCode).toBe(400)
    expect((await send(deep(66), without('complexity'))).statusCode).toBe(200)
    for (const bomb of ['['.repeat(500_000), `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`]) expect((await send(bomb)).statusCode).toBe(400)
  })

  it('has a bounded number of values and of bytes', async () => {
    expect((await send(JSON.stringify({ a: Array.from({ length: 30_000 }, () => 1) }))).statusCode).toBe(400)
    expect((await send(JSON.stringify(Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, 1]))))).statusCode).toBe(400)
    expect((await send(JSON.stringify({ a: 'x'.repeat(1024 * 1024) }))).statusCode).toBe(413)
  })

  it('holds no text that nobody can store, also where no schema looks at it', async () => {
    for (const body of ['"\\udc00x"', '{"a":["\\u0000"]}', '{"a":{"b":"x\\ud800"}}']) expect((await send(body)).statusCode, body).toBe(422)
  })

  it('never reaches a prototype', async () => {
    for (const body of [
      '{"__proto__":{"role":"administrator"}}',
      '{"a":{"__proto__":1}}',
      '{"constructor":{"prototype":{"role":1}}}',
      '{"\\u005f_proto__":{}}',
    ])
      expect((await send(body)).statusCode, body).toBe(400)
    expect(({} as { role?: unknown }).role).toBeUndefined()
  })
})

describe('limits', () => {
  const look = route({
    method: 'POST',
    path: '/api/v1/look',
    summary: 'look',
    tag: 'test',
    keyOptional: true,
    open: true,
    body: z.object({ number: z.string() }),
    limit: 'look-up',
    subject: ({ number }) => number,
    reply: { 200: z.unknown() },
    handle: async () => jsonAnswer(200, {}),
  })
  const limits = (nowMs = () => 0) => openLimits({ table: SHIPPED_LIMITS, nowMs, now: () => at, digest: (text) => text })
  const send = (app: FastifyInstance, number: string, from = '198.51.100.1', headers: Record<string, string> = { authorization: 'Bearer officer' }) =>
    app.inject({ method: 'POST', url: '/api/v1/look', headers: { 'content-type': 'application/json', ...headers }, payload: { number }, remoteAddress: from })

  it('one officer who asks about one person after the other is stopped, and told when to come again', async () => {
    const app = await serve({ limits: limits() }, [look])
    const answers = []
    for (let n = 0; n < 40; n += 1) answers.push(await send(app, `p${n}`))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([...Array(30).fill(200), ...Array(10).fill(429)])
    expect(answers[0]?.headers).toMatchObject({ ratelimit: '"look-up";r=29;t=60', 'ratelimit-policy': '"look-up";q=30;w=60' })
    expect(Number(answers[39]?.headers['retry-after'])).toBeGreaterThan(0)
    expect(answers[39]?.json()).toMatchObject({ type: '/problems/too-many-requests' })
    const free = await serve({ ...without('limits'), limits: limits() }, [look])
    expect((await send(free, 'p')).statusCode).toBe(200)
  })

  it('one person who is asked about from many addresses and by many is no longer told of; a forwarded address is believed of nobody', async () => {
    const app = await serve({ limits: limits() }, [look])
    const statuses = []
    for (let n = 0; n < 25; n += 1) statuses.push((await send(app, 'the same', `198.51.100.${n}`, { 'x-forwarded-for': `203.0.113.${n}` })).statusCode)
    expect(statuses).toEqual([...Array(20).fill(200), ...Array(5).fill(429)])
    const quota = limits()
    const many = await serve({ limits: quota }, [look])
    for (let n = 0; n < 240; n += 1) await send(many, `p${n}`, '198.51.100.7', { 'x-forwarded-for': `203.0.113.${n % 200}` })
    expect((await send(many, 'p', '198.51.100.7')).statusCode).toBe(429)
    expect((await send(many, 'p', '198.51.100.8')).statusCode).toBe(200)
    expect(quota.takeShared().floods).toMatchObject([{ limit: 'look-up', by: 'address', refused: 1 }])
  })
})

describe('a limit', () => {
  const table = (allowances: object[]): LimitTable =>
    [{ ...SHIPPED_LIMITS[0], limits: { ...SHIPPED_LIMITS[0]?.limits, 'look-up': { shared: true, allowances } } }] as unknown as LimitTable

  it('holds over any span of its length, however the span lies', () => {
    let now = 0
    const limits = openLimits({ table: table([{ by: 'actor', most: 10, seconds: 60 }]), nowMs: () => now, now: () => at, digest: (text) => text })
    const let1 = () => limits.spend('look-up', { actor: 'a' }, null).allowed
    now = 59_000
    expect(Array.from({ length: 12 }, let1).filter(Boolean).length).toBe(10)
    now = 61_000
    expect(Array.from({ length: 12 }, let1).filter(Boolean).length).toBe(0)
    now = 90_000
    expect(Array.from({ length: 12 }, let1).filter(Boolean).length).toBe(5)
    now = 600_000
    expect(Array.from({ length: 12 }, let1).filter(Boolean).length).toBe(10)
  })

  it('is kept by several processes together once they have told each other', () => {
    const open = () => openLimits({ table: table([{ by: 'subject', most: 10, seconds: 60 }]), nowMs: () => 0, now: () => at, digest: (text) => text })
    const [one, other] = [open(), open()]
    const totals = new Map<string, number>()
    const exchange = (limits: typeof one) =>
      limits.learn(
        limits.takeShared().counts.map((count) => {
          const id = `${count.counter} ${count.key} ${count.startsAt}`
          totals.set(id, (totals.get(id) ?? 0) + count.spent)
          return { ...count, spent: totals.get(id) as number }
        }),
      )
    const ask = (limits: typeof one) => limits.spend('look-up', { subject: 's' }, null).allowed
    for (let n = 0; n < 6; n += 1) expect(ask(one)).toBe(true)
    expect(ask(other)).toBe(true)
    exchange(one)
    exchange(other)
    expect([ask(other), ask(other), ask(other), ask(other)]).toEqual([true, true, true, false])
    exchange(other)
    ask(one)
    exchange(one)
    expect(ask(one)).toBe(false)
  })

  it('remembers a bounded number of keys', () => {
    const limits = openLimits({ table: SHIPPED_LIMITS, nowMs: () => 0, now: () => at, digest: (text) => text, keysMost: 100 })
    for (let n = 0; n < 10_000; n += 1) limits.spend('anybody', { address: String(n) }, null)
    for (let n = 0; n < 600; n += 1) limits.spend('anybody', { address: 'x' }, null)
    expect(limits.spend('anybody', { address: 'x' }, null).allowed).toBe(false)
  })
})

describe('more than can be done', () => {
  const gate = () => {
    const waiting: (() => void)[] = []
    let most = 0
    let now = 0
    const work = async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise<void>((done) => waiting.push(done))
      now -= 1
      return jsonAnswer(200, {})
    }
    const shared = { summary: 'x', tag: 'x', open: true, reply: { 200: z.unknown() }, handle: work }
    return {
      routes: [route({ ...shared, method: 'GET', path: '/read' }), route({ ...shared, method: 'POST', path: '/write', keyOptional: true })],
      release: () => waiting.splice(0).forEach((done) => void done()),
      most: () => most,
    }
  }
  const shedding = {
    atOnce: 2,
    waiting: { legal: { most: 4, ms: 60_000 }, officer: { most: 2, ms: 50 }, read: { most: 2, ms: 50 }, export: { most: 1, ms: 50 } },
  }

  it('is refused early, with when to come again; what was begun is finished, writes come first, and all is well afterwards', async () => {
    const { routes, release, most } = gate()
    const app = await serve({ shedding }, routes)
    const reads = Array.from({ length: 20 }, () => app.inject({ url: '/read' }))
    const writes = Array.from({ length: 4 }, () => app.inject({ method: 'POST', url: '/write' }))
    const health = await app.inject({ url: '/healthz' })
    expect(health.statusCode).toBe(200)
    const refused = await Promise.all(reads.slice(2))
    expect(refused.map(({ statusCode }) => statusCode)).toEqual(Array(18).fill(503))
    const waits = refused.map(({ headers }) => Number(headers['retry-after']))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1)
    expect(new Set(waits).size).toBeGreaterThan(1)
    let finished = false
    const all = Promise.all([...reads.slice(0, 2), ...writes]).then((answers) => {
      finished = true
      return answers
    })
    while (!finished) {
      release()
      await new Promise((done) => setTimeout(done, 5))
    }
    expect((await all).map(({ statusCode }) => statusCode)).toEqual(Array(6).fill(200))
    expect(most()).toBe(2)
    const after = app.inject({ url: '/read' })
    await new Promise((done) => setTimeout(done, 20))
    release()
    expect((await after).statusCode).toBe(200)
  })

  it('without this, everything is begun at once', async () => {
    const { routes, release, most } = gate()
    const app = await serve({ ...without('shedding'), shedding }, routes)
    const reads = Array.from({ length: 20 }, () => app.inject({ url: '/read' }))
    await new Promise((done) => setTimeout(done, 50))
    release()
    await Promise.all(reads)
    expect(most()).toBe(20)
  })
})

describe('a connection', () => {
  const connections = { most: 100, mostPerAddress: 3, headersMs: 300, requestMs: 300 }
  const talk = async (port: number, text: string): Promise<string> => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part))
    socket.on('error', () => undefined)
    await once(socket, 'close')
    return answer
  }

  it.each([
    ['its head', 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: '],
    ['its body', 'POST /api/v1/echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a":'],
  ])('that never ends %s is ended, in words', async (_, text) => {
    const { port } = await listen(await serve({ connections }))
    const answer = await talk(port, text)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toContain('/problems/too-slow')
  })

  it.each([
    ['two lengths', 'POST /api/v1/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
    ['a length and chunks', 'POST /api/v1/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nX'],
    ['chunks under another name', 'POST /api/v1/echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a header that is folded', 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: 1\r\n continued\r\n\r\n'],
    ['a line feed alone', 'GET /healthz HTTP/1.1\nhost: x\n\n'],
  ])('whose request could be read in two ways (%s) is answered once, and ends', async (_, text) => {
    const { port } = await listen(await serve({ connections }))
    const answer = await talk(port, text)
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
  })

  it('is one of a few from an address', async () => {
    const held = async (edge: EdgeOptions) => {
      const { port } = await listen(await serve({ ...edge, connections: { ...connections, headersMs: 60_000, requestMs: 60_000 } }))
      const sockets = Array.from({ length: 6 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
      await new Promise((done) => setTimeout(done, 200))
      const alive = sockets.filter((socket) => !socket.destroyed && socket.readyState === 'open').length
      for (const socket of sockets) socket.destroy()
      return alive
    }
    expect(await held({})).toBe(3)
    expect(await held(without('connections'))).toBe(6)
  })
})
