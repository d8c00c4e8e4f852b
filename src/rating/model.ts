import type { SealedValue } from '#case/model.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Day, Instant } from '#kernel/time.ts'
import type { Limit } from '#timelimit/model.ts'

/**
 * 好差评: what the person says of a service, in five levels, once for a case and a channel; and what became of a bad rating.
 * Levels and indicators by 国办发〔2019〕51号.
 */
export const LEVELS = [5, 4, 3, 2, 1] as const
export type RatingLevel = (typeof LEVELS)[number]

/** 线上 and 线下: the service that was used, not the device that it is rated on. */
export const RATED_CHANNELS = ['online', 'window'] as const
export type RatedChannel = (typeof RATED_CHANNELS)[number]

/** Besides the whole (整体), which is the level itself. */
export const INDICATORS = {
  online: ['efficiency', 'guide', 'convenience', 'platform'],
  window: ['efficiency', 'skill', 'attitude'],
} as const satisfies Readonly<Record<RatedChannel, readonly string[]>>
export type Indicator = (typeof INDICATORS)[RatedChannel][number]
export type Indicators = Readonly<Partial<Record<Indicator, RatingLevel>>>

export const RESULTS = [
  'put-right', // 已整改
  'explained', // 经核实，已说明: nothing was done wrongly, and why was explained
] as const
export type RectificationResult = (typeof RESULTS)[number]

export type RectificationState = 'none' | 'open' | 'closed'

export type RatingEvent =
  | {
      readonly type: 'RatingGiven'
      readonly caseId: Uuid
      readonly organ: string
      readonly service: string
      readonly channel: RatedChannel
      readonly level: RatingLevel
      readonly indicators: Indicators
      /** Whether the organ may know whose case it is about. */
      readonly named: boolean
      /** Officers who took the application or handed over; they don't settle what is said of them. */
      readonly ratedOfficers: readonly string[]
      readonly comment: SealedValue | null
    }
  | { readonly type: 'RectificationOpened'; readonly limit: Limit; readonly dueAt: Instant; readonly provisional: boolean }
  | { readonly type: 'RectificationAssigned'; readonly handler: string }
  | { readonly type: 'RectificationRecorded'; readonly measure: SealedValue }
  | { readonly type: 'RatingCalledBack'; readonly reached: boolean; readonly satisfied: boolean | null; readonly note: SealedValue }
  | { readonly type: 'RectificationWarned'; readonly dueAt: Instant }
  | { readonly type: 'RectificationOverdue'; readonly dueAt: Instant }
  | { readonly type: 'RectificationLimitRederived'; readonly from: Instant; readonly to: Instant; readonly provisional: boolean }
  | { readonly type: 'RectificationClosed'; readonly result: RectificationResult; readonly explanation: SealedValue; readonly late: boolean }

/** A rating as it stands, with its rectification. Whose case it is about stands apart. */
export interface RatingState {
  readonly version: number
  readonly caseId: Uuid
  readonly organ: string
  readonly service: string
  readonly channel: RatedChannel
  readonly level: RatingLevel
  readonly indicators: Indicators
  readonly ratedOn: Day
  readonly named: boolean
  readonly ratedOfficers: readonly string[]
  readonly comment: SealedValue | null
  readonly state: RectificationState
  readonly openedAt: Instant | null
  readonly dueAt: Instant | null
  readonly provisional: boolean
  readonly handler: string | null
  readonly measure: SealedValue | null
  /** Attempts to call back. */
  readonly calls: number
  readonly reached: boolean
  readonly satisfied: boolean | null
  readonly callNote: SealedValue | null
  readonly result: RectificationResult | null
  readonly explanation: SealedValue | null
  readonly closedAt: Instant | null
  readonly late: boolean
}

/** The row as it is read; `caseNumber` only for whoever may know it. */
export interface Rating extends Omit<RatingState, 'caseId'> {
  readonly prefecture: string
  readonly id: Uuid
  readonly caseNumber: CaseNumber | null
}

/** What is typed, sealed already, and what an officer says of it. */
export type RectificationCommand =
  | { readonly type: 'Assign'; readonly handler: string }
  | { readonly type: 'Record'; readonly measure: SealedValue }
  | { readonly type: 'CallBack'; readonly reached: boolean; readonly satisfied: boolean | null; readonly note: SealedValue }
  | { readonly type: 'Close'; readonly result: RectificationResult; readonly explanation: SealedValue }

export type RatingRefusal =
  | 'not-served-yet'
  | 'not-that-channel'
  | 'rated-already'
  | 'too-late'
  | 'no-rectification'
  | 'closed-already'
  | 'no-measure'
  | 'no-call-back'
  | 'anonymous'

/** Dated configuration: by when a bad rating is put right. */
export interface RatingSettings {
  readonly validFrom: Day
  readonly limit: { readonly amount: number; readonly unit: 'working-day' }
  readonly basis: string
  /** Whether the limit was compared with the text that it rests on. */
  readonly verified: boolean
  readonly note: Sentence
  readonly warnWorkingDaysBefore: number
  readonly rateWithinDays: number
}
