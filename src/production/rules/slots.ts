import type { Calendar } from '#calendar/model.ts'
import { dayKind } from '#calendar/rules.ts'
import type { HalfDaySlot } from '#catalogue/model.ts'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import { type Day, type Instant, instantOfMs, msOf, plusDays, startOfDay, timeOn } from '#kernel/time.ts'

/**
 * When the centre makes the cards of a half-day. The notice says only 上午 and 下午; the hours are an interpretation,
 * dated configuration. The end is what the promise names as "ready by".
 */
const STARTS_AT = { validFrom: '2021-05-07', am: '08:30', pm: '13:00' } as const

export const slotStart = ({ day, half }: HalfDaySlot): Instant => timeOn(day, STARTS_AT[half])

/** Sorts as the half-days follow each other: `2026-02-13am`. */
export const slotKey = ({ day, half }: HalfDaySlot): string => `${day}${half}`

export const slotOfKey = (key: string): HalfDaySlot => ({ day: key.slice(0, 10) as Day, half: key.slice(10) as 'am' | 'pm' })

export const isSameSlot = (a: HalfDaySlot | null, b: HalfDaySlot | null): boolean =>
  a === b || (a !== null && b !== null && a.day === b.day && a.half === b.half)

export const laterSlot = (a: HalfDaySlot, b: HalfDaySlot): HalfDaySlot => (slotKey(a) >= slotKey(b) ? a : b)

/** A half-day on which the centre works, of a year whose calendar is published: anything else is never planned. */
export function isPlannable(calendar: Calendar, { day }: HalfDaySlot): boolean {
  const kind = dayKind(calendar, day)
  return kind.working && !kind.provisional
}

/** The plannable half-days from `from` on (itself included, when it is one), until the published calendar ends. */
export function* slotsFrom(calendar: Calendar, from: HalfDaySlot): Generator<HalfDaySlot> {
  let { day, half } = from
  for (;;) {
    const kind = dayKind(calendar, day)
    if (kind.provisional) return
    if (kind.working) {
      if (half === 'am') yield { day, half: 'am' }
      yield { day, half: 'pm' }
    }
    day = plusDays(day, 1)
    half = 'am'
  }
}

/** The next half-day in which cards are made; undefined when that would lie in a year without its calendar. */
export function nextSlotAfter(calendar: Calendar, slot: HalfDaySlot): HalfDaySlot | undefined {
  const from: HalfDaySlot = slot.half === 'am' ? { day: slot.day, half: 'pm' } : { day: plusDays(slot.day, 1), half: 'am' }
  return slotsFrom(calendar, from).next().value ?? undefined
}

/** The first half-day that has not begun at `at`: the earliest that can still be planned. */
export function firstSlotFrom(calendar: Calendar, at: Instant, day: Day): HalfDaySlot | undefined {
  for (const slot of slotsFrom(calendar, { day, half: 'am' })) if (slotStart(slot) > at) return slot
  return undefined
}

const SLOT_HOURS = { am: 0, pm: 12 } as const

/** The digits of an organ's or line's code, packed into the ten bytes of an id: the same things always have the same id. */
function codeBytes(kind: number, code: string, detail: string): Uint8Array {
  const bytes = new Uint8Array(10)
  bytes[1] = kind
  const digits = code.padStart(12, '0')
  for (let i = 0; i < 6; i += 1) bytes[3 + i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)
  const hash = [...detail].reduce((sum, c) => (Math.imul(sum, 31) + (c.codePointAt(0) ?? 0)) | 0, 0)
  bytes[0] = (hash >>> 14) & 0x0f
  bytes[2] = (hash >>> 8) & 0x3f
  bytes[9] = hash & 0xff
  return bytes
}

/** A half-day of a centre has one batch: its id follows from both, so that two who plan it at once plan the same. */
export const batchIdOf = (centre: string, { day, half }: HalfDaySlot): Uuid =>
  uuidV7(instantOfMs(msOf(startOfDay(day)) + SLOT_HOURS[half] * 3_600_000), codeBytes(1, centre, half))

const FOUNDED = '2021-05-07' as Day

/** The stream of a line's stops and resumptions. */
export const lineIdOf = (centre: string, line: string): Uuid => uuidV7(startOfDay(FOUNDED), codeBytes(2, centre, line))

/** The stream of the centre's stock of blank cards. */
export const stockIdOf = (centre: string): Uuid => uuidV7(startOfDay(FOUNDED), codeBytes(3, centre, ''))

/**
 * In what time a line makes its `cardsPerHalfDay`: the shorter half-day without its last quarter of an hour, which is for
 * the quality check and packing. Estimate, dated configuration.
 */
const HALF_DAY_MS = 3.25 * 3_600_000

export const msPerCard = (cardsPerHalfDay: number): number => Math.ceil(HALF_DAY_MS / cardsPerHalfDay)
