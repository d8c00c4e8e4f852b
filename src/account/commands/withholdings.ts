import { approveWithholdingChange, requestWithholdingChange, type Withholding, withholdingFact } from '#account/store/withholdings.ts'
import type { Uuid } from '#kernel/ids.ts'
import { DAY_MS, plusMs } from '#kernel/time.ts'
import type { Ids } from '#platform/chance.ts'
import type { Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Answer, Once } from '#platform/once.ts'

export type WithholdingAsked = Pick<Withholding, 'prefecture' | 'personId' | 'organ' | 'basis' | 'reason'> & { readonly days: number }

export type WithholdingEvent =
  | ({ readonly type: 'ReadingsWithholdingRequested' } & Pick<Withholding, 'organ' | 'basis' | 'reason' | 'until'>)
  | { readonly type: 'ReadingsWithheld' }

export interface Withholdings {
  /** Asks that an organ's readings of somebody, from now on, be kept from their page for a term. Nothing is kept back yet. */
  request(asked: WithholdingAsked, act: Act, once: Once, answer: (made: Withholding) => Answer): Promise<Answer>
  find(id: Uuid): Promise<Withholding | undefined>
  /** By somebody else than who asked. @returns undefined for whoever asked, and when it was approved already */
  approve(id: Uuid, act: Act, once: Once, answer: (found: Withholding) => Answer): Promise<Answer | undefined>
}

interface WithholdingDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
}

export const openWithholdings = ({ db, committer, ids }: WithholdingDeps): Withholdings => ({
  async request({ days, ...asked }, act, once, answer) {
    const { seen } = await gather(db, { seen: once.seen })
    const replayed = once.replay(seen)
    if (replayed) return replayed
    const withholding: Withholding = {
      ...asked,
      id: ids.uuid(act.at),
      fromAt: act.at,
      until: plusMs(act.at, days * DAY_MS),
      requestedBy: act.actor,
      approvedBy: null,
    }
    const { organ, basis, reason, until } = withholding
    const event: WithholdingEvent = { type: 'ReadingsWithholdingRequested', organ, basis, reason, until }
    await committer.commit({
      events: storedEvents({ prefecture: withholding.prefecture, stream: withholding.id }, 0, [event], act, { basis }),
      changes: [requestWithholdingChange(withholding, act), once.remember(answer(withholding))],
    })
    return answer(withholding)
  },
  find: async (id) => (await gather(db, { found: withholdingFact(id) })).found ?? undefined,
  async approve(id, act, once, answer) {
    const { found, seen } = await gather(db, { found: withholdingFact(id), seen: once.seen })
    const replayed = once.replay(seen)
    if (replayed) return replayed
    if (found === null || found.approvedBy !== null || found.requestedBy === act.actor) return undefined
    const event: WithholdingEvent = { type: 'ReadingsWithheld' }
    await committer.commit({
      events: storedEvents({ prefecture: found.prefecture, stream: id }, 1, [event], act, { basis: found.basis }),
      changes: [approveWithholdingChange(found, act), once.remember(answer(found))],
    })
    return answer(found)
  },
})
