import { createHmac } from 'node:crypto'
import { attempted, succeeded, type TriedKind, type TriedSide } from '#account/rules/lock-out.ts'
import { failuresFact, replaceFailures } from '#account/store/sign-in.ts'
import { type Instant, msOf } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { ProblemError, problem } from '#platform/problem.ts'

/** What is tried, and from where. */
export interface Tried {
  readonly account: string
  /** The address of whoever tries; undefined where the edge counts addresses already. */
  readonly source?: string | undefined
}

export interface LockOut {
  /**
   * Judges an attempt that could be tried through.
   * @param judge undefined: it was wrong
   * @throws ProblemError locked, without judging, while what is tried or where it is tried from is locked
   */
  judged<T>(kind: TriedKind, tried: Tried, at: Instant, judge: () => Promise<T | undefined>): Promise<T | undefined>
}

/** @param secret keys the digests under which accounts and addresses stand */
export function openLockOut(db: Db, secret: string): LockOut {
  const digest = (kind: TriedKind, side: TriedSide, subject: string): string =>
    createHmac('sm3', secret).update(`${kind}\n${side}\n${subject}`).digest('base64url')

  /** Decides upon what stands there, again as long as somebody is faster. */
  const change = async <T>(
    kind: TriedKind,
    side: TriedSide,
    subject: string,
    decide: (state: Seen) => { readonly next: Seen | Next; readonly answer: T },
  ): Promise<T> => {
    for (;;) {
      const { state } = await gather(db, { state: failuresFact(kind, side, subject) })
      const { next, answer } = decide(state)
      if (next === state) return answer
      if ((await db.run(replaceFailures(kind, side, subject, state, next))).rows.length > 0) return answer
    }
  }

  const attempt = async (kind: TriedKind, side: TriedSide, subject: string, at: Instant): Promise<void> => {
    const lockedUntil = await change(kind, side, subject, (state) => {
      const { allowed, next } = attempted(kind, side, state, at)
      return { next: allowed ? next : state, answer: allowed ? undefined : (state?.lockedUntil ?? undefined) }
    })
    if (lockedUntil !== undefined)
      throw new ProblemError(problem('locked', { retryAfterSeconds: Math.max(1, Math.ceil((msOf(lockedUntil) - msOf(at)) / 1000)) }))
  }

  return {
    async judged(kind, { account, source }, at, judge) {
      const ofAccount = ['account', digest(kind, 'account', account)] as const
      const sides = source === undefined ? [ofAccount] : ([['source', digest(kind, 'source', source)], ofAccount] as const)
      await forSystem('session', async () => {
        for (const [side, subject] of sides) await attempt(kind, side, subject, at)
      })
      const right = await judge()
      if (right !== undefined)
        await forSystem('session', async () => {
          for (const [side, subject] of sides) await change(kind, side, subject, (state) => ({ next: succeeded(side, state), answer: null }))
        })
      return right
    },
  }
}

type Seen = Awaited<ReturnType<typeof gather<{ state: ReturnType<typeof failuresFact> }>>>['state']
type Next = ReturnType<typeof succeeded>
