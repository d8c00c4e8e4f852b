/** Officers and their roles: one security administrator proposes, another approves; auditors look on. */

import type { OfficerAnswer } from '#account/commands/officers.ts'
import { type Actor, ROLES, type Role } from '#account/model.ts'
import type { OfficerPage } from '#account/queries/officers.ts'
import { can } from '#account/rules/can.ts'
import { ROLE_WORDS } from '#account/words.ts'
import { isUuid, uuid } from '#kernel/ids.ts'
import type { Places } from '#place/model.ts'
import { findOrgan } from '#place/rules/organs.ts'
import { jsonAnswer } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'
import { auditSections, OFFICER_ROLES } from '#web/audit/sections.ts'
import { auditWords as words } from '#web/audit/words.ts'
import type { Services } from '#web/services.ts'
import { organInWords } from '#web/shared/case-view.tsx'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Say, useSay, type Words } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Lead, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, outcomeOfAnswer } from '#web/shared/web.ts'

const OFFICERS_A_PAGE = 50
type Officer = OfficerPage['officers'][number]

export const officersPage = definePage<Services, OfficerPage>({
  path: '/audit/officers',
  audience: 'officer',
  roles: OFFICER_ROLES,
  load: ({ services, query }) => services.officerQueries.list({ cursor: query.after, limit: OFFICERS_A_PAGE }),
  view: (page, { principal, services: { places } }) => ({
    title: words.officers,
    layout: 'wide',
    sections: auditSections(principal, '/audit/officers'),
    body: <OfficersBody page={page} places={places} actor={principal as Actor | null} />,
  }),
  demands: { propose: 'officer.appoint', approve: 'officer.appoint', refuse: 'officer.appoint' },
  actions: { register, propose, approve: (sent, context) => decide(sent, context, true), refuse: (sent, context) => decide(sent, context, false) },
})

const HERE = '/audit/officers'
const done = () => jsonAnswer(200, { done: true })
const wrong = (field: string, sentence: typeof words.numberWrong | typeof words.organWrong): Outcome => ({
  problem: problem('invalid-input', { fields: { [field]: sentence } }),
})

async function outcome(answer: OfficerAnswer): Promise<Outcome> {
  const answered = await answer
  return answered === undefined ? { problem: problem('not-found') } : outcomeOfAnswer(answered, () => HERE)
}

const mayAppoint = (context: Pick<ActionContext<Services>, 'principal'>): boolean => can(context.principal as Actor | null, 'officer.appoint')

async function register(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const { services, act, once } = context
  const [number, organ] = [sent.text('number'), sent.text('organ')]
  if (!mayAppoint(context)) return { problem: problem('not-found') }
  if (!/^[0-9A-Za-z-]{4,40}$/.test(number)) return wrong('number', words.numberWrong)
  if (!findOrgan(services.places, organ)) return wrong('organ', words.organWrong)
  return outcome(services.officers.register({ number, organ, personId: null }, act, once, done))
}

async function propose(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const { services, act, once } = context
  const [number, organ, role] = [sent.text('proposed.number'), sent.text('proposed.organ'), sent.text('role')]
  if (!mayAppoint(context)) return { problem: problem('not-found') }
  if (!findOrgan(services.places, organ)) return wrong('proposed.organ', words.organWrong)
  const known = await services.officers.find(number)
  if (known === undefined) return wrong('proposed.number', words.numberWrong)
  return outcome(services.officers.propose(number, role as Role, organ, act, once, done))
}

async function decide(sent: SentForm, context: ActionContext<Services>, approve: boolean): Promise<Outcome> {
  const id = sent.text('proposal')
  if (!mayAppoint(context) || !isUuid(id)) return { problem: problem('not-found') }
  return outcome(context.services.officers.decide(uuid(id), approve, context.act, context.once, done))
}

const STATES: Readonly<Record<string, { readonly tone: Tone; readonly words: Words }>> = {
  proposed: { tone: 'attention', words: words.proposedState },
  'in-force': { tone: 'good', words: words.inForce },
  refused: { tone: 'bad', words: words.refusedState },
  ended: { tone: 'neutral', words: words.ended },
}

const columnsOf = (places: Places): readonly Column<Officer>[] => [
  { key: 'number', title: words.officer, cell: ({ number }) => <span class="figure">{number}</span> },
  { key: 'organ', title: words.organ, cell: ({ organ }) => organInWords(places, organ) },
  { key: 'status', title: words.status, cell: ({ status }) => (status === 'active' ? words.active : words.retired) },
  {
    key: 'roles',
    title: words.roles,
    cell: ({ roles }) => (
      <ul class="plain-links">
        {roles.map((one) => (
          <li key={one.id}>
            <Say>{ROLE_WORDS[one.role]}</Say> <StatusTag tone={STATES[one.state]?.tone ?? 'neutral'}>{STATES[one.state]?.words ?? one.state}</StatusTag>
          </li>
        ))}
      </ul>
    ),
  },
]

function OfficersBody({ page, places, actor }: { readonly page: OfficerPage; readonly places: Places; readonly actor: Actor | null }) {
  const say = useSay()
  const proposals = page.officers.flatMap((officer) => officer.roles.filter(({ state }) => state === 'proposed').map((one) => ({ officer, one })))
  return (
    <>
      <Title>{words.officers}</Title>
      <Lead>{words.officersLead}</Lead>
      {can(actor, 'officer.appoint') && (
        <>
          {proposals.map(({ officer, one }) => (
            <section class="panel" key={one.id}>
              <Form action="approve" id={`proposal-${one.id}`} dense>
                <input type="hidden" name="proposal" value={one.id} />
                <p>
                  <Say>{words.toApprove}</Say>: <strong class="figure">{officer.number}</strong> <Say>{ROLE_WORDS[one.role]}</Say>{' '}
                  <Say>{organInWords(places, one.organ)}</Say>
                </p>
                <Buttons>
                  <Button>{words.approve}</Button>
                  <Button action="refuse" quiet>
                    {words.refuse}
                  </Button>
                </Buttons>
              </Form>
            </section>
          ))}
          <section class="panel">
            <Form action="propose" id="propose" dense>
              <TextField name="proposed.number" label={words.officer} />
              <TextField name="proposed.organ" label={words.organCode} />
              <div class="field">
                <label for="role">
                  <Say>{words.role}</Say>
                </label>
                <select id="role" name="role">
                  {ROLES.map((role) => (
                    <option key={role} value={role}>
                      {say(ROLE_WORDS[role])}
                    </option>
                  ))}
                </select>
              </div>
              <Buttons>
                <Button>{words.propose}</Button>
              </Buttons>
            </Form>
          </section>
          <section class="panel">
            <Form action="register" id="register" dense>
              <TextField name="number" label={words.officer} />
              <TextField name="organ" label={words.organCode} />
              <Buttons>
                <Button quiet>{words.register}</Button>
              </Buttons>
            </Form>
          </section>
        </>
      )}
      <Table caption={words.officers} hideCaption columns={columnsOf(places)} rows={page.officers} keyOf={({ number }) => number} empty={words.noOfficers} />
      <Pages {...(page.next === null ? {} : { next: page.next })} />
    </>
  )
}
