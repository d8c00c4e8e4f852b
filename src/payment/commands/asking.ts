import type { CaseEvent } from '#case/model.ts'
import type { Instant } from '#kernel/time.ts'
import { GatewayError, GatewayUnavailable, type Notice, type OrderAtGateway, type Trade } from '#partners/gateway.ts'
import { applyToPayment, CLOSE_LATER, caseStateOf, foldPayment, getGateway, keyOf, type PaymentDeps, systemAct } from '#payment/commands/order.ts'
import type { Asked, PaymentState, Placing } from '#payment/model.ts'
import { OPEN, orderKeyOf, orderNumberOf, refundNumberOf } from '#payment/rules.ts'
import { paymentStreamFact } from '#payment/store.ts'
import { subjectOf } from '#payment/words.ts'
import { type Act, type StreamKey, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'

const stateOf = async ({ db }: PaymentDeps, key: StreamKey): Promise<PaymentState> => foldPayment((await gather(db, { past: paymentStreamFact(key) })).past)

/** Whoever asks in vain says so on the order, and then fails: nothing is guessed. */
async function noting<T>(deps: PaymentDeps, key: StreamKey, asked: Asked, act: Act, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof GatewayUnavailable) await applyToPayment(deps, key, { type: 'NoteUnanswered', asked }, act)
    throw error
  }
}

/** What the payer opens, asked of the gateway until it is known. @param payerAddress of the request at hand; a retry has none */
export async function prepare(deps: PaymentDeps, key: StreamKey, act: Act, payerAddress = '127.0.0.1', done: OutboxItem['done'][] = []): Promise<PaymentState> {
  const state = await stateOf(deps, key)
  const { placing } = state
  if (placing === null || !OPEN.has(state.status) || state.payAt !== null || placing.expiresAt <= act.at) return state
  const gateway = getGateway(deps, placing.gateway)
  const payAt = await noting(deps, key, 'prepay', act, async () => gateway.prepay(await orderAt(deps, key, placing, payerAddress)))
  return (await applyToPayment(deps, key, { type: 'RecordPrepared', payAt }, act, done))?.state ?? state
}

async function orderAt(deps: PaymentDeps, key: StreamKey, placing: Placing, payerAddress: string): Promise<OrderAtGateway> {
  const { past } = await gather(deps.db, { past: streamFact<CaseEvent>({ prefecture: key.prefecture, stream: placing.caseId }) })
  return {
    number: orderNumberOf(key),
    amount: placing.amount,
    subject: subjectOf(caseStateOf(past).submission?.title.zh ?? '', placing.caseNumber),
    expiresAt: placing.expiresAt,
    returnTo: deps.payPage(placing.caseNumber),
    way: placing.way,
    payerAddress,
  }
}

const take = (deps: PaymentDeps, key: StreamKey, trade: Trade, by: 'notice' | 'query', act: Act, done: OutboxItem['done'][] = []) =>
  applyToPayment(deps, key, { type: 'TakeTrade', trade, by, refundNumber: refundNumberOf(orderNumberOf(key), 1) }, act, done)

/** Asks the gateway what became of an order that is not known to be over. @throws GatewayUnavailable when it still is not known */
export async function ask(deps: PaymentDeps, key: StreamKey, act: Act, done: OutboxItem['done'][] = []): Promise<PaymentState> {
  const state = await stateOf(deps, key)
  if (state.placing === null || !(OPEN.has(state.status) || state.status === 'closing' || state.status === 'closed')) return state
  const gateway = getGateway(deps, state.placing.gateway)
  const trade = await noting(deps, key, 'query', act, () => gateway.query(orderNumberOf(key)))
  return (await take(deps, key, trade, 'query', act, done))?.state ?? state
}

/**
 * An order that is over is closed at the gateway, so that nobody pays it any more; what was paid before that counts. One that the
 * gateway does not know yet may still be brought there by a payer's browser, until it expires.
 */
export async function close(deps: PaymentDeps, item: OutboxItem): Promise<void> {
  const key = keyOf(item)
  const act = systemAct(item)
  const state = await stateOf(deps, key)
  if (state.status !== 'closing' || state.placing === null) return
  const { gateway: name, expiresAt } = state.placing
  const gateway = getGateway(deps, name)
  const number = orderNumberOf(key)
  let trade = await noting(deps, key, 'close', act, () => gateway.query(number))
  if (trade.state === 'unpaid' || trade.state === 'absent') {
    const now = await noting(deps, key, 'close', act, () => gateway.close(number))
    trade = now === 'closed' ? { ...trade, state: 'closed' } : await noting(deps, key, 'close', act, () => gateway.query(number))
  }
  if (trade.state === 'absent') {
    if (item.at < expiresAt) {
      const later = { prefecture: key.prefecture, stream: key.stream, seq: state.version, reaction: CLOSE_LATER, dueAt: expiresAt }
      await deps.committer.commit({ events: [], changes: [item.done], timers: [later] })
      return
    }
    trade = { ...trade, state: 'closed' }
  }
  await take(deps, key, trade, 'query', act, [item.done])
}

/** A notice that the gateway signed. @returns false for an order that we never placed */
export async function takeNotice(deps: PaymentDeps, notice: Notice, act: Act): Promise<boolean> {
  const key = orderKeyOf(notice.about === 'payment' ? notice.trade.number : notice.number)
  if (key === undefined || !deps.prefectures.includes(key.prefecture)) return false
  if (notice.about === 'refund') {
    const { refundNumber, state, doneAt } = notice.refund
    if (state === 'absent') return false
    return (await applyToPayment(deps, key, { type: 'TakeRefund', state, refundNumber, at: doneAt ?? act.at, said: 'notice' }, act)) !== undefined
  }
  return (await take(deps, key, notice.trade, 'notice', act)) !== undefined
}

/** Gives the money back: asked for as often as it takes, under one number that makes it once. */
export async function refund(deps: PaymentDeps, item: OutboxItem): Promise<void> {
  const key = keyOf(item)
  const state = await stateOf(deps, key)
  if (state.status !== 'refunding' || state.placing === null || state.refund === null || state.paidAmount === null) return
  const gateway = getGateway(deps, state.placing.gateway)
  const { amount, number: refundNumber, why } = state.refund
  const number = orderNumberOf(key)
  const record = (to: 'pending' | 'done' | 'failed', at: Instant, said: string) =>
    applyToPayment(deps, key, { type: 'TakeRefund', state: to, at, refundNumber, said }, systemAct(item), [item.done])
  try {
    const known = item.type === 'timer' ? await gateway.queryRefund(number, refundNumber) : undefined
    const answer =
      known === undefined || known.state === 'absent' ? await gateway.refund({ number, refundNumber, amount, total: state.paidAmount, reason: why }) : known
    if (answer.state === 'pending' && item.type === 'timer') throw new GatewayUnavailable(gateway.name, 'the refund is under way')
    if (answer.state === 'absent') throw new GatewayUnavailable(gateway.name, 'the refund is not there yet')
    await record(answer.state, answer.doneAt ?? item.at, answer.state)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    await record('failed', item.at, error.code)
  }
}
