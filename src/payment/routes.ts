import type { Readings } from '#account/commands/readings.ts'
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { CaseQueries } from '#case/queries.ts'
import { parseCaseNumber, uuid } from '#kernel/ids.ts'
import { day } from '#kernel/time.ts'
import { ALIPAY_NOTICE_PATH } from '#partners/alipay/protocol.ts'
import { GatewayUnavailable, type ReceivedNotice } from '#partners/gateway.ts'
import { WECHAT_NOTICE_PATH } from '#partners/wechat-pay/protocol.ts'
import type { Payments } from '#payment/commands/payments.ts'
import type { PaymentOutcome } from '#payment/commands/placing.ts'
import {
  askBody,
  caseParams,
  dayBody,
  daysQuery,
  daysReply,
  noticeBody,
  noticeReply,
  orderBody,
  ordersReply,
  paymentParams,
  placeBody,
  placedBody,
  placedReply,
  reconcileBody,
  troubledQuery,
} from '#payment/contract.ts'
import type { PaymentQueries } from '#payment/queries.ts'
import { orderNumberOf } from '#payment/rules.ts'
import { paymentRefusal } from '#payment/words.ts'
import type { Act } from '#platform/events.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { type Answer, jsonAnswer, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface PaymentRouteDeps {
  readonly payments: Payments
  readonly queries: PaymentQueries
  readonly caseQueries: Pick<CaseQueries, 'open'>
  readonly readings: Readings
}

const TAG = 'payment'
const DAYS_A_PAGE = 31

const actorOf = (principal: Principal | null): Actor | null => principal as Actor | null

const demand = (principal: Principal | null): void => {
  if (!can(actorOf(principal), 'payment.reconcile')) throw new ProblemError(problem('not-found'))
}

const placedAnswer = ({ key, number, state }: Extract<PaymentOutcome, { kind: 'done' }>): Answer => jsonAnswer(201, placedBody(key, number, state))

function answerTo(outcome: PaymentOutcome, answer: (done: Extract<PaymentOutcome, { kind: 'done' }>) => Answer): Answer {
  switch (outcome.kind) {
    case 'done':
      return answer(outcome)
    case 'refused':
      return problemAnswer(problem('refused', { refusals: [paymentRefusal(outcome.code)] }))
    case 'replayed':
      return outcome.answer
    case 'not-found':
      return problemAnswer(problem('not-found'))
  }
}

/** The payer's, the gateways' and the supervisors' routes. */
export const paymentRoutes = (deps: PaymentRouteDeps): readonly AnyRoute[] => [...payers(deps), ...watchers(deps), ...gateways(deps)]

function payers({ payments, queries, caseQueries }: PaymentRouteDeps): readonly AnyRoute[] {
  /** Whoever may not pay for it gets what everybody gets for a number that is no case's. */
  const openCase = async (number: string, principal: Principal | null, act: Act, action: 'payment.pay' | 'case.read'): Promise<CaseRecord> => {
    const parsed = parseCaseNumber(number)
    const record = parsed.ok ? await caseQueries.open(parsed, { actor: actorOf(principal), act }, { action }) : undefined
    if (record === undefined) throw new ProblemError(problem('not-found'))
    return record
  }
  return [
    route({
      method: 'POST',
      path: '/api/v1/cases/:number/payments',
      summary: 'Order the payment of the fee at a gateway; a second tab gets the same order',
      tag: TAG,
      params: caseParams,
      body: placeBody,
      reply: { 201: placedReply },
      async handle({ params, body, principal, act, once, raw }) {
        const record = await openCase(params.number, principal, act, 'payment.pay')
        if (!payments.offered.includes(body.gateway)) throw new ProblemError(problem('unavailable'))
        return answerTo(await payments.place(record.key, { gateway: body.gateway, way: 'h5', payerAddress: raw.ip }, act, once, placedAnswer), placedAnswer)
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/cases/:number/payments',
      summary: 'The orders for the fee of a case, with receipts and refunds, the newest first',
      tag: TAG,
      params: caseParams,
      reply: { 200: ordersReply },
      async handle({ params, principal, act }) {
        const record = await openCase(params.number, principal, act, 'case.read')
        return jsonAnswer(200, { orders: (await queries.ofCase(record.key)).map(orderBody), next: null })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/cases/:number/payments/ask',
      summary: 'Ask the gateways now what became of the orders of a case',
      tag: TAG,
      params: caseParams,
      body: askBody,
      reply: { 200: ordersReply },
      async handle({ params, principal, act, once }) {
        const record = await openCase(params.number, principal, act, 'payment.pay')
        // Asking changes nothing that the gateway has not said: it may be done again.
        void once
        for (const { prefecture, id } of await queries.ofCase(record.key)) await payments.askNow({ prefecture, stream: id }, act)
        return jsonAnswer(200, { orders: (await queries.ofCase(record.key)).map(orderBody), next: null })
      },
    }),
  ]
}

function watchers({ payments, queries, readings }: PaymentRouteDeps): readonly AnyRoute[] {
  const listShown = (act: Act, count: number) => readings.record(act, { subject: null, what: 'list', outcome: 'shown', count })
  return [
    route({
      method: 'GET',
      path: '/api/v1/payments/troubled',
      summary: 'Orders whose end is not known, or whose refund is under way or failed, the oldest first',
      tag: TAG,
      query: troubledQuery,
      reply: { 200: ordersReply },
      async handle({ query, principal, act }) {
        demand(principal)
        const { orders, next } = await queries.troubled(query.cursor, query.limit)
        await listShown(act, orders.length)
        return jsonAnswer(200, { orders: orders.map(orderBody), next })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/payments/:prefecture/:id/refund-again',
      summary: 'Ask for a refund anew that the gateway refused',
      tag: TAG,
      params: paymentParams,
      body: askBody,
      reply: { 200: placedReply },
      async handle({ params, principal, act, once }) {
        demand(principal)
        const key = { prefecture: params.prefecture, stream: uuid(params.id) }
        const answer = (state: Extract<PaymentOutcome, { kind: 'done' }>['state']) => jsonAnswer(200, placedBody(key, orderNumberOf(key), state))
        return answerTo(await payments.refundAgain(key, act, once, answer), ({ state }) => answer(state))
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/payments/days',
      summary: 'Each day with each gateway, reconciled against its bill, with every difference explained',
      tag: TAG,
      query: daysQuery,
      reply: { 200: daysReply },
      async handle({ query, principal }) {
        demand(principal)
        const days = await queries.days(query.before === undefined ? null : day(query.before), DAYS_A_PAGE)
        return jsonAnswer(200, { days: days.map(dayBody) })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/payments/days',
      summary: 'Reconcile a day with a gateway now',
      tag: TAG,
      body: reconcileBody,
      reply: { 200: daysReply },
      async handle({ body, principal, act }) {
        demand(principal)
        if (!payments.offered.includes(body.gateway)) throw new ProblemError(problem('unavailable'))
        try {
          return jsonAnswer(200, { days: [dayBody(await payments.reconcile(body.gateway, day(body.day), act))] })
        } catch (error) {
          if (!(error instanceof GatewayUnavailable)) throw error
          throw new ProblemError(problem('unavailable'))
        }
      },
    }),
  ]
}

/** Each gateway signs its notices in its own way and repeats them until it is told that they were taken. */
function gateways({ payments }: PaymentRouteDeps): readonly AnyRoute[] {
  const taken = async (gateway: 'wechat' | 'alipay', received: ReceivedNotice, act: Act): Promise<void> => {
    const notice = payments.readNotice(gateway, received)
    if (notice === undefined) throw new ProblemError(problem('not-signed-in'))
    await payments.takeNotice(notice, { ...act, actor: `partner:${gateway}`, actorRole: 'partner' })
  }
  return [
    route({
      method: 'POST',
      path: WECHAT_NOTICE_PATH,
      summary: 'WeChat Pay reports a payment or a refund; signed and encrypted, and safe to repeat in any order',
      tag: TAG,
      body: noticeBody,
      reply: { 200: noticeReply },
      open: true,
      keyOptional: true,
      async handle({ act, raw }) {
        await taken('wechat', { headers: raw.headers, body: raw.rawText ?? '' }, act)
        return jsonAnswer(200, { code: 'SUCCESS', message: '成功' })
      },
    }),
    route({
      method: 'POST',
      path: ALIPAY_NOTICE_PATH,
      summary: 'Alipay reports a payment or a refund; signed, and safe to repeat in any order',
      tag: TAG,
      body: noticeBody,
      reply: { 200: noticeReply },
      open: true,
      keyOptional: true,
      formEncoded: true,
      async handle({ body, act, raw }) {
        const parameters = Object.entries(body as Record<string, unknown>).filter((one): one is [string, string] => typeof one[1] === 'string')
        await taken('alipay', { headers: raw.headers, body: new URLSearchParams(parameters).toString() }, act)
        // Alipay knows this one word, and no JSON.
        return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'success' }
      },
    }),
  ]
}
