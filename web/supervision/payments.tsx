/** 收款对账: each day with each gateway to the cent, and the orders that somebody may have to see to. */
import { can } from '#account/rules/can.ts'
import { uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { cents, moneyInWords } from '#kernel/money.ts'
import { placedBody } from '#payment/contract.ts'
import type { PaymentRow, Reconciled } from '#payment/model.ts'
import { orderNumberOf } from '#payment/rules.ts'
import { DIFFERENCE_WORDS, GATEWAY_WORDS, PAYMENT_STATUS_WORDS, paymentRefusal } from '#payment/words.ts'
import { actOf } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import { Button, Form } from '#web/shared/form.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Heading, Lead, Moment, OnDay, StatusTag, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome } from '#web/shared/web.ts'
import { supervisionSections } from '#web/supervision/sections.ts'
import { actorOf } from '#web/window/sections.ts'

const words = {
  title: { zh: '收款对账', en: 'Payments' },
  lead: {
    zh: '每天 10 时 30 分后，与网关前一天的账单逐笔核对到分；有差异的每六小时再核一次。',
    en: 'After 10:30 each day is compared line by line with the gateway’s bill of the day before, to the cent; days with differences again every six hours.',
  },
  days: { zh: '日终对账', en: 'Days' },
  troubled: { zh: '需要关注的订单', en: 'Orders to look at' },
  day: { zh: '日期', en: 'Day' },
  gateway: { zh: '网关', en: 'Gateway' },
  ours: { zh: '我方', en: 'Ours' },
  theirs: { zh: '账单', en: 'Bill' },
  differences: { zh: '差异', en: 'Differences' },
  equal: { zh: '账实相符', en: 'equal' },
  number: { zh: '订单号', en: 'Order' },
  caseNumber: { zh: '办件号', en: 'Case' },
  state: { zh: '状态', en: 'State' },
  amount: { zh: '金额', en: 'Amount' },
  placed: { zh: '下单', en: 'Placed' },
  again: { zh: '重新退款', en: 'Refund again' },
  act: { zh: '处理', en: 'Act' },
} as const satisfies Record<string, Sentence>

const DAYS_SHOWN = 31
const ORDERS_A_PAGE = 50

interface PaymentsData {
  readonly days: readonly Reconciled[]
  readonly orders: readonly PaymentRow[]
  readonly next: string | null
}

export const paymentsPage = definePage<Services, PaymentsData>({
  path: '/supervision/payments',
  audience: 'officer',
  roles: ['supervisor'],
  async load({ services, principal, query, request }) {
    if (!can(actorOf(principal), 'payment.reconcile')) return undefined
    const [days, { orders, next }] = await Promise.all([
      services.paymentQueries.days(null, DAYS_SHOWN),
      services.paymentQueries.troubled(query.after, ORDERS_A_PAGE),
    ])
    await services.readings.record(actOf(request), { subject: null, what: 'list', outcome: 'shown', count: orders.length })
    return { days, orders, next }
  },
  view: ({ days, orders, next }, context) => ({
    title: words.title,
    layout: 'wide',
    sections: supervisionSections(context, '/supervision/payments'),
    body: (
      <>
        <Title>{words.title}</Title>
        <Lead>{words.lead}</Lead>
        <Heading>{words.troubled}</Heading>
        <Table caption={words.troubled} columns={ORDERS} rows={orders} keyOf={({ id }) => id} />
        {next !== null && <Pages next={next} />}
        <Heading>{words.days}</Heading>
        <Table caption={words.days} columns={DAYS} rows={days} keyOf={({ gateway, day }) => `${day} ${gateway}`} />
      </>
    ),
  }),
  actions: { 'refund-again': refundAgain },
})

async function refundAgain(sent: SentForm, { services, principal, act, once }: ActionContext<Services>): Promise<Outcome> {
  const [prefecture = '', id = ''] = sent.text('order').split('.')
  if (!can(actorOf(principal), 'payment.reconcile') || !/^\d{4}$/.test(prefecture)) return { problem: problem('not-found') }
  const key = { prefecture, stream: uuid(id) }
  const done = await services.payments.refundAgain(key, act, once, (state) => jsonAnswer(200, placedBody(key, orderNumberOf(key), state)))
  if (done.kind === 'refused') return { problem: problem('refused', { refusals: [paymentRefusal(done.code)] }) }
  return done.kind === 'not-found' ? { problem: problem('not-found') } : { to: '/supervision/payments' }
}

const money = (amount: number) => <Say>{moneyInWords(cents(amount))}</Say>

const ORDERS: readonly Column<PaymentRow>[] = [
  {
    key: 'state',
    title: words.state,
    cell: ({ status }) => <StatusTag tone={status === 'refund-failed' ? 'bad' : 'attention'}>{PAYMENT_STATUS_WORDS[status]}</StatusTag>,
  },
  { key: 'number', title: words.number, cell: ({ number }) => number },
  { key: 'case', title: words.caseNumber, cell: ({ caseNumber }) => caseNumberInGroups(caseNumber) },
  { key: 'gateway', title: words.gateway, cell: ({ gateway }) => <Say>{GATEWAY_WORDS[gateway]}</Say> },
  { key: 'amount', title: words.amount, cell: ({ amountCents }) => money(amountCents) },
  { key: 'placed', title: words.placed, cell: ({ placedAt }) => <Moment at={placedAt} short /> },
  {
    key: 'act',
    title: words.act,
    cell: ({ prefecture, id, status }) =>
      status === 'refund-failed' && (
        <Form action="refund-again" id={`again-${id}`} dense>
          <Button name="order" value={`${prefecture}.${id}`}>
            {words.again}
          </Button>
        </Form>
      ),
  },
]

const DAYS: readonly Column<Reconciled>[] = [
  { key: 'day', title: words.day, cell: ({ day }) => <OnDay day={day} /> },
  { key: 'gateway', title: words.gateway, cell: ({ gateway }) => <Say>{GATEWAY_WORDS[gateway]}</Say> },
  { key: 'ours', title: words.ours, cell: ({ oursCents, oursCount }) => `${(oursCents / 100).toFixed(2)} (${oursCount})` },
  { key: 'theirs', title: words.theirs, cell: ({ theirsCents, theirsCount }) => `${(theirsCents / 100).toFixed(2)} (${theirsCount})` },
  {
    key: 'differences',
    title: words.differences,
    cell: ({ differences }) =>
      differences.length === 0 ? (
        <Say>{words.equal}</Say>
      ) : (
        <ul class="plain-list">
          {differences.map(({ kind, about, number, because }) => (
            <li key={`${about} ${number}`}>
              <Say>{DIFFERENCE_WORDS[kind]}</Say> {number}: <Say>{because}</Say>
            </li>
          ))}
        </ul>
      ),
  },
]
