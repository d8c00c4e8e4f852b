import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { StreamKey } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'

/** What operators did about reactions that gave up: the province's, whichever prefecture it was in. */
export const OPERATIONS_STREAM: StreamKey = { prefecture: '2200', stream: '00000000-0000-7000-8000-6f7574626f78' as Uuid }

/** An item that was set aside after its last attempt. The error stands without personal data, as it was logged. */
export interface ParkedItem {
  readonly prefecture: string
  readonly reaction: string
  readonly stream: Uuid
  readonly seq: number
  readonly type: string
  /** Null where its stream is no case. */
  readonly caseNumber: string | null
  readonly attempts: number
  readonly error: string | null
  /** When it gave up. */
  readonly since: Instant
}

/** More are taken up in several goes. */
export const PARKED_AT_ONCE = 200

/** The oldest first; all prefectures and reactions, or of one. */
export const parkedItemsFact = (prefectures: readonly string[], reaction: string | null): Fact<readonly ParkedItem[]> =>
  fact(
    `select coalesce(json_agg(p order by p.since, p.stream, p.seq), '[]'::json) from (
      select o.prefecture, o.reaction, o.stream, o.seq, o.type, c.number as "caseNumber", o.attempts, o.last_error as error, o.due_at as since
      from outbox o left join cases c on c.prefecture = o.prefecture and c.id = o.stream
      where o.parked and o.prefecture = any($1::text[]) and ($2::text is null or o.reaction = $2)
      order by o.due_at, o.stream, o.seq limit ${PARKED_AT_ONCE}) p`,
    [prefectures, reaction],
    (rows: (Omit<ParkedItem, 'since'> & { since: string })[]) => rows.map(({ since, ...row }) => ({ ...row, since: instant(since) })),
  )

/** Tried again from the first attempt, in the order of their streams. */
export const takenUpChange = (items: readonly ParkedItem[], now: Instant): Change => ({
  text: `update outbox o set parked = false, attempts = 0, leased_until = null, due_at = greatest(o.due_at, $2::timestamptz)
    from json_to_recordset($1::json) as k(prefecture text, stream uuid, seq int, reaction text)
    where o.prefecture = k.prefecture and o.stream = k.stream and o.seq = k.seq and o.reaction = k.reaction and o.parked`,
  values: [JSON.stringify(items.map(({ prefecture, stream, seq, reaction }) => ({ prefecture, stream, seq, reaction }))), now],
})
