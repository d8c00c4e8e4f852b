/** What is open at the officer's station: what waits for whom, since when, until when. */

import type { CaseStatus } from '#case/model.ts'
import type { CaseQueries } from '#case/queries.ts'
import type { Service } from '#catalogue/model.ts'
import { cents, moneyInWords } from '#kernel/money.ts'
import { dayOf, type Instant, instant } from '#kernel/time.ts'
import type { Services } from '#web/services.ts'
import { CaseStatusTag } from '#web/shared/case-view.tsx'
import { Button, Buttons } from '#web/shared/form.tsx'
import { caseNumberInGroups, countInWords, shortDayInWords } from '#web/shared/format.ts'
import { Say, type Words } from '#web/shared/reading.tsx'
import { type Column, csvOf, Pages, Table } from '#web/shared/table.tsx'
import { Moment, Shape, Title } from '#web/shared/text.tsx'
import { definePage, type PageContext } from '#web/shared/web.ts'
import { FindCase, findCaseFrom } from '#web/window/find-case.tsx'
import { organOf, readerOf, sectionsFor } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'

type Listed = Awaited<ReturnType<CaseQueries['list']>>
export type CaseRow = Listed['rows'][number]

interface Filter {
  readonly key: string
  readonly title: Words
  readonly statuses: readonly CaseStatus[]
}

const FILTERS: readonly Filter[] = [
  { key: 'fee', title: words.awaitingFee, statuses: ['granted'] },
  { key: 'referred', title: words.referred, statuses: ['reviewing'] },
  { key: 'materials', title: words.awaitingMaterials, statuses: ['waiting-for-materials'] },
  { key: 'under-way', title: words.underWay, statuses: ['producing', 'ready', 'delivering'] },
  { key: 'to-collect', title: words.toCollect, statuses: ['awaiting-collection'] },
]

const PAGE = 50
const REFRESH_SECONDS = 10

interface WorkList extends Listed {
  readonly counts: Awaited<ReturnType<CaseQueries['openCounts']>>
  readonly filter: Filter | undefined
}

export const workListPage = definePage<Services, WorkList>({
  path: '/window',
  audience: 'officer',
  roles: ['station-officer'],
  async load(context) {
    const { principal, query, at } = context
    const { caseQueries } = context.services
    const organ = organOf(principal)
    const filter = FILTERS.find(({ key }) => key === query.show)
    const which = { list: 'open-at-organ' as const, organ, ...(filter && { statuses: filter.statuses }) }
    const [page, counts] = await Promise.all([listOrNothing(context, which), caseQueries.openCounts(organ, at)])
    return page && { ...page, counts, filter }
  },
  view: (data, context) => ({
    title: words.workList,
    layout: 'wide',
    sections: sectionsFor(context.principal, '/window'),
    body: <WorkListBody data={data} context={context} />,
  }),
  csv: (data, { services, reading, at }) => ({
    name: `window-${at.slice(0, 10)}.csv`,
    text: csvOf(columnsOf(services.services, at), data.rows, reading.language),
  }),
  actions: { find: findCaseFrom },
})

/** A cursor that isn't ours leads nowhere: 404. */
export async function listOrNothing(context: PageContext<Services>, which: Parameters<CaseQueries['list']>[0]): Promise<Listed | undefined> {
  try {
    return await context.services.caseQueries.list(which, readerOf(context), context.query.after, PAGE, context.query.format === 'csv' ? 'export' : 'list')
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function WorkListBody({ data, context }: { readonly data: WorkList; readonly context: PageContext<Services> }) {
  const { counts, filter, rows, next } = data
  return (
    <>
      <Title>{words.workList}</Title>
      <div class="work-tools">
        <FindCase first />
        <Buttons>
          <Button href="/window/apply" keys="F2">
            {words.newApplication}
          </Button>
          <Button href="/window/collect" keys="F3" quiet>
            {words.collect}
          </Button>
        </Buttons>
      </div>
      <Filters counts={counts} filter={filter} />
      <Table
        caption={filter?.title ?? words.all}
        hideCaption
        columns={columnsOf(context.services.services, context.at)}
        rows={rows}
        keyOf={({ number }) => number}
        marked={(row) => isLate(row, context.at)}
        empty={words.noCases}
        live={{ id: 'work-list', seconds: REFRESH_SECONDS }}
        csv
      />
      <Pages {...(next === null ? {} : { next })} />
    </>
  )
}

function Filters({ counts, filter }: Pick<WorkList, 'counts' | 'filter'>) {
  const of = (statuses: readonly CaseStatus[] | undefined, what: 'cases' | 'late') =>
    counts.filter(({ status }) => statuses === undefined || statuses.includes(status)).reduce((sum, one) => sum + one[what], 0)
  const one = (key: string | undefined, title: Words, statuses?: readonly CaseStatus[]) => {
    const late = of(statuses, 'late')
    return (
      <li key={key ?? 'all'}>
        <a href={key === undefined ? '/window' : `/window?show=${key}`} {...(filter?.key === key ? { 'aria-current': 'true' as const } : {})}>
          <Say>{title}</Say> <strong class="figure">{countInWords(of(statuses, 'cases'))}</strong>
          {late > 0 && (
            <span class="filter-late">
              <Shape tone="bad" /> {countInWords(late)} <Say>{words.late}</Say>
            </span>
          )}
        </a>
      </li>
    )
  }
  return (
    <nav class="filters" aria-label={words.filter.zh}>
      <ul>
        {one(undefined, words.all)}
        {FILTERS.map(({ key, title, statuses }) => one(key, title, statuses))}
      </ul>
    </nav>
  )
}

export const isLate = ({ with_you_by, arrived_at }: CaseRow, now: Instant): boolean => with_you_by !== null && arrived_at === null && instant(with_you_by) < now

export const CaseLink = ({ number, href = `/window/cases/${number}` }: { readonly number: string; readonly href?: string }) => (
  <a class="figure" href={href}>
    {caseNumberInGroups(number)}
  </a>
)

export const serviceTitle = (services: ReadonlyMap<string, Service>, id: string): Words => services.get(id)?.title ?? id

export const MomentOrNone = ({ at }: { readonly at: string | null }) => (at === null ? <>—</> : <Moment at={instant(at)} short />)

/** A promise is for a whole day. */
export const PromisedDay = ({ at }: { readonly at: string | null }) =>
  at === null ? (
    <>—</>
  ) : (
    <time dateTime={at}>
      <Say>{shortDayInWords(dayOf(instant(at)))}</Say>
    </time>
  )

const columnsOf = (services: ReadonlyMap<string, Service>, now: Instant): readonly Column<CaseRow>[] => [
  { key: 'number', title: words.number, cell: ({ number }) => <CaseLink number={number} />, csv: ({ number }) => number },
  { key: 'service', title: words.service, cell: ({ service }) => serviceTitle(services, service), csv: ({ service }) => service },
  { key: 'person', title: words.person, cell: ({ person_shown }) => person_shown, csv: ({ person_shown }) => person_shown },
  {
    key: 'status',
    title: words.status,
    cell: (row) => <CaseStatusTag status={row.status} feeDue={row.fee_cents > 0 && !row.fee_settled} />,
    csv: ({ status }) => status,
  },
  {
    key: 'fee',
    title: words.feeDue,
    numeric: true,
    cell: (row) => (row.fee_settled || row.fee_cents === 0 ? '' : moneyInWords(cents(row.fee_cents))),
    csv: (row) => (row.fee_settled ? 0 : row.fee_cents / 100),
  },
  { key: 'submitted', title: words.submitted, cell: ({ submitted_at }) => <MomentOrNone at={submitted_at} />, csv: ({ submitted_at }) => submitted_at },
  {
    key: 'promised',
    title: words.promised,
    cell: (row) => (
      <>
        {row.referral_due_at === null ? <PromisedDay at={row.with_you_by} /> : <MomentOrNone at={row.referral_due_at} />}
        {row.referral_due_at !== null && (
          <span class="hint">
            {' '}
            <Say>{words.due}</Say>
          </span>
        )}
        {isLate(row, now) && (
          <span class="filter-late">
            {' '}
            <Shape tone="bad" /> <Say>{words.late}</Say>
          </span>
        )}
      </>
    ),
    csv: ({ with_you_by }) => with_you_by ?? '',
  },
]
