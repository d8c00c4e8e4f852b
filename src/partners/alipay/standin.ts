import { createHash, type KeyObject } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { day, dayOf, type Instant } from '#kernel/time.ts'
import {
  ALIPAY,
  ALIPAY_NOTICE_PATH,
  alipayTime,
  centsOf,
  instantFromAlipay,
  isSignedRequest,
  type Parameters,
  signedNotice,
  signedText,
  yuanOf,
} from '#partners/alipay/protocol.ts'
import { cashDesk, GATEWAY_FAULTS, type HeldRefund, type HeldTrade, openTill, type Till } from '#partners/gateway-standin.ts'
import { openStandIn, type StandIn, type StandInOptions } from '#partners/standin.ts'

/** What the double of the platform knows: its own key, and the merchant's public one. */
export interface AlipayPlatform {
  readonly app: string
  readonly merchantKey: KeyObject
  readonly key: KeyObject
}

interface Told {
  readonly number: string
  readonly refund: HeldRefund | null
  readonly at: Instant
}

const STATES = { unpaid: 'WAIT_BUYER_PAY', paid: 'TRADE_SUCCESS', closed: 'TRADE_CLOSED' } as const
/** A code's trade comes to be when it is scanned; here, at once. */
const FAR_OFF_MS = 86_400_000

export function openAlipayStandIn(
  options: Omit<StandInOptions, 'name' | 'faults' | 'routes' | 'work' | 'unsigned' | 'dress'>,
  platform: AlipayPlatform,
): Promise<StandIn> {
  let till: Till | undefined
  let self: StandIn | undefined
  return openStandIn({
    ...options,
    name: ALIPAY,
    faults: GATEWAY_FAULTS,
    unsigned: (path) => !path.startsWith('/control'),
    async dress(body, now) {
      const { number, refund, at } = body as Told
      const trade = (await till?.find(number)) as HeldTrade
      const wrong = (await self?.strikes('wrong-amount')) ? 1 : 0
      const parameters = {
        notify_time: alipayTime(now),
        notify_type: 'trade_status_sync',
        notify_id: createHash('sha256')
          .update(`${number}${at}${refund?.number ?? ''}`)
          .digest('hex')
          .slice(0, 34),
        app_id: platform.app,
        charset: 'utf-8',
        version: '1.0',
        trade_no: trade.transaction,
        out_trade_no: number,
        trade_status: isGivenBack(trade) ? 'TRADE_CLOSED' : STATES[trade.state],
        total_amount: yuanOf(trade.amount + wrong),
        ...(trade.paidAt !== null && { gmt_payment: alipayTime(trade.paidAt) }),
        ...(refund !== null && { out_biz_no: refund.number, refund_fee: yuanOf(refund.amount), gmt_refund: alipayTime(refund.at) }),
      }
      const signed = signedNotice(platform.key, parameters)
      const sent = (await self?.strikes('wrong-signature')) ? { ...signed, buyer_id: '2088-forged' } : signed
      return { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, text: new URLSearchParams(sent).toString() }
    },
    routes(app, standIn) {
      self = standIn
      const mine = openTill(standIn, (trade, refund, at) => standIn.schedule(at, ALIPAY_NOTICE_PATH, { number: trade.number, refund, at } satisfies Told))
      till = mine
      app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
        done(null, Object.fromEntries(new URLSearchParams(body as string))),
      )
      cashDesk(app, mine, '支付宝（替身）')
      protocol(app, standIn, mine, platform)
    },
  })
}

const isGivenBack = (trade: HeldTrade): boolean => trade.refunds.some(({ state }) => state === 'done')

type Done = { readonly code: string; readonly sub_code?: string } & Readonly<Record<string, unknown>>
const no = (sub_code: string): Done => ({ code: '40004', msg: 'Business Failed', sub_code, sub_msg: sub_code })
const ok = (body: object): Done => ({ code: '10000', msg: 'Success', ...body })

const placed = (standIn: StandIn, till: Till, biz: Parameters, returnTo: string): Promise<HeldTrade | undefined> =>
  till.place({
    number: biz.out_trade_no ?? '',
    amount: centsOf(biz.total_amount) ?? 0,
    subject: biz.subject ?? '',
    expiresAt: instantFromAlipay(biz.time_expire) ?? (new Date(Date.parse(standIn.now()) + FAR_OFF_MS).toISOString() as Instant),
    returnTo,
  })

async function done(standIn: StandIn, till: Till, method: string, biz: Parameters): Promise<Done> {
  const number = biz.out_trade_no ?? ''
  switch (method) {
    case 'alipay.trade.precreate': {
      const trade = await placed(standIn, till, biz, '')
      return trade === undefined ? no('ACQ.CONTEXT_INCONSISTENT') : ok({ out_trade_no: number, qr_code: `https://qr.alipay.com/${number}` })
    }
    case 'alipay.trade.query': {
      const trade = await till.find(number)
      if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
      const status = isGivenBack(trade) ? 'TRADE_CLOSED' : STATES[trade.state]
      const paid = trade.paidAt === null ? {} : { send_pay_date: alipayTime(trade.paidAt) }
      return ok({ out_trade_no: number, trade_no: trade.transaction, trade_status: status, total_amount: yuanOf(trade.amount), ...paid })
    }
    case 'alipay.trade.close': {
      const trade = await till.close(number)
      if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
      return trade.state === 'paid' ? no('ACQ.TRADE_STATUS_ERROR') : ok({ out_trade_no: number, trade_no: trade.transaction })
    }
    case 'alipay.trade.refund': {
      const given = await till.refund(number, biz.out_request_no ?? number, centsOf(biz.refund_amount) ?? 0)
      if (given === undefined) return no('ACQ.TRADE_NOT_EXIST')
      if (given === 'too-much') return no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
      if (given.refund.state === 'failed') return no('ACQ.SELLER_BALANCE_NOT_ENOUGH')
      const isDone = given.refund.state === 'done'
      return ok({
        out_trade_no: number,
        trade_no: given.trade.transaction,
        fund_change: isDone ? 'Y' : 'N',
        refund_fee: biz.refund_amount,
        ...(isDone && { gmt_refund_pay: alipayTime(given.refund.at) }),
      })
    }
    case 'alipay.trade.fastpay.refund.query': {
      const trade = await till.find(number)
      const refund = trade?.refunds.find((one) => one.number === biz.out_request_no)
      if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
      if (refund === undefined) return ok({})
      const isDone = refund.state === 'done'
      return ok({
        out_trade_no: number,
        out_request_no: refund.number,
        refund_amount: yuanOf(refund.amount),
        ...(isDone && { refund_status: 'REFUND_SUCCESS', gmt_refund_pay: alipayTime(refund.at) }),
      })
    }
    case 'alipay.data.dataservice.bill.downloadurl.query':
      if ((biz.bill_date ?? '') >= dayOf(standIn.now())) return no('isp.bill_not_exist')
      return ok({ bill_download_url: `${standIn.url}/bill?date=${biz.bill_date}` })
    default:
      return no('isv.invalid-method')
  }
}

function protocol(app: FastifyInstance, standIn: StandIn, till: Till, platform: AlipayPlatform): void {
  const say = (reply: FastifyReply, method: string, node: Done) => {
    const text = JSON.stringify(node)
    const answer = `{"${method.replaceAll('.', '_')}_response":${text},"sign":${JSON.stringify(signedText(platform.key, text))}}`
    return reply.type('application/json; charset=utf-8').send(answer)
  }
  app.post('/gateway.do', async (request, reply) => {
    const parameters = request.body as Parameters
    const method = parameters.method ?? ''
    if (parameters.app_id !== platform.app || !isSignedRequest(platform.merchantKey, parameters)) return say(reply, method, no('isv.invalid-signature'))
    return say(reply, method, await done(standIn, till, method, JSON.parse(parameters.biz_content ?? '{}') as Parameters))
  })
  /** The payer's browser brings the signed order. */
  app.get('/gateway.do', async (request, reply) => {
    const parameters = request.query as Parameters
    if (parameters.method !== 'alipay.trade.wap.pay' || !isSignedRequest(platform.merchantKey, parameters)) return reply.code(400).send('isv.invalid-signature')
    const trade = await placed(standIn, till, JSON.parse(parameters.biz_content ?? '{}') as Parameters, parameters.return_url ?? '')
    return trade === undefined ? reply.code(400).send('ACQ.CONTEXT_INCONSISTENT') : reply.redirect(`/pay/${trade.number}`, 303)
  })
  app.get('/bill', async (request, reply) =>
    reply.type('application/zip').send(zipped('20880000_业务明细.csv', toGbk(await billText(till, (request.query as { date: string }).date)))),
  )
}

async function billText(till: Till, on: string): Promise<string> {
  const rows = (await till.linesOf(day(on))).map(({ kind, trade, amount, at }) =>
    [
      trade.transaction,
      trade.number,
      kind === 'payment' ? '交易' : '退款',
      trade.subject.replaceAll(',', '，'),
      alipayTime(at),
      kind === 'payment' ? yuanOf(amount) : `-${yuanOf(amount)}`,
    ].join('\t,'),
  )
  return [
    '#支付宝业务明细查询',
    `#账期：${on}`,
    '支付宝交易号,商户订单号,业务类型,商品名称,完成时间,订单金额（元）',
    ...rows,
    `#合计：${rows.length}笔`,
    '',
  ].join('\r\n')
}

let gbk: ReadonlyMap<string, Uint8Array> | undefined

/** The other way round than a decoder knows it: every pair of bytes that stands for a character. */
function toGbk(text: string): Buffer {
  if (gbk === undefined) {
    const decoder = new TextDecoder('gbk')
    const made = new Map<string, Uint8Array>()
    for (let lead = 0x81; lead <= 0xfe; lead += 1)
      for (let trail = 0x40; trail <= 0xfe; trail += 1) {
        const bytes = Uint8Array.of(lead, trail)
        const character = decoder.decode(bytes)
        if (character.length === 1 && character !== '\uFFFD' && !made.has(character)) made.set(character, bytes)
      }
    gbk = made
  }
  const table = gbk
  return Buffer.concat([...text].map((sign) => (sign.charCodeAt(0) < 0x80 ? Buffer.from(sign) : Buffer.from(table.get(sign) ?? Uint8Array.of(0x3f)))))
}

/** An archive of one file, stored as it is. */
function zipped(name: string, bytes: Buffer): Buffer {
  const named = toGbk(name)
  const head = (size: number): Buffer => {
    const made = Buffer.alloc(size)
    const at = size - 30
    made.writeUInt16LE(20, 4)
    if (at > 0) made.writeUInt16LE(20, 6)
    const base = at > 0 ? 16 : 14
    made.writeUInt32LE(crc32(bytes), base)
    made.writeUInt32LE(bytes.length, base + 4)
    made.writeUInt32LE(bytes.length, base + 8)
    made.writeUInt16LE(named.length, base + 12)
    return made
  }
  const local = head(30)
  local.writeUInt32LE(0x04034b50, 0)
  const entry = head(46)
  entry.writeUInt32LE(0x02014b50, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length + named.length, 12)
  end.writeUInt32LE(local.length + named.length + bytes.length, 16)
  return Buffer.concat([local, named, bytes, entry, named, end])
}
