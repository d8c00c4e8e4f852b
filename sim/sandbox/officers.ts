import { type Actor, ROLES } from '#account/model.ts'
import type { Places } from '#place/model.ts'
import { findOrgan, headOf, productionCentres } from '#place/rules/organs.ts'

/** Somebody whom the sandbox lets act. */
export interface SandboxOfficer {
  readonly actor: Actor
  readonly shownName: string
}

/** Where somebody with a role works when no organ is named. */
export function usualOrgan(places: Places, role: Actor['role']): string | null {
  if (role === 'factory-worker' || role === 'dispatcher') return productionCentres(places)[0]?.organ ?? null
  return AT_THE_PROVINCE.has(role) ? headOf(places, '2200').code : null
}

const AT_THE_PROVINCE: ReadonlySet<Actor['role']> = new Set<Actor['role']>([
  ...(['supervisor', 'referral-reviewer', 'auditor', 'hotline-agent', 'administrator', 'security-administrator', 'audit-administrator'] as const),
])

export function roleAt(places: Places, role: Actor['role'], organ: string | null, nth = '1'): SandboxOfficer {
  const name = organ === null ? undefined : findOrgan(places, organ)?.name.zh
  return { actor: { id: `${role}:${organ ?? 'province'}:${nth}`, role, organ, personId: null }, shownName: `${name ?? '吉林'} 测试${nth}` }
}

/** An officer's id says role, organ and which one: `station-officer:220102500100:2`. It is the number by which the sandbox knows them, too. */
export function findOfficer(places: Places, id: string): SandboxOfficer | undefined {
  const [role, organ, nth] = id.split(':')
  if (!(ROLES as readonly (string | undefined)[]).includes(role) || organ === undefined || !findOrgan(places, organ) || !/^\d{1,4}$/.test(nth ?? '1'))
    return undefined
  return roleAt(places, role as Actor['role'], organ, nth ?? '1')
}

const SHOWN_ROLES = ROLES.filter((role) => !['resident', 'guardian', 'agent', 'partner', 'kiosk', 'department-verifier'].includes(role))

/** For the identity platform's stand-in: by a whole number, or one of each role. */
export function searchOfficers(places: Places, search: string): readonly { readonly officerNumber: string; readonly name: string }[] {
  const one = findOfficer(places, search.trim())
  const found = one !== undefined ? [one] : SHOWN_ROLES.map((role) => roleAt(places, role, usualOrgan(places, role) ?? STATION))
  return found.map(({ actor, shownName }) => ({ officerNumber: actor.id, name: shownName }))
}

/** 长春's first: where a station's officers are shown when nobody was asked for. */
const STATION = '220102500100'
