/** The figure against its target, its trend, and the province as tiles. */
import type { Sentence } from '#kernel/language.ts'
import type { FiguresReply } from '#supervision/contract.ts'
import { LineChart } from '#web/shared/chart.tsx'
import { countInWords, percentInWords, shortDayInWords } from '#web/shared/format.ts'
import { type Content, Say } from '#web/shared/reading.tsx'
import { StatusTag, type Tone } from '#web/shared/text.tsx'
import { type Area, TileMap } from '#web/shared/tile-map.tsx'
import { countOf, daysOf, decidedOf, shareInWords, TARGET, toneOf } from '#web/supervision/figure-values.ts'
import { casesHref } from '#web/supervision/sections.ts'
import { supervisionWords as words } from '#web/supervision/words.ts'

interface HeadlineProps {
  readonly figures: FiguresReply
  readonly only: string | undefined
  readonly target: Sentence | undefined
}

/** First the figure against its promise. */
export function Headline({ figures, only, target }: HeadlineProps) {
  const { counts, shares } = figures.totals
  const { from, to } = figures
  const silent = countOf(counts, 'broken-silently')
  const behind = (outcome: 'promised' | 'broken-silently' | 'in-progress') => casesHref({ from, to, outcome, prefecture: only })
  const tone = shares !== null && silent > 0 ? 'bad' : toneOf(shares)
  return (
    <>
      <dl class="measures">
        <Figure title={words.onFirst} value={shares === null ? '—' : shareInWords(shares.firstTime)}>
          <StatusTag tone={tone}>{shares === null ? words.nothingDue : tone === 'good' ? words.reached : words.missed}</StatusTag>
        </Figure>
        <Figure title={words.onTold} value={shares === null ? '—' : shareInWords(shares.kept)} />
        <Figure title={words.silent} value={<a href={behind('broken-silently')}>{countInWords(silent)}</a>}>
          {shares !== null && <StatusTag tone={silent === 0 ? 'good' : 'bad'}>{silent === 0 ? words.reached : words.missed}</StatusTag>}
        </Figure>
        <Figure title={words.promised} value={<a href={behind('promised')}>{countInWords(countOf(counts, 'promised'))}</a>}>
          <Say>{words.decided}</Say> {countInWords(decidedOf(counts))} <Say>{words.cases}</Say>
        </Figure>
        <Figure title={words.underWay} value={<a href={behind('in-progress')}>{countInWords(countOf(counts, 'in-progress'))}</a>} />
      </dl>
      {target !== undefined && (
        <p>
          <strong>
            <Say>{words.target}</Say>
          </strong>{' '}
          <Say>{target}</Say>
        </p>
      )}
    </>
  )
}

const Figure = ({ title, value, children }: { readonly title: Sentence; readonly value: Content; readonly children?: Content }) => (
  <div class="measure">
    <dt>
      <Say>{title}</Say>
    </dt>
    <dd>
      <Say>{value}</Say>
    </dd>
    {children !== undefined && children !== false && (
      <dd class="measure-note">
        <Say>{children}</Say>
      </dd>
    )}
  </div>
)

/** The axis begins below the lowest point and the target, so that small differences can be seen; its ends are written beside it. */
export function lowestShown(shares: readonly (number | undefined)[]): number {
  const lowest = Math.min(TARGET, ...shares.filter((share) => share !== undefined))
  return Math.max(0, Math.floor((lowest - 0.01) * 20) / 20)
}

export function Trend({ figures }: { readonly figures: FiguresReply }) {
  const days = daysOf(figures)
  const first = days.map(({ shares }) => (shares === null ? undefined : shares.firstTime / 10_000))
  const kept = days.map(({ shares }) => (shares === null ? undefined : shares.kept / 10_000))
  return (
    <LineChart
      caption={words.trend}
      points={days.map(({ day }) => shortDayInWords(day))}
      series={[
        { label: words.firstShare, values: first },
        { label: words.toldShare, values: kept },
      ]}
      text={percentInWords}
      from={lowestShown([...first, ...kept])}
      to={1}
      target={{ value: TARGET, label: words.targetLine }}
    />
  )
}

/** The two shards that are not a division of the map: the provincial organs stand in the table only. */
const AREAS: Readonly<Record<string, Area>> = {
  ...Object.fromEntries((['2201', '2202', '2203', '2204', '2205', '2206', '2207', '2208', '2224'] as const).map((code) => [code, code])),
  '2299': 'changbaishan',
}

export function PrefectureMap({ figures }: { readonly figures: FiguresReply }) {
  const { from, to } = figures
  const tiles = Object.entries(AREAS).map(([prefecture, area]) => {
    const shares = figures.prefectures.find((one) => one.prefecture === prefecture)?.shares ?? null
    const tone: Tone = toneOf(shares)
    const text = shares === null ? words.noFigure : shareInWords(shares.firstTime)
    return { area, tone, text, href: `/supervision?from=${from}&to=${to}&prefecture=${prefecture}` }
  })
  return <TileMap caption={words.map} tiles={tiles} />
}
