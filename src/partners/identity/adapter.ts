import * as oidc from 'openid-client'
import { type IdentityKind, SCOPE_OF, userInfo } from '#partners/identity/protocol.ts'
import { OutsideUnavailable } from '#platform/outbox.ts'

/** What binds the answer to whoever asked; kept on our side until the answer comes. */
export interface IdentityFlow {
  readonly kind: IdentityKind
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface Identified {
  readonly issuer: string
  /** The platform's own name for somebody: opaque, and always the same. */
  readonly subject: string
  readonly acr: string | undefined
  readonly identityNumber: string | undefined
  readonly officerNumber: string | undefined
}

export interface IdentityPlatform {
  /**
   * Where the browser goes, and what binds its return.
   * @throws IdentityUnavailable
   */
  begin(kind: IdentityKind, returnTo: string, acr: readonly string[]): Promise<{ readonly to: string; readonly flow: IdentityFlow }>
  /**
   * @param returned the whole address to which the browser was sent back
   * @throws IdentityUnavailable when it did not answer. @throws IdentityRefused when there is nobody to let in.
   */
  finish(returned: string, flow: IdentityFlow): Promise<Identified>
}

/** `cancelled`: they said no. `again`: the platform wants them to begin anew. `stale`: too late, or used before. `untrusted`: not what we asked for. */
export type IdentityRefusal = 'cancelled' | 'again' | 'stale' | 'untrusted'

export class IdentityRefused extends Error {
  readonly refusal: IdentityRefusal
  constructor(refusal: IdentityRefusal, what: string) {
    super(`the identity platform lets nobody in: ${what}`)
    this.name = 'IdentityRefused'
    this.refusal = refusal
  }
}

export class IdentityUnavailable extends OutsideUnavailable {
  override readonly name = 'IdentityUnavailable'
  constructor(what: string) {
    super(`the identity platform did not answer: ${what}`)
  }
}

export interface IdentityOptions {
  /** Its issuer; asked at each call, since a stand-in finds its port at start. */
  readonly url: () => string
  readonly clientId: string
  readonly secret: string
  /** Plain HTTP is for the sandbox alone. */
  readonly insecure: boolean
  readonly timeoutSeconds?: number
  /** Tests only, to see that a test notices when what binds an answer to whoever asked is missing: no configuration sets it. */
  readonly without?: { has(guard: 'pkce' | 'state' | 'nonce'): boolean }
}

/** The same for everybody binds nothing. */
const UNBOUND = 'u'.repeat(43)

const TIMEOUT_SECONDS = 8

const REFUSALS: Readonly<Record<string, IdentityRefusal>> = {
  access_denied: 'cancelled',
  login_required: 'again',
  interaction_required: 'again',
  invalid_grant: 'stale',
}
const AWAY: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

/** Its tokens live for minutes in the machine's own time, on both sides: what the sandbox's clock says is no matter of theirs. */
export function openIdentityPlatform({ url, clientId, secret, insecure, timeoutSeconds = TIMEOUT_SECONDS, without }: IdentityOptions): IdentityPlatform {
  let found: { readonly issuer: string; readonly configuration: Promise<oidc.Configuration> } | undefined

  const configured = (): Promise<oidc.Configuration> => {
    const issuer = url()
    if (found?.issuer !== issuer) {
      const configuration = discover(issuer)
      found = { issuer, configuration }
      configuration.catch(() => {
        if (found?.configuration === configuration) found = undefined
      })
    }
    return found.configuration
  }
  const discover = async (issuer: string): Promise<oidc.Configuration> => {
    if (issuer === '') throw new IdentityUnavailable('nobody knows where it is')
    return oidc.discovery(new URL(issuer), clientId, { id_token_signed_response_alg: 'ES256' }, oidc.ClientSecretBasic(secret), {
      timeout: timeoutSeconds,
      ...(insecure && { execute: [oidc.allowInsecureRequests] }),
    })
  }
  const asking = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw outcomeOf(error)
    }
  }

  return {
    begin: (kind, returnTo, acr) =>
      asking(async () => {
        const configuration = await configured()
        const flow = {
          kind,
          state: oidc.randomState(),
          nonce: without?.has('nonce') ? UNBOUND : oidc.randomNonce(),
          verifier: without?.has('pkce') ? UNBOUND : oidc.randomPKCECodeVerifier(),
        }
        const to = oidc.buildAuthorizationUrl(configuration, {
          redirect_uri: returnTo,
          scope: SCOPE_OF[kind],
          code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
          code_challenge_method: 'S256',
          state: flow.state,
          nonce: flow.nonce,
          prompt: 'login',
          max_age: '0',
          ...(acr.length > 0 && { acr_values: acr.join(' ') }),
        })
        return { to: to.href, flow }
      }),
    finish: (returned, { kind, state, nonce, verifier }) =>
      asking(async () => {
        const configuration = await configured()
        const tokens = await oidc.authorizationCodeGrant(configuration, new URL(returned), {
          pkceCodeVerifier: verifier,
          expectedState: without?.has('state') ? oidc.skipStateCheck : state,
          expectedNonce: nonce,
          idTokenExpected: true,
          maxAge: MAX_AGE_SECONDS,
        })
        const claims = tokens.claims()
        if (claims === undefined) throw new IdentityRefused('untrusted', 'no ID token')
        const info = userInfo.safeParse(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub))
        if (!info.success) throw new IdentityRefused('untrusted', 'its answer about them is not readable')
        return {
          issuer: claims.iss,
          subject: claims.sub,
          acr: typeof claims.acr === 'string' ? claims.acr : undefined,
          identityNumber: kind === 'resident' ? info.data.identity_number : undefined,
          officerNumber: kind === 'officer' ? info.data.officer_number : undefined,
        }
      }),
  }
}

/** Somebody who types slowly has been authenticated for some minutes when they come back. */
const MAX_AGE_SECONDS = 600

function outcomeOf(error: unknown): Error {
  if (error instanceof IdentityRefused || error instanceof IdentityUnavailable) return error
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    if (AWAY.has(error.error) || (error instanceof oidc.ResponseBodyError && error.status >= 500)) return new IdentityUnavailable(error.error)
    return new IdentityRefused(REFUSALS[error.error] ?? 'untrusted', error.error)
  }
  const { name, code, cause } = error as { name?: string; code?: string; cause?: unknown }
  // No connection, no answer in time, or an answer of a server in trouble.
  if (error instanceof TypeError && code === undefined) return new IdentityUnavailable('no connection')
  if (name === 'TimeoutError' || code === 'OAUTH_TIMEOUT') return new IdentityUnavailable('too slow')
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' && cause instanceof Response && cause.status >= 500) return new IdentityUnavailable(`status ${cause.status}`)
  return new IdentityRefused('untrusted', code ?? name ?? 'unknown')
}
