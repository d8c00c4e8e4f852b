import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededChance } from '#kernel/chance.ts'
import { fold } from '#kernel/decider.ts'
import { type CaseNumber, uuid, uuidV7 } from '#kernel/ids.ts'
import { cents } from '#kernel/money.ts'
import { instant, plusMinutes } from '#kernel/time.ts'
import type { PaymentCommand, PaymentEvent, PaymentState, PaymentStatus, Trade } from '#payment/model.ts'
import { differencesOf, EDGES, HOLDS_MONEY, orderKeyOf, orderNumberOf, paymentDecider, sumOf } from '#payment/rules.ts'

const AT = instant('2026-03-02T01:00:00Z')
const ID = uuid('0192f000-0000-7000-8000-000000000001')

const place: PaymentCommand = {
  type: 'Place',
  placing: {
    ...{ caseId: ID, caseNumber: '22012603000000011' as CaseNumber, personId: ID, organ: '220102500100', gateway: 'wechat', way: 'h5' },
    ...{ item: 'id-card', itemBasis: '居民身份证法 21', amount: cents(2000), expiresAt: plusMinutes(AT, 15) },
  },
}
const said = (state: Trade['state'], amount = 2000): Trade => ({
  number: 'n',
  state,
  transaction: 't',
  amount: cents(amount),
  paidAt: state === 'paid' ? AT : null,
})
const take = (trade: Trade, by: 'notice' | 'query'): PaymentCommand => ({ type: 'TakeTrade', trade, by, refundNumber: 'r1' })
const receipt = { code: '99220001', number: '0000000001', check: 'abcdef', synthetic: true }
const refunded = (state: 'pending' | 'done' | 'failed'): PaymentCommand => ({ type: 'TakeRefund', state, at: AT, refundNumber: 'r1', said: '' })

const COMMANDS: readonly PaymentCommand[] = [
  { type: 'RecordPrepared', payAt: 'https://pay' },
  { type: 'NoteUnanswered', asked: 'query' },
  take(said('paid'), 'notice'),
  take(said('paid'), 'query'),
  take(said('paid', 2001), 'notice'),
  take(said('unpaid'), 'query'),
  take(said('absent'), 'query'),
  { type: 'Expire', why: 'expired' },
  { type: 'Apply', receipt },
  { type: 'OrderRefund', why: 'withdrawn', refundNumber: 'r1' },
  refunded('pending'),
  refunded('done'),
  refunded('failed'),
  { type: 'TryRefundAgain', refundNumber: 'r1' },
]

function run(commands: readonly PaymentCommand[]): { readonly state: PaymentState; readonly events: readonly PaymentEvent[] } {
  let state = paymentDecider.initial
  const events: PaymentEvent[] = []
  for (const command of [place, ...commands]) {
    const decision = paymentDecider.decide(state, command)
    if (!decision.ok) continue
    events.push(...decision.events)
    state = fold({ initial: state, evolve: paymentDecider.evolve }, decision.events)
  }
  return { state, events }
}

describe('the table of an order', () => {
  test('whatever is said, in whatever order and however often, only what is in the table happens, and money is booked and given back at most once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...COMMANDS), { maxLength: 40 }), (commands) => {
        const { state, events } = run(commands)
        const count = (type: PaymentEvent['type']) => events.filter((event) => event.type === type).length
        expect(count('PaymentConfirmed')).toBeLessThanOrEqual(1)
        expect(count('PaymentApplied')).toBeLessThanOrEqual(1)
        expect(count('PaymentRefunded')).toBeLessThanOrEqual(1)
        expect(HOLDS_MONEY.has(state.status) || state.status === 'refunded').toBe(count('PaymentConfirmed') === 1)
        expect(state.version).toBe(events.length)
      }),
    )
  })

  test('notices doubled, lost and shuffled end in the same ledger once the gateway was asked', () => {
    const news = [
      take(said('paid'), 'notice'),
      take(said('paid'), 'notice'),
      take(said('paid', 1), 'notice'),
      { type: 'RecordPrepared', payAt: 'x' } as const,
      COMMANDS[1] as PaymentCommand,
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(news), (some) => {
        const { state } = run([...some, take(said('paid'), 'query'), { type: 'Apply', receipt }])
        expect(state).toMatchObject({ status: 'applied', paidAmount: 2000, transaction: 't' })
      }),
    )
  })

  test('a notice of another amount is asked about, never believed; what the gateway itself says is given back', () => {
    expect(run([take(said('paid', 1), 'notice')]).state).toMatchObject({ status: 'unknown', disputed: true, paidAmount: null })
    expect(run([take(said('paid', 1), 'query')]).state).toMatchObject({ status: 'refunding', refund: { why: 'amount-differs', amount: 1 } })
  })

  test('what was closed and paid all the same is not lost sight of', () => {
    expect(run([{ type: 'Expire', why: 'expired' }, take(said('closed'), 'query'), take(said('paid'), 'notice')]).state.status).toBe('paid')
  })

  test('every state is reached, every edge is used', () => {
    const chance = seededChance(7)
    const edges = new Set<string>()
    const statuses = new Set<PaymentStatus>(['none'])
    for (let i = 0; i < 4_000; i += 1) {
      let state = paymentDecider.initial
      const more = [...COMMANDS, take(said('closed'), 'query')]
      for (const command of [place, ...Array.from({ length: 12 }, () => chance.pick(more))]) {
        const decision = paymentDecider.decide(state, command)
        for (const event of decision.ok ? decision.events : []) {
          edges.add(`${state.status} ${event.type}`)
          state = paymentDecider.evolve(state, event)
          statuses.add(state.status)
        }
      }
    }
    expect([...statuses].toSorted()).toEqual(Object.keys(EDGES).toSorted())
    const all = Object.entries(EDGES).flatMap(([status, to]) => Object.keys(to).map((event) => `${status} ${event}`))
    // A refund's answer that is missing is retried by the outbox and noted nowhere; the state would not change.
    expect(all.filter((edge) => !edges.has(edge))).toEqual([])
  })
})

describe('numbers', () => {
  test('an order’s number gives back its place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (random) => {
        const key = { prefecture: '2224', stream: uuidV7(AT, random) }
        expect(orderNumberOf(key)).toMatch(/^[0-9A-Z]{29}$/)
        expect(orderKeyOf(orderNumberOf(key))).toEqual(key)
      }),
    )
    for (const none of ['', '2201', '2201ABC', `2201${'Z'.repeat(25)}`]) expect(orderKeyOf(none)).toBeUndefined()
  })
})

describe('the day', () => {
  const line = (number: string, amount: number, kind: 'payment' | 'refund' = 'payment') => ({
    kind,
    number,
    amount: cents(amount),
    status: 'applied' as const,
    transaction: 't',
  })
  test('equal books differ in nothing; each difference is one line that says why', () => {
    const lines = [line('a', 2000), line('b', 4000), line('b', 4000, 'refund')]
    expect(differencesOf(lines, lines)).toEqual([])
    expect(sumOf(lines)).toBe(2000)
    const found = differencesOf([line('a', 2000), line('b', 4000)], [line('b', 4001), line('c', 1000)])
    expect(found.map(({ kind, number }) => `${kind} ${number}`)).toEqual(['only-ours a', 'amount-differs b', 'only-theirs c'])
    for (const { because } of found) expect(because.zh.length > 5 && because.en.length > 5).toBe(true)
  })
})
