import { hash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Product, startProduct } from '#test/product.ts'
import {
  type Authenticator,
  type CreationOptions,
  openAuthenticator,
  openVisitor,
  passkeyCall,
  passkeyCode,
  type RequestOptions,
  signInFor,
  signInOfficer,
  signInResident,
  throughPlatform,
  tokenHeld,
  type Visitor,
} from '#test/sign-in.ts'

/** Signing in on the running product, by the real protocols; and what thieves, forgers and the absent-minded try. */
const STATION = '220102500100'
const OFFICER = `station-officer:${STATION}:1`

let product: Product
let api: Api
let db: pg.Client
let number: string

const whoAmI = async (token: string | undefined): Promise<number> => (await api.get('/api/v1/sessions', token)).status
const failure = (answer: Response): string | null => new URL(answer.headers.get('location') ?? '', 'http://x').searchParams.get('why')
/** Up to the address at which the platform sends the browser back. */
const back = (visitor: Visitor, more: Partial<Parameters<typeof throughPlatform>[2]> = {}) =>
  throughPlatform(product, visitor, { kind: 'resident', person: number, ...more })
const advance = async (text: string) => expect((await api.post('/sandbox/clock', { advance: text })).status).toBe(200)

beforeAll(async () => {
  const database = await freshDatabase()
  product = await startProduct({ DATABASE_URL: database.url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0' })
  api = openApi(product)
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  number = (await api.makePerson({ age: 30, within: '2201' })).person.identityNumber
}, 240_000)

afterAll(async () => {
  await db?.end()
  await product?.stop()
})

describe('a resident', () => {
  it('signs in at the platform, under a new id, and comes back to the page that was wanted', async () => {
    const visitor = openVisitor()
    visitor.setCookie(product.url, '__Host-yitang', 'an-id-that-somebody-else-has-fixed-in-advance')
    const answer = await visitor.go(await back(visitor, { next: '/devices?lang=en' }))
    expect(answer.headers.get('location')).toBe('/devices?lang=en')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.getSetCookie().find((line) => line.startsWith('__Host-yitang='))).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(tokenHeld(visitor)).not.toMatch(/fixed/)
    expect(await whoAmI(tokenHeld(visitor))).toBe(200)
    expect(await whoAmI('an-id-that-somebody-else-has-fixed-in-advance')).toBe(401)
    const page = await visitor.go(`${product.url}/devices?lang=en`)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(await page.text()).toContain('Chrome · Linux')
  })

  it('has the first session ended by the second in the same browser', async () => {
    const visitor = openVisitor()
    await visitor.go(await back(visitor))
    const first = tokenHeld(visitor)
    await visitor.go(await back(visitor))
    expect([await whoAmI(first), await whoAmI(tokenHeld(visitor))]).toEqual([401, 200])
  })

  it('is known by an opaque id: no number in an address, a cookie, the log or the tables of signing in', async () => {
    const visitor = openVisitor()
    const address = await back(visitor)
    const answer = await visitor.go(address)
    const seen = [address, String(answer.headers.get('location')), ...answer.headers.getSetCookie(), product.output()]
    const { rows } = await db.query(
      'select row_to_json(s)::text as t from sessions s union all select row_to_json(i)::text from identities i union all select body from used_once',
    )
    expect(rows.length).toBeGreaterThan(1)
    for (const text of [...seen, ...rows.map(({ t }) => String(t))]) expect(text.includes(number)).toBe(false)
    expect(rows.map(({ t }) => t).join('\n')).not.toContain(tokenHeld(visitor))
  })

  it.each([
    ['a code that was used before', async (visitor: Visitor, address: string) => visitor.go(address).then(() => visitor.go(address)), 'stale'],
    [
      'a state that is not theirs',
      async (visitor: Visitor, address: string) => visitor.go(address.replace(/state=[^&]+/, 'state=somebody-elses-state-0000000000')),
      'untrusted',
    ],
    ['another browser', async (_: Visitor, address: string) => openVisitor().go(address), 'stale'],
    ['another issuer', async (visitor: Visitor, address: string) => visitor.go(address.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example')), 'untrusted'],
    ['a made-up code', async (visitor: Visitor, address: string) => visitor.go(address.replace(/code=[^&]+/, 'code=made-up')), 'stale'],
  ])('is not let in by %s', async (_, play, why) => {
    const visitor = openVisitor()
    const address = await back(visitor)
    const answer = await play(visitor, address)
    expect([answer.status, failure(answer)]).toEqual([303, why])
  })

  it('is not let in on a code whose flow somebody else began', async () => {
    const [thief, victim] = [openVisitor(), openVisitor()]
    const address = await back(thief)
    await back(victim)
    expect(failure(await victim.go(address))).toBe('untrusted')
    expect(tokenHeld(victim)).toBeUndefined()
  })

  it.each([
    ['access-denied', 'cancelled'],
    ['login-required', 'again'],
    ['temporarily-unavailable', 'unavailable'],
    ['wrong-nonce', 'untrusted'],
    ['expired-code', 'stale'],
    ['token-down', 'unavailable'],
    ['slow', 'unavailable'],
  ])(
    'meets a platform that answers %s with a page that says what to do',
    async (fault, why) => {
      await api.fault({ partner: 'identity', fault, count: 1 })
      const visitor = openVisitor()
      const answer = await visitor.go(await back(visitor))
      expect(failure(answer)).toBe(why)
      for (const lang of ['zh', 'en']) {
        const page = await visitor.go(`${product.url}${answer.headers.get('location')}&lang=${lang}`)
        expect(page.status).toBe(200)
        expect(await page.text()).toContain(lang === 'zh' ? '重新登录' : 'Sign in again')
      }
      expect(tokenHeld(visitor)).toBeUndefined()
    },
    30_000,
  )

  it('who is not in the register, or whose name nobody has checked, is shown the way out', async () => {
    const stranger = openVisitor()
    expect(failure(await stranger.go(await back(stranger, { person: '220102199001010017' })))).toBe('unknown')
    const unchecked = openVisitor()
    expect(failure(await unchecked.go(await back(unchecked, { level: 0 })))).toBe('level')
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/\t/evil.example'])('is never sent to %j afterwards', async (next) => {
    const visitor = openVisitor()
    expect((await visitor.go(await back(visitor, { next }))).headers.get('location')).toBe('/')
  })

  it('steps up to a higher level without losing the way; somebody else at the platform is not taken for them', async () => {
    const visitor = openVisitor()
    await visitor.go(await back(visitor, { level: 1 }))
    const first = tokenHeld(visitor)
    const other = (await api.makePerson({ age: 40, within: '2201' })).person.identityNumber
    expect(failure(await visitor.go(await back(visitor, { person: other, query: { again: 'yes', level: '2' } })))).toBe('someone-else')
    expect(await whoAmI(first)).toBe(200)
    const answer = await visitor.go(await back(visitor, { level: 2, next: '/devices', query: { again: 'yes', level: '2' } }))
    expect(answer.headers.get('location')).toBe('/devices')
    expect([await whoAmI(first), await whoAmI(tokenHeld(visitor))]).toEqual([401, 200])
    expect((await db.query('select level from sessions where token_hash = $1', [digest(tokenHeld(visitor))])).rows).toEqual([{ level: 2 }])
  })
})

const digest = (token: string | undefined): string => hash('sha256', token ?? '', 'base64url')

describe('an officer', () => {
  const entered = async (): Promise<string> => {
    const visitor = openVisitor()
    await visitor.go(await throughPlatform(product, visitor, { kind: 'officer', person: `station-officer:${STATION}:2` }))
    return tokenHeld(visitor) as string
  }
  const options = async <T>(token: string, purpose: 'enrol' | 'verify') => (await passkeyCall<T>(product, token, '/options', { purpose })).body
  let key: Authenticator
  let full: string

  it('reaches nothing but the pages of passkeys without the second factor', async () => {
    const half = await entered()
    for (const path of ['/api/v1/sessions', `/api/v1/cases`, '/api/v1/client-keys']) expect((await api.get(path, half)).status).toBe(401)
    expect((await api.get('/api/v1/passkeys', half)).status).toBe(200)
    const page = await fetch(`${product.url}/window`, { redirect: 'manual', headers: { accept: 'text/html', cookie: `__Host-yitang=${half}` } })
    expect(page.headers.get('location')).toMatch(/^\/sign-in/)
  })

  it('enrols the first passkey with the code of the security administrator, and not with a wrong, an old or a used one', async () => {
    const officer = `station-officer:${STATION}:2`
    const half = await entered()
    key = openAuthenticator()
    const enrol = async (token: string, code: string, one = key) =>
      passkeyCall<{ token: string }>(product, token, '', {
        name: '蓝色钥匙扣',
        code,
        credential: one.create(await options<CreationOptions>(token, 'enrol'), product.url),
      })
    const old = await passkeyCode(product, officer)
    const code = await passkeyCode(product, officer)
    expect((await enrol(half, old)).status).toBe(422)
    const done = await enrol(half, code.toLowerCase().replace('-', ' '))
    expect(done.status, done.text).toBe(201)
    full = done.body.token
    expect([await whoAmI(half), await whoAmI(full)]).toEqual([401, 200])
    expect((await enrol(await entered(), code, openAuthenticator())).status).toBe(422)
  })

  it('shows the passkey, whose answer works once, for its own session, at this very origin, with the finger on it, and counted on', async () => {
    const half = await entered()
    const verify = (token: string, credential: object) => passkeyCall<{ token: string }>(product, token, '/verify', { credential })
    const asked = await options<RequestOptions>(half, 'verify')
    const elsewhere = await entered()
    expect((await verify(elsewhere, key.get(asked, product.url))).status).toBe(422)
    expect((await verify(half, key.get(asked, 'https://evil.example'))).status).toBe(422)
    expect((await verify(half, key.get(await options(half, 'verify'), product.url, { verified: false }))).status).toBe(422)
    const good = key.get(await options(half, 'verify'), product.url)
    const done = await verify(half, good)
    expect(done.status, done.text).toBe(200)
    expect((await verify(elsewhere, good)).status).toBe(422)
    expect((await verify(elsewhere, key.get(await options(elsewhere, 'verify'), product.url, { counter: 1 }))).status).toBe(422)
    expect([await whoAmI(half), await whoAmI(done.body.token)]).toEqual([401, 200])
  })

  it('is asked again for what is grave, five minutes later, and goes on afterwards', async () => {
    await advance('PT6M')
    const another = openAuthenticator()
    const enrol = async (token: string) =>
      passkeyCall<{ type: string; maxAgeSeconds: number }>(product, token, '', {
        name: '备用',
        credential: another.create(await options<CreationOptions>(token, 'enrol'), product.url),
      })
    const late = await enrol(full)
    expect([late.status, late.body.type, late.body.maxAgeSeconds]).toEqual([401, '/problems/reauthentication-needed', 300])
    expect(late.headers.get('www-authenticate')).toBe('Bearer error="insufficient_user_authentication", max_age=300')
    const again = await passkeyCall<{ token: string }>(product, full, '/verify', { credential: key.get(await options(full, 'verify'), product.url) })
    expect(again.status, again.text).toBe(200)
    full = again.body.token
    expect((await enrol(full)).status).toBe(201)
  })

  it('revokes a lost passkey: its sessions elsewhere end, and it opens nothing any more', async () => {
    const elsewhere = await entered()
    const opened = (
      await passkeyCall<{ token: string }>(product, elsewhere, '/verify', { credential: key.get(await options(elsewhere, 'verify'), product.url) })
    ).body.token
    const [first] = (await api.get<{ passkeys: { id: string; revokedAt: string | null }[] }>('/api/v1/passkeys', full)).body.passkeys
    expect((await api.post(`/api/v1/passkeys/${first?.id}/revoke`, {}, full)).status).toBe(204)
    expect([await whoAmI(opened), await whoAmI(full)]).toEqual([401, 200])
    const half = await entered()
    expect((await passkeyCall(product, half, '/verify', { credential: key.get(await options(half, 'verify'), product.url) })).status).toBe(422)
  })

  it('is locked out after five wrong codes, even with the right one, until the very second', async () => {
    const officer = `station-officer:${STATION}:3`
    const visitor = openVisitor()
    const session = async (): Promise<string> => {
      await visitor.go(await throughPlatform(product, visitor, { kind: 'officer', person: officer }))
      return tokenHeld(visitor) as string
    }
    let half = await session()
    const enrol = async (code: string) =>
      passkeyCall<{ type: string; retryAfterSeconds?: number }>(product, half, '', {
        name: 'x',
        code,
        credential: openAuthenticator().create(await options<CreationOptions>(half, 'enrol'), product.url),
      })
    const right = await passkeyCode(product, officer)
    for (let i = 0; i < 5; i += 1) expect((await enrol('AAAAA-22222')).status).toBe(422)
    const locked = await enrol(right)
    expect([locked.status, locked.body.type, locked.headers.get('retry-after')]).toEqual([429, '/problems/locked', '600'])
    await advance('PT9M59S')
    half = await session()
    expect((await enrol(right)).status).toBe(429)
    // Another officer at the same address is not locked.
    expect(await whoAmI(await signInOfficer(product, `station-officer:${STATION}:4`))).toBe(200)
    await advance('PT1S')
    expect((await enrol(right)).status).toBe(201)
  })

  it('loses every session within five seconds of retiring', async () => {
    const token = await signInOfficer(product, OFFICER)
    expect(await whoAmI(token)).toBe(200)
    await db.query(`insert into officers (prefecture, number, id, actor_id, organ, status, version) values ('2200', $1, $2, $1, $3, 'retired', 1)`, [
      OFFICER,
      randomUUID(),
      STATION,
    ])
    await new Promise((done) => setTimeout(done, 5_000))
    expect(await whoAmI(token)).toBe(401)
    await expect(signInOfficer(product, OFFICER)).rejects.toThrow(/was not let in/)
  }, 30_000)
})

describe('a session', () => {
  it('ends when it was idle, and in the end however much it is used', async () => {
    const token = await signInResident(product, number)
    await advance('PT29M59S')
    expect(await whoAmI(token)).toBe(200)
    await advance('PT29M59S')
    expect(await whoAmI(token)).toBe(200)
    await advance('PT30M')
    expect(await whoAmI(token)).toBe(401)
    const officer = await signInFor(product, { role: 'station-officer', organ: STATION, nth: 5 })
    for (let minutes = 14; minutes < 720; minutes += 14) {
      await advance('PT14M')
      expect(await whoAmI(officer)).toBe(200)
    }
    await advance('PT14M')
    expect(await whoAmI(officer)).toBe(401)
  }, 60_000)

  it('that was stolen is seen among one’s devices, ended there, and refused', async () => {
    const owner = (await api.makePerson({ age: 50, within: '2201' })).person.identityNumber
    const own = await signInResident(product, owner)
    const stolen = await signInResident(product, owner)
    const { body } = await api.get<{ sessions: { id: string; current: boolean }[] }>('/api/v1/sessions', own)
    const other = body.sessions.find(({ current }) => !current)
    const stranger = await signInFor(product, { role: 'station-officer', organ: STATION, nth: 6 })
    expect((await api.post(`/api/v1/sessions/${other?.id}/end`, {}, stranger)).status).toBe(204)
    expect(await whoAmI(stolen)).toBe(200)
    expect((await api.post(`/api/v1/sessions/${other?.id}/end`, {}, own)).status).toBe(204)
    expect([await whoAmI(own), await whoAmI(stolen)]).toEqual([200, 401])
    const third = await signInResident(product, owner)
    await api.post('/api/v1/sessions/end-others', {}, own)
    expect([await whoAmI(own), await whoAmI(third)]).toEqual([200, 401])
  })

  it('is written at most once a minute however often it is used', async () => {
    const token = await signInResident(product, number)
    await advance('PT2M')
    const uses = async () => (await db.query('select last_used_at::text as at, xmin::text from sessions where token_hash = $1', [digest(token)])).rows
    await whoAmI(token)
    const [first] = await uses()
    for (let i = 0; i < 10; i += 1) await whoAmI(token)
    expect(await uses()).toEqual([first])
  })

  it('is signed out by a form of ours alone, which clears the browser', async () => {
    const visitor = openVisitor()
    await visitor.go(await back(visitor))
    const token = tokenHeld(visitor) as string
    const form = { _form: 'sign-out', _action: 'sign-out', _key: 'sign-out-key-1' }
    const foreign = await fetch(`${product.url}/sign-out`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie: `__Host-yitang=${token}`,
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(form),
    })
    expect([foreign.status, await whoAmI(token)]).toEqual([403, 200])
    const out = await visitor.go(`${product.url}/sign-out`, form)
    expect(out.headers.get('clear-site-data')).toBe('"cache", "cookies", "storage"')
    expect([tokenHeld(visitor), await whoAmI(token)]).toEqual([undefined, 401])
  })
})
