import { createHmac } from 'node:crypto'
import type { AccountNotes } from '#account/commands/account-notes.ts'
import { ANYONE_TRIED, type Doer } from '#account/rules/account-events.ts'
import type { LeftOut } from '#account/rules/guards.ts'
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
  /** Who tries, where that is known. */
  readonly by?: Doer | undefined
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
export function openLockOut(db: Db, secret: string, notes: AccountNotes, without?: LeftOut): LockOut {
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

  /** @returns until when the next one is locked, if this one fails */
  const attempt = async (kind: TriedKind, side: TriedSide, subject: string, at: Instant): Promise<Instant | null> => {
    const { lockedUntil, nextUntil } = await change(kind, side, subject, (state) => {
      const { allowed, next } = attempted(kind, side, state, at)
      return {
        next: allowed ? next : state,
        answer: { lockedUntil: allowed ? undefined : (state?.lockedUntil ?? undefined), nextUntil: next?.lockedUntil ?? null },
      }
    })
    if (lockedUntil !== undefined)
      throw new ProblemError(problem('locked', { retryAfterSeconds: Math.max(1, Math.ceil((msOf(lockedUntil) - msOf(at)) / 1000)) }))
    return nextUntil
  }

  /** A progress look-up is a reading, which is kept as such. */
  const note = async (kind: TriedKind, by: Doer, locks: readonly (readonly [TriedSide, Instant])[], at: Instant): Promise<void> => {
    if (kind === 'progress') return
    const failed = { event: { type: 'AccountSignInFailed', account: by.id, door: kind, why: 'wrong' } as const, by }
    const locked = locks.map(([side, until]) => ({ event: { type: 'AccountLocked', account: by.id, door: kind, side, until } as const, by }))
    await notes.commit([failed, ...locked], at)
  }

  return {
    async judged(kind, { account, source, by = ANYONE_TRIED }, at, judge) {
      if (without?.has('lock-out')) return judge()
      const ofAccount = ['account', digest(kind, 'account', account)] as const
      const sides = source === undefined ? [ofAccount] : ([['source', digest(kind, 'source', source)], ofAccount] as const)
      const locks: (readonly [TriedSide, Instant])[] = []
      await forSystem('session', async () => {
        for (const [side, subject] of sides) {
          const until = await attempt(kind, side, subject, at)
          if (until !== null) locks.push([side, until])
        }
      })
      const right = await judge()
      if (right === undefined) await note(kind, by, locks, at)
      else
        await forSystem('session', async () => {
          for (const [side, subject] of sides) await change(kind, side, subject, (state) => ({ next: succeeded(side, state), answer: null }))
        })
      return right
    },
  }
}

type Seen = Awaited<ReturnType<typeof gather<{ state: ReturnType<typeof failuresFact> }>>>['state']
type Next = ReturnType<typeof succeeded>
