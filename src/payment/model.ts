import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Cents } from '#kernel/money.ts'
import type { Day, Instant } from '#kernel/time.ts'

/** In our words, in whatever shape a partner speaks: the adapters translate (their side stands in partners/gateway.ts). */
export type GatewayName = 'wechat' | 'alipay'
export type PayWay = 'h5' | 'in-app' | 'code'

/** What a gateway says of an order. `absent`: it knows of none (yet). */
export interface Trade {
  readonly number: string
  readonly state: 'absent' | 'unpaid' | 'paid' | 'closed' | 'refunded'
  readonly transaction: string | null
  readonly amount: Cents | null
  readonly paidAt: Instant | null
}

/** One line of a gateway's bill of a day. */
export interface BillLine {
  readonly kind: 'payment' | 'refund'
  readonly number: string
  readonly transaction: string
  readonly amount: Cents
}

/** 缴费单: the fee of one case, to be paid once through one gateway. */
export type PaymentStatus =
  | 'none'
  | 'ordered' // 已下单: the gateway has not yet said where to pay
  | 'waiting' // 待支付
  | 'unknown' // 待查证: the gateway has not answered; it is asked again until it is known
  | 'closing' // 正在关闭: expired or not wanted any more, and not yet known to be unpaid
  | 'closed' // 已关闭: nothing was paid
  | 'paid' // 已支付: not yet counted for the case
  | 'applied' // 已入账: the case's fee is settled with it
  | 'refunding' // 退款中
  | 'refund-failed' // 退款异常: a person must act
  | 'refunded' // 已退款

/** Why an order is no longer to be paid. */
export type ExpiredWhy = 'expired' | 'switched' | 'case-ended'

export type RefundWhy = 'paid-twice' | 'amount-differs' | 'rejected' | 'withdrawn'

/** What the gateway was asked when it did not answer. */
export type Asked = 'prepay' | 'query' | 'close' | 'refund'

/** 财政电子票据. Numbers that we issue ourselves are synthetic: the finance department's platform gives the real ones. */
export interface Receipt {
  /** 票据代码, 8 digits */
  readonly code: string
  /** 票据号码, 10 digits */
  readonly number: string
  /** 校验码, 6 characters */
  readonly check: string
  readonly synthetic: boolean
}

export interface Placing {
  readonly caseId: Uuid
  readonly caseNumber: CaseNumber
  readonly personId: Uuid
  readonly organ: string
  readonly gateway: GatewayName
  readonly way: PayWay
  /** 收费项目, as the service's version names it. */
  readonly item: string
  readonly itemBasis: string
  readonly amount: Cents
  readonly expiresAt: Instant
}

export type PaymentEvent =
  | ({ readonly type: 'PaymentOrdered' } & Placing)
  | { readonly type: 'PaymentPrepared'; readonly payAt: string }
  | { readonly type: 'PaymentUnanswered'; readonly asked: Asked }
  | { readonly type: 'PaymentAnswered' }
  | {
      readonly type: 'PaymentConfirmed'
      readonly transaction: string
      readonly amount: Cents
      readonly paidAt: Instant
      readonly by: 'notice' | 'query'
    }
  /** A notice that names another amount than ours: nothing is believed, the gateway is asked. */
  | { readonly type: 'PaymentDisputed'; readonly said: Cents | null }
  | { readonly type: 'PaymentExpired'; readonly why: ExpiredWhy }
  | { readonly type: 'PaymentClosed' }
  | { readonly type: 'PaymentApplied'; readonly receipt: Receipt }
  | { readonly type: 'PaymentRefundOrdered'; readonly why: RefundWhy; readonly amount: Cents; readonly refundNumber: string }
  | { readonly type: 'PaymentRefundPending' }
  | { readonly type: 'PaymentRefundFailed'; readonly said: string }
  | { readonly type: 'PaymentRefunded'; readonly at: Instant }

export interface PaymentState {
  readonly status: PaymentStatus
  readonly version: number
  readonly placing: Placing | null
  readonly payAt: string | null
  readonly expired: ExpiredWhy | null
  readonly transaction: string | null
  readonly paidAmount: Cents | null
  readonly paidAt: Instant | null
  readonly disputed: boolean
  readonly receipt: Receipt | null
  readonly refund: { readonly why: RefundWhy; readonly amount: Cents; readonly number: string; readonly tries: number; readonly pending: boolean } | null
  readonly refundedAt: Instant | null
}

export type PaymentCommand =
  | { readonly type: 'Place'; readonly placing: Placing }
  | { readonly type: 'RecordPrepared'; readonly payAt: string }
  | { readonly type: 'NoteUnanswered'; readonly asked: Asked }
  | { readonly type: 'TakeTrade'; readonly trade: Trade; readonly by: 'notice' | 'query'; readonly refundNumber: string }
  | { readonly type: 'Expire'; readonly why: ExpiredWhy }
  | { readonly type: 'Apply'; readonly receipt: Receipt }
  | { readonly type: 'OrderRefund'; readonly why: RefundWhy; readonly refundNumber: string }
  | { readonly type: 'TryRefundAgain'; readonly refundNumber: string }
  | { readonly type: 'TakeRefund'; readonly state: 'pending' | 'done' | 'failed'; readonly at: Instant; readonly refundNumber: string; readonly said: string }

export type PaymentRefusal = 'unknown-order' | 'being-booked' | 'nothing-to-pay' | 'not-paid' | 'nothing-to-refund' | 'already-placed'

/** A line of the list, as the projection keeps it. */
export interface PaymentRow {
  readonly prefecture: string
  readonly id: Uuid
  readonly version: number
  readonly number: string
  readonly caseId: Uuid
  readonly caseNumber: CaseNumber
  readonly personId: Uuid
  readonly organ: string
  readonly gateway: GatewayName
  readonly item: string
  readonly amountCents: number
  readonly status: PaymentStatus
  readonly placedAt: Instant
  readonly expiresAt: Instant
  readonly transaction: string | null
  readonly paidCents: number
  readonly paidAt: Instant | null
  readonly receiptNumber: string | null
  readonly refundWhy: RefundWhy | null
  readonly refundNumber: string | null
  readonly refundCents: number
  readonly refundedAt: Instant | null
  readonly disputed: boolean
}

export type DifferenceKind = 'only-ours' | 'only-theirs' | 'amount-differs'

/** 差异: one line of the day where our ledger and the gateway's bill don't say the same. */
export interface Difference {
  readonly kind: DifferenceKind
  readonly about: 'payment' | 'refund'
  readonly number: string
  readonly oursCents: number | null
  readonly theirsCents: number | null
  readonly because: Sentence
}

export interface LedgerLine {
  readonly kind: 'payment' | 'refund'
  readonly number: string
  readonly amount: number
  readonly status: PaymentStatus
}

/** 日终对账: what a gateway's bill of a day and our ledger say. */
export interface Reconciled {
  readonly gateway: GatewayName
  readonly day: Day
  readonly oursCount: number
  readonly oursCents: number
  readonly theirsCount: number
  readonly theirsCents: number
  readonly differences: readonly Difference[]
  readonly at: Instant
}
