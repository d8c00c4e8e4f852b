import type { Chance } from '#kernel/chance.ts'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import { type Day, plusDays, plusMonths, plusYears, startOfDay, weekdayOf } from '#kernel/time.ts'
import { dayOfAge } from '#person/rules.ts'
import type { Card, CardStatus, RegistrationStatus } from '#register/model.ts'
import { validToOf } from '#services/id-card/validity.ts'

/** Second-generation cards were issued here from about 2005, and everybody had changed by the end of 2009 (estimates). */
const SECOND_GENERATION_FROM = '2005-01-10' as Day
const CHANGE_OVER_DAYS = 1_800
/** Fingerprints have been registered with every card since about then (居民身份证法 3 as amended, in force 2012; estimate). */
const FINGERPRINTS_FROM = '2013-01-01' as Day
/** Estimates: cards lost in a year, owners who let an expired card lie, children who have a card. */
const LOST_A_YEAR = 0.022
const NEVER_RENEWED = 0.03
const CHILDREN_WITH_CARD = 0.3

export interface CardOwner {
  readonly prefecture: string
  readonly id: Uuid
  readonly birth: Day
  readonly issuer: string
  readonly status: RegistrationStatus
}

/** The cards of a life until `on`: issued, renewed, lost and replaced under the terms of validity of the law. */
export function drawCardHistory(chance: Chance, owner: CardOwner, on: Day): readonly Card[] {
  const cards: Card[] = []
  let issued = firstIssue(chance, owner.birth, on)
  while (issued !== undefined && issued <= on) {
    const validTo = validToOf(owner.birth, issued)
    const end = endOfCard(chance, issued, validTo)
    const next: Day | undefined = end && nextWorkingWeekday(end.replacedOn)
    const status: CardStatus =
      next !== undefined && next <= on ? (end?.lostOn ? 'replaced' : 'surrendered') : end?.lostOn && end.lostOn <= on ? 'reported-lost' : 'valid'
    cards.push(cardOf(chance, owner, { kind: 'resident-id-card', issuedOn: issued, validTo, status }))
    issued = next
  }
  const last = cards.at(-1)
  if (last?.status === 'reported-lost' && chance.next() < 0.4) {
    const issuedOn = nextWorkingWeekday(plusDays(on, -chance.below(80) - 3))
    if (issuedOn > last.issuedOn && issuedOn <= on)
      cards.push(cardOf(chance, owner, { kind: 'temporary-id-card', issuedOn, validTo: plusMonths(issuedOn, 3), status: 'valid' }))
  }
  return cards.map((card) => ({ ...card, status: statusAfterRegistration(card.status, owner.status) }))
}

export const cardOf = (chance: Chance, owner: CardOwner, parts: Pick<Card, 'kind' | 'issuedOn' | 'validTo' | 'status'>): Card => ({
  prefecture: owner.prefecture,
  id: uuidV7(startOfDay(parts.issuedOn), chance.bytes(10)),
  personId: owner.id,
  issuer: owner.issuer,
  caseId: null,
  version: 1,
  ...parts,
})

/** The last day on which a card was issued with fingerprints; null when there was none. */
export const fingerprintsAfter = (cards: readonly Card[]): Day | null =>
  cards
    .filter((card) => card.kind === 'resident-id-card' && card.issuedOn >= FINGERPRINTS_FROM)
    .map((card) => card.issuedOn)
    .toSorted()
    .at(-1) ?? null

function firstIssue(chance: Chance, birth: Day, on: Day): Day | undefined {
  const sixteen = dayOfAge(birth, 16)
  const asAdult = sixteen < SECOND_GENERATION_FROM ? plusDays(SECOND_GENERATION_FROM, chance.below(CHANGE_OVER_DAYS)) : plusDays(sixteen, chance.below(120))
  const asChild = plusDays(dayOfAge(birth, 1), chance.below(14 * 365))
  const early = chance.next() < CHILDREN_WITH_CARD && asChild >= SECOND_GENERATION_FROM
  const first = nextWorkingWeekday(early ? asChild : asAdult)
  return first <= on ? first : undefined
}

/** When and why the next card follows; undefined: this one is never replaced. */
function endOfCard(chance: Chance, issuedOn: Day, validTo: Day | null): { readonly replacedOn: Day; readonly lostOn?: Day } | undefined {
  const lostOn = plusDays(issuedOn, 30 + Math.floor((-Math.log(1 - chance.next()) / LOST_A_YEAR) * 365))
  const toWindowDays = 1 + Math.floor(90 * chance.next() ** 3)
  const renewedOn = validTo === null ? undefined : plusDays(validTo, Math.floor(200 * chance.next() ** 2) - 85)
  const renews = chance.next() >= NEVER_RENEWED
  if (lostOn < (renewedOn ?? '9999-12-31')) return { replacedOn: plusDays(lostOn, toWindowDays), lostOn }
  return renewedOn !== undefined && renews ? { replacedOn: renewedOn } : undefined
}

function statusAfterRegistration(status: CardStatus, registration: RegistrationStatus): CardStatus {
  if (status !== 'valid' && status !== 'reported-lost') return status
  switch (registration) {
    case 'deceased':
    case 'duplicate-cancelled':
      return 'cancelled'
    case 'in-service':
    case 'settled-abroad':
      return 'surrendered'
    default:
      return status
  }
}

/** Offices are closed at weekends; that a few of these days were holidays doesn't matter for the past. */
function nextWorkingWeekday(d: Day): Day {
  const weekday = weekdayOf(d)
  return weekday >= 6 ? plusDays(d, 8 - weekday) : d
}

/** The day of issue of a card that ends on the day: ten, twenty or five years before, as the age then was. */
export function issuedForExpiry(birth: Day, expiresOn: Day): Day {
  const candidates = [10, 20, 5].map((years) => plusYears(expiresOn, -years)).filter((issued) => issued >= birth)
  return candidates.find((issued) => validToOf(birth, issued) === expiresOn) ?? candidates[0] ?? birth
}
