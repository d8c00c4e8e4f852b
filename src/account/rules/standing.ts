import type { AuthorityDocument, EndReason, Relation, Representation, RepresentationKind, Scope } from '#account/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, day, dayOf, type Instant, plusYears, startOfDay, yearOf } from '#kernel/time.ts'
import { ageOn, capacityOn, dayOfAge } from '#person/rules.ts'

/** What the register says of somebody, as far as standing for another depends on it. */
export interface Registered {
  readonly prefecture: string
  readonly personId: Uuid
  readonly shown: string
  readonly birth: Day
  readonly guardians: readonly string[]
  /** Registered and alive. */
  readonly valid: boolean
}

/** What happened to a record; whoever did it, when, stands beside it. */
export type RepresentationEvent =
  | {
      readonly type: 'ConsentToActGiven' | 'GuardianConfirmed' | 'PowerOfAttorneyRecorded'
      readonly person: Uuid
      readonly representative: Uuid
      readonly relation: Relation | null
      readonly document: AuthorityDocument | null
      readonly scope: Scope
      readonly from: Instant
      readonly until: Instant | null
    }
  | { readonly type: 'RepresentationEnded'; readonly because: EndReason }

export const RECORDED: Readonly<Record<RepresentationKind, Exclude<RepresentationEvent['type'], 'RepresentationEnded'>>> = {
  family: 'ConsentToActGiven',
  guardian: 'GuardianConfirmed',
  agent: 'PowerOfAttorneyRecorded',
}

export type RepresentationProblem =
  | 'own-agent'
  | 'nobody-by-that-name'
  | 'representative-without-capacity'
  | 'too-young'
  | 'minor-names-guardian'
  | 'guardian-required'
  | 'not-the-guardian'
  | 'child-decides'
  | 'term-past'
  | 'term-too-long'
  | 'stands-already'

/** Why a record that there is doesn't carry what is done now. */
export type StandingProblem = 'withdrawn' | 'expired' | 'not-yet' | 'not-registered' | 'no-longer-guardian' | 'child-decides'

/** From this age somebody applies for an ID card, and consents, for themselves (居民身份证法 10; 民法典 19; interpretation). */
export const OWN_CONSENT_AGE = 16

interface Terms {
  readonly validFrom: Day
  /** A consent given online is thought over again after so many years. Estimate. */
  readonly consentYearsMost: number
}

const TERMS: readonly Terms[] = [{ validFrom: day('2021-05-07'), consentYearsMost: 3 }]
const termsOn = (on: Day): Terms => TERMS.findLast(({ validFrom }) => validFrom <= on) ?? (TERMS[0] as Terms)

/** The last day that a consent given on this one may name. */
export const lastTermDay = (on: Day): Day => plusYears(on, termsOn(on).consentYearsMost)

/**
 * Until when a guardian's record may stand at most: the end of the year in which the child is sixteen, since the very day would tell the
 * birthday to whoever sees the row. The day itself is asked of the register whenever somebody acts on it.
 */
export const guardianUntil = (birth: Day): Instant => startOfDay(day(`${yearOf(dayOfAge(birth, OWN_CONSENT_AGE)) + 1}-01-01`))

/** Why somebody may not be let to act by consent; undefined: they may (民法典 18, 19, 161, 165). */
export function consentProblem(person: Registered, representative: Registered | null, until: Day, on: Day): RepresentationProblem | undefined {
  if (representative === null || !representative.valid) return 'nobody-by-that-name'
  if (representative.personId === person.personId) return 'own-agent'
  if (ageOn(person.birth, on) < OWN_CONSENT_AGE) return 'too-young'
  // Limited capacity: what the guardian agrees to, and to nobody else's advantage (interpretation).
  if (capacityOn(person.birth, on) !== 'full' && !person.guardians.includes(representative.personId)) return 'minor-names-guardian'
  if (capacityOn(representative.birth, on) !== 'full') return 'representative-without-capacity'
  if (until <= on) return 'term-past'
  return until > lastTermDay(on) ? 'term-too-long' : undefined
}

/** Why the register does not make somebody act for this child; undefined: it does. For who isn't registered the same as for another's child. */
export function guardianshipProblem(child: Registered | null, guardian: Registered, on: Day): RepresentationProblem | undefined {
  if (child === null || !child.valid || !child.guardians.includes(guardian.personId)) return 'not-the-guardian'
  if (ageOn(child.birth, on) >= OWN_CONSENT_AGE) return 'child-decides'
  return capacityOn(guardian.birth, on) === 'full' ? undefined : 'representative-without-capacity'
}

/** Why a power of attorney that was shown is not recorded (民法典 161, 165). */
export function authorityProblem(
  person: Registered | null,
  representative: Registered | null,
  term: { readonly from: Day; readonly until: Day | null },
  on: Day,
): RepresentationProblem | undefined {
  if (person === null || representative === null || !person.valid || !representative.valid) return 'nobody-by-that-name'
  if (person.personId === representative.personId) return 'own-agent'
  if (capacityOn(person.birth, on) !== 'full') return 'guardian-required'
  if (capacityOn(representative.birth, on) !== 'full') return 'representative-without-capacity'
  return term.until !== null && (term.until < on || term.until < term.from) ? 'term-past' : undefined
}

/** Why nothing can be done on this record now, as the register has the person today; undefined: it stands (民法典 39, 173, 175). */
export function standingProblem(one: Representation, person: Registered | null, at: Instant): StandingProblem | undefined {
  if (one.endedAt !== null) return one.endedBecause === 'term' ? 'expired' : 'withdrawn'
  if (at < one.from) return 'not-yet'
  if (one.until !== null && one.until <= at) return one.kind === 'guardian' ? 'child-decides' : 'expired'
  if (person === null || !person.valid) return 'not-registered'
  if (one.kind !== 'guardian') return undefined
  if (!person.guardians.includes(one.representativeId)) return 'no-longer-guardian'
  return ageOn(person.birth, dayOf(at)) >= OWN_CONSENT_AGE ? 'child-decides' : undefined
}

/** Either of the two ends it: whoever is represented withdraws, whoever represents gives up (民法典 173). */
export const endedBy =
  (personId: string) =>
  (one: Representation): EndReason | undefined =>
    one.personId === personId ? 'withdrawn' : one.representativeId === personId ? 'given-up' : undefined
