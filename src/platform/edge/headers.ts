import fastifyHelmet from '@fastify/helmet'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/**
 * What browsers are told to refuse. Nothing comes from anywhere but this site; no script or style stands in a page; text never becomes
 * markup in the browser (Trusted Types: there is no policy that could make it); nothing frames a page or takes its forms elsewhere.
 */
const CONTENT_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  // The mark is a data: picture, and so is a portrait that was opened for a case; a chosen file is previewed from blob:.
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  frameSrc: ["'none'"],
  workerSrc: ["'none'"],
  manifestSrc: ["'self'"],
  mediaSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
  trustedTypes: ["'none'"],
}

/** Nothing of a device is used but the passkey. */
const PERMISSIONS = [
  ...['accelerometer', 'autoplay', 'bluetooth', 'camera', 'display-capture', 'encrypted-media', 'fullscreen', 'geolocation', 'gyroscope', 'hid'],
  ...['idle-detection', 'magnetometer', 'microphone', 'midi', 'payment', 'picture-in-picture', 'screen-wake-lock', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .concat('publickey-credentials-get=(self)', 'publickey-credentials-create=(self)')
  .join(', ')

const HSTS = 'max-age=63072000; includeSubDomains'

export async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(fastifyHelmet, {
    // Applied below: nothing in it depends on the request, and making it anew costs as much as reading a request.
    global: false,
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_POLICY },
    strictTransportSecurity: false,
    // A form's origin must reach us where browsers don't send Sec-Fetch-Site (plain HTTP on an intranet).
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
  let policies: readonly (readonly [name: string, value: string])[] | undefined
  app.addHook('onRequest', async (request, reply) => {
    if (policies === undefined) policies = policiesOf(reply)
    else for (const [name, value] of policies) reply.raw.setHeader(name, value)
    reply.header('permissions-policy', PERMISSIONS)
    // Only over TLS does a browser believe it; behind a proxy that is trusted, the proxy says so.
    if (request.protocol === 'https' || request.server.servedByTls) reply.header('strict-transport-security', HSTS)
  })
  app.addHook('onSend', async (_request, reply) => notKept(reply))
}

/** Has the library set its headers, and answers which they are. */
function policiesOf({ raw, helmet }: FastifyReply): readonly (readonly [string, string])[] {
  const before = new Set(raw.getHeaderNames())
  helmet()
  return raw.getHeaderNames().flatMap((name) => (before.has(name) ? [] : [[name, String(raw.getHeader(name))] as const]))
}

/** What says nothing of how long it may be kept is kept by nobody: no answer with somebody's data stays in a cache. */
function notKept(reply: FastifyReply): void {
  if (reply.getHeader('cache-control') === undefined) reply.header('cache-control', 'no-store')
}

/**
 * Whether a browser sends this from a page of this very site. Browsers that say it (`Sec-Fetch-Site`) say it of the very request; the
 * origin may then be hidden (`null`) by the referrer policy. Otherwise the origin, or where the page was, has to be ours.
 */
export function isOwnOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const origin = request.headers.origin ?? request.headers.referer
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === request.host
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/**
 * Whether another site makes a browser ask this. What changes something is refused when a browser says that it comes from elsewhere;
 * when the caller is known by a cookie, which browsers send by themselves, it has to say that it comes from here. What only reads may be
 * linked to from anywhere, and not be built into another site's page.
 */
export function comesFromElsewhere(request: FastifyRequest, knownByCookie: boolean): boolean {
  const site = request.headers['sec-fetch-site']
  if (SAFE.has(request.method))
    return site === 'cross-site' && request.headers['sec-fetch-mode'] !== undefined && request.headers['sec-fetch-mode'] !== 'navigate'
  const says = site !== undefined || request.headers.origin !== undefined
  return says || knownByCookie ? !isOwnOrigin(request) : false
}
