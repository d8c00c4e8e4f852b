/** Acting for another, over HTTP: on what, how far, until when; and that nothing is done on what was withdrawn meanwhile. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type MadePerson, openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Product, startProduct } from '#test/product.ts'

const STATION = '220102500100'

let product: Product
let api: Api
let db: pg.Client
let officer: string
const tokens = new Map<string, string>()

type Person = MadePerson['person']
interface Body {
  readonly id: string
  readonly status: string
  readonly number: string
  readonly type?: string
  readonly refusals?: readonly { readonly code: string; readonly basis: string }[]
  readonly readings: readonly Record<string, unknown>[]
  readonly byMe: readonly Record<string, unknown>[]
  readonly forMe: readonly Record<string, unknown>[]
}

let keys = 0
/** What somebody asks, for themselves or in another's place. */
async function ask(method: 'GET' | 'POST', path: string, token: string, body?: unknown, actingFor?: string, key = `acting-key-${++keys}`) {
  const answer = await fetch(product.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(method === 'POST' && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(actingFor !== undefined && { 'acting-for': actingFor }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Body }
}

const tokenOf = async (person: Person): Promise<string> => {
  const known = tokens.get(person.id) ?? (await api.signIn({ person: person.id }))
  tokens.set(person.id, known)
  return known
}
const made = async (wishes: object): Promise<Person> => (await api.makePerson({ within: '2201', ...wishes })).person
const consent = async (person: Person, to: Person, more: object = {}) =>
  ask('POST', '/api/v1/me/representations/consents', await tokenOf(person), {
    ...{ name: to.name, identityNumber: to.identityNumber, relation: 'child', may: 'act', until: '2027-02-01' },
    ...more,
  })
const renewed = async (person: Person, more: object = {}): Promise<string> =>
  (await api.post('/api/v1/cases', api.renewal(person.identityNumber, await api.portrait(3, officer), more), officer)).body.number
const refusal = ({ status, body }: { status: number; body: Body }) => [status, body.refusals?.[0]?.code, body.refusals?.[0]?.basis]

beforeAll(async () => {
  const database = await freshDatabase()
  product = await startProduct({ DATABASE_URL: database.url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0' })
  api = openApi(product)
  officer = await api.signIn({ role: 'station-officer', organ: STATION })
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
}, 240_000)
afterAll(async () => {
  await db?.end()
  await product?.stop()
})

describe('by consent', () => {
  let mother: Person
  let daughter: Person
  let number: string
  let representation: string
  beforeAll(async () => {
    mother = await made({ age: 70, card: { expiresOn: '2026-03-10' } })
    daughter = await made({ age: 40 })
    number = await renewed(mother)
  })

  test('whoever isn’t named rightly is nobody, whatever is wrong', async () => {
    const wrongName = await consent(mother, { ...daughter, name: '不是她' })
    const nobody = await consent(mother, { ...daughter, identityNumber: '220102199001010017' })
    expect(wrongName).toEqual(nobody)
    expect(refusal(nobody)).toEqual([409, 'nobody-by-that-name', '居民身份证法 3'])
  })

  test('the person lets somebody act, and both see it', async () => {
    const given = await consent(mother, daughter)
    expect(given).toMatchObject({ status: 201, body: { kind: 'family', may: 'act', services: [] } })
    representation = given.body.id
    expect(refusal(await consent(mother, daughter))).toEqual([409, 'stands-already', '民法典 165'])
    const hers = await ask('GET', '/api/v1/me/representations', await tokenOf(daughter))
    expect(hers.body).toMatchObject({ byMe: [{ id: representation, stands: true }], forMe: [] })
    expect(JSON.stringify(hers.body)).not.toContain(mother.name)
    expect((await ask('GET', '/api/v1/me/representations', await tokenOf(mother))).body).toMatchObject({ byMe: [], forMe: [{ id: representation }] })
  })

  test('the case is seen in the person’s place only, and the person sees by whom', async () => {
    const token = await tokenOf(daughter)
    expect((await ask('GET', `/api/v1/cases/${number}`, token)).status).toBe(404)
    expect((await ask('GET', `/api/v1/cases/${number}`, token, undefined, representation)).status).toBe(200)
    const { body } = await ask('GET', '/api/v1/me/readings', await tokenOf(mother))
    const seen = body.readings.find(({ role, outcome }) => role === 'agent' && outcome === 'shown')
    expect(seen).toMatchObject({ what: 'case', caseNumber: number, consent: 'consent-given', representation })
  })

  test('what the rules keep from agents is refused with its article; what is only one’s own, too; a stranger’s id is nobody’s', async () => {
    const token = await tokenOf(daughter)
    const withdraw = (actingFor?: string, as = token) => ask('POST', `/api/v1/cases/${number}/withdraw`, as, { reason: '不办了' }, actingFor)
    expect(refusal(await withdraw(representation))).toEqual([409, 'agent-not-allowed', '行政许可法 29'])
    expect((await withdraw()).status).toBe(404)
    expect(refusal(await ask('GET', '/api/v1/me/representations', token, undefined, representation))).toEqual([409, 'not-for-another', '民法典 161'])
    expect((await ask('GET', '/api/v1/me/readings', token, undefined, representation)).status).toBe(404)
    const stranger = await tokenOf(await made({ age: 30 }))
    const strange = await withdraw(representation, stranger)
    expect(strange.status).toBe(404)
    expect(strange).toEqual(await withdraw('0190c0de-0000-7000-8000-000000000000', stranger))
    expect((await ask('GET', `/api/v1/cases/${number}`, officer, undefined, representation)).status).toBe(404)
    expect((await withdraw('not-an-id')).status).toBe(404)
    expect((await ask('POST', `/api/v1/me/representations/${representation}/end`, stranger)).status).toBe(404)
  })

  test('withdrawn by one press, it carries nothing any more', async () => {
    expect((await ask('POST', `/api/v1/me/representations/${representation}/end`, await tokenOf(mother))).body).toMatchObject({ endedBecause: 'withdrawn' })
    const token = await tokenOf(daughter)
    expect(refusal(await ask('GET', `/api/v1/cases/${number}`, token, undefined, representation))).toEqual([409, 'withdrawn', '民法典 173'])
    const { rows } = await db.query<{ type: string; actor: string }>('select type, actor from events where stream = $1 order by seq', [representation])
    expect(rows).toEqual([
      { type: 'ConsentToActGiven', actor: `resident:${mother.id}` },
      { type: 'RepresentationEnded', actor: `resident:${mother.id}` },
    ])
  })

  test('named matters are those matters, and nothing else', async () => {
    const { body } = await consent(mother, daughter, { services: ['id-card-loss-report'] })
    const token = await tokenOf(daughter)
    expect((await ask('GET', `/api/v1/cases/${number}`, token, undefined, body.id)).status).toBe(404)
    await ask('POST', `/api/v1/me/representations/${body.id}/end`, token)
    const wider = await consent(mother, daughter, { services: ['id-card-loss-report', 'id-card-renewal'], may: 'read' })
    expect((await ask('GET', `/api/v1/cases/${number}`, token, undefined, wider.body.id)).status).toBe(200)
  })
})

describe('a power of attorney at the window', () => {
  let person: Person
  let agent: Person
  const record = (more: object = {}) =>
    ask('POST', '/api/v1/representations', officer, {
      ...{ personNumber: person.identityNumber, representativeNumber: agent.identityNumber, document: 'letter', may: 'act' },
      ...{ services: ['id-card-loss-report', 'id-card-renewal'], from: '2026-02-01', until: '2026-12-31' },
      ...more,
    })
  const reportLost = (representation: string, service = 'id-card-loss-report') =>
    ask('POST', '/api/v1/cases', officer, {
      ...{ service, representation },
      form: { identityNumber: person.identityNumber, lostOn: '2026-02-10', place: '长春' },
    })
  beforeAll(async () => {
    person = await made({ age: 60, card: { expiresOn: '2026-03-10' } })
    agent = await made({ age: 35 })
  })

  test('is recorded by an officer who saw it, and both people see who looked them up', async () => {
    const done = await record()
    expect(done).toMatchObject({ status: 201, body: { kind: 'agent', document: 'letter' } })
    for (const one of [person, agent]) {
      const { body } = await ask('GET', '/api/v1/me/readings', await tokenOf(one))
      expect(body.readings.map(({ what, role }) => `${what} ${role}`)).toContain('representation station-officer')
    }
    expect((await ask('POST', '/api/v1/representations', await tokenOf(agent), {})).status).toBe(422)
    expect(refusal(await record({ representativeNumber: person.identityNumber }))).toEqual([409, 'own-agent', '民法典 162'])
  })

  test('a card is applied for in person, whatever a paper says; a case of another’s paper is refused', async () => {
    const { body } = await record()
    const photo = await api.portrait(3, officer)
    const renewal = await ask('POST', '/api/v1/cases', officer, { ...api.renewal(person.identityNumber, photo), representation: body.id })
    expect(refusal(renewal)).toEqual([409, 'agent-not-allowed', '居民身份证法 3'])
    const another = await made({ age: 50 })
    const others = await record({ personNumber: another.identityNumber })
    expect(refusal(await reportLost(others.body.id))).toEqual([409, 'power-of-attorney-another-person', '民法典 161'])
  })

  test('a loss is reported by whoever has one that covers it; the event names it', async () => {
    const narrow = await record({ services: ['collect-card'] })
    expect(refusal(await reportLost(narrow.body.id))).toEqual([409, 'beyond-consent', '民法典 162'])
    const { body } = await record()
    const done = await reportLost(body.id)
    expect([done.status, done.body]).toMatchObject([201, {}])
    const { rows } = await db.query("select on_behalf_of from events e join cases c on c.id = e.stream where c.number = $1 and e.type = 'CaseSubmitted'", [
      done.body.number,
    ])
    expect(rows).toEqual([{ on_behalf_of: `${person.id} power-of-attorney:${body.id}` }])
  })

  test('its term ends by itself at its very end, and is written down as of then', async () => {
    const { body } = await record({ until: '2026-02-14' })
    await api.moveTo('2026-02-15T09:00:00')
    expect(refusal(await ask('GET', '/api/v1/me/export', await tokenOf(agent), undefined, body.id))).toEqual([409, 'expired', '民法典 173'])
    await expect
      .poll(async () => (await db.query("select at from events where stream = $1 and type = 'RepresentationEnded'", [body.id])).rows[0]?.at?.toISOString())
      .toBe('2026-02-14T16:00:00.000Z')
    const { rows } = await db.query('select r.version, (select max(seq) from events e where e.stream = r.id) as seq, ended_because from representations r')
    expect(rows.every(({ version, seq }) => version === seq)).toBe(true)
    expect(rows.map(({ ended_because }) => ended_because)).toContain('term')
  })
})

describe('a guardian', () => {
  let child: Person
  let father: Person
  let representation: string
  let number: string
  beforeAll(async () => {
    father = await made({ age: 40, sex: 'male' })
    child = await made({ birth: '2010-02-20', inHouseholdOf: father.identityNumber, card: { expiresOn: '2026-03-10' } })
  })
  const claim = async (as: Person) =>
    ask('POST', '/api/v1/me/representations/guardianships', await tokenOf(as), { name: child.name, identityNumber: child.identityNumber })

  test('by the register’s word and nobody’s consent; anybody else is told no more than of a stranger', async () => {
    expect(refusal(await claim(await made({ age: 30 })))).toEqual([409, 'not-the-guardian', '民法典 27'])
    const done = await claim(father)
    expect(done).toMatchObject({ status: 201, body: { kind: 'guardian', until: null } })
    representation = done.body.id
  })

  test('sees who read the child’s file, and the child’s page shows that', async () => {
    number = await renewed(child, { guardian: { identityNumber: father.identityNumber, relation: 'parent' } })
    const token = await tokenOf(father)
    const ofChild = await ask('GET', '/api/v1/me/readings', token, undefined, representation)
    expect(ofChild.status).toBe(200)
    expect(ofChild.body.readings.map(({ what }) => what)).toContain('representation')
    const { body } = await ask('GET', '/api/v1/me/readings', await tokenOf(child))
    // The clock stands still: the latest of one instant come in any order.
    expect(body.readings.find(({ what, role }) => what === 'own-file' && role === 'guardian')).toMatchObject({ consent: 'guardian-registered', representation })
  })

  test('acts for the child: the event says by whom, for whom, on what; the same key for oneself is another matter', async () => {
    const token = await tokenOf(father)
    const withdraw = (actingFor?: string, key?: string) => ask('POST', `/api/v1/cases/${number}/withdraw`, token, { reason: '暂时不办' }, actingFor, key)
    expect((await withdraw(undefined, 'one-key-0001')).status).toBe(404)
    expect(await withdraw(representation, 'one-key-0001')).toMatchObject({ status: 200, body: { status: 'withdrawn' } })
    expect((await withdraw(undefined, 'one-key-0001')).status).toBe(422)
    const { rows } = await db.query("select actor, actor_role, on_behalf_of from events where type = 'CaseWithdrawn'")
    expect(rows).toEqual([{ actor: `resident:${father.id}`, actor_role: 'guardian', on_behalf_of: `${child.id} guardian-registered:${representation}` }])
  })

  test('what is withdrawn while somebody acts on it is waited for, and nothing is done', async () => {
    const again = await renewed(child, { guardian: { identityNumber: father.identityNumber, relation: 'parent' } })
    await db.query('begin')
    await db.query("update representations set ended_at = '2026-02-13T02:00:00Z', ended_because = 'given-up' where id = $1", [representation])
    const acting = ask('POST', `/api/v1/cases/${again}/withdraw`, await tokenOf(father), { reason: '暂时不办' }, representation)
    await expect.poll(async () => (await db.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).rowCount).toBeGreaterThan(0)
    await db.query('commit')
    expect(refusal(await acting)).toEqual([409, 'withdrawn', '民法典 173'])
    expect((await db.query('select status from cases where number = $1', [again])).rows[0].status).not.toBe('withdrawn')
    // The control: on a record that stands, the very same is done.
    const anew = await claim(father)
    expect((await ask('POST', `/api/v1/cases/${again}/withdraw`, await tokenOf(father), { reason: '暂时不办' }, anew.body.id)).status).toBe(200)
    representation = anew.body.id
  })

  test('represents nobody any more who is sixteen', async () => {
    const own = child.identityNumber.slice(6, 14)
    const birthday = `${Number(own.slice(0, 4)) + 16}-${own.slice(4, 6)}-${own.slice(6, 8)}`
    await api.moveTo(`${birthday}T00:00:00`)
    const { body } = await ask('GET', '/api/v1/me/representations', await tokenOf(father))
    expect(body.byMe.find(({ id }) => id === representation)).toMatchObject({ stands: false })
    expect(refusal(await ask('GET', '/api/v1/me/readings', await tokenOf(father), undefined, representation))).toEqual([
      409,
      'child-decides',
      '居民身份证法 10',
    ])
    // From now on the child lets the guardian act, and nobody else.
    const until = `${Number(birthday.slice(0, 4)) + 1}-01-01`
    expect(refusal(await consent(child, await made({ age: 50 }), { until }))).toEqual([409, 'minor-names-guardian', '民法典 19'])
    expect((await consent(child, father, { relation: 'parent', until })).status).toBe(201)
  })
})
