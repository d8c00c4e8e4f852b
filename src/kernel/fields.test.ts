import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { field, fieldProblems, fieldWords, unstorableFields, unwrapped } from '#kernel/fields.ts'
import type { Sentence } from '#kernel/language.ts'

const words = (zh: string): Sentence => ({ zh, en: `en ${zh}` })
const name = field(z.string().min(1), words('姓名'), words('请填写姓名。'))
const phone = field(z.string().regex(/^1\d{10}$/), words('手机号码'), words('请核对手机号码。'))
const form = z.strictObject({
  name,
  phone: phone.optional(),
  guardian: z.strictObject({ name, age: z.number() }).nullable(),
  items: z.array(z.strictObject({ phone })),
  handover: z.discriminatedUnion('by', [z.strictObject({ by: z.literal('station') }), z.strictObject({ by: z.literal('mail'), phone })]),
})
const good = { name: '王芳', guardian: null, items: [], handover: { by: 'station' } }

function problemsOf(value: unknown): Record<string, Sentence> {
  const parsed = form.safeParse(value, { reportInput: true })
  return parsed.success ? {} : fieldProblems(form, parsed.error)
}

describe('what is wrong with a form', () => {
  test('a good one has no problem', () => expect(problemsOf(good)).toEqual({}))

  test('every wrong field is named at once, each with its own sentence', () => {
    expect(problemsOf({ ...good, name: '', phone: '12', guardian: { name: '', age: 3 }, items: [{ phone: '13812345678' }, { phone: 'x' }] })).toEqual({
      name: words('请填写姓名。'),
      phone: words('请核对手机号码。'),
      'guardian.name': words('请填写姓名。'),
      'items.1.phone': words('请核对手机号码。'),
    })
  })

  test('within one branch of a union too', () => {
    expect(problemsOf({ ...good, handover: { by: 'mail', phone: '1' } })).toEqual({ 'handover.phone': words('请核对手机号码。') })
  })

  test('a field without words of its own is missing or unreadable', () => {
    const problems = problemsOf({ ...good, guardian: { name: '王' } })
    expect(problems['guardian.age']?.zh).toBe('请填写。')
    expect(problemsOf({ ...good, guardian: { name: '王', age: 'x' } })['guardian.age']?.zh).toContain('请检查')
  })

  test('a field that nobody asked for is named', () => {
    expect(Object.keys(problemsOf({ ...good, extra: 1, guardian: { name: '王', age: 3, more: 1 } }))).toEqual(
      expect.arrayContaining(['extra', 'guardian.more']),
    )
  })

  test('a body that is no object is answered as a whole', () => {
    expect(Object.keys(problemsOf('text'))).toEqual(['(body)'])
  })
})

test('the words of a field are found through optional, nullable and default', () => {
  expect(fieldWords(unwrapped(phone.optional().nullable()))).toEqual({ label: words('手机号码'), problem: words('请核对手机号码。') })
  expect(fieldWords(unwrapped(name.default('x')))).toEqual({ label: words('姓名'), problem: words('请填写姓名。') })
  expect(fieldWords(z.string())).toBeUndefined()
})

test('characters that can not be stored are refused wherever they stand', () => {
  expect(unstorableFields({ a: 'fine', b: [{ c: 'no\u0000' }], d: '\ud800', e: null, f: 1, g: '𠮷' })).toEqual({
    'b.0.c': expect.objectContaining({ zh: expect.stringContaining('控制字符') }),
    d: expect.anything(),
  })
  expect(Object.keys(unstorableFields('\u0000'))).toEqual(['(body)'])
})

test('numbers of people are refused where sentences are written, and nowhere else', () => {
  const number = '11010519491231002X'
  const said = (value: object): string[] => Object.keys(unstorableFields(value))
  expect(said({ note: `本人${number}已到场` })).toEqual(['note'])
  expect(said({ missing: [{ sentence: { zh: '联系１３９００００１１１１', en: 'x' } }] })).toEqual(['missing.0.sentence.zh'])
  expect(said({ form: { place: '13900001111' }, withdrawReason: `找到了（${number.toLowerCase()}）` })).toEqual(['form.place', 'withdrawReason'])
  expect(said({ identityNumber: number, phone: '13900001111', address: '测试路1号13900001111', receiptNumber: number })).toEqual([])
  expect(said({ note: '办件号 22012026021300012', reason: '流水号 110105194912310021', other: 'A13900001111' })).toEqual([])
})
