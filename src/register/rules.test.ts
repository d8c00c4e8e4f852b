import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { READ_PURPOSES } from '#account/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, plusDays, plusMonths } from '#kernel/time.ts'
import type { Card, CardStatus, Person } from '#register/model.ts'
import { cardStateOn, currentCard, hasAnySecondGenerationCard, itemsUnlikeRegister, personView } from '#register/rules.ts'

const day = (text: string): Day => text as Day
const days = fc.integer({ min: -9_000, max: 9_000 }).map((n) => plusDays(day('2026-02-13'), n))
const statuses = fc.constantFrom<CardStatus>('valid', 'reported-lost', 'replaced', 'surrendered', 'cancelled')
const ids = fc.uuid({ version: 7 }) as fc.Arbitrary<Uuid>
const cards: fc.Arbitrary<Card> = fc.record({
  prefecture: fc.constant('2201'),
  id: ids,
  personId: ids,
  kind: fc.constantFrom('resident-id-card', 'temporary-id-card'),
  issuer: fc.constant('220102000000'),
  issuedOn: days,
  validTo: fc.option(days),
  status: statuses,
  caseId: fc.constant(null),
  version: fc.constant(1),
})

const person: Person = {
  prefecture: '2201',
  id: '01890000-0000-7000-8000-000000000001' as Uuid,
  identityNumber: '220102199001010017',
  name: '李测试',
  sex: 'male',
  ethnicity: '汉',
  birth: day('1990-01-01'),
  phone: '14001234567',
  address: '吉林省长春市南关区南岭街道测试路12号',
  township: '220102001',
  household: '01890000-0000-7000-8000-000000000002' as Uuid,
  relationToHead: 'head',
  guardians: [],
  status: 'valid',
  flags: [],
  hardship: 'none',
  fingerprintsOn: null,
  synthetic: true,
  version: 1,
}

describe('the state of a card on a day', () => {
  const card = (validTo: string | null, status: CardStatus = 'valid') => ({ status, validTo: validTo as Day | null })

  test('the last valid day is still valid, the next is not', () => {
    expect(cardStateOn(card('2026-02-13'), day('2026-02-13'))).toBe('expiring')
    expect(cardStateOn(card('2026-02-13'), day('2026-02-14'))).toBe('expired')
  })

  test('three months before its end it may be renewed, a day earlier not yet', () => {
    expect(cardStateOn(card('2026-05-13'), day('2026-02-13'))).toBe('expiring')
    expect(cardStateOn(card('2026-05-14'), day('2026-02-13'))).toBe('in-force')
  })

  test('a long-term card never expires, and no day changes a status that ended the card', () => {
    fc.assert(
      fc.property(statuses, days, days, (status, validTo, on) => {
        expect(cardStateOn({ status: 'valid', validTo: null }, on)).toBe('in-force')
        if (status !== 'valid') expect(cardStateOn({ status, validTo }, on)).toBe(status)
      }),
    )
  })

  test('time only leads from in force over expiring to expired', () => {
    const order = ['in-force', 'expiring', 'expired']
    fc.assert(
      fc.property(days, days, fc.nat(9_000), (validTo, on, later) => {
        const [now, then] = [on, plusDays(on, later)].map((d) => order.indexOf(cardStateOn({ status: 'valid', validTo }, d)))
        expect(then).toBeGreaterThanOrEqual(now as number)
      }),
    )
  })
})

describe('the current card', () => {
  test('is never one that was replaced, handed back or cancelled, nor one of the future, nor a temporary one', () => {
    fc.assert(
      fc.property(fc.array(cards), days, (all, on) => {
        const current = currentCard(all, on)
        const candidates = all.filter((card) => card.kind === 'resident-id-card' && card.issuedOn <= on && ['valid', 'reported-lost'].includes(card.status))
        expect(current === undefined).toBe(candidates.length === 0)
        if (current) {
          expect(candidates).toContain(current)
          expect(candidates.every((card) => card.issuedOn <= current.issuedOn)).toBe(true)
        }
      }),
    )
  })

  test('does not depend on the order in which cards are read', () => {
    fc.assert(
      fc.property(fc.uniqueArray(cards, { selector: ({ id }) => id }), days, (all, on) => {
        expect(currentCard(all.toReversed(), on)).toEqual(currentCard(all, on))
      }),
    )
  })

  test('a temporary card is no second-generation card, any other is, whatever became of it', () => {
    fc.assert(
      fc.property(fc.array(cards), (all) => {
        expect(hasAnySecondGenerationCard(all)).toBe(all.filter(({ kind }) => kind === 'resident-id-card').length > 0)
      }),
    )
  })
})

describe('what was read from a card, compared with the register', () => {
  const read = { name: person.name, sex: person.sex, ethnicity: person.ethnicity, birth: person.birth, address: person.address }

  test('names exactly the items that differ', () => {
    expect(itemsUnlikeRegister(read, person)).toEqual([])
    fc.assert(
      fc.property(fc.subarray(['name', 'ethnicity', 'birth', 'address'] as const), fc.boolean(), (items, sexToo) => {
        const changed = { ...read, ...Object.fromEntries(items.map((item) => [item, `${read[item]}异`])), ...(sexToo ? { sex: 'female' as const } : {}) }
        expect([...itemsUnlikeRegister(changed, person)].toSorted()).toEqual([...items, ...(sexToo ? ['sex'] : [])].toSorted())
      }),
    )
  })

  test('width, spaces, the kind of middle dot and the word 族 carry no meaning', () => {
    const other = { ...person, name: '艾力·吐尔逊', ethnicity: '维吾尔', address: '吉林省长春市测试路12号' }
    expect(itemsUnlikeRegister({ ...read, name: '艾力•吐尔逊 ', ethnicity: '维吾尔族', address: '吉林省长春市 测试路１２号' }, other)).toEqual([])
  })
})

describe('a record as the window sees it', () => {
  test('for every purpose the number and the phone stay masked, and the masked one shows neither name, birth nor street', () => {
    for (const purpose of READ_PURPOSES) {
      const shown = JSON.stringify(personView(person, [], purpose, day('2026-02-13')))
      expect(shown).not.toContain(person.identityNumber)
      expect(shown).not.toContain(person.phone)
    }
    const masked = JSON.stringify(personView(person, [], 'guardian-check', day('2026-02-13')))
    for (const secret of [person.name, person.birth, '南关区', '测试路']) expect(masked).not.toContain(secret)
    expect(personView(person, [], 'application', day('2026-02-13'))).toMatchObject({ name: '李测试', birth: '1990-01-01', address: person.address, age: 36 })
  })

  test('shows the latest card first, each with its state on the day', () => {
    const one: Card = {
      prefecture: '2201',
      id: person.id,
      personId: person.id,
      kind: 'resident-id-card',
      issuer: '220102000000',
      issuedOn: day('2006-02-14'),
      validTo: day('2026-02-14'),
      status: 'surrendered',
      caseId: null,
      version: 2,
    }
    const two: Card = { ...one, id: person.household, issuedOn: day('2026-02-03'), validTo: plusMonths(day('2026-02-03'), 240), status: 'valid', version: 1 }
    expect(personView(person, [one, two], 'application', day('2026-02-13')).cards.map(({ issuedOn, state }) => [issuedOn, state])).toEqual([
      ['2026-02-03', 'in-force'],
      ['2006-02-14', 'surrendered'],
    ])
  })
})
