import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answered, type Api, openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Product, startProduct } from '#test/product.ts'

/**
 * What befalls a running product: it is killed in the middle of things, its database goes away, several processes run over one
 * database. Nothing acknowledged is lost, nothing happens twice, and every projection still equals its events.
 */
const STATION = '220102500100'
const PEOPLE = 24

let database: { readonly url: string; readonly name: string }
let folder: string
let db: pg.Client
let product: Product
let api: Api
let officer: string
const numbers: string[] = []

const start = (args: readonly string[] = []) =>
  startProduct({ DATABASE_URL: database.url, YITANG_DATA: folder, YITANG_NOW: '2026-02-13T11:30:00+08:00', YITANG_PEOPLE: '40' }, args)

async function up(): Promise<void> {
  product = await start()
  api = openApi(product)
}

const count = async (text: string, values: readonly unknown[] = []): Promise<number> =>
  Number((await db.query<{ n: string }>(`select count(*) as n from ${text}`, [...values])).rows[0]?.n)

/** Runs `work` over all, eight at a time; what fails is left out, as a client would find it. */
async function inParallel<T, R>(all: readonly T[], work: (one: T, index: number) => Promise<R>): Promise<(R | undefined)[]> {
  const results: (R | undefined)[] = []
  const queue = all.entries()
  const run = async (): Promise<void> => {
    for (const [index, one] of queue) results[index] = await work(one, index).catch(() => undefined)
  }
  await Promise.all(Array.from({ length: 8 }, run))
  return results
}

const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; !(await what()); tries += 1) {
    if (tries === 600) throw new Error(`it never came to that:\n${product.output().slice(-3000)}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** `npm run rebuild` on the test's database. */
function rebuild(): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'scripts', 'tasks.ts'), 'rebuild'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', YITANG_LAUNCHER: String(process.pid), DATABASE_URL: database.url, YITANG_DATA: folder },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  return new Promise((done) => child.on('exit', (code) => done({ code, output })))
}

beforeAll(async () => {
  database = await freshDatabase()
  folder = mkdtempSync(join(tmpdir(), 'yitang-robust-'))
  chmodSync(folder, 0o711)
  db = new pg.Client({ connectionString: database.url, keepAlive: true })
  db.on('error', () => undefined)
  await db.connect()
  const seeding = await start().catch((error: Error) => error)
  if (seeding instanceof Error) throw seeding
  product = seeding
  api = openApi(product)
  officer = await api.signIn({ role: 'station-officer', organ: STATION })
})

afterAll(async () => {
  await product?.stop()
  await db?.end()
  rmSync(folder, { recursive: true, force: true })
})

describe('killed', () => {
  it('in the middle of a burst: what was acknowledged stands, what was not is done once by the retry, and the first answer is given again', async () => {
    const photo = await api.portrait(1, officer)
    const people = await Promise.all(Array.from({ length: PEOPLE }, () => api.makePerson({ age: 30, within: '2201', card: { expiresOn: '2026-03-10' } })))
    const submit = ({ person }: (typeof people)[number], index: number) =>
      api.post('/api/v1/cases', api.renewal(person.identityNumber, photo), officer, { 'idempotency-key': `burst-key-${index}` })
    let acknowledged = 0
    let killing: Promise<void> | undefined
    const first = await inParallel(people, async (one, index) => {
      const answer = await submit(one, index)
      acknowledged += 1
      if (acknowledged === PEOPLE / 3) killing = product.kill()
      return answer
    })
    await killing
    expect(first.filter((answer) => answer?.status === 201).length).toBeGreaterThanOrEqual(PEOPLE / 3)
    expect(first.filter((answer) => answer === undefined).length).toBeGreaterThan(0)
    await up()
    for (const [index, one] of people.entries()) {
      const again = await submit(one, index)
      expect(again.status, again.text).toBe(201)
      if (first[index]) expect(again.text).toBe(first[index].text)
      numbers.push(again.body.number)
    }
    expect(new Set(numbers).size).toBe(PEOPLE)
    expect(await count('cases where person_id = any($1::uuid[])', [people.map(({ person }) => person.id)])).toBe(PEOPLE)
  })

  it('with a batch at the factory: every card is made once, and the blanks tally', async () => {
    for (const number of numbers) expect((await api.pay(number, officer)).status).toBe(200)
    const moving = api.moveTo('2026-02-13T18:30:00').catch(() => undefined)
    const made = () => count("production_orders where case_number = any($1) and status not in ('queued', 'on-line')", [numbers])
    await until(async () => (await made()) > 0)
    await product.kill()
    await moving
    await up()
    await api.moveTo('2026-02-13T18:30:00')
    const cases = await Promise.all(numbers.map((number) => api.get(`/api/v1/cases/${number}`, officer)))
    expect(cases.map(({ body }) => body.status)).toEqual(numbers.map(() => 'delivering'))
    expect(cases.map(({ body }) => body.timeline.filter(({ type }) => type === 'CardMade').length)).toEqual(numbers.map(() => 1))
    const { body } = await api.get<Record<string, unknown>>('/api/v1/production/blanks/tally', await api.signIn({ role: 'factory-worker' }))
    expect(body).toMatchObject({ balanced: true, agrees: true, difference: 0 })
    expect(await count('outbox where parked')).toBe(0)
  })

  it('and every projection equals the fold of its events; one that does not is named', async () => {
    const right = await rebuild()
    expect(right.code, right.output).toBe(0)
    const planted = await db.query<{ id: string }>("update cases set status = 'granted' where number = $1 returning id", [numbers[0]])
    const parcel = await db.query<{ id: string }>('update parcels set route = route || $2 where case_number = $1 returning id', [numbers[1], '-x'])
    const wrong = await rebuild()
    expect(wrong.code).toBe(1)
    expect(wrong.output).toContain(planted.rows[0]?.id)
    expect(wrong.output).toContain(parcel.rows[0]?.id)
    await db.query("update cases set status = 'delivering' where number = $1", [numbers[0]])
    await db.query('update parcels set route = left(route, -2) where case_number = $1', [numbers[1]])
  })
})

describe('without its database for a moment', () => {
  it('under load: requests are answered as unavailable, the server lives, and goes on', async () => {
    const cut = () => db.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()', [database.name])
    const made: Answered<{ type?: string }>[] = []
    let cuts = 0
    await inParallel(Array.from({ length: 150 }), async (_, index) => {
      if (index % 25 === 10) await cut().then(() => (cuts += 1))
      made.push(
        await api.post<{ type?: string }>('/sandbox/people', { age: 20 + (index % 40), within: '2207' }, undefined, { 'idempotency-key': `cut-key-${index}` }),
      )
    })
    expect(cuts).toBe(6)
    expect(made).toHaveLength(150)
    expect(made.filter(({ status }) => status !== 201 && status !== 503).map(({ text }) => text)).toEqual([])
    expect((await fetch(`${product.url}/readyz`)).status).toBe(200)
    expect((await api.get(`/api/v1/cases/${numbers[0]}`, officer)).status).toBe(200)
  })

  it('is not ready while connections are refused, and ready again after', async () => {
    const admin = new pg.Client({ connectionString: database.url.replace(`/${database.name}`, '/postgres') })
    await admin.connect()
    try {
      await admin.query(`alter database ${database.name} allow_connections false`)
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> $2', [database.name, await ownPid()])
      await until(async () => (await fetch(`${product.url}/readyz`)).status === 503)
      expect((await fetch(`${product.url}/healthz`)).status).toBe(200)
      const refused = await api.get(`/api/v1/cases/${numbers[0]}`, officer)
      expect([refused.status, refused.body.type]).toEqual([503, '/problems/unavailable'])
    } finally {
      await admin.query(`alter database ${database.name} allow_connections true`)
      await admin.end()
    }
    await until(async () => (await fetch(`${product.url}/readyz`)).status === 200)
  })
})

describe('several processes over one database', () => {
  it('one that only serves learns the time and the changes of the others, and says where the sandbox is controlled', async () => {
    const web = await start(['--role', 'web'])
    try {
      const there = openApi(web)
      const refused = await there.post<{ titleEn: string }>('/sandbox/faults', { partner: 'courier', fault: 'down' })
      expect([refused.status, refused.body.titleEn]).toEqual([503, expect.stringContaining(product.url)])
      await api.moveTo('2026-02-13T19:00:00')
      const [number] = numbers
      expect((await there.get(`/api/v1/cases/${number}`, officer)).text).toBe((await api.get(`/api/v1/cases/${number}`, officer)).text)
      await until(async () => (await there.get<{ now: string }>('/sandbox/clock')).body.now === '2026-02-13T11:00:00.000Z')
      const made = await there.makePerson({ age: 31, within: '2201', card: { expiresOn: '2026-03-10' } })
      const { body } = await there.post('/api/v1/cases', there.renewal(made.person.identityNumber, await there.portrait(2, officer)), officer)
      expect((await there.pay(body.number, officer)).body.status).toBe('producing')
      // Asked for by the process that serves, done by the one that works.
      await until(async () => (await count('production_orders where case_number = $1', [body.number])) === 1)
    } finally {
      await web.stop()
    }
  })

  it('a second one that works does nothing twice, and takes the partners over when the first is gone', async () => {
    const second = await start(['--role', 'worker'])
    await product.kill()
    product = second
    api = openApi(product)
    await until(async () => (await api.post('/sandbox/clock', { advance: 'PT1M' })).status === 200)
    await api.moveTo('2026-02-26T12:00:00')
    const cases = await Promise.all(numbers.map((number) => api.get(`/api/v1/cases/${number}`, officer)))
    expect(cases.map(({ body }) => body.status)).toEqual(numbers.map(() => 'awaiting-collection'))
    expect(cases.map(({ body }) => body.timeline.filter(({ type }) => type === 'CardArrived').length)).toEqual(numbers.map(() => 1))
  })
})

describe('told to stop', () => {
  it('answers what is under way, ends with 0, and what it has acknowledged is there', async () => {
    const made: string[] = []
    const people = inParallel(Array.from({ length: 200 }), async (_, index) => {
      const { status, body } = await api.post<{ person: { id: string } }>('/sandbox/people', { age: 20 + (index % 40) })
      if (status === 201) made.push(body.person.id)
      else expect(status).toBe(503)
    })
    await until(async () => made.length > 16)
    expect(await product.stop()).toBe(0)
    await people
    expect(await count('register_people where id = any($1::uuid[])', [made])).toBe(made.length)
  })
})

const ownPid = async (): Promise<number> => Number((await db.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid)
