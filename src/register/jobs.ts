import type { Reaction } from '#platform/outbox.ts'
import type { Corrections } from '#register/commands.ts'

/** Whoever received the old value hears of the new one; who can't be reached is tried again until they can. */
export const registerReactions = (corrections: Pick<Corrections, 'passOn'>): readonly Reaction[] => [
  { name: 'register.pass-on', on: ['RegisterCorrected'], handle: (item) => corrections.passOn(item) },
]
