/** One batch: its cards in order of acceptance with their state, and what can be done to a card. */

import type { Reading } from '#account/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import { actOf } from '#platform/http.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { orderParams, qualityBody, remakeBody, spoilBody } from '#production/contract.ts'
import type { OrderState, OrderStatus } from '#production/model.ts'
import { type BatchView, orderReading, type ProductionQueries } from '#production/queries.ts'
import { isSameSlot } from '#production/rules/slots.ts'
import { ORDER_STATUS_WORDS } from '#production/words.ts'
import { BatchTag } from '#web/factory/floor.tsx'
import { acted, demandWork, FACTORY_ROLES, factorySections, mayWork, taken } from '#web/factory/sections.ts'
import { batchHref, slotHours, slotOfAddress, slotShort } from '#web/factory/slots.ts'
import { ALARM_CAUSE_WORDS, factoryWords as words } from '#web/factory/words.ts'
import type { Services } from '#web/services.ts'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say, withQuery } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { BackLink, Details, Moment, Notice, Progress, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'

const CARDS_A_PAGE = 100

type Cards = Awaited<ReturnType<ProductionQueries['cardsOf']>>
type Card = Cards['rows'][number]

interface BatchData {
  readonly batch: BatchView
  readonly cards: Cards
  /** The card that was chosen from the list or named in the address. */
  readonly chosen: Card | undefined
}

export const batchPage = definePage<Services, BatchData>({
  path: '/factory/batches/:slot',
  audience: 'officer',
  roles: FACTORY_ROLES,
  async load(context) {
    const { params, query } = context
    const { productionQueries: queries, readings } = context.services
    const slot = slotOfAddress(params.slot ?? '')
    const batch = slot && (await queries.findBatch(slot))
    if (batch === undefined) return undefined
    const [cards, chosen] = await Promise.all([cardsFrom(queries, batch, query.after), query.card ? queries.findOrder(typedNumber(query.card)) : undefined])
    if (cards === undefined) return undefined
    const list: Reading = { subject: null, what: 'list', outcome: 'shown', count: cards.rows.length }
    await readings.record(actOf(context.request), list, ...(query.card ? [orderReading(chosen)] : []))
    return { batch, cards, chosen }
  },
  view: (data, context) => ({
    title: batchTitle(data.batch),
    layout: 'wide',
    sections: factorySections('/factory'),
    body: <Batch data={data} context={context} />,
  }),
  actions: { spoil, quality, remake },
})

/** A cursor that is not ours leads nowhere. */
async function cardsFrom(queries: ProductionQueries, batch: BatchView, after: string | undefined): Promise<Cards | undefined> {
  try {
    return await queries.cardsOf(batch.slot, after, CARDS_A_PAGE)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const batchTitle = ({ slot }: BatchView): Sentence => {
  const name = slotShort(slot)
  return { zh: `${name.zh}的批次`, en: `Batch of ${name.en}` }
}

const DONE: Readonly<Record<string, Sentence>> = { spoil: words.doneSpoil, quality: words.doneQuality, remake: words.doneRemake }

function Batch({ data, context }: { readonly data: BatchData; readonly context: PageContext<Services> }) {
  const { batch, cards, chosen } = data
  const { query, request } = context
  const done = DONE[query.done ?? '']
  const work = mayWork(context)
  const all = batch.cards.queued + batch.cards['on-line'] + batch.cards.made + batch.cards.finished
  return (
    <>
      <BackLink href="/factory">{words.floorTitle}</BackLink>
      <Title above={slotHours(batch.slot)}>
        <span class="case-title">
          <Say>{batchTitle(batch)}</Say> <BatchTag batch={batch} />
        </span>
      </Title>
      {done !== undefined && <Notice tone="good">{done}</Notice>}
      {batch.alarms.map((cause) => (
        <Notice key={cause} tone="attention">
          {ALARM_CAUSE_WORDS[cause as keyof typeof ALARM_CAUSE_WORDS]}
        </Notice>
      ))}
      <div class={work ? 'split' : ''}>
        <div>
          {all > 0 && <Progress label={words.progress} done={batch.cards.finished} of={all} detail={countsInWords(batch)} />}
          <Table
            caption={words.cardsOfBatch}
            columns={columnsOf(request.url, chosen, work)}
            rows={cards.rows}
            keyOf={({ id }) => id}
            empty={words.noCards}
            marked={({ id }) => id === chosen?.id}
            live={{ id: 'cards', seconds: 10 }}
          />
          <Pages {...(cards.next === null ? {} : { next: cards.next })} />
        </div>
        {work && (
          <div>
            <ActForm chosen={chosen} />
          </div>
        )}
      </div>
    </>
  )
}

const countsInWords = ({ cards, spoiled, capacity }: BatchView): Sentence => ({
  zh: `待制 ${cards.queued}，在线 ${cards['on-line']}，待质检 ${cards.made}，合格 ${cards.finished}，作废 ${spoiled}；能力 ${capacity} 张`,
  en: `${cards.queued} queued, ${cards['on-line']} on a line, ${cards.made} to be checked, ${cards.finished} finished, ${spoiled} spoiled; capacity ${capacity}`,
})

const TONES: Readonly<Record<OrderStatus, Tone>> = {
  none: 'neutral',
  queued: 'neutral',
  'on-line': 'working',
  made: 'attention',
  finished: 'good',
  spoiled: 'bad',
  cancelled: 'neutral',
}

function columnsOf(url: string, chosen: Card | undefined, work: boolean): readonly Column<Card>[] {
  const columns: readonly Column<Card>[] = [
    { key: 'number', title: words.number, cell: ({ state }) => <span class="figure">{caseNumberInGroups(state.ordered?.caseNumber ?? '')}</span> },
    { key: 'person', title: words.person, cell: ({ state }) => state.ordered?.personShown },
    { key: 'accepted', title: words.acceptedAt, cell: ({ state }) => state.ordered && <Moment at={state.ordered.acceptedAt} short /> },
    { key: 'status', title: words.state, cell: ({ state }) => <StatusTag tone={TONES[state.status]}>{ORDER_STATUS_WORDS[state.status]}</StatusTag> },
    { key: 'line', title: words.line, cell: ({ state }) => state.assignment && `${state.assignment.line}-${state.assignment.position}` },
    { key: 'serial', title: words.serial, cell: ({ state }) => <span class="figure">{serialOf(state)}</span> },
    { key: 'made', title: words.madeAt, cell: ({ state }) => state.madeAt && <Moment at={state.madeAt} short /> },
    { key: 'remark', title: words.remark, cell: ({ state }) => <Say>{remarkOf(state)}</Say> },
  ]
  if (!work) return columns
  const act: Column<Card> = {
    key: 'act',
    title: words.act,
    cell: ({ id, state }) =>
      id === chosen?.id ? (
        <Say>{words.chosen}</Say>
      ) : (
        <a href={`${withQuery(url, { card: state.ordered?.caseNumber ?? '', done: undefined })}#form-card`}>
          <Say>{words.act}</Say>
          <span class="unseen"> {state.ordered?.caseNumber}</span>
        </a>
      ),
  }
  return [...columns, act]
}

const serialOf = (state: OrderState): string => state.assignment?.serial ?? state.serial ?? ''

/** Why this card stands here: moved from an earlier half-day, made again, withdrawn. */
export function remarkOf({ ordered, slot, remakes, withdrawn }: OrderState): Sentence {
  const parts: Sentence[] = []
  if (ordered !== null && slot !== null && !isSameSlot(ordered.earliest, slot)) {
    const first = slotShort(ordered.earliest)
    parts.push({ zh: `${words.movedFrom.zh}${first.zh}`, en: `${words.movedFrom.en} ${first.en}` })
  }
  if (remakes > 0) parts.push({ zh: `${words.remadeTimes.zh} ${remakes} 次`, en: `${words.remadeTimes.en} ${remakes}×` })
  if (withdrawn !== null) parts.push(words.withdrawn)
  return { zh: parts.map(({ zh }) => zh).join('；'), en: parts.map(({ en }) => en).join('; ') }
}

function ActForm({ chosen }: { readonly chosen: Card | undefined }) {
  const state = chosen?.state
  return (
    <section class="panel" aria-labelledby="act-title">
      <h2 id="act-title">
        <Say>{words.actTitle}</Say>
      </h2>
      <p class="hint">
        <Say>{words.actLead}</Say>
      </p>
      {state?.ordered && (
        <p>
          {state.ordered.personShown} <StatusTag tone={TONES[state.status]}>{ORDER_STATUS_WORDS[state.status]}</StatusTag>
        </p>
      )}
      <Form action="spoil" id="card" dense values={{ number: state?.ordered?.caseNumber ?? '' }}>
        <TextField name="number" label={words.number} inputMode="numeric" scanned first={chosen === undefined} />
        <TextField name="serial" label={words.serial} hint={words.serialHint} scanned first={chosen !== undefined} optional />
        <TextField name="note" label={words.note} hint={words.noteHint} />
        <Buttons>
          <Button keys="F6">{words.spoil}</Button>
          <Button action="quality" quiet keys="F7">
            {words.quality}
          </Button>
          <Button action="remake" quiet keys="F8">
            {words.remake}
          </Button>
        </Buttons>
      </Form>
      <Details summary={words.which}>
        <ul class="reasons">
          {[words.spoilAbout, words.qualityAbout, words.remakeAbout].map((about) => (
            <li key={about.zh}>
              <Say>{about}</Say>
            </li>
          ))}
        </ul>
      </Details>
    </section>
  )
}

/** @throws ProblemError for a number that is none */
const caseNumberOf = (sent: SentForm): { readonly caseNumber: string } => ({
  caseNumber: typedNumber(taken(orderParams, { number: typedNumber(sent.text('number')) }).number),
})

const UNKNOWN_ORDER: Sentence = {
  zh: '这个办件号没有制证任务，请逐位核对。',
  en: 'Nothing was ordered under this case number; check each digit.',
}

/** An order that isn't there is a typing slip here, not a page that isn't there. */
async function actedOnCard(context: ActionContext<Services>, done: string, run: Parameters<typeof acted<Card>>[2]): Promise<Outcome> {
  const slot = slotOfAddress(context.params.slot ?? '')
  if (slot === undefined) throw new ProblemError(problem('not-found'))
  const outcome = await acted<Card>(context, `${batchHref(slot)}?done=${done}`, run)
  return 'problem' in outcome && outcome.problem.type === 'not-found' ? { problem: problem('invalid-input', { fields: { number: UNKNOWN_ORDER } }) } : outcome
}

async function spoil(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  demandWork(context)
  const order = caseNumberOf(sent)
  const { serial, note } = taken(spoilBody, { serial: typedNumber(sent.text('serial')), note: sent.text('note') })
  return actedOnCard(context, 'spoil', (options) => context.services.production.spoil(order, serial, note, context.act, options))
}

async function quality(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  demandWork(context)
  const order = caseNumberOf(sent)
  const { reason } = taken(qualityBody, { reason: sent.text('note') }, () => 'note')
  return actedOnCard(context, 'quality', (options) => context.services.production.failQuality(order, reason, context.act, options))
}

async function remake(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  demandWork(context)
  const order = caseNumberOf(sent)
  const { note } = taken(remakeBody, { note: sent.text('note') })
  return actedOnCard(context, 'remake', (options) => context.services.production.remake(order, 'defect', note, context.act, options))
}
