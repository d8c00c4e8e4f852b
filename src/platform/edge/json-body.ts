import type { FastifyInstance, FastifyRequest } from 'fastify'
import { unstorableFields } from '#kernel/fields.ts'
import { ProblemError, problem } from '#platform/problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, byte for byte, where a partner signs it so. */
    rawText?: string
  }
}

const SIGNED_AS_SENT = /^\/partners\//

/** Of a body in JSON. No form of ours comes near any of them. */
export const JSON_BYTES_MAX = 1024 * 1024
const DEPTH_MAX = 64
const VALUES_MAX = 20_000

/** @returns whether a value nests too deep or has too many values. Goes level by level: a deep value must not exhaust the stack that it is measured on. */
export function isTooComplex(value: unknown): boolean {
  let level: unknown[] = [value]
  let values = 0
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) return true
    const next: unknown[] = []
    for (const one of level) {
      if (one === null || typeof one !== 'object') continue
      const inner = Array.isArray(one) ? one : Object.values(one)
      values += inner.length
      if (values > VALUES_MAX) return true
      for (const within of inner) next.push(within)
    }
    level = next
  }
  return false
}

/** JSON as usual, with `__proto__` and `constructor.prototype` refused, and nothing that is costly only to look at. */
export function addJsonBody(app: FastifyInstance, isLimited: boolean): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: JSON_BYTES_MAX }, (request: FastifyRequest, body: string, done) => {
    if (SIGNED_AS_SENT.test(request.url)) request.rawText = body
    parse(request, body, (error, value) => {
      if (error) done(error)
      else if (isLimited && isTooComplex(value)) done(new ProblemError(problem('malformed-request')))
      else {
        // Also where no schema looks at it: a key is bound to the whole body, and half a pair has no canonical form.
        const unstorable = isLimited ? unstorableFields(value) : {}
        if (Object.keys(unstorable).length > 0) done(new ProblemError(problem('invalid-input', { fields: unstorable })))
        else done(null, value)
      }
    })
  })
}
