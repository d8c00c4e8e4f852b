import type { Actor } from '#account/model.ts'
import { endSessionChange, openSessionChange, type Session, sessionFact } from '#account/store.ts'
import { type Instant, instant, plusMinutes } from '#kernel/time.ts'
import { digestOf, secretToken } from '#platform/chance.ts'
import type { Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'

/** Sessions are looked up on every request; a short memory saves the database from it. */
const REMEMBERED_MAX = 5_000
const REMEMBERED_MS = 5_000

export interface Accounts {
  /** Answers the token, shown once. */
  signIn(actor: Actor, shownName: string, at: Instant, lastsMinutes: number): Promise<{ readonly token: string; readonly session: Session }>
  findSession(token: string, now: Instant): Promise<Session | undefined>
  signOut(token: string): Promise<void>
  /** After the database was emptied. */
  forgetAll(): void
}

export function openAccounts(db: Db, committer: Committer): Accounts {
  const remembered = new Map<string, { readonly session: Session | null; readonly until: number }>()

  const lookUp = async (hash: string): Promise<Session | null> => {
    const known = remembered.get(hash)
    // Machine time on purpose: how long a process may trust its memory is not business.
    const machineMs = performance.now()
    if (known && known.until > machineMs) return known.session
    const { session } = await gather(db, { session: sessionFact(hash) })
    if (remembered.size >= REMEMBERED_MAX) remembered.clear()
    remembered.set(hash, { session: session && { ...session, expiresAt: instant(session.expiresAt) }, until: machineMs + REMEMBERED_MS })
    return remembered.get(hash)?.session ?? null
  }

  return {
    async signIn(actor, shownName, at, lastsMinutes) {
      const token = secretToken()
      const session: Session = { ...actor, shownName, expiresAt: plusMinutes(at, lastsMinutes) }
      await committer.commit({ events: [], changes: [openSessionChange(digestOf(token), session, at)] })
      return { token, session }
    },
    async findSession(token, now) {
      const session = await lookUp(digestOf(token))
      return session && session.expiresAt > now ? session : undefined
    },
    forgetAll: () => remembered.clear(),
    async signOut(token) {
      remembered.delete(digestOf(token))
      await committer.commit({ events: [], changes: [endSessionChange(digestOf(token))] })
    },
  }
}
