/** Blank cards: the tally that must add up, a box received, a spoiled card destroyed, the cards of a state. */
import type { Sentence } from '#kernel/language.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import { problem } from '#platform/problem.ts'
import { destroyBody, receiveBody, serialParams } from '#production/contract.ts'
import type { BlankState } from '#production/model.ts'
import type { BlankView, LoadView, Page, TallyView } from '#production/queries.ts'
import { BLANK_STATES } from '#production/rules/blanks.ts'
import { BLANK_STATE_WORDS } from '#production/words.ts'
import { acted, demandWork, FACTORY_ROLES, factorySections, mayWork, taken } from '#web/factory/sections.ts'
import { factoryWords as words } from '#web/factory/words.ts'
import type { Services } from '#web/services.ts'
import { NumberField, TextField } from '#web/shared/field.tsx'
import { Filters } from '#web/shared/filters.tsx'
import { Button, Buttons, Fields, Form } from '#web/shared/form.tsx'
import { countInWords } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Pages, Table } from '#web/shared/table.tsx'
import { Moment, Notice, StatusTag, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'

const BLANKS_A_PAGE = 50
const SLOTS_AHEAD = 10

interface BlanksData {
  readonly tally: TallyView
  readonly coming: readonly LoadView[]
  readonly state: BlankState
  readonly blanks: Page<BlankView>
}

export const blanksPage = definePage<Services, BlanksData>({
  path: '/factory/blanks',
  audience: 'officer',
  roles: FACTORY_ROLES,
  async load({ services: { productionQueries: queries }, query, at }) {
    const state = BLANK_STATES.find((one) => one === query.state) ?? 'spoiled'
    const [tally, coming, blanks] = await Promise.all([queries.tally(), queries.forecast(at, SLOTS_AHEAD), queries.blanks(state, query.after, BLANKS_A_PAGE)])
    return { tally, coming, state, blanks }
  },
  view: (data, context) => ({
    title: words.blanks,
    layout: 'wide',
    sections: factorySections('/factory/blanks'),
    body: <Blanks data={data} context={context} />,
  }),
  actions: { receive, destroy },
})

const DONE: Readonly<Record<string, Sentence>> = { receive: words.doneReceive, destroy: words.doneDestroy }

function Blanks({ data, context }: { readonly data: BlanksData; readonly context: PageContext<Services> }) {
  const { tally, coming, state, blanks } = data
  const work = mayWork(context)
  const done = DONE[context.query.done ?? '']
  const load = coming.reduce((sum, slot) => sum + slot.load, 0)
  return (
    <>
      <Title>{words.blanks}</Title>
      {done !== undefined && <Notice tone="good">{done}</Notice>}
      {tally.ledger['in-stock'] < load && <Notice tone="bad">{words.stockLow}</Notice>}
      <div class={work ? 'split' : ''}>
        <div>
          <Tally tally={tally} />
          <States current={state} tally={tally} />
          <Table caption={BLANK_STATE_WORDS[state]} columns={BLANK_COLUMNS} rows={blanks.rows} keyOf={({ serial }) => serial} empty={words.noBlanks} />
          <Pages {...(blanks.next === null ? {} : { next: blanks.next })} />
        </div>
        {work && (
          <div>
            <DestroyForm serial={context.query.serial} />
            <ReceiveForm />
          </div>
        )}
      </div>
    </>
  )
}

interface TallyLine {
  readonly state: BlankState
  readonly ledger: number
  readonly counted: number
}

const summed = (of: (line: TallyLine) => number) => (rows: readonly TallyLine[]) => countInWords(rows.reduce((sum, row) => sum + of(row), 0))

const TALLY_COLUMNS: readonly Column<TallyLine>[] = [
  { key: 'state', title: words.state, cell: ({ state }) => BLANK_STATE_WORDS[state] },
  { key: 'ledger', title: words.byLedger, numeric: true, cell: ({ ledger }) => countInWords(ledger), sum: summed(({ ledger }) => ledger) },
  { key: 'counted', title: words.byCount, numeric: true, cell: ({ counted }) => countInWords(counted), sum: summed(({ counted }) => counted) },
  {
    key: 'difference',
    title: words.difference,
    numeric: true,
    cell: (line) => countInWords(line.counted - line.ledger),
    sum: summed((line) => line.counted - line.ledger),
  },
]

function Tally({ tally }: { readonly tally: TallyView }) {
  const right = tally.balanced && tally.agrees
  return (
    <>
      <p>
        <Say>{words.received}</Say> <strong class="figure">{countInWords(tally.ledger.received)}</strong> <Say>{words.cards}</Say>{' '}
        <StatusTag tone={right ? 'good' : 'bad'}>{right ? words.tallies : words.tallyWrong}</StatusTag>
      </p>
      <Table
        caption={words.tallyTitle}
        columns={TALLY_COLUMNS}
        rows={BLANK_STATES.map((state) => ({ state, ledger: tally.ledger[state], counted: tally.counted[state] }))}
        keyOf={({ state }) => state}
        marked={({ ledger, counted }) => ledger !== counted}
      />
      <p class="hint">
        <Say>{words.tallyWhy}</Say>
      </p>
    </>
  )
}

const States = ({ current, tally }: { readonly current: BlankState; readonly tally: TallyView }) => (
  <Filters
    label={words.listOf}
    filters={BLANK_STATES.map((state) => ({
      title: BLANK_STATE_WORDS[state],
      href: `/factory/blanks?state=${state}`,
      current: state === current,
      count: countInWords(tally.ledger[state]),
    }))}
  />
)

const BLANK_COLUMNS: readonly Column<BlankView>[] = [
  {
    key: 'serial',
    title: words.serial,
    cell: ({ serial, state }) =>
      state === 'spoiled' ? (
        <a class="figure" href={`/factory/blanks?serial=${serial}#form-destroy`}>
          {serial}
        </a>
      ) : (
        <span class="figure">{serial}</span>
      ),
  },
  { key: 'state', title: words.state, cell: ({ state }) => BLANK_STATE_WORDS[state] },
  { key: 'since', title: words.changedAt, cell: ({ changedAt }) => <Moment at={changedAt} short /> },
]

function DestroyForm({ serial }: { readonly serial: string | undefined }) {
  return (
    <section class="panel" aria-labelledby="destroy-title">
      <h2 id="destroy-title">
        <Say>{words.destroy}</Say>
      </h2>
      <p class="hint">
        <Say>{words.destroyLead}</Say>
      </p>
      <Form action="destroy" dense values={{ serial: serial ?? '' }}>
        <TextField name="serial" label={words.serial} width={24} scanned first />
        <TextField name="serialAgain" label={words.serialAgain} width={24} scanned />
        <TextField name="witness" label={words.witness} width={12} />
        <TextField name="destroyNote" label={words.destroyNote} />
        <Buttons>
          <Button grave keys="F8">
            {words.destroy}
          </Button>
        </Buttons>
      </Form>
    </section>
  )
}

const ReceiveForm = () => (
  <section class="panel" aria-labelledby="receive-title">
    <h2 id="receive-title">
      <Say>{words.receive}</Say>
    </h2>
    <p class="hint">
      <Say>{words.receiveLead}</Say>
    </p>
    <Form action="receive" dense>
      <TextField name="prefix" label={words.prefix} width={12} scanned />
      <Fields>
        <NumberField name="first" label={words.first} scanned />
        <NumberField name="count" label={words.count} unit={words.cards} scanned />
      </Fields>
      <TextField name="note" label={words.boxNote} />
      <Buttons>
        <Button keys="F9">{words.receive}</Button>
      </Buttons>
    </Form>
  </section>
)

/** What isn't a whole number stays as it was typed, for the schema to refuse. */
const wholeNumber = (text: string): number | string => (/^\d{1,9}$/.test(typedNumber(text)) ? Number(typedNumber(text)) : text)

async function receive(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  demandWork(context)
  const box = taken(receiveBody, {
    prefix: typedNumber(sent.text('prefix')),
    first: wholeNumber(sent.text('first')),
    count: wholeNumber(sent.text('count')),
    note: sent.text('note'),
  })
  return acted(context, '/factory/blanks?done=receive', (options) => context.services.production.receiveBlanks(box, context.act, options))
}

async function destroy(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  demandWork(context)
  const { serial } = taken(serialParams, { serial: typedNumber(sent.text('serial')) })
  if (typedNumber(sent.text('serialAgain')) !== serial) return { problem: problem('invalid-input', { fields: { serialAgain: words.serialsDiffer } }) }
  const { witness, note } = taken(destroyBody, { witness: sent.text('witness'), note: sent.text('destroyNote') }, (field) =>
    field === 'note' ? 'destroyNote' : field,
  )
  return acted(context, '/factory/blanks?done=destroy', (options) => context.services.production.destroyBlank({ serial, witness, note }, context.act, options))
}
