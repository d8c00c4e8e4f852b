import { z } from 'zod'
import { field } from '#kernel/fields.ts'
import { isUuid } from '#kernel/ids.ts'
import { isDay } from '#kernel/time.ts'
import { GATEWAYS } from '#partners/gateway.ts'
import type { PaymentRow, PaymentState, Reconciled } from '#payment/model.ts'
import { DIFFERENCE_WORDS, PAYMENT_MEANING, PAYMENT_STATUS_WORDS } from '#payment/words.ts'

const sentence = z.object({ zh: z.string(), en: z.string() })

export const caseParams = z.strictObject({ number: z.string().regex(/^\d{17}$/) })

export const placeBody = z.strictObject({
  gateway: field(z.enum(GATEWAYS), { zh: '付款方式', en: 'Payment service' }, { zh: '请选择微信支付或支付宝。', en: 'Choose WeChat Pay or Alipay.' }),
})

export const paymentParams = z.strictObject({ prefecture: z.string().regex(/^\d{4}$/), id: z.string().refine(isUuid) })

export const askBody = z.strictObject({})

const orderReply = z.object({
  prefecture: z.string(),
  id: z.string(),
  number: z.string(),
  version: z.number(),
  caseNumber: z.string(),
  gateway: z.string(),
  item: z.string(),
  amountCents: z.number(),
  status: z.string(),
  statusInWords: sentence,
  meaning: sentence,
  placedAt: z.string(),
  expiresAt: z.string(),
  paidCents: z.number(),
  paidAt: z.string().nullable(),
  transaction: z.string().nullable(),
  receiptNumber: z.string().nullable(),
  refundWhy: z.string().nullable(),
  refundCents: z.number(),
  refundedAt: z.string().nullable(),
  disputed: z.boolean(),
})

export const placedReply = z.object({
  prefecture: z.string(),
  id: z.string(),
  number: z.string(),
  status: z.string(),
  statusInWords: sentence,
  meaning: sentence,
  amountCents: z.number(),
  /** What the payer opens; null while the gateway has not answered. */
  payAt: z.string().nullable(),
  expiresAt: z.string(),
})

export const ordersReply = z.object({ orders: z.array(orderReply), next: z.string().nullable() })

export const orderBody = ({ caseId: _c, personId: _p, organ: _o, refundNumber: _r, ...row }: PaymentRow): z.input<typeof orderReply> => ({
  ...row,
  statusInWords: PAYMENT_STATUS_WORDS[row.status],
  meaning: PAYMENT_MEANING[row.status],
})

/** @throws Error for an order that was never placed. */
export function placedBody(key: { readonly prefecture: string; readonly stream: string }, number: string, state: PaymentState): z.input<typeof placedReply> {
  const { placing, status, payAt } = state
  if (placing === null) throw new Error('an order that was never placed has nothing to show')
  return {
    ...{ prefecture: key.prefecture, id: key.stream, number, status, statusInWords: PAYMENT_STATUS_WORDS[status], meaning: PAYMENT_MEANING[status] },
    ...{ amountCents: placing.amount, payAt: status === 'waiting' ? payAt : null, expiresAt: placing.expiresAt },
  }
}

export const troubledQuery = z.strictObject({ cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) })

const dayField = field(
  z.string().refine(isDay),
  { zh: '日期', en: 'Day' },
  { zh: '请按 年-月-日 填写存在的日期，例如 2026-02-13。', en: 'Give a day that exists, as year-month-day, e.g. 2026-02-13.' },
)

export const daysQuery = z.strictObject({ before: dayField.optional() })
export const reconcileBody = z.strictObject({ gateway: placeBody.shape.gateway, day: dayField })

const dayReply = z.object({
  gateway: z.string(),
  day: z.string(),
  oursCount: z.number(),
  oursCents: z.number(),
  theirsCount: z.number(),
  theirsCents: z.number(),
  reconciledAt: z.string(),
  differences: z.array(
    z.object({
      kind: z.string(),
      kindInWords: sentence,
      about: z.enum(['payment', 'refund']),
      number: z.string(),
      oursCents: z.number().nullable(),
      theirsCents: z.number().nullable(),
      because: sentence,
    }),
  ),
})
export const daysReply = z.object({ days: z.array(dayReply) })

export const dayBody = ({ at, differences, ...one }: Reconciled): z.input<typeof dayReply> => ({
  ...one,
  reconciledAt: at,
  differences: differences.map((difference) => ({ ...difference, kindInWords: DIFFERENCE_WORDS[difference.kind] })),
})

/** A gateway signs its notices over their bytes: what is in them is read only after that was checked. */
export const noticeBody = z.looseObject({})
export const noticeReply = z.looseObject({ code: z.string() })
