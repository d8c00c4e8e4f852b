/** What the automatic review left to a person, the one due first on top; and what is sampled for a second look. */

import type { Calendar } from '#calendar/model.ts'
import type { CaseRecord } from '#case/commands.ts'
import { jurisdictionOf } from '#case/rules/access.ts'
import type { Check } from '#catalogue/model.ts'
import type { Instant } from '#kernel/time.ts'
import type { Principal } from '#platform/http.ts'
import type { Due } from '#timelimit/model.ts'
import { dueOf } from '#timelimit/rules.ts'
import type { Services } from '#web/services.ts'
import { organInWords, Reasons } from '#web/shared/case-view.tsx'
import { Say } from '#web/shared/reading.tsx'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Moment, Shape, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { FindByNumber, findByNumberFrom } from '#web/window/find-case.tsx'
import { organOf, sectionsFor } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'
import { CaseLink, type CaseRow, listOrNothing, MomentOrNone, serviceTitle } from '#web/window/work-list.tsx'

const REFRESH_SECONDS = 15

interface Referred {
  readonly row: CaseRow
  readonly reasons: readonly Check[]
  readonly due: Due | undefined
}

interface Referrals {
  readonly referred: readonly Referred[]
  readonly next: string | null
}

const organsOf = (services: Services, principal: Principal | null): readonly string[] => [...jurisdictionOf(services.places, organOf(principal))]

export const referralsPage = definePage<Services, Referrals>({
  path: '/window/referrals',
  audience: 'officer',
  roles: ['referral-reviewer'],
  async load(context) {
    const { services, principal } = context
    const page = await listOrNothing(context, { list: 'referred', organs: organsOf(services, principal) })
    return page && { referred: await Promise.all(page.rows.map((row) => explained(services, row))), next: page.next }
  },
  view: ({ referred, next }, { services, principal, at }) => ({
    title: words.referrals,
    layout: 'wide',
    sections: sectionsFor(principal, '/window/referrals'),
    body: (
      <>
        <Title>{words.referrals}</Title>
        <Table
          caption={words.referrals}
          hideCaption
          columns={columnsOf(services, at)}
          rows={referred}
          keyOf={({ row }) => row.number}
          marked={({ due }) => isOverdue(due, at)}
          empty={words.nothingReferred}
          live={{ id: 'referrals', seconds: REFRESH_SECONDS }}
        />
        <Pages {...(next === null ? {} : { next })} />
        <FindByNumber />
      </>
    ),
  }),
  actions: { find: findByNumberFrom },
})

async function explained({ caseQueries, calendar }: Services, row: CaseRow): Promise<Referred> {
  const record = await caseQueries.findByKey({ prefecture: row.prefecture, stream: row.id })
  return { row, reasons: record?.state.referral?.reasons ?? [], due: record && referralDue(calendar(), record) }
}

/** Its own limit, which stands still while material is awaited. */
export const referralDue = (calendar: Calendar, { state: { referral, pauses } }: CaseRecord): Due | undefined =>
  referral === null ? undefined : dueOf(calendar, { ...referral.limit, pauses })

const isOverdue = (due: Due | undefined, now: Instant): boolean => due !== undefined && !due.standsStill && due.dueAt < now

const columnsOf = (services: Services, now: Instant): readonly Column<Referred>[] => [
  { key: 'number', title: words.number, cell: ({ row }) => <CaseLink number={row.number} href={`/window/referrals/${row.number}`} /> },
  {
    key: 'due',
    title: words.due,
    cell: ({ due }) => (
      <>
        {due === undefined ? '—' : due.standsStill ? <Say>{words.standsStill}</Say> : <Moment at={due.dueAt} short />}
        {isOverdue(due, now) && (
          <span class="filter-late">
            {' '}
            <Shape tone="bad" /> <Say>{words.overdue}</Say>
          </span>
        )}
      </>
    ),
  },
  { key: 'reasons', title: words.reasons, cell: ({ reasons }) => <Reasons of={reasons.map(({ sentence }) => sentence)} /> },
  { key: 'service', title: words.service, cell: ({ row }) => serviceTitle(services.services, row.service) },
  { key: 'person', title: words.person, cell: ({ row }) => row.person_shown },
  { key: 'submitted', title: words.submitted, cell: ({ row }) => <MomentOrNone at={row.submitted_at} /> },
  { key: 'organ', title: words.acceptedAt, cell: ({ row }) => organInWords(services.places, row.organ) },
]

export const secondLooksPage = definePage<Services, { readonly rows: readonly CaseRow[]; readonly next: string | null }>({
  path: '/window/second-looks',
  audience: 'officer',
  roles: ['referral-reviewer'],
  load: (context) => listOrNothing(context, { list: 'to-look-at', issuers: organsOf(context.services, context.principal) }),
  view: ({ rows, next }, { services, principal }) => {
    const columns: readonly Column<CaseRow>[] = [
      { key: 'number', title: words.number, cell: ({ number }) => <CaseLink number={number} href={`/window/referrals/${number}`} /> },
      { key: 'granted', title: words.granted, cell: ({ accepted_at }) => <MomentOrNone at={accepted_at} /> },
      { key: 'service', title: words.service, cell: ({ service }) => serviceTitle(services.services, service) },
      { key: 'person', title: words.person, cell: ({ person_shown }) => person_shown },
      { key: 'organ', title: words.acceptedAt, cell: ({ organ }) => organInWords(services.places, organ) },
    ]
    return {
      title: words.secondLooks,
      layout: 'wide',
      sections: sectionsFor(principal, '/window/second-looks'),
      body: (
        <>
          <Title>{words.secondLooks}</Title>
          <Table caption={words.secondLooks} hideCaption columns={columns} rows={rows} keyOf={({ number }) => number} empty={words.nothingToLookAt} />
          <Pages {...(next === null ? {} : { next })} />
        </>
      ),
    }
  },
})
