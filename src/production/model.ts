import type { GrantedProduct, HalfDaySlot, Handover } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Day, Instant } from '#kernel/time.ts'

/**
 * 制证: what the production centre makes, in half-day batches. Orders, batches, lines and blanks live in the centre's
 * own shard; an order has the id of its case, and knows the case's shard.
 */
export const PRODUCTION_SHARD = '2200'

export type OrderStatus =
  | 'none'
  | 'queued' // 待制: in the plan of a half-day, or waiting for the calendar of the coming year
  | 'on-line' // 在线: a blank is bound to it and it is with a line
  | 'made' // 已制: personalised, quality not yet judged
  | 'finished' // 质检合格
  | 'spoiled' // 作废, to be made again at once: never a resting state
  | 'cancelled' // 撤销

/** What the case asked for, as it stood when it was ordered. */
export interface Ordered {
  readonly casePrefecture: string
  readonly caseNumber: string
  /** Masked name, for lists. */
  readonly personShown: string
  readonly acceptedAt: Instant
  /** When the making could start: acceptance, or the later settlement of the fee. */
  readonly startedAt: Instant
  /** The half-day that follows from `startedAt`: never planned earlier. */
  readonly earliest: HalfDaySlot
  readonly validity: ValidityTerms
  readonly product: GrantedProduct
  readonly handover: Handover
}

/** Years of validity, null for long-term; and the next birthday that changes them, when it is near. */
export interface ValidityTerms {
  readonly years: number | null
  readonly change: { readonly on: Day; readonly years: number | null } | null
}

export interface Assignment {
  readonly batch: Uuid
  readonly line: string
  readonly serial: string
  /** Place among the cards of its line in this batch, from 1. */
  readonly position: number
}

export interface OrderState {
  readonly status: OrderStatus
  readonly version: number
  readonly ordered: Ordered | null
  /** The half-day in which it is planned or being made; null while no published half-day has room. */
  readonly slot: HalfDaySlot | null
  readonly assignment: Assignment | null
  /** Serial of the card that was made last. */
  readonly serial: string | null
  readonly madeAt: Instant | null
  readonly finishedAt: Instant | null
  readonly remakes: number
  /** Withdrawn while it was with the line: the card is destroyed when it comes out. */
  readonly withdrawn: string | null
}

/** Why an order stands in a later half-day than before; each leads to a revised promise with this cause. */
export type MoveCause = 'capacity' | 'line-stopped' | 'calendar-notice'

/** Why a card is made again. `parcel-lost`: the old one is gone; all others leave a spoiled card to destroy. */
export type RemakeCause = 'spoiled' | 'quality' | 'defect' | 'parcel-lost'

/** What the line measured on a card that it made. */
export interface Measured {
  /** The chip answers and its content equals the order's. */
  readonly chip: boolean
  /** Print, photo and serial are readable by the line's camera. */
  readonly print: boolean
}

/** Where a card that must be made again goes: to a line in the batch that is running, or into a coming half-day. */
export type RemakePlace =
  | { readonly in: 'batch'; readonly slot: HalfDaySlot; readonly assignment: Assignment }
  | { readonly in: 'slot'; readonly slot: HalfDaySlot | null }

export type OrderEvent =
  | ({ readonly type: 'OrderQueued'; readonly slot: HalfDaySlot | null } & Ordered)
  | { readonly type: 'OrderMoved'; readonly from: HalfDaySlot | null; readonly slot: HalfDaySlot | null; readonly cause: MoveCause }
  | ({ readonly type: 'OrderPutOnLine'; readonly slot: HalfDaySlot } & Assignment)
  /** It stays with its line and keeps its blank, but can't be ready in its half-day. */
  | { readonly type: 'OrderDelayed'; readonly from: HalfDaySlot; readonly slot: HalfDaySlot; readonly batch: Uuid; readonly cause: MoveCause }
  /** Recalled from a line that doesn't come back: the blank returns to stock. */
  | { readonly type: 'OrderTakenOffLine'; readonly serial: string; readonly line: string; readonly slot: HalfDaySlot | null; readonly cause: MoveCause }
  | { readonly type: 'CardPersonalised'; readonly serial: string; readonly line: string; readonly madeAt: Instant; readonly measured: Measured }
  | { readonly type: 'CardSpoiled'; readonly serial: string; readonly cause: 'line' | 'quality' | 'defect' | 'withdrawn'; readonly note: string }
  /** What the case must know stands here, so that it hears of the card before anybody further right does. */
  | {
      readonly type: 'QualityPassed'
      readonly serial: string
      readonly by: 'automatic' | 'person'
      readonly casePrefecture: string
      readonly issuedOn: Day
      readonly validTo: Day | null
    }
  | { readonly type: 'QualityFailed'; readonly serial: string; readonly by: 'automatic' | 'person'; readonly reason: string }
  /** Ready for dispatch. Delivery follows this. */
  | {
      readonly type: 'CardFinished'
      readonly serial: string
      readonly casePrefecture: string
      readonly caseNumber: string
      readonly finishedOn: Day
      readonly handover: Handover
      readonly remakes: number
    }
  | { readonly type: 'OrderRemade'; readonly slot: HalfDaySlot | null; readonly cause: RemakeCause; readonly note: string }
  | { readonly type: 'OrderCancelled'; readonly reason: string }
  | { readonly type: 'CancellationNoted'; readonly reason: string }

export type OrderCommand =
  | { readonly type: 'Queue'; readonly ordered: Ordered; readonly slot: HalfDaySlot | null }
  | { readonly type: 'Move'; readonly slot: HalfDaySlot | null; readonly cause: MoveCause }
  | { readonly type: 'PutOnLine'; readonly slot: HalfDaySlot; readonly assignment: Assignment }
  | { readonly type: 'Delay'; readonly slot: HalfDaySlot; readonly batch: Uuid; readonly cause: MoveCause }
  | { readonly type: 'TakeOffLine'; readonly slot: HalfDaySlot | null; readonly cause: MoveCause }
  | {
      readonly type: 'ReportMade'
      readonly serial: string
      readonly line: string
      readonly madeAt: Instant
      readonly measured: Measured
      readonly remake: RemakePlace
    }
  | { readonly type: 'ReportSpoiled'; readonly serial: string; readonly line: string; readonly note: string; readonly remake: RemakePlace }
  | { readonly type: 'FailQuality'; readonly reason: string; readonly remake: RemakePlace }
  | { readonly type: 'Remake'; readonly cause: 'defect' | 'parcel-lost'; readonly note: string; readonly slot: HalfDaySlot | null }
  | { readonly type: 'Cancel'; readonly reason: string }

export type BatchStatus = 'none' | 'planned' | 'running' | 'finished'

export interface BatchState {
  readonly status: BatchStatus
  readonly version: number
  readonly slot: HalfDaySlot | null
  readonly alarms: readonly AlarmCause[]
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
}

/** `capacity`: more was accepted than the lines can make. `blanks`: too few blank cards. `line-stopped`, `line-slow`: not ready in time. */
export type AlarmCause = 'capacity' | 'blanks' | 'line-stopped' | 'line-slow'

export type BatchEvent =
  | { readonly type: 'BatchPlanned'; readonly centre: string; readonly slot: HalfDaySlot }
  /** `cards`: what is handed to each line now; `moved`: what had no room and was planned later. */
  | { readonly type: 'BatchStarted'; readonly lines: readonly { readonly line: string; readonly cards: number }[]; readonly moved: number }
  /** Cards that are made again within the half-day; a batch that was finished runs again. */
  | { readonly type: 'BatchExtended'; readonly orders: readonly Uuid[] }
  /** Looked at whether every card can be ready in time; `delayed` can't, and their people are told. */
  | { readonly type: 'BatchReviewed'; readonly delayed: number }
  | {
      readonly type: 'CapacityAlarmRaised'
      readonly slot: HalfDaySlot
      readonly cause: AlarmCause
      readonly capacity: number
      readonly demand: number
      readonly sentence: Sentence
    }
  | { readonly type: 'BatchFinished' }

/** A line of the centre, as the plan sees it. */
export interface Line {
  readonly id: string
  readonly cardsPerHalfDay: number
  /** Since when the line has stood still; null while it works. */
  readonly stoppedAt: Instant | null
  /** When it is expected back; null when nobody knows. */
  readonly expectedBackAt: Instant | null
}

export interface LineState {
  readonly version: number
  readonly state: 'working' | 'stopped'
  /** When it last changed, by the line's own account: an older report changes nothing. */
  readonly changedAt: Instant | null
  readonly expectedBackAt: Instant | null
  readonly reason: string | null
}

export type LineEvent =
  | {
      readonly type: 'LineStopped'
      readonly line: string
      readonly by: 'line' | 'worker'
      readonly reason: string
      readonly stoppedAt: Instant
      readonly expectedBackAt: Instant | null
    }
  | { readonly type: 'LineResumed'; readonly line: string; readonly by: 'line' | 'worker'; readonly resumedAt: Instant }
  /** Still stopped when its cards could only just have been ready. */
  | { readonly type: 'StopReviewed'; readonly line: string; readonly delayed: number }

export type BlankState =
  | 'in-stock' // 在库
  | 'issued' // 已发上线: bound to an order
  | 'made' // 已制成
  | 'spoiled' // 作废待销毁
  | 'destroyed' // 已销毁

export type BlankEvent =
  | { readonly type: 'BlanksReceived'; readonly prefix: string; readonly first: number; readonly count: number; readonly note: string }
  | { readonly type: 'BlankDestroyed'; readonly serial: string; readonly from: 'spoiled' | 'in-stock'; readonly witness: string; readonly note: string }

/** How many blanks are in which state; `received` counts all that ever came. */
export type BlankLedger = Readonly<Record<'received' | BlankState, number>>

export type ProductionRefusal =
  | { readonly code: 'not-ordered' }
  | { readonly code: 'already-ordered' }
  | { readonly code: 'order-state'; readonly status: OrderStatus }
  | { readonly code: 'other-card'; readonly serial: string }
  | { readonly code: 'slot-order' }
  | { readonly code: 'line-unknown'; readonly line: string }
  | { readonly code: 'line-state'; readonly state: LineState['state'] }
  | { readonly code: 'serials-received' }
  | { readonly code: 'blank-unknown'; readonly serial: string }
  | { readonly code: 'blank-state'; readonly state: BlankState }
  | { readonly code: 'witness-same' }
