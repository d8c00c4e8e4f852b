/** The window's sections, and what the pages of the window share about who is working. */
import type { Reader } from '#account/commands/readings.ts'
import type { Action, Actor, ReadWhat } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { CaseOutcome, CaseRecord } from '#case/commands.ts'
import type { CaseState } from '#case/model.ts'
import { resourceOf } from '#case/rules/access.ts'
import { parseCaseNumber } from '#kernel/ids.ts'
import { actOf, type Principal } from '#platform/http.ts'
import { type Answer, jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import type { Section } from '#web/shared/page.tsx'
import { type Outcome, outcomeOfAnswer, type PageContext } from '#web/shared/web.ts'
import { windowWords as words } from '#web/window/words.ts'

const OFFICER: readonly Section[] = [
  { href: '/window', title: words.workList },
  { href: '/window/apply', title: words.apply },
  { href: '/window/collect', title: words.collect },
  { href: '/ratings', title: words.ratings },
]

const REVIEWER: readonly Section[] = [
  { href: '/window/referrals', title: words.referrals },
  { href: '/window/second-looks', title: words.secondLooks },
]

/** The sections of the one who is signed in, the present one marked. */
export const sectionsFor = (principal: Principal | null, current: string): readonly Section[] =>
  (principal?.role === 'referral-reviewer' ? REVIEWER : OFFICER).map((section) => ({ ...section, current: section.href === current }))

export const actorOf = (principal: Principal | null): Actor | null => principal as Actor | null

/** @throws ProblemError not-found for whoever works at no organ. */
export function organOf(principal: Principal | null): string {
  if (!principal?.organ) throw new ProblemError(problem('not-found'))
  return principal.organ
}

/** Whether the one who is signed in may do this to the case. */
export const mayOn = ({ principal, services: { places } }: PageContext<Services>, action: Action, state: CaseState): boolean =>
  can(actorOf(principal), action, resourceOf(places, principal, state))

export const readerOf = ({ principal, request }: Pick<PageContext<Services>, 'principal' | 'request'>): Reader => ({
  actor: actorOf(principal),
  act: actOf(request),
})

/** The case that the address names, to show: when it may be read, and the reading was written. */
export async function openCase(context: PageContext<Services>, what: ReadWhat = 'case'): Promise<CaseRecord | undefined> {
  const parsed = parseCaseNumber(context.params.number ?? '')
  return parsed.ok ? context.services.caseQueries.open(parsed, readerOf(context), { what }) : undefined
}

/** The case that the address names, when it may be done to it; nothing of it is shown. */
export async function findCase(context: PageContext<Services>, action: Action): Promise<CaseRecord | undefined> {
  const parsed = parseCaseNumber(context.params.number ?? '')
  if (!parsed.ok) return undefined
  const record = await context.services.caseQueries.findByNumber(parsed.prefecture, parsed.number)
  return record && mayOn(context, action, record.state) ? record : undefined
}

/** What is kept for a repeated POST: where it leads. */
export const numberAnswer = (record: CaseRecord): Answer => jsonAnswer(200, { number: record.state.submission?.number })

/** After a command on a case: on to `to`, or why not. */
export function outcomeOf(outcome: CaseOutcome, to: (number: string) => string): Outcome {
  switch (outcome.kind) {
    case 'done':
      return { to: to(outcome.state.submission?.number ?? '') }
    case 'replayed':
      return outcomeOfAnswer(outcome.answer, (body: { readonly number: string }) => to(body.number))
    case 'refused':
      return { problem: problem('refused', { refusals: outcome.reasons }) }
    case 'version-changed':
      return { problem: problem('version-changed') }
    case 'not-found':
      return { problem: problem('not-found') }
  }
}
