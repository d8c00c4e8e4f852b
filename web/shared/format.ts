/** How days, times, numbers and identifiers are written for people, in both languages. Pure. */
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, type Instant, timeOfDay, weekdayOf } from '#kernel/time.ts'

const WEEKDAYS_ZH = ['一', '二', '三', '四', '五', '六', '日'] as const
const WEEKDAYS_EN = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const MONTHS_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

export interface DayOptions {
  /** Default true. */
  readonly year?: boolean
  /** What is special about the day, e.g. a make-up working day (调休上班). */
  readonly note?: Sentence
}

/** `2026年2月13日（星期五）`, `2月14日（星期六，调休上班）`; `13 Feb 2026 (Fri)`, `14 Feb (Sat, make-up working day)`. */
export function dayInWords(day: Day, { year = true, note }: DayOptions = {}): Sentence {
  const [y, m, d] = day.split('-').map(Number) as [number, number, number]
  const weekday = weekdayOf(day) - 1
  const noteZh = note === undefined ? '' : `，${note.zh}`
  const noteEn = note === undefined ? '' : `, ${note.en}`
  return {
    zh: `${year ? `${y}年` : ''}${m}月${d}日（星期${WEEKDAYS_ZH[weekday]}${noteZh}）`,
    en: `${d} ${MONTHS_EN[m - 1]}${year ? ` ${y}` : ''} (${WEEKDAYS_EN[weekday]}${noteEn})`,
  }
}

/** `2026年2月13日（星期五）12:00`, `13 Feb 2026 (Fri) 12:00`, in Asia/Shanghai. */
export function instantInWords(at: Instant, options: DayOptions = {}): Sentence {
  const day = dayInWords(dayOf(at), options)
  const time = timeOfDay(at).slice(0, 5)
  return { zh: `${day.zh}${time}`, en: `${day.en} ${time}` }
}

/** For dense tables: `2月13日 12:00`, `13 Feb 12:00`. */
export function shortInstantInWords(at: Instant): Sentence {
  const day = shortDayInWords(dayOf(at))
  const time = timeOfDay(at).slice(0, 5)
  return { zh: `${day.zh} ${time}`, en: `${day.en} ${time}` }
}

/** `2月13日`, `13 Feb`. */
export function shortDayInWords(day: Day): Sentence {
  const [, m, d] = day.split('-').map(Number) as [number, number, number]
  return { zh: `${m}月${d}日`, en: `${d} ${MONTHS_EN[m - 1]}` }
}

/** `45 分钟`, `1 小时 5 分钟`, `2 天 3 小时`. @param minutes whole minutes, not negative */
export function durationInWords(minutes: number): Sentence {
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  const rest = minutes % 60
  const parts: Sentence[] = []
  if (days > 0) parts.push({ zh: `${days} 天`, en: `${days} d` })
  if (hours > 0) parts.push({ zh: `${hours} 小时`, en: `${hours} h` })
  if (days === 0 && (rest > 0 || hours === 0)) parts.push({ zh: `${rest} 分钟`, en: `${rest} min` })
  return { zh: parts.map((part) => part.zh).join(' '), en: parts.map((part) => part.en).join(' ') }
}

/** `98.6%`: one decimal, but never rounded up to 100 when it isn't. @param share 0 to 1 */
export function percentInWords(share: number): string {
  const tenths = Math.floor(share * 1000 + 1e-9)
  return tenths % 10 === 0 ? `${tenths / 10}%` : `${(tenths / 10).toFixed(1)}%`
}

/** `12,345`. */
export const countInWords = (count: number): string => count.toLocaleString('en-US')

/** `620 KB`, `2.4 MB`. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** `220***********1234`: the first three and last four characters of an identity number. */
export function maskIdentityNumber(number: string): string {
  if (number.length < 8) return '*'.repeat(number.length)
  return `${number.slice(0, 3)}${'*'.repeat(number.length - 7)}${number.slice(-4)}`
}

/** `张*`: the first character only, whatever the length, so that the length tells nothing. */
export function maskName(name: string): string {
  const [first = ''] = name
  return `${first}*`
}

/** `138****5678`. */
export const maskPhone = (phone: string): string => phone.replace(/^(\d{3})\d+(\d{4})$/, '$1****$2')

/**
 * A case number in groups, as it is read out on the phone: `2224 2026 0212 3456 789`.
 * No-break spaces, so that it never breaks in the middle of a group's pair.
 */
export const caseNumberInGroups = (number: string): string => (number.match(/.{1,4}/g) ?? []).join('\u00a0')
