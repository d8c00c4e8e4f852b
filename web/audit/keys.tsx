/** One-time codes for officers' first passkeys, lost passkeys, and the keys of departments and kiosks: the security administrator's. */
import type { z } from 'zod'
import type { Clients } from '#account/commands/clients.ts'
import { clientKeyBody } from '#account/contract/sign-in.ts'
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Session } from '#account/rules/sessions.ts'
import { type Instant, MINUTE_MS, plusMinutes } from '#kernel/time.ts'
import { Taken } from '#platform/commit.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { auditSections } from '#web/audit/sections.ts'
import { auditWords as words } from '#web/audit/words.ts'
import type { Services } from '#web/services.ts'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Say, useSay } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Table } from '#web/shared/table.tsx'
import { Heading, Lead, Moment, Notice, StatusTag, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome } from '#web/shared/web.ts'

type ClientKey = Awaited<ReturnType<Clients['keys']>>[number]

interface Keys {
  readonly keys: readonly ClientKey[]
  /** Shown once, on the answer to the form that asked for it. */
  readonly given: { readonly number: string; readonly code: string; readonly until: Instant } | undefined
}

const HERE = '/audit/keys'

export const keysPage = definePage<Services, Keys>({
  path: HERE,
  audience: 'officer',
  roles: ['security-administrator'],
  async load({ services, typed }) {
    const [number, code, until] = ['number', 'code', 'until'].map((name) => String(typed[`given.${name}`] ?? ''))
    return { keys: await services.clients.keys(), given: code ? { number: number ?? '', code, until: until as Instant } : undefined }
  },
  view: (data, { principal, at }) => ({
    title: words.keys,
    layout: 'wide',
    sections: auditSections(principal, HERE),
    body: <KeysBody data={data} now={at} />,
  }),
  demands: { code: 'passkey.issue-code', 'revoke-passkeys': 'passkey.revoke', register: 'client-key.manage', revoke: 'client-key.manage' },
  actions: { code, 'revoke-passkeys': revokePasskeys, register, revoke },
})

const wrong = (field: string, sentence: (typeof words)[keyof typeof words]): Outcome => ({
  problem: problem('invalid-input', { fields: { [field]: sentence } }),
})

function demand({ principal }: ActionContext<Services>, action: 'passkey.issue-code' | 'client-key.manage'): Session {
  if (!can(principal as Actor | null, action)) throw new ProblemError(problem('not-found'))
  return principal as Session
}

async function code(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const by = demand(context, 'passkey.issue-code')
  const officer = await context.services.findOfficer(sent.text('number'))
  if (officer === undefined) return wrong('number', words.noOfficer)
  const given = await context.services.passkeys.issueCode(officer, by, context.at)
  return { again: { 'given.number': officer.number, 'given.code': given.code, 'given.until': given.until } }
}

async function revokePasskeys(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const by = demand(context, 'passkey.issue-code')
  const { services, at } = context
  const officer = await services.findOfficer(sent.text('lost.number'))
  if (officer === undefined) return wrong('lost.number', words.noOfficer)
  for (const { credentialId, revokedAt } of await services.passkeys.of(officer.number))
    if (revokedAt === null) await services.passkeys.revoke(officer.number, credentialId, officer.actorId, by, at)
  return { to: HERE }
}

/** The public key as its owner's tool writes it: one JSON Web Key. */
function typedKey(sent: SentForm): z.output<typeof clientKeyBody> | undefined {
  try {
    const { kty, crv, x, y } = JSON.parse(sent.text('publicKey')) as Record<string, unknown>
    const role = sent.text('role')
    const organ = sent.text('organ')
    const parsed = clientKeyBody.safeParse({
      ...{ clientId: sent.text('clientId'), kid: sent.text('kid'), role, name: sent.text('name'), organ: organ === '' ? null : organ },
      publicKey: { kty, crv, x, y },
    })
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

async function register(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const by = demand(context, 'client-key.manage')
  const { services, at } = context
  for (const name of ['clientId', 'kid', 'name'] as const) if (sent.text(name) === '') return wrong(name, words.fillIn)
  const typed = typedKey(sent)
  if (typed === undefined) return wrong('publicKey', words.publicKeyWrong)
  const { name, days, ...rest } = typed
  try {
    await services.clients.register({ ...rest, shownName: name, validFrom: at, validUntil: plusMinutes(at, (days * 86_400_000) / MINUTE_MS) }, by, at)
  } catch (error) {
    if (error instanceof Taken) return wrong('kid', words.kidTaken)
    throw error
  }
  return { to: HERE }
}

async function revoke(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const by = demand(context, 'client-key.manage')
  await context.services.clients.revoke(sent.text('client'), sent.text('key'), by, context.at)
  return { to: HERE }
}

const columnsAt = (now: Instant): readonly Column<ClientKey>[] => [
  { key: 'client', title: words.client, cell: ({ clientId }) => <span class="figure">{clientId}</span> },
  { key: 'name', title: words.clientName, cell: ({ shownName }) => shownName },
  { key: 'kid', title: words.kid, cell: ({ kid }) => <span class="figure">{kid}</span> },
  { key: 'until', title: words.validUntil, cell: ({ validUntil }) => <Moment at={validUntil} short /> },
  {
    key: 'act',
    title: words.status,
    cell: ({ clientId, kid, revokedAt, validUntil }) =>
      revokedAt !== null || validUntil <= now ? (
        <StatusTag tone="neutral">{words.keyOver}</StatusTag>
      ) : (
        <Form action="revoke" id={`revoke-${clientId}-${kid}`} dense>
          <input type="hidden" name="client" value={clientId} />
          <input type="hidden" name="key" value={kid} />
          <Button quiet grave>
            {words.revokeKey}
          </Button>
        </Form>
      ),
  },
]

function KeysBody({ data: { keys, given }, now }: { readonly data: Keys; readonly now: Instant }) {
  const say = useSay()
  return (
    <>
      <Title>{words.keys}</Title>
      <Lead>{words.keysLead}</Lead>
      {given !== undefined && (
        <section class="panel" aria-label={say(words.codeGiven)}>
          <Notice tone="good">{words.codeGiven}</Notice>
          <p>
            <span class="figure">{given.number}</span>: <strong class="figure">{given.code}</strong>
          </p>
          <p>
            <Say>{words.validUntil}</Say>: <Moment at={given.until} />
          </p>
        </section>
      )}
      <section class="panel">
        <Form action="code" id="code" dense>
          <TextField name="number" label={words.officer} hint={words.codeHint} />
          <Buttons>
            <Button>{words.giveCode}</Button>
          </Buttons>
        </Form>
      </section>
      <section class="panel">
        <Form action="revoke-passkeys" id="revoke-passkeys" dense>
          <TextField name="lost.number" label={words.officer} hint={words.lostHint} />
          <Buttons>
            <Button quiet grave>
              {words.revokePasskeys}
            </Button>
          </Buttons>
        </Form>
      </section>
      <Heading>{words.clientKeys}</Heading>
      <Table
        caption={words.clientKeys}
        hideCaption
        columns={columnsAt(now)}
        rows={keys}
        keyOf={({ clientId, kid }) => `${clientId} ${kid}`}
        empty={words.noKeys}
      />
      <section class="panel">
        <Form action="register" id="register-key" dense>
          <TextField name="clientId" label={words.client} hint={words.clientHint} />
          <TextField name="kid" label={words.kid} hint={words.kidHint} />
          <TextField name="name" label={words.clientName} />
          <div class="field">
            <label for="role">
              <Say>{words.clientKind}</Say>
            </label>
            <select id="role" name="role">
              <option value="department-verifier">{say(words.clientDepartment)}</option>
              <option value="kiosk">{say(words.clientKiosk)}</option>
            </select>
          </div>
          <TextField name="organ" label={words.organCode} hint={words.clientOrganHint} />
          <TextField name="publicKey" label={words.publicKey} hint={words.publicKeyHint} />
          <Buttons>
            <Button quiet>{words.registerKey}</Button>
          </Buttons>
        </Form>
      </section>
    </>
  )
}
