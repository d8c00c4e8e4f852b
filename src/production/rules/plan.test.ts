import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shippedCalendar } from '#calendar/rules.ts'
import type { HalfDaySlot } from '#catalogue/model.ts'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import { type Day, day, instant, instantOfMs, msOf, plusDays, plusMs } from '#kernel/time.ts'
import type { Line } from '#production/model.ts'
import { inOrderOfAcceptance, type Plan, type Plannable, planBatches } from '#production/rules/plan.ts'
import { isPlannable, slotKey, slotStart } from '#production/rules/slots.ts'
import { slotOf } from '#services/id-card/promise.ts'

const calendar = shippedCalendar
const FROM = instant('2026-02-09T08:00:00+08:00')
const FIRST: HalfDaySlot = { day: day('2026-02-09'), half: 'am' }

const lineOf = (id: string, cardsPerHalfDay: number): Line => ({ id, cardsPerHalfDay, stoppedAt: null, expectedBackAt: null })
const always =
  (...lines: Line[]) =>
  () =>
    lines

const idOf = (n: number): Uuid =>
  uuidV7(
    FROM,
    Uint8Array.from({ length: 10 }, (_, i) => (i < 6 ? 0 : (n >> (8 * (9 - i))) & 0xff)),
  )

const order = (n: number, minutesAfter: number, slot: HalfDaySlot | null = null): Plannable => {
  const acceptedAt = plusMs(FROM, minutesAfter * 60_000)
  return { id: idOf(n), acceptedAt, earliest: slotOf(calendar, acceptedAt), slot }
}

/** Cards accepted within some three weeks that hold the Spring Festival and its make-up days. */
const queues = fc.array(fc.record({ minutes: fc.nat(21 * 24 * 60), later: fc.nat(3), planned: fc.boolean() }), { maxLength: 60 }).map((cards) =>
  cards.map(({ minutes, later, planned }, n): Plannable => {
    const plain = order(n, minutes)
    // Some could only start later than they were accepted: a fee that was settled days after.
    const earliest = later === 0 ? plain.earliest : slotOf(calendar, plusMs(plain.acceptedAt, later * 86_400_000))
    return { ...plain, earliest, slot: planned ? earliest : null }
  }),
)
const capacities = fc.integer({ min: 1, max: 7 })

const slotsOf = (plan: Plan): Map<Uuid, HalfDaySlot> => new Map(plan.batches.flatMap(({ slot, orders }) => orders.map((id) => [id, slot] as const)))

describe('planBatches', () => {
  test('fills the own half-day in order of acceptance, then the next', () => {
    const plan = planBatches([order(3, 62), order(1, 60), order(2, 61)], always(lineOf('1', 2)), calendar, FIRST)
    expect(plan.batches).toEqual([
      { slot: { day: '2026-02-09', half: 'pm' }, orders: [idOf(1), idOf(2)] },
      { slot: { day: '2026-02-10', half: 'am' }, orders: [idOf(3)] },
    ])
    expect(plan.late).toEqual([{ id: idOf(3), slot: { day: '2026-02-10', half: 'am' } }])
  })

  test('what overflows goes before what was accepted later', () => {
    const afternoon = order(9, 6 * 60)
    const plan = planBatches([order(1, 60), order(2, 61), order(3, 62), afternoon], always(lineOf('1', 1)), calendar, FIRST)
    expect(plan.batches.map(({ orders }) => orders[0])).toEqual([idOf(1), idOf(2), idOf(3), afternoon.id])
  })

  test('skips the Spring Festival and uses the make-up days', () => {
    const friday = order(1, 4 * 24 * 60 + 5 * 60) // 13 February, 13:00 → the morning of the make-up day
    const saturday = order(2, 5 * 24 * 60 + 5 * 60) // 14 February, 13:00 → after the festival
    const plan = planBatches([friday, saturday], always(lineOf('1', 5)), calendar, FIRST)
    expect(plan.batches.map(({ slot }) => slotKey(slot))).toEqual(['2026-02-14am', '2026-02-24am'])
  })

  test('a card for which no published half-day has room waits', () => {
    const at = instant('2026-12-31T09:00:00+08:00')
    const last = (n: number): Plannable => ({ id: idOf(n), acceptedAt: plusMs(at, n), earliest: slotOf(calendar, at), slot: null })
    const plan = planBatches([last(1), last(2)], always(lineOf('1', 1)), calendar, { day: day('2026-12-31'), half: 'pm' })
    expect(plan.batches).toEqual([{ slot: { day: '2026-12-31', half: 'pm' }, orders: [idOf(1)] }])
    expect(plan.unplaced).toEqual([idOf(2)])
  })

  test('a line that stands still makes nothing until it is back', () => {
    const stopped: Line = { ...lineOf('2', 4), stoppedAt: instant('2026-02-09T12:00:00+08:00'), expectedBackAt: instant('2026-02-10T12:00:00+08:00') }
    const plan = planBatches(
      [1, 2, 3, 4, 5].map((n) => order(n, 60 + n)),
      always(lineOf('1', 2), stopped),
      calendar,
      FIRST,
    )
    expect(plan.batches.map(({ orders }) => orders.length)).toEqual([2, 2, 1])
  })

  test('never more than the lines can make, and what is there already counts', () => {
    fc.assert(
      fc.property(queues, capacities, capacities, fc.nat(7), (queue, a, b, occupied) => {
        const taken = new Map([['2026-02-10pm', occupied]])
        const { batches } = planBatches(queue, always(lineOf('1', a), lineOf('2', b)), calendar, FIRST, taken)
        for (const { slot, orders } of batches) expect(orders.length + (taken.get(slotKey(slot)) ?? 0)).toBeLessThanOrEqual(a + b)
      }),
    )
  })

  test('no card is lost and none is there twice', () => {
    fc.assert(
      fc.property(queues, capacities, (queue, capacity) => {
        const plan = planBatches(queue, always(lineOf('1', capacity)), calendar, FIRST)
        const all = [...plan.batches.flatMap(({ orders }) => orders), ...plan.unplaced]
        expect([...all].sort()).toEqual(queue.map(({ id }) => id).sort())
      }),
    )
  })

  test('nobody’s half-day is before their own, before the first that can be planned, or on a day off', () => {
    fc.assert(
      fc.property(queues, capacities, fc.nat(10), (queue, capacity, days) => {
        const from: HalfDaySlot = { day: plusDays(FIRST.day, days), half: 'pm' }
        const planned = slotsOf(planBatches(queue, always(lineOf('1', capacity)), calendar, from))
        for (const { id, earliest } of queue) {
          const slot = planned.get(id) as HalfDaySlot
          expect(slotKey(slot) >= slotKey(earliest) && slotKey(slot) >= slotKey(from)).toBe(true)
          expect(isPlannable(calendar, slot)).toBe(true)
        }
      }),
    )
  })

  test('the order of acceptance is kept among those who could be made by then', () => {
    fc.assert(
      fc.property(queues, capacities, (queue, capacity) => {
        const planned = slotsOf(planBatches(queue, always(lineOf('1', capacity)), calendar, FIRST))
        for (const a of queue)
          for (const b of queue) {
            if (inOrderOfAcceptance(a, b) >= 0 || slotKey(a.earliest) > slotKey(b.earliest)) continue
            expect(slotKey(planned.get(a.id) as HalfDaySlot) <= slotKey(planned.get(b.id) as HalfDaySlot)).toBe(true)
          }
      }),
    )
  })

  test('no half-day with room is passed over', () => {
    fc.assert(
      fc.property(queues, capacities, (queue, capacity) => {
        const plan = planBatches(queue, always(lineOf('1', capacity)), calendar, FIRST)
        const filled = new Map(plan.batches.map(({ slot, orders }) => [slotKey(slot), orders.length]))
        for (const { id, slot } of plan.late) {
          const { earliest } = queue.find((one) => one.id === id) as Plannable
          for (let d: Day = earliest.day; d <= slot.day; d = plusDays(d, 1)) {
            for (const half of ['am', 'pm'] as const) {
              const between = { day: d, half }
              const isBefore = slotKey(between) >= slotKey(earliest) && slotKey(between) < slotKey(slot)
              if (isBefore && slotKey(between) >= slotKey(FIRST) && isPlannable(calendar, between)) expect(filled.get(slotKey(between))).toBe(capacity)
            }
          }
        }
      }),
    )
  })

  test('planned again nothing moves, however the queue is read', () => {
    fc.assert(
      fc.property(queues, capacities, (queue, capacity) => {
        const lines = always(lineOf('1', capacity))
        const planned = slotsOf(planBatches(queue, lines, calendar, FIRST))
        const again = planBatches(
          [...queue].reverse().map((one) => ({ ...one, slot: planned.get(one.id) ?? null })),
          lines,
          calendar,
          FIRST,
        )
        expect(again.moved).toEqual([])
        expect(slotsOf(again)).toEqual(planned)
      }),
    )
  })

  test('planning never goes into a provisional year', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20 * 24 * 60), { maxLength: 40 }), capacities, (minutes, capacity) => {
        const start = instant('2026-12-20T08:00:00+08:00')
        const queue = minutes.map((m, n): Plannable => {
          const acceptedAt = instantOfMs(msOf(start) + m * 60_000)
          return { id: idOf(n), acceptedAt, earliest: slotOf(calendar, acceptedAt), slot: null }
        })
        const plan = planBatches(queue, always(lineOf('1', capacity)), calendar, { day: day('2026-12-21'), half: 'am' })
        for (const { slot } of plan.batches) expect(slotStart(slot) < instant('2027-01-01T00:00:00+08:00')).toBe(true)
        expect(plan.batches.flatMap(({ orders }) => orders).length + plan.unplaced.length).toBe(queue.length)
      }),
    )
  })
})
