import type { Representation } from '#account/model.ts'
import { agencyOf, CONSENT_OF, type Consent, covers, onBehalfText, representationProblem } from '#account/rules/representation.ts'
import { type StandingProblem, standingProblem } from '#account/rules/standing.ts'
import type { CaseCommand } from '#case/model.ts'
import type { Day, Instant } from '#kernel/time.ts'
import type { AgencyProblem, GuardianRelation } from '#person/model.ts'
import type { Person } from '#register/model.ts'

interface NamedGuardian {
  readonly relation: string
}

/** Why this guardian may not apply for this person: whoever may act alone has none. A guardian whom the register lacks is referred. */
export function guardianProblem(on: Day, person: Person, named: NamedGuardian | undefined, guardian: Person | null | undefined): AgencyProblem | undefined {
  if (!named || !guardian) return undefined
  const found = representationProblem(
    'id-card-renewal',
    { kind: 'guardian', personId: guardian.id, relation: named.relation as GuardianRelation },
    {
      on,
      principal: { personId: person.id, birth: person.birth, capacity: {} },
      acting: { personId: guardian.id, birth: guardian.birth, capacity: {} },
    },
  )
  // Everything else that may be wrong with a guardian has a check of its own, which a person can look into.
  return found === 'guardian-not-needed' ? found : undefined
}

export type AgentProblem =
  | { readonly code: 'another-person' | 'beyond-consent' | StandingProblem }
  | { readonly code: 'agent-not-allowed'; readonly basis: string }

/** Why whoever shows this power of attorney, or this consent, may not apply for this person; undefined: they may, or nobody shows any. */
export function agentProblem(
  { service, representation }: { readonly service: string; readonly representation?: string | undefined },
  person: Person,
  shown: Representation | null,
  at: Instant,
): AgentProblem | undefined {
  if (representation === undefined) return undefined
  if (shown === null || shown.personId !== person.id || shown.kind === 'guardian') return { code: 'another-person' }
  const { proxy, basis } = agencyOf(service)
  if (!proxy) return { code: 'agent-not-allowed', basis }
  const registered = {
    prefecture: person.prefecture,
    personId: person.id,
    shown: '',
    birth: person.birth,
    guardians: person.guardians,
    valid: person.status === 'valid',
  }
  const over = standingProblem(shown, registered, at)
  if (over) return { code: over }
  return covers(shown.scope, 'case.submit', service) ? undefined : { code: 'beyond-consent' }
}

/** By an officer for the person who stands there, or whom a guardian stands for; null for what is nobody's behalf. */
export function submittedOnBehalf(
  role: string,
  person: Person,
  named: NamedGuardian | undefined,
  guardian: Person | null | undefined,
  shown: Representation | null = null,
): string | null {
  if (!OFFICERS.has(role)) return null
  if (shown !== null) return onBehalfText({ personId: person.id, consent: CONSENT_OF[shown.kind], shownBy: shown.id })
  const consent: Consent = !named ? 'in-person' : guardian && person.guardians.includes(guardian.id) ? 'guardian-registered' : 'guardian-shown'
  return onBehalfText({ personId: person.id, consent, shownBy: named && guardian ? guardian.id : null })
}

/** What the person, or somebody for them, has an officer do at the window; what officers decide by themselves is nobody's behalf. */
export function doneOnBehalf(role: string, personId: string, command: CaseCommand): string | null {
  if (!OFFICERS.has(role)) return null
  const consent = command.type === 'HandOver' ? HANDED_TO[command.to] : AT_THE_WINDOW.has(command.type) ? 'in-person' : null
  return consent === null ? null : onBehalfText({ personId, consent, shownBy: null })
}

const OFFICERS: ReadonlySet<string> = new Set(['station-officer', 'household-officer'])
const HANDED_TO: Readonly<Record<Extract<CaseCommand, { type: 'HandOver' }>['to'], Consent | null>> = {
  self: 'in-person',
  guardian: 'guardian-shown',
  proxy: 'power-of-attorney',
  address: null,
}
const AT_THE_WINDOW: ReadonlySet<CaseCommand['type']> = new Set<CaseCommand['type']>(['SettleFee', 'SupplyMaterials', 'Withdraw'])
