import type { Calendar } from '#calendar/model.ts'
import type { Handover } from '#catalogue/model.ts'
import type { DeliverySettings, LaterDay } from '#delivery/model.ts'
import { type Cents, cents } from '#kernel/money.ts'
import { type Day, dayOf, endOfDay, type Instant, plusDays, plusMs, timeOfDay, timeOn } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { deliveryDays } from '#place/rules/delivery.ts'
import { openDayFrom, openingOf } from '#place/rules/opening.ts'
import { openingKindOf } from '#services/id-card/promise.ts'

/** Postage of the person's choice; a card brought to a station costs nothing more. */
export function postageOf(handover: Handover, settings: DeliverySettings): Cents {
  if (handover.by === 'station') return cents(0)
  return handover.inProvince ? settings.postageInProvince : settings.postageOutOfProvince
}

/** The day on which a finished card leaves: the same day, or the next when the courier has been there already. */
export const dispatchDay = (finishedAt: Instant, settings: DeliverySettings): Day =>
  finishedAt <= timeOn(dayOf(finishedAt), settings.lastCollection) ? dayOf(finishedAt) : plusDays(dayOf(finishedAt), 1)

/** Natural days from dispatch, weekends and holidays too: mail runs every day (interpretation, dated in the places' data). */
export const expectedDay = (places: Places, handover: Handover, dispatchOn: Day): Day =>
  plusDays(dispatchOn, deliveryDays(places, handover.deliveryClass, dispatchOn).amount)

/** The first day on which something that is there on `from` can be collected. */
export const collectionDay = (places: Places, calendar: Calendar, organ: string, from: Day): Day => openDayFrom(places, organ, from, openingKindOf(calendar))

/** The same for something that arrives at an instant: after closing time it waits for the next open day. */
export function collectionDayAfter(places: Places, calendar: Calendar, organ: string, at: Instant): Day {
  const closes = openingOf(places, organ, dayOf(at))?.hours.at(-1)?.to
  const tooLate = closes !== undefined && timeOfDay(at) >= closes
  return collectionDay(places, calendar, organ, tooLate ? plusDays(dayOf(at), 1) : dayOf(at))
}

/** When a parcel of which nothing was heard is found late: before its day has ended, so that the person is told in time. */
export const lateCheckAt = (expectedOn: Day, settings: DeliverySettings): Instant => timeOn(expectedOn, settings.lateCheck)

/** The next run after a missed day, and after today: an honest day is never in the past. */
export function laterDay(places: Places, calendar: Calendar, settings: DeliverySettings, handover: Handover, missed: Day, today: Day): LaterDay {
  const step = settings.laterDays[handover.deliveryClass]
  let expectedOn = plusDays(missed, step)
  while (expectedOn <= today) expectedOn = plusDays(expectedOn, step)
  return { expectedOn, collectFrom: handover.by === 'station' ? collectionDay(places, calendar, handover.organ, expectedOn) : null }
}

/** When the watch looks again: so many natural days after the last sign of life, at the end of the day. */
export const noMovementAt = (lastMovementAt: Instant, days: number): Instant => plusMs(endOfDay(plusDays(dayOf(lastMovementAt), days)), 1)

/** What falls due for a found card from the day on which it was taken in: each reminder by its step, and after them the passing on. */
export const foundCardDates = (takenInOn: Day, { foundChaseDays, foundPassOnDays, chaseTime }: DeliverySettings) => ({
  reminders: foundChaseDays.map((days) => timeOn(plusDays(takenInOn, days), chaseTime)),
  passOnAt: timeOn(plusDays(takenInOn, foundPassOnDays), chaseTime),
})

/** When the `step`-th reminder (from 0) is due; undefined when there is none. */
export function chaseAt(arrivedOn: Day, step: number, settings: DeliverySettings): Instant | undefined {
  const days = settings.chaseDaysAfterArrival[step]
  return days === undefined ? undefined : timeOn(plusDays(arrivedOn, days), settings.chaseTime)
}
