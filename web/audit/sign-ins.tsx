/** Who came in and went, who was turned away or locked out; and who ran against a limit of the edge. */
import type { Role } from '#account/model.ts'
import type { AccountEventPage } from '#account/queries/account-events.ts'
import type { KeptAccountEvent, SeenFlood } from '#account/rules/account-events.ts'
import { accountEventSays, ROLE_WORDS } from '#account/words.ts'
import type { Places } from '#place/model.ts'
import { actOf } from '#platform/http.ts'
import { AUDIT_ROLES, auditSections } from '#web/audit/sections.ts'
import { COUNTED_BY_WORDS, LIMIT_WORDS, auditWords as words } from '#web/audit/words.ts'
import type { Services } from '#web/services.ts'
import { organInWords } from '#web/shared/case-view.tsx'
import { Filters } from '#web/shared/filters.tsx'
import { Say } from '#web/shared/reading.tsx'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Moment, StatusTag, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'

const EVENTS_A_PAGE = 50
const FLOODS_SHOWN = 100

interface SignIns {
  readonly page: AccountEventPage | undefined
  readonly floods: readonly SeenFlood[]
}

export const auditSignInsPage = definePage<Services, SignIns>({
  path: '/audit/sign-ins',
  audience: 'officer',
  roles: AUDIT_ROLES,
  async load({ services, query, request }) {
    const floods = query.show === 'floods' ? await services.accountEventQueries.floods(FLOODS_SHOWN) : []
    const account = query.account === '' ? undefined : query.account
    const page = query.show === 'floods' ? undefined : await services.accountEventQueries.audit({ account, cursor: query.after, limit: EVENTS_A_PAGE })
    await services.readings.record(actOf(request), { subject: null, what: 'audit', outcome: 'shown', count: page?.events.length ?? floods.length })
    return { page, floods }
  },
  view: ({ page, floods }, { principal, services: { places } }) => ({
    title: words.signIns,
    layout: 'wide',
    sections: auditSections(principal, '/audit/sign-ins'),
    body: (
      <>
        <Title>{words.signIns}</Title>
        <Filters
          label={words.signIns}
          filters={[
            { title: words.accounts, href: '/audit/sign-ins', current: page !== undefined },
            { title: words.floods, href: '/audit/sign-ins?show=floods', current: page === undefined },
          ]}
        />
        <p class="hint">
          <Say>{page === undefined ? words.floodsHint : words.ownRecorded}</Say>
        </p>
        {page === undefined ? (
          <Table caption={words.floods} hideCaption columns={floodColumns(places)} rows={floods} keyOf={floodKey} empty={words.noFloods} />
        ) : (
          <Table
            caption={words.accounts}
            hideCaption
            columns={eventColumns(places)}
            rows={page.events}
            keyOf={({ id }) => id}
            marked={({ event }) => isBad(event.type)}
            empty={words.noSignIns}
          />
        )}
        <Pages {...(page?.next == null ? {} : { next: page.next })} />
      </>
    ),
  }),
})

const isBad = (type: KeptAccountEvent['event']['type']): boolean => type === 'AccountSignInFailed' || type === 'AccountLocked'
const floodKey = ({ limit, countedBy, key, firstAt }: SeenFlood): string => `${limit} ${countedBy} ${key} ${firstAt}`

function Who({ id, role }: { readonly id: string; readonly role: string }) {
  const known = ROLE_WORDS[role as Role]
  if (id === 'anyone') return <Say>{words.nobodyKnown}</Say>
  return (
    <>
      <span class="figure">{id}</span> {known !== undefined && <Say>{known}</Say>}
    </>
  )
}

const eventColumns = (places: Places): readonly Column<KeptAccountEvent>[] => [
  { key: 'at', title: words.when, cell: ({ at }) => <Moment at={at} short /> },
  {
    key: 'account',
    title: words.account,
    cell: ({ event: { account } }) =>
      account === 'anyone' ? (
        <Say>{words.nobodyKnown}</Say>
      ) : (
        <a class="figure" href={`/audit/sign-ins?account=${encodeURIComponent(account)}`}>
          {account}
        </a>
      ),
  },
  { key: 'what', title: words.kind, cell: ({ event }) => <StatusTag tone={isBad(event.type) ? 'bad' : 'neutral'}>{accountEventSays(event)}</StatusTag> },
  { key: 'by', title: words.by, cell: ({ by }) => <Who id={by.id} role={by.role} /> },
  { key: 'organ', title: words.organ, cell: ({ by: { organ } }) => organ && organInWords(places, organ) },
]

const floodColumns = (places: Places): readonly Column<SeenFlood>[] => [
  { key: 'last', title: words.last, cell: ({ lastAt }) => <Moment at={lastAt} short /> },
  { key: 'first', title: words.first, cell: ({ firstAt }) => <Moment at={firstAt} short /> },
  { key: 'limit', title: words.kind, cell: ({ limit }) => LIMIT_WORDS[limit] ?? limit },
  {
    key: 'from',
    title: words.countedBy,
    cell: ({ countedBy, key }) => (
      <>
        <Say>{COUNTED_BY_WORDS[countedBy] ?? countedBy}</Say> <span class="figure">{key.slice(0, 12)}</span>
      </>
    ),
  },
  { key: 'who', title: words.who, cell: ({ by }) => <Who id={by.id} role={by.role} /> },
  { key: 'organ', title: words.organ, cell: ({ by: { organ } }) => organ && organInWords(places, organ) },
  { key: 'refused', title: words.turnedAway, numeric: true, cell: ({ refused }) => refused },
]
