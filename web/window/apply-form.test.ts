import { describe, expect, test } from 'vitest'
import type { ServiceVersion } from '#catalogue/model.ts'
import first from '#services/id-card-first.ts'
import loss from '#services/id-card-loss-report.ts'
import renewal from '#services/id-card-renewal.ts'
import { sentForm } from '#web/shared/sent-form.ts'
import { fieldsOf, formFrom, parseReaderLine, purposeOf } from '#web/window/apply-form.ts'

const NUMBER = '222404199508039522'
const PHOTO = 'a'.repeat(64)

const version = (service: { readonly versions: readonly ServiceVersion[] }): ServiceVersion => service.versions[0] as ServiceVersion

const sent = (fields: Readonly<Record<string, string>>) =>
  sentForm(Object.fromEntries(Object.entries(fields).map(([name, value]) => [`form.${name}`, [value]])))

const RENEWAL = {
  identityNumber: ` ${NUMBER.slice(0, 6)} ${NUMBER.slice(6)}`,
  reason: 'expiry',
  photo: PHOTO,
  'fingerprints.how': 'captured',
  'fingerprints.fingers': 'right-thumb',
  'fingerprints.fingers.1': 'left-thumb',
  'fingerprints.quality': '８２',
  'handover.by': 'here',
}

describe('what was typed becomes what the schema wants', () => {
  test('a renewal', () => {
    const form = formFrom(version(renewal), sent(RENEWAL))
    expect(form).toEqual({
      identityNumber: NUMBER,
      reason: 'expiry',
      photo: PHOTO,
      fingerprints: { how: 'captured', fingers: ['right-thumb', 'left-thumb'], quality: 82 },
      handover: { by: 'station' },
    })
    expect(version(renewal).form.safeParse(form).success).toBe(true)
  })

  test('the same finger twice counts once; a quality that is no number is left for the schema to name', () => {
    const form = formFrom(version(renewal), sent({ ...RENEWAL, 'fingerprints.fingers.1': 'right-thumb', 'fingerprints.quality': 'good' }))
    expect(form.fingerprints).toEqual({ how: 'captured', fingers: ['right-thumb'], quality: 'good' })
    expect(version(renewal).form.safeParse(form).success).toBe(false)
  })

  test('what is empty is missing, so that the schema says so', () => {
    const form = formFrom(version(renewal), sent({ identityNumber: NUMBER }))
    expect(Object.keys(form)).toEqual(['identityNumber'])
  })

  test('a child with a guardian, exempted from fingerprints, by mail', () => {
    const form = formFrom(
      version(first),
      sent({
        identityNumber: NUMBER,
        reason: 'under-16',
        photo: PHOTO,
        'fingerprints.how': 'exempted',
        'fingerprints.reason': 'under-capture-age',
        'guardian.identityNumber': NUMBER,
        'guardian.relation': 'parent',
        'handover.by': 'mail',
        'handover.recipient': '王某',
        'handover.phone': '138 0013 8000',
        'handover.address': '测试路 1 号 2 单元',
      }),
    )
    expect(form).toMatchObject({
      fingerprints: { how: 'exempted', reason: 'under-capture-age', note: '' },
      guardian: { identityNumber: NUMBER, relation: 'parent' },
      handover: { by: 'mail', recipient: '王某', phone: '13800138000', address: '测试路 1 号 2 单元' },
    })
    expect(form.handover).not.toHaveProperty('township')
    expect(version(first).form.safeParse(form).success).toBe(true)
  })

  test('a day in three parts; a place may stay empty', () => {
    const form = formFrom(version(loss), sent({ identityNumber: NUMBER, 'lostOn.year': '2026', 'lostOn.month': '2', 'lostOn.day': '9' }))
    expect(form).toEqual({ identityNumber: NUMBER, lostOn: '2026-02-09', place: '' })
    expect(version(loss).form.safeParse(form).success).toBe(true)
  })
})

test('the screen asks for just what the schema names', () => {
  expect(fieldsOf(version(loss)).map(({ key }) => key)).toEqual(['identityNumber', 'lostOn', 'place'])
  expect(fieldsOf(version(renewal)).map(({ key }) => key)).toContain('fingerprints')
})

describe('the reader’s line', () => {
  test('the whole card, parted by bars of either width', () => {
    const line = `石庆明｜男|汉|19851128|吉林省延边州敦化市 1 号|${NUMBER}`
    expect(parseReaderLine(line)).toEqual({
      identityNumber: NUMBER,
      items: { name: '石庆明', sex: 'male', ethnicity: '汉', birth: '1985-11-28', address: '吉林省延边州敦化市 1 号' },
    })
  })

  test('a number alone is a number', () => {
    expect(parseReaderLine(NUMBER)).toBeUndefined()
    expect(parseReaderLine('')).toBeUndefined()
  })
})

test('why a record is opened follows from what is applied for', () => {
  expect(purposeOf('id-card-renewal')).toBe('application')
  expect(purposeOf('id-card-loss-withdrawal')).toBe('loss-report')
  expect(purposeOf('id-card-found-notice')).toBe('found-card')
})
