import { describe, expect, test } from 'vitest'
import { checkedRetention, overBefore, type Retention, retentionOn, SHIPPED_RETENTION } from '#account/rules/retention.ts'
import { day } from '#kernel/time.ts'

const log: Retention = {
  id: 'x',
  validFrom: day('2021-05-07'),
  title: { zh: '日志', en: 'Log' },
  keep: { amount: 184, unit: 'day' },
  basis: ['网络安全法 23'],
  log: true,
  deletes: { how: 'operator' },
  note: { zh: '', en: '' },
}
const kept = (amount: number, unit: 'day' | 'month' | 'year'): Retention => ({ ...log, keep: { amount, unit } })

describe('logs are kept for six natural months, however long these are', () => {
  test.each([
    [180, 'day', false],
    [183, 'day', false],
    [184, 'day', true],
    [6, 'month', false],
    [7, 'month', true],
    [1, 'year', true],
  ] as const)('%d %ss: %s', (amount, unit, may) => {
    if (may) expect(checkedRetention([kept(amount, unit)])).toHaveLength(1)
    else expect(() => checkedRetention([kept(amount, unit)])).toThrow('at least 184 days')
  })
  test('what is no log may go earlier', () => expect(checkedRetention([{ ...kept(30, 'day'), log: false }])).toHaveLength(1))
  test('every log that is shipped', () => {
    expect(SHIPPED_RETENTION.filter(({ log: isLog }) => isLog).map(({ id }) => id)).toEqual(['readings', 'sign-in-failures', 'floods', 'request-log'])
  })
})

test('a term without a deletion, and a deletion without a term, are refused', () => {
  expect(() => checkedRetention([{ ...log, keep: null }])).toThrow(RangeError)
  const { deletes: _, ...without } = log
  expect(() => checkedRetention([without])).toThrow(RangeError)
})

test('a changed term holds from its day on', () => {
  const later = { ...kept(365, 'day'), validFrom: day('2026-01-01') }
  expect(retentionOn([log, later], day('2025-12-31'))[0]?.keep?.amount).toBe(184)
  expect(retentionOn([later, log], day('2026-01-01'))[0]?.keep?.amount).toBe(365)
})

test('months and years end on the same day, or the month’s last', () => {
  expect(overBefore({ amount: 184, unit: 'day' }, day('2026-08-16'))).toBe('2026-02-12T16:00:00.000Z')
  expect(overBefore({ amount: 3, unit: 'year' }, day('2028-02-29'))).toBe('2025-02-27T16:00:00.000Z')
  expect(overBefore({ amount: 1, unit: 'month' }, day('2026-03-31'))).toBe('2026-02-27T16:00:00.000Z')
  expect(overBefore({ amount: 10, unit: 'year' }, day('2036-02-13'))).toBe('2026-02-12T16:00:00.000Z')
})
