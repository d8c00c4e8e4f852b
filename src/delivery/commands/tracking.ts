import type { Asked } from '#delivery/commands/dispatch.ts'
import { applyToParcel, type DeliveryDeps, demandDone, foldParcel, keyOf, type ParcelOutcome, systemAct, WATCH } from '#delivery/commands/parcel.ts'
import type { DoorstepFacts, LaterDay, ParcelState, Report } from '#delivery/model.ts'
import { isUnderWay, mayBeLate } from '#delivery/rules/parcel.ts'
import { collectionDayAfter, lateCheckAt, laterDay, noMovementAt } from '#delivery/rules/schedule.ts'
import { settingsOn } from '#delivery/rules/settings.ts'
import { parcelStreamFact } from '#delivery/store.ts'
import { dayOf, earlier, type Instant } from '#kernel/time.ts'
import type { Act, StreamKey } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { type Answer, jsonAnswer, type Once } from '#platform/once.ts'
import type { OutboxItem } from '#platform/outbox.ts'

export interface Tracked {
  readonly key: StreamKey
  readonly report: Report
  readonly doorstep: DoorstepFacts | null
}

const TAKEN: Answer = jsonAnswer(200, { taken: true })

/** A message of the courier. The same one again, late or out of order, is taken too and changes nothing that it must not. */
export async function takeReport(deps: DeliveryDeps, { key, report, doorstep }: Tracked, act: Act, once: Once): Promise<ParcelOutcome> {
  // A courier's clock that runs ahead must not make a parcel look alive longer than it is.
  const heard: Report = { ...report, happenedAt: earlier(report.happenedAt, act.at) }
  return applyToParcel(deps, key, (state) => ({ type: 'TakeReport', report: heard, doorstep, ...daysFor(deps, state, heard, act.at) }), act, {
    once,
    answer: () => TAKEN,
  })
}

function daysFor(deps: DeliveryDeps, state: ParcelState, { happenedAt }: Report, at: Instant) {
  const { handover, returnTo } = state.preparation!
  const opens = (organ: string) => collectionDayAfter(deps.places, deps.calendar(), organ, happenedAt)
  return { openAtDestination: handover.by === 'station' ? opens(handover.organ) : null, openAtReturn: opens(returnTo), later: laterFor(deps, state, at) }
}

function laterFor({ places, calendar, settings }: DeliveryDeps, { preparation, expectedOn }: ParcelState, at: Instant): LaterDay {
  return laterDay(places, calendar(), settingsOn(settings(), dayOf(at)), preparation!.handover, expectedOn!, dayOf(at))
}

/** At the end of the expected day: whoever waits is told a new day, unless the parcel has arrived or was given a later day meanwhile. */
export async function checkLate(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  const isDue = ({ expectedOn }: ParcelState): boolean => expectedOn !== null && item.at >= lateCheckAt(expectedOn, settingsOn(deps.settings(), expectedOn))
  const outcome = await applyToParcel(
    deps,
    keyOf(item),
    (state) => (mayBeLate(state) && isDue(state) ? { type: 'FindLate', later: laterFor(deps, state, item.at) } : undefined),
    systemAct(item),
    { changes: [item.done] },
  )
  demandDone(outcome, 'the check for lateness')
}

/** Nothing heard for days: lost. A sign of life since then sets the watch anew, from that sign. */
export async function watch(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  const key = keyOf(item)
  const { past } = await gather(deps.db, { past: parcelStreamFact(key) })
  const state = foldParcel(past)
  if (!isUnderWay(state) || state.lastMovementAt === null) return
  const { noMovementDays } = settingsOn(deps.settings(), dayOf(state.lastMovementAt))
  const dueAt = noMovementAt(state.lastMovementAt, noMovementDays)
  if (dueAt > item.at && state.lastMovementVersion > item.seq) {
    const timer = { prefecture: key.prefecture, stream: key.stream, seq: state.lastMovementVersion, reaction: WATCH, dueAt }
    await deps.committer.commit({ events: [], changes: [item.done], timers: [timer] })
    return
  }
  const outcome = await applyToParcel(deps, key, () => ({ type: 'GiveUpWaiting', at: item.at, noMovementDays }), systemAct(item), { changes: [item.done] })
  demandDone(outcome, 'giving up waiting')
}

/** The dispatcher searched and found nothing: the card is made again. */
export const declareLost = (deps: DeliveryDeps, key: StreamKey, note: string, asked: Asked): Promise<ParcelOutcome> =>
  applyToParcel(deps, key, () => ({ type: 'DeclareLost', note }), asked.act, asked)
