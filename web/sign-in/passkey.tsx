/** The second factor of an officer: show a passkey, or enrol the first one with the security administrator's code. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { PasskeyProblem } from '#account/commands/passkeys.ts'
import type { From, SignedIn } from '#account/commands/sessions.ts'
import { browserKind, type Session, sourceNetwork } from '#account/rules/sessions.ts'
import { PASSKEY_PROBLEM_WORDS } from '#account/words.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { sessionCookie, sessionTokenOf } from '#platform/session-cookie.ts'
import type { Services } from '#web/services.ts'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import type { View } from '#web/shared/page.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { Lead, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'
import { PasskeyField } from '#web/sign-in/passkey-field.tsx'
import { HOME_OF, safeNext } from '#web/sign-in/sign-in.tsx'
import { signInWords as words } from '#web/sign-in/words.ts'

type PasskeyData =
  | { readonly state: 'nobody' }
  | { readonly state: 'in'; readonly to: string }
  | { readonly state: 'verify' | 'enrol'; readonly options: object }

export const passkeyPage = definePage<Services, PasskeyData>({
  path: '/sign-in/passkey',
  audience: 'officer',
  limit: 'sign-in',
  async load(context) {
    const { passkeys } = context.services
    const held = await heldSession(context)
    if (held === undefined) return { state: 'nobody' }
    const { session } = held
    if (session.stage === 'complete') return { state: 'in', to: nextOf(context, session) }
    const hasKey = (await passkeys.of(session.officer ?? '')).some(({ revokedAt }) => revokedAt === null)
    return hasKey
      ? { state: 'verify', options: await passkeys.requestOptions(session, context.at) }
      : { state: 'enrol', options: await passkeys.enrolmentOptions(session, context.at) }
  },
  view: viewOf,
  actions: {
    async verify(sent, context) {
      const { session, token } = await waitingSession(context)
      const credential = credentialOf(sent) as AuthenticationResponseJSON
      const outcome = await context.services.passkeys.verify(session, credential, { ...fromOf(context), address: context.request.ip }, context.at, token)
      return 'problem' in outcome ? refused('credential', outcome.problem) : entered(context, outcome.done)
    },
    async enrol(sent, context) {
      const { session, token } = await waitingSession(context)
      const credential = credentialOf(sent) as RegistrationResponseJSON
      const given = { name: sent.text('name'), code: sent.text('code'), credential, source: context.request.ip }
      const outcome = await context.services.passkeys.enrol(session, given, fromOf(context), context.at, token)
      if ('problem' in outcome) return refused(FIELD_OF[outcome.problem] ?? 'credential', outcome.problem, sent.values)
      if (outcome.done === undefined) throw new ProblemError(problem('not-found'))
      return entered(context, outcome.done)
    },
  },
})

/** The field of a form that a problem is about. */
export const FIELD_OF: Readonly<Partial<Record<PasskeyProblem, string>>> = {
  'code-wrong': 'code',
  'no-code': 'code',
  'code-only-without-key': 'code',
  'name-missing': 'name',
}

/** What the browser gave is used once: a page that is shown again asks for another. */
export const refused = (field: string, found: PasskeyProblem, values: SentForm['values'] = {}): Outcome => ({
  problem: problem('invalid-input', { fields: { [field]: PASSKEY_PROBLEM_WORDS[found] } }),
  values: { ...values, credential: '' },
})

function viewOf(data: PasskeyData): View {
  if (data.state === 'nobody') return simple(words.notSignedIn, words.notSignedInLead, '/sign-in', words.tryAgain)
  if (data.state === 'in') return simple(words.alreadyIn, undefined, data.to, words.goOn)
  const first = data.state === 'enrol'
  return {
    title: first ? words.enrolTitle : words.passkeyTitle,
    body: (
      <>
        <Title>{first ? words.enrolTitle : words.passkeyTitle}</Title>
        <Lead>{first ? words.enrolLead : words.passkeyLead}</Lead>
        <Form action={first ? 'enrol' : 'verify'}>
          {first && <TextField name="code" label={words.enrolCode} hint={words.enrolCodeHint} width={18} autocomplete="one-time-code" spaced />}
          {first && <TextField name="name" label={words.enrolName} hint={words.enrolNameHint} width={18} maxLength={40} />}
          <PasskeyField purpose={first ? 'enrol' : 'verify'} options={data.options} />
          <Buttons>
            <Button>{first ? words.enrol : words.passkeyShow}</Button>
          </Buttons>
        </Form>
        {!first && (
          <p class="hint">
            <Say>{words.passkeyLost}</Say>
          </p>
        )}
      </>
    ),
  }
}

const simple = (title: View['title'], lead: View['title'] | undefined, href: string, button: View['title']): View => ({
  title,
  body: (
    <>
      <Title>{title}</Title>
      {lead !== undefined && <Lead>{lead}</Lead>}
      <Buttons>
        <Button href={href}>{button}</Button>
      </Buttons>
    </>
  ),
})

interface Held {
  readonly session: Session
  readonly token: string
}

/** The session of an officer, whether or not the second factor was shown: these pages ask for themselves. */
export async function heldSession({ services, request, at }: Pick<PageContext<Services>, 'services' | 'request' | 'at'>): Promise<Held | undefined> {
  const token = sessionTokenOf(request)
  const session = token === undefined ? undefined : await services.accounts.findSession(token, at)
  return token === undefined || session === undefined || session.officer === null ? undefined : { session, token }
}

async function waitingSession(context: ActionContext<Services>): Promise<Held> {
  const held = await heldSession(context)
  if (held === undefined) throw new ProblemError(problem('not-signed-in'))
  return held
}

export const fromOf = ({ request }: Pick<PageContext<Services>, 'request'>): From => ({
  browser: browserKind(request.headers['user-agent'] ?? ''),
  source: sourceNetwork(request.ip),
})

const nextOf = ({ query }: PageContext<Services>, session: Session): string => safeNext(query.next) ?? HOME_OF[session.role]

/** In by the second factor: under a new id, to where they wanted to go. */
export const entered = (context: ActionContext<Services>, { token, session }: SignedIn): Outcome => ({
  to: nextOf(context, session),
  cookie: sessionCookie(context.request, token),
})

/** What the island put there; anything else is no passkey. */
export function credentialOf(sent: SentForm): object {
  try {
    const credential: unknown = JSON.parse(sent.text('credential'))
    if (typeof credential === 'object' && credential !== null && typeof (credential as { id?: unknown }).id === 'string') return credential
  } catch {
    // Sent without script.
  }
  throw new ProblemError(problem('invalid-input', { fields: { credential: words.passkeyNeedsScript } }))
}
