/** The floor: today's batches, the coming half-days against capacity, the lines, what is late and why. */
import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, plusDays } from '#kernel/time.ts'
import type { BatchView, LineView, LoadView, TallyView } from '#production/queries.ts'
import { slotKey } from '#production/rules/slots.ts'
import { LinePanel, lineActions } from '#web/factory/lines.tsx'
import { FACTORY_ROLES, factorySections, mayWork } from '#web/factory/sections.ts'
import { batchHref, slotHours, slotShort } from '#web/factory/slots.ts'
import { ALARM_CAUSE_WORDS, factoryWords as words } from '#web/factory/words.ts'
import type { Services } from '#web/services.ts'
import { type Bar, BarChart } from '#web/shared/chart.tsx'
import { countInWords, dayInWords, shortInstantInWords } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import { type Column, Table } from '#web/shared/table.tsx'
import { Heading, Notice, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { definePage, type PageContext } from '#web/shared/web.ts'

/** So many half-days ahead, and so many days back for what was not finished. */
const SLOTS_AHEAD = 10
const DAYS_BACK = 3

interface FloorData {
  readonly batches: readonly BatchView[]
  readonly coming: readonly LoadView[]
  readonly lines: readonly LineView[]
  readonly tally: TallyView
}

export const floorPage = definePage<Services, FloorData>({
  path: '/factory',
  audience: 'officer',
  roles: FACTORY_ROLES,
  async load({ services: { productionQueries: queries }, at }) {
    const today = dayOf(at)
    const [batches, coming, lines, tally] = await Promise.all([
      queries.batches(plusDays(today, -DAYS_BACK), today),
      queries.forecast(at, SLOTS_AHEAD),
      queries.lines(at),
      queries.tally(),
    ])
    return { batches: batches.filter(({ slot, status }) => slot.day === today || status === 'running' || status === 'stopped'), coming, lines, tally }
  },
  view: (data, context) => ({
    title: words.floorTitle,
    layout: 'wide',
    sections: factorySections('/factory'),
    body: <Floor data={data} context={context} />,
  }),
  actions: lineActions('/factory'),
})

const DONE: Readonly<Record<string, Sentence>> = { stop: words.doneStop, resume: words.doneResume, 'take-off': words.doneTakeOff }

function Floor({ data, context }: { readonly data: FloorData; readonly context: PageContext<Services> }) {
  const { batches, coming, lines, tally } = data
  const { at, query } = context
  const done = DONE[query.done ?? '']
  const loads = [...begun(batches, coming), ...coming]
  return (
    <>
      <Title>{dayTitle(at)}</Title>
      {done !== undefined && <Notice tone="good">{done}</Notice>}
      <div class="split">
        <div>
          <Late data={data} at={at} />
          <Table
            caption={words.batches}
            columns={BATCH_COLUMNS}
            rows={batches}
            keyOf={({ slot }) => slotKey(slot)}
            empty={words.noBatches}
            marked={({ status }) => status === 'stopped'}
            live={{ id: 'batches', seconds: 10 }}
          />
          <BarChart caption={words.forecast} bars={loads.map(barOf)} of={Math.max(1, ...loads.map(({ capacity, load }) => Math.max(capacity, load)))} />
          <StockLine tally={tally} load={coming.reduce((sum, { load }) => sum + load, 0)} />
        </div>
        <div>
          <Heading>{words.lines}</Heading>
          {lines.map((line, index) => (
            <LinePanel key={line.id} line={line} index={index} work={mayWork(context)} />
          ))}
          <p class="hint">
            <Say>{words.estimated}</Say>
          </p>
        </div>
      </div>
    </>
  )
}

const dayTitle = (at: Instant): Sentence => {
  const day = dayInWords(dayOf(at))
  return { zh: `${day.zh}制证`, en: `Production, ${day.en}` }
}

const TONES: Readonly<Record<BatchView['status'], Tone>> = { none: 'neutral', planned: 'neutral', running: 'working', stopped: 'bad', finished: 'good' }

export const BatchTag = ({ batch }: { readonly batch: BatchView }) => <StatusTag tone={TONES[batch.status]}>{batch.statusSays}</StatusTag>

const count = (key: string, title: Sentence, of: (batch: BatchView) => number): Column<BatchView> => ({
  key,
  title,
  numeric: true,
  cell: (batch) => countInWords(of(batch)),
  sum: (rows) => countInWords(rows.reduce((sum, batch) => sum + of(batch), 0)),
})

const BATCH_COLUMNS: readonly Column<BatchView>[] = [
  { key: 'slot', title: words.halfDay, cell: ({ slot }) => <a href={batchHref(slot)}>{<Say>{slotShort(slot)}</Say>}</a> },
  { key: 'status', title: words.state, cell: (batch) => <BatchTag batch={batch} /> },
  { key: 'hours', title: words.hours, cell: ({ slot }) => <span class="figure">{slotHours(slot)}</span> },
  count('queued', words.queued, ({ cards }) => cards.queued),
  count('on-line', words.onLine, ({ cards }) => cards['on-line']),
  count('made', words.made, ({ cards }) => cards.made),
  count('finished', words.finished, ({ cards }) => cards.finished),
  count('spoiled', words.spoiled, ({ spoiled }) => spoiled),
  { key: 'capacity', title: words.capacity, numeric: true, cell: ({ capacity }) => countInWords(capacity) },
]

/** The half-days of today that the forecast no longer has. */
const begun = (batches: readonly BatchView[], coming: readonly LoadView[]): readonly LoadView[] =>
  batches
    .filter(({ slot }) => coming.every((one) => slotKey(one.slot) !== slotKey(slot)))
    .map(({ slot, capacity, cards }) => ({ slot, capacity, load: cards.queued + cards['on-line'] + cards.made + cards.finished }))

const NEARLY_FULL = 0.9

function barOf({ slot, capacity, load }: LoadView): Bar {
  const text = `${countInWords(load)} / ${countInWords(capacity)}`
  const tone = load > capacity ? 'bad' : load > capacity * NEARLY_FULL ? 'attention' : 'working'
  return { label: slotShort(slot), value: load, text, tone, ...(load > 0 ? { href: batchHref(slot) } : {}) }
}

function StockLine({ tally, load }: { readonly tally: TallyView; readonly load: number }) {
  const stock = tally.ledger['in-stock']
  const low = stock < load
  return (
    <p class="stock">
      <a href="/factory/blanks">
        <Say>{words.blanks}</Say>
      </a>{' '}
      <StatusTag tone={low ? 'bad' : 'good'}>
        {low
          ? { zh: `在库 ${countInWords(stock)} 张，不够`, en: `${countInWords(stock)} in stock: not enough` }
          : { zh: `在库 ${countInWords(stock)} 张，${words.stockEnough.zh}`, en: `${countInWords(stock)} in stock, ${words.stockEnough.en}` }}
      </StatusTag>
    </p>
  )
}

/** Every reason why somebody waits longer than first planned, worst first. */
export function lateSentences(
  { batches, lines }: Pick<FloorData, 'batches' | 'lines'>,
  at: Instant,
): readonly { readonly tone: Tone; readonly sentence: Sentence }[] {
  const stopped = lines
    .filter(({ state }) => state === 'stopped')
    .map(({ id, stoppedAt, reason, waiting }) => {
      const since = stoppedAt === null ? { zh: '', en: '' } : shortInstantInWords(stoppedAt)
      return {
        tone: 'bad' as const,
        sentence: {
          zh: `${id} 号线自 ${since.zh} 停机（${reason ?? '原因未报'}），手上还有 ${waiting} 张。`,
          en: `Line ${id} has stood still since ${since.en} (${reason ?? 'no reason reported'}) with ${waiting} card(s) in hand.`,
        },
      }
    })
  const overdue = batches
    .filter(({ readyBy, status }) => readyBy < at && status !== 'finished')
    .flatMap(({ slot, cards, readyBy }) => {
      const left = cards.queued + cards['on-line'] + cards.made
      const [name, by] = [slotShort(slot), shortInstantInWords(readyBy)]
      return left === 0
        ? []
        : [
            {
              tone: 'bad' as const,
              sentence: {
                zh: `${name.zh}的批次应在 ${by.zh} 前完成，还有 ${left} 张没有做好。`,
                en: `The batch of ${name.en} was due by ${by.en}; ${left} card(s) are still to be made.`,
              },
            },
          ]
    })
  const alarmed = batches.flatMap(({ slot, alarms }) =>
    alarms.map((cause) => {
      const why = ALARM_CAUSE_WORDS[cause as keyof typeof ALARM_CAUSE_WORDS]
      const name = slotShort(slot)
      return { tone: 'attention' as const, sentence: { zh: `${name.zh}：${why.zh}`, en: `${name.en}: ${why.en}` } }
    }),
  )
  return [...stopped, ...overdue, ...alarmed]
}

function Late({ data, at }: { readonly data: FloorData; readonly at: Instant }) {
  const late = lateSentences(data, at)
  if (late.length === 0) return <Notice tone="good">{words.nothingLate}</Notice>
  return (
    <Notice tone={late.some(({ tone }) => tone === 'bad') ? 'bad' : 'attention'} title={words.late}>
      <ul class="reasons">
        {late.map(({ sentence }) => (
          <li key={sentence.zh}>
            <Say>{sentence}</Say>
          </li>
        ))}
      </ul>
    </Notice>
  )
}
