import type { Sentence } from '#kernel/language.ts'
import type { Day } from '#kernel/time.ts'

/** 公民身份号码, GB 11643-1999: 18 characters, the last a digit or a capital X. One for life (居民身份证法 3). */
export type IdentityNumber = string & { readonly __identityNumber: true }

export type Sex = 'male' | 'female'

export type IdentityProblem = 'empty' | 'fifteen-digit' | 'characters' | 'length' | 'region' | 'birth-date' | 'born-in-future' | 'check-character'

/**
 * The region is where the person was first registered and never changes, so a county that no longer exists, or that
 * our tables don't know, is no error.
 */
export type IdentityWarning =
  | { readonly code: 'region-abolished'; readonly region: string; readonly name: Sentence; readonly successor: string }
  | { readonly code: 'region-unknown'; readonly region: string }

export interface IdentityFacts {
  readonly number: IdentityNumber
  readonly birth: Day
  readonly sex: Sex
  /** Six digits: the division at first registration. */
  readonly region: string
}

export type ParsedIdentityNumber =
  | ({ readonly ok: true; readonly warnings: readonly IdentityWarning[] } & IdentityFacts)
  | { readonly ok: false; readonly problem: IdentityProblem }

/** 民事行为能力, 民法典 17–23. */
export type Capacity = 'none' | 'limited' | 'full'

export interface CapacityFacts {
  /** 16 or 17 and living mainly on one's own earnings (民法典 18). */
  readonly selfSupporting?: boolean
  /** What a court has found about an adult (民法典 21, 22, 24). */
  readonly courtFinding?: 'none' | 'limited'
}

/** Who may be a guardian: 民法典 27 for minors, 28 for adults, 32 for organisations. */
export type GuardianRelation = 'parent' | 'spouse' | 'child' | 'grandparent' | 'sibling' | 'other-relative' | 'other-person' | 'organisation'

/** 授权委托书 (民法典 165): in writing, with the matters it covers and its term. */
export interface PowerOfAttorney {
  /** The uploaded paper. */
  readonly attachmentId: string
  readonly signedOn: Day
  /** The ids of the services it covers; empty when it covers whatever the person may ask for. */
  readonly services: readonly string[]
  /** Its last day; null when it names none. */
  readonly validTo: Day | null
}

/** Who acts in place of the person whose matter it is. `personId` is opaque here. */
export type Agent =
  | { readonly kind: 'guardian'; readonly personId: string; readonly relation: GuardianRelation }
  | { readonly kind: 'proxy'; readonly personId: string; readonly powerOfAttorney: PowerOfAttorney }
  | { readonly kind: 'officer-on-behalf'; readonly officerId: string; readonly organ: string; readonly reason: Sentence }

export interface AgencyFacts {
  readonly on: Day
  readonly serviceId: string
  /** Whether the law lets anybody but the person act (机动车登记规定 86, 机动车驾驶证申领和使用规定 105 name what it doesn't). */
  readonly agentAllowed: boolean
  readonly principal: { readonly personId: string; readonly birth: Day; readonly capacity: CapacityFacts }
  /** What is known about the acting person; absent for an officer and for an organisation. */
  readonly acting?: { readonly personId: string; readonly birth: Day; readonly capacity: CapacityFacts }
}

export type AgencyProblem =
  | 'agent-not-allowed'
  | 'own-agent'
  | 'agent-unknown'
  | 'agent-without-capacity'
  | 'guardian-not-needed'
  | 'guardian-required'
  | 'power-of-attorney-not-yet'
  | 'power-of-attorney-expired'
  | 'power-of-attorney-other-matter'
