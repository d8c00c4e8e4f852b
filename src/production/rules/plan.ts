import type { Calendar } from '#calendar/model.ts'
import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import type { Line } from '#production/model.ts'
import { capacityOf } from '#production/rules/lines.ts'
import { isSameSlot, laterSlot, slotKey, slotsFrom } from '#production/rules/slots.ts'

/** An order as the plan sees it. */
export interface Plannable {
  readonly id: Uuid
  readonly acceptedAt: Instant
  /** Never planned before this. */
  readonly earliest: HalfDaySlot
  /** Where it stands now; null when it isn't planned. */
  readonly slot: HalfDaySlot | null
}

export interface PlannedBatch {
  readonly slot: HalfDaySlot
  /** In order of acceptance. */
  readonly orders: readonly Uuid[]
}

export interface Plan {
  readonly batches: readonly PlannedBatch[]
  /** Cards that stand later than `earliest`: their people must be told. */
  readonly late: readonly { readonly id: Uuid; readonly slot: HalfDaySlot }[]
  /** Cards whose half-day changes by this plan. */
  readonly moved: readonly { readonly id: Uuid; readonly from: HalfDaySlot | null; readonly slot: HalfDaySlot | null }[]
  /** Cards for which no published half-day has room: they wait for the calendar. */
  readonly unplaced: readonly Uuid[]
}

/** How many cards are in each half-day already that this plan can't move, by `slotKey`. */
export type Occupied = ReadonlyMap<string, number>

/** Cards are made in this order: 受理先后. The id breaks ties, so that a plan is the same however the queue is read. */
export const inOrderOfAcceptance = (a: Pick<Plannable, 'acceptedAt' | 'id'>, b: Pick<Plannable, 'acceptedAt' | 'id'>): number =>
  a.acceptedAt < b.acceptedAt ? -1 : a.acceptedAt > b.acceptedAt ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

/** The half-days with what is left of their room, opened as far as the plan needs them. */
function roomFrom(lines: (slot: HalfDaySlot) => readonly Line[], calendar: Calendar, from: HalfDaySlot, occupied: Occupied) {
  const slots = slotsFrom(calendar, from)
  const opened: { readonly slot: HalfDaySlot; room: number }[] = []
  /** Index of a half-day with room, at or after the key: skips what was found full before. */
  const nextOpen: number[] = []
  const openAt = (index: number): { readonly slot: HalfDaySlot; room: number } | undefined => {
    while (opened.length <= index) {
      const { value } = slots.next()
      if (value === undefined) return undefined
      opened.push({ slot: value, room: capacityOf(lines(value), value) - (occupied.get(slotKey(value)) ?? 0) })
      nextOpen.push(opened.length - 1)
    }
    return opened[index]
  }
  return (earliest: HalfDaySlot): HalfDaySlot | undefined => {
    let index = 0
    const passed: number[] = []
    for (;;) {
      const candidate = openAt(index)
      if (candidate === undefined) return undefined
      if (slotKey(candidate.slot) < slotKey(earliest)) index += 1
      else if (candidate.room <= 0) {
        passed.push(index)
        const next = nextOpen[index] as number
        index = next > index ? next : index + 1
      } else {
        candidate.room -= 1
        for (const full of passed) nextOpen[full] = index
        return candidate.slot
      }
    }
  }
}

/**
 * Plans every queued card: in order of acceptance, each into the first half-day with room that is neither before its own
 * nor before `from`. Never more than the working lines can make, never into a year whose calendar isn't published.
 * Pure, and the same again when the queue already stands as planned.
 * @param lines the centre's lines as they are counted on for a half-day
 */
export function planBatches(
  queue: readonly Plannable[],
  lines: (slot: HalfDaySlot) => readonly Line[],
  calendar: Calendar,
  from: HalfDaySlot,
  occupied: Occupied = new Map(),
): Plan {
  const take = roomFrom(lines, calendar, from, occupied)
  const batches = new Map<string, { slot: HalfDaySlot; orders: Uuid[] }>()
  const late: { id: Uuid; slot: HalfDaySlot }[] = []
  const moved: { id: Uuid; from: HalfDaySlot | null; slot: HalfDaySlot | null }[] = []
  const unplaced: Uuid[] = []
  for (const order of [...queue].sort(inOrderOfAcceptance)) {
    const slot = take(laterSlot(order.earliest, from)) ?? null
    if (slot === null) unplaced.push(order.id)
    else {
      const batch = batches.get(slotKey(slot)) ?? { slot, orders: [] }
      batch.orders.push(order.id)
      batches.set(slotKey(slot), batch)
      if (slotKey(slot) > slotKey(order.earliest)) late.push({ id: order.id, slot })
    }
    if (!isSameSlot(slot, order.slot)) moved.push({ id: order.id, from: order.slot, slot })
  }
  return { batches: [...batches.values()].sort((a, b) => (slotKey(a.slot) < slotKey(b.slot) ? -1 : 1)), late, moved, unplaced }
}

/** The first half-day from `from` on that has room for one card more; undefined when the published calendar ends before. */
export const firstWithRoom = (
  lines: (slot: HalfDaySlot) => readonly Line[],
  calendar: Calendar,
  from: HalfDaySlot,
  occupied: Occupied,
): HalfDaySlot | undefined => roomFrom(lines, calendar, from, occupied)(from)
