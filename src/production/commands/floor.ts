import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import { dayOf, type Instant, plusDays } from '#kernel/time.ts'
import { type Change, decidedAgain } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { type Fact, gather, known } from '#platform/facts.ts'
import { type Answer, type KeptAnswer, type Once, problemAnswer } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'
import { accepted, firstOpenSlot } from '#production/commands/queue.ts'
import { openPlaces, stoppedReview } from '#production/commands/report.ts'
import { centreOf, commitWrites, type ProductionDeps, planned, stateAfter } from '#production/commands/write.ts'
import type { BatchEvent, OrderCommand, OrderState, ProductionRefusal, RemakePlace } from '#production/model.ts'
import { decideLine } from '#production/rules/lines.ts'
import { decideOrder } from '#production/rules/order.ts'
import { batchesFromFact, lineStateOf, linesFact } from '#production/store/batches.ts'
import { serialsFact } from '#production/store/blanks.ts'
import { type KeptOrder, onLineFact, orderByNumberFact, ordersByIdFact, waitingFact } from '#production/store/orders.ts'
import { refusalReason } from '#production/words.ts'

/** What people on the factory floor decide, and what others ask of the factory. */
export type FloorOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly reasons: readonly RefusalReason[] }
  | { readonly kind: 'replayed'; readonly answer: Answer }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'version-changed' }

export interface FloorOptions<T> {
  readonly once?: Once
  readonly answer?: (value: T) => Answer
  readonly expectedVersion?: number
  readonly changes?: readonly Change[]
}

export const seenFact = (once: Once | undefined): Fact<KeptAnswer | null> => once?.seen ?? known(null)

/** A refusal changes nothing but is remembered, so that the same request gets the same answer. */
export async function refuseFloor<T>(deps: ProductionDeps, once: Once | undefined, refusal: ProductionRefusal): Promise<FloorOutcome<T>> {
  const reasons = [refusalReason(refusal)]
  if (once) await deps.committer.commit({ events: [], changes: [once.remember(problemAnswer(problem('refused', { refusals: reasons })))] })
  return { kind: 'refused', reasons }
}

export const remembered = <T>({ once, answer, changes = [] }: FloorOptions<T>, value: T): readonly Change[] => [
  ...changes,
  ...(once && answer ? [once.remember(answer(value))] : []),
]

export type OrderKey = { readonly id: Uuid } | { readonly caseNumber: string }

const orderOfKeyFact = (key: OrderKey): Fact<KeptOrder | null> => {
  if ('caseNumber' in key) return orderByNumberFact(key.caseNumber)
  const one = ordersByIdFact([key.id])
  return { ...one, parse: (json) => one.parse(json)[0] ?? null }
}

/**
 * One command on one order; a card that must be made again finds its place as after a line's report.
 * @param commandOf the command, once the state, the place for a remake and the next half-day are known
 */
export function onOrder(
  deps: ProductionDeps,
  key: OrderKey,
  commandOf: (state: OrderState, place: RemakePlace, next: HalfDaySlot | null) => OrderCommand,
  act: Act,
  options: FloorOptions<KeptOrder> = {},
): Promise<FloorOutcome<KeptOrder>> {
  const { once, expectedVersion } = options
  return decidedAgain(async () => {
    const { seen, order, lines, serials, batches, waiting } = await gather(deps.db, {
      seen: seenFact(once),
      order: orderOfKeyFact(key),
      lines: linesFact(),
      serials: serialsFact(1),
      batches: batchesFromFact(plusDays(dayOf(act.at), -7)),
      waiting: waitingFact(),
    })
    const replayed = once?.replay(seen)
    if (replayed) return { kind: 'replayed', answer: replayed }
    if (order === null) return { kind: 'not-found' }
    if (expectedVersion !== undefined && expectedVersion !== order.state.version) return { kind: 'version-changed' }
    const places = openPlaces(deps, { lines, serials, batches, waiting }, act.at)
    const decision = decideOrder(order.state, commandOf(order.state, places.forRemake(order.state), places.next))
    if (!decision.ok) return refuseFloor(deps, once, decision.refusal)
    const write = { id: order.id, before: order.state, events: decision.events }
    const after = { id: order.id, state: stateAfter(write) }
    places.use(decision.events, order.id)
    const extended = new Map([...places.extended].map(([slot, orders]): [string, BatchEvent[]] => [slot, [{ type: 'BatchExtended', orders }]]))
    await commitWrites(deps, { orders: [write], batches: planned(deps, places.slots, batches, extended), changes: remembered(options, after) }, act)
    return { kind: 'done', value: after }
  })
}

export interface LineChange {
  readonly line: string
  readonly to: 'stopped' | 'working'
  readonly reason: string
  readonly expectedBackAt: Instant | null
}

/** A person stops a line or lets it run again. */
export function changeLine(deps: ProductionDeps, { line, to, reason, expectedBackAt }: LineChange, act: Act, options: FloorOptions<LineChange> = {}) {
  const { once } = options
  return decidedAgain(async (): Promise<FloorOutcome<LineChange>> => {
    const { seen, lines, onLine } = await gather(deps.db, { seen: seenFact(once), lines: linesFact(), onLine: onLineFact(line) })
    const replayed = once?.replay(seen)
    if (replayed) return { kind: 'replayed', answer: replayed }
    if (!centreOf(deps.places).lines.some(({ id }) => id === line)) return refuseFloor(deps, once, { code: 'line-unknown', line })
    const before = lineStateOf(lines, line)
    const about = { line, by: 'worker' as const, at: act.at }
    const decision = decideLine(before, to === 'stopped' ? { type: 'StopLine', ...about, reason, expectedBackAt } : { type: 'ResumeLine', ...about })
    if (!decision.ok) return refuseFloor(deps, once, decision.refusal)
    const value = { line, to, reason, expectedBackAt }
    const write = { line, before, events: decision.events }
    const reviewAt = stoppedReview(deps, line, write, onLine, lines, act.at)
    await commitWrites(deps, { lines: [{ ...write, reviewAt }], changes: remembered(options, value) }, act)
    return { kind: 'done', value }
  })
}

export interface TakenOff {
  readonly line: string
  /** Cards that were taken back and are queued again. */
  readonly cards: number
}

/**
 * Takes back from a line that doesn't come back what it has not made. The line is asked first: only what it will never
 * make goes into the queue again, so that nothing is made twice.
 * @throws CardLineUnavailable when the line controller doesn't answer; nothing has changed then
 */
export async function takeOffLine(deps: ProductionDeps, line: string, act: Act, options: FloorOptions<TakenOff> = {}): Promise<FloorOutcome<TakenOff>> {
  const { once } = options
  const { seen, onLine } = await gather(deps.db, { seen: seenFact(once), onLine: onLineFact(line) })
  const replayed = once?.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  if (!centreOf(deps.places).lines.some(({ id }) => id === line)) return refuseFloor(deps, once, { code: 'line-unknown', line })
  const asked = onLine.flatMap(({ id, state }) => (state.assignment ? [{ order: id, serial: state.assignment.serial }] : []))
  const answer = asked.length === 0 ? { recalled: [] } : await deps.cardLine.recall(line, asked, act.at)
  const recalled = new Set(answer.recalled)
  return decidedAgain(async () => {
    const { current, batches } = await gather(deps.db, { current: onLineFact(line), batches: batchesFromFact(plusDays(dayOf(act.at), -7)) })
    const slot = firstOpenSlot(deps, batches, act.at)
    const orders = current
      .filter(({ state }) => state.assignment && recalled.has(state.assignment.serial))
      .map(({ id, state }) => ({ id, before: state, events: accepted(decideOrder(state, { type: 'TakeOffLine', slot, cause: 'line-stopped' })) }))
    const value = { line, cards: orders.length }
    await commitWrites(deps, { orders, batches: planned(deps, slot === null ? [] : [slot], batches), changes: remembered(options, value) }, act)
    return { kind: 'done', value }
  })
}
