/** A replay: how far it is, whose outcome would differ, and the rules put in force. */

import { can } from '#account/rules/can.ts'
import { settingsBody } from '#catalogue/contract.ts'
import { isUuid, uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, type Instant, plusDays } from '#kernel/time.ts'
import { actOf } from '#platform/http.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { ReplayReply } from '#supervision/contract.ts'
import { taken } from '#web/factory/sections.ts'
import type { Services } from '#web/services.ts'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { caseNumberInGroups, countInWords, dayInWords } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { BackLink, Moment, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, outcomeOfAnswer, type PageContext } from '#web/shared/web.ts'
import { REVIEW_ROLES, RulesTable } from '#web/supervision/review.tsx'
import { reviewWords as words } from '#web/supervision/review-words.ts'
import { supervisionSections } from '#web/supervision/sections.ts'
import { actorOf } from '#web/window/sections.ts'

const CASES_A_PAGE = 100

export const replayPage = definePage<Services, ReplayReply>({
  path: '/supervision/review/:id',
  audience: 'officer',
  roles: REVIEW_ROLES,
  async load({ services, params, query, request }) {
    const id = params.id ?? ''
    const found = isUuid(id) ? await services.supervision.findReplay(uuid(id), { cursor: query.after, limit: CASES_A_PAGE }) : undefined
    if (found) await services.readings.record(actOf(request), { subject: null, what: 'replay', outcome: 'shown', count: found.cases.length })
    return found
  },
  view: (replay, context) => ({
    title: words.replay,
    layout: 'wide',
    sections: supervisionSections(context, '/supervision/review'),
    body: <Replay replay={replay} context={context} />,
  }),
  actions: { 'put-in-force': putInForce },
})

function Replay({ replay, context }: { readonly replay: ReplayReply; readonly context: PageContext<Services> }) {
  const { services, principal, at } = context
  const settingWords = services.reviewSettings.view(dayOf(at)).words
  return (
    <>
      <BackLink href="/supervision/review">{words.title}</BackLink>
      <Title above={rangeInWords(replay)}>{words.replay}</Title>
      <Standing replay={replay} />
      <div class="split">
        <div>
          <Matrix replay={replay} />
          <Table
            caption={words.whose}
            columns={can(actorOf(principal), 'supervision.read') ? [LINKED, ...COLUMNS] : [PLAIN, ...COLUMNS]}
            rows={replay.cases}
            keyOf={({ number }) => number}
            empty={replay.finishedAt === null ? words.running : words.nobody}
          />
          <Pages {...(replay.next === null ? {} : { next: replay.next })} />
          <h2>
            <Say>{words.leavesOut}</Say>
          </h2>
          <ul class="reasons">
            {replay.leavesOut.map((sentence) => (
              <li key={sentence.zh}>
                <Say>{sentence}</Say>
              </li>
            ))}
          </ul>
        </div>
        <div>
          {replay.finishedAt !== null && can(actorOf(principal), 'review.configure') && <PutInForce from={plusDays(dayOf(at), 1)} />}
          <RulesTable caption={words.tried} rules={replay.settings} settingWords={settingWords} />
        </div>
      </div>
    </>
  )
}

const rangeInWords = ({ from, to }: ReplayReply): Sentence => {
  const [first, last] = [dayInWords(from as Day), dayInWords(to as Day)]
  return { zh: `${first.zh}至${last.zh}受理的办件`, en: `Cases submitted ${first.en} to ${last.en}` }
}

/** One line that stays up to date until the replay has finished. */
function Standing({ replay }: { readonly replay: ReplayReply }) {
  const running = replay.finishedAt === null
  const columns: readonly Column<ReplayReply>[] = [
    {
      key: 'state',
      title: words.state,
      cell: ({ complete }) => (
        <StatusTag tone={running ? 'working' : complete === false ? 'attention' : 'good'}>
          {running ? words.running : complete === false ? words.partly : words.finished}
        </StatusTag>
      ),
    },
    { key: 'asked', title: words.asked, cell: ({ requestedAt }) => <Moment at={requestedAt as Instant} short /> },
    { key: 'read', title: words.read, numeric: true, cell: ({ casesRead }) => countInWords(casesRead) },
    { key: 'differing', title: words.differing, numeric: true, cell: ({ differing }) => <strong>{countInWords(differing)}</strong> },
  ]
  return (
    <>
      <Table
        caption={words.replay}
        hideCaption
        columns={columns}
        rows={[replay]}
        keyOf={({ id }) => id}
        {...(running ? { live: { id: 'standing', seconds: 2 } } : {})}
      />
      {running && (
        <p class="hint">
          <Say>{words.runningHint}</Say>
        </p>
      )}
    </>
  )
}

type Result = 'pass' | 'refer' | 'fail'
const RESULTS: Readonly<Record<Result, { readonly says: Sentence; readonly tone: Tone }>> = {
  pass: { says: words.pass, tone: 'good' },
  refer: { says: words.referred, tone: 'attention' },
  fail: { says: words.fail, tone: 'bad' },
}

const ResultTag = ({ result }: { readonly result: Result | null }) =>
  result === null ? <>—</> : <StatusTag tone={RESULTS[result].tone}>{RESULTS[result].says}</StatusTag>

interface MatrixLine {
  readonly before: 'pass' | 'refer'
  readonly after: Readonly<Record<Result, number>>
}

const MATRIX: readonly Column<MatrixLine>[] = [
  { key: 'before', title: words.before, cell: ({ before }) => <ResultTag result={before} /> },
  ...(['pass', 'refer', 'fail'] as const).map(
    (result): Column<MatrixLine> => ({
      key: result,
      title: { zh: `${words.after.zh}：${RESULTS[result].says.zh}`, en: `${words.after.en}: ${RESULTS[result].says.en}` },
      numeric: true,
      cell: ({ before, after }) => (before === result ? countInWords(after[result]) : <strong>{countInWords(after[result])}</strong>),
    }),
  ),
]

const Matrix = ({ replay: { outcomes } }: { readonly replay: ReplayReply }) => (
  <Table
    caption={words.matrix}
    columns={MATRIX}
    rows={(['pass', 'refer'] as const).map((before) => ({ before, after: outcomes[before] }))}
    keyOf={({ before }) => before}
  />
)

type Differing = ReplayReply['cases'][number]

const PLAIN: Column<Differing> = { key: 'number', title: words.number, cell: ({ number }) => <span class="figure">{caseNumberInGroups(number)}</span> }
const LINKED: Column<Differing> = {
  key: 'number',
  title: words.number,
  cell: ({ number }) => (
    <a class="figure" href={`/supervision/cases/${number}`}>
      {caseNumberInGroups(number)}
    </a>
  ),
}

const COLUMNS: readonly Column<Differing>[] = [
  { key: 'before', title: words.before, cell: ({ before }) => <ResultTag result={before} /> },
  { key: 'after', title: words.after, cell: ({ after }) => <ResultTag result={after} /> },
  {
    key: 'checks',
    title: words.checks,
    cell: ({ checks }) => (
      <ul class="reasons">
        {checks.map((check) => (
          <li key={check.id}>
            {check.id}: <ResultTag result={check.before} /> → <ResultTag result={check.after} />
          </li>
        ))}
      </ul>
    ),
  },
]

const PutInForce = ({ from }: { readonly from: Day }) => (
  <section class="panel" aria-labelledby="force-title">
    <h2 id="force-title">
      <Say>{words.putInForce}</Say>
    </h2>
    <p class="hint">
      <Say>{words.putAbout}</Say>
    </p>
    <Form action="put-in-force" dense values={{ validFrom: from }}>
      <TextField name="validFrom" label={words.validFrom} hint={words.dayHint} width={12} />
      <Buttons>
        <Button keys="F9">{words.putInForce}</Button>
      </Buttons>
    </Form>
  </section>
)

async function putInForce(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const { services, params, principal } = context
  const id = params.id ?? ''
  const replay = can(actorOf(principal), 'review.configure') && isUuid(id) ? await services.supervision.findReplay(uuid(id), { limit: 1 }) : undefined
  if (replay === undefined) throw new ProblemError(problem('not-found'))
  const body = taken(settingsBody, { validFrom: sent.text('validFrom'), settings: replay.settings, replay: replay.id })
  return outcomeOfAnswer(await services.reviewSettings.change(body, context.act, context.once), () => '/supervision/review?done=put-in-force')
}
