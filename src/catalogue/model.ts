import type { z } from 'zod'
import type { Calendar } from '#calendar/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Cents } from '#kernel/money.ts'
import type { Day, Instant } from '#kernel/time.ts'
import type { DeliveryClass, Places } from '#place/model.ts'
import type { Card, CardKind, Person, RegisterEffect } from '#register/model.ts'
import type { Limit } from '#timelimit/model.ts'

export type Channel = 'window' | 'online' | 'phone' | 'home-visit'

/** One condition's answer: pass, fail (the application can't go on like this) or refer (a person looks). */
export type CheckResult = 'pass' | 'fail' | 'refer'

export interface Check {
  readonly id: string
  readonly result: CheckResult
  readonly sentence: Sentence
  /** Article or standard, e.g. 居民身份证法 3. */
  readonly basis: string
  /** For what does not pass: what to do instead, and where. */
  readonly wayOut: Sentence | null
}

/** A measured photo, as the folder of attachments judged it under the standard in force. */
export interface PhotoFact {
  readonly digest: string
  readonly checks: readonly Check[]
}

/** The latest photo that was taken at a window: what an application from home may use again. */
export interface PhotoOnRecord {
  readonly takenOn: Day
  /** null: it was taken for a card from before, and its file isn't kept here. */
  readonly digest: string | null
}

/** An earlier application for a card, as far as its photo goes. */
export interface EarlierPhoto {
  readonly caseId: Uuid
  readonly channel: Channel
  readonly on: Day
  readonly digest: string | null
}

/** Everything that a service's conditions may ask about. Gathered before, in one statement. */
export interface Facts<Form = unknown> {
  readonly at: Instant
  readonly on: Day
  readonly form: Form
  readonly channel: Channel
  readonly person: Person | null
  readonly cards: readonly Card[]
  readonly guardian: Person | null
  readonly photo: PhotoFact | null
  /** Absent in what was reviewed before anything went online, and where nothing asks for it. */
  readonly photoOnRecord?: PhotoOnRecord | null
  /** Number of the open application of the same kind, if there is one. */
  readonly openDuplicate: string | null
  /** Whether an application for the card itself is open: the ground for a temporary card. */
  readonly openCardApplication: string | null
  readonly settings: ReviewSettings
}

/** Configuration of the automatic review: dated, changed only after a replay. */
export interface ReviewSettings {
  readonly validFrom: Day
  /** Other provinces' exclusions from acceptance elsewhere: on means that such a case goes to a person. Interpretation. */
  readonly referAppearanceChanged: boolean
  readonly referForgedDocuments: boolean
  readonly referCreditRecord: boolean
  readonly referItemMismatch: boolean
  /** Exemption from fingerprints: accepted on the window's statement, or looked at by a person. Unverified. */
  readonly referFingerprintExemption: boolean
  /** Share of automatic grants that a person looks at afterwards, in 1/10000. */
  readonly sampleShare: number
  /** Version of the photo standard's bands. */
  readonly photoStandard: string
}

export interface Condition<Form> {
  readonly id: string
  /**
   * What it looks at is taken or typed only when somebody applies: asked before that, it isn't judged, and this is said instead.
   * Absent: it is judged on what is known already.
   */
  readonly whenApplying?: Sentence
  check(facts: Facts<Form>): Check | readonly Check[]
}

/** 材料: what must be shown, and what need not because the police hold it already (国务院关于在线政务服务的若干规定 7). */
export interface Material {
  readonly id: string
  readonly title: Sentence
  readonly waived: Sentence | null
}

export interface Fee {
  /** 收费项目 */
  readonly item: string
  readonly amount: Cents
  readonly basis: string
  readonly sentence: Sentence
}

/** Half of a working day at the factory: accepted in the morning → made in the afternoon. */
export interface HalfDaySlot {
  readonly day: Day
  readonly half: 'am' | 'pm'
}

/** What is promised at acceptance, with the whole explanation. */
export interface Promised {
  readonly slot: HalfDaySlot | null
  readonly readyBy: Instant
  readonly withYouBy: Instant
  readonly because: readonly Sentence[]
  readonly provisional: boolean
}

/** How the product reaches the person. */
export type Handover =
  | { readonly by: 'station'; readonly organ: string; readonly deliveryClass: DeliveryClass }
  | { readonly by: 'mail'; readonly inProvince: boolean; readonly deliveryClass: DeliveryClass }

export interface PromiseContext {
  readonly calendar: Calendar
  readonly places: Places
  readonly acceptedAt: Instant
  /** Nothing is made before the fee is settled: a later settlement moves the promise, with its reason. */
  readonly startedAt: Instant
  /** The half-day that the factory has room in, when it is later than the one that follows from `startedAt`. */
  readonly plannedSlot?: HalfDaySlot
  /** A dispatch later than the making, e.g. of a card made again after its parcel was lost. */
  readonly dispatchedOn?: Day
  readonly handover: Handover
}

/** What a granted case makes. */
export type Product = { readonly kind: CardKind; readonly madeAt: 'factory' | 'station' }

export interface Granted {
  readonly effects: readonly RegisterEffect[]
  readonly product: GrantedProduct | null
}

/** The product's data that the maker needs, besides the person's own. */
export interface GrantedProduct extends Product {
  readonly validFrom: Day
  readonly validTo: Day | null
  readonly issuer: string
  readonly template: 'standard' | 'korean' | 'mongolian'
  readonly reason: string
  /** Card to be handed back on collection; null when there is none. */
  readonly oldCardId: Uuid | null
}

export interface GrantContext {
  readonly caseId: Uuid
  readonly issuer: string
  readonly template: GrantedProduct['template']
}

/** A version of a service: in force from a day, pinned to a case at submission. */
export interface ServiceVersion<Form = unknown> {
  readonly validFrom: Day
  readonly source: string
  /** What of the source is weak or our own reading; absent where it is neither. */
  readonly note?: Sentence
  readonly channels: readonly Channel[]
  readonly whoMayApply: Sentence
  readonly form: z.ZodType<Form>
  readonly materials: readonly Material[]
  readonly conditions: readonly Condition<Form>[]
  /** What may be open only once for a person in the whole province, e.g. id-card. */
  readonly onceFor: string | null
  readonly needsPhoto: boolean
  readonly statutory: Limit
  readonly oldWay: Limit | null
  readonly referral: Limit
  /** For what can't be done through these channels: the service that a window does instead. */
  readonly atWindow?: (facts: Facts<Form>) => string
  fee(facts: Facts<Form>): Fee
  /** null: done at once, there is nothing to promise. */
  promise(context: PromiseContext): Promised | null
  grant(facts: Facts<Form>, context: GrantContext): Granted
}

export interface Service {
  readonly id: string
  readonly title: Sentence
  readonly measure: number
  // biome-ignore lint/suspicious/noExplicitAny: each version types its own form; the catalogue forgets which
  readonly versions: readonly ServiceVersion<any>[]
}
