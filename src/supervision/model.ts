import type { PromiseRevision } from '#case/model.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Day, Instant } from '#kernel/time.ts'

/**
 * 监督: promised versus kept, the cases behind each figure, and what needs somebody now.
 *
 * What the figure says. It counts cases of services that promise something; the day is that of the FIRST promise
 * (`withYouBy` at acceptance, Asia/Shanghai), and the prefecture is that of the register record. A promise is kept when the
 * product is with the person, or at the station where they collect it, by the promised instant.
 */
export const OUTCOMES = [
  'kept', // by the first promise (or by the one that was counted anew from a later payment)
  'kept-as-told', // later than that, but by a new day that was told before the old one had passed
  'broken-told', // a told day passed in vain, too
  'broken-silently', // the promised day passed in vain, and nobody had told the person
  'in-progress', // the promised day is still to come
  'waiting-for-fee', // nothing is made before it is paid for: the promise counts from then
  'withdrawn', // withdrawn before the day came
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What a figure counts, for one prefecture, measure and day. `promised` is the sum of the seven outcomes. */
export interface PromiseCounts extends Readonly<Record<Outcome, number>> {
  readonly promised: number
  /** Of the promised: how many were told a new day at least once. */
  readonly revised: number
  /** Accepted on this day, for whatever day they were promised; the only count that goes by the day of acceptance. */
  readonly accepted: number
}

export interface FigureKey {
  readonly prefecture: string
  readonly measure: number
  readonly day: Day
}

export interface PromiseFigure extends FigureKey {
  readonly counts: PromiseCounts
}

/** What supervision keeps of an event of a case; `at` is when it happened. */
export type SupervisedEvent = { readonly at: Instant } & (
  | {
      readonly type: 'submitted'
      readonly number: CaseNumber
      readonly service: string
      readonly measure: number
      readonly organ: string
      readonly issuer: string
    }
  | { readonly type: 'limited'; readonly statutoryDueAt: Instant | null }
  | { readonly type: 'referred'; readonly dueAt: Instant }
  | { readonly type: 'materials-awaited' }
  | { readonly type: 'materials-supplied'; readonly referralDueAt: Instant }
  | { readonly type: 'accepted'; readonly withYouBy: Instant | null }
  | { readonly type: 'settled' }
  | { readonly type: 'told-anew'; readonly withYouBy: Instant; readonly cause: PromiseRevision }
  | { readonly type: 'dispatched' }
  | { readonly type: 'lost' }
  | { readonly type: 'arrived' }
  | { readonly type: 'handed-over' }
  | { readonly type: 'concluded' }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'rejected' }
)

/** A case as supervision sees it: no person in it. */
export interface SupervisedCase {
  readonly number: CaseNumber
  readonly service: string
  readonly measure: number
  readonly organ: string
  readonly issuer: string
  readonly acceptedOn: Day | null
  /** Day of the first promise; null where nothing is promised. */
  readonly promisedOn: Day | null
  /** The instant by which the promise is kept without having been moved by us. */
  readonly firstBy: Instant | null
  /** The instant by which it must be with the person now: moved only by what was told in time. */
  readonly dueBy: Instant | null
  /** What the person was told last, in time or not. */
  readonly toldBy: Instant | null
  /** How often the person was told a new day, and how often before the old one had passed. */
  readonly revisions: number
  readonly toldInTime: number
  readonly lastCause: PromiseRevision | null
  readonly settled: boolean
  readonly dispatchedAt: Instant | null
  /** When it reached the person, or the station where it awaits them. */
  readonly withPersonAt: Instant | null
  readonly endedAt: Instant | null
  readonly ended: 'concluded' | 'withdrawn' | 'rejected' | null
  readonly referralDueAt: Instant | null
  /** The referral's clock stands still while materials are awaited. */
  readonly referralPausedAt: Instant | null
  readonly statutoryDueAt: Instant | null
}

export interface CaseKey {
  readonly prefecture: string
  readonly id: Uuid
}

/** A case with how the rollup counts it; `version` is the last event that it knows of. */
export interface CountedCase extends CaseKey {
  readonly version: number
  /** null: not counted, for nothing was promised (yet). */
  readonly countedAs: Outcome | null
  readonly supervised: SupervisedCase
}

/** Events of one commit that are not folded into the rollup yet. */
export interface PendingEvents extends CaseKey {
  /** Number of the last event in the stream. */
  readonly seq: number
  readonly events: readonly SupervisedEvent[]
}

export const ALARM_KINDS = [
  'promise-at-risk', // 承诺将至而未发出
  'promise-broken', // 承诺已过而未送到
  'capacity', // 制证能力不足
  'referral-overdue', // 人工核查超时
  'statutory-limit-near', // 法定期限将至
  'outbox-parked', // 系统待办多次失败
  'log-not-sealed', // 存证日志未及时封存
] as const
export type AlarmKind = (typeof ALARM_KINDS)[number]

/** One alarm for one thing; it is cleared by itself when its cause is gone. */
export interface Alarm {
  readonly prefecture: string
  readonly id: Uuid
  readonly kind: AlarmKind
  /** What it is about: a case number, a half-day at the factory, a reaction. */
  readonly about: string
  readonly raisedAt: Instant
  /** The instant that must not pass, or that has passed. */
  readonly dueAt: Instant | null
  readonly clearedAt: Instant | null
  /** The figure, the case, and what to do. */
  readonly sentence: Sentence
}

/** One of the twelve promises of the notice; each stands in its own file and is handed in by the composition root. */
export interface Measure {
  readonly number: number
  readonly title: Sentence
  /** The promise in our own words. */
  readonly promise: Sentence
  /** Article of the notice. */
  readonly basis: string
  /** Ids of the services that keep it. */
  readonly services: readonly string[]
  /** Concept folders that keep it, besides those services. */
  readonly folders: readonly string[]
  /** What proves it: how it is counted, and from where on it is good. */
  readonly figure: { readonly definition: Sentence; readonly target: Sentence }
  /** Whether this product keeps it today, keeps a part of it, or it is still to be built. */
  readonly state: 'kept-here' | 'begun' | 'not-built'
}
