/**
 * Who may act. A person is known here only by an opaque id; everything else that `can` needs comes as facts.
 */
export const ROLES = [
  'resident', // 居民: oneself
  'station-officer', // 派出所民警: accepts and hands over at one organ
  'referral-reviewer', // 人工核查民警: decides what the automatic review referred
  'factory-worker', // 制证人员: batches, blanks, quality
  'dispatcher', // 分发人员: routes, parcels
  'supervisor', // 监督人员: promises kept, alarms, within the organ's jurisdiction
  'administrator', // 系统管理员: settings, calendar notices; reads no cases
  'partner', // 外部系统: courier, card line, by their own credentials
] as const

export type Role = (typeof ROLES)[number]

export interface Actor {
  readonly id: string
  readonly role: Role
  /** The organ for which an officer acts; null for residents and partners. */
  readonly organ: string | null
  /** The resident's record; null for everyone else. */
  readonly personId: string | null
}

/** What is to be done; each concept adds its own line to the table in `rules`. */
export type Action =
  | 'case.submit'
  | 'case.read'
  | 'case.list'
  | 'case.settle-fee'
  | 'case.supply-materials'
  | 'case.hand-over'
  | 'case.withdraw'
  | 'case.decide-referral'
  | 'case.second-look'
  | 'review.replay'
  | 'review.configure'
  | 'person.find'
  | 'photo.upload'
  | 'production.read'
  | 'production.work'
  | 'delivery.read'
  | 'delivery.work'
  | 'supervision.read'
  | 'calendar.import'
  | 'partner.report'

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
}
