import type { HalfDaySlot } from '#catalogue/model.ts'
import { type Decision, happened, refused } from '#kernel/decider.ts'
import { type Day, type Instant, msOf, plusMs } from '#kernel/time.ts'
import type { ProductionLine } from '#place/model.ts'
import type { Line, LineEvent, LineState, ProductionRefusal } from '#production/model.ts'
import { slotStart } from '#production/rules/slots.ts'
import { slotEnd } from '#services/id-card/promise.ts'

/** How long a line that stopped is taken to stay away when nobody has said. Estimate, dated configuration. */
const REPAIR = { validFrom: '2021-05-07', ms: 2 * 3_600_000 } as const

export const NO_LINE_STATE: LineState = { version: 0, state: 'working', changedAt: null, expectedBackAt: null, reason: null }

/** The lines in force on a day: of several entries for one line the latest that has begun. */
export function linesOn(lines: readonly ProductionLine[], day: Day, states: ReadonlyMap<string, LineState>): readonly Line[] {
  const inForce = new Map<string, ProductionLine>()
  for (const line of lines) {
    const known = inForce.get(line.id)
    if (line.validFrom <= day && (known === undefined || known.validFrom < line.validFrom)) inForce.set(line.id, line)
  }
  return [...inForce.values()].map(({ id, cardsPerHalfDay }) => {
    const state = states.get(id) ?? NO_LINE_STATE
    const stopped = state.state === 'stopped'
    return { id, cardsPerHalfDay, stoppedAt: stopped ? state.changedAt : null, expectedBackAt: stopped ? state.expectedBackAt : null }
  })
}

/** When a line that stands still is counted on again. */
const backAt = ({ stoppedAt, expectedBackAt }: Line): Instant | null => (stoppedAt === null ? null : (expectedBackAt ?? plusMs(stoppedAt, REPAIR.ms)))

/** How many cards the line is counted on for in the half-day: of one that stands still, the share of the time after it is back. */
export function capacityOfLine(line: Line, slot: HalfDaySlot): number {
  const back = backAt(line)
  const [start, end] = [msOf(slotStart(slot)), msOf(slotEnd(slot))]
  const stoppedAfter = line.stoppedAt !== null && msOf(line.stoppedAt) >= end
  if (back === null || msOf(back) <= start || stoppedAfter) return line.cardsPerHalfDay
  return Math.max(0, Math.floor((line.cardsPerHalfDay * (end - msOf(back))) / (end - start)))
}

/** How many cards the lines make in the half-day. */
export const capacityOf = (lines: readonly Line[], slot: HalfDaySlot): number => lines.reduce((sum, line) => sum + capacityOfLine(line, slot), 0)

export interface StopLine {
  readonly type: 'StopLine'
  readonly line: string
  readonly by: 'line' | 'worker'
  readonly reason: string
  readonly at: Instant
  readonly expectedBackAt: Instant | null
}

export interface ResumeLine {
  readonly type: 'ResumeLine'
  readonly line: string
  readonly by: 'line' | 'worker'
  readonly at: Instant
}

/**
 * What a line reports about itself may come twice, late or in the wrong order: what is not newer than what is known changes
 * nothing; what is newer is noted even when it only confirms, so that an older report that is still to come is known as old.
 * A person who asks for what is so already is told.
 */
export function decideLine(state: LineState, command: StopLine | ResumeLine): Decision<LineEvent, ProductionRefusal> {
  const { line, by, at } = command
  if (by === 'line' && state.changedAt !== null && at <= state.changedAt) return happened()
  const isSo = state.state === (command.type === 'StopLine' ? 'stopped' : 'working')
  if (isSo && by === 'worker') return refused({ code: 'line-state', state: state.state })
  if (command.type === 'ResumeLine') return happened<LineEvent>({ type: 'LineResumed', line, by, resumedAt: at })
  // What a person said of a stop outlasts the line's own report of it.
  const reason = isSo ? (state.reason ?? command.reason) : command.reason
  const expectedBackAt = command.expectedBackAt ?? (isSo ? state.expectedBackAt : null)
  return happened<LineEvent>({ type: 'LineStopped', line, by, reason, stoppedAt: at, expectedBackAt })
}

export function evolveLine(state: LineState, event: LineEvent): LineState {
  const next = { ...state, version: state.version + 1 }
  switch (event.type) {
    case 'LineStopped':
      return { ...next, state: 'stopped', changedAt: event.stoppedAt, expectedBackAt: event.expectedBackAt, reason: event.reason }
    case 'LineResumed':
      return { ...next, state: 'working', changedAt: event.resumedAt, expectedBackAt: null, reason: null }
    case 'StopReviewed':
      return next
  }
}
