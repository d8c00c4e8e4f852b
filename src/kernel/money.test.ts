import { expect, test } from 'vitest'
import { say } from '#kernel/language.ts'
import { cents, moneyInWords, plusCents, yuan } from '#kernel/money.ts'

test('money is whole cents', () => {
  expect(yuan(40)).toBe(4000)
  expect(yuan(0.1) + yuan(0.2)).toBe(30)
  expect(yuan(19.99)).toBe(1999)
  expect(plusCents(yuan(20), yuan(12))).toBe(3200)
  for (const amount of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => cents(amount)).toThrow(RangeError)
})

test('money in words, in both languages', () => {
  expect(moneyInWords(yuan(40))).toEqual({ zh: '40 元', en: 'CNY 40' })
  expect(say(moneyInWords(yuan(12.5)), 'zh')).toBe('12.50 元')
  expect(say(moneyInWords(cents(5)), 'en')).toBe('CNY 0.05')
})
