import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Representation } from '#account/model.ts'
import { authorityProblem, consentProblem, guardianshipProblem, guardianUntil, lastTermDay, type Registered, standingProblem } from '#account/rules/standing.ts'
import { type Uuid, uuid } from '#kernel/ids.ts'
import { type Day, day, dayOf, type Instant, instant, plusDays, plusMs, plusYears, startOfDay } from '#kernel/time.ts'
import { ageOn } from '#person/rules.ts'

const ON = day('2026-02-13')
const AT = instant('2026-02-13T09:00:00+08:00')
const id = (n: number): Uuid => uuid(`0190c0de-0000-7000-8000-00000000000${n}`)

const someone = (n: number, birth: string, more: Partial<Registered> = {}): Registered => ({
  ...{ prefecture: '2201', personId: id(n), shown: '王*', birth: day(birth), guardians: [], valid: true },
  ...more,
})
const mother = someone(1, '1985-05-01')
const neighbour = someone(2, '1980-01-01')
const schoolboy = someone(3, '2016-03-01', { guardians: [mother.personId] })
const youth = someone(4, '2009-06-01', { guardians: [mother.personId] })
const grandfather = someone(5, '1950-01-01')
const IN_A_YEAR = day('2027-02-13')

test.each<[string, Registered, Registered | null, Day, ReturnType<typeof consentProblem>]>([
  ['an adult to a relative', grandfather, mother, IN_A_YEAR, undefined],
  ['an adult to nobody who is registered', grandfather, null, IN_A_YEAR, 'nobody-by-that-name'],
  ['an adult to somebody who moved away', grandfather, { ...mother, valid: false }, IN_A_YEAR, 'nobody-by-that-name'],
  ['an adult to themselves', grandfather, grandfather, IN_A_YEAR, 'own-agent'],
  ['an adult to somebody of sixteen', grandfather, youth, IN_A_YEAR, 'representative-without-capacity'],
  ['a child of nine', schoolboy, mother, IN_A_YEAR, 'too-young'],
  ['somebody of sixteen to their guardian', youth, mother, IN_A_YEAR, undefined],
  ['somebody of sixteen to a neighbour', youth, neighbour, IN_A_YEAR, 'minor-names-guardian'],
  ['until yesterday', grandfather, mother, day('2026-02-12'), 'term-past'],
  ['until today', grandfather, mother, ON, 'term-past'],
  ['until the last day that may be', grandfather, mother, day('2029-02-13'), undefined],
  ['a day longer', grandfather, mother, day('2029-02-14'), 'term-too-long'],
])('consent: %s', (_, person, representative, until, expected) => {
  expect(consentProblem(person, representative, until, ON)).toBe(expected)
})

test.each<[string, Registered | null, Registered, ReturnType<typeof guardianshipProblem>]>([
  ['the register has her', schoolboy, mother, undefined],
  ['the register has another', schoolboy, neighbour, 'not-the-guardian'],
  ['nobody has the number: no other answer', null, neighbour, 'not-the-guardian'],
  ['the child is not registered any more', { ...schoolboy, valid: false }, mother, 'not-the-guardian'],
  ['the child is sixteen', youth, mother, 'child-decides'],
])('guardian: %s', (_, child, guardian, expected) => {
  expect(guardianshipProblem(child, guardian, ON)).toBe(expected)
})

test.each<[string, Registered | null, Registered | null, Day | null, ReturnType<typeof authorityProblem>]>([
  ['of an adult', grandfather, neighbour, null, undefined],
  ['to nobody', grandfather, null, null, 'nobody-by-that-name'],
  ['of a minor', youth, neighbour, null, 'guardian-required'],
  ['to a minor', grandfather, youth, null, 'representative-without-capacity'],
  ['to oneself', grandfather, grandfather, null, 'own-agent'],
  ['that is over', grandfather, neighbour, day('2026-02-12'), 'term-past'],
  ['that ends today', grandfather, neighbour, ON, undefined],
])('a power of attorney %s', (_, person, representative, until, expected) => {
  expect(authorityProblem(person, representative, { from: day('2026-01-01'), until }, ON)).toBe(expected)
})

const record = (more: Partial<Representation> = {}): Representation => ({
  ...{ prefecture: '2201', id: id(9), kind: 'family', personId: grandfather.personId, personShown: '王*', representativeId: mother.personId },
  ...{ representativeShown: '李*', relation: 'child', document: null, scope: { may: 'act', services: [] } },
  ...{ from: AT, until: startOfDay(IN_A_YEAR), recordedAt: AT, recordedBy: 'resident:5', recordedOrgan: null, endedAt: null, endedBecause: null, version: 1 },
  ...more,
})
const guardianOf = (child: Registered): Representation =>
  record({ kind: 'guardian', personId: child.personId, until: guardianUntil(child.birth), relation: null })

test.each<[string, Representation, Registered | null, Instant, ReturnType<typeof standingProblem>]>([
  ['stands', record(), grandfather, AT, undefined],
  ['not before it begins', record(), grandfather, plusMs(AT, -1), 'not-yet'],
  ['to its last instant', record(), grandfather, plusMs(startOfDay(IN_A_YEAR), -1), undefined],
  ['not at its end', record(), grandfather, startOfDay(IN_A_YEAR), 'expired'],
  ['without a term, as long as it isn’t withdrawn', record({ until: null }), grandfather, instant('2099-01-01T00:00:00+08:00'), undefined],
  ['withdrawn', record({ endedAt: AT, endedBecause: 'withdrawn' }), grandfather, AT, 'withdrawn'],
  ['given up', record({ endedAt: AT, endedBecause: 'given-up' }), grandfather, AT, 'withdrawn'],
  ['the person died', record(), { ...grandfather, valid: false }, AT, 'not-registered'],
  ['the data was deleted', record(), null, AT, 'not-registered'],
  ['a guardian', guardianOf(schoolboy), schoolboy, AT, undefined],
  ['a guardian no longer', guardianOf(schoolboy), { ...schoolboy, guardians: [] }, AT, 'no-longer-guardian'],
  ['the day before the child is sixteen', guardianOf(schoolboy), schoolboy, instant('2032-02-29T23:59:59+08:00'), undefined],
  ['the day that the child is', guardianOf(schoolboy), schoolboy, instant('2032-03-01T00:00:00+08:00'), 'child-decides'],
])('a record: %s', (_, one, person, at, expected) => {
  expect(standingProblem(one, person, at)).toBe(expected)
})

const birth = fc.integer({ min: 0, max: 40_000 }).map((days) => plusDays(day('1920-01-01'), days))
const hours = fc.integer({ min: 0, max: 24 * 365 * 30 }).map((n) => plusMs(AT, n * 3_600_000))

test('a guardian stands while the child is under sixteen and the register says so, and not an hour longer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 15 * 365 }), hours, fc.boolean(), (daysOld, at, still) => {
      const child = someone(6, plusDays(ON, -daysOld), { guardians: still ? [mother.personId] : [] })
      expect(standingProblem(guardianOf(child), child, at) === undefined).toBe(still && ageOn(child.birth, dayOf(at)) < 16)
    }),
  )
})

test('what is ended never stands again, and a term never stands beyond its end', () => {
  fc.assert(
    fc.property(hours, hours, hours, fc.boolean(), (from, until, at, ended) => {
      const one = record({ from, until, ...(ended && { endedAt: from, endedBecause: 'withdrawn' }) })
      expect(standingProblem(one, grandfather, at) === undefined).toBe(!ended && from <= at && at < until)
    }),
  )
})

test('whoever is let to act by consent is of age, somebody else, and for a term that ends', () => {
  fc.assert(
    fc.property(birth, birth, fc.integer({ min: -400, max: 2_000 }), (mine, theirs, days) => {
      fc.pre(mine <= ON && theirs <= ON)
      const [person, other] = [someone(7, mine), someone(8, theirs)]
      const until = plusDays(ON, days)
      const may = consentProblem(person, other, until, ON) === undefined
      expect(may).toBe(ageOn(mine, ON) >= 18 && ageOn(theirs, ON) >= 18 && until > ON && until <= lastTermDay(ON))
    }),
  )
})

test('the row of a guardian tells the year of birth and not the day', () => {
  fc.assert(
    fc.property(birth, (born) => {
      const until = guardianUntil(born)
      expect(until).toBe(guardianUntil(day(`${born.slice(0, 4)}-07-01`)))
      expect(until > startOfDay(plusYears(born, 16))).toBe(true)
    }),
  )
})
