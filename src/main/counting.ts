import type { CaseOutcome, Cases } from '#case/commands.ts'
import type { CaseCommand } from '#case/model.ts'

/** The same commands; `count` is told of the service of each case that they have accepted, once it is committed. */
export function countingAcceptances(cases: Cases, count: (service: string) => void): Cases {
  const counted = (outcome: CaseOutcome): CaseOutcome => {
    if (outcome.kind === 'done' && outcome.state.submission && outcome.state.acceptedAt) count(outcome.state.submission.service)
    return outcome
  }
  /** A case is accepted when it is submitted, or when somebody grants what was referred. */
  const accepts = (command: CaseCommand): boolean => command.type === 'DecideReferral' && command.decision === 'grant'
  return {
    ...cases,
    submit: async (...given) => counted(await cases.submit(...given)),
    apply: async (key, command, ...given) => {
      const outcome = await cases.apply(key, command, ...given)
      return accepts(command) ? counted(outcome) : outcome
    },
    applyByNumber: async (prefecture, number, command, ...given) => {
      const outcome = await cases.applyByNumber(prefecture, number, command, ...given)
      return accepts(command) ? counted(outcome) : outcome
    },
  }
}
