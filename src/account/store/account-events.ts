import type { AccountEvent, Doer, KeptAccountEvent, SeenFlood } from '#account/rules/account-events.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import { type StoredEvent, storedEvents } from '#platform/events.ts'
import type { Piece } from '#platform/statement.ts'

const PROVINCE = '2200'

/**
 * What happened to an account, each a stream of its own: nothing is decided from them, so that nobody has to wait for another's.
 * @param id of its stream
 */
export const accountEvent = (event: AccountEvent, by: Doer, at: Instant, id: Uuid): StoredEvent =>
  storedEvents({ prefecture: PROVINCE, stream: id }, 0, [event], {
    ...{ at, actor: by.id, actorRole: by.role, actorOrgan: by.organ, onBehalfOf: null, requestId: 'sign-in' },
  })[0] as StoredEvent

export interface AccountEventRow {
  readonly [column: string]: unknown
  readonly stream: Uuid
  readonly type: AccountEvent['type']
  readonly at: string
  readonly actor: string
  readonly actor_role: string
  readonly actor_organ: string | null
  readonly body: string
}

export interface AccountEventCursor {
  readonly at: Instant
  readonly stream: Uuid
}

/** The latest first: of one account, or of all. The predicate is that of the indexes. */
export const accountEventsPiece = (account: string | null, before: AccountEventCursor | null, limit: number): Piece => ({
  text: `select stream, type, at, actor, actor_role, actor_organ, body from events
    where type like 'Account%' and prefecture = $1::text ${account === null ? 'and $2::text is null' : `and (body::jsonb ->> 'account') = $2::text`}
      and ($3::timestamptz is null or (at, stream) < ($3::timestamptz, $4::uuid))
    order by at desc, stream desc limit $5::int`,
  values: [PROVINCE, account, before?.at ?? null, before?.stream ?? null, limit + 1],
})

export const keptAccountEvent = (row: AccountEventRow): KeptAccountEvent => ({
  id: row.stream,
  at: instant(new Date(row.at).toISOString()),
  by: { id: row.actor, role: row.actor_role, organ: row.actor_organ },
  event: { type: row.type, ...(JSON.parse(row.body) as object) } as AccountEvent,
})

export interface FloodRow {
  readonly [column: string]: unknown
  readonly limit_name: string
  readonly counted_by: string
  readonly key: string
  readonly first_at: string
  readonly last_at: string
  readonly refused: string
  readonly actor: string
  readonly actor_role: string
  readonly actor_organ: string | null
}

/** Who ran against a limit, the latest first: the table shows itself to auditors. */
export const floodsPiece = (limit: number): Piece => ({
  text: `select limit_name, counted_by, key, first_at, last_at, refused, actor, actor_role, actor_organ from floods
    where prefecture = $1::text order by last_at desc limit $2::int`,
  values: [PROVINCE, limit],
})

export const seenFlood = (row: FloodRow): SeenFlood => ({
  ...{ limit: row.limit_name, countedBy: row.counted_by, key: row.key, refused: Number(row.refused) },
  ...{ firstAt: instant(new Date(row.first_at).toISOString()), lastAt: instant(new Date(row.last_at).toISOString()) },
  by: { id: row.actor, role: row.actor_role, organ: row.actor_organ },
})
