import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Product, startProduct } from '#test/product.ts'

/** Departments and kiosks sign in by a key of their own (RFC 7523). */
const STATION = '220102500100'
const OFFICER = `station-officer:${STATION}:1`

let product: Product
let api: Api
let db: pg.Client

const whoAmI = async (token: string | undefined): Promise<number> => (await api.get('/api/v1/sessions', token)).status

beforeAll(async () => {
  const database = await freshDatabase()
  product = await startProduct({ DATABASE_URL: database.url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0' })
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
