import { expect, test } from 'vitest'
import { instant } from '#kernel/time.ts'
import { nextNoon, shareOf } from '#web/sandbox/sandbox.tsx'

test('the next noon is today’s until it has come', () => {
  expect(nextNoon(instant('2026-02-13T11:59:59+08:00'))).toBe(instant('2026-02-13T12:00:00+08:00'))
  expect(nextNoon(instant('2026-02-13T12:00:00+08:00'))).toBe(instant('2026-02-14T12:00:00+08:00'))
})

test('a move shows how far it is, and never more than all of it', () => {
  const [from, to] = [instant('2026-02-13T12:00:00+08:00'), instant('2026-02-13T16:00:00+08:00')]
  expect(shareOf({ from, to }, from)).toBe(0)
  expect(shareOf({ from, to }, instant('2026-02-13T13:00:00+08:00'))).toBe(0.25)
  expect(shareOf({ from, to }, instant('2026-02-13T17:00:00+08:00'))).toBe(1)
  expect(shareOf({ from, to: from }, from)).toBe(1)
})
