import { describe, expect, test } from 'vitest'
import { shippedCalendar } from '#calendar/rules.ts'
import { isUuid } from '#kernel/ids.ts'
import { day, instant } from '#kernel/time.ts'
import { batchIdOf, firstSlotFrom, lineIdOf, nextSlotAfter, slotStart, stockIdOf } from '#production/rules/slots.ts'
import { slotEnd } from '#services/id-card/promise.ts'

const CENTRE = '220000700000'

describe('half-days', () => {
  test.each([
    ['2026-02-13', 'am', '2026-02-13', 'pm'],
    ['2026-02-13', 'pm', '2026-02-14', 'am'], // a make-up Saturday
    ['2026-02-14', 'pm', '2026-02-24', 'am'], // the Spring Festival
    ['2026-02-27', 'pm', '2026-02-28', 'am'], // a make-up Saturday
    ['2026-03-06', 'pm', '2026-03-09', 'am'], // a weekend
  ] as const)('after %s %s comes %s %s', (from, half, to, next) => {
    expect(nextSlotAfter(shippedCalendar, { day: day(from), half })).toEqual({ day: to, half: next })
  })

  test('none comes after the last of a published year', () => {
    expect(nextSlotAfter(shippedCalendar, { day: day('2026-12-31'), half: 'pm' })).toBeUndefined()
  })

  test('one that has begun can’t be planned any more', () => {
    const friday = day('2026-02-13')
    expect(firstSlotFrom(shippedCalendar, instant('2026-02-13T12:59:59.999+08:00'), friday)).toEqual({ day: friday, half: 'pm' })
    expect(firstSlotFrom(shippedCalendar, instant('2026-02-13T13:00:00+08:00'), friday)).toEqual({ day: '2026-02-14', half: 'am' })
  })

  test('begin after the cut-off and end when the promise says', () => {
    const pm = { day: day('2026-02-13'), half: 'pm' } as const
    expect([slotStart(pm), slotEnd(pm)]).toEqual([instant('2026-02-13T13:00:00+08:00'), instant('2026-02-13T17:00:00+08:00')])
  })
})

describe('ids of what production finds again', () => {
  test('are the same for the same thing and differ for all others', () => {
    const slots = ['2026-02-13', '2026-02-14'].flatMap((d) => (['am', 'pm'] as const).map((half) => ({ day: day(d), half })))
    const ids = [...slots.map((slot) => batchIdOf(CENTRE, slot)), ...['1', '2', 'A1', '1A'].map((line) => lineIdOf(CENTRE, line)), stockIdOf(CENTRE)]
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every(isUuid)).toBe(true)
    expect(batchIdOf(CENTRE, { day: day('2026-02-13'), half: 'pm' })).toBe(ids[1])
    expect(batchIdOf('220100700000', slots[0]!)).not.toBe(ids[0])
  })
})
