import type { Actor } from '#account/model.ts'
import { endSessionChange, forgetSessionsChange, openSessionChange, type Session, sessionFact } from '#account/store/sessions.ts'
import { type Instant, instant, plusMinutes } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import { digestOf, secretToken } from '#platform/chance.ts'
import type { Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { openMemory } from '#platform/memory.ts'

export interface Accounts {
  /** Answers the token, shown once. */
  signIn(actor: Actor, shownName: string, at: Instant, lastsMinutes: number): Promise<{ readonly token: string; readonly session: Session }>
  findSession(token: string, now: Instant): Promise<Session | undefined>
  signOut(token: string): Promise<void>
  /** Sessions that ended before `now` leave no trace. */
  forgetEnded(now: Instant): Promise<void>
  /** After the database was emptied. */
  forgetAll(): void
}

/** Sessions are looked up on every request; a short memory saves the database from it. */
export function openAccounts(db: Db, committer: Committer): Accounts {
  const remembered = openMemory<Session | null>({ keepsMs: 5_000, entriesMax: 5_000 })

  const lookUp = async (hash: string): Promise<Session | null> => {
    const known = remembered.get(hash)
    if (known) return known.value
    const { session } = await gather(db, { session: sessionFact(hash) })
    const found = session && { ...session, expiresAt: instant(session.expiresAt) }
    remembered.set(hash, found)
    return found
  }

  return {
    async signIn(actor, shownName, at, lastsMinutes) {
      const token = secretToken()
      const session: Session = { ...actor, shownName, expiresAt: plusMinutes(at, lastsMinutes) }
      await forSystem('session', () => committer.commit({ events: [], changes: [openSessionChange(digestOf(token), session, at)] }))
      return { token, session }
    },
    async findSession(token, now) {
      const session = await lookUp(digestOf(token))
      return session && session.expiresAt > now ? session : undefined
    },
    forgetEnded: (now) => committer.commit({ events: [], changes: [forgetSessionsChange(now)] }),
    forgetAll: () => remembered.clear(),
    async signOut(token) {
      remembered.delete(digestOf(token))
      await forSystem('session', () => committer.commit({ events: [], changes: [endSessionChange(digestOf(token))] }))
    },
  }
}
