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
  'photo.upload',
  'photo.read',
  'production.read',
  'production.work',
  'delivery.read',
  'delivery.work',
  'supervision.read',
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
  /** Whom the actor may act for in this: the wards of a guardian, whoever gave an agent a power of attorney that covers it. */
  readonly represents?: ReadonlySet<string>
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
