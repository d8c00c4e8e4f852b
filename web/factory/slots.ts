/** Half-days as the factory's lists write them. */
import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { isDay, timeOfDay } from '#kernel/time.ts'
import { slotKey, slotOfKey, slotStart } from '#production/rules/slots.ts'
import { slotEnd } from '#services/id-card/promise.ts'
import { dayInWords } from '#web/shared/format.ts'

/** `2月13日（星期五）下午`, `13 Feb (Fri) afternoon`. */
export function slotShort(slot: HalfDaySlot): Sentence {
  const day = dayInWords(slot.day, { year: false })
  return { zh: `${day.zh}${slot.half === 'am' ? '上午' : '下午'}`, en: `${day.en} ${slot.half === 'am' ? 'morning' : 'afternoon'}` }
}

/** `13:00–17:00`. */
export const slotHours = (slot: HalfDaySlot): string => `${timeOfDay(slotStart(slot)).slice(0, 5)}–${timeOfDay(slotEnd(slot)).slice(0, 5)}`

/** The half-day that an address names. */
export const slotOfAddress = (text: string): HalfDaySlot | undefined =>
  /^\d{4}-\d\d-\d\d(am|pm)$/.test(text) && isDay(text.slice(0, 10)) ? slotOfKey(text) : undefined

export const batchHref = (slot: HalfDaySlot): string => `/factory/batches/${slotKey(slot)}`
