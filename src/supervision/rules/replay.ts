import type { Check, Facts, ReviewSettings, ServiceVersion } from '#catalogue/model.ts'
import { checksOf, outcomeOf } from '#catalogue/rules.ts'

export type ReviewOutcome = 'pass' | 'refer' | 'fail'

/** The settings to try; when they would take force makes no difference to what they do. */
export type Candidate = Omit<ReviewSettings, 'validFrom'>

export interface ReplayedCase {
  readonly number: string
  readonly service: string
  readonly before: ReviewOutcome
  readonly after: ReviewOutcome
  /** The checks that answer otherwise: by id, before → after; null where the check was or is not asked. */
  readonly checks: readonly CheckDifference[]
}

export interface CheckDifference {
  readonly id: string
  readonly before: ReviewOutcome | null
  readonly after: ReviewOutcome | null
}

/** before → after → how many cases. */
export type OutcomeCounts = Readonly<Record<'pass' | 'refer', Readonly<Record<ReviewOutcome, number>>>>

export const NO_OUTCOMES: OutcomeCounts = { pass: { pass: 0, refer: 0, fail: 0 }, refer: { pass: 0, refer: 0, fail: 0 } }

/** What was reviewed, as it was known then, with the photo as the candidate's standard judges it. */
export interface Reviewed {
  readonly number: string
  readonly service: string
  readonly outcome: 'pass' | 'refer'
  readonly checks: readonly Check[]
  readonly facts: Facts
}

/** Reviews a past case again: the same facts, the candidate's settings, this version of the service. */
export function replayed(version: ServiceVersion, reviewed: Reviewed, candidate: Candidate): ReplayedCase {
  const { number, service, outcome, facts } = reviewed
  const after = checksOf(version, { ...facts, settings: { ...candidate, validFrom: facts.settings.validFrom } })
  return { number, service, before: outcome, after: outcomeOf(after), checks: differingChecks(reviewed.checks, after) }
}

const RANK: Readonly<Record<ReviewOutcome, number>> = { pass: 0, refer: 1, fail: 2 }

/** One check may answer with several findings: the gravest stands for it. */
function gravest(checks: readonly Check[]): ReadonlyMap<string, ReviewOutcome> {
  const found = new Map<string, ReviewOutcome>()
  for (const { id, result } of checks) {
    const before = found.get(id)
    if (before === undefined || RANK[result] > RANK[before]) found.set(id, result)
  }
  return found
}

function differingChecks(before: readonly Check[], after: readonly Check[]): readonly CheckDifference[] {
  const [old, renewed] = [gravest(before), gravest(after)]
  return [...new Set([...old.keys(), ...renewed.keys()])]
    .map((id) => ({ id, before: old.get(id) ?? null, after: renewed.get(id) ?? null }))
    .filter((check) => check.before !== check.after)
}

export const countedOutcomes = (counts: OutcomeCounts, cases: readonly ReplayedCase[]): OutcomeCounts => {
  const sums = { pass: { ...counts.pass }, refer: { ...counts.refer } }
  for (const { before, after } of cases) if (before !== 'fail') sums[before][after] += 1
  return sums
}
