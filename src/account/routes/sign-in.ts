import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clients } from '#account/commands/clients.ts'
import type { PasskeyProblem, Passkeys } from '#account/commands/passkeys.ts'
import type { Accounts, From } from '#account/commands/sessions.ts'
import type { KnownOfficer } from '#account/commands/sign-in.ts'
import {
  clientKeyBody,
  clientKeyParams,
  clientKeyReply,
  clientKeysReply,
  codeReply,
  enrolBody,
  enrolledReply,
  officerParams,
  optionsBody,
  optionsReply,
  passkeyParams,
  passkeysReply,
  sessionParams,
  sessionsReply,
  signedInReply,
  tokenBody,
  tokenRefused,
  tokenReply,
  verifyBody,
} from '#account/contract/sign-in.ts'
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { browserKind, endsAt, isStaff, type Session, sourceNetwork } from '#account/rules/sessions.ts'
import type { ClientKey } from '#account/store/sign-in.ts'
import { PASSKEY_PROBLEM_WORDS } from '#account/words.ts'
import { MINUTE_MS, msOf, plusMinutes } from '#kernel/time.ts'
import { Taken } from '#platform/commit.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { type Answer, jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem, problemBody } from '#platform/problem.ts'
import { tokenOf } from '#platform/session-cookie.ts'

export interface SignInRouteDeps {
  readonly accounts: Accounts
  readonly passkeys: Passkeys
  readonly clients: Clients
  readonly findOfficer: (number: string) => Promise<KnownOfficer | undefined>
}

const TAG = 'sign-in'
const NOTHING: Answer = { status: 204, headers: {}, body: '' }
/** Nobody keeps a token but whoever it was given to. */
const SECRET = { 'cache-control': 'no-store' }

/** Where a request comes from, as its owner will recognise it. */
export const fromOf = (request: FastifyRequest): From => ({ browser: browserKind(request.headers['user-agent'] ?? ''), source: sourceNetwork(request.ip) })

const wrong = (field: string, found: PasskeyProblem): ProblemError =>
  new ProblemError(problem('invalid-input', { fields: { [field]: PASSKEY_PROBLEM_WORDS[found] } }))

export function signInRoutes({ accounts, passkeys, clients, findOfficer }: SignInRouteDeps): readonly AnyRoute[] {
  /** An officer's session, complete or waiting for its second factor; nothing else has passkeys. */
  const officerSession = async (request: FastifyRequest): Promise<{ readonly session: Session; readonly token: string }> => {
    const token = tokenOf(request)
    const session = token === undefined ? undefined : await accounts.findSession(token, request.at)
    if (token === undefined || session === undefined) throw new ProblemError(problem('not-signed-in'))
    if (session.officer === null || !isStaff(session.role)) throw new ProblemError(problem('not-found'))
    return { session, token }
  }
  const demandPermission = (principal: Principal | null, action: 'passkey.issue-code' | 'client-key.manage'): void => {
    if (!can(principal as Actor | null, action)) throw new ProblemError(problem('not-found'))
  }

  return [
    route({
      method: 'GET',
      path: '/api/v1/sessions',
      tag: TAG,
      summary: 'Where one is signed in',
      reply: { 200: sessionsReply },
      async handle({ principal, at }) {
        const current = principal as Session
        const sessions = await accounts.sessionsOf(current.id, at)
        return jsonAnswer(200, {
          sessions: sessions.map((session) => ({
            ...{ id: session.sessionId, current: session.sessionId === current.sessionId, browser: session.browser, source: session.source },
            ...{ method: session.method, since: session.createdAt, lastUsedAt: session.lastUsedAt, endsAt: endsAt(session) },
          })),
        })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/sessions/:id/end',
      tag: TAG,
      summary: 'End one of one’s own sessions: refused everywhere within five seconds',
      params: sessionParams,
      reply: { 204: z.null() },
      async handle({ principal, params, at }) {
        await accounts.endOwn(principal as Session, params.id, at)
        return NOTHING
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/sessions/end-others',
      tag: TAG,
      summary: 'End all of one’s own sessions but this one',
      reply: { 204: z.null() },
      async handle({ principal, at }) {
        const own = principal as Session
        await accounts.endAllOf(own.id, 'ended-by-owner', own, at, ({ sessionId }) => sessionId !== own.sessionId)
        return NOTHING
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/passkeys',
      tag: TAG,
      summary: 'An officer’s passkeys',
      open: true,
      reply: { 200: passkeysReply },
      async handle({ raw }) {
        const { session } = await officerSession(raw)
        const all = await passkeys.of(session.officer ?? '')
        return jsonAnswer(200, {
          passkeys: all.map(({ credentialId, name, createdAt, lastUsedAt, revokedAt }) => ({
            id: credentialId,
            name,
            since: createdAt,
            lastUsedAt,
            revokedAt,
          })),
        })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/passkeys/options',
      limit: 'sign-in',
      tag: TAG,
      summary: 'What the browser is asked for: a challenge for this session, to be used once within five minutes',
      open: true,
      keyOptional: true,
      body: optionsBody,
      reply: { 200: optionsReply },
      async handle({ raw, body, at }) {
        const { session } = await officerSession(raw)
        return jsonAnswer(200, body.purpose === 'enrol' ? await passkeys.enrolmentOptions(session, at) : await passkeys.requestOptions(session, at), SECRET)
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/passkeys',
      limit: 'sign-in',
      tag: TAG,
      summary: 'Enrol a passkey: the first with the security administrator’s code, which completes the session; a further one while signed in',
      open: true,
      keyOptional: true,
      demands: 'passkey.enrol',
      body: enrolBody,
      reply: { 201: enrolledReply },
      async handle({ raw, body, at }) {
        const { session, token } = await officerSession(raw)
        const given = { name: body.name, code: body.code, credential: body.credential as unknown as RegistrationResponseJSON, source: raw.ip }
        const outcome = await passkeys.enrol(session, given, fromOf(raw), at, token)
        if ('problem' in outcome) throw wrong(CODE_PROBLEMS.has(outcome.problem) ? 'code' : 'credential', outcome.problem)
        return jsonAnswer(201, { token: outcome.done?.token ?? null }, SECRET)
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/passkeys/verify',
      limit: 'sign-in',
      tag: TAG,
      summary: 'Show a passkey: the second factor, or the proof that it is still the same person; the session goes on under a new token',
      open: true,
      keyOptional: true,
      body: verifyBody,
      reply: { 200: signedInReply },
      async handle({ raw, body, at }) {
        const { session, token } = await officerSession(raw)
        const outcome = await passkeys.verify(session, body.credential as unknown as AuthenticationResponseJSON, { ...fromOf(raw), address: raw.ip }, at, token)
        if ('problem' in outcome) throw wrong('credential', outcome.problem)
        return jsonAnswer(200, { token: outcome.done.token, endsAt: endsAt(outcome.done.session) }, SECRET)
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/passkeys/:id/revoke',
      tag: TAG,
      summary: 'Revoke one of one’s own passkeys; other sessions end with it',
      demands: 'passkey.revoke',
      params: passkeyParams,
      reply: { 204: z.null() },
      async handle({ raw, params, at }) {
        const { session } = await officerSession(raw)
        await passkeys.revoke(session.officer ?? '', params.id, session.id, session, at)
        return NOTHING
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/officers/:number/passkey-code',
      tag: TAG,
      summary: 'A code for an officer’s first passkey, worth one within a day; the security administrator hands it over in person',
      demands: 'passkey.issue-code',
      params: officerParams,
      reply: { 201: codeReply },
      async handle({ principal, params, at }) {
        demandPermission(principal, 'passkey.issue-code')
        const officer = await findOfficer(params.number)
        if (officer === undefined) throw new ProblemError(problem('not-found'))
        return jsonAnswer(201, await passkeys.issueCode(officer, principal as Session, at), SECRET)
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/officers/:number/passkeys/:id/revoke',
      tag: TAG,
      summary: 'Revoke an officer’s passkey that was lost; all their sessions end with it',
      demands: 'passkey.revoke',
      params: officerParams.extend(passkeyParams.shape),
      reply: { 204: z.null() },
      async handle({ principal, params, at }) {
        demandPermission(principal, 'passkey.issue-code')
        const officer = await findOfficer(params.number)
        if (officer === undefined) throw new ProblemError(problem('not-found'))
        await passkeys.revoke(officer.number, params.id, officer.actorId, principal as Session, at)
        return NOTHING
      },
    }),
    ...clientRoutes(clients, demandPermission),
  ]
}

const CODE_PROBLEMS: ReadonlySet<PasskeyProblem> = new Set<PasskeyProblem>(['code-wrong', 'no-code', 'code-only-without-key'])

const replyOf = ({ shownName: name, publicKey: _, ...key }: ClientKey) => clientKeyReply.parse({ ...key, name })

function clientRoutes(clients: Clients, demandPermission: (principal: Principal | null, action: 'client-key.manage') => void): readonly AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/token',
      limit: 'sign-in',
      tag: TAG,
      summary: 'Sign a department or a kiosk in by its key (RFC 7523, ES256)',
      open: true,
      keyOptional: true,
      formEncoded: true,
      body: tokenBody,
      reply: { 200: tokenReply, 401: tokenRefused },
      async handle({ body, raw, at }) {
        const signedIn = await clients.authenticate(body.client_assertion, raw.ip, at)
        if (signedIn === undefined)
          return jsonAnswer(401, { error: 'invalid_client', ...problemBody(problem('not-signed-in', { title: ASSERTION_REFUSED })) }, SECRET)
        const seconds = Math.floor((msOf(endsAt(signedIn.session)) - msOf(at)) / 1000)
        return jsonAnswer(200, { access_token: signedIn.token, token_type: 'Bearer', expires_in: seconds }, SECRET)
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/client-keys',
      tag: TAG,
      summary: 'The keys of departments and kiosks',
      reply: { 200: clientKeysReply },
      async handle({ principal }) {
        demandPermission(principal, 'client-key.manage')
        return jsonAnswer(200, { keys: (await clients.keys()).map(replyOf) })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/client-keys',
      tag: TAG,
      summary: 'Register a department’s or a kiosk’s public key',
      demands: 'client-key.manage',
      body: clientKeyBody,
      reply: { 201: clientKeyReply },
      async handle({ principal, body, at }) {
        demandPermission(principal, 'client-key.manage')
        const { name, days, ...rest } = body
        const key = { ...rest, shownName: name, validFrom: at, validUntil: plusMinutes(at, (days * 86_400_000) / MINUTE_MS) }
        try {
          await clients.register(key, principal as Session, at)
        } catch (error) {
          if (error instanceof Taken) throw new ProblemError(problem('invalid-input', { fields: { kid: KID_TAKEN } }))
          throw error
        }
        return jsonAnswer(201, replyOf({ ...key, revokedAt: null }))
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/client-keys/:clientId/:kid/revoke',
      tag: TAG,
      summary: 'Revoke a key: refused, and its sessions ended, within five seconds',
      demands: 'client-key.manage',
      params: clientKeyParams,
      reply: { 204: z.null() },
      async handle({ principal, params, at }) {
        demandPermission(principal, 'client-key.manage')
        await clients.revoke(params.clientId, params.kid, principal as Session, at)
        return NOTHING
      },
    }),
  ]
}

const ASSERTION_REFUSED = {
  zh: '客户端断言没有通过：请核对 iss、sub、aud、exp（不超过 5 分钟）、jti（只用一次）和密钥。',
  en: 'The client assertion was not accepted: check iss, sub, aud, exp (at most 5 minutes), jti (used once) and the key.',
}
const KID_TAKEN = { zh: '这个客户端已有同名的密钥，请换一个 kid。', en: 'The client has a key of this name; choose another kid.' }
