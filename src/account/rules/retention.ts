import shipped from '#account/data/retention.json' with { type: 'json' }
import type { Sentence } from '#kernel/language.ts'
import { type Day, day, type Instant, instant, plusDays, startOfDay } from '#kernel/time.ts'

/** How what is over its term goes. `own-sweep`: the folder that keeps it forgets it; `operator`: it stands in files outside the product. */
export type Deletion =
  | { readonly how: 'rows'; readonly table: string; readonly column: string; readonly person: string | null }
  | { readonly how: 'case-keys' | 'own-sweep' | 'operator' }

/** How long a kind of record is kept, from a day on, and on what ground. */
export interface Retention {
  readonly id: string
  readonly validFrom: Day
  readonly title: Sentence
  /** null: as long as the product. */
  readonly keep: { readonly amount: number; readonly unit: 'day' | 'month' | 'year' } | null
  readonly basis: readonly string[]
  /** The law names no term: ours. */
  readonly interpretation?: boolean
  /** A log in the sense of 网络安全法 23 (3). */
  readonly log?: boolean
  readonly deletes?: Deletion
  readonly note: Sentence
}

/** Six natural months are 181 to 184 days: 网络安全法 23 (3). */
export const LOG_DAYS_MIN = 184

/** @throws RangeError for a log that would be deleted too early, or a term that deletes nothing. */
export function checkedRetention(all: readonly Retention[]): readonly Retention[] {
  for (const { id, keep, log, deletes } of all) {
    if (log && keep !== null && shortestDays(keep) < LOG_DAYS_MIN)
      throw new RangeError(`${id}: logs are kept for at least ${LOG_DAYS_MIN} days (网络安全法 23)`)
    if ((keep === null) !== (deletes === undefined)) throw new RangeError(`${id}: a term says what is deleted at its end, and nothing else does`)
  }
  return all
}

/** The fewest days that a term can have. */
function shortestDays({ amount, unit }: NonNullable<Retention['keep']>): number {
  if (unit === 'day') return amount
  return unit === 'year' ? amount * 365 : Math.min(...Array.from({ length: 12 }, (_, month) => daysOfMonths(month, amount)))
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
const daysOfMonths = (first: number, count: number): number =>
  Array.from({ length: count }, (_, i) => MONTH_DAYS[(first + i) % 12] as number).reduce((sum, days) => sum + days, 0)

export const SHIPPED_RETENTION: readonly Retention[] = checkedRetention(shipped as unknown as readonly Retention[])

/** What holds on a day: for each kind the line with the latest `validFrom`. */
export function retentionOn(all: readonly Retention[], on: Day): readonly Retention[] {
  const latest = new Map<string, Retention>()
  for (const one of all) if (one.validFrom <= on && (latest.get(one.id)?.validFrom ?? '') < one.validFrom) latest.set(one.id, one)
  return [...latest.values()]
}

/** What is from before this is over its term at `now`; whole days, the day of the record itself not counted (民法典 201). */
export function overBefore({ amount, unit }: NonNullable<Retention['keep']>, on: Day): Instant {
  if (unit === 'day') return startOfDay(plusDays(on, -amount))
  const [year, month, date] = on.split('-').map(Number) as [number, number, number]
  const months = year * 12 + (month - 1) - amount * (unit === 'year' ? 12 : 1)
  const [y, m] = [Math.floor(months / 12), (months % 12) + 1]
  const last = lastDayOf(y, m)
  return instant(startOfDay(day(`${y}-${String(m).padStart(2, '0')}-${String(Math.min(date, last)).padStart(2, '0')}`)))
}

const lastDayOf = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (MONTH_DAYS[month - 1] as number)
