/** What was unusual: who looked up too many, at night, or themselves. Whoever looks into it says once what was found. */

import type { Actor } from '#account/model.ts'
import type { Flag } from '#account/queries/readings.ts'
import { can } from '#account/rules/can.ts'
import { FLAG_WORDS } from '#account/words.ts'
import { isUuid, uuid } from '#kernel/ids.ts'
import { actOf } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'
import { AUDIT_ROLES, auditSections } from '#web/audit/sections.ts'
import { auditWords as words } from '#web/audit/words.ts'
import type { Services } from '#web/services.ts'
import { organInWords } from '#web/shared/case-view.tsx'
import { TextField } from '#web/shared/field.tsx'
import { Filters } from '#web/shared/filters.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { Moment, Notice, StatusTag, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'

const FLAGS_SHOWN = 100

interface Flags {
  readonly open: boolean
  readonly flags: readonly Flag[]
}

export const flagsPage = definePage<Services, Flags>({
  path: '/audit',
  audience: 'officer',
  roles: AUDIT_ROLES,
  async load({ services, query, request }) {
    const open = query.state !== 'reviewed'
    const flags = await services.readingQueries.flags(open, FLAGS_SHOWN)
    await services.readings.record(actOf(request), { subject: null, what: 'audit', outcome: 'shown', count: flags.length })
    return { open, flags }
  },
  view: (data, context) => ({
    title: words.flags,
    layout: 'wide',
    sections: auditSections(context.principal, '/audit'),
    body: <FlagList data={data} context={context} />,
  }),
  actions: { review },
})

async function review(sent: SentForm, { services, principal, act, once }: ActionContext<Services>): Promise<Outcome> {
  const [id, found] = [sent.text('flag'), sent.text('review')]
  if (!can(principal as Actor | null, 'reading.review') || !isUuid(id)) return { problem: problem('not-found') }
  if (found.length < 2 || found.length > 500) return { problem: problem('invalid-input', { fields: { review: words.foundWrong } }) }
  const answer = await services.reviews.review(uuid(id), found, act, once, () => jsonAnswer(200, { reviewed: true }))
  return answer === undefined ? { problem: problem('not-found') } : { to: '/audit' }
}

function FlagList({ data: { open, flags }, context }: { readonly data: Flags; readonly context: PageContext<Services> }) {
  const mayReview = can(context.principal as Actor | null, 'reading.review')
  return (
    <>
      <Title>{words.flags}</Title>
      <Filters
        label={words.state}
        filters={[
          { title: words.open, href: '/audit', current: open },
          { title: words.reviewed, href: '/audit?state=reviewed', current: !open },
        ]}
      />
      <p class="hint">
        <Say>{words.ownRecorded}</Say>
      </p>
      {flags.length === 0 && <Notice tone="good">{words.noFlags}</Notice>}
      {flags.map((flag) => (
        <section class="panel" key={flag.id} aria-label={flag.officer ?? flag.actor}>
          <p>
            <StatusTag tone={flag.kind === 'bulk' || flag.kind === 'many-refused' ? 'bad' : 'attention'}>{FLAG_WORDS[flag.kind]}</StatusTag>{' '}
            <strong class="figure">{flag.officer ?? flag.actor}</strong> {flag.organ !== null && <Say>{organInWords(context.services.places, flag.organ)}</Say>}
          </p>
          <p>
            <Say>{words.first}</Say> <Moment at={flag.first_at} /> · <Say>{words.last}</Say> <Moment at={flag.last_at} /> · <Say>{words.count}</Say>{' '}
            <span class="figure">{flag.readings}</span>
          </p>
          <p>
            <a href={`/audit/readings?actor=${encodeURIComponent(flag.actor)}`}>
              <Say>{words.seeReadings}</Say>
            </a>
          </p>
          {flag.review !== null && (
            <p>
              <Say>{words.found}</Say>: {flag.review}
            </p>
          )}
          {open && mayReview && (
            <Form action="review" id={`review-${flag.id}`} dense>
              <input type="hidden" name="flag" value={flag.id} />
              <TextField name="review" label={words.found} hint={words.foundHint} />
              <Buttons>
                <Button quiet>{words.review}</Button>
              </Buttons>
            </Form>
          )}
        </section>
      ))}
    </>
  )
}
