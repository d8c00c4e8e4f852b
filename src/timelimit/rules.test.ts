import { describe, expect, test } from 'vitest'
import { shippedCalendar as calendar, calendarOf, shippedNotices } from '#calendar/rules.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, day, dayOf, daysBetween, endOfDay, type Instant, instant, plusDays, plusMs, startOfDay, timeOn } from '#kernel/time.ts'
import type { Due, Limit, LimitUnit, Pause, RunningLimit } from '#timelimit/model.ts'
import { batchOf, dueOf, extendLimit, halfDayOf, mergePauses, restartClock, statusOf, stopClock } from '#timelimit/rules.ts'
import { amountInWords, dueInWords, explanationInWords, extensionProblems, limitInWords, spanInWords, statusInWords } from '#timelimit/words.ts'

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
const from = (start: string, what: Limit, ...pauses: Pause[]): RunningLimit => ({ limit: what, startedAt: at(start), pauses })
const pause = (start: string, end: string | null, why = '补照片'): Pause => ({ from: at(start), to: end === null ? null : at(end), reason: because(why) })
const shape = (due: Due): string[] => due.spans.map((s) => `${s.firstDay}..${s.lastDay} ${s.kind}${s.counted > 0 ? ` ${s.counted}` : ''}`)

describe('working days', () => {
  test.each([
    ['2021-04-30 09:00', 1, '2021-05-06'],
    ['2021-04-30 23:59', 3, '2021-05-08'],
    ['2021-09-30 09:00', 2, '2021-10-09'],
    ['2026-09-30 09:00', 7, '2026-10-15'],
    ['2026-02-14 09:00', 1, '2026-02-24'],
  ])('from %s, %i of them: %s', (start, amount, end) => {
    expect(dueOf(calendar, from(start, limit(amount, 'working-day')))).toMatchObject({ dueDay: end, dueAt: endOfDay(day(end)), provisional: false })
  })

  test('the way is explained day by day, holidays by name', () => {
    const due = dueOf(calendar, from('2026-02-11 10:30', limit(5, 'working-day')))
    expect(shape(due)).toEqual([
      '2026-02-11..2026-02-11 start',
      '2026-02-12..2026-02-13 working-days 2',
      '2026-02-14..2026-02-14 make-up 1',
      '2026-02-15..2026-02-23 holiday',
      '2026-02-24..2026-02-25 working-days 2',
    ])
    expect(due.spans.map((s) => spanInWords(s, 'working-day').zh)).toEqual([
      '2月11日：开始的当天，不计入',
      '2月12日至2月13日：上班，计 2 个工作日',
      '2月14日：春节调休上班，计 1 个工作日',
      '2月15日至2月23日：春节放假，不计入',
      '2月24日至2月25日：上班，计 2 个工作日',
    ])
    expect(dueInWords(due)).toEqual({ zh: '2026年2月25日（星期三）结束前', en: 'by the end of Wed 25 Feb 2026' })
  })

  test('a limit of no days ends with its own day, or with the next working day', () => {
    expect(dueOf(calendar, from('2026-02-13 09:00', limit(0, 'working-day'))).dueAt).toBe(endOfDay(day('2026-02-13')))
    const onSunday = dueOf(calendar, from('2026-03-01 09:00', limit(0, 'working-day')))
    expect(onSunday.dueDay).toBe('2026-03-02')
    expect(shape(onSunday)).toEqual(['2026-03-01..2026-03-01 start', '2026-03-02..2026-03-02 roll-over'])
    const closed = { hours: { cutOff: '12:00', close: '17:00' } }
    expect(dueOf(calendar, from('2026-02-13 16:00', limit(0, 'working-day')), closed).dueAt).toBe(timeOn(day('2026-02-13'), '17:00'))
    expect(dueOf(calendar, from('2026-02-13 18:00', limit(0, 'working-day')), closed).dueAt).toBe(timeOn(day('2026-02-14'), '17:00'))
  })

  test('where there are business hours the last day ends with them (民法典 203)', () => {
    const due = dueOf(calendar, from('2026-02-12 09:00', limit(1, 'working-day')), { hours: { cutOff: '12:00', close: '16:30' } })
    expect(due.dueAt).toBe(timeOn(day('2026-02-13'), '16:30'))
    expect(due.spans.at(-1)?.to).toBe(due.dueAt)
    expect(dueInWords(due).zh).toBe('2026年2月13日（星期五）16:30 前')
  })
})

describe('natural days, months, years', () => {
  test('roll over only where the text says so', () => {
    const fine = from('2021-09-21 15:00', limit(15, 'natural-day', { rollOver: true }))
    const due = dueOf(calendar, fine)
    expect(due).toMatchObject({ dueDay: '2021-10-08', dueAt: endOfDay(day('2021-10-08')), counted: 15 })
    expect(shape(due)).toEqual(['2021-09-21..2021-09-21 start', '2021-09-22..2021-10-06 natural-days 15', '2021-10-07..2021-10-08 roll-over'])
    expect(dueOf(calendar, from('2021-09-21 15:00', limit(15, 'natural-day'))).dueDay).toBe('2021-10-06')
  })

  test('a worked Saturday is no day off', () => {
    expect(dueOf(calendar, from('2021-09-24 15:00', limit(15, 'natural-day', { rollOver: true }))).dueDay).toBe('2021-10-09')
  })

  test.each([
    ['2021-08-31 09:00', 6, 'month', '2022-02-28'],
    ['2023-08-31 09:00', 6, 'month', '2024-02-29'],
    ['2021-12-31 09:00', 2, 'month', '2022-02-28'],
    ['2024-02-29 09:00', 1, 'year', '2025-02-28'],
    ['2021-01-15 09:00', 1, 'month', '2021-02-15'],
  ] as const)('%s and %i %ss: %s', (start, amount, unit, end) => {
    const due = dueOf(calendar, from(start, limit(amount, unit)))
    expect(due.dueDay).toBe(end)
    expect(due.counted).toBe(daysBetween(dayOf(at(start)), day(end)))
  })

  test('a month rolls over too, and is pushed by the days of a pause', () => {
    expect(dueOf(calendar, from('2021-04-01 09:00', limit(1, 'month', { rollOver: true }))).dueDay).toBe('2021-05-06')
    expect(dueOf(calendar, from('2021-01-15 09:00', limit(1, 'month'), pause('2021-01-20 09:00', '2021-01-25 09:00'))).dueDay).toBe('2021-02-20')
  })

  test('a long term without roll-over needs no calendar', () => {
    expect(dueOf(calendar, from('2026-02-13 09:00', limit(50, 'year'))).dueDay).toBe('2076-02-13')
    expect(() => dueOf(calendar, from('2026-02-13 09:00', limit(50, 'year', { rollOver: true })))).toThrow(RangeError)
  })
})

describe('minutes', () => {
  test('run at once, through night and holiday', () => {
    expect(dueOf(calendar, from('2026-02-14 23:50', limit(30, 'minute')))).toMatchObject({ dueAt: at('2026-02-15 00:20'), dueDay: '2026-02-15' })
  })

  test('stand still to the millisecond', () => {
    const due = dueOf(calendar, from('2026-02-13 09:00', limit(30, 'minute'), pause('2026-02-13 09:10', '2026-02-13 09:25')))
    expect(due.dueAt).toBe(at('2026-02-13 09:45'))
    expect(due.spans.map((s) => [s.kind, s.counted])).toEqual([
      ['minutes', 10],
      ['pause', 0],
      ['minutes', 20],
    ])
    expect(due.spans.map((s) => spanInWords(s, 'minute').zh)[1]).toBe('2月13日 09:10–09:25：暂停计算（补照片），不计入')
  })

  test('a pause after the end, or at it, moves nothing', () => {
    expect(dueOf(calendar, from('2026-02-13 09:00', limit(30, 'minute'), pause('2026-02-13 09:31', '2026-02-13 10:00'))).dueAt).toBe(at('2026-02-13 09:30'))
  })
})

describe('half-days', () => {
  test('12:00:00.000 still is morning', () => {
    expect(halfDayOf(at('2026-02-13 12:00'))).toEqual({ day: '2026-02-13', half: 'morning' })
    expect(halfDayOf(plusMs(at('2026-02-13 12:00'), 1))).toEqual({ day: '2026-02-13', half: 'afternoon' })
    expect(halfDayOf(at('2026-02-13 11:31'), '11:30')).toEqual({ day: '2026-02-13', half: 'afternoon' })
    expect(halfDayOf(at('2026-02-13 00:00'))).toEqual({ day: '2026-02-13', half: 'morning' })
    expect(halfDayOf(at('2026-02-13 23:59'))).toEqual({ day: '2026-02-13', half: 'afternoon' })
  })

  test('what comes on a day off counts as the next working morning', () => {
    expect(batchOf(calendar, at('2026-02-15 16:00'))).toEqual({ day: '2026-02-24', half: 'morning' })
    expect(batchOf(calendar, at('2026-02-14 16:00'))).toEqual({ day: '2026-02-14', half: 'afternoon' })
  })

  const made = limit(1, 'half-day', { kind: 'promised' })
  test.each([
    ['2026-02-13 11:59', '2026-02-13 24:00'],
    ['2026-02-13 12:00', '2026-02-13 24:00'],
    ['2026-02-13 12:01', '2026-02-14 12:00'],
    ['2026-02-14 09:00', '2026-02-14 24:00'],
    ['2026-02-14 13:00', '2026-02-24 12:00'],
    ['2026-02-15 09:00', '2026-02-24 24:00'],
    ['2026-02-27 15:00', '2026-02-28 12:00'],
    ['2026-03-01 15:00', '2026-03-02 24:00'],
  ])('accepted at %s, made by %s', (start, end) => {
    const expected = end.endsWith('24:00') ? endOfDay(day(end.slice(0, 10))) : at(end)
    expect(dueOf(calendar, from(start, made)).dueAt).toBe(expected)
  })

  test('the way over a holiday is told', () => {
    const due = dueOf(calendar, from('2026-02-14 13:00', made), { hours: { cutOff: '12:00', close: '17:00' } })
    expect(shape(due)).toEqual(['2026-02-14..2026-02-14 start', '2026-02-15..2026-02-23 holiday', '2026-02-24..2026-02-24 half-days 1'])
    expect(due.spans.map((s) => spanInWords(s, 'half-day').zh)).toEqual([
      '2月14日 13:00–24:00：开始的半天，不计入',
      '2月15日 00:00 至2月23日 24:00：春节放假，不计入',
      '2月24日 00:00–12:00：上班，计 1 个工作半天',
    ])
    expect(dueOf(calendar, from('2026-02-13 09:00', made), { hours: { cutOff: '12:00', close: '17:00' } }).dueAt).toBe(at('2026-02-13 17:00'))
  })

  test('a half-day that ends in a pause is not counted', () => {
    expect(dueOf(calendar, from('2026-02-12 09:00', made, pause('2026-02-12 15:00', '2026-02-13 10:00'))).dueAt).toBe(at('2026-02-13 12:00'))
    expect(dueOf(calendar, from('2026-02-12 09:00', made, pause('2026-02-12 10:00', '2026-02-12 15:00'))).dueAt).toBe(endOfDay(day('2026-02-12')))
  })
})

describe('pauses', () => {
  const threeDays = limit(3, 'working-day')
  test('take out the day on which they begin and give back the one on which they end', () => {
    const due = dueOf(calendar, from('2026-03-02 09:00', threeDays, pause('2026-03-03 10:00', '2026-03-05 15:00')))
    expect(shape(due)).toEqual([
      '2026-03-02..2026-03-02 start',
      '2026-03-03..2026-03-04 pause',
      '2026-03-05..2026-03-06 working-days 2',
      '2026-03-07..2026-03-08 weekend',
      '2026-03-09..2026-03-09 working-days 1',
    ])
  })

  test('within one day move nothing; over the whole day until midnight move one', () => {
    expect(dueOf(calendar, from('2026-03-02 09:00', threeDays, pause('2026-03-03 09:00', '2026-03-03 17:00'))).dueDay).toBe('2026-03-05')
    expect(dueOf(calendar, from('2026-03-02 09:00', threeDays, pause('2026-03-03 00:00', '2026-03-04 00:00'))).dueDay).toBe('2026-03-06')
  })

  test('on the last day carry the end with them: no limit ends in a pause', () => {
    expect(dueOf(calendar, from('2026-03-02 09:00', threeDays, pause('2026-03-05 10:00', '2026-03-10 15:00'))).dueDay).toBe('2026-03-10')
  })

  test('that begin before the start count from it; one that is over before moves nothing', () => {
    expect(dueOf(calendar, from('2026-03-02 09:00', threeDays, pause('2026-02-25 10:00', '2026-03-03 15:00'))).dueDay).toBe('2026-03-05')
    expect(dueOf(calendar, from('2026-03-02 09:00', threeDays, pause('2026-02-25 10:00', '2026-02-26 15:00'))).dueDay).toBe('2026-03-05')
  })

  test('that overlap or touch are one, with each reason once', () => {
    expect(
      mergePauses([
        pause('2026-03-04 00:00', '2026-03-06 00:00', '甲'),
        pause('2026-03-02 00:00', '2026-03-05 00:00', '乙'),
        pause('2026-03-06 00:00', '2026-03-07 00:00', '甲'),
        pause('2026-03-09 00:00', '2026-03-09 00:00'),
      ]),
    ).toEqual([{ from: at('2026-03-02 00:00'), to: at('2026-03-07 00:00'), reason: { zh: '乙；甲', en: 'en 乙; en 甲' } }])
    expect(mergePauses([pause('2026-03-02 00:00', null), pause('2026-03-05 00:00', '2026-03-06 00:00')])).toMatchObject([{ to: null }])
    expect(() => mergePauses([pause('2026-03-05 00:00', '2026-03-04 00:00')])).toThrow(RangeError)
  })

  test('of the sixty days for an identity card move nothing, and at most thirty more may be given (居民身份证法 12)', () => {
    const sixty = limit(60, 'natural-day', { basis: '居民身份证法 12', rollOver: true, pausable: false, extension: { amount: 30, basis: '居民身份证法 12' } })
    const running = from('2026-03-02 09:00', sixty, pause('2026-03-10 09:00', '2026-03-20 09:00'))
    expect(dueOf(calendar, running).dueDay).toBe('2026-05-06')
    const extended = extendLimit(calendar, running, { amount: 30, at: at('2026-04-20 09:00'), reason: because('交通不便') })
    expect(extended.ok && dueOf(calendar, extended.running).dueDay).toBe('2026-06-01')
    const problem = (amount: number, when: string, of: RunningLimit = running): unknown => {
      const answer = extendLimit(calendar, of, { amount, at: at(when), reason: because('交通不便') })
      return answer.ok ? 'none' : answer.problem
    }
    expect(problem(31, '2026-04-20 09:00')).toBe('too-long')
    expect(problem(0, '2026-04-20 09:00')).toBe('too-long')
    expect(problem(30, '2026-05-07 00:00')).toBe('already-over')
    expect(problem(30, '2026-05-06 23:59')).toBe('none')
    expect(problem(1, '2026-04-20 09:00', { ...running, extended: { amount: 1, at: at('2026-04-01 09:00'), reason: because('交通不便') } })).toBe(
      'extended-before',
    )
    expect(problem(1, '2026-04-20 09:00', from('2026-03-02 09:00', limit(60, 'natural-day')))).toBe('not-extendable')
    for (const sentence of Object.values(extensionProblems)) expect(sentence.zh && sentence.en).toBeTruthy()
  })

  test('while one lasts, the due instant is the earliest that it can be and moves on', () => {
    const running = stopClock(from('2026-03-02 09:00', threeDays), at('2026-03-03 10:00'), because('补照片'), '行政许可法 45')
    expect(dueOf(calendar, running)).toMatchObject({ dueDay: '2026-03-05', standsStill: true })
    expect(dueOf(calendar, running, { asOf: at('2026-03-06 10:00') })).toMatchObject({ dueDay: '2026-03-10', standsStill: true })
    expect(dueInWords(dueOf(calendar, running)).zh).toContain('暂停计算')
    const again = restartClock(running, at('2026-03-06 10:00'))
    expect(dueOf(calendar, again)).toMatchObject({ dueDay: '2026-03-10', standsStill: false })
    expect(() => restartClock(again, at('2026-03-07 10:00'))).toThrow(RangeError)
    expect(() => restartClock(running, at('2026-03-03 09:00'))).toThrow(RangeError)
  })
})

describe('a year without its notice', () => {
  test('marks the stretches that it has a say in', () => {
    const due = dueOf(calendar, from('2026-12-30 09:00', limit(2, 'working-day')))
    expect(due).toMatchObject({ dueDay: '2027-01-04', provisional: true })
    expect(due.spans.map((s) => [s.kind, s.provisional])).toEqual([
      ['start', false],
      ['working-days', false],
      ['holiday', true],
      ['weekend', true],
      ['working-days', true],
    ])
    expect(dueInWords(due).zh).toContain('暂定')
    expect(explanationInWords(limit(2, 'working-day'), due).some((s) => s.zh.includes('国务院'))).toBe(true)
  })

  test('touches natural days only at an end that may roll over', () => {
    expect(dueOf(calendar, from('2026-12-20 09:00', limit(15, 'natural-day'))).provisional).toBe(false)
    expect(dueOf(calendar, from('2026-12-20 09:00', limit(15, 'natural-day', { rollOver: true }))).provisional).toBe(true)
    expect(dueOf(calendar, from('2026-12-20 09:00', limit(12, 'natural-day', { rollOver: true })))).toMatchObject({ dueDay: '2027-01-04', provisional: true })
    expect(dueOf(calendar, from('2026-12-20 09:00', limit(11, 'natural-day', { rollOver: true }))).provisional).toBe(false)
  })

  test('of the start has no say', () => {
    const without2025 = calendarOf(shippedNotices.filter((n) => n.year !== 2025))
    expect(dueOf(without2025, from('2025-12-31 09:00', limit(2, 'working-day')))).toMatchObject({ dueDay: '2026-01-05', provisional: false })
  })
})

describe('status', () => {
  const running = from('2026-02-12 09:00', limit(3, 'working-day'))
  const on = (when: string, of: RunningLimit = running) => statusOf(calendar, of, at(when))

  test('counts what is not used up, up to the last day and beyond', () => {
    const seen = [
      '2026-02-12 08:59',
      '2026-02-12 10:00',
      '2026-02-13 10:00',
      '2026-02-14 10:00',
      '2026-02-20 10:00',
      '2026-02-24 23:59',
      '2026-02-25 00:00',
      '2026-02-26 10:00',
      '2026-02-28 10:00',
      '2026-03-01 10:00',
    ].map((when) => {
      const { state, remaining, late } = on(when)
      return [state, remaining, late]
    })
    expect(seen).toEqual([
      ['not-started', 3, 0],
      ['running', 3, 0],
      ['running', 3, 0],
      ['running', 2, 0],
      ['running', 1, 0],
      ['running', 1, 0],
      ['overdue', 0, 1],
      ['overdue', 0, 2],
      ['overdue', 0, 4],
      ['overdue', 0, 4],
    ])
    expect(statusInWords(on('2026-02-24 10:00')).zh).toBe('正在计时，最后一天')
    expect(statusInWords(on('2026-02-13 10:00')).en).toBe('running, 3 working days left')
    expect(statusInWords(on('2026-02-26 10:00')).zh).toBe('已超期 2 个工作日')
  })

  test('stands still while paused and is never overdue then', () => {
    const stopped = stopClock(running, at('2026-02-14 10:00'), because('补照片'))
    for (const when of ['2026-02-14 10:00', '2026-02-20 10:00', '2026-03-20 10:00'])
      expect(on(when, stopped)).toMatchObject({ state: 'paused', remaining: 2, late: 0 })
    expect(statusInWords(on('2026-03-20 10:00', stopped)).zh).toBe('暂停计时，还有 2 个工作日')
    expect(on('2026-03-21 10:00', restartClock(stopped, at('2026-03-20 12:00')))).toMatchObject({ state: 'running', remaining: 1 })
  })

  test('a clock that is stopped after the end helps no more', () => {
    expect(on('2026-03-02 10:00', stopClock(running, at('2026-02-27 10:00'), because('补照片')))).toMatchObject({ state: 'overdue' })
  })

  test('that may not be paused runs on', () => {
    const statutory = { ...stopClock(running, at('2026-02-13 10:00'), because('补照片')), limit: { ...running.limit, pausable: false } }
    expect(on('2026-02-20 10:00', statutory)).toMatchObject({ state: 'running', due: { dueDay: '2026-02-24', standsStill: false } })
  })

  test('kept or missed is settled when it is done', () => {
    expect(on('2026-05-01 10:00', { ...running, finishedAt: endOfDay(day('2026-02-24')) })).toMatchObject({ state: 'kept', late: 0, remaining: 1 })
    expect(on('2026-05-01 10:00', { ...running, finishedAt: startOfDay(day('2026-02-25')) })).toMatchObject({ state: 'missed', late: 1 })
    expect(on('2026-02-13 10:00', { ...running, finishedAt: at('2026-02-14 10:00') })).toMatchObject({ state: 'running' })
  })

  test('in the other units', () => {
    const minutes = from('2026-02-13 09:00', limit(30, 'minute'))
    expect(on('2026-02-13 09:10', minutes)).toMatchObject({ unit: 'minute', remaining: 20 })
    expect(on('2026-02-13 09:31', minutes)).toMatchObject({ state: 'overdue', late: 1 })
    const halves = from('2026-02-13 09:00', limit(3, 'half-day'))
    expect(dueOf(calendar, halves).dueAt).toBe(endOfDay(day('2026-02-14')))
    expect(['2026-02-13 10:00', '2026-02-13 13:00', '2026-02-14 10:00', '2026-02-14 13:00'].map((w) => on(w, halves).remaining)).toEqual([3, 3, 2, 1])
    expect(['2026-02-15 10:00', '2026-02-24 10:00', '2026-02-24 13:00'].map((w) => on(w, halves).late)).toEqual([0, 1, 2])
    const fine = from('2021-09-21 15:00', limit(15, 'natural-day', { rollOver: true }))
    expect(['2021-09-21 16:00', '2021-10-06 10:00', '2021-10-08 10:00'].map((w) => on(w, fine).remaining)).toEqual([17, 3, 1])
    expect(on('2021-10-10 10:00', fine)).toMatchObject({ state: 'overdue', late: 2 })
    expect(on('2022-02-27 10:00', from('2021-08-31 09:00', limit(6, 'month')))).toMatchObject({ unit: 'natural-day', remaining: 2 })
  })
})

describe('words', () => {
  test('limits', () => {
    expect(limitInWords(limit(20, 'working-day'))).toEqual({
      zh: '法定时限：20 个工作日（行政许可法 42）',
      en: 'Limit set by law: 20 working days (Administrative Licensing Law 42)',
    })
    expect(limitInWords(limit(0, 'working-day', { kind: 'promised', basis: '吉公通字〔2021〕32号 十二' })).zh).toBe(
      '承诺时限：当日办结（吉公通字〔2021〕32号 十二）',
    )
    expect(amountInWords(1, 'half-day')).toEqual({ zh: '1 个工作半天', en: '1 working half-day' })
    expect(amountInWords(2.5, 'minute')).toEqual({ zh: '3 分钟', en: '3 minutes' })
  })

  test('an explanation names the limit, the end, each stretch and how we read the text', () => {
    const what = limit(15, 'natural-day', { rollOver: true, interpretation: because('按自然日计算') })
    const sentences = explanationInWords(what, dueOf(calendar, from('2021-09-21 15:00', what))).map((s) => s.zh)
    expect(sentences).toEqual([
      '法定时限：15 天（行政许可法 42）',
      '到期：2021年10月8日（星期五）结束前',
      '9月21日：开始的当天，不计入',
      '9月22日至10月6日：计 15 天',
      '10月7日至10月8日：最后一天遇休息日或暂停，顺延到这里为止',
      '按自然日计算',
    ])
  })

  test('an amount that is none is refused', () => {
    for (const amount of [-1, 1.5]) expect(() => dueOf(calendar, from('2026-02-13 09:00', limit(amount, 'working-day')))).toThrow(RangeError)
    expect(plusDays(day('2026-02-13') as Day, 1)).toBe('2026-02-14')
  })
})
