import type { Calendar } from '#calendar/model.ts'
import { dayKind } from '#calendar/rules.ts'
import type { HalfDaySlot, Handover, Promised } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, endOfDay, type Instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { arrivalDay, slotEnd } from '#services/id-card/promise.ts'

/** The promise moved to a later day, with the reason added; undefined when the day does not break the promise. */
export function postponed(calendar: Calendar, promised: Promised, withYouOn: Day, reason: Sentence): Promised | undefined {
  const withYouBy: Instant = endOfDay(withYouOn)
  if (withYouBy <= promised.withYouBy) return undefined
  return { ...promised, withYouBy, because: [...promised.because, reason], provisional: promised.provisional || dayKind(calendar, withYouOn).provisional }
}

/** The day on which a card that is made again in this half-day is with the person. */
export const remadeArrival = (calendar: Calendar, places: Places, slot: HalfDaySlot, handover: Handover): Day =>
  arrivalDay(calendar, places, slot.day, handover)

/** The promise for a card that is made again: a new half-day, dispatched the day it is made. */
export function promiseOfRemade(calendar: Calendar, places: Places, promised: Promised, slot: HalfDaySlot, handover: Handover, reason: Sentence): Promised {
  const withYouOn = remadeArrival(calendar, places, slot, handover)
  return {
    slot,
    readyBy: slotEnd(slot),
    withYouBy: endOfDay(withYouOn),
    because: [...promised.because, reason],
    provisional: dayKind(calendar, slot.day).provisional || dayKind(calendar, withYouOn).provisional,
  }
}
