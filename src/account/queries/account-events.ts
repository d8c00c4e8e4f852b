import type { KeptAccountEvent, SeenFlood } from '#account/rules/account-events.ts'
import {
  type AccountEventCursor,
  type AccountEventRow,
  accountEventsPiece,
  type FloodRow,
  floodsPiece,
  keptAccountEvent,
  seenFlood,
} from '#account/store/account-events.ts'
import { isUuid } from '#kernel/ids.ts'
import { instant } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'

export interface AccountEventPage {
  readonly events: readonly KeptAccountEvent[]
  readonly next: string | null
}

export interface AccountEventQueries {
  /** Who came in by this account, who was turned away, and by what keys it is entered; the latest first. */
  of(account: string, asked: { readonly cursor?: string | undefined; readonly limit: number }): Promise<AccountEventPage>
  /** Everybody's, for the audit. */
  audit(asked: { readonly account?: string | undefined; readonly cursor?: string | undefined; readonly limit: number }): Promise<AccountEventPage>
  /** Who ran against a limit, the latest first; auditors and the security administrator see any. */
  floods(limit: number): Promise<readonly SeenFlood[]>
}

export function openAccountEventQueries(db: Db): AccountEventQueries {
  const page = async (account: string | null, cursor: string | undefined, limit: number): Promise<AccountEventPage> => {
    const piece = accountEventsPiece(account, cursor === undefined ? null : cursorOf(cursor), limit)
    const { rows } = await forSystem('account-events', () => db.run<AccountEventRow>(piece))
    const events = rows.slice(0, limit).map(keptAccountEvent)
    const last = rows.length > limit ? events.at(-1) : undefined
    return { events, next: last ? `${last.at}~${last.id}` : null }
  }
  return {
    of: (account, { cursor, limit }) => page(account, cursor, limit),
    audit: ({ account, cursor, limit }) => page(account ?? null, cursor, limit),
    floods: async (limit) => (await db.run<FloodRow>(floodsPiece(limit))).rows.map(seenFlood),
  }
}

/** Where the page before ended; anything that is none begins at the start. */
function cursorOf(text: string): AccountEventCursor | null {
  const [at = '', stream = ''] = text.split('~')
  return isUuid(stream) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) ? { at: instant(at), stream } : null
}
