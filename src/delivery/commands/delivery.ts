import { chase, closeCollected, tellCase } from '#delivery/commands/case.ts'
import { type Asked, orderCourier, prepare, resend, withdraw } from '#delivery/commands/dispatch.ts'
import { chaseFound, keepFound, passFoundOn } from '#delivery/commands/found.ts'
import type { DeliveryDeps, ParcelOutcome } from '#delivery/commands/parcel.ts'
import { checkLate, declareLost, type Tracked, takeReport, watch } from '#delivery/commands/tracking.ts'
import type { Act, StreamKey } from '#platform/events.ts'
import type { Once } from '#platform/once.ts'
import type { OutboxItem } from '#platform/outbox.ts'

/** Dispatch and delivery: what the courier, the dispatcher and the clock can make of a parcel. */
export interface Delivery {
  takeReport(tracked: Tracked, act: Act, once: Once): Promise<ParcelOutcome>
  resend(key: StreamKey, asked: Asked): Promise<ParcelOutcome>
  declareLost(key: StreamKey, note: string, asked: Asked): Promise<ParcelOutcome>
  /** What `jobs` registers with the outbox. */
  readonly reacting: Readonly<
    Record<
      'prepare' | 'withdraw' | 'orderCourier' | 'tellCase' | 'checkLate' | 'watch' | 'chase' | 'closeCollected' | 'keepFound' | 'chaseFound' | 'passFoundOn',
      (item: OutboxItem) => Promise<void>
    >
  >
}

export const openDelivery = (deps: DeliveryDeps): Delivery => ({
  takeReport: (tracked, act, once) => takeReport(deps, tracked, act, once),
  resend: (key, asked) => resend(deps, key, asked),
  declareLost: (key, note, asked) => declareLost(deps, key, note, asked),
  reacting: {
    prepare: (item) => prepare(deps, item),
    withdraw: (item) => withdraw(deps, item),
    orderCourier: (item) => orderCourier(deps, item),
    tellCase: (item) => tellCase(deps, item),
    checkLate: (item) => checkLate(deps, item),
    watch: (item) => watch(deps, item),
    chase: (item) => chase(deps, item),
    closeCollected: (item) => closeCollected(deps, item),
    keepFound: (item) => keepFound(deps, item),
    chaseFound: (item) => chaseFound(deps, item),
    passFoundOn: (item) => passFoundOn(deps, item),
  },
})
