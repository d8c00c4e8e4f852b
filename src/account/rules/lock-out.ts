import { type Day, day, dayOf, type Instant, plusMinutes } from '#kernel/time.ts'

/** What can be tried through. */
export const TRIED_KINDS = ['passkey', 'enrolment-code', 'client-assertion', 'progress'] as const
export type TriedKind = (typeof TRIED_KINDS)[number]

/** Failures are counted for what was tried (an account, a case number) and for where it was tried from. */
export type TriedSide = 'account' | 'source'

interface Limit {
  /** As many failures in a row lock. */
  readonly failures: number
  /** The first lock; each further failure after it doubles. */
  readonly firstLockMinutes: number
  readonly longestLockMinutes: number
}

interface LockOut {
  readonly validFrom: Day
  readonly basis: string
  /** Without a failure or a lock for so long, the count begins anew. */
  readonly forgottenAfterMinutes: number
  readonly account: Readonly<Record<TriedKind, Limit>>
  /** A hall full of people stands behind one address. */
  readonly source: Limit
}

const ACCOUNT: Limit = { failures: 5, firstLockMinutes: 10, longestLockMinutes: 24 * 60 }

/** Dated configuration, newest last. GB/T 22239-2019 8.1.4.1 b demands a limit to failures; the figures are an estimate of ours. */
const LOCK_OUTS: readonly LockOut[] = [
  {
    validFrom: day('2026-01-01'),
    basis: 'GB/T 22239-2019 8.1.4.1 b; the figures: estimate',
    forgottenAfterMinutes: 24 * 60,
    account: {
      passkey: ACCOUNT,
      'enrolment-code': ACCOUNT,
      'client-assertion': ACCOUNT,
      // Whoever knows a case number could lock out whose it is: the lock is short and stays short.
      progress: { failures: 5, firstLockMinutes: 1, longestLockMinutes: 15 },
    },
    source: { failures: 50, firstLockMinutes: 1, longestLockMinutes: 60 },
  },
]

export interface Failures {
  readonly failures: number
  readonly lastAt: Instant
  readonly lockedUntil: Instant | null
}

const inForce = (at: Instant): LockOut => LOCK_OUTS.findLast(({ validFrom }) => validFrom <= dayOf(at)) ?? (LOCK_OUTS[0] as LockOut)

const limitOf = (kind: TriedKind, side: TriedSide, at: Instant): Limit => (side === 'source' ? inForce(at).source : inForce(at).account[kind])

/** Locked up to that instant, open from it on. */
export const isLocked = (state: Failures | null, at: Instant): boolean => state?.lockedUntil != null && at < state.lockedUntil

/**
 * An attempt counts as failed before it is judged, so that many at once are not all judged before the first one counts. Whoever is
 * locked is not judged at all, and the attempt changes nothing: trying on doesn't lock for longer.
 */
export function attempted(
  kind: TriedKind,
  side: TriedSide,
  state: Failures | null,
  at: Instant,
): { readonly allowed: boolean; readonly next: Failures | null } {
  if (isLocked(state, at)) return { allowed: false, next: state }
  const forgotten = state === null || plusMinutes(state.lockedUntil ?? state.lastAt, inForce(at).forgottenAfterMinutes) <= at
  const failures = forgotten ? 1 : state.failures + 1
  const { failures: limit, firstLockMinutes, longestLockMinutes } = limitOf(kind, side, at)
  const lockMinutes = failures < limit ? 0 : Math.min(firstLockMinutes * 2 ** Math.min(failures - limit, 20), longestLockMinutes)
  return { allowed: true, next: { failures, lastAt: at, lockedUntil: lockMinutes === 0 ? null : plusMinutes(at, lockMinutes) } }
}

/** It was right: the account begins anew; where it came from has its own attempt back, and nothing else. */
export function succeeded(side: TriedSide, state: Failures | null): Failures | null {
  if (side === 'account' || state === null || state.failures <= 1) return null
  return { ...state, failures: state.failures - 1, lockedUntil: null }
}
