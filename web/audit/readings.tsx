/** Who read what: by officer, organ, purpose, or the words of the reason. The auditor's own reading is one of them. */
import { type KeptReading, READ_PURPOSES, type Role } from '#account/model.ts'
import type { ReadingPage } from '#account/queries/readings.ts'
import { READ_OUTCOME_WORDS, READ_PURPOSE_WORDS, READ_WHAT_WORDS, ROLE_WORDS } from '#account/words.ts'
import type { Places } from '#place/model.ts'
import { actOf } from '#platform/http.ts'
import { AUDIT_ROLES, auditSections } from '#web/audit/sections.ts'
import { auditWords as words } from '#web/audit/words.ts'
import type { Services } from '#web/services.ts'
import { organInWords } from '#web/shared/case-view.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { read, Say, useSay } from '#web/shared/reading.tsx'
import { type Column, csvOf, Pages, Table } from '#web/shared/table.tsx'
import { Moment, StatusTag, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'

const READINGS_A_PAGE = 50

interface Audit {
  readonly page: ReadingPage
  readonly asked: Readonly<Record<'officer' | 'organ' | 'purpose' | 'note' | 'actor', string>>
}

export const auditReadingsPage = definePage<Services, Audit>({
  path: '/audit/readings',
  audience: 'officer',
  roles: AUDIT_ROLES,
  async load({ services, query, request }) {
    const asked = { officer: query.officer ?? '', organ: query.organ ?? '', purpose: query.purpose ?? '', note: query.note ?? '', actor: query.actor ?? '' }
    const filter = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''))
    const page = await services.readingQueries.audit(filter, { cursor: query.after, limit: READINGS_A_PAGE })
    const what = query.format === 'csv' ? 'export' : 'audit'
    await services.readings.record(actOf(request), { subject: null, what, outcome: 'shown', count: page.readings.length })
    return { page, asked }
  },
  view: ({ page, asked }, { principal, services: { places } }) => ({
    title: words.readings,
    layout: 'wide',
    sections: auditSections(principal, '/audit/readings'),
    body: (
      <>
        <Title>{words.readings}</Title>
        <p class="hint">
          <Say>{words.ownRecorded}</Say>
        </p>
        <Search asked={asked} />
        <Table
          caption={words.readings}
          hideCaption
          columns={columnsOf(places)}
          rows={page.readings}
          keyOf={({ id }) => id}
          marked={({ outcome }) => outcome !== 'shown'}
          empty={words.noReadings}
          csv={page.readings.length > 0}
        />
        <Pages {...(page.next === null ? {} : { next: page.next })} />
      </>
    ),
  }),
  csv: ({ page }, { services: { places }, reading: { language } }) => ({
    name: 'yitang-readings.csv',
    text: csvOf(columnsOf(places), page.readings, language),
  }),
})

function Search({ asked }: { readonly asked: Audit['asked'] }) {
  const say = useSay()
  const field = (name: 'officer' | 'organ' | 'note', label: typeof words.officer | typeof words.organCode | typeof words.note) => (
    <div class="field">
      <label for={name}>
        <Say>{label}</Say>
      </label>
      <input id={name} name={name} value={asked[name]} />
    </div>
  )
  return (
    <form method="get" action="/audit/readings" class="dense">
      {asked.actor !== '' && <input type="hidden" name="actor" value={asked.actor} />}
      {field('officer', words.officer)}
      {field('organ', words.organCode)}
      {field('note', words.note)}
      <div class="field">
        <label for="purpose">
          <Say>{words.purpose}</Say>
        </label>
        <select id="purpose" name="purpose">
          <option value="">{say(words.anyPurpose)}</option>
          {READ_PURPOSES.map((purpose) => (
            <option key={purpose} value={purpose} selected={purpose === asked.purpose}>
              {say(READ_PURPOSE_WORDS[purpose])}
            </option>
          ))}
        </select>
      </div>
      <div class="buttons">
        <button class="button" type="submit">
          <Say>{words.search}</Say>
        </button>
      </div>
    </form>
  )
}

const roleWords = (role: string) => ROLE_WORDS[role as Role] ?? role

const columnsOf = (places: Places): readonly Column<KeptReading>[] => [
  { key: 'at', title: words.when, cell: ({ at }) => <Moment at={at} short />, csv: ({ at }) => at },
  {
    key: 'who',
    title: words.who,
    cell: ({ officer, actor, role }) => (
      <>
        <span class="figure">{officer ?? actor}</span> <Say>{roleWords(role)}</Say>
      </>
    ),
    csv: ({ officer, actor }) => officer ?? actor,
  },
  { key: 'organ', title: words.organ, cell: ({ organ }) => organ && organInWords(places, organ), csv: ({ organ }) => organ ?? '' },
  { key: 'what', title: words.what, cell: ({ what }) => READ_WHAT_WORDS[what], csv: ({ what }, language) => read(READ_WHAT_WORDS[what], language) },
  {
    key: 'outcome',
    title: words.outcome,
    cell: ({ outcome }) => <StatusTag tone={outcome === 'shown' ? 'neutral' : 'bad'}>{READ_OUTCOME_WORDS[outcome]}</StatusTag>,
    csv: ({ outcome }, language) => read(READ_OUTCOME_WORDS[outcome], language),
  },
  {
    key: 'reason',
    title: words.reason,
    cell: ({ purpose, note }) => (
      <>
        {purpose !== null && <Say>{READ_PURPOSE_WORDS[purpose]}</Say>} {note}
      </>
    ),
    csv: ({ purpose, note }, language) => [purpose === null ? '' : read(READ_PURPOSE_WORDS[purpose], language), note ?? ''].join(' ').trim(),
  },
  {
    key: 'case',
    title: words.case,
    cell: ({ caseNumber }) => caseNumber && <span class="figure">{caseNumberInGroups(caseNumber)}</span>,
    csv: ({ caseNumber }) => caseNumber ?? '',
  },
  { key: 'count', title: words.count, numeric: true, cell: ({ count }) => count, csv: ({ count }) => count },
]
