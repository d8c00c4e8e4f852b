import { describe, expect, test } from 'vitest'
import { uuid } from '#kernel/ids.ts'
import { day, instant } from '#kernel/time.ts'
import { ProblemError } from '#platform/problem.ts'
import type { OrderState } from '#production/model.ts'
import type { BatchView, LineView } from '#production/queries.ts'
import { remarkOf } from '#web/factory/batch.tsx'
import { lateSentences } from '#web/factory/floor.tsx'
import { backAt } from '#web/factory/lines.tsx'
import { slotHours, slotOfAddress, slotShort } from '#web/factory/slots.ts'

const NOW = instant('2026-02-13T14:30:00+08:00')
const PM = { day: day('2026-02-13'), half: 'pm' } as const

const batch: BatchView = {
  id: uuid('019c5527-d600-7001-8d22-0000700000fd'),
  slot: PM,
  status: 'running',
  statusSays: { zh: '制作中', en: 'running' },
  startsAt: instant('2026-02-13T13:00:00+08:00'),
  readyBy: instant('2026-02-13T17:00:00+08:00'),
  startedAt: instant('2026-02-13T13:00:00+08:00'),
  finishedAt: null,
  capacity: 3600,
  cards: { queued: 0, 'on-line': 2, made: 1, finished: 4 },
  spoiled: 0,
  alarms: [],
}

const line: LineView = { id: '2', cardsPerHalfDay: 1200, stoppedAt: null, expectedBackAt: null, state: 'working', reason: null, waiting: 2 }

describe('what is late', () => {
  test('is nothing while the lines work and the batch has time', () => {
    expect(lateSentences({ batches: [batch], lines: [line] }, NOW)).toEqual([])
  })

  test('is a batch that is over and not done, with how many are missing', () => {
    const late = lateSentences({ batches: [batch], lines: [] }, instant('2026-02-13T17:00:01+08:00'))
    expect(late.map(({ sentence }) => sentence.zh)).toEqual(['2月13日（星期五）下午的批次应在 2月13日 17:00 前完成，还有 3 张没有做好。'])
  })

  test('is a line that stands still, with its reason and what it has in hand; then why cards moved on', () => {
    const stopped: LineView = { ...line, state: 'stopped', stoppedAt: instant('2026-02-13T14:05:00+08:00'), reason: '卡纸' }
    const late = lateSentences({ batches: [{ ...batch, alarms: ['line-stopped'] }], lines: [stopped] }, NOW)
    expect(late.map(({ tone }) => tone)).toEqual(['bad', 'attention'])
    expect(late[0]?.sentence.zh).toBe('2 号线自 2月13日 14:05 停机（卡纸），手上还有 2 张。')
  })
})

describe('when a line is expected back', () => {
  test.each([
    ['15:00', '2026-02-13T15:00:00+08:00'],
    ['１５：００', '2026-02-13T15:00:00+08:00'],
    ['2026-02-14 9:00', '2026-02-14T09:00:00+08:00'],
  ])('%s is read', (text, at) => {
    expect(backAt(text, NOW, 'back-2')).toBe(instant(at))
  })

  test('nothing typed: nobody knows', () => {
    expect(backAt(' ', NOW, 'back-2')).toBeNull()
  })

  test.each(['14:30', '25:00', '2026-02-30 09:00', 'soon'])('%s is sent back to its field', (text) => {
    expect(() => backAt(text, NOW, 'back-2')).toThrow(ProblemError)
  })
})

test('a half-day is named by its address, and by nothing else', () => {
  expect(slotOfAddress('2026-02-13pm')).toEqual(PM)
  for (const text of ['2026-02-13', '2026-02-30am', '2026-02-13PM', '']) expect(slotOfAddress(text)).toBeUndefined()
  expect(slotShort(PM)).toEqual({ zh: '2月13日（星期五）下午', en: '13 Feb (Fri) afternoon' })
  expect(slotHours(PM)).toBe('13:00–17:00')
})

test('a card says why it stands where it does', () => {
  const ordered = { earliest: PM } as unknown as NonNullable<OrderState['ordered']>
  const state = { ordered, slot: PM, remakes: 0, withdrawn: null } as unknown as OrderState
  expect(remarkOf(state).zh).toBe('')
  const moved = remarkOf({ ...state, slot: { day: day('2026-02-14'), half: 'am' }, remakes: 1 })
  expect(moved).toEqual({ zh: '原定2月13日（星期五）下午；重制 1 次', en: 'Planned first for 13 Feb (Fri) afternoon; Remade 1×' })
})
