import { ASK_MINUTES, ASK_REFUND, askName, CLOSE_LATER, EXPIRE } from '#payment/commands/order.ts'
import type { Payments } from '#payment/commands/payments.ts'
import type { Reaction } from '#platform/outbox.ts'

/** What is asked again until it is known stands in the outbox: nothing waits in memory. */
export const paymentReactions = ({ reacting }: Payments): readonly Reaction[] => [
  { name: 'payment.prepare', on: ['PaymentOrdered'], handle: reacting.prepare },
  // A notice of another amount is believed by nobody: the gateway is asked.
  { name: 'payment.ask-disputed', on: ['PaymentDisputed'], handle: reacting.ask },
  ...ASK_MINUTES.map((_, step): Reaction => ({ name: askName(step), on: [], handle: reacting.ask })),
  { name: EXPIRE, on: [], handle: reacting.expire },
  { name: 'payment.close', on: ['PaymentExpired'], handle: reacting.close },
  { name: CLOSE_LATER, on: [], handle: reacting.close },
  { name: 'payment.settle', on: ['PaymentConfirmed'], handle: reacting.settle },
  { name: 'payment.refund', on: ['PaymentRefundOrdered'], handle: reacting.refund },
  { name: ASK_REFUND, on: [], handle: reacting.refund },
  // No reaction to FeeSettled: every free case has one, and what is paid online after the window took it goes back by payment.settle.
  { name: 'payment.give-back', on: ['CaseWithdrawn', 'CaseRejected'], handle: reacting.giveBack },
]
