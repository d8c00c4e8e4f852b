/** The only SQL of the evidence log's tables, but for that of the verifier, which trusts none of it. */
import type { Span, Subtree } from '#kernel/merkle.ts'
import type { Day, Instant } from '#kernel/time.ts'
import type { Db } from '#platform/db.ts'
import type { DayHead, PublishedHead, SignedDay } from '#platform/evidence/heads.ts'

const DIGEST_BYTES = 32

/** Where the province's own rows stand. */
const PROVINCE = '2200'

/** Rows that wait are counted and dated up to so many of each prefecture. */
const COUNTED_MAX = 1000

/** How a prefecture's log stands. */
export interface LogState {
  readonly prefecture: string
  /** Of the last head; both absent while there is none. */
  readonly log: string | undefined
  readonly size: number
  readonly waits: boolean
  /** How long the oldest leaf has waited, in seconds of the database's clock; 0 when none waits. */
  readonly lagSeconds: number
}

/** One short statement when nothing waits. */
export async function logStates(db: Db, prefectures: readonly string[]): Promise<readonly LogState[]> {
  const { rows } = await db.run<{ prefecture: string; log: string | null; size: number | null; waits: number; lag: number | null }>({
    text: `select p.prefecture, h.log, h.size, w.waits::int, extract(epoch from clock_timestamp() - w.since)::float8 as lag
      from unnest($1::text[]) as p(prefecture)
      left join lateral (select log, size from log_heads where prefecture = p.prefecture order by size desc limit 1) h on true
      cross join lateral (select count(*) as waits, min(since) as since from (
        select since from log_pending where prefecture = p.prefecture order by kind, stream, seq limit ${COUNTED_MAX}) l) w`,
    values: [prefectures],
  })
  return rows.map(({ prefecture, log, size, waits, lag }) => ({
    prefecture,
    log: log ?? undefined,
    size: size ?? 0,
    waits: waits > 0,
    lagSeconds: Math.max(0, lag ?? 0),
  }))
}

interface HeadRow {
  readonly prefecture: string
  readonly log: string
  readonly size: number
  readonly root: string
  readonly edge: string
  readonly at: Instant
  readonly key_id: string
  readonly signature: string
}

const HEAD = "prefecture, log, size, encode(root, 'hex') as root, encode(edge, 'hex') as edge, at, key_id, encode(signature, 'base64') as signature"

const digestsOf = (hex: string): string[] => hex.match(/.{64}/g) ?? []

const headOf = (row: HeadRow): PublishedHead => ({
  ...{ prefecture: row.prefecture, log: row.log, size: row.size, root: row.root, at: new Date(row.at).toISOString() },
  ...{ keyId: row.key_id, signature: row.signature.replaceAll('\n', ''), edge: digestsOf(row.edge) },
})

export interface Waiting {
  readonly kind: string
  readonly stream: string
  readonly seq: number
  readonly leaves: readonly string[]
}

export interface Sealable {
  readonly head: PublishedHead | undefined
  readonly waiting: readonly Waiting[]
}

/** The last head and what waits, as of one instant. */
export async function findSealable(db: Db, prefecture: string, limit: number): Promise<Sealable> {
  const { rows } = await db.run<{ head: HeadRow | null; waiting: readonly { kind: string; stream: string; seq: number; leaves: string }[] }>({
    text: `select (select row_to_json(h) from (select ${HEAD} from log_heads where prefecture = $1::text order by size desc limit 1) h) as head,
      (select coalesce(json_agg(w), '[]'::json) from (select kind, stream, seq, encode(leaves, 'hex') as leaves from log_pending
        where prefecture = $1::text order by kind, stream, seq limit $2::int) w) as waiting`,
    values: [prefecture, limit],
  })
  const row = rows[0]
  return {
    head: row?.head ? headOf(row.head) : undefined,
    waiting: (row?.waiting ?? []).map(({ leaves, ...key }) => ({ ...key, leaves: digestsOf(leaves) })),
  }
}

export interface Sealing {
  readonly head: PublishedHead
  /** The size of the head before. */
  readonly previous: number
  /** What stood waiting, in its order. */
  readonly sealed: readonly Waiting[]
  readonly nodes: readonly (Subtree & { readonly hash: string })[]
}

/** The conflict that the later of two sealers meets. */
const HEAD_TAKEN = new Set(['log_heads_previous', 'log_heads_pkey', 'log_leaves_pkey', 'log_nodes_pkey'])

/**
 * Leaves, nodes and head, and nothing left waiting of them: one statement, which is one transaction.
 * @returns false when another process has sealed meanwhile: nothing was written
 */
export async function seal(db: Db, { head, previous, sealed, nodes }: Sealing): Promise<boolean> {
  const leaves = sealed.flatMap(({ kind, stream, seq, leaves: all }) => all.map((leaf, i) => ({ kind, stream, seq: seq + i, leaf })))
  try {
    const { rows } = await db.run<{ gone: number }>({
      text: `with head as (
          insert into log_heads (prefecture, size, previous, log, root, edge, at, key_id, signature)
          values ($1::text, $2::bigint, $3::bigint, $4::uuid, decode($5, 'hex'), decode($6, 'hex'), $7::timestamptz, $8::text, decode($9, 'base64'))),
        leaves as (
          insert into log_leaves (prefecture, index, kind, stream, seq, leaf)
          select $1::text, $3::bigint + l.n - 1, l.kind, l.stream, l.seq, decode(l.leaf, 'hex')
          from unnest($10::text[], $11::uuid[], $12::int[], $13::text[]) with ordinality as l(kind, stream, seq, leaf, n)),
        nodes as (
          insert into log_nodes (prefecture, level, index, hash)
          select $1::text, n.level, n.index, decode(n.hash, 'hex') from unnest($14::int[], $15::bigint[], $16::text[]) as n(level, index, hash)),
        gone as (
          delete from log_pending where prefecture = $1::text and ctid = any(array(
            select p.ctid from unnest($17::text[], $18::uuid[], $19::int[]) as k(kind, stream, seq), lateral (
              select w.ctid from log_pending w where w.prefecture = $1::text and w.kind = k.kind and w.stream = k.stream and w.seq = k.seq limit 1) p))
          returning 1)
        select count(*)::int as gone from gone`,
      values: [
        ...[head.prefecture, head.size, previous, head.log, head.root, head.edge.join(''), head.at, head.keyId, head.signature],
        ...[leaves.map(({ kind }) => kind), leaves.map(({ stream }) => stream), leaves.map(({ seq }) => seq), leaves.map(({ leaf }) => leaf)],
        ...[nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)],
        ...[sealed.map(({ kind }) => kind), sealed.map(({ stream }) => stream), sealed.map(({ seq }) => seq)],
      ],
    })
    if (rows[0]?.gone !== sealed.length) throw new Error(`${sealed.length} rows waited in ${head.prefecture}, and ${rows[0]?.gone} were taken`)
    return true
  } catch (error) {
    if (HEAD_TAKEN.has((error as { constraint?: string }).constraint ?? '')) return false
    throw error
  }
}

/** Heads after a size, in their order. */
export async function headsAfter(db: Db, prefecture: string, size: number, limit: number): Promise<readonly PublishedHead[]> {
  const { rows } = await db.run<HeadRow>({
    text: `select ${HEAD} from log_heads where prefecture = $1::text and size > $2::bigint order by size limit $3::int`,
    values: [prefecture, size, limit],
  })
  return rows.map(headOf)
}

/** The last head of each prefecture, of those made before an instant. */
export async function lastHeads(db: Db, prefectures: readonly string[], before?: Instant): Promise<readonly PublishedHead[]> {
  const { rows } = await db.run<HeadRow>({
    text: `select h.* from unnest($1::text[]) as p(code), lateral (
      select ${HEAD} from log_heads where prefecture = p.code and ($2::timestamptz is null or at < $2::timestamptz) order by size desc limit 1) h order by h.prefecture`,
    values: [prefectures, before ?? null],
  })
  return rows.map(headOf)
}

/** The civil day's first head of all, for where the days begin. */
export async function firstHeadAt(db: Db, prefectures: readonly string[]): Promise<Instant | undefined> {
  const { rows } = await db.run<{ at: Instant | null }>({
    text: `select min(h.at) as at from unnest($1::text[]) as p(code), lateral (select at from log_heads where prefecture = p.code order by size limit 1) h`,
    values: [prefectures],
  })
  return rows[0]?.at ?? undefined
}

interface DayRow {
  readonly day: Day
  readonly previous: string
  readonly root: string
  readonly heads: string
  readonly at: Instant
  readonly key_id: string
  readonly signature: string
}

const DAY = "day, previous, encode(root, 'hex') as root, heads, at, key_id, encode(signature, 'base64') as signature"

const dayOf = ({ key_id: keyId, signature, heads, ...row }: DayRow): SignedDay => ({
  ...row,
  heads: JSON.parse(heads) as DayHead[],
  keyId,
  signature: signature.replaceAll('\n', ''),
})

export async function findDay(db: Db, day: Day): Promise<SignedDay | undefined> {
  const { rows } = await db.run<DayRow>({ text: `select ${DAY} from log_days where prefecture = $1 and day = $2::date`, values: [PROVINCE, day] })
  return rows[0] && dayOf(rows[0])
}

export async function lastDay(db: Db): Promise<SignedDay | undefined> {
  const { rows } = await db.run<DayRow>({ text: `select ${DAY} from log_days where prefecture = $1 order by day desc limit 1`, values: [PROVINCE] })
  return rows[0] && dayOf(rows[0])
}

/** Days after one, in their order; from the first when it is null. */
export async function daysAfter(db: Db, day: Day | null, limit: number): Promise<readonly SignedDay[]> {
  const { rows } = await db.run<DayRow>({
    text: `select ${DAY} from log_days where prefecture = $1 and ($2::date is null or day > $2::date) order by day limit $3::int`,
    values: [PROVINCE, day, limit],
  })
  return rows.map(dayOf)
}

/** @returns what stands there now: this, or what another process made of the same day */
export async function keepDay(db: Db, day: SignedDay, heads: string): Promise<SignedDay> {
  await db.run({
    text: `insert into log_days (prefecture, day, previous, root, heads, at, key_id, signature)
      values ($1, $2::date, $3, decode($4, 'hex'), $5, $6::timestamptz, $7, decode($8, 'base64')) on conflict do nothing`,
    values: [PROVINCE, day.day, day.previous, day.root, heads, day.at, day.keyId, day.signature],
  })
  return (await findDay(db, day.day as Day)) as SignedDay
}

/** Where an event stands in the log, and the first head that it stands under: that stays the same however the log grows. */
interface PlaceInLog {
  readonly seq: number
  readonly index: number
  readonly leaf: string
  readonly head: PublishedHead
}

interface Standing {
  /** Leaves that wait of the stream's events: how far it isn't sealed yet. */
  readonly waiting: number
  readonly places: readonly PlaceInLog[]
}

/** How a stream's events stand as of one instant, in the order of their seq: in the log, or waiting for it. @param seq only of this event */
export async function standingOf(db: Db, prefecture: string, stream: string, seq: number | null): Promise<Standing> {
  const { rows } = await db.run<{ waiting: number; places: readonly (Omit<PlaceInLog, 'head'> & { head: HeadRow })[] }>({
    text: `select (select coalesce(sum(length(leaves) / ${DIGEST_BYTES}), 0)::int from log_pending
        where prefecture = $1::text and kind = 'event' and stream = $2::uuid) as waiting,
      (select coalesce(json_agg(p order by p.seq), '[]'::json) from (
        select l.seq, l.index, encode(l.leaf, 'hex') as leaf, row_to_json(h) as head from log_leaves l
          cross join lateral (select ${HEAD} from log_heads where prefecture = $1::text and size > l.index order by size limit 1) h
        where l.prefecture = $1::text and l.stream = $2::uuid and l.kind = 'event' and ($3::int is null or l.seq = $3::int)) p) as places`,
    values: [prefecture, stream, seq],
  })
  const { waiting = 0, places = [] } = rows[0] ?? {}
  return { waiting, places: places.map(({ head, ...place }) => ({ ...place, head: headOf(head) })) }
}

export async function headAt(db: Db, prefecture: string, size: number): Promise<PublishedHead | undefined> {
  const { rows } = await db.run<HeadRow>({ text: `select ${HEAD} from log_heads where prefecture = $1 and size = $2::bigint`, values: [prefecture, size] })
  return rows[0] && headOf(rows[0])
}

/** Levels whose nodes are kept. */
export const LEVEL_STEP = 8

/** Hashes that stand next to each other: of leaves (level 0), or of the kept nodes of a level. */
export interface Run extends Span {
  readonly level: number
}

/** The log has fewer hashes than its heads say. */
export class HashesLacking extends Error {
  override readonly name = 'HashesLacking'
  constructor(prefecture: string, { from, to, level }: Run) {
    super(`the log of ${prefecture} lacks hashes of level ${level} between ${from} and ${to}`)
  }
}

/** The hashes of each run. @throws HashesLacking when one is not complete */
export async function hashesOf(db: Db, prefecture: string, runs: readonly Run[]): Promise<readonly (readonly string[])[]> {
  const { rows } = await db.run<{ hashes: string | null }>({
    text: `select case when r.level = 0
        then (select string_agg(encode(leaf, 'hex'), '' order by index) from log_leaves where prefecture = $1 and index >= r."from" and index < r."to")
        else (select string_agg(encode(hash, 'hex'), '' order by index) from log_nodes where prefecture = $1 and level = r.level and index >= r."from" and index < r."to")
      end as hashes
      from rows from (json_to_recordset($2::json) as (level int, "from" bigint, "to" bigint)) with ordinality as r(level, "from", "to", n) order by r.n`,
    values: [prefecture, JSON.stringify(runs)],
  })
  return runs.map((run, i) => {
    const hashes = digestsOf(rows[i]?.hashes ?? '')
    if (hashes.length !== run.to - run.from) throw new HashesLacking(prefecture, run)
    return hashes
  })
}
