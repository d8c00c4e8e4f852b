import type { Calendar } from '#calendar/model.ts'
import { dayKind, nextWorkingDay } from '#calendar/rules.ts'
import { dayInWords } from '#calendar/words.ts'
import type { HalfDaySlot, Handover, PromiseContext, Promised } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, endOfDay, type Instant, plusDays, timeOfDay, timeOn } from '#kernel/time.ts'
import type { DayKind as PlaceDayKind, Places } from '#place/model.ts'
import { deliveryDays } from '#place/rules/delivery.ts'
import { openDayFrom } from '#place/rules/opening.ts'

/** Accepted at or before this is the morning's. Interpretation of 上午、下午 in the notice; dated configuration. */
const CUT_OFF = '12:00:00.000'
/** End of the morning's and the afternoon's making. Interpretation. */
const READY_BY = { am: '12:00', pm: '17:00' } as const

/**
 * The half-day in which a card is made (吉公通字〔2021〕32号 一): accepted in the morning → that afternoon; in the
 * afternoon → the next working day's morning; on a day off → as if in the morning of the next working day.
 */
export function slotOf(calendar: Calendar, acceptedAt: Instant): HalfDaySlot {
  const day = dayOf(acceptedAt)
  if (!dayKind(calendar, day).working) return { day: nextWorkingDay(calendar, day).day, half: 'pm' }
  return timeOfDay(acceptedAt) <= CUT_OFF ? { day, half: 'pm' } : { day: nextWorkingDay(calendar, day).day, half: 'am' }
}

export const slotEnd = (slot: HalfDaySlot): Instant => timeOn(slot.day, READY_BY[slot.half])

export const isLaterSlot = (a: HalfDaySlot, b: HalfDaySlot): boolean => a.day > b.day || (a.day === b.day && a.half === 'pm' && b.half === 'am')

export const slotInWords = ({ day, half }: HalfDaySlot): Sentence => ({
  zh: `${dayInWords(day).zh}${half === 'am' ? '上午' : '下午'}`,
  en: `the ${half === 'am' ? 'morning' : 'afternoon'} of ${dayInWords(day).en}`,
})

/** How a day looks to an organ's opening hours. */
export const openingKindOf =
  (calendar: Calendar) =>
  (day: Day): PlaceDayKind => {
    const kind = dayKind(calendar, day)
    if (kind.working) return 'working-day'
    return kind.reason.kind === 'holiday' ? 'holiday' : 'weekend'
  }

/** Day on which the card is with the person: at the station on an open day, or at the address on whatever day the mail comes. */
export function arrivalDay(calendar: Calendar, places: Places, dispatchedOn: Day, handover: Handover): Day {
  const arrives = plusDays(dispatchedOn, deliveryDays(places, handover.deliveryClass, dispatchedOn).amount)
  return handover.by === 'station' ? openDayFrom(places, handover.organ, arrives, openingKindOf(calendar)) : arrives
}

interface Arrival {
  readonly on: Day
  readonly by: Instant
  readonly because: readonly Sentence[]
}

const arrivals = new WeakMap<Calendar, WeakMap<Places, Map<string, Arrival>>>()
/** Some days of all stations. */
const ARRIVALS_MAX = 10_000

/** What leaves on one day for one station, or for addresses of one class, arrives on the same day for the same reasons: reckoned once. */
function arrivalOf(calendar: Calendar, places: Places, dispatchedOn: Day, handover: Handover): Arrival {
  const ofCalendar = arrivals.get(calendar) ?? new WeakMap<Places, Map<string, Arrival>>()
  arrivals.set(calendar, ofCalendar)
  const ofPlaces = ofCalendar.get(places) ?? new Map<string, Arrival>()
  ofCalendar.set(places, ofPlaces)
  const key = `${dispatchedOn} ${handover.deliveryClass} ${handover.by === 'station' ? handover.organ : 'mail'}`
  const known = ofPlaces.get(key)
  if (known !== undefined) return known
  const on = arrivalDay(calendar, places, dispatchedOn, handover)
  const because = [whyThisArrival(places, dispatchedOn, handover), ...whyRolled(calendar, places, dispatchedOn, handover, on)]
  const arrival = { on, by: endOfDay(on), because }
  if (ofPlaces.size >= ARRIVALS_MAX) ofPlaces.clear()
  ofPlaces.set(key, arrival)
  return arrival
}

/** The promise at acceptance, or anew when the factory or the courier is later, with every step explained. */
export function promiseCard(context: PromiseContext): Promised {
  const { calendar, places, acceptedAt, startedAt, handover } = context
  const own = slotOf(calendar, startedAt)
  const slot = context.plannedSlot && isLaterSlot(context.plannedSlot, own) ? context.plannedSlot : own
  const dispatchedOn = context.dispatchedOn !== undefined && context.dispatchedOn > slot.day ? context.dispatchedOn : slot.day
  const arrival = arrivalOf(calendar, places, dispatchedOn, handover)
  const touched = [dayOf(startedAt), slot.day, ...(handover.by === 'station' ? [arrival.on] : [])]
  return {
    slot,
    readyBy: slotEnd(slot),
    withYouBy: arrival.by,
    because: [
      ...(startedAt > acceptedAt ? [startedLater(acceptedAt, startedAt)] : []),
      ...whyThisSlot(calendar, startedAt, own),
      ...(slot === own ? [] : [plannedLater(slot)]),
      ...arrival.because,
    ],
    provisional: touched.some((day) => dayKind(calendar, day).provisional),
  }
}

const clock = (at: Instant): Sentence => {
  const [day, time] = [dayInWords(dayOf(at)), timeOfDay(at).slice(0, 5)]
  return { zh: `${day.zh}${time}`, en: `${time} on ${day.en}` }
}

const startedLater = (acceptedAt: Instant, startedAt: Instant): Sentence => ({
  zh: `${clock(acceptedAt).zh} 受理，${clock(startedAt).zh} 才能开始制证（费用或补正材料当时办妥），从那时起算。`,
  en: `Accepted at ${clock(acceptedAt).en}; the making could start at ${clock(startedAt).en}, when the fee or missing material was settled, and is counted from then.`,
})

const plannedLater = (slot: HalfDaySlot): Sentence => ({
  zh: `那个半天的制证能力已排满或生产线停机，排到${slotInWords(slot).zh}。`,
  en: `That half-day is full or a line has stopped, so the card is planned for ${slotInWords(slot).en}.`,
})

function whyThisSlot(calendar: Calendar, startedAt: Instant, slot: HalfDaySlot): Sentence[] {
  const day = dayOf(startedAt)
  const kind = dayKind(calendar, day)
  const skipped = daysOffBetween(calendar, day, slot.day)
  const made = slotInWords(slot)
  if (!kind.working) {
    return [
      {
        zh: `${clock(startedAt).zh} 受理，当天休息，视为下一个工作日（${dayInWords(slot.day).zh}）上午受理，下午制证。`,
        en: `Accepted at ${clock(startedAt).en}, a day off: taken as the morning of the next working day (${dayInWords(slot.day).en}) and made that afternoon.`,
      },
      ...skipped,
    ]
  }
  const makeUp: Sentence[] =
    kind.reason.kind === 'make-up'
      ? [{ zh: `${dayInWords(day).zh}是调休上班日，照常制证。`, en: `${dayInWords(day).en} is a make-up working day, so the factory works.` }]
      : []
  const reason: Sentence =
    slot.half === 'pm'
      ? {
          zh: `${clock(startedAt).zh} 受理，在 12:00 截止之前，当天下午制证。`,
          en: `Accepted at ${clock(startedAt).en}, by the 12:00 cut-off: made that afternoon.`,
        }
      : {
          zh: `${clock(startedAt).zh} 受理，在 12:00 之后，下一个工作日上午（${made.zh}）制证。`,
          en: `Accepted at ${clock(startedAt).en}, after 12:00: made on the next working morning (${made.en}).`,
        }
  return [reason, ...makeUp, ...skipped]
}

/** Days off between two days, by name, in one sentence. */
function daysOffBetween(calendar: Calendar, from: Day, to: Day): Sentence[] {
  const off: Day[] = []
  const names = new Map<string, string>()
  for (let day = plusDays(from, 1); day < to; day = plusDays(day, 1)) {
    const kind = dayKind(calendar, day)
    if (kind.working) continue
    off.push(day)
    if (kind.reason.kind === 'holiday') names.set(kind.reason.name.zh, kind.reason.name.en)
  }
  const [first, last] = [off[0], off.at(-1)]
  if (first === undefined || last === undefined) return []
  const zh = names.size > 0 ? [...names.keys()].join('、') : '周末'
  const en = names.size > 0 ? [...names.values()].join(', ') : 'the weekend'
  return [
    {
      zh: `${dayInWords(first).zh}至${dayInWords(last).zh}是${zh}休息，不制证。`,
      en: `${dayInWords(first).en} to ${dayInWords(last).en} are days off (${en}); no cards are made.`,
    },
  ]
}

const CLASS_WORDS = {
  urban: { zh: '城区次日送达', en: 'urban: the next day' },
  town: { zh: '其他乡镇按配置', en: 'other towns: as configured' },
  'remote-rural': { zh: '偏远农村隔日送达', en: 'remote rural: every other day' },
} as const

function whyThisArrival(places: Places, dispatchedOn: Day, handover: Handover): Sentence {
  const { amount } = deliveryDays(places, handover.deliveryClass, dispatchedOn)
  const words = CLASS_WORDS[handover.deliveryClass]
  return {
    zh: `${dayInWords(dispatchedOn).zh}制成，当天发出，${words.zh}，按自然日加 ${amount} 天${handover.by === 'mail' ? '邮寄到家' : '送到派出所'}。从发出起算是一种理解（通知没有写明）。`,
    en: `Dispatched on the day of making (${dayInWords(dispatchedOn).en}); ${words.en}: plus ${amount} natural day(s) ${handover.by === 'mail' ? 'by mail to the address' : 'to the police station'}. Counting from dispatch is our reading; the notice does not say.`,
  }
}

function whyRolled(calendar: Calendar, places: Places, dispatchedOn: Day, handover: Handover, withYouOn: Day): Sentence[] {
  const arrives = plusDays(dispatchedOn, deliveryDays(places, handover.deliveryClass, dispatchedOn).amount)
  if (arrives === withYouOn) return []
  const names = daysOffBetween(calendar, plusDays(arrives, -1), withYouOn)
  return [
    {
      zh: `${dayInWords(arrives).zh}派出所不开门，顺延到下一个开门日 ${dayInWords(withYouOn).zh}。`,
      en: `The station is closed on ${dayInWords(arrives).en}; it moves to its next open day, ${dayInWords(withYouOn).en}.`,
    },
    ...names,
  ]
}
