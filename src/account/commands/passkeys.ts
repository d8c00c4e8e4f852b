import { randomInt } from 'node:crypto'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { AccountNotes } from '#account/commands/account-notes.ts'
import type { LockOut } from '#account/commands/lock-out.ts'
import type { Accounts, Also, From, SignedIn } from '#account/commands/sessions.ts'
import type { Doer } from '#account/rules/account-events.ts'
import type { Passkey, Session } from '#account/rules/sessions.ts'
import { addPasskeyChange, type Kept, keepOnceChange, onceFact, passkeysFact, revokePasskeyChange, takeOnce, usePasskey } from '#account/store/sign-in.ts'
import { type Instant, plusMinutes } from '#kernel/time.ts'
import { halfWidth } from '#kernel/typed-text.ts'
import { forSystem } from '#platform/actor.ts'
import { digestOf } from '#platform/chance.ts'
import { type Change, type Committer, Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'

export interface PasskeyDeps {
  readonly db: Db
  readonly committer: Committer
  readonly accounts: Accounts
  readonly lockOut: LockOut
  readonly notes: AccountNotes
  /** Where browsers reach us: a passkey belongs to its host, and speaks for its origin alone. */
  readonly publicUrl: () => string
}

/** Why no passkey was taken or accepted. */
export type PasskeyProblem =
  | 'code-wrong'
  | 'no-code'
  | 'not-verified'
  | 'challenge-over'
  | 'already-known'
  | 'unknown-key'
  | 'code-only-without-key'
  | 'name-missing'

export type PasskeyOutcome<T> = { readonly done: T } | { readonly problem: PasskeyProblem }

export interface Passkeys {
  /** All of an officer's, revoked ones too. */
  of(officer: string): Promise<readonly Passkey[]>
  enrolmentOptions(session: Session, at: Instant): Promise<PublicKeyCredentialCreationOptionsJSON>
  /**
   * Takes a new passkey: with the code, the first one of a session that waits for its second factor, which is then complete; without
   * one, a further one of somebody who is signed in.
   * @throws ProblemError locked after wrong codes
   */
  enrol(session: Session, given: EnrolmentGiven, from: From, at: Instant, token: string): Promise<PasskeyOutcome<SignedIn | undefined>>
  requestOptions(session: Session, at: Instant): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** The second factor, or the proof of a moment ago that it is still them: a new session takes the old one's place. @throws ProblemError locked */
  verify(
    session: Session,
    credential: AuthenticationResponseJSON,
    from: From & { readonly address: string },
    at: Instant,
    token: string,
  ): Promise<PasskeyOutcome<SignedIn>>
  /** A code for an officer's first passkey; the one before it is worth nothing any more. Shown once. */
  issueCode(officer: { readonly number: string; readonly actorId: string }, by: Doer, at: Instant): Promise<{ readonly code: string; readonly until: Instant }>
  /** Ends every session of the officer but the one that says so: what was opened by the key must not stay open. */
  revoke(officer: string, credentialId: string, actorId: string, by: Session, at: Instant): Promise<void>
}

export interface EnrolmentGiven {
  readonly name: string
  readonly code: string | undefined
  readonly credential: RegistrationResponseJSON
  readonly source: string
}

const CHALLENGE_MINUTES = 5
/** A working day and the night after it. */
const CODE_MINUTES = 24 * 60
/** Without what is mistaken for something else: 0 O 1 I L. */
const CODE_SIGNS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const CODE_LENGTH = 10
const NAME_MAX = 40
/** EdDSA, ES256, RS256 (COSE): what security keys and phones sign with. */
const ALGORITHMS = [-8, -7, -257]

/** A third of a second to load, for officers' sign-in alone. */
const library = () => import('@simplewebauthn/server')

type Purpose = 'enrol' | 'verify'

export function openPasskeys({ db, committer, accounts, lockOut, notes, publicUrl }: PasskeyDeps): Passkeys {
  const rpId = (): string => new URL(publicUrl()).hostname
  const origin = (): string => new URL(publicUrl()).origin
  const keysOf = async (officer: string): Promise<readonly Passkey[]> => (await forSystem('session', () => gather(db, { keys: passkeysFact(officer) }))).keys
  const living = async (officer: string): Promise<readonly Passkey[]> => (await keysOf(officer)).filter(({ revokedAt }) => revokedAt === null)
  const officerOf = (session: Session): string => session.officer ?? ''

  const challengeKey = (session: Session, purpose: Purpose, challenge: string): string => digestOf(`${session.sessionId}:${purpose}:${challenge}`)
  const keepChallenge = (session: Session, purpose: Purpose, challenge: string, at: Instant): Promise<void> =>
    commit([keepOnceChange('challenge', challengeKey(session, purpose, challenge), null, plusMinutes(at, CHALLENGE_MINUTES))])
  /** Whether it was given to this very session for this purpose, not long ago, and not yet used. */
  const takeChallenge = async (session: Session, purpose: Purpose, challenge: string, at: Instant): Promise<boolean> => {
    const { rows } = await db.run<Kept & object>(takeOnce('challenge', challengeKey(session, purpose, challenge)))
    return rows[0] !== undefined && rows[0].expires_at > at
  }
  const commit = (changes: readonly Change[]): Promise<void> => forSystem('session', () => committer.commit({ events: [], changes }))

  const codeIsRight = async (officer: string, code: string, at: Instant): Promise<boolean> => {
    const { kept } = await gather(db, { kept: onceFact('enrolment-code', digestOf(officer)) })
    return kept !== null && kept.expires_at > at && JSON.parse(kept.body) === digestOf(foldedCode(code))
  }

  async function registered(session: Session, credential: RegistrationResponseJSON, at: Instant) {
    const { verifyRegistrationResponse } = await library()
    try {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: credential,
        expectedChallenge: (challenge) => takeChallenge(session, 'enrol', challenge, at),
        expectedOrigin: origin(),
        expectedRPID: rpId(),
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      })
      return verified ? registrationInfo.credential : undefined
    } catch {
      // Whatever the library doesn't accept: a foreign origin, another host, a challenge that isn't ours, nobody's finger.
      return undefined
    }
  }

  async function authenticated(session: Session, key: Passkey, credential: AuthenticationResponseJSON, at: Instant): Promise<number | undefined> {
    const { verifyAuthenticationResponse } = await library()
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: credential,
        expectedChallenge: (challenge) => takeChallenge(session, 'verify', challenge, at),
        expectedOrigin: origin(),
        expectedRPID: rpId(),
        credential: { id: key.credentialId, publicKey: new Uint8Array(Buffer.from(key.publicKey, 'base64url')), counter: key.counter },
        requireUserVerification: true,
      })
      return verified ? authenticationInfo.newCounter : undefined
    } catch {
      return undefined
    }
  }

  /** The same person, with the second factor shown. */
  const completed = (session: Session, from: From, at: Instant, token: string, more?: Also): Promise<SignedIn> =>
    accounts.begin({ ...session, stage: 'complete' }, from, at, token, more)

  return {
    of: keysOf,
    async enrolmentOptions(session, at) {
      const { generateRegistrationOptions } = await library()
      const options = await generateRegistrationOptions({
        rpName: '一趟 Yitang',
        rpID: rpId(),
        userName: officerOf(session),
        userID: new Uint8Array(Buffer.from(digestOf(officerOf(session)), 'base64url')),
        userDisplayName: session.shownName,
        attestationType: 'none',
        excludeCredentials: (await living(officerOf(session))).map(({ credentialId }) => ({ id: credentialId })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        supportedAlgorithmIDs: ALGORITHMS,
      })
      await keepChallenge(session, 'enrol', options.challenge, at)
      return options
    },
    enrol: (session, { name, code, credential, source }, from, at, token) =>
      forSystem('session', async (): Promise<PasskeyOutcome<SignedIn | undefined>> => {
        const officer = officerOf(session)
        const shownName = name.trim().slice(0, NAME_MAX)
        if (shownName === '') return { problem: 'name-missing' }
        const first = session.stage === 'second-factor'
        if (first) {
          if ((await living(officer)).length > 0) return { problem: 'code-only-without-key' }
          if (code === undefined || code.trim() === '') return { problem: 'no-code' }
          const right = await lockOut.judged(
            'enrolment-code',
            { account: officer, source, by: session },
            at,
            async () => (await codeIsRight(officer, code, at)) || undefined,
          )
          if (right === undefined) return { problem: 'code-wrong' }
        }
        const made = await registered(session, credential, at)
        if (made === undefined) return { problem: 'not-verified' }
        const change = addPasskeyChange({
          credentialId: made.id,
          officer,
          publicKey: Buffer.from(made.publicKey).toString('base64url'),
          counter: made.counter,
          transports: made.transports ?? [],
          name: shownName,
          createdAt: at,
          lastUsedAt: null,
          revokedAt: null,
        })
        try {
          const enrolled = { event: { type: 'AccountPasskeyEnrolled', account: session.id, passkey: made.id } as const, by: session }
          if (!first) {
            await notes.commit([enrolled], at, [change])
            return { done: undefined }
          }
          // The code is worth one passkey.
          if ((await db.run(takeOnce('enrolment-code', digestOf(officer)))).rows.length === 0) return { problem: 'code-wrong' }
          return { done: await completed(session, from, at, token, { changes: [change], notes: [enrolled] }) }
        } catch (error) {
          if (error instanceof Taken) return { problem: 'already-known' }
          throw error
        }
      }),
    async requestOptions(session, at) {
      const { generateAuthenticationOptions } = await library()
      const options = await generateAuthenticationOptions({
        rpID: rpId(),
        userVerification: 'required',
        allowCredentials: (await living(officerOf(session))).map(({ credentialId, transports }) => ({
          id: credentialId,
          transports: transports as ('usb' | 'nfc' | 'ble' | 'internal' | 'hybrid')[],
        })),
      })
      await keepChallenge(session, 'verify', options.challenge, at)
      return options
    },
    verify: (session, credential, { address, ...from }, at, token) =>
      forSystem('session', async (): Promise<PasskeyOutcome<SignedIn>> => {
        const officer = officerOf(session)
        const signedIn = await lockOut.judged('passkey', { account: officer, source: address, by: session }, at, async () => {
          const key = (await living(officer)).find(({ credentialId }) => credentialId === credential.id)
          if (key === undefined) return undefined
          const counter = await authenticated(session, key, credential, at)
          if (counter === undefined) return undefined
          // Revoked, or used further by a copy, since it was read.
          if ((await db.run(usePasskey(key.credentialId, key.counter, counter, at))).rows.length === 0) return undefined
          return completed(session, from, at, token)
        })
        return signedIn === undefined ? { problem: 'not-verified' } : { done: signedIn }
      }),
    async issueCode({ number, actorId }, by, at) {
      const { code, digest, until } = newCode(at)
      await notes.commit([{ event: { type: 'AccountCodeIssued', account: actorId, until }, by }], at, [
        keepOnceChange('enrolment-code', digestOf(number), digest, until),
      ])
      return { code, until }
    },
    async revoke(officer, credentialId, actorId, by, at) {
      const revoked = { event: { type: 'AccountPasskeyRevoked', account: actorId, passkey: credentialId } as const, by }
      const also = { changes: [revokePasskeyChange(officer, credentialId, by.id, at)], notes: [revoked] }
      await accounts.endAllOf(actorId, 'passkey-revoked', by, at, ({ sessionId }) => sessionId !== by.sessionId, also)
    },
  }
}

/** A code, as it is handed over and as it is kept. */
export function newCode(at: Instant): { readonly code: string; readonly digest: string; readonly until: Instant } {
  const code = Array.from({ length: CODE_LENGTH }, () => CODE_SIGNS[randomInt(CODE_SIGNS.length)]).join('')
  return { code: `${code.slice(0, 5)}-${code.slice(5)}`, digest: digestOf(code), until: plusMinutes(at, CODE_MINUTES) }
}

/** As typed from paper: small letters, full width, with or without the stroke. */
const foldedCode = (code: string): string =>
  halfWidth(code)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
