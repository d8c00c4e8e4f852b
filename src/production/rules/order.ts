import { type Decision, happened, refused, unreachable } from '#kernel/decider.ts'
import { dayOf, type Instant } from '#kernel/time.ts'
import type { BlankState, Measured, OrderCommand, OrderEvent, Ordered, OrderState, ProductionRefusal, RemakePlace } from '#production/model.ts'
import { slotKey } from '#production/rules/slots.ts'
import { validToOn } from '#production/rules/validity.ts'

export const NO_ORDER: OrderState = {
  status: 'none',
  version: 0,
  ordered: null,
  slot: null,
  assignment: null,
  serial: null,
  madeAt: null,
  finishedAt: null,
  remakes: 0,
  withdrawn: null,
}

type OrderDecision = Decision<OrderEvent, ProductionRefusal>

/** Everything the line measures must be good; what isn't is made again. */
export const passesQuality = ({ chip, print }: Measured): boolean => chip && print

const wrongState = (state: OrderState): OrderDecision =>
  refused(state.status === 'none' ? { code: 'not-ordered' } : { code: 'order-state', status: state.status })

export function decideOrder(state: OrderState, command: OrderCommand): OrderDecision {
  switch (command.type) {
    case 'Queue':
      return state.status === 'none' ? queue(command.ordered, command.slot) : refused({ code: 'already-ordered' })
    case 'Move':
      return state.status === 'queued'
        ? happened<OrderEvent>({ type: 'OrderMoved', from: state.slot, slot: command.slot, cause: command.cause })
        : wrongState(state)
    case 'PutOnLine':
      return state.status === 'queued' ? happened<OrderEvent>({ type: 'OrderPutOnLine', slot: command.slot, ...command.assignment }) : wrongState(state)
    case 'Delay':
      return delay(state, command)
    case 'TakeOffLine':
      return takeOffLine(state, command)
    case 'ReportMade':
      return reportMade(state, command)
    case 'ReportSpoiled':
      return reportSpoiled(state, command)
    case 'FailQuality':
      return failQuality(state, command)
    case 'Remake':
      return remake(state, command)
    case 'Cancel':
      return cancel(state, command.reason)
    default:
      return unreachable(command)
  }
}

function queue(ordered: Ordered, slot: OrderState['slot']): OrderDecision {
  if (slot !== null && slotKey(slot) < slotKey(ordered.earliest)) return refused({ code: 'slot-order' })
  return happened<OrderEvent>({ type: 'OrderQueued', slot, ...ordered })
}

function delay(state: OrderState, command: Extract<OrderCommand, { type: 'Delay' }>): OrderDecision {
  if (state.status !== 'on-line' || state.slot === null) return wrongState(state)
  if (slotKey(command.slot) <= slotKey(state.slot)) return refused({ code: 'slot-order' })
  return happened<OrderEvent>({ type: 'OrderDelayed', from: state.slot, slot: command.slot, batch: command.batch, cause: command.cause })
}

function takeOffLine(state: OrderState, command: Extract<OrderCommand, { type: 'TakeOffLine' }>): OrderDecision {
  if (state.status !== 'on-line' || state.assignment === null) return wrongState(state)
  const { serial, line } = state.assignment
  const off: OrderEvent = { type: 'OrderTakenOffLine', serial, line, slot: command.slot, cause: command.cause }
  return state.withdrawn === null ? happened(off) : happened<OrderEvent>(off, { type: 'OrderCancelled', reason: state.withdrawn })
}

/** Told already: the same card, made or finished. A report may come twice. */
const isKnown = (state: OrderState, serial: string): boolean => state.serial === serial && (state.status === 'made' || state.status === 'finished')

function reportMade(state: OrderState, command: Extract<OrderCommand, { type: 'ReportMade' }>): OrderDecision {
  const { serial, line, madeAt, measured } = command
  if (isKnown(state, serial)) return happened()
  if (state.status !== 'on-line') return wrongState(state)
  if (state.assignment?.serial !== serial) return refused({ code: 'other-card', serial })
  const made: OrderEvent = { type: 'CardPersonalised', serial, line, madeAt, measured }
  if (state.withdrawn !== null) {
    return happened<OrderEvent>(
      made,
      { type: 'CardSpoiled', serial, cause: 'withdrawn', note: state.withdrawn },
      { type: 'OrderCancelled', reason: state.withdrawn },
    )
  }
  if (!passesQuality(measured)) {
    const reason = [...(measured.chip ? [] : ['chip']), ...(measured.print ? [] : ['print'])].join(', ')
    return happened<OrderEvent>(
      made,
      { type: 'QualityFailed', serial, by: 'automatic', reason },
      { type: 'CardSpoiled', serial, cause: 'quality', note: reason },
      ...madeAgain(command.remake, 'quality', reason),
    )
  }
  return happened<OrderEvent>(made, ...passed(state, serial, madeAt))
}

function passed(state: OrderState, serial: string, madeAt: Instant): OrderEvent[] {
  const { casePrefecture, caseNumber, handover, validity } = state.ordered as Ordered
  const validTo = validToOn(validity, dayOf(madeAt))
  return [
    { type: 'QualityPassed', serial, by: 'automatic', casePrefecture, issuedOn: dayOf(madeAt), validTo },
    { type: 'CardFinished', serial, casePrefecture, caseNumber, finishedOn: dayOf(madeAt), handover, remakes: state.remakes },
  ]
}

function reportSpoiled(state: OrderState, command: Extract<OrderCommand, { type: 'ReportSpoiled' }>): OrderDecision {
  const { serial, note } = command
  if (state.status !== 'on-line') return wrongState(state)
  if (state.assignment?.serial !== serial) return refused({ code: 'other-card', serial })
  const spoiled: OrderEvent = { type: 'CardSpoiled', serial, cause: 'line', note }
  return state.withdrawn === null
    ? happened<OrderEvent>(spoiled, ...madeAgain(command.remake, 'spoiled', note))
    : happened<OrderEvent>(spoiled, { type: 'OrderCancelled', reason: state.withdrawn })
}

/** A person finds a fault on a finished card that hasn't left the house. */
function failQuality(state: OrderState, { reason, remake }: Extract<OrderCommand, { type: 'FailQuality' }>): OrderDecision {
  if ((state.status !== 'finished' && state.status !== 'made') || state.serial === null) return wrongState(state)
  const { serial } = state
  return happened<OrderEvent>(
    { type: 'QualityFailed', serial, by: 'person', reason },
    { type: 'CardSpoiled', serial, cause: 'quality', note: reason },
    ...madeAgain(remake, 'quality', reason),
  )
}

/** Asked for from outside the factory: a card that was lost on its way, or came back with a defect. */
function remake(state: OrderState, { cause, note, slot }: Extract<OrderCommand, { type: 'Remake' }>): OrderDecision {
  if (state.status !== 'finished' || state.serial === null) return wrongState(state)
  const again: OrderEvent = { type: 'OrderRemade', slot, cause, note }
  return cause === 'parcel-lost' ? happened(again) : happened<OrderEvent>({ type: 'CardSpoiled', serial: state.serial, cause: 'defect', note }, again)
}

function madeAgain(place: RemakePlace, cause: 'spoiled' | 'quality', note: string): OrderEvent[] {
  if (place.in === 'slot') return [{ type: 'OrderRemade', slot: place.slot, cause, note }]
  const { slot, assignment } = place
  return [
    { type: 'OrderRemade', slot, cause, note },
    { type: 'OrderPutOnLine', slot, ...assignment },
  ]
}

function cancel(state: OrderState, reason: string): OrderDecision {
  if (state.status === 'cancelled' || state.withdrawn !== null) return happened()
  if (state.status === 'queued') return happened<OrderEvent>({ type: 'OrderCancelled', reason })
  return state.status === 'on-line' ? happened<OrderEvent>({ type: 'CancellationNoted', reason }) : wrongState(state)
}

export function evolveOrder(state: OrderState, event: OrderEvent): OrderState {
  const next = { ...state, version: state.version + 1 }
  switch (event.type) {
    case 'OrderQueued': {
      const { type: _, slot, ...ordered } = event
      return { ...next, status: 'queued', ordered, slot }
    }
    case 'OrderMoved':
      return { ...next, slot: event.slot }
    case 'OrderPutOnLine': {
      const { type: _, slot, ...assignment } = event
      return { ...next, status: 'on-line', slot, assignment }
    }
    case 'OrderDelayed':
      return { ...next, slot: event.slot, assignment: state.assignment && { ...state.assignment, batch: event.batch } }
    case 'OrderTakenOffLine':
      return { ...next, status: 'queued', slot: event.slot, assignment: null }
    case 'CardPersonalised':
      return { ...next, status: 'made', serial: event.serial, madeAt: event.madeAt }
    case 'CardSpoiled':
      return { ...next, status: 'spoiled', assignment: null, serial: null, madeAt: null, finishedAt: null }
    case 'QualityPassed':
    case 'QualityFailed':
    case 'CancellationNoted':
      return event.type === 'CancellationNoted' ? { ...next, withdrawn: event.reason } : next
    case 'CardFinished':
      return { ...next, status: 'finished', finishedAt: state.madeAt }
    case 'OrderRemade':
      return { ...next, status: 'queued', slot: event.slot, assignment: null, serial: null, madeAt: null, finishedAt: null, remakes: state.remakes + 1 }
    case 'OrderCancelled':
      return { ...next, status: 'cancelled', slot: null, assignment: null, withdrawn: event.reason }
    default:
      return unreachable(event)
  }
}

/** What an order's events do to blank cards: the state before the first and after the last of each serial. */
export interface BlankMove {
  readonly serial: string
  readonly from: BlankState
  readonly to: BlankState
}

export function blankMoves(events: readonly OrderEvent[]): readonly BlankMove[] {
  const moves = new Map<string, BlankMove>()
  const move = (serial: string, assumedFrom: BlankState, to: BlankState): void => {
    moves.set(serial, { serial, from: moves.get(serial)?.from ?? assumedFrom, to })
  }
  for (const event of events) {
    if (event.type === 'OrderPutOnLine') move(event.serial, 'in-stock', 'issued')
    else if (event.type === 'OrderTakenOffLine') move(event.serial, 'issued', 'in-stock')
    else if (event.type === 'CardPersonalised') move(event.serial, 'issued', 'made')
    else if (event.type === 'CardSpoiled') move(event.serial, event.cause === 'line' ? 'issued' : 'made', 'spoiled')
  }
  return [...moves.values()]
}
