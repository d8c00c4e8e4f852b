import { createHash } from 'node:crypto'
import { uuid } from '#kernel/ids.ts'
import { cents } from '#kernel/money.ts'
import { type Day, dayOf, type Instant, plusDays, plusMs, timeOfDay } from '#kernel/time.ts'
import { type GatewayName, GatewayUnavailable } from '#partners/gateway.ts'
import { ask } from '#payment/commands/asking.ts'
import { getGateway, type PaymentDeps } from '#payment/commands/order.ts'
import type { Reconciled } from '#payment/model.ts'
import { differencesOf, orderKeyOf, sumOf } from '#payment/rules.ts'
import { daysToReconcileFact, ledgerFact, saveDayChange } from '#payment/store.ts'
import { decidedAgain } from '#platform/commit.ts'
import { type Act, storedEvents, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'

/** A gateway's bill of a day is there at ten the next morning. */
const BILL_READY = '10:30'
const HOUR_MS = 3_600_000
/** Differences are looked at again every six hours, for two weeks. */
const ANEW_MS = 6 * HOUR_MS

/** A day with a gateway has a stream of its own, always the same. */
function dayKey(gateway: GatewayName, on: Day) {
  const hex = createHash('sha256').update(`${gateway} ${on}`).digest('hex')
  return { prefecture: '2200', stream: uuid(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`) }
}

/**
 * 日终对账: our ledger against the gateway's bill, to the cent. What the gateway took and we have not booked is asked for first.
 * @throws GatewayUnavailable when there is no bill yet
 */
export async function reconcile(deps: PaymentDeps, gateway: GatewayName, on: Day, act: Act): Promise<Reconciled> {
  const bill = await getGateway(deps, gateway).bill(on)
  if (bill === undefined) throw new GatewayUnavailable(gateway, `the bill of ${on} is not made yet`)
  const ledger = async () => (await gather(deps.db, { ours: ledgerFact(deps.prefectures, gateway, on) })).ours
  let ours = await ledger()
  const missing = differencesOf(ours, bill).filter(({ kind, about }) => kind === 'only-theirs' && about === 'payment')
  for (const { number } of missing) {
    const key = orderKeyOf(number)
    if (key !== undefined && deps.prefectures.includes(key.prefecture)) await ask(deps, key, act)
  }
  if (missing.length > 0) ours = await ledger()
  const reconciled: Reconciled = {
    gateway,
    day: on,
    oursCount: ours.length,
    oursCents: sumOf(ours),
    theirsCount: bill.length,
    theirsCents: sumOf(bill.map((line) => ({ ...line, amount: cents(line.amount) }))),
    differences: differencesOf(ours, bill),
    at: act.at,
  }
  const key = dayKey(gateway, on)
  await decidedAgain(async () => {
    const { past } = await gather(deps.db, { past: streamFact(key) })
    await deps.committer.commit({
      events: storedEvents(key, past.length, [{ type: 'DayReconciled', ...reconciled }], act),
      changes: [saveDayChange(reconciled)],
    })
  })
  return reconciled
}

/** Finds the days that are due: once an hour of business time, and cheap when nothing is. */
export function reconcilingSweep(deps: PaymentDeps): (now: Instant) => Promise<void> {
  let next: Instant | undefined
  return async (now) => {
    if (next !== undefined && now < next) return
    const upTo = plusDays(dayOf(now), timeOfDay(now) >= BILL_READY ? -1 : -2)
    const { due } = await gather(deps.db, { due: daysToReconcileFact(deps.prefectures, [...deps.gateways.keys()], upTo, plusMs(now, -ANEW_MS)) })
    const act: Act = { at: now, actor: 'system:payment', actorRole: 'system', actorOrgan: null, onBehalfOf: null, requestId: `payment.reconcile:${now}` }
    let failure: unknown
    for (const { gateway, day } of due) await reconcile(deps, gateway, day, act).catch((error: unknown) => (failure = error))
    next = plusMs(now, failure === undefined ? HOUR_MS : HOUR_MS / 6)
    if (failure !== undefined) throw failure
  }
}
