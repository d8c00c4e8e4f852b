/** One case as the person concerned reads it: where it stands, by when, why, where to collect and with what. */
import type { CaseRecord } from '#case/commands.ts'
import type { CaseReply } from '#case/contract.ts'
import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { moneyInWords } from '#kernel/money.ts'
import { dayOf, type Instant } from '#kernel/time.ts'
import type { Opening, Places } from '#place/model.ts'
import { openingOf } from '#place/rules/opening.ts'
import type { ShortProof } from '#platform/evidence/proof.ts'
import { citizenWords as words } from '#web/citizen/words.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { CasePromise, CaseStatusTag, CaseTimeline, feeIsDue, organInWords } from '#web/shared/case-view.tsx'
import { caseWords } from '#web/shared/case-words.ts'
import { whatToBring } from '#web/shared/collecting.ts'
import { Button, Buttons } from '#web/shared/form.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import { checkHref } from '#web/shared/receipt-proof.ts'
import { Heading, Moment, Notice, Title } from '#web/shared/text.tsx'

export interface ProgressOfCaseProps {
  readonly record: CaseRecord
  readonly view: CaseReply
  readonly services: Services
  readonly now: Instant
  readonly proof: ShortProof | undefined
}

export function ProgressOfCase({ record, view, services, now, proof }: ProgressOfCaseProps) {
  const { state } = record
  const { submission } = state
  if (submission === null) return null
  const props = { calendar: services.calendar(), record, view, now }
  return (
    <>
      <Title above={<span class="figure">{caseNumberInGroups(view.number)}</span>}>
        <Say>{view.title}</Say>
      </Title>
      <p>
        <CaseStatusTag status={state.status} feeDue={feeIsDue(state)} />
      </p>
      <WhatNow record={record} places={services.places} paysOnline={services.payments.offered.length > 0} />
      <CasePromise {...props} />
      <Collecting record={record} places={services.places} now={now} />
      <CaseTimeline {...props} />
      <Heading>{words.facts}</Heading>
      <Answers
        answers={[
          { question: words.person, answer: view.person },
          { question: words.accepting, answer: organInWords(services.places, submission.organ) },
          { question: words.submitted, answer: <Moment at={view.submittedAt as Instant} /> },
          ...(view.acceptedAt === null ? [] : [{ question: words.accepted, answer: <Moment at={view.acceptedAt as Instant} /> }]),
          ...(state.fee === null ? [] : [{ question: words.fee, answer: state.fee.sentence }]),
          ...(state.waybill === null ? [] : [{ question: words.onItsWay, answer: state.waybill }]),
        ]}
      />
      <Heading>{words.sealedTitle}</Heading>
      <p>
        <Say>{proof === undefined ? words.beingSealed : words.sealedLead}</Say>
      </p>
      {proof !== undefined && (
        <Buttons>
          <Button href={checkHref(proof)} quiet>
            {words.checkReceipt}
          </Button>
        </Buttons>
      )}
    </>
  )
}

/** What the person has to know or do first. */
function WhatNow({ record, places, paysOnline }: { readonly record: CaseRecord; readonly places: Places; readonly paysOnline: boolean }) {
  const { state, past } = record
  const { submission } = state
  switch (state.status) {
    case 'reviewing':
      return (
        <Notice tone="attention" title={words.referredTitle}>
          <p>
            <Say>{words.referredLead}</Say>
          </p>
          {state.referral !== null && (
            <p>
              <Say>{words.referredUntil}</Say>
              <Say>{caseWords.colon}</Say>
              <Moment at={state.referral.dueAt} />
            </p>
          )}
        </Notice>
      )
    case 'waiting-for-materials': {
      const asked = past.findLast(({ event }) => event.type === 'MaterialsRequested')?.event
      return (
        <Notice tone="attention" title={words.materialsTitle}>
          <p>
            <Say>{words.materialsLead}</Say>
          </p>
          <ul>
            {asked?.type === 'MaterialsRequested' &&
              asked.missing.map(({ id, sentence }) => (
                <li key={id}>
                  <Say>{sentence}</Say>
                </li>
              ))}
          </ul>
        </Notice>
      )
    }
    case 'granted':
      return feeIsDue(state) && state.fee !== null ? (
        <Notice tone="attention" title={{ zh: `还要缴 ${moneyInWords(state.fee.amount).zh}`, en: `${moneyInWords(state.fee.amount).en} is still to be paid` }}>
          <p>
            <Say>{paysOnline ? words.feeDueOnlineToo : words.feeDue}</Say>
          </p>
          {paysOnline && submission !== null && (
            <Buttons>
              <Button href={`/pay/${submission.number}`}>{words.payOnline}</Button>
            </Buttons>
          )}
        </Notice>
      ) : null
    case 'awaiting-collection':
      return (
        <Notice tone="good" title={words.collectNow}>
          {state.heldAt === null ? undefined : organInWords(places, state.heldAt)}
        </Notice>
      )
    case 'rejected': {
      const decision = past.findLast(({ event }) => event.type === 'CaseRejected')?.event
      return decision?.type === 'CaseRejected' ? (
        <Notice tone="bad" title={words.rejectedTitle}>
          <p>
            <Say>{decision.reason}</Say> <Say>{{ zh: `（${citation(decision.basis).zh}）`, en: `(${citation(decision.basis).en})` }}</Say>
          </p>
          <p>
            <Say>{decision.wayOut}</Say>
          </p>
        </Notice>
      ) : null
    }
    default:
      return null
  }
}

const OPEN_DAYS: Readonly<Record<Opening['days'], Sentence>> = {
  'working-days': words.workingDays,
  'working-days-and-saturdays': words.saturdaysToo,
  'every-day': words.everyDay,
}

function openingInWords(opening: Opening | undefined): Sentence {
  if (opening === undefined) return words.hoursUnknown
  const hours = opening.hours.map(({ from, to }) => `${from}–${to}`)
  const days = OPEN_DAYS[opening.days]
  return { zh: `${days.zh} ${hours.join('、')}`, en: `${days.en}, ${hours.join(' and ')}` }
}

function Collecting({ record, places, now }: { readonly record: CaseRecord; readonly places: Places; readonly now: Instant }) {
  const { submission, heldAt, status, product } = record.state
  if (submission === null || product === null || product.madeAt !== 'factory' || ['concluded', 'rejected', 'withdrawn'].includes(status)) return null
  const { handover } = submission
  if (handover.by === 'mail')
    return (
      <>
        <Heading>{words.collectTitle}</Heading>
        <p>
          <Say>{words.mailed}</Say>
        </p>
      </>
    )
  const organ = heldAt ?? handover.organ
  return (
    <>
      <Heading>{words.collectTitle}</Heading>
      <Answers
        answers={[
          { question: words.where, answer: organInWords(places, organ) },
          { question: words.hours, answer: openingInWords(openingOf(places, organ, dayOf(now))) },
          {
            question: words.bring,
            answer: (
              <ul class="plain-list">
                {whatToBring(record).map((one) => (
                  <li key={one.zh}>
                    <Say>{one}</Say>
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
      />
    </>
  )
}
