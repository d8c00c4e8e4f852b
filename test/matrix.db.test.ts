/**
 * Role × route × relation over HTTP: every route of the API that isn't open stands in the table below, with what it asks of `can` (whose
 * own cells are compared one by one in src/account/rules/can.test.ts). Whoever may not gets the same 404 as for what doesn't exist.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Action, type Actor, type Resource, ROLES, type Role } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { jurisdictionPrefix } from '#platform/actor.ts'
import { type Api, type MadePerson, openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Operation, operationsOf } from '#test/fuzz.ts'
import { type Product, startProduct } from '#test/product.ts'

const STATION = '220102500100'
const COUNTY = '220102000000'
const PREFECTURE = '220100000000'
const PROVINCE = '220000000000'
const FOREIGN_STATION = '222401500100'
const FOREIGN_COUNTY = '222401000000'
const FOREIGN_PREFECTURE = '222400000000'
const SOME_ID = '0190c0de-0000-7000-8000-000000000000'

let product: Product
let api: Api
let operations: readonly Operation[]
let person: MadePerson['person']
let other: MadePerson['person']
const known = { number: '', issuer: '', digest: '', parcel: { prefecture: '', id: '' } }

/** Who asks, and how they stand to the case. */
const ACTORS: readonly (readonly [relation: string, role: Role, organ: string | null])[] = [
  ['own', 'resident', null],
  ['foreign', 'resident', null],
  ['own organ', 'station-officer', STATION],
  ['foreign', 'station-officer', FOREIGN_STATION],
  ['own organ', 'household-officer', STATION],
  ['foreign', 'household-officer', FOREIGN_STATION],
  ['in jurisdiction', 'referral-reviewer', COUNTY],
  ['foreign', 'referral-reviewer', FOREIGN_COUNTY],
  ['in jurisdiction', 'factory-worker', PROVINCE],
  ['in jurisdiction', 'dispatcher', PROVINCE],
  ['own organ', 'plate-shop', STATION],
  ['own organ', 'hall-manager', STATION],
  ['in jurisdiction', 'hotline-agent', PROVINCE],
  ['in jurisdiction', 'auditor', PROVINCE],
  ['own organ', 'supervisor', STATION],
  ['in jurisdiction', 'supervisor', COUNTY],
  ['foreign', 'supervisor', FOREIGN_COUNTY],
  ['in jurisdiction', 'supervisor', PREFECTURE],
  ['foreign', 'supervisor', FOREIGN_PREFECTURE],
  ['in jurisdiction', 'supervisor', PROVINCE],
  ['in jurisdiction', 'administrator', PROVINCE],
  ['in jurisdiction', 'security-administrator', PROVINCE],
  ['in jurisdiction', 'audit-administrator', PROVINCE],
]

/** Signed in otherwise than by a person or an officer: their own tests ask for them. */
const NOT_ASKED: ReadonlySet<Role> = new Set<Role>(['guardian', 'agent', 'department-verifier', 'partner', 'kiosk'])

/** A set of organs by the beginning of their codes, as jurisdictions nest. */
const under = (organ: string | null): ReadonlySet<string> => {
  const prefix = organ === null ? '-' : jurisdictionPrefix(organ)
  return new Set(
    [STATION, COUNTY, PREFECTURE, PROVINCE, FOREIGN_STATION, FOREIGN_COUNTY, FOREIGN_PREFECTURE, known.issuer].filter((one) => one.startsWith(prefix)),
  )
}

const ofCase = ({ organ }: Actor): Resource => ({
  personId: person.id,
  organ: STATION,
  issuer: known.issuer,
  jurisdiction: under(organ),
  acceptedBy: 'another',
})
const ofOwnOrgan = ({ organ }: Actor): Resource => ({ organ, jurisdiction: under(organ) })
const ofNothing = (): Resource => ({})

interface Guarded {
  readonly action: Action
  readonly resource?: (actor: Actor) => Resource
  readonly body?: () => unknown
  /** What else must hold. */
  readonly and?: (actor: Actor) => boolean
}

const settle = () => ({ how: 'paid', means: 'cash', receiptNumber: 'A-0001', amountCents: 2000 })
const notice = () => ({ dryRun: true, notice: { year: 2027, source: '测试通知', holidays: [] } })

/** Every guarded route; one that is missing fails the test. */
const TABLE: Readonly<Record<string, Guarded>> = {
  'POST /api/v1/calendar/notices': { action: 'calendar.import', resource: ofNothing, body: notice },
  'GET /api/v1/me/services/{id}': { action: 'case.read', resource: ({ personId }) => ({ personId }) },
  'GET /api/v1/review-settings': { action: 'review.configure', resource: ofNothing },
  'PUT /api/v1/review-settings': { action: 'review.configure', resource: ofNothing, body: () => ({}) },
  'POST /api/v1/people/find': { action: 'person.find', resource: ofNothing, body: () => ({ identityNumber: person.identityNumber, purpose: 'application' }) },
  'POST /api/v1/people/correct': {
    action: 'register.correct',
    resource: ({ organ }) => ({ organ }),
    body: () => ({ identityNumber: '1', corrected: { phone: '14000000001' }, basis: '户口簿' }),
  },
  'GET /api/v1/me/disclosures': { action: 'privacy.own', resource: ({ personId }) => ({ personId }) },
  'POST /api/v1/people/delete-data': { action: 'privacy.delete', resource: ofNothing },
  'POST /api/v1/photos': { action: 'photo.upload', resource: ofNothing, body: () => Buffer.from('no photo') },
  'GET /api/v1/photos/{digest}': { action: 'photo.read', resource: ofCase, and: ({ organ }) => organ === STATION },
  'POST /api/v1/cases': { action: 'case.submit', resource: ofNothing, body: () => ({ service: 'id-card-renewal', form: {} }) },
  'GET /api/v1/cases': { action: 'case.list', resource: ofOwnOrgan },
  'GET /api/v1/cases/{number}': { action: 'case.read' },
  'GET /api/v1/cases/{number}/evidence': { action: 'case.read' },
  'POST /api/v1/cases/{number}/settle-fee': { action: 'case.settle-fee', body: settle },
  'POST /api/v1/cases/{number}/decide-referral': {
    action: 'case.decide-referral',
    body: () => ({ decision: 'grant', reason: '核对无误', basis: '居民身份证法 10' }),
  },
  'POST /api/v1/cases/{number}/request-materials': {
    action: 'case.decide-referral',
    body: () => ({ missing: [{ id: 'photo', sentence: { zh: '重拍相片', en: 'a new photo' } }] }),
  },
  'POST /api/v1/cases/{number}/extend-limit': { action: 'case.extend-limit', body: () => ({ days: 1, ground: 'cut-off', reason: '大雪封路' }) },
  'POST /api/v1/cases/{number}/supply-materials': { action: 'case.supply-materials', body: () => ({ note: '补交' }) },
  'POST /api/v1/cases/{number}/hand-over': { action: 'case.hand-over', body: () => ({ to: 'self', identityCheckedBy: 'fingerprint', oldCard: 'none' }) },
  'POST /api/v1/cases/{number}/second-look': { action: 'case.second-look', body: () => ({ agrees: true }) },
  'GET /api/v1/production/batches': { action: 'production.read', resource: ofNothing },
  'GET /api/v1/production/batches/{slot}': { action: 'production.read', resource: ofNothing },
  'GET /api/v1/production/load': { action: 'production.read', resource: ofNothing },
  'GET /api/v1/production/orders/{number}': { action: 'production.read', resource: ofNothing },
  'POST /api/v1/production/orders/{number}/spoil': {
    action: 'production.work',
    resource: ofNothing,
    body: () => ({ serial: 'TEST00000001', note: '打印模糊' }),
  },
  'POST /api/v1/production/orders/{number}/quality': { action: 'production.work', resource: ofNothing, body: () => ({ reason: '卡面有划痕' }) },
  'POST /api/v1/production/orders/{number}/remake': { action: 'production.work', resource: ofNothing, body: () => ({ note: '芯片读不出' }) },
  'GET /api/v1/production/lines': { action: 'production.read', resource: ofNothing },
  'POST /api/v1/production/lines/{line}/stop': { action: 'production.work', resource: ofNothing, body: () => ({}) },
  'POST /api/v1/production/lines/{line}/resume': { action: 'production.work', resource: ofNothing, body: () => ({}) },
  'POST /api/v1/production/lines/{line}/take-off': { action: 'production.work', resource: ofNothing, body: () => ({}) },
  'GET /api/v1/production/blanks/tally': { action: 'production.read', resource: ofNothing },
  'GET /api/v1/production/blanks': { action: 'production.read', resource: ofNothing },
  'POST /api/v1/production/blanks': { action: 'production.work', resource: ofNothing, body: () => ({}) },
  'POST /api/v1/production/blanks/{serial}/destroy': { action: 'production.work', resource: ofNothing, body: () => ({}) },
  'POST /api/v1/cases/{number}/payments': { action: 'payment.pay', body: () => ({ gateway: 'wechat' }) },
  'GET /api/v1/cases/{number}/payments': { action: 'case.read' },
  'POST /api/v1/cases/{number}/payments/ask': { action: 'payment.pay' },
  'GET /api/v1/payments/troubled': { action: 'payment.reconcile' },
  'POST /api/v1/payments/{prefecture}/{id}/refund-again': { action: 'payment.reconcile' },
  'GET /api/v1/payments/days': { action: 'payment.reconcile' },
  'POST /api/v1/payments/days': { action: 'payment.reconcile', body: () => ({ gateway: 'wechat', day: '2026-02-12' }) },
  'GET /api/v1/delivery/manifests': { action: 'delivery.read', resource: ofOwnOrgan },
  'GET /api/v1/delivery/parcels': { action: 'delivery.read', resource: ofOwnOrgan },
  'GET /api/v1/delivery/collections': { action: 'delivery.read', resource: ofOwnOrgan },
  'GET /api/v1/delivery/parcels/{prefecture}/{id}': { action: 'delivery.read' },
  'POST /api/v1/delivery/parcels/{prefecture}/{id}/resend': { action: 'delivery.work' },
  'POST /api/v1/delivery/parcels/{prefecture}/{id}/declare-lost': { action: 'delivery.work', body: () => ({ note: '查找无果' }) },
  'GET /api/v1/supervision/promises': { action: 'supervision.read', resource: ofNothing },
  'GET /api/v1/supervision/promises/cases': { action: 'supervision.read', resource: ofNothing, and: ({ organ }) => organ !== FOREIGN_PREFECTURE },
  'GET /api/v1/supervision/alarms': { action: 'supervision.read', resource: ofNothing },
  'GET /api/v1/operations/parked': { action: 'outbox.take-up', resource: ofNothing },
  'POST /api/v1/operations/parked/{prefecture}/{reaction}/take-up': { action: 'outbox.take-up', resource: ofNothing, body: () => ({ reason: '已修复' }) },
  'POST /api/v1/review-replays': { action: 'review.replay', resource: ofNothing, body: () => ({}) },
  'GET /api/v1/me/readings': { action: 'reading.own', resource: ({ personId }) => ({ personId }) },
  'GET /api/v1/audit/readings': { action: 'reading.audit', resource: ofNothing },
  'GET /api/v1/audit/flags': { action: 'reading.audit', resource: ofNothing },
  'GET /api/v1/audit/sign-ins': { action: 'reading.audit', resource: ofNothing },
  'GET /api/v1/audit/floods': { action: 'reading.audit', resource: ofNothing },
  'GET /api/v1/cases/{number}/ratings': { action: 'rating.give' },
  'POST /api/v1/cases/{number}/ratings': { action: 'rating.give', body: () => ({}) },
  'GET /api/v1/ratings': { action: 'rating.read', resource: ofOwnOrgan },
  'GET /api/v1/ratings/figures': { action: 'rating.read', resource: ofOwnOrgan },
  'POST /api/v1/audit/withholdings': {
    action: 'reading.withhold',
    resource: ({ organ }) => ({ organ: STATION, jurisdiction: under(organ) }),
    body: () => ({ prefecture: '2201', personId: person.id, organ: STATION, basis: 'PIPL 35', reason: '侦查需要', days: 30 }),
  },
  'GET /api/v1/officers': { action: 'officer.read', resource: ofNothing },
  'POST /api/v1/officers': { action: 'officer.appoint', resource: ofNothing, body: () => ({ number: '039001', organ: STATION }) },
  'GET /api/v1/officers/{number}': { action: 'officer.read', resource: ofNothing },
  'POST /api/v1/officers/{number}/propose-role': { action: 'officer.appoint', resource: ofNothing, body: () => ({ role: 'dispatcher', organ: PROVINCE }) },
  'POST /api/v1/officers/{number}/transfer': { action: 'officer.appoint', resource: ofNothing, body: () => ({ organ: STATION }) },
  'POST /api/v1/officers/{number}/retire': { action: 'officer.retire', resource: ofNothing },
  'POST /api/v1/representations': {
    action: 'representation.record',
    resource: ofNothing,
    body: () => ({ personNumber: '1', representativeNumber: '2', document: 'letter', may: 'act', from: '2026-02-01' }),
  },
  // Last: what it ends nobody can do anything to.
  'POST /api/v1/cases/{number}/withdraw': { action: 'case.withdraw', body: () => ({ reason: '不办了' }) },
}

/** Decided elsewhere: open to anybody, by a partner's signature, about oneself alone, or by an id that no other has (then 404 for all). */
const ELSEWHERE: readonly RegExp[] = [
  /^GET \/api\/v1\/(?:calendar\/\{year\}|services|services\/\{id\}|delivery\/terms)$/,
  /^POST \/api\/v1\/progress(?:\/ratings)?$/,
  / \/(?:partners|sandbox)\//,
  / \/api\/v1\/(?:token|sessions|passkeys|client-keys|officers\/\{number\}\/passkey)/,
  / \/api\/v1\/(?:evidence|log|receipts|ratings\/\{prefecture\})/,
  / \/api\/v1\/(?:me\/(?!readings|services|disclosures)|privacy|legal|consents|corrections|people\/\{)/,
  / \/api\/v1\/(?:review-replays\/\{id\}|audit\/flags\/\{id\}|audit\/withholdings\/\{id\}|representations\/\{id\}|officer-roles\/\{id\})/,
  /^GET \/(?:healthz|readyz|metrics|api\/openapi)/,
]

beforeAll(async () => {
  const database = await freshDatabase()
  product = await startProduct({ DATABASE_URL: database.url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0' })
  api = openApi(product)
  operations = operationsOf((await api.get('/api/openapi.json')).body)
  person = (await api.makePerson({ age: 30, within: '2201', card: { expiresOn: '2026-03-10' } })).person
  other = (await api.makePerson({ age: 30, within: '2224' })).person
  const officer = await api.signIn({ role: 'station-officer', organ: STATION })
  known.digest = await api.portrait(1, officer)
  const made = await api.post<{ number: string; issuer: string }>('/api/v1/cases', api.renewal(person.identityNumber, known.digest), officer)
  known.number = made.body.number
  known.issuer = made.body.issuer
  await api.pay(known.number, officer)
  await api.moveTo('2026-02-13T18:30:00')
  const dispatcher = await api.signIn({ role: 'dispatcher' })
  for (const list of ['prepared', 'handed-to-courier', 'in-transit']) {
    const { parcels = [] } = (await api.get<{ parcels: { prefecture: string; id: string }[] }>(`/api/v1/delivery/parcels?list=${list}`, dispatcher)).body
    if (parcels[0]) known.parcel = parcels[0]
  }
})

afterAll(() => product?.stop())

const keyOf = ({ method, path }: Operation): string => `${method} ${path}`
const guardedOperations = () => operations.filter((operation) => !ELSEWHERE.some((pattern) => pattern.test(keyOf(operation))))

it('every route that asks who it is stands in the table, and the table names no other', () => {
  const keys = guardedOperations().map(keyOf)
  expect(keys.filter((key) => TABLE[key] === undefined)).toEqual([])
  expect(Object.keys(TABLE).filter((key) => !keys.includes(key))).toEqual([])
  expect(new Set(ACTORS.map(([, role]) => role))).toEqual(new Set(ROLES.filter((role) => !NOT_ASKED.has(role))))
  expect(known.parcel.id).not.toBe('')
})

const urlOf = (path: string): string =>
  path
    .replace('{prefecture}/{id}', `${known.parcel.prefecture}/${known.parcel.id}`)
    .replace(/officers\/\{number\}/, 'officers/039001')
    .replace('{number}', known.number)
    .replace('{digest}', known.digest)
    .replace('{prefecture}/{reaction}', '2201/delivery.send')
    .replace('{slot}', '2026-02-13-pm')
    .replace('me/services/{id}', 'me/services/id-card-online')
    .replace('{line}', '1')
    .replace('{serial}', 'TEST00000001')
    .replace('{id}', SOME_ID)

const QUERIES: Readonly<Record<string, string>> = {
  'GET /api/v1/supervision/promises': '?measure=1',
  'GET /api/v1/supervision/promises/cases': '?measure=1&prefecture=2201&day=2026-02-13&outcome=promised',
  'GET /api/v1/delivery/manifests': '?day=2026-02-13',
  'GET /api/v1/delivery/parcels': '?list=late',
}

it('every role, at every distance from the case, gets what the table of rights gives it, or what everybody gets for nothing', async () => {
  const wrong: string[] = []
  let cells = 0
  const signedIn: { readonly relation: string; readonly actor: Actor; readonly token: string }[] = []
  for (const [relation, role, organ] of ACTORS) {
    const who = relation === 'own' ? person : other
    const token = await api.signIn(role === 'resident' ? { person: who.id } : { role, organ })
    signedIn.push({ relation, token, actor: { id: 'x', role, organ, personId: role === 'resident' ? who.id : null } })
  }
  // In the order of the table: the officer whom one route registers is transferred by another, and the case is withdrawn last.
  for (const [key, { action, resource = ofCase, body, and }] of Object.entries(TABLE)) {
    const [method = '', path = ''] = key.split(' ')
    const mays = signedIn.map((one) => ({ ...one, may: can(one.actor, action, resource(one.actor)) && (and?.(one.actor) ?? true) }))
    // Whoever may comes first: some routes are asked only so often from one address.
    for (const { relation, actor, token, may } of mays.toSorted((a, b) => Number(b.may) - Number(a.may))) {
      const answer =
        method === 'GET' ? await api.get<{ type?: string }>(urlOf(path) + (QUERIES[key] ?? ''), token) : await send(method, urlOf(path), body?.() ?? {}, token)
      cells += 1
      // A body that is wrong, and too many requests from one address, are told to anybody who is signed in: they say nothing of what there is.
      const undecided = !may && (answer.status === 422 || answer.status === 429)
      // Something grave asks for more proof only after `can` has said yes.
      if (!undecided && may !== (answer.status !== 404))
        wrong.push(`${actor.role} at ${actor.organ} (${relation}): ${key} ${may ? 'may' : 'may not'}, got ${answer.status} ${answer.text.slice(0, 160)}`)
    }
  }
  expect(wrong).toEqual([])
  expect(cells).toBe(Object.keys(TABLE).length * ACTORS.length)
}, 240_000)

let keys = 0
const send = (method: string, url: string, body: unknown, token: string) =>
  method === 'PUT'
    ? fetch(product.url + url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': `matrix-key-${++keys}` },
        body: JSON.stringify(body),
      }).then(async (answer) => ({ status: answer.status, text: await answer.text() }))
    : api.post<{ type?: string }>(url, body, token)
