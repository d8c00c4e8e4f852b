import { createHmac, generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Configuration, default as Provider } from 'oidc-provider'
import { IDENTITY, SANDBOX_CLIENT } from '#partners/identity/protocol.ts'
import { CONTENT_SECURITY_POLICY, interactionPage, LEVELS_SHOWN, problemPage, type Shown } from '#partners/identity/standin-page.ts'
import { adapterOver } from '#partners/identity/standin-store.ts'
import { openStandIn, type StandIn, type StandInOptions } from '#partners/standin.ts'

/** Who can sign in at the stand-in: the sandbox's synthetic people and its officers. */
export interface IdentityDirectory {
  /** By the beginning of a name, or by a whole identity number; some, without either. */
  residents(search: string): Promise<readonly { readonly name: string; readonly identityNumber: string }[]>
  officers(search: string): Promise<readonly { readonly officerNumber: string; readonly name: string }[]>
}

export interface IdentityStandInOptions extends Omit<StandInOptions, 'name' | 'routes' | 'work' | 'faults' | 'unsigned'> {
  readonly directory: IdentityDirectory
}

/**
 * `access-denied`, `login-required`, `temporarily-unavailable`: sent back with this error instead of being asked. `wrong-nonce`: the
 * answer is bound to another request. `expired-code`: the code is too old. `token-down`: no answer to the exchange. `slow`: it takes ten seconds.
 */
const FAULTS = ['access-denied', 'login-required', 'temporarily-unavailable', 'wrong-nonce', 'expired-code', 'token-down', 'slow'] as const
const SENT_BACK: readonly (readonly [fault: string, error: string])[] = [
  ['access-denied', 'access_denied'],
  ['login-required', 'login_required'],
  ['temporarily-unavailable', 'temporarily_unavailable'],
]
const SLOW_MS = 10_000

/** What the platform knows of somebody who signed in there. */
interface Account {
  readonly name?: string
  readonly identity_number?: string
  readonly officer_number?: string
}

export const openIdentityStandIn = (options: IdentityStandInOptions): Promise<StandIn> =>
  openStandIn({
    ...options,
    name: IDENTITY,
    faults: FAULTS,
    unsigned: (path) => !path.startsWith('/control'),
    routes: (app, standIn) => mount(app, standIn, options),
  })

function mount(app: FastifyInstance, standIn: StandIn, options: IdentityStandInOptions): void {
  /** The library takes a third of a second to load: only when somebody first comes to sign in. */
  let loading: Promise<Provider> | undefined
  const provider = (): Promise<Provider> => {
    loading ??= openProvider(standIn, options)
    return loading
  }
  // Left to the library, which reads its own.
  app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => done(null))
  app.get('/interaction/:uid', async (request, reply) => show(await provider(), request, reply, options, {}))
  app.post('/interaction/:uid', async (request, reply) => act(await provider(), standIn, request, reply, options))
  app.all('/*', async (request, reply) => {
    const struck = await strike(standIn, request, reply, options.ourUrl())
    if (struck) return reply
    reply.hijack()
    await (await provider()).callback()(request.raw, reply.raw)
    return reply
  })
}

/** Whether a fault has answered. */
async function strike(standIn: StandIn, request: FastifyRequest, reply: FastifyReply, ourUrl: string): Promise<boolean> {
  const url = new URL(request.url, standIn.url)
  if (url.pathname.startsWith('/auth')) forgetSession(request)
  if (url.pathname === '/auth') {
    const returnTo = url.searchParams.get('redirect_uri') ?? ''
    for (const [fault, error] of SENT_BACK) {
      if (!returnTo.startsWith(`${ourUrl}/`) || !(await standIn.strikes(fault))) continue
      const back = new URL(returnTo)
      for (const [name, value] of [
        ['error', error],
        ['state', url.searchParams.get('state') ?? ''],
        ['iss', standIn.url],
      ] as const)
        back.searchParams.set(name, value)
      void reply.redirect(back.href, 303)
      return true
    }
    if (await standIn.strikes('wrong-nonce')) {
      url.searchParams.set('nonce', 'of-somebody-else')
      request.raw.url = `${url.pathname}${url.search}`
    }
  }
  if (url.pathname === '/token') {
    if (await standIn.strikes('expired-code')) {
      void reply.code(400).send({ error: 'invalid_grant', error_description: 'grant request is invalid' })
      return true
    }
    if (await standIn.strikes('token-down')) {
      reply.hijack()
      request.raw.socket.destroy()
      return true
    }
    const slow = await standIn.strikes('slow')
    if (slow) await new Promise((done) => setTimeout(done, Number(slow.ms ?? SLOW_MS)))
  }
  return false
}

/** Who was there before is nobody's business: each sign-in begins anew, also with another person in the same browser. */
function forgetSession({ raw }: FastifyRequest): void {
  const others = (raw.headers.cookie ?? '').split('; ').filter((cookie) => !cookie.startsWith('_session'))
  raw.headers.cookie = others.join('; ')
}

async function openProvider(standIn: StandIn, options: IdentityStandInOptions): Promise<Provider> {
  const { Provider: Library } = await import('oidc-provider')
  const configuration: Configuration = {
    adapter: adapterOver(standIn),
    clients: [
      {
        client_id: SANDBOX_CLIENT,
        client_secret: options.secret,
        redirect_uris: [`${options.ourUrl()}/sign-in/return`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [await signingKey(standIn)] },
    pkce: { required: () => true },
    scopes: ['openid', 'real-name', 'officer'],
    claims: { openid: ['sub', 'acr'], 'real-name': ['name', 'identity_number'], officer: ['name', 'officer_number'], auth_time: null },
    acrValues: LEVELS_SHOWN.map(({ acr }) => acr),
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    cookies: { keys: [createHmac('sha256', options.secret).update('cookies of the identity platform').digest('base64url')] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 3_600, Session: 3_600, Grant: 3_600 },
    renderError: async (context, out) => {
      context.type = 'html'
      context.set('content-security-policy', CONTENT_SECURITY_POLICY)
      context.body = problemPage(out.error)
    },
    // Nobody is asked twice whether their own police may know their name.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId ?? '', accountId: oidc.session?.accountId ?? '' })
      grant.addOIDCScope('openid real-name officer')
      await grant.save()
      return grant
    },
    findAccount: async (_context, accountId) => {
      const account = await standIn.read<Account>(`account:${accountId}`)
      return account && { accountId, claims: async () => ({ sub: accountId, ...account }) }
    },
  }
  const provider = new Library(standIn.url, configuration)
  provider.on('server_error', (_context, error) => process.emitWarning(error))
  return provider
}

/** Kept, so that a restart signs with the same. */
async function signingKey(standIn: StandIn): Promise<Record<string, unknown>> {
  const kept = await standIn.read<Record<string, unknown>>('signing-key')
  if (kept !== undefined) return kept
  const made = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'standin' }
  await standIn.write('signing-key', made)
  return made
}

type Wanted = Partial<Pick<Shown, 'search' | 'people'>>

async function show(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
  { directory }: IdentityStandInOptions,
  wanted: Wanted,
): Promise<FastifyReply> {
  const details = await detailsOf(provider, request, reply)
  if (details === undefined) return page(reply, 400, problemPage('interaction_expired'))
  const officer = String(details.params.scope).includes('officer')
  const people = wanted.people ?? (await find(directory, officer, wanted.search ?? ''))
  const acr = String(details.params.acr_values ?? '').split(' ')
  return page(reply, 200, interactionPage({ officer, people, search: wanted.search ?? '', acr }))
}

const find = async (directory: IdentityDirectory, officer: boolean, search: string): Promise<Shown['people']> =>
  officer
    ? (await directory.officers(search)).map(({ officerNumber, name }) => ({ key: officerNumber, name, more: officerNumber }))
    : (await directory.residents(search)).map(({ name, identityNumber }) => ({ key: identityNumber, name, more: identityNumber }))

async function act(provider: Provider, standIn: StandIn, request: FastifyRequest, reply: FastifyReply, options: IdentityStandInOptions): Promise<FastifyReply> {
  const sent = new URLSearchParams(await textOf(request.raw))
  const details = await detailsOf(provider, request, reply)
  if (details === undefined) return page(reply, 400, problemPage('interaction_expired'))
  if (sent.get('act') === 'refuse') return finish(provider, request, reply, { error: 'access_denied', error_description: 'they said no' })
  const person = sent.get('person') ?? ''
  const officer = String(details.params.scope).includes('officer')
  const found = sent.get('act') === 'sign-in' && person !== '' ? (await find(options.directory, officer, person)).find(({ key }) => key === person) : undefined
  if (found === undefined) return show(provider, request, reply, options, { search: sent.get('search') ?? '' })
  const subject = createHmac('sha256', options.secret)
    .update(`${officer ? 'officer' : 'resident'}:${person}`)
    .digest('base64url')
  const account: Account = officer ? { officer_number: person } : { name: found.name, identity_number: person }
  await standIn.write(`account:${subject}`, account)
  const acr = LEVELS_SHOWN.find((level) => level.acr === sent.get('level'))?.acr
  return finish(provider, request, reply, { login: { accountId: subject, remember: false, ...(acr !== undefined && { acr }) } })
}

async function finish(
  provider: Provider,
  { raw }: FastifyRequest,
  reply: FastifyReply,
  result: Parameters<Provider['interactionFinished']>[2],
): Promise<FastifyReply> {
  reply.hijack()
  await provider.interactionFinished(raw, reply.raw, result, { mergeWithLastSubmission: false })
  return reply
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>

/** Undefined when the browser has no such interaction, or took too long. */
const detailsOf = (provider: Provider, { raw }: FastifyRequest, reply: FastifyReply): Promise<Details | undefined> =>
  provider.interactionDetails(raw as IncomingMessage, reply.raw as ServerResponse).catch(() => undefined)

const page = (reply: FastifyReply, status: number, html: string): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').header('content-security-policy', CONTENT_SECURITY_POLICY).send(html)

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of incoming.setEncoding('utf8')) {
    text += chunk
    if (text.length > 10_000) throw new RangeError('a form that long is none of ours')
  }
  return text
}
