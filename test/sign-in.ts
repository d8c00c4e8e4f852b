/**
 * Signing in by the real protocol, without a browser: the identity platform's stand-in is walked through as a browser would, with
 * cookies and redirects, and the passkey is made and used by a software authenticator (WebAuthn Level 3, ES256, no attestation).
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Role } from '#account/model.ts'
import { openApi } from '#test/api.ts'
import type { Product } from '#test/product.ts'

/** A browser as far as signing in needs one: it keeps cookies by host, and is sent on. */
export function openVisitor(userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36') {
  const cookies = new Map<string, string>()
  const jar = (url: string): string => {
    const own = new URL(url).host
    return [...cookies].flatMap(([key, value]) => (key.startsWith(`${own} `) ? [`${key.slice(own.length + 1)}=${value}`] : [])).join('; ')
  }
  const keep = (url: string, answer: Response): void => {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const key = `${new URL(url).host} ${name}`
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(key)
      else cookies.set(key, value)
    }
  }
  async function go(url: string, form?: Record<string, string>): Promise<Response> {
    const answer = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: jar(url),
        'user-agent': userAgent,
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' }),
      },
      ...(form !== undefined && { body: new URLSearchParams(form) }),
    })
    keep(url, answer)
    return answer
  }
  return {
    go,
    /** Goes, and on wherever it is sent, as long as `until` doesn't say that it has arrived. */
    async follow(
      url: string,
      form?: Record<string, string>,
      until: (next: string) => boolean = () => false,
    ): Promise<{ readonly url: string; readonly answer: Response }> {
      let [at, answer] = [url, await go(url, form)]
      for (let hops = 0; hops < 12; hops += 1) {
        const to = answer.headers.get('location')
        if (to === null) break
        at = new URL(to, at).href
        if (until(at)) break
        answer = await go(at)
      }
      return { url: at, answer }
    },
    /** The value of a cookie, by the end of its name. */
    cookie: (name: string): string | undefined => [...cookies].find(([key]) => key.endsWith(` ${name}`))?.[1],
    setCookie: (url: string, name: string, value: string) => cookies.set(`${new URL(url).host} ${name}`, value),
  }
}

export type Visitor = ReturnType<typeof openVisitor>

/** The session that a visitor holds. */
export const tokenHeld = (visitor: Visitor): string | undefined => visitor.cookie('__Host-yitang')

export interface AtThePlatform {
  readonly kind: 'resident' | 'officer'
  /** Identity number, or officer's number. */
  readonly person: string
  /** 0 to 3. */
  readonly level?: number
  readonly next?: string
  readonly query?: Record<string, string>
}

const isReturn = (to: string): boolean => to.includes('/sign-in/return')

/** Through the platform's pages, up to the address at which it sends the browser back. */
export async function throughPlatform(
  product: Pick<Product, 'url'>,
  visitor: Visitor,
  { kind, person, level = 3, next, query }: AtThePlatform,
): Promise<string> {
  const start = `${product.url}/sign-in/start?${new URLSearchParams({ with: kind, ...(next !== undefined && { next }), ...query })}`
  const asked = await visitor.follow(start, undefined, isReturn)
  if (!new URL(asked.url).pathname.startsWith('/interaction/')) return asked.url
  const back = await visitor.follow(asked.url, { act: 'sign-in', person, search: '', level: `urn:yitang:real-name:${level}` }, (to) =>
    to.includes('/sign-in/return'),
  )
  return back.url
}

/** A resident's session. @returns its token */
export async function signInResident(product: Pick<Product, 'url'>, identityNumber: string, level?: number): Promise<string> {
  const visitor = openVisitor()
  const back = await throughPlatform(product, visitor, { kind: 'resident', person: identityNumber, ...(level !== undefined && { level }) })
  await visitor.go(back)
  const token = tokenHeld(visitor)
  if (token === undefined) throw new Error(`the resident was not let in: ${back.split('?')[0]}`)
  return token
}

export interface Authenticator {
  /** As `navigator.credentials.create` answers. */
  create(options: CreationOptions, origin: string): object
  /** As `navigator.credentials.get` answers. */
  get(options: RequestOptions, origin: string, changes?: { readonly counter?: number; readonly verified?: boolean }): object
}

export interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id?: string }
}
export interface RequestOptions {
  readonly challenge: string
  readonly rpId?: string
  readonly allowCredentials?: readonly { readonly id: string }[]
}

const digest = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest()
const PRESENT = 0x01
const VERIFIED = 0x04
const WITH_KEY = 0x40

/** One security key, with one credential for each host. */
export function openAuthenticator(): Authenticator {
  const keys = new Map<string, { readonly id: Buffer; readonly key: KeyObject }>()
  let counter = 0
  const clientData = (type: string, challenge: string, origin: string): Buffer => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authenticatorData = (rpId: string, flags: number, count: number, more = Buffer.alloc(0)): Buffer => {
    const counted = Buffer.alloc(4)
    counted.writeUInt32BE(count)
    return Buffer.concat([digest(rpId), Buffer.from([flags]), counted, more])
  }
  const written = (id: Buffer, response: Record<string, Buffer>): object => ({
    ...{ id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key', clientExtensionResults: {} },
    response: Object.fromEntries(Object.entries(response).map(([name, bytes]) => [name, bytes.toString('base64url')])),
  })
  return {
    create({ challenge, rp }, origin) {
      const rpId = rp.id ?? new URL(origin).hostname
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const id = randomBytes(32)
      keys.set(rpId, { id, key: privateKey })
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      // COSE_Key {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y} in CBOR.
      const cose = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose])
      const data = authenticatorData(rpId, PRESENT | VERIFIED | WITH_KEY, counter, attested)
      // {"fmt": "none", "attStmt": {}, "authData": bytes}
      const attestationObject = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
        Buffer.from([0x58, data.length]),
        data,
      ])
      return written(id, { clientDataJSON: clientData('webauthn.create', challenge, origin), attestationObject })
    },
    get({ challenge, rpId = '' }, origin, { counter: count, verified = true } = {}) {
      const held = keys.get(rpId)
      if (held === undefined) throw new Error(`no passkey for ${rpId}`)
      counter += 1
      const data = authenticatorData(rpId, PRESENT | (verified ? VERIFIED : 0), count ?? counter)
      const client = clientData('webauthn.get', challenge, origin)
      const signature = sign('sha256', Buffer.concat([data, digest(client)]), held.key)
      return written(held.id, { clientDataJSON: client, authenticatorData: data, signature })
    },
  }
}

/** Officers whose first passkey was enrolled, so that another sign-in uses it. */
const enrolled = new WeakMap<object, Map<string, Authenticator>>()

export const passkeyCall = async <Body>(product: Pick<Product, 'url'>, token: string, path: string, body: object) =>
  openApi(product).post<Body>(`/api/v1/passkeys${path}`, body, token)

/**
 * An officer's session with both factors. The first time, the security administrator gives out the code.
 * @param number 警号: in the sandbox `station-officer:220102500100:1`
 * @param security that administrator's session, or the code; without either the sandbox signs the administrator in
 */
export async function signInOfficer(product: Pick<Product, 'url'>, number: string, security?: string | { readonly code: string }): Promise<string> {
  const keys = enrolled.get(product) ?? new Map<string, Authenticator>()
  enrolled.set(product, keys)
  const visitor = openVisitor()
  await visitor.go(await throughPlatform(product, visitor, { kind: 'officer', person: number }))
  const half = tokenHeld(visitor)
  if (half === undefined) throw new Error(`the officer ${number} was not let in`)
  const held = keys.get(number)
  if (held === undefined) {
    const made = openAuthenticator()
    const code = typeof security === 'object' ? security.code : await passkeyCode(product, number, security)
    const options = (await passkeyCall<CreationOptions>(product, half, '/options', { purpose: 'enrol' })).body
    const answer = await passkeyCall<{ token: string }>(product, half, '', { name: 'test', code, credential: made.create(options, product.url) })
    if (answer.status !== 201) throw new Error(`no passkey was enrolled: ${answer.text}`)
    keys.set(number, made)
    return answer.body.token
  }
  const options = (await passkeyCall<RequestOptions>(product, half, '/options', { purpose: 'verify' })).body
  const answer = await passkeyCall<{ token: string }>(product, half, '/verify', { credential: held.get(options, product.url) })
  if (answer.status !== 200) throw new Error(`the passkey was not accepted: ${answer.text}`)
  return answer.body.token
}

/** The code that the security administrator gives to an officer. */
export async function passkeyCode(product: Pick<Product, 'url'>, number: string, security?: string): Promise<string> {
  const api = openApi(product)
  const by = security ?? (await api.signIn({ role: 'security-administrator' }))
  const answer = await api.post<{ code: string }>(`/api/v1/officers/${encodeURIComponent(number)}/passkey-code`, {}, by)
  if (answer.status !== 201) throw new Error(`no code was given out: ${answer.text}`)
  return answer.body.code
}

/** By the real protocol, whoever it is: a resident by identity number, an officer by role and organ. */
export const signInFor = (
  product: Pick<Product, 'url'>,
  who: { readonly identityNumber: string } | { readonly role: Role; readonly organ: string; readonly nth?: number },
) => ('identityNumber' in who ? signInResident(product, who.identityNumber) : signInOfficer(product, `${who.role}:${who.organ}:${who.nth ?? 1}`))
