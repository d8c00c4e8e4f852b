import type { Action, Actor, Column, Level, Resource } from '#account/model.ts'
import { covers } from '#account/rules/representation.ts'

type Check = (actor: Actor, resource: Resource, action: Action) => boolean

const no: Check = () => false
/** Anything: the province, or what has no owner. */
const all: Check = () => true
/** Oneself. */
const self: Check = (actor, { personId }) => actor.personId !== null && personId === actor.personId
/** Whoever the actor stands for, as far as that goes. */
const rep: Check = ({ represents }, { personId, service }, action) =>
  represents !== undefined && personId === represents.personId && covers(represents.scope, action, service ?? null)
/** At their own organ. */
const org: Check = (actor, { organ }) => actor.organ !== null && organ === actor.organ
/** Their own organ's, or any under it; also what one of these signs. */
const jur: Check = (_actor, { organ, issuer, jurisdiction }) =>
  jurisdiction !== undefined && ((organ != null && jurisdiction.has(organ)) || (issuer != null && jurisdiction.has(issuer)))
/** Of what their own organ signs, or one under it: a matter of the bureau that signs the card (居民身份证法 8). */
const sig: Check = (_actor, { issuer, jurisdiction }) => issuer != null && jurisdiction?.has(issuer) === true
/** In their jurisdiction, and not accepted by themselves. */
const oth: Check = (actor, resource, action) => jur(actor, resource, action) && resource.acceptedBy !== actor.id
/** At their own organ, and not the one whom it is about. */
const oto: Check = (actor, resource, action) => org(actor, resource, action) && resource.acceptedBy !== actor.id

/** One cell for each of `COLUMNS`, in their order: a new role doesn't compile before every action has decided on it. */
type Row = readonly [
  ...[resident: Check, guardian: Check, agent: Check],
  ...[station: Check, household: Check, reviewer: Check, factory: Check, dispatcher: Check, plates: Check, hall: Check, hotline: Check],
  ...[department: Check, auditor: Check, supStation: Check, supCounty: Check, supPrefecture: Check, supProvince: Check],
  ...[system: Check, security: Check, audit: Check, partner: Check, kiosk: Check],
]

/**
 * Who may do what, as one table. Acceptance is province-wide, reading is not: a station reads the cases that it accepted or holds a
 * card for, and opens a person's record for a purpose that it states. The three administrators read no case (等保 8.1.4.2 d).
 */
// biome-ignore format: a table is read by its columns
const PERMITTED: Readonly<Record<Action, Row>> = {
  //                       resident           officers                                          department    supervisors          administrators
  //                       res   gua  age     sta  hou  ref  fac  dis  pla  hal  hot            dep  aud      sta  cou  pre  pro   sys  sec  adt  par  kio
  'case.submit':           [self, no,  no,     all, no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'case.read':             [self, rep, rep,   org, org, jur, no,  no,  no,  no,  no,            no,  no,      jur, jur, jur, jur,  no,  no,  no,  no,  no],
  'case.list':             [no,  no,  no,     org, org, jur, no,  no,  no,  no,  no,            no,  no,      jur, jur, jur, jur,  no,  no,  no,  no,  no],
  'case.settle-fee':       [no,  no,  no,     org, no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'case.supply-materials': [no,  no,  no,     org, no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'case.hand-over':        [no,  no,  no,     org, no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'case.withdraw':         [self, rep, no,    org, no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'case.decide-referral':  [no,  no,  no,     no,  no,  oth, no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'case.extend-limit':     [no,  no,  no,     no,  no,  sig, no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'case.second-look':      [no,  no,  no,     no,  no,  oth, no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'review.replay':         [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      all, all, all, all,  all, no,  no,  no,  no],
  'review.configure':      [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   all, no,  no,  no,  no],
  'person.find':           [no,  no,  no,     all, all, no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'register.correct':      [no,  no,  no,     no,  org, no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'photo.upload':          [no,  no,  no,     all, no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'photo.read':            [no,  no,  no,     org, no,  jur, no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'payment.pay':           [self, no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'payment.reconcile':     [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  all,  no,  no,  no,  no,  no],
  'production.read':       [no,  no,  no,     no,  no,  no,  all, all, no,  no,  no,            no,  no,      all, all, all, all,  no,  no,  no,  no,  no],
  'production.work':       [no,  no,  no,     no,  no,  no,  all, no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'delivery.read':         [no,  no,  no,     org, no,  no,  no,  all, no,  no,  no,            no,  no,      jur, jur, jur, jur,  no,  no,  no,  no,  no],
  'delivery.work':         [no,  no,  no,     no,  no,  no,  no,  all, no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'supervision.read':      [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  all, all,  no,  no,  no,  no,  no],
  'outbox.take-up':        [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   all, no,  no,  no,  no],
  'calendar.import':       [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   all, no,  no,  no,  no],
  'partner.report':        [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  all,  no],
  'reading.own':           [self, rep, no,    no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'reading.audit':         [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  all,     no,  no,  no,  no,   no,  no,  all, no,  no],
  'reading.review':        [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  all,     no,  no,  no,  no,   no,  no,  no,  no,  no],
  'reading.withhold':      [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  jur, jur, jur,  no,  no,  no,  no,  no],
  'officer.read':          [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  all,     no,  no,  no,  no,   no,  all, all, no,  no],
  'officer.appoint':       [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  all, no,  no,  no],
  'officer.retire':        [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  all, no,  no,  no],
  'passkey.issue-code':   [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  all, no,  no,  no],
  'client-key.manage':    [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  all, no,  no,  no],
  'privacy.own':           [self, rep, no,    no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'privacy.hold':          [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  all, no,  no,  no],
  'privacy.delete':        [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  all, no,  no,  no],
  'representation.own':    [self, no, no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'representation.grant':  [self, no, no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'representation.claim':  [self, no, no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'representation.record': [no,  no,  no,     all, all, no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'rating.give':           [self, no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      no,  no,  no,  no,   no,  no,  no,  no,  no],
  'rating.read':           [no,  no,  no,     org, org, no,  no,  no,  no,  org, no,            no,  no,      jur, jur, jur, jur,  no,  no,  no,  no,  no],
  'rectification.assign':  [no,  no,  no,     no,  no,  no,  no,  no,  no,  org, no,            no,  no,      jur, jur, jur, jur,  no,  no,  no,  no,  no],
  'rectification.record':  [no,  no,  no,     org, org, no,  no,  no,  no,  org, no,            no,  no,      jur, jur, jur, jur,  no,  no,  no,  no,  no],
  'rectification.call-back': [no,  no,  no,     oto, oto, no,  no,  no,  no,  oto, no,            no,  no,      oth, oth, oth, oth,  no,  no,  no,  no,  no],
  'rectification.close':   [no,  no,  no,     no,  no,  no,  no,  no,  no,  no,  no,            no,  no,      oth, oth, oth, oth,  no,  no,  no,  no,  no],
}

/** By the zeros that a code ends with: province two digits, prefecture four, county six; everything else is a station's or a hall's. */
export function levelOf(organ: string): Level {
  if (/0{10}$/.test(organ)) return 'province'
  if (/0{8}$/.test(organ)) return 'prefecture'
  return /0{6}$/.test(organ) ? 'county' : 'station'
}

const INDEX: Readonly<Record<Column, number>> = {
  ...{ resident: 0, guardian: 1, agent: 2 },
  ...{ 'station-officer': 3, 'household-officer': 4, 'referral-reviewer': 5, 'factory-worker': 6, dispatcher: 7 },
  ...{ 'plate-shop': 8, 'hall-manager': 9, 'hotline-agent': 10, 'department-verifier': 11, auditor: 12 },
  ...{ 'supervisor-station': 13, 'supervisor-county': 14, 'supervisor-prefecture': 15, 'supervisor-province': 16 },
  ...{ administrator: 17, 'security-administrator': 18, 'audit-administrator': 19, partner: 20, kiosk: 21 },
}

/** A supervisor without an organ supervises nothing above a station. */
export const columnOf = ({ role, organ }: Actor): Column => (role === 'supervisor' ? `supervisor-${organ === null ? 'station' : levelOf(organ)}` : role)

/** Whether the actor may do this to that. Total and pure; the second wall stands in the database. */
export function can(actor: Actor | null, action: Action, resource: Resource = {}): boolean {
  if (actor === null) return false
  const cell = PERMITTED[action][INDEX[columnOf(actor)]]
  return cell?.(actor, resource, action) ?? false
}
