/** What gave up after its last attempt, and the button that has it tried again: the system administrator's page. */
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Instant } from '#kernel/time.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { ParkedReaction } from '#supervision/commands/parked.ts'
import { takeUpBody, takeUpParams } from '#supervision/contract.ts'
import { taken } from '#web/factory/sections.ts'
import type { Services } from '#web/services.ts'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Table } from '#web/shared/table.tsx'
import { Heading, Lead, Moment, Notice, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, outcomeOfAnswer } from '#web/shared/web.ts'
import { parkedWords as words } from '#web/supervision/parked-words.ts'
import { supervisionSections } from '#web/supervision/sections.ts'

export const parkedPage = definePage<Services, readonly ParkedReaction[]>({
  path: '/operations/parked',
  audience: 'officer',
  roles: ['administrator'],
  load({ services, principal }) {
    if (!can(principal as Actor | null, 'outbox.take-up')) throw new ProblemError(problem('not-found'))
    return services.parked.list()
  },
  view: (reactions, context) => ({
    title: words.title,
    layout: 'wide',
    sections: supervisionSections(context, '/operations/parked'),
    body: (
      <>
        <Title>{words.title}</Title>
        <Lead>{words.lead}</Lead>
        {context.query.done !== undefined && <Notice tone="good">{words.done}</Notice>}
        {reactions.length === 0 && <Notice tone="good">{words.none}</Notice>}
        {reactions.map((one) => (
          <Parked key={`${one.prefecture}-${one.reaction}`} parked={one} />
        ))}
      </>
    ),
  }),
  actions: { take },
})

const COLUMNS: readonly Column<ParkedReaction['items'][number]>[] = [
  { key: 'case', title: words.caseNumber, cell: ({ caseNumber }) => (caseNumber === null ? <Say>{words.noCase}</Say> : caseNumberInGroups(caseNumber)) },
  { key: 'since', title: words.since, cell: ({ since }) => <Moment at={since as Instant} short /> },
  { key: 'attempts', title: words.attempts, numeric: true, cell: ({ attempts }) => attempts },
  { key: 'error', title: words.error, cell: ({ error }) => <code>{error}</code> },
]

function Parked({ parked: { prefecture, reaction, version, items } }: { readonly parked: ParkedReaction }) {
  const id = `${prefecture}-${reaction.replaceAll('.', '-')}`
  return (
    <section class="panel" aria-labelledby={`title-${id}`}>
      <Heading id={`title-${id}`}>{words.reaction(reaction, prefecture)}</Heading>
      <Table caption={words.items} columns={COLUMNS} rows={items} keyOf={({ stream, seq }) => `${stream}-${seq}`} />
      <Form action="take" id={`take-${id}`} dense>
        <input type="hidden" name="prefecture" value={prefecture} />
        <input type="hidden" name="reaction" value={reaction} />
        <input type="hidden" name="version" value={version} />
        <TextField name="reason" label={words.reason} hint={words.reasonHint} maxLength={500} />
        <Buttons>
          <Button>{words.take}</Button>
        </Buttons>
      </Form>
    </section>
  )
}

async function take(sent: SentForm, { services, principal, act, once }: ActionContext<Services>): Promise<Outcome> {
  if (!can(principal as Actor | null, 'outbox.take-up')) return { problem: problem('not-found') }
  const target = taken(takeUpParams, { prefecture: sent.text('prefecture'), reaction: sent.text('reaction') })
  const body = taken(takeUpBody, { reason: sent.text('reason') })
  const answer = await services.parked.takeUp({ ...target, ifMatch: `"${sent.text('version')}"` }, body, act, once)
  return outcomeOfAnswer(answer, () => '/operations/parked?done=1')
}
