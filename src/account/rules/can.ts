import type { Action, Actor, Resource, Role } from '#account/model.ts'

type Check = (actor: Actor, resource: Resource) => boolean

const anywhere: Check = () => true
const atTheirOrgan: Check = (actor, { organ }) => actor.organ !== null && organ === actor.organ
const oneself: Check = (actor, { personId }) => actor.personId !== null && personId === actor.personId
const inJurisdiction: Check = (_actor, { organ, issuer, jurisdiction }) =>
  jurisdiction !== undefined && ((organ != null && jurisdiction.has(organ)) || (issuer != null && jurisdiction.has(issuer)))
const notTheirOwnCase: Check = (actor, resource) => inJurisdiction(actor, resource) && resource.acceptedBy !== actor.id

/**
 * Who may do what, as one table: an action that a role doesn't name is forbidden to it.
 * Acceptance is province-wide, reading is not: a station reads the cases that it accepted or holds a card for.
 */
const PERMITTED: Readonly<Record<Action, Partial<Readonly<Record<Role, Check>>>>> = {
  'case.submit': { 'station-officer': anywhere },
  'case.read': { resident: oneself, 'station-officer': atTheirOrgan, 'referral-reviewer': inJurisdiction, supervisor: inJurisdiction },
  'case.list': { 'station-officer': atTheirOrgan, 'referral-reviewer': inJurisdiction, supervisor: inJurisdiction },
  'case.settle-fee': { 'station-officer': atTheirOrgan },
  'case.supply-materials': { 'station-officer': atTheirOrgan },
  'case.hand-over': { 'station-officer': atTheirOrgan },
  'case.withdraw': { resident: oneself, 'station-officer': atTheirOrgan },
  'case.decide-referral': { 'referral-reviewer': notTheirOwnCase },
  'case.second-look': { 'referral-reviewer': notTheirOwnCase },
  'review.replay': { administrator: anywhere, supervisor: anywhere },
  'review.configure': { administrator: anywhere },
  'person.find': { 'station-officer': anywhere },
  'photo.upload': { 'station-officer': anywhere },
  'production.read': { 'factory-worker': anywhere, dispatcher: anywhere, supervisor: anywhere },
  'production.work': { 'factory-worker': anywhere },
  'delivery.read': { dispatcher: anywhere, supervisor: inJurisdiction, 'station-officer': atTheirOrgan },
  'delivery.work': { dispatcher: anywhere },
  'supervision.read': { supervisor: anywhere },
  'calendar.import': { administrator: anywhere },
  'partner.report': { partner: anywhere },
}

/** Whether the actor may do this to that. Total and pure; the second wall stands in the database. */
export function can(actor: Actor | null, action: Action, resource: Resource = {}): boolean {
  if (actor === null) return false
  return PERMITTED[action][actor.role]?.(actor, resource) ?? false
}
