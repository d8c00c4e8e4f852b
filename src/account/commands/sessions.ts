import { type AccountNotes, openAccountNotes } from '#account/commands/account-notes.ts'
import type { Actor } from '#account/model.ts'
import { began, type Doer, ended, type SessionEnding } from '#account/rules/account-events.ts'
import type { LeftOut } from '#account/rules/guards.ts'
import { isOver, isToBeNoted, type Session, sessionEnds } from '#account/rules/sessions.ts'
import {
  endSessionChange,
  endSessionsChange,
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
  begin(session: NewSession, from: From, at: Instant, replaces?: string, more?: Also): Promise<SignedIn>
  /**
   * Whatever its stage: who lets somebody in asks for a complete one. A use is noted at most once a minute.
   * @param isUse false: a page asks by itself, which must not keep a session alive that nobody sits before
   */
  findSession(token: string, now: Instant, isUse?: boolean): Promise<Session | undefined>
  /** Somebody's living sessions, the one used last first. */
  sessionsOf(actorId: string, now: Instant): Promise<readonly Session[]>
  signOut(token: string, at: Instant): Promise<void>
  /** One of their own; another's is left alone. */
  endOwn(actor: Doer, sessionId: string, at: Instant): Promise<void>
  /**
   * All of somebody's, or those that `which` says. Other processes refuse them within five seconds.
   * @param also what is committed with it, at once and in any case
   */
  endAllOf(actorId: string, why: SessionEnding, by: Doer, at: Instant, which?: (session: Session) => boolean, also?: Also): Promise<void>
  /** Sessions that ended before `now` leave no trace, nor what could be used once, nor old failures. */
  forgetEnded(now: Instant): Promise<void>
  /** After the database was emptied. */
  forgetAll(): void
}

/** What happens together with the end of sessions. */
export interface Also {
  readonly changes: readonly Change[]
  readonly notes: Parameters<AccountNotes['commit']>[0]
}

/** A session that was ended by another process is refused after this, and the time that one request takes. */
const REMEMBERED_MS = 4_000
/** Longer than any lock, and than any failure counts. */
const FAILURES_KEPT_MINUTES = 7 * 24 * 60

const NOTHING_ELSE: Also = { changes: [], notes: [] }
/** Whoever begins sessions faster than they are ended is not who lost one. */
const ROUNDS_MAX = 3

/** Sessions are looked up on every request; a short memory saves the database from it. */
export function openAccounts(db: Db, committer: Committer, ids: Ids = systemIds, without?: LeftOut): Accounts {
  const hashOf = (token: string): string => (without?.has('hashed') ? token : digestOf(token))
  const remembered = openMemory<Session | null>({ keepsMs: REMEMBERED_MS, entriesMax: 5_000 })
  const commit = (changes: readonly Change[]): Promise<void> => forSystem('session', () => committer.commit({ events: [], changes }))

  const lookUp = async (hash: string): Promise<Session | null> => {
    const known = remembered.get(hash)
    if (known) return known.value
    const { session } = await forSystem('session', () => gather(db, { session: sessionFact(hash) }))
    remembered.set(hash, session)
    return session
  }

  const notes = openAccountNotes(committer, ids)
  const doerOf = ({ id, role, organ }: Session): Doer => ({ id, role, organ })

  const begin = async (session: Session, replaces: string | undefined, { changes, notes: told }: Also): Promise<SignedIn> => {
    const token = secretToken()
    const old = replaces === undefined ? null : (await forSystem('session', () => gather(db, { session: sessionFact(hashOf(replaces)) }))).session
    const by = doerOf(session)
    // The one before it is the same person's, half in or already in; or somebody else's on the same screen, who is gone now.
    const again = old !== null && old.id === session.id && old.stage === 'complete' && session.stage === 'complete'
    const went = old === null ? [] : [{ event: ended(old, 'replaced'), by }]
    await notes.commit([...told, ...went, { event: began(session, again), by }], session.createdAt, [
      ...changes,
      ...(replaces === undefined ? [] : [endSessionChange(hashOf(replaces))]),
      openSessionChange(hashOf(token), session),
    ])
    if (replaces !== undefined) remembered.delete(hashOf(replaces))
    return { token, session }
  }

  /** Ends what is found, and looks again: one that began meanwhile is not left open. */
  const end = async (find: () => Promise<readonly Session[]>, why: SessionEnding, by: Doer, at: Instant, also: Also = NOTHING_ELSE): Promise<void> => {
    let { changes, notes: told } = also
    for (let rounds = 0; rounds < ROUNDS_MAX; rounds += 1) {
      const sessions = await find()
      if (sessions.length === 0 && changes.length === 0) break
      await notes.commit([...told, ...sessions.map((session) => ({ event: ended(session, why), by }))], at, [
        ...changes,
        endSessionsChange(sessions.map(({ sessionId }) => sessionId)),
      ])
      ;[changes, told] = [[], []]
    }
    // Who the memory holds under which digest is not asked: what was remembered is read anew.
    remembered.clear()
  }
  const sessionsOf = async (actorId: string): Promise<readonly Session[]> =>
    (await forSystem('session', () => gather(db, { sessions: sessionsOfFact(actorId) }))).sessions

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
        NOTHING_ELSE,
      ),
    begin(session, from, at, replaces, more = NOTHING_ELSE) {
      const { idleMinutes, absoluteMinutes } = sessionEnds(session.role, session.stage, at)
      const times = { createdAt: at, authenticatedAt: at, lastUsedAt: at, expiresAt: plusMinutes(at, absoluteMinutes), idleMinutes }
      return begin({ ...session, ...from, ...times, sessionId: ids.uuid(at) }, replaces, more)
    },
    async findSession(token, now, isUse = true) {
      const hash = hashOf(token)
      const session = await lookUp(hash)
      if (session === null || isOver(session, now, without)) return undefined
      if (!isUse || !isToBeNoted(session, now)) return session
      const used = { ...session, lastUsedAt: now }
      remembered.set(hash, used)
      await commit([noteUseChange(hash, now)])
      return used
    },
    sessionsOf: async (actorId, now) => (await sessionsOf(actorId)).filter((session) => !isOver(session, now, without)),
    async signOut(token, at) {
      const session = await lookUp(hashOf(token))
      if (session === null) return
      const find = async () => (await sessionsOf(session.id)).filter(({ sessionId }) => sessionId === session.sessionId)
      await end(find, 'signed-out', doerOf(session), at)
    },
    endOwn: (actor, sessionId, at) =>
      end(async () => (await sessionsOf(actor.id)).filter((session) => session.sessionId === sessionId), 'ended-by-owner', actor, at),
    endAllOf: (actorId, why, by, at, which = () => true, also) => end(async () => (await sessionsOf(actorId)).filter(which), why, by, at, also),
    forgetEnded: (now) => commit([forgetSessionsChange(now), forgetOnceChange(now), forgetFailuresChange(plusMinutes(now, -FAILURES_KEPT_MINUTES))]),
    forgetAll: () => remembered.clear(),
  }
}
