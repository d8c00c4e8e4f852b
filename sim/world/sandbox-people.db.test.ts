import type { InjectOptions } from 'fastify'
import { afterAll, describe, expect, test } from 'vitest'
import { instant } from '#kernel/time.ts'
import { ageOn, parseIdentityNumber } from '#person/rules.ts'
import { loadPlaces } from '#place/queries.ts'
import { SYSTEM } from '#platform/actor.ts'
import { systemIds } from '#platform/chance.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { mountRoutes, openHttp, type Principal } from '#platform/http.ts'
import { openLog } from '#platform/log.ts'
import { openMetrics } from '#platform/metrics.ts'
import { openSealer } from '#platform/sealed.ts'
import { openRegister } from '#register/commands.ts'
import type { Card, Person } from '#register/model.ts'
import { registerRoutes } from '#register/routes.ts'
import { sandboxPeopleRoutes } from '#sim/world/sandbox-people.ts'
import { freshDatabase } from '#test/database.ts'
import { testKeys } from '#test/keys.ts'
import { testReadings } from '#test/readings.ts'

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 4, onLost: () => {}, otherwise: SYSTEM })
const committer = openCommitter(db)
const sealer = openSealer(testKeys())
const readings = testReadings(db)
const register = openRegister({ db, sealer, readings })
const now = instant('2026-02-13T09:00:00+08:00')
const officer: Principal = { id: 'officer-1', role: 'station-officer', organ: '220102500100', personId: null }
const signedIn: Record<string, Principal> = { officer, administrator: { ...officer, id: 'admin-1', role: 'administrator' } }
const app = await openHttp({
  log: openLog('silent'),
  metrics: openMetrics(),
  now: () => now,
  authenticate: async (request) => signedIn[String(request.headers['x-test-as'])] ?? null,
  systemPaths: /^\/sandbox\//,
})
mountRoutes(app, [
  ...registerRoutes({ register, readings, corrections: { correct: async () => ({ kind: 'not-found' }), givenToOthers: async () => [] } }),
  ...sandboxPeopleRoutes({ db, committer, register, sealer, places: loadPlaces(), ids: systemIds, now: () => now }),
])
afterAll(async () => {
  await app.close()
  await db.end()
})

let keys = 0
const call = async (method: 'GET' | 'POST', url: string, body?: object, headers: Record<string, string> = {}) => {
  keys += 1
  const request: InjectOptions = { method, url, headers: { 'idempotency-key': `test-key-${keys}`, ...headers }, ...(body && { payload: body }) }
  const answer = await app.inject(request)
  return { status: answer.statusCode, text: answer.body, json: answer.json() }
}
type Made = { person: Person; cards: Card[]; guardians: { person: Person; cards: Card[] }[] }
const make = async (wishes: object): Promise<Made> => {
  const { status, json } = await call('POST', '/sandbox/people', wishes)
  expect(status).toBe(201)
  return json as Made
}
const find = (identityNumber: string, purpose = 'application', as = 'officer') =>
  call('POST', '/api/v1/people/find', { identityNumber, purpose }, { 'x-test-as': as, authorization: 'Bearer of-a-program' })

describe('a person to order', () => {
  test('is as wished, and stands in the register', async () => {
    const { person, cards } = await make({
      age: 35,
      sex: 'female',
      ethnicity: '朝鲜',
      within: '2224',
      card: { expiresOn: '2026-03-01', status: 'valid' },
      fingerprints: '2016-03-01',
      hardship: 'other',
      flags: ['credit-record'],
    })
    expect(ageOn(person.birth, '2026-02-13' as Person['birth'])).toBe(35)
    expect(person).toMatchObject({
      prefecture: '2224',
      sex: 'female',
      ethnicity: '朝鲜',
      hardship: 'other',
      flags: ['credit-record'],
      fingerprintsOn: '2016-03-01',
      synthetic: true,
    })
    expect(parseIdentityNumber(person.identityNumber).ok).toBe(true)
    expect(cards).toMatchObject([{ status: 'valid', validTo: '2026-03-01', issuedOn: '2016-03-01' }])
    const found = await find(person.identityNumber)
    expect(found.json).toMatchObject({ id: person.id, name: person.name, cards: [{ state: 'expiring' }] })
  })

  test('a child has a guardian, who may also be made afterwards', async () => {
    const { person, guardians } = await make({ age: 9 })
    expect(guardians).toMatchObject([{ person: { id: person.guardians[0], household: person.household } }])
    const father = await make({ age: 40, sex: 'male', guardianOf: [person.identityNumber] })
    expect(father.person).toMatchObject({ household: person.household, address: person.address, township: person.township })
    expect((await find(person.identityNumber)).json.guardians).toEqual([...person.guardians, father.person.id])
  })

  test('a child in the household of an adult has that adult for a guardian', async () => {
    const { person: parent } = await make({ age: 33 })
    const { person: child, guardians } = await make({ age: 3, inHouseholdOf: parent.identityNumber })
    expect(child).toMatchObject({ guardians: [parent.id], household: parent.household })
    expect(guardians).toEqual([])
  })

  test('the same key gives the same person again, and the kept answer shows nothing personal', async () => {
    const first = await call('POST', '/sandbox/people', { age: 50 }, { 'idempotency-key': 'once-and-again' })
    const again = await call('POST', '/sandbox/people', { age: 50 }, { 'idempotency-key': 'once-and-again' })
    expect(again.text).toBe(first.text)
    const { rows } = await db.run<{ response: string }>({ text: 'select response from idempotency', values: [] })
    expect(rows.filter(({ response }) => response.includes((first.json as Made).person.identityNumber))).toEqual([])
  })

  test.each([
    [{ age: 40, birth: '2020-01-01' }, '(body)'],
    [{ within: '2199' }, 'within'],
    [{ township: '220102999' }, 'township'],
    [{ guardianOf: ['220102199001010017'] }, 'guardianOf.0'],
    [{ age: 200 }, 'age'],
    [{ colour: 'red' }, 'colour'],
  ])('wishes that can’t be met are named: %j', async (wishes, field) => {
    const { status, json } = await call('POST', '/sandbox/people', wishes)
    expect(status).toBe(422)
    expect(Object.keys(json.fields)).toEqual([field])
    expect(json.fields[field].zh).toBeTruthy()
  })

  test('somebody who fits is found: a child, an expired card, no card', async () => {
    await make({ age: 60, within: '2203', card: null })
    await make({ age: 30, within: '2203', card: { expiresOn: '2025-12-31' } })
    for (const like of ['no-card', 'expired']) {
      const { json } = await call('GET', `/sandbox/people?prefecture=2203&like=${like}`)
      expect((json as { people: Made[] }).people).toHaveLength(1)
    }
  })
})

describe('finding a person at the window', () => {
  test('needs a role that may, a valid number and a purpose; unknown and not permitted are alike', async () => {
    const { person } = await make({ age: 30 })
    expect((await find(person.identityNumber, 'application', 'nobody')).status).toBe(401)
    const denied = await find(person.identityNumber, 'application', 'administrator')
    const unknown = await find('220102199001010017')
    expect([denied.status, unknown.status]).toEqual([404, 404])
    expect(denied.text).toBe(unknown.text)
    expect((await find(person.identityNumber, 'curiosity')).json.fields).toHaveProperty('purpose')
    const wrongDigit = await find('220102199001010018')
    expect(wrongDigit.status).toBe(422)
    expect(wrongDigit.json.fields.identityNumber.zh).toContain('校验')
    expect((await find('220102900101001')).json.fields.identityNumber.zh).toContain('15 位')
  })

  test('shows the whole record only where the purpose needs it', async () => {
    const { person } = await make({ age: 30 })
    expect((await find(person.identityNumber, 'application')).json).toMatchObject({ inFull: true, name: person.name, address: person.address })
    const masked = await find(person.identityNumber, 'guardian-check')
    for (const secret of [person.name, person.address, person.birth, person.identityNumber, person.phone as string]) expect(masked.text).not.toContain(secret)
  })
})
