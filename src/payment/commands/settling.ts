import { createHash, createHmac } from 'node:crypto'
import type { CaseEvent } from '#case/model.ts'
import { applyToPayment, caseStateOf, foldPayment, keyOf, type PaymentDeps, systemAct } from '#payment/commands/order.ts'
import type { Receipt, RefundWhy } from '#payment/model.ts'
import { OPEN, orderNumberOf, refundNumberOf } from '#payment/rules.ts'
import { paymentStreamFact, paymentsOfCaseFact } from '#payment/store.ts'
import { type StreamKey, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'

/** 票据代码 of the synthetic stock: no real region or kind begins with 99. */
const SYNTHETIC_CODE = '99220001'

/** Always the same for the same order, so that a receipt is issued once however often it is asked for. */
export function receiptFor(secret: string, key: StreamKey): Receipt {
  const number = (BigInt(`0x${createHash('sha256').update(orderNumberOf(key)).digest('hex').slice(0, 16)}`) % 10_000_000_000n).toString().padStart(10, '0')
  const check = createHmac('sm3', secret).update(`${SYNTHETIC_CODE} ${number}`).digest('hex').slice(0, 6)
  return { code: SYNTHETIC_CODE, number, check, synthetic: true }
}

const orderRefund = (deps: PaymentDeps, key: StreamKey, why: RefundWhy, item: OutboxItem) =>
  applyToPayment(deps, key, { type: 'OrderRefund', why, refundNumber: refundNumberOf(orderNumberOf(key), 1) }, systemAct(item), [item.done])

/** Money came: the same command settles the fee as at the window. What the case does not need goes back. */
export async function settle(deps: PaymentDeps, item: OutboxItem): Promise<void> {
  const key = keyOf(item)
  const { past } = await gather(deps.db, { past: paymentStreamFact(key) })
  const state = foldPayment(past)
  if (state.status !== 'paid' || state.placing === null) return
  const { caseId, gateway, amount } = state.placing
  const receipt = receiptFor(deps.receiptSecret, key)
  const receiptNumber = `${receipt.code}-${receipt.number}`
  const caseKey = { prefecture: key.prefecture, stream: caseId }
  const outcome = await deps.cases.apply(caseKey, { type: 'SettleFee', settlement: { how: 'paid', means: gateway, receiptNumber, amount } }, systemAct(item))
  if (outcome.kind !== 'done') {
    const { casePast } = await gather(deps.db, { casePast: streamFact<CaseEvent>(caseKey) })
    const { settlement, status } = caseStateOf(casePast)
    const isOurs = settlement?.how === 'paid' && settlement.receiptNumber === receiptNumber
    if (!isOurs) {
      await orderRefund(
        deps,
        key,
        settlement === null && status === 'withdrawn' ? 'withdrawn' : settlement === null && status === 'rejected' ? 'rejected' : 'paid-twice',
        item,
      )
      return
    }
  }
  await applyToPayment(deps, key, { type: 'Apply', receipt }, systemAct(item), [item.done])
}

/** Refused, or withdrawn while that is still possible: the whole fee goes back, and what is open is no longer to be paid. */
export async function giveBack(deps: PaymentDeps, item: OutboxItem): Promise<void> {
  const { orders } = await gather(deps.db, { orders: paymentsOfCaseFact(keyOf(item)) })
  for (const { prefecture, id, status } of orders) {
    const key = { prefecture, stream: id }
    if (OPEN.has(status)) await applyToPayment(deps, key, { type: 'Expire', why: 'case-ended' }, systemAct(item))
    else if (status === 'paid' || status === 'applied') {
      const why = item.type === 'CaseRejected' ? 'rejected' : 'withdrawn'
      await applyToPayment(deps, key, { type: 'OrderRefund', why, refundNumber: refundNumberOf(orderNumberOf(key), 1) }, systemAct(item))
    }
  }
}
