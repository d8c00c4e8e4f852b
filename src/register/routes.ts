import type { Readings } from '#account/commands/readings.ts'
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import { parseIdentityNumber } from '#person/rules.ts'
import { identityProblems } from '#person/words.ts'
import { type AnyRoute, personOf, route } from '#platform/http.ts'
import { jsonAnswer, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Corrections, Register } from '#register/commands.ts'
import { correctBody, correctReply, disclosuresReply, findPersonBody, personViewReply } from '#register/contract.ts'
import type { Corrected } from '#register/model.ts'
import { NOTHING_TO_CORRECT, receiverWords } from '#register/words.ts'

export interface RegisterRouteDeps {
  readonly register: Pick<Register, 'readPerson'>
  readonly corrections: Pick<Corrections, 'correct' | 'givenToOthers'>
  readonly readings: Readings
}

const FRESH = { 'cache-control': 'no-store' }

export const registerRoutes = (deps: RegisterRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/api/v1/people/correct',
    summary: 'Put items of a record right where the household is registered. Whoever outside holds an old value is told, and the person sees it.',
    tag: 'register',
    body: correctBody,
    limit: 'look-up',
    subject: ({ identityNumber }) => typedNumber(identityNumber),
    reply: { 200: correctReply },
    async handle({ body, principal, act, at, once }) {
      const actor = principal as Actor | null
      if (!can(actor, 'register.correct', { organ: actor?.organ ?? null })) throw new ProblemError(problem('not-found'))
      const parsed = parseIdentityNumber(body.identityNumber, { on: dayOf(at) })
      if (!parsed.ok) throw new ProblemError(problem('invalid-input', { fields: { identityNumber: identityProblems[parsed.problem] } }))
      const asked = { identityNumber: parsed.number, corrected: body.corrected as Corrected, basis: body.basis }
      const outcome = await deps.corrections.correct(asked, actor, act, once, (corrected) => jsonAnswer(200, { corrected }, FRESH))
      if (outcome.kind === 'not-found') throw new ProblemError(problem('not-found'))
      if (outcome.kind === 'nothing-to-correct') return problemAnswer(problem('refused', { refusals: [NOTHING_TO_CORRECT] }))
      return outcome.answer
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/me/disclosures',
    summary: 'To whom outside items of my record were given, for which case, until when they keep them, and when they were told of a correction',
    tag: 'register',
    forAnother: true,
    reply: { 200: disclosuresReply },
    async handle({ principal, act }) {
      const personId = personOf(principal)
      if (principal === null || !can(principal as Actor, 'privacy.own', { personId })) throw new ProblemError(problem('not-found'))
      const given = await deps.corrections.givenToOthers(personId as Uuid)
      await deps.readings.record(act, { subject: { prefecture: '2200', personId: personId as Uuid }, what: 'own-file', outcome: 'shown', count: given.length })
      return jsonAnswer(200, { given: given.map(({ reference: _ours, ...one }) => ({ ...one, receiverWords: receiverWords[one.receiver] })) }, FRESH)
    },
  }),
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
