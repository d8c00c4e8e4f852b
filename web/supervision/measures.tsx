/** The twelve measures of the notice, made from their declarations: what is kept here, and what isn't built. */
import type { Measure } from '#supervision/model.ts'
import type { Services } from '#web/services.ts'
import { Say } from '#web/shared/reading.tsx'
import { type Column, Table } from '#web/shared/table.tsx'
import { Lead, StatusTag, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { MEASURE, supervisionSections } from '#web/supervision/sections.ts'
import { supervisionWords as words } from '#web/supervision/words.ts'

export const measuresPage = definePage<Services, readonly Measure[]>({
  path: '/supervision/measures',
  audience: 'officer',
  roles: ['supervisor'],
  load: ({ services }) => services.measures.toSorted((a, b) => a.number - b.number),
  view: (measures, context) => ({
    title: words.measuresTitle,
    layout: 'wide',
    sections: supervisionSections(context, '/supervision/measures'),
    body: (
      <>
        <Title>{words.measuresTitle}</Title>
        <Lead>{words.measuresLead}</Lead>
        <Table caption={words.measuresTitle} hideCaption columns={COLUMNS} rows={measures} keyOf={({ number }) => String(number)} />
      </>
    ),
  }),
})

const COLUMNS: readonly Column<Measure>[] = [
  { key: 'number', title: words.measure, cell: ({ number, title, basis }) => <Name number={number} title={title} basis={basis} /> },
  { key: 'promise', title: words.promise, cell: ({ promise }) => <Say>{promise}</Say> },
  { key: 'counted', title: words.howCounted, cell: ({ figure }) => <Say>{figure.definition}</Say> },
  { key: 'target', title: words.target, cell: ({ figure }) => <Say>{figure.target}</Say> },
  { key: 'state', title: words.state, cell: (measure) => <State measure={measure} /> },
]

const Name = ({ number, title, basis }: Pick<Measure, 'number' | 'title' | 'basis'>) => (
  <div class="measure-name">
    <strong>
      {number}. <Say>{title}</Say>
    </strong>
    <br />
    <span class="hint">{basis}</span>
  </div>
)

function State({ measure: { number, state } }: { readonly measure: Measure }) {
  if (state === 'not-built') return <StatusTag tone="neutral">{words.notBuilt}</StatusTag>
  if (state === 'begun') return <StatusTag tone="working">{words.begun}</StatusTag>
  const tag = <StatusTag tone="good">{words.keptHere}</StatusTag>
  return number === MEASURE ? <a href="/supervision">{tag}</a> : tag
}
