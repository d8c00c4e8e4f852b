/** 受理回执 on paper: the number, the promise, what to bring, and the code that leads to the progress page. */

import type { CaseRecord } from '#case/commands.ts'
import { findVersionOn } from '#catalogue/rules.ts'
import { dayOf } from '#kernel/time.ts'
import type { ShortProof } from '#platform/evidence/proof.ts'
import type { Services } from '#web/services.ts'
import { handoverInWords, organInWords, promiseInWords } from '#web/shared/case-view.tsx'
import { caseWords } from '#web/shared/case-words.ts'
import { whatToBring } from '#web/shared/collecting.ts'
import { Button } from '#web/shared/form.tsx'
import { caseNumberInGroups, instantInWords } from '#web/shared/format.ts'
import { PaperLine, Sheet, Slip } from '#web/shared/print.tsx'
import { Qr } from '#web/shared/qr.tsx'
import { Say } from '#web/shared/reading.tsx'
import { checkHref, receiptProof } from '#web/shared/receipt-proof.ts'
import { definePage } from '#web/shared/web.ts'
import { PrintedDuty } from '#web/window/announcement.tsx'
import { feeInWords } from '#web/window/case.tsx'
import { openCase } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'

export const receiptPage = definePage<Services, { readonly record: CaseRecord; readonly proof: ShortProof | undefined }>({
  path: '/window/cases/:number/receipt',
  audience: 'officer',
  roles: ['station-officer'],
  async load(context) {
    const record = await openCase(context, 'receipt')
    return record && { record, proof: await receiptProof(context.services, record) }
  },
  view: ({ record, proof }, { services, query, request, at, principal }) => {
    const { state } = record
    const { submission, promised } = state
    if (submission === null || state.submittedAt === null) throw new Error('a case without a submission has no receipt')
    const Paper = query.paper === 'slip' ? Slip : Sheet
    const progress = `${request.protocol}://${request.host}/progress?number=${submission.number}`
    const bring = whatToBring(record)
    const service = services.services.get(submission.service)
    return {
      title: words.receipt,
      layout: 'paper',
      islands: ['officer-keys'],
      body: (
        <>
          <div class="paper-tools buttons">
            <Button href={`/window/cases/${submission.number}`} quiet keys="Alt+B">
              {words.back}
            </Button>
            <span>
              <Say>{words.printHint}</Say>
            </span>
          </div>
          <Paper
            title={words.receipt}
            issuer={organInWords(services.places, submission.organ)}
            foot={<Foot at={at} organ={principal?.organ ?? null} services={services} />}
          >
            <PaperLine label={words.number} large>
              {caseNumberInGroups(submission.number)}
            </PaperLine>
            <PaperLine label={words.service}>{submission.title}</PaperLine>
            <PaperLine label={words.person}>{submission.personShown}</PaperLine>
            <PaperLine label={words.submittedAt}>{instantInWords(state.submittedAt)}</PaperLine>
            {state.acceptedAt !== null && <PaperLine label={words.acceptedMoment}>{instantInWords(state.acceptedAt)}</PaperLine>}
            {promised !== null && (
              <PaperLine label={words.promised} large>
                {promiseInWords(services.calendar(), promised.withYouBy)}
              </PaperLine>
            )}
            {state.referral !== null && <PaperLine label={words.due}>{instantInWords(state.referral.dueAt)}</PaperLine>}
            <PaperLine label={words.fee}>{feeInWords(state)}</PaperLine>
            {promised?.slot != null && <PaperLine label={words.handover}>{handoverInWords(services.places, submission.handover)}</PaperLine>}
            {bring.length > 0 && (
              <div class="paper-bring">
                <p>
                  <Say>{words.bring}</Say>
                  <Say>{caseWords.colon}</Say>
                </p>
                <ul>
                  {bring.map((one) => (
                    <li key={one.zh}>
                      <Say>{one}</Say>
                    </li>
                  ))}
                </ul>
              </div>
            )}
            <div class="paper-codes">
              <Qr text={progress} label={words.receiptQr} sizePx={query.paper === 'slip' ? 180 : 160} />
              {proof !== undefined && (
                <Qr text={`${request.protocol}://${request.host}${checkHref(proof)}`} label={words.receiptProof} sizePx={query.paper === 'slip' ? 250 : 200} />
              )}
            </div>
            {proof === undefined && (
              <p class="paper-ask">
                <Say>{words.receiptBeingSealed}</Say>
              </p>
            )}
            <p class="paper-ask">
              <Say>{words.receiptAsk}</Say>
            </p>
            <PrintedDuty version={service && findVersionOn(service, dayOf(state.submittedAt))} />
          </Paper>
        </>
      ),
    }
  },
})

function Foot({ at, organ, services }: { readonly at: Parameters<typeof dayOf>[0]; readonly organ: string | null; readonly services: Services }) {
  return (
    <>
      <Say>{words.printedAt}</Say> <Say>{instantInWords(at)}</Say>
      {organ !== null && (
        <>
          {' · '}
          <Say>{organInWords(services.places, organ)}</Say>
        </>
      )}
    </>
  )
}
