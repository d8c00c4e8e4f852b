import type { Chance } from '#kernel/chance.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, later } from '#kernel/time.ts'
import { ageOn, dayOfAge } from '#person/rules.ts'
import type { Division } from '#place/model.ts'
import { countyOf, getDivision } from '#place/rules/divisions.ts'
import { issuerOf, prefectureOf } from '#place/rules/organs.ts'
import type { Card, CardStatus, Hardship, Household, Person, RegisterFlag, RegistrationStatus } from '#register/model.ts'
import { validToOf } from '#services/id-card/validity.ts'
import { type CardOwner, cardOf, drawCardHistory, fingerprintsAfter, issuedForExpiry } from '#sim/world/card-history.ts'
import { drawName } from '#sim/world/names.ts'
import { drawAddress, drawBirth, drawId, drawIdentityNumber, drawPhone, drawRegion, type World } from '#sim/world/world.ts'

/** Where a household is registered, worked out once for all its members. */
export interface Home {
  readonly household: Household
  readonly township: Division
  readonly county: string
  readonly issuer: string
  readonly address: string
}

export interface Resident {
  readonly person: Person
  readonly cards: readonly Card[]
}

/** One card instead of a drawn history. */
export interface CardWish {
  readonly status?: CardStatus | undefined
  readonly issuedOn?: Day | undefined
  /** The last valid day; null for a long-term card. Without it the law's term for the age. */
  readonly expiresOn?: Day | null | undefined
}

/** What somebody must be like; whatever isn't said is drawn. */
export interface PersonWishes {
  readonly age?: number | undefined
  readonly birth?: Day | undefined
  readonly sex?: 'male' | 'female' | undefined
  readonly ethnicity?: string | undefined
  readonly name?: string | undefined
  readonly surname?: string | undefined
  /** Six digits: where first registered. */
  readonly region?: string | undefined
  readonly phone?: string | null | undefined
  readonly relationToHead?: Person['relationToHead'] | undefined
  readonly guardians?: readonly Uuid[] | undefined
  readonly status?: RegistrationStatus | undefined
  readonly flags?: readonly RegisterFlag[] | undefined
  readonly hardship?: Hardship | undefined
  /** null: no card at all. */
  readonly card?: CardWish | null | undefined
  /** Whether on file, or since when. */
  readonly fingerprints?: boolean | Day | undefined
}

export function makeHome(world: World, township: Division, kind: Household['kind'] = 'family'): Home {
  const { places } = world
  return {
    household: { prefecture: prefectureOf(places, township.code), id: drawId(world), township: township.code, kind, synthetic: true, version: 1 },
    township,
    county: countyOf(places, township.code).code,
    issuer: issuerOf(places, township.code).code,
    address: kind === 'collective' ? `${drawAddress(world, township).replace(/测试.*$/, '')}测试大学集体户` : drawAddress(world, township),
  }
}

/** The home of somebody who is registered already. */
export function homeOf({ places }: World, person: Person): Home {
  const county = countyOf(places, person.township).code
  return {
    household: { prefecture: person.prefecture, id: person.household, township: person.township, kind: 'family', synthetic: true, version: 1 },
    township: getDivision(places, person.township),
    county,
    issuer: issuerOf(places, person.township).code,
    address: person.address,
  }
}

/** @throws RangeError when the wishes contradict each other: an age and another birth, a card issued before the birth. */
export function makeResident(world: World, home: Home, wishes: PersonWishes = {}): Resident {
  const { chance, on } = world
  const birth = wishes.birth ?? drawBirth(world, wishes.age ?? drawAge(chance))
  if (birth > on) throw new RangeError(`nobody is born on ${birth}, after ${on}`)
  if (wishes.age !== undefined && ageOn(birth, on) !== wishes.age) throw new RangeError(`who was born on ${birth} is not ${wishes.age} on ${on}`)
  const sex = wishes.sex ?? (chance.next() < 0.5 ? 'male' : 'female')
  const ethnicity = wishes.ethnicity ?? drawEthnicity(chance, home)
  const status = wishes.status ?? 'valid'
  const id = drawId(world)
  const owner: CardOwner = { prefecture: home.household.prefecture, id, birth, issuer: home.issuer, status }
  const cards = cardsFor(chance, owner, on, wishes.card)
  const person: Person = {
    prefecture: home.household.prefecture,
    id,
    identityNumber: drawIdentityNumber(world, { region: wishes.region ?? drawRegion(world, home.county, birth), birth, sex }),
    name: wishes.name ?? drawName(chance, { sex, birth, ethnicity, surname: wishes.surname }).name,
    sex,
    ethnicity,
    birth,
    phone: wishes.phone !== undefined ? wishes.phone : ageOn(birth, on) >= 10 ? drawPhone(world) : null,
    address: home.address,
    township: home.township.code,
    household: home.household.id,
    relationToHead: wishes.relationToHead ?? 'head',
    guardians: wishes.guardians ?? [],
    status,
    flags: wishes.flags ?? drawFlags(chance),
    hardship: wishes.hardship ?? drawHardship(chance, home.township),
    fingerprintsOn: fingerprintsFor(wishes.fingerprints, cards, birth, on),
    synthetic: true,
    version: 1,
  }
  return { person, cards }
}

function cardsFor(chance: Chance, owner: CardOwner, on: Day, wish: CardWish | null | undefined): readonly Card[] {
  if (wish === null) return []
  if (wish === undefined) return drawCardHistory(chance, owner, on)
  const issuedOn =
    wish.issuedOn ??
    (wish.expiresOn ? issuedForExpiry(owner.birth, wish.expiresOn) : later(dayOfAge(owner.birth, wish.expiresOn === null ? 46 : 16), defaultIssue(on)))
  if (issuedOn < owner.birth || issuedOn > on) throw new RangeError(`no card is issued on ${issuedOn} to who was born on ${owner.birth}, as of ${on}`)
  const validTo = wish.expiresOn === undefined ? validToOf(owner.birth, issuedOn) : wish.expiresOn
  return [cardOf(chance, owner, { kind: 'resident-id-card', issuedOn, validTo, status: wish.status ?? 'valid' })]
}

/** Some years ago, so that a wished card is neither new nor near its end. */
const defaultIssue = (on: Day): Day => `${Number(on.slice(0, 4)) - 3}-06-01` as Day

function fingerprintsFor(wish: boolean | Day | undefined, cards: readonly Card[], birth: Day, on: Day): Day | null {
  if (wish === false) return null
  const drawn = fingerprintsAfter(cards)
  if (wish === undefined) return drawn
  if (wish === true) return drawn ?? later(birth, defaultIssue(on))
  return wish
}

/** Shares of ages in Jilin: about 12 of 100 under fifteen, 22 to 26 of sixty and over (census of Changchun 2020, ageing since: estimate). */
export function drawAge(chance: Chance): number {
  const luck = chance.next()
  if (luck < 0.12) return chance.below(15)
  if (luck < 0.76) return 15 + Math.floor(45 * chance.next() ** 0.85)
  return Math.min(102, 60 + Math.floor(-11 * Math.log(1 - chance.next())))
}

/** Shares of the peoples by area; the province has 91.33 % Han (census 2020), the local shares are estimates. */
const SHARES: readonly { readonly area: RegExp; readonly name?: RegExp; readonly shares: Readonly<Record<string, number>> }[] = [
  { area: /^/, name: /朝鲜族/, shares: { 朝鲜: 0.4, 满: 0.05 } },
  { area: /^/, name: /满族/, shares: { 满: 0.4 } },
  { area: /^/, name: /蒙古族/, shares: { 蒙古: 0.35, 满: 0.03 } },
  { area: /^/, name: /回族/, shares: { 回: 0.35, 满: 0.05 } },
  { area: /^22240[1456]/, shares: { 朝鲜: 0.45, 满: 0.02 } },
  { area: /^2224/, shares: { 朝鲜: 0.18, 满: 0.04 } },
  { area: /^220623/, shares: { 朝鲜: 0.14, 满: 0.05 } },
  { area: /^220323/, shares: { 满: 0.37, 朝鲜: 0.01 } },
  { area: /^220721/, shares: { 蒙古: 0.11, 满: 0.02 } },
  { area: /^2202/, shares: { 满: 0.06, 朝鲜: 0.03, 回: 0.008 } },
  { area: /^2205/, shares: { 满: 0.05, 朝鲜: 0.03 } },
  { area: /^2208/, shares: { 蒙古: 0.03, 满: 0.02 } },
  { area: /^/, shares: { 满: 0.025, 朝鲜: 0.012, 回: 0.006, 蒙古: 0.006, 锡伯: 0.001, 壮: 0.001, 苗: 0.0005 } },
]

function drawEthnicity(chance: Chance, { county, township, household }: Home): string {
  const luck = chance.next()
  if (household.kind === 'collective' && luck < 0.03) return '维吾尔'
  const local = SHARES.find(({ area, name }) => area.test(county) && (name === undefined || name.test(township.name.zh)))
  let sum = 0
  for (const [ethnicity, share] of Object.entries(local?.shares ?? {})) {
    sum += share
    if (luck < sum) return ethnicity
  }
  return '汉'
}

/** Per ten thousand (estimates): rare, yet every list of references has some. */
const FLAGS: readonly (readonly [RegisterFlag, number])[] = [
  ['number-collision', 4],
  ['appearance-changed', 40],
  ['forged-documents', 4],
  ['credit-record', 20],
  ['item-change-pending', 25],
]

const drawFlags = (chance: Chance): readonly RegisterFlag[] => FLAGS.filter(([, share]) => chance.below(10_000) < share).map(([flag]) => flag)

function drawHardship(chance: Chance, township: Division): Hardship {
  const luck = chance.next()
  if (township.kind === 'subdistrict') return luck < 0.02 ? 'urban-minimum-living' : luck < 0.023 ? 'other' : 'none'
  return luck < 0.012 ? 'rural-special' : luck < 0.02 ? 'other' : 'none'
}
