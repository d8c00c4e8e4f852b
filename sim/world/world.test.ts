import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededChance } from '#kernel/chance.ts'
import { type Day, instant, plusDays } from '#kernel/time.ts'
import { ageOn, parseIdentityNumber } from '#person/rules.ts'
import { loadPlaces } from '#place/queries.ts'
import { issuerOf, prefectureOf } from '#place/rules/organs.ts'
import { cardStateOn, currentCard } from '#register/rules.ts'
import { validToOf } from '#services/id-card/validity.ts'
import { issuedForExpiry } from '#sim/world/card-history.ts'
import { makeHousehold } from '#sim/world/households.ts'
import { HAN_MEN, HAN_SURNAMES, HAN_WOMEN, KOREAN_SURNAMES } from '#sim/world/names.ts'
import { makeHome, makeResident } from '#sim/world/people.ts'
import { drawTownship, openWorld } from '#sim/world/world.ts'

const places = loadPlaces()
const at = instant('2026-02-13T08:00:00+08:00')
const worldOf = (seed: number) => openWorld({ places, chance: seededChance(seed), at })
const householdsOf = (seed: number, count: number) => {
  const world = worldOf(seed)
  return { world, households: Array.from({ length: count }, () => makeHousehold(world)) }
}
const { world, households } = householdsOf(1, 2_500)
const residents = households.flatMap((household) => household.residents)
const people = residents.map(({ person }) => person)
const age = (person: { birth: Day }): number => ageOn(person.birth, world.on)
const share = (count: number, of: number): number => count / of

test('the same seed makes the same households, another seed others', () => {
  expect(householdsOf(5, 40).households).toEqual(householdsOf(5, 40).households)
  expect(householdsOf(6, 40).households).not.toEqual(householdsOf(5, 40).households)
})

describe('every person', () => {
  test('has a number that is valid, says the birth and sex of the record, and is nobody else’s', () => {
    const wrong = people.filter((person) => {
      const parsed = parseIdentityNumber(person.identityNumber, { on: world.on })
      return !parsed.ok || parsed.birth !== person.birth || parsed.sex !== person.sex
    })
    expect(wrong).toEqual([])
    expect(new Set(people.map(({ identityNumber }) => identityNumber)).size).toBe(people.length)
  })

  test('bears the three marks of the synthetic: the flag, 测试 in the address, a sequence of 800 to 995', () => {
    const unmarked = people.filter(
      ({ synthetic, address, identityNumber }) => !synthetic || !address.includes('测试') || !/^8|^9[0-8]|^99[0-5]/.test(identityNumber.slice(14, 17)),
    )
    expect(unmarked).toEqual([])
    expect(people.filter(({ phone }) => phone !== null && !/^1400\d{7}$/.test(phone))).toEqual([])
  })

  test('is registered in a township of the prefecture whose shard keeps the record, and has cards of the issuer of that township', () => {
    const wrong = residents.filter(({ person, cards }) => {
      const issuer = issuerOf(places, person.township).code
      return (
        person.prefecture !== prefectureOf(places, person.township) ||
        cards.some((card) => card.issuer !== issuer || card.prefecture !== person.prefecture || card.personId !== person.id)
      )
    })
    expect(wrong).toEqual([])
  })

  test('who was first registered under a county code that is gone keeps it for life', () => {
    const gongzhuling = worldOf(3)
    const home = makeHome(gongzhuling, drawTownship(gongzhuling, '220184'))
    const regions = new Map<string, number>()
    for (let i = 0; i < 200; i++) {
      const { person } = makeResident(gongzhuling, home, { age: 30 })
      regions.set(person.identityNumber.slice(0, 6), (regions.get(person.identityNumber.slice(0, 6)) ?? 0) + 1)
    }
    expect(regions.get('220184')).toBeUndefined()
    expect(regions.get('220381')).toBeGreaterThan(120)
  })
})

describe('the province as a whole', () => {
  test('has children and old people about as the census counts them, and both sexes', () => {
    expect(share(people.filter((person) => age(person) < 15).length, people.length)).toBeGreaterThan(0.08)
    expect(share(people.filter((person) => age(person) < 15).length, people.length)).toBeLessThan(0.15)
    const old = share(people.filter((person) => age(person) >= 60).length, people.length)
    expect(old).toBeGreaterThan(0.2)
    expect(old).toBeLessThan(0.32)
    expect(Math.abs(share(people.filter(({ sex }) => sex === 'male').length, people.length) - 0.5)).toBeLessThan(0.04)
  })

  test('spreads over the prefectures by population, and over the peoples: Koreans in 延边, Han mostly', () => {
    const inside = (prefecture: string) => people.filter((person) => person.prefecture === prefecture)
    expect(Math.abs(share(inside('2201').length, people.length) - 906.67 / 2407.35)).toBeLessThan(0.05)
    expect(share(inside('2224').filter(({ ethnicity }) => ethnicity === '朝鲜').length, inside('2224').length)).toBeGreaterThan(0.18)
    expect(Math.abs(share(people.filter(({ ethnicity }) => ethnicity === '汉').length, people.length) - 0.9133)).toBeLessThan(0.03)
    expect(new Set(people.map(({ prefecture }) => prefecture)).size).toBeGreaterThanOrEqual(9)
  })

  test('holds cards of every state, and nearly every adult a valid one', () => {
    const adults = residents.filter(({ person }) => age(person) >= 17 && person.status === 'valid')
    const states = adults.map(({ cards }) => currentCard(cards, world.on)).map((card) => (card ? cardStateOn(card, world.on) : 'none'))
    for (const state of ['in-force', 'expiring', 'expired', 'reported-lost']) expect(states).toContain(state)
    expect(share(states.filter((state) => state === 'in-force' || state === 'expiring').length, adults.length)).toBeGreaterThan(0.93)
  })

  test('draws from at least 120 surnames and 200 characters of given names', () => {
    expect(new Set([...HAN_SURNAMES, ...KOREAN_SURNAMES]).size).toBeGreaterThanOrEqual(120)
    expect(new Set(HAN_SURNAMES).size).toBe(HAN_SURNAMES.length)
    expect(new Set([...Object.values(HAN_MEN), ...Object.values(HAN_WOMEN)].flat()).size).toBeGreaterThanOrEqual(200)
  })
})

describe('a household', () => {
  test('is of one address, has one head if it is a family, and its adults who are parents are old enough', () => {
    for (const { household, residents: members } of households) {
      expect(new Set(members.map(({ person }) => person.address)).size).toBe(1)
      expect(members.every(({ person }) => person.household === household.id && person.township === household.township)).toBe(true)
      expect(members.filter(({ person }) => person.relationToHead === 'head').length).toBe(household.kind === 'family' ? 1 : 0)
    }
  })

  test('gives every minor guardians: adults of the household in ordinary registration, at least 20 years older, one with the child’s surname', () => {
    const minors = households.flatMap(({ residents: members }) => members.filter(({ person }) => age(person) < 18).map(({ person }) => ({ person, members })))
    expect(minors.length).toBeGreaterThan(300)
    const wrong = minors.filter(({ person, members }) => {
      const guardians = person.guardians.map((id) => members.find((member) => member.person.id === id)?.person)
      return !(
        guardians.length > 0 &&
        guardians.every((guardian) => guardian && guardian.status === 'valid' && age(guardian) >= age(person) + 20) &&
        guardians.some((guardian) => guardian?.name[0] === person.name[0]) &&
        guardians.some((guardian) => guardian?.ethnicity === person.ethnicity)
      )
    })
    expect(wrong).toEqual([])
    expect(people.filter((person) => age(person) >= 18 && person.guardians.length > 0)).toEqual([])
  })
})

describe('the cards of a life', () => {
  test('are issued after birth and by the day, with the law’s term for the age, one after the other, and only the last is still held', () => {
    for (const { person, cards } of residents) {
      const own = cards.filter(({ kind }) => kind === 'resident-id-card')
      for (const [i, card] of own.entries()) {
        expect(card.issuedOn >= person.birth && card.issuedOn <= world.on).toBe(true)
        expect(card.validTo).toBe(validToOf(person.birth, card.issuedOn))
        const next = own[i + 1]
        if (next) expect(next.issuedOn > card.issuedOn && (card.status === 'replaced' || card.status === 'surrendered')).toBe(true)
      }
    }
  })

  test('leave fingerprints on file only since 2013', () => {
    const wrong = residents.filter(({ person, cards }) => {
      const last = cards.filter(({ kind, issuedOn }) => kind === 'resident-id-card' && issuedOn >= '2013-01-01').at(-1)
      return person.fingerprintsOn !== (last?.issuedOn ?? null)
    })
    expect(wrong).toEqual([])
  })

  test('a wished expiry is met by the term that the age at issue had, wherever one exists', () => {
    fc.assert(
      fc.property(fc.integer({ min: 17, max: 60 }), fc.integer({ min: -1_500, max: 1_500 }), (years, days) => {
        const birth = plusDays(world.on, -years * 365 - 200)
        const expiresOn = plusDays(world.on, days)
        const issued = issuedForExpiry(birth, expiresOn)
        const possible = [5, 10, 20].some((term) => {
          const day = `${Number(expiresOn.slice(0, 4)) - term}${expiresOn.slice(4)}` as Day
          return expiresOn.slice(5) !== '02-29' && day >= birth && validToOf(birth, day) === expiresOn
        })
        if (possible) expect(validToOf(birth, issued)).toBe(expiresOn)
      }),
    )
  })
})

test('whatever is wished for is met', () => {
  const wished = worldOf(9)
  const home = makeHome(wished, drawTownship(wished, '2224'))
  fc.assert(
    fc.property(
      fc.record({
        age: fc.integer({ min: 16, max: 100 }),
        sex: fc.constantFrom('male', 'female'),
        ethnicity: fc.constantFrom('汉', '朝鲜', '满', '蒙古'),
        status: fc.constantFrom('valid', 'deceased', 'moved-out'),
        hardship: fc.constantFrom('none', 'rural-special'),
        fingerprints: fc.boolean(),
      }),
      (wishes) => {
        const { person } = makeResident(wished, home, { ...wishes, flags: ['credit-record'], card: null })
        expect(age(person)).toBe(wishes.age)
        expect(person).toMatchObject({
          sex: wishes.sex,
          ethnicity: wishes.ethnicity,
          status: wishes.status,
          hardship: wishes.hardship,
          flags: ['credit-record'],
        })
        expect(person.fingerprintsOn !== null).toBe(wishes.fingerprints)
      },
    ),
    { numRuns: 60 },
  )
  const { cards } = makeResident(wished, home, { age: 50, card: { status: 'reported-lost', expiresOn: '2026-03-01' as Day } })
  expect(cards).toMatchObject([{ status: 'reported-lost', validTo: '2026-03-01', issuedOn: '2006-03-01' }])
  expect(() => makeResident(wished, home, { age: 40, birth: '2020-01-01' as Day })).toThrow(RangeError)
})
