import { describe, expect, test } from 'vitest'
import { day, instant } from '#kernel/time.ts'
import {
  bytesInWords,
  caseNumberInGroups,
  dayInWords,
  durationInWords,
  instantInWords,
  maskIdentityNumber,
  maskName,
  maskPhone,
  percentInWords,
  shortInstantInWords,
} from '#web/shared/format.ts'

describe('days and times are written as people say them', () => {
  test('an instant in Asia/Shanghai', () => {
    expect(instantInWords(instant('2026-02-13T04:00:00Z'))).toEqual({ zh: '2026年2月13日（星期五）12:00', en: '13 Feb 2026 (Fri) 12:00' })
    expect(instantInWords(instant('2026-02-13T16:30:00Z')).zh).toBe('2026年2月14日（星期六）00:30')
  })
  test('a make-up working day says so, without its year where that is plain', () => {
    const note = { zh: '调休上班', en: 'make-up working day' }
    expect(dayInWords(day('2026-02-14'), { year: false, note })).toEqual({ zh: '2月14日（星期六，调休上班）', en: '14 Feb (Sat, make-up working day)' })
  })
  test('Sunday is 星期日', () => expect(dayInWords(day('2026-02-15'))).toEqual({ zh: '2026年2月15日（星期日）', en: '15 Feb 2026 (Sun)' }))
  test('tables write it short', () => expect(shortInstantInWords(instant('2026-12-01T01:05:00Z'))).toEqual({ zh: '12月1日 09:05', en: '1 Dec 09:05' }))
  test('durations', () => {
    expect(durationInWords(0)).toEqual({ zh: '0 分钟', en: '0 min' })
    expect(durationInWords(65).zh).toBe('1 小时 5 分钟')
    expect(durationInWords(60).en).toBe('1 h')
    expect(durationInWords(1440 * 2 + 181).zh).toBe('2 天 3 小时')
  })
})

describe('numbers', () => {
  test('a share is never rounded up to 100%', () => {
    expect(percentInWords(0.9999)).toBe('99.9%')
    expect(percentInWords(1)).toBe('100%')
    expect(percentInWords(0.57)).toBe('57%')
    expect(percentInWords(0.286)).toBe('28.6%')
  })
  test('sizes of files', () => {
    expect(bytesInWords(1)).toBe('1 KB')
    expect(bytesInWords(2.4 * 1024 * 1024)).toBe('2.4 MB')
  })
})

describe('what is personal is masked', () => {
  test('identity numbers keep three and four characters', () => expect(maskIdentityNumber('220102199003071234')).toBe('220***********1234'))
  test('a name keeps its first character, whatever its length', () => {
    expect(maskName('张三')).toBe('张*')
    expect(maskName('欧阳娜娜')).toBe('欧*')
    expect(maskName('𠮷田')).toBe('𠮷*')
  })
  test('phones', () => expect(maskPhone('13812345678')).toBe('138****5678'))
  test('case numbers are read in fours', () =>
    expect(caseNumberInGroups('2224202602123456789').split('\u00a0')).toEqual(['2224', '2026', '0212', '3456', '789']))
})
