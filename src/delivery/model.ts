import type { Handover } from '#catalogue/model.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import type { Cents } from '#kernel/money.ts'
import type { Day, Instant } from '#kernel/time.ts'
import type { DeliveryClass } from '#place/model.ts'

/** 寄递件: one card on its way from the production centre to a station or an address. */
export type ParcelStatus =
  | 'none'
  | 'prepared' // 待交寄: packed, the courier has not yet taken the order
  | 'handed-to-courier' // 已交寄
  | 'in-transit' // 运输中
  | 'arrived-at-station' // 已到站, waits to be collected
  | 'delivered' // 已投递 to the address
  | 'refused' // 未能投递, on its way back
  | 'returned' // 已退回, waits at the organ to which it came back
  | 'lost' // 丢失
  | 'closed' // 结束: collected, or another parcel took its place

/** Where the card goes from and to: centre → county bureau → station, or to an address. */
export interface Route {
  /** `run-220122`, `mail-2201`, `mail-out`: what is loaded together. */
  readonly id: string
  readonly kind: 'station-run' | 'mail' | 'mail-out-of-province'
  readonly centre: string
  /** The bureau below which the station stands; null for mail. */
  readonly bureau: string | null
  /** The station or hall; null for mail. */
  readonly stop: string | null
  readonly deliveryClass: DeliveryClass
}

/** What we understand of a courier's message; each courier's own codes are translated where they come in. */
export type TrackingCode = 'collected' | 'moved' | 'out-for-delivery' | 'delayed' | 'signed' | 'refused' | 'returning' | 'returned' | 'lost'

/** One message about a parcel. `number` counts the courier's messages about this waybill from 1. */
export interface Report {
  readonly waybill: string
  readonly number: number
  readonly code: TrackingCode
  readonly happenedAt: Instant
  /** Where it happened, as the courier writes it; no personal data. */
  readonly place: string
}

/** What the deliverer did at the door: the code that the recipient told, and what became of the old card (居民身份证法 11). */
export interface DoorstepFacts {
  readonly deliveryCode: string | null
  readonly oldCard: 'handed-back' | 'none' | 'declared-lost'
}

export interface Preparation {
  readonly caseId: Uuid
  readonly caseNumber: CaseNumber
  readonly serial: string
  /** 1 for a card's first parcel; a card that is sent again has the next. */
  readonly attempt: number
  readonly handover: Handover
  readonly route: Route
  readonly issuer: string
  /** Where the courier brings what can't be delivered. */
  readonly returnTo: string
  /** The old card is taken in exchange at the door. */
  readonly takesOldCard: boolean
  /** What the recipient tells the deliverer; null when a station signs. */
  readonly deliveryCode: string | null
  readonly postage: Cents
  readonly dispatch: Dispatch
}

/** When it leaves and when it is there. */
export interface Dispatch {
  readonly dispatchOn: Day
  readonly expectedOn: Day
  /** First day on which it can be collected; null for mail. */
  readonly collectFrom: Day | null
}

export type NotedBecause =
  | 'overtaken' // older than what is known already
  | 'after-end' // about a parcel that is finished
  | 'found-after-loss' // the card that it carries was replaced; it must be destroyed
  | 'wrong-delivery-code'

/** `withdrawn`: its card was found faulty before it left and is made again. `replaced`: lost, and the person holds the new card. */
export type ClosedHow = 'collected' | 'resent' | 'withdrawn' | 'replaced'

export type ParcelEvent =
  | ({ readonly type: 'ParcelPrepared' } & Preparation)
  | { readonly type: 'ParcelHandedToCourier'; readonly waybill: string; readonly handedAt: Instant; readonly dispatch: Dispatch }
  /** The dispatcher has it ordered from the courier once more. */
  | { readonly type: 'OrderAskedAgain'; readonly by: string }
  | { readonly type: 'ParcelMoved'; readonly report: Report }
  | { readonly type: 'ParcelArrived'; readonly report: Report; readonly organ: string; readonly collectFrom: Day }
  | { readonly type: 'ParcelDelivered'; readonly report: Report; readonly oldCard: DoorstepFacts['oldCard'] }
  | { readonly type: 'ParcelRefused'; readonly report: Report }
  | { readonly type: 'ParcelReturned'; readonly report: Report; readonly organ: string; readonly collectFrom: Day }
  | { readonly type: 'ParcelLost'; readonly by: 'courier' | 'no-movement' | 'dispatcher'; readonly report: Report | null; readonly note: string }
  | {
      readonly type: 'ParcelFoundLate'
      readonly report: Report | null
      readonly expectedOn: Day
      readonly nextExpectedOn: Day
      readonly collectFrom: Day | null
    }
  | { readonly type: 'TrackingNoted'; readonly report: Report; readonly because: NotedBecause }
  | { readonly type: 'ParcelClosed'; readonly how: ClosedHow }

export interface ParcelState {
  readonly status: ParcelStatus
  readonly version: number
  readonly preparation: Preparation | null
  readonly waybill: string | null
  readonly dispatchOn: Day | null
  readonly expectedOn: Day | null
  readonly collectFrom: Day | null
  /** The day on which it was last found late, while it is still under way. */
  readonly lateSince: Day | null
  /** The organ where the card lies: the station it went to, or the one it came back to. */
  readonly heldAt: string | null
  readonly arrivedAt: Instant | null
  readonly lastMovementAt: Instant | null
  /** The version that the last movement made; timers of the watch hang on it. */
  readonly lastMovementVersion: number
  readonly reportsSeen: ReadonlySet<number>
  /** Declared lost at some time: its card is void, whatever turns up. */
  readonly wasLost: boolean
  /** A card that was declared lost and turned up. */
  readonly foundAt: Instant | null
}

/** Facts are gathered before: days come from the calendar and the places, the instant from the clock. */
export type ParcelCommand =
  | { readonly type: 'Prepare'; readonly preparation: Preparation }
  /** `dispatch`: as of when the courier took the order, which may be later than planned. */
  | { readonly type: 'RecordHandedOver'; readonly waybill: string; readonly at: Instant; readonly dispatch: Dispatch }
  | { readonly type: 'AskAgain'; readonly by: string }
  | {
      readonly type: 'TakeReport'
      readonly report: Report
      readonly doorstep: DoorstepFacts | null
      /** First open day at the destination (null for mail) and at the place of return, for something that arrives when this happened. */
      readonly openAtDestination: Day | null
      readonly openAtReturn: Day
      readonly later: LaterDay
    }
  | { readonly type: 'FindLate'; readonly later: LaterDay }
  | { readonly type: 'GiveUpWaiting'; readonly at: Instant; readonly noMovementDays: number }
  | { readonly type: 'DeclareLost'; readonly note: string }
  | { readonly type: 'CloseParcel'; readonly how: ClosedHow }

/** The honest new day of a late parcel. */
export interface LaterDay {
  readonly expectedOn: Day
  readonly collectFrom: Day | null
}

export type ParcelRefusal = 'already-prepared' | 'unknown-parcel' | 'not-under-way' | 'already-left' | 'nothing-to-resend'

/** Configuration in force from a day. Everything but the postage is an estimate or an interpretation; the data says which. */
export interface DeliverySettings {
  readonly validFrom: Day
  readonly postageInProvince: Cents
  readonly postageOutOfProvince: Cents
  /** `HH:MM`, Asia/Shanghai. */
  readonly lastCollection: string
  readonly lateCheck: string
  readonly laterDays: Readonly<Record<DeliveryClass, number>>
  readonly returnDays: number
  readonly noMovementDays: number
  readonly chaseDaysAfterArrival: readonly number[]
  readonly chaseTime: string
  /** Of a found card: when its owner is reminded, and when it goes to the organ that signed it. */
  readonly foundChaseDays: readonly number[]
  readonly foundPassOnDays: number
}

/** A line of the parcels' list, as the projection keeps it. */
export interface ParcelRow {
  readonly prefecture: string
  readonly id: Uuid
  readonly version: number
  readonly caseId: Uuid
  readonly caseNumber: CaseNumber
  readonly serial: string
  readonly attempt: number
  readonly status: ParcelStatus
  readonly route: string
  /** The station or hall it is meant for; null for an address. */
  readonly stop: string | null
  /** The organ it goes to, or where it lies now; null while it is on its way to an address. */
  readonly organ: string | null
  readonly issuer: string
  readonly bureau: string | null
  readonly deliveryClass: DeliveryClass
  readonly waybill: string | null
  readonly dispatchOn: Day
  readonly expectedOn: Day
  readonly collectFrom: Day | null
  readonly lateSince: Day | null
  readonly arrivedAt: Instant | null
  readonly lastMovementAt: Instant | null
  readonly foundAt: Instant | null
}

export interface ManifestStop {
  /** Null: to addresses. */
  readonly organ: string | null
  readonly parcels: readonly ParcelRow[]
}

/** What leaves on a day by one route, stop by stop. */
export interface ManifestRoute {
  readonly route: string
  readonly bureau: string | null
  readonly count: number
  readonly stops: readonly ManifestStop[]
}
