import { identityCheckCharacter } from '#kernel/check-digits.ts'
import { type Day, isDay, plusYears, yearOf } from '#kernel/time.ts'
import { halfWidth, typedNumber } from '#kernel/typed-text.ts'
import abolished from '#person/data/abolished-regions.json' with { type: 'json' }
import type {
  AgencyFacts,
  AgencyProblem,
  Agent,
  Capacity,
  CapacityFacts,
  IdentityNumber,
  IdentityProblem,
  IdentityWarning,
  ParsedIdentityNumber,
  Sex,
} from '#person/model.ts'

/** The first two digits of GB/T 2260, and 81–83, which residence permits of people from Hong Kong, Macao and Taiwan carry. */
const PROVINCES = new Set('11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '))

/** Nobody who was alive when the numbers began (1984) was born before: interpretation, to catch a mistyped century. */
const EARLIEST_BIRTH_YEAR = 1870

/**
 * Reads an identity number as people type it. Full-width digits and letters, a small x, and spaces or dashes anywhere
 * are normalised and not refused: they never stand for another number. A Cyrillic or multiplication x is refused.
 * @param facts.on the day of reading: who was born after it is not born yet.
 * @param facts.knownRegions the divisions in force (six digits each); with them an unknown county gives a warning.
 */
export function parseIdentityNumber(text: string, facts: { readonly on?: Day; readonly knownRegions?: ReadonlySet<string> } = {}): ParsedIdentityNumber {
  const number = typedNumber(text)
  const problem = problemOfForm(number) ?? problemOfContent(number, facts.on)
  if (problem !== undefined) return { ok: false, problem }
  const region = number.slice(0, 6)
  return { ok: true, ...factsOfNumber(number as IdentityNumber), warnings: regionWarnings(region, facts.knownRegions) }
}

function problemOfForm(number: string): IdentityProblem | undefined {
  if (number === '') return 'empty'
  if (/^\d{15}$/.test(number)) return 'fifteen-digit'
  if (!/^\d*X?$/.test(number)) return 'characters'
  return number.length === 18 ? undefined : 'length'
}

function problemOfContent(number: string, on: Day | undefined): IdentityProblem | undefined {
  if (!PROVINCES.has(number.slice(0, 2))) return 'region'
  const birth = birthText(number)
  if (!isDay(birth) || yearOf(birth) < EARLIEST_BIRTH_YEAR) return 'birth-date'
  if (on !== undefined && birth > on) return 'born-in-future'
  return identityCheckCharacter(number) === number.charAt(17) ? undefined : 'check-character'
}

const birthText = (number: string): string => `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`

/** What a number that is known to be right says by itself. */
export const factsOfNumber = (number: IdentityNumber): { number: IdentityNumber; birth: Day; sex: Sex; region: string } => ({
  number,
  birth: birthText(number) as Day,
  sex: Number(number.charAt(16)) % 2 === 1 ? 'male' : 'female',
  region: number.slice(0, 6),
})

function regionWarnings(region: string, known: ReadonlySet<string> | undefined): readonly IdentityWarning[] {
  if (known?.has(region)) return []
  const former = abolished.regions.find((entry) => entry.code === region)
  if (former) return [{ code: 'region-abolished', region, name: former.name, successor: former.successor }]
  return known === undefined ? [] : [{ code: 'region-unknown', region }]
}

/**
 * A valid number for a synthetic person. The caller marks the person as synthetic: the number itself can't say it.
 * @param parts.sequence 1 to 999; odd for men, even for women.
 * @throws RangeError when a part is out of range.
 */
export function makeIdentityNumber(parts: { readonly region: string; readonly birth: Day; readonly sequence: number }): IdentityNumber {
  const { region, birth, sequence } = parts
  if (!/^\d{6}$/.test(region) || !PROVINCES.has(region.slice(0, 2))) throw new RangeError(`not a region: ${region}`)
  if (!isDay(birth) || yearOf(birth) < EARLIEST_BIRTH_YEAR) throw new RangeError(`not a day of birth: ${birth}`)
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 999) throw new RangeError(`not a sequence from 1 to 999: ${sequence}`)
  const first17 = `${region}${birth.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`
  return `${first17}${identityCheckCharacter(first17)}` as IdentityNumber
}

/** The sequence of the n-th boy or girl of a day and region, n from 0 to 498. */
export const sequenceOf = (sex: Sex, n: number): number => (sex === 'male' ? 2 * n + 1 : 2 * n + 2)

/**
 * The day on which an age is reached: the birthday itself (administrative practice; interpretation), and the last day
 * of February for who was born on 29 February when the year has none (民法典 202, by analogy; interpretation).
 */
export const dayOfAge = (birth: Day, age: number): Day => plusYears(birth, age)

/** 周岁: whole years on a day. @throws RangeError when the day lies before the birth. */
export function ageOn(birth: Day, on: Day): number {
  if (on < birth) throw new RangeError(`${on} lies before the birth`)
  const years = yearOf(on) - yearOf(birth)
  return dayOfAge(birth, years) <= on ? years : years - 1
}

export const isAdultOn = (birth: Day, on: Day): boolean => ageOn(birth, on) >= 18

/** 老年人: 60 周岁 and over (老年人权益保障法 2). */
export const isElderlyOn = (birth: Day, on: Day): boolean => ageOn(birth, on) >= 60

/** 民法典 17–22: under 8 none, 8 to 17 limited (16 and 17 on own earnings: full), from 18 full unless a court found otherwise. */
export function capacityOn(birth: Day, on: Day, facts: CapacityFacts = {}): Capacity {
  const age = ageOn(birth, on)
  if (age < 8) return 'none'
  if (age < 18) return facts.courtFinding === 'none' ? 'none' : age >= 16 && facts.selfSupporting === true ? 'full' : 'limited'
  return facts.courtFinding ?? 'full'
}

/** Why this agent may not act in this matter on this day; undefined when the agent may (行政许可法 29; 民法典 23, 163–165). */
export function agencyProblem(agent: Agent, facts: AgencyFacts): AgencyProblem | undefined {
  const principal = capacityOn(facts.principal.birth, facts.on, facts.principal.capacity)
  switch (agent.kind) {
    case 'officer-on-behalf':
      return undefined
    case 'guardian':
      return guardianProblem(agent, facts, principal)
    case 'proxy':
      return facts.agentAllowed ? proxyProblem(agent, facts, principal) : 'agent-not-allowed'
  }
}

// A guardian is the statutory agent: what only the person may do, the guardian does for who has no full capacity.
function guardianProblem(agent: Extract<Agent, { kind: 'guardian' }>, facts: AgencyFacts, principal: Capacity): AgencyProblem | undefined {
  if (principal === 'full') return 'guardian-not-needed'
  if (agent.relation === 'organisation') return undefined
  return actingPersonProblem(agent.personId, facts)
}

function proxyProblem(agent: Extract<Agent, { kind: 'proxy' }>, facts: AgencyFacts, principal: Capacity): AgencyProblem | undefined {
  if (principal !== 'full') return 'guardian-required'
  const { signedOn, validTo, services } = agent.powerOfAttorney
  if (facts.on < signedOn) return 'power-of-attorney-not-yet'
  if (validTo !== null && facts.on > validTo) return 'power-of-attorney-expired'
  if (services.length > 0 && !services.includes(facts.serviceId)) return 'power-of-attorney-other-matter'
  return actingPersonProblem(agent.personId, facts)
}

function actingPersonProblem(personId: string, { acting, principal, on }: AgencyFacts): AgencyProblem | undefined {
  if (personId === principal.personId) return 'own-agent'
  if (acting === undefined || acting.personId !== personId) return 'agent-unknown'
  return acting.birth <= on && capacityOn(acting.birth, on, acting.capacity) === 'full' ? undefined : 'agent-without-capacity'
}

/** `220***********1234`: three, eleven hidden, four. */
export const maskIdentityNumber = (number: string): string =>
  number.length === 18 ? `${number.slice(0, 3)}${'*'.repeat(11)}${number.slice(14)}` : '*'.repeat(number.length)

/** `张*`: the first character, and one star whatever the length. */
export function maskName(name: string): string {
  const [first] = halfWidth(name).trim()
  return first === undefined ? '' : `${first}*`
}

/** `138****5678` for a mobile number with or without +86; of any other only the last two digits. */
export function maskPhone(phone: string): string {
  const digits = halfWidth(phone).replace(/\D/g, '')
  const local = digits.length === 13 && digits.startsWith('86') ? digits.slice(2) : digits
  if (local.length === 11) return `${local.slice(0, 3)}****${local.slice(7)}`
  return local.length < 6 ? '*'.repeat(local.length) : `${'*'.repeat(local.length - 2)}${local.slice(-2)}`
}

/** Beside a masked number the day of birth leaves about five candidates, so no part of it is shown. */
export const maskBirth = (_birth: Day): string => '****-**-**'

/** `吉林省****`: beside a masked number the county would complete it, so only the province is left. */
export function maskAddress(address: string): string {
  const province = /^(?:.{2,7}?(?:省|自治区|特别行政区)|北京市|上海市|天津市|重庆市)/u.exec(address.trim())
  return address.trim() === '' ? '' : `${province?.[0] ?? ''}****`
}

/** Masks all of what identifies a person at once, since one unmasked part undoes the mask of another. */
export function maskPerson<
  T extends { readonly name: string; readonly identityNumber: string; readonly birth?: Day; readonly address?: string; readonly phone?: string },
>(person: T): { name: string; identityNumber: string; birth: string; address: string; phone: string } {
  return {
    name: maskName(person.name),
    identityNumber: maskIdentityNumber(person.identityNumber),
    birth: person.birth === undefined ? '' : maskBirth(person.birth),
    address: maskAddress(person.address ?? ''),
    phone: maskPhone(person.phone ?? ''),
  }
}
