/** The cases behind a figure of several days and prefectures: the pages of each, one after another. */
import type { Day, Instant } from '#kernel/time.ts'
import type { Prefecture } from '#place/model.ts'
import type { BehindItem, FigureName } from '#supervision/contract.ts'
import type { SupervisionQueries } from '#supervision/queries.ts'
import { countOf } from '#web/supervision/figure-values.ts'

export interface CasesAsked {
  readonly measure: number
  readonly from?: Day | undefined
  readonly to?: Day | undefined
  readonly outcome: FigureName
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface CasesBehind {
  readonly from: string
  readonly to: string
  readonly total: number
  readonly items: readonly BehindItem[]
  readonly next: string | null
}

interface Cell {
  readonly day: string
  readonly prefecture: string
}

const placeOf = ({ day, prefecture }: Cell): string => `${day}~${prefecture}`

/** @throws ProblemError for days that are no range, and for a cursor that is not ours */
export async function casesBehind(
  queries: Pick<SupervisionQueries, 'figures' | 'casesBehind'>,
  prefectures: readonly Prefecture[],
  { measure, from, to, outcome, cursor, limit }: CasesAsked,
  now: Instant,
): Promise<CasesBehind> {
  const figures = await queries.figures(prefectures, { measure, from, to }, now)
  const cells = figures.rows.filter(({ counts }) => countOf(counts, outcome) > 0).toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const [day = '', prefecture = '', inner = ''] = (cursor ?? '').split('~')
  const begun = placeOf({ day, prefecture })
  const left = cursor === undefined ? cells : cells.filter((cell) => placeOf(cell) >= begun)
  const items: BehindItem[] = []
  let next: string | null = null
  for (const [index, cell] of left.entries()) {
    const page = await queries.casesBehind(
      prefectures,
      {
        measure,
        outcome,
        prefecture: cell.prefecture as Prefecture,
        day: cell.day as Day,
        cursor: placeOf(cell) === begun && inner !== '' ? inner : undefined,
        limit: limit - items.length,
      },
      now,
    )
    items.push(...page.items)
    const following = left[index + 1]
    next = page.next !== null ? `${placeOf(cell)}~${page.next}` : following ? `${placeOf(following)}~` : null
    if (page.next !== null || items.length >= limit) break
  }
  return { from: figures.from, to: figures.to, total: countOf(figures.totals.counts, outcome), items, next }
}
