import type { CaseDeps } from '#case/commands.ts'
import type { HalfDaySlot } from '#catalogue/model.ts'
import { type Instant, later, msOf, plusMinutes } from '#kernel/time.ts'
import type { Change, Commit } from '#platform/commit.ts'
import { type StoredEvent, storedEvents } from '#platform/events.ts'
import { accepted } from '#production/commands/queue.ts'
import { centreOf } from '#production/commands/write.ts'
import { type BatchEvent, type BlankEvent, type OrderEvent, type Ordered, type OrderState, PRODUCTION_SHARD } from '#production/model.ts'
import { evolveBatch, NO_BATCH } from '#production/rules/batch.ts'
import { serialOf } from '#production/rules/blanks.ts'
import { blankMoves, decideOrder, evolveOrder, NO_ORDER } from '#production/rules/order.ts'
import { batchIdOf, slotKey, slotStart, stockIdOf } from '#production/rules/slots.ts'
import { validityTerms } from '#production/rules/validity.ts'
import { batchesChange } from '#production/store/batches.ts'
import { type BlankChange, blankChanges, receiveChanges } from '#production/store/blanks.ts'
import { loadChange, ordersChange } from '#production/store/orders.ts'
import { type CaseLife, type MadeCard, systemAct } from '#sim/world/case-lives.ts'

/** Blanks of the past begin with this, so that a box that is received later never repeats their serials. */
const PREFIX = 'SEED'

export const pastSerial = (number: number): string => serialOf(PREFIX, number)

interface Made extends MadeCard {
  readonly life: CaseLife
}

/** Where on the lines a card was made. */
interface Placed {
  readonly line: string
  readonly position: number
}

/** What the factory did in the past: every half-day's batch, each card's place on the lines, and the blanks that they took. */
export interface PastProduction {
  /** The box of blanks and the batches, before any order is written. */
  readonly opening: Commit
  /** The orders of these cases. */
  ordersOf(lives: readonly CaseLife[]): { readonly events: readonly StoredEvent[]; readonly changes: readonly Change[] }
}

export function pastProduction({ places }: CaseDeps, lives: readonly CaseLife[]): PastProduction {
  const centre = centreOf(places)
  const lines = centre.lines.map(({ id }) => id)
  const made = lives.flatMap((life): Made[] => (life.made ? [{ ...life.made, life }] : []))
  const placed = new Map<CaseLife, Placed>()
  const batches = [...bySlot(made).values()].map((cards) => {
    const inOrder = cards.toSorted((a, b) => (acceptedAt(a) < acceptedAt(b) ? -1 : 1))
    for (const [i, { life }] of inOrder.entries()) placed.set(life, { line: lines[i % lines.length] as string, position: Math.floor(i / lines.length) + 1 })
    return batchOf(centre.organ, inOrder, lines)
  })
  return {
    opening: { events: [...batches.flatMap(({ events }) => events), ...boxEvents(centre.organ, made)], changes: [batchesChange(batches), ...boxChanges(made)] },
    ordersOf: (some) => ordersCommit(centre.organ, some, placed),
  }
}

const acceptedAt = ({ life }: Made): Instant => life.state.acceptedAt as Instant

function bySlot(made: readonly Made[]): ReadonlyMap<string, readonly Made[]> {
  const slots = new Map<string, Made[]>()
  for (const card of made) slots.set(slotKey(card.slot), [...(slots.get(slotKey(card.slot)) ?? []), card])
  return slots
}

const latest = (instants: readonly Instant[]): Instant => instants.reduce((a, b) => later(a, b))

function batchOf(centre: string, cards: readonly Made[], lines: readonly string[]) {
  const { slot } = cards[0] as Made
  const id = batchIdOf(centre, slot)
  const key = { prefecture: PRODUCTION_SHARD, stream: id }
  const counted = lines.map((line, i) => ({ line, cards: cards.filter((_, n) => n % lines.length === i).length }))
  const happened: readonly (readonly [BatchEvent, Instant])[] = [
    [{ type: 'BatchPlanned', centre, slot }, acceptedAt(cards[0] as Made)],
    [{ type: 'BatchStarted', lines: counted, moved: 0 }, slotStart(slot)],
    [{ type: 'BatchFinished' }, plusMinutes(latest(cards.map(({ madeAt }) => madeAt)), 1)],
  ]
  let state = NO_BATCH
  const events = happened.flatMap(([event, at], i) => {
    state = evolveBatch(state, event, at)
    return storedEvents(key, i, [event], systemAct('production', at))
  })
  return { id, state, events }
}

const firstUse = (made: readonly Made[]): Instant => made.map(acceptedAt).toSorted()[0] as Instant

function boxEvents(centre: string, made: readonly Made[]): readonly StoredEvent[] {
  if (made.length === 0) return []
  const received: BlankEvent = { type: 'BlanksReceived', prefix: PREFIX, first: 1, count: made.length, note: '' }
  return storedEvents({ prefecture: PRODUCTION_SHARD, stream: stockIdOf(centre) }, 0, [received], systemAct('production', firstUse(made)))
}

const boxChanges = (made: readonly Made[]): readonly Change[] =>
  made.length === 0
    ? []
    : receiveChanges(
        made.map((_, i) => pastSerial(i + 1)),
        firstUse(made),
      )

function ordersCommit(centre: string, lives: readonly CaseLife[], placed: ReadonlyMap<CaseLife, Placed>) {
  const orders = lives.flatMap((life) => {
    const place = placed.get(life)
    return life.made && place ? [orderOf(centre, life, life.made, place)] : []
  })
  if (orders.length === 0) return { events: [], changes: [] }
  const load = loadChange(orders.map(({ id, state }) => ({ id, from: null, to: state.slot })))
  const at = latest(orders.map(({ madeAt }) => madeAt))
  return {
    events: orders.flatMap(({ events }) => events),
    changes: [
      ordersChange(orders),
      ...(load ? [load] : []),
      ...blankChanges(
        orders.flatMap(({ moves }) => moves),
        at,
      ),
    ],
  }
}

/** Queued, put on a line when its half-day began, made, found good, finished: by the order's own procedure. */
function orderOf(centre: string, life: CaseLife, { slot, serial, madeAt }: MadeCard, { line, position }: Placed) {
  const ordered = orderedBy(life, slot)
  const assignment = { batch: batchIdOf(centre, slot), line, serial, position }
  const commands = [
    [{ type: 'Queue', ordered, slot }, ordered.startedAt],
    [{ type: 'PutOnLine', slot, assignment }, slotStart(slot)],
    [{ type: 'ReportMade', serial, line, madeAt, measured: { chip: true, print: true }, remake: { in: 'slot', slot: null } }, madeAt],
  ] as const
  const key = { prefecture: PRODUCTION_SHARD, stream: life.key.stream }
  const stored: StoredEvent[] = []
  const all: OrderEvent[] = []
  let state: OrderState = NO_ORDER
  for (const [command, at] of commands) {
    const events = accepted(decideOrder(state, command))
    stored.push(...storedEvents(key, state.version, events, systemAct('production', at)))
    state = events.reduce(evolveOrder, state)
    all.push(...events)
  }
  const moves: BlankChange[] = blankMoves(all).map((move) => ({ ...move, order: life.key.stream, batch: assignment.batch }))
  return { id: life.key.stream, state, events: stored, moves, madeAt }
}

function orderedBy({ key, state, stored, holdings }: CaseLife, slot: HalfDaySlot): Ordered {
  const { submission, product, acceptedAt: at } = state
  const orderedAt = stored.find(({ type }) => type === 'ProductionOrdered')?.at
  if (!submission || !product || !at || !orderedAt) throw new Error('a card is made only for an accepted case')
  return {
    casePrefecture: key.prefecture,
    caseNumber: submission.number,
    personShown: submission.personShown,
    acceptedAt: at,
    startedAt: msOf(orderedAt) > msOf(at) ? orderedAt : at,
    earliest: slot,
    validity: validityTerms(holdings.person.birth, product.validFrom),
    product,
    handover: submission.handover,
  }
}
