import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import { leafOf } from '#platform/evidence/leaf.ts'
import { type NewLeaf, pendingChange } from '#platform/evidence/pending.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'

/** Who acts, for the record: on every command and every event. */
export interface Act {
  readonly at: Instant
  readonly actor: string
  readonly actorRole: string
  readonly actorOrgan: string | null
  readonly onBehalfOf: string | null
  readonly requestId: string
}

/** An event as it is stored. `body` is the event itself without its `type`. */
export interface StoredEvent {
  readonly prefecture: string
  readonly stream: Uuid
  readonly seq: number
  readonly type: string
  readonly at: Instant
  readonly actor: string
  readonly actorRole: string
  readonly actorOrgan: string | null
  readonly onBehalfOf: string | null
  readonly basis: string | null
  readonly serviceVersion: string | null
  readonly requestId: string
  readonly body: string
  /** The event itself while its commit is under way, so that projectors need not read its body again. */
  readonly decided?: { readonly type: string }
}

export interface StreamKey {
  readonly prefecture: string
  readonly stream: Uuid
}

interface AppendOptions {
  readonly basis?: string | null
  readonly serviceVersion?: string | null
}

/** Stored events from decided ones: `seq` follows `after`, the version that the decision was made upon. */
export function storedEvents<Event extends { readonly type: string }>(
  key: StreamKey,
  after: number,
  events: readonly Event[],
  act: Act,
  options: AppendOptions = {},
): StoredEvent[] {
  return events.map((event, index) => {
    return {
      prefecture: key.prefecture,
      stream: key.stream,
      seq: after + index + 1,
      type: event.type,
      at: act.at,
      actor: act.actor,
      actorRole: act.actorRole,
      actorOrgan: act.actorOrgan,
      onBehalfOf: act.onBehalfOf,
      basis: options.basis ?? null,
      serviceVersion: options.serviceVersion ?? null,
      requestId: act.requestId,
      body: canonicalJson(event, 'type'),
      decided: event,
    }
  })
}

const EVENT_RECORD =
  'prefecture text, stream uuid, at timestamptz, actor text, actor_role text, actor_organ text, on_behalf_of text, basis text, service_version text, request_id text, seq int, type text, leaf text, body text'

type Shared = Omit<StoredEvent, 'seq' | 'type' | 'body' | 'decided'>

/** What the events of one decision have in common, as the beginning of their rows. */
const sharedText = (event: Shared): string =>
  JSON.stringify({
    prefecture: event.prefecture,
    stream: event.stream,
    at: event.at,
    actor: event.actor,
    actor_role: event.actorRole,
    actor_organ: event.actorOrgan,
    on_behalf_of: event.onBehalfOf,
    basis: event.basis,
    service_version: event.serviceVersion,
    request_id: event.requestId,
  }).slice(0, -1)

const isShared = (a: Shared, b: Shared): boolean =>
  a.stream === b.stream &&
  a.prefecture === b.prefecture &&
  a.at === b.at &&
  a.actor === b.actor &&
  a.actorRole === b.actorRole &&
  a.actorOrgan === b.actorOrgan &&
  a.onBehalfOf === b.onBehalfOf &&
  a.basis === b.basis &&
  a.serviceVersion === b.serviceVersion &&
  a.requestId === b.requestId

/**
 * The rows as JSON. A body is JSON already and stands in it as it is, not as a text to be escaped and read again: `json_to_recordset`
 * gives a nested value to a text column byte for byte.
 */
function rowsText(events: readonly StoredEvent[], leaves: readonly Pick<NewLeaf, 'leaf'>[]): string {
  let shared = ''
  let rows = '['
  events.forEach((event, i) => {
    const before = events[i - 1]
    if (before === undefined || !isShared(before, event)) shared = sharedText(event)
    const { leaf } = leaves[i] as Pick<NewLeaf, 'leaf'>
    rows += `${i === 0 ? '' : ','}${shared},"seq":${event.seq},"type":${JSON.stringify(event.type)},"leaf":"${leaf}","body":${event.body}}`
  })
  return `${rows}]`
}

/** The events, and their leaves for the evidence log: for any number of events, so that the statement's text does not depend on their count. */
export function appendChanges(events: readonly StoredEvent[]): readonly Piece[] {
  const leaves = events.map((event) => ({ prefecture: event.prefecture, stream: event.stream, seq: event.seq, leaf: leafOf(event) }))
  return [rowsChange(events, leaves), pendingChange('event', leaves)]
}

/** The rows alone, each with its leaf. */
export const rowsChange = (events: readonly StoredEvent[], leaves: readonly Pick<NewLeaf, 'leaf'>[]): Piece => ({
  text: `insert into events (prefecture, stream, seq, type, at, actor, actor_role, actor_organ, on_behalf_of, basis, service_version, request_id, body, leaf)
    select prefecture, stream, seq, type, at, actor, actor_role, actor_organ, on_behalf_of, basis, service_version, request_id, body, decode(leaf, 'hex')
    from json_to_recordset($1::json) as e(${EVENT_RECORD})`,
  values: [rowsText(events, leaves)],
})

/** An event read back: its type, its body, and the act that made it. */
export interface PastEvent<Event> {
  readonly event: Event
  readonly seq: number
  readonly act: Act
  readonly basis: string | null
  readonly serviceVersion: string | null
}

interface EventJson {
  seq: number
  type: string
  at: string
  actor: string
  actor_role: string
  actor_organ: string | null
  on_behalf_of: string | null
  basis: string | null
  service_version: string | null
  request_id: string
  body: string
}

const pastEvent = <Event>(row: EventJson): PastEvent<Event> => ({
  event: { type: row.type, ...(JSON.parse(row.body) as object) } as Event,
  seq: row.seq,
  act: {
    at: instant(row.at),
    actor: row.actor,
    actorRole: row.actor_role,
    actorOrgan: row.actor_organ,
    onBehalfOf: row.on_behalf_of,
    requestId: row.request_id,
  },
  basis: row.basis,
  serviceVersion: row.service_version,
})

const STREAM_ROWS = 'select seq, type, at, actor, actor_role, actor_organ, on_behalf_of, basis, service_version, request_id, body from events'

/** The whole stream, in order. Streams are short (a case has some ten events), so there are no snapshots. */
export const streamFact = <Event>(key: StreamKey): Fact<readonly PastEvent<Event>[]> =>
  fact(
    `select coalesce(json_agg(e order by e.seq), '[]'::json) from (${STREAM_ROWS} where prefecture = $1::text and stream = $2::uuid) e`,
    [key.prefecture, key.stream],
    (rows: EventJson[]) => rows.map((row) => pastEvent<Event>(row)),
  )

/** The stream whose id another table knows: `select prefecture, id …` with its own parameters. */
export const streamWhereFact = <Event>(keyQuery: string, values: readonly unknown[]): Fact<readonly PastEvent<Event>[]> =>
  fact(
    `select coalesce(json_agg(e order by e.seq), '[]'::json) from (${STREAM_ROWS} where (prefecture, stream) = (${keyQuery})) e`,
    values,
    (rows: EventJson[]) => rows.map((row) => pastEvent<Event>(row)),
  )

/** Several streams of a prefecture at once, each in order; of some types only, where `types` says so. */
export const streamsFact = <Event>(
  prefecture: string,
  streams: readonly Uuid[],
  types?: readonly string[],
): Fact<ReadonlyMap<Uuid, readonly PastEvent<Event>[]>> =>
  fact(
    `select coalesce(json_agg(e order by e.stream, e.seq), '[]'::json) from (select stream, ${STREAM_ROWS.slice('select '.length)}
      where prefecture = $1::text and stream = any($2::uuid[]) and ($3::text[] is null or type = any($3::text[]))) e`,
    [prefecture, streams, types ?? null],
    (rows: (EventJson & { readonly stream: Uuid })[]) => {
      const found = new Map<Uuid, PastEvent<Event>[]>()
      for (const row of rows) {
        const past = found.get(row.stream)
        if (past === undefined) found.set(row.stream, [pastEvent<Event>(row)])
        else past.push(pastEvent<Event>(row))
      }
      return found
    },
  )
