/** Alarms: what needs somebody now, and what to do. */
import { parseCaseNumber } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import type { AlarmsReply } from '#supervision/contract.ts'
import { batchHref, slotOfAddress, slotShort } from '#web/factory/slots.ts'
import type { Services } from '#web/services.ts'
import { Filters } from '#web/shared/filters.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Moment, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { prefecturesOf, supervisionSections } from '#web/supervision/sections.ts'
import { supervisionWords as words } from '#web/supervision/words.ts'

const ALARMS_A_PAGE = 50

type Alarm = AlarmsReply['items'][number]
type State = 'open' | 'cleared'

export const alarmsPage = definePage<Services, { readonly state: State; readonly alarms: AlarmsReply }>({
  path: '/supervision/alarms',
  audience: 'officer',
  roles: ['supervisor'],
  async load(context) {
    const { services, query, at } = context
    const state: State = query.state === 'cleared' ? 'cleared' : 'open'
    return { state, alarms: await services.supervision.alarms(prefecturesOf(context).mine, { state, cursor: query.after, limit: ALARMS_A_PAGE }, at) }
  },
  view: ({ state, alarms }, context) => ({
    title: words.alarms,
    layout: 'wide',
    sections: supervisionSections(context, '/supervision/alarms'),
    body: (
      <>
        <Title>{words.alarms}</Title>
        <Filters
          label={words.state}
          filters={[
            { title: words.openAlarms, href: '/supervision/alarms', current: state === 'open' },
            { title: words.clearedAlarms, href: '/supervision/alarms?state=cleared', current: state === 'cleared' },
          ]}
        />
        <AlarmTable alarms={alarms} state={state} />
        <Pages {...(alarms.next === null ? {} : { next: alarms.next })} />
      </>
    ),
  }),
})

/** Broken already, or about to be. */
const TONES: Readonly<Record<string, Tone>> = { 'promise-broken': 'bad', 'referral-overdue': 'bad', 'outbox-parked': 'bad' }

const COLUMNS: readonly Column<Alarm>[] = [
  { key: 'kind', title: words.kind, cell: ({ kind, kindWords }) => <StatusTag tone={TONES[kind] ?? 'attention'}>{kindWords}</StatusTag> },
  { key: 'todo', title: words.whatToDo, cell: ({ sentence }) => <Say>{sentence}</Say> },
  { key: 'about', title: words.about, cell: (alarm) => <About alarm={alarm} /> },
  { key: 'prefecture', title: words.prefecture, cell: ({ prefectureName }) => prefectureName },
  { key: 'due', title: words.dueAt, cell: ({ dueAt }) => dueAt && <Moment at={dueAt as Instant} short /> },
  { key: 'raised', title: words.raisedAt, cell: ({ raisedAt }) => <Moment at={raisedAt as Instant} short /> },
]

const CLEARED: Column<Alarm> = { key: 'cleared', title: words.clearedAt, cell: ({ clearedAt }) => clearedAt && <Moment at={clearedAt as Instant} short /> }

/** A case, a half-day of the factory, or the name of a part of the system. */
function About({ alarm: { about } }: { readonly alarm: Alarm }) {
  if (parseCaseNumber(about).ok)
    return (
      <a class="figure" href={`/supervision/cases/${about}`}>
        {caseNumberInGroups(about)}
      </a>
    )
  const slot = slotOfAddress(about)
  if (slot === undefined) return <code>{about}</code>
  return (
    <a href={batchHref(slot)}>
      <Say>{slotShort(slot)}</Say>
    </a>
  )
}

/** The first few, where there is little room: what to do, and about what. */
export const AlarmList = ({ alarms }: { readonly alarms: AlarmsReply }) => (
  <ul class="plain-links">
    {alarms.items.map((alarm) => (
      <li key={alarm.id}>
        <StatusTag tone={TONES[alarm.kind] ?? 'attention'}>{alarm.kindWords}</StatusTag> <About alarm={alarm} />
        <p>
          <Say>{alarm.sentence}</Say>
        </p>
      </li>
    ))}
  </ul>
)

const AlarmTable = ({ alarms, state }: { readonly alarms: AlarmsReply; readonly state: State }) => (
  <Table
    caption={state === 'open' ? words.openAlarms : words.clearedAlarms}
    columns={state === 'open' ? COLUMNS : [...COLUMNS, CLEARED]}
    rows={alarms.items}
    keyOf={({ id }) => id}
    empty={state === 'open' ? words.noAlarms : words.noCleared}
    {...(state === 'open' ? { live: { id: 'alarms', seconds: 15 } } : {})}
  />
)
