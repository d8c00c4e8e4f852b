/** Beside the form: what the register says of the person, and what was found in the photo. */

import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { sexWords } from '#person/words.ts'
import type { CardView, RegisteredItem } from '#register/model.ts'
import { itemsUnlikeRegister } from '#register/rules.ts'
import { cardKindWords, cardStateWords, hardshipWords, registeredItemWords, registerFlagWords, registrationStatusWords } from '#register/words.ts'
import { type Answer, Answers } from '#web/shared/answers.tsx'
import { caseWords } from '#web/shared/case-words.ts'
import type { TypedValues } from '#web/shared/form.tsx'
import { type Content, Say, useSay } from '#web/shared/reading.tsx'
import { Details, Notice, StatusTag, type Tone } from '#web/shared/text.tsx'
import { FORM, READ_ITEMS } from '#web/window/apply-form.ts'
import type { OpenedRecord, ShownPhoto } from '#web/window/apply-steps.ts'
import { applyWords as words } from '#web/window/apply-words.ts'

export function RecordPanel({ record, typed }: { readonly record: OpenedRecord | undefined; readonly typed: TypedValues }) {
  return (
    <section class="panel record" aria-labelledby="record-title">
      <h2 id="record-title">
        <Say>{words.record}</Say>
      </h2>
      {record === undefined ? (
        <p class="hint">
          <Say>{words.recordEmpty}</Say>
        </p>
      ) : (
        <Record record={record} typed={typed} />
      )}
    </section>
  )
}

function Record({ record: { person }, typed }: { readonly record: OpenedRecord; readonly typed: TypedValues }) {
  const say = useSay()
  const age = { zh: `${person.age} 周岁`, en: `${person.age} years old` }
  const answers: Answer[] = [
    { question: words.name, answer: <strong>{person.name}</strong> },
    { question: words.sexAndEthnicity, answer: `${say(sexWords[person.sex])} ${person.ethnicity}` },
    { question: words.birth, answer: `${person.birth} · ${say(age)}` },
    { question: words.address, answer: person.address },
    ...(person.phone === '' ? [] : [{ question: words.phone, answer: person.phone }]),
    {
      question: words.status,
      answer: <StatusTag tone={person.status === 'valid' ? 'good' : 'bad'}>{registrationStatusWords[person.status]}</StatusTag>,
    },
    { question: words.fingerprintsOn, answer: person.fingerprintsOn ?? words.never },
    ...(person.hardship === 'none' ? [] : [{ question: words.hardship, answer: hardshipWords[person.hardship] }]),
    { question: words.cards, answer: <Cards cards={person.cards} /> },
  ]
  return (
    <>
      {!person.inFull && (
        <p class="hint">
          <Say>{words.masked}</Say>
        </p>
      )}
      {person.flags.map((flag) => (
        <Notice key={flag} tone="attention">
          {registerFlagWords[flag]}
        </Notice>
      ))}
      <ReadComparison record={person} typed={typed} />
      <Answers answers={answers} />
    </>
  )
}

function Cards({ cards }: { readonly cards: readonly CardView[] }) {
  const say = useSay()
  if (cards.length === 0) return <Say>{words.noCards}</Say>
  const tone = (card: CardView): Tone =>
    card.state === 'in-force'
      ? 'good'
      : card.state === 'expiring' || card.state === 'reported-lost'
        ? 'attention'
        : card.state === 'expired'
          ? 'bad'
          : 'neutral'
  return (
    <ul class="record-cards">
      {cards.map((card) => (
        <li key={card.id}>
          <StatusTag tone={tone(card)}>{cardStateWords[card.state]}</StatusTag>
          <span>
            {card.kind === 'resident-id-card' ? '' : `${say(cardKindWords[card.kind])} `}
            <time>{card.issuedOn}</time> {say(words.until)} {card.validTo === null ? say(words.longTerm) : <time>{card.validTo}</time>}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What the reader read against the register: said before anything is submitted. */
function ReadComparison({ record, typed }: { readonly record: OpenedRecord['person']; readonly typed: TypedValues }) {
  const say = useSay()
  const read = Object.fromEntries(READ_ITEMS.map((item) => [item, typed[`${FORM}readFromCard.${item}`]]))
  if (typeof read.name !== 'string' || read.name === '' || !record.inFull) return null
  const unlike = itemsUnlikeRegister(read as never, record as never) as readonly RegisteredItem[]
  return (
    <Notice tone={unlike.length === 0 ? 'good' : 'attention'} title={words.readCard}>
      {unlike.length === 0 ? words.readSame : `${say(words.readDiffers)}${unlike.map((item) => `${say(registeredItemWords[item])} ${read[item]}`).join('；')}`}
    </Notice>
  )
}

const measuredInWords = ({ measured, allowed, basis }: ShownPhoto['analysis']['findings'][number]): Sentence => ({
  zh: `量得${measured.zh}；标准是${allowed.zh}（${basis}）`,
  en: `measured ${measured.en}; the standard is ${allowed.en} (${citation(basis).en})`,
})

const WORST: Readonly<
  Record<'pass' | 'refer' | 'fail', { readonly tone: Tone; readonly title: typeof words.photoGood | typeof words.photoDoubtful | typeof words.photoBad }>
> = {
  pass: { tone: 'good', title: words.photoGood },
  refer: { tone: 'attention', title: words.photoDoubtful },
  fail: { tone: 'bad', title: words.photoBad },
}

export function PhotoFindings({ photo, large = false }: { readonly photo: ShownPhoto; readonly large?: boolean }) {
  const say = useSay()
  const { findings, worst, measures } = photo.analysis
  const open = findings.filter((finding) => finding.result !== 'pass')
  const passed = findings.length - open.length
  const size = `${measures.width} × ${measures.height}`
  const line = (finding: (typeof findings)[number]): Content => (
    <>
      <strong>{say(finding.title)}</strong>
      <Say>{caseWords.colon}</Say>
      <Say>{finding.sentence}</Say> <span class="hint">{say(measuredInWords(finding))}</span>
    </>
  )
  return (
    <div class="photo-findings">
      <img
        src={photo.dataUrl}
        alt={say({ zh: `收到的相片，${size} 像素`, en: `The photo that arrived, ${size} pixels` })}
        width={large ? 179 : 90}
        height={large ? 220 : 111}
      />
      <div>
        <StatusTag tone={WORST[worst].tone}>{WORST[worst].title}</StatusTag>
        {open.length > 0 && (
          <ul>
            {open.map((finding) => (
              <li key={finding.check}>{line(finding)}</li>
            ))}
          </ul>
        )}
        <Details summary={{ zh: `${passed} ${words.photoPassed.zh}`, en: `${passed} ${words.photoPassed.en}` }}>
          <ul>
            {findings
              .filter((finding) => finding.result === 'pass')
              .map((finding) => (
                <li key={finding.check}>{line(finding)}</li>
              ))}
          </ul>
        </Details>
      </div>
    </div>
  )
}
