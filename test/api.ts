/** A client of the running product's API, for the tests that drive it as a program would. */
import { portraitJpeg } from '#sim/portrait.ts'
import type { Product } from '#test/product.ts'

export interface Answered<Body> {
  readonly status: number
  readonly body: Body
  readonly text: string
  readonly headers: Headers
}

interface CaseBody {
  readonly issuer: string
  readonly number: string
  readonly status: string
  readonly version: number
  readonly acceptedAt: string | null
  readonly submittedAt: string
  readonly promised: {
    readonly slot: { readonly day: string; readonly half: string }
    readonly readyBy: string
    readonly withYouBy: string
    readonly because: readonly { zh: string; en: string }[]
  }
  readonly firstPromised: CaseBody['promised']
  readonly statutory: { readonly dueAt: string; readonly because: readonly { zh: string; en: string }[] }
  readonly oldWay: CaseBody['statutory']
  readonly kept: boolean | null
  readonly waybill: string | null
  readonly timeline: readonly {
    readonly at: string
    readonly type: string
    readonly sentence: { zh: string; en: string }
    readonly because: readonly { zh: string; en: string }[]
  }[]
  readonly fields?: Record<string, { zh: string; en: string }>
  readonly refusals?: readonly { code: string; sentence: { zh: string; en: string }; wayOut: { zh: string; en: string } }[]
  readonly type?: string
}

export interface MadePerson {
  readonly person: { readonly id: string; readonly identityNumber: string; readonly name: string; readonly sex: string }
  readonly cards: readonly { readonly id: string }[]
}

export function openApi(product: Pick<Product, 'url'>) {
  let keys = 0
  const run = Date.now().toString(36)

  async function call<Body = CaseBody>(
    method: string,
    path: string,
    token: string | undefined,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered<Body>> {
    const bytes = Buffer.isBuffer(body)
    const answer = await fetch(product.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': bytes ? 'image/jpeg' : 'application/json' }),
        ...(method !== 'GET' && { 'idempotency-key': `test-${run}-${++keys}` }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: bytes ? new Uint8Array(body) : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: (text ? JSON.parse(text) : undefined) as Body, text, headers: answer.headers }
  }

  const get = <Body = CaseBody>(path: string, token?: string) => call<Body>('GET', path, token)
  const post = <Body = CaseBody>(path: string, body: unknown, token?: string, headers?: Record<string, string>) =>
    call<Body>('POST', path, token, body, headers)

  return {
    get,
    post,
    async signIn(as: object): Promise<string> {
      return (await post<{ token: string }>('/sandbox/sign-in', { as })).body.token
    },
    /** Moves the clock to an instant in Shanghai, `2026-02-13T12:01:00`. */
    async moveTo(local: string): Promise<void> {
      const moved = await post<{ now: string }>('/sandbox/clock', { now: `${local}+08:00` })
      if (moved.status !== 200) throw new Error(`the clock did not move: ${moved.text}`)
    },
    async makePerson(wishes: object): Promise<MadePerson> {
      const made = await post<MadePerson>('/sandbox/people', wishes)
      if (made.status !== 201) throw new Error(`nobody was made: ${made.text}`)
      return made.body
    },
    /** Uploads a good portrait; answers its digest. */
    async portrait(seed: number, token: string): Promise<string> {
      const sent = await post<{ digest: string; worst: string }>('/api/v1/photos', await portraitJpeg(seed), token)
      if (sent.status !== 201 || sent.body.worst !== 'pass') throw new Error(`the portrait was not good: ${sent.text.slice(0, 500)}`)
      return sent.body.digest
    },
    renewal: (identityNumber: string, photo: string, more: object = {}) => ({
      service: 'id-card-renewal',
      form: {
        identityNumber,
        reason: 'expiry',
        photo,
        fingerprints: { how: 'captured', fingers: ['right-thumb'], quality: 85 },
        handover: { by: 'station' },
        ...more,
      },
    }),
    pay: (number: string, token: string, amountCents = 2000) =>
      post(`/api/v1/cases/${number}/settle-fee`, { how: 'paid', means: 'wechat', receiptNumber: `A${number.slice(-6)}`, amountCents }, token),
    fault: async (fault: object): Promise<void> => {
      const set = await post('/sandbox/faults', fault)
      if (set.status !== 204) throw new Error(`the fault was not set: ${set.text}`)
    },
  }
}

export type Api = ReturnType<typeof openApi>
