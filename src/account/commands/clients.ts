import type { AccountNotes } from '#account/commands/account-notes.ts'
import type { LockOut } from '#account/commands/lock-out.ts'
import type { Accounts, SignedIn } from '#account/commands/sessions.ts'
import { ANYONE_TRIED, type Doer } from '#account/rules/account-events.ts'
import type { LeftOut } from '#account/rules/guards.ts'
import { type ClientKey, clientKeysFact, registerClientKeyChange, revokeClientKeyChange, useOnceChange } from '#account/store/sign-in.ts'
import { type Instant, instantOfMs, MINUTE_MS, msOf } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import { digestOf } from '#platform/chance.ts'
import { Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'

export interface ClientDeps {
  readonly db: Db
  readonly accounts: Accounts
  readonly lockOut: LockOut
  readonly notes: AccountNotes
  readonly without?: LeftOut
  /** Whom an assertion must be meant for (RFC 7523, 3): our token endpoint. */
  readonly audience: () => string
}

export interface Clients {
  /**
   * A short session for a department or a kiosk that proved to hold its key (RFC 7523, ES256).
   * @param assertion a JWT: iss = sub = client, aud = the token endpoint, at most five minutes, its jti once
   * @throws ProblemError locked
   */
  authenticate(assertion: string, source: string, at: Instant): Promise<SignedIn | undefined>
  keys(): Promise<readonly ClientKey[]>
  /** @throws Taken when the client has a key of that name */
  register(key: Omit<ClientKey, 'revokedAt'>, by: Doer, at: Instant): Promise<void>
  /** Sessions that it opened end with it: here at once, elsewhere within five seconds. */
  revoke(clientId: string, kid: string, by: Doer, at: Instant): Promise<void>
}

const ASSERTION_SECONDS_MAX = 5 * 60
/** How far a client's clock may be before or behind ours. */
const SKEW_SECONDS = 30

export function openClients({ db, accounts, lockOut, notes, without, audience }: ClientDeps): Clients {
  const keysOf = async (clientId: string | null): Promise<readonly ClientKey[]> =>
    (await forSystem('session', () => gather(db, { keys: clientKeysFact(clientId) }))).keys

  const judge = async (assertion: string, clientId: string, at: Instant): Promise<SignedIn | undefined> => {
    const { decodeProtectedHeader, importJWK, jwtVerify } = await import('jose')
    const { kid } = decodeProtectedHeader(assertion)
    const key = (await keysOf(clientId)).find((one) => one.kid === kid && isValid(one, at))
    if (key === undefined) return undefined
    const { payload } = await jwtVerify(assertion, await importJWK({ ...key.publicKey }, 'ES256'), {
      // Named here and nowhere else: neither `none`, nor a key taken for a secret.
      algorithms: ['ES256'],
      issuer: clientId,
      subject: clientId,
      audience: audience(),
      currentDate: new Date(msOf(at)),
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'iat', 'jti'],
    })
    const { exp = 0, iat = 0, jti } = payload
    const now = msOf(at) / 1000
    if (typeof jti !== 'string' || jti.length < 8 || jti.length > 200) return undefined
    if (exp - now > ASSERTION_SECONDS_MAX + SKEW_SECONDS || exp - iat > ASSERTION_SECONDS_MAX || iat > now + SKEW_SECONDS) return undefined
    const used = useOnceChange('assertion', digestOf(`${clientId} ${jti}`), instantOfMs((exp + SKEW_SECONDS) * 1000 + MINUTE_MS))
    const session = {
      ...{ id: accountOf(key), role: key.role, organ: key.organ, personId: null, shownName: key.shownName },
      ...({ method: 'key', stage: 'complete', level: null, officer: null, keyId: key.kid } as const),
    }
    return accounts.begin(session, { browser: '', source: '' }, at, undefined, { changes: without?.has('replay') ? [] : [used], notes: [] })
  }

  return {
    keys: () => keysOf(null),
    async authenticate(assertion, source, at) {
      const { decodeJwt } = await import('jose')
      const clientId = claimedBy(assertion, decodeJwt)
      if (clientId === undefined) return undefined
      return lockOut.judged('client-assertion', { account: clientId, source, by: { ...ANYONE_TRIED, id: `client:${clientId}` } }, at, async () => {
        try {
          return await judge(assertion, clientId, at)
        } catch (error) {
          // A jti that was used, or whatever the library doesn't accept.
          if (error instanceof Taken || (error as { code?: string }).code?.startsWith('ERR_J')) return undefined
          throw error
        }
      })
    },
    register: (key, by, at) =>
      notes.commit([{ event: { type: 'AccountKeyRegistered', account: accountOf(key), key: key.kid }, by }], at, [
        registerClientKeyChange({ ...key, revokedAt: null }, by.id),
      ]),
    async revoke(clientId, kid, by, at) {
      const key = (await keysOf(clientId)).find((one) => one.kid === kid)
      if (key === undefined || key.revokedAt !== null) return
      const account = accountOf(key)
      const revoked = { event: { type: 'AccountKeyRevoked', account, key: kid } as const, by }
      await accounts.endAllOf(account, 'key-revoked', by, at, ({ keyId }) => keyId === kid, {
        changes: [revokeClientKeyChange(clientId, kid, at)],
        notes: [revoked],
      })
    },
  }
}

const accountOf = ({ role, clientId }: Pick<ClientKey, 'role' | 'clientId'>): string => `${role}:${clientId}`

const isValid = ({ validFrom, validUntil, revokedAt }: ClientKey, at: Instant): boolean => revokedAt === null && validFrom <= at && at < validUntil

/** Whom it says it is from: believed only after its signature was looked at. */
function claimedBy(assertion: string, decode: (jwt: string) => { readonly iss?: string }): string | undefined {
  try {
    const { iss } = decode(assertion)
    return typeof iss === 'string' && /^[\w.:-]{1,80}$/.test(iss) ? iss : undefined
  } catch {
    return undefined
  }
}
