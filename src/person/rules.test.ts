import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Day, day, plusDays, plusYears } from '#kernel/time.ts'
import type { AgencyFacts, Agent } from '#person/model.ts'
import {
  agencyProblem,
  ageOn,
  capacityOn,
  dayOfAge,
  isAdultOn,
  isElderlyOn,
  makeIdentityNumber,
  maskAddress,
  maskBirth,
  maskIdentityNumber,
  maskName,
  maskPerson,
  maskPhone,
  parseIdentityNumber,
  sequenceOf,
} from '#person/rules.ts'
import { ageInterpretation, agencyProblems, capacityWords, guardianRelations, identityProblems, identityWarningInWords } from '#person/words.ts'

const today = day('2026-02-13')
const someBirth = fc.integer({ min: 0, max: 45_000 }).map((n) => plusDays(day('1900-01-01'), n))

describe('identity number (GB 11643)', () => {
  test.each([
    ['11010519491231002X', '1949-12-31', 'female', '110105'],
    ['220102199001010017', '1990-01-01', 'male', '220102'],
    ['22010220080229123X', '2008-02-29', 'male', '220102'],
  ])('%s', (text, birth, sex, region) => {
    expect(parseIdentityNumber(text, { on: today })).toEqual({ ok: true, number: text, birth, sex, region, warnings: [] })
  })

  test.each([
    '11010519491231002x',
    ' 110105 19491231 002X ',
    '110105-19491231-002x',
    '１１０１０５１９４９１２３１００２Ｘ',
    '１１０１０５１９４９１２３１００２ｘ',
    '110105\u300019491231\u3000002X\n',
  ])('is normalised from %j', (text) => expect(parseIdentityNumber(text)).toMatchObject({ ok: true, number: '11010519491231002X' }))

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['110105491231002', 'fifteen-digit'],
    ['１１０１０５４９１２３１００２', 'fifteen-digit'],
    ['22010219900101001', 'length'],
    ['2201021990010100177', 'length'],
    ['1101051949123100X2', 'characters'],
    ['11010519491231002×', 'characters'],
    ['11010519491231002Х', 'characters'],
    ['22O102199001010017', 'characters'],
    ['张220102199001010017', 'characters'],
    ['990102199001010017', 'region'],
    ['000102199001010017', 'region'],
    ['222401200502290018', 'birth-date'],
    ['220102199013010012', 'birth-date'],
    ['220102099001010017', 'birth-date'],
    ['220102199001010018', 'check-character'],
    ['11010519491231002' + '1', 'check-character'],
  ])('%j: %s', (text, problem) => expect(parseIdentityNumber(text, { on: today })).toEqual({ ok: false, problem }))

  test('who is born tomorrow is not born yet', () => {
    const tomorrow = makeIdentityNumber({ region: '220102', birth: plusDays(today, 1), sequence: 1 })
    expect(parseIdentityNumber(tomorrow, { on: today })).toEqual({ ok: false, problem: 'born-in-future' })
    expect(parseIdentityNumber(tomorrow, { on: plusDays(today, 1) })).toMatchObject({ ok: true })
    expect(parseIdentityNumber(tomorrow)).toMatchObject({ ok: true })
  })

  test('an abolished county is accepted with its successor, an unknown one with a question', () => {
    const knownRegions = new Set(['220184', '220102', '220113', '220112', '220605'])
    for (const [region, successor] of [
      ['220381', '220184'],
      ['220181', '220113'],
      ['220125', '220112'],
      ['220625', '220605'],
    ] as const) {
      const parsed = parseIdentityNumber(makeIdentityNumber({ region, birth: day('1980-05-06'), sequence: 12 }), { knownRegions })
      expect(parsed).toMatchObject({ ok: true, sex: 'female', warnings: [{ code: 'region-abolished', region, successor }] })
      if (parsed.ok && parsed.warnings[0]) expect(identityWarningInWords(parsed.warnings[0]).zh).toContain(successor)
    }
    const unknown = makeIdentityNumber({ region: '220199', birth: day('1980-05-06'), sequence: 12 })
    expect(parseIdentityNumber(unknown, { knownRegions })).toMatchObject({ ok: true, warnings: [{ code: 'region-unknown', region: '220199' }] })
    expect(parseIdentityNumber(unknown)).toMatchObject({ ok: true, warnings: [] })
    expect(parseIdentityNumber(makeIdentityNumber({ region: '220102', birth: day('1980-05-06'), sequence: 12 }), { knownRegions })).toMatchObject({
      warnings: [],
    })
  })

  test('residence permits of Hong Kong, Macao and Taiwan are read', () => {
    for (const region of ['810000', '820000', '830000']) {
      expect(parseIdentityNumber(makeIdentityNumber({ region, birth: day('1980-05-06'), sequence: 3 }))).toMatchObject({ ok: true, region })
    }
  })

  test('what is made is read back, and any single wrong digit is found', () => {
    fc.assert(
      fc.property(
        someBirth,
        fc.integer({ min: 1, max: 999 }),
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 1, max: 9 }),
        (birth, sequence, at, shift) => {
          const number = makeIdentityNumber({ region: '222401', birth, sequence })
          expect(parseIdentityNumber(number)).toEqual({ ok: true, number, birth, sex: sequence % 2 === 1 ? 'male' : 'female', region: '222401', warnings: [] })
          const wrong = number.slice(0, at) + ((Number(number.charAt(at)) + shift) % 10) + number.slice(at + 1)
          expect(parseIdentityNumber(wrong).ok).toBe(false)
        },
      ),
    )
  })

  test('is made only of what can be', () => {
    const birth = day('1990-01-01')
    for (const sequence of [0, 1000, 1.5]) expect(() => makeIdentityNumber({ region: '220102', birth, sequence })).toThrow(RangeError)
    for (const region of ['22010', '990102', 'abcdef']) expect(() => makeIdentityNumber({ region, birth, sequence: 1 })).toThrow(RangeError)
    expect(() => makeIdentityNumber({ region: '220102', birth: '2005-02-29' as Day, sequence: 1 })).toThrow(RangeError)
    expect([sequenceOf('male', 0), sequenceOf('female', 0), sequenceOf('male', 498), sequenceOf('female', 498)]).toEqual([1, 2, 997, 998])
  })

  test('every problem has its own sentence in both languages', () => {
    for (const table of [identityProblems, agencyProblems]) {
      const sentences = Object.values(table)
      expect(new Set(sentences.map((s) => s.zh)).size).toBe(sentences.length)
      expect(new Set(sentences.map((s) => s.en)).size).toBe(sentences.length)
    }
  })
})

describe('age (周岁)', () => {
  test.each([
    ['2000-06-15', '2016-06-14', 15],
    ['2000-06-15', '2016-06-15', 16],
    ['2008-02-29', '2024-02-28', 15],
    ['2008-02-29', '2024-02-29', 16],
    ['2008-02-29', '2026-02-27', 17],
    ['2008-02-29', '2026-02-28', 18],
    ['2026-02-13', '2026-02-13', 0],
    ['1980-02-13', '2026-02-13', 46],
    ['1980-02-14', '2026-02-13', 45],
  ])('born %s, on %s: %i', (birth, on, age) => expect(ageOn(day(birth), day(on))).toBe(age))

  test('is reached on its day and not the day before', () => {
    fc.assert(
      fc.property(someBirth, fc.integer({ min: 1, max: 120 }), (birth, age) => {
        const reached = dayOfAge(birth, age)
        expect(ageOn(birth, reached)).toBe(age)
        expect(ageOn(birth, plusDays(reached, -1))).toBe(age - 1)
      }),
    )
  })

  test('nobody has an age before birth', () => expect(() => ageOn(today, plusDays(today, -1))).toThrow(RangeError))

  test('adult at 18, elderly at 60', () => {
    expect(isAdultOn(day('2008-02-13'), today)).toBe(true)
    expect(isAdultOn(day('2008-02-14'), today)).toBe(false)
    expect(isElderlyOn(day('1966-02-13'), today)).toBe(true)
    expect(isElderlyOn(day('1966-02-14'), today)).toBe(false)
  })
})

describe('capacity (民法典 17–23)', () => {
  const aged = (years: number, less = 0): Day => plusDays(plusYears(today, -years), less)
  test.each([
    [aged(8, 1), {}, 'none'],
    [aged(8), {}, 'limited'],
    [aged(16), {}, 'limited'],
    [aged(16), { selfSupporting: true }, 'full'],
    [aged(16, 1), { selfSupporting: true }, 'limited'],
    [aged(18, 1), {}, 'limited'],
    [aged(18), {}, 'full'],
    [aged(40), { courtFinding: 'limited' }, 'limited'],
    [aged(40), { courtFinding: 'none' }, 'none'],
    [aged(12), { courtFinding: 'none' }, 'none'],
  ] as const)('born %s with %j: %s', (birth, facts, capacity) => expect(capacityOn(birth, today, facts)).toBe(capacity))
})

describe('agents', () => {
  const adult = { personId: 'p-adult', birth: day('1985-03-01'), capacity: {} }
  const child = { personId: 'p-child', birth: day('2015-03-01'), capacity: {} }
  const facts: AgencyFacts = { on: today, serviceId: 'id-card-renewal', agentAllowed: true, principal: child, acting: adult }
  const guardian: Agent = { kind: 'guardian', personId: 'p-adult', relation: 'parent' }
  const proxy = (change: object = {}): Agent => ({
    kind: 'proxy',
    personId: 'p-adult',
    powerOfAttorney: { attachmentId: 'a-1', signedOn: day('2026-01-01'), services: [], validTo: null, ...change },
  })
  const friend: AgencyFacts = { ...facts, principal: { ...adult, personId: 'p-friend' } }

  test('a guardian acts for a child, even where nobody may be entrusted, but not for who may act alone', () => {
    expect(agencyProblem(guardian, facts)).toBeUndefined()
    expect(agencyProblem(guardian, { ...facts, agentAllowed: false })).toBeUndefined()
    expect(agencyProblem(guardian, friend)).toBe('guardian-not-needed')
    expect(agencyProblem({ kind: 'guardian', personId: 'committee', relation: 'organisation' }, facts)).toBeUndefined()
  })

  test('a proxy needs a power of attorney for this matter and day', () => {
    expect(agencyProblem(proxy(), friend)).toBeUndefined()
    expect(agencyProblem(proxy(), facts)).toBe('guardian-required')
    expect(agencyProblem(proxy(), { ...friend, agentAllowed: false })).toBe('agent-not-allowed')
    expect(agencyProblem(proxy({ signedOn: plusDays(today, 1) }), friend)).toBe('power-of-attorney-not-yet')
    expect(agencyProblem(proxy({ validTo: today }), friend)).toBeUndefined()
    expect(agencyProblem(proxy({ validTo: plusDays(today, -1) }), friend)).toBe('power-of-attorney-expired')
    expect(agencyProblem(proxy({ services: ['id-card-renewal'] }), friend)).toBeUndefined()
    expect(agencyProblem(proxy({ services: ['passport'] }), friend)).toBe('power-of-attorney-other-matter')
  })

  test('the one who acts is somebody else, known, and able to', () => {
    const { acting: _, ...unknown } = friend
    expect(agencyProblem(proxy(), unknown)).toBe('agent-unknown')
    expect(agencyProblem(proxy(), { ...friend, acting: { ...adult, personId: 'p-other' } })).toBe('agent-unknown')
    expect(agencyProblem(proxy(), { ...friend, principal: adult })).toBe('own-agent')
    expect(agencyProblem(proxy(), { ...friend, acting: { ...adult, birth: day('2010-01-01') } })).toBe('agent-without-capacity')
    expect(agencyProblem(guardian, { ...facts, acting: { ...adult, capacity: { courtFinding: 'limited' } } })).toBe('agent-without-capacity')
  })

  test('an officer may act on behalf', () => {
    expect(
      agencyProblem({ kind: 'officer-on-behalf', officerId: 'o-1', organ: '220102000000', reason: { zh: '登门', en: 'home visit' } }, facts),
    ).toBeUndefined()
  })
})

describe('masks', () => {
  test('number', () => {
    expect(maskIdentityNumber('220102199001010017')).toBe('220***********0017')
    expect(maskIdentityNumber('2201')).toBe('****')
  })

  test('the masked person leaves neither birth nor county to complete the number', () => {
    const masked = maskPerson({
      name: '张秀英',
      identityNumber: '220102199001010017',
      birth: day('1990-01-01'),
      address: '吉林省长春市南关区人民大街1号',
      phone: '13812345678',
    })
    expect(masked).toEqual({ name: '张*', identityNumber: '220***********0017', birth: '****-**-**', address: '吉林省****', phone: '138****5678' })
    expect(JSON.stringify(masked)).not.toMatch(/1990|南关|长春|秀英/)
  })

  test('name', () => {
    for (const [name, masked] of [
      ['张三', '张*'],
      ['欧阳修文', '欧*'],
      ['阿不都热合曼·买买提', '阿*'],
      ['Anna Smith', 'A*'],
      ['𠮷田', '𠮷*'],
      ['', ''],
    ] as const)
      expect(maskName(name)).toBe(masked)
  })

  test('phone', () => {
    expect(maskPhone('+86 138-1234-5678')).toBe('138****5678')
    expect(maskPhone('0431-8888123')).toBe('043****8123')
    expect(maskPhone('88881234')).toBe('******34')
    expect(maskPhone('110')).toBe('***')
    expect(maskPhone('')).toBe('')
  })

  test('address', () => {
    expect(maskAddress('吉林省公主岭市河南街道1号')).toBe('吉林省****')
    expect(maskAddress('内蒙古自治区通辽市')).toBe('内蒙古自治区****')
    expect(maskAddress('北京市朝阳区')).toBe('北京市****')
    expect(maskAddress('长春市朝阳区')).toBe('****')
    expect(maskAddress('')).toBe('')
    expect(maskBirth(today)).not.toMatch(/\d/)
  })
})

test('ages, capacities and relations are said in both languages', () => {
  for (const sentence of [ageInterpretation, ...Object.values(capacityWords), ...Object.values(guardianRelations)])
    expect(sentence.zh && sentence.en).toBeTruthy()
})
