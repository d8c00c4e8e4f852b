/** What whoever runs the product sees of it: whether it is ready, and its figures. */
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { startProduct } from '#test/product.ts'

const STATION = '220102500100'

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await new Promise<number>((done) => server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)))
  await new Promise((closed) => server.close(closed))
  return port
}

test('it is ready when it says so, not while the province is being made; and its figures count', async () => {
  const port = await freePort()
  const env = { DATABASE_URL: (await freshDatabase()).url, PORT: String(port), YITANG_PEOPLE: '400', YITANG_NOW: '2026-02-13T10:00:00+08:00' }
  let isStarted = false
  const starting = startProduct(env).finally(() => {
    isStarted = true
  })
  const seen = new Set<number>()
  while (!isStarted) {
    const answer = await fetch(`http://localhost:${port}/readyz`).catch(() => undefined)
    if (answer) seen.add(answer.status)
    // It is whole a moment before its line has come through to us.
    if (answer?.status === 200) await Promise.race([starting, sleep(5_000)])
    if (answer?.status === 200) expect(isStarted).toBe(true)
    await sleep(50)
  }
  const product = await starting
  try {
    expect(seen).toContain(503)
    const api = openApi(product)
    expect((await fetch(`${product.url}/readyz`)).status).toBe(200)
    const { person } = await api.makePerson({ age: 30, within: '2201', card: { expiresOn: '2026-03-10' } })
    const officer = await api.signIn({ role: 'station-officer', organ: STATION })
    const figure = async (line: RegExp) => Number(line.exec(await (await fetch(`${product.url}/metrics`)).text())?.[1])
    const accepted = /^yitang_cases_accepted_total\{service="id-card-renewal"\} (\d+)$/m
    expect(await figure(accepted)).toBeNaN()
    const { status } = await api.post('/api/v1/cases', api.renewal(person.identityNumber, await api.portrait(1, officer)), officer)
    expect(status).toBe(201)
    expect(await figure(accepted)).toBe(1)
    for (const kind of ['promise-at-risk', 'promise-broken', 'capacity', 'referral-overdue', 'statutory-limit-near', 'outbox-parked'])
      expect(await figure(new RegExp(`^yitang_alarms\\{alarm="${kind}"\\} (\\d+)$`, 'm')), kind).toBeGreaterThanOrEqual(0)
  } finally {
    await product.stop()
  }
})

test('the rebuild says in a line why it could not compare, and ends with 2', async () => {
  const { url } = await freshDatabase({ empty: true })
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '..', 'scripts', 'tasks.ts'), 'rebuild'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', YITANG_LAUNCHER: String(process.pid), DATABASE_URL: url },
  })
  expect([status, stderr.trim().split('\n').length]).toEqual([2, 1])
  expect(stderr).toMatch(/^It could not be compared: /)
})
