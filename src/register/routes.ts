import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { dayOf } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import { parseIdentityNumber } from '#person/rules.ts'
import { identityProblems } from '#person/words.ts'
import { type AnyRoute, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Register } from '#register/commands.ts'
import { findPersonBody, personViewReply } from '#register/contract.ts'

export const registerRoutes = (deps: { readonly register: Pick<Register, 'readPerson'> }): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/api/v1/people/find',
    summary: 'Open the record of the person with this identity number, for a stated purpose. Each reading is kept and visible to the person.',
    tag: 'register',
    body: findPersonBody,
    limit: 'look-up',
    subject: ({ identityNumber }) => typedNumber(identityNumber),
    reply: { 200: personViewReply },
    async handle({ body, principal, act, at }) {
      if (!can(principal as Actor | null, 'person.find')) throw new ProblemError(problem('not-found'))
      const parsed = parseIdentityNumber(body.identityNumber, { on: dayOf(at) })
      if (!parsed.ok) throw new ProblemError(problem('invalid-input', { fields: { identityNumber: identityProblems[parsed.problem] } }))
      const found = await deps.register.readPerson({ identityNumber: parsed.number, purpose: body.purpose, note: body.note }, act)
      if (!found) throw new ProblemError(problem('not-found'))
      return jsonAnswer(200, found, { 'cache-control': 'no-store' })
    },
  }),
]
