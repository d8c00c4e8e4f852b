import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shippedCalendar as calendar, isWorkingDay } from '#calendar/rules.ts'
import type { CaseEvent, CaseState } from '#case/model.ts'
import { uuid } from '#kernel/ids.ts'
import { day, dayOf, type Instant, instant, plusDays, plusMinutes } from '#kernel/time.ts'
import type { RatingEvent, RatingLevel, RatingState, RectificationCommand } from '#rating/model.ts'
import {
  CALLS_UNANSWERED,
  decideRectification,
  evolveRating,
  isBad,
  ratedOfficers,
  ratingProblem,
  rectificationDue,
  rectificationLimit,
  SHIPPED_SETTINGS,
  satisfiedShare,
  servedChannels,
  settingsOn,
  warnAt,
} from '#rating/rules.ts'

const at = (text: string): Instant => instant(`${text.replace(' ', 'T')}:00+08:00`)
const settings = settingsOn(SHIPPED_SETTINGS, day('2026-02-13'))
const note = { k: 'k', c: 'c' }
const given = (level: RatingLevel, named = true): RatingEvent => ({
  ...{ type: 'RatingGiven', caseId: uuid('00000000-0000-7000-8000-000000000001'), organ: '220102500100', service: 's', channel: 'window' },
  ...{ level, indicators: {}, named, ratedOfficers: ['officer:1'], comment: null },
})
const opened: RatingEvent = { type: 'RectificationOpened', limit: rectificationLimit(settings), dueAt: at('2026-03-13 23:59'), provisional: false }
const fold = (events: readonly RatingEvent[], now = at('2026-02-13 12:00')): RatingState =>
  events.reduce<RatingState | null>((state, event) => evolveRating(state, event, now), null) as RatingState

interface Past {
  readonly event: CaseEvent
  readonly act: { readonly at: Instant; readonly actor: string }
}
const past = (event: object, actor = 'officer:1', when = at('2026-02-13 12:00')): Past => ({ event: event as CaseEvent, act: { at: when, actor } })
const caseIn = (status: CaseState['status'], channel: string, accepted = true): CaseState =>
  ({ status, submission: { channel }, submittedBy: 'officer:1', acceptedAt: accepted ? at('2026-02-13 11:00') : null }) as unknown as CaseState
const HANDED = past({ type: 'CardHandedOver', to: 'self' }, 'officer:2')
const POSTED = past({ type: 'CardHandedOver', to: 'address' }, 'officer:2')

describe('who may rate what', () => {
  test.each([
    ['window', [], ['window']],
    ['home-visit', [], ['window']],
    ['online', [], ['online']],
    ['online', [POSTED], ['online']],
    ['online', [HANDED], ['online', 'window']],
    ['window', [HANDED], ['window']],
  ] as const)('applied by %s: %#', (channel, happened, served) => {
    expect(servedChannels(caseIn('concluded', channel), happened)).toEqual(served)
  })

  test.each([
    ['window', 'producing', true, 'window', undefined],
    ['window', 'reviewing', false, 'window', 'not-served-yet'],
    ['window', 'rejected', false, 'window', undefined],
    ['online', 'producing', true, 'online', 'not-served-yet'],
    ['online', 'concluded', true, 'online', undefined],
    ['online', 'concluded', true, 'window', 'not-that-channel'],
    ['window', 'withdrawn', true, 'online', 'not-that-channel'],
  ] as const)('applied by %s, %s: %s', (channel, status, accepted, rated, problem) => {
    const happened = [past({ type: 'CaseSubmitted' })]
    expect(ratingProblem({ state: caseIn(status, channel, accepted), past: happened }, rated, at('2026-02-20 09:00'), settings)).toBe(problem)
  })

  test('a year after the end, but not later', () => {
    const record = { state: caseIn('concluded', 'window'), past: [past({ type: 'CaseConcluded' })] }
    const last = plusDays(day('2026-02-13'), settings.rateWithinDays)
    expect(ratingProblem(record, 'window', at(`${last} 23:59`), settings)).toBeUndefined()
    expect(ratingProblem(record, 'window', at(`${plusDays(last, 1)} 00:00`), settings)).toBe('too-late')
  })

  test('whom the person met', () => {
    expect(ratedOfficers({ submittedBy: 'resident:7' }, [HANDED, HANDED])).toEqual(['officer:2'])
    expect(ratedOfficers({ submittedBy: 'officer:1' }, [HANDED, past({ type: 'CaseConcluded' }, 'officer:9')])).toEqual(['officer:1', 'officer:2'])
  })
})

describe('the limit', () => {
  test('is fifteen working days, marked unverified, across a holiday and its make-up days', () => {
    expect(settings).toMatchObject({ verified: false, limit: { amount: 15, unit: 'working-day' } })
    const due = rectificationDue(calendar, rectificationLimit(settings), at('2026-02-13 12:00'))
    // 14 and 28 February are worked, 15 to 23 are not: 14; 24 to 28; 2 to 6, 9 to 12 March.
    expect(due.dueDay).toBe('2026-03-12')
    expect(dayOf(warnAt(calendar, due.dueAt, settings.warnWorkingDaysBefore, at('2026-02-13 12:00')))).toBe('2026-03-09')
  })

  test('never warns before it was opened, nor after it is over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500_000 }), fc.integer({ min: 0, max: 30 }), (minutes, before) => {
        const start = plusMinutes(at('2025-01-02 08:00'), minutes)
        const { dueAt, dueDay } = rectificationDue(calendar, rectificationLimit(settings), start)
        const warned = warnAt(calendar, dueAt, before, start)
        expect(warned >= start && warned <= dueAt && isWorkingDay(calendar, dueDay)).toBe(true)
      }),
    )
  })
})

describe('putting right', () => {
  const record: RectificationCommand = { type: 'Record', measure: note }
  const call = (reached: boolean): RectificationCommand => ({ type: 'CallBack', reached, satisfied: true, note })
  const close: RectificationCommand = { type: 'Close', result: 'put-right', explanation: note }
  const run = (start: RatingState, ...commands: readonly RectificationCommand[]): readonly string[] => {
    let state = start
    return commands.map((command) => {
      const decided = decideRectification(state, command, at('2026-03-01 09:00'))
      if (!decided.ok) return decided.code
      state = decided.events.reduce((before, event) => evolveRating(before, event, at('2026-03-01 09:00')), state)
      return state.state
    })
  }
  test.each<[string, RatingState, readonly RectificationCommand[], readonly string[]]>([
    ['a good rating', fold([given(3)]), [record, close], ['no-rectification', 'no-rectification']],
    [
      'a named one',
      fold([given(1), opened]),
      [close, record, close, call(true), close, record],
      ['no-measure', 'open', 'no-call-back', 'open', 'closed', 'closed-already'],
    ],
    [
      'nobody answers',
      fold([given(2), opened]),
      [record, call(false), call(false), close, call(false), close],
      ['open', 'open', 'open', 'no-call-back', 'open', 'closed'],
    ],
    ['an anonymous one', fold([given(2, false), opened]), [call(true), record, close], ['anonymous', 'open', 'closed']],
  ])('%s', (_, start, commands, expected) => expect(run(start, ...commands)).toEqual(expected))

  test('after the last millisecond it is late, and done all the same', () => {
    const open = fold([given(2, false), opened, { type: 'RectificationRecorded', measure: note }])
    for (const [minutes, late] of [
      [0, false],
      [1, true],
    ] as const) {
      const decided = decideRectification(open, close, plusMinutes(open.dueAt as Instant, minutes))
      expect(decided).toMatchObject({ ok: true, events: [{ type: 'RectificationClosed', late }] })
    }
  })

  test('whatever is tried in whatever order: closed means a measure, and a call for who gave their name', () => {
    const command = fc.oneof(
      fc.constant(record),
      fc.constant(close),
      fc.boolean().map(call),
      fc.constant<RectificationCommand>({ type: 'Assign', handler: 'x' }),
    )
    fc.assert(
      fc.property(fc.boolean(), fc.array(command, { maxLength: 12 }), (named, commands) => {
        let state = fold([given(1, named), opened])
        for (const one of commands) {
          const decided = decideRectification(state, one, at('2026-03-01 09:00'))
          if (decided.ok) state = decided.events.reduce((before, event) => evolveRating(before, event, at('2026-03-01 09:00')), state)
        }
        if (state.state === 'closed') expect(state.measure !== null && (!named || state.reached || state.calls >= CALLS_UNANSWERED)).toBe(true)
        if (!named) expect(state.calls).toBe(0)
      }),
    )
  })
})

test('bad is the lower two of five; satisfied the upper three', () => {
  expect(([1, 2, 3, 4, 5] as const).map(isBad)).toEqual([true, true, false, false, false])
  expect(satisfiedShare({ 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 })).toBeNull()
  expect(satisfiedShare({ 1: 1, 2: 1, 3: 1, 4: 0, 5: 0 })).toBe(3333)
})
