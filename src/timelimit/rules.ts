import type { Calendar } from '#calendar/model.ts'
import { dayKind, nextWorkingDay } from '#calendar/rules.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, daysBetween, endOfDay, type Instant, later, MINUTE_MS, msOf, plusDays, plusMonths, plusMs, startOfDay, timeOn } from '#kernel/time.ts'
import type {
  Due,
  Extension,
  ExtensionProblem,
  Half,
  HalfDay,
  Limit,
  LimitHours,
  LimitState,
  LimitStatus,
  Pause,
  RunningLimit,
  Span,
  SpanReason,
} from '#timelimit/model.ts'

/** 12:00 as the end of the morning, and days that end at 24:00 (民法典 203): interpretation, dated configuration may differ. */
export const usualHours: LimitHours = { cutOff: '12:00', close: null }

export interface Reckoning {
  readonly hours?: LimitHours
  /** An open pause is taken to end here; without it as if it ended at once, which gives the earliest due instant. */
  readonly asOf?: Instant
}

/** Whether an instant lies in the morning or the afternoon of its day. The cut-off itself, to the millisecond, is morning. */
export const halfDayOf = (at: Instant, cutOff: string = usualHours.cutOff): HalfDay => {
  const day = dayOf(at)
  return { day, half: at <= timeOn(day, cutOff) ? 'morning' : 'afternoon' }
}

/**
 * The half-day whose batch something received at `at` belongs to: its own on a working day; the morning of the next
 * working day when it comes on a day off (interpretation of 吉公通字〔2021〕32号 一).
 */
export function batchOf(calendar: Calendar, at: Instant, cutOff: string = usualHours.cutOff): HalfDay {
  const own = halfDayOf(at, cutOff)
  return dayKind(calendar, own.day).working ? own : { day: nextWorkingDay(calendar, own.day).day, half: 'morning' }
}

/** The union of the pauses, in order: those that overlap or touch become one, with every reason once. Empty ones vanish. */
export function mergePauses(pauses: readonly Pause[]): readonly Pause[] {
  const merged: Pause[] = []
  for (const pause of [...pauses].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    demandOrder(pause)
    if (pause.to === pause.from) continue
    const last = merged.at(-1)
    if (last !== undefined && (last.to === null || last.to >= pause.from)) merged[merged.length - 1] = united(last, pause)
    else merged.push(pause)
  }
  return merged
}

function demandOrder({ from, to }: Pause): void {
  if (to !== null && to < from) throw new RangeError(`a pause ends before it begins: ${from} to ${to}`)
}

function united(a: Pause, b: Pause): Pause {
  const join = (first: string | undefined, second: string | undefined, by: string): string => {
    const parts = first === undefined ? [] : first.split(by)
    return [...parts, ...(second === undefined ? [] : second.split(by)).filter((part) => !parts.includes(part))].join(by)
  }
  const reason: Sentence = { zh: join(a.reason.zh, b.reason.zh, '；'), en: join(a.reason.en, b.reason.en, '; ') }
  const basis = join(a.basis, b.basis, '；')
  return { from: a.from, to: a.to === null || b.to === null ? null : later(a.to, b.to), reason, ...(basis === '' ? {} : { basis }) }
}

/** What may move the limit: merged, from the start on, each with an end. */
function effectivePauses({ limit, startedAt, pauses }: RunningLimit, asOf: Instant | undefined): readonly Closed[] {
  if (!limit.pausable) return []
  for (const pause of pauses) demandOrder(pause)
  const closed = pauses
    .map((pause) => ({ ...pause, from: later(pause.from, startedAt), to: pause.to ?? later(pause.from, asOf ?? pause.from) }))
    .filter((pause) => pause.to > pause.from)
  return mergePauses(closed) as readonly Closed[]
}

interface Closed extends Pause {
  readonly to: Instant
}

const pauseAt = (pauses: readonly Closed[], at: Instant): Closed | undefined => pauses.find((pause) => pause.from <= at && at < pause.to)

/** A day (`half` is null) or half-day on the way. */
interface Slot {
  readonly day: Day
  readonly half: Half | null
  readonly counts: boolean
  /** Whether the limit may end here. */
  readonly mayEnd: boolean
  readonly reason: SpanReason
  readonly provisional: boolean
}

/**
 * When a running limit is due, and every counted and uncounted stretch on the way there.
 *
 * Minutes run at once and through nights and holidays. In every other unit the day or half-day of the start isn't counted
 * (民法典 201), months and years end on the corresponding day (202), and the last day counts to its end (203). A day or
 * half-day that ends while the clock stands still isn't counted; one that ends with the clock running is. So a pause takes
 * out the day on which it begins and gives back the one on which it ends, a pause within one day moves nothing, and no limit
 * ends during a pause (interpretation). @throws RangeError for an amount that is not whole or is negative.
 */
export function dueOf(calendar: Calendar, running: RunningLimit, reckoning: Reckoning = {}): Due {
  const amount = running.limit.amount + (running.extended?.amount ?? 0)
  if (!Number.isInteger(amount) || amount < 0) throw new RangeError(`not an amount: ${amount}`)
  const pauses = effectivePauses(running, reckoning.asOf)
  const hours = reckoning.hours ?? usualHours
  const due = reckoned(calendar, running, amount, pauses, hours)
  const standsStill = running.limit.pausable && running.pauses.some((pause) => pause.to === null && pause.from <= due.dueAt)
  return { ...due, standsStill }
}

type Reckoned = Omit<Due, 'standsStill'>

function reckoned(calendar: Calendar, running: RunningLimit, amount: number, pauses: readonly Closed[], hours: LimitHours): Reckoned {
  const { limit, startedAt } = running
  if (limit.unit === 'minute') return dueInMinutes(startedAt, amount, pauses)
  // In whole days, uninterrupted, every start of one day leads to the same end: reckoned once for all cases of the day.
  const byDay = limit.unit !== 'half-day' && pauses.length === 0 && hours.close === null
  return byDay ? dueOfDay(calendar, running, amount, hours) : dueInSlots(calendar, running, amount, pauses, hours)
}

const reckonedDays = new WeakMap<Calendar, WeakMap<Limit, Map<string, Reckoned>>>()
const DAYS_KEPT_MAX = 100

function dueOfDay(calendar: Calendar, running: RunningLimit, amount: number, hours: LimitHours): Reckoned {
  const { limit, startedAt } = running
  const ofCalendar = reckonedDays.get(calendar) ?? new WeakMap<Limit, Map<string, Reckoned>>()
  reckonedDays.set(calendar, ofCalendar)
  const ofLimit = ofCalendar.get(limit) ?? new Map<string, Reckoned>()
  ofCalendar.set(limit, ofLimit)
  const key = `${dayOf(startedAt)} ${amount}`
  const known = ofLimit.get(key) ?? dueInSlots(calendar, running, amount, [], hours)
  if (!ofLimit.has(key)) {
    if (ofLimit.size >= DAYS_KEPT_MAX) ofLimit.clear()
    ofLimit.set(key, known)
  }
  const [first, ...later] = known.spans
  return first === undefined ? known : { ...known, spans: [{ ...first, from: startedAt }, ...later] }
}

function dueInMinutes(startedAt: Instant, amount: number, pauses: readonly Closed[]): Reckoned {
  const spans: Span[] = []
  let [at, left] = [startedAt, amount * MINUTE_MS]
  for (const pause of pauses) {
    const running = msOf(pause.from) - msOf(at)
    if (running > left) break
    pushMinutes(spans, at, pause.from, running / MINUTE_MS, { kind: 'minutes' })
    pushMinutes(spans, pause.from, pause.to, 0, { kind: 'pause', reason: pause.reason })
    left -= running
    at = pause.to
  }
  const dueAt = plusMs(at, left)
  pushMinutes(spans, at, dueAt, left / MINUTE_MS, { kind: 'minutes' })
  return { dueAt, dueDay: dayOf(dueAt), provisional: false, spans, counted: amount }
}

function pushMinutes(spans: Span[], from: Instant, to: Instant, minutes: number, reason: SpanReason): void {
  if (from === to) return
  spans.push({ ...reason, from, to, firstDay: dayOf(from), lastDay: dayOf(plusMs(to, -1)), counted: minutes, provisional: false })
}

function sameReason(a: SpanReason, b: SpanReason): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind === 'pause' && b.kind === 'pause') return a.reason.zh === b.reason.zh
  return 'name' in a && 'name' in b ? a.name.zh === b.name.zh : true
}

interface Way {
  readonly calendar: Calendar
  readonly limit: Limit
  readonly pauses: readonly Closed[]
  readonly hours: LimitHours
}

/** Slots in a row that differ in nothing but their day; instants are made only for the ends of a run. */
interface Run {
  readonly from: Instant
  readonly reason: SpanReason
  readonly provisional: boolean
  lastDay: Day
  counted: number
}

function dueInSlots(calendar: Calendar, { limit, startedAt }: RunningLimit, amount: number, pauses: readonly Closed[], hours: LimitHours): Reckoned {
  const runs: Run[] = []
  const way: Way = { calendar, limit, pauses, hours }
  let slot = startSlot(way, startedAt, runs)
  const counted = limit.unit === 'month' || limit.unit === 'year' ? daysOfMonths(slot.day, amount * (limit.unit === 'year' ? 12 : 1)) : amount
  let left = counted
  if (pauses.length === 0 && naturally(limit) && left > 0) {
    slot = naturalRun(way, slot, left, runs)
    left = 0
  }
  while (left > 0) {
    slot = slotAfter(way, slot)
    lay(way, runs, slot, slot.reason, slot.counts ? 1 : 0, slot.provisional)
    left -= slot.counts ? 1 : 0
  }
  const endProvisional = dependsOnYear(way, slot)
  while (!slot.mayEnd) {
    slot = slotAfter(way, slot)
    lay(way, runs, slot, isFree(slot) ? slot.reason : { kind: 'roll-over' }, 0, dependsOnYear(way, slot))
  }
  const dueAt = endOf(way, slot)
  const provisional = endProvisional || runs.some((run) => run.provisional)
  // A limit of nothing that starts at the very cut-off is due at once: no span lies between.
  return { dueAt, dueDay: slot.day, provisional, spans: spansOf(runs, dueAt).filter(({ from, to }) => from < to), counted }
}

function lay(way: Way, runs: Run[], slot: Slot, reason: SpanReason, counted: number, provisional: boolean): void {
  const last = runs.at(-1)
  if (last !== undefined && last.provisional === provisional && sameReason(last.reason, reason)) {
    last.lastDay = slot.day
    last.counted += counted
  } else {
    runs.push({ from: beginOf(way, slot), reason, provisional, lastDay: slot.day, counted })
  }
}

const spansOf = (runs: readonly Run[], dueAt: Instant): readonly Span[] =>
  runs.map(({ from, reason, provisional, lastDay, counted }, i) => {
    return { ...reason, from, to: runs[i + 1]?.from ?? dueAt, firstDay: dayOf(from), lastDay, counted, provisional }
  })

/** Natural days need no calendar but at their end, where the text lets them roll over. */
const dependsOnYear = (way: Way, slot: Slot): boolean =>
  naturally(way.limit) ? way.limit.rollOver && dayKind(way.calendar, slot.day).provisional : slot.provisional

const isFree = ({ reason }: Slot): boolean => reason.kind === 'pause' || reason.kind === 'weekend' || reason.kind === 'holiday'

const naturally = (limit: Limit): boolean => limit.unit === 'natural-day' || limit.unit === 'month' || limit.unit === 'year'

const daysOfMonths = (start: Day, months: number): number => daysBetween(start, plusMonths(start, months))

const beginOf = (way: Way, { day, half }: Slot): Instant => (half === 'afternoon' ? timeOn(day, way.hours.cutOff) : startOfDay(day))

/** The instant at which a limit that ends with this day or half-day is due. */
function endOf({ hours }: Way, { day, half }: Pick<Slot, 'day' | 'half'>): Instant {
  if (half === 'morning') return timeOn(day, hours.cutOff)
  return hours.close === null ? endOfDay(day) : timeOn(day, hours.close)
}

/** Nothing interrupts natural days without a pause: one run, however long. */
function naturalRun(way: Way, start: Slot, days: number, runs: Run[]): Slot {
  const end = daySlot(way, plusDays(start.day, days))
  runs.push({ from: startOfDay(plusDays(start.day, 1)), reason: { kind: 'natural-days' }, provisional: false, lastDay: end.day, counted: days })
  return end
}

/** Lays the uncounted beginning down and answers with the day or half-day that holds the start. */
function startSlot(way: Way, startedAt: Instant, runs: Run[]): Slot {
  const startDay = dayOf(startedAt)
  const inHalves = way.limit.unit === 'half-day'
  const slot = inHalves ? halfSlot(way, batchOf(way.calendar, startedAt, way.hours.cutOff)) : daySlot(way, startDay)
  for (let day = startDay; day < slot.day; day = plusDays(day, 1)) {
    const off = restSlot(way, day)
    lay(way, runs, off, off.reason, 0, off.provisional)
  }
  lay(way, runs, slot, { kind: 'start' }, 0, inHalves && slot.provisional)
  const [first] = runs
  if (first !== undefined) runs[0] = { ...first, from: startedAt }
  // Started after closing: the day can't keep the limit any more.
  return { ...slot, mayEnd: slot.mayEnd && endOf(way, slot) >= startedAt }
}

function slotAfter(way: Way, slot: Slot): Slot {
  if (way.limit.unit !== 'half-day') return daySlot(way, plusDays(slot.day, 1))
  if (slot.half === 'morning') return halfSlot(way, { day: slot.day, half: 'afternoon' })
  const day = plusDays(slot.day, 1)
  return dayKind(way.calendar, day).working ? halfSlot(way, { day, half: 'morning' }) : restSlot(way, day)
}

/** A whole day off between working half-days. */
function restSlot(way: Way, day: Day): Slot {
  const { reason, provisional } = dayKind(way.calendar, day)
  const off: SpanReason = reason.kind === 'holiday' ? reason : { kind: 'weekend' }
  return { day, half: null, counts: false, mayEnd: false, reason: pausedReason(way, { day, half: null }) ?? off, provisional }
}

function pausedReason(way: Way, slot: Pick<Slot, 'day' | 'half'>): SpanReason | undefined {
  if (way.pauses.length === 0) return undefined
  const pause = pauseAt(way.pauses, endOf(way, slot))
  return pause === undefined ? undefined : { kind: 'pause', reason: pause.reason }
}

function halfSlot(way: Way, half: HalfDay): Slot {
  const paused = pausedReason(way, half)
  const running = paused === undefined
  return { ...half, counts: running, mayEnd: running, reason: paused ?? { kind: 'half-days' }, provisional: dayKind(way.calendar, half.day).provisional }
}

function daySlot(way: Way, day: Day): Slot {
  const paused = pausedReason(way, { day, half: null })
  const running = paused === undefined
  if (naturally(way.limit)) {
    const mayEnd = running && (!way.limit.rollOver || dayKind(way.calendar, day).working)
    return { day, half: null, counts: running, mayEnd, reason: paused ?? { kind: 'natural-days' }, provisional: false }
  }
  const kind = dayKind(way.calendar, day)
  const counts = running && kind.working
  return { day, half: null, counts, mayEnd: counts, reason: paused ?? dayReason(kind.reason), provisional: running && kind.provisional }
}

const dayReason = (reason: ReturnType<typeof dayKind>['reason']): SpanReason => (reason.kind === 'weekday' ? { kind: 'working-days' } : reason)

/** Where a limit stands at `now`, judged by what is known then: an open pause is taken to last until `now`. */
export function statusOf(calendar: Calendar, running: RunningLimit, now: Instant, hours: LimitHours = usualHours): LimitStatus {
  const at = running.finishedAt !== undefined && running.finishedAt < now ? running.finishedAt : now
  const due = dueOf(calendar, running, { asOf: at, hours })
  const { unit } = running.limit
  return {
    state: stateOf(running, due, now),
    due,
    unit: unit === 'month' || unit === 'year' ? 'natural-day' : unit,
    remaining: at > due.dueAt ? 0 : remainingOf(due, at, hours),
    late: at > due.dueAt ? lateBy(calendar, running.limit, due, at, hours) : 0,
  }
}

function stateOf({ limit, startedAt, pauses, finishedAt }: RunningLimit, due: Due, now: Instant): LimitState {
  if (now < startedAt) return 'not-started'
  if (finishedAt !== undefined && finishedAt <= now) return finishedAt <= due.dueAt ? 'kept' : 'missed'
  if (now > due.dueAt) return 'overdue'
  return limit.pausable && pauses.some((pause) => pause.from <= now && (pause.to === null || now < pause.to)) ? 'paused' : 'running'
}

/** Units that aren't over yet. The days of a roll-over belong to the period (民法典 203), so they are still there to be used. */
function remainingOf(due: Due, at: Instant, hours: LimitHours): number {
  return due.spans.reduce((sum, span) => {
    if (span.counted === 0 && span.kind !== 'roll-over') return sum
    // The last instant of the way still belongs to it.
    if (span.to < at || (span.to === at && at !== due.dueAt)) return sum
    const all = span.kind === 'roll-over' ? daysBetween(span.firstDay, span.lastDay) + 1 : span.counted
    return sum + (span.from > at ? all : all - usedOf(span, at, hours))
  }, 0)
}

function usedOf(span: Span, at: Instant, hours: LimitHours): number {
  if (span.kind === 'minutes') return Math.floor((msOf(at) - msOf(span.from)) / MINUTE_MS)
  if (span.kind === 'half-days') return halfIndex(halfDayOf(at, hours.cutOff)) - halfIndex(halfDayOf(plusMs(span.from, 1), hours.cutOff))
  return daysBetween(span.firstDay, dayOf(at))
}

const EPOCH = '1970-01-01' as Day
const halfIndex = ({ day, half }: HalfDay): number => daysBetween(EPOCH, day) * 2 + (half === 'afternoon' ? 1 : 0)

function lateBy(calendar: Calendar, limit: Limit, due: Due, at: Instant, hours: LimitHours): number {
  if (limit.unit === 'minute') return Math.ceil((msOf(at) - msOf(due.dueAt)) / MINUTE_MS)
  if (naturally(limit)) return daysBetween(due.dueDay, dayOf(at))
  const halves: readonly Half[] = limit.unit === 'half-day' ? ['morning', 'afternoon'] : ['afternoon']
  const [dueIndex, nowIndex] = [halfIndex(halfDayOf(due.dueAt, hours.cutOff)), halfIndex(halfDayOf(at, hours.cutOff))]
  let late = 0
  for (let day = due.dueDay; day <= dayOf(at); day = plusDays(day, 1)) {
    if (!dayKind(calendar, day).working) continue
    if (limit.unit === 'working-day') late += day > due.dueDay ? 1 : 0
    else late += halves.filter((half) => halfIndex({ day, half }) > dueIndex && halfIndex({ day, half }) <= nowIndex).length
  }
  return late
}

/** The limit with its clock stopped from `from` on. */
export const stopClock = (running: RunningLimit, from: Instant, reason: Sentence, basis?: string): RunningLimit => ({
  ...running,
  pauses: [...running.pauses, { from, to: null, reason, ...(basis === undefined ? {} : { basis }) }],
})

/** The limit with its clock going again: every open pause ends at `to`. @throws RangeError when none is open or one begins later. */
export function restartClock(running: RunningLimit, to: Instant): RunningLimit {
  const open = running.pauses.filter((pause) => pause.to === null)
  if (open.length === 0 || open.some((pause) => pause.from > to)) throw new RangeError('the clock does not stand still')
  return { ...running, pauses: running.pauses.map((pause) => (pause.to === null ? { ...pause, to } : pause)) }
}

/** The limit with a longer amount: once, before it is over, and by no more than the law allows (行政许可法 42; 居民身份证法 12). */
export function extendLimit(
  calendar: Calendar,
  running: RunningLimit,
  extension: Extension,
  hours: LimitHours = usualHours,
): { readonly ok: true; readonly running: RunningLimit } | { readonly ok: false; readonly problem: ExtensionProblem } {
  const allowed = running.limit.extension
  if (allowed === undefined) return { ok: false, problem: 'not-extendable' }
  if (running.extended !== undefined) return { ok: false, problem: 'extended-before' }
  if (!Number.isInteger(extension.amount) || extension.amount < 1 || extension.amount > allowed.amount) return { ok: false, problem: 'too-long' }
  if (extension.at > dueOf(calendar, running, { asOf: extension.at, hours }).dueAt) return { ok: false, problem: 'already-over' }
  return { ok: true, running: { ...running, extended: extension } }
}
