/** To the identity platform and back: two addresses that show nothing, for a browser passes through them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RETURN_PATH, type SignIn } from '#account/commands/sign-in.ts'
import { type AssuranceLevel, acrsFrom, LEVELS } from '#account/rules/assurance.ts'
import { browserKind, type Session, sourceNetwork } from '#account/rules/sessions.ts'
import type { Instant } from '#kernel/time.ts'
import type { Principal } from '#platform/http.ts'
import { sessionTokenOf, setSessionCookie } from '#platform/session-cookie.ts'
import type { SessionEnd } from '#web/shared/page.tsx'
import { HOME_OF, safeNext } from '#web/sign-in/sign-in.tsx'

const FLOW_COOKIE = 'yitang-flow'
const FLOW_SECONDS = 20 * 60

interface DoorOptions {
  readonly signIn: SignIn
  readonly publicUrl: () => string
  readonly sessionEnd: (principal: Principal, at: Instant) => SessionEnd | undefined
}

export function mountDoors(app: FastifyInstance, { signIn, publicUrl, sessionEnd }: DoorOptions): void {
  app.get('/sign-in/start', async (request, reply) => {
    request.spend('sign-in')
    const query = request.query as Readonly<Record<string, unknown>>
    if (isOtherLoopback(request, publicUrl())) return reply.redirect(publicUrl() + request.url, 303)
    const next = typeof query.next === 'string' ? safeNext(query.next) : undefined
    const level = LEVELS.find((one) => String(one.level) === query.level)?.level as AssuranceLevel | undefined
    const current = query.again === undefined ? undefined : (request.principal as Session | null)
    const begun = await signIn.begin(
      {
        kind: query.with === 'officer' ? 'officer' : 'resident',
        next,
        acr: level === undefined ? [] : acrsFrom(level),
        ...(current != null && { again: current }),
      },
      request.at,
    )
    if (begun === undefined) return failed(reply, 'unavailable', next)
    // Lax: it comes along when the platform sends the browser back, and with nothing that another site sends.
    const secure = isSecure(request)
    reply.setCookie(flowCookie(secure), begun.flow, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: FLOW_SECONDS })
    return reply.header('cache-control', 'no-store').redirect(begun.to, 303)
  })

  // Asked by the warning before a session's end: being asked is the use that extends it.
  app.get('/sign-in/stay', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const end = request.principal === null ? undefined : sessionEnd(request.principal, request.at)
    return end === undefined ? reply.code(401).send({}) : reply.send(end)
  })

  app.get(RETURN_PATH, async (request, reply) => {
    const secure = isSecure(request)
    const flow = request.cookies[flowCookie(secure)]
    reply.clearCookie(flowCookie(secure), { path: '/', secure })
    const from = { browser: browserKind(request.headers['user-agent'] ?? ''), source: sourceNetwork(request.ip) }
    const outcome = await signIn.finish(flow, request.url, from, request.at, sessionTokenOf(request))
    if ('refusal' in outcome) return failed(reply, outcome.refusal, outcome.next)
    const { token, session } = outcome.signedIn
    setSessionCookie(request, reply, token)
    const to = outcome.next ?? HOME_OF[session.role]
    reply.header('cache-control', 'no-store')
    return reply.redirect(session.stage === 'complete' ? to : `/sign-in/passkey?${new URLSearchParams({ next: to })}`, 303)
  })
}

const failed = (reply: FastifyReply, why: string, next: string | undefined): FastifyReply =>
  reply.header('cache-control', 'no-store').redirect(`/sign-in/failed?${new URLSearchParams({ why, ...(next === undefined ? {} : { next }) })}`, 303)

const isSecure = (request: FastifyRequest): boolean =>
  new URL(`${request.protocol}://${request.host}`).hostname === 'localhost' || request.protocol === 'https' || request.server.servedByTls
const flowCookie = (secure: boolean): string => (secure ? `__Host-${FLOW_COOKIE}` : FLOW_COOKIE)

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Opened at 127.0.0.1 while the platform sends back to localhost: to a browser these are two hosts with cookies of their own. */
function isOtherLoopback(request: FastifyRequest, publicUrl: string): boolean {
  const wanted = new URL(publicUrl)
  return request.hostname !== wanted.hostname && LOOPBACK.has(request.hostname) && LOOPBACK.has(wanted.hostname)
}
