import { connect } from 'node:net'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Action, type Resource, ROLES, type Role } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { makeCaseNumber } from '#kernel/ids.ts'
import { day } from '#kernel/time.ts'
import { type Api, type MadePerson, openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Operation, operationsOf, requestOf, type Sending, wrongWith } from '#test/fuzz.ts'
import { type Product, startProduct } from '#test/product.ts'

/** What people send who mean no good, or whose programs are broken; and who may do what, on the wire. */
const STATION = '220102500100'
const OTHER_STATION = '220103500100'
const REQUESTS_PER_ROUTE = 8
const UNKNOWN = makeCaseNumber({ prefecture: '2201', on: day('2026-02-13'), random: 7 })

let product: Product
let api: Api
let db: pg.Client
let operations: readonly Operation[]
let person: MadePerson['person']
let caseNumber: string
let issuer: string
const tokens = new Map<string, string>()

const token = async (role: Role, organ?: string): Promise<string> => {
  const key = `${role} ${organ ?? ''}`
  const held = tokens.get(key) ?? (await api.signIn(role === 'resident' ? { person: person.id } : { role, ...(organ && { organ }) }))
  tokens.set(key, held)
  return held
}

/** What people's acts have written: reactions go on meanwhile. */
const written = async (): Promise<string> =>
  JSON.stringify(
    (
      await db.query(
        "select (select count(*) from events where actor not like 'system:%') as events, (select count(*) from cases) as cases, (select count(*) from attachments) as attachments",
      )
    ).rows[0],
  )

beforeAll(async () => {
  const database = await freshDatabase()
  product = await startProduct({ DATABASE_URL: database.url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0' })
  api = openApi(product)
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  operations = operationsOf((await api.get('/api/openapi.json')).body).filter(({ path }) => path.startsWith('/api/') || path.startsWith('/partners/'))
  const made = await api.makePerson({ age: 30, within: '2201', name: '欧阳测试', phone: '13900001111', card: { expiresOn: '2026-03-10' } })
  person = made.person
  const officer = await token('station-officer', STATION)
  const begun = await api.post('/api/v1/cases', api.renewal(person.identityNumber, await api.portrait(1, officer)), officer)
  ;({ number: caseNumber, issuer } = begun.body)
})

afterAll(async () => {
  await db?.end()
  await product?.stop()
})

const ACTORS: readonly (readonly [RegExp, Role])[] = [
  [/calendar|review-/, 'administrator'],
  [/production/, 'factory-worker'],
  [/delivery/, 'dispatcher'],
  [/supervision/, 'supervisor'],
  [/referral|second-look|materials/, 'referral-reviewer'],
]

/** A server that has read enough may close before the whole body is sent; then its answer may be lost on the way. */
const LARGEST_BODY = 1024 * 1024

const send = async ({ method, url, headers, body }: Sending, bearer: string) => {
  try {
    const answer = await fetch(product.url + url, { method, headers: { ...headers, authorization: `Bearer ${bearer}` }, ...(body !== undefined && { body }) })
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() }
  } catch (error) {
    if (body === undefined || Buffer.byteLength(body) <= LARGEST_BODY) throw error
    return undefined
  }
}

describe('what nobody should send', () => {
  it('is answered at every route by a problem in both languages that names the field, never by a fault, and writes nothing', async () => {
    const known = {
      number: [caseNumber],
      year: ['2026', '1900'],
      slot: ['2026-02-13-am'],
      id: ['id-card-renewal'],
      serial: ['TEST00000001'],
      prefecture: ['2201'],
    }
    const wrong: string[] = []
    let before = await written()
    for (const operation of operations) {
      const bearer = await token(ACTORS.find(([pattern]) => pattern.test(operation.path))?.[1] ?? 'station-officer', undefined)
      // Signing in is an event.
      before = await written()
      for (const sending of fc.sample(requestOf(operation, known), { numRuns: REQUESTS_PER_ROUTE, seed: 20_210_507 })) {
        const answer = await send(sending, bearer)
        const after = await written()
        if (answer === undefined) {
          expect(after, `${sending.method} ${operation.path}: written though cut off`).toBe(before)
          continue
        }
        const { status, type, text } = answer
        if (status < 400) {
          before = after
          continue
        }
        const found =
          status >= 500 ? 'a fault' : after !== before ? 'something was written' : sending.method === 'HEAD' ? undefined : wrongWith(status, type, text)
        if (found) wrong.push(`${found}: ${sending.method} ${operation.path} ${status} ${JSON.stringify(sending).slice(0, 300)} ${text.slice(0, 200)}`)
        before = after
      }
    }
    expect(wrong).toEqual([])
    expect(operations.length * REQUESTS_PER_ROUTE).toBeGreaterThan(300)
  })

  it.each([
    ['a body that is cut off', '{"service": "id-card-renewal", ', 400],
    ['headers without end', undefined, 431],
  ])('%s gets its own answer', async (_, body, status) => {
    const answer = await send(
      {
        method: body === undefined ? 'GET' : 'POST',
        url: body === undefined ? `/api/v1/cases?cursor=${'x'.repeat(20_000)}` : '/api/v1/cases',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'hostile-key-1' },
        body,
      },
      await token('station-officer', STATION),
    )
    expect(answer && [answer.status, wrongWith(answer.status, answer.type, answer.text)]).toEqual([status, undefined])
  })
})

/** Only the head of a request: its body would still be on its way when the answer is there. */
const head = (text: string): Promise<string> =>
  new Promise((done) => {
    let answer = ''
    const socket = connect(Number(new URL(product.url).port), '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part))
    socket.on('close', () => done(answer)).on('error', () => done(answer))
    setTimeout(() => socket.destroy(), 5_000).unref()
  })

describe('what is no request', () => {
  it.each([
    [
      'an announced body that is too large',
      'POST /api/v1/cases HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 400000000\r\n\r\n',
      413,
    ],
    ['no HTTP', 'HELO example.org\r\n\r\n', 400],
  ])('%s is answered in words too', async (_, text, status) => {
    const [top = '', body = ''] = (await head(text)).split('\r\n\r\n')
    expect(top).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(wrongWith(status, /content-type: (.*)/i.exec(top)?.[1] ?? '', body)).toBeUndefined()
  })
})

/** What a route asks for, with a body that passes its schema. */
const GUARDED: readonly { readonly method: 'GET' | 'POST' | 'PUT'; readonly path: () => string; readonly action: Action; readonly body?: () => object }[] = [
  { method: 'GET', path: () => `/api/v1/cases/${caseNumber}`, action: 'case.read' },
  {
    method: 'POST',
    path: () => `/api/v1/cases/${caseNumber}/settle-fee`,
    action: 'case.settle-fee',
    body: () => ({ how: 'paid', means: 'cash', receiptNumber: 'A-0001', amountCents: 1 }),
  },
  { method: 'POST', path: () => `/api/v1/cases/${caseNumber}/second-look`, action: 'case.second-look', body: () => ({ agrees: true, note: '看过了' }) },
  {
    method: 'POST',
    path: () => `/api/v1/cases/${caseNumber}/extend-limit`,
    action: 'case.extend-limit',
    body: () => ({ days: 31, ground: 'cut-off', reason: '大雪封路' }),
  },
  { method: 'GET', path: () => '/api/v1/production/lines', action: 'production.read' },
  { method: 'GET', path: () => '/api/v1/production/blanks/tally', action: 'production.read' },
  { method: 'GET', path: () => '/api/v1/supervision/alarms', action: 'supervision.read' },
  {
    method: 'POST',
    path: () => '/api/v1/people/find',
    action: 'person.find',
    body: () => ({ identityNumber: person.identityNumber, purpose: 'application' }),
  },
]

describe('who may do what', () => {
  it('nobody comes in without signing in, nor with a token that was never given', async () => {
    for (const { method, path } of operations.filter(
      ({ path, method }) => method === 'GET' && !/calendar|services|terms|^\/api\/v1\/(evidence|privacy)/.test(path),
    )) {
      const url = path.replaceAll('{number}', caseNumber).replaceAll(/\{\w+\}/g, '1')
      const answers = [await api.get(url), await api.get(url, 'x'.repeat(43))]
      for (const { status, text } of answers) expect([401, 404, 422].includes(status), `${method} ${url}: ${status} ${text.slice(0, 200)}`).toBe(true)
    }
  })

  it('every role gets what the table of rights gives it, and what it may not see is answered like what does not exist', async () => {
    const unknown = (await api.get(`/api/v1/cases/${UNKNOWN}`, await token('station-officer', STATION))).text
    const wrong: string[] = []
    for (const role of ROLES.filter((one) => one !== 'partner')) {
      for (const organ of role === 'station-officer' ? [STATION, OTHER_STATION] : [undefined]) {
        for (const { method, path, action, body } of GUARDED) {
          const answer =
            method === 'GET' ? await api.get<unknown>(path(), await token(role, organ)) : await api.post<unknown>(path(), body?.(), await token(role, organ))
          const may = can({ id: 'x', role, organ: organ ?? '220000000000', personId: role === 'resident' ? person.id : null }, action, resourceFor(organ ?? ''))
          if (may ? answer.status === 404 : answer.text !== unknown)
            wrong.push(`${role} at ${organ}: ${method} ${path()} ${may ? 'may' : 'may not'}, ${answer.status} ${answer.text.slice(0, 120)}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

/** The case as the rules see it: accepted at one station; the province's own organs stand above every other. */
const resourceFor = (organ: string): Resource => ({
  personId: person.id,
  organ: STATION,
  issuer,
  jurisdiction: new Set(organ === '' ? [STATION, issuer] : [organ]),
  acceptedBy: 'another',
})

describe('what is personal', () => {
  it('stands in no list, in no line of the log and in no figure', async () => {
    const lists = [
      '/api/v1/cases?list=at-organ',
      '/api/v1/cases?list=open-at-organ',
      '/api/v1/delivery/parcels',
      '/api/v1/production/batches',
      '/api/v1/supervision/alarms',
    ]
    const texts = [product.output(), await (await fetch(`${product.url}/metrics`)).text()]
    for (const path of lists)
      for (const [role, organ] of [['station-officer', STATION], ['dispatcher'], ['factory-worker'], ['supervisor']] as const)
        texts.push((await api.get(path, await token(role, organ))).text)
    expect(texts.join('\n')).toContain(caseNumber)
    for (const text of texts) for (const personal of [person.identityNumber, person.name, '13900001111']) expect(text).not.toContain(personal)
  })

  it('each line of the log is one JSON object with the route and never the address', async () => {
    const lines = product
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { msg: string; route?: string; url?: string })
    expect(lines.filter(({ msg }) => msg === 'request').length).toBeGreaterThan(50)
    expect(lines.some((line) => line.url !== undefined || line.route?.includes(caseNumber))).toBe(false)
  })
})
