/** Cards that wait at this station for their owners; the hand-over itself stands on the case's page. */
import { dayOf, daysBetween, instant } from '#kernel/time.ts'
import type { Services } from '#web/services.ts'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { FindCase, findCaseFrom } from '#web/window/find-case.tsx'
import { organOf, sectionsFor } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'
import { CaseLink, type CaseRow, listOrNothing, MomentOrNone, PromisedDay, serviceTitle } from '#web/window/work-list.tsx'

const REFRESH_SECONDS = 10
/** Chased a second time by then. */
const LONG_DAYS = 30

export const collectPage = definePage<Services, { readonly rows: readonly CaseRow[]; readonly next: string | null }>({
  path: '/window/collect',
  audience: 'officer',
  roles: ['station-officer'],
  load: (context) => listOrNothing(context, { list: 'to-collect', organ: organOf(context.principal) }),
  view: ({ rows, next }, { principal, services, at }) => {
    const heldDays = (row: CaseRow): number => (row.arrived_at === null ? 0 : daysBetween(dayOf(instant(row.arrived_at)), dayOf(at)))
    const columns: readonly Column<CaseRow>[] = [
      { key: 'number', title: words.number, cell: ({ number }) => <CaseLink number={number} /> },
      { key: 'person', title: words.person, cell: ({ person_shown }) => person_shown },
      { key: 'service', title: words.service, cell: ({ service }) => serviceTitle(services.services, service) },
      { key: 'arrived', title: words.arrived, cell: ({ arrived_at }) => <MomentOrNone at={arrived_at} /> },
      { key: 'held', title: words.waitingDays, numeric: true, cell: (row) => ({ zh: `${heldDays(row)} 天`, en: `${heldDays(row)} days` }) },
      { key: 'promised', title: words.promised, cell: ({ with_you_by }) => <PromisedDay at={with_you_by} /> },
    ]
    return {
      title: words.collect,
      layout: 'wide',
      sections: sectionsFor(principal, '/window/collect'),
      body: (
        <>
          <Title>{words.collect}</Title>
          <FindCase first />
          <Table
            caption={words.toCollect}
            columns={columns}
            rows={rows}
            keyOf={({ number }) => number}
            marked={(row) => heldDays(row) >= LONG_DAYS}
            empty={words.nothingToCollect}
            live={{ id: 'to-collect', seconds: REFRESH_SECONDS }}
          />
          <Pages {...(next === null ? {} : { next })} />
        </>
      ),
    }
  },
  actions: { find: findCaseFrom },
})
