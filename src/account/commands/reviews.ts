import { flagFact, reviewFlagChange } from '#account/store/readings.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Answer, Once } from '#platform/once.ts'

export interface FlagReviewed {
  readonly type: 'ReadingFlagReviewed'
  readonly kind: string
  readonly actor: string
  readonly review: string
}

export interface FlagReviews {
  /** What became of something unusual: said once, and kept. @returns undefined when there is no such flag, or it was reviewed already */
  review(id: Uuid, review: string, act: Act, once: Once, answer: () => Answer): Promise<Answer | undefined>
}

export const openFlagReviews = ({ db, committer }: { readonly db: Db; readonly committer: Committer }): FlagReviews => ({
  async review(id, review, act, once, answer) {
    const { flag, seen } = await gather(db, { flag: flagFact(id), seen: once.seen })
    const replayed = once.replay(seen)
    if (replayed) return replayed
    if (flag === null || flag.reviewed) return undefined
    const event: FlagReviewed = { type: 'ReadingFlagReviewed', kind: flag.kind, actor: flag.actor, review }
    // The first event of the flag's own stream: whoever comes second loses the race.
    await committer.commit({
      events: storedEvents({ prefecture: flag.prefecture, stream: id }, 0, [event], act),
      changes: [reviewFlagChange(id, review, act), once.remember(answer())],
    })
    return answer()
  },
})
