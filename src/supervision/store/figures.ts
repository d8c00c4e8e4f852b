import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'
import type { PromiseCounts, PromiseFigure } from '#supervision/model.ts'
import { COUNTS, type FigureRange } from '#supervision/rules/figure.ts'

const columnOf = (count: keyof PromiseCounts): string => count.replaceAll('-', '_')
const COLUMNS = COUNTS.map(columnOf)
const LIST = ['prefecture', 'measure', 'day', ...COLUMNS].join(', ')
const RECORD = ['prefecture text', 'measure int', 'day date', ...COLUMNS.map((column) => `${column} int`)].join(', ')

type FigureRow = Readonly<Record<string, unknown>> & Pick<PromiseFigure, 'prefecture' | 'measure' | 'day'>

const figureOf = (row: FigureRow): PromiseFigure => ({
  prefecture: row.prefecture,
  measure: row.measure,
  day: row.day,
  counts: Object.fromEntries(COUNTS.map((count) => [count, row[columnOf(count)]])) as unknown as PromiseCounts,
})

/** Figures as rows of `promise_rollup`, for loading in bulk as well. */
export const figureRow = ({ prefecture, measure, day, counts }: PromiseFigure): Record<string, unknown> => ({
  prefecture,
  measure,
  day,
  ...Object.fromEntries(COUNTS.map((count) => [columnOf(count), counts[count]])),
})

export const rollupFact = ({ measure, from, to, prefectures }: FigureRange): Fact<readonly PromiseFigure[]> =>
  fact(
    `select coalesce(json_agg(f), '[]'::json) from (
      select ${LIST} from promise_rollup where prefecture = any($1::text[]) and measure = $2::int and day between $3::date and $4::date) f`,
    [prefectures, measure, from, to],
    (rows: FigureRow[]) => rows.map(figureOf),
  )

export const wholeRollupPiece: Piece = { text: `select ${LIST} from promise_rollup`, values: [] }

export const figuresOf = (rows: readonly FigureRow[]): readonly PromiseFigure[] => rows.map(figureOf)

/** Adds to the rollup what a fold changed. In key order, so that two workers wait for each other rather than die. */
export const rollupChange = (change: readonly PromiseFigure[]): Change => ({
  text: `insert into promise_rollup (${LIST}) select ${LIST} from json_to_recordset($1::json) as r(${RECORD}) order by prefecture, measure, day
    on conflict (prefecture, measure, day) do update set ${COLUMNS.map((column) => `${column} = promise_rollup.${column} + excluded.${column}`).join(', ')}`,
  values: [JSON.stringify(change.map(figureRow))],
})
