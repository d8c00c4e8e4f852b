import { type Decision, happened, refused, unreachable } from '#kernel/decider.ts'
import { type Uuid, uuid } from '#kernel/ids.ts'
import { type Cents, cents } from '#kernel/money.ts'
import type { BillLine, Difference, LedgerLine, PaymentCommand, PaymentEvent, PaymentRefusal, PaymentState, PaymentStatus, RefundWhy } from '#payment/model.ts'

/**
 * Every way from one state to the next, by the event that is its name. What isn't here does not happen: `evolve` throws.
 * The diagram is drawn from it.
 */
export const EDGES: Readonly<Record<PaymentStatus, Readonly<Partial<Record<PaymentEvent['type'], PaymentStatus>>>>> = {
  none: { PaymentOrdered: 'ordered' },
  // A notice may overtake the answer to our order.
  ordered: {
    PaymentPrepared: 'waiting',
    PaymentUnanswered: 'unknown',
    PaymentDisputed: 'unknown',
    PaymentConfirmed: 'paid',
    PaymentExpired: 'closing',
    PaymentClosed: 'closed',
  },
  waiting: { PaymentUnanswered: 'unknown', PaymentDisputed: 'unknown', PaymentConfirmed: 'paid', PaymentExpired: 'closing', PaymentClosed: 'closed' },
  unknown: {
    PaymentPrepared: 'waiting',
    PaymentAnswered: 'waiting',
    PaymentDisputed: 'unknown',
    PaymentConfirmed: 'paid',
    PaymentExpired: 'closing',
    PaymentClosed: 'closed',
  },
  closing: { PaymentDisputed: 'closing', PaymentConfirmed: 'paid', PaymentClosed: 'closed' },
  // What the gateway took after all is never lost sight of.
  closed: { PaymentConfirmed: 'paid', PaymentDisputed: 'closed' },
  paid: { PaymentApplied: 'applied', PaymentRefundOrdered: 'refunding' },
  applied: { PaymentRefundOrdered: 'refunding' },
  refunding: { PaymentRefundPending: 'refunding', PaymentRefundFailed: 'refund-failed', PaymentRefunded: 'refunded' },
  'refund-failed': { PaymentRefundOrdered: 'refunding', PaymentRefunded: 'refunded' },
  refunded: {},
}

/** Not yet known to be over without money, or with it. */
export const OPEN: ReadonlySet<PaymentStatus> = new Set(['ordered', 'waiting', 'unknown'])
/** Money of the payer is with us. */
export const HOLDS_MONEY: ReadonlySet<PaymentStatus> = new Set(['paid', 'applied', 'refunding', 'refund-failed'])

const initial: PaymentState = {
  status: 'none',
  version: 0,
  placing: null,
  payAt: null,
  expired: null,
  transaction: null,
  paidAmount: null,
  paidAt: null,
  disputed: false,
  receipt: null,
  refund: null,
  refundedAt: null,
}

type Decided = Decision<PaymentEvent, PaymentRefusal>

const refundOrdered = (why: RefundWhy, amount: Cents, refundNumber: string): PaymentEvent => ({ type: 'PaymentRefundOrdered', why, amount, refundNumber })

/** Notices come twice, late, in any order and not at all. What is known already changes nothing, so that any order leads to the same end. */
function takeTrade(state: PaymentState, { trade, by, refundNumber }: Extract<PaymentCommand, { type: 'TakeTrade' }>): Decided {
  const { placing, status } = state
  if (placing === null) return refused('unknown-order')
  if (HOLDS_MONEY.has(status) || status === 'refunded') return happened()
  if (trade.state === 'paid') {
    const { amount, transaction, paidAt } = trade
    const differs = amount !== placing.amount
    if (amount === null || transaction === null || paidAt === null || (differs && by === 'notice')) {
      return by === 'query' || state.disputed ? happened() : happened({ type: 'PaymentDisputed', said: amount })
    }
    const confirmed: PaymentEvent = { type: 'PaymentConfirmed', transaction, amount, paidAt, by }
    return differs ? happened(confirmed, refundOrdered('amount-differs', amount, refundNumber)) : happened(confirmed)
  }
  if (by === 'notice' || status === 'closed') return happened()
  if (trade.state === 'closed' || trade.state === 'refunded') return happened({ type: 'PaymentClosed' })
  if (status === 'unknown' && state.payAt !== null) return happened({ type: 'PaymentAnswered' })
  return happened()
}

function orderRefund(state: PaymentState, { why, refundNumber }: Extract<PaymentCommand, { type: 'OrderRefund' }>): Decided {
  if (state.refund !== null) return happened()
  if (state.paidAmount === null) return refused('not-paid')
  return happened(refundOrdered(why, state.paidAmount, refundNumber))
}

function takeRefund(state: PaymentState, command: Extract<PaymentCommand, { type: 'TakeRefund' }>): Decided {
  const { refund, status } = state
  if (refund === null || refund.number !== command.refundNumber) return refused('nothing-to-refund')
  if (status === 'refunded') return happened()
  switch (command.state) {
    case 'done':
      return happened({ type: 'PaymentRefunded', at: command.at })
    case 'failed':
      return status === 'refunding' ? happened({ type: 'PaymentRefundFailed', said: command.said }) : happened()
    case 'pending':
      return status !== 'refunding' || refund.pending ? happened() : happened({ type: 'PaymentRefundPending' })
    default:
      return unreachable(command.state)
  }
}

function decide(state: PaymentState, command: PaymentCommand): Decided {
  const { placing, status } = state
  if (command.type === 'Place') return placing === null ? happened({ type: 'PaymentOrdered', ...command.placing }) : refused('already-placed')
  if (placing === null) return refused('unknown-order')
  switch (command.type) {
    case 'RecordPrepared':
      return (status === 'ordered' || status === 'unknown') && state.payAt === null ? happened({ type: 'PaymentPrepared', payAt: command.payAt }) : happened()
    case 'NoteUnanswered':
      return EDGES[status].PaymentUnanswered === undefined ? happened() : happened({ type: 'PaymentUnanswered', asked: command.asked })
    case 'TakeTrade':
      return takeTrade(state, command)
    case 'Expire':
      return OPEN.has(status) ? happened({ type: 'PaymentExpired', why: command.why }) : happened()
    case 'Apply':
      if (status === 'paid') return happened({ type: 'PaymentApplied', receipt: command.receipt })
      return state.paidAmount === null ? refused('not-paid') : happened()
    case 'OrderRefund':
      return orderRefund(state, command)
    case 'TryRefundAgain':
      if (status !== 'refund-failed' || state.refund === null) return refused('nothing-to-refund')
      return happened(refundOrdered(state.refund.why, state.refund.amount, command.refundNumber))
    case 'TakeRefund':
      return takeRefund(state, command)
    default:
      return unreachable(command)
  }
}

function evolve(state: PaymentState, event: PaymentEvent): PaymentState {
  const status = EDGES[state.status][event.type]
  if (status === undefined) throw new Error(`${event.type} does not happen to a payment that is ${state.status}`)
  const next = { ...state, status, version: state.version + 1 }
  switch (event.type) {
    case 'PaymentOrdered': {
      const { type: _, ...placing } = event
      return { ...next, placing }
    }
    case 'PaymentPrepared':
      return { ...next, payAt: event.payAt }
    case 'PaymentConfirmed':
      return { ...next, transaction: event.transaction, paidAmount: event.amount, paidAt: event.paidAt }
    case 'PaymentDisputed':
      return { ...next, disputed: true }
    case 'PaymentExpired':
      return { ...next, expired: event.why }
    case 'PaymentApplied':
      return { ...next, receipt: event.receipt }
    case 'PaymentRefundOrdered':
      return {
        ...next,
        refund: { why: event.why, amount: event.amount, number: event.refundNumber, tries: (state.refund?.tries ?? 0) + 1, pending: false },
      }
    case 'PaymentRefundPending':
      return { ...next, refund: state.refund && { ...state.refund, pending: true } }
    case 'PaymentRefunded':
      return { ...next, refundedAt: event.at }
    default:
      return next
  }
}

export const paymentDecider = { initial, decide, evolve }

const BASE = 36
const ID_LENGTH = 25

/** 商户订单号: the prefecture and the order's id in 29 capital letters and digits, so that a notice finds its order without a look-up. */
export function orderNumberOf({ prefecture, stream }: { readonly prefecture: string; readonly stream: Uuid }): string {
  return `${prefecture}${BigInt(`0x${stream.replaceAll('-', '')}`)
    .toString(BASE)
    .toUpperCase()
    .padStart(ID_LENGTH, '0')}`
}

/** @returns undefined for what is no number of ours */
export function orderKeyOf(number: string): { readonly prefecture: string; readonly stream: Uuid } | undefined {
  if (!/^\d{4}[0-9A-Z]{25}$/.test(number)) return undefined
  let value = 0n
  for (const sign of number.slice(4)) value = value * BigInt(BASE) + BigInt(Number.parseInt(sign, BASE))
  const hex = value.toString(16).padStart(32, '0')
  try {
    return { prefecture: number.slice(0, 4), stream: uuid(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')) }
  } catch {
    return undefined
  }
}

/** Counted, so that a refund that failed is asked for anew under another number. */
export const refundNumberOf = (orderNumber: string, tries: number): string => `${orderNumber}R${tries}`

const keyOf = ({ kind, number }: { readonly kind: string; readonly number: string }): string => `${kind} ${number}`

/** Both sides line by line, to the cent. */
export function differencesOf(ours: readonly LedgerLine[], theirs: readonly BillLine[]): readonly Difference[] {
  const mine = new Map(ours.map((line) => [keyOf(line), line]))
  const their = new Map<string, BillLine>()
  for (const line of theirs) {
    const before = their.get(keyOf(line))
    their.set(keyOf(line), before === undefined ? line : { ...line, amount: cents(line.amount + before.amount) })
  }
  const found: Difference[] = []
  for (const [key, { kind: about, number, amount, status }] of mine) {
    const line = their.get(key)
    if (line === undefined) found.push({ kind: 'only-ours', about, number, oursCents: amount, theirsCents: null, because: ONLY_OURS[about] })
    else if (line.amount !== amount)
      found.push({ kind: 'amount-differs', about, number, oursCents: amount, theirsCents: line.amount, because: status === 'applied' ? DIFFERS : DIFFERS_OPEN })
  }
  for (const [key, { kind: about, number, amount }] of their)
    if (!mine.has(key))
      found.push({
        kind: 'only-theirs',
        about,
        number,
        oursCents: null,
        theirsCents: amount,
        because: orderKeyOf(number) === undefined ? NOT_OURS : ONLY_THEIRS[about],
      })
  return found
}

const ONLY_OURS = {
  payment: {
    zh: '我方记为当日收款，网关账单没有：请核对交易号，暂停据此退款。',
    en: 'We hold it as paid that day and the bill has no such line: check the transaction, and give nothing back on it meanwhile.',
  },
  refund: {
    zh: '我方记为当日退款，网关账单没有：请向网关查证退款去向。',
    en: 'We hold it as given back that day and the bill has no such line: ask the gateway where the refund is.',
  },
} as const
const ONLY_THEIRS = {
  payment: {
    zh: '网关当日收了款，我方还没有记上：已再次向网关查询，查到后自动入账或退款。',
    en: 'The gateway took the money and we have not booked it: it is asked again, and the order then booked or refunded.',
  },
  refund: {
    zh: '网关当日退了款，我方没有退款记录：可能有人在商户平台手工退款，请核实。',
    en: 'The gateway gave money back and we ordered no refund: somebody may have done it by hand at the merchant’s desk.',
  },
} as const
const NOT_OURS = {
  zh: '订单号不是本系统的：商户号可能与其他系统共用。',
  en: 'The number is none of ours: the merchant account may be shared with another system.',
}
const DIFFERS = { zh: '双方金额不同：请以网关账单为准核实，差额由财务处理。', en: 'The two amounts differ: check against the bill; finance settles the rest.' }
const DIFFERS_OPEN = {
  zh: '双方金额不同，这笔款尚未入账：核实后再处理。',
  en: 'The two amounts differ and it is not booked for its case: check before anything is done.',
}

export const sumOf = (lines: readonly { readonly kind: 'payment' | 'refund'; readonly amount: number }[]): number =>
  lines.reduce((sum, { kind, amount }) => sum + (kind === 'payment' ? amount : -amount), 0)
