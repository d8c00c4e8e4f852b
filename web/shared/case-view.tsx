/** A case as both sides of the counter see it: its state, its promise, what happened, how the card is handed over. */
import type { Calendar } from '#calendar/model.ts'
import { dayKind } from '#calendar/rules.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { CaseReply } from '#case/contract.ts'
import type { CaseEvent, CaseState, CaseStatus } from '#case/model.ts'
import { STATUS_WORDS } from '#case/words/status.ts'
import type { Handover } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { type Day, dayOf, daysBetween, type Instant, timeOfDay } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { findOrgan, fullNameOf } from '#place/rules/organs.ts'
import { caseWords as words } from '#web/shared/case-words.ts'
import { dayInWords } from '#web/shared/format.ts'
import { PromiseCard, type PromiseProps } from '#web/shared/promise.tsx'
import { Say } from '#web/shared/reading.tsx'
import { Moment, StatusTag, type Tone } from '#web/shared/text.tsx'
import { type Happening, Timeline } from '#web/shared/timeline.tsx'

const TONES: Readonly<Record<CaseStatus, Tone>> = {
  none: 'neutral',
  reviewing: 'attention',
  'waiting-for-materials': 'attention',
  granted: 'working',
  producing: 'working',
  ready: 'working',
  delivering: 'working',
  'awaiting-collection': 'attention',
  concluded: 'good',
  rejected: 'bad',
  withdrawn: 'neutral',
}

/** `已准予` says little to a window that waits for the fee. */
export const statusInWords = (status: CaseStatus, feeDue: boolean): Sentence => (status === 'granted' && feeDue ? words.feeDue : STATUS_WORDS[status])

export const CaseStatusTag = ({ status, feeDue = false }: { readonly status: CaseStatus; readonly feeDue?: boolean }) => (
  <StatusTag tone={status === 'granted' && feeDue ? 'attention' : TONES[status]}>{statusInWords(status, feeDue)}</StatusTag>
)

/** Whether money is still to be taken before anything is made. */
export const feeIsDue = (state: CaseState): boolean => state.status === 'granted' && (state.fee?.amount ?? 0) > 0 && state.settlement === null

/** The name of an organ; its code when it is none of ours. */
export const organInWords = (places: Places, code: string): Sentence => (findOrgan(places, code) ? fullNameOf(places, code) : { zh: code, en: code })

/** `2月14日（星期六，调休上班）`: a make-up day explains itself. */
export function dayOnCalendar(calendar: Calendar, day: Day): Sentence {
  const kind = dayKind(calendar, day)
  const makeUp = kind.working && kind.reason.kind === 'make-up'
  return dayInWords(day, makeUp ? { note: words.makeUpDay } : {})
}

const LAST_MINUTE = '23:59'

/** A promise for a whole day is said as the day; one for an hour with its hour. */
export function promiseInWords(calendar: Calendar, at: Instant): Sentence {
  const time = timeOfDay(at).slice(0, 5)
  const day = dayOnCalendar(calendar, dayOf(at))
  return time >= LAST_MINUTE ? { zh: `${day.zh}当天`, en: `during ${day.en}` } : { zh: `${day.zh}${time} 前`, en: `by ${time} on ${day.en}` }
}

export interface CaseViewProps {
  readonly calendar: Calendar
  readonly record: CaseRecord
  readonly view: CaseReply
  readonly now: Instant
}

export function CasePromise({ calendar, record, view, now }: CaseViewProps) {
  const { state } = record
  const { promised, acceptedAt } = state
  if (promised === null || acceptedAt === null) return null
  const withYou = promiseInWords(calendar, promised.withYouBy)
  const days = Math.max(0, daysBetween(dayOf(acceptedAt), dayOf(promised.withYouBy)))
  const compared = (limit: CaseReply['statutory']) =>
    limit === null
      ? undefined
      : { until: dayInWords(dayOf(limit.dueAt as Instant)), days: Math.max(0, daysBetween(dayOf(acceptedAt), dayOf(limit.dueAt as Instant))) }
  const oldWay = compared(view.oldWay)
  const statutory = compared(view.statutory)
  const last = { what: lastStep(state), by: withYou }
  return (
    <PromiseCard
      promised={[
        ...(promised.slot === null ? [] : [{ what: words.cardMade, by: promiseInWords(calendar, promised.readyBy) }]),
        promised.provisional ? { ...last, note: words.provisional } : last,
      ]}
      state={promiseState(state, now)}
      why={promised.because}
      moved={movesOf(calendar, record)}
      days={days}
      {...(oldWay === undefined ? {} : { oldWay })}
      {...(statutory === undefined || view.statutory === null ? {} : { statutory: { ...statutory, note: citation(view.statutory.basis) } })}
    />
  )
}

const lastStep = ({ submission, product }: CaseState): Sentence =>
  product?.madeAt === 'station' ? words.onTheSpot : submission?.handover.by === 'mail' ? words.atYourAddress : words.readyToCollect

function promiseState(state: CaseState, now: Instant): PromiseProps['state'] {
  if (state.promised === null || state.status === 'withdrawn') return 'open'
  if (state.kept !== null) return state.kept ? 'kept' : 'broken'
  if (state.arrivedAt !== null) return state.arrivedAt <= state.promised.withYouBy ? 'kept' : 'broken'
  return now > state.promised.withYouBy ? 'broken' : 'open'
}

const movesOf = (calendar: Calendar, { past }: CaseRecord): NonNullable<PromiseProps['moved']> =>
  past.flatMap(({ event, act }) =>
    event.type === 'PromiseRevised' && event.from.withYouBy !== event.to.withYouBy
      ? [{ at: act.at, from: promiseInWords(calendar, event.from.withYouBy), to: promiseInWords(calendar, event.to.withYouBy), reason: event.reason }]
      : [],
  )

/** The promise's own explanation stands in its card; it isn't said twice. */
const EXPLAINED_ABOVE: ReadonlySet<string> = new Set<CaseEvent['type']>(['CaseAccepted', 'PromiseRevised'])

const STOPPED: ReadonlySet<CaseStatus> = new Set(['rejected', 'withdrawn'])

export function CaseTimeline({ calendar, record, view, now }: CaseViewProps) {
  const { state } = record
  const done: Happening[] = view.timeline.map(({ at, type, who, sentence, because }) => ({
    what: sentence,
    at: <Moment at={at as Instant} />,
    who,
    state: 'done',
    ...(because.length === 0 || EXPLAINED_ABOVE.has(type) ? {} : { why: <Reasons of={because} /> }),
  }))
  if (state.status === 'concluded' || STOPPED.has(state.status)) {
    const last = done.pop()
    return (
      <Timeline
        label={words.whatHappened}
        happenings={[...done, ...(last ? [{ ...last, state: STOPPED.has(state.status) ? ('stopped' as const) : ('now' as const) }] : [])]}
      />
    )
  }
  return (
    <Timeline
      label={words.whatHappened}
      happenings={[...done, { what: statusInWords(state.status, feeIsDue(state)), state: 'now' }, ...nextOf(calendar, state, now)]}
    />
  )
}

function nextOf(calendar: Calendar, state: CaseState, now: Instant): Happening[] {
  const { promised, status } = state
  if (status === 'reviewing') return [{ what: words.decided, state: 'next' }]
  if (status === 'waiting-for-materials') return [{ what: words.goesOn, state: 'next' }]
  if (promised === null || status === 'awaiting-collection') return [{ what: words.handedOver, state: 'next' }]
  const made = status === 'granted' || status === 'producing'
  const by = (at: Instant): { at: Sentence } | object => (at < now ? {} : { at: promiseInWords(calendar, at) })
  return [
    ...(made && promised.slot !== null ? [{ what: words.cardMade, ...by(promised.readyBy), state: 'next' as const }] : []),
    { what: lastStep(state), ...by(promised.withYouBy), state: 'next' },
  ]
}

export const Reasons = ({ of }: { readonly of: readonly Sentence[] }) =>
  of.length === 1 ? (
    <Say>{of[0]}</Say>
  ) : (
    <ul class="reasons">
      {of.map((one, index) => (
        <li key={index}>
          <Say>{one}</Say>
        </li>
      ))}
    </ul>
  )

export function handoverInWords(places: Places, handover: Handover): Sentence {
  if (handover.by === 'mail') return handover.inProvince ? words.byMail : words.byMailOutside
  const organ = organInWords(places, handover.organ)
  return { zh: `到${organ.zh}领取`, en: `Collected at ${organ.en}` }
}
