/** What the factory's pages share: sections, answers to commands, what a form holds. */
import type { z } from 'zod'
import { can } from '#account/rules/can.ts'
import { fieldProblems } from '#kernel/fields.ts'
import type { Sentence } from '#kernel/language.ts'
import { CardLineUnavailable } from '#partners/card-line/adapter.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { FloorOptions, FloorOutcome } from '#production/commands/floor.ts'
import { factoryWords as words } from '#web/factory/words.ts'
import type { Services } from '#web/services.ts'
import type { Section } from '#web/shared/page.tsx'
import { type ActionContext, type Outcome, outcomeOfAnswer, type PageContext } from '#web/shared/web.ts'
import { actorOf } from '#web/window/sections.ts'

/** The dispatcher and the supervisor may look; only the factory acts. */
export const FACTORY_ROLES = ['factory-worker', 'dispatcher', 'supervisor'] as const

const SECTIONS: readonly Section[] = [
  { href: '/factory', title: words.floor },
  { href: '/factory/blanks', title: words.blanks },
]

export const factorySections = (current: string): readonly Section[] => SECTIONS.map((section) => ({ ...section, current: section.href === current }))

export const mayWork = ({ principal }: PageContext<Services>): boolean => can(actorOf(principal), 'production.work')

/** @throws ProblemError not-found for whoever only looks. */
export function demandWork(context: PageContext<Services>): void {
  if (!mayWork(context)) throw new ProblemError(problem('not-found'))
}

/** What the schema takes from the form. @throws ProblemError with the field problems, renamed as the form names its fields */
export function taken<S extends z.ZodType>(schema: S, input: unknown, nameOf: (field: string) => string = (field) => field): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = Object.entries(fieldProblems(schema, parsed.error)).map(([field, sentence]): [string, Sentence] => [nameOf(field), sentence])
  throw new ProblemError(problem('invalid-input', { fields: Object.fromEntries(fields) }))
}

/** Runs a command of the floor for a form, once; a repeated POST leads to the same place. */
export async function acted<T>(context: ActionContext<Services>, to: string, run: (options: FloorOptions<T>) => Promise<FloorOutcome<T>>): Promise<Outcome> {
  const outcome = await run({ once: context.once, answer: () => jsonAnswer(200, { to }) }).catch((error: unknown) => {
    if (error instanceof CardLineUnavailable) throw new ProblemError(problem('unavailable'))
    throw error
  })
  switch (outcome.kind) {
    case 'done':
      return { to }
    case 'replayed':
      return outcomeOfAnswer(outcome.answer, (body: { readonly to: string }) => body.to)
    case 'refused':
      return { problem: problem('refused', { refusals: outcome.reasons }) }
    case 'version-changed':
      return { problem: problem('version-changed') }
    case 'not-found':
      return { problem: problem('not-found') }
  }
}
