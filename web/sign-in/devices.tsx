/** 我的登录设备: where one is signed in, and ending it there. */
import { ROLES } from '#account/model.ts'
import { isStaff, type Session } from '#account/rules/sessions.ts'
import { isUuid } from '#kernel/ids.ts'
import type { Services } from '#web/services.ts'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { type Column, Table } from '#web/shared/table.tsx'
import { Lead, Moment, StatusTag, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { signInWords as words } from '#web/sign-in/words.ts'

interface DevicesData {
  readonly current: Session
  readonly sessions: readonly Session[]
}

export const devicesPage = definePage<Services, DevicesData>({
  path: '/devices',
  audience: 'resident',
  roles: ROLES,
  async load({ services, principal, at }) {
    const current = principal as Session | null
    return current === null ? undefined : { current, sessions: await services.accounts.sessionsOf(current.id, at) }
  },
  view: ({ current, sessions }) => ({
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
      </>
    ),
  }),
  actions: {
    async end(sent, { services, principal }) {
      const id = sent.text('session')
      if (principal !== null && isUuid(id)) await services.accounts.endOwn(principal.id, id)
      return { to: '/devices' }
    },
    async 'end-others'(_, { services, principal }) {
      if (principal !== null) await services.accounts.endAllOf(principal.id, (principal as Session).sessionId)
      return { to: '/devices' }
    },
  },
})

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
