import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededChance } from '#kernel/chance.ts'
import {
  caseNumberProblems,
  creditCodeProblems,
  formatCaseNumber,
  isUuid,
  makeCaseNumber,
  parseCaseNumber,
  parseCreditCode,
  parseVin,
  uuid,
  uuidV7,
  vinProblems,
} from '#kernel/ids.ts'
import { day, instant, instantOfMs } from '#kernel/time.ts'

describe('uuidV7', () => {
  test('the example of RFC 9562, appendix A.6', () => {
    // Its random parts are 0xCC3 and 0x18C4DC0C0C07398F (62 bits, after the variant).
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
    expect(uuidV7(instant('2022-02-22T14:22:22-05:00'), random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })

  test('carries version, variant and its instant whatever the bytes, and sorts by time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_102_444_800_000 }),
        fc.integer({ min: 1, max: 1e9 }),
        fc.uint8Array({ minLength: 10, maxLength: 10 }),
        fc.uint8Array({ minLength: 10, maxLength: 10 }),
        (ms, step, one, other) => {
          const id = uuidV7(instantOfMs(ms), one)
          expect(isUuid(id)).toBe(true)
          expect(id.charAt(14)).toBe('7')
          expect('89ab').toContain(id.charAt(19))
          expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(ms)
          expect(id < uuidV7(instantOfMs(ms + step), other)).toBe(true)
        },
      ),
    )
  })

  test('refuses another count of bytes and texts that are no UUID', () => {
    expect(() => uuidV7(instantOfMs(0), new Uint8Array(16))).toThrow(RangeError)
    expect(() => uuid('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toThrow(RangeError)
    expect(uuid('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })
})

describe('case number', () => {
  const on = day('2026-02-13')
  const number = makeCaseNumber({ prefecture: '2201', on, random: 12_345_678 })

  test('has prefecture, year and month, eight digits and a check digit', () => {
    expect(number).toMatch(/^2201260212345678\d$/)
    expect(makeCaseNumber({ prefecture: '2224', on, random: 7 })).toMatch(/^2224260200000007\d$/)
    expect(formatCaseNumber(number)).toMatch(/^2201 2602 1234 5678 \d$/)
  })

  test('is read back as people write it', () => {
    const fullWidth = number.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0))
    for (const text of [
      number,
      formatCaseNumber(number),
      ` ${number}\n`,
      formatCaseNumber(number).replaceAll(' ', '-'),
      fullWidth,
      `${number.slice(0, 4)}\u3000${number.slice(4)}`,
      `${number.slice(0, 4)}—${number.slice(4)}`,
    ]) {
      expect(parseCaseNumber(text)).toEqual({ ok: true, number, prefecture: '2201' })
    }
  })

  test('any one wrong digit is found', () => {
    const chance = seededChance(7)
    for (let round = 0; round < 50; round++) {
      const drawn = makeCaseNumber({ prefecture: '2202', on, random: chance.below(100_000_000) })
      for (let at = 0; at < 17; at++) {
        for (let digit = 0; digit < 10; digit++) {
          if (String(digit) === drawn.charAt(at)) continue
          expect(parseCaseNumber(drawn.slice(0, at) + digit + drawn.slice(at + 1)).ok).toBe(false)
        }
      }
    }
  })

  test('says what is wrong', () => {
    expect(parseCaseNumber('  ')).toEqual({ ok: false, problem: 'empty' })
    expect(parseCaseNumber(number.slice(1))).toEqual({ ok: false, problem: 'length' })
    expect(parseCaseNumber(`${number.slice(0, 16)}O`)).toEqual({ ok: false, problem: 'characters' })
    expect(parseCaseNumber(number.slice(0, 16) + ((Number(number.charAt(16)) + 1) % 10))).toEqual({ ok: false, problem: 'check-digit' })
    for (const sentence of Object.values(caseNumberProblems)) expect(sentence.zh && sentence.en).toBeTruthy()
  })

  test('a thirteenth month with a right check digit is no case number', () => {
    const problems = Array.from({ length: 10 }, (_, check) => parseCaseNumber(`2201261300000000${check}`)).map((p) => (p.ok ? 'none' : p.problem))
    expect(problems.filter((p) => p === 'month')).toHaveLength(1)
    expect(problems.filter((p) => p === 'check-digit')).toHaveLength(9)
  })

  test('refuses to be made of anything else', () => {
    for (const random of [-1, 1.5, 100_000_000, Number.NaN]) expect(() => makeCaseNumber({ prefecture: '2201', on, random })).toThrow(RangeError)
    expect(() => makeCaseNumber({ prefecture: '220100', on, random: 1 })).toThrow(RangeError)
  })
})

describe('unified social credit code (GB 32100)', () => {
  test('the code of the provincial department in any writing', () => {
    for (const text of ['11220000013544066P', '11220000013544066p', '１１２２００００ 013544066Ｐ'])
      expect(parseCreditCode(text)).toEqual({ ok: true, code: '11220000013544066P' })
  })

  test('what is none', () => {
    expect(parseCreditCode('11220000013544067P')).toEqual({ ok: false, problem: 'check-digit' })
    expect(parseCreditCode('1122000001354406P')).toEqual({ ok: false, problem: 'length' })
    expect(parseCreditCode('11220000O13544066P')).toEqual({ ok: false, problem: 'characters' })
    expect(parseCreditCode('11A20000013544066P')).toEqual({ ok: false, problem: 'characters' })
  })
})

describe('vehicle identification number (GB 16735)', () => {
  test('vectors', () => {
    for (const vin of ['1M8GDM9AXKP042788', 'LVSFKAML4GF423558']) expect(parseVin(vin)).toEqual({ ok: true, vin, warnings: [] })
    expect(parseVin(' lvsfkaml4gf423558 ')).toEqual({ ok: true, vin: 'LVSFKAML4GF423558', warnings: [] })
  })

  test('a wrong check character only warns; wrong letters and lengths are problems', () => {
    expect(parseVin('LVSFKAML5GF423558')).toMatchObject({ ok: true, warnings: ['check-digit'] })
    expect(parseVin('LVSFKAML4GF42355')).toEqual({ ok: false, problem: 'length' })
    expect(parseVin('LVSFKAML4GF42355O')).toEqual({ ok: false, problem: 'characters' })
  })
})

test('every problem of a number is said in both languages', () => {
  for (const words of [caseNumberProblems, creditCodeProblems, vinProblems]) {
    for (const [code, { zh, en }] of Object.entries(words)) expect(zh && en, code).toBeTruthy()
  }
})
