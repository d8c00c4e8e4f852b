import { expect, test } from 'vitest'
import { halfWidth, typedNumber } from '#kernel/typed-text.ts'

test('full-width characters become half-width, Chinese stays', () => {
  expect(halfWidth('１２Ａ　吉林')).toBe('12A 吉林')
})

test('spaces and dashes of every width carry no meaning in a number', () => {
  expect(typedNumber(' ２２０１０２－1990 0101—001x\u3000\u200b')).toBe('220102199001010 01X'.replace(' ', ''))
})
