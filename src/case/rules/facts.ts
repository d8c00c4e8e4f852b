import type { Calendar } from '#calendar/model.ts'
import type { DecideFacts } from '#case/rules/decide.ts'
import type { Handover, ServiceVersion } from '#catalogue/model.ts'
import type { Instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { dueOf, extendLimit } from '#timelimit/rules.ts'

export interface Reckoning {
  readonly calendar: Calendar
  readonly places: Places
  /** That to which the case is pinned. */
  readonly version: ServiceVersion
  readonly handover: Handover
  readonly submittedAt: Instant
}

/** What `decide` needs and can be reckoned: promises and limits, by the calendar in force and the service's version. */
export const reckonedFacts = (
  { calendar, places, version, handover, submittedAt }: Reckoning,
  at: Instant,
): Pick<DecideFacts, 'at' | 'promisedFrom' | 'dueAt' | 'extended'> => ({
  at,
  promisedFrom: (startedAt, acceptedAt) => version.promise({ calendar, places, acceptedAt, startedAt, handover }),
  dueAt: (running) => dueOf(calendar, running).dueAt,
  extended: (extension, before) => {
    const running = { limit: version.statutory, startedAt: submittedAt, pauses: [], ...(before && { extended: before }) }
    const extended = extendLimit(calendar, running, extension)
    return extended.ok ? { ok: true, dueAt: dueOf(calendar, extended.running).dueAt } : extended
  },
})
