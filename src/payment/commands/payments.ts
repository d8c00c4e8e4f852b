import type { Day } from '#kernel/time.ts'
import { type GatewayName, GatewayUnavailable, type Notice, type ReceivedNotice } from '#partners/gateway.ts'
import { ask, close, prepare, refund, takeNotice } from '#payment/commands/asking.ts'
import { applyToPayment, foldPayment, keyOf, type PaymentDeps, systemAct } from '#payment/commands/order.ts'
import { type PaymentOutcome, place, refuse, type Wanted } from '#payment/commands/placing.ts'
import { reconcile, reconcilingSweep } from '#payment/commands/reconcile.ts'
import { giveBack, receiptFor, settle } from '#payment/commands/settling.ts'
import type { PaymentState, Receipt, Reconciled } from '#payment/model.ts'
import { orderNumberOf, refundNumberOf } from '#payment/rules.ts'
import { paymentStreamFact } from '#payment/store.ts'
import { forSystem } from '#platform/actor.ts'
import type { Act, StreamKey } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Answer, Once } from '#platform/once.ts'
import type { OutboxItem, Sweep } from '#platform/outbox.ts'

/** Fees paid online: what the payer, the gateways, the clock and whoever watches can make of an order. */
export interface Payments {
  /** Those that fees can be paid through here. */
  readonly offered: readonly GatewayName[]
  /** The caller has checked whose case it is. */
  place(caseKey: StreamKey, wanted: Wanted, act: Act, once: Once, answer: (done: Extract<PaymentOutcome, { kind: 'done' }>) => Answer): Promise<PaymentOutcome>
  /** The payer says that it is paid: asked at once instead of waited for. @returns the order, `unknown` when the gateway does not answer */
  askNow(key: StreamKey, act: Act): Promise<PaymentState>
  /** What the payer opens; null when there is nothing to pay any more. */
  payAt(key: StreamKey): Promise<string | null>
  /** The receipt of an order that was booked. */
  receiptOf(key: StreamKey): Receipt
  readNotice(gateway: GatewayName, received: ReceivedNotice): Notice | undefined
  takeNotice(notice: Notice, act: Act): Promise<boolean>
  /** A refund that the gateway refused is asked for anew, under another number. */
  refundAgain(key: StreamKey, act: Act, once: Once, answer: (state: PaymentState) => Answer): Promise<PaymentOutcome>
  reconcile(gateway: GatewayName, on: Day, act: Act): Promise<Reconciled>
  /** What `jobs` registers with the outbox. */
  readonly reacting: Readonly<Record<'prepare' | 'ask' | 'expire' | 'close' | 'settle' | 'refund' | 'giveBack', (item: OutboxItem) => Promise<void>>>
  readonly sweep: Sweep
}

export const openPayments = (deps: PaymentDeps): Payments => ({
  offered: [...deps.gateways.keys()],
  // The payer's own order is theirs to begin, and the product's to keep.
  place: (caseKey, wanted, act, once, answer) => forSystem('payment', () => place(deps, caseKey, wanted, act, once, answer)),
  askNow: (key, act) =>
    forSystem('payment', async () => {
      try {
        return await ask(deps, key, act)
      } catch (error) {
        if (!(error instanceof GatewayUnavailable)) throw error
        return foldPayment((await gather(deps.db, { past: paymentStreamFact(key) })).past)
      }
    }),
  payAt: (key) =>
    forSystem('payment', async () => {
      const { status, payAt } = foldPayment((await gather(deps.db, { past: paymentStreamFact(key) })).past)
      return status === 'waiting' ? payAt : null
    }),
  receiptOf: (key) => receiptFor(deps.receiptSecret, key),
  readNotice: (gateway, received) => deps.gateways.get(gateway)?.readNotice(received),
  takeNotice: (notice, act) => forSystem('partner-report', () => takeNotice(deps, notice, act)),
  refundAgain: (key, act, once, answer) => forSystem('payment', () => refundAgain(deps, key, act, once, answer)),
  reconcile: (gateway, on, act) => forSystem('payment', () => reconcile(deps, gateway, on, act)),
  reacting: {
    prepare: async (item) => {
      await prepare(deps, keyOf(item), systemAct(item), undefined, [item.done])
    },
    ask: async (item) => {
      await ask(deps, keyOf(item), systemAct(item), [item.done])
    },
    expire: async (item) => {
      await applyToPayment(deps, keyOf(item), { type: 'Expire', why: 'expired' }, systemAct(item), [item.done])
    },
    close: (item) => close(deps, item),
    settle: (item) => settle(deps, item),
    refund: (item) => refund(deps, item),
    giveBack: (item) => giveBack(deps, item),
  },
  sweep: { name: 'payment.reconcile', run: reconcilingSweep(deps) },
})

async function refundAgain(deps: PaymentDeps, key: StreamKey, act: Act, once: Once, answer: (state: PaymentState) => Answer): Promise<PaymentOutcome> {
  const { seen, past } = await gather(deps.db, { seen: once.seen, past: paymentStreamFact(key) })
  const replayed = once.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  const state = foldPayment(past)
  if (state.placing === null) return refuse(deps, once, 'unknown-order')
  if (state.status !== 'refund-failed' || state.refund === null) return refuse(deps, once, 'nothing-to-refund')
  const number = orderNumberOf(key)
  const refundNumber = refundNumberOf(number, state.refund.tries + 1)
  const remembered = once.remember(answer({ ...state, status: 'refunding' }))
  const applied = await applyToPayment(deps, key, { type: 'TryRefundAgain', refundNumber }, act, [remembered])
  return applied === undefined || applied.refused !== undefined ? refuse(deps, once, 'nothing-to-refund') : { kind: 'done', key, number, state: applied.state }
}
