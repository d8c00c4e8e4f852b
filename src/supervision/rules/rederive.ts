import type { Calendar } from '#calendar/model.ts'
import { dayKind, nextWorkingDay, workingDayOnOrAfter } from '#calendar/rules.ts'
import { dayInWords, dayKindInWords } from '#calendar/words.ts'
import type { CaseState } from '#case/model.ts'
import type { HalfDaySlot, Promised, ServiceVersion } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, endOfDay, type Instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { openDayFrom } from '#place/rules/opening.ts'
import { openingKindOf } from '#services/id-card/promise.ts'
import { dueOf } from '#timelimit/rules.ts'

export interface Rederivation {
  readonly calendar: Calendar
  readonly places: Places
  readonly version: ServiceVersion
}

/**
 * The promise of an open case under another calendar: only what a new day off makes impossible moves, and only to later.
 * What was planned or has happened stays; a day that is worked after all makes nobody wait longer, so it moves nothing.
 * @returns null when it stays as it is, or where the case is not at a stage that a promise is revised at
 */
export function rederivedPromise(state: CaseState, { calendar, places, version }: Rederivation): Promised | null {
  const { promised, submission, acceptedAt } = state
  if (!promised || !submission || !acceptedAt) return null
  if (state.status === 'producing' && promised.slot && !dayKind(calendar, promised.slot.day).working) {
    const plannedSlot: HalfDaySlot = { day: nextWorkingDay(calendar, promised.slot.day).day, half: promised.slot.half }
    const startedAt = state.settledAt ?? acceptedAt
    const again = version.promise({ calendar, places, acceptedAt, startedAt, plannedSlot, handover: submission.handover })
    return again && (again.withYouBy > promised.withYouBy || again.readyBy > promised.readyBy) ? again : null
  }
  const { handover } = submission
  if (!['producing', 'ready', 'delivering'].includes(state.status) || handover.by !== 'station') return null
  const promisedOn = dayOf(promised.withYouBy)
  const open = openDayFrom(places, handover.organ, promisedOn, openingKindOf(calendar))
  if (open === promisedOn) return null
  return {
    ...promised,
    withYouBy: endOfDay(open),
    because: [...promised.because, closedNow(calendar, promisedOn, open)],
    provisional: promised.provisional || dayKind(calendar, open).provisional,
  }
}

function closedNow(calendar: Calendar, promisedOn: Day, open: Day): Sentence {
  const kind = dayKindInWords(dayKind(calendar, promisedOn))
  return {
    zh: `${dayInWords(promisedOn).zh}改为${kind.zh}，派出所不开门，顺延到 ${dayInWords(open).zh}。`,
    en: `${dayInWords(promisedOn).en} has become a ${kind.en} and the station is closed; it moves to ${dayInWords(open).en}.`,
  }
}

/** The statutory limit of a case under another calendar; no pause moves it, an extension stays. */
export const rederivedStatutory = (submittedAt: Instant, extended: CaseState['extension'], { calendar, version }: Rederivation): Instant =>
  dueOf(calendar, { limit: version.statutory, startedAt: submittedAt, pauses: [], ...(extended && { extended }) }).dueAt

/** The due days that the changed days can move: a limit that ended on them, or had rolled over them. */
export const touchedDueDays = (before: Calendar, changed: readonly Day[]): readonly Day[] => [
  ...new Set(changed.map((day) => workingDayOnOrAfter(before, day).day)),
]

/** What the person is told: the old day, the new one, and why. */
export const calendarReason = (source: string, from: Promised, to: Promised): Sentence => {
  const [old, renewed] = [dayInWords(dayOf(from.withYouBy)), dayInWords(dayOf(to.withYouBy))]
  return {
    zh: `放假安排有变（${source}）：原定 ${old.zh}，改为 ${renewed.zh}。`,
    en: `The holidays have changed (${source}): promised for ${old.en}, now for ${renewed.en}.`,
  }
}

/** What the record says when a limit set by law is reckoned anew. */
export const limitReason = (source: string): Sentence => ({
  zh: `放假安排有变（${source}），法定时限的最后一日随之重新计算。`,
  en: `The holidays have changed (${source}), so the last day of the limit set by law was reckoned anew.`,
})
