import type { FastifyInstance } from 'fastify'
import type { Metrics } from '#platform/metrics.ts'

interface Operations {
  readonly metrics: Metrics
  /** Whether requests can be served: the database answers and its schema is ours. */
  readonly ready: () => Promise<boolean>
  readonly beforeScrape: () => Promise<void>
}

/** A database that hangs is as good as none. */
const READY_MS = 2_000

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** `/healthz`: the process lives. `/readyz`: it can serve. `/metrics`: Prometheus text. */
export function mountOperations(app: FastifyInstance, { metrics, ready, beforeScrape }: Operations): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const isReady = await within(READY_MS, ready()).catch(() => false)
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not-ready' })
  })
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    await within(READY_MS, beforeScrape()).catch(() => undefined)
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}
