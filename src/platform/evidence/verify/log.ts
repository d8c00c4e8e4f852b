/**
 * Proves the whole log: what was published is all that is believed. Reads the database once from its beginning, as of one instant, and
 * keeps no more of it than what stands between two heads.
 */
import type pg from 'pg'
import { type Edge, NO_LEAVES } from '#kernel/merkle.ts'
import { dayMessage, dayRoot, edgeOf, hasItsEdge, headMessage, type PublishedHead, type SignedDay, signatureFault } from '#platform/evidence/heads.ts'
import { publishedDays, publishedHeads, publishedKeys, publishedLogs } from '#platform/evidence/published.ts'
import type { PublicKey } from '#platform/evidence/signing.ts'
import { nodeHash } from '#platform/evidence/tree.ts'
import { judgeBetween } from '#platform/evidence/verify/between.ts'
import type { Finding } from '#platform/evidence/verify/findings.ts'
import { type Entry, type LeafSource, logEntries, openSnapshot, parts, type Unlogged, unloggedRows, waitingEntries } from '#platform/evidence/verify/rows.ts'

/** Each of what is compared, so that a test can leave one out and see that nothing else finds what it is for. */
export const CHECKS = ['rows', 'roots', 'heads', 'signatures', 'tail', 'unlogged', 'waiting', 'days', 'gone'] as const
export type Check = (typeof CHECKS)[number]

export interface Verifying {
  /** Of whoever may read every table. */
  readonly databaseUrl: string
  readonly sources: readonly LeafSource[]
  /** The folder of what was published, or a copy of it. */
  readonly published: string
  readonly onFinding?: (finding: Finding) => void
  readonly onProgress?: (leaves: number) => void
  /** In tests only. */
  readonly without?: readonly Check[]
}

export interface Verified {
  /** Leaves that stand where they were sealed, and whose rows are what they say. */
  readonly proved: number
  readonly heads: number
  readonly days: number
  /** Rows that wait for the log: proved only by the next run. */
  readonly waiting: number
  readonly findings: number
}

interface Work extends Verifying {
  readonly client: pg.Client
  readonly keys: readonly PublicKey[]
  readonly checks: ReadonlySet<Check>
  readonly found: (finding: Finding) => void
  /** Heads that a day counts on: prefecture, log and size → root. */
  readonly wanted: Map<string, string>
}

const headKey = ({ prefecture, log, size }: Pick<PublishedHead, 'prefecture' | 'log' | 'size'>): string => `${prefecture} ${log} ${size}`

/** @throws Error when the published files are not readable as such */
export async function verifyLog(verifying: Verifying): Promise<Verified> {
  const { published, sources } = verifying
  let findings = 0
  const checks = new Set(CHECKS.filter((check) => !verifying.without?.includes(check)))
  const days = dedupedDays(publishedDays(published))
  // What is published is read first: the snapshot then has at least as much.
  const logs = publishedLogs(published)
  const client = await openSnapshot(verifying.databaseUrl)
  const work: Work = {
    ...{ ...verifying, client, checks, keys: publishedKeys(published) },
    found: (finding) => {
      findings += 1
      verifying.onFinding?.(finding)
    },
    wanted: new Map(days.flatMap((day) => day.heads.map((head) => [headKey(head), head.root] as const))),
  }
  const sum = { proved: 0, heads: 0, waiting: 0 }
  try {
    const kept = await keptLogs(client)
    const tables = await prefecturesWithRows(client, sources)
    for (const prefecture of [...new Set([...logs.map((one) => one.prefecture), ...kept.keys(), ...tables])].sort()) {
      const own = logs.filter((one) => one.prefecture === prefecture)
      for (const gone of own.filter(({ log }) => kept.get(prefecture) !== log))
        if (checks.has('gone'))
          work.found({ what: 'log-gone', prefecture, to: lastOf(publishedHeads(gone.file))?.size ?? 0, index: 0, detail: `log ${gone.log}` })
      const current = own.find(({ log }) => kept.get(prefecture) === log)
      const done = await verifyPrefecture(work, prefecture, current?.file)
      sum.proved += done.proved
      sum.heads += done.heads
      sum.waiting += done.waiting
    }
    if (checks.has('days')) await verifyDays(work, days)
  } finally {
    await client.end()
  }
  return { ...sum, days: days.length, findings }
}

function lastOf<T>(all: Iterable<T>): T | undefined {
  let last: T | undefined
  for (const one of all) last = one
  return last
}

/** Two processes may both have published the same head. */
function* sortedOnce(heads: Iterable<PublishedHead>): Iterable<PublishedHead> {
  let last: PublishedHead | undefined
  for (const head of heads) {
    if (last !== undefined && head.size <= last.size) continue
    last = head
    yield head
  }
}

const dedupedDays = (days: readonly SignedDay[]): readonly SignedDay[] => [...new Map(days.map((day) => [day.day, day])).values()]

/** The log of each prefecture that has one. */
async function keptLogs(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ prefecture: string; log: string }>(
    'select distinct on (prefecture) prefecture, log from log_heads order by prefecture, size desc',
  )
  return new Map(rows.map(({ prefecture, log }) => [prefecture, log]))
}

async function prefecturesWithRows(client: pg.Client, sources: readonly LeafSource[]): Promise<readonly string[]> {
  const tables = ['log_leaves', 'log_pending', ...sources.map(({ table }) => table)]
  const { rows } = await client.query<{ prefecture: string }>(tables.map((table) => `select distinct prefecture from ${table}`).join(' union '))
  return rows.map(({ prefecture }) => prefecture)
}

interface Proved {
  readonly proved: number
  readonly heads: number
  readonly waiting: number
}

async function verifyPrefecture(work: Work, prefecture: string, file: string | undefined): Promise<Proved> {
  const { client, sources, checks, found } = work
  const unlogged = await unloggedOf(work, prefecture)
  let [proved, heads, waiting] = [0, 0, 0]
  let edge: Edge = NO_LEAVES
  const leaves = openReader(logEntries(client, sources, prefecture))
  for await (const head of headsOf(work, prefecture, file)) {
    heads += 1
    const entries = await leaves.until(head.size)
    const judged = judgeBetween({ prefecture, edge, head, entries, unlogged }, nodeHash, { rows: checks.has('rows'), roots: checks.has('roots') })
    judged.findings.forEach(found)
    proved += judged.proved
    edge = edgeOf(head)
    work.onProgress?.(entries.length)
  }
  if (checks.has('tail'))
    for (const entry of await leaves.rest())
      found({ what: 'leaf-inserted', prefecture, kind: entry.kind, stream: entry.stream, seq: entry.seq, index: entry.index })
  for await (const part of waitingEntries(client, sources, prefecture)) {
    waiting += part.length
    if (!checks.has('waiting')) continue
    for (const { kind, stream, seq, row, stored, owned } of part)
      if (row !== stored || !owned) found({ what: row === undefined ? 'removed' : 'altered-waiting', prefecture, kind, stream, seq })
  }
  return { proved, heads, waiting }
}

/** So many rows past the log are kept, to say which leaves that are gone were theirs; all are named. */
const UNLOGGED_KEPT = 50_000

async function unloggedOf({ client, sources, checks, found }: Work, prefecture: string): Promise<readonly Unlogged[]> {
  const kept: Unlogged[] = []
  for (const source of sources) {
    for await (const part of unloggedRows(client, source, prefecture)) {
      if (kept.length < UNLOGGED_KEPT) kept.push(...part)
      if (checks.has('unlogged')) for (const { kind, stream, seq, name } of part) found({ what: 'inserted', prefecture, kind, stream, seq, detail: name })
    }
  }
  return kept
}

/** Hands out leaves up to an index, in their order. */
function openReader(entries: AsyncIterable<readonly Entry[]>) {
  const source = entries[Symbol.asyncIterator]()
  let part: readonly Entry[] = []
  let at = 0
  const next = async (): Promise<Entry | undefined> => {
    if (at === part.length) {
      const { value, done } = await source.next()
      if (done) return undefined
      part = value
      at = 0
    }
    return part[at]
  }
  return {
    async until(size: number): Promise<readonly Entry[]> {
      const taken: Entry[] = []
      for (;;) {
        // What is at hand is taken without waiting for it.
        while (at < part.length && (part[at] as Entry).index < size) {
          taken.push(part[at] as Entry)
          at += 1
        }
        if (at < part.length || (await next()) === undefined) return taken
      }
    },
    async rest(): Promise<readonly Entry[]> {
      return this.until(Number.POSITIVE_INFINITY)
    },
  }
}

const HEADS = `select prefecture, log, size, encode(root, 'hex'), encode(edge, 'hex'), at::timestamp::text, key_id, encode(signature, 'base64')
  from log_heads where prefecture = $1 order by size`

async function* keptHeads(client: pg.Client, prefecture: string): AsyncIterable<PublishedHead> {
  for await (const part of parts(client, HEADS, [prefecture])) {
    for (const [, log, size, root, edge, at, keyId, signature] of part as readonly string[][]) {
      const [seconds = '', fraction = ''] = (at ?? '').split('.')
      yield {
        ...{ prefecture, log: log as string, size: Number(size), root: root as string, edge: (edge as string).match(/.{64}/g) ?? [] },
        ...{ at: `${seconds.replace(' ', 'T')}.${fraction.padEnd(3, '0')}Z`, keyId: keyId as string, signature: (signature as string).replaceAll('\n', '') },
      }
    }
  }
}

/** The heads that are believed, in their order: those that were published, then those that a published key has signed. */
async function* headsOf(work: Work, prefecture: string, file: string | undefined): AsyncIterable<PublishedHead> {
  const { client, checks, found } = work
  const kept = keptHeads(client, prefecture)[Symbol.asyncIterator]()
  const compared = checks.has('heads')
  let own = await kept.next()
  let last: PublishedHead | undefined
  for (const head of file === undefined ? [] : sortedOnce(publishedHeads(file))) {
    for (; !own.done && own.value.size < head.size; own = await kept.next())
      if (compared) found({ what: 'head-inserted', prefecture, index: own.value.size, detail: `of ${own.value.size} leaves` })
    if (own.done || own.value.size > head.size) {
      if (compared) found({ what: 'head-removed', prefecture, detail: `of ${head.size} leaves` })
    } else {
      if (compared && JSON.stringify(lineOf(own.value)) !== JSON.stringify(lineOf(head)))
        found({ what: 'head-altered', prefecture, detail: `of ${head.size} leaves` })
      own = await kept.next()
    }
    if (isBelieved(work, head, last)) {
      last = head
      yield head
    }
  }
  for (; !own.done; own = await kept.next()) {
    if (!isBelieved(work, own.value, last)) continue
    last = own.value
    yield own.value
  }
}

const lineOf = ({ log, size, root, edge, at, keyId, signature }: PublishedHead) => [log, size, root, edge, at, keyId, signature]

function isBelieved(work: Work, head: PublishedHead, last: PublishedHead | undefined): boolean {
  const { keys, checks, found, wanted, prefecture } = { ...work, prefecture: head.prefecture }
  const fault = checks.has('signatures') ? signatureFault(headMessage(head), head, keys) : undefined
  if (fault !== undefined) found({ what: 'head-unsigned', prefecture, detail: `of ${head.size} leaves: ${fault}` })
  if (fault !== undefined || (last !== undefined && head.log !== last.log)) return false
  if (!hasItsEdge(head)) {
    found({ what: 'head-altered', prefecture, detail: `of ${head.size} leaves: its edge is another tree's` })
    return false
  }
  if (wanted.get(headKey(head)) === head.root) wanted.delete(headKey(head))
  return true
}

/** The roots of the days: signed, over heads that were met, each after the one before it, and kept as they were published. */
async function verifyDays({ client, keys, found, wanted }: Work, days: readonly SignedDay[]): Promise<void> {
  const { rows } = await client.query<{ day: string; root: string }>("select day::text, encode(root, 'hex') as root from log_days where prefecture = '2200'")
  const kept = new Map(rows.map(({ day, root }) => [day, root]))
  let previous = ''
  for (const day of days) {
    const faults = [
      ...(signatureFault(dayMessage(day), day, keys) === undefined ? [] : ['not signed by a published key']),
      ...(dayRoot(day.heads) === day.root ? [] : ['not the root of its heads']),
      ...(previous === '' || day.previous === previous ? [] : ['not after the day before it']),
      ...(kept.get(day.day) === day.root ? [] : ['not what the database has']),
      ...day.heads.filter((head) => wanted.has(headKey(head))).map((head) => `its head of ${head.prefecture} with ${head.size} leaves was not met`),
    ]
    for (const fault of faults) found({ what: 'day-altered', prefecture: '2200', detail: `${day.day}: ${fault}` })
    previous = day.root
  }
}
