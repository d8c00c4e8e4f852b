import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly registry: Registry
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>
  /** Turned away before a handler: too busy, from another site, too often. */
  readonly refused: Counter<'why'>
  readonly casesAccepted: Counter<'service'>
  readonly reactions: Counter<'reaction' | 'outcome'>
  readonly outboxParked: Gauge
  readonly alarms: Gauge<'alarm'>
  readonly sealingLagSeconds: Gauge<'prefecture'>
  readonly logLeaves: Gauge<'prefecture'>
}

export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'yitang_request_seconds',
      help: 'Duration of requests by route template',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    refused: new Counter({ name: 'yitang_refused_total', help: 'Requests turned away at the edge, by reason', labelNames: ['why'], registers }),
    casesAccepted: new Counter({ name: 'yitang_cases_accepted_total', help: 'Cases accepted, by service', labelNames: ['service'], registers }),
    reactions: new Counter({ name: 'yitang_reactions_total', help: 'Reactions run, by outcome', labelNames: ['reaction', 'outcome'], registers }),
    outboxParked: new Gauge({ name: 'yitang_outbox_parked', help: 'Reactions that gave up and wait for a person', registers }),
    sealingLagSeconds: new Gauge({
      name: 'yitang_sealing_lag_seconds',
      help: 'How long the oldest leaf waits for the evidence log',
      labelNames: ['prefecture'],
      registers,
    }),
    logLeaves: new Gauge({ name: 'yitang_log_leaves', help: 'Leaves in the evidence log', labelNames: ['prefecture'], registers }),
    alarms: new Gauge({ name: 'yitang_alarms', help: 'Open alarms, by kind', labelNames: ['alarm'], registers }),
  }
}
