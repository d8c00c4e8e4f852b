import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { cents } from '#kernel/money.ts'
import type { Instant } from '#kernel/time.ts'
import {
  ALIPAY,
  ALIPAY_NOTICE_PATH,
  alipayTime,
  centsOf,
  fromGbk,
  instantFromAlipay,
  isSignedNotice,
  nodeOf,
  type Parameters,
  signedRequest,
  unzipped,
  yuanOf,
} from '#partners/alipay/protocol.ts'
import {
  askGateway,
  type BillLine,
  type Gateway,
  type GatewayCommon,
  GatewayError,
  GatewayUnavailable,
  type Notice,
  type RefundAnswer,
  type Trade,
} from '#partners/gateway.ts'

export interface AlipayMerchant {
  readonly app: string
  readonly key: KeyObject
  readonly alipayKey: KeyObject
}

const STATES: Readonly<Record<string, Trade['state']>> = { WAIT_BUYER_PAY: 'unpaid', TRADE_SUCCESS: 'paid', TRADE_FINISHED: 'paid', TRADE_CLOSED: 'closed' }

const tradeShape = z.object({
  out_trade_no: z.string(),
  trade_no: z.string().optional(),
  trade_status: z.string(),
  total_amount: z.string().optional(),
  send_pay_date: z.string().optional(),
  gmt_payment: z.string().optional(),
})

function tradeOf(said: z.output<typeof tradeShape>): Trade {
  const state = STATES[said.trade_status]
  if (state === undefined) throw new GatewayError(ALIPAY, 'UNREADABLE', 'a state that we do not know')
  const paidAt = instantFromAlipay(said.gmt_payment ?? said.send_pay_date)
  // Wholly given back a trade is closed too, but it was paid once.
  return {
    number: said.out_trade_no,
    state: state === 'closed' && paidAt !== null ? 'refunded' : state,
    transaction: said.trade_no ?? null,
    amount: centsOf(said.total_amount),
    paidAt,
  }
}

export function openAlipay(merchant: AlipayMerchant, { url, ourUrl, now, timeoutMs }: GatewayCommon): Gateway {
  const requestOf = (method: string, biz: object, more: Parameters = {}): Parameters =>
    signedRequest(merchant.key, {
      app_id: merchant.app,
      method,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: alipayTime(now()),
      version: '1.0',
      ...more,
      biz_content: JSON.stringify(biz),
    })
  /** An answer that is not signed by Alipay is no answer. */
  const ask = async (method: string, biz: object, more?: Parameters): Promise<Record<string, unknown>> => {
    const body = new URLSearchParams(requestOf(method, biz, more)).toString()
    const init = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }, body }
    const { text } = await askGateway(ALIPAY, new URL('/gateway.do', url()), init, timeoutMs)
    const node = nodeOf(merchant.alipayKey, method, text)
    if (node === undefined) throw new GatewayUnavailable(ALIPAY, 'an answer without its signature')
    if (node.code === '20000' || node.sub_code === 'ACQ.SYSTEM_ERROR' || node.sub_code === 'aop.ACQ.SYSTEM_ERROR')
      throw new GatewayUnavailable(ALIPAY, String(node.sub_code))
    return node
  }
  const demand = (node: Record<string, unknown>, what: string): Record<string, unknown> => {
    if (node.code !== '10000') throw new GatewayError(ALIPAY, String(node.sub_code ?? node.code), what)
    return node
  }
  const query = async (number: string): Promise<Trade> => {
    const node = await ask('alipay.trade.query', { out_trade_no: number })
    if (node.sub_code === 'ACQ.TRADE_NOT_EXIST') return { number, state: 'absent', transaction: null, amount: null, paidAt: null }
    return tradeOf(tradeShape.parse(demand(node, 'query')))
  }
  const queryRefund = async (number: string, refundNumber: string): Promise<RefundAnswer> => {
    const biz = { out_trade_no: number, out_request_no: refundNumber, query_options: ['gmt_refund_pay'] }
    const node = await ask('alipay.trade.fastpay.refund.query', biz)
    if (node.sub_code === 'ACQ.TRADE_NOT_EXIST') return { refundNumber, state: 'absent', doneAt: null }
    demand(node, 'refund query')
    if (node.out_request_no === undefined) return { refundNumber, state: 'absent', doneAt: null }
    return {
      refundNumber,
      state: node.refund_status === 'REFUND_SUCCESS' ? 'done' : 'pending',
      doneAt: instantFromAlipay(node.gmt_refund_pay as string | undefined),
    }
  }
  return {
    name: 'alipay',
    async prepay(order) {
      const biz = { out_trade_no: order.number, total_amount: yuanOf(order.amount), subject: order.subject, time_expire: alipayTime(order.expiresAt) }
      const notify = { notify_url: new URL(ALIPAY_NOTICE_PATH, ourUrl()).href }
      if (order.way === 'code') return String(demand(await ask('alipay.trade.precreate', biz, notify), 'precreate').qr_code)
      // The browser itself carries the signed order there: the trade comes to be when it arrives.
      const page = requestOf('alipay.trade.wap.pay', { ...biz, product_code: 'QUICK_WAP_WAY' }, { ...notify, return_url: order.returnTo })
      return new URL(`/gateway.do?${new URLSearchParams(page)}`, url()).href
    },
    query,
    async close(number) {
      const node = await ask('alipay.trade.close', { out_trade_no: number })
      if (node.code === '10000') return 'closed'
      if (node.sub_code === 'ACQ.TRADE_NOT_EXIST' || node.sub_code === 'ACQ.TRADE_STATUS_ERROR') return (await query(number)).state
      throw new GatewayError(ALIPAY, String(node.sub_code), 'close')
    },
    async refund({ number, refundNumber, amount, reason }) {
      const biz = { out_trade_no: number, out_request_no: refundNumber, refund_amount: yuanOf(amount), refund_reason: reason }
      const node = demand(await ask('alipay.trade.refund', biz), 'refund')
      return node.fund_change === 'Y'
        ? { refundNumber, state: 'done', doneAt: instantFromAlipay(node.gmt_refund_pay as string | undefined) }
        : queryRefund(number, refundNumber)
    },
    queryRefund,
    async bill(on) {
      const node = await ask('alipay.data.dataservice.bill.downloadurl.query', { bill_type: 'trade', bill_date: on })
      if (node.sub_code === 'isp.bill_not_exist') return undefined
      const at = new URL(String(demand(node, 'bill').bill_download_url))
      const answer = await fetch(new URL(`${at.pathname}${at.search}`, url()), { redirect: 'error', signal: AbortSignal.timeout(timeoutMs ?? 10_000) }).catch(
        () => undefined,
      )
      if (!answer?.ok) throw new GatewayUnavailable(ALIPAY, 'a bill that could not be fetched')
      return billLines(Buffer.from(await answer.arrayBuffer()))
    },
    readNotice: ({ body }) => noticeOf(merchant, Object.fromEntries(new URLSearchParams(body)), now()),
  }
}

/** How far back a notice may have been made: they are repeated for a little over a day. */
const NOTICE_AGE_MS = 26 * 3_600_000

function noticeOf(merchant: AlipayMerchant, parameters: Parameters, now: Instant): Notice | undefined {
  if (parameters.app_id !== merchant.app || !isSignedNotice(merchant.alipayKey, parameters)) return undefined
  const madeAt = instantFromAlipay(parameters.notify_time)
  if (madeAt === null || Date.parse(now) - Date.parse(madeAt) > NOTICE_AGE_MS) return undefined
  const said = tradeShape.safeParse(parameters)
  if (!said.success || STATES[said.data.trade_status] === undefined) return undefined
  return { about: 'payment', id: parameters.notify_id ?? '', trade: tradeOf(said.data) }
}

/** The archive has the detail and the sums; a comment line begins with #. */
export function billLines(archive: Buffer): readonly BillLine[] {
  const detail = unzipped(archive).find(({ name }) => name.includes('业务明细') && !name.includes('汇总'))
  if (detail === undefined) throw new GatewayError(ALIPAY, 'UNREADABLE', 'a bill without its detail')
  const rows = fromGbk(detail.bytes)
    .split(/\r?\n/)
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => row.split(',').map((value) => value.trim()))
  const names = rows[0] ?? []
  const at = (name: string): number => {
    const index = names.indexOf(name)
    if (index < 0) throw new GatewayError(ALIPAY, 'UNREADABLE', `a bill without the column ${name}`)
    return index
  }
  const [transaction, number, kind, amount] = ['支付宝交易号', '商户订单号', '业务类型', '订单金额（元）'].map(at) as [number, number, number, number]
  return rows.slice(1).map((values) => ({
    kind: values[kind] === '退款' ? ('refund' as const) : ('payment' as const),
    number: values[number] as string,
    transaction: values[transaction] as string,
    amount: cents(Math.abs(Math.round(Number(values[amount]) * 100))),
  }))
}
