import type { Role } from '#account/model.ts'
import type { Session, SessionStage, SignInMethod } from '#account/rules/sessions.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'

/** Why a session ended before its time. */
export const SESSION_ENDINGS = ['signed-out', 'ended-by-owner', 'replaced', 'passkey-revoked', 'key-revoked', 'officer-left'] as const
export type SessionEnding = (typeof SESSION_ENDINGS)[number]

/** At what somebody was turned away. */
export type Door = 'identity' | 'passkey' | 'enrolment-code' | 'client-assertion'

/**
 * What happens to accounts, as events: who came in and went, who was turned away or locked out, and by what keys they come. `account` is
 * whose it is, by the name that events have for an actor; `anyone` where nobody knows. No number of a person stands in any of them, and
 * of a resident not where they came from.
 */
export type AccountEvent =
  | {
      readonly type: 'AccountSignedIn' | 'AccountProvedAgain'
      readonly account: string
      readonly session: string
      readonly method: SignInMethod
      readonly stage: SessionStage
      readonly level: number | null
      readonly browser: string
      readonly network: string | null
    }
  | { readonly type: 'AccountSessionEnded'; readonly account: string; readonly session: string; readonly why: SessionEnding }
  | { readonly type: 'AccountSignInFailed'; readonly account: string; readonly door: Door; readonly why: string }
  | { readonly type: 'AccountLocked'; readonly account: string; readonly door: Door; readonly side: 'account' | 'source'; readonly until: Instant }
  | { readonly type: 'AccountPasskeyEnrolled' | 'AccountPasskeyRevoked'; readonly account: string; readonly passkey: string }
  | { readonly type: 'AccountCodeIssued'; readonly account: string; readonly until: Instant }
  | { readonly type: 'AccountKeyRegistered' | 'AccountKeyRevoked'; readonly account: string; readonly key: string }

/** Who did it, as the event says. */
export interface Doer {
  readonly id: string
  readonly role: string
  readonly organ: string | null
}

export const ANYONE_TRIED: Doer = { id: 'anyone', role: 'anyone', organ: null }

const CITIZENS: ReadonlySet<Role> = new Set<Role>(['resident', 'guardian', 'agent'])

/** Where a resident came from is nobody's business afterwards; of staff and programs the network is kept. */
export const began = (session: Session, again: boolean): AccountEvent => ({
  type: again ? 'AccountProvedAgain' : 'AccountSignedIn',
  ...{ account: session.id, session: session.sessionId, method: session.method, stage: session.stage, level: session.level },
  ...{ browser: session.browser, network: CITIZENS.has(session.role) || session.source === '' ? null : session.source },
})

export const ended = ({ id, sessionId }: Session, why: SessionEnding): AccountEvent => ({ type: 'AccountSessionEnded', account: id, session: sessionId, why })

/** One as it is kept. */
export interface KeptAccountEvent {
  readonly id: Uuid
  readonly at: Instant
  readonly by: Doer
  readonly event: AccountEvent
}

/** Who ran against a limit of the edge within an hour. */
export interface SeenFlood {
  readonly limit: string
  /** address, actor, organ, department, subject */
  readonly countedBy: string
  /** A keyed digest: the same one is the same address, officer, or person asked about. */
  readonly key: string
  readonly firstAt: Instant
  readonly lastAt: Instant
  readonly refused: number
  readonly by: Doer
}
