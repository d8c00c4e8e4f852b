import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HalfDaySlot } from '#catalogue/model.ts'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import { day, instant, plusMs } from '#kernel/time.ts'
import type { Line } from '#production/model.ts'
import { dealToLines, fitsInBatch, nextReview, tooLate } from '#production/rules/batch.ts'
import { capacityOfLine, decideLine, evolveLine, linesOn, NO_LINE_STATE } from '#production/rules/lines.ts'
import type { Plannable } from '#production/rules/plan.ts'
import { slotEnd } from '#services/id-card/promise.ts'

const SLOT: HalfDaySlot = { day: day('2026-02-13'), half: 'pm' }
const START = instant('2026-02-13T13:00:00+08:00')
const END = slotEnd(SLOT)
const idOf = (n: number): Uuid =>
  uuidV7(
    START,
    Uint8Array.from({ length: 10 }, (_, i) => (i === 9 ? n & 0xff : i === 8 ? n >> 8 : 0)),
  )
const queueOf = (count: number): Plannable[] =>
  Array.from({ length: count }, (_, n) => ({ id: idOf(n), acceptedAt: plusMs(START, n - 3_600_000), earliest: SLOT, slot: SLOT }))
const serials = (count: number): string[] => Array.from({ length: count }, (_, n) => `JL${n}`)
const line = (id: string, cardsPerHalfDay: number, waiting = 0): Line & { waiting: number } => ({
  id,
  cardsPerHalfDay,
  waiting,
  stoppedAt: null,
  expectedBackAt: null,
})

describe('dealToLines', () => {
  test('gives the next card to the line that has it ready first', () => {
    const { dealt } = dealToLines(queueOf(6), [line('1', 100), line('2', 200)], serials(6), SLOT)
    expect(dealt.map((card) => card.line)).toEqual(['2', '1', '2', '2', '1', '2'])
    expect(dealt.map(({ serial }) => serial)).toEqual(serials(6))
  })

  test('leaves the last accepted when the lines are full, and says so', () => {
    const deal = dealToLines(queueOf(5), [line('1', 4, 1)], serials(9), SLOT)
    expect(deal).toMatchObject({ left: [idOf(3), idOf(4)], short: 'capacity', capacity: 3 })
    expect(deal.dealt[0]).toMatchObject({ position: 2 })
  })

  test('leaves the last accepted when the blanks are used up, and says so', () => {
    expect(dealToLines(queueOf(5), [line('1', 10)], serials(2), SLOT)).toMatchObject({ left: [idOf(2), idOf(3), idOf(4)], short: 'blanks' })
  })

  test('a line that stands still gets cards only when the others are full, and only for the time after it is back', () => {
    const stopped = { ...line('1', 8), stoppedAt: START, expectedBackAt: instant('2026-02-13T15:00:00+08:00') }
    expect(capacityOfLine(stopped, SLOT)).toBe(4)
    const { dealt, left } = dealToLines(queueOf(9), [stopped, line('2', 3)], serials(9), SLOT)
    expect(dealt.map((card) => card.line)).toEqual(['2', '2', '2', '1', '1', '1', '1'])
    expect(left).toHaveLength(2)
  })

  test('hands every card to one line or leaves it, never more than a line holds, no blank twice', () => {
    const lines = fc.array(fc.record({ cards: fc.integer({ min: 1, max: 20 }), waiting: fc.nat(5) }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.nat(60), lines, fc.nat(60), (cards, ratings, blanks) => {
        const all = ratings.map(({ cards: perHalfDay, waiting }, n) => line(String(n), perHalfDay, waiting))
        const { dealt, left } = dealToLines(queueOf(cards), all, serials(blanks), SLOT)
        expect([...dealt.map(({ id }) => id), ...left].sort()).toEqual(
          queueOf(cards)
            .map(({ id }) => id)
            .sort(),
        )
        expect(new Set(dealt.map(({ serial }) => serial)).size).toBe(dealt.length)
        for (const { id, cardsPerHalfDay, waiting } of all)
          expect(dealt.filter((card) => card.line === id).length).toBeLessThanOrEqual(Math.max(0, cardsPerHalfDay - waiting))
        // What is left was accepted after everything that was dealt.
        expect(dealt.map(({ id }) => id)).toEqual(queueOf(dealt.length).map(({ id }) => id))
      }),
    )
  })
})

describe('a review of a line', () => {
  const cards = (count: number) => Array.from({ length: count }, (_, n) => ({ id: idOf(n), slot: SLOT }))

  test('finds nothing late on a full line that works as rated', () => {
    expect(tooLate(line('1', 1200), cards(1200), START)).toEqual([])
  })

  test('finds the last cards late when a line has stood still too long', () => {
    const stopped: Line = { ...line('1', 1300), stoppedAt: START } // nine seconds a card
    const at = instant('2026-02-13T16:30:00+08:00') // back at 16:45 at best: a hundred cards
    expect(tooLate(stopped, cards(150), at).map(({ id }) => id)).toEqual(
      cards(150)
        .slice(100)
        .map(({ id }) => id),
    )
  })

  test('hopes for nothing in the last minute, so that people are told before the promise is due', () => {
    expect(tooLate(line('1', 1200), cards(1), instant('2026-02-13T16:59:00+08:00'))).toHaveLength(1)
  })

  test('comes again before the end, and ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.boolean(), fc.integer({ min: 10, max: 2000 }), (count, isStopped, rating) => {
        const one: Line = { ...line('1', rating), stoppedAt: isStopped ? START : null }
        let at = START
        let rounds = 0
        for (let next = nextReview(one, cards(count), at); next !== undefined && rounds < 100; next = nextReview(one, cards(count), at)) {
          rounds += 1
          expect(next > at && next < END).toBe(true)
          at = next
        }
        expect(rounds).toBeLessThan(100)
        expect(tooLate(one, cards(count), at)).toHaveLength(count)
      }),
      { numRuns: 30 },
    )
  })

  test('a card is made again within the batch only while there is time', () => {
    expect(fitsInBatch(line('1', 1200), 100, SLOT, START)).toBe(true)
    expect(fitsInBatch(line('1', 1200), 100, SLOT, instant('2026-02-13T16:40:00+08:00'))).toBe(false)
    expect(fitsInBatch({ ...line('1', 1200), stoppedAt: START }, 0, SLOT, START)).toBe(false)
  })
})

describe('a line', () => {
  const stopAt = (at: string, by: 'line' | 'worker' = 'line') =>
    ({ type: 'StopLine', line: '1', by, reason: 'jam', at: instant(at), expectedBackAt: null }) as const
  const resumeAt = (at: string, by: 'line' | 'worker' = 'line') => ({ type: 'ResumeLine', line: '1', by, at: instant(at) }) as const
  const live = (...commands: (ReturnType<typeof stopAt> | ReturnType<typeof resumeAt>)[]) =>
    commands.reduce((state, command) => {
      const decision = decideLine(state, command)
      return decision.ok ? decision.events.reduce(evolveLine, state) : state
    }, NO_LINE_STATE)

  test('is not stopped by a report that is older than its resumption', () => {
    const state = live(resumeAt('2026-02-13T14:00:00+08:00'), stopAt('2026-02-13T13:30:00+08:00'))
    expect(state.state).toBe('working')
    const late = live(stopAt('2026-02-13T13:30:00+08:00'), resumeAt('2026-02-13T14:00:00+08:00'), stopAt('2026-02-13T13:30:00+08:00'))
    expect(late.state).toBe('working')
  })

  test('that stands still already can’t be stopped by a person', () => {
    expect(decideLine(live(stopAt('2026-02-13T13:30:00+08:00')), stopAt('2026-02-13T13:40:00+08:00', 'worker'))).toMatchObject({
      ok: false,
      refusal: { code: 'line-state' },
    })
  })

  test('has the capacity that is in force on the day', () => {
    const dated = [
      { id: '1', cardsPerHalfDay: 1000, validFrom: day('2021-05-07') },
      { id: '1', cardsPerHalfDay: 1500, validFrom: day('2026-01-01') },
      { id: '2', cardsPerHalfDay: 900, validFrom: day('2027-01-01') },
    ]
    expect(linesOn(dated, day('2025-12-31'), new Map())).toMatchObject([{ id: '1', cardsPerHalfDay: 1000 }])
    expect(linesOn(dated, day('2026-01-01'), new Map())).toMatchObject([{ id: '1', cardsPerHalfDay: 1500 }])
  })
})
