/** 好差评 for those who were rated and those above them: by organ and level, and what became of every bad rating. */
import { can } from '#account/rules/can.ts'
import { isUuid, uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { actOf } from '#platform/http.ts'
import { problem } from '#platform/problem.ts'
import { ACTION_OF, type Typed } from '#rating/commands.ts'
import { assignBody, callBackBody, closeBody, type RatingFigures, type RatingReply, type RatingsReply, recordBody } from '#rating/contract.ts'
import { LEVELS, type RatingLevel, RESULTS } from '#rating/model.ts'
import { ratingScope } from '#rating/queries.ts'
import { CHANNEL_WORDS, LEVEL_WORDS, RESULT_WORDS } from '#rating/words.ts'
import type { Services } from '#web/services.ts'
import { Radios } from '#web/shared/choice.tsx'
import { TextField } from '#web/shared/field.tsx'
import { Filters } from '#web/shared/filters.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say, withQuery } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Heading, Moment, Notice, StatusTag, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, outcomeOfAnswer, type PageContext } from '#web/shared/web.ts'
import { ratingsWords as words } from '#web/supervision/ratings-words.ts'
import { supervisionSections } from '#web/supervision/sections.ts'
import { actorOf, sectionsFor } from '#web/window/sections.ts'

const PATH = '/ratings'
const A_PAGE = 20
const LISTS = ['open', 'overdue', 'kept', 'late', 'all'] as const

interface Ratings {
  readonly figures: RatingFigures
  readonly ratings: RatingsReply
  readonly list: (typeof LISTS)[number]
}

export const ratingsPage = definePage<Services, Ratings>({
  path: PATH,
  audience: 'officer',
  roles: ['supervisor', 'station-officer', 'household-officer', 'hall-manager'],
  async load({ services, principal, query, request, at }) {
    const scope = ratingScope(services.places, actorOf(principal))
    const list = LISTS.find((one) => one === query.list) ?? 'open'
    const level = LEVELS.find((one) => String(one) === query.level)
    const ratings = await services.ratingQueries.list(scope, { list, organ: query.organ, level, cursor: query.after, limit: A_PAGE }, at)
    await services.readings.record(actOf(request), { subject: null, what: 'list', outcome: 'shown', count: ratings.items.length })
    return { list, ratings, figures: await services.ratingQueries.figures(scope, at) }
  },
  view: (data, context) => ({
    title: words.title,
    layout: 'wide',
    sections: context.principal?.role === 'supervisor' ? supervisionSections(context, PATH) : sectionsFor(context.principal, PATH),
    body: <RatingsBody data={data} context={context} />,
  }),
  actions: {
    assign: (sent, context) => rectify(sent, context, assignBody.safeParse({ handler: sent.text('handler') }), 'Assign', { handler: words.writeHandler }),
    record: (sent, context) => rectify(sent, context, recordBody.safeParse({ measure: sent.text('measure') }), 'Record', { measure: words.write }),
    call: (sent, context) =>
      rectify(sent, context, callBackBody.safeParse({ ...CALLS[sent.text('reached') as keyof typeof CALLS], note: sent.text('note') }), 'CallBack', {
        ...(Object.hasOwn(CALLS, sent.text('reached')) ? {} : { reached: words.choose }),
        ...(sent.text('note').length > 1 ? {} : { note: words.write }),
      }),
    close: (sent, context) =>
      rectify(sent, context, closeBody.safeParse({ result: sent.text('result'), explanation: sent.text('explanation') }), 'Close', {
        ...(RESULTS.some((one) => one === sent.text('result')) ? {} : { result: words.choose }),
        ...(sent.text('explanation').length > 1 ? {} : { explanation: words.write }),
      }),
  },
})

const CALLS = {
  satisfied: { reached: true, satisfied: true },
  'not-satisfied': { reached: true, satisfied: false },
  'not-reached': { reached: false, satisfied: null },
} as const

type Parsed = { readonly success: true; readonly data: object } | { readonly success: false }

async function rectify(
  sent: SentForm,
  { services, principal, act, once }: ActionContext<Services>,
  parsed: Parsed,
  type: Typed['type'],
  fields: NonNullable<Parameters<typeof problem>[1]>['fields'],
): Promise<Outcome> {
  const [id, prefecture] = [sent.text('rating'), PREFECTURES.find((one) => one === sent.text('prefecture'))]
  if (!isUuid(id) || prefecture === undefined) return { problem: problem('not-found') }
  if (!parsed.success) return { problem: problem('invalid-input', { fields: fields ?? {} }) }
  const answer = await services.ratings.rectify({ prefecture, stream: uuid(id) }, { type, ...parsed.data } as Typed, actorOf(principal), act, once)
  return outcomeOfAnswer(answer, () => withQuery(PATH, { list: type === 'Close' ? 'all' : 'open' }))
}

const percent = (share: number | null): string => (share === null ? '—' : `${(share / 100).toFixed(1)}%`)
const listHref = (list: string, organ?: string, level?: number): string =>
  withQuery(PATH, { list, organ, level: level === undefined ? undefined : String(level) })

type OrganFigures = RatingFigures['organs'][number]
const Count = ({ n, href }: { readonly n: number; readonly href: string }) => (n === 0 ? <>0</> : <a href={href}>{n}</a>)

const COLUMNS: readonly Column<OrganFigures>[] = [
  { key: 'organ', title: words.organ, cell: ({ organName }) => <Say>{organName}</Say> },
  { key: 'rated', title: words.rated, numeric: true, cell: ({ rated, organ }) => <Count n={rated} href={listHref('all', organ)} /> },
  { key: 'satisfied', title: words.satisfied, numeric: true, cell: ({ satisfied }) => percent(satisfied) },
  ...LEVELS.map(
    (level): Column<OrganFigures> => ({
      key: `level-${level}`,
      title: LEVEL_WORDS[level],
      numeric: true,
      cell: ({ levels, organ }) => <Count n={levels[String(level)] ?? 0} href={listHref('all', organ, level)} />,
    }),
  ),
  ...(['open', 'overdue', 'kept', 'late'] as const).map(
    (list): Column<OrganFigures> => ({ key: list, title: words[list], numeric: true, cell: (one) => <Count n={one[list]} href={listHref(list, one.organ)} /> }),
  ),
]

function RatingsBody({ data: { figures, ratings, list }, context }: { readonly data: Ratings; readonly context: PageContext<Services> }) {
  return (
    <>
      <Title>{words.title}</Title>
      <Table caption={words.figures} columns={COLUMNS} rows={figures.organs} keyOf={({ organ }) => organ} empty={words.none} />
      <p class="hint">
        <Say>{figures.satisfiedMeans}</Say> <Say>{figures.limit.note}</Say>
      </p>
      <Heading>{words.list}</Heading>
      <Filters label={words.list} filters={LISTS.map((one) => ({ title: words[one], href: listHref(one), current: one === list }))} />
      {ratings.items.length === 0 && <Notice tone="neutral">{words.noneHere}</Notice>}
      {ratings.items.map((rating) => (
        <One key={rating.id} rating={rating} context={context} />
      ))}
      <Pages {...(ratings.next === null ? {} : { next: ratings.next })} />
    </>
  )
}

function One({ rating, context }: { readonly rating: RatingReply; readonly context: PageContext<Services> }) {
  const { level, levelWords, channel, organName, title, ratedOn, caseNumber, named, comment, dueAt, overdue, state, resultWords, explanation } = rating
  return (
    <section class="panel" aria-label={`${ratedOn} ${rating.id.slice(-6)}`}>
      <p>
        <StatusTag tone={(level as RatingLevel) <= 2 ? 'bad' : 'good'}>{levelWords}</StatusTag> <Say>{organName}</Say> · <Say>{title}</Say> ·{' '}
        <Say>{CHANNEL_WORDS[channel]}</Say> · <span class="figure">{ratedOn}</span>{' '}
        {caseNumber !== null && (
          <>
            · <Say>{words.case}</Say> <span class="figure">{caseNumberInGroups(caseNumber)}</span>
          </>
        )}{' '}
        {!named && <StatusTag tone="neutral">{words.anonymous}</StatusTag>}
      </p>
      {comment !== null && <blockquote>{comment}</blockquote>}
      {state !== 'none' && dueAt !== null && (
        <p>
          <Say>{words.limit}</Say> <Moment at={dueAt as Instant} /> {overdue && <StatusTag tone="bad">{words.overdue}</StatusTag>}
        </p>
      )}
      <Line label={words.handler} text={rating.handler} />
      <Line label={words.measure} text={rating.measure} />
      {rating.calls > 0 && (
        <p>
          <Say>{words.callBack}</Say> {rating.calls} <Say>{words.calls}</Say>: {rating.callNote}
        </p>
      )}
      {resultWords !== null && (
        <p>
          <Say>{words.result}</Say>: <Say>{resultWords}</Say> {rating.late && <StatusTag tone="bad">{words.late}</StatusTag>} {explanation}
        </p>
      )}
      {state === 'open' &&
        (context.query.rating === rating.id ? (
          <Acts rating={rating} context={context} />
        ) : (
          <p>
            <a href={withQuery(PATH, { list: context.query.list, organ: context.query.organ, level: context.query.level, rating: rating.id })}>
              <Say>{words.act}</Say> <span class="figure">{rating.id.slice(-6)}</span>
            </a>
          </p>
        ))}
    </section>
  )
}

const Line = ({ label, text }: { readonly label: (typeof words)[keyof typeof words]; readonly text: string | null }) =>
  text === null ? null : (
    <p>
      <Say>{label}</Say>: {text}
    </p>
  )

/** What the reader's role may do; who of its officers was rated is asked again when it is done. */
function Acts({ rating, context: { principal } }: { readonly rating: RatingReply; readonly context: PageContext<Services> }) {
  const actor = actorOf(principal)
  const resource = { organ: rating.organ, jurisdiction: new Set([rating.organ]), acceptedBy: null }
  const may = (what: Typed['type']): boolean => can(actor, ACTION_OF[what], resource)
  const which = (
    <>
      <input type="hidden" name="rating" value={rating.id} />
      <input type="hidden" name="prefecture" value={rating.prefecture} />
    </>
  )
  return (
    <>
      {may('Assign') && (
        <Form action="assign" id={`assign-${rating.id}`} dense>
          {which}
          <TextField name="handler" label={words.handler} hint={words.handlerHint} />
          <Buttons>
            <Button quiet>{words.assign}</Button>
          </Buttons>
        </Form>
      )}
      {may('Record') && (
        <Form action="record" id={`record-${rating.id}`} dense>
          {which}
          <TextField name="measure" label={words.measure} />
          <Buttons>
            <Button quiet>{words.record}</Button>
          </Buttons>
        </Form>
      )}
      {rating.named && may('CallBack') && (
        <Form action="call" id={`call-${rating.id}`} dense>
          {which}
          <Radios
            name="reached"
            label={words.callBack}
            options={[
              { value: 'satisfied', label: words.satisfiedNow },
              { value: 'not-satisfied', label: words.notSatisfied },
              { value: 'not-reached', label: words.notReached },
            ]}
          />
          <TextField name="note" label={words.note} />
          <Buttons>
            <Button quiet>{words.recordCall}</Button>
          </Buttons>
        </Form>
      )}
      {may('Close') && (
        <Form action="close" id={`close-${rating.id}`} dense>
          {which}
          <Radios name="result" label={words.result} options={RESULTS.map((one) => ({ value: one, label: RESULT_WORDS[one] }))} />
          <TextField name="explanation" label={words.explanation} />
          <Buttons>
            <Button>{words.close}</Button>
          </Buttons>
        </Form>
      )}
    </>
  )
}
