import { expect, test } from 'vitest'
import { day, instant } from '#kernel/time.ts'
import type { Line } from '#production/model.ts'
import { capacityOfLine } from '#production/rules/lines.ts'

const AM = { day: day('2026-02-13'), half: 'am' } as const
const PM = { day: day('2026-02-13'), half: 'pm' } as const

const stopped = (since: string, back: string | null): Line => ({
  id: '1',
  cardsPerHalfDay: 1200,
  stoppedAt: instant(`2026-02-13T${since}:00+08:00`),
  expectedBackAt: back === null ? null : instant(`2026-02-13T${back}:00+08:00`),
})

test('a line counts for the time after it is back; a stop after the half-day took nothing of it', () => {
  expect(capacityOfLine(stopped('13:00', '15:00'), PM)).toBe(600)
  expect(capacityOfLine(stopped('13:00', '15:00'), AM)).toBe(1200)
  expect(capacityOfLine(stopped('13:00', '17:00'), PM)).toBe(0)
  expect(capacityOfLine(stopped('08:00', '12:30'), PM)).toBe(1200)
})
