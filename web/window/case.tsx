/** A case at the window: what the review found, what is promised, what happened, and what can be done now, each by one key. */

import type { Action } from '#account/model.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { CaseReply } from '#case/contract.ts'
import type { CaseCommand, CaseState } from '#case/model.ts'
import { parseCaseNumber } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { moneyInWords } from '#kernel/money.ts'
import type { Instant } from '#kernel/time.ts'
import { problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { CasePromise, CaseStatusTag, CaseTimeline, feeIsDue, handoverInWords, organInWords } from '#web/shared/case-view.tsx'
import { caseWords } from '#web/shared/case-words.ts'
import { Button, Buttons } from '#web/shared/form.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import type { Words } from '#web/shared/reading.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Table } from '#web/shared/table.tsx'
import { Details, Moment, Notice, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'
import { FeeForm, HandOverForm, handOverFrom, MaterialsForm, materialsFrom, settlementFrom, WithdrawForm, withdrawalFrom } from '#web/window/case-forms.tsx'
import { mayOn, numberAnswer, openCase, outcomeOf, sectionsFor } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'

interface CaseData {
  readonly record: CaseRecord
  readonly view: CaseReply
}

export const casePage = definePage<Services, CaseData>({
  path: '/window/cases/:number',
  audience: 'officer',
  roles: ['station-officer'],
  async load(context) {
    const record = await openCase(context)
    return record && { record, view: context.services.caseQueries.view(record, context.at) }
  },
  view: (data, context) => ({
    title: { zh: `办件 ${data.view.number}`, en: `Case ${data.view.number}` },
    layout: 'wide',
    sections: sectionsFor(context.principal, ''),
    body: <Case data={data} context={context} />,
  }),
  demands: { withdraw: 'case.withdraw' },
  actions: {
    'settle-fee': step('case.settle-fee', settlementFrom),
    'hand-over': step('case.hand-over', handOverFrom),
    withdraw: step('case.withdraw', withdrawalFrom),
    'supply-materials': step('case.supply-materials', materialsFrom),
  },
})

export type CommandFrom = (sent: SentForm, context: ActionContext<Services>) => Promise<CaseCommand> | CaseCommand

/** An action of the page as a command on the case; whoever may not do it learns nothing of the case. */
export function step(action: Action, commandFrom: CommandFrom, to: (number: string) => string = (number) => `/window/cases/${number}`) {
  return async (sent: SentForm, context: ActionContext<Services>): Promise<Outcome> => {
    const parsed = parseCaseNumber(context.params.number ?? '')
    if (!parsed.ok) return { problem: problem('not-found') }
    const command = await commandFrom(sent, context)
    const options = { once: context.once, answer: numberAnswer, permitted: (state: CaseState) => mayOn(context, action, state) }
    return outcomeOf(await context.services.cases.applyByNumber(parsed.prefecture, parsed.number, command, context.act, options), to)
  }
}

function Case({ data, context }: { readonly data: CaseData; readonly context: PageContext<Services> }) {
  const { record, view } = data
  const { services, at } = context
  const props = { calendar: services.calendar(), record, view, now: at }
  return (
    <>
      <Title above={<span class="figure">{caseNumberInGroups(view.number)}</span>}>
        <span class="case-title">
          <Say>{view.title}</Say> · {view.person} <CaseStatusTag status={record.state.status} feeDue={feeIsDue(record.state)} />
        </span>
      </Title>
      <div class="split">
        <div>
          <NextStep record={record} view={view} context={context} />
          <Review checks={view.checks} />
          <CaseTimeline {...props} />
        </div>
        <div>
          <CasePromise {...props} />
          <CaseFacts record={record} view={view} services={services} />
          <LaterSteps record={record} context={context} />
        </div>
      </div>
    </>
  )
}

/** What the window has to do now; first of all the money, then the card. */
function NextStep({ record, view, context }: { readonly record: CaseRecord; readonly view: CaseReply; readonly context: PageContext<Services> }) {
  const { state } = record
  const may = (action: Action, command: CaseCommand['type']) => view.next.includes(command) && mayOn(context, action, state)
  const papers = (
    <Buttons>
      <Button href={`/window/cases/${view.number}/receipt`} quiet keys="Alt+P">
        {words.printSheet}
      </Button>
      <Button href={`/window/cases/${view.number}/receipt?paper=slip`} quiet keys="Alt+S">
        {words.printSlip}
      </Button>
      <Button href="/window/apply" quiet keys="Alt+N">
        {words.newApplication}
      </Button>
    </Buttons>
  )
  return (
    <section class="panel" aria-labelledby="next-title">
      <h2 id="next-title">
        <Say>{words.nextStep}</Say>
      </h2>
      {feeIsDue(state) && may('case.settle-fee', 'SettleFee') ? (
        <FeeForm state={state} />
      ) : state.status === 'waiting-for-materials' && may('case.supply-materials', 'SupplyMaterials') ? (
        <MaterialsForm record={record} />
      ) : canHandOver(state, context.principal?.organ ?? null) && may('case.hand-over', 'HandOver') ? (
        <HandOverForm state={state} />
      ) : (
        <Outlook state={state} />
      )}
      {papers}
    </section>
  )
}

/** At the window, in the hand of this very station. */
const canHandOver = (state: CaseState, organ: string | null): boolean =>
  (state.status === 'awaiting-collection' && state.heldAt === organ) ||
  (state.status === 'ready' && state.product?.madeAt === 'station' && state.submission?.organ === organ)

function Outlook({ state }: { readonly state: CaseState }) {
  if (state.referral !== null)
    return (
      <Notice tone="attention" title={words.referred}>
        <Say>{words.due}</Say>
        <Say>{caseWords.colon}</Say>
        <Moment at={state.referral.dueAt} />
      </Notice>
    )
  return (
    <p>
      <Say>{words.nothingNow}</Say>
    </p>
  )
}

const RESULTS: Readonly<Record<'pass' | 'refer' | 'fail', { readonly tone: Tone; readonly words: Words }>> = {
  pass: { tone: 'good', words: words.pass },
  refer: { tone: 'attention', words: words.refer },
  fail: { tone: 'bad', words: words.fail },
}

type CheckLine = CaseReply['checks'][number]

const CHECK_COLUMNS: readonly Column<CheckLine>[] = [
  {
    key: 'check',
    title: words.check,
    cell: ({ sentence, wayOut, result }) => (
      <>
        <Say>{sentence}</Say>
        {result !== 'pass' && wayOut !== null && (
          <span class="hint">
            {' '}
            <Say>{wayOut}</Say>
          </span>
        )}
      </>
    ),
  },
  { key: 'result', title: words.result, cell: ({ result }) => <StatusTag tone={RESULTS[result].tone}>{RESULTS[result].words}</StatusTag> },
  { key: 'basis', title: words.basis, cell: ({ basis }) => citation(basis) as Sentence },
]

export const Review = ({ checks }: { readonly checks: readonly CheckLine[] }) => (
  <Table
    caption={words.review}
    columns={CHECK_COLUMNS}
    rows={[...checks].sort((a, b) => WEIGHT[b.result] - WEIGHT[a.result])}
    keyOf={({ id }) => id}
    marked={({ result }) => result !== 'pass'}
  />
)

/** What doesn't pass is read first. */
const WEIGHT = { pass: 0, refer: 1, fail: 2 } as const

export function CaseFacts({ record, view, services }: { readonly record: CaseRecord; readonly view: CaseReply; readonly services: Services }) {
  const { state } = record
  const { places } = services
  const { submission, fee } = state
  if (submission === null) return null
  return (
    <section class="panel">
      <Answers
        answers={[
          { question: words.acceptedAt, answer: organInWords(places, submission.organ) },
          { question: words.issuer, answer: organInWords(places, submission.issuer) },
          { question: words.submittedAt, answer: <Moment at={view.submittedAt as Instant} /> },
          ...(view.acceptedAt === null ? [] : [{ question: words.acceptedMoment, answer: <Moment at={view.acceptedAt as Instant} /> }]),
          ...(fee === null ? [] : [{ question: words.fee, answer: feeInWords(state) }]),
          { question: words.handover, answer: handoverInWords(places, submission.handover) },
          ...(state.heldAt === null || state.status === 'concluded' ? [] : [{ question: words.heldAt, answer: organInWords(places, state.heldAt) }]),
          ...(state.waybill === null ? [] : [{ question: words.waybill, answer: state.waybill }]),
        ]}
      />
    </section>
  )
}

export function feeInWords({ fee, settlement }: CaseState): Sentence {
  if (fee === null || fee.amount === 0) return words.free
  const money = moneyInWords(fee.amount)
  const state = settlement === null ? words.toPay : settlement.how === 'waived' ? words.waived : words.paidAmount
  return { zh: `${state.zh} ${money.zh}`, en: `${state.en}: ${money.en}` }
}

/** What is seldom done stays closed, but in its place. */
function LaterSteps({ record, context }: { readonly record: CaseRecord; readonly context: PageContext<Services> }) {
  const view = context.services.caseQueries.view(record, context.at)
  if (!view.next.includes('Withdraw') || !mayOn(context, 'case.withdraw', record.state)) return null
  return (
    <Details summary={words.withdrawTitle}>
      <WithdrawForm />
    </Details>
  )
}
