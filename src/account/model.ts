/**
 * Who may act. A person is known here only by an opaque id; everything else that `can` needs comes as facts.
 */
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'

export const ROLES = [
  'resident', // 居民: oneself
  'guardian', // 监护人: whom the law makes them act for
  'agent', // 委托代理人: by power of attorney, for what it names
  'station-officer', // 派出所民警: accepts and hands over at one organ
  'household-officer', // 户籍民警: household business at one organ
  'referral-reviewer', // 人工核查民警: decides what the automatic review referred
  'factory-worker', // 制证人员: batches, blanks, quality
  'dispatcher', // 分发人员: routes, parcels
  'plate-shop', // 号牌制作点: plates, no people
  'hall-manager', // 大厅管理员: queues and windows of one hall
  'hotline-agent', // 话务员: answers; sees a case only as the caller may
  'department-verifier', // 部门核验员: asks whether a licence holds
  'auditor', // 审计人员: who read what, and what was unusual
  'supervisor', // 监督人员: promises kept, alarms, within the organ's jurisdiction
  'administrator', // 系统管理员: settings, calendar notices; reads no cases and no audit log
  'security-administrator', // 安全管理员: accounts and roles; reads no cases
  'audit-administrator', // 审计管理员: reads the audit log; changes nothing
  'partner', // 外部系统: courier, card line, by their own credentials
  'kiosk', // 自助机: in a hall, by its own key; acts for whoever stands before it
] as const

export type Role = (typeof ROLES)[number]

/** 三员: three different people, by 等保 level 3. */
export const ADMINISTRATORS = ['administrator', 'security-administrator', 'audit-administrator'] as const satisfies readonly Role[]

/** The columns of the table of permissions: a supervisor's level follows from the organ's code. */
export const COLUMNS = [
  ...['resident', 'guardian', 'agent'],
  ...['station-officer', 'household-officer', 'referral-reviewer', 'factory-worker', 'dispatcher', 'plate-shop', 'hall-manager', 'hotline-agent'],
  ...['department-verifier', 'auditor', 'supervisor-station', 'supervisor-county', 'supervisor-prefecture', 'supervisor-province'],
  ...['administrator', 'security-administrator', 'audit-administrator', 'partner', 'kiosk'],
] as readonly Column[]

export type Level = 'station' | 'county' | 'prefecture' | 'province'
export type Column = Exclude<Role, 'supervisor'> | `supervisor-${Level}`

export interface Actor {
  readonly id: string
  readonly role: Role
  /** The organ for which an officer acts; null for residents and partners. */
  readonly organ: string | null
  /** The resident's record; null for everyone else. */
  readonly personId: string | null
  /** For whom a guardian or an agent acts, on what; looked up from the record of it, and absent for everyone else. */
  readonly represents?: Represented
}

/** What a browser keeps of whom somebody chose to act for; worth nothing without their session. */
export const ACTING_COOKIE = 'yitang-acting-for'

/** How far a representation goes. */
export interface Scope {
  readonly may: 'read' | 'act'
  /** Ids of services; empty: whatever the person may ask for. */
  readonly services: readonly string[]
}

/** Whoever is represented, as the one who represents them needs to know it. */
export interface Represented {
  /** Of the record. */
  readonly id: string
  readonly prefecture: string
  readonly personId: string
  /** Masked name. */
  readonly personShown: string
  readonly kind: RepresentationKind
  readonly scope: Scope
  /** As events and readings carry it: for whom, on what consent. */
  readonly onBehalfOf: string
}

/** guardian: by the register's word; family: by consent given online; agent: by a power of attorney that an officer saw. */
export const REPRESENTATION_KINDS = ['guardian', 'family', 'agent'] as const
export type RepresentationKind = (typeof REPRESENTATION_KINDS)[number]

/** What the representative is to the person, as the person says. */
export const RELATIONS = ['spouse', 'child', 'parent', 'sibling', 'grandparent', 'grandchild', 'other-relative', 'other-person'] as const
export type Relation = (typeof RELATIONS)[number]

/** 授权委托书, and one that a notary certified (公证法 11). */
export const AUTHORITY_DOCUMENTS = ['letter', 'notarised-letter'] as const
export type AuthorityDocument = (typeof AUTHORITY_DOCUMENTS)[number]

export const END_REASONS = ['withdrawn', 'given-up', 'term'] as const
export type EndReason = (typeof END_REASONS)[number]

/** Who may act for whom, as it was recorded. */
export interface Representation {
  readonly prefecture: string
  readonly id: Uuid
  readonly kind: RepresentationKind
  readonly personId: Uuid
  /** Masked names: each knows who the other is. */
  readonly personShown: string
  readonly representativeId: Uuid
  readonly representativeShown: string
  readonly relation: Relation | null
  readonly document: AuthorityDocument | null
  readonly scope: Scope
  readonly from: Instant
  /** Of a guardian, the end of the year in which it ends by age: the very day is asked of the register at each use. */
  readonly until: Instant | null
  readonly recordedAt: Instant
  readonly recordedBy: string
  readonly recordedOrgan: string | null
  readonly endedAt: Instant | null
  readonly endedBecause: EndReason | null
  readonly version: number
}

/** What is to be done; each concept adds its own line to the table in `rules`, and to the table that the test expects. */
export const ACTIONS = [
  'case.submit',
  'case.read',
  'case.list',
  'case.settle-fee',
  'case.supply-materials',
  'case.hand-over',
  'case.withdraw',
  'case.decide-referral',
  'case.extend-limit',
  'case.second-look',
  'review.replay',
  'review.configure',
  'person.find',
  'register.correct', // puts items of a record right where the household is registered
  'photo.upload',
  'photo.read',
  'payment.pay', // the fee of a case, online
  'payment.reconcile', // the day's account with the gateways
  'production.read',
  'production.work',
  'delivery.read',
  'delivery.work',
  'supervision.read',
  'outbox.take-up', // what gave up, once its cause is mended
  'calendar.import',
  'partner.report',
  'reading.own', // who read my file
  'reading.audit', // who read what, and what was unusual
  'reading.review', // says what became of something unusual
  'reading.withhold', // keeps a reading from the person's page, for a term
  'officer.read',
  'officer.appoint', // proposes and approves roles, by two people
  'officer.retire',
  'passkey.issue-code', // for an officer's first passkey
  'client-key.manage', // the keys of departments and kiosks
  'privacy.own', // everything about me, my consents
  'privacy.hold', // keeps what the law still needs from being deleted
  'privacy.delete', // deletes somebody's data on order
  'representation.own', // whom I act for, who acts for me; to end either
  'representation.grant', // lets somebody act for oneself
  'representation.claim', // one's own child, as the register has it
  'representation.record', // a power of attorney that was shown at the window, and its end
  'rating.give', // of one’s own case
  'rating.read', // what was said of an organ
  'rectification.assign', // who sees to a bad rating
  'rectification.record', // what was done about it
  'rectification.call-back', // to whoever gave their name
  'rectification.close', // not by whoever was rated
] as const

export type Action = (typeof ACTIONS)[number]

/** Facts about the thing acted upon, as far as the decision needs them. */
export interface Resource {
  readonly personId?: string | null
  /** The organ that accepted the case or holds the card for collection. */
  readonly organ?: string | null
  /** The county bureau that signs the card. */
  readonly issuer?: string | null
  /** The organs that stand under the actor's organ, itself included: its jurisdiction. */
  readonly jurisdiction?: ReadonlySet<string>
  /** Who accepted the case: nobody decides the referral of a case that they accepted. */
  readonly acceptedBy?: string | null
  /** What was applied for: a consent may name the matters that it covers. */
  readonly service?: string | null
}

/** Why an officer opens somebody's record; stated before it opens and kept for good. The list itself is data. */
export const READ_PURPOSES = ['application', 'loss-report', 'collection', 'found-card', 'guardian-check', 'rescue', 'case-investigation', 'other-duty'] as const
export type ReadPurpose = (typeof READ_PURPOSES)[number]

/** What a reading showed. */
export const READ_WHATS = [
  'record', // somebody's record in the register
  'case',
  'receipt',
  'application', // what was applied for, opened from its seal
  'photo',
  'parcel',
  'progress', // a case, by its number and the end of the identity number
  'list', // many, masked
  'export', // many, as a file
  'replay', // cases whose outcome would differ
  'own-file', // the list of readings itself
  'audit', // the readings of somebody or of an officer
  'representation', // who may act for whom, masked; whether a name and a number belong together
] as const
export type ReadWhat = (typeof READ_WHATS)[number]

/** What came of it: an attempt that showed nothing is kept too. */
export const READ_OUTCOMES = ['shown', 'refused', 'not-found', 'slowed'] as const
export type ReadOutcome = (typeof READ_OUTCOMES)[number]

/** The person whose data was read. */
export interface Subject {
  readonly prefecture: string
  readonly personId: Uuid
}

/** What is about to be shown, or was refused. */
export interface Reading {
  /** null: nobody in particular (a list), or nobody found. */
  readonly subject: Subject | null
  readonly what: ReadWhat
  readonly outcome: ReadOutcome
  readonly caseNumber?: string | null
  readonly purpose?: ReadPurpose | null
  /** In the reader's own words. */
  readonly note?: string | null
  /** The items that were shown whole; nothing: all of it masked. */
  readonly fields?: readonly string[]
  /** How many people or cases a list showed. */
  readonly count?: number
}

/** A reading as it is kept. */
export interface KeptReading extends Required<Omit<Reading, 'subject'>> {
  readonly prefecture: string
  readonly id: Uuid
  readonly at: Instant
  readonly personId: Uuid | null
  readonly actor: string
  readonly role: string
  readonly organ: string | null
  /** 警号, where the reader is an officer. */
  readonly officer: string | null
  /** For whom, on what consent, as events carry it; null: for nobody else. */
  readonly onBehalfOf: string | null
  readonly requestId: string
}

export const FLAG_KINDS = ['bulk', 'off-hours', 'own-record', 'own-household', 'many-refused'] as const
export type FlagKind = (typeof FLAG_KINDS)[number]

export interface Officer {
  /** 警号 */
  readonly number: string
  /** What sessions, events and readings name. */
  readonly actorId: string
  readonly organ: string
  readonly role: Role
  readonly status: 'active' | 'retired'
  /** Their own record, so that looking oneself up is noticed; null when it isn't known. */
  readonly personId: Uuid | null
  readonly version: number
}
