import { createHash, type KeyObject, randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { day, dayOf, type Instant, instantOfMs } from '#kernel/time.ts'
import { cashDesk, GATEWAY_FAULTS, type HeldRefund, type HeldTrade, openTill, type Till } from '#partners/gateway-standin.ts'
import { openStandIn, type StandIn, type StandInOptions } from '#partners/standin.ts'
import { inShanghai, isAuthorized, platformHeaders, sealResource, WECHAT_NOTICE_PATH, WECHAT_PAY } from '#partners/wechat-pay/protocol.ts'

/** What the double of the platform knows: its own key, and the merchant's public one. */
export interface WechatPlatform {
  readonly merchant: string
  readonly merchantKey: KeyObject
  readonly apiKey: string
  readonly serial: string
  readonly key: KeyObject
}

const prepayBody = z.object({
  appid: z.string(),
  mchid: z.string(),
  description: z.string().min(1).max(127),
  out_trade_no: z.string().regex(/^[\w|*-]{6,32}$/),
  time_expire: z.string().optional(),
  notify_url: z.url(),
  amount: z.object({ total: z.number().int().min(1), currency: z.literal('CNY').default('CNY') }),
  scene_info: z.object({ payer_client_ip: z.string().min(1) }).optional(),
  payer: z.object({ openid: z.string().min(1) }).optional(),
})

const refundBody = z.object({
  out_trade_no: z.string(),
  out_refund_no: z.string().regex(/^[\w|*@-]{1,64}$/),
  amount: z.object({ refund: z.number().int().min(1), total: z.number().int(), currency: z.literal('CNY') }),
})

const DAY_MS = 86_400_000
const STATES = { unpaid: 'NOTPAY', paid: 'SUCCESS', closed: 'CLOSED' } as const
const REFUNDS = { pending: 'PROCESSING', done: 'SUCCESS', failed: 'ABNORMAL' } as const

interface Told {
  readonly number: string
  readonly refund: HeldRefund | null
  readonly eventId: string
}

export function openWechatPayStandIn(
  options: Omit<StandInOptions, 'name' | 'faults' | 'routes' | 'work' | 'unsigned' | 'dress'>,
  platform: WechatPlatform,
): Promise<StandIn> {
  let till: Till | undefined
  let self: StandIn | undefined
  return openStandIn({
    ...options,
    name: WECHAT_PAY,
    faults: GATEWAY_FAULTS,
    unsigned: (path) => !path.startsWith('/control'),
    async dress(body, now) {
      const { number, refund, eventId } = body as Told
      const trade = (await till?.find(number)) as HeldTrade
      const wrong = (await self?.strikes('wrong-amount')) ? 1 : 0
      const plain = refund === null ? transactionOf(platform, trade, wrong) : { mchid: platform.merchant, ...refundNotice(trade, refund) }
      const text = JSON.stringify({
        id: eventId,
        create_time: inShanghai(now),
        resource_type: 'encrypt-resource',
        event_type: refund === null ? 'TRANSACTION.SUCCESS' : refund.state === 'failed' ? 'REFUND.ABNORMAL' : 'REFUND.SUCCESS',
        summary: refund === null ? '支付成功' : '退款',
        resource: sealResource(platform.apiKey, JSON.stringify(plain), refund === null ? 'transaction' : 'refund'),
      })
      const headers = platformHeaders(platform.serial, platform.key, (await self?.strikes('wrong-signature')) ? `${text} ` : text, now)
      return { headers: { 'content-type': 'application/json', ...headers }, text }
    },
    routes(app, standIn) {
      self = standIn
      const mine = openTill(standIn, (trade, refund, at) =>
        standIn.schedule(at, WECHAT_NOTICE_PATH, { number: trade.number, refund, eventId: randomUUID() } satisfies Told),
      )
      till = mine
      app.removeContentTypeParser('application/json')
      app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
        ;(request as FastifyRequest & { text?: string }).text = body as string
        try {
          done(null, body === '' ? undefined : JSON.parse(body as string))
        } catch (error) {
          done(error as Error)
        }
      })
      app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
        done(null, Object.fromEntries(new URLSearchParams(body as string))),
      )
      cashDesk(app, mine, '微信支付（替身）')
      protocol(app, standIn, mine, platform)
    },
  })
}

const transactionOf = ({ merchant }: WechatPlatform, trade: HeldTrade, wrongBy = 0) => ({
  mchid: merchant,
  out_trade_no: trade.number,
  trade_state: trade.refunds.some(({ state }) => state !== 'failed') ? 'REFUND' : STATES[trade.state],
  ...(trade.paidAt !== null && { transaction_id: trade.transaction, success_time: inShanghai(trade.paidAt) }),
  amount: { total: trade.amount + wrongBy, currency: 'CNY' },
})

const refundNotice = (trade: HeldTrade, refund: HeldRefund) => ({
  out_trade_no: trade.number,
  out_refund_no: refund.number,
  refund_id: refund.id,
  refund_status: refund.state === 'failed' ? 'ABNORMAL' : 'SUCCESS',
  success_time: inShanghai(refund.at),
})

const refundAnswer = (trade: HeldTrade, refund: HeldRefund) => ({
  refund_id: refund.id,
  out_trade_no: trade.number,
  out_refund_no: refund.number,
  status: REFUNDS[refund.state],
  ...(refund.state === 'done' && { success_time: inShanghai(refund.at) }),
  amount: { refund: refund.amount, total: trade.amount, currency: 'CNY' },
})

/** Each request is signed by the merchant, each answer by the platform. */
function protocol(app: FastifyInstance, standIn: StandIn, till: Till, platform: WechatPlatform): void {
  const say = (reply: FastifyReply, status: number, body?: object) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    return reply
      .code(status)
      .headers({ ...platformHeaders(platform.serial, platform.key, text, standIn.now()), 'content-type': 'application/json' })
      .send(text)
  }
  const no = (reply: FastifyReply, status: number, code: string) => say(reply, status, { code, message: code })
  app.addHook('preHandler', async (request, reply) => {
    if (!request.url.startsWith('/v3/')) return
    const body = (request as FastifyRequest & { text?: string }).text ?? ''
    if (!isAuthorized(request.headers.authorization, platform.merchantKey, { method: request.method, target: request.url, body }))
      return no(reply, 401, 'SIGN_ERROR')
  })
  app.post('/v3/pay/transactions/:kind', async (request, reply) => {
    const { kind } = request.params as { kind: string }
    const parsed = prepayBody.safeParse(request.body)
    if (!parsed.success || parsed.data.mchid !== platform.merchant) return no(reply, 400, 'PARAM_ERROR')
    const { out_trade_no: number, amount, description, time_expire, scene_info, payer } = parsed.data
    if ((kind === 'h5' && scene_info === undefined) || (kind === 'jsapi' && payer === undefined)) return no(reply, 400, 'PARAM_ERROR')
    const expiresAt: Instant = instantOfMs(time_expire === undefined ? Date.parse(standIn.now()) + DAY_MS : Date.parse(time_expire))
    const trade = await till.place({ number, amount: amount.total, subject: description, expiresAt, returnTo: '' })
    if (trade === undefined) return no(reply, 400, 'OUT_TRADE_NO_USED')
    if (trade.state !== 'unpaid') return no(reply, 400, trade.state === 'paid' ? 'ORDERPAID' : 'ORDER_CLOSED')
    if (kind === 'jsapi') return say(reply, 200, { prepay_id: `wx${trade.transaction}` })
    return say(reply, 200, kind === 'native' ? { code_url: `weixin://wxpay/bizpayurl?pr=${trade.number}` } : { h5_url: `${standIn.url}/pay/${trade.number}` })
  })
  app.get('/v3/pay/transactions/out-trade-no/:number', async (request, reply) => {
    const trade = await till.find((request.params as { number: string }).number)
    return trade === undefined ? no(reply, 404, 'ORDER_NOT_EXIST') : say(reply, 200, transactionOf(platform, trade))
  })
  app.post('/v3/pay/transactions/out-trade-no/:number/close', async (request, reply) => {
    const trade = await till.close((request.params as { number: string }).number)
    if (trade === undefined) return no(reply, 404, 'ORDER_NOT_EXIST')
    return trade.state === 'paid' ? no(reply, 400, 'ORDERPAID') : say(reply, 204)
  })
  app.post('/v3/refund/domestic/refunds', async (request, reply) => {
    const parsed = refundBody.safeParse(request.body)
    if (!parsed.success) return no(reply, 400, 'PARAM_ERROR')
    const { out_trade_no: number, out_refund_no: refundNumber, amount } = parsed.data
    const given = await till.refund(number, refundNumber, amount.refund)
    if (given === undefined) return no(reply, 404, 'RESOURCE_NOT_EXISTS')
    return given === 'too-much' ? no(reply, 400, 'NOT_ENOUGH') : say(reply, 200, refundAnswer(given.trade, given.refund))
  })
  app.get('/v3/refund/domestic/refunds/:number', async (request, reply) => {
    const { number } = request.params as { number: string }
    for (const held of await standIn.list<HeldTrade>('trade:')) {
      if (!held.refunds.some((refund) => refund.number === number)) continue
      const trade = (await till.find(held.number)) as HeldTrade
      return say(reply, 200, refundAnswer(trade, trade.refunds.find((refund) => refund.number === number) as HeldRefund))
    }
    return no(reply, 404, 'RESOURCE_NOT_EXISTS')
  })
  app.get('/v3/bill/tradebill', async (request, reply) => {
    const { bill_date: on } = request.query as { bill_date: string }
    if (on >= dayOf(standIn.now())) return no(reply, 400, 'STATEMENT_CREATING')
    const text = await billText(till, on)
    if (text === undefined) return no(reply, 400, 'NO_STATEMENT_EXIST')
    const hash = createHash('sha1').update(text).digest('hex')
    return say(reply, 200, { hash_type: 'SHA1', hash_value: hash, download_url: `${standIn.url}/v3/billdownload/file?token=${on}` })
  })
  app.get('/v3/billdownload/file', async (request, reply) =>
    reply.type('text/plain; charset=utf-8').send((await billText(till, (request.query as { token: string }).token)) ?? ''),
  )
}

const COLUMNS = [
  '交易时间',
  '公众账号ID',
  '商户号',
  '微信订单号',
  '商户订单号',
  '交易状态',
  '应结订单金额',
  '微信退款单号',
  '商户退款单号',
  '退款金额',
  '退款状态',
  '商品名称',
  '订单金额',
]

async function billText(till: Till, on: string): Promise<string | undefined> {
  const lines = await till.linesOf(day(on))
  if (lines.length === 0) return undefined
  const yuan = (amount: number): string => (amount / 100).toFixed(2)
  const rows = lines.map(({ kind, trade, amount, at, id }) => {
    const [paid, given] = kind === 'payment' ? [yuan(amount), '0.00'] : ['0.00', yuan(amount)]
    const values = [inShanghai(at).slice(0, 19).replace('T', ' '), 'wx-test', '1900000000', trade.transaction, trade.number]
    return [
      ...values,
      kind === 'payment' ? 'SUCCESS' : 'REFUND',
      paid,
      id,
      '',
      given,
      kind === 'payment' ? '' : 'SUCCESS',
      trade.subject.replaceAll(',', '，'),
      yuan(trade.amount),
    ]
      .map((value) => `\`${value}`)
      .join(',')
  })
  const sum = (kind: 'payment' | 'refund'): string => yuan(lines.filter((line) => line.kind === kind).reduce((total, { amount }) => total + amount, 0))
  return [COLUMNS.join(','), ...rows, '总交易单数,应结订单总金额,退款总金额', `\`${lines.length},\`${sum('payment')},\`${sum('refund')}`, ''].join('\r\n')
}
