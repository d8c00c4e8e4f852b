import type { Uuid } from '#kernel/ids.ts'
import type { Day } from '#kernel/time.ts'

/** 户口状态: only a person whose registration is valid can be issued a card. */
export type RegistrationStatus = 'valid' | 'moved-out' | 'deceased' | 'in-service' | 'settled-abroad' | 'duplicate-cancelled'

/** What the police know that makes routine review unwise; each refers to a person, none refuses by itself. */
export type RegisterFlag =
  | 'number-collision' // 重号
  | 'appearance-changed' // 相貌变化大
  | 'forged-documents' // 曾使用伪造、变造证件
  | 'credit-record' // 全国信用不良记录推送
  | 'item-change-pending' // 主项变更正在办理

/** A household in the register: 家庭户 or 集体户. */
export interface Household {
  readonly prefecture: string
  readonly id: Uuid
  readonly township: string
  readonly kind: 'family' | 'collective'
  readonly synthetic: boolean
  readonly version: number
}

/** Where a person's record lies. */
export interface PersonKey {
  readonly prefecture: string
  readonly id: Uuid
}

/** Hardship as the civil affairs department certifies it: 居民身份证法 21. */
export type Hardship = 'none' | 'urban-minimum-living' | 'rural-special' | 'other'

/** A person in the population register (常住人口). Personal data is sealed at rest and open here. */
export interface Person {
  readonly prefecture: string
  readonly id: Uuid
  readonly identityNumber: string
  readonly name: string
  readonly sex: 'male' | 'female'
  /** 民族, by its name in Chinese, e.g. 汉, 朝鲜 */
  readonly ethnicity: string
  readonly birth: Day
  readonly phone: string | null
  readonly address: string
  /** Township of the household registration: leads to county, issuer and prefecture. */
  readonly township: string
  readonly household: Uuid
  readonly relationToHead: 'head' | 'spouse' | 'child' | 'parent' | 'other'
  /** Parents or guardians in the register, for those under eighteen. */
  readonly guardians: readonly Uuid[]
  readonly status: RegistrationStatus
  readonly flags: readonly RegisterFlag[]
  readonly hardship: Hardship
  /** Day on which fingerprints were last registered; null when none are on file. */
  readonly fingerprintsOn: Day | null
  /** Made for the sandbox or a test. */
  readonly synthetic: boolean
  readonly version: number
}

export type CardKind = 'resident-id-card' | 'temporary-id-card'
export type CardStatus = 'valid' | 'reported-lost' | 'replaced' | 'surrendered' | 'cancelled'

/** A card issued to a person (居民身份证, 临时居民身份证). Expiry is not a status: it follows from `validTo`. */
export interface Card {
  readonly prefecture: string
  readonly id: Uuid
  readonly personId: Uuid
  readonly kind: CardKind
  readonly issuer: string
  readonly issuedOn: Day
  /** null: long-term (长期), 居民身份证法 5. */
  readonly validTo: Day | null
  readonly status: CardStatus
  readonly caseId: Uuid | null
  readonly version: number
}

/** What a card is worth on a day: its status, with expiry worked out. `expiring`: it may be renewed already. */
export type CardState = 'in-force' | 'expiring' | 'expired' | Exclude<CardStatus, 'valid'>

/** What the reader at the window read from the old card's chip. */
export interface ReadFromCard {
  readonly name: string
  readonly sex: 'male' | 'female'
  readonly ethnicity: string
  readonly birth: string
  readonly address: string
}

/** 登记项目 that are printed on the card and compared with the register. */
export type RegisteredItem = keyof ReadFromCard

export interface CardView extends Pick<Card, 'id' | 'kind' | 'issuer' | 'issuedOn' | 'validTo' | 'status'> {
  readonly state: CardState
}

/** A record as the window sees it: only as much as the purpose needs. */
export interface PersonView
  extends Pick<
    Person,
    'prefecture' | 'id' | 'sex' | 'ethnicity' | 'township' | 'status' | 'flags' | 'hardship' | 'fingerprintsOn' | 'guardians' | 'synthetic'
  > {
  readonly inFull: boolean
  readonly identityNumber: string
  readonly name: string
  readonly birth: string
  readonly age: number
  readonly address: string
  readonly phone: string
  readonly cards: readonly CardView[]
}

/** What may be wrong in a record and be put right by a correction; another number, sex or birth is a procedure of its own (户口登记条例 17–18). */
export const CORRECTABLE_ITEMS = ['name', 'ethnicity', 'phone', 'address'] as const
export type CorrectableItem = (typeof CORRECTABLE_ITEMS)[number]
export type Corrected = Readonly<Partial<Record<CorrectableItem, string>>>

/** Who outside the police is given items of the register. The card lines are not among them: an order says case, issuer and validity. */
export const RECEIVERS = ['courier'] as const
export type Receiver = (typeof RECEIVERS)[number]

/** That items of a person's record were given to somebody outside. */
export interface Disclosure {
  readonly receiver: Receiver
  /** By which the receiver knows it. */
  readonly reference: string
  readonly caseNumber: string
  readonly fields: readonly CorrectableItem[]
  readonly givenAt: string
  /** How long the receiver holds it. */
  readonly keptUntil: string
  /** When the receiver was last told of a correction. */
  readonly correctedAt: string | null
}

/** What a decision orders in the register; the register turns it into changes of its own tables. */
export type RegisterEffect =
  | { readonly type: 'issue-card'; readonly card: Omit<Card, 'version' | 'status'> }
  | { readonly type: 'set-card-status'; readonly prefecture: string; readonly cardId: Uuid; readonly from: CardStatus; readonly to: CardStatus }
  | { readonly type: 'record-fingerprints'; readonly prefecture: string; readonly personId: Uuid; readonly on: Day }
