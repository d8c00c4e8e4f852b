import type { Action, Role } from '#account/model.ts'
import type { LeftOut } from '#account/rules/guards.ts'
import { isStaff, type SignInMethod } from '#account/rules/sessions.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Instant, plusMinutes } from '#kernel/time.ts'

/**
 * How surely the platform knows that somebody is who they say: its own terms (实名等级) and the values of `acr` that it sends for them.
 * Interpretation: the platform's document is not public; a deployer puts its values here.
 */
export const LEVELS = [
  { level: 1, acr: 'urn:yitang:real-name:1', words: { zh: '初级实名（姓名和号码已核对）', en: 'level 1: name and number were checked' } },
  { level: 2, acr: 'urn:yitang:real-name:2', words: { zh: '中级实名（另核对了本人手机号）', en: 'level 2: and a phone in their own name' } },
  { level: 3, acr: 'urn:yitang:real-name:3', words: { zh: '高级实名（另核验了本人到场）', en: 'level 3: and that it is really them' } },
] as const satisfies readonly { readonly level: number; readonly acr: string; readonly words: Sentence }[]

export type AssuranceLevel = (typeof LEVELS)[number]['level']

/** What `can` permits to some, and what everybody does with their own account. */
export type Guarded = Action | 'passkey.enrol' | 'passkey.revoke' | 'session.end-others' | 'client-key.manage'

/** What the platform said; an unknown value is no level. */
export const levelOfAcr = (acr: string | undefined): AssuranceLevel | null => LEVELS.find((one) => one.acr === acr)?.level ?? null
/** The values that suffice, the least first. */
export const acrsFrom = (level: AssuranceLevel): readonly string[] => LEVELS.filter((one) => one.level >= level).map(({ acr }) => acr)

/** Below it nobody is let in: the register is not asked for somebody whose name nobody checked. Estimate. */
export const LEAST_LEVEL: AssuranceLevel = 1

/** What needs more than the least. Estimate: what ends a right or moves money is asked of somebody who was surely there. */
const LEVEL_NEEDED: Readonly<Partial<Record<Guarded, AssuranceLevel>>> = {
  'case.withdraw': 2,
  'representation.grant': 2,
}

/** What can do great harm in the wrong hands, or can't be taken back: whoever does it has just shown that they are there. Estimate. */
const GRAVE: ReadonlySet<Guarded> = new Set<Guarded>([
  'case.withdraw',
  'representation.grant',
  'review.configure',
  'calendar.import',
  'passkey.enrol',
  'passkey.revoke',
  'officer.appoint',
  'officer.retire',
  'passkey.issue-code',
  'client-key.manage',
])

/** An authentication is fresh for so long. */
export const FRESH_MINUTES = 5

export interface Strength {
  readonly role: Role
  readonly method: SignInMethod
  readonly level: number | null
  readonly authenticatedAt: Instant
}

export type StrengthProblem =
  | { readonly type: 'step-up-needed'; readonly acr: readonly string[] }
  | { readonly type: 'reauthentication-needed'; readonly maxAgeSeconds: number }

/**
 * Why somebody who may do it must first show more of themselves; undefined: nothing is missing. The sandbox's quick sign-in and a
 * program's own key are judged by `can` alone: the one is nobody's authentication, and the other's is never older than its session.
 */
export function strengthProblem(strength: Strength, action: Guarded, at: Instant, without?: LeftOut): StrengthProblem | undefined {
  if (strength.method !== 'identity') return undefined
  const needed = LEVEL_NEEDED[action]
  if (needed !== undefined && !isStaff(strength.role) && (strength.level ?? 0) < needed) return { type: 'step-up-needed', acr: acrsFrom(needed) }
  if (without?.has('fresh-proof') !== true && GRAVE.has(action) && plusMinutes(strength.authenticatedAt, FRESH_MINUTES) <= at)
    return { type: 'reauthentication-needed', maxAgeSeconds: FRESH_MINUTES * 60 }
  return undefined
}
