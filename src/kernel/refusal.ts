import type { Sentence } from '#kernel/language.ts'

/** Why something can't be done, with its basis and the way out: the four parts of every refusal. */
export interface RefusalReason {
  readonly code: string
  readonly sentence: Sentence
  readonly basis: string
  readonly wayOut: Sentence
}
