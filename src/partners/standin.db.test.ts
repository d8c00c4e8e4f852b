import Fastify from 'fastify'
import { afterAll, afterEach, expect, test } from 'vitest'
import { type Instant, instant, plusMs } from '#kernel/time.ts'
import { signatureProblem, signedHeaders } from '#partners/signature.ts'
import { openStandIn, type StandIn } from '#partners/standin.ts'
import { SYSTEM } from '#platform/actor.ts'
import { openDb } from '#platform/db.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 5, onLost: () => {}, otherwise: SYSTEM })
const secret = 'between us'
let now: Instant = instant('2026-02-13T13:00:00+08:00')

/** Our product's side: takes messages, checks their signature, and can be told to fail. */
const ours = Fastify()
const received: { body: unknown; key: unknown }[] = []
let answer = 200
ours.post('/partners/echo/news', async (request, reply) => {
  const problem = signatureProblem({ partner: 'echo', secret }, request.headers, { path: request.url, body: request.body }, now)
  if (problem) return reply.code(401).send({ problem })
  if (answer === 200) received.push({ body: request.body, key: request.headers['idempotency-key'] })
  return reply.code(answer).send({})
})
const url = await ours.listen({ port: 0, host: '127.0.0.1' })

const open = (): Promise<StandIn> =>
  openStandIn({
    name: 'echo',
    db,
    port: 0,
    ourUrl: () => url,
    secret,
    now: () => now,
    faults: ['deaf'],
    routes: (app, standIn) => {
      app.post('/say', async (request) => {
        const { dueAt, text } = request.body as { dueAt: Instant; text: string }
        await standIn.schedule(dueAt, '/partners/echo/news', { text })
        return { heard: (await standIn.fault('deaf')) === undefined }
      })
    },
  })
let standIn = await open()
const NEWS = '/partners/echo/news'

const call = async (method: 'GET' | 'POST', path: string, body: unknown = null, timeoutMs = 2_000): Promise<{ status: number; body: unknown }> => {
  const reply = await fetch(new URL(path, standIn.url), {
    method,
    headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...signedHeaders({ partner: 'echo', secret }, now, { path, body }) },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { status: reply.status, body: await reply.json() }
}

afterEach(async () => {
  await standIn.reset()
  received.length = 0
  answer = 200
})
afterAll(async () => {
  await standIn.close()
  await ours.close()
  await db.end()
})

const texts = (): unknown[] => received.map(({ body }) => (body as { text: string }).text)

test('sends what is due, in order, once; and says when it next has something to send', async () => {
  await standIn.schedule(plusMs(now, 2_000), NEWS, { text: 'second' })
  await standIn.schedule(plusMs(now, 1_000), NEWS, { text: 'first' })
  expect(await standIn.nextDue()).toBe(plusMs(now, 1_000))
  expect(await standIn.tick(now)).toBe(0)
  now = plusMs(now, 2_000)
  expect(await standIn.tick(now)).toBe(2)
  expect(texts()).toEqual(['first', 'second'])
  expect(await standIn.tick(now)).toBe(0)
  expect(await standIn.nextDue()).toBeUndefined()
})

test('keeps messages, state and faults over a restart', async () => {
  await standIn.schedule(plusMs(now, 1_000), NEWS, { text: 'kept' })
  await standIn.write('line/1', { cards: 3 })
  await standIn.setFault({ fault: 'deaf' })
  await standIn.close()
  standIn = await open()
  now = plusMs(now, 1_000)
  await standIn.tick(now)
  expect(texts()).toEqual(['kept'])
  expect(await standIn.list('line/')).toEqual([{ cards: 3 }])
  expect(await call('POST', '/say', { dueAt: plusMs(now, 9_000), text: 'x' })).toMatchObject({ body: { heard: false } })
})

test.each([500, 429, 401, 404])('sends again what we answered %i, later each time', async (status) => {
  await standIn.schedule(now, NEWS, { text: 'again' })
  answer = status
  await standIn.tick(now)
  expect(await standIn.nextDue()).toBe(plusMs(now, 5_000))
  now = plusMs(now, 5_000)
  await standIn.tick(now)
  expect(await standIn.nextDue()).toBe(plusMs(now, 30_000))
  now = plusMs(now, 30_000)
  answer = 200
  await standIn.tick(now)
  expect(texts()).toEqual(['again'])
})

test('does not send again what we can never take', async () => {
  await standIn.schedule(now, NEWS, { text: 'bad' })
  answer = 422
  await standIn.tick(now)
  expect(await standIn.nextDue()).toBeUndefined()
})

test('sends twice, with the same key, when told to', async () => {
  await standIn.setFault({ fault: 'duplicate', count: 1 })
  await standIn.schedule(now, NEWS, { text: 'twice' })
  await standIn.schedule(now, NEWS, { text: 'once' })
  await standIn.tick(now)
  expect(texts()).toEqual(['twice', 'twice', 'once'])
  expect(received[0]?.key).toBe(received[1]?.key)
})

test('sends in the wrong order when told to, and loses nothing', async () => {
  await standIn.setFault({ fault: 'out-of-order' })
  const sent = ['a', 'b', 'c', 'd']
  for (const [n, text] of sent.entries()) await standIn.schedule(plusMs(now, n * 1_000), NEWS, { text })
  for (let rounds = 0; rounds < 20; rounds += 1) {
    const due = await standIn.nextDue()
    if (due === undefined) break
    now = due > now ? due : now
    await standIn.tick(now)
  }
  expect(texts()).not.toEqual(sent)
  expect([...texts()].sort()).toEqual(sent)
})

test('that is down neither answers nor sends nor is due', async () => {
  await standIn.setFault({ fault: 'down' })
  await standIn.schedule(now, NEWS, { text: 'waits' })
  await expect(call('POST', '/say', { dueAt: now, text: 'x' })).rejects.toThrow()
  expect(await standIn.tick(now)).toBe(0)
  expect(await standIn.nextDue()).toBeUndefined()
  await standIn.setFault({ fault: 'none' })
  await standIn.tick(now)
  expect(texts()).toEqual(['waits'])
})

test('answers with a fault and does nothing, or does it and never answers', async () => {
  await standIn.setFault({ fault: 'error', count: 1 })
  expect((await call('POST', '/say', { dueAt: now, text: 'lost' })).status).toBe(500)
  await standIn.setFault({ fault: 'timeout', count: 1 })
  await expect(call('POST', '/say', { dueAt: now, text: 'done' }, 300)).rejects.toThrow()
  await standIn.tick(now)
  expect(texts()).toEqual(['done'])
})

test('takes orders only when they are signed, and faults only when it has them', async () => {
  const unsigned = await fetch(new URL('/say', standIn.url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
  expect(unsigned.status).toBe(401)
  const control = await fetch(new URL('/control', standIn.url))
  expect(control.status).toBe(401)
  expect(await call('POST', '/control/faults', { fault: 'deaf', count: 2 })).toEqual({ status: 200, body: { faults: [{ fault: 'deaf', count: 2 }] } })
  expect((await call('POST', '/control/faults', { fault: 'unheard-of' })).status).toBe(422)
  expect(await call('GET', '/control')).toMatchObject({ status: 200, body: { nextDue: null } })
  await expect(standIn.setFault({ fault: 'unheard-of' })).rejects.toThrow(RangeError)
})
