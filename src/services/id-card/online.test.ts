import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Facts, ServiceVersion } from '#catalogue/model.ts'
import { FIRST_REVIEW_SETTINGS } from '#catalogue/queries.ts'
import { answerOf, checksOf, findVersionOn, outcomeOf } from '#catalogue/rules.ts'
import { uuid } from '#kernel/ids.ts'
import { type Day, day, plusDays, plusYears, startOfDay } from '#kernel/time.ts'
import { ageOn } from '#person/rules.ts'
import type { Card, Person, RegisterFlag } from '#register/model.ts'
import { ONLINE_REASONS, type OnlineReason } from '#services/id-card/online-policy.ts'
import { validToOf } from '#services/id-card/validity.ts'
import first from '#services/id-card-first.ts'
import online from '#services/id-card-online.ts'
import renewal from '#services/id-card-renewal.ts'
import replacement from '#services/id-card-replacement.ts'

const id = (n: number) => uuid(`019c5526-eba0-7dbf-b53b-${String(n).padStart(12, '0')}`)

/** Somebody of an age on a day, with a card and photo of so many years before, unless it says otherwise. */
function somebody({ on, age, photoYears, reason = 'lost', ...more }: Asked): Facts {
  const birth = plusDays(plusYears(on, -age), -30)
  const takenOn = plusYears(on, -photoYears)
  const person: Person = {
    ...{ prefecture: '2201', id: id(1), identityNumber: '220102199001010011', name: '测试', sex: 'male', ethnicity: '汉', birth, phone: null },
    ...{ address: '测试路1号', township: '220102001', household: id(2), relationToHead: 'head', guardians: [], status: 'valid' },
    ...{
      flags: more.flags ?? [],
      hardship: more.hardship ?? 'none',
      fingerprintsOn: more.fingerprints === false ? null : takenOn,
      synthetic: true,
      version: 1,
    },
  }
  const card: Card = {
    ...{ prefecture: '2201', id: id(3), personId: person.id, kind: 'resident-id-card', issuer: '220102000000', issuedOn: takenOn },
    ...{ validTo: more.validTo === undefined ? validToOf(birth, takenOn) : more.validTo, status: more.cardStatus ?? 'valid', caseId: null, version: 1 },
  }
  return {
    ...{ at: startOfDay(on), on, channel: 'online', person: more.registered === false ? null : person, cards: more.card === false ? [] : [card] },
    ...{ guardian: null, photo: null, openDuplicate: more.open ?? null, openCardApplication: more.open ?? null, settings: FIRST_REVIEW_SETTINGS },
    form: { identityNumber: person.identityNumber, reason, photoConfirmed: true, handover: { by: 'station', organ: '220102510000' } },
    photoOnRecord: more.photo === false ? null : { takenOn, digest: null },
  }
}
interface Asked {
  readonly on: Day
  readonly age: number
  readonly photoYears: number
  readonly reason?: OnlineReason
  readonly flags?: readonly RegisterFlag[]
  readonly hardship?: Person['hardship']
  readonly fingerprints?: boolean
  readonly photo?: boolean
  readonly card?: boolean
  readonly cardStatus?: Card['status']
  readonly validTo?: Day | null
  readonly registered?: boolean
  readonly open?: string
}

const versionOn = (on: Day): ServiceVersion => findVersionOn(online, on) as ServiceVersion
const not = (asked: Asked): string[] => {
  const { checks } = answerOf(versionOn(asked.on), somebody(asked))
  return checks.filter(({ result }) => result !== 'pass').map(({ id: which, result }) => `${which}:${result}`)
}
const [V1, V1B, V2] = [day('2021-06-01'), day('2023-03-01'), day('2026-02-13')]
const in30 = (on: Day) => plusDays(on, 30)

describe('which version holds is decided by the day of submission', () => {
  it.each([
    ['2021-05-06', undefined],
    ['2021-05-07', '2021-05-07'],
    ['2022-11-08', '2021-05-07'],
    ['2022-11-09', '2022-11-09'],
    ['2024-11-25', '2022-11-09'],
    ['2024-11-26', '2024-11-26'],
    ['2026-02-13', '2024-11-26'],
  ])('%s: %s', (on, from) => expect(findVersionOn(online, day(on))?.validFrom).toBe(from))

  it('the same person is answered by the rules of the day', () => {
    const asked = { age: 30, photoYears: 3 }
    expect(not({ ...asked, on: V1 })).toEqual(['online-photo:fail'])
    expect(not({ ...asked, on: V1B })).toEqual(['online-photo:fail'])
    expect(not({ ...asked, on: day('2024-11-25') })).toEqual(['online-photo:fail'])
    expect(not({ ...asked, on: day('2024-11-26') })).toEqual([])
  })
})

describe('each version, row by row', () => {
  it.each<[string, Asked, string[]]>([
    // May 2021: handled on site within two years, whatever the class; kinds 补领 and 换领.
    ['2021: lost, made last year', { on: V1, age: 30, photoYears: 1 }, []],
    ['2021: damaged, made two years ago to the day', { on: V1, age: 30, photoYears: 2, reason: 'damaged' }, []],
    ['2021: three years ago', { on: V1, age: 30, photoYears: 3, reason: 'damaged' }, ['online-photo:fail']],
    ['2021: expiry is uncertain, so a person looks', { on: V1, age: 30, photoYears: 1, reason: 'expiry', validTo: in30(V1) }, ['online-reason:refer']],
    ['2021: long-term, but three years ago', { on: V1, age: 60, photoYears: 3 }, ['online-photo:fail']],
    // November 2022: lost or damaged only; two years on site, or forty-six and long-term with fingerprints.
    ['2022: lost, made last year', { on: V1B, age: 30, photoYears: 1 }, []],
    ['2022: expiry', { on: V1B, age: 30, photoYears: 1, reason: 'expiry', validTo: in30(V1B) }, ['online-reason:fail']],
    ['2022: long-term, twelve years ago', { on: V1B, age: 60, photoYears: 12 }, []],
    ['2022: long-term without fingerprints', { on: V1B, age: 60, photoYears: 12, fingerprints: false }, ['online-fingerprints:fail']],
    ['2022: forty-six, but a card for twenty years', { on: V1B, age: 46, photoYears: 3 }, ['online-photo:fail']],
    // Since 2024-11-26: a photo of at most five years, or the same rule for forty-six and older.
    ['2024: stolen, photo of four years', { on: V2, age: 30, photoYears: 4, reason: 'stolen' }, []],
    ['2024: five years to the day', { on: V2, age: 30, photoYears: 5 }, []],
    ['2024: six years', { on: V2, age: 30, photoYears: 6 }, ['online-photo:fail']],
    ['2024: damaged, long-term, ten years', { on: V2, age: 60, photoYears: 10, reason: 'damaged' }, []],
    ['2024: a long-term card held too young falls back on the photo', { on: V2, age: 40, photoYears: 3, validTo: null }, []],
    ['2024: sixteen, with a card from fifteen', { on: V2, age: 16, photoYears: 1 }, []],
    ['2024: expiry', { on: V2, age: 36, photoYears: 3, reason: 'expiry', validTo: in30(V2) }, ['online-reason:fail']],
  ])('%s', (_, asked, expected) => expect(not(asked)).toEqual(expected))

  it.each<[string, Partial<Asked>, string[]]>([
    ['a first application', { card: false, photo: false, fingerprints: false }, ['online-card:fail']],
    ['under sixteen', { age: 15, photoYears: 1 }, ['online-age:fail']],
    ['a change of a printed item', { reason: 'item-changed' }, ['online-reason:fail']],
    ['a change that is pending', { flags: ['item-change-pending'] }, ['online-items:fail']],
    ['no fingerprints', { fingerprints: false }, ['online-fingerprints:fail']],
    ['a photo too old', { photoYears: 7 }, ['online-photo:fail']],
    ['no photo at all', { photo: false }, ['online-photo:fail']],
    ['an appearance that changed', { flags: ['appearance-changed'] }, ['online-appearance:fail']],
    ['damaged, but reported lost', { reason: 'damaged', cardStatus: 'reported-lost' }, ['online-card:fail']],
    ['not of Jilin', { registered: false, card: false, photo: false }, ['registered:fail', 'online-card:fail']],
    ['expiry under the wording of 2024', { reason: 'expiry', validTo: in30(V2) }, ['online-reason:fail']],
    ['another application open', { open: '22011026021234567' }, ['no-open-duplicate:fail']],
    ['a card that is no longer anybody’s', { cardStatus: 'cancelled' }, ['online-card:fail']],
    ['a number held twice', { flags: ['number-collision'] }, ['number-collision:refer']],
  ])('cannot go online, or is looked at: %s', (_, more, expected) => {
    const asked = { on: V2, age: 30, photoYears: 3, ...more }
    expect(not(asked)).toEqual(expected)
    for (const check of answerOf(versionOn(V2), somebody(asked)).checks) {
      expect(check.basis && check.sentence.zh && check.sentence.en, check.id).toBeTruthy()
      if (check.result !== 'pass') expect(check.wayOut?.zh && check.wayOut.en, check.id).toBeTruthy()
    }
  })

  it('names everything that is missing at once', () =>
    expect(not({ on: V2, age: 30, photoYears: 7, fingerprints: false, reason: 'item-changed', flags: ['item-change-pending'], open: '1' })).toEqual([
      ...['no-open-duplicate:fail', 'online-reason:fail', 'online-photo:fail', 'online-fingerprints:fail', 'online-items:fail'],
    ]))

  it('sends to the service that a window does', () => {
    const window = (more: Partial<Asked>) => versionOn(V2).atWindow?.(somebody({ on: V2, age: 30, photoYears: 7, ...more }))
    expect([window({ reason: 'lost' }), window({ reason: 'expiry' }), window({ card: false })]).toEqual([replacement.id, renewal.id, first.id])
  })
})

describe('what it costs', () => {
  it.each<[OnlineReason, Person['hardship'], number]>([
    ['lost', 'none', 4000],
    ['stolen', 'urban-minimum-living', 4000],
    ['damaged', 'none', 4000],
    ['damaged', 'urban-minimum-living', 0],
    ['damaged', 'rural-special', 0],
    ['damaged', 'other', 2000],
    ['expiry', 'none', 2000],
  ])('%s, hardship %s: %i', (reason, hardship, amount) =>
    expect(versionOn(V2).fee(somebody({ on: V2, age: 30, photoYears: 3, reason, hardship })).amount).toBe(amount),
  )
})

const anybody = fc.record({
  on: fc.integer({ min: 0, max: 2_000 }).map((n) => plusDays(day('2021-05-07'), n)),
  age: fc.integer({ min: 1, max: 90 }),
  photoYears: fc.integer({ min: 0, max: 25 }),
  reason: fc.constantFrom(...ONLINE_REASONS),
  flags: fc.subarray<RegisterFlag>(['number-collision', 'appearance-changed', 'forged-documents', 'credit-record', 'item-change-pending']),
  ...{ fingerprints: fc.boolean(), photo: fc.boolean(), card: fc.boolean(), registered: fc.boolean() },
  cardStatus: fc.constantFrom<Card['status']>('valid', 'reported-lost', 'cancelled'),
})

describe('properties', () => {
  it('whoever is answered that they can is not refused, and whoever is answered that they cannot is: the review asks the same', () =>
    fc.assert(
      fc.property(anybody, (asked) => {
        const [version, facts] = [versionOn(asked.on), somebody({ ...asked, photoYears: Math.min(asked.photoYears, asked.age) })]
        const answer = answerOf(version, facts)
        expect(answer.whenApplying).toEqual([])
        expect(answer.outcome).toBe(outcomeOf(checksOf(version, facts)))
      }),
    ))

  it('at a window, what is answered no is refused too; only what is taken there may still go wrong', () =>
    fc.assert(
      fc.property(anybody, fc.constantFrom(renewal, replacement, first), (asked, service) => {
        const facts = somebody({ ...asked, photoYears: Math.min(asked.photoYears, asked.age) })
        const version = findVersionOn(service, asked.on) as ServiceVersion
        const answer = answerOf(version, facts)
        const form = { ...(facts.form as object), fingerprints: { how: 'captured', fingers: ['left-thumb'], quality: 80 } }
        expect(answer.outcome).toBe(outcomeOf(checksOf(version, { ...facts, form, photo: { digest: '', checks: [] } })))
        expect(answer.whenApplying.length).toBeGreaterThan(0)
      }),
    ))

  it('the version of 2024 lets everybody go online whom that of 2022 let', () =>
    fc.assert(
      fc.property(anybody, (asked) => {
        const facts = somebody({ ...asked, on: V2, photoYears: Math.min(asked.photoYears, asked.age) })
        const [before, after] = [versionOn(V1B), versionOn(V2)].map((version) => answerOf(version, facts).outcome)
        if (before !== 'fail') expect(after).toBe(before)
      }),
    ))

  it('nobody under sixteen, and nobody without fingerprints', () =>
    fc.assert(
      fc.property(anybody, (asked) => {
        const facts = somebody({ ...asked, photoYears: Math.min(asked.photoYears, asked.age) })
        if (facts.person === null || ageOn(facts.person.birth, facts.on) < 16 || facts.person.fingerprintsOn === null)
          expect(answerOf(versionOn(asked.on), facts).outcome).toBe('fail')
      }),
    ))
})
