import type { Calendar } from '#calendar/model.ts'
import type { Cases } from '#case/commands.ts'
import type { DeliverySettings, ParcelCommand, ParcelEvent, ParcelState } from '#delivery/model.ts'
import { parcelDecider } from '#delivery/rules/parcel.ts'
import { chaseAt, lateCheckAt, noMovementAt } from '#delivery/rules/schedule.ts'
import { settingsOn } from '#delivery/rules/settings.ts'
import { parcelStreamFact, rowOf, saveParcelsChange } from '#delivery/store.ts'
import { parcelRefusal } from '#delivery/words.ts'
import { fold } from '#kernel/decider.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import { dayOf, type Instant } from '#kernel/time.ts'
import type { Courier } from '#partners/courier/adapter.ts'
import type { Places } from '#place/model.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Committer, decidedAgain, type Timer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type StoredEvent, type StreamKey, storedEvents } from '#platform/events.ts'
import { gather, known } from '#platform/facts.ts'
import { type Answer, type Once, problemAnswer } from '#platform/once.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { problem } from '#platform/problem.ts'
import type { Sealer } from '#platform/sealed.ts'
import type { Production } from '#production/commands/production.ts'
import type { Corrections, Register } from '#register/commands.ts'

export interface DeliveryDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly sealer: Sealer
  readonly calendar: () => Calendar
  readonly places: Places
  readonly settings: () => readonly DeliverySettings[]
  readonly cases: Pick<Cases, 'apply'>
  readonly courier: Courier
  readonly production: Pick<Production, 'remake'>
  readonly register: Pick<Register, 'cardsFact'>
  /** Who is given what of whom is on record, so that corrections can follow. */
  readonly corrections: Pick<Corrections, 'givenChange'>
}

/** Timers, by the names under which `jobs` registers them. */
export const CHECK_LATE = 'delivery.check-late'
export const WATCH = 'delivery.watch'
export const KEEP_FOUND = 'delivery.keep-found'
export const PASS_FOUND_ON = 'delivery.pass-found-on'
export const chaseFoundName = (step: number): string => `delivery.chase-found-${step + 1}`
export const chaseName = (step: number): string => `delivery.chase-${step + 1}`

export type ParcelOutcome =
  | { readonly kind: 'done'; readonly state: ParcelState; readonly key: StreamKey; readonly events: readonly ParcelEvent[] }
  | { readonly kind: 'refused'; readonly reasons: readonly RefusalReason[] }
  | { readonly kind: 'replayed'; readonly answer: Answer }
  | { readonly kind: 'not-found' }

export interface ParcelOptions {
  readonly changes?: readonly Change[]
  readonly once?: Once
  readonly answer?: (state: ParcelState) => Answer
  readonly permitted?: (state: ParcelState) => boolean
}

/** Reactions and timers act for the system, as of the instant at which they fell due. */
export const systemAct = (item: OutboxItem): Act => ({
  at: item.at,
  actor: 'system:delivery',
  actorRole: 'system',
  actorOrgan: null,
  onBehalfOf: null,
  requestId: `${item.reaction}:${item.stream}:${item.seq}`,
})

export const keyOf = (item: OutboxItem): StreamKey => ({ prefecture: item.prefecture, stream: item.stream })

export const foldParcel = (past: readonly { readonly event: ParcelEvent }[]): ParcelState =>
  fold(
    parcelDecider,
    past.map(({ event }) => event),
  )

interface Appended {
  readonly stored: readonly StoredEvent[]
  readonly change: Change
  readonly timers: readonly Timer[]
  readonly state: ParcelState
}

/** Events upon a state, with the projection's row and the timers that they set. */
export function appended(deps: DeliveryDeps, key: StreamKey, before: ParcelState, events: readonly ParcelEvent[], act: Act): Appended {
  const timers: Timer[] = []
  let state = before
  for (const event of events) {
    state = parcelDecider.evolve(state, event)
    timers.push(...timersOf(deps, key, state, event))
  }
  return { stored: storedEvents(key, before.version, events, act), change: saveParcelsChange([rowOf(key, state)]), timers, state }
}

function timersOf({ settings }: DeliveryDeps, key: StreamKey, state: ParcelState, event: ParcelEvent): Timer[] {
  const timer = (reaction: string, dueAt: Instant): Timer => ({ prefecture: key.prefecture, stream: key.stream, seq: state.version, reaction, dueAt })
  switch (event.type) {
    // While the courier is down the parcel waits, and whoever expects it is told in time.
    case 'ParcelPrepared':
      return [timer(CHECK_LATE, lateCheckAt(event.dispatch.expectedOn, settingsOn(settings(), event.dispatch.dispatchOn)))]
    case 'ParcelHandedToCourier': {
      const { dispatch, handedAt } = event
      const inForce = settingsOn(settings(), dispatch.dispatchOn)
      return [timer(CHECK_LATE, lateCheckAt(dispatch.expectedOn, inForce)), timer(WATCH, noMovementAt(handedAt, inForce.noMovementDays))]
    }
    case 'ParcelFoundLate':
      return [timer(CHECK_LATE, lateCheckAt(event.nextExpectedOn, settingsOn(settings(), event.expectedOn)))]
    case 'ParcelArrived':
    case 'ParcelReturned': {
      const arrivedOn = dayOf(event.report.happenedAt)
      const inForce = settingsOn(settings(), arrivedOn)
      return inForce.chaseDaysAfterArrival.flatMap((_, step) => {
        const dueAt = chaseAt(arrivedOn, step, inForce)
        return dueAt === undefined ? [] : [timer(chaseName(step), dueAt)]
      })
    }
    default:
      return []
  }
}

/**
 * Reads a parcel, decides and commits; again when the race is lost.
 * @param commandOf from the state as read; undefined when nothing is to be done
 */
export const applyToParcel = (
  deps: DeliveryDeps,
  key: StreamKey,
  commandOf: (state: ParcelState) => ParcelCommand | undefined,
  act: Act,
  options: ParcelOptions = {},
): Promise<ParcelOutcome> =>
  decidedAgain(async () => {
    const { once, answer, changes = [] } = options
    const { seen, past } = await gather(deps.db, { seen: once?.seen ?? known(null), past: parcelStreamFact(key) })
    const replayed = once?.replay(seen)
    if (replayed) return { kind: 'replayed', answer: replayed }
    const state = foldParcel(past)
    if (state.preparation === null || options.permitted?.(state) === false) return { kind: 'not-found' }
    const command = commandOf(state)
    const decision = command === undefined ? { ok: true as const, events: [] } : parcelDecider.decide(state, command)
    if (!decision.ok) return refuse(deps, once, [parcelRefusal(decision.refusal)])
    const next = appended(deps, key, state, decision.events, act)
    await deps.committer.commit({
      events: next.stored,
      changes: [...(decision.events.length > 0 ? [next.change] : []), ...changes, ...(once && answer ? [once.remember(answer(next.state))] : [])],
      timers: next.timers,
    })
    return { kind: 'done', state: next.state, key, events: decision.events }
  })

/** A refusal changes nothing but is remembered, so that the same request gets the same answer. */
export async function refuse(deps: DeliveryDeps, once: Once | undefined, reasons: readonly RefusalReason[]): Promise<ParcelOutcome> {
  if (once) await deps.committer.commit({ events: [], changes: [once.remember(problemAnswer(problem('refused', { refusals: reasons })))] })
  return { kind: 'refused', reasons }
}

/** For reactions: anything but done is a fault, so that the outbox tries again and in the end calls a person. */
export function demandDone(outcome: ParcelOutcome, what: string): void {
  if (outcome.kind === 'refused') throw new Error(`${what} was refused: ${outcome.reasons.map(({ code }) => code).join(', ')}`)
  if (outcome.kind === 'not-found') throw new Error(`${what}: there is no such parcel`)
}
