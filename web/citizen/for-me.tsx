/** "Can I, what do I need, what does it cost, when do I have it?" for whoever is signed in, by the conditions that decide at submission. */
import type { AnswerReply } from '#catalogue/contract.ts'
import { uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { cents, moneyInWords } from '#kernel/money.ts'
import { dayOf, instant } from '#kernel/time.ts'
import { actOf } from '#platform/http.ts'
import { Materials } from '#web/citizen/materials.tsx'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { Say } from '#web/shared/reading.tsx'
import { REASON_WORDS } from '#web/shared/reason-words.ts'
import { BackLink, Details, Heading, Lead, Notice, OnDay, StatusTag, Title, type Tone } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'

type Answer = AnswerReply['answers'][number]
type Early = NonNullable<NonNullable<Answer['promised']>['station']>

const words = {
  lead: {
    zh: '还没有提交任何东西。这里按您登记的信息回答，用的就是提交时审核的那些条件；缺什么一次说全。',
    en: 'Nothing is submitted yet. This is answered from what is registered about you, by the very conditions that decide when you apply; everything that is missing is named at once.',
  },
  online: { zh: '能不能网上补换身份证', en: 'Can I replace my ID card online?' },
  why: { zh: '因为什么要办？', en: 'What is it about?' },
  against: { zh: '还差这些', en: 'What stands against it' },
  officer: { zh: '提交后由民警核对这些', en: 'An officer looks at this after you apply' },
  wayOut: { zh: '怎么办', en: 'What to do' },
  met: { zh: '已经符合的条件', en: 'What is in order' },
  whenApplying: { zh: '到窗口时', en: 'At the window' },
  fee: { zh: '多少钱', en: 'What it costs' },
  when: { zh: '现在办，多久拿到', en: 'If you applied now, when you would have it' },
  byStation: { zh: '到派出所领', en: 'At the station' },
  byMail: { zh: '邮寄到家', en: 'By mail to your address' },
  whyThen: { zh: '为什么是这一天', en: 'Why that day' },
  provisional: { zh: '那一年的放假安排还没有公布，日期可能会变。', en: 'The holidays of that year are not published yet, so the day may change.' },
  instead: { zh: '到窗口办这个', en: 'Do this at a window instead' },
  materials: { zh: '要准备什么', en: 'What you need' },
  noMaterials: { zh: '什么都不用带。', en: 'Nothing.' },
  rule: { zh: '按哪天起的规则', en: 'By the rules in force since' },
  basis: { zh: '依据', en: 'Rests on' },
  note: { zh: '请留意', en: 'Please note' },
  notYet: {
    zh: '网上提交的页面还没有开通。开通前，到省内任何一个派出所窗口都能办。',
    en: 'The page to apply on is not open yet. Until it is, any police station of the province takes your application.',
  },
  station: { zh: '您户籍地的派出所', en: 'The station of your household' },
  anyStation: { zh: '省内其他派出所也一样能办。', en: 'Any other station of the province does the same.' },
} as const satisfies Record<string, Sentence>

const CAN: Readonly<Record<Answer['can'], { readonly tone: Tone; readonly words: Sentence }>> = {
  yes: { tone: 'good', words: { zh: '可以办', en: 'Yes, you can' } },
  'officer-looks': { tone: 'working', words: { zh: '可以提交，由民警核对', en: 'You can apply; an officer looks at it' } },
  no: { tone: 'bad', words: { zh: '现在不能办', en: 'Not as things stand' } },
}

interface Loaded {
  readonly answer: AnswerReply
  readonly chosen: string | undefined
}

export const forMePage = definePage<Services, Loaded>({
  path: '/services/:id/for-me',
  audience: 'resident',
  roles: ['resident'],
  async load({ services, params, query, principal, request }) {
    const personId = principal?.personId ?? null
    if (personId === null) return undefined
    const answer = await services.answers.forPerson(params.id ?? '', undefined, uuid(personId), actOf(request))
    const chosen = answer?.answers.find(({ reason }) => reason !== null && reason === query.reason)?.reason ?? undefined
    return answer && { answer, chosen }
  },
  view: ({ answer, chosen }) => {
    const title = answer.service === 'id-card-online' ? words.online : answer.title
    const one = answer.answers.find(({ reason }) => reason === chosen) ?? (answer.answers.length === 1 ? answer.answers[0] : undefined)
    return {
      title,
      body: (
        <>
          <BackLink href={chosen === undefined ? `/services/${answer.service}` : `/services/${answer.service}/for-me`} />
          <Title>{title}</Title>
          {one === undefined ? <Reasons answer={answer} /> : <One answer={one} of={answer} />}
        </>
      ),
    }
  },
})

const reasonWords = (reason: string): Sentence => REASON_WORDS[reason as keyof typeof REASON_WORDS] ?? { zh: reason, en: reason }

/** One line for each reason: what it is about, and whether it can be done. */
function Reasons({ answer: { service, answers } }: { readonly answer: AnswerReply }) {
  return (
    <>
      <Lead>{words.lead}</Lead>
      <Heading>{words.why}</Heading>
      <ul class="home-services">
        {answers.map(({ reason, can }) => (
          <li key={reason}>
            <a href={`/services/${service}/for-me?reason=${reason}`}>
              <Say>{reasonWords(reason ?? '')}</Say>
            </a>{' '}
            <StatusTag tone={CAN[can].tone}>{CAN[can].words}</StatusTag>
          </li>
        ))}
      </ul>
    </>
  )
}

function One({ answer, of }: { readonly answer: Answer; readonly of: AnswerReply }) {
  const { can, against, whenApplying, fee, instead, promised, reason } = answer
  const feeBasis = citation(fee.basis)
  return (
    <>
      {reason !== null && <Lead>{reasonWords(reason)}</Lead>}
      <p>
        <StatusTag tone={CAN[can].tone}>{CAN[can].words}</StatusTag>
      </p>
      {against.length > 0 && (
        <>
          <Heading>{can === 'no' ? words.against : words.officer}</Heading>
          <ul class="plain-list">
            {against.map((check) => (
              <li key={check.id}>
                <Against check={check} />
              </li>
            ))}
          </ul>
        </>
      )}
      {of.service === 'id-card-online' && can !== 'no' && <Notice>{words.notYet}</Notice>}
      {instead !== null && (
        <p>
          <Say>{words.instead}</Say>
          {' → '}
          <a href={`/services/${instead.service}/for-me`}>
            <Say>{instead.title}</Say>
          </a>
        </p>
      )}
      {can !== 'no' && whenApplying.length > 0 && (
        <>
          <Heading>{words.whenApplying}</Heading>
          <Lines lines={whenApplying} />
        </>
      )}
      <Heading>{words.materials}</Heading>
      <Materials materials={of.materials} none={words.noMaterials} />
      <Heading>{words.fee}</Heading>
      <p>
        <Say>{fee.sentence}</Say>{' '}
        <span class="hint">
          <Say>{feeBasis}</Say>
        </span>
      </p>
      {promised !== null && (
        <>
          <Heading>{words.when}</Heading>
          {promised.station !== null && <When what={words.byStation} early={promised.station} />}
          {promised.mail !== null && <When what={mailWords(promised.mail.postageCents)} early={promised.mail} />}
        </>
      )}
      <Met answer={answer} />
      <Answers
        answers={[
          ...(of.station === null ? [] : [{ question: words.station, answer: stationWords(of.station.name) }]),
          { question: words.rule, answer: of.rule.validFrom },
          { question: words.basis, answer: citation(of.rule.source) },
        ]}
      />
      {of.rule.note !== null && <Notice title={words.note}>{of.rule.note}</Notice>}
    </>
  )
}

const stationWords = (name: Sentence): Sentence => ({ zh: `${name.zh}。${words.anyStation.zh}`, en: `${name.en}. ${words.anyStation.en}` })

function mailWords(postage: number): Sentence {
  const amount = moneyInWords(cents(postage))
  return { zh: `${words.byMail.zh}（省内邮费 ${amount.zh}）`, en: `${words.byMail.en} (postage within the province: ${amount.en})` }
}

function Against({ check: { sentence, basis, wayOut } }: { readonly check: Answer['against'][number] }) {
  return (
    <>
      <strong>
        <Say>{sentence}</Say>
      </strong>
      {wayOut !== null && (
        <>
          <br />
          <Say>{words.wayOut}</Say>
          {': '}
          <Say>{wayOut}</Say>
        </>
      )}
      <br />
      <span class="hint">
        <Say>{words.basis}</Say> <Say>{citation(basis)}</Say>
      </span>
    </>
  )
}

const Lines = ({ lines }: { readonly lines: readonly Sentence[] }) => (
  <ul class="plain-list">
    {lines.map((line) => (
      <li key={line.zh}>
        <Say>{line}</Say>
      </li>
    ))}
  </ul>
)

function When({ what, early }: { readonly what: Sentence; readonly early: Early }) {
  return (
    <>
      <p>
        <Say>{what}</Say>
        {': '}
        <strong>
          <OnDay day={dayOf(instant(early.withYouBy))} />
        </strong>
      </p>
      {early.provisional && <Notice tone="working">{words.provisional}</Notice>}
      <Details summary={words.whyThen}>
        <Lines lines={early.because} />
      </Details>
    </>
  )
}

function Met({ answer: { met } }: { readonly answer: Answer }) {
  if (met.length === 0) return null
  return (
    <Details summary={words.met}>
      <ul class="plain-list">
        {met.map(({ id, sentence, basis }) => (
          <li key={id}>
            <Say>{sentence}</Say>{' '}
            <span class="hint">
              <Say>{citation(basis)}</Say>
            </span>
          </li>
        ))}
      </ul>
    </Details>
  )
}
