/** The figures as tables, each a link to the cases behind it. */
import type { Sentence } from '#kernel/language.ts'
import type { FigureName, FiguresReply } from '#supervision/contract.ts'
import { countInWords, dayInWords } from '#web/shared/format.ts'
import { read, Say } from '#web/shared/reading.tsx'
import { type Column, Table } from '#web/shared/table.tsx'
import { Shape } from '#web/shared/text.tsx'
import { type Counts, countOf, daysOf, type Shares, shareInWords, toneOf } from '#web/supervision/figure-values.ts'
import { casesHref } from '#web/supervision/sections.ts'
import { SHORT_COUNT_WORDS, supervisionWords as words } from '#web/supervision/words.ts'

const SHOWN = ['accepted', 'promised', 'kept', 'kept-as-told', 'broken-told', 'broken-silently', 'in-progress', 'waiting-for-fee', 'withdrawn'] as const

interface Line {
  readonly key: string
  readonly title: Sentence
  readonly counts: Counts
  readonly shares: Shares
  readonly from: string
  readonly to: string
  readonly prefecture: string | undefined
  readonly href: string | undefined
}

const Count = ({ line, name }: { readonly line: Pick<Line, 'counts' | 'from' | 'to' | 'prefecture'>; readonly name: FigureName }) => {
  const count = countOf(line.counts, name)
  return count === 0 ? <span class="nought">0</span> : <a href={casesHref({ ...line, outcome: name })}>{countInWords(count)}</a>
}

const Share = ({ shares }: { readonly shares: Shares }) =>
  shares === null ? (
    <span class="nought">—</span>
  ) : (
    <span class={`share status-text-${toneOf(shares)}`}>
      <Shape tone={toneOf(shares)} /> {shareInWords(shares.firstTime)}
    </span>
  )

function columnsOf(head: Sentence, total: Line): readonly Column<Line>[] {
  return [
    { key: 'name', title: head, cell: ({ title, href }) => (href === undefined ? <Say>{title}</Say> : <a href={href}>{<Say>{title}</Say>}</a>) },
    { key: 'share', title: words.share, numeric: true, cell: ({ shares }) => <Share shares={shares} />, sum: () => <Share shares={total.shares} /> },
    ...SHOWN.map(
      (name): Column<Line> => ({
        key: name,
        title: SHORT_COUNT_WORDS[name],
        numeric: true,
        cell: (line) => <Count line={line} name={name} />,
        sum: () => <Count line={total} name={name} />,
      }),
    ),
  ]
}

const totalOf = ({ totals, from, to }: FiguresReply, only: string | undefined): Line => ({
  key: 'all',
  title: words.everywhere,
  ...totals,
  from,
  to,
  prefecture: only,
  href: undefined,
})

export function PrefectureTable({ figures }: { readonly figures: FiguresReply }) {
  const { from, to } = figures
  const lines = figures.prefectures.map(
    ({ prefecture, prefectureName, counts, shares }): Line => ({
      key: prefecture,
      title: prefectureName,
      ...{ counts, shares, from, to, prefecture },
      href: `/supervision?from=${from}&to=${to}&prefecture=${prefecture}`,
    }),
  )
  const only = lines.length === 1 ? lines[0]?.prefecture : undefined
  return (
    <Table
      caption={words.byPrefecture}
      columns={columnsOf(words.prefecture, totalOf(figures, only))}
      rows={lines}
      keyOf={({ key }) => key}
      empty={words.none}
    />
  )
}

export function DayTable({ figures, only }: { readonly figures: FiguresReply; readonly only: string | undefined }) {
  const lines = daysOf(figures)
    .filter(({ counts }) => countOf(counts, 'promised') > 0 || countOf(counts, 'accepted') > 0)
    .toReversed()
    .map(({ day, counts, shares }): Line => ({ key: day, title: dayInWords(day), counts, shares, from: day, to: day, prefecture: only, href: undefined }))
  return (
    <Table
      caption={words.byDay}
      columns={columnsOf(words.day, totalOf(figures, only))}
      rows={lines}
      keyOf={({ key }) => key}
      empty={words.none}
      csv={lines.length > 0}
    />
  )
}

type Row = FiguresReply['rows'][number]

/** One line for each prefecture and day, with every count that the figures have. */
export const figureCsvColumns = ({ columns }: FiguresReply): readonly Column<Row>[] => [
  { key: 'day', title: words.day, cell: ({ day }) => day, csv: ({ day }) => day },
  { key: 'code', title: { zh: '代码', en: 'Code' }, cell: ({ prefecture }) => prefecture, csv: ({ prefecture }) => prefecture },
  {
    key: 'prefecture',
    title: words.prefecture,
    cell: ({ prefectureName }) => prefectureName,
    csv: ({ prefectureName }, language) => read(prefectureName, language),
  },
  ...columns.map(({ name, title }): Column<Row> => ({ key: name, title, cell: ({ counts }) => counts[name] ?? 0, csv: ({ counts }) => counts[name] ?? 0 })),
  {
    key: 'first',
    title: words.onFirst,
    cell: ({ shares }) => shares?.firstTime ?? '',
    csv: ({ shares }) => (shares === null ? '' : shareInWords(shares.firstTime)),
  },
  { key: 'told', title: words.onTold, cell: ({ shares }) => shares?.kept ?? '', csv: ({ shares }) => (shares === null ? '' : shareInWords(shares.kept)) },
]
