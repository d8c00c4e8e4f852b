/** The sandbox's controls: clock, people to order, faults of the partners, a new beginning. In operation there is no such page. */
import { setTimeout as sleep } from 'node:timers/promises'
import { nextWorkingDay } from '#calendar/rules.ts'
import { isUuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, isDay, msOf, plusDays, plusMinutes, timeOn } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { prefectureName } from '#place/rules/organs.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { sessionCookie } from '#platform/session-cookie.ts'
import { FaultForms, faultActions } from '#web/sandbox/faults.tsx'
import { sandboxWords as words } from '#web/sandbox/words.ts'
import type { SandboxControls, SandboxPartner, Services } from '#web/services.ts'
import { Checkboxes, Select } from '#web/shared/choice.tsx'
import { NumberField, TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Fields, Form } from '#web/shared/form.tsx'
import { percentInWords, shortInstantInWords } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Table } from '#web/shared/table.tsx'
import { Lead, Moment, Notice, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, outcomeOfAnswer, type PageContext } from '#web/shared/web.ts'

type UnderWay = NonNullable<ReturnType<SandboxControls['underWay']>>

interface SandboxData {
  readonly underWay: UnderWay | undefined
  readonly partners: readonly SandboxPartner[]
  readonly made: { readonly name: string; readonly identityNumber: string } | undefined
}

export const sandboxPage = definePage<Services, SandboxData>({
  path: '/sandbox',
  audience: 'officer',
  async load({ services: { sandbox }, query }) {
    if (sandbox === undefined) return undefined
    const underWay = sandbox.underWay()
    // While everything is emptied nothing else is asked of the database.
    if (underWay?.what === 'reset') return { underWay, partners: [], made: undefined }
    const [partners, made] = await Promise.all([
      sandbox.partners(),
      query.person !== undefined && isUuid(query.person) ? sandbox.findPerson(query.person) : undefined,
    ])
    return { underWay, partners, made }
  },
  view: (data, context) => ({ title: words.title, layout: 'wide', body: <Sandbox data={data} context={context} /> }),
  actions: {
    hour: (_, context) => move(context, plusMinutes(context.at, 60)),
    noon: (_, context) => move(context, nextNoon(context.at)),
    'working-day': (_, context) => move(context, timeOn(nextWorkingDay(context.services.calendar(), dayOf(context.at)).day, '09:00')),
    to: moveTo,
    person,
    be,
    ...faultActions(sandboxOf),
    reset,
  },
})

function Sandbox({ data, context }: { readonly data: SandboxData; readonly context: PageContext<Services> }) {
  const { underWay, partners, made } = data
  const { at, query } = context
  return (
    <>
      <Title>{words.title}</Title>
      <Lead>{words.lead}</Lead>
      {underWay !== undefined && <UnderWayTable underWay={underWay} now={at} />}
      {underWay === undefined && query.done === 'move' && <Notice tone="good">{movedInWords(at)}</Notice>}
      {query.done === 'fault' && <Notice tone="good">{words.doneFault}</Notice>}
      {made !== undefined && <Made made={made} />}
      <div class="split">
        <div>
          <ClockForm now={at} />
          {partners.length > 0 && <FaultForms partners={partners} />}
        </div>
        <div>
          <section class="panel">
            <ul class="plain-links">
              <li>
                <a href="/sign-in">
                  <Say>{words.signIn}</Say>
                </a>
              </li>
              <li>
                <a href="/sandbox/components">
                  <Say>{words.components}</Say>
                </a>
              </li>
              <li>
                <a href="/api/openapi.json">
                  <Say>{words.api}</Say>
                </a>
              </li>
            </ul>
          </section>
          <PersonForm context={context} />
          <ResetForm />
        </div>
      </div>
    </>
  )
}

const movedInWords = (at: Instant): Sentence => {
  const moment = shortInstantInWords(at)
  return { zh: `${words.doneMove.zh} ${moment.zh}。`, en: `${words.doneMove.en} ${moment.en}.` }
}

/** Long work shows how far it is, and can be left and found again. */
function UnderWayTable({ underWay, now }: { readonly underWay: UnderWay; readonly now: Instant }) {
  const moves: readonly Column<UnderWay>[] =
    underWay.what === 'reset'
      ? []
      : [
          { key: 'from', title: words.from, cell: () => <Moment at={underWay.from} short /> },
          { key: 'to', title: words.until, cell: () => <Moment at={underWay.to} short /> },
          { key: 'at', title: words.at, cell: () => <Moment at={now} short /> },
          { key: 'share', title: words.share, numeric: true, cell: () => percentInWords(shareOf(underWay, now)) },
        ]
  const columns: readonly Column<UnderWay>[] = [
    { key: 'what', title: words.what, cell: ({ what }) => <Say>{what === 'move' ? words.moving : words.resetting}</Say> },
    ...moves,
  ]
  return (
    <>
      <Table caption={words.underWay} columns={columns} rows={[underWay]} keyOf={({ what }) => what} live={{ id: 'under-way', seconds: 2 }} />
      <p class="hint">
        <Say>{words.wait}</Say>
      </p>
    </>
  )
}

export function shareOf({ from, to }: { readonly from: Instant; readonly to: Instant }, now: Instant): number {
  const whole = msOf(to) - msOf(from)
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, (msOf(now) - msOf(from)) / whole))
}

const ClockForm = ({ now }: { readonly now: Instant }) => (
  <section class="panel" aria-labelledby="clock-title">
    <h2 id="clock-title">
      <Say>{words.clock}</Say>
    </h2>
    <p>
      <Say>{words.now}</Say>{' '}
      <strong>
        <Moment at={now} />
      </strong>
    </p>
    <p class="hint">
      <Say>{words.clockLead}</Say>
    </p>
    <Form action="to" id="clock" dense>
      <Buttons>
        <Button action="hour" quiet keys="Alt+H">
          {words.hour}
        </Button>
        <Button action="noon" quiet keys="Alt+N">
          {words.noon}
        </Button>
        <Button action="working-day" quiet keys="Alt+W">
          {words.workingDay}
        </Button>
      </Buttons>
      <TextField name="to" label={words.to} hint={words.toHint} width={18} />
      <Buttons>
        <Button>{words.move}</Button>
      </Buttons>
    </Form>
  </section>
)

const Made = ({ made }: { readonly made: NonNullable<SandboxData['made']> }) => (
  <Notice tone="good" title={words.made}>
    <p>
      {made.name} <strong class="figure">{made.identityNumber}</strong>
    </p>
    <Form action="be" dense>
      <input type="hidden" name="number" value={made.identityNumber} />
      <Buttons>
        <Button quiet>{words.be}</Button>
      </Buttons>
    </Form>
  </Notice>
)

const CARDS = [
  { value: 'in-force', label: words.cardAny },
  { value: 'expiring', label: words.cardExpiring },
  { value: 'none', label: words.cardNone },
  { value: 'lost', label: words.cardLost },
] as const

const PersonForm = ({ context: { services } }: { readonly context: PageContext<Services> }) => (
  <section class="panel" aria-labelledby="person-title">
    <h2 id="person-title">
      <Say>{words.person}</Say>
    </h2>
    <p class="hint">
      <Say>{words.personLead}</Say>
    </p>
    <Form action="person" dense values={{ age: '35', card: 'expiring' }}>
      <Fields>
        <NumberField name="age" label={words.age} />
        <Select name="card" label={words.card} options={CARDS} width={12} typeAhead={false} />
      </Fields>
      <Select
        name="within"
        label={words.within}
        options={PLACES.map((one) => ({ value: one, label: prefectureName(services.places, one) }))}
        width={18}
        typeAhead={false}
        optional
      />
      <Buttons>
        <Button quiet>{words.make}</Button>
      </Buttons>
    </Form>
  </section>
)

/** The nine prefectures: the shards of the province's own organs and of the Changbaishan zone aren't divisions that people are registered by. */
const PLACES = PREFECTURES.filter((one) => one !== '2200' && one !== '2299')

const ResetForm = () => (
  <section class="panel" aria-labelledby="reset-title">
    <h2 id="reset-title">
      <Say>{words.reset}</Say>
    </h2>
    <p class="hint">
      <Say>{words.resetLead}</Say>
    </p>
    <Form action="reset" dense values={{ seed: '1' }}>
      <NumberField name="seed" label={words.seed} />
      <Checkboxes name="sure" label={words.reset} options={[{ value: 'yes', label: words.sure }]} />
      <Buttons>
        <Button grave>{words.reset}</Button>
      </Buttons>
    </Form>
  </section>
)

/** @throws ProblemError not-found in operation */
function sandboxOf({ services }: ActionContext<Services>): SandboxControls {
  if (services.sandbox === undefined) throw new ProblemError(problem('not-found'))
  return services.sandbox
}

/** So long a page waits for what it began; then it shows how far it is. */
const PATIENCE_MS = 4_000

async function begun(context: ActionContext<Services>, to: string, work: (sandbox: SandboxControls) => Promise<void>): Promise<Outcome> {
  const sandbox = sandboxOf(context)
  if (sandbox.underWay() !== undefined) return { problem: problem('unavailable', { title: words.busy }) }
  const working = work(sandbox)
  await Promise.race([working, sleep(PATIENCE_MS, undefined, { ref: false })])
  // What fails later stands in the log; the page that comes back shows that nothing is under way any more.
  working.catch((error: unknown) => context.request.log.error({ err: error }, 'the sandbox could not finish what was asked of it'))
  return { to }
}

const move = (context: ActionContext<Services>, to: Instant): Promise<Outcome> => begun(context, '/sandbox?done=move', (sandbox) => sandbox.moveClock(to))

export function nextNoon(now: Instant): Instant {
  const today = timeOn(dayOf(now), '12:00')
  return today > now ? today : timeOn(plusDays(dayOf(now), 1), '12:00')
}

const wrong = (field: string, sentence: Sentence): Outcome => ({ problem: problem('invalid-input', { fields: { [field]: sentence } }) })

async function moveTo(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const [, day = '', time = ''] = /^(\d{4}-\d\d-\d\d)[ T]+([01]\d:[0-5]\d|2[0-3]:[0-5]\d)$/.exec(sent.text('to').normalize('NFKC')) ?? []
  if (!isDay(day)) return wrong('to', words.toWrong)
  const to = timeOn(day, time)
  return to < context.at ? wrong('to', words.toWrong) : move(context, to)
}

const EXPIRES_IN_DAYS = 21

async function person(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const [age, card, within] = [sent.text('age').normalize('NFKC'), sent.text('card'), sent.text('within')]
  const cards: Readonly<Record<string, object>> = {
    none: { card: null },
    lost: { card: { status: 'reported-lost' } },
    expiring: { card: { expiresOn: plusDays(dayOf(context.at), EXPIRES_IN_DAYS) } },
  }
  const wishes = { ...(age === '' ? {} : { age: Number(age) }), ...(within === '' ? {} : { within }), ...cards[card] }
  const answer = await sandboxOf(context).makePerson(wishes, context.once)
  return outcomeOfAnswer(answer, (body: { readonly person: { readonly id: string } }) => `/sandbox?person=${body.person.id}`)
}

async function be(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const { token } = await sandboxOf(context).signIn({ identityNumber: sent.text('number') }, context.at)
  return { to: '/', cookie: sessionCookie(context.request, token) }
}

async function reset(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  if (!sent.all('sure').includes('yes')) return wrong('sure', words.sureWrong)
  const seed = Number(sent.text('seed').normalize('NFKC'))
  if (!Number.isInteger(seed) || seed < 0 || seed > 2_147_483_647) return wrong('seed', words.seedWrong)
  return begun(context, '/sandbox', (sandbox) => sandbox.reset(seed))
}
