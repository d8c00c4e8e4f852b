/** A figure of ours: what was measured in each round, and how far it must reach. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly rounds: readonly number[]
  /** The median must be at least, or at most, this much; none where a number is only stated. */
  readonly reach?: { readonly least: number; readonly aim?: number } | { readonly most: number }
  /** What one has to know to read it. */
  readonly note?: string
}

/** A number with as many digits as say something. */
export const rounded = (value: number): string =>
  Number.isNaN(value) ? '–' : Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)

/** @throws RangeError for no numbers */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('there is no median of nothing')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

export function isReached({ rounds, reach }: Figure): boolean | undefined {
  if (reach === undefined) return undefined
  return 'least' in reach ? median(rounds) >= reach.least : median(rounds) <= reach.most
}

function reachInWords(figure: Figure): string {
  const { reach } = figure
  if (reach === undefined) return 'stated'
  const wanted = 'most' in reach ? `≤ ${reach.most}` : `≥ ${reach.least}${reach.aim === undefined ? '' : `, aim ${reach.aim}`}`
  return `${wanted} ${isReached(figure) ? '✓' : '✗'}`
}

const HEAD = ['figure', 'median', 'min', 'max', 'rounds', 'reach'] as const

const cellsOf = (figure: Figure): readonly string[] => [
  figure.unit === 'ratio' ? figure.name : `${figure.name}, ${figure.unit}`,
  rounded(median(figure.rounds)),
  rounded(Math.min(...figure.rounds)),
  rounded(Math.max(...figure.rounds)),
  String(figure.rounds.length),
  reachInWords(figure),
]

/** For the terminal: columns in line. */
export function textTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 || column === HEAD.length - 1 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export const markdownTable = (figures: readonly Figure[]): string =>
  [HEAD, ['---', '--:', '--:', '--:', '--:', '---'], ...figures.map(cellsOf)].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** When each piece of work ended: one list per lane, in milliseconds of one clock. */
export type Ends = readonly (readonly number[])[]

/**
 * Pieces per second while all lanes were warm: from when every lane has done its first `warmUp` pieces until the first lane is done.
 * NaN when that is no time at all.
 */
export function warmRate(lanes: Ends, warmUp: number): number {
  const begun = Math.max(...lanes.map((ends) => ends[warmUp - 1] ?? Number.POSITIVE_INFINITY))
  const over = Math.min(...lanes.map((ends) => ends.at(-1) ?? 0))
  const count = lanes.flat().filter((end) => end > begun && end <= over).length
  return over > begun ? (count * 1000) / (over - begun) : Number.NaN
}
