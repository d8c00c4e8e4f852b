import type { Check, CheckResult, EarlierPhoto, Facts, PhotoOnRecord, Service, ServiceVersion } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Day } from '#kernel/time.ts'
import type { Card } from '#register/model.ts'

/** A declaration as its file exports it; `defineService` only types it. */
export const defineService = (service: Service): Service => service

/** Types the form inside a version's functions. */
export const version = <Form>(definition: ServiceVersion<Form>): ServiceVersion<Form> => definition

/** The version in force on a day; a case keeps the one of its submission. */
export const findVersionOn = (service: Service, on: Day): ServiceVersion | undefined =>
  service.versions.filter(({ validFrom }) => validFrom <= on).toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]

/** @throws RangeError when the service has no version of that day: a case can't have been pinned to it. */
export function getVersion(service: Service, validFrom: Day): ServiceVersion {
  const found = service.versions.find((candidate) => candidate.validFrom === validFrom)
  if (!found) throw new RangeError(`${service.id} has no version of ${validFrom}`)
  return found
}

/** Every condition's answer, in the declaration's order. */
export const checksOf = (version: ServiceVersion, facts: Facts): readonly Check[] => version.conditions.flatMap((condition) => condition.check(facts))

export function outcomeOf(checks: readonly Check[]): 'pass' | 'fail' | 'refer' {
  if (checks.some(({ result }) => result === 'fail')) return 'fail'
  return checks.some(({ result }) => result === 'refer') ? 'refer' : 'pass'
}

/** What can be said before anything is submitted. */
export interface EarlyAnswer {
  readonly outcome: CheckResult
  readonly checks: readonly Check[]
  /** What is still taken, shown or typed when applying, and judged then. */
  readonly whenApplying: readonly Sentence[]
}

/**
 * 一次性告知: every condition that can be judged on what is known already, by the conditions that decide at submission. Where a
 * service takes nothing on the spot, the answer is the review of the same facts.
 */
export function answerOf(version: ServiceVersion, facts: Facts): EarlyAnswer {
  const checks = version.conditions.flatMap((condition) => (condition.whenApplying === undefined ? condition.check(facts) : []))
  return { outcome: outcomeOf(checks), checks, whenApplying: version.conditions.flatMap(({ whenApplying }) => whenApplying ?? []) }
}

/**
 * The latest photo taken at a window, by the cards that were issued: an application from home brings none of its own. Of a card from
 * before, or of another prefecture, only the day of issue is known, and taken for that of the photo (interpretation).
 */
export function photoOnRecordOf(cards: readonly Card[], earlier: readonly EarlierPhoto[]): PhotoOnRecord | null {
  const applied = new Map(earlier.map((one) => [one.caseId, one]))
  const photos = cards.flatMap((card): PhotoOnRecord[] => {
    if (card.kind !== 'resident-id-card') return []
    const application = card.caseId === null ? undefined : applied.get(card.caseId)
    if (application === undefined) return [{ takenOn: card.issuedOn, digest: null }]
    return application.channel === 'online' ? [] : [{ takenOn: application.on, digest: application.digest }]
  })
  return photos.toSorted((a, b) => (a.takenOn < b.takenOn ? 1 : -1))[0] ?? null
}
