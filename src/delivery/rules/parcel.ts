import type {
  ClosedHow,
  DoorstepFacts,
  LaterDay,
  NotedBecause,
  ParcelCommand,
  ParcelEvent,
  ParcelRefusal,
  ParcelState,
  ParcelStatus,
  Report,
} from '#delivery/model.ts'
import { noMovementAt } from '#delivery/rules/schedule.ts'
import { type Decider, type Decision, happened, refused, unreachable } from '#kernel/decider.ts'
import { type Day, type Instant, later } from '#kernel/time.ts'

const initial: ParcelState = {
  status: 'none',
  version: 0,
  preparation: null,
  waybill: null,
  dispatchOn: null,
  expectedOn: null,
  collectFrom: null,
  lateSince: null,
  heldAt: null,
  arrivedAt: null,
  lastMovementAt: null,
  lastMovementVersion: 0,
  reportsSeen: new Set(),
  wasLost: false,
  foundAt: null,
}

type Decided = Decision<ParcelEvent, ParcelRefusal>

/** How far a parcel is. A report never takes it back to a lower step; from the same step on there are two ends. */
const PROGRESS: Readonly<Record<ParcelStatus, number>> = {
  none: 0,
  prepared: 1,
  'handed-to-courier': 2,
  'in-transit': 3,
  refused: 4,
  'arrived-at-station': 5,
  delivered: 5,
  returned: 5,
  lost: 5,
  closed: 6,
}

const UNDER_WAY: ReadonlySet<ParcelStatus> = new Set(['handed-to-courier', 'in-transit', 'refused'])

/** On its way and not yet where it should be. */
export const isUnderWay = ({ status }: ParcelState): boolean => UNDER_WAY.has(status)

/** Still expected somewhere: a parcel that waits for the courier can be late too. One on its way back has a day of its own. */
export const mayBeLate = (state: ParcelState): boolean => state.status === 'prepared' || (isUnderWay(state) && state.status !== 'refused')

/** Lies at an organ and waits for its holder. */
export const awaitsCollection = ({ status }: ParcelState): boolean => status === 'arrived-at-station' || status === 'returned'

const noted = (report: Report, because: NotedBecause): ParcelEvent => ({ type: 'TrackingNoted', report, because })

type TakeReport = Extract<ParcelCommand, { type: 'TakeReport' }>

/**
 * Messages come twice, late and in any order. Twice: nothing happens. What is behind what we know, or comes after the end,
 * is noted and changes nothing, so that any order of the same messages leads to the same end.
 */
function takeReport(state: ParcelState, command: TakeReport): Decided {
  const { report } = command
  if (state.preparation === null || (state.waybill !== null && state.waybill !== report.waybill)) return refused('unknown-parcel')
  if (state.reportsSeen.has(report.number)) return happened()
  if (state.wasLost) return happened(noted(report, report.code === 'lost' ? 'after-end' : 'found-after-loss'))
  if (PROGRESS[state.status] >= PROGRESS.delivered) return happened(noted(report, 'after-end'))
  // The courier's message may overtake the answer to our order: it carries the waybill, so the order was taken.
  const before: ParcelEvent[] =
    state.status === 'prepared'
      ? [{ type: 'ParcelHandedToCourier', waybill: report.waybill, handedAt: report.happenedAt, dispatch: state.preparation.dispatch }]
      : []
  return happened(...before, ...meaningOf(state, command))
}

function meaningOf(state: ParcelState, command: TakeReport): readonly ParcelEvent[] {
  const { report, later: next } = command
  switch (report.code) {
    case 'collected':
    case 'moved':
    case 'out-for-delivery':
      if (state.status === 'refused' || isOlder(state, report)) return [noted(report, 'overtaken')]
      return [{ type: 'ParcelMoved', report }]
    case 'delayed':
      if (state.status === 'refused' || isOlder(state, report)) return [noted(report, 'overtaken')]
      return [lateEvent(state, report, next)]
    case 'signed':
      return [signedEvent(state, command)]
    case 'refused':
    case 'returning':
      return state.status === 'refused' ? [noted(report, 'overtaken')] : [{ type: 'ParcelRefused', report }]
    case 'returned':
      return [{ type: 'ParcelReturned', report, organ: state.preparation!.returnTo, collectFrom: command.openAtReturn }]
    case 'lost':
      return [{ type: 'ParcelLost', by: 'courier', report, note: report.place }]
    default:
      return unreachable(report.code)
  }
}

const isOlder = (state: ParcelState, report: Report): boolean => state.lastMovementAt !== null && report.happenedAt < state.lastMovementAt

/** A station's signature is the arrival. At a door it counts only with the code that the recipient was told (interpretation). */
function signedEvent({ preparation }: ParcelState, { report, doorstep, openAtDestination }: TakeReport): ParcelEvent {
  if (preparation === null) throw new Error('a parcel that was never prepared is not signed for')
  const { handover, deliveryCode } = preparation
  if (handover.by === 'station') {
    if (openAtDestination === null) throw new Error('the day of collection at a station must be gathered before')
    return { type: 'ParcelArrived', report, organ: handover.organ, collectFrom: openAtDestination }
  }
  if (doorstep === null || doorstep.deliveryCode !== deliveryCode) return noted(report, 'wrong-delivery-code')
  return { type: 'ParcelDelivered', report, oldCard: oldCardOf(preparation.takesOldCard, doorstep) }
}

const oldCardOf = (taken: boolean, doorstep: DoorstepFacts): DoorstepFacts['oldCard'] =>
  !taken ? 'none' : doorstep.oldCard === 'none' ? 'declared-lost' : doorstep.oldCard

const lateEvent = (state: ParcelState, report: Report | null, next: LaterDay): ParcelEvent => ({
  type: 'ParcelFoundLate',
  report,
  expectedOn: state.expectedOn!,
  nextExpectedOn: next.expectedOn,
  collectFrom: next.collectFrom,
})

function decide(state: ParcelState, command: ParcelCommand): Decided {
  switch (command.type) {
    case 'Prepare':
      return state.status === 'none' ? happened({ type: 'ParcelPrepared', ...command.preparation }) : refused('already-prepared')
    case 'RecordHandedOver':
      if (state.preparation === null) return refused('unknown-parcel')
      // Asked again after an answer that was lost on the way: the courier's message or the first answer told already.
      if (state.waybill !== null) return happened()
      return happened({ type: 'ParcelHandedToCourier', waybill: command.waybill, handedAt: command.at, dispatch: command.dispatch })
    case 'AskAgain':
      return state.status === 'prepared' ? happened({ type: 'OrderAskedAgain', by: command.by }) : refused('nothing-to-resend')
    case 'TakeReport':
      return takeReport(state, command)
    case 'FindLate':
      if (!mayBeLate(state)) return happened()
      return happened(lateEvent(state, null, command.later))
    case 'GiveUpWaiting':
      if (!isUnderWay(state) || state.lastMovementAt === null || command.at < noMovementAt(state.lastMovementAt, command.noMovementDays)) return happened()
      return happened({ type: 'ParcelLost', by: 'no-movement', report: null, note: '' })
    case 'DeclareLost':
      return isUnderWay(state) ? happened({ type: 'ParcelLost', by: 'dispatcher', report: null, note: command.note }) : refused('not-under-way')
    case 'CloseParcel':
      return close(state, command.how)
    default:
      return unreachable(command)
  }
}

function close(state: ParcelState, how: ClosedHow): Decided {
  const { status } = state
  if (status === 'closed') return happened()
  if (how === 'withdrawn') return status === 'prepared' || status === 'handed-to-courier' ? happened({ type: 'ParcelClosed', how }) : refused('already-left')
  if (how === 'replaced') return status === 'lost' ? happened({ type: 'ParcelClosed', how }) : refused('not-under-way')
  if (how === 'resent' && status !== 'returned') return refused('nothing-to-resend')
  return awaitsCollection(state) ? happened({ type: 'ParcelClosed', how }) : refused('not-under-way')
}

const withReport = (state: ParcelState, report: Report | null): ParcelState =>
  report === null ? state : { ...state, reportsSeen: new Set(state.reportsSeen).add(report.number) }

/** A sign of life, from which the watch counts anew. */
const moved = (state: ParcelState, at: Instant): ParcelState => ({
  ...state,
  lastMovementAt: state.lastMovementAt === null ? at : later(state.lastMovementAt, at),
  lastMovementVersion: state.version,
})

const held = (state: ParcelState, event: { readonly report: Report; readonly organ: string; readonly collectFrom: Day }): ParcelState => ({
  ...moved(withReport(state, event.report), event.report.happenedAt),
  heldAt: event.organ,
  arrivedAt: event.report.happenedAt,
  collectFrom: event.collectFrom,
  lateSince: null,
})

function evolve(before: ParcelState, event: ParcelEvent): ParcelState {
  const state: ParcelState = { ...before, version: before.version + 1 }
  switch (event.type) {
    case 'ParcelPrepared': {
      const { type: _, ...preparation } = event
      return { ...state, status: 'prepared', preparation, ...event.dispatch }
    }
    case 'ParcelHandedToCourier':
      return {
        ...state,
        ...event.dispatch,
        status: 'handed-to-courier',
        waybill: event.waybill,
        lastMovementAt: event.handedAt,
        lastMovementVersion: state.version,
      }
    case 'OrderAskedAgain':
      return state
    case 'ParcelMoved':
      return { ...moved(withReport(state, event.report), event.report.happenedAt), status: 'in-transit' }
    case 'ParcelArrived':
      return { ...held(state, event), status: 'arrived-at-station' }
    case 'ParcelReturned':
      return { ...held(state, event), status: 'returned' }
    case 'ParcelDelivered':
      return { ...moved(withReport(state, event.report), event.report.happenedAt), status: 'delivered', arrivedAt: event.report.happenedAt, lateSince: null }
    case 'ParcelRefused':
      return { ...moved(withReport(state, event.report), event.report.happenedAt), status: 'refused', lateSince: null }
    case 'ParcelLost':
      return { ...withReport(state, event.report), status: 'lost', wasLost: true, lateSince: null }
    case 'ParcelFoundLate': {
      const noticed = event.report === null ? state : moved(withReport(state, event.report), event.report.happenedAt)
      return { ...noticed, expectedOn: event.nextExpectedOn, collectFrom: event.collectFrom, lateSince: event.expectedOn }
    }
    case 'TrackingNoted':
      return { ...withReport(state, event.report), foundAt: event.because === 'found-after-loss' ? event.report.happenedAt : state.foundAt }
    case 'ParcelClosed':
      return { ...state, status: 'closed' }
    default:
      return unreachable(event)
  }
}

export const parcelDecider: Decider<ParcelState, ParcelCommand, ParcelEvent, ParcelRefusal> = { initial, decide, evolve }
