/** One case before the reviewer: why it came, the photo, the record, what was applied for; then the decision. */
import type { CaseRecord } from '#case/commands.ts'
import type { CaseReply } from '#case/contract.ts'
import type { CaseState } from '#case/model.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { problem } from '#platform/problem.ts'
import { dueInWords } from '#timelimit/words.ts'
import type { Services } from '#web/services.ts'
import { CasePromise, CaseStatusTag, CaseTimeline, feeIsDue } from '#web/shared/case-view.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { BackLink, Notice, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'
import { PhotoFindings, RecordPanel } from '#web/window/apply-record.tsx'
import { openedRecord, type ShownPhoto } from '#web/window/apply-steps.ts'
import { CaseFacts, Review, step } from '#web/window/case.tsx'
import { type Applied, AppliedFor, appliedFor } from '#web/window/referral-applied.tsx'
import { DecideForm, decisionFrom, ExtendForm, extensionFrom, RequestForm, requestFrom, SecondLookForm, secondLookFrom } from '#web/window/referral-forms.tsx'
import { referralDue } from '#web/window/referrals.tsx'
import { findCase, mayOn, openCase, readerOf, sectionsFor } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'

interface ReferralData {
  readonly record: CaseRecord
  readonly view: CaseReply
  readonly photo: ShownPhoto | undefined
  readonly applied: Applied | undefined
}

export const referralPage = definePage<Services, ReferralData>({
  path: '/window/referrals/:number',
  audience: 'officer',
  roles: ['referral-reviewer'],
  async load(context) {
    const record = await openCase(context)
    if (record === undefined) return undefined
    const { services } = context
    return {
      record,
      view: services.caseQueries.view(record, context.at),
      photo: await photoOfCase(context, record),
      applied: openedRecord(context.typed, services) && (await appliedFor(record, context)),
    }
  },
  view: (data, context) => ({
    title: { zh: `核查 ${data.view.number}`, en: `Referral ${data.view.number}` },
    layout: 'wide',
    sections: sectionsFor(context.principal, ''),
    body: <Referral data={data} context={context} />,
  }),
  actions: {
    'open-record': openRecord,
    decide: step('case.decide-referral', decisionFrom, () => '/window/referrals'),
    request: step('case.decide-referral', requestFrom, () => '/window/referrals'),
    extend: step('case.extend-limit', extensionFrom, (number) => `/window/referrals/${number}`),
    'second-look': step('case.second-look', secondLookFrom, () => '/window/second-looks'),
  },
})

/** The photo lies where it was uploaded: in the prefecture of the station that accepted. */
async function photoOfCase(context: PageContext<Services>, record: CaseRecord): Promise<ShownPhoto | undefined> {
  const { photoQueries, places, caseQueries } = context.services
  const { submission } = record.state
  if (submission === null || submission.photoDigest === null) return undefined
  const found = await photoQueries.findPhoto(prefectureOf(places, submission.organ), submission.photoDigest)
  if (found === undefined) return undefined
  await caseQueries.recordShown(record, readerOf(context), 'photo', ['photo'])
  return { analysis: found.analysis, dataUrl: `data:image/jpeg;base64,${found.bytes.toString('base64')}` }
}

/** Opening the record is a deed of its own: it is kept, with the purpose, and the person can see it. */
async function openRecord(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const record = await findCase(context, 'case.read')
  if (record === undefined) return { problem: problem('not-found') }
  const { services, act } = context
  const identityNumber = await services.caseQueries.identityNumberOf(record)
  if (identityNumber === undefined) return { problem: problem('data-deleted') }
  const person = await services.register.readPerson({ identityNumber, purpose: 'application', caseNumber: record.state.submission?.number }, act)
  if (person === undefined) return { problem: problem('not-found') }
  const opened = JSON.stringify({ identityNumber, purpose: 'application', person })
  return { again: { ...sent.values, record: JSON.stringify(services.sealer.seal(opened)) } }
}

function Referral({ data: { record, view, photo, applied }, context }: { readonly data: ReferralData; readonly context: PageContext<Services> }) {
  const { services, typed, at } = context
  const { state } = record
  const opened = openedRecord(typed, services)
  const props = { calendar: services.calendar(), record, view, now: at }
  const due = referralDue(props.calendar, record)
  return (
    <>
      <BackLink href={state.referral === null ? '/window/second-looks' : '/window/referrals'} />
      <Title above={<span class="figure">{caseNumberInGroups(view.number)}</span>}>
        <span class="case-title">
          <Say>{view.title}</Say> · {view.person} <CaseStatusTag status={state.status} feeDue={feeIsDue(state)} />
        </span>
      </Title>
      <div class="split">
        <div>
          {due !== undefined && (
            <Notice tone="attention" title={words.due}>
              {dueInWords(due)}
            </Notice>
          )}
          <Review checks={view.checks} />
          <section class="panel" aria-labelledby="photo-title">
            <h2 id="photo-title">
              <Say>{words.photo}</Say>
            </h2>
            {photo === undefined ? (
              <p>
                <Say>{words.noPhoto}</Say>
              </p>
            ) : (
              <PhotoFindings photo={photo} large />
            )}
          </section>
          <Decision state={state} view={view} context={context} />
          {view.next.includes('ExtendLimit') && view.statutory?.extendedDays === 0 && mayOn(context, 'case.extend-limit', state) && (
            <ExtendForm record={keptRecord(context)} sent={'days' in context.typed} />
          )}
          <CaseTimeline {...props} />
        </div>
        <div>
          {opened === undefined ? <OpenRecord /> : <RecordPanel record={opened} typed={readTyped(applied)} />}
          {applied !== undefined && opened !== undefined && <AppliedFor applied={applied} person={opened.person} />}
          <CaseFacts record={record} view={view} services={services} />
          <CasePromise {...props} />
        </div>
      </div>
    </>
  )
}

const readTyped = (applied: Applied | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(applied?.readFromCard ?? {}).map(([item, value]) => [`form.readFromCard.${item}`, value]))

const OpenRecord = () => (
  <section class="panel">
    <Form action="open-record" dense>
      <p class="hint">
        <Say>{words.openRecordHint}</Say>
      </p>
      <Buttons>
        <Button keys="F4">{words.openRecord}</Button>
      </Buttons>
    </Form>
  </section>
)

const keptRecord = ({ typed }: PageContext<Services>): string | undefined => (typeof typed.record === 'string' ? typed.record : undefined)

function Decision({ state, view, context }: { readonly state: CaseState; readonly view: CaseReply; readonly context: PageContext<Services> }) {
  const record = keptRecord(context)
  if (view.next.includes('DecideReferral'))
    return mayOn(context, 'case.decide-referral', state) ? (
      <>
        <DecideForm record={record} />
        {view.next.includes('RequestMaterials') && <RequestForm record={record} sent={'other' in context.typed} />}
      </>
    ) : (
      <Notice tone="attention">{words.ownCase}</Notice>
    )
  if (state.sampled && state.secondLook === null && view.next.includes('RecordSecondLook'))
    return mayOn(context, 'case.second-look', state) ? <SecondLookForm record={record} /> : <Notice tone="attention">{words.ownCase}</Notice>
  return null
}
