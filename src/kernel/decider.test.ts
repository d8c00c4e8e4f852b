import { expect, test } from 'vitest'
import { type Decider, fold, happened, refused, unreachable } from '#kernel/decider.ts'

type Counted = { readonly type: 'counted'; readonly by: number }
const counter: Decider<number, number, Counted, 'negative'> = {
  initial: 0,
  decide: (state, by) => (state + by < 0 ? refused('negative') : happened({ type: 'counted', by })),
  evolve: (state, event) => state + event.by,
}

test('a decision is events or a refusal, and the state is the fold of the events', () => {
  expect(counter.decide(0, -1)).toEqual({ ok: false, refusal: 'negative' })
  const decision = counter.decide(0, 3)
  expect(decision).toEqual({ ok: true, events: [{ type: 'counted', by: 3 }] })
  expect(
    fold(counter, [
      { type: 'counted', by: 3 },
      { type: 'counted', by: -1 },
    ]),
  ).toBe(2)
  expect(fold(counter, [])).toBe(0)
})

test('what can not be says what it was', () => {
  expect(() => unreachable('new' as never)).toThrow('"new"')
})
