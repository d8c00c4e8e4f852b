/** Payment notices as they really come: doubled, late, out of order, lost; afterwards every order is right and both books agree to the cent. */
import { type Figure, median } from '#bench/figure.ts'
import { seededChance } from '#kernel/chance.ts'
import { dayOf, plusMinutes } from '#kernel/time.ts'
import { ALIPAY_NOTICE_PATH } from '#partners/alipay/protocol.ts'
import { WECHAT_NOTICE_PATH } from '#partners/wechat-pay/protocol.ts'
import { openPaymentWorld } from '#test/payment.ts'

export interface PaymentsSize {
  readonly orders: number
  readonly seed: number
}

export interface PaymentsMeasured {
  readonly wrong: number
  readonly differences: number
  readonly centsApart: number
  readonly counted: { readonly doubled: number; readonly outOfOrder: number; readonly lost: number }
}

const START = '2026-03-02T09:00:00+08:00'
const AT_ONCE = 8

/** @param url of a migrated database, as the application logs in */
export async function payNotices(url: string, { orders, seed }: PaymentsSize, say: (line: string) => void): Promise<PaymentsMeasured> {
  const world = await openPaymentWorld({ url, startAt: START, timeoutMs: 20_000 })
  try {
    const chance = seededChance(seed)
    const fates = Array.from({ length: orders }, (_, index) => ({
      gateway: index % 2 === 0 ? ('wechat' as const) : ('alipay' as const),
      doubled: chance.below(100) < 30,
      late: chance.below(100) < 20,
      lost: chance.below(100) < 5,
    }))
    const counted = {
      doubled: fates.filter(({ doubled }) => doubled).length,
      outOfOrder: fates.filter(({ late }) => late).length,
      lost: fates.filter(({ lost }) => lost).length,
    }
    const cases = await each(fates, async (fate) => ({ fate, ...(await world.openFee()) }))
    say(`  payments: ${cases.length} cases wait for their fee`)
    const placed = await each(cases, async (one) => ({ ...one, payAt: (await world.place(one.key, one.fate.gateway)).state.payAt }))
    // The stand-ins keep each notice as a message: here their fate is dealt out, one by one.
    for (const { fate, payAt } of placed) {
      const standIn = fate.gateway === 'wechat' ? world.wechatPay : world.alipay
      if (fate.lost) await standIn.setFault({ fault: 'lost-notice', count: 1 })
      await world.pay(payAt)
      if (fate.lost) continue
      const path = fate.gateway === 'wechat' ? WECHAT_NOTICE_PATH : ALIPAY_NOTICE_PATH
      const newest = `(select max(id) from standin.messages where path = $1)`
      if (fate.late) await world.db.run({ text: `update standin.messages set due_at = due_at + interval '4 minutes' where id = ${newest}`, values: [path] })
      if (fate.doubled)
        await world.db.run({
          text: `insert into standin.messages (partner, due_at, path, body) select partner, due_at, path, body from standin.messages where id = ${newest}`,
          values: [path],
        })
    }
    say(`  payments: paid; ${counted.doubled} notices doubled, ${counted.outOfOrder} out of order, ${counted.lost} lost`)
    await world.advanceTo(plusMinutes(world.clock.now(), 30))
    const { rows } = await world.db.run<{ status: string; n: number }>({
      text: 'select status, count(*)::int as n from payment_orders group by status',
      values: [],
    })
    const applied = rows.find(({ status }) => status === 'applied')?.n ?? 0
    const settled = (await each(cases, async ({ key }) => (await world.caseEvents(key)).filter(({ event }) => event.type === 'FeeSettled').length)).filter(
      (n) => n === 1,
    ).length
    await world.advanceTo('2026-03-03T11:00:00+08:00')
    const days = (await world.queries.days(null, 10)).filter(({ day }) => day === dayOf(START as never))
    if (days.length !== 2) throw new Error(`${days.length} bills were reconciled, not two`)
    return {
      wrong: orders - Math.min(applied, settled),
      differences: days.reduce((sum, { differences }) => sum + differences.length, 0),
      centsApart:
        days.reduce((sum, { oursCents, theirsCents }) => sum + Math.abs(oursCents - theirsCents), 0) +
        Math.abs(orders * 2000 - days.reduce((sum, { theirsCents }) => sum + theirsCents, 0)),
      counted,
    }
  } finally {
    await world.close()
  }
}

export function paymentFigures({ wrong, differences, centsApart, counted }: PaymentsMeasured, { orders }: PaymentsSize): readonly Figure[] {
  const note = `${orders} orders at both gateways: ${counted.doubled} notices doubled, ${counted.outOfOrder} out of order, ${counted.lost} lost and found by asking`
  return [
    { name: 'payment orders that ended wrong', unit: 'orders', rounds: [wrong], reach: { most: 0 }, note },
    { name: 'lines in which the ledger and the bills differ', unit: 'lines', rounds: [differences], reach: { most: 0 } },
    { name: 'ledger less bills', unit: 'cents', rounds: [median([centsApart])], reach: { most: 0 } },
  ]
}

async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  const queue = items.entries()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, item] of queue) done[index] = await work(item)
    }),
  )
  return done
}
