import { isWorkingDay, nextWorkingDay } from '#calendar/rules.ts'
import { type CaseDeps, submissionEvents } from '#case/commands.ts'
import type { CaseCommand, CaseEvent, CaseState } from '#case/model.ts'
import { decide } from '#case/rules/decide.ts'
import { effectsOf, validTemporaryCards } from '#case/rules/effects.ts'
import { reckonedFacts } from '#case/rules/facts.ts'
import { evolve, NO_CASE } from '#case/rules/procedure.ts'
import type { Facts, HalfDaySlot, PhotoFact, Service, ServiceVersion } from '#catalogue/model.ts'
import { checksOf, findVersionOn, outcomeOf } from '#catalogue/rules.ts'
import type { DeliverySettings, ParcelState } from '#delivery/model.ts'
import type { Chance } from '#kernel/chance.ts'
import { makeCaseNumber } from '#kernel/ids.ts'
import { dayOf, type Instant, plusMinutes, timeOfDay, timeOn } from '#kernel/time.ts'
import type { Timer } from '#platform/commit.ts'
import { type Act, type StoredEvent, type StreamKey, storedEvents } from '#platform/events.ts'
import type { PersonKeys } from '#platform/sealed.ts'
import type { Card, Person, RegisterEffect } from '#register/model.ts'
import type { ComingReport } from '#sim/world/under-way.ts'

export interface LifeDeps {
  /** As the product has them, but with ids from the seed. */
  readonly cases: CaseDeps
  readonly settings: readonly DeliverySettings[]
  readonly chance: Chance
  /** Nothing happens after this. */
  readonly now: Instant
  /** The next blank card. */
  readonly nextSerial: () => string
}

/** What the register says of the applicant while the case goes on. */
export interface Holdings {
  person: Person
  /** What the person's data is sealed with, from before the first case. */
  readonly keys: PersonKeys
  cards: readonly Card[]
}

/** A parcel on its way, by its own events. */
export interface ParcelLife {
  readonly key: StreamKey
  readonly stored: StoredEvent[]
  state: ParcelState
}

/** A case as it has lived until now, decided by the same functions as at the window. */
export interface CaseLife {
  readonly key: StreamKey
  readonly version: ServiceVersion
  readonly holdings: Holdings
  readonly stored: StoredEvent[]
  /** Events that something still has to react to: from here on the product itself goes on. */
  readonly unanswered: StoredEvent[]
  readonly timers: Timer[]
  /** What the courier will still report of its parcel. */
  readonly coming: ComingReport[]
  state: CaseState
  made: MadeCard | undefined
  parcel: ParcelLife | undefined
}

/** What the factory did for it. */
export interface MadeCard {
  readonly slot: HalfDaySlot
  readonly serial: string
  readonly madeAt: Instant
}

export interface Application {
  readonly service: Service
  readonly form: Readonly<Record<string, unknown>>
  readonly organ: string
  readonly submittedAt: Instant
  readonly guardian: Person | null
  readonly photo: PhotoFact | null
  readonly openCardApplication: string | null
}

const SYSTEM = { actorRole: 'system', actorOrgan: null, onBehalfOf: null, requestId: 'seed' } as const

export const systemAct = (folder: 'production' | 'delivery', at: Instant): Act => ({ ...SYSTEM, at, actor: `system:${folder}` })

/** Officers of the sandbox are named by role, organ and number. */
export const officerAct = (role: 'station-officer' | 'referral-reviewer', organ: string, at: Instant): Act => ({
  at,
  actor: `${role}:${organ}:1`,
  actorRole: role,
  actorOrgan: organ,
  onBehalfOf: null,
  requestId: 'seed',
})

/** Submits at the window. @returns undefined when the review refuses: then there is no case. */
export function submit({ cases }: LifeDeps, holdings: Holdings, application: Application): CaseLife | undefined {
  const { service, organ, submittedAt } = application
  const { person, cards, keys } = holdings
  const on = dayOf(submittedAt)
  const version = findVersionOn(service, on)
  if (!version) return undefined
  const form = version.form.parse(application.form) as Parameters<typeof submissionEvents>[1]['facts']['form']
  const { guardian, photo, openCardApplication } = application
  const facts = {
    at: submittedAt,
    on,
    form,
    channel: 'window',
    person,
    cards,
    guardian,
    photo,
    openDuplicate: null,
    openCardApplication,
    settings: cases.settings(on),
  } satisfies Facts
  const checks = checksOf(version, facts)
  if (outcomeOf(checks) === 'fail') return undefined
  const key = { prefecture: person.prefecture, stream: cases.ids.uuid(submittedAt) }
  const act = officerAct('station-officer', organ, submittedAt)
  const caseNumber = makeCaseNumber({ prefecture: key.prefecture, on, random: cases.ids.below(100_000_000) })
  const input = { service: service.id, channel: 'window' as const, form: application.form, organ }
  const events = submissionEvents(cases, { input, act, version, facts, person, checks, key, caseNumber, seal: keys.of('case') })
  const life: CaseLife = { key, version, holdings, stored: [], unanswered: [], timers: [], coming: [], state: NO_CASE, made: undefined, parcel: undefined }
  take(cases, life, events, act)
  return life
}

/** @throws Error when the procedure refuses: the past is made of what is allowed. */
export function apply({ cases }: LifeDeps, life: CaseLife, command: CaseCommand, act: Act): void {
  const { state, version } = life
  const { submission, submittedAt } = state
  if (!submission || !submittedAt) throw new Error('nothing is commanded before the submission')
  const decision = decide(state, command, {
    ...reckonedFacts({ calendar: cases.calendar(), places: cases.places, version, handover: submission.handover, submittedAt }, act.at),
    newId: cases.ids.uuid(act.at),
    holdsTemporaryCard: validTemporaryCards(life.holdings.cards).length > 0,
  })
  if (!decision.ok) throw new Error(`${command.type} was refused in a past case: ${decision.refusal.code}`)
  take(cases, life, decision.events, act)
}

function take(cases: CaseDeps, life: CaseLife, events: readonly CaseEvent[], act: Act): void {
  const submitted = life.state.version === 0
  const basis = submitted ? { basis: life.version.source } : {}
  life.stored.push(...storedEvents(life.key, life.state.version, events, act, { serviceVersion: life.version.validFrom, ...basis }))
  const newId = cases.ids.uuid(act.at)
  for (const event of events) {
    const facts = { at: act.at, prefecture: life.key.prefecture, caseId: life.key.stream, newId, cards: life.holdings.cards }
    for (const effect of effectsOf(life.state, event, facts)) follow(life.holdings, effect)
    life.state = evolve(life.state, { event, at: act.at, actor: act.actor })
  }
}

/** The register follows in memory, for the rows are written once, as they are in the end. */
function follow(holdings: Holdings, effect: RegisterEffect): void {
  switch (effect.type) {
    case 'issue-card':
      holdings.cards = [...holdings.cards, { ...effect.card, status: 'valid', version: 1 }]
      return
    case 'set-card-status':
      holdings.cards = holdings.cards.map((card) =>
        card.id === effect.cardId && card.status === effect.from ? { ...card, status: effect.to, version: card.version + 1 } : card,
      )
      return
    case 'record-fingerprints':
      holdings.person = { ...holdings.person, fingerprintsOn: effect.on, version: holdings.person.version + 1 }
  }
}

const OPENS = '08:35'
const LAST_WORK = '16:50'

/** The instant itself when the office is open then; else early on its next day. */
export function atWork({ cases, chance }: LifeDeps, at: Instant): Instant {
  const calendar = cases.calendar()
  const day = dayOf(at)
  const time = timeOfDay(at)
  if (isWorkingDay(calendar, day)) {
    if (time < OPENS) return plusMinutes(timeOn(day, OPENS), chance.below(40))
    if (time <= LAST_WORK) return at
  }
  return plusMinutes(timeOn(nextWorkingDay(calendar, day).day, OPENS), chance.below(60))
}
