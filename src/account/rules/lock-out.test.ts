import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attempted, type Failures, isLocked, succeeded, TRIED_KINDS, type TriedSide } from '#account/rules/lock-out.ts'
import { type Instant, instant, MINUTE_MS, plusMinutes, plusMs } from '#kernel/time.ts'

const NOON = instant('2026-02-13T12:00:00+08:00')
const failing = (times: number, at: Instant, kind: (typeof TRIED_KINDS)[number] = 'passkey', side: TriedSide = 'account'): Failures | null => {
  let state: Failures | null = null
  for (let i = 0; i < times; i += 1) state = attempted(kind, side, state, at).next
  return state
}

describe('failures in a row', () => {
  test.each([
    [4, null],
    [5, 10],
  ])('%i at an account lock it for %s minutes', (times, minutes) => {
    expect(failing(times, NOON)?.lockedUntil ?? null).toBe(minutes === null ? null : plusMinutes(NOON, minutes))
  })

  test('the sixth is not judged, right or wrong, until the very instant at which the lock ends', () => {
    const locked = failing(5, NOON)
    const until = plusMinutes(NOON, 10)
    expect(attempted('passkey', 'account', locked, plusMs(until, -1))).toEqual({ allowed: false, next: locked })
    expect(attempted('passkey', 'account', locked, until).allowed).toBe(true)
  })

  test('each further one doubles the lock, up to a day', () => {
    let state = failing(5, NOON)
    let at = NOON
    const minutes: number[] = []
    for (let i = 0; i < 9; i += 1) {
      at = state?.lockedUntil as Instant
      state = attempted('passkey', 'account', state, at).next
      minutes.push((Date.parse(state?.lockedUntil as Instant) - Date.parse(at)) / MINUTE_MS)
    }
    expect(minutes).toEqual([20, 40, 80, 160, 320, 640, 1280, 1440, 1440])
  })

  test('a day without one begins anew', () => {
    const four = failing(4, NOON)
    expect(attempted('passkey', 'account', four, plusMinutes(NOON, 24 * 60)).next?.failures).toBe(1)
    expect(attempted('passkey', 'account', four, plusMs(plusMinutes(NOON, 24 * 60), -1)).next?.failures).toBe(5)
  })

  test('a case number is locked briefly: whoever knows it could lock out whose it is', () => {
    expect(failing(5, NOON, 'progress')?.lockedUntil).toBe(plusMinutes(NOON, 1))
  })

  test('where they come from, a hall of people may fail', () => {
    expect(failing(49, NOON, 'progress', 'source')?.lockedUntil).toBeNull()
    expect(failing(50, NOON, 'progress', 'source')?.lockedUntil).toBe(plusMinutes(NOON, 1))
  })

  test('success begins the account anew, and gives where it came from nothing but its own attempt back', () => {
    expect(succeeded('account', failing(5, NOON))).toBeNull()
    expect(succeeded('source', failing(7, NOON, 'passkey', 'source'))?.failures).toBe(6)
  })
})

const arbitraryState = fc.option(
  fc.record({
    failures: fc.integer({ min: 1, max: 400 }),
    lastAt: fc.constant(NOON),
    lockedUntil: fc.option(fc.integer({ min: -100, max: 3_000 }).map((m) => plusMinutes(NOON, m))),
  }),
)

test('whoever is locked is neither judged nor locked for longer; whoever is judged has one failure more and at most a day’s lock', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TRIED_KINDS),
      fc.constantFrom<TriedSide>('account', 'source'),
      arbitraryState,
      fc.integer({ min: 0, max: 5_000 }),
      (kind, side, state, minutes) => {
        const at = plusMinutes(NOON, minutes)
        const { allowed, next } = attempted(kind, side, state, at)
        expect(allowed).toBe(!isLocked(state, at))
        expect(allowed || next === state).toBe(true)
        if (!allowed) return
        expect(next?.lastAt).toBe(at)
        expect([1, (state?.failures ?? 0) + 1]).toContain(next?.failures)
        if (next?.lockedUntil != null) expect(next.lockedUntil <= plusMinutes(at, 24 * 60)).toBe(true)
      },
    ),
  )
})

test('nobody gets more than five judgements in ten minutes out of one account, whenever they try', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 60 }), (gaps) => {
      let state: Failures | null = null
      let at = NOON
      const judged: Instant[] = []
      for (const seconds of gaps) {
        at = plusMs(at, seconds * 1000)
        const { allowed, next } = attempted('enrolment-code', 'account', state, at)
        if (allowed) judged.push(at)
        state = next
      }
      for (const from of judged) expect(judged.filter((one) => one >= from && one < plusMinutes(from, 10)).length).toBeLessThanOrEqual(5)
    }),
  )
})
