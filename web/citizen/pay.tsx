/** 缴费: the fee of one case, paid online by the person themselves: choose where, go and pay, come back, see the receipt or what became of it. */
import type { Actor } from '#account/model.ts'
import type { CaseRecord } from '#case/commands.ts'
import { formatCaseNumber, parseCaseNumber } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { cents, moneyInWords } from '#kernel/money.ts'
import type { Instant } from '#kernel/time.ts'
import { GATEWAYS } from '#partners/gateway.ts'
import type { PaymentOutcome } from '#payment/commands/placing.ts'
import { placeBody, placedBody } from '#payment/contract.ts'
import type { PaymentRow, Receipt } from '#payment/model.ts'
import { GATEWAY_WORDS, PAYMENT_MEANING, PAYMENT_STATUS_WORDS, paymentRefusal, REFUND_WORDS } from '#payment/words.ts'
import { actOf } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { feeIsDue } from '#web/shared/case-view.tsx'
import { Radios } from '#web/shared/choice.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Qr } from '#web/shared/qr.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { BackLink, Heading, Lead, Moment, Notice, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'

interface PayData {
  readonly record: CaseRecord
  readonly orders: readonly PaymentRow[]
  readonly payAt: string | null
  readonly receipts: ReadonlyMap<string, Receipt>
  readonly offered: Services['payments']['offered']
}

const words = {
  title: { zh: '缴费', en: 'Pay the fee' },
  progress: { zh: '看进度', en: 'Progress of the case' },
  number: { zh: '办件号', en: 'Case' },
  item: { zh: '收费项目', en: 'Fee item' },
  basis: { zh: '收费依据', en: 'Basis' },
  amount: { zh: '金额', en: 'Amount' },
  where: { zh: '用什么付', en: 'Pay with' },
  whereHint: { zh: '换一种方式，前一种的订单会自动关闭。', en: 'If you change, the order at the first is closed.' },
  order: { zh: '下一步', en: 'Continue' },
  go: { zh: '去付款', en: 'Go and pay' },
  ask: { zh: '查询结果', en: 'See whether it is paid' },
  nothing: { zh: '这个办件现在没有要缴的费用。', en: 'This case has no fee to be paid now.' },
  none: { zh: '这里暂时不能网上付款，请到受理的派出所缴费。', en: 'Paying online is not possible here for now: please pay at the station.' },
  orders: { zh: '缴费记录', en: 'Payments' },
  receipt: { zh: '财政电子票据', en: 'Electronic fiscal receipt' },
  receiptCode: { zh: '票据代码', en: 'Receipt code' },
  receiptNumber: { zh: '票据号码', en: 'Receipt number' },
  receiptCheck: { zh: '校验码', en: 'Check code' },
  synthetic: { zh: '演示票据：号码是合成的，不能用于报销。', en: 'A specimen: the number is synthetic and worth nothing.' },
  voided: { zh: '已退款，票据作废。', en: 'Refunded: the receipt is void.' },
  until: { zh: '请在此之前付款', en: 'Pay before' },
  refunded: { zh: '退款原因', en: 'Refunded because' },
  state: { zh: '状态', en: 'State' },
} as const satisfies Record<string, Sentence>

const TONES: Readonly<Partial<Record<PaymentRow['status'], Tone>>> = {
  applied: 'good',
  paid: 'good',
  waiting: 'attention',
  unknown: 'attention',
  'refund-failed': 'bad',
}

/** What was paid is not booked yet, so that the fee still looks due. */
const isBeingBooked = (orders: readonly PaymentRow[]): boolean => orders.some(({ status }) => status === 'paid')

/** Only while nothing else is known is there somewhere to go and pay. */
const current = (orders: readonly PaymentRow[]): PaymentRow | undefined =>
  orders.find(({ status }) => status === 'ordered' || status === 'waiting' || status === 'unknown')

export const payPage = definePage<Services, PayData>({
  path: '/pay/:number',
  audience: 'resident',
  roles: ['resident'],
  async load(context) {
    const { services, principal, request } = context
    const record = await caseOf(context, { actor: principal as Actor | null, act: actOf(request) })
    if (record === undefined) return undefined
    const orders = await services.paymentQueries.ofCase(record.key)
    const open = current(orders)
    const receipts = new Map(
      orders
        .filter(({ receiptNumber }) => receiptNumber !== null)
        .map((one) => [one.id, services.payments.receiptOf({ prefecture: one.prefecture, stream: one.id })]),
    )
    const payAt = open?.status === 'waiting' ? await services.payments.payAt({ prefecture: open.prefecture, stream: open.id }) : null
    return { record, orders, payAt, receipts, offered: services.payments.offered }
  },
  view: (data) => ({ title: words.title, body: <Pay data={data} /> }),
  actions: { order, ask },
})

async function caseOf({ services, params }: PageContext<Services>, reader: Parameters<Services['caseQueries']['open']>[1]): Promise<CaseRecord | undefined> {
  const parsed = parseCaseNumber(params.number ?? '')
  return parsed.ok ? services.caseQueries.open(parsed, reader, { action: 'payment.pay' }) : undefined
}

async function order(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const { services, act, once, principal, request } = context
  const body = placeBody.safeParse({ gateway: sent.text('gateway') })
  if (!body.success || !services.payments.offered.includes(body.data.gateway))
    return { problem: problem('invalid-input', { fields: { gateway: { zh: '请选择微信支付或支付宝。', en: 'Choose WeChat Pay or Alipay.' } } }) }
  const record = await caseOf(context, { actor: principal as Actor | null, act })
  if (record === undefined) return { problem: problem('not-found') }
  const answer = ({ key, number, state }: Extract<PaymentOutcome, { kind: 'done' }>) => jsonAnswer(201, placedBody(key, number, state))
  const placed = await services.payments.place(record.key, { gateway: body.data.gateway, way: 'h5', payerAddress: request.ip }, act, once, answer)
  if (placed.kind === 'refused') return { problem: problem('refused', { refusals: [paymentRefusal(placed.code)] }) }
  return placed.kind === 'not-found' ? { problem: problem('not-found') } : { to: `/pay/${context.params.number}` }
}

async function ask(_sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const { services, act, principal } = context
  const record = await caseOf(context, { actor: principal as Actor | null, act })
  if (record === undefined) return { problem: problem('not-found') }
  for (const { prefecture, id } of await services.paymentQueries.ofCase(record.key)) await services.payments.askNow({ prefecture, stream: id }, act)
  return { to: `/pay/${context.params.number}` }
}

function Pay({ data: { record, orders, payAt, receipts, offered } }: { readonly data: PayData }) {
  const { submission, fee } = record.state
  const due = feeIsDue(record.state) && !isBeingBooked(orders)
  const open = current(orders)
  return (
    <>
      {submission !== null && <BackLink href={`/progress?number=${submission.number}`}>{words.progress}</BackLink>}
      <Title>{words.title}</Title>
      <Lead>{submission?.title ?? words.title}</Lead>
      {fee !== null && (
        <Answers
          answers={[
            { question: words.number, answer: submission === null ? '' : formatCaseNumber(submission.number) },
            { question: words.item, answer: fee.sentence },
            { question: words.amount, answer: moneyInWords(fee.amount) },
          ]}
        />
      )}
      {open !== undefined && due && <Open order={open} payAt={payAt} />}
      {due && offered.length === 0 && <Notice>{words.none}</Notice>}
      {due && offered.length > 0 && (
        <Form action="order" values={{ gateway: open?.gateway ?? offered[0] ?? '' }}>
          <Radios
            name="gateway"
            label={words.where}
            hint={words.whereHint}
            options={GATEWAYS.filter((one) => offered.includes(one)).map((value) => ({ value, label: GATEWAY_WORDS[value] }))}
          />
          <Buttons>
            <Button quiet={open !== undefined}>{words.order}</Button>
          </Buttons>
        </Form>
      )}
      {isBeingBooked(orders) && (
        <Form action="ask">
          <Buttons>
            <Button>{words.ask}</Button>
          </Buttons>
        </Form>
      )}
      {!due && orders.length === 0 && <Notice>{words.nothing}</Notice>}
      {orders.length > 0 && <Heading>{words.orders}</Heading>}
      {orders.map((one) => (
        <Order key={one.id} order={one} receipt={receipts.get(one.id)} />
      ))}
    </>
  )
}

function Open({ order: { status, expiresAt }, payAt }: { readonly order: PaymentRow; readonly payAt: string | null }) {
  return (
    <>
      <Notice tone="attention" title={PAYMENT_STATUS_WORDS[status]}>
        {PAYMENT_MEANING[status]}
      </Notice>
      {payAt !== null && (
        <>
          <p>
            <Say>{words.until}</Say> <Moment at={expiresAt as Instant} short />
          </p>
          <Buttons>
            <Button href={payAt}>{words.go}</Button>
          </Buttons>
        </>
      )}
      <Form action="ask">
        <Buttons>
          <Button quiet>{words.ask}</Button>
        </Buttons>
      </Form>
    </>
  )
}

function Order({ order, receipt }: { readonly order: PaymentRow; readonly receipt: Receipt | undefined }) {
  const { status, gateway, amountCents, placedAt, paidAt, refundWhy, refundCents } = order
  return (
    <section aria-label={order.number}>
      <p>
        <StatusTag tone={TONES[status] ?? 'neutral'}>{PAYMENT_STATUS_WORDS[status]}</StatusTag> <Say>{GATEWAY_WORDS[gateway]}</Say>{' '}
        <Say>{moneyInWords(cents(amountCents))}</Say> <Moment at={paidAt ?? placedAt} short />
      </p>
      <p>
        <Say>{PAYMENT_MEANING[status]}</Say>
      </p>
      {refundWhy !== null && (
        <Answers
          answers={[
            { question: words.refunded, answer: REFUND_WORDS[refundWhy] },
            { question: words.amount, answer: moneyInWords(cents(refundCents)) },
          ]}
        />
      )}
      {receipt !== undefined && (
        <>
          <Answers
            caption={words.receipt}
            answers={[
              { question: words.receiptCode, answer: receipt.code },
              { question: words.receiptNumber, answer: receipt.number },
              { question: words.receiptCheck, answer: receipt.check },
            ]}
          />
          <Qr text={`01,${receipt.code},${receipt.number},${receipt.check},${(amountCents / 100).toFixed(2)}`} label={words.receipt} />
          {receipt.synthetic && (
            <p>
              <Say>{words.synthetic}</Say>
            </p>
          )}
          {status === 'refunded' && <Notice tone="attention">{words.voided}</Notice>}
        </>
      )}
    </section>
  )
}
