import { type Day, plusYears } from '#kernel/time.ts'
import { ageOn } from '#person/rules.ts'

/** The three terms of a card and the long term: 居民身份证法 5. */
export type ValidityClass = '5-years' | '10-years' | '20-years' | 'long-term'

/** By age in full years on the day of issue; the ranges of the law include both ends. */
export function validityClassOf(birth: Day, issuedOn: Day): ValidityClass {
  const age = ageOn(birth, issuedOn)
  if (age < 16) return '5-years'
  if (age <= 25) return '10-years'
  return age <= 45 ? '20-years' : 'long-term'
}

const YEARS: Readonly<Record<ValidityClass, number | null>> = { '5-years': 5, '10-years': 10, '20-years': 20, 'long-term': null }

/** Last day of validity, counted from the day of issue; null for a long-term card. */
export function validToOf(birth: Day, issuedOn: Day): Day | null {
  const years = YEARS[validityClassOf(birth, issuedOn)]
  return years === null ? null : plusYears(issuedOn, years)
}
