import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import fastifyCookie from '@fastify/cookie'
import fastifyFormbody from '@fastify/formbody'
import fastifyMultipart from '@fastify/multipart'
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { z } from 'zod'
import { fieldProblems, unstorableFields } from '#kernel/fields.ts'
import type { Instant } from '#kernel/time.ts'
import { ANYONE, actingAs, type DbActor, forSystem, SYSTEM } from '#platform/actor.ts'
import { secretToken } from '#platform/chance.ts'
import { isDatabaseAway } from '#platform/db.ts'
import { CONNECTIONS } from '#platform/edge/connections.ts'
import { type EdgeOptions, guardEdge } from '#platform/edge/guard.ts'
import { addSecurityHeaders } from '#platform/edge/headers.ts'
import { addJsonBody, JSON_BYTES_MAX } from '#platform/edge/json-body.ts'
import type { LimitName } from '#platform/edge/limits.ts'
import type { Act } from '#platform/events.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import { type Answer, type Once, openOnce, problemAnswer } from '#platform/once.ts'
import type { Upload } from '#platform/openapi.ts'
import { type Problem, ProblemError, type ProblemType, problem } from '#platform/problem.ts'
import { DataDeleted } from '#platform/sealed.ts'

/** Who is signed in, as the platform needs to know it; `account` says what the roles mean. */
export interface Principal {
  readonly id: string
  readonly role: string
  readonly organ: string | null
  readonly personId: string | null
  /** For whom they act, on what: nothing of theirs, and only what that covers, is done and seen meanwhile. */
  readonly represents?: { readonly prefecture: string; readonly id: string; readonly personId: string; readonly onBehalfOf: string }
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null
    at: Instant
  }
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined

export interface Incoming<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly at: Instant
  readonly principal: Principal | null
  readonly act: Act
  /** For writes: the idempotency of this request. */
  readonly once: Once
  readonly ifMatch: string | undefined
  readonly raw: FastifyRequest
}

/** One route of the API: validated input in, an answer out, described by the same schemas. */
export interface Route<P extends z.ZodType | undefined, Q extends z.ZodType | undefined, B extends z.ZodType | undefined> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly tag: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** Instead of a body: the file itself, or a form that has it. */
  readonly upload?: Upload
  /** Status → body of the answer, for the OpenAPI document. */
  readonly reply: Readonly<Record<number, z.ZodType>>
  /** A route that anybody may call without signing in. */
  readonly open?: boolean
  /** How often it may be asked for, and about whom it asks: for what could be tried through. */
  readonly limit?: LimitName
  readonly subject?: (body: Parsed<B>) => string
  /** Every refusal of it takes as long as any other. */
  readonly alike?: boolean
  /** What it does, in the words of the table of permissions: whoever may do it may first have to prove more of themselves. */
  readonly demands?: string
  /** May be asked for in another's place (`Acting-For`). */
  readonly forAnother?: boolean
  /** Comes as a form, as its protocol says (RFC 6749). */
  readonly formEncoded?: boolean
  /** A write that may come without a key, and then is no retry of anything: a control of the sandbox, or what is once by itself. */
  readonly keyOptional?: boolean
  handle(incoming: Incoming<Parsed<P>, Parsed<Q>, Parsed<B>>): Promise<Answer>
}

// biome-ignore lint/suspicious/noExplicitAny: the list of routes forgets each one's types
export type AnyRoute = Route<any, any, any>

/** Infers the types of a route from its schemas. */
export const route = <P extends z.ZodType | undefined = undefined, Q extends z.ZodType | undefined = undefined, B extends z.ZodType | undefined = undefined>(
  definition: Route<P, Q, B>,
): AnyRoute => definition

export interface HttpOptions {
  readonly log: Log
  readonly metrics: Metrics
  readonly now: () => Instant
  readonly authenticate: (request: FastifyRequest) => Promise<Principal | null>
  /** Paths whose handlers act for the product itself, whoever calls: the sandbox's controls. */
  readonly systemPaths?: RegExp
  readonly edge?: EdgeOptions
}

/** For whom the database works during a request. */
function dbActorOf(principal: Principal | null, at: Instant): DbActor {
  if (principal === null) return ANYONE
  const { id, role, organ, personId, represents } = principal
  if (represents === undefined) return { id, role, organ, personId, purpose: null }
  // Whoever acts for another is no person of their own meanwhile.
  return { id, role, organ, personId: null, purpose: null, acting: { prefecture: represents.prefecture, representation: represents.id, at } }
}

/** Whose matter it is: of whoever is signed in, or of the one they act for. */
export const personOf = (principal: Principal | null): string | null => principal?.represents?.personId ?? principal?.personId ?? null

/** Of a photo or a paper; what is typed is JSON or a form and smaller. */
const UPLOAD_BYTES_MAX = 3 * 1024 * 1024
const FORM_LIMITS = { fileSize: UPLOAD_BYTES_MAX, files: 4, fields: 200, parts: 200, fieldSize: 64 * 1024, fieldNameSize: 200, headerPairs: 20 }
/** How often slow connections are looked for. */
const LOOKED_FOR_MS = 1_000

/** The server with what every request shares: identity, time, problems, metrics. */
export async function openHttp({ log, metrics, now, authenticate, systemPaths, edge = {} }: HttpOptions): Promise<FastifyInstance> {
  const times = edge.connections ?? CONNECTIONS
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_BYTES_MAX,
    requestTimeout: times.requestMs,
    http: { headersTimeout: times.headersMs, connectionsCheckingInterval: LOOKED_FOR_MS },
    trustProxy: edge.isProxy ?? false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    clientErrorHandler: answerUnreadable,
    // An address whose encoding stands for no text.
    frameworkErrors: (_error, _request, reply) => send(reply, problemAnswer(problem('malformed-request'))),
  })
  await app.register(fastifyCookie)
  await app.register(fastifyFormbody)
  await app.register(fastifyMultipart, { limits: FORM_LIMITS })
  await addSecurityHeaders(app)
  addJsonBody(app, edge.without?.has('complexity') !== true)
  app.addContentTypeParser(['image/jpeg', 'application/octet-stream'], { parseAs: 'buffer', bodyLimit: UPLOAD_BYTES_MAX }, (_request, body, done) =>
    done(null, body),
  )
  app.setValidatorCompiler(({ schema }) => (data) => {
    const unstorable = unstorableFields(data)
    if (Object.keys(unstorable).length > 0) return { error: new ProblemError(problem('invalid-input', { fields: unstorable })) }
    const result = (schema as z.ZodType).safeParse(data ?? {}, { reportInput: true })
    return result.success
      ? { value: result.data }
      : { error: new ProblemError(problem('invalid-input', { fields: fieldProblems(schema as z.ZodType, result.error) })) }
  })
  app.setSerializerCompiler(() => JSON.stringify)
  app.decorateRequest('principal', null)
  app.decorateRequest('at', '' as Instant)
  app.addHook('onRequest', async (request) => {
    request.at = now()
  })
  guardEdge(app, {
    ...edge,
    metrics,
    systemPaths,
    // Who asks is not known before: the session is looked up by the product itself.
    identify: async (request) => {
      request.principal = await forSystem('session', () => authenticate(request))
    },
  })
  // Every handler, of the API and of pages, asks the database for its caller and for nobody else.
  app.addHook('onRoute', (options) => {
    const { handler, url } = options
    const forSystem = systemPaths?.test(url) ?? false
    options.handler = function (request, reply) {
      return actingAs(forSystem ? SYSTEM : dbActorOf(request.principal, request.at), () => handler.call(this, request, reply))
    }
  })
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) }
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000)
    request.log.info(
      { method: labels.method, route: labels.route, status: reply.statusCode, ms: Math.round(reply.elapsedTime), principal: request.principal?.id },
      'request',
    )
  })
  app.setErrorHandler((error: FastifyError, request, reply) => send(reply, problemAnswer(problemOf(error, request))))
  app.setNotFoundHandler((_request, reply) => send(reply, problemAnswer(problem('not-found'))))
  return app
}

const UNREADABLE: Readonly<Record<string, ProblemType>> = { HPE_HEADER_OVERFLOW: 'headers-too-large', ERR_HTTP_REQUEST_TIMEOUT: 'too-slow' }

/** What Node could not read as HTTP never reaches a route; it is answered in the same words, and the connection ends. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, headers, body } = problemAnswer(problem(UNREADABLE[error.code ?? ''] ?? 'malformed-request'))
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'))
}

/** Faults are logged with all we know and answered with nothing of it. */
export function problemOf(error: FastifyError, request: FastifyRequest): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof DataDeleted) return problem('data-deleted')
  const status = error.statusCode ?? 500
  if (status === 413) return problem('too-large')
  if (status === 415) return problem('unsupported-media')
  if (status === 429) return problem('too-many-requests')
  if (status >= 400 && status < 500) return problem('malformed-request')
  request.log.error({ err: error, route: request.routeOptions.url }, 'fault')
  return problem(isDatabaseAway(error) ? 'unavailable' : 'fault')
}

export const send = (reply: FastifyReply, answer: Answer): FastifyReply => reply.code(answer.status).headers(answer.headers).send(answer.body)

export const actOf = (request: FastifyRequest): Act => ({
  at: request.at,
  actor: request.principal?.id ?? 'anyone',
  actorRole: request.principal?.role ?? 'anyone',
  actorOrgan: request.principal?.organ ?? null,
  onBehalfOf: request.principal?.represents?.onBehalfOf ?? null,
  requestId: request.id,
})

/** What somebody must prove first before they do what a route demands it for; undefined: nothing. */
export type Demand = (principal: Principal, action: string, at: Instant) => Problem | undefined

/** Adds the routes. Whatever changes something must carry an Idempotency-Key. */
export function mountRoutes(app: FastifyInstance, routes: readonly AnyRoute[], demand: Demand = () => undefined): void {
  for (const one of routes) {
    const writes = one.method !== 'GET'
    app.route({
      method: one.method,
      url: one.path,
      schema: {
        summary: one.summary,
        tags: [one.tag],
        ...(one.params && { params: one.params }),
        ...(one.query && { querystring: one.query }),
        ...(one.body && { body: one.body }),
        ...headersOf(writes, one.forAnother === true),
        response: one.reply,
      },
      preValidation: async (request) => {
        if (!mayCarry(one, request)) throw new ProblemError(problem('unsupported-media'))
      },
      config: { alike: one.alike === true, forAnother: one.forAnother === true, ...(one.upload && { upload: one.upload }) },
      handler: async (request, reply) => {
        if (!one.open && !request.principal) throw new ProblemError(problem('not-signed-in'))
        const missing = one.demands === undefined || request.principal === null ? undefined : demand(request.principal, one.demands, request.at)
        if (missing !== undefined) throw new ProblemError(missing)
        if (one.limit) request.spend(one.limit, one.subject?.(request.body))
        const owner = request.principal?.id ?? 'anyone'
        const sent = request.headers['idempotency-key']
        const key = typeof sent === 'string' ? sent : one.keyOptional ? secretToken() : undefined
        const once = writes ? openOnce(owner, key, matterOf(request), comparable(request.body), request.at) : NO_ONCE
        const ifMatch = request.headers['if-match']
        const answer = await one.handle({
          params: request.params,
          query: request.query,
          body: request.body,
          at: request.at,
          principal: request.principal,
          act: actOf(request),
          once,
          ifMatch,
          raw: request,
        })
        return send(reply, answer)
      },
    })
  }
}

/** A route that declares a body takes it as JSON; the others read theirs themselves. A browser's form is for the pages. */
function mayCarry(one: AnyRoute, request: FastifyRequest): boolean {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (one.formEncoded) return mediaType === 'application/x-www-form-urlencoded'
  return one.body ? mediaType === undefined || mediaType === 'application/json' : mediaType !== 'application/x-www-form-urlencoded'
}

/** Described for whoever reads the document; a missing key has a problem of its own. */
const WRITE_HEADERS = z.looseObject({
  'idempotency-key': z.string().optional().describe('8 to 255 visible ASCII characters, the same for every retry of this write. Required.'),
  'if-match': z.string().optional().describe('The ETag of the version that the write is based on; 412 when it has gone on.'),
})

/** The same for the reader of a document only: what it names is looked up before any route is. */
const ACTING_HEADER = {
  'acting-for': z
    .string()
    .optional()
    .describe(
      'The id of a representation (GET /api/v1/me/representations): done for that person, on that consent. 404 when it is not yours, 409 when it is over.',
    ),
}

function headersOf(writes: boolean, forAnother: boolean): { readonly headers?: z.ZodType } {
  if (!forAnother) return writes ? { headers: WRITE_HEADERS } : {}
  return { headers: writes ? WRITE_HEADERS.extend(ACTING_HEADER) : z.looseObject(ACTING_HEADER) }
}

/** One key is for one person's matter: the same request for another is another. */
export const matterOf = ({ url, principal }: FastifyRequest): string => (principal?.represents === undefined ? url : `${url} for ${principal.represents.id}`)

/** Uploads are compared by their bytes. */
const comparable = (body: unknown): unknown => (Buffer.isBuffer(body) ? body.toString('base64') : body)

const NO_ONCE: Once = {
  seen: { text: 'null::json', values: [], parse: () => null },
  remember: () => {
    throw new Error('a read has no answer to remember')
  },
  replay: () => undefined,
}
