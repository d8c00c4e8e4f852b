/** The day's manifest: what leaves the production centre by route, stop by stop; and what is overdue. */

import type { ManifestRoute, ParcelRow } from '#delivery/model.ts'
import type { ParcelPage } from '#delivery/queries.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, isDay, plusDays } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { actOf } from '#platform/http.ts'
import { ParcelTable, parcelColumns } from '#web/dispatch/parcel-table.tsx'
import { DISPATCH_ROLES, dispatchSections, routeInWords, scopeOf, stopInWords } from '#web/dispatch/sections.ts'
import { dispatchWords as words } from '#web/dispatch/words.ts'
import type { Services } from '#web/services.ts'
import { dayOnCalendar } from '#web/shared/case-view.tsx'
import { Button, Buttons } from '#web/shared/form.tsx'
import { countInWords, dayInWords } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import { type Column, csvOf, Table } from '#web/shared/table.tsx'
import { BackLink, Notice, Title } from '#web/shared/text.tsx'
import { definePage, type PageContext } from '#web/shared/web.ts'

const OVERDUE_SHOWN = 20

interface ManifestData {
  readonly day: Day
  /** The one route that is looked at, stop by stop. */
  readonly route: ManifestRoute | undefined
  readonly routes: readonly ManifestRoute[]
  readonly overdue: ParcelPage
}

const parcelsOf = (route: ManifestRoute): readonly ParcelRow[] => route.stops.flatMap(({ parcels }) => parcels)

export const manifestPage = definePage<Services, ManifestData>({
  path: '/dispatch',
  audience: 'officer',
  roles: DISPATCH_ROLES,
  async load(context) {
    const { services, query, at } = context
    const scope = scopeOf(context)
    const asked = query.day ?? dayOf(at)
    if (scope === undefined || !isDay(asked)) return undefined
    const [routes, overdue] = await Promise.all([
      services.deliveryQueries.manifest(asked, undefined, scope),
      services.deliveryQueries.parcelPage('late', scope, { limit: OVERDUE_SHOWN }),
    ])
    const count = routes.reduce((sum, one) => sum + one.count, 0) + overdue.parcels.length
    await services.readings.record(actOf(context.request), { subject: null, what: query.format === 'csv' ? 'export' : 'list', outcome: 'shown', count })
    return { day: asked, routes, overdue, route: routes.find((one) => one.route === query.route) }
  },
  view: (data, context) => ({
    title: words.manifestTitle,
    layout: 'wide',
    sections: dispatchSections('/dispatch'),
    body:
      data.route === undefined ? <Manifest data={data} context={context} /> : <OneRoute day={data.day} route={data.route} places={context.services.places} />,
  }),
  csv: ({ day, route, routes }, { services: { places }, reading: { language } }) => ({
    name: `yitang-manifest-${day}${route === undefined ? '' : `-${route.route}`}.csv`,
    text: csvOf(parcelColumns(places), (route === undefined ? routes : [route]).flatMap(parcelsOf), language),
  }),
})

function Manifest({ data, context }: { readonly data: ManifestData; readonly context: PageContext<Services> }) {
  const { day, routes, overdue } = data
  const { services, at } = context
  const { places } = services
  const shown = dayOnCalendar(services.calendar(), day)
  const on: Sentence = { zh: `${shown.zh}交寄清单`, en: `Manifest, ${shown.en}` }
  return (
    <>
      <Title>{on}</Title>
      <Buttons>
        <Button href={`/dispatch?day=${plusDays(day, -1)}`} quiet keys="Alt+B">
          {words.previousDay}
        </Button>
        {day !== dayOf(at) && (
          <Button href="/dispatch" quiet keys="Alt+T">
            {words.today}
          </Button>
        )}
        <Button href={`/dispatch?day=${plusDays(day, 1)}`} quiet keys="Alt+N">
          {words.nextDay}
        </Button>
      </Buttons>
      <Counts routes={routes} />
      {overdue.parcels.length === 0 ? (
        <Notice tone="good">{words.noneOverdue}</Notice>
      ) : (
        <>
          <Notice tone="bad" title={overdueInWords(overdue)}>
            {words.overdueLead}
          </Notice>
          <ParcelTable caption={words.overdue} parcels={overdue.parcels} places={places} />
        </>
      )}
      <Table
        caption={words.routes}
        columns={routeColumns(places, day)}
        rows={routes}
        keyOf={({ route }) => route}
        empty={words.nothing}
        csv={routes.length > 0}
        live={{ id: 'routes', seconds: 30 }}
      />
    </>
  )
}

const overdueInWords = ({ parcels, next }: ParcelPage): Sentence => {
  const count = next === null ? `${parcels.length}` : `${parcels.length}+`
  return { zh: `有 ${count} 件超期未到`, en: `${count} parcel(s) are overdue` }
}

function Counts({ routes }: { readonly routes: readonly ManifestRoute[] }) {
  const parcels = routes.flatMap(parcelsOf)
  const figures: readonly (readonly [Sentence, number])[] = [
    [words.all, parcels.length],
    [words.stationRuns, parcels.filter(({ stop }) => stop !== null).length],
    [words.mail, parcels.filter(({ stop }) => stop === null).length],
    [words.notTaken, parcels.filter(({ status }) => status === 'prepared').length],
  ]
  return (
    <dl class="measures">
      {figures.map(([title, count]) => (
        <div class="measure" key={title.zh}>
          <dt>
            <Say>{title}</Say>
          </dt>
          <dd>{countInWords(count)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Packed, or ordered from the courier but not yet collected. */
const STILL_HERE: ReadonlySet<string> = new Set(['prepared', 'handed-to-courier'])
const collected = (route: ManifestRoute): number => parcelsOf(route).filter(({ status }) => !STILL_HERE.has(status)).length

/** Mail has addresses, not stops. */
const stopsOf = ({ bureau, stops }: ManifestRoute): number => (bureau === null ? 0 : stops.length)

const summed = (of: (route: ManifestRoute) => number) => (rows: readonly ManifestRoute[]) => countInWords(rows.reduce((sum, row) => sum + of(row), 0))

const routeColumns = (places: Places, day: Day): readonly Column<ManifestRoute>[] => [
  {
    key: 'route',
    title: words.route,
    cell: ({ route, bureau }) => <a href={`/dispatch?day=${day}&route=${route}`}>{<Say>{routeInWords(places, route, bureau)}</Say>}</a>,
  },
  { key: 'stops', title: words.stops, numeric: true, cell: (route) => (route.bureau === null ? '—' : countInWords(route.stops.length)), sum: summed(stopsOf) },
  { key: 'count', title: words.count, numeric: true, cell: ({ count }) => countInWords(count), sum: summed(({ count }) => count) },
  { key: 'collected', title: words.leftCount, numeric: true, cell: (route) => countInWords(collected(route)), sum: summed(collected) },
]

/** What is loaded on one route, in the order of its stops. */
function OneRoute({ day, route, places }: { readonly day: Day; readonly route: ManifestRoute; readonly places: Places }) {
  const shown = dayInWords(day)
  return (
    <>
      <BackLink href={`/dispatch?day=${day}`}>{words.routes}</BackLink>
      <Title above={{ zh: `${shown.zh}交寄，共 ${route.count} 件`, en: `Leaves ${shown.en}: ${route.count} in all` }}>
        {routeInWords(places, route.route, route.bureau)}
      </Title>
      {route.stops.map(({ organ, parcels }, index) => {
        const stop = stopInWords(places, organ)
        return (
          <ParcelTable
            key={organ ?? 'mail'}
            caption={{ zh: `${stop.zh}：${parcels.length} 件`, en: `${stop.en}: ${parcels.length}` }}
            parcels={parcels}
            places={places}
            csv={index === route.stops.length - 1}
            loading
          />
        )
      })}
    </>
  )
}
