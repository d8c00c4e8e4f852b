import type { ReadPurpose } from '#account/model.ts'
import { purposeTerms } from '#account/rules/purposes.ts'
import { type Day, plusMonths } from '#kernel/time.ts'
import { halfWidth } from '#kernel/typed-text.ts'
import { ageOn, maskPerson, maskPhone } from '#person/rules.ts'
import {
  type Card,
  type CardKind,
  type CardState,
  type CardView,
  CORRECTABLE_ITEMS,
  type CorrectableItem,
  type Corrected,
  type Person,
  type PersonView,
  type ReadFromCard,
  type RegisteredItem,
} from '#register/model.ts'

/** A card may be renewed this long before it expires. The law says only 有效期满 (居民身份证法 11); interpretation. */
const RENEWABLE_MONTHS_BEFORE_EXPIRY = 3

/** What the card is worth on the day. The last valid day is still valid; a long-term card never expires. */
export function cardStateOn(card: Pick<Card, 'status' | 'validTo'>, on: Day): CardState {
  if (card.status !== 'valid') return card.status
  if (card.validTo === null) return 'in-force'
  if (card.validTo < on) return 'expired'
  return card.validTo <= plusMonths(on, RENEWABLE_MONTHS_BEFORE_EXPIRY) ? 'expiring' : 'in-force'
}

/** Later issue first; of one day the later made (ids sort by their time). */
const latestFirst = (a: Card, b: Card): number => (a.issuedOn === b.issuedOn ? (a.id < b.id ? 1 : -1) : a.issuedOn < b.issuedOn ? 1 : -1)

/**
 * The card that the person has or says to have lost: the latest of its kind that nothing has ended by the day.
 * An expired card is still the current one, for it is handed back on renewal.
 */
export const currentCard = (cards: readonly Card[], on: Day, kind: CardKind = 'resident-id-card'): Card | undefined =>
  cards.filter((card) => card.kind === kind && card.issuedOn <= on && (card.status === 'valid' || card.status === 'reported-lost')).toSorted(latestFirst)[0]

/**
 * Whether a second-generation card was ever issued, whatever became of it: then an application is no first one.
 * Cards of the first generation are not kept here, they ended on 2013-01-01 (居民身份证法 23 of 2011).
 */
export const hasAnySecondGenerationCard = (cards: readonly Card[]): boolean => cards.some((card) => card.kind === 'resident-id-card')

/** The items that would really change. */
export const changedItems = (person: Pick<Person, CorrectableItem>, corrected: Corrected): readonly CorrectableItem[] =>
  CORRECTABLE_ITEMS.filter((item) => corrected[item] !== undefined && corrected[item] !== (person[item] ?? ''))

/** What a receiver holds that was wrong, with what is right: what it was given otherwise, for another recipient or later, is left alone. */
export const stillWrong = (holds: Corrected, before: Corrected, after: Corrected): Corrected =>
  Object.fromEntries(
    CORRECTABLE_ITEMS.flatMap((item) => (holds[item] !== undefined && holds[item] === before[item] && after[item] !== undefined ? [[item, after[item]]] : [])),
  )

const ITEMS: readonly RegisteredItem[] = ['name', 'sex', 'ethnicity', 'birth', 'address']

/** Width of characters, spaces and the middle dot of long names carry no meaning. 汉 and 汉族 are one. */
const comparable = (item: RegisteredItem, text: string): string => {
  const plain = halfWidth(text.normalize('NFKC'))
    .replace(/\s/gu, '')
    .replace(/[・•‧∙]/gu, '·')
  return item === 'ethnicity' ? plain.replace(/(?<=.)族$/u, '') : plain
}

/**
 * The items in which the card that was read differs from the register, in the order of the card. Empty: equal.
 * A differing address alone is no mismatch: a move needs no new card (居民身份证法 11).
 */
export const itemsUnlikeRegister = (read: ReadFromCard, person: Pick<Person, RegisteredItem>): readonly RegisteredItem[] =>
  ITEMS.filter((item) => comparable(item, read[item]) !== comparable(item, person[item]))

/** Whether the officer compares the person at the window with the whole record; for other purposes it stays masked. */
export const shownInFull = (purpose: ReadPurpose, on: Day): boolean => purposeTerms(purpose, on)?.inFull ?? false

const cardView = (card: Card, on: Day): CardView => ({
  id: card.id,
  kind: card.kind,
  issuer: card.issuer,
  issuedOn: card.issuedOn,
  validTo: card.validTo,
  status: card.status,
  state: cardStateOn(card, on),
})

/** The record as the window may see it for this purpose. Number and phone stay masked: the officer typed the one and needs neither. */
export function personView(person: Person, cards: readonly Card[], purpose: ReadPurpose, on: Day): PersonView {
  const inFull = shownInFull(purpose, on)
  const masked = maskPerson({ ...person, phone: person.phone ?? '' })
  return {
    prefecture: person.prefecture,
    id: person.id,
    sex: person.sex,
    ethnicity: person.ethnicity,
    township: person.township,
    status: person.status,
    flags: person.flags,
    hardship: person.hardship,
    fingerprintsOn: person.fingerprintsOn,
    guardians: person.guardians,
    synthetic: person.synthetic,
    inFull,
    identityNumber: masked.identityNumber,
    name: inFull ? person.name : masked.name,
    birth: inFull ? person.birth : masked.birth,
    age: ageOn(person.birth, on),
    address: inFull ? person.address : masked.address,
    phone: person.phone === null ? '' : maskPhone(person.phone),
    cards: cards.toSorted(latestFirst).map((card) => cardView(card, on)),
  }
}
