import type { FastifyInstance } from 'fastify'
import type { Metrics } from '#platform/metrics.ts'

interface Operations {
  readonly metrics: Metrics
  /** Whether requests can be served: the database answers and its schema is ours. */
  readonly ready: () => Promise<boolean>
  readonly beforeScrape: () => Promise<void>
}

/** `/healthz`: the process lives. `/readyz`: it can serve. `/metrics`: Prometheus text. */
export function mountOperations(app: FastifyInstance, { metrics, ready, beforeScrape }: Operations): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const isReady = await ready().catch(() => false)
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not-ready' })
  })
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    await beforeScrape().catch(() => undefined)
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}
