import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addNaturalDays, addWorkingDays, shippedCalendar as calendar, isWorkingDay } from '#calendar/rules.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, instant, later, msOf, plusMinutes } from '#kernel/time.ts'
import type { Limit, LimitUnit, Pause, RunningLimit } from '#timelimit/model.ts'
import { dueOf, mergePauses, statusOf, stopClock } from '#timelimit/rules.ts'
import { spanInWords } from '#timelimit/words.ts'

const at = (text: string): Instant => instant(`${text.replace(' ', 'T')}:00+08:00`)
const because = (zh: string): Sentence => ({ zh, en: `en ${zh}` })
const limit = (amount: number, unit: LimitUnit, change: Partial<Limit> = {}): Limit => ({
  amount,
  unit,
  basis: '行政许可法 42',
  rollOver: false,
  kind: 'statutory',
  pausable: true,
  ...change,
})

const UNITS: readonly LimitUnit[] = ['minute', 'half-day', 'working-day', 'natural-day', 'month', 'year']
const arbitraryStart = fc.integer({ min: 0, max: 22 * 365 * 1440 }).map((n) => plusMinutes(at('2004-01-01 00:00'), n))
const arbitraryPauses = (start: Instant): fc.Arbitrary<Pause[]> =>
  fc.array(
    fc
      .tuple(fc.integer({ min: -3000, max: 60_000 }), fc.integer({ min: 0, max: 20_000 }), fc.constantFrom('补照片', '听证', '检验'))
      .map(([begin, length, why]) => ({
        from: plusMinutes(start, begin),
        to: plusMinutes(start, begin + length),
        reason: because(why),
      })),
    { maxLength: 4 },
  )
const arbitraryRunning = fc
  .record({ start: arbitraryStart, unit: fc.constantFrom(...UNITS), amount: fc.integer({ min: 0, max: 40 }), rollOver: fc.boolean() })
  .chain(({ start, unit, amount, rollOver }) =>
    arbitraryPauses(start).map(
      (pauses): RunningLimit => ({ limit: limit(unit === 'year' ? amount % 3 : amount, unit, { rollOver }), startedAt: start, pauses }),
    ),
  )

describe('properties', () => {
  test('the spans tile the way from the start to the due instant, and the counted ones sum to the amount', () => {
    fc.assert(
      fc.property(arbitraryRunning, (running) => {
        const due = dueOf(calendar, running)
        const { spans } = due
        expect(spans[0]?.from ?? due.dueAt).toBe(running.startedAt)
        expect(spans.at(-1)?.to ?? running.startedAt).toBe(due.dueAt)
        for (const [i, span] of spans.entries()) {
          expect(span.from < span.to).toBe(true)
          if (i > 0) expect(span.from).toBe(spans[i - 1]?.to)
          if (i > 0)
            expect(
              JSON.stringify({ ...span, from: 0, to: 0, firstDay: 0, lastDay: 0, counted: 0 }) ===
                JSON.stringify({ ...spans[i - 1], from: 0, to: 0, firstDay: 0, lastDay: 0, counted: 0 }),
            ).toBe(false)
          expect(spanInWords(span, running.limit.unit).zh.length).toBeGreaterThan(4)
        }
        expect(spans.reduce((sum, span) => sum + span.counted, 0)).toBeCloseTo(due.counted, 6)
        expect(due.counted >= running.limit.amount).toBe(true)
      }),
      {
        numRuns: 400,
        // Found once by chance: nothing to count, from the cut-off on.
        examples: [
          [
            {
              limit: { amount: 0, unit: 'half-day', basis: '行政许可法 42', rollOver: false, kind: 'statutory', pausable: true },
              startedAt: at('2006-06-22 12:00'),
              pauses: [],
            },
          ],
        ],
      },
    )
  })

  test('without pauses working and natural days agree with the calendar', () => {
    fc.assert(
      fc.property(arbitraryStart, fc.integer({ min: 1, max: 90 }), fc.boolean(), (start, n, rollOver) => {
        const working = dueOf(calendar, { limit: limit(n, 'working-day'), startedAt: start, pauses: [] })
        const byHand = addWorkingDays(calendar, dayOf(start), n)
        expect([working.dueDay, working.provisional]).toEqual([byHand.day, byHand.provisional])
        const natural = dueOf(calendar, { limit: limit(n, 'natural-day', { rollOver }), startedAt: start, pauses: [] })
        const rolled = addNaturalDays(calendar, dayOf(start), n, rollOver)
        expect([natural.dueDay, natural.provisional]).toEqual([rolled.day, rolled.provisional])
      }),
    )
  })

  test('a pause never brings an end forward, and a longer one never ends earlier', () => {
    fc.assert(
      fc.property(
        arbitraryRunning,
        fc.integer({ min: 0, max: 50_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        (running, begin, length, more) => {
          const due = (...extra: Pause[]): Instant => dueOf(calendar, { ...running, pauses: [...running.pauses, ...extra] }).dueAt
          const stop = (minutes: number): Pause => ({
            from: plusMinutes(running.startedAt, begin),
            to: plusMinutes(running.startedAt, begin + minutes),
            reason: because('听证'),
          })
          expect(due(stop(length)) >= due()).toBe(true)
          expect(due(stop(length + more)) >= due(stop(length))).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('a larger amount, and a later start, never end earlier', () => {
    fc.assert(
      fc.property(arbitraryRunning, fc.integer({ min: 1, max: 10_000 }), (running, shift) => {
        const due = dueOf(calendar, running).dueAt
        const larger = dueOf(calendar, { ...running, limit: { ...running.limit, amount: running.limit.amount + 1 } }).dueAt
        expect(larger >= due).toBe(true)
        const plain = { ...running, pauses: [] }
        expect(dueOf(calendar, { ...plain, startedAt: plusMinutes(plain.startedAt, shift) }).dueAt >= dueOf(calendar, plain).dueAt).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('a limit in working days ends on a working day, and none but minutes ends on a paused one', () => {
    fc.assert(
      fc.property(arbitraryRunning, (running) => {
        const due = dueOf(calendar, running)
        const { unit, rollOver } = running.limit
        if (unit === 'working-day' || unit === 'half-day' || (rollOver && unit !== 'minute')) expect(isWorkingDay(calendar, due.dueDay)).toBe(true)
        if (unit !== 'minute') for (const p of running.pauses) expect(p.from <= due.dueAt && due.dueAt < (p.to as Instant) && p.to !== p.from).toBe(false)
      }),
      { numRuns: 200 },
    )
  })

  test('merging pauses is idempotent, changes no end, and keeps the paused instants as they are', () => {
    const covered = (pauses: readonly Pause[], when: Instant): boolean => pauses.some((p) => p.from <= when && p.to !== null && when < p.to)
    fc.assert(
      fc.property(arbitraryRunning, fc.integer({ min: -3000, max: 90_000 }), (running, probe) => {
        const once = mergePauses(running.pauses)
        expect(mergePauses(once)).toEqual(once)
        for (const [i, p] of once.entries()) if (i > 0) expect(p.from > (once[i - 1]?.to as Instant)).toBe(true)
        const when = plusMinutes(running.startedAt, probe)
        expect(covered(once, when)).toBe(covered(running.pauses, when))
        expect(dueOf(calendar, { ...running, pauses: once }).dueAt).toBe(dueOf(calendar, running).dueAt)
        const turned = mergePauses([...running.pauses].reverse())
        expect(turned.map((p) => [p.from, p.to])).toEqual(once.map((p) => [p.from, p.to]))
      }),
    )
  })

  test('what remains falls to nothing as time passes, and only then is it overdue', () => {
    fc.assert(
      fc.property(arbitraryRunning, fc.integer({ min: 0, max: 120_000 }), fc.integer({ min: 0, max: 20_000 }), (running, first, then) => {
        const [one, two] = [plusMinutes(running.startedAt, first), plusMinutes(running.startedAt, first + then)]
        const [before, after] = [statusOf(calendar, running, one), statusOf(calendar, running, two)]
        expect(after.remaining <= before.remaining).toBe(true)
        expect(after.late >= before.late).toBe(true)
        expect(after.state === 'overdue').toBe(msOf(two) > msOf(after.due.dueAt))
        if (after.state === 'overdue') expect(after.remaining).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  test('a limit that is paused now is not overdue', () => {
    fc.assert(
      fc.property(arbitraryRunning, fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 90_000 }), (running, begin, length) => {
        const start = plusMinutes(running.startedAt, begin)
        if (start > dueOf(calendar, running).dueAt) return
        const stopped = stopClock(running, start, because('听证'))
        const now = plusMinutes(start, length)
        const status = statusOf(calendar, stopped, now)
        expect(status.state).toBe('paused')
        expect(status.due.dueAt >= later(now, start)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
