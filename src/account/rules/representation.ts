import type { Action, RepresentationKind, Scope } from '#account/model.ts'
import type { AgencyFacts, AgencyProblem, Agent } from '#person/model.ts'
import { agencyProblem } from '#person/rules.ts'

/** What is done for somebody: what a service applies for, and what is done to a case. */
export const ACTS_FOR_ANOTHER = [
  'id-card-first',
  'id-card-renewal',
  'id-card-replacement',
  'id-card-temporary',
  'id-card-loss-report',
  'id-card-loss-withdrawal',
  'id-card-found-notice',
  'collect-card',
  'withdraw-application',
  'vehicle-certificate-replacement', // 补领机动车登记证书
  'vehicle-co-owner-change', // 共同所有人变更
  'vehicle-destroyed', // 灭失注销
  'vehicle-registration',
  'licence-medical-report', // 提交身体条件证明
] as const
export type ActForAnother = (typeof ACTS_FOR_ANOTHER)[number]

interface Agency {
  /** Whether anybody with a power of attorney may do it. A guardian may always, for whom the law makes them act. */
  readonly proxy: boolean
  readonly basis: string
}

/** An ID card is applied for in person: fingerprints and photo are taken there. The vehicle acts are those that the regulation names. */
export const AGENCY: Readonly<Record<ActForAnother, Agency>> = {
  'id-card-first': { proxy: false, basis: '居民身份证法 3' },
  'id-card-renewal': { proxy: false, basis: '居民身份证法 3' },
  'id-card-replacement': { proxy: false, basis: '居民身份证法 3' },
  'id-card-temporary': { proxy: false, basis: '临时居民身份证管理办法 4' },
  'id-card-loss-report': { proxy: true, basis: '民法典 161' },
  // Interpretation: whoever has the card in hand shows that it is theirs.
  'id-card-loss-withdrawal': { proxy: false, basis: '居民身份证法 15' },
  'id-card-found-notice': { proxy: true, basis: '民法典 161' },
  'collect-card': { proxy: true, basis: '行政许可法 29' },
  'withdraw-application': { proxy: false, basis: '行政许可法 29' },
  'vehicle-certificate-replacement': { proxy: false, basis: '机动车登记规定 86' },
  'vehicle-co-owner-change': { proxy: false, basis: '机动车登记规定 86' },
  'vehicle-destroyed': { proxy: false, basis: '机动车登记规定 86' },
  'vehicle-registration': { proxy: true, basis: '机动车登记规定 86' },
  'licence-medical-report': { proxy: true, basis: '机动车驾驶证申领和使用规定 105' },
}

/** Why this agent may not do this; undefined when the agent may. */
export const representationProblem = (act: ActForAnother, agent: Agent, facts: Omit<AgencyFacts, 'serviceId' | 'agentAllowed'>): AgencyProblem | undefined =>
  agencyProblem(agent, { ...facts, serviceId: act, agentAllowed: AGENCY[act].proxy })

/** On what an act for somebody rests. */
export const CONSENTS = [
  'in-person', // 本人在场，民警帮办
  'guardian-registered', // the register says so
  'guardian-shown', // papers were shown; an officer verifies them
  'power-of-attorney',
  'consent-given', // 本人在网上同意
] as const
export type Consent = (typeof CONSENTS)[number]

/** "By X for Y, on what consent": X is the act's actor. */
export interface OnBehalf {
  readonly personId: string
  readonly consent: Consent
  /** What shows it: the guardian's record, the number of the letter. */
  readonly shownBy: string | null
}

/** As an event carries it: `<person> <consent>` or `<person> <consent>:<what shows it>`. */
export const onBehalfText = ({ personId, consent, shownBy }: OnBehalf): string => `${personId} ${consent}${shownBy === null ? '' : `:${shownBy}`}`

/** Undefined for a text that says nothing of the kind, such as that of an act on somebody's order. */
export function parseOnBehalf(text: string | null): OnBehalf | undefined {
  const [, personId, consent, shownBy] = /^(\S+) ([a-z-]+)(?::(.+))?$/.exec(text ?? '') ?? []
  const known = CONSENTS.find((one) => one === consent)
  return personId === undefined || known === undefined ? undefined : { personId, consent: known, shownBy: shownBy ?? null }
}

/** What each kind of record rests on. */
export const CONSENT_OF: Readonly<Record<RepresentationKind, Consent>> = {
  guardian: 'guardian-registered',
  family: 'consent-given',
  agent: 'power-of-attorney',
}

/** What only shows; everything else changes something. */
const READS: ReadonlySet<Action> = new Set<Action>(['case.read', 'reading.own'])

/** Whether a consent goes so far. One that names its matters covers nothing that isn't one of them (民法典 162, 165). */
export const covers = ({ may, services }: Scope, action: Action, service: string | null): boolean =>
  (may === 'act' || READS.has(action)) && (services.length === 0 || (service !== null && services.includes(service)))

/** What of the API is an act that the rules may keep from agents. */
const ACT_OF: Readonly<Partial<Record<Action, ActForAnother>>> = { 'case.withdraw': 'withdraw-application' }

/** The article that keeps this from whoever has only the person's consent; undefined: nothing does. */
export function forbiddenToAgents(action: Action): { readonly act: ActForAnother; readonly basis: string } | undefined {
  const act = ACT_OF[action]
  return act === undefined || AGENCY[act].proxy ? undefined : { act, basis: AGENCY[act].basis }
}

/** What a service is among these acts; what isn't listed is left to the person (民法典 161). */
export function agencyOf(service: string): Agency {
  const act = ACTS_FOR_ANOTHER.find((one) => one === service)
  return act === undefined ? { proxy: false, basis: '民法典 161' } : AGENCY[act]
}
