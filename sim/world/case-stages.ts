import type { CaseCommand } from '#case/model.ts'
import { foundCardTimers } from '#delivery/commands/found.ts'
import { chaseName } from '#delivery/commands/parcel.ts'
import type { DoorstepFacts, ParcelCommand, Report, TrackingCode } from '#delivery/model.ts'
import { parcelDecider } from '#delivery/rules/parcel.ts'
import { preparationFor } from '#delivery/rules/preparation.ts'
import { postponed } from '#delivery/rules/promise.ts'
import { chaseAt, collectionDay, collectionDayAfter, foundCardDates, laterDay } from '#delivery/rules/schedule.ts'
import { settingsOn } from '#delivery/rules/settings.ts'
import { chaseWords, foundChaseWords, inTransitWords, laterCollectionWords, lateWords } from '#delivery/words.ts'
import { type Day, dayOf, daysBetween, earlier, type Instant, later, plusDays, plusMinutes, timeOn } from '#kernel/time.ts'
import { makeWaybill } from '#partners/courier/waybill.ts'
import { ageOn } from '#person/rules.ts'
import { fullNameOf } from '#place/rules/organs.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { slotStart } from '#production/rules/slots.ts'
import { validToOf } from '#services/id-card/validity.ts'
import { apply, atWork, type CaseLife, type LifeDeps, officerAct, type ParcelLife, systemAct } from '#sim/world/case-lives.ts'
import { openInstant } from '#sim/world/case-plans.ts'
import { comingReport, signedAt } from '#sim/world/under-way.ts'

/** A stage of a case's life: does what has happened by now. Answers false when the case stands there. */
type Stage = (deps: LifeDeps, life: CaseLife) => boolean

const accepting = (life: CaseLife): string => life.state.submission?.organ as string
const lastAt = (life: CaseLife): Instant => (life.stored.at(-1) as { at: Instant }).at

const MEANS = ['wechat', 'wechat', 'wechat', 'alipay', 'alipay', 'card', 'cash'] as const

/** Shares of a hundred (estimates). */
const REJECTED = 9
const MATERIALS = 14

/** 人工核查: a person grants, rejects, or first asks for what is missing. */
export const referred: Stage = (deps, life) => {
  if (life.state.status !== 'reviewing') return true
  const { chance, now } = deps
  const reviewer = (at: Instant): Act => officerAct('referral-reviewer', life.state.referral?.toOrgan as string, at)
  let at = atWork(deps, plusMinutes(lastAt(life), 12 + chance.below(1_300)))
  if (at > now) return false
  const luck = chance.below(100)
  if (luck < REJECTED) {
    apply(deps, life, { type: 'DecideReferral', decision: 'reject', reason: '核对后仍不能确认申请人就是登记的本人。', basis: '居民身份证法 3' }, reviewer(at))
    return false
  }
  if (luck < REJECTED + MATERIALS) {
    const sentence = {
      zh: '请带能证明本人身份的其他证件，例如户口簿或护照。',
      en: 'Bring another document that proves who you are, such as the household booklet or a passport.',
    }
    apply(deps, life, { type: 'RequestMaterials', missing: [{ id: 'identity-proof', sentence }], basis: '行政许可法 32' }, reviewer(at))
    at = atWork(deps, plusMinutes(at, 600 + chance.below(3_400)))
    if (at > now) return false
    apply(deps, life, { type: 'SupplyMaterials', photoDigest: null, note: '已出示户口簿。', checks: [] }, officerAct('station-officer', accepting(life), at))
    at = atWork(deps, plusMinutes(at, 10 + chance.below(90)))
    if (at > now) return false
  }
  apply(deps, life, { type: 'DecideReferral', decision: 'grant', reason: '已与登记的指纹和相片核对，是本人。', basis: '居民身份证法 3' }, reviewer(at))
  return true
}

/** In a thousand; most of them pay on one of the next days, the others think better of it. */
const NOT_PAID_AT_ONCE = 45
const PAY_LATER = 70
const UNPAID_WITHDRAWN_AFTER_DAYS = 9

export const settled: Stage = (deps, life) => {
  const { fee, settlement, status } = life.state
  if (status !== 'granted' || !fee || fee.amount === 0 || settlement) return true
  const { chance, now } = deps
  const officer = (at: Instant): Act => officerAct('station-officer', accepting(life), at)
  const atOnce = chance.below(1_000) >= NOT_PAID_AT_ONCE
  if (!atOnce && chance.below(100) >= PAY_LATER) {
    const at = atWork(deps, timeOn(plusDays(dayOf(lastAt(life)), UNPAID_WITHDRAWN_AFTER_DAYS), '10:00'))
    if (at <= now) apply(deps, life, { type: 'Withdraw', reason: '本人未缴费，要求撤回。' }, officer(at))
    return false
  }
  const at = atOnce ? plusMinutes(lastAt(life), 1 + chance.below(5)) : atWork(deps, plusMinutes(lastAt(life), 300 + chance.below(5_000)))
  if (at > now) return false
  const receiptNumber = `${life.key.prefecture}${dayOf(at).replaceAll('-', '')}${String(chance.below(1_000_000)).padStart(6, '0')}`
  apply(deps, life, { type: 'SettleFee', settlement: { how: 'paid', means: chance.pick(MEANS), receiptNumber, amount: fee.amount } }, officer(at))
  return true
}

/** In a thousand. */
const WITHDRAWN = 6

/** What the person thinks better of, and the second look of a sampled grant, before the factory begins. */
export const beforeMaking: Stage = (deps, life) => {
  const slot = life.state.promised?.slot
  if (life.state.status !== 'producing' || !slot) return true
  const { chance, now } = deps
  const at = atWork(deps, plusMinutes(lastAt(life), 8 + chance.below(50)))
  if (at > now || at >= slotStart(slot)) return true
  if (chance.below(1_000) < WITHDRAWN) {
    apply(deps, life, { type: 'Withdraw', reason: '丢失的证件找到了，本人要求撤回。' }, officerAct('station-officer', accepting(life), at))
    return false
  }
  if (life.state.sampled) {
    apply(deps, life, { type: 'RecordSecondLook', agrees: true, note: '' }, officerAct('referral-reviewer', life.state.submission?.issuer as string, at))
  }
  return true
}

/** From the beginning of a half-day until its first card. */
const FIRST_CARD_MINUTES = 25

/** The card is made in its half-day; one that has not begun is left to the factory itself. */
export const made: Stage = (deps, life) => {
  const slot = life.state.promised?.slot
  if (life.state.status !== 'producing' || !slot) return life.state.status !== 'producing'
  if (plusMinutes(slotStart(slot), FIRST_CARD_MINUTES) > deps.now) {
    life.unanswered.push(...life.stored.filter(({ type }) => type === 'ProductionOrdered'))
    return false
  }
  const at = earlier(plusMinutes(slotStart(slot), FIRST_CARD_MINUTES + deps.chance.below(180)), plusMinutes(deps.now, -2))
  const serial = deps.nextSerial()
  life.made = { slot, serial, madeAt: at }
  apply(
    deps,
    life,
    { type: 'RecordCardMade', serial, issuedOn: slot.day, validTo: validToOf(life.holdings.person.birth, slot.day) },
    systemAct('production', at),
  )
  return true
}

/** In a thousand. */
const LATE = 22
const COURIER_SERVICE = 'YS'
/** Numbers that our courier's stand-in does not reach. */
const WAYBILLS_FROM = 60_000_000
const WAYBILLS = 40_000_000

/** Sent the same day; what is still under way is left to the courier. */
export const delivered: Stage = (deps, life) => {
  if (life.state.status !== 'ready' || life.state.product?.madeAt !== 'factory') return true
  const { chance, now } = deps
  const readyAt = lastAt(life)
  const parcel = prepare(deps, life, readyAt)
  life.parcel = parcel
  const { dispatch, handover } = parcel.state.preparation as NonNullable<ParcelLife['state']['preparation']>
  const isLate = chance.below(1_000) < LATE
  const inForce = settingsOn(deps.settings, dispatch.dispatchOn)
  const next = laterDay(deps.cases.places, deps.cases.calendar(), inForce, handover, dispatch.expectedOn, dispatch.expectedOn)
  const arrivesAt = timeOn(isLate ? next.expectedOn : dispatch.expectedOn, `${String(9 + chance.below(7)).padStart(2, '0')}:${String(10 + chance.below(50))}`)
  if (arrivesAt > now) {
    // Not collected yet: the courier is told now. Collected already: it is under way, and will be signed for on its day.
    if (timeOn(dispatch.dispatchOn, '18:00') > now) life.unanswered.push(parcel.stored[0] as (typeof parcel.stored)[0])
    else {
      handToCourier(deps, life, parcel, plusMinutes(readyAt, 5 + chance.below(20)))
      const foundLateAt = timeOn(dispatch.expectedOn, '17:30')
      const wasLate = isLate && foundLateAt <= now
      if (wasLate) beLate(deps, life, parcel, foundLateAt, next)
      life.coming.push(comingReport(parcel, signedAt(wasLate ? next.expectedOn : dispatch.expectedOn, now), wasLate ? 3 : 2))
    }
    return false
  }
  handToCourier(deps, life, parcel, plusMinutes(readyAt, 5 + chance.below(20)))
  if (isLate) beLate(deps, life, parcel, timeOn(dispatch.expectedOn, '17:30'), next)
  return arrive(deps, life, parcel, arrivesAt, isLate ? 3 : 2)
}

function prepare(deps: LifeDeps, life: CaseLife, readyAt: Instant): ParcelLife {
  const { cases, settings } = deps
  const preparation = preparationFor(
    { places: cases.places, calendar: cases.calendar(), settings },
    {
      prefecture: life.key.prefecture,
      caseId: life.key.stream,
      state: life.state,
      serial: life.state.serial as string,
      attempt: 1,
      readyAt,
      deliveryCode: String(cases.ids.below(1_000_000)).padStart(6, '0'),
    },
  )
  const key = { prefecture: life.key.prefecture, stream: cases.ids.uuid(readyAt) }
  const parcel: ParcelLife = { key, stored: [], state: parcelDecider.initial }
  move(parcel, { type: 'Prepare', preparation }, readyAt)
  return parcel
}

/** @throws Error when the parcel's procedure refuses. */
function move(parcel: ParcelLife, command: ParcelCommand, at: Instant): void {
  const decision = parcelDecider.decide(parcel.state, command)
  if (!decision.ok) throw new Error(`${command.type} was refused for a past parcel: ${decision.refusal}`)
  parcel.stored.push(...storedEvents(parcel.key, parcel.state.version, decision.events, systemAct('delivery', at)))
  for (const event of decision.events) parcel.state = parcelDecider.evolve(parcel.state, event)
}

function handToCourier(deps: LifeDeps, life: CaseLife, parcel: ParcelLife, at: Instant): void {
  const { dispatch } = parcel.state.preparation as NonNullable<ParcelLife['state']['preparation']>
  const waybill = makeWaybill(COURIER_SERVICE, WAYBILLS_FROM + deps.cases.ids.below(WAYBILLS))
  const withYouOn = dispatch.collectFrom ?? dispatch.expectedOn
  move(parcel, { type: 'RecordHandedOver', waybill, at, dispatch }, at)
  apply(deps, life, { type: 'RecordDispatched', waybill, expectedOn: withYouOn }, systemAct('delivery', at))
  const collectedAt = later(timeOn(dispatch.dispatchOn, '18:00'), at)
  move(parcel, reportOf(deps, parcel, 1, 'collected', collectedAt, null), collectedAt)
  const sentence = inTransitWords({ place: placeOf(deps, life), on: withYouOn })
  apply(deps, life, { type: 'NoteDelivery', what: 'in-transit', sentence }, systemAct('delivery', collectedAt))
}

function placeOf({ cases }: LifeDeps, life: CaseLife) {
  const handover = life.state.submission?.handover
  return handover?.by === 'station' ? fullNameOf(cases.places, handover.organ) : null
}

function reportOf(deps: LifeDeps, parcel: ParcelLife, number: number, code: TrackingCode, happenedAt: Instant, doorstep: DoorstepFacts | null): ParcelCommand {
  const { places, calendar } = deps.cases
  const { handover, returnTo } = parcel.state.preparation as NonNullable<ParcelLife['state']['preparation']>
  const report: Report = { waybill: parcel.state.waybill as string, number, code, happenedAt, place: code === 'collected' ? '省制证中心' : '目的地' }
  const missed = parcel.state.expectedOn as Day
  return {
    type: 'TakeReport',
    report,
    doorstep,
    openAtDestination: handover.by === 'station' ? collectionDayAfter(places, calendar(), handover.organ, happenedAt) : null,
    openAtReturn: collectionDay(places, calendar(), returnTo, dayOf(happenedAt)),
    later: laterDay(places, calendar(), settingsOn(deps.settings, missed), handover, missed, dayOf(happenedAt)),
  }
}

function beLate(deps: LifeDeps, life: CaseLife, parcel: ParcelLife, at: Instant, next: { expectedOn: Day; collectFrom: Day | null }): void {
  const missed = parcel.state.expectedOn as Day
  const withYouOn = next.collectFrom ?? next.expectedOn
  const sentence = lateWords(missed, { place: placeOf(deps, life), on: withYouOn })
  move(parcel, reportOf(deps, parcel, 2, 'delayed', at, null), at)
  apply(deps, life, { type: 'NoteDelivery', what: 'late', sentence }, systemAct('delivery', at))
  revise(deps, life, withYouOn, sentence, at)
}

/** A promise that still holds is left alone. */
function revise(deps: LifeDeps, life: CaseLife, withYouOn: Day, reason: { zh: string; en: string }, at: Instant): void {
  const { promised } = life.state
  const to = promised && postponed(deps.cases.calendar(), promised, withYouOn, reason)
  if (to) apply(deps, life, { type: 'RevisePromise', to, cause: 'parcel-late', reason }, systemAct('delivery', at))
}

/** At the station, to be collected; or at the door, and done. */
function arrive(deps: LifeDeps, life: CaseLife, parcel: ParcelLife, at: Instant, number: number): boolean {
  const { handover, deliveryCode, takesOldCard } = parcel.state.preparation as NonNullable<ParcelLife['state']['preparation']>
  const wasLost = life.state.product?.reason.startsWith('replacement') ?? false
  const oldCard = !takesOldCard ? 'none' : wasLost ? 'declared-lost' : 'handed-back'
  move(parcel, reportOf(deps, parcel, number, 'signed', at, { deliveryCode, oldCard }), at)
  if (handover.by === 'mail') {
    const handedOver: CaseCommand = { type: 'HandOver', to: 'address', identityCheckedBy: 'delivery-code', oldCard, temporaryCard: 'none', proxy: null }
    apply(deps, life, handedOver, systemAct('delivery', at))
    return false
  }
  const collectFrom = parcel.state.collectFrom as Day
  revise(deps, life, collectFrom, laterCollectionWords({ place: placeOf(deps, life), on: collectFrom }), at)
  apply(deps, life, { type: 'RecordArrived', organ: handover.organ, collectFrom }, systemAct('delivery', at))
  return true
}

/** Half come within two days, most within the week, some need reminding (estimates). */
const daysUntilCollected = (luck: number): number =>
  luck < 0.5 ? Math.floor(luck * 4) : luck < 0.88 ? 2 + Math.floor((luck - 0.5) * 16) : 8 + Math.floor((luck - 0.88) * 400)

/** Collected with the old card handed back; reminded until then. */
export const collected: Stage = (deps, life) => {
  const heldAt = life.state.heldAt
  if (life.state.status !== 'awaiting-collection' || heldAt === null) return true
  const { chance, now, cases } = deps
  const arrivedAt = lastAt(life)
  const from = life.parcel?.state.collectFrom ?? dayOf(arrivedAt)
  const wished = plusDays(from, daysUntilCollected(chance.next()))
  const day = collectionDay(cases.places, cases.calendar(), heldAt, wished)
  let at = openInstant(chance, day)
  if (at <= arrivedAt) at = plusMinutes(arrivedAt, 20)
  remind(deps, life, arrivedAt, at)
  remindOfFound(deps, life, arrivedAt, at)
  if (at > now) return false
  handOver(deps, life, heldAt, at)
  if (life.parcel) move(life.parcel, { type: 'CloseParcel', how: 'collected' }, at)
  return false
}

function remind(deps: LifeDeps, life: CaseLife, arrivedAt: Instant, until: Instant): void {
  const { parcel } = life
  if (!parcel) return
  const arrivedOn = dayOf(arrivedAt)
  const inForce = settingsOn(deps.settings, arrivedOn)
  for (const step of inForce.chaseDaysAfterArrival.keys()) {
    const dueAt = chaseAt(arrivedOn, step, inForce) as Instant
    if (dueAt > deps.now) {
      if (until > deps.now) life.timers.push({ ...parcel.key, seq: parcel.state.version, reaction: chaseName(step), dueAt })
    } else if (dueAt < until) {
      const sentence = chaseWords(daysBetween(arrivedOn, dayOf(dueAt)), fullNameOf(deps.cases.places, parcel.state.heldAt as string))
      apply(deps, life, { type: 'ChaseCollection', sentence }, systemAct('delivery', dueAt))
    }
  }
}

/** A found card: its owner is reminded as by the product; what is still to come is left to it. */
function remindOfFound(deps: LifeDeps, life: CaseLife, takenInAt: Instant, until: Instant): void {
  const { heldAt, product } = life.state
  if (product?.reason !== 'found' || heldAt === null) return
  const takenIn = life.stored.find(({ type }) => type === 'FoundCardTakenIn')
  const takenInOn = dayOf(takenInAt)
  const settings = () => deps.settings
  if (until > deps.now && takenIn) life.timers.push(...foundCardTimers({ settings }, life.key, takenIn.seq, takenInOn).filter(({ dueAt }) => dueAt > deps.now))
  for (const dueAt of foundCardDates(takenInOn, settingsOn(deps.settings, takenInOn)).reminders.filter((due) => due <= deps.now && due < until)) {
    const sentence = foundChaseWords(daysBetween(takenInOn, dayOf(dueAt)), fullNameOf(deps.cases.places, heldAt))
    apply(deps, life, { type: 'ChaseCollection', sentence }, systemAct('delivery', dueAt))
  }
}

/** Over the counter of an organ. */
export function handOver(deps: LifeDeps, life: CaseLife, organ: string, at: Instant): void {
  const { product } = life.state
  const { person, cards } = life.holdings
  const holdsTemporary = product?.kind === 'resident-id-card' && cards.some(({ kind, status }) => kind === 'temporary-id-card' && status === 'valid')
  const wasLost = product?.reason.startsWith('replacement') ?? false
  apply(
    deps,
    life,
    {
      type: 'HandOver',
      to: ageOn(person.birth, dayOf(at)) < 16 ? 'guardian' : 'self',
      identityCheckedBy: person.fingerprintsOn !== null && deps.chance.next() < 0.8 ? 'fingerprint' : 'document',
      oldCard: product?.oldCardId ? (wasLost ? 'declared-lost' : 'handed-back') : 'none',
      temporaryCard: holdsTemporary ? 'handed-back' : 'none',
      proxy: null,
    },
    officerAct('station-officer', organ, at),
  )
}

/** In order, until the case stands somewhere. */
export const STAGES: readonly Stage[] = [referred, settled, beforeMaking, made, delivered, collected]
