/** An officer's passkeys: which there are, another one, and revoking one that is lost. */
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { ROLES } from '#account/model.ts'
import { isStaff, type Passkey, type Session } from '#account/rules/sessions.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { type Column, Table } from '#web/shared/table.tsx'
import { Heading, Lead, Moment, StatusTag, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage } from '#web/shared/web.ts'
import { credentialOf, FIELD_OF, fromOf, heldSession, refused } from '#web/sign-in/passkey.tsx'
import { PasskeyField } from '#web/sign-in/passkey-field.tsx'
import { signInWords as words } from '#web/sign-in/words.ts'

interface PasskeysData {
  readonly keys: readonly Passkey[]
  readonly options: object
}

export const passkeysPage = definePage<Services, PasskeysData>({
  path: '/passkeys',
  audience: 'officer',
  limit: 'sign-in',
  roles: ROLES.filter(isStaff),
  async load({ services: { passkeys }, principal, at }) {
    const session = principal as Session | null
    if (session === null || session.officer === null) return undefined
    return { keys: await passkeys.of(session.officer), options: await passkeys.enrolmentOptions(session, at) }
  },
  view: ({ keys, options }) => ({
    title: words.keysTitle,
    body: (
      <>
        <Title>{words.keysTitle}</Title>
        <Lead>{words.keysLead}</Lead>
        <Table caption={words.keysTitle} hideCaption columns={COLUMNS} rows={keys} keyOf={({ credentialId }) => credentialId} empty={words.keysNone} />
        <Heading>{words.keyAnother}</Heading>
        <Form action="enrol">
          <TextField name="name" label={words.enrolName} hint={words.enrolNameHint} width={18} maxLength={40} />
          <PasskeyField purpose="enrol" options={options} />
          <Buttons>
            <Button>{words.enrol}</Button>
          </Buttons>
        </Form>
      </>
    ),
  }),
  demands: { enrol: 'passkey.enrol', revoke: 'passkey.revoke' },
  actions: {
    async enrol(sent, context) {
      const { session, token } = await held(context)
      const given = { name: sent.text('name'), code: undefined, credential: credentialOf(sent) as RegistrationResponseJSON, source: context.request.ip }
      const outcome = await context.services.passkeys.enrol(session, given, fromOf(context), context.at, token)
      return 'problem' in outcome ? refused(FIELD_OF[outcome.problem] ?? 'credential', outcome.problem, sent.values) : { to: '/passkeys' }
    },
    async revoke(sent, context) {
      const { session } = await held(context)
      const { passkeys } = context.services
      const others = (await passkeys.of(session.officer ?? '')).filter(({ credentialId, revokedAt }) => revokedAt === null && credentialId !== sent.text('key'))
      if (others.length === 0) return { problem: problem('invalid-input', { fields: { key: words.keyLast } }) }
      await passkeys.revoke(session.officer ?? '', sent.text('key'), session.id, session, context.at)
      return { to: '/passkeys' }
    },
  },
})

async function held(context: ActionContext<Services>) {
  const found = await heldSession(context)
  if (found === undefined || found.session.stage !== 'complete') throw new ProblemError(problem('not-found'))
  return found
}

const COLUMNS: readonly Column<Passkey>[] = [
  { key: 'name', title: words.keyName, cell: ({ name }) => name },
  { key: 'since', title: words.keySince, cell: ({ createdAt }) => <Moment at={createdAt} short /> },
  { key: 'used', title: words.keyUsed, cell: ({ lastUsedAt }) => (lastUsedAt === null ? words.keyNever : <Moment at={lastUsedAt} short />) },
  {
    key: 'state',
    title: words.keyState,
    cell: ({ revokedAt }) =>
      revokedAt === null ? <StatusTag tone="good">{words.keyGood}</StatusTag> : <StatusTag tone="neutral">{words.keyRevoked}</StatusTag>,
  },
  {
    key: 'act',
    title: words.keyAct,
    cell: ({ credentialId, revokedAt }) =>
      revokedAt === null ? (
        <Form action="revoke" id={`revoke-${credentialId.slice(0, 16)}`} dense>
          <input type="hidden" name="key" value={credentialId} />
          <Button quiet grave>
            {words.keyRevoke}
          </Button>
        </Form>
      ) : (
        ''
      ),
  },
]
