/** 我的登录设备: where one is signed in, and ending it there. */
import { ROLES } from '#account/model.ts'
import type { KeptAccountEvent } from '#account/rules/account-events.ts'
import { isStaff, type Session } from '#account/rules/sessions.ts'
import { accountEventSays } from '#account/words.ts'
import { isUuid } from '#kernel/ids.ts'
import type { Services } from '#web/services.ts'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import { type Column, Table } from '#web/shared/table.tsx'
import { Heading, Lead, Moment, StatusTag, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { signInWords as words } from '#web/sign-in/words.ts'

const EVENTS_SHOWN = 30

interface DevicesData {
  readonly current: Session
  readonly sessions: readonly Session[]
  /** What happened to the account lately. */
  readonly lately: readonly KeptAccountEvent[]
}

export const devicesPage = definePage<Services, DevicesData>({
  path: '/devices',
  audience: 'resident',
  roles: ROLES,
  async load({ services, principal, at }) {
    const current = principal as Session | null
    if (current === null) return undefined
    const { events } = await services.accountEventQueries.of(current.id, { limit: EVENTS_SHOWN })
    return { current, sessions: await services.accounts.sessionsOf(current.id, at), lately: events }
  },
  view: ({ current, sessions, lately }) => ({
    title: words.devicesTitle,
    layout: 'wide',
    body: (
      <>
        <Title>{words.devicesTitle}</Title>
        <Lead>{words.devicesLead}</Lead>
        <Table caption={words.devicesTitle} hideCaption columns={columnsFor(current)} rows={sessions} keyOf={({ sessionId }) => sessionId} />
        <Form action="end-others">
          <Buttons>
            <Button quiet grave>
              {words.devicesEndOthers}
            </Button>
            {isStaff(current.role) && current.officer !== null && (
              <Button quiet href="/passkeys">
                {words.myKeys}
              </Button>
            )}
          </Buttons>
        </Form>
        <Heading>{words.lately}</Heading>
        <Table caption={words.lately} hideCaption columns={LATELY} rows={lately} keyOf={({ id }) => id} empty={words.latelyNone} />
      </>
    ),
  }),
  actions: {
    async end(sent, { services, principal, at }) {
      const id = sent.text('session')
      if (principal !== null && isUuid(id)) await services.accounts.endOwn(principal, id, at)
      return { to: '/devices' }
    },
    async 'end-others'(_, { services, principal, at }) {
      const own = principal as Session | null
      if (own !== null) await services.accounts.endAllOf(own.id, 'ended-by-owner', own, at, ({ sessionId }) => sessionId !== own.sessionId)
      return { to: '/devices' }
    },
  },
})

const LATELY: readonly Column<KeptAccountEvent>[] = [
  { key: 'at', title: words.latelyAt, cell: ({ at }) => <Moment at={at} short /> },
  {
    key: 'what',
    title: words.latelyWhat,
    cell: ({ event }) =>
      event.type === 'AccountSignInFailed' || event.type === 'AccountLocked' ? (
        <StatusTag tone="bad">{accountEventSays(event)}</StatusTag>
      ) : (
        <Say>{accountEventSays(event)}</Say>
      ),
  },
]

const columnsFor = (current: Session): readonly Column<Session>[] => [
  { key: 'browser', title: words.device, cell: ({ browser }) => (browser === '' ? words.deviceProgram : browser) },
  { key: 'from', title: words.deviceFrom, cell: ({ source }) => <span class="figure">{source}</span> },
  { key: 'since', title: words.deviceSince, cell: ({ createdAt }) => <Moment at={createdAt} short /> },
  { key: 'used', title: words.deviceUsed, cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} short /> },
  {
    key: 'act',
    title: words.keyAct,
    cell: ({ sessionId }) =>
      sessionId === current.sessionId ? (
        <StatusTag tone="good">{words.deviceThis}</StatusTag>
      ) : (
        <Form action="end" id={`end-${sessionId}`} dense>
          <input type="hidden" name="session" value={sessionId} />
          <Button quiet>{words.deviceEnd}</Button>
        </Form>
      ),
  },
]
