import { hash } from 'node:crypto'
import type { Instant } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { forSystem } from '#platform/actor.ts'
import { type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, storedEvents, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { type Answer, jsonAnswer, type Once } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { TakeUpBody } from '#supervision/contract.ts'
import { OPERATIONS_STREAM, type ParkedItem, parkedItemsFact, takenUpChange } from '#supervision/store/parked.ts'

/** Everything of one reaction in one prefecture that gave up, as one thing to mend. */
export interface ParkedReaction {
  readonly prefecture: string
  readonly reaction: string
  /** Of exactly these items: another once one is taken up or joins them. */
  readonly version: string
  readonly since: Instant
  readonly items: readonly ParkedItem[]
}

export interface TakeUpTarget {
  readonly prefecture: string
  readonly reaction: string
  /** @throws ProblemError version-changed where the items are no longer those that the operator saw */
  readonly ifMatch?: string | undefined
}

/** Who took up what again, and why. */
type OperationsEvent = {
  readonly type: 'ParkedTakenUp'
  readonly prefecture: string
  readonly reaction: string
  readonly reason: string
  readonly items: readonly { readonly stream: string; readonly seq: number }[]
}

export interface ParkedWork {
  /** The oldest first. */
  list(): Promise<readonly ParkedReaction[]>
  /** Has them tried again, once, however many operators ask: who comes second finds none left. */
  takeUp(target: TakeUpTarget, body: TakeUpBody, act: Act, once: Once): Promise<Answer>
}

const versionOf = (items: readonly ParkedItem[]): string => hash('sha256', JSON.stringify(items.map(({ stream, seq }) => [stream, seq]))).slice(0, 16)

const reactionsOf = (items: readonly ParkedItem[]): readonly ParkedReaction[] =>
  [...Map.groupBy(items, ({ prefecture, reaction }) => `${prefecture} ${reaction}`).values()].flatMap((some) => {
    const [first] = some
    return first ? [{ prefecture: first.prefecture, reaction: first.reaction, version: versionOf(some), since: first.since, items: some }] : []
  })

export function openParkedWork({ db, committer }: { readonly db: Db; readonly committer: Committer }): ParkedWork {
  return {
    list: () =>
      forSystem('operations', async () => {
        const { items } = await gather(db, { items: parkedItemsFact(PREFECTURES, null) })
        // Each by itself, so that its version is that of all its items.
        const found = reactionsOf(items).map(({ prefecture, reaction }) =>
          gather(db, { items: parkedItemsFact([prefecture], reaction) }).then((one) => reactionsOf(one.items)),
        )
        return (await Promise.all(found)).flat()
      }),
    takeUp: ({ prefecture, reaction, ifMatch }, { reason }, act, once) =>
      forSystem('operations', () =>
        decidedAgain(async () => {
          const { seen, past, items } = await gather(db, {
            seen: once.seen,
            past: streamFact<OperationsEvent>(OPERATIONS_STREAM),
            items: parkedItemsFact([prefecture], reaction),
          })
          const kept = once.replay(seen)
          if (kept) return kept
          if (ifMatch !== undefined && ifMatch !== `"${versionOf(items)}"`) throw new ProblemError(problem('version-changed'))
          const answer = jsonAnswer(200, { takenUp: items.length })
          const event: OperationsEvent = { type: 'ParkedTakenUp', prefecture, reaction, reason, items: items.map(({ stream, seq }) => ({ stream, seq })) }
          await committer.commit({
            events: items.length === 0 ? [] : storedEvents(OPERATIONS_STREAM, past.length, [event], act),
            changes: [...(items.length === 0 ? [] : [takenUpChange(items, act.at)]), once.remember(answer)],
          })
          return answer
        }),
      ),
  }
}
