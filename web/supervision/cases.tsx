/** The cases behind a figure. */

import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, timeOfDay } from '#kernel/time.ts'
import type { Prefecture } from '#place/model.ts'
import { prefectureName } from '#place/rules/organs.ts'
import { actOf } from '#platform/http.ts'
import type { BehindItem, FigureName } from '#supervision/contract.ts'
import type { Services } from '#web/services.ts'
import { Filters } from '#web/shared/filters.tsx'
import { caseNumberInGroups, countInWords, dayInWords, shortDayInWords } from '#web/shared/format.ts'
import { read, Say } from '#web/shared/reading.tsx'
import { type Column, csvOf, Pages, Table } from '#web/shared/table.tsx'
import { BackLink, Moment, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { type CasesBehind, casesBehind } from '#web/supervision/behind.ts'
import { casesHref, dayAsked, figureAsked, MEASURE, prefecturesOf, supervisionSections } from '#web/supervision/sections.ts'
import { REVISION_WORDS, SHORT_COUNT_WORDS, supervisionWords as words } from '#web/supervision/words.ts'

const CASES_A_PAGE = 50

interface CasesData {
  readonly outcome: FigureName
  readonly only: Prefecture | undefined
  readonly cases: CasesBehind
}

export const supervisedCasesPage = definePage<Services, CasesData>({
  path: '/supervision/cases',
  audience: 'officer',
  roles: ['supervisor'],
  async load(context) {
    const { services, query, at } = context
    const { mine, shown } = prefecturesOf(context)
    const outcome = figureAsked(query.outcome)
    const asked = { measure: MEASURE, from: dayAsked(query.from), to: dayAsked(query.to), outcome, cursor: query.after, limit: CASES_A_PAGE }
    const cases = await casesBehind(services.supervision, shown, asked, at)
    const what = query.format === 'csv' ? 'export' : 'list'
    await services.readings.record(actOf(context.request), { subject: null, what, outcome: 'shown', count: cases.items.length })
    return { outcome, only: shown.length === 1 && mine.length > 1 ? shown[0] : undefined, cases }
  },
  view: (data, context) => {
    const { outcome, only, cases } = data
    const { places } = context.services
    return {
      title: words.casesTitle,
      layout: 'wide',
      sections: supervisionSections(context, '/supervision'),
      body: (
        <>
          <BackLink href={`/supervision?from=${cases.from}&to=${cases.to}${only === undefined ? '' : `&prefecture=${only}`}`}>{words.backToFigures}</BackLink>
          <Title above={aboveOf(cases, only === undefined ? words.everywhere : prefectureName(places, only))}>{titleOf(data)}</Title>
          <Filters
            label={words.outcome}
            filters={SHOWN.map((one) => ({
              title: SHORT_COUNT_WORDS[one],
              href: casesHref({ from: cases.from, to: cases.to, outcome: one, prefecture: only }),
              current: one === outcome,
            }))}
          />
          <Table
            caption={words.casesTitle}
            hideCaption
            columns={COLUMNS}
            rows={cases.items}
            keyOf={({ number }) => number}
            empty={words.noCases}
            csv={cases.items.length > 0}
          />
          <Pages {...(cases.next === null ? {} : { next: cases.next })} />
        </>
      ),
    }
  },
  csv: ({ outcome, cases }, { reading: { language } }) => ({
    name: `yitang-cases-${outcome}-${cases.from}-${cases.to}.csv`,
    text: csvOf(COLUMNS, cases.items, language),
  }),
})

const SHOWN = ['accepted', 'promised', 'kept', 'kept-as-told', 'broken', 'revised', 'in-progress', 'waiting-for-fee', 'withdrawn'] as const

const titleOf = ({ outcome, cases }: CasesData): Sentence => {
  const name = SHORT_COUNT_WORDS[outcome]
  const count = countInWords(cases.total)
  return { zh: `${name.zh}：${count} ${words.cases.zh}`, en: `${name.en}: ${count} ${words.cases.en}` }
}

function aboveOf({ from, to }: CasesBehind, where: Sentence): Sentence {
  const [first, last] = [dayInWords(from as Parameters<typeof dayInWords>[0]), dayInWords(to as Parameters<typeof dayInWords>[0])]
  return from === to
    ? { zh: `${where.zh} · ${first.zh}`, en: `${where.en} · ${first.en}` }
    : { zh: `${where.zh} · ${first.zh}至${last.zh}`, en: `${where.en} · ${first.en} to ${last.en}` }
}

const TONES: Readonly<Record<BehindItem['outcome'], Tone>> = {
  kept: 'good',
  'kept-as-told': 'attention',
  'broken-told': 'bad',
  'broken-silently': 'bad',
  'in-progress': 'working',
  'waiting-for-fee': 'neutral',
  withdrawn: 'neutral',
}

const moment = (at: string | null) => (at === null ? '—' : <Moment at={at as Instant} short />)

const LAST_MINUTE = '23:59'

/** What is promised for a whole day is said as the day. */
function promised(at: string | null) {
  if (at === null || timeOfDay(at as Instant) < LAST_MINUTE) return moment(at)
  const day = shortDayInWords(dayOf(at as Instant))
  return <time dateTime={at}>{<Say>{{ zh: `${day.zh}当天`, en: `during ${day.en}` }}</Say>}</time>
}
const causeInWords = (cause: string | null): Sentence | '' => (cause === null ? '' : REVISION_WORDS[cause as keyof typeof REVISION_WORDS])

const COLUMNS: readonly Column<BehindItem>[] = [
  {
    key: 'number',
    title: words.number,
    cell: ({ number }) => (
      <a class="figure" href={`/supervision/cases/${number}`}>
        {caseNumberInGroups(number)}
      </a>
    ),
    csv: ({ number }) => number,
  },
  {
    key: 'outcome',
    title: words.outcome,
    cell: ({ outcome }) => <StatusTag tone={TONES[outcome]}>{SHORT_COUNT_WORDS[outcome]}</StatusTag>,
    csv: ({ outcomeWords }, language) => read(outcomeWords, language),
  },
  { key: 'service', title: words.service, cell: ({ title }) => <Say>{title}</Say>, csv: ({ title }, language) => read(title, language) },
  { key: 'organ', title: words.organ, cell: ({ organName }) => <Say>{organName}</Say>, csv: ({ organName }, language) => read(organName, language) },
  { key: 'first', title: words.firstBy, cell: ({ firstBy }) => promised(firstBy), csv: ({ firstBy }) => firstBy ?? '' },
  { key: 'told', title: words.toldBy, cell: ({ revisions, toldBy }) => (revisions === 0 ? '—' : promised(toldBy)), csv: ({ toldBy }) => toldBy ?? '' },
  { key: 'with', title: words.withPerson, cell: ({ withPersonAt }) => moment(withPersonAt), csv: ({ withPersonAt }) => withPersonAt ?? '' },
  { key: 'revisions', title: words.revisions, numeric: true, cell: ({ revisions }) => revisions, csv: ({ revisions }) => revisions },
  {
    key: 'cause',
    title: words.cause,
    cell: ({ lastCause }) => <Say>{causeInWords(lastCause)}</Say>,
    csv: ({ lastCause }, language) => read(causeInWords(lastCause), language),
  },
]
