/** Figures as the page adds them up and writes them. Pure. */
import { type Day, day, plusDays } from '#kernel/time.ts'
import type { FigureName, FiguresReply } from '#supervision/contract.ts'
import type { PromiseCounts } from '#supervision/model.ts'
import { addCounts, keptShare, NO_COUNTS } from '#supervision/rules/figure.ts'
import { percentInWords } from '#web/shared/format.ts'
import type { Tone } from '#web/shared/text.tsx'

/** What the product aims at, as a share: see the measure's own declaration. */
export const TARGET = 0.99

export type Counts = Readonly<Record<string, number>>
export type Shares = { readonly kept: number; readonly firstTime: number } | null

export const countOf = (counts: Counts, name: FigureName): number =>
  name === 'broken' ? (counts['broken-told'] ?? 0) + (counts['broken-silently'] ?? 0) : (counts[name] ?? 0)

export const decidedOf = (counts: Counts): number => countOf(counts, 'kept') + countOf(counts, 'kept-as-told') + countOf(counts, 'broken')

/** `98.6%` from 1/10000. */
export const shareInWords = (tenThousandths: number): string => percentInWords(tenThousandths / 10_000)

/** Missed, but everybody was told in time: less bad than broken. */
export function toneOf(shares: Shares): Tone {
  if (shares === null) return 'neutral'
  if (shares.firstTime >= TARGET * 10_000) return 'good'
  return shares.kept >= TARGET * 10_000 ? 'attention' : 'bad'
}

export interface DayFigure {
  readonly day: Day
  readonly counts: Counts
  readonly shares: Shares
}

/** Every day of the range with the sum of its prefectures, the days without any figure as well. */
export function daysOf({ rows, from, to }: FiguresReply): readonly DayFigure[] {
  const sums = new Map<string, PromiseCounts>()
  for (const row of rows) sums.set(row.day, addCounts(sums.get(row.day) ?? NO_COUNTS, row.counts as unknown as PromiseCounts))
  const days: DayFigure[] = []
  for (let one = day(from); one <= to; one = plusDays(one, 1)) {
    const counts = sums.get(one) ?? NO_COUNTS
    days.push({ day: one, counts: { ...counts }, shares: keptShare(counts) })
  }
  return days
}
