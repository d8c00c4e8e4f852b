import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWaybill, makeWaybill, waybillCheckDigit } from '#partners/courier/waybill.ts'

describe('waybill numbers (UPU S10)', () => {
  test.each(['RR473124829GB', 'RR287043775IN'])('%s, a published example', (published) => {
    expect(isWaybill(published)).toBe(true)
    expect(makeWaybill('RR', Number(published.slice(2, 10)), published.slice(11))).toBe(published)
  })

  test('10 becomes 0 and 11 becomes 5', () => {
    // 4 × 3 = 12 ≡ 1 → 10 → 0; eight zeros: 0 → 11 → 5
    expect(waybillCheckDigit('00300000')).toBe('0')
    expect(waybillCheckDigit('00000000')).toBe('5')
  })

  test('what is made is valid', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 99_999_999 }), (serial) => isWaybill(makeWaybill('EB', serial))))
  })

  test('a wrong digit is found, unless both remainders share a check digit', () => {
    // 10 → 0 and 11 → 5 fold eleven remainders onto ten digits, so S10 misses the few changes between remainders 0 and 6.
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 9 }), (serial, place, shift) => {
        const waybill = makeWaybill('RR', serial)
        const wrong = (Number(waybill[2 + place]) + shift) % 10
        const changed = `${waybill.slice(0, 2 + place)}${wrong}${waybill.slice(3 + place)}`
        const folded = (text: string): boolean => '5' === text[10] && waybillCheckDigit(text.slice(2, 10)) === '5'
        return !isWaybill(changed) || folded(waybill)
      }),
    )
  })

  test.each(['rr473124829gb', 'RR473124828GB', 'RR47312482GB', 'RR4731248290GB', ''])('%j is none', (text) => {
    expect(isWaybill(text)).toBe(false)
  })

  test('refuses what is no serial number', () => {
    expect(() => makeWaybill('RR', -1)).toThrow(RangeError)
    expect(() => makeWaybill('RR', 100_000_000)).toThrow(RangeError)
    expect(() => makeWaybill('R', 1)).toThrow(RangeError)
    expect(() => waybillCheckDigit('1234567')).toThrow(RangeError)
  })
})
