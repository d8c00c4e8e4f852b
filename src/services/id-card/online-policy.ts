import type { Facts } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, day, plusYears } from '#kernel/time.ts'
import { ageOn } from '#person/rules.ts'
import type { Card, Person } from '#register/model.ts'
import data from '#services/data/id-card-online.json' with { type: 'json' }
import type { ValidityClass } from '#services/id-card/validity.ts'

/** Why somebody wants another card. Not each goes online: which does is said by the policy of the day. */
export const ONLINE_REASONS = ['lost', 'stolen', 'damaged', 'expiry', 'item-changed'] as const
export type OnlineReason = (typeof ONLINE_REASONS)[number]

/** 根据不同有效期限合理放宽: what a card of one class lets its holder do from home. Of several lines for a class one must hold. */
export interface ClassPolicy {
  readonly validityClass: ValidityClass
  readonly minAge: number
  /** null: however old the photo is. */
  readonly maxPhotoAgeYears: number | null
  readonly needsFingerprints: boolean
}

/** What may be done online from a day on, by 吉公通字〔2021〕32号 二 and what widened it since. */
export interface OnlinePolicy {
  readonly validFrom: Day
  readonly source: string
  /** What of it is an interpretation or a weak source. */
  readonly note: Sentence
  readonly whoMayApply: Sentence
  /** A reason that isn't there is not done online; an uncertain one is looked at by a person. */
  readonly reasons: Readonly<Partial<Record<OnlineReason, 'allowed' | 'uncertain'>>>
  readonly classes: readonly ClassPolicy[]
}

export const ONLINE_POLICIES: readonly OnlinePolicy[] = data.map((policy) => ({ ...policy, validFrom: day(policy.validFrom) }) as OnlinePolicy)

/** The class that a card was issued for, by its own dates. */
function classOfCard({ issuedOn, validTo }: Pick<Card, 'issuedOn' | 'validTo'>): ValidityClass {
  if (validTo === null) return 'long-term'
  if (validTo <= plusYears(issuedOn, 5)) return '5-years'
  return validTo <= plusYears(issuedOn, 10) ? '10-years' : '20-years'
}

/** What of a line does not hold. */
type Shortfall = 'age' | 'photo' | 'fingerprints'

const shortfallsOf = (line: ClassPolicy, person: Person, facts: Pick<Facts, 'on' | 'photoOnRecord'>): readonly Shortfall[] => {
  const photo = facts.photoOnRecord
  const found: Shortfall[] = []
  if (ageOn(person.birth, facts.on) < line.minAge) found.push('age')
  // On the very anniversary the photo still counts (interpretation of 以内、不超过).
  if (!photo || (line.maxPhotoAgeYears !== null && plusYears(photo.takenOn, line.maxPhotoAgeYears) < facts.on)) found.push('photo')
  if (line.needsFingerprints && person.fingerprintsOn === null) found.push('fingerprints')
  return found
}

export interface Judged {
  readonly line: ClassPolicy
  readonly short: readonly Shortfall[]
}

/** The line of the card's class that comes nearest: the one that holds, or lacks the least. Undefined where the class has none. */
export function nearestLine(policy: OnlinePolicy, card: Card, person: Person, facts: Pick<Facts, 'on' | 'photoOnRecord'>): Judged | undefined {
  const validityClass = classOfCard(card)
  return policy.classes
    .filter((line) => line.validityClass === validityClass)
    .map((line) => ({ line, short: shortfallsOf(line, person, facts) }))
    .toSorted((a, b) => a.short.length - b.short.length)[0]
}
