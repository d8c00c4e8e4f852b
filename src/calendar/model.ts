import type { Sentence } from '#kernel/language.ts'
import type { Day, Instant } from '#kernel/time.ts'

/** One holiday of a notice: its days off (one unbroken run) and the weekend days worked for it (调休). */
export interface Holiday {
  readonly name: Sentence
  readonly off: readonly Day[]
  readonly makeUp: readonly Day[]
}

/** The State Council's yearly notice. Days of late December belong to the notice of the year that begins. */
export interface HolidayNotice {
  readonly year: number
  /** Title or number of the notice. */
  readonly source: string
  readonly holidays: readonly Holiday[]
}

export type DayReason =
  | { readonly kind: 'weekday' }
  | { readonly kind: 'weekend' }
  | { readonly kind: 'holiday'; readonly name: Sentence }
  | { readonly kind: 'make-up'; readonly name: Sentence }

export interface DayKind {
  readonly working: boolean
  readonly reason: DayReason
  /** The notice of the day's year is not out: only the statutory days are known, not the swaps. */
  readonly provisional: boolean
}

/** Build it with `calendarOf`; `notices` says all, the rest is its index. */
export interface Calendar {
  readonly notices: readonly HolidayNotice[]
  readonly published: ReadonlySet<number>
  /** Every day that is not simply a weekday or a weekend. */
  readonly special: ReadonlyMap<Day, DayKind>
}

export interface StatutoryDay {
  readonly day: Day
  readonly name: Sentence
}

/** A day that was reckoned, and whether an unpublished year had a say in it. */
export interface ReckonedDay {
  readonly day: Day
  readonly provisional: boolean
}

/** `rolledFrom`: the day on which the period ended by itself, when that is no working day. */
export interface ReckonedEnd extends ReckonedDay {
  readonly rolledFrom?: Day
}

export type NoticeProblemCode =
  | 'year'
  | 'name-missing'
  | 'no-days-off'
  | 'no-such-day'
  | 'outside-year'
  | 'not-contiguous'
  | 'day-twice'
  | 'off-and-working'
  | 'make-up-on-weekday'
  | 'statutory-day-missing'

export interface NoticeProblem {
  readonly code: NoticeProblemCode
  /** The day that is meant, as it was written; absent when the whole notice is. */
  readonly day?: string
  readonly holiday?: Sentence
}

export interface ChangedDay {
  readonly day: Day
  readonly before: DayKind
  readonly after: DayKind
}

/** What another calendar would change within a stretch of days. */
export interface CalendarChanges {
  /** Days that become working or free, or whose reason changes. */
  readonly days: readonly ChangedDay[]
  /** Years that are no longer provisional, or are so again. */
  readonly confirmedYears: readonly number[]
  readonly withdrawnYears: readonly number[]
}

/** A notice takes force: every limit that it touches is reckoned again. */
export interface CalendarEvent {
  readonly type: 'CalendarNoticeImported'
  readonly notice: HolidayNotice
  /** Source of the notice that it replaces; null where only the statutory days were known. */
  readonly replaces: string | null
  readonly changes: CalendarChanges
}

/** A date of an open case that another calendar would move. */
export interface MovedDate {
  readonly prefecture: string
  readonly number: string
  /** 承诺 or 法定. */
  readonly what: 'promise' | 'statutory'
  readonly before: Instant
  readonly after: Instant
}

/** What importing a notice would do to open cases; `dates` are the first of them. */
export interface MovedDates {
  readonly promises: number
  readonly statutory: number
  readonly dates: readonly MovedDate[]
}
