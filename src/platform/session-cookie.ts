import type { FastifyReply, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether browsers reach us by https, through whatever ends it in front of us. */
    servedByTls: boolean
  }
}

/**
 * The cookie of a session. `__Host-` binds it to this very host, to https and to the root: no neighbour can set or read it. Browsers
 * allow that on http://localhost too. Where the product is served otherwise without https (an address on an intranet), no browser
 * would keep such a cookie: there it has another name and lacks `Secure`, for everybody to see.
 */
const GUARDED = '__Host-yitang'
const PLAIN = 'yitang-session'

const isGuarded = (request: FastifyRequest): boolean =>
  request.server.servedByTls || request.protocol === 'https' || request.hostname === 'localhost' || request.hostname.endsWith('.localhost')

export interface OwnSessionCookie {
  readonly name: string
  readonly value: string | null
  readonly secure: boolean
}

/** What to answer with; null takes it away. */
export const sessionCookie = (request: FastifyRequest, token: string | null): OwnSessionCookie => {
  const secure = isGuarded(request)
  return { name: secure ? GUARDED : PLAIN, value: token, secure }
}

/** Only the name that fits how we are served is believed: another could have been set by a neighbour. */
export const sessionTokenOf = (request: FastifyRequest): string | undefined => request.cookies?.[isGuarded(request) ? GUARDED : PLAIN]

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const { name, secure } = sessionCookie(request, token)
  reply.setCookie(name, token, { path: '/', httpOnly: true, sameSite: 'lax', secure })
}

/** A bearer token from programs, a cookie from browsers. */
export const tokenOf = (request: FastifyRequest): string | undefined =>
  /^Bearer (\S{20,100})$/.exec(request.headers.authorization ?? '')?.[1] ?? sessionTokenOf(request)
