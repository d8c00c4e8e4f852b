import type { Sentence } from '#kernel/language.ts'
import type { Day, Instant } from '#kernel/time.ts'

/** The law's own units. A half-day is a morning or an afternoon of a working day. */
export type LimitUnit = 'minute' | 'half-day' | 'working-day' | 'natural-day' | 'month' | 'year'

export interface Limit {
  /** Whole, not negative. 0 working days: the same day (当日办结). */
  readonly amount: number
  readonly unit: LimitUnit
  /** The article that gives it, e.g. 居民身份证法 12. */
  readonly basis: string
  /** Whether an end on a day off moves to the next working day; only where the text says so. */
  readonly rollOver: boolean
  readonly kind: 'statutory' | 'promised'
  /** Whether the clock may be stopped. Where it may not, pauses are kept on record and move nothing. */
  readonly pausable: boolean
  /** By how much it may be extended at most, in its own unit. */
  readonly extension?: { readonly amount: number; readonly basis: string }
  /** Where the text is silent or ambiguous: how we read it. */
  readonly interpretation?: Sentence
}

/** A stop of the clock: `to` is null while it lasts. From inclusive, to exclusive. */
export interface Pause {
  readonly from: Instant
  readonly to: Instant | null
  readonly reason: Sentence
  readonly basis?: string
}

export interface Extension {
  /** In the unit of the limit. */
  readonly amount: number
  readonly at: Instant
  readonly reason: Sentence
}

export interface RunningLimit {
  readonly limit: Limit
  readonly startedAt: Instant
  readonly pauses: readonly Pause[]
  readonly extended?: Extension
  /** When what the limit is for was done. */
  readonly finishedAt?: Instant
}

/** Office hours that a limit depends on: dated configuration (interpretation). */
export interface LimitHours {
  /** `HH:MM`: the last instant of the morning; 12:00:00.000 still is morning. */
  readonly cutOff: string
  /** `HH:MM` at which a day's limit ends where there are business hours (民法典 203); null: at 24:00. */
  readonly close: string | null
}

export type Half = 'morning' | 'afternoon'

export interface HalfDay {
  readonly day: Day
  readonly half: Half
}

interface Stretch {
  /** Inclusive. Each span begins where the one before it ends. */
  readonly from: Instant
  /** Exclusive, but of the last span: that ends with `dueAt`. */
  readonly to: Instant
  readonly firstDay: Day
  readonly lastDay: Day
  /** How much of the limit it uses up; 0 when it doesn't count. In the unit of the limit; in days for months and years. */
  readonly counted: number
  readonly provisional: boolean
}

export type SpanReason =
  /** The rest of the day or half-day in which it started: never counted (民法典 201). */
  | { readonly kind: 'start' }
  | { readonly kind: 'minutes' }
  | { readonly kind: 'half-days' }
  | { readonly kind: 'working-days' }
  | { readonly kind: 'make-up'; readonly name: Sentence }
  | { readonly kind: 'natural-days' }
  | { readonly kind: 'weekend' }
  | { readonly kind: 'holiday'; readonly name: Sentence }
  | { readonly kind: 'pause'; readonly reason: Sentence }
  /** After the end of the period, up to and with the working day that it moves to. */
  | { readonly kind: 'roll-over' }

/** One stretch of the way from the start to the due instant, and why it counts or doesn't. */
export type Span = Stretch & SpanReason

export interface Due {
  /** The last instant at which the limit is kept. */
  readonly dueAt: Instant
  readonly dueDay: Day
  /** A calendar year without its notice had a say in it. */
  readonly provisional: boolean
  /** They tile the way from the start to `dueAt`; what they count sums up to `counted`. */
  readonly spans: readonly Span[]
  /** The amount with its extension, in the unit of the limit; in days for months and years. */
  readonly counted: number
  /** The clock stands still: `dueAt` is then the earliest that it can be, and moves on with every day of the pause. */
  readonly standsStill: boolean
}

export type LimitState = 'not-started' | 'running' | 'paused' | 'overdue' | 'kept' | 'missed'

export interface LimitStatus {
  readonly state: LimitState
  readonly due: Due
  readonly unit: 'minute' | 'half-day' | 'working-day' | 'natural-day'
  /** Units not used up yet: on the last day still 1, once it is over 0. Months and years are told in natural days. */
  readonly remaining: number
  /** Begun units since `dueAt`, when overdue or missed. */
  readonly late: number
}

export type ExtensionProblem = 'not-extendable' | 'extended-before' | 'too-long' | 'already-over'
