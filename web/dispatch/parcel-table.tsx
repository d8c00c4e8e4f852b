/** A list of parcels, as every page of dispatch shows it. */
import type { ParcelRow, ParcelStatus } from '#delivery/model.ts'
import { PARCEL_STATUS_WORDS } from '#delivery/words.ts'
import type { Places } from '#place/model.ts'
import { parcelHref, stopInWords } from '#web/dispatch/sections.ts'
import { dispatchWords as words } from '#web/dispatch/words.ts'
import { caseNumberInGroups, shortDayInWords } from '#web/shared/format.ts'
import { read, Say, type Words } from '#web/shared/reading.tsx'
import { type Column, Table } from '#web/shared/table.tsx'
import { Moment, StatusTag, type Tone } from '#web/shared/text.tsx'

const TONES: Readonly<Record<ParcelStatus, Tone>> = {
  none: 'neutral',
  prepared: 'neutral',
  'handed-to-courier': 'working',
  'in-transit': 'working',
  'arrived-at-station': 'good',
  delivered: 'good',
  refused: 'attention',
  returned: 'attention',
  lost: 'bad',
  closed: 'neutral',
}

export const ParcelTag = ({ status }: { readonly status: ParcelStatus }) => <StatusTag tone={TONES[status]}>{PARCEL_STATUS_WORDS[status]}</StatusTag>

export const parcelColumns = (places: Places): readonly Column<ParcelRow>[] => [
  {
    key: 'number',
    title: words.number,
    cell: (parcel) => (
      <a class="figure" href={parcelHref(parcel)}>
        {caseNumberInGroups(parcel.caseNumber)}
      </a>
    ),
    csv: ({ caseNumber }) => caseNumber,
  },
  {
    key: 'status',
    title: words.status,
    cell: ({ status }) => <ParcelTag status={status} />,
    csv: ({ status }, language) => read(PARCEL_STATUS_WORDS[status], language),
  },
  { key: 'to', title: words.to, cell: ({ stop }) => stopInWords(places, stop), csv: ({ stop }, language) => read(stopInWords(places, stop), language) },
  { key: 'waybill', title: words.waybill, cell: ({ waybill }) => <span class="figure">{waybill ?? '—'}</span>, csv: ({ waybill }) => waybill ?? '' },
  { key: 'dispatch', title: words.dispatchOn, cell: ({ dispatchOn }) => shortDayInWords(dispatchOn), csv: ({ dispatchOn }) => dispatchOn },
  { key: 'expected', title: words.expectedOn, cell: ({ expectedOn }) => shortDayInWords(expectedOn), csv: ({ expectedOn }) => expectedOn },
  {
    key: 'late',
    title: words.lateSince,
    cell: ({ lateSince }) => (lateSince === null ? '' : <StatusTag tone="bad">{shortDayInWords(lateSince)}</StatusTag>),
    csv: ({ lateSince }) => lateSince ?? '',
  },
  {
    key: 'moved',
    title: words.lastMovement,
    cell: ({ lastMovementAt }) => lastMovementAt && <Moment at={lastMovementAt} short />,
    csv: ({ lastMovementAt }) => lastMovementAt ?? '',
  },
]

const ABOVE: ReadonlySet<string> = new Set(['to', 'dispatch'])

export function ParcelTable({
  caption,
  parcels,
  places,
  csv = false,
  loading = false,
}: {
  readonly caption: Words
  readonly parcels: readonly ParcelRow[]
  readonly places: Places
  readonly csv?: boolean
  /** On a loading list the stop and the day stand above. */
  readonly loading?: boolean
}) {
  const columns = parcelColumns(places)
  return (
    <Table
      caption={caption}
      columns={loading ? columns.filter(({ key }) => !ABOVE.has(key)) : columns}
      rows={parcels}
      keyOf={({ id }) => id}
      empty={<Say>{words.noParcels}</Say>}
      marked={({ status }) => status === 'lost'}
      csv={csv}
    />
  )
}
