import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PaymentRow } from '#payment/model.ts'
import { differingPayments } from '#payment/queries.ts'
import { PREFECTURES } from '#place/model.ts'
import { jsonAnswer } from '#platform/once.ts'
import { freshDatabase } from '#test/database.ts'
import { openPaymentWorld, type PaymentWorld } from '#test/payment.ts'

let world: PaymentWorld
beforeAll(async () => {
  world = await openPaymentWorld({ url: (await freshDatabase()).applicationUrl, startAt: '2026-03-02T09:00:00+08:00' })
}, 60_000)
afterAll(() => world.close())

const minutes = async (count: number): Promise<void> => world.advanceTo(new Date(Date.parse(world.clock.now()) + count * 60_000).toISOString())
const ordersOf = (one: { readonly key: { readonly prefecture: string; readonly stream: never } } | { key: Parameters<PaymentWorld['queries']['ofCase']>[0] }) =>
  world.queries.ofCase(one.key)
const only = (orders: readonly PaymentRow[]): PaymentRow => {
  expect(orders).toHaveLength(1)
  return orders[0] as PaymentRow
}

describe.each(['wechat', 'alipay'] as const)('a fee paid through %s', (gateway) => {
  const standIn = () => (gateway === 'wechat' ? world.wechatPay : world.alipay)

  test('is booked by the notice, with the receipt, and production begins', async () => {
    const one = await world.openFee()
    const { state } = await world.place(one.key, gateway)
    await world.pay(state.payAt)
    await minutes(1)
    const order = only(await ordersOf(one))
    expect(order).toMatchObject({ status: 'applied', paidCents: 2000 })
    const { settlement, status } = await world.caseState(one.key)
    expect(settlement).toMatchObject({ how: 'paid', means: gateway, receiptNumber: order.receiptNumber, amount: 2000 })
    expect(status).toBe('producing')
  })

  test('two tabs get one order; notices that come twice, forged and out of order book it once', async () => {
    const one = await world.openFee()
    const [first, second] = await Promise.all([world.place(one.key, gateway), world.place(one.key, gateway)])
    expect(second.number).toBe(first.number)
    await standIn().setFault({ fault: 'duplicate', count: 1 })
    await standIn().setFault({ fault: 'wrong-signature', count: 1 })
    await world.pay(first.state.payAt ?? second.state.payAt)
    await minutes(1)
    expect(only(await ordersOf(one))).toMatchObject({ status: 'applied' })
    expect((await world.caseEvents(one.key)).filter(({ event }) => event.type === 'FeeSettled')).toHaveLength(1)
  })

  test('what is paid and not booked yet cannot be paid a second time', async () => {
    const one = await world.openFee()
    await standIn().setFault({ fault: 'lost-notice', count: 1 })
    const placed = await world.place(one.key, gateway)
    await world.pay(placed.state.payAt)
    expect((await world.payments.askNow(placed.key, world.act('resident', null))).status).toBe('paid')
    const other = gateway === 'wechat' ? 'alipay' : 'wechat'
    for (const again of [gateway, other] as const) {
      const wanted = { gateway: again, way: 'h5', payerAddress: '127.0.0.1' } as const
      const refused = await world.payments.place(one.key, wanted, world.act('resident', null), world.once(), () => jsonAnswer(201, {}))
      expect(refused).toEqual({ kind: 'refused', code: 'being-booked' })
    }
    await minutes(1)
    expect(only(await ordersOf(one)).status).toBe('applied')
  })

  test('a lost notice is found by asking; a notice of another amount is not believed', async () => {
    const lost = await world.openFee()
    await standIn().setFault({ fault: 'lost-notice', count: 1 })
    await world.pay((await world.place(lost.key, gateway)).state.payAt)
    await minutes(3)
    expect(only(await ordersOf(lost)).status).toBe('applied')

    const wrong = await world.openFee()
    await standIn().setFault({ fault: 'wrong-amount', count: 1 })
    await world.pay((await world.place(wrong.key, gateway)).state.payAt)
    await minutes(1)
    expect(only(await ordersOf(wrong))).toMatchObject({ status: 'applied', disputed: true, paidCents: 2000 })
  })

  test('an order that nobody pays expires and is closed at the gateway', async () => {
    const one = await world.openFee()
    const { number } = await world.place(one.key, gateway)
    await minutes(16)
    expect(only(await ordersOf(one)).status).toBe('closed')
    expect(['closed', 'absent']).toContain((await world.gateways.get(gateway)?.query(number))?.state)
  })

  test('while the gateway is down it is unknown, asked again, and known in the end', async () => {
    const one = await world.openFee()
    const { state } = await world.place(one.key, gateway)
    await standIn().setFault({ fault: 'lost-notice', count: 1 })
    await world.pay(state.payAt)
    await standIn().setFault({ fault: 'down' })
    await minutes(3)
    expect(only(await ordersOf(one)).status).toBe('unknown')
    await minutes(60)
    expect(only(await ordersOf(one)).status).toBe('closing')
    await standIn().setFault({ fault: 'none' })
    await minutes(61)
    expect(only(await ordersOf(one)).status).toBe('applied')
  })

  test('withdrawn in time, all of it goes back, also when the refund takes long and its answer is lost', async () => {
    const one = await world.openFee()
    await world.pay((await world.place(one.key, gateway)).state.payAt)
    await minutes(1)
    await standIn().setFault({ fault: 'refund-pending', count: 1 })
    await standIn().setFault({ fault: 'timeout', count: 1 })
    expect((await world.command(one.key, { type: 'Withdraw', reason: '不办了' })).kind).toBe('done')
    await minutes(1)
    expect(only(await ordersOf(one)).status).toBe('refunding')
    await minutes(130)
    expect(only(await ordersOf(one))).toMatchObject({ status: 'refunded', refundCents: 2000, refundWhy: 'withdrawn' })
  })
})

describe('paid twice', () => {
  test('through two gateways: the second goes back, and says why', async () => {
    const one = await world.openFee()
    const first = await world.place(one.key, 'wechat')
    const second = await world.place(one.key, 'alipay')
    await Promise.all([world.pay(first.state.payAt), world.pay(second.state.payAt)])
    await minutes(20)
    const orders = await ordersOf(one)
    expect(orders.map(({ status }) => status).toSorted()).toEqual(['applied', 'refunded'])
    expect(orders.find(({ status }) => status === 'refunded')?.refundWhy).toBe('paid-twice')
  })

  test('at the window as well: what was paid online goes back', async () => {
    const one = await world.openFee()
    const { state } = await world.place(one.key, 'wechat')
    await world.wechatPay.setFault({ fault: 'late-notice', count: 1 })
    await world.pay(state.payAt)
    const settlement = { how: 'paid', means: 'cash', receiptNumber: 'A0001', amount: 2000 } as never
    expect((await world.command(one.key, { type: 'SettleFee', settlement })).kind).toBe('done')
    await minutes(40)
    expect(only(await ordersOf(one))).toMatchObject({ status: 'refunded', refundWhy: 'paid-twice' })
  })

  test('workers that settle and a person who withdraws at the same moment end in one of two ways, never in both', async () => {
    const one = await world.openFee()
    await world.pay((await world.place(one.key, 'wechat')).state.payAt)
    await world.wechatPay.tick(world.clock.now())
    await Promise.all([
      world.outbox.tick(world.clock.now()),
      world.outboxOf().tick(world.clock.now()),
      world.command(one.key, { type: 'Withdraw', reason: '不办了' }),
    ])
    await minutes(10)
    expect(only(await ordersOf(one)).status).toBe('refunded')
    expect((await world.caseState(one.key)).status).toBe('withdrawn')
  })
})

describe('at the end of the day', () => {
  test('the ledger equals both bills to the cent; what only the gateway has is found; a refund by hand is listed', async () => {
    const lost = await world.openFee()
    const { number } = await world.place(lost.key, 'wechat')
    await world.advanceTo('2026-03-03T11:00:00+08:00')
    const days = await world.queries.days(null, 10)
    expect(days.map(({ gateway, day }) => `${day} ${gateway}`)).toEqual(expect.arrayContaining(['2026-03-02 alipay', '2026-03-02 wechat']))
    for (const one of days) {
      expect(one.differences).toEqual([])
      expect(one.oursCents).toBe(one.theirsCents)
    }
    expect(days.some(({ theirsCount }) => theirsCount > 5)).toBe(true)
    // Somebody gives a booked fee back by hand at the merchant's desk.
    const booked = (
      await world.db.run<{ number: string }>({ text: "select number from payment_orders where status = 'applied' and gateway = 'wechat' limit 1", values: [] })
    ).rows[0]
    await world.gateways
      .get('wechat')
      ?.refund({ number: booked?.number ?? '', refundNumber: 'BYHAND0001', amount: 500 as never, total: 2000 as never, reason: 'by hand' })
    await world.advanceTo('2026-03-04T11:00:00+08:00')
    const day = (await world.queries.days(null, 10)).find((one) => one.day === '2026-03-03' && one.gateway === 'wechat')
    expect(day?.differences).toEqual([expect.objectContaining({ kind: 'only-theirs', about: 'refund', theirsCents: 500 })])
    expect(number).toMatch(/^\d{4}[0-9A-Z]{25}$/)
  })

  test('every row is the fold of its events', async () => {
    expect(await differingPayments(world.db, PREFECTURES)).toEqual([])
  })
})

describe('the gateways’ door', () => {
  test('takes nothing that they did not sign', async () => {
    const post = (path: string, type: string, body: string) => fetch(world.url() + path, { method: 'POST', headers: { 'content-type': type }, body })
    expect((await post('/partners/wechat-pay/notices', 'application/json', '{"id":"1"}')).status).toBe(401)
    expect(
      (await post('/partners/alipay/notices', 'application/x-www-form-urlencoded', 'app_id=2021&trade_status=TRADE_SUCCESS&sign=AAAA&sign_type=RSA2')).status,
    ).toBe(401)
  })
})
