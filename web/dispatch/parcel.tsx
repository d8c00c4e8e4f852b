/** One parcel: where it is, everything that happened to it, and what the dispatcher can do. */

import type { ParcelOutcome } from '#delivery/commands/parcel.ts'
import { declareLostBody } from '#delivery/contract.ts'
import type { ParcelEvent, ParcelRow, ParcelState, ParcelStatus } from '#delivery/model.ts'
import { type ParcelRecord, parcelReading } from '#delivery/queries.ts'
import { NOTED_WORDS, parcelEventWords } from '#delivery/words.ts'
import { isUuid, uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Places } from '#place/model.ts'
import type { PastEvent, StreamKey } from '#platform/events.ts'
import { actOf } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { ParcelTag } from '#web/dispatch/parcel-table.tsx'
import { DISPATCH_ROLES, dispatchSections, mayOnParcel, parcelHref, routeInWords, stopInWords } from '#web/dispatch/sections.ts'
import { dispatchWords as words } from '#web/dispatch/words.ts'
import { taken } from '#web/factory/sections.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { organInWords } from '#web/shared/case-view.tsx'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { caseNumberInGroups } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { BackLink, Moment, Notice, OnDay, Title } from '#web/shared/text.tsx'
import { type Happening, Timeline } from '#web/shared/timeline.tsx'
import { type ActionContext, definePage, type Outcome, outcomeOfAnswer, type PageContext } from '#web/shared/web.ts'
import { actorOf } from '#web/window/sections.ts'

export const parcelPage = definePage<Services, ParcelRecord>({
  path: '/dispatch/parcels/:prefecture/:id',
  audience: 'officer',
  roles: DISPATCH_ROLES,
  async load(context) {
    const key = keyOf(context)
    const found = key && (await context.services.deliveryQueries.findParcel(key))
    const may = found !== undefined && mayOnParcel(context.services.places, actorOf(context.principal), 'delivery.read', found.parcel)
    await context.services.readings.record(actOf(context.request), parcelReading(found, may))
    return may ? found : undefined
  },
  view: (record, context) => ({
    title: { zh: `寄递件 ${record.parcel.caseNumber}`, en: `Parcel ${record.parcel.caseNumber}` },
    layout: 'wide',
    sections: dispatchSections(''),
    body: <Parcel record={record} context={context} />,
  }),
  actions: { resend, 'declare-lost': declareLost },
})

function keyOf({ params: { prefecture = '', id = '' } }: PageContext<Services>): StreamKey | undefined {
  return /^\d{4}$/.test(prefecture) && isUuid(id) ? { prefecture, stream: uuid(id) } : undefined
}

const DONE: Readonly<Record<string, Sentence>> = { resend: words.doneResend, lost: words.doneLost }

function Parcel({ record, context }: { readonly record: ParcelRecord; readonly context: PageContext<Services> }) {
  const { parcel } = record
  const { places } = context.services
  const done = DONE[context.query.done ?? '']
  return (
    <>
      <BackLink href="/dispatch/parcels">{words.parcels}</BackLink>
      <Title above={routeInWords(places, parcel.route, parcel.bureau)}>
        <span class="case-title">
          <span class="figure">{caseNumberInGroups(parcel.caseNumber)}</span> <ParcelTag status={parcel.status} />
        </span>
      </Title>
      {done !== undefined && <Notice tone="good">{done}</Notice>}
      {parcel.foundAt !== null && <Notice tone="attention">{NOTED_WORDS['found-after-loss']}</Notice>}
      <div class="split">
        <div>
          <Timeline label={words.history} happenings={happeningsOf(record)} />
        </div>
        <div>
          <Acts parcel={parcel} context={context} />
          <Facts parcel={parcel} places={places} />
        </div>
      </div>
    </>
  )
}

const ENDED: ReadonlySet<ParcelStatus> = new Set(['delivered', 'closed', 'lost'])

function happeningsOf({ parcel, past }: ParcelRecord): readonly Happening[] {
  return past.map((one, index): Happening => {
    const last = index === past.length - 1
    return { ...lineOf(one), state: last && parcel.status === 'lost' ? 'stopped' : last && !ENDED.has(parcel.status) ? 'now' : 'done' }
  })
}

function lineOf({ event, act }: PastEvent<ParcelEvent>): Omit<Happening, 'state'> {
  const report = 'report' in event ? event.report : null
  const why =
    event.type === 'TrackingNoted'
      ? NOTED_WORDS[event.because]
      : event.type === 'ParcelLost' && event.note !== '' && event.note !== report?.place
        ? event.note
        : undefined
  return {
    what: parcelEventWords(event),
    at: (
      <>
        <Moment at={report?.happenedAt ?? act.at} /> {report?.place ?? ''}
      </>
    ),
    ...(why === undefined ? {} : { why }),
  }
}

const Facts = ({ parcel, places }: { readonly parcel: ParcelRow; readonly places: Places }) => (
  <section class="panel">
    <Answers
      caption={words.parcel}
      answers={[
        { question: words.waybill, answer: parcel.waybill ?? '' },
        { question: words.serial, answer: parcel.serial },
        { question: words.to, answer: stopInWords(places, parcel.stop) },
        ...(parcel.organ === null || parcel.organ === parcel.stop ? [] : [{ question: words.heldAt, answer: organInWords(places, parcel.organ) }]),
        { question: words.issuer, answer: organInWords(places, parcel.issuer) },
        { question: words.attempt, answer: String(parcel.attempt) },
        { question: words.dispatchOn, answer: <OnDay day={parcel.dispatchOn} year={false} /> },
        { question: words.expectedOn, answer: <OnDay day={parcel.expectedOn} year={false} /> },
        ...(parcel.lateSince === null ? [] : [{ question: words.lateSince, answer: <OnDay day={parcel.lateSince} year={false} /> }]),
        ...(parcel.collectFrom === null ? [] : [{ question: words.collectFrom, answer: <OnDay day={parcel.collectFrom} year={false} /> }]),
        ...(parcel.arrivedAt === null ? [] : [{ question: words.arrivedAt, answer: <Moment at={parcel.arrivedAt} short /> }]),
      ]}
    />
  </section>
)

/** What the rules of parcels allow in each state; they decide again when it is asked. */
const RESENT: ReadonlySet<ParcelStatus> = new Set(['prepared', 'returned'])
const LOSABLE: ReadonlySet<ParcelStatus> = new Set(['handed-to-courier', 'in-transit', 'refused'])

function Acts({ parcel, context }: { readonly parcel: ParcelRow; readonly context: PageContext<Services> }) {
  if (!mayOnParcel(context.services.places, actorOf(context.principal), 'delivery.work', parcel)) return null
  const [resent, losable] = [RESENT.has(parcel.status), LOSABLE.has(parcel.status)]
  return (
    <section class="panel" aria-labelledby="acts-title">
      <h2 id="acts-title">
        <Say>{words.acts}</Say>
      </h2>
      {!resent && !losable && (
        <p>
          <Say>{words.noActs}</Say>
        </p>
      )}
      {resent && (
        <Form action="resend" dense>
          <p class="hint">
            <Say>{words.resendAbout}</Say>
          </p>
          <Buttons>
            <Button keys="F8">{words.resend}</Button>
          </Buttons>
        </Form>
      )}
      {losable && (
        <Form action="declare-lost" dense>
          <TextField name="note" label={words.lostNote} hint={words.lostHint} first />
          <Buttons>
            <Button grave keys="F9">
              {words.declareLost}
            </Button>
          </Buttons>
        </Form>
      )}
    </section>
  )
}

/** Where both acts lead: this parcel, or the one that took its place. */
async function acted(
  context: ActionContext<Services>,
  done: string,
  run: (key: StreamKey, asked: Parameters<Services['delivery']['resend']>[1]) => Promise<ParcelOutcome>,
): Promise<Outcome> {
  const key = keyOf(context)
  if (key === undefined) throw new ProblemError(problem('not-found'))
  const { places } = context.services
  const to = ({ prefecture, stream }: StreamKey): string => `${parcelHref({ prefecture, id: stream })}?done=${done}`
  const permitted = ({ heldAt, preparation }: ParcelState): boolean =>
    preparation !== null &&
    mayOnParcel(places, actorOf(context.principal), 'delivery.work', { organ: heldAt ?? preparation.route.stop, issuer: preparation.issuer })
  const outcome = await run(key, { act: context.act, once: context.once, answer: () => jsonAnswer(200, { to: to(key) }), permitted })
  switch (outcome.kind) {
    case 'done':
      return { to: to(outcome.key) }
    case 'replayed':
      return outcomeOfAnswer(outcome.answer, (body: { readonly to: string }) => body.to)
    case 'refused':
      return { problem: problem('refused', { refusals: outcome.reasons }) }
    case 'not-found':
      return { problem: problem('not-found') }
  }
}

function resend(_: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  return acted(context, 'resend', (key, asked) => context.services.delivery.resend(key, asked))
}

async function declareLost(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const { note } = taken(declareLostBody, { note: sent.text('note') })
  return acted(context, 'lost', (key, asked) => context.services.delivery.declareLost(key, note, asked))
}
