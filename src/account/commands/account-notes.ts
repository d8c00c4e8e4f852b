import type { AccountEvent, Doer } from '#account/rules/account-events.ts'
import { accountEvent } from '#account/store/account-events.ts'
import type { Instant } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import type { Ids } from '#platform/chance.ts'
import type { Change, Committer } from '#platform/commit.ts'

/** One thing that happened to an account, and who did it. */
export interface AccountNote {
  readonly event: AccountEvent
  readonly by: Doer
}

export interface AccountNotes {
  /** What happened, with what it changes, in one statement: the evidence log has it or it wasn't. */
  commit(notes: readonly AccountNote[], at: Instant, changes?: readonly Change[]): Promise<void>
}

export const openAccountNotes = (committer: Committer, ids: Ids): AccountNotes => ({
  commit: (notes, at, changes = []) =>
    forSystem('session', () => committer.commit({ events: notes.map(({ event, by }) => accountEvent(event, by, at, ids.uuid(at))), changes })),
})
