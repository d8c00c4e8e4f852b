import { createHash, type KeyObject } from 'node:crypto'
import type { z } from 'zod'
import { cents } from '#kernel/money.ts'
import type { Instant } from '#kernel/time.ts'
import {
  askGateway,
  type BillLine,
  type Gateway,
  type GatewayCommon,
  GatewayError,
  GatewayUnavailable,
  type Notice,
  type OrderAtGateway,
  type ReceivedNotice,
  type RefundAnswer,
  type Trade,
} from '#partners/gateway.ts'
import {
  authorization,
  inShanghai,
  instantFrom,
  isFromPlatform,
  openResource,
  refundNoticeShape,
  refundShape,
  transactionShape,
  WECHAT_NOTICE_PATH,
  WECHAT_PAY,
  wechatNotice,
} from '#partners/wechat-pay/protocol.ts'

export interface WechatMerchant {
  readonly merchant: string
  readonly app: string
  /** The number of the merchant's certificate, and its key. */
  readonly serial: string
  readonly key: KeyObject
  /** 32 characters: what notices are encrypted with. */
  readonly apiKey: string
  /** The platform's certificates or public keys by their number: several, while one takes over from another. */
  readonly platformKeys: ReadonlyMap<string, KeyObject>
}

const STATES: Readonly<Record<z.output<typeof transactionShape>['trade_state'], Trade['state']>> = {
  SUCCESS: 'paid',
  REFUND: 'refunded',
  NOTPAY: 'unpaid',
  USERPAYING: 'unpaid',
  PAYERROR: 'unpaid',
  CLOSED: 'closed',
  REVOKED: 'closed',
}

const REFUNDS = { SUCCESS: 'done', PROCESSING: 'pending', CLOSED: 'failed', ABNORMAL: 'failed' } as const

const tradeOf = (said: z.output<typeof transactionShape>): Trade => ({
  number: said.out_trade_no,
  state: STATES[said.trade_state],
  transaction: said.transaction_id ?? null,
  amount: said.amount === undefined ? null : cents(said.amount.total),
  paidAt: instantFrom(said.success_time),
})

const refundOf = (number: string, status: keyof typeof REFUNDS, at: string | undefined): RefundAnswer => ({
  refundNumber: number,
  state: REFUNDS[status],
  doneAt: instantFrom(at),
})

interface Said {
  readonly status: number
  readonly body: unknown
  readonly code: string
}

export function openWechatPay(merchant: WechatMerchant, { url, ourUrl, now, timeoutMs }: GatewayCommon): Gateway {
  /** An answer that is not signed by the platform is no answer. */
  const ask = async (method: 'GET' | 'POST', target: string, sent?: object): Promise<Said> => {
    const body = sent === undefined ? '' : JSON.stringify(sent)
    const { answer, text } = await askGateway(
      WECHAT_PAY,
      new URL(target, url()),
      {
        method,
        headers: {
          accept: 'application/json',
          'user-agent': 'yitang',
          ...(sent && { 'content-type': 'application/json' }),
          authorization: authorization(merchant, { method, target, body }, now()),
        },
        ...(sent && { body }),
      },
      timeoutMs,
    )
    if (!isFromPlatform(merchant.platformKeys, (name) => answer.headers.get(name) ?? undefined, text, now()))
      throw new GatewayUnavailable(WECHAT_PAY, 'an answer without its signature')
    const parsed: unknown = text === '' ? {} : JSON.parse(text)
    return { status: answer.status, body: parsed, code: answer.ok ? '' : String((parsed as { code?: unknown }).code ?? answer.status) }
  }
  const demand = ({ status, body, code }: Said, what: string): unknown => {
    if (status >= 300) throw new GatewayError(WECHAT_PAY, code, what)
    return body
  }
  const read = <S extends z.ZodType>(shape: S, body: unknown): z.output<S> => {
    const parsed = shape.safeParse(body)
    if (!parsed.success) throw new GatewayError(WECHAT_PAY, 'UNREADABLE', 'an answer of another shape')
    return parsed.data
  }
  const query = async (number: string): Promise<Trade> => {
    const said = await ask('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${merchant.merchant}`)
    if (said.code === 'ORDER_NOT_EXIST' || said.code === 'RESOURCE_NOT_EXISTS')
      return { number, state: 'absent', transaction: null, amount: null, paidAt: null }
    return tradeOf(read(transactionShape, demand(said, 'query')))
  }
  return {
    name: 'wechat',
    async prepay(order) {
      const kind = order.way === 'in-app' ? 'jsapi' : order.way === 'code' ? 'native' : 'h5'
      const body = demand(await ask('POST', `/v3/pay/transactions/${kind}`, prepayBody(merchant, order, ourUrl())), kind) as Record<string, unknown>
      const found = body.h5_url ?? body.code_url ?? body.prepay_id
      if (typeof found !== 'string') throw new GatewayError(WECHAT_PAY, 'UNREADABLE', 'nothing to pay with')
      return kind === 'h5' ? `${found}${found.includes('?') ? '&' : '?'}redirect_url=${encodeURIComponent(order.returnTo)}` : found
    },
    query,
    async close(number) {
      const said = await ask('POST', `/v3/pay/transactions/out-trade-no/${number}/close`, { mchid: merchant.merchant })
      if (said.status < 300) return 'closed'
      if (['ORDERPAID', 'ORDER_CLOSED', 'ORDER_NOT_EXIST', 'INVALID_REQUEST'].includes(said.code)) return (await query(number)).state
      throw new GatewayError(WECHAT_PAY, said.code, 'close')
    },
    async refund({ number, refundNumber, amount, total, reason }) {
      const sent = {
        out_trade_no: number,
        out_refund_no: refundNumber,
        reason,
        notify_url: new URL(WECHAT_NOTICE_PATH, ourUrl()).href,
        amount: { refund: amount, total, currency: 'CNY' },
      }
      const said = read(refundShape, demand(await ask('POST', '/v3/refund/domestic/refunds', sent), 'refund'))
      return refundOf(said.out_refund_no, said.status, said.success_time)
    },
    async queryRefund(_number, refundNumber) {
      const said = await ask('GET', `/v3/refund/domestic/refunds/${refundNumber}`)
      if (said.code === 'RESOURCE_NOT_EXISTS') return { refundNumber, state: 'absent', doneAt: null }
      const found = read(refundShape, demand(said, 'refund query'))
      return refundOf(found.out_refund_no, found.status, found.success_time)
    },
    async bill(on) {
      const said = await ask('GET', `/v3/bill/tradebill?bill_date=${on}&bill_type=ALL`)
      if (said.code === 'STATEMENT_CREATING') return undefined
      if (said.code === 'NO_STATEMENT_EXIST') return []
      const { download_url, hash_value } = demand(said, 'bill') as { download_url: string; hash_value: string }
      const at = new URL(download_url)
      const target = `${at.pathname}${at.search}`
      const { answer, text } = await askGateway(
        WECHAT_PAY,
        new URL(target, url()),
        { headers: { authorization: authorization(merchant, { method: 'GET', target, body: '' }, now()) } },
        timeoutMs,
      )
      if (!answer.ok || createHash('sha1').update(text).digest('hex') !== hash_value.toLowerCase())
        throw new GatewayUnavailable(WECHAT_PAY, 'a bill that does not match its digest')
      return billLines(text)
    },
    readNotice: (received) => noticeOf(merchant, received, now()),
  }
}

const prepayBody = (merchant: WechatMerchant, order: OrderAtGateway, ourUrl: string): object => ({
  appid: merchant.app,
  mchid: merchant.merchant,
  description: order.subject,
  out_trade_no: order.number,
  time_expire: inShanghai(order.expiresAt),
  notify_url: new URL(WECHAT_NOTICE_PATH, ourUrl).href,
  amount: { total: order.amount, currency: 'CNY' },
  ...(order.way === 'in-app' && { payer: { openid: order.payer } }),
  ...(order.way === 'h5' && { scene_info: { payer_client_ip: order.payerAddress, h5_info: { type: 'Wap' } } }),
})

function noticeOf(merchant: WechatMerchant, { headers, body }: ReceivedNotice, now: Instant): Notice | undefined {
  const header = (name: string): string | undefined => (typeof headers[name] === 'string' ? headers[name] : undefined)
  if (!isFromPlatform(merchant.platformKeys, header, body, now)) return undefined
  try {
    const { id, event_type, resource } = wechatNotice.parse(JSON.parse(body))
    const plain: unknown = JSON.parse(openResource(merchant.apiKey, resource))
    if (event_type.startsWith('REFUND.')) {
      const { mchid, out_trade_no, out_refund_no, refund_status, success_time } = refundNoticeShape.parse(plain)
      return mchid === merchant.merchant
        ? { about: 'refund', id, number: out_trade_no, refund: refundOf(out_refund_no, refund_status, success_time) }
        : undefined
    }
    const said = transactionShape.parse(plain)
    return said.mchid === merchant.merchant ? { about: 'payment', id, trade: tradeOf(said) } : undefined
  } catch {
    return undefined
  }
}

/** A line of values, each after a grave accent; two lines of sums stand at the end. */
export function billLines(text: string): readonly BillLine[] {
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = (rows[0] ?? '').split(',')
  const at = (name: string): number => {
    const index = names.indexOf(name)
    if (index < 0) throw new GatewayError(WECHAT_PAY, 'UNREADABLE', `a bill without the column ${name}`)
    return index
  }
  const [number, transaction, state, paid, refunded] = ['商户订单号', '微信订单号', '交易状态', '应结订单金额', '退款金额'].map(at) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const lines: BillLine[] = []
  for (const row of rows.slice(1)) {
    if (!row.startsWith('`')) break
    const values = row.split(',`').map((value) => value.replace(/^`/, ''))
    if (values.length < names.length) break
    const isRefund = values[state] === 'REFUND'
    lines.push({
      kind: isRefund ? 'refund' : 'payment',
      number: values[number] as string,
      transaction: values[transaction] as string,
      amount: fen(values[isRefund ? refunded : paid] as string),
    })
  }
  return lines
}

const fen = (yuan: string) => cents(Math.round(Number(yuan) * 100))
