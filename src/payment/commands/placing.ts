import type { CaseEvent } from '#case/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { plusMinutes } from '#kernel/time.ts'
import { type GatewayName, GatewayUnavailable, type PayWay } from '#partners/gateway.ts'
import { prepare } from '#payment/commands/asking.ts'
import { appended, applyToPayment, caseStateOf, foldPayment, PAY_MINUTES, type PaymentDeps } from '#payment/commands/order.ts'
import type { PaymentRefusal, PaymentState } from '#payment/model.ts'
import { OPEN, orderNumberOf, paymentDecider } from '#payment/rules.ts'
import { paymentStreamFact, paymentsOfCaseFact } from '#payment/store.ts'
import { paymentRefusal } from '#payment/words.ts'
import { decidedAgain } from '#platform/commit.ts'
import { type Act, type StreamKey, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { type Answer, type Once, problemAnswer } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'

export type PaymentOutcome =
  | { readonly kind: 'done'; readonly key: StreamKey; readonly number: string; readonly state: PaymentState }
  | { readonly kind: 'refused'; readonly code: PaymentRefusal }
  | { readonly kind: 'replayed'; readonly answer: Answer }
  | { readonly kind: 'not-found' }

export interface Wanted {
  readonly gateway: GatewayName
  readonly way: PayWay
  readonly payerAddress: string
}

/**
 * An order for the fee of a case. Two tabs, a double click and a retry get the same order; another gateway takes over from the first.
 * @param answer what is kept for the key: the order as placed, before its gateway has answered
 */
export async function place(
  deps: PaymentDeps,
  caseKey: StreamKey,
  wanted: Wanted,
  act: Act,
  once: Once,
  answer: (done: Extract<PaymentOutcome, { kind: 'done' }>) => Answer,
): Promise<PaymentOutcome> {
  const outcome = await decidedAgain(() => begin(deps, caseKey, wanted, act, once, answer))
  if (outcome.kind !== 'done') return outcome
  try {
    return { ...outcome, state: await prepare(deps, outcome.key, act, wanted.payerAddress) }
  } catch (error) {
    // The order stands; the outbox asks the gateway again until it answers.
    if (!(error instanceof GatewayUnavailable)) throw error
    const { past } = await gather(deps.db, { past: paymentStreamFact(outcome.key) })
    return { ...outcome, state: foldPayment(past) }
  }
}

async function begin(
  deps: PaymentDeps,
  caseKey: StreamKey,
  { gateway, way }: Wanted,
  act: Act,
  once: Once,
  answer: (done: Extract<PaymentOutcome, { kind: 'done' }>) => Answer,
): Promise<PaymentOutcome> {
  const { seen, past, orders } = await gather(deps.db, { seen: once.seen, past: streamFact<CaseEvent>(caseKey), orders: paymentsOfCaseFact(caseKey) })
  const replayed = once.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  const { submission, fee, settlement, status } = caseStateOf(past)
  if (submission === null) return { kind: 'not-found' }
  if (status !== 'granted' || fee === null || fee.amount === 0 || settlement !== null) return refuse(deps, once, 'nothing-to-pay')
  if (orders.some((order) => order.status === 'paid')) return refuse(deps, once, 'being-booked')
  const open = orders.find((order) => OPEN.has(order.status))
  if (open !== undefined) {
    const key = { prefecture: open.prefecture, stream: open.id }
    if (open.gateway === gateway && open.expiresAt > act.at) {
      const found = await gather(deps.db, { past: paymentStreamFact(key) })
      const done = { kind: 'done' as const, key, number: open.number, state: foldPayment(found.past) }
      await deps.committer.commit({ events: [], changes: [once.remember(answer(done))] })
      return done
    }
    await applyToPayment(deps, key, { type: 'Expire', why: open.gateway === gateway ? 'expired' : 'switched' }, act)
  }
  const key = { prefecture: caseKey.prefecture, stream: deps.ids.uuid(act.at) as Uuid }
  const decision = paymentDecider.decide(paymentDecider.initial, {
    type: 'Place',
    placing: {
      caseId: caseKey.stream,
      caseNumber: submission.number,
      personId: submission.personId,
      organ: submission.organ,
      ...{ gateway, way, item: fee.item, itemBasis: fee.basis, amount: fee.amount },
      expiresAt: plusMinutes(act.at, PAY_MINUTES),
    },
  })
  if (!decision.ok) return refuse(deps, once, decision.refusal)
  const next = appended(key, paymentDecider.initial, decision.events, act, act.at)
  const done = { kind: 'done' as const, key, number: orderNumberOf(key), state: next.state }
  await deps.committer.commit({ events: next.stored, changes: [...next.changes, once.remember(answer(done))], timers: next.timers })
  return done
}

/** A refusal changes nothing but is remembered, so that the same request gets the same answer. */
export async function refuse(deps: PaymentDeps, once: Once, code: PaymentRefusal): Promise<PaymentOutcome> {
  await deps.committer.commit({ events: [], changes: [once.remember(problemAnswer(problem('refused', { refusals: [paymentRefusal(code)] })))] })
  return { kind: 'refused', code }
}
