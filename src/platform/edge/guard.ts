import { randomInt } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addressKey } from '#platform/edge/address.ts'
import { leaveAtSteps } from '#platform/edge/alike.ts'
import { boundConnections, CONNECTIONS, type ConnectionSettings } from '#platform/edge/connections.ts'
import { comesFromElsewhere } from '#platform/edge/headers.ts'
import type { Asking, LimitName, Limits, Verdict } from '#platform/edge/limits.ts'
import { openShedding, SHEDDING, type SheddingSettings, workClassOf } from '#platform/edge/shedding.ts'
import type { Metrics } from '#platform/metrics.ts'
import { ProblemError, problem } from '#platform/problem.ts'

/** What stands between the network and a handler. */
export type Guard = 'origin' | 'limits' | 'alike' | 'shedding' | 'complexity' | 'connections'

export interface EdgeOptions {
  readonly limits?: Limits
  readonly shedding?: SheddingSettings
  readonly connections?: ConnectionSettings
  /** Whose word about the caller's address and protocol is believed (`X-Forwarded-*`). Absent: nobody's. */
  readonly isProxy?: (address: string) => boolean
  /** Tests only, to see that a test notices when a guard is missing: no configuration sets it. */
  readonly without?: ReadonlySet<Guard>
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Counts one of these for whoever asks, about whom. @throws ProblemError when there was enough of it */
    spend: (name: LimitName, subject?: string) => void
    /** What the request holds of what can be worked on at once. */
    leave: (() => void) | null
    isHandled: boolean
  }
}

/** A department's own quota; of everybody else the organ counts. */
const DEPARTMENT_ROLES = new Set(['department-verifier', 'partner'])
/** Whoever watches the product must get an answer when it is busy; what is served from memory isn't work. */
const UNBOUND = /^\/(?:healthz|readyz|metrics|assets\/)/

export interface GuardDeps extends EdgeOptions {
  readonly metrics: Metrics
  readonly systemPaths: RegExp | undefined
  /** Who asks; looked up once there is room for the request. */
  readonly identify: (request: FastifyRequest) => Promise<void>
}

/** The hooks of the edge, in their order. Before the body is read: room. After: room for sure, who it is, from where, how often. */
export function guardEdge(
  app: FastifyInstance,
  { limits, shedding: settings, connections, isProxy, without, metrics, systemPaths, identify }: GuardDeps,
): void {
  const has = (guard: Guard): boolean => without?.has(guard) !== true
  const rooms = has('shedding') ? { work: openShedding(settings ?? SHEDDING), uploads: openShedding(settings ?? SHEDDING) } : undefined
  const refuse = (why: 'busy' | 'foreign' | 'often'): void => metrics.refused.inc({ why })
  const busy = (): ProblemError => {
    refuse('busy')
    return new ProblemError(problem('unavailable', { retryAfterSeconds: randomInt(1, 5) }))
  }
  const isUnbound = ({ url }: FastifyRequest): boolean => UNBOUND.test(url) || systemPaths?.test(url.split('?')[0] ?? '') === true
  /** A form with files is read while it is worked on, as slowly as its sender likes: it holds no room that others need. */
  const roomOf = (request: FastifyRequest) => (request.headers['content-type']?.startsWith('multipart/') ? rooms?.uploads : rooms?.work)
  const kindOf = (request: FastifyRequest) => workClassOf(request, saysWho(request))

  app.decorateRequest('leave', null)
  app.decorateRequest('isHandled', false)
  app.decorateRequest('spend', () => undefined)
  app.addHook('onRequest', async (request, reply) => {
    request.spend = (name, subject) => {
      const verdict = spend(limits, request, name, subject)
      if (verdict === undefined) return
      tell(reply, name, verdict)
      if (verdict.allowed) return
      refuse('often')
      throw new ProblemError(problem('too-many-requests', { retryAfterSeconds: verdict.retryAfterSeconds }))
    }
    if (!isUnbound(request) && roomOf(request)?.isFull(kindOf(request))) throw busy()
  })
  app.addHook('preValidation', async (request, reply) => {
    const bound = !isUnbound(request)
    const room = bound ? roomOf(request) : undefined
    if (room !== undefined) {
      const leave = await room.enter(kindOf(request))
      if (leave === undefined) throw busy()
      request.leave = leave
      // Refused before a handler began, or given up by the caller.
      reply.raw.once('close', () => request.isHandled || leave())
    }
    await identify(request)
    // The sandbox's controls ask nobody who they are.
    const byCookie = bound && request.principal !== null && request.headers.authorization === undefined
    if (has('origin') && comesFromElsewhere(request, byCookie)) {
      refuse('foreign')
      throw new ProblemError(problem('foreign'))
    }
    if (bound && has('limits')) request.spend(quotaOf(request))
  })
  app.addHook('onRoute', (options) => {
    const { handler } = options
    options.handler = async function (request, reply) {
      request.isHandled = true
      try {
        return await handler.call(this, request, reply)
      } finally {
        request.leave?.()
      }
    }
  })
  if (has('alike')) leaveAtSteps(app)
  if (has('connections')) boundConnections(app, connections ?? CONNECTIONS, isProxy ?? (() => false))
}

/** A partner tells of thousands of parcels from one address; each notice is proved by its signature. */
const quotaOf = ({ url, principal }: FastifyRequest): LimitName => (url.startsWith('/partners/') ? 'partner' : principal === null ? 'anybody' : 'signed-in')

const saysWho = ({ headers }: FastifyRequest): boolean =>
  headers.authorization !== undefined || /(?:^|; )(?:__Host-yitang|yitang-session)=/.test(headers.cookie ?? '')

function spend(limits: Limits | undefined, request: FastifyRequest, name: LimitName, subject: string | undefined): Verdict | undefined {
  const { principal } = request
  const asking: Asking = {
    address: addressKey(request.ip),
    ...(principal && { actor: principal.id }),
    ...(principal?.organ && { [DEPARTMENT_ROLES.has(principal.role) ? 'department' : 'organ']: principal.organ }),
    ...(subject !== undefined && { subject }),
  }
  return limits?.spend(name, asking, principal)
}

/** The fields of draft-ietf-httpapi-ratelimit-headers. */
function tell(reply: FastifyReply, name: LimitName, { narrowest }: Verdict): void {
  if (narrowest === undefined) return
  reply.header('ratelimit-policy', `"${name}";q=${narrowest.most};w=${narrowest.seconds}`)
  reply.header('ratelimit', `"${name}";r=${narrowest.left};t=${narrowest.resetSeconds}`)
}
