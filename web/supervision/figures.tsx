/** Measure one first: what was promised and what was kept, its trend, the prefectures, and the cases behind every figure. */
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, plusDays } from '#kernel/time.ts'
import type { Prefecture } from '#place/model.ts'
import { prefectureName } from '#place/rules/organs.ts'
import { ProblemError } from '#platform/problem.ts'
import type { AlarmsReply, FiguresReply } from '#supervision/contract.ts'
import type { Services } from '#web/services.ts'
import { Select } from '#web/shared/choice.tsx'
import { TextField } from '#web/shared/field.tsx'
import { Filters } from '#web/shared/filters.tsx'
import { Button, Buttons, QueryForm } from '#web/shared/form.tsx'
import { instantInWords } from '#web/shared/format.ts'
import { Say, withQuery } from '#web/shared/reading.tsx'
import { csvOf } from '#web/shared/table.tsx'
import { Details, Heading, Notice, Title } from '#web/shared/text.tsx'
import { definePage, type PageContext } from '#web/shared/web.ts'
import { AlarmList } from '#web/supervision/alarms.tsx'
import { Headline, PrefectureMap, Trend } from '#web/supervision/figure-charts.tsx'
import { DayTable, figureCsvColumns, PrefectureTable } from '#web/supervision/figure-tables.tsx'
import { dayAsked, MEASURE, prefecturesOf, supervisionSections } from '#web/supervision/sections.ts'
import { SHORT_COUNT_WORDS, supervisionWords as words } from '#web/supervision/words.ts'

const ALARMS_SHOWN = 5
const COMING_DAYS = 14

export interface FiguresData {
  readonly figures: FiguresReply
  readonly alarms: AlarmsReply
  readonly mine: readonly Prefecture[]
  /** The one prefecture that is looked at; undefined: all. */
  readonly only: Prefecture | undefined
  /** What was wrong with the days that were asked for; the usual ones are shown instead. */
  readonly wrong: Sentence | undefined
}

export const figuresPage = definePage<Services, FiguresData>({
  path: '/supervision',
  audience: 'officer',
  roles: ['supervisor'],
  load,
  view: (data, context) => ({
    title: words.title,
    layout: 'wide',
    sections: supervisionSections(context, '/supervision'),
    body: <Figures data={data} context={context} />,
  }),
  csv: ({ figures }, { reading: { language } }) => ({
    name: `yitang-measure-${MEASURE}-${figures.from}-${figures.to}.csv`,
    text: csvOf(figureCsvColumns(figures), figures.rows, language),
  }),
})

async function load(context: PageContext<Services>): Promise<FiguresData> {
  const { services, query, at } = context
  const { mine, shown } = prefecturesOf(context)
  const asked = { measure: MEASURE, from: dayAsked(query.from), to: dayAsked(query.to) }
  const alarms = services.supervision.alarms(shown, { state: 'open', limit: ALARMS_SHOWN }, at)
  const only = shown.length === 1 && mine.length > 1 ? shown[0] : undefined
  const unread = [query.from, query.to].some((text) => text !== undefined && text !== '' && dayAsked(text) === undefined)
  try {
    const figures = await services.supervision.figures(shown, asked, at)
    return { figures, alarms: await alarms, mine, only, wrong: unread ? words.dayHint : undefined }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.fields === undefined) throw error
    const figures = await services.supervision.figures(shown, { measure: MEASURE }, at)
    return { figures, alarms: await alarms, mine, only, wrong: error.problem.fields.to }
  }
}

function Figures({ data, context }: { readonly data: FiguresData; readonly context: PageContext<Services> }) {
  const { figures, alarms, only, wrong } = data
  const { services } = context
  const measure = services.measures.find(({ number }) => number === MEASURE)
  const where = only === undefined ? words.everywhere : prefectureName(services.places, only)
  const taken = instantInWords(figures.takenAt as Parameters<typeof instantInWords>[0])
  return (
    <>
      <Title above={where}>{words.title}</Title>
      {wrong !== undefined && <Notice tone="attention">{wrong}</Notice>}
      <Headline figures={figures} only={only} target={measure?.figure.target} />
      <p class="hint">
        <Say>{{ zh: `${words.takenAt.zh} ${taken.zh}。${words.exact.zh}`, en: `${words.takenAt.en} ${taken.en}. ${words.exact.en}` }}</Say>
      </p>
      <Periods figures={figures} only={only} today={dayOf(context.at)} />
      <Range data={data} context={context} />
      <Trend figures={figures} />
      <div class="map-and-alarms">
        <PrefectureMap figures={figures} />
        <div>
          <Heading>{words.openAlarms}</Heading>
          {alarms.items.length === 0 ? <Notice tone="good">{words.noAlarms}</Notice> : <AlarmList alarms={alarms} />}
          {alarms.next !== null && (
            <p>
              <a href="/supervision/alarms">
                <Say>{words.allAlarms}</Say>
              </a>
            </p>
          )}
        </div>
      </div>
      <PrefectureTable figures={figures} />
      <DayTable figures={figures} only={only} />
      <Details summary={words.leavesOut} open>
        <List of={figures.leavesOut} />
      </Details>
      <Details summary={words.columnsMean}>
        <dl class="meanings">
          {figures.columns.map(({ name, title, meaning }) => (
            <div key={name}>
              <dt>
                <Say>{SHORT_COUNT_WORDS[name as keyof typeof SHORT_COUNT_WORDS] ?? title}</Say>
              </dt>
              <dd>
                <Say>{meaning}</Say>
              </dd>
            </div>
          ))}
        </dl>
        {measure !== undefined && (
          <p>
            <Say>{measure.figure.definition}</Say>
          </p>
        )}
      </Details>
    </>
  )
}

const List = ({ of }: { readonly of: readonly Sentence[] }) => (
  <ul class="reasons">
    {of.map((sentence) => (
      <li key={sentence.zh}>
        <Say>{sentence}</Say>
      </li>
    ))}
  </ul>
)

/** Days that are asked for most; the promises of the coming days stand apart, for they are still to be kept. */
function Periods({ figures, only, today }: { readonly figures: FiguresReply; readonly only: string | undefined; readonly today: Day }) {
  const period = (title: Sentence, from: Day, to: Day) => ({
    title,
    href: withQuery('/supervision', { from, to, prefecture: only }),
    current: figures.from === from && figures.to === to,
  })
  const filters = [
    ...[7, 30, 90].map((days) => period({ zh: `近 ${days} 天`, en: `Last ${days} days` }, plusDays(today, 1 - days), today)),
    period(words.coming, plusDays(today, 1), plusDays(today, COMING_DAYS)),
  ]
  return <Filters label={words.range} filters={filters} />
}

function Range({ data, context }: { readonly data: FiguresData; readonly context: PageContext<Services> }) {
  const { figures, mine, only } = data
  const { places } = context.services
  return (
    <QueryForm values={{ from: figures.from, to: figures.to, prefecture: only ?? '' }}>
      <TextField name="from" label={words.from} width={12} />
      <TextField name="to" label={words.to} width={12} />
      {mine.length > 1 && (
        <Select
          name="prefecture"
          label={words.prefecture}
          options={mine.map((one) => ({ value: one, label: prefectureName(places, one) }))}
          width={18}
          typeAhead={false}
          optional
        />
      )}
      <Buttons>
        <Button quiet keys="Alt+S">
          {words.show}
        </Button>
        {only !== undefined && (
          <Button href="/supervision" quiet>
            {words.everywhere}
          </Button>
        )}
      </Buttons>
    </QueryForm>
  )
}
