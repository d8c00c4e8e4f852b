import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf, type Instant, plusDays } from '#kernel/time.ts'
import type { LineReport, ReportEntry } from '#partners/card-line/protocol.ts'
import { decidedAgain } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { gather, known } from '#platform/facts.ts'
import { firstOpenSlot } from '#production/commands/queue.ts'
import { commitWrites, type LineWrite, linesFor, type OrderWrite, type ProductionDeps, planned, stateAfter } from '#production/commands/write.ts'
import type { BatchEvent, LineEvent, LineState, OrderCommand, OrderEvent, OrderState, RemakePlace } from '#production/model.ts'
import { fitsInBatch, nextReview } from '#production/rules/batch.ts'
import { decideLine, evolveLine } from '#production/rules/lines.ts'
import { decideOrder, passesQuality } from '#production/rules/order.ts'
import { slotKey } from '#production/rules/slots.ts'
import { batchesFromFact, type KeptBatch, lineStateOf, linesFact, reportChange, reportSeenFact } from '#production/store/batches.ts'
import { serialsFact } from '#production/store/blanks.ts'
import { onLineFact, ordersByIdFact, type Waiting, waitingFact } from '#production/store/orders.ts'

/** What became of a report. `ignored` are entries about cards that are not with the line (any more). */
export interface Taken {
  readonly taken: number
  readonly ignored: number
  readonly seenBefore: boolean
}

type CardEntry = Extract<ReportEntry, { kind: 'made' | 'spoiled' }>

const isCard = (entry: ReportEntry): entry is CardEntry => entry.kind === 'made' || entry.kind === 'spoiled'
const mayRemake = (entry: ReportEntry): boolean => entry.kind === 'spoiled' || (entry.kind === 'made' && !passesQuality(entry))

/** Takes in what a line reports: cards made or spoiled, and its own stops. A report that was seen before changes nothing. */
export function takeReport(deps: ProductionDeps, report: LineReport, act: Act): Promise<Taken> {
  return decidedAgain(async () => {
    const remakes = report.entries.filter(mayRemake).length
    const stops = report.entries.some(({ kind }) => kind === 'stopped')
    const { seen, orders, lines, serials, batches, waiting, onLine } = await gather(deps.db, {
      seen: reportSeenFact(report.report),
      orders: ordersByIdFact([...new Set(report.entries.filter(isCard).map(({ order }) => order))]),
      lines: linesFact(),
      serials: remakes > 0 ? serialsFact(remakes) : known([]),
      batches: batchesFromFact(plusDays(dayOf(act.at), -7)),
      waiting: remakes > 0 ? waitingFact() : known(new Map<string, Waiting>()),
      onLine: stops ? onLineFact(report.line) : known([]),
    })
    if (seen) return { taken: 0, ignored: 0, seenBefore: true }
    const line = lineEvents(report, lineStateOf(lines, report.line))
    const places = openPlaces(deps, { lines, serials, batches, waiting }, act.at)
    const states = new Map(orders.map(({ id, state }) => [id, state]))
    const cards = cardEvents(report, states, places)
    const extended = new Map([...places.extended].map(([key, ids]): [string, BatchEvent[]] => [key, [{ type: 'BatchExtended', orders: ids }]]))
    const lineWrite: LineWrite = { ...line.write, reviewAt: stoppedReview(deps, report.line, line.write, onLine, lines, act.at) }
    await commitWrites(
      deps,
      {
        orders: cards.writes,
        batches: planned(deps, places.slots, batches, extended),
        lines: [lineWrite],
        changes: [reportChange(report.report, report.line, act.at)],
      },
      act,
    )
    return { taken: cards.taken + line.taken, ignored: cards.ignored, seenBefore: false }
  })
}

/** A line's own stops and resumptions, in the order in which they happened. */
function lineEvents(report: LineReport, before: LineState): { readonly write: LineWrite; readonly taken: number } {
  const events: LineEvent[] = []
  let taken = 0
  for (const entry of report.entries) {
    if (isCard(entry)) continue
    const state = events.reduce(evolveLine, before)
    const about = { line: report.line, by: 'line' as const, at: entry.at }
    const decision = decideLine(
      state,
      entry.kind === 'stopped' ? { type: 'StopLine', ...about, reason: entry.reason, expectedBackAt: null } : { type: 'ResumeLine', ...about },
    )
    if (decision.ok) events.push(...decision.events)
    taken += 1
  }
  return { write: { line: report.line, before, events }, taken }
}

export function stoppedReview(
  deps: ProductionDeps,
  line: string,
  write: LineWrite,
  onLine: readonly { readonly id: Uuid; readonly state: OrderState }[],
  lines: ReadonlyMap<string, LineState>,
  at: Instant,
): Instant | undefined {
  const state = write.events.reduce(evolveLine, write.before)
  if (write.events.length === 0 || state.state !== 'stopped') return undefined
  const found = linesFor(deps, new Map([...lines, [line, state]]))({ day: dayOf(at), half: 'am' }).find(({ id }) => id === line)
  const cards = onLine.map(({ id, state: order }) => ({ id, slot: order.slot as HalfDaySlot }))
  return found && nextReview(found, cards, at)
}

function cardEvents(report: LineReport, states: Map<Uuid, OrderState>, places: RemakePlaces): { writes: OrderWrite[]; taken: number; ignored: number } {
  const writes = new Map<Uuid, { id: Uuid; before: OrderState; events: readonly OrderEvent[] }>()
  let [taken, ignored] = [0, 0]
  for (const entry of report.entries) {
    if (!isCard(entry)) continue
    const before = states.get(entry.order)
    const earlier = before && (writes.get(entry.order) ?? { id: entry.order, before, events: [] })
    const state = earlier && stateAfter(earlier)
    const decision = state && decideOrder(state, commandOf(report.line, entry, mayRemake(entry) ? places.forRemake(state) : NOWHERE))
    if (!earlier || !decision?.ok) ignored += 1
    else {
      taken += 1
      writes.set(entry.order, { ...earlier, events: [...earlier.events, ...decision.events] })
      if (decision.events.length > 0) places.use(decision.events, entry.order)
    }
  }
  return { writes: [...writes.values()], taken, ignored }
}

const NOWHERE: RemakePlace = { in: 'slot', slot: null }

const commandOf = (line: string, entry: CardEntry, remake: RemakePlace): OrderCommand =>
  entry.kind === 'made'
    ? { type: 'ReportMade', serial: entry.serial, line, madeAt: entry.at, measured: { chip: entry.chip, print: entry.print }, remake }
    : { type: 'ReportSpoiled', serial: entry.serial, line, note: entry.note, remake }

interface PlaceFacts {
  readonly lines: ReadonlyMap<string, LineState>
  readonly serials: readonly string[]
  readonly batches: ReadonlyMap<string, KeptBatch>
  readonly waiting: ReadonlyMap<string, Waiting>
}

/** Where cards that must be made again go; remembers what it gave away. */
interface RemakePlaces {
  forRemake(state: OrderState): RemakePlace
  /** The first half-day that has not begun. */
  readonly next: HalfDaySlot | null
  /** Takes note of what a decision made of the place. */
  use(events: readonly OrderEvent[], id: Uuid): void
  /** Half-days that were given, which need a batch. */
  readonly slots: readonly HalfDaySlot[]
  /** Cards that go to a line within the running batch, by `slotKey`. */
  readonly extended: ReadonlyMap<string, readonly Uuid[]>
}

/**
 * A card that must be made again goes to a working line in its own batch, begun or done, when it can still be ready there, else into
 * the first half-day that has not begun, whether full or not: it was accepted before those that stand there.
 */
export function openPlaces(deps: ProductionDeps, { lines, serials, batches, waiting }: PlaceFacts, at: Instant): RemakePlaces {
  const left = [...serials]
  const cards = new Map([...waiting].map(([line, { cards: count }]) => [line, count]))
  const positions = new Map([...waiting].map(([line, { last }]) => [line, last]))
  const slots: HalfDaySlot[] = []
  const extended = new Map<string, Uuid[]>()
  const next = firstOpenSlot(deps, batches, at)
  return {
    slots,
    extended,
    next,
    forRemake(state) {
      const { slot } = state
      const batch = slot && batches.get(slotKey(slot))
      const [serial] = left
      if (slot && serial !== undefined && (batch?.state.status === 'running' || batch?.state.status === 'finished')) {
        const line = [...linesFor(deps, lines)(slot)]
          .sort((a, b) => (cards.get(a.id) ?? 0) - (cards.get(b.id) ?? 0))
          .find((candidate) => fitsInBatch(candidate, cards.get(candidate.id) ?? 0, slot, at))
        if (line) return { in: 'batch', slot, assignment: { batch: batch.id, line: line.id, serial, position: (positions.get(line.id) ?? 0) + 1 } }
      }
      return { in: 'slot', slot: next }
    },
    use(events, id) {
      for (const event of events) {
        if (event.type === 'OrderRemade' && event.slot) slots.push(event.slot)
        if (event.type !== 'OrderPutOnLine') continue
        left.shift()
        cards.set(event.line, (cards.get(event.line) ?? 0) + 1)
        positions.set(event.line, event.position)
        extended.set(slotKey(event.slot), [...(extended.get(slotKey(event.slot)) ?? []), id])
      }
    },
  }
}
