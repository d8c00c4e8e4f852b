import { describe, expect, test } from 'vitest'
import type { CaseEvent, CaseState, Submission } from '#case/model.ts'
import { NO_CASE } from '#case/rules/procedure.ts'
import type { Promised } from '#catalogue/model.ts'
import { type CaseNumber, uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { cents } from '#kernel/money.ts'
import { day, endOfDay, instant } from '#kernel/time.ts'
import { isOvertaken, isTold, TOLD_AS, type ToldEvent } from '#message/rules.ts'
import { MESSAGE_TITLES, messageText } from '#message/words.ts'

const because: Sentence = { zh: '因为这样。', en: 'For this reason.' }
const promised = (on: string, provisional = false): Promised => ({
  slot: { day: day('2026-02-13'), half: 'pm' },
  readyBy: instant('2026-02-13T17:00:00+08:00'),
  withYouBy: instant(`${on}T23:59:59.999+08:00`),
  because: [because],
  provisional,
})

const submission: Submission = {
  number: '22242602000000013' as CaseNumber,
  service: 'id-card-renewal',
  serviceVersion: day('2021-05-07'),
  channel: 'window',
  personId: uuid('019c5a00-0000-7000-8000-000000000001'),
  personShown: '王**',
  organ: '220102500100',
  issuer: '222401000000',
  form: { k: 'k1', c: '' },
  photoDigest: null,
  onBehalf: null,
  handover: { by: 'station', organ: '220102500100', deliveryClass: 'urban' },
  title: { zh: '换领', en: 'Renewal' },
}
const state: CaseState = { ...NO_CASE, submission }
const byMail: CaseState = { ...state, submission: { ...submission, handover: { by: 'mail', inProvince: true, deliveryClass: 'urban' } } }

const nameOf = (organ: string): Sentence => ({ zh: `${organ}派出所`, en: `Station ${organ}` })
const textOf = (event: ToldEvent, of: CaseState = state): Sentence => messageText(event, { state: of, nameOf })

const fee = (amount: number) => ({ item: '工本费', amount: cents(amount), basis: '发改价格〔2003〕2322号', sentence: because })
const accepted = (amount: number, to: Promised | null): ToldEvent => ({ type: 'CaseAccepted', promised: to, fee: fee(amount) })
const revised: ToldEvent = { type: 'PromiseRevised', from: promised('2026-02-14'), to: promised('2026-02-25'), cause: 'parcel-lost', reason: because }

const extended: ToldEvent = {
  type: 'LimitExtended',
  from: endOfDay(day('2026-04-14')),
  to: endOfDay(day('2026-05-14')),
  extension: { amount: 30, at: instant('2026-03-20T09:00:00+08:00'), reason: { zh: '张三家门前的路被冲断', en: 'the road to Zhang San is washed away' } },
  ground: 'cut-off',
  basis: '居民身份证法 12',
}

const told: readonly ToldEvent[] = [
  accepted(0, promised('2026-02-14')),
  revised,
  extended,
  { type: 'FoundCardTakenIn' },
  { type: 'CardArrived', organ: '220102500100', collectFrom: day('2026-02-14') },
  { type: 'CollectionChased', times: 1, sentence: because },
  { type: 'MaterialsRequested', missing: [{ id: 'photo', sentence: because }], basis: '行政许可法 32' },
  { type: 'CaseRejected', reason: { zh: '张三的原因', en: 'a reason about Zhang San' }, basis: '居民身份证法 3', wayOut: because },
  { type: 'CaseConcluded', kept: true },
]

describe('what people are told', () => {
  test('every kind is told in both languages, with a title', () => {
    expect(new Set(told.map(({ type }) => TOLD_AS[type]))).toEqual(new Set(Object.values(TOLD_AS)))
    for (const event of told) {
      for (const sentence of [textOf(event), MESSAGE_TITLES[TOLD_AS[event.type]]]) {
        expect(sentence.zh).toMatch(/\p{Script=Han}/u)
        expect(sentence.en).toMatch(/[a-z]/)
      }
    }
  })

  test('acceptance says where and by when; with a fee first the fee; by mail how it is handed over', () => {
    expect(textOf(accepted(0, promised('2026-02-14')))).toEqual({
      zh: '您的申请已经受理。最晚2026年2月14日（星期六）可以在220102500100派出所领取。',
      en: 'Your application has been accepted. You can collect it at Station 220102500100 by Sat 14 Feb 2026 at the latest.',
    })
    expect(textOf(accepted(2000, promised('2026-02-14'))).zh).toContain('20 元')
    expect(textOf(accepted(0, promised('2026-02-14')), byMail).zh).toContain('取件码')
    expect(textOf(accepted(0, null)).zh).toBe('您的申请已经受理。')
    expect(textOf(accepted(0, promised('2027-02-14', true))).zh).toContain('暂定')
  })

  test('a new date says why, what it was and what it is', () => {
    const { zh } = textOf(revised)
    expect(zh.startsWith(because.zh)).toBe(true)
    expect(zh.indexOf('2月14日')).toBeGreaterThan(0)
    expect(zh.indexOf('2月25日')).toBeGreaterThan(zh.indexOf('2月14日'))
  })

  test('a longer limit says until when, by which article and why, and that the promise stays', () => {
    const { zh, en } = textOf(extended, { ...state, promised: promised('2026-03-24') })
    for (const part of ['交通中断', '2026年4月14日', '2026年5月14日', '居民身份证法 12', '不变', '2026年3月24日']) expect(zh).toContain(part)
    for (const part of ['interrupted', '14 Apr 2026', '14 May 2026', 'ID Card Law 12', 'stays', '24 Mar 2026']) expect(en).toContain(part)
    expect(`${zh} ${en}`).not.toMatch(/张三|Zhang San/)
    expect(textOf(extended).zh).not.toContain('不变')
    expect(textOf(extended, { ...state, promised: promised('2026-03-19') }).zh).not.toContain('不变')
  })

  test('what an officer wrote in free words is not repeated: it may name a person', () => {
    const rejected = told.find(({ type }) => type === 'CaseRejected')!
    expect(JSON.stringify(textOf(rejected))).not.toMatch(/张三|Zhang San/)
  })
})

describe('a message that is overtaken', () => {
  const later = (...types: CaseEvent['type'][]): CaseEvent[] => types.map((type) => ({ type }) as CaseEvent)

  test.each([
    ['accepted', 'PromiseRevised'],
    ['promise-revised', 'PromiseRevised'],
    ['promise-revised', 'CardArrived'],
    ['arrived', 'CardHandedOver'],
    ['chased', 'CardHandedOver'],
    ['materials-requested', 'MaterialsSupplied'],
  ] as const)('%s is not told any more after %s', (kind, type) => {
    expect(isOvertaken(kind, later(type))).toBe(true)
  })

  test.each([
    ['accepted', 'FeeSettled'],
    ['promise-revised', 'DeliveryNoted'],
    ['arrived', 'CollectionChased'],
    ['rejected', 'SecondLookRecorded'],
    ['concluded', 'SecondLookRecorded'],
  ] as const)('%s is still told after %s', (kind, type) => {
    expect(isOvertaken(kind, later(type))).toBe(false)
  })

  test('only what has words is told', () => {
    expect(later('CaseSubmitted', 'CaseReviewed', 'CardMade', 'DeliveryNoted').some(isTold)).toBe(false)
    expect(told.every(isTold)).toBe(true)
  })
})
