import type { AccountNotes } from '#account/commands/account-notes.ts'
import type { Accounts, From, NewSession, SignedIn } from '#account/commands/sessions.ts'
import type { Actor, Role } from '#account/model.ts'
import { ANYONE_TRIED, type Doer } from '#account/rules/account-events.ts'
import { LEAST_LEVEL, levelOfAcr } from '#account/rules/assurance.ts'
import type { LeftOut } from '#account/rules/guards.ts'
import { isStaff, type Session, safeReturn } from '#account/rules/sessions.ts'
import { type Identity, identityFact, type Kept, keepOnceChange, knowIdentityChange, takeOnce } from '#account/store/sign-in.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, plusMinutes } from '#kernel/time.ts'
import {
  type Identified,
  type IdentityFlow,
  type IdentityPlatform,
  type IdentityRefusal,
  IdentityRefused,
  IdentityUnavailable,
} from '#partners/identity/adapter.ts'
import type { IdentityKind } from '#partners/identity/protocol.ts'
import { forSystem } from '#platform/actor.ts'
import { digestOf, secretToken } from '#platform/chance.ts'
import { type Change, type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'

/** Somebody of the register, as signing in needs to know them. */
export interface RegisteredPerson {
  readonly personId: Uuid
  /** Masked: it stands in the header. */
  readonly shownName: string
}

export interface KnownOfficer {
  readonly number: string
  readonly actorId: string
  readonly role: Role
  readonly organ: string | null
  readonly shownName: string
}

export interface SignInDeps {
  readonly db: Db
  readonly committer: Committer
  readonly accounts: Accounts
  readonly notes: AccountNotes
  readonly without?: LeftOut
  readonly platform: IdentityPlatform
  /** Undefined for whoever has no living record. */
  readonly findPersonByNumber: (identityNumber: string) => Promise<RegisteredPerson | undefined>
  /** Undefined for whoever is not, or no longer, an officer. */
  readonly findOfficer: (number: string) => Promise<KnownOfficer | undefined>
  /** `https://…`, without a slash at the end: where browsers reach us. */
  readonly publicUrl: () => string
}

export type SignInRefusal =
  | IdentityRefusal
  | 'unavailable' // the platform doesn't answer
  | 'unknown' // nobody of the register, or no officer
  | 'level' // nobody checked their name
  | 'someone-else' // shown again, but not by the same person

export type SignInOutcome =
  | { readonly signedIn: SignedIn; readonly next: string | undefined }
  | { readonly refusal: SignInRefusal; readonly next: string | undefined }

export interface Begin {
  readonly kind: IdentityKind
  /** A page of ours to which the browser goes afterwards. */
  readonly next: string | undefined
  /** The levels that suffice; none: whichever somebody has. */
  readonly acr?: readonly string[]
  /** Somebody shows again that it is them: only the same person will do. */
  readonly again?: Session
}

export interface SignIn {
  /** @returns the platform's address, and what the browser keeps until it is back; `undefined`: the platform doesn't answer */
  begin(what: Begin, at: Instant): Promise<{ readonly to: string; readonly flow: string } | undefined>
  /**
   * @param flow what the browser kept
   * @param returned path and query to which it was sent back
   * @param replaces the token of the session that the browser had
   */
  finish(flow: string | undefined, returned: string, from: From, at: Instant, replaces: string | undefined): Promise<SignInOutcome>
}

/** Somebody looks for their phone, forgets a password, and still comes back. */
const FLOW_MINUTES = 20
export const RETURN_PATH = '/sign-in/return'

interface Bound {
  readonly session: NewSession
  /** What makes the platform's name for them known. */
  readonly changes: readonly Change[]
}

interface Flow extends IdentityFlow {
  readonly next: string | null
  readonly again: string | null
}

export function openSignIn(deps: SignInDeps): SignIn {
  const { db, committer, accounts, platform, publicUrl } = deps

  /** The platform's name for somebody stands for one person for good: another, under the same name, is let in by nobody. */
  const bind = async ({ issuer, subject }: Identified, identity: Identity, at: Instant): Promise<readonly Change[] | undefined> => {
    const { known } = await gather(db, { known: identityFact(issuer, subject) })
    if (known === null) return [knowIdentityChange(issuer, subject, identity, at)]
    return known.officer === identity.officer && known.personId === identity.personId ? [] : undefined
  }
  /** Asked at each sign-in: an officer may have been transferred, a person's record closed. */
  const sessionOf = async (identified: Identified, kind: IdentityKind, at: Instant): Promise<Bound | undefined> => {
    if (kind === 'officer') {
      const officer = identified.officerNumber === undefined ? undefined : await deps.findOfficer(identified.officerNumber)
      if (officer === undefined || !isStaff(officer.role)) return undefined
      const changes = await bind(identified, { personId: null, officer: officer.number }, at)
      if (changes === undefined) return undefined
      const actor: Actor = { id: officer.actorId, role: officer.role, organ: officer.organ, personId: null }
      const stage = deps.without?.has('second-factor') ? 'complete' : 'second-factor'
      const rest = { officer: officer.number, method: 'identity', stage, level: null, keyId: null } as const
      return { session: { ...actor, shownName: officer.shownName, ...rest }, changes }
    }
    const person = identified.identityNumber === undefined ? undefined : await deps.findPersonByNumber(identified.identityNumber)
    const changes = person && (await bind(identified, { personId: person.personId, officer: null }, at))
    if (person === undefined || changes === undefined) return undefined
    const actor: Actor = { id: `resident:${person.personId}`, role: 'resident', organ: null, personId: person.personId }
    const level = levelOfAcr(identified.acr)
    return { session: { ...actor, shownName: person.shownName, officer: null, method: 'identity', stage: 'complete', level, keyId: null }, changes }
  }

  /** Turned away at the platform's door: whom it happened to, where that is known. */
  const refused = async (why: SignInRefusal, at: Instant, by: Doer = ANYONE_TRIED): Promise<SignInRefusal> => {
    // When the platform doesn't answer, nobody tried in vain to be somebody.
    if (why !== 'unavailable') await deps.notes.commit([{ event: { type: 'AccountSignInFailed', account: by.id, door: 'identity', why }, by }], at)
    return why
  }

  const finish = (flow: Flow, returned: string, from: From, at: Instant, replaces: string | undefined): Promise<SignedIn | SignInRefusal> =>
    platform.finish(publicUrl() + returned, flow).then((identified) =>
      // Two at once may both be the first to be known by that name: the second one finds the first.
      decidedAgain(async () => {
        const bound = await sessionOf(identified, flow.kind, at)
        if (flow.kind === 'resident' && (levelOfAcr(identified.acr) ?? 0) < LEAST_LEVEL) return refused('level', at, bound?.session)
        if (bound === undefined) return refused('unknown', at)
        const { session, changes } = bound
        if (flow.again !== null && flow.again !== session.id) return refused('someone-else', at, session)
        return accounts.begin(session, from, at, replaces, { changes, notes: [] })
      }),
    )

  return {
    begin: ({ kind, next, acr = [], again }, at) =>
      forSystem('session', async () => {
        try {
          const { to, flow } = await platform.begin(kind, publicUrl() + RETURN_PATH, acr)
          const token = secretToken()
          const kept: Flow = { ...flow, next: safeReturn(next) ?? null, again: again?.id ?? null }
          await committer.commit({ events: [], changes: [keepOnceChange('sign-in', digestOf(token), kept, plusMinutes(at, FLOW_MINUTES))] })
          return { to, flow: token }
        } catch (error) {
          if (error instanceof IdentityUnavailable || error instanceof IdentityRefused) return undefined
          throw error
        }
      }),
    finish: (token, returned, from, at, replaces) =>
      forSystem('session', async (): Promise<SignInOutcome> => {
        const kept = token === undefined ? undefined : (await db.run<Kept & object>(takeOnce('sign-in', digestOf(token)))).rows[0]
        // Whoever comes without anything that was begun has tried nothing.
        if (kept === undefined) return { refusal: 'stale', next: undefined }
        if (kept.expires_at < at) return { refusal: await refused('stale', at), next: undefined }
        const flow = JSON.parse(kept.body) as Flow
        const next = flow.next ?? undefined
        try {
          const done = await finish(flow, returned, from, at, replaces)
          return typeof done === 'string' ? { refusal: done, next } : { signedIn: done, next }
        } catch (error) {
          if (error instanceof IdentityRefused) return { refusal: await refused(error.refusal, at), next }
          if (error instanceof IdentityUnavailable) return { refusal: 'unavailable', next }
          throw error
        }
      }),
  }
}
