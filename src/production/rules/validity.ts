import { type Day, daysBetween, plusDays, plusYears } from '#kernel/time.ts'
import type { ValidityTerms } from '#production/model.ts'
import { validityClassOf, validToOf } from '#services/id-card/validity.ts'

/** A card made later than this after its order is not foreseen; so little of the birthday is kept with the order. */
const HORIZON_DAYS = 366
const AGES = [16, 26, 46] as const

const termOn = (birth: Day, on: Day): number | null => {
  const validTo = validToOf(birth, on)
  return validTo === null ? null : Number(validTo.slice(0, 4)) - Number(on.slice(0, 4))
}

/**
 * For how long a card is valid, by the day on which it is issued (居民身份证法 5): the validity counts from there, and a
 * birthday between ordering and making may change it. Of the birthday only such a change within a year is kept.
 */
export function validityTerms(birth: Day, from: Day): ValidityTerms {
  for (const age of AGES) {
    const birthday = plusYears(birth, age)
    const changesOn = [birthday, plusDays(birthday, 1)].find((d) => validityClassOf(birth, d) !== validityClassOf(birth, plusDays(d, -1)))
    if (changesOn !== undefined && changesOn > from && daysBetween(from, changesOn) <= HORIZON_DAYS)
      return { years: termOn(birth, from), change: { on: changesOn, years: termOn(birth, changesOn) } }
  }
  return { years: termOn(birth, from), change: null }
}

/** Last day of validity of a card issued on the day; null for a long-term card. */
export function validToOn({ years, change }: ValidityTerms, issuedOn: Day): Day | null {
  const term = change !== null && issuedOn >= change.on ? change.years : years
  return term === null ? null : plusYears(issuedOn, term)
}
