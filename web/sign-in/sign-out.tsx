/** Signing out is a deed, so it is a form: no link elsewhere can do it. */

import type { Role } from '#account/model.ts'
import { ROLE_WORDS } from '#account/words.ts'
import { sessionCookie, sessionTokenOf } from '#platform/session-cookie.ts'
import type { Services } from '#web/services.ts'
import { caseWords } from '#web/shared/case-words.ts'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import { Lead, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { signInWords as words } from '#web/sign-in/words.ts'

export const signOutPage = definePage<Services, { readonly role: Role | undefined }>({
  path: '/sign-out',
  audience: 'resident',
  load: ({ principal }) => ({ role: principal?.role as Role | undefined }),
  view: ({ role }) => ({
    title: words.signOutTitle,
    body: (
      <>
        <Title>{words.signOutTitle}</Title>
        {role !== undefined && (
          <p>
            <Say>{words.signedInAs}</Say>
            <Say>{caseWords.colon}</Say>
            <Say>{ROLE_WORDS[role]}</Say>
          </p>
        )}
        <Lead>{words.signOutLead}</Lead>
        <Form action="sign-out">
          <Buttons>
            <Button>{words.signOut}</Button>
          </Buttons>
        </Form>
      </>
    ),
  }),
  actions: {
    async 'sign-out'(_, { services, request, at }) {
      const token = sessionTokenOf(request)
      if (token !== undefined) await services.accounts.signOut(token, at)
      return { to: '/', cookie: sessionCookie(request, null), clearsSite: true }
    },
  },
})
