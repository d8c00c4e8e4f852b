import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every refusal of this route takes as long as any other: it could tell whether somebody exists. */
    readonly alike?: boolean
  }
}

/**
 * Refusals that could tell whether somebody or something exists leave at whole steps of time after they came in. What is not there is
 * found out sooner than what is there and not the caller's: an answer that leaves when it is ready tells the two apart, however alike its
 * words. A step is several times what either look-up takes, so that both leave at the first one.
 */
const STEP_MS = 100

const isTelling = (request: FastifyRequest, reply: FastifyReply): boolean =>
  reply.statusCode === 404 || (request.routeOptions.config?.alike === true && reply.statusCode >= 400)

export function leaveAtSteps(app: FastifyInstance, stepMs = STEP_MS): void {
  app.addHook('onSend', async (request, reply) => {
    if (isTelling(request, reply)) await new Promise((done) => setTimeout(done, waitMs(reply.elapsedTime, stepMs)))
  })
}

export const waitMs = (elapsedMs: number, stepMs: number): number => Math.max(1, Math.ceil(elapsedMs / stepMs)) * stepMs - elapsedMs
