import type { Calendar } from '#calendar/model.ts'
import { isWorkingDay } from '#calendar/rules.ts'
import type { CaseEvent, CaseState } from '#case/model.ts'
import { type Day, day, dayOf, type Instant, plusDays, startOfDay } from '#kernel/time.ts'
import shipped from '#rating/data/settings.json' with { type: 'json' }
import type { RatedChannel, RatingEvent, RatingLevel, RatingRefusal, RatingSettings, RatingState, RectificationCommand } from '#rating/model.ts'
import type { Due, Limit } from '#timelimit/model.ts'
import { dueOf } from '#timelimit/rules.ts'

/** Dated; the latest that is in force on a day holds. */
export const SHIPPED_SETTINGS: readonly RatingSettings[] = shipped.map((one) => ({
  ...one,
  validFrom: day(one.validFrom),
  limit: { amount: one.limit.amount, unit: 'working-day' },
}))

/** @throws Error for a day before the first settings */
export function settingsOn(all: readonly RatingSettings[], on: Day): RatingSettings {
  const found = all.filter(({ validFrom }) => validFrom <= on).toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]
  if (found === undefined) throw new Error(`no settings for ratings on ${on}`)
  return found
}

/** 差评: 不满意 and 非常不满意. */
export const isBad = (level: RatingLevel): boolean => level <= 2

/** 好评率: 基本满意 and above, of all, in 1/10000; null without any. */
export const satisfiedShare = (counts: Readonly<Record<RatingLevel, number>>): number | null => {
  const all = counts[1] + counts[2] + counts[3] + counts[4] + counts[5]
  return all === 0 ? null : Math.round(((counts[3] + counts[4] + counts[5]) * 10_000) / all)
}

interface HappenedInCase {
  readonly event: CaseEvent
  readonly act: { readonly at: Instant; readonly actor: string }
}

const ENDED: readonly CaseState['status'][] = ['concluded', 'rejected', 'withdrawn']

/** By which channels the person was served: that by which they applied, and the window where they collected. */
export function servedChannels(state: CaseState, past: readonly HappenedInCase[]): readonly RatedChannel[] {
  if (state.submission === null) return []
  const applied: RatedChannel = state.submission.channel === 'online' ? 'online' : 'window'
  const collected = past.some(({ event }) => event.type === 'CardHandedOver' && event.to !== 'address')
  return applied === 'window' || !collected ? [applied] : [applied, 'window']
}

/**
 * Why a case can't be rated in a channel; undefined: it can. A window is rated once it has served its step (the application was
 * accepted, the card handed over), what was done online once the case has ended.
 */
export function ratingProblem(
  { state, past }: { readonly state: CaseState; readonly past: readonly HappenedInCase[] },
  channel: RatedChannel,
  at: Instant,
  { rateWithinDays }: RatingSettings,
): RatingRefusal | undefined {
  if (!servedChannels(state, past).includes(channel)) return 'not-that-channel'
  const ended = ENDED.includes(state.status)
  if (!ended && (channel === 'online' || state.acceptedAt === null)) return 'not-served-yet'
  const last = past.at(-1)?.act.at
  return ended && last !== undefined && dayOf(at) > plusDays(dayOf(last), rateWithinDays) ? 'too-late' : undefined
}

/** The officers whom the person met. */
export const ratedOfficers = ({ submittedBy }: Pick<CaseState, 'submittedBy'>, past: readonly HappenedInCase[]): readonly string[] => [
  ...new Set(
    [submittedBy, ...past.filter(({ event }) => event.type === 'CardHandedOver').map(({ act }) => act.actor)].filter(
      (one): one is string => one !== null && !/^(?:resident|system|anyone|anonymous)\b/.test(one),
    ),
  ),
]

export const rectificationLimit = ({ limit, basis, note }: RatingSettings): Limit => ({
  ...limit,
  basis,
  rollOver: false,
  kind: 'promised',
  pausable: false,
  interpretation: note,
})

export const rectificationDue = (calendar: Calendar, limit: Limit, openedAt: Instant): Due => dueOf(calendar, { limit, startedAt: openedAt, pauses: [] })

/** Said at the beginning of the working day that lies so many working days before the last one, and never before it was opened. */
export function warnAt(calendar: Calendar, dueAt: Instant, workingDaysBefore: number, openedAt: Instant): Instant {
  let on = dayOf(dueAt)
  for (let left = workingDaysBefore; left > 0; ) {
    on = plusDays(on, -1)
    if (isWorkingDay(calendar, on)) left -= 1
  }
  const at = startOfDay(on)
  return at > openedAt ? at : openedAt
}

/** Nobody answered so often: a call-back that can't be made holds nothing up for ever. */
export const CALLS_UNANSWERED = 3

type Decided = { readonly ok: true; readonly events: readonly RatingEvent[] } | { readonly ok: false; readonly code: RatingRefusal }

const refused = (code: RatingRefusal): Decided => ({ ok: false, code })
const done = (...events: readonly RatingEvent[]): Decided => ({ ok: true, events })

type Rectified = Pick<RatingState, 'state' | 'named' | 'measure' | 'reached' | 'calls' | 'dueAt'>

/** What an officer does about a bad rating. Late is still done, and is called late. */
export function decideRectification(rating: Rectified, command: RectificationCommand, at: Instant): Decided {
  if (rating.state === 'none') return refused('no-rectification')
  if (rating.state === 'closed') return refused('closed-already')
  switch (command.type) {
    case 'Assign':
      return done({ type: 'RectificationAssigned', handler: command.handler })
    case 'Record':
      return done({ type: 'RectificationRecorded', measure: command.measure })
    case 'CallBack':
      if (!rating.named) return refused('anonymous')
      return done({ type: 'RatingCalledBack', reached: command.reached, satisfied: command.reached ? command.satisfied : null, note: command.note })
    case 'Close':
      if (rating.measure === null) return refused('no-measure')
      if (rating.named && !rating.reached && rating.calls < CALLS_UNANSWERED) return refused('no-call-back')
      return done({
        ...{ type: 'RectificationClosed', result: command.result, explanation: command.explanation },
        late: rating.dueAt !== null && at > rating.dueAt,
      })
  }
}

/** @throws Error when the first event is no rating */
export function evolveRating(state: RatingState | null, event: RatingEvent, at: Instant): RatingState {
  if (event.type === 'RatingGiven') {
    const { type: _, ...given } = event
    return {
      ...given,
      ...{ version: 1, ratedOn: dayOf(at), state: 'none', openedAt: null, dueAt: null, provisional: false, handler: null, measure: null },
      ...{ calls: 0, reached: false, satisfied: null, callNote: null, result: null, explanation: null, closedAt: null, late: false },
    }
  }
  if (state === null) throw new Error('a rectification of nothing')
  const next = { ...state, version: state.version + 1 }
  switch (event.type) {
    case 'RectificationOpened':
      return { ...next, state: 'open', openedAt: at, dueAt: event.dueAt, provisional: event.provisional }
    case 'RectificationAssigned':
      return { ...next, handler: event.handler }
    case 'RectificationRecorded':
      return { ...next, measure: event.measure }
    case 'RatingCalledBack':
      return { ...next, calls: state.calls + 1, reached: state.reached || event.reached, satisfied: event.satisfied ?? state.satisfied, callNote: event.note }
    case 'RectificationLimitRederived':
      return { ...next, dueAt: event.to, provisional: event.provisional }
    case 'RectificationWarned':
    case 'RectificationOverdue':
      return next
    case 'RectificationClosed':
      return { ...next, state: 'closed', result: event.result, explanation: event.explanation, closedAt: at, late: event.late }
  }
}
