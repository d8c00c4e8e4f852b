import type { Sentence } from '#kernel/language.ts'
import { instant } from '#kernel/time.ts'
import { BarChart, LineChart, SmallMultiples } from '#web/shared/chart.tsx'
import { caseNumberInGroups, maskName } from '#web/shared/format.ts'
import { Part, s } from '#web/shared/story-parts.tsx'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Moment, StatusTag } from '#web/shared/text.tsx'
import { type Area, TileMap } from '#web/shared/tile-map.tsx'

interface Row {
  readonly number: string
  readonly name: string
  readonly state: Sentence
  readonly tone: 'working' | 'good' | 'attention' | 'bad' | 'neutral'
  readonly minutes: number
  readonly since: string
}

export const ROWS: readonly Row[] = [
  { number: '2224202602481930527', name: '金明姬', state: s('制证中', 'Being made'), tone: 'working', minutes: 34, since: '2026-02-13T11:59:00+08:00' },
  {
    number: '2201202602557208146',
    name: '王建国',
    state: s('等人工复核', 'Waiting for review'),
    tone: 'attention',
    minutes: 128,
    since: '2026-02-13T10:12:00+08:00',
  },
  { number: '2202202602100934771', name: '李秀英', state: s('已送到', 'Delivered'), tone: 'good', minutes: 6, since: '2026-02-13T09:02:00+08:00' },
  { number: '2208202602773315908', name: '赵铁柱', state: s('包裹丢失', 'Parcel lost'), tone: 'bad', minutes: 1440, since: '2026-02-12T12:01:00+08:00' },
]

export const COLUMNS: readonly Column<Row>[] = [
  { key: 'number', title: s('办件号', 'Case'), cell: (row) => <a href="/sandbox/components">{caseNumberInGroups(row.number)}</a>, csv: (row) => row.number },
  { key: 'name', title: s('姓名', 'Name'), cell: (row) => maskName(row.name), csv: (row) => maskName(row.name) },
  { key: 'state', title: s('状态', 'State'), cell: (row) => <StatusTag tone={row.tone}>{row.state}</StatusTag>, csv: (row, language) => row.state[language] },
  { key: 'since', title: s('何时起', 'Since'), sorts: true, cell: (row) => <Moment short at={instant(row.since)} />, csv: (row) => row.since },
  {
    key: 'minutes',
    title: s('已等（分钟）', 'Waited (min)'),
    sorts: true,
    numeric: true,
    cell: (row) => String(row.minutes),
    sum: (rows) => String(rows.reduce((total, row) => total + row.minutes, 0)),
    csv: (row) => row.minutes,
  },
]

export const Lists = ({ sort }: { readonly sort: string | undefined }) => (
  <Part name={s('表格', 'Tables')}>
    <Table
      caption={s('待办', 'Work list')}
      columns={COLUMNS}
      rows={ROWS}
      keyOf={(row) => row.number}
      csv
      marked={(row) => row.tone === 'bad'}
      {...(sort === undefined ? {} : { sort })}
      live={{ id: 'work', seconds: 30 }}
    />
    <Pages previous="a" next="b" about={s('第 51 到 54 件', 'Cases 51 to 54')} />
    <Table caption={s('空的列表', 'An empty list')} columns={COLUMNS.slice(0, 3)} rows={[]} keyOf={(row: Row) => row.number} />
  </Part>
)

const DAYS = ['1日', '2日', '3日', '4日', '5日', '6日', '7日', '8日', '9日', '10日']
const KEPT = [0.97, 0.98, 0.985, 0.96, undefined, 0.99, 0.991, 0.987, 0.995, 0.993]

const TILES: readonly { readonly area: Area; readonly share: number }[] = [
  { area: '2201', share: 0.992 },
  { area: '2202', share: 0.988 },
  { area: '2203', share: 0.971 },
  { area: '2204', share: 1 },
  { area: '2205', share: 0.946 },
  { area: '2206', share: 0.99 },
  { area: '2207', share: 0.981 },
  { area: '2208', share: 0.901 },
  { area: '2224', share: 0.995 },
  { area: 'changbaishan', share: 1 },
  { area: '220581', share: 0.979 },
]

const percent = (value: number): string => `${Math.round(value * 1000) / 10}%`

export const Charts = () => (
  <Part name={s('图表', 'Charts')}>
    <BarChart
      caption={s('按期办结率', 'Promises kept')}
      of={1}
      target={{ value: 0.98, label: s('承诺 98%', 'Promised: 98%') }}
      bars={[
        { label: s('长春', 'Changchun'), value: 0.992, text: '99.2%', tone: 'good', href: '/sandbox/components' },
        { label: s('通化', 'Tonghua'), value: 0.946, text: '94.6%', tone: 'attention', href: '/sandbox/components' },
        { label: s('白城', 'Baicheng'), value: 0.901, text: '90.1%', tone: 'bad', href: '/sandbox/components' },
      ]}
    />
    <LineChart
      caption={s('二月每天按期办结率', 'Promises kept, by day of February')}
      points={DAYS}
      from={0.9}
      to={1}
      text={percent}
      series={[
        { label: s('全省', 'Province'), values: KEPT },
        { label: s('长春', 'Changchun'), values: KEPT.map((value) => (value === undefined ? undefined : Math.min(1, value + 0.005))) },
      ]}
      target={{ value: 0.98, label: s('承诺', 'Promised') }}
    />
    <SmallMultiples>
      {[s('一号线', 'Line 1'), s('二号线', 'Line 2'), s('三号线', 'Line 3')].map((name, index) => (
        <LineChart
          key={name.en}
          small
          steps
          caption={name}
          points={DAYS}
          text={String}
          from={0}
          to={500}
          series={[{ label: name, values: DAYS.map((_, at) => ((at * 97 + index * 131) % 400) + 60) }]}
        />
      ))}
    </SmallMultiples>
    <TileMap
      caption={s('各地按期办结率', 'Promises kept by area')}
      tiles={TILES.map(({ area, share }) => ({
        area,
        text: percent(share),
        tone: share >= 0.98 ? 'good' : share >= 0.95 ? 'attention' : 'bad',
        href: '/sandbox/components',
      }))}
    />
  </Part>
)
