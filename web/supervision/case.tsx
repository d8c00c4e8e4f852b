/** One case as a supervisor reads it: its promise, what moved it, what happened. Nothing can be done to it here. */
import type { CaseRecord } from '#case/commands.ts'
import type { CaseReply } from '#case/contract.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { CasePromise, CaseStatusTag, CaseTimeline, feeIsDue, handoverInWords, organInWords } from '#web/shared/case-view.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import { BackLink, Moment, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { supervisionSections } from '#web/supervision/sections.ts'
import { supervisionWords as words } from '#web/supervision/words.ts'
import { openCase } from '#web/window/sections.ts'

interface CaseData {
  readonly record: CaseRecord
  readonly view: CaseReply
}

export const supervisedCasePage = definePage<Services, CaseData>({
  path: '/supervision/cases/:number',
  audience: 'officer',
  roles: ['supervisor'],
  async load(context) {
    const record = await openCase(context)
    return record && { record, view: context.services.caseQueries.view(record, context.at) }
  },
  view: ({ record, view }, context) => {
    const { services, at } = context
    const { state } = record
    const props = { calendar: services.calendar(), record, view, now: at }
    return {
      title: { zh: `办件 ${view.number}`, en: `Case ${view.number}` },
      layout: 'wide',
      sections: supervisionSections(context, ''),
      body: (
        <>
          <BackLink href="/supervision">{words.backToFigures}</BackLink>
          <Title above={<span class="figure">{caseNumberInGroups(view.number)}</span>}>
            <span class="case-title">
              <Say>{view.title}</Say> · {view.person} <CaseStatusTag status={state.status} feeDue={feeIsDue(state)} />
            </span>
          </Title>
          <div class="split">
            <div>
              <CaseTimeline {...props} />
            </div>
            <div>
              <CasePromise {...props} />
              {state.submission !== null && (
                <section class="panel">
                  <Answers
                    answers={[
                      { question: words.organ, answer: organInWords(services.places, state.submission.organ) },
                      { question: words.issuer, answer: organInWords(services.places, state.submission.issuer) },
                      { question: words.submittedAt, answer: <Moment at={view.submittedAt as Parameters<typeof Moment>[0]['at']} /> },
                      { question: words.handover, answer: handoverInWords(services.places, state.submission.handover) },
                    ]}
                  />
                </section>
              )}
            </div>
          </div>
        </>
      ),
    }
  },
})
