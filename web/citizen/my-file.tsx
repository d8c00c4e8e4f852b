/** Who read my file, and what was done: by whom, when, for which case or purpose. Withheld readings appear when their term ends. */
import type { Actor, KeptReading, ReadPurpose, Role } from '#account/model.ts'
import type { ReadingPage } from '#account/queries/readings.ts'
import { can } from '#account/rules/can.ts'
import { parseOnBehalf } from '#account/rules/representation.ts'
import { CONSENT_WORDS, READ_OUTCOME_WORDS, READ_PURPOSE_WORDS, READ_WHAT_WORDS, ROLE_WORDS } from '#account/words.ts'
import type { CaseRecord } from '#case/commands.ts'
import { resourceOf } from '#case/rules/access.ts'
import { actorWords, timelineSays } from '#case/words/timeline.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Places, PREFECTURES } from '#place/model.ts'
import { findOrgan, fullNameOf } from '#place/rules/organs.ts'
import { actOf, personOf } from '#platform/http.ts'
import type { Services } from '#web/services.ts'
import { Filters } from '#web/shared/filters.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import { Pages } from '#web/shared/table.tsx'
import { Lead, Moment, Notice, Title } from '#web/shared/text.tsx'
import { type Happening, Timeline } from '#web/shared/timeline.tsx'
import { definePage, type PageContext } from '#web/shared/web.ts'

const READINGS_A_PAGE = 20
const CASES_A_PAGE = 5

type Shown = 'readings' | 'acts' | 'own'

interface MyFile {
  readonly shown: Shown
  readonly page: ReadingPage | undefined
  readonly cases: readonly CaseRecord[]
  readonly numbers: ReadonlyMap<string, string>
  /** Whether who read the file is shown at all. */
  readonly mayRead: boolean
  /** Masked names of those who act for the person, by the record of it. */
  readonly names: ReadonlyMap<string, string>
}

const words = {
  title: { zh: '谁看过我的信息', en: 'Who read my file' },
  lead: {
    zh: '每次有人查看或办理您的信息，这里都会记下：哪个单位、什么岗位、什么时候、为什么。民警只显示警号。',
    en: 'Each time that somebody looks at your data or acts on it, it is written here: which organ and role, when, and what for. Officers are shown by number.',
  },
  readings: { zh: '谁看过', en: 'Who looked' },
  acts: { zh: '办过什么', en: 'What was done' },
  own: { zh: '我自己的查看', en: 'My own look-ups' },
  tabs: { zh: '看哪些记录', en: 'Which records' },
  none: { zh: '没有记录：还没有人看过您的信息。', en: 'Nothing: nobody has looked at your data.' },
  noneOwn: { zh: '您还没有查看过。', en: 'You have not looked yet.' },
  noneActs: { zh: '没有办理记录。', en: 'Nothing was done.' },
  wrong: {
    zh: '有不明白或不该有的查看？请到任一派出所窗口或拨打 12367 提出，警号和时间就是凭据。',
    en: 'Something you don’t understand, or that should not be there? Ask at any police station or call 12367; the number and the time are the proof.',
  },
  whole: { zh: '看到的是完整信息', en: 'Shown whole' },
  masked: { zh: '看到的是遮盖后的信息', en: 'Shown masked' },
} as const satisfies Record<string, Sentence>

const FIELD_WORDS: Readonly<Record<string, Sentence>> = {
  name: { zh: '姓名', en: 'name' },
  birth: { zh: '出生日期', en: 'date of birth' },
  address: { zh: '住址', en: 'address' },
  photo: { zh: '相片', en: 'photo' },
  readFromCard: { zh: '证件上读出的内容', en: 'what was read from your card' },
}

export const myFilePage = definePage<Services, MyFile>({
  path: '/my-file',
  audience: 'resident',
  roles: ['resident', 'guardian', 'agent'],
  forAnother: true,
  async load(context) {
    const { services, query, principal, at } = context
    const [actor, personId] = [principal as Actor, personOf(principal) as Uuid | null]
    if (personId === null) return undefined
    const mayRead = can(actor, 'reading.own', { personId })
    // An agent sees the cases that the consent covers; who read the file is the person's, and a guardian's.
    const shown: Shown = query.show === 'acts' || (query.show === undefined && !mayRead) ? 'acts' : query.show === 'own' ? 'own' : 'readings'
    if (shown !== 'acts' && !mayRead) return undefined
    const page =
      shown === 'acts' ? undefined : await services.readingQueries.ofPerson(personId, shown === 'own', { cursor: query.after, limit: READINGS_A_PAGE }, at)
    const cases = shown === 'acts' ? await casesOf(context, actor, personId) : []
    const numbers = await services.readingQueries.officerNumbers(cases.flatMap(({ past }) => past.map(({ act }) => act.actor)))
    const subject = { prefecture: '2200', personId }
    await services.readings.record(actOf(context.request), { subject, what: 'own-file', outcome: 'shown', count: page?.readings.length ?? cases.length })
    const { forMe } = actor.represents || shown === 'acts' ? { forMe: [] } : await services.representations.of(personId, at)
    const names = new Map(forMe.map(({ id, representativeShown }) => [id as string, representativeShown]))
    return { shown, mayRead, page, cases, numbers, names }
  },
  view: (data, context) => ({ title: data.mayRead ? words.title : words.acts, body: <File data={data} places={context.services.places} /> }),
})

async function casesOf({ services: { caseQueries, places } }: PageContext<Services>, actor: Actor, personId: Uuid): Promise<readonly CaseRecord[]> {
  const pages = await Promise.all(PREFECTURES.map((prefecture) => caseQueries.rows({ list: 'of-person', prefecture, personId }, undefined, CASES_A_PAGE)))
  const rows = pages.flatMap(({ rows: found }) => found).toSorted((a, b) => (a.submitted_at < b.submitted_at ? 1 : -1))
  const found = await Promise.all(rows.slice(0, CASES_A_PAGE).map(({ prefecture, id }) => caseQueries.findByKey({ prefecture, stream: id })))
  return found.filter((record) => record !== undefined).filter(({ state }) => can(actor, 'case.read', resourceOf(places, actor, state)))
}

function File({ data: { shown, mayRead, page, cases, numbers, names }, places }: { readonly data: MyFile; readonly places: Places }) {
  const empty = shown === 'readings' ? words.none : shown === 'own' ? words.noneOwn : words.noneActs
  const isEmpty = shown === 'acts' ? cases.length === 0 : page?.readings.length === 0
  return (
    <>
      <Title>{mayRead ? words.title : words.acts}</Title>
      {mayRead && <Lead>{words.lead}</Lead>}
      <Filters
        label={words.tabs}
        filters={[
          ...(mayRead ? [{ title: words.readings, href: '/my-file', current: shown === 'readings' }] : []),
          { title: words.acts, href: '/my-file?show=acts', current: shown === 'acts' },
          ...(mayRead ? [{ title: words.own, href: '/my-file?show=own', current: shown === 'own' }] : []),
        ]}
      />
      {isEmpty && (
        <p>
          <Say>{empty}</Say>
        </p>
      )}
      {page !== undefined && page.readings.length > 0 && (
        <Timeline
          label={shown === 'own' ? words.own : words.readings}
          happenings={page.readings.map((reading) => happeningOf(reading, places, names, shown === 'own'))}
        />
      )}
      {cases.map((record) => (
        <Timeline key={record.key.stream} label={caseTitle(record)} happenings={actsOf(record, places, numbers)} />
      ))}
      {page?.next != null && <Pages next={page.next} />}
      <Notice>{words.wrong}</Notice>
    </>
  )
}

const organWords = (places: Places, code: string | null): Sentence => {
  if (code === null) return { zh: '', en: '' }
  return findOrgan(places, code) ? fullNameOf(places, code) : { zh: code, en: code }
}

/** Whoever acted in the person's place, by the masked name that the person let act. */
function representativeWords(reading: KeptReading, names: ReadonlyMap<string, string>): Sentence | undefined {
  const behalf = parseOnBehalf(reading.onBehalfOf)
  if (behalf === undefined) return undefined
  const name = names.get(behalf.shownBy ?? '') ?? ''
  const role = ROLE_WORDS[reading.role as Role]
  return { zh: `${role.zh} ${name}`.trim(), en: `${role.en} ${name}`.trim() }
}

function whoRead(reading: KeptReading, places: Places, names: ReadonlyMap<string, string>, own: boolean): Sentence {
  const representative = representativeWords(reading, names)
  if (representative !== undefined) return representative
  if (reading.role === 'resident' && !own)
    return { zh: '有人填写了您的姓名和号码，请您代办或替您办', en: 'Somebody who gave your name and number, so that one of you acts for the other' }
  if (reading.role === 'anyone') return { zh: '有人凭办件号和身份证号后四位', en: 'Somebody with the case number and the last four characters' }
  if (reading.role === 'resident') return { zh: '您本人', en: 'You' }
  const [organ, role] = [organWords(places, reading.organ), ROLE_WORDS[reading.role as Role]]
  const number = reading.officer ?? '—'
  return { zh: `${organ.zh} ${role.zh}（警号 ${number}）`, en: `${role.en} (no. ${number}), ${organ.en}` }
}

function happeningOf(reading: KeptReading, places: Places, names: ReadonlyMap<string, string>, own: boolean): Happening {
  const what = READ_WHAT_WORDS[reading.what]
  const outcome = READ_OUTCOME_WORDS[reading.outcome]
  const shown = reading.outcome === 'shown'
  return {
    what: { zh: `${outcome.zh}：${what.zh}`, en: `${outcome.en}: ${what.en}` },
    at: <Moment at={reading.at} />,
    who: whoRead(reading, places, names, own),
    why: whyRead(reading, shown),
    state: 'done',
  }
}

function whyRead({ caseNumber, purpose, note, fields, onBehalfOf }: KeptReading, shown: boolean): Sentence {
  const reasons: Sentence[] = []
  const consent = consentOf(onBehalfOf)
  if (consent !== undefined) reasons.push(consent)
  if (purpose !== null) {
    const { zh, en } = READ_PURPOSE_WORDS[purpose as ReadPurpose]
    // Only what was applied for is repeated: other words of an officer may concern somebody else.
    const said = purpose === 'application' && note !== null ? note : ''
    reasons.push({ zh: said === '' ? zh : `${zh}（${said}）`, en: said === '' ? en : `${en} (${said})` })
  }
  if (caseNumber !== null) reasons.push({ zh: `办件 ${caseNumberInGroups(caseNumber)}`, en: `case ${caseNumberInGroups(caseNumber)}` })
  if (shown) {
    const items = fields.map((field) => FIELD_WORDS[field] ?? { zh: field, en: field })
    reasons.push(
      items.length === 0
        ? words.masked
        : { zh: `${words.whole.zh}：${items.map(({ zh }) => zh).join('、')}`, en: `${words.whole.en}: ${items.map(({ en }) => en).join(', ')}` },
    )
  }
  return { zh: `${reasons.map(({ zh }) => zh).join('；')}。`, en: `${reasons.map(({ en }) => en).join('; ')}.` }
}

const caseTitle = ({ state: { submission } }: CaseRecord): Sentence => {
  const number = caseNumberInGroups(submission?.number ?? '')
  return { zh: `${submission?.title.zh ?? ''} ${number}`, en: `${submission?.title.en ?? ''} ${number}` }
}

const actsOf = ({ past }: CaseRecord, places: Places, numbers: ReadonlyMap<string, string>): readonly Happening[] =>
  past
    .map(({ event, act }): Happening => {
      const organName = (code: string) => organWords(places, code)
      const who = actorWords(event, act.actorRole, act.actorOrgan, organName)
      // What the system decided by itself, in the same breath, is nobody's act and on nobody's behalf.
      const isSystem = who.en === 'The system'
      const number = isSystem ? undefined : numbers.get(act.actor)
      const consent = isSystem ? undefined : consentOf(act.onBehalfOf)
      return {
        what: timelineSays(event, organName).sentence,
        at: <Moment at={act.at} />,
        who: number === undefined ? who : { zh: `${who.zh}（警号 ${number}）`, en: `${who.en} (no. ${number})` },
        ...(consent === undefined ? {} : { why: consent }),
        state: 'done',
      }
    })
    .toReversed()

/** On what an act for the person rests. */
const consentOf = (text: string | null): Sentence | undefined => {
  const behalf = parseOnBehalf(text)
  return behalf && CONSENT_WORDS[behalf.consent]
}
