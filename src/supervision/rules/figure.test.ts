import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import { day, type Instant, instant, plusMinutes } from '#kernel/time.ts'
import type { CountedCase, PendingEvents, SupervisedEvent } from '#supervision/model.ts'
import { type Folded, figuresAt, foldLapsed, foldPending, keptShare, NO_COUNTS, recount, summedFigures, totalOf } from '#supervision/rules/figure.ts'
import { foldSupervised, outcomeAt } from '#supervision/rules/promise.ts'

const START = instant('2026-03-02T09:00:00+08:00')
const at = (minutes: number): Instant => plusMinutes(START, minutes)
const idOf = (n: number): Uuid => `0190c0de-0000-7000-8000-${String(n).padStart(12, '0')}` as Uuid

const submitted = (minutes: number, n = 1): SupervisedEvent => ({
  type: 'submitted',
  at: at(minutes),
  number: `2201260300000000${n}` as CaseNumber,
  service: 'id-card-renewal',
  measure: 1,
  organ: '220102010000',
  issuer: '220102000000',
})
const accepted = (minutes: number, dueMinutes: number): SupervisedEvent => ({ type: 'accepted', at: at(minutes), withYouBy: at(dueMinutes) })
const told = (minutes: number, dueMinutes: number): SupervisedEvent => ({ type: 'told-anew', at: at(minutes), withYouBy: at(dueMinutes), cause: 'capacity' })
const plain = (type: 'settled' | 'dispatched' | 'lost' | 'arrived' | 'handed-over' | 'concluded' | 'withdrawn', minutes: number): SupervisedEvent => ({
  type,
  at: at(minutes),
})

const begun = [submitted(0), accepted(0, 1000), plain('settled', 0)]
const outcome = (now: number, ...events: SupervisedEvent[]) => {
  const state = foldSupervised([...begun, ...events])
  return state && outcomeAt(state, at(now))
}

describe('how a promise stands', () => {
  test('to the minute: the promised instant itself still keeps it', () => {
    expect(outcome(1000)).toBe('in-progress')
    expect(outcome(1001)).toBe('broken-silently')
    expect(outcome(5000, plain('arrived', 1000))).toBe('kept')
    expect(outcome(5000, plain('arrived', 1001))).toBe('broken-silently')
    expect(outcome(5000, plain('arrived', 900), plain('handed-over', 4000), plain('concluded', 4000))).toBe('kept')
  })

  test('a new day told in time binds instead of the old; told after the old has passed it mends nothing', () => {
    expect(outcome(5000, told(1000, 2000), plain('arrived', 1500))).toBe('kept-as-told')
    expect(outcome(5000, told(1001, 2000), plain('arrived', 1500))).toBe('broken-silently')
    expect(outcome(5000, told(500, 2000), plain('arrived', 900))).toBe('kept')
    expect(outcome(1500, told(500, 2000))).toBe('in-progress')
    expect(outcome(2001, told(500, 2000))).toBe('broken-told')
    expect(outcome(5000, told(500, 2000), told(2001, 3000), plain('arrived', 2500))).toBe('broken-told')
    expect(outcome(5000, told(500, 700), plain('arrived', 900))).toBe('kept')
  })

  test('nothing is broken while the fee is unpaid; paid later, the promise counts anew', () => {
    const unpaid = [submitted(0), accepted(0, 1000)]
    const at5000 = (...events: SupervisedEvent[]) => outcomeAt(foldSupervised([...unpaid, ...events])!, at(5000))
    expect(at5000()).toBe('waiting-for-fee')
    expect(at5000(plain('withdrawn', 3000))).toBe('withdrawn')
    const anew: SupervisedEvent = { type: 'told-anew', at: at(3000), withYouBy: at(4000), cause: 'fee-settled-later' }
    expect(at5000(plain('settled', 3000), anew, plain('arrived', 4000))).toBe('kept')
    expect(at5000(plain('settled', 3000), anew, plain('arrived', 4001))).toBe('broken-silently')
  })

  test('withdrawing does not hide a day that had passed', () => {
    expect(outcome(5000, plain('withdrawn', 999))).toBe('withdrawn')
    expect(outcome(5000, plain('withdrawn', 1001))).toBe('broken-silently')
  })

  test('a lost parcel is with nobody, though it had arrived', () => {
    expect(outcome(1001, plain('dispatched', 100), plain('arrived', 900), plain('lost', 950))).toBe('broken-silently')
  })

  test('what promises nothing is not counted', () => {
    const state = foldSupervised([submitted(0), { type: 'accepted', at: at(0), withYouBy: null }, plain('settled', 0), plain('concluded', 0)])
    expect(outcomeAt(state!, at(0))).toBeNull()
  })

  test('the referral stands still while materials are awaited', () => {
    const referred = [submitted(0), { type: 'referred', at: at(0), dueAt: at(480) } as const, { type: 'materials-awaited', at: at(100) } as const]
    expect(foldSupervised(referred)?.referralPausedAt).toBe(at(100))
    expect(foldSupervised([...referred, { type: 'materials-supplied', at: at(1100), referralDueAt: at(1480) }])?.referralDueAt).toBe(at(1480))
    expect(foldSupervised([...referred, { type: 'materials-supplied', at: at(1100), referralDueAt: at(1480) }, accepted(1200, 2000)])?.referralDueAt).toBeNull()
  })
})

/** Commits of one case at growing instants: what a real case could do, and things that it could not. */
const history = (n: number) =>
  fc
    .array(
      fc.record({
        after: fc.integer({ min: 0, max: 900 }),
        step: fc.constantFrom('accepted', 'settled', 'told', 'fee', 'dispatched', 'lost', 'arrived', 'handed-over', 'concluded', 'withdrawn'),
        due: fc.integer({ min: 1, max: 3000 }),
      }),
      { maxLength: 9 },
    )
    .map((steps): PendingEvents[] => {
      let minutes = n * 7
      let seq = 1
      const prefecture = n % 2 === 0 ? '2201' : '2224'
      const commits: PendingEvents[] = [{ prefecture, id: idOf(n), seq, events: [submitted(minutes, n), accepted(minutes, minutes + 1000)] }]
      for (const { after, step, due } of steps) {
        minutes += after
        seq += 1
        const promisedBy = at(minutes + due)
        const event: SupervisedEvent =
          step === 'accepted'
            ? { type: 'accepted', at: at(minutes), withYouBy: promisedBy }
            : step === 'told' || step === 'fee'
              ? { type: 'told-anew', at: at(minutes), withYouBy: promisedBy, cause: step === 'told' ? 'parcel-late' : 'fee-settled-later' }
              : plain(step, minutes)
        commits.push({ prefecture, id: idOf(n), seq, events: [event] })
      }
      return commits
    })

const histories = fc.tuple(...[1, 2, 3, 4, 5].map(history))

/** The tables, as the sweep keeps them. */
interface Kept {
  readonly cases: ReadonlyMap<string, CountedCase>
  readonly rollup: Folded['change']
}

const stored = ({ cases, rollup }: Kept, { after, change }: Folded): Kept => ({
  cases: new Map([...cases, ...after.map((one) => [one.id, one] as const)]),
  rollup: summedFigures([...rollup, ...change]),
})

/** Interleaves the cases' commits; each case's own stay in order. */
function interleaved(cases: readonly (readonly PendingEvents[])[], order: readonly number[]): PendingEvents[] {
  const queues = cases.map((commits) => [...commits])
  const result: PendingEvents[] = []
  for (const pick of [...order, ...cases.flatMap((commits, i) => commits.map(() => i))]) {
    const next = queues[pick % queues.length]?.shift()
    if (next) result.push(next)
  }
  return result
}

const END = at(20_000)
const range = { measure: 1, from: day('2026-03-01'), to: day('2026-04-30'), prefectures: ['2201', '2224'] }

describe('the rollup', () => {
  test('folded in any order and in any pieces equals a recount of everything', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(4)), fc.array(fc.integer({ min: 1, max: 6 })), fc.array(fc.nat(20_000)), (cases, order, sizes, nows) => {
        const commits = interleaved(cases, order)
        const clock = nows.toSorted((a, b) => a - b)
        let kept: Kept = { cases: new Map(), rollup: [] }
        for (let from = 0, i = 0; from < commits.length; i++) {
          const batch = commits.slice(from, from + (sizes[i] ?? 3))
          from += batch.length
          const counted = [...new Set(batch.map(({ id }) => id))].flatMap((id) => kept.cases.get(id) ?? [])
          kept = stored(kept, foldPending(counted, batch, at(clock[i] ?? 20_000)))
        }
        const now = END
        const lapsed = [...kept.cases.values()].filter(({ countedAs, supervised }) => countedAs === 'in-progress' && supervised.dueBy! < now)
        kept = stored(kept, foldLapsed(lapsed, now))

        const whole = foldPending([], cases.flat(), now).after
        // A case that was decided stays so; what was counted early is counted again by its next event or by its day passing.
        const stale = [...kept.cases.values()].filter(({ countedAs, supervised }) => countedAs !== outcomeAt(supervised, now))
        expect(stale).toEqual([])
        expect(kept.rollup).toEqual(recount(whole))
      }),
      { numRuns: 300 },
    )
  })

  test('with what is not folded yet it gives the same figures at every instant', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(4)), fc.nat(40), fc.nat(20_000), fc.nat(20_000), (cases, order, cut, early, late) => {
        const commits = interleaved(cases, order)
        const [foldedAt, now] = [at(Math.min(early, late)), at(Math.max(early, late))]
        const [folded, pending] = [commits.slice(0, cut), commits.slice(cut)]
        const kept = stored({ cases: new Map(), rollup: [] }, foldPending([], folded, foldedAt))
        const figures = figuresAt(
          {
            rollup: kept.rollup,
            pending,
            counted: [...kept.cases.values()].filter(({ id }) => pending.some((one) => one.id === id)),
            lapsed: [...kept.cases.values()].filter(({ countedAs, supervised }) => countedAs === 'in-progress' && supervised.dueBy! < now),
          },
          now,
          range,
        )
        expect(figures).toEqual(recount(foldPending([], commits, now).after))
      }),
      { numRuns: 300 },
    )
  })

  test('the outcomes add up to what was promised, and nothing else is counted', () => {
    fc.assert(
      fc.property(histories, fc.nat(20_000), (cases, minutes) => {
        const whole = foldPending([], cases.flat(), at(minutes)).after
        const { accepted: acceptedCount, promised, revised, ...outcomes } = totalOf(recount(whole))
        expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBe(promised)
        expect(promised).toBe(cases.length)
        expect(acceptedCount).toBe(promised)
        expect(revised).toBeLessThanOrEqual(promised)
      }),
    )
  })
})

test('the share kept is of the days that have come, and never rounded up', () => {
  expect(keptShare(NO_COUNTS)).toBeNull()
  expect(keptShare({ ...NO_COUNTS, promised: 5, 'in-progress': 3, 'waiting-for-fee': 1, withdrawn: 1 })).toBeNull()
  expect(keptShare({ ...NO_COUNTS, kept: 2998, 'kept-as-told': 1, 'broken-silently': 1 })).toEqual({ kept: 9996, firstTime: 9993 })
})
