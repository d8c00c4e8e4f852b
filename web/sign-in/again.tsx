/** Before a grave act, or one that needs a higher level: prove that it is you, and go on where you were. */

import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { ROLES } from '#account/model.ts'
import type { Session } from '#account/rules/sessions.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Lead, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { credentialOf, entered, fromOf, heldSession, refused } from '#web/sign-in/passkey.tsx'
import { PasskeyField } from '#web/sign-in/passkey-field.tsx'
import { safeNext } from '#web/sign-in/sign-in.tsx'
import { signInWords as words } from '#web/sign-in/words.ts'

interface AgainData {
  readonly stepUp: boolean
  readonly next: string
  /** For officers: their passkey is asked here; residents go to the platform. */
  readonly options: object | undefined
}

const STEP_UP_LEVEL = '2'

export const againPage = definePage<Services, AgainData>({
  path: '/sign-in/again',
  audience: 'resident',
  limit: 'sign-in',
  roles: ROLES,
  async load({ services: { passkeys }, principal, query, at }) {
    const session = principal as Session | null
    if (session === null) return undefined
    const options = session.officer === null ? undefined : await passkeys.requestOptions(session, at)
    return { stepUp: query.why === 'step-up-needed', next: safeNext(query.next) ?? '/', options }
  },
  view: ({ stepUp, next, options }) => {
    const title = stepUp ? words.stepUpTitle : words.againTitle
    return {
      title,
      body: (
        <>
          <Title>{title}</Title>
          <Lead>{stepUp ? words.stepUpLead : words.againLead}</Lead>
          {options === undefined ? (
            <Buttons>
              <Button href={`/sign-in/start?${new URLSearchParams({ with: 'resident', again: 'yes', next, ...(stepUp ? { level: STEP_UP_LEVEL } : {}) })}`}>
                {words.againPlatform}
              </Button>
            </Buttons>
          ) : (
            <Form action="verify">
              <PasskeyField purpose="verify" options={options} />
              <Buttons>
                <Button>{words.passkeyShow}</Button>
              </Buttons>
            </Form>
          )}
        </>
      ),
    }
  },
  actions: {
    async verify(sent, context) {
      const held = await heldSession(context)
      if (held === undefined) throw new ProblemError(problem('not-signed-in'))
      const credential = credentialOf(sent) as AuthenticationResponseJSON
      const from = { ...fromOf(context), address: context.request.ip }
      const outcome = await context.services.passkeys.verify(held.session, credential, from, context.at, held.token)
      return 'problem' in outcome ? refused('credential', outcome.problem) : entered(context, outcome.done)
    },
  },
})
