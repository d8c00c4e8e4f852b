import { createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalJson } from '#kernel/canonical.ts'
import { type Instant, instant, MINUTE_MS, msOf } from '#kernel/time.ts'

/**
 * How we and a partner know each other's messages: HMAC-SM3 (GB/T 32905, RFC 2104) with a shared secret over
 *
 *     <timestamp> LF <path> LF <body in canonical JSON (RFC 8785)>
 *
 * in hexadecimal. Headers: `x-partner`, `x-timestamp` (ISO 8601, UTC), `x-signature`. A message without a body signs `null`.
 * The body is compared in its canonical form, so that re-serialising on the way breaks nothing; the path is signed with it,
 * so that a message can't be replayed to another address. Stale messages are refused; what is repeated while it is fresh
 * must carry a key of its own by which the receiver knows it again.
 */
export interface Signing {
  /** The partner's name, the same in both directions. */
  readonly partner: string
  readonly secret: string
}

export interface Signed {
  /** Path without the query. */
  readonly path: string
  readonly body: unknown
}

export type SignatureProblem = 'missing' | 'partner' | 'stale' | 'wrong'

/** How far the two clocks may be apart. */
const SKEW_MS = 5 * MINUTE_MS

function signatureOf(secret: string, timestamp: string, { path, body }: Signed): string {
  return createHmac('sm3', secret)
    .update(`${timestamp}\n${path}\n${canonicalJson(body ?? null)}`)
    .digest('hex')
}

/** @param at the sender's present instant */
export const signedHeaders = ({ partner, secret }: Signing, at: Instant, message: Signed): Record<string, string> => ({
  'x-partner': partner,
  'x-timestamp': at,
  'x-signature': signatureOf(secret, at, message),
})

/**
 * What is wrong with a received message's signature; undefined when it is good.
 * @param headers with names in lower case
 * @param now the receiver's present instant
 */
export function signatureProblem(
  { partner, secret }: Signing,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  message: Signed,
  now: Instant,
): SignatureProblem | undefined {
  const [sender, timestamp, signature] = [headers['x-partner'], headers['x-timestamp'], headers['x-signature']]
  if (typeof sender !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') return 'missing'
  if (sender !== partner) return 'partner'
  // The signature is compared before the time, so that a stranger learns nothing from the answer.
  const expected = Buffer.from(signatureOf(secret, timestamp, message))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'wrong'
  return isFresh(timestamp, now) ? undefined : 'stale'
}

function isFresh(timestamp: string, now: Instant): boolean {
  try {
    return Math.abs(msOf(instant(timestamp)) - msOf(now)) <= SKEW_MS
  } catch {
    return false
  }
}
