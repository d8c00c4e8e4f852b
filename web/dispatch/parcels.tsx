/** Parcels by what is the matter with them. */

import type { ParcelPage } from '#delivery/queries.ts'
import { PARCEL_STATUS_WORDS } from '#delivery/words.ts'
import type { Sentence } from '#kernel/language.ts'
import { actOf } from '#platform/http.ts'
import { ParcelTable } from '#web/dispatch/parcel-table.tsx'
import { DISPATCH_ROLES, dispatchSections, scopeOf } from '#web/dispatch/sections.ts'
import { dispatchWords as words } from '#web/dispatch/words.ts'
import type { Services } from '#web/services.ts'
import { Filters } from '#web/shared/filters.tsx'
import { Pages } from '#web/shared/table.tsx'
import { Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'

const PARCELS_A_PAGE = 50

const LISTS = ['troubled', 'late', 'lost', 'refused', 'returned', 'prepared', 'handed-to-courier', 'in-transit', 'arrived-at-station'] as const
type List = (typeof LISTS)[number]

const listInWords = (list: List): Sentence => (list === 'troubled' ? words.troubled : list === 'late' ? words.late : PARCEL_STATUS_WORDS[list])

interface ParcelsData {
  readonly list: List
  readonly page: ParcelPage
}

export const parcelsPage = definePage<Services, ParcelsData>({
  path: '/dispatch/parcels',
  audience: 'officer',
  roles: DISPATCH_ROLES,
  async load(context) {
    const scope = scopeOf(context)
    if (scope === undefined) return undefined
    const list = LISTS.find((one) => one === context.query.list) ?? 'troubled'
    const page = await context.services.deliveryQueries.parcelPage(list, scope, { cursor: context.query.after, limit: PARCELS_A_PAGE })
    await context.services.readings.record(actOf(context.request), { subject: null, what: 'list', outcome: 'shown', count: page.parcels.length })
    return { list, page }
  },
  view: ({ list, page }, { services: { places } }) => ({
    title: words.parcels,
    layout: 'wide',
    sections: dispatchSections('/dispatch/parcels'),
    body: (
      <>
        <Title>{words.parcels}</Title>
        <Filters
          label={words.lists}
          filters={LISTS.map((one) => ({ title: listInWords(one), href: `/dispatch/parcels?list=${one}`, current: one === list }))}
        />
        <ParcelTable caption={listInWords(list)} parcels={page.parcels} places={places} />
        <Pages {...(page.next === null ? {} : { next: page.next })} />
      </>
    ),
  }),
})
