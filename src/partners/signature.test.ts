import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, instant, plusMs } from '#kernel/time.ts'
import { signatureProblem, signedHeaders } from '#partners/signature.ts'

const signing = { partner: 'card-line', secret: 'one' }
const at = instant('2026-02-13T13:00:00+08:00')
const message = { path: '/partners/card-line/reports', body: { b: 1, a: ['王', null] } }
const headers = signedHeaders(signing, at, message)

describe('a signed message', () => {
  test('is good, however its body was written on the way', () => {
    expect(signatureProblem(signing, headers, message, at)).toBeUndefined()
    expect(signatureProblem(signing, headers, { ...message, body: { a: ['王', null], b: 1 } }, at)).toBeUndefined()
  })

  test('without a body is good too', () => {
    const read = { path: '/lines', body: null }
    expect(signatureProblem(signing, signedHeaders(signing, at, read), { path: '/lines', body: undefined }, at)).toBeUndefined()
  })

  test.each<[string, Record<string, string>, typeof message, Instant, string]>([
    ['another secret', signedHeaders({ ...signing, secret: 'two' }, at, message), message, at, 'wrong'],
    ['another path', headers, { ...message, path: '/partners/courier/tracking' }, at, 'wrong'],
    ['another time', { ...headers, 'x-timestamp': plusMs(at, 1000) }, message, at, 'wrong'],
    ['another partner', { ...headers, 'x-partner': 'courier' }, message, at, 'partner'],
    ['no signature', { 'x-partner': 'card-line', 'x-timestamp': at }, message, at, 'missing'],
    ['a message of long ago', headers, message, plusMs(at, 301_000), 'stale'],
    ['a message from the future', headers, message, plusMs(at, -301_000), 'stale'],
    ['a signature that is none', { ...headers, 'x-signature': 'ü' }, message, at, 'wrong'],
  ])('with %s is refused', (_, given, received, now, expected) => {
    expect(signatureProblem(signing, given, received, now)).toBe(expected)
  })

  test('whose body was changed in any way is refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (sent, received) => {
        fc.pre(JSON.stringify(sent) !== JSON.stringify(received))
        const signed = signedHeaders(signing, at, { path: '/x', body: sent })
        const problem = signatureProblem(signing, signed, { path: '/x', body: received }, at)
        // -0 and 0 are one number in JSON, and the order of keys says nothing.
        const same = canonical(sent) === canonical(received)
        expect(problem).toBe(same ? undefined : 'wrong')
      }),
    )
  })
})

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
