import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type Day, dayOf, type Instant, plusMinutes } from '#kernel/time.ts'
import type { StandIn } from '#partners/standin.ts'

/**
 * What both gateways' doubles keep: trades, what was given back, and which notices are sent. Money is synthetic.
 *
 * Faults of their own, beside the common ones (`timeout` is an answer lost after it took effect, `down` no answer at all):
 * `lost-notice` (never sent), `late-notice` (sent 30 minutes later), `wrong-signature` (the first try of a notice, not the next),
 * `wrong-amount` (a notice says a cent more), `refund-pending` (given back an hour later), `refund-refused` (can't be given back).
 */
export const GATEWAY_FAULTS = ['lost-notice', 'late-notice', 'wrong-signature', 'wrong-amount', 'refund-pending', 'refund-refused'] as const

export interface HeldRefund {
  readonly number: string
  readonly id: string
  readonly amount: number
  readonly state: 'pending' | 'done' | 'failed'
  readonly at: Instant
}

export interface HeldTrade {
  readonly number: string
  readonly amount: number
  readonly subject: string
  readonly expiresAt: Instant
  readonly returnTo: string
  readonly state: 'unpaid' | 'paid' | 'closed'
  readonly transaction: string
  readonly paidAt: Instant | null
  readonly refunds: readonly HeldRefund[]
}

export interface BilledLine {
  readonly kind: 'payment' | 'refund'
  readonly trade: HeldTrade
  readonly amount: number
  readonly at: Instant
  readonly id: string
}

const LATE_MINUTES = 30
const PENDING_MINUTES = 60

const digits = (text: string, length: number): string =>
  BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 24)}`)
    .toString()
    .padStart(length, '0')
    .slice(-length)

export type Till = ReturnType<typeof openTill>

/** @param tell sends a notice of this trade, or of its refund, as of `at` */
export function openTill(standIn: StandIn, tell: (trade: HeldTrade, refund: HeldRefund | null, at: Instant) => Promise<void>) {
  const keyOf = (number: string): string => `trade:${number}`
  const find = async (number: string): Promise<HeldTrade | undefined> => {
    const trade = await standIn.read<HeldTrade>(keyOf(number))
    if (trade === undefined) return undefined
    const refunds = trade.refunds.map((refund) => (refund.state === 'pending' && refund.at <= standIn.now() ? { ...refund, state: 'done' as const } : refund))
    const state = trade.state === 'unpaid' && trade.expiresAt <= standIn.now() ? 'closed' : trade.state
    return { ...trade, refunds, state }
  }
  const save = (trade: HeldTrade): Promise<void> => standIn.write(keyOf(trade.number), trade)
  const notify = async (trade: HeldTrade, refund: HeldRefund | null, at: Instant): Promise<void> => {
    if (await standIn.strikes('lost-notice')) return
    await tell(trade, refund, (await standIn.strikes('late-notice')) ? plusMinutes(at, LATE_MINUTES) : at)
  }
  return {
    find,
    /** The same order again is the same trade. @returns undefined when it was placed before with another amount */
    place: (order: Pick<HeldTrade, 'number' | 'amount' | 'subject' | 'expiresAt' | 'returnTo'>): Promise<HeldTrade | undefined> =>
      standIn.exclusive(async () => {
        const known = await find(order.number)
        if (known !== undefined) return known.amount === order.amount ? known : undefined
        const transaction = `${dayOf(standIn.now()).replaceAll('-', '')}${digits(order.number, 20)}`
        const trade: HeldTrade = { ...order, state: 'unpaid', transaction, paidAt: null, refunds: [] }
        await save(trade)
        return trade
      }),
    /** The payer agrees. @returns undefined when it can't be paid */
    pay: (number: string): Promise<HeldTrade | undefined> =>
      standIn.exclusive(async () => {
        const trade = await find(number)
        if (trade?.state !== 'unpaid') return trade?.state === 'paid' ? trade : undefined
        const paid: HeldTrade = { ...trade, state: 'paid', paidAt: standIn.now() }
        await save(paid)
        await notify(paid, null, standIn.now())
        return paid
      }),
    close: (number: string): Promise<HeldTrade | undefined> =>
      standIn.exclusive(async () => {
        const trade = await find(number)
        if (trade === undefined || trade.state === 'paid') return trade
        const closed: HeldTrade = { ...trade, state: 'closed' }
        await save(closed)
        return closed
      }),
    /** The same refund number again is the same refund. */
    refund: (number: string, refundNumber: string, amount: number): Promise<{ trade: HeldTrade; refund: HeldRefund } | 'too-much' | undefined> =>
      standIn.exclusive(async () => {
        const trade = await find(number)
        if (trade?.state !== 'paid') return undefined
        const known = trade.refunds.find((one) => one.number === refundNumber)
        if (known !== undefined) return { trade, refund: known }
        const given = trade.refunds.filter(({ state }) => state !== 'failed').reduce((sum, one) => sum + one.amount, 0)
        if (given + amount > trade.amount) return 'too-much'
        const failed = await standIn.strikes('refund-refused')
        const pending = failed ? undefined : await standIn.strikes('refund-pending')
        const at = pending ? plusMinutes(standIn.now(), PENDING_MINUTES) : standIn.now()
        const refund: HeldRefund = {
          number: refundNumber,
          id: `5${digits(refundNumber, 27)}`,
          amount,
          state: failed ? 'failed' : pending ? 'pending' : 'done',
          at,
        }
        const next: HeldTrade = { ...trade, refunds: [...trade.refunds, refund] }
        await save(next)
        await notify(next, failed ? refund : { ...refund, state: 'done' }, at)
        return { trade: next, refund }
      }),
    async linesOf(on: Day): Promise<readonly BilledLine[]> {
      const lines: BilledLine[] = []
      for (const { number } of await standIn.list<HeldTrade>('trade:')) {
        const trade = await find(number)
        if (trade === undefined) continue
        if (trade.paidAt !== null && dayOf(trade.paidAt) === on) lines.push({ kind: 'payment', trade, amount: trade.amount, at: trade.paidAt, id: '' })
        for (const refund of trade.refunds)
          if (refund.state === 'done' && dayOf(refund.at) === on) lines.push({ kind: 'refund', trade, amount: refund.amount, at: refund.at, id: refund.id })
      }
      return lines
    },
  }
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const STYLE =
  'body{font:18px/1.7 "PingFang SC","Noto Sans CJK SC",sans-serif;max-width:30rem;margin:0 auto;padding:1rem;color:#16202e;background:#fbfbf8}.standin{border-left:6px solid #8a5a00;padding:.5rem 1rem;background:#fff6e0}button{font:inherit;min-height:48px;padding:.4rem 1.4rem;background:#0b2a5e;color:#fff;border:0}a{display:inline-block;padding:.6rem 0}:focus-visible{outline:3px solid #b85c00;outline-offset:2px}'

/** Where the payer agrees: plain, in both languages at once, and marked as what it is. */
export function cashDesk(app: FastifyInstance, till: Till, name: string): void {
  app.get('/pay/:number', async (request, reply) => {
    const { number } = request.params as { number: string }
    const { redirect_url: returnTo } = request.query as { redirect_url?: string }
    const trade = await till.find(number)
    const body =
      trade === undefined
        ? '<p>没有这笔订单。<span lang="en">There is no such order.</span></p>'
        : trade.state === 'unpaid'
          ? `<p>${escaped(trade.subject)}</p><p><b>¥${(trade.amount / 100).toFixed(2)}</b></p>
             <form method="post" action="/pay/${escaped(number)}"><input type="hidden" name="returnTo" value="${escaped(returnTo ?? trade.returnTo)}">
             <button>付款 <span lang="en">Pay</span></button></form>`
          : `<p>${trade.state === 'paid' ? '已付款。<span lang="en">Paid.</span>' : '订单已关闭。<span lang="en">The order is closed.</span>'}</p>`
    const back = returnTo ?? trade?.returnTo ?? ''
    return reply
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
      .type('text/html; charset=utf-8')
      .send(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(name)}</title><style>${STYLE}</style></head>
        <body><h1>${escaped(name)}</h1><p class="standin">沙盒替身：不是真的付款。<span lang="en">A stand-in of the sandbox: no real money.</span></p>${body}
        ${back === '' ? '' : `<p><a href="${escaped(back)}">返回 <span lang="en">Back</span></a></p>`}</body></html>`)
  })
  app.post('/pay/:number', async (request, reply) => {
    const { number } = request.params as { number: string }
    const paid = await till.pay(number)
    const returnTo = (request.body as { returnTo?: string } | undefined)?.returnTo ?? paid?.returnTo ?? ''
    if (paid === undefined || returnTo === '') return reply.redirect(`/pay/${encodeURIComponent(number)}`, 303)
    return reply.redirect(returnTo, 303)
  })
}
