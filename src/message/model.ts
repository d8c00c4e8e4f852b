import type { Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Instant } from '#kernel/time.ts'

/** What is told to the person who applied. */
export type MessageKind = 'accepted' | 'promise-revised' | 'limit-extended' | 'arrived' | 'found' | 'chased' | 'materials-requested' | 'rejected' | 'concluded'

/**
 * How it reaches the person. For now every message stands on the person's own page; text messages and the like are channels
 * that come with an adapter of their own and will read the same table.
 */
export type MessageChannel = 'page'

export interface Message {
  readonly prefecture: string
  readonly caseId: Uuid
  /** The event of the case that is told: one message for each. */
  readonly seq: number
  readonly personId: Uuid
  readonly kind: MessageKind
  readonly text: Sentence
  readonly channel: MessageChannel
  readonly at: Instant
  /** Something later made it untrue or idle before its turn came: it is kept on record and not told. */
  readonly overtaken: boolean
}
