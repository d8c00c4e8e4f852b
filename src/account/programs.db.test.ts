import { spawnSync } from 'node:child_process'
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Product, startProduct } from '#test/product.ts'
import { openVisitor, signInOfficer, signInResident, throughPlatform } from '#test/sign-in.ts'

/** Departments and kiosks sign in by a key of their own (RFC 7523); the first administrators; and what is kept of everybody’s signing in. */
const STATION = '220102500100'
const OFFICER = `station-officer:${STATION}:1`

let product: Product
let api: Api
let db: pg.Client

let databaseUrl: string
let founding: ReturnType<typeof found>

const FIRST = ['security-administrator:220000000000:1', 'security-administrator:220000000000:2']
/** As whoever installs the product does. */
const found = () =>
  spawnSync(process.execPath, [join(import.meta.dirname, '..', 'main', 'first-administrators.ts'), ...FIRST.map((one) => `--number=${one}`)], {
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: databaseUrl },
    encoding: 'utf8',
  })

const whoAmI = async (token: string | undefined): Promise<number> => (await api.get('/api/v1/sessions', token)).status

beforeAll(async () => {
  const database = await freshDatabase()
  product = await startProduct({ DATABASE_URL: database.url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0' })
  databaseUrl = database.url
  founding = found()
  api = openApi(product)
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
}, 240_000)

afterAll(async () => {
  await db?.end()
  await product?.stop()
})

describe('a department’s program', () => {
  const client = 'jl-housing'
  const made = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = made.publicKey.export({ format: 'jwk' })
  let now: number

  interface Forged {
    readonly header?: Record<string, unknown>
    readonly claims?: Record<string, unknown>
    readonly key?: Parameters<SignJWT['sign']>[0]
  }
  const assertion = async ({ header = {}, claims = {}, key = made.privateKey }: Forged = {}): Promise<string> =>
    new SignJWT({ iss: client, sub: client, aud: `${product.url}/api/v1/token`, iat: now, exp: now + 120, jti: randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
      .sign(key)
  const ask = async (jwt: string) => {
    const answer = await fetch(`${product.url}/api/v1/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: jwt,
      }),
    })
    return { status: answer.status, body: (await answer.json()) as { access_token?: string; error?: string; expires_in?: number } }
  }
  const register = async (kid = 'k1', clientId = client) => {
    const security = await api.signIn({ role: 'security-administrator' })
    return api.post('/api/v1/client-keys', { clientId, kid, role: 'department-verifier', name: '吉林住建', publicKey: { kty, crv, x, y } }, security)
  }

  beforeAll(async () => {
    expect((await register()).status).toBe(201)
    now = Date.parse((await api.get<{ now: string }>('/sandbox/clock')).body.now) / 1000
  })

  it('signs in by its key for ten minutes', async () => {
    const { status, body } = await ask(await assertion())
    expect([status, body.expires_in]).toEqual([200, 600])
    expect(await whoAmI(body.access_token)).toBe(200)
  })

  it('is not let in twice by one assertion', async () => {
    const jwt = await assertion()
    expect([(await ask(jwt)).status, (await ask(jwt)).status]).toEqual([200, 401])
  })

  it('is not let in by what is forged, late, early, long or meant for others', async () => {
    const unsigned = (parts: object[]) => `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
    const claims = { iss: client, sub: client, aud: `${product.url}/api/v1/token`, iat: now, exp: now + 60, jti: randomUUID() }
    const withSecret = (alg: string) => {
      const body = unsigned([{ alg, kid: 'k1' }, claims]).slice(0, -1)
      return `${body}.${createHmac('sha256', made.publicKey.export({ type: 'spki', format: 'pem' }))
        .update(body)
        .digest('base64url')}`
    }
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const forged: readonly [string, string][] = [
      ['none', unsigned([{ alg: 'none', kid: 'k1' }, claims])],
      ['the public key as a secret', withSecret('HS256')],
      ['another key', await assertion({ key: other })],
      ['an unknown kid', await assertion({ header: { kid: '../../k1' } })],
      ['expired', await assertion({ claims: { iat: now - 200, exp: now - 40 } })],
      ['too long', await assertion({ claims: { exp: now + 301 } })],
      ['from the future', await assertion({ claims: { iat: now + 90, exp: now + 120 } })],
      ['another audience', await assertion({ claims: { aud: 'https://elsewhere.example/token' } })],
      ['another subject', await assertion({ claims: { sub: 'jl-tax' } })],
      ['no jti', await assertion({ claims: { jti: undefined } })],
      ['no exp', await assertion({ claims: { exp: undefined } })],
      ['a key of its own in the header', await assertion({ key: other, header: { jwk: { kty, crv, x, y } } })],
    ]
    // One client each, so that the lock after five does not do the work.
    for (const [what, jwt] of forged) {
      await db.query('delete from sign_in_failures')
      expect([what, await ask(jwt)]).toEqual([what, { status: 401, body: expect.objectContaining({ error: 'invalid_client' }) }])
    }
    await db.query('delete from sign_in_failures')
    expect((await ask(await assertion())).status).toBe(200)
  })

  it('is locked after five wrong ones, and another client is not', async () => {
    expect((await register('k1', 'jl-tax')).status).toBe(201)
    for (let i = 0; i < 5; i += 1) expect((await ask(await assertion({ claims: { aud: 'x' } }))).status).toBe(401)
    expect((await ask(await assertion())).status).toBe(429)
    expect((await ask(await assertion({ claims: { iss: 'jl-tax', sub: 'jl-tax' } }))).status).toBe(200)
    await db.query('delete from sign_in_failures')
  })

  it('is refused with its sessions as soon as its key is revoked', async () => {
    const token = (await ask(await assertion())).body.access_token
    const security = await api.signIn({ role: 'security-administrator' })
    expect((await api.post(`/api/v1/client-keys/${client}/k1/revoke`, {}, security)).status).toBe(204)
    expect([await whoAmI(token), (await ask(await assertion())).status]).toEqual([401, 401])
  })

  it('nobody else registers keys or gives out codes', async () => {
    for (const as of [{ role: 'administrator' }, { role: 'station-officer', organ: STATION }]) {
      const token = await api.signIn(as)
      expect(
        (await api.post('/api/v1/client-keys', { clientId: 'xxx', kid: 'k', role: 'kiosk', name: 'x', publicKey: { kty, crv, x, y } }, token)).status,
      ).toBe(404)
      expect((await api.post(`/api/v1/officers/${encodeURIComponent(OFFICER)}/passkey-code`, {}, token)).status).toBe(404)
    }
  })
})

describe('the first security administrators', () => {
  it('are appointed by whoever installs it, once, and come in by the code that was printed', async () => {
    expect([founding.status, founding.stderr.replaceAll(/^.*Warning.*$|^\s*\(Use.*$/gm, '').trim()]).toEqual([0, ''])
    const [, code = ''] = new RegExp(`^${FIRST[0]} (\\S+) until`, 'm').exec(founding.stdout) ?? []
    const kept = await db.query("select body, key_hash from used_once where kind = 'enrolment-code'")
    expect([kept.rows.length, JSON.stringify(kept.rows).includes(code), JSON.stringify(kept.rows).includes(code.replace('-', ''))]).toEqual([2, false, false])
    const again = found()
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('there are security administrators already')])
    const token = await signInOfficer(product, FIRST[0] as string, { code })
    expect((await api.get('/api/v1/officers', token)).status).toBe(200)
    const events = await db.query("select type, actor from events where type = 'AdministratorsFounded'")
    expect(events.rows).toEqual([{ type: 'AdministratorsFounded', actor: 'operator' }])
  })
})

describe('what happens to accounts', () => {
  const told = async (path: string, token: string) =>
    (await api.get<{ events: { type: string; account: string; sentence: { zh: string; en: string } }[] }>(path, token)).body.events

  it('is told to their owner and to the auditor, as events of the evidence log, with nobody’s number in them', async () => {
    const number = (await api.makePerson({ age: 30, within: '2201' })).person.identityNumber
    await signInOfficer(product, OFFICER)
    const [{ id: lost = '' } = {}] = (await api.get<{ passkeys: { id: string }[] }>('/api/v1/passkeys', await signInOfficer(product, OFFICER))).body.passkeys
    const security = await api.signIn({ role: 'security-administrator' })
    expect((await api.post(`/api/v1/officers/${encodeURIComponent(OFFICER)}/passkeys/${lost}/revoke`, {}, security)).status).toBe(204)
    const visitor = openVisitor()
    await visitor.go(await throughPlatform(product, visitor, { kind: 'resident', person: number, level: 0 }))
    for (let again = 0; again < 2; again += 1) await visitor.go(await throughPlatform(product, visitor, { kind: 'resident', person: number }))
    const own = await signInResident(product, number)
    const mine = await told('/api/v1/me/sign-ins?limit=200', own)
    const [{ account } = { account: '' }] = mine
    expect(account).toMatch(/^resident:/)
    expect(new Set(mine.map((event) => event.account))).toEqual(new Set([account]))
    expect(mine.map(({ type }) => type)).toEqual(expect.arrayContaining(['AccountSignedIn', 'AccountSessionEnded', 'AccountSignInFailed']))
    const auditor = await api.signIn({ role: 'auditor' })
    const all = await told('/api/v1/audit/sign-ins?limit=200', auditor)
    const types = new Set(all.map(({ type }) => type))
    for (const type of [
      'AccountProvedAgain',
      'AccountLocked',
      'AccountPasskeyEnrolled',
      'AccountPasskeyRevoked',
      'AccountCodeIssued',
      'AccountKeyRegistered',
      'AccountKeyRevoked',
    ])
      expect([type, types.has(type)]).toEqual([type, true])
    expect((await api.get('/api/v1/audit/sign-ins', own)).status).toBe(404)
    const { rows } = await db.query("select body, leaf from events where type like 'Account%'")
    for (const { body, leaf } of rows) expect([body.includes(number), leaf.length]).toEqual([false, 32])
    const page = await fetch(`${product.url}/devices?lang=en`, { headers: { cookie: `__Host-yitang=${own}` } })
    expect(await page.text()).toContain('Signed in by the identity platform')
    // A page of one account's: at a standing clock everybody's come in any order.
    const locked = all.find(({ type }) => type === 'AccountLocked')?.account ?? ''
    const audit = await fetch(`${product.url}/audit/sign-ins?lang=en&account=${encodeURIComponent(locked)}`, {
      headers: { cookie: `__Host-yitang=${auditor}` },
    })
    expect(await audit.text()).toContain('Locked for a while after too many failures')
  })

  it('a flood is shown to the auditor: at what, from where, how often', async () => {
    await db.query(`insert into floods (prefecture, limit_name, counted_by, key, hour, first_at, last_at, refused, actor, actor_role)
      values ('2200', 'look-up', 'address', 'f1ood0000000', now(), now(), now(), 4711, 'anyone', 'anyone')`)
    const auditor = await api.signIn({ role: 'auditor' })
    expect((await api.get('/api/v1/audit/floods', auditor)).body).toMatchObject({ floods: [{ limit: 'look-up', countedBy: 'address', refused: 4711 }] })
    const page = await fetch(`${product.url}/audit/sign-ins?show=floods&lang=en`, { headers: { cookie: `__Host-yitang=${auditor}` } })
    expect(await page.text()).toMatch(/one network address.*f1ood.*4711/s)
    expect((await api.get('/api/v1/audit/floods', await api.signIn({ role: 'administrator' }))).status).toBe(404)
  })

  it('the security administrator gives out codes and registers keys on a page; nobody else finds it', async () => {
    const send = async (token: string, form: Record<string, string>) =>
      fetch(`${product.url}/audit/keys?lang=en`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: `__Host-yitang=${token}`, origin: product.url, 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
        body: new URLSearchParams({ _key: randomUUID(), ...form }),
      })
    const security = await api.signIn({ role: 'security-administrator' })
    const given = await send(security, { _form: 'code', _action: 'code', number: `station-officer:${STATION}:7` })
    const [code = ''] = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await given.text()) ?? []
    expect(await whoAmI(await signInOfficer(product, `station-officer:${STATION}:7`, { code }))).toBe(200)
    expect(await (await send(security, { _form: 'code', _action: 'code', number: 'nobody' })).text()).toContain('No such number')
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = { clientId: 'jl-page', kid: 'k1', name: '页面登记', role: 'kiosk', organ: '', publicKey: JSON.stringify(publicKey.export({ format: 'jwk' })) }
    expect((await send(security, { _form: 'register-key', _action: 'register', ...key })).status).toBe(303)
    expect((await api.get('/api/v1/client-keys', security)).text).toContain('jl-page')
    expect((await send(security, { _form: 'revoke', _action: 'revoke', client: 'jl-page', key: 'k1' })).status).toBe(303)
    expect((await api.get('/api/v1/client-keys', security)).text).toMatch(/"jl-page".*"revokedAt":"2026/)
    for (const role of ['administrator', 'auditor'])
      expect((await send(await api.signIn({ role }), { _form: 'code', _action: 'code', number: `station-officer:${STATION}:7` })).status).toBe(404)
  })
})
