import type { Actor } from '#account/model.ts'
import { isOver, isToBeNoted, type Session, sessionEnds } from '#account/rules/sessions.ts'
import {
  endOwnSessionChange,
  endSessionChange,
  endSessionsOfChange,
  endSessionsOfKeyChange,
  forgetSessionsChange,
  noteUseChange,
  openSessionChange,
  sessionFact,
  sessionsOfFact,
} from '#account/store/sessions.ts'
import { forgetFailuresChange, forgetOnceChange } from '#account/store/sign-in.ts'
import { type Instant, plusMinutes } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import { digestOf, type Ids, secretToken, systemIds } from '#platform/chance.ts'
import type { Change, Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { openMemory } from '#platform/memory.ts'

/** Where somebody signs in from, as they will recognise it. */
export interface From {
  readonly browser: string
  readonly source: string
}

/** What a new session rests on; the rest follows from the rules. */
export type NewSession = Pick<Session, keyof Actor | 'shownName' | 'method' | 'stage' | 'level' | 'officer' | 'keyId'>

export interface SignedIn {
  /** Shown once, never stored. */
  readonly token: string
  readonly session: Session
}

export interface Accounts {
  /** The sandbox's quick sign-in: nobody's authentication, ends only when it expires. */
  signIn(actor: Actor, shownName: string, at: Instant, lastsMinutes: number): Promise<SignedIn>
  /**
   * A session with a new id; the one that it takes the place of ends with it, so that whoever knew the old id knows nothing.
   * @param more what is committed with it
   */
  begin(session: NewSession, from: From, at: Instant, replaces?: string, more?: readonly Change[]): Promise<SignedIn>
  /**
   * Whatever its stage: who lets somebody in asks for a complete one. A use is noted at most once a minute.
   * @param isUse false: a page asks by itself, which must not keep a session alive that nobody sits before
   */
  findSession(token: string, now: Instant, isUse?: boolean): Promise<Session | undefined>
  /** Somebody's living sessions, the one used last first. */
  sessionsOf(actorId: string, now: Instant): Promise<readonly Session[]>
  signOut(token: string): Promise<void>
  /** One of their own; another's is left alone. */
  endOwn(actorId: string, sessionId: string): Promise<void>
  /** All of somebody's but one; all, for an officer who left. Other processes refuse them within five seconds. */
  endAllOf(actorId: string, but: string | null): Promise<void>
  endAllOfKey(actorId: string, keyId: string, more: readonly Change[]): Promise<void>
  /** Sessions that ended before `now` leave no trace, nor what could be used once, nor old failures. */
  forgetEnded(now: Instant): Promise<void>
  /** After the database was emptied. */
  forgetAll(): void
}

/** A session that was ended by another process is refused after this, and the time that one request takes. */
const REMEMBERED_MS = 4_000
/** Longer than any lock, and than any failure counts. */
const FAILURES_KEPT_MINUTES = 7 * 24 * 60

/** Sessions are looked up on every request; a short memory saves the database from it. */
export function openAccounts(db: Db, committer: Committer, ids: Ids = systemIds): Accounts {
  const remembered = openMemory<Session | null>({ keepsMs: REMEMBERED_MS, entriesMax: 5_000 })
  const commit = (changes: readonly Change[]): Promise<void> => forSystem('session', () => committer.commit({ events: [], changes }))

  const lookUp = async (hash: string): Promise<Session | null> => {
    const known = remembered.get(hash)
    if (known) return known.value
    const { session } = await forSystem('session', () => gather(db, { session: sessionFact(hash) }))
    remembered.set(hash, session)
    return session
  }

  const begin = async (session: Session, replaces: string | undefined, more: readonly Change[]): Promise<SignedIn> => {
    const token = secretToken()
    const old = replaces === undefined ? [] : [endSessionChange(digestOf(replaces))]
    await commit([...more, ...old, openSessionChange(digestOf(token), session)])
    if (replaces !== undefined) remembered.delete(digestOf(replaces))
    return { token, session }
  }

  /** Who the memory holds under which digest is not asked: what was remembered is read anew. */
  const ending = async (changes: readonly Change[]): Promise<void> => {
    await commit(changes)
    remembered.clear()
  }

  return {
    signIn: (actor, shownName, at, lastsMinutes) =>
      begin(
        {
          ...actor,
          shownName,
          ...{ sessionId: ids.uuid(at), createdAt: at, authenticatedAt: at, lastUsedAt: at, expiresAt: plusMinutes(at, lastsMinutes), idleMinutes: null },
          ...{ method: 'sandbox', stage: 'complete', level: null, officer: null, keyId: null, browser: '', source: '' },
        },
        undefined,
        [],
      ),
    begin(session, from, at, replaces, more = []) {
      const { idleMinutes, absoluteMinutes } = sessionEnds(session.role, session.stage, at)
      const times = { createdAt: at, authenticatedAt: at, lastUsedAt: at, expiresAt: plusMinutes(at, absoluteMinutes), idleMinutes }
      return begin({ ...session, ...from, ...times, sessionId: ids.uuid(at) }, replaces, more)
    },
    async findSession(token, now, isUse = true) {
      const hash = digestOf(token)
      const session = await lookUp(hash)
      if (session === null || isOver(session, now)) return undefined
      if (!isUse || !isToBeNoted(session, now)) return session
      const used = { ...session, lastUsedAt: now }
      remembered.set(hash, used)
      await commit([noteUseChange(hash, now)])
      return used
    },
    async sessionsOf(actorId, now) {
      const { sessions } = await forSystem('session', () => gather(db, { sessions: sessionsOfFact(actorId) }))
      return sessions.filter((session) => !isOver(session, now))
    },
    signOut: (token) => ending([endSessionChange(digestOf(token))]),
    endOwn: (actorId, sessionId) => ending([endOwnSessionChange(actorId, sessionId)]),
    endAllOf: (actorId, but) => ending([endSessionsOfChange(actorId, but)]),
    endAllOfKey: (actorId, keyId, more) => ending([...more, endSessionsOfKeyChange(actorId, keyId)]),
    forgetEnded: (now) => commit([forgetSessionsChange(now), forgetOnceChange(now), forgetFailuresChange(plusMinutes(now, -FAILURES_KEPT_MINUTES))]),
    forgetAll: () => remembered.clear(),
  }
}
