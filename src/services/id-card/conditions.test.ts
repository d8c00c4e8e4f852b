import { describe, expect, it } from 'vitest'
import type { Facts, ReviewSettings, ServiceVersion } from '#catalogue/model.ts'
import { checksOf, findVersionOn, outcomeOf } from '#catalogue/rules.ts'
import { uuid } from '#kernel/ids.ts'
import { day, instant } from '#kernel/time.ts'
import type { Card, Person } from '#register/model.ts'
import first from '#services/id-card-first.ts'
import found from '#services/id-card-found-notice.ts'
import lossReport from '#services/id-card-loss-report.ts'
import lossWithdrawal from '#services/id-card-loss-withdrawal.ts'
import renewal from '#services/id-card-renewal.ts'
import replacement from '#services/id-card-replacement.ts'
import temporary from '#services/id-card-temporary.ts'

const on = day('2026-02-13')
const id = (n: number) => uuid(`019c5526-eba0-7dbf-b53b-${String(n).padStart(12, '0')}`)
const settings: ReviewSettings = {
  validFrom: day('2021-05-07'),
  referAppearanceChanged: true,
  referForgedDocuments: true,
  referCreditRecord: true,
  referItemMismatch: true,
  referFingerprintExemption: true,
  sampleShare: 0,
  photoStandard: '2004',
}
const person: Person = {
  prefecture: '2224',
  id: id(1),
  identityNumber: '222401199001010018',
  name: '测试一',
  sex: 'male',
  ethnicity: '朝鲜',
  birth: day('1990-01-01'),
  phone: null,
  address: '测试路1号',
  township: '222401001',
  household: id(2),
  relationToHead: 'head',
  guardians: [],
  status: 'valid',
  flags: [],
  hardship: 'none',
  fingerprintsOn: day('2016-01-01'),
  synthetic: true,
  version: 1,
}
const card: Card = {
  prefecture: '2224',
  id: id(3),
  personId: person.id,
  kind: 'resident-id-card',
  issuer: '222401000000',
  issuedOn: day('2016-03-01'),
  validTo: day('2026-03-01'),
  status: 'valid',
  caseId: null,
  version: 1,
}
const capture = {
  identityNumber: person.identityNumber,
  handover: { by: 'station' },
  photo: 'a'.repeat(64),
  fingerprints: { how: 'captured', fingers: ['left-thumb'], quality: 80 },
}
const facts = (form: object, more: Partial<Facts> = {}): Facts => ({
  at: instant('2026-02-13T11:59:00+08:00'),
  on,
  form: { ...capture, ...form },
  channel: 'window',
  person,
  cards: [card],
  guardian: null,
  photo: { digest: 'a'.repeat(64), checks: [] },
  openDuplicate: null,
  openCardApplication: null,
  settings,
  ...more,
})
const version = (service: typeof renewal): ServiceVersion => findVersionOn(service, on) as ServiceVersion
const review = (service: typeof renewal, given: Facts) => {
  const checks = checksOf(version(service), given)
  return { outcome: outcomeOf(checks), not: checks.filter(({ result }) => result !== 'pass').map(({ id: which, result }) => `${which}:${result}`) }
}
const child: Person = { ...person, id: id(9), birth: day('2015-05-05'), guardians: [id(1)] }

describe('the review of a renewal', () => {
  it('grants what is in order', () => expect(review(renewal, facts({ reason: 'expiry' }))).toEqual({ outcome: 'pass', not: [] }))

  it.each<[string, object, Partial<Facts>, string[]]>([
    ['nobody in the register', { reason: 'expiry' }, { person: null, cards: [] }, ['registered:fail', 'card-to-renew:fail']],
    ['a person who has died', { reason: 'expiry' }, { person: { ...person, status: 'deceased' } }, ['registered:fail']],
    ['an open application', { reason: 'expiry' }, { openDuplicate: '22242602423009437' }, ['no-open-duplicate:fail']],
    ['a photo that was never uploaded', { reason: 'expiry' }, { photo: null }, ['photo:fail']],
    ['no card at all', { reason: 'damaged' }, { cards: [] }, ['card-to-renew:fail']],
    ['a card reported lost', { reason: 'damaged' }, { cards: [{ ...card, status: 'reported-lost' }] }, ['card-to-renew:fail']],
    ['a long-term card as expiring', { reason: 'expiry' }, { cards: [{ ...card, validTo: null }] }, ['expiring:fail']],
    ['a card that is good for years as expiring', { reason: 'expiry' }, { cards: [{ ...card, validTo: day('2030-01-01') }] }, ['expiring:fail']],
    ['a child without a guardian', { reason: 'damaged' }, { person: child }, ['guardian:fail']],
    ['a number held twice', { reason: 'damaged' }, { person: { ...person, flags: ['number-collision'] } }, ['number-collision:refer']],
    ['a credit record', { reason: 'damaged' }, { person: { ...person, flags: ['credit-record'] } }, ['credit-record:refer']],
    ['poor fingerprints', { reason: 'damaged', fingerprints: { how: 'captured', fingers: ['left-thumb'], quality: 20 } }, {}, ['fingerprints:refer']],
    ['no fingerprints for a reason', { reason: 'damaged', fingerprints: { how: 'exempted', reason: 'fingers-injured', note: '' } }, {}, ['fingerprints:refer']],
  ])('%s', (_, form, more, expected) => expect(review(renewal, facts(form, more)).not).toEqual(expected))

  it('names everything that is wrong at once', () => {
    expect(review(renewal, facts({ reason: 'expiry' }, { openDuplicate: '1', photo: null, cards: [] })).not).toHaveLength(3)
  })

  it('refers a changed appearance only where no fingerprints are on file, and only while configured', () => {
    const changed: Person = { ...person, flags: ['appearance-changed'] }
    expect(review(renewal, facts({ reason: 'damaged' }, { person: changed })).outcome).toBe('pass')
    const none = { ...changed, fingerprintsOn: null }
    expect(review(renewal, facts({ reason: 'damaged' }, { person: none })).outcome).toBe('refer')
    expect(review(renewal, facts({ reason: 'damaged' }, { person: none, settings: { ...settings, referAppearanceChanged: false } })).outcome).toBe('pass')
  })

  it('compares what the reader read, without minding a move', () => {
    const read = { name: person.name, sex: 'male', ethnicity: '朝鲜族', birth: '1990-01-01', address: '别处' }
    expect(review(renewal, facts({ reason: 'damaged', readFromCard: read })).outcome).toBe('pass')
    expect(review(renewal, facts({ reason: 'damaged', readFromCard: { ...read, name: '别人' } })).not).toEqual(['identity-data:refer'])
  })

  it('accepts a child through a guardian of the register, and has others verified', () => {
    const guardian = { identityNumber: person.identityNumber, relation: 'parent' }
    expect(review(renewal, facts({ reason: 'damaged', guardian }, { person: child, guardian: person })).outcome).toBe('pass')
    expect(review(renewal, facts({ reason: 'damaged', guardian }, { person: { ...child, guardians: [] }, guardian: person })).not).toEqual(['guardian:refer'])
    expect(review(renewal, facts({ reason: 'damaged', guardian }, { person: child, guardian: null })).not).toEqual(['guardian:refer'])
    expect(review(renewal, facts({ reason: 'damaged', guardian }, { person: child, guardian: { ...person, birth: day('2010-01-01') } })).not).toEqual([
      'guardian:fail',
    ])
  })
})

describe('the other services', () => {
  it('a first card is for who never had one, with the reason of the age', () => {
    expect(review(first, facts({ reason: 'reached-16' }, { cards: [] })).outcome).toBe('pass')
    expect(review(first, facts({ reason: 'reached-16' }, { cards: [{ ...card, status: 'cancelled' }] })).not).toEqual(['never-had-a-card:fail'])
    expect(review(first, facts({ reason: 'under-16' }, { cards: [] })).not).toEqual(['reason-fits-age:fail'])
  })

  it('a replacement needs a card that once was', () => {
    expect(review(replacement, facts({ reason: 'lost' })).outcome).toBe('pass')
    expect(review(replacement, facts({ reason: 'lost' }, { cards: [] })).not).toEqual(['had-a-card:fail'])
  })

  it('a temporary card needs an open application', () => {
    expect(review(temporary, facts({}, { openCardApplication: '22242602423009437' })).outcome).toBe('pass')
    expect(review(temporary, facts({})).not).toEqual(['card-application-open:fail'])
  })

  it('a loss is reported once, not ahead of time, and withdrawn only while no replacement is open', () => {
    const lost = { ...card, status: 'reported-lost' as const }
    expect(review(lossReport, facts({ lostOn: '2026-02-12', place: '' })).outcome).toBe('pass')
    expect(review(lossReport, facts({ lostOn: '2026-02-14', place: '' }, { cards: [lost] })).not).toEqual(['valid-card:fail', 'lost-before-now:fail'])
    expect(review(lossWithdrawal, facts({}, { cards: [lost] })).outcome).toBe('pass')
    expect(review(lossWithdrawal, facts({}, { cards: [card] })).not).toEqual(['reported-lost:fail'])
    expect(review(lossWithdrawal, facts({}, { cards: [lost], openCardApplication: '1' })).not).toEqual(['reported-lost:fail'])
  })

  it('a found card must have been issued', () => {
    expect(review(found, facts({ foundOn: '2026-02-12', place: '' })).outcome).toBe('pass')
    expect(review(found, facts({ foundOn: '2026-02-12', place: '' }, { cards: [] })).not).toEqual(['card-on-record:fail'])
  })
})

describe('fees', () => {
  const amount = (service: typeof renewal, form: object, who: Partial<Person> = {}) =>
    version(service).fee(facts(form, { person: { ...person, ...who } })).amount
  it.each([
    [renewal, { reason: 'expiry' }, {}, 2000],
    [renewal, { reason: 'item-changed' }, {}, 2000],
    [renewal, { reason: 'damaged' }, {}, 4000],
    [renewal, { reason: 'agency-error' }, {}, 0],
    [renewal, { reason: 'expiry' }, { hardship: 'urban-minimum-living' }, 0],
    [renewal, { reason: 'damaged' }, { hardship: 'rural-special' }, 0],
    [renewal, { reason: 'expiry' }, { hardship: 'other' }, 1000],
    [replacement, { reason: 'lost' }, {}, 4000],
    [replacement, { reason: 'lost' }, { hardship: 'urban-minimum-living' }, 4000],
    [first, { reason: 'reached-16' }, {}, 0],
    [temporary, {}, {}, 1000],
  ] as const)('%#: %s', (service, form, who, expected) => expect(amount(service, form, who as Partial<Person>)).toBe(expected))
})

it('every check says in both languages what it found, on what basis, and the way out when it does not pass', () => {
  for (const service of [first, renewal, replacement, temporary, lossReport, lossWithdrawal, found]) {
    const checks = checksOf(
      version(service),
      facts(
        { reason: 'expiry', lostOn: '2027-01-01', foundOn: '2027-01-01' },
        { cards: [], photo: null, openDuplicate: '1', person: { ...child, flags: ['number-collision'] } },
      ),
    )
    for (const check of checks) {
      expect(check.sentence.zh && check.sentence.en && check.basis, check.id).toBeTruthy()
      if (check.result !== 'pass') expect(check.wayOut?.zh && check.wayOut.en, check.id).toBeTruthy()
    }
  }
})
