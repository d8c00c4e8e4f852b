import type { Messages } from '#message/commands.ts'
import { TOLD_AS } from '#message/rules.ts'
import type { Reaction } from '#platform/outbox.ts'

export const messageReactions = (messages: Messages): readonly Reaction[] => [
  { name: 'message.write', on: Object.keys(TOLD_AS), handle: messages.write, handleMany: messages.writeMany },
]
