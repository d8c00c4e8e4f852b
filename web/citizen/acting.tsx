/** 代办: whom one acts for and who acts for oneself; to let somebody, to withdraw, and to choose whom one acts for now. */
import type { ComponentChildren } from 'preact'
import type { Shown } from '#account/commands/representations.ts'
import { consentToActBody, guardianshipBody } from '#account/contract/representations.ts'
import { ACTING_COOKIE, type Actor, RELATIONS, type Representation } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { endedBy } from '#account/rules/standing.ts'
import { RELATION_WORDS, REPRESENTATION_WORDS, STANDING_REFUSALS } from '#account/words.ts'
import type { Service } from '#catalogue/model.ts'
import { fieldProblems } from '#kernel/fields.ts'
import { isUuid, type Uuid, uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, plusMonths, plusMs } from '#kernel/time.ts'
import { actOf } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'
import { sessionCookie } from '#platform/session-cookie.ts'
import { actingWords as words } from '#web/citizen/acting-words.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { Checkboxes, Radios, Select } from '#web/shared/choice.tsx'
import { IdentityNumberField, TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { BackLink, Heading, Lead, Notice, OnDay, StatusTag, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, outcomeOfAnswer, type PageContext } from '#web/shared/web.ts'
import { windowServices } from '#web/window/apply-form.ts'

interface ActingData {
  readonly byMe: readonly Shown[]
  readonly forMe: readonly Shown[]
  readonly services: readonly Service[]
  /** Whom they act for now. */
  readonly chosen: string | undefined
}

const TERMS = ['3', '12', '36'] as const

export const actingPage = definePage<Services, ActingData>({
  path: '/acting',
  audience: 'resident',
  roles: ['resident'],
  ownAlways: true,
  demands: { grant: 'representation.grant' },
  limit: 'look-up',
  subject: (form) => form.text('identityNumber'),
  alike: true,
  async load({ services, principal, at, request }) {
    const personId = ownOf(principal)
    if (personId === undefined) return undefined
    const { byMe, forMe } = await services.representations.of(personId, at)
    await services.readings.record(actOf(request), {
      ...{ subject: { prefecture: '2200', personId }, what: 'representation', outcome: 'shown', count: byMe.length + forMe.length },
    })
    return { byMe, forMe, services: windowServices(services.services, dayOf(at)).map(([service]) => service), chosen: request.cookies[ACTING_COOKIE] }
  },
  view: (data, context) => ({ title: words.title, body: <Acting data={data} context={context} /> }),
  actions: {
    async choose(sent, { services, principal, at, request }) {
      const [personId, id] = [ownOf(principal), sent.text('representation')]
      const standing = personId === undefined || !isUuid(id) ? undefined : await services.representations.standing(uuid(id), personId, at)
      if (standing?.ok !== true) return { to: '/acting?over=yes' }
      return { to: '/my-file?show=acts', cookie: { name: ACTING_COOKIE, value: id, secure: sessionCookie(request, null).secure } }
    },
    stop: async () => ({ to: '/acting', cookie: { name: ACTING_COOKIE, value: null } }),
    async end(sent, context) {
      const [personId, id] = [ownOf(context.principal), sent.text('representation')]
      if (personId === undefined || !isUuid(id)) return { problem: problem('not-found') }
      const answer = await context.services.representations.end(uuid(id), endedBy(personId), context.act, context.once, ended)
      return answer === undefined ? { problem: problem('not-found') } : { to: '/acting' }
    },
    claim,
    grant,
  },
})

const ownOf = (principal: PageContext<Services>['principal']): Uuid | undefined =>
  can(principal as Actor | null, 'representation.own', { personId: principal?.personId ?? null }) ? (principal?.personId as Uuid) : undefined

const ended = (one: Representation) => jsonAnswer(200, { id: one.id })
const made = (one: Representation) => jsonAnswer(201, { id: one.id })

async function claim(sent: SentForm, { services, principal, act, once }: ActionContext<Services>): Promise<Outcome> {
  const personId = ownOf(principal)
  if (personId === undefined) return { problem: problem('not-found') }
  const body = guardianshipBody.safeParse({ name: sent.text('name'), identityNumber: sent.text('identityNumber') }, { reportInput: true })
  if (!body.success) return { problem: problem('invalid-input', { fields: fieldProblems(guardianshipBody, body.error) }) }
  return outcomeOfAnswer(await services.representations.confirmGuardian(personId, body.data, act, once, made), () => '/acting')
}

async function grant(sent: SentForm, { services, principal, act, once, at }: ActionContext<Services>): Promise<Outcome> {
  const personId = ownOf(principal)
  if (personId === undefined) return { problem: problem('not-found') }
  const months = TERMS.find((one) => one === sent.text('months')) ?? '3'
  const body = consentToActBody.safeParse(
    {
      ...{ name: sent.text('name'), identityNumber: sent.text('identityNumber'), relation: sent.text('relation'), may: sent.text('may') },
      ...{ services: sent.all('services'), until: plusMonths(dayOf(at), Number(months)) },
    },
    { reportInput: true },
  )
  if (!body.success) return { problem: problem('invalid-input', { fields: fieldProblems(consentToActBody, body.error) }) }
  const { may, services: matters, ...asked } = body.data
  return outcomeOfAnswer(
    await services.representations.giveConsent(personId, { ...asked, scope: { may, services: matters } }, act, once, made),
    () => '/acting',
  )
}

function Acting({ data, context: { query } }: { readonly data: ActingData; readonly context: PageContext<Services> }) {
  const { byMe, forMe, services, chosen } = data
  return (
    <>
      <BackLink href="/" />
      <Title>{words.title}</Title>
      {query.over !== undefined && <Notice tone="attention">{words.over}</Notice>}
      {query.only !== undefined && <Notice tone="attention">{words.onlySelf}</Notice>}
      <Lead>{words.lead}</Lead>
      <Heading>{words.byMe}</Heading>
      {byMe.length === 0 && (
        <p>
          <Say>{words.byMeNone}</Say>
        </p>
      )}
      {byMe.map((one) => (
        <One key={one.id} one={one} shown={one.personShown} services={services}>
          {one.problem === null && one.id === chosen && <StatusTag tone="working">{words.actingNow}</StatusTag>}
          {one.problem === null && one.id !== chosen && (
            <Form action="choose" id={`choose-${one.id}`} dense>
              <input type="hidden" name="representation" value={one.id} />
              <Button>{words.beginActing}</Button>
            </Form>
          )}
          {one.problem === null && one.id === chosen && (
            <Form action="stop" id={`stop-${one.id}`} dense>
              <Buttons>
                <Button href="/my-file?show=acts" quiet>
                  {words.lookAtCases}
                </Button>
                <Button>{words.stop}</Button>
              </Buttons>
            </Form>
          )}
          {one.endedAt === null && <EndForm one={one} word={words.giveUp} />}
        </One>
      ))}
      <Heading>{words.childTitle}</Heading>
      <p>
        <Say>{words.childLead}</Say>
      </p>
      <Form action="claim">
        <TextField name="name" label={words.name} width={18} maxLength={60} />
        <IdentityNumberField name="identityNumber" label={words.number} />
        <Buttons>
          <Button quiet>{words.addChild}</Button>
        </Buttons>
      </Form>
      <Heading>{words.forMe}</Heading>
      {forMe.length === 0 && (
        <p>
          <Say>{words.forMeNone}</Say>
        </p>
      )}
      {forMe.map((one) => (
        <One key={one.id} one={one} shown={one.representativeShown} services={services}>
          {one.endedAt === null && <EndForm one={one} word={words.withdraw} />}
        </One>
      ))}
      <Heading>{words.grantTitle}</Heading>
      <p>
        <Say>{words.grantLead}</Say>
      </p>
      <GrantForm services={services} />
    </>
  )
}

function GrantForm({ services }: { readonly services: readonly Service[] }) {
  return (
    <Form action="grant" values={{ may: 'read', months: '12' }}>
      <TextField name="name" label={words.name} width={18} maxLength={60} />
      <IdentityNumberField name="identityNumber" label={words.number} />
      <Select
        name="relation"
        label={words.relation}
        options={[{ value: '', label: words.chooseRelation }, ...RELATIONS.map((value) => ({ value, label: RELATION_WORDS[value] }))]}
      />
      <Radios
        name="may"
        label={words.how}
        options={[
          { value: 'read', label: words.read, hint: words.readHint },
          { value: 'act', label: words.act, hint: words.actHint },
        ]}
      />
      <Checkboxes
        name="services"
        label={words.matters}
        hint={words.mattersHint}
        optional
        options={services.map(({ id, title }) => ({ value: id, label: title }))}
      />
      <Radios
        name="months"
        label={words.months}
        options={[
          { value: '3', label: words.threeMonths },
          { value: '12', label: words.aYear },
          { value: '36', label: words.threeYears },
        ]}
      />
      <Buttons>
        <Button>{words.grant}</Button>
      </Buttons>
    </Form>
  )
}

interface OneProps {
  readonly one: Shown
  readonly shown: string
  readonly services: readonly Service[]
  readonly children: ComponentChildren
}

function One({ one, shown, services, children }: OneProps) {
  const { kind, relation, scope, problem: wrong } = one
  const relative = relation === null ? undefined : RELATION_WORDS[relation]
  const on = REPRESENTATION_WORDS[kind]
  const titles = scope.services.map((id) => services.find((service) => service.id === id)?.title ?? { zh: id, en: id })
  return (
    <section class="acting-one" data-representation={one.id}>
      <h3>{shown}</h3>
      {wrong !== null && (
        <p>
          <StatusTag tone="attention">{STANDING_REFUSALS[wrong].sentence}</StatusTag>
        </p>
      )}
      <Answers
        answers={[
          { question: words.what, answer: relative === undefined ? on : { zh: `${on.zh}（${relative.zh}）`, en: `${on.en} (${relative.en})` } },
          { question: words.how, answer: scope.may === 'read' ? words.read : words.act },
          { question: words.matters, answer: titles.length === 0 ? words.allMatters : joined(titles) },
          { question: words.term, answer: kind === 'guardian' ? words.untilSixteen : termOf(one.until) },
        ]}
      />
      {children}
    </section>
  )
}

const joined = (sentences: readonly Sentence[]): Sentence => ({ zh: sentences.map(({ zh }) => zh).join('、'), en: sentences.map(({ en }) => en).join(', ') })

/** The last instant of the last day. */
const termOf = (until: Instant | null) => (until === null ? words.untilWithdrawn : <OnDay day={dayOf(plusMs(until, -1))} />)

function EndForm({ one, word }: { readonly one: Representation; readonly word: Sentence }) {
  return (
    <Form action="end" id={`end-${one.id}`} dense>
      <input type="hidden" name="representation" value={one.id} />
      <Buttons>
        <Button quiet grave>
          {word}
        </Button>
      </Buttons>
    </Form>
  )
}
