import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Instant, instantOfMs, msOf } from '#kernel/time.ts'
import type { AlarmCause, BatchEvent, BatchState, Line } from '#production/model.ts'
import { capacityOfLine } from '#production/rules/lines.ts'
import { inOrderOfAcceptance, type Plannable } from '#production/rules/plan.ts'
import { msPerCard, slotStart } from '#production/rules/slots.ts'
import { slotEnd } from '#services/id-card/promise.ts'

export const NO_BATCH: BatchState = { status: 'none', version: 0, slot: null, alarms: [], startedAt: null, finishedAt: null }

export function evolveBatch(state: BatchState, event: BatchEvent, at: Instant): BatchState {
  const next = { ...state, version: state.version + 1 }
  switch (event.type) {
    case 'BatchPlanned':
      return { ...next, status: 'planned', slot: event.slot }
    case 'BatchStarted':
      return { ...next, status: 'running', startedAt: at }
    case 'BatchExtended':
      return { ...next, status: 'running', finishedAt: null }
    case 'BatchReviewed':
      return next
    case 'CapacityAlarmRaised':
      return { ...next, alarms: state.alarms.includes(event.cause) ? state.alarms : [...state.alarms, event.cause] }
    case 'BatchFinished':
      return { ...next, status: 'finished', finishedAt: at }
  }
}

/** One alarm of a kind for a batch: the first card that it costs raises it. */
export function alarmEvents(
  state: BatchState,
  slot: HalfDaySlot,
  alarm: { readonly cause: AlarmCause; readonly capacity: number; readonly demand: number },
  sentence: Sentence,
): BatchEvent[] {
  return state.alarms.includes(alarm.cause) ? [] : [{ type: 'CapacityAlarmRaised', slot, ...alarm, sentence }]
}

/** A line with the cards of earlier batches that are still on it. */
export interface LoadedLine extends Line {
  readonly waiting: number
}

export interface Dealt {
  readonly id: Uuid
  readonly line: string
  readonly serial: string
  readonly position: number
}

export interface Deal {
  readonly dealt: readonly Dealt[]
  /** In order of acceptance, what found no place: the last of the queue. */
  readonly left: readonly Uuid[]
  /** What ran out first, when something did. */
  readonly short: 'capacity' | 'blanks' | null
  readonly capacity: number
}

/**
 * Hands the cards of a half-day to the lines, in order of acceptance: each next card to the line that would have it ready
 * first, with the next blank, until the lines are full, the blanks are used up or no card is left. A line that stands
 * still but is expected back within the half-day gets cards only when those that work are full.
 */
export function dealToLines(queue: readonly Plannable[], lines: readonly LoadedLine[], serials: readonly string[], slot: HalfDaySlot): Deal {
  const filling = lines.map((line) => ({
    id: line.id,
    stopped: line.stoppedAt !== null,
    room: Math.max(0, capacityOfLine(line, slot) - line.waiting),
    ms: msPerCard(line.cardsPerHalfDay),
    cards: line.waiting,
  }))
  const capacity = filling.reduce((sum, { room }) => sum + room, 0)
  const dealt: Dealt[] = []
  const left: Uuid[] = []
  for (const order of [...queue].sort(inOrderOfAcceptance)) {
    const serial = serials[dealt.length]
    const line = earliestFree(filling)
    if (serial === undefined || line === undefined) {
      left.push(order.id)
      continue
    }
    line.cards += 1
    line.room -= 1
    dealt.push({ id: order.id, line: line.id, serial, position: line.cards })
  }
  const short = left.length === 0 ? null : dealt.length >= capacity ? 'capacity' : 'blanks'
  return { dealt, left, short, capacity }
}

interface FillingLine {
  readonly id: string
  readonly stopped: boolean
  readonly ms: number
  room: number
  cards: number
}

const isSooner = (a: FillingLine, b: FillingLine): boolean => (a.stopped === b.stopped ? (a.cards + 1) * a.ms < (b.cards + 1) * b.ms : b.stopped)

/** Of equals the one listed first. */
function earliestFree(lines: readonly FillingLine[]): FillingLine | undefined {
  let best: FillingLine | undefined
  for (const line of lines) if (line.room > 0 && (best === undefined || isSooner(line, best))) best = line
  return best
}

/** Before this long to the end of a half-day, whoever won't be ready is told. Estimate, dated configuration. */
const WARNING = { validFrom: '2021-05-07', ms: 15 * 60_000 } as const
/** Reviews come at most this often, and not later than this before the end. */
const REVIEW_EVERY_MS = 5 * 60_000
const LAST_REVIEW_MS = 60_000

/** A card on a line, in the order in which the line makes them. */
export interface OnLine {
  readonly id: Uuid
  readonly slot: HalfDaySlot
}

/**
 * Which cards can't be ready by the end of their half-day any more: were the line to work from `at` on, or, when it stands
 * still, from `at` and a margin on, the n-th card would come out too late. In the last minute nothing is hoped for:
 * people are told before the promised instant, not after.
 */
export function tooLate(line: Line, cards: readonly OnLine[], at: Instant): readonly OnLine[] {
  const perCard = msPerCard(line.cardsPerHalfDay)
  const from = msOf(at) + marginOf(line)
  return cards.filter(({ slot }, index) => {
    const end = msOf(slotEnd(slot))
    return msOf(at) >= end - LAST_REVIEW_MS || Math.max(from, msOf(slotStart(slot))) + (index + 1) * perCard > end
  })
}

/** When a line that works is looked at before the end of the half-day. */
export const warningAt = (slot: HalfDaySlot): Instant => instantOfMs(msOf(slotEnd(slot)) - WARNING.ms)

const marginOf = (line: Line): number => (line.stoppedAt === null ? 0 : WARNING.ms)

/**
 * When the cards of a line must be looked at again; undefined when it has none. A line that works is looked at shortly
 * before the end of the half-day, one that stands still as soon as its last card could become late.
 */
export function nextReview(line: Line, cards: readonly OnLine[], at: Instant): Instant | undefined {
  const perCard = msPerCard(line.cardsPerHalfDay)
  const ends = cards.map(({ slot }) => msOf(slotEnd(slot)))
  // A card that stays late although its last review is past has nowhere to go: looking again would not help it.
  const open = ends.flatMap((end, index) => (end - LAST_REVIEW_MS > msOf(at) ? [{ end, index }] : []))
  if (open.length === 0) return undefined
  const last = Math.min(...open.map(({ end }) => end)) - LAST_REVIEW_MS
  const wanted = Math.min(...open.map(({ end, index }) => end - WARNING.ms - (line.stoppedAt === null ? 0 : (index + 1) * perCard)))
  return instantOfMs(Math.min(Math.max(wanted, msOf(at) + REVIEW_EVERY_MS), last))
}

/** Whether a card that is made again would still be ready within the running half-day, behind `waiting` others. */
export const fitsInBatch = (line: Line, waiting: number, slot: HalfDaySlot, at: Instant): boolean =>
  line.stoppedAt === null && at >= slotStart(slot) && msOf(at) + (waiting + 1) * msPerCard(line.cardsPerHalfDay) <= msOf(slotEnd(slot)) - WARNING.ms
