/** The sandbox's sign-in: be anybody; and its clock. In operation it says where to go instead. */
import type { Role } from '#account/model.ts'
import { safeReturn } from '#account/rules/sessions.ts'
import { ROLE_WORDS } from '#account/words.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, isDay, plusMinutes, timeOn } from '#kernel/time.ts'
import { parseIdentityNumber } from '#person/rules.ts'
import { identityProblems } from '#person/words.ts'
import type { Places } from '#place/model.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { sessionCookie } from '#platform/session-cookie.ts'
import type { Services } from '#web/services.ts'
import { Radios, Select } from '#web/shared/choice.tsx'
import { IdentityNumberField, TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { stationsByBureau } from '#web/shared/places.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { Heading, Lead, Moment, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome } from '#web/shared/web.ts'
import { PeopleToTry, peopleToTry, type ToTry } from '#web/sign-in/people-to-try.tsx'
import { signInWords as words } from '#web/sign-in/words.ts'

const STAFF: readonly Role[] = [
  'station-officer',
  'referral-reviewer',
  'factory-worker',
  'dispatcher',
  'supervisor',
  'administrator',
  'security-administrator',
  'auditor',
]

/** Where each one's work begins. */
export const HOME_OF: Readonly<Record<Role, string>> = {
  resident: '/',
  guardian: '/',
  agent: '/',
  'station-officer': '/window',
  'household-officer': '/',
  'referral-reviewer': '/window/referrals',
  'factory-worker': '/factory',
  dispatcher: '/dispatch',
  'plate-shop': '/',
  'hall-manager': '/',
  'hotline-agent': '/',
  'department-verifier': '/',
  auditor: '/audit',
  supervisor: '/supervision',
  administrator: '/supervision/review',
  'security-administrator': '/audit/officers',
  'audit-administrator': '/audit',
  partner: '/',
  kiosk: '/',
}

interface SignInData {
  /** Only in the sandbox. */
  readonly people: readonly ToTry[] | undefined
}

/** 长春's, of whom a few of every kind are found among the first. */
const TRIED_IN = '2201'
const LOOKED_AT = 300

export const signInPage = definePage<Services, SignInData>({
  path: '/sign-in',
  audience: 'resident',
  load: async ({ services: { sandbox }, at }) => ({ people: sandbox && peopleToTry(await sandbox.people(TRIED_IN, LOOKED_AT), dayOf(at)) }),
  view: ({ people }, { services, at, query }) =>
    people
      ? {
          title: words.signInTitle,
          body: (
            <>
              <PlatformSignIn next={query.next} />
              <SandboxSignIn places={services.places} now={at} people={people} inFull={query.lists === 'whole'} />
            </>
          ),
        }
      : { title: words.signInTitle, body: <PlatformSignIn next={query.next} /> },
  actions: {
    staff,
    resident,
    hour: (_, context) => move(context, plusMinutes(context.at, 60)),
    day: (_, context) => move(context, plusMinutes(context.at, 1440)),
    clock,
  },
})

/** The way in for everybody; which page was wanted goes along. */
function PlatformSignIn({ next }: { readonly next: string | undefined }) {
  const to = (kind: 'resident' | 'officer'): string => `/sign-in/start?${new URLSearchParams({ with: kind, ...(next === undefined ? {} : { next }) })}`
  return (
    <>
      <Title>{words.signInTitle}</Title>
      <Lead>{words.platformLead}</Lead>
      <Buttons>
        <Button href={to('resident')}>{words.platformResident}</Button>
        <Button quiet href={to('officer')}>
          {words.platformOfficer}
        </Button>
      </Buttons>
      <p class="hint">
        <Say>{words.platformOfficerHint}</Say>
      </p>
    </>
  )
}

interface SandboxSignInProps {
  readonly places: Places
  readonly now: Instant
  readonly people: readonly ToTry[]
  /** For browsers without script: every station stands in the page. */
  readonly inFull: boolean
}

function SandboxSignIn({ places, now, people, inFull }: SandboxSignInProps) {
  return (
    <>
      <Heading id="demonstration">{words.title}</Heading>
      <Lead>{words.lead}</Lead>
      <Form action="staff">
        <Radios name="role" label={words.role} options={STAFF.map((role) => ({ value: role, label: ROLE_WORDS[role] }))} />
        <Select
          name="organ"
          label={words.organ}
          hint={words.organHint}
          options={stationsByBureau(places)}
          typeAhead
          optional
          {...(inFull ? {} : { from: 'stations' })}
        />
        {!inFull && (
          <noscript>
            <p>
              <a href="/sign-in?lists=whole#demonstration">
                <Say>{words.listsInFull}</Say>
              </a>
            </p>
          </noscript>
        )}
        <Buttons>
          <Button>{words.signIn}</Button>
        </Buttons>
      </Form>
      <Heading>{words.resident}</Heading>
      <Form action="resident">
        <IdentityNumberField name="number" label={words.residentNumber} hint={words.residentHint} />
        <Buttons>
          <Button quiet>{words.signIn}</Button>
        </Buttons>
      </Form>
      <Heading>{words.clockTitle}</Heading>
      <Lead>{words.clockLead}</Lead>
      <p>
        <Moment at={now} />
      </p>
      <Form action="clock">
        <TextField name="to" label={words.clockTo} hint={words.clockToHint} width={18} />
        <Buttons>
          <Button quiet>{words.clockMove}</Button>
          <Button quiet action="hour">
            {words.clockHour}
          </Button>
          <Button quiet action="day">
            {words.clockDay}
          </Button>
        </Buttons>
      </Form>
      <PeopleToTry people={people} />
    </>
  )
}

const wrong = (field: string, sentence: Sentence): Outcome => ({ problem: problem('invalid-input', { fields: { [field]: sentence } }) })

function sandboxOf({ services }: ActionContext<Services>): NonNullable<Services['sandbox']> {
  if (services.sandbox === undefined) throw new ProblemError(problem('not-found'))
  return services.sandbox
}

async function staff(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const role = STAFF.find((one) => one === sent.text('role'))
  if (role === undefined) return wrong('role', words.roleWrong)
  const organ = sent.text('organ')
  if (role === 'station-officer' && organ === '') return wrong('organ', words.organWrong)
  const { token } = await sandboxOf(context).signIn({ role, ...(role === 'station-officer' ? { organ } : {}) }, context.at)
  return { to: safeNext(context.query.next) ?? HOME_OF[role], cookie: sessionCookie(context.request, token) }
}

async function resident(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const parsed = parseIdentityNumber(sent.text('number'))
  if (!parsed.ok) return wrong('number', identityProblems[parsed.problem])
  try {
    const { token } = await sandboxOf(context).signIn({ identityNumber: parsed.number }, context.at)
    return { to: safeNext(context.query.next) ?? HOME_OF.resident, cookie: sessionCookie(context.request, token) }
  } catch (error) {
    if (error instanceof ProblemError && error.problem.type === 'not-found') return wrong('number', words.nobody)
    throw error
  }
}

/** A path of this site, or nothing: `//elsewhere` and `https:` lead away. */
export const safeNext = safeReturn

async function clock(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const [, day = '', time = ''] = /^(\d{4}-\d\d-\d\d)[ T]([01]\d:[0-5]\d|2[0-3]:[0-5]\d)$/.exec(sent.text('to')) ?? []
  if (!isDay(day)) return wrong('to', words.clockWrong)
  const to = timeOn(day, time)
  return to < context.at ? wrong('to', words.clockWrong) : move(context, to)
}

async function move(context: ActionContext<Services>, to: Instant): Promise<Outcome> {
  await sandboxOf(context).moveClock(to)
  return { to: '/sign-in' }
}
