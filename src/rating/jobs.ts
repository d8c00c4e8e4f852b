import type { Reaction } from '#platform/outbox.ts'
import { OVERDUE, type Ratings, WARN } from '#rating/commands.ts'

export const ratingReactions = ({ reacting }: Ratings): readonly Reaction[] => [
  { name: WARN, on: [], handle: reacting.warn },
  { name: OVERDUE, on: [], handle: reacting.overdue },
  { name: 'rating.rederive', on: ['CalendarNoticeImported'], handle: reacting.rederive },
]
