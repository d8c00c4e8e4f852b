/**
 * 进度: by case number and the last four characters of the identity number, without signing in. The number may stand in the address
 * (the receipt's code carries it); what opens the case is a sealed cookie for this one case, so that neither reloading nor changing
 * the language asks again, and nothing personal stands in the address.
 */
import type { Actor } from '#account/model.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { CaseReply } from '#case/contract.ts'
import { progressBody } from '#case/contract.ts'
import { caseNumberProblems, formatCaseNumber, parseCaseNumber } from '#kernel/ids.ts'
import { type Instant, plusMinutes } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import { forSystem } from '#platform/actor.ts'
import type { ShortProof } from '#platform/evidence/proof.ts'
import { actOf } from '#platform/http.ts'
import { problem } from '#platform/problem.ts'
import type { OwnRatings } from '#rating/contract.ts'
import { ProgressOfCase } from '#web/citizen/progress-of-case.tsx'
import { mayGiveName, RatingOfCase, rateOpened } from '#web/citizen/rating.tsx'
import { citizenWords as words } from '#web/citizen/words.ts'
import type { Services } from '#web/services.ts'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { receiptProof } from '#web/shared/receipt-proof.ts'
import type { SentForm } from '#web/shared/sent-form.ts'
import { BackLink, Lead, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'

const COOKIE = 'yitang-progress'
const OPEN_MINUTES = 30

interface ProgressData {
  readonly found: { readonly record: CaseRecord; readonly view: CaseReply; readonly proof: ShortProof | undefined; readonly own: OwnRatings } | undefined
}

export const progressPage = definePage<Services, ProgressData>({
  path: '/progress',
  audience: 'resident',
  load: async (context) => ({ found: await openedCase(context) }),
  view: ({ found }, context) =>
    found === undefined
      ? { title: words.progressTitle, body: <Ask number={context.query.number} /> }
      : {
          title: words.progressTitle,
          body: (
            <>
              <BackLink href="/progress">{words.another}</BackLink>
              <ProgressOfCase {...found} services={context.services} now={context.at} />
              <RatingOfCase own={found.own} named={mayGiveName(context.principal, found.record)} />
            </>
          ),
        },
  limit: 'progress',
  subject: (sent) => typedNumber(sent.text('number')),
  alike: true,
  actions: { look, rate },
})

function Ask({ number }: { readonly number: string | undefined }) {
  const parsed = parseCaseNumber(number ?? '')
  return (
    <>
      <Title>{words.progressTitle}</Title>
      <Lead>{words.progressLead}</Lead>
      <Form action="look" values={parsed.ok ? { number: formatCaseNumber(parsed.number) } : {}}>
        <TextField name="number" label={words.number} hint={words.numberHint} inputMode="numeric" width={18} spaced />
        <TextField name="lastFour" label={words.lastFour} hint={words.lastFourHint} width={4} spaced />
        <Buttons>
          <Button>{words.look}</Button>
        </Buttons>
      </Form>
    </>
  )
}

/** A wrong second factor and an unknown number are answered alike, after the same look-up. */
async function look(sent: SentForm, { services, at, principal, act }: ActionContext<Services>): Promise<Outcome> {
  const number = parseCaseNumber(sent.text('number'))
  const lastFour = typedNumber(sent.text('lastFour'))
  const fields = {
    ...(number.ok ? {} : { number: caseNumberProblems[number.problem] }),
    ...(progressBody.shape.lastFour.safeParse(lastFour).success ? {} : { lastFour: words.lastFourWrong }),
  }
  if (!number.ok || Object.keys(fields).length > 0) return { problem: problem('invalid-input', { fields }) }
  const record = await services.caseQueries.openProgress(number, lastFour, { actor: principal as Actor | null, act })
  if (record === undefined) return { problem: problem('invalid-input', { fields: { number: words.notFound } }) }
  const grant = services.sealer.seal(JSON.stringify({ number: number.number, until: plusMinutes(at, OPEN_MINUTES) } satisfies Grant))
  const value = Buffer.from(JSON.stringify(grant)).toString('base64url')
  return { to: `/progress?number=${number.number}`, cookie: { name: COOKIE, value, path: '/progress', maxAgeSeconds: OPEN_MINUTES * 60 } }
}

/** Whoever opened the case rates it: by their name when they are signed in and it is theirs. */
async function rate(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const found = await openedCase(context)
  if (found === undefined) return { problem: problem('not-found') }
  return rateOpened(sent, found.record, context, `/progress?number=${found.view.number}#rating`)
}

interface Grant {
  readonly number: string
  readonly until: Instant
}

async function openedCase({ services, query, request, at, principal }: PageContext<Services>): Promise<ProgressData['found']> {
  const number = parseCaseNumber(query.number ?? '')
  const grant = grantOf(services, request.cookies[COOKIE])
  if (!number.ok || grant === undefined || grant.number !== number.number || grant.until < at) return undefined
  const record = await forSystem('progress', () => services.caseQueries.findByNumber(number.prefecture, number.number))
  if (record === undefined) return undefined
  await services.caseQueries.recordShown(record, { actor: principal as Actor | null, act: actOf(request) }, 'progress', [])
  return {
    record,
    view: services.caseQueries.view(record, at),
    proof: await receiptProof(services, record),
    own: await services.ratingQueries.ofCase(record, at),
  }
}

/** A cookie that is not ours opens nothing. */
function grantOf({ sealer }: Services, cookie: string | undefined): Grant | undefined {
  if (cookie === undefined) return undefined
  try {
    return JSON.parse(sealer.open(JSON.parse(Buffer.from(cookie, 'base64url').toString()))) as Grant
  } catch {
    return undefined
  }
}
