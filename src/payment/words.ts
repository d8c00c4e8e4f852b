import type { Sentence } from '#kernel/language.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import type { DifferenceKind, GatewayName, PaymentRefusal, PaymentStatus, RefundWhy } from '#payment/model.ts'

export const GATEWAY_WORDS: Readonly<Record<GatewayName, Sentence>> = {
  wechat: { zh: '微信支付', en: 'WeChat Pay' },
  alipay: { zh: '支付宝', en: 'Alipay' },
}

export const PAYMENT_STATUS_WORDS: Readonly<Record<PaymentStatus, Sentence>> = {
  none: { zh: '未下单', en: 'no order' },
  ordered: { zh: '已下单', en: 'ordered' },
  waiting: { zh: '待支付', en: 'to be paid' },
  unknown: { zh: '查证中', en: 'being checked' },
  closing: { zh: '正在关闭', en: 'being closed' },
  closed: { zh: '已关闭', en: 'closed' },
  paid: { zh: '已支付', en: 'paid' },
  applied: { zh: '已入账', en: 'booked' },
  refunding: { zh: '退款中', en: 'being refunded' },
  'refund-failed': { zh: '退款异常', en: 'refund failed' },
  refunded: { zh: '已退款', en: 'refunded' },
}

/** What the payer reads, and what to do. */
export const PAYMENT_MEANING: Readonly<Record<PaymentStatus, Sentence>> = {
  none: { zh: '还没有下单。', en: 'Nothing was ordered yet.' },
  ordered: {
    zh: '支付平台还没有给出付款页面。请稍等一分钟，再点“查询结果”。',
    en: 'The payment service has not opened its page yet. Wait a minute, then ask for the result.',
  },
  waiting: { zh: '请点“去付款”，付完回到这里。', en: 'Go and pay, then come back here.' },
  unknown: {
    zh: '支付平台还没有回答，是否付成还不知道。我们会一直查到有结果；如果您已经付款，请不要再付一次。',
    en: 'The payment service has not answered, so it is not known whether it was paid. We go on asking until it is; if you have paid, do not pay again.',
  },
  closing: {
    zh: '这一单已经过时，正在向支付平台确认没有付款。',
    en: 'This order is over; the payment service is being asked to confirm that nothing was paid.',
  },
  closed: { zh: '这一单没有付款，已经关闭。请重新选择付款方式。', en: 'Nothing was paid and the order is closed. Choose how to pay anew.' },
  paid: { zh: '已收到付款，正在入账。', en: 'Your payment has arrived and is being booked.' },
  applied: { zh: '已付清，开始制证。', en: 'Paid. The card is being made.' },
  refunding: { zh: '正在全额退回，按原路返回付款账户。', en: 'The whole amount is on its way back to the account it was paid from.' },
  'refund-failed': {
    zh: '退款没有成功，工作人员会处理，不需要您再做什么。',
    en: 'The refund did not succeed; an officer sees to it, and you need do nothing.',
  },
  refunded: { zh: '已全额退回付款账户。', en: 'The whole amount was given back.' },
}

export const REFUND_WORDS: Readonly<Record<RefundWhy, Sentence>> = {
  'paid-twice': { zh: '费用已经结清，这一笔是重复付款', en: 'the fee was settled already: this was paid twice' },
  'amount-differs': { zh: '付款金额与应缴金额不同', en: 'the amount paid is not the fee' },
  rejected: { zh: '申请未予批准', en: 'the application was refused' },
  withdrawn: { zh: '申请已撤回', en: 'the application was withdrawn' },
}

export const DIFFERENCE_WORDS: Readonly<Record<DifferenceKind, Sentence>> = {
  'only-ours': { zh: '我有他无', en: 'only ours' },
  'only-theirs': { zh: '他有我无', en: 'only theirs' },
  'amount-differs': { zh: '金额不同', en: 'amounts differ' },
}

/** 行政许可法 59: fees are taken by the published item, and go to the treasury. */
const FEES = '行政许可法 59'

const REFUSALS: Readonly<Record<PaymentRefusal, Omit<RefusalReason, 'code'>>> = {
  'unknown-order': {
    sentence: { zh: '没有这笔订单。', en: 'There is no such order.' },
    basis: FEES,
    wayOut: { zh: '请从“缴费”页面重新下单。', en: 'Order anew from the payment page.' },
  },
  'being-booked': {
    sentence: { zh: '这个办件的费用已经收到，正在入账，不用再付。', en: 'The fee of this case has arrived and is being booked: do not pay again.' },
    basis: FEES,
    wayOut: { zh: '请稍等一会儿，再打开缴费页面看票据。', en: 'Open the payment page again in a moment to see the receipt.' },
  },
  'nothing-to-pay': {
    sentence: { zh: '这个办件现在没有要缴的费用。', en: 'This case has no fee to be paid now.' },
    basis: FEES,
    wayOut: { zh: '已缴清的，票据在这个办件的缴费页面。', en: 'What was paid is shown with its receipt on the payment page of the case.' },
  },
  'not-paid': {
    sentence: { zh: '这笔订单没有付款。', en: 'This order was not paid.' },
    basis: FEES,
    wayOut: { zh: '请核对订单号。', en: 'Check the order’s number.' },
  },
  'nothing-to-refund': {
    sentence: { zh: '这笔订单没有失败的退款。', en: 'This order has no refund that failed.' },
    basis: FEES,
    wayOut: { zh: '请刷新页面查看现在的状态。', en: 'Reload to see how it stands now.' },
  },
  'already-placed': {
    sentence: { zh: '订单已经存在。', en: 'The order is there already.' },
    basis: FEES,
    wayOut: { zh: '请继续付款。', en: 'Go on and pay it.' },
  },
}

export const paymentRefusal = (code: PaymentRefusal): RefusalReason => ({ code, ...REFUSALS[code] })

/** What the payer sees at the gateway: no name and no number of a person. */
export const subjectOf = (title: string, caseNumber: string): string => `${title}工本费 ${caseNumber.slice(-6)}`
