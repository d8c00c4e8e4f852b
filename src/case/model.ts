import type { Channel, Check, Fee, GrantedProduct, Handover, Promised } from '#catalogue/model.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Cents } from '#kernel/money.ts'
import type { Day, Instant } from '#kernel/time.ts'
import type { RegisterEffect } from '#register/model.ts'
import type { Extension, RunningLimit } from '#timelimit/model.ts'

/** 办件: an application from submission to archive. */
export type CaseStatus =
  | 'none'
  | 'reviewing' // 人工核查: the automatic review referred it to a person
  | 'waiting-for-materials' // 补正: everything missing named at once; the promise stands still
  | 'granted' // 准予: fee not yet settled, or nothing to make
  | 'producing' // 制证
  | 'ready' // 已制成, awaiting dispatch or the window's hand
  | 'delivering' // 寄递中
  | 'awaiting-collection' // 待领取 at a station
  | 'concluded' // 办结
  | 'rejected' // 不予
  | 'withdrawn' // 撤回

/** Where personal data stands in an event it is sealed; `unknown` here because only the platform can open it. */
export interface SealedValue {
  readonly k: string
  readonly c: string
  readonly a?: string
}

export interface Submission {
  readonly number: CaseNumber
  readonly service: string
  readonly serviceVersion: Day
  readonly channel: Channel
  readonly personId: Uuid
  /** Masked name, for lists: 王** */
  readonly personShown: string
  readonly organ: string
  readonly issuer: string
  /** The form as it was submitted, sealed. */
  readonly form: SealedValue
  readonly photoDigest: string | null
  readonly onBehalf: { readonly by: Uuid; readonly relation: 'guardian' | 'proxy' } | null
  readonly handover: Handover
  readonly title: Sentence
}

export type FeeSettlement =
  | { readonly how: 'paid'; readonly means: 'cash' | 'card' | 'wechat' | 'alipay'; readonly receiptNumber: string; readonly amount: Cents }
  | { readonly how: 'waived'; readonly basis: string; readonly note: string }
  | { readonly how: 'free' }

export type PromiseRevision =
  | 'fee-settled-later'
  | 'materials'
  | 'capacity'
  | 'line-stopped'
  | 'remade'
  | 'parcel-lost'
  | 'parcel-late'
  | 'parcel-returned'
  | 'calendar-notice'

/** 交通不便: the card goes to a place that is classed so, or roads and lines to it are interrupted, as the reason tells. */
export type ExtensionGround = 'remote-address' | 'cut-off'

export type PassedOnWhy = 'unclaimed' | 'replaced'

export type CaseEvent =
  | ({ readonly type: 'CaseSubmitted' } & Submission)
  | {
      readonly type: 'CaseReviewed'
      readonly checks: readonly Check[]
      readonly outcome: 'pass' | 'refer'
      /** Reckoned at review, for the acceptance that follows at once or after the referral. */
      readonly fee: Fee
      readonly product: GrantedProduct | null
      readonly effects: readonly RegisterEffect[]
      /** null: the law sets no limit for this service. */
      readonly statutoryDueAt: Instant | null
      /** What the review knew, sealed: a rule change is replayed on it. */
      readonly facts: SealedValue
    }
  | { readonly type: 'CaseReferred'; readonly reasons: readonly Check[]; readonly limit: RunningLimit; readonly dueAt: Instant; readonly toOrgan: string }
  | { readonly type: 'MaterialsRequested'; readonly missing: readonly { readonly id: string; readonly sentence: Sentence }[]; readonly basis: string }
  | {
      readonly type: 'MaterialsSupplied'
      readonly photoDigest: string | null
      readonly note: string
      readonly checks: readonly Check[]
      readonly referralDueAt: Instant
    }
  | { readonly type: 'CaseAccepted'; readonly promised: Promised | null; readonly fee: Fee }
  | {
      readonly type: 'CaseGranted'
      readonly by: 'automatic' | 'officer'
      readonly reason: string | null
      readonly product: GrantedProduct | null
      readonly sampled: boolean
    }
  | { readonly type: 'CaseRejected'; readonly reason: Sentence; readonly basis: string; readonly wayOut: Sentence }
  | { readonly type: 'FeeSettled'; readonly settlement: FeeSettlement }
  /** Fee settled and granted: the maker's turn. What reacts to this plans the production. */
  | { readonly type: 'ProductionOrdered'; readonly product: GrantedProduct; readonly promised: Promised; readonly acceptedAt: Instant }
  | { readonly type: 'PromiseRevised'; readonly from: Promised; readonly to: Promised; readonly cause: PromiseRevision; readonly reason: Sentence }
  /** 法定时限 reckoned anew, because the calendar that it stands on was published or corrected. */
  | { readonly type: 'LimitRederived'; readonly from: Instant; readonly to: Instant; readonly reason: Sentence }
  /** 延长: the limit set by law ends later, once, because transport is poor. */
  | {
      readonly type: 'LimitExtended'
      readonly from: Instant
      readonly to: Instant
      readonly extension: Extension
      readonly ground: ExtensionGround
      readonly basis: string
    }
  | { readonly type: 'CardMade'; readonly cardId: Uuid; readonly serial: string; readonly issuedOn: Day; readonly validTo: Day | null }
  | { readonly type: 'CardDispatched'; readonly waybill: string; readonly expectedOn: Day }
  | { readonly type: 'DeliveryNoted'; readonly what: 'in-transit' | 'late' | 'lost' | 'returned' | 'refused'; readonly sentence: Sentence }
  | { readonly type: 'CardArrived'; readonly organ: string; readonly collectFrom: Day }
  /** 拾获招领: a card that somebody found waits at the station for its owner. */
  | { readonly type: 'FoundCardTakenIn' }
  /** Nobody came for it, or its owner has another by now: it goes to the organ that signed it. */
  | { readonly type: 'FoundCardPassedOn'; readonly organ: string; readonly why: PassedOnWhy; readonly sentence: Sentence }
  | { readonly type: 'CollectionChased'; readonly times: number; readonly sentence: Sentence }
  | {
      readonly type: 'CardHandedOver'
      readonly to: 'self' | 'guardian' | 'proxy' | 'address'
      readonly identityCheckedBy: 'fingerprint' | 'document' | 'delivery-code'
      readonly oldCard: 'handed-back' | 'none' | 'declared-lost'
      readonly temporaryCard: 'handed-back' | 'none' | 'declared-lost'
      readonly proxy: SealedValue | null
    }
  | { readonly type: 'CaseConcluded'; readonly kept: boolean | null }
  | { readonly type: 'CaseWithdrawn'; readonly reason: string }
  | { readonly type: 'SecondLookRecorded'; readonly agrees: boolean; readonly note: string }

export interface CaseState {
  readonly status: CaseStatus
  readonly version: number
  readonly submission: Submission | null
  readonly submittedAt: Instant | null
  readonly submittedBy: string | null
  readonly acceptedAt: Instant | null
  readonly fee: Fee | null
  readonly settlement: FeeSettlement | null
  readonly settledAt: Instant | null
  readonly promised: Promised | null
  readonly firstPromised: Promised | null
  readonly statutoryDueAt: Instant | null
  readonly extension: Extension | null
  /** A promise passed before the person was told another day: it is broken, whatever comes later. */
  readonly toldTooLate: boolean
  readonly referral: { readonly reasons: readonly Check[]; readonly limit: RunningLimit; readonly dueAt: Instant; readonly toOrgan: string } | null
  readonly checks: readonly Check[]
  readonly product: GrantedProduct | null
  /** What the grant orders in the register. */
  readonly effects: readonly RegisterEffect[]
  readonly pauses: readonly { readonly from: Instant; readonly to: Instant | null; readonly reason: Sentence }[]
  readonly cardId: Uuid | null
  readonly serial: string | null
  readonly waybill: string | null
  readonly heldAt: string | null
  readonly arrivedAt: Instant | null
  readonly concludedAt: Instant | null
  /** Whether the promise was kept; null while open and where nothing was promised. */
  readonly kept: boolean | null
  readonly sampled: boolean
  readonly secondLook: boolean | null
  readonly chasedTimes: number
}

/** What a caller asks of an open case; `Submit` is apart, for it makes the case. */
export type CaseCommand =
  | { readonly type: 'DecideReferral'; readonly decision: 'grant' | 'reject'; readonly reason: string; readonly basis: string }
  | { readonly type: 'RequestMaterials'; readonly missing: readonly { readonly id: string; readonly sentence: Sentence }[]; readonly basis: string }
  | { readonly type: 'SupplyMaterials'; readonly photoDigest: string | null; readonly note: string; readonly checks: readonly Check[] }
  | { readonly type: 'SettleFee'; readonly settlement: FeeSettlement }
  | { readonly type: 'Withdraw'; readonly reason: string }
  | { readonly type: 'RevisePromise'; readonly to: Promised; readonly cause: PromiseRevision; readonly reason: Sentence }
  | { readonly type: 'RederiveLimit'; readonly to: Instant; readonly reason: Sentence }
  | { readonly type: 'ExtendLimit'; readonly days: number; readonly ground: ExtensionGround; readonly reason: Sentence }
  | { readonly type: 'RecordCardMade'; readonly serial: string; readonly issuedOn: Day; readonly validTo: Day | null }
  | { readonly type: 'RecordDispatched'; readonly waybill: string; readonly expectedOn: Day }
  | { readonly type: 'NoteDelivery'; readonly what: 'in-transit' | 'late' | 'lost' | 'returned' | 'refused'; readonly sentence: Sentence }
  | { readonly type: 'RecordArrived'; readonly organ: string; readonly collectFrom: Day }
  | { readonly type: 'ChaseCollection'; readonly sentence: Sentence }
  | { readonly type: 'PassFoundCardOn'; readonly organ: string; readonly why: PassedOnWhy; readonly sentence: Sentence }
  | {
      readonly type: 'HandOver'
      readonly to: 'self' | 'guardian' | 'proxy' | 'address'
      readonly identityCheckedBy: 'fingerprint' | 'document' | 'delivery-code'
      readonly oldCard: 'handed-back' | 'none' | 'declared-lost'
      readonly temporaryCard: 'handed-back' | 'none' | 'declared-lost'
      readonly proxy: SealedValue | null
    }
  | { readonly type: 'RecordSecondLook'; readonly agrees: boolean; readonly note: string }

/** Fields that every form of measure one may have; each service's own schema says which it demands. */
export interface SubmittedForm {
  readonly identityNumber: string
  readonly photo?: string
  readonly guardian?: { readonly identityNumber: string; readonly relation: string }
  readonly handover?:
    | { readonly by: 'station'; readonly organ?: string }
    | { readonly by: 'mail'; readonly recipient: string; readonly phone: string; readonly township?: string; readonly address: string }
}
