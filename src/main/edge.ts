import type { Platform } from '#main/platform.ts'
import { addressesIn } from '#platform/edge/address.ts'
import type { EdgeOptions, Guard } from '#platform/edge/guard.ts'
import { openLimits, readLimits, SHIPPED_LIMITS } from '#platform/edge/limits.ts'
import { shareLimits } from '#platform/edge/limits-store.ts'

/** What the edge is told: its limits, told to the other processes, and whose word about a caller's address is believed. */
export function openEdge({ config, db, clock, sealer, log }: Platform, without?: ReadonlySet<Guard>): EdgeOptions & { close(): void } {
  const limits = openLimits({
    table: config.limitsFile === undefined ? SHIPPED_LIMITS : readLimits(config.limitsFile),
    nowMs: Date.now,
    now: clock.now,
    digest: (text) => sealer.blindIndex('name', `edge ${text}`),
  })
  const close = shareLimits(db, limits, log)
  const isProxy = config.trustedProxies.length > 0 ? { isProxy: addressesIn(config.trustedProxies) } : {}
  return { limits, ...isProxy, ...(without && { without }), close }
}
