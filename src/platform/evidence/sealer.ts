import { randomUUID } from 'node:crypto'
import { canonicalJson } from '#kernel/canonical.ts'
import { extended, NO_LEAVES, rootOf, type Subtree } from '#kernel/merkle.ts'
import { type Day, dayOf, type Instant, later, plusDays, startOfDay } from '#kernel/time.ts'
import type { Db } from '#platform/db.ts'
import {
  type DayHead,
  dayMessage,
  dayRoot,
  edgeOf,
  hasItsEdge,
  headMessage,
  type PublishedHead,
  type SignedDay,
  signatureFault,
} from '#platform/evidence/heads.ts'
import type { Publisher } from '#platform/evidence/published.ts'
import type { HeadSigner } from '#platform/evidence/signing.ts'
import {
  daysAfter,
  findSealable,
  firstHeadAt,
  headsAfter,
  keepDay,
  LEVEL_STEP,
  type LogState,
  lastDay,
  lastHeads,
  logStates,
  type Sealable,
  type Sealing,
  seal,
} from '#platform/evidence/store.ts'
import { nodeHash } from '#platform/evidence/tree.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import type { Sweep } from '#platform/outbox.ts'

export interface SealerOptions {
  readonly db: Db
  readonly prefectures: readonly string[]
  readonly signer: HeadSigner
  readonly publisher: Publisher
  readonly log: Pick<Log, 'error' | 'warn'>
  readonly metrics?: Pick<Metrics, 'sealingLagSeconds' | 'logLeaves'>
  /** Rows of log_pending in one sealing; a case's beginning is one row of some six leaves. */
  readonly batch?: number
}

const BATCH = 500
/** Heads that another process made, or that a stop kept from being published, in one go. */
const HEADS_AT_ONCE = 200
/** After a long move of the sandbox's clock the rest follows in the next rounds. */
const DAYS_AT_ONCE = 40

/** The log in the database is not the one that was published: nothing more is signed on top of it. */
export class LogForged extends Error {
  constructor(prefecture: string, because: string) {
    super(`the evidence log of ${prefecture} is not what was published: ${because}. Nothing more is sealed there; run npm run verify-log`)
    this.name = 'LogForged'
  }
}

/** Each second: moves what waits into the log of its prefecture, signs and publishes. Any number of processes may run it. */
export function sealingSweep(options: SealerOptions): Sweep {
  const { db, prefectures, log, metrics } = options
  let daysDone: Day | undefined
  return {
    name: 'evidence.seal',
    async run(now) {
      for (const state of await logStates(db, prefectures)) {
        metrics?.sealingLagSeconds.set({ prefecture: state.prefecture }, state.lagSeconds)
        try {
          const size = await sealPrefecture(options, state, now)
          metrics?.logLeaves.set({ prefecture: state.prefecture }, size)
        } catch (error) {
          // One prefecture's log never keeps the others waiting.
          log.error({ prefecture: state.prefecture, err: error }, 'the evidence log could not be sealed')
        }
      }
      try {
        if (daysDone === undefined || daysDone < plusDays(dayOf(now), -1)) daysDone = await publishDays(options, now)
      } catch (error) {
        log.error({ err: error }, 'the root of the day could not be published')
      }
    },
  }
}

/** @returns the size of the log */
async function sealPrefecture(options: SealerOptions, state: LogState, now: Instant): Promise<number> {
  const { db, publisher, batch = BATCH } = options
  const { prefecture } = state
  let { log, size } = state
  for (let waits = state.waits; waits; ) {
    // Read before the log is: what others seal and publish in between makes the log longer than this, never shorter.
    const published = log === undefined ? undefined : publisher.last({ prefecture, log })
    const found = await findSealable(db, prefecture, batch)
    waits = found.waiting.length === batch
    // Another process has just begun the log, or the sandbox has begun anew: the next second knows what was published of it.
    if (found.waiting.length === 0 || found.head?.log !== log) break
    const sealing = await sealingOf(options, prefecture, found, published, now)
    // Who lost leaves the rest to who won, until the next second.
    if (!(await seal(db, sealing))) break
    log = sealing.head.log
    size = sealing.head.size
    await publishNew(options, sealing.head)
  }
  if (log !== undefined) await publishNew(options, { prefecture, log, size })
  return size
}

async function sealingOf(
  { signer }: SealerOptions,
  prefecture: string,
  { head, waiting }: Sealable,
  published: PublishedHead | undefined,
  now: Instant,
): Promise<Sealing> {
  if (head) demandGenuine(signer, head, published)
  const nodes: (Subtree & { hash: string })[] = []
  const leaves = waiting.flatMap((row) => row.leaves)
  const edge = extended(head ? edgeOf(head) : NO_LEAVES, leaves, nodeHash, (subtree, hash) => {
    if (subtree.level > 0 && subtree.level % LEVEL_STEP === 0) nodes.push({ ...subtree, hash })
  })
  const unsigned = {
    prefecture,
    log: head?.log ?? randomUUID(),
    size: edge.size,
    root: rootOf(edge, nodeHash),
    at: head ? later(now, head.at as Instant) : now,
  }
  const { keyId, signature } = await signer.sign(headMessage(unsigned))
  return {
    head: { ...unsigned, edge: edge.hashes as string[], keyId, signature: signature.toString('base64') },
    previous: head?.size ?? 0,
    sealed: waiting,
    nodes,
  }
}

/** Whoever edits the last head, or puts back an old one, gets no signature on what follows. */
function demandGenuine(signer: HeadSigner, head: PublishedHead, published: PublishedHead | undefined): void {
  const fault = signatureFault(headMessage(head), head, signer.all())
  if (fault !== undefined) throw new LogForged(head.prefecture, `the head of ${head.size} leaves has a ${fault}`)
  if (!hasItsEdge(head)) throw new LogForged(head.prefecture, `the edge of the head of ${head.size} leaves is another tree's`)
  if (published === undefined) return
  if (published.size > head.size) throw new LogForged(head.prefecture, `it ends at ${head.size} leaves, and ${published.size} were published`)
  if (published.size === head.size && published.root !== head.root) throw new LogForged(head.prefecture, `another root was published for ${head.size} leaves`)
}

/** Appends to the published file what it lacks, whoever sealed it. */
async function publishNew({ db, signer, publisher }: SealerOptions, of: Pick<PublishedHead, 'prefecture' | 'log' | 'size'>): Promise<void> {
  for (let last = publisher.last(of); (last?.size ?? 0) < of.size; last = publisher.last(of)) {
    const heads = (await headsAfter(db, of.prefecture, last?.size ?? 0, HEADS_AT_ONCE)).filter(({ log }) => log === of.log)
    if (heads.length === 0) return
    for (const head of heads) demandSigned(signer, head)
    publisher.publishKeys(signer.all())
    publisher.publishHeads(heads)
  }
}

function demandSigned(signer: HeadSigner, head: PublishedHead): void {
  const fault = signatureFault(headMessage(head), head, signer.all())
  if (fault !== undefined || !hasItsEdge(head)) throw new LogForged(head.prefecture, `the head of ${head.size} leaves was not made by the sealer`)
}

/** The roots of the days that are over, in their order; each names the one before. @returns the last day that is done */
async function publishDays(options: SealerOptions, now: Instant): Promise<Day | undefined> {
  const { db, prefectures, publisher } = options
  const yesterday = plusDays(dayOf(now), -1)
  let before = await lastDay(db)
  let day = before ? plusDays(before.day as Day, 1) : await firstDay(options)
  if (day === undefined) return undefined
  for (let n = 0; day <= yesterday && n < DAYS_AT_ONCE; day = plusDays(day, 1), n += 1) {
    const heads = (await lastHeads(db, prefectures, startOfDay(plusDays(day, 1)))).map(({ prefecture, log, size, root }) => ({ prefecture, log, size, root }))
    if (heads.length > 0) before = await keepDay(db, await signedDayOf(options, day, before, heads, now), canonicalJson(heads))
  }
  const published = publisher.lastDay()?.day as Day | undefined
  for (const missing of await daysAfter(db, published ?? null, DAYS_AT_ONCE)) publisher.publishDay(missing)
  return plusDays(day, -1)
}

async function firstDay({ db, prefectures }: SealerOptions): Promise<Day | undefined> {
  const at = await firstHeadAt(db, prefectures)
  return at === undefined ? undefined : dayOf(at)
}

async function signedDayOf({ signer }: SealerOptions, day: Day, before: SignedDay | undefined, heads: readonly DayHead[], at: Instant): Promise<SignedDay> {
  const unsigned = { day, previous: before?.root ?? '', root: dayRoot(heads), at }
  const { keyId, signature } = await signer.sign(dayMessage(unsigned))
  return { ...unsigned, heads: [...heads], keyId, signature: signature.toString('base64') }
}
