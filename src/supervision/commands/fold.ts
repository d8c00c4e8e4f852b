import type { CaseEvent } from '#case/model.ts'
import type { Service } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import { type Committer, LostRace, type Projector, Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import type { StoredEvent } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { CountedCase, PendingEvents, PromiseFigure, SupervisedEvent } from '#supervision/model.ts'
import { type Folded, foldLapsed, foldPending, recount, summedFigures } from '#supervision/rules/figure.ts'
import { FOLLOWED, supervisedEvent } from '#supervision/rules/promise.ts'
import {
  type CaseRow,
  casesPagePiece,
  countedCaseOf,
  countedPendingFact,
  deltasChange,
  deltasFoldedChange,
  followedEventsPiece,
  insertCasesChange,
  lapsedFact,
  pendingFact,
  rowOf,
  updateCasesChange,
} from '#supervision/store/cases.ts'
import { figureRow, figuresOf, rollupChange, wholeRollupPiece } from '#supervision/store/figures.ts'

export interface FoldDeps {
  readonly db: Db
  readonly committer: Committer
  readonly prefectures: readonly string[]
  readonly services: ReadonlyMap<string, Service>
}

/** Cases folded in one statement. */
const BATCH = 500

type MeasureOf = (service: string) => number | undefined

const measureOf =
  (services: ReadonlyMap<string, Service>): MeasureOf =>
  (service) =>
    services.get(service)?.measure

const eventOf = (stored: StoredEvent): CaseEvent => (stored.decided ?? { type: stored.type, ...(JSON.parse(stored.body) as object) }) as CaseEvent

/** The followed events of commits, one entry per case. */
export function pendingOf(events: readonly StoredEvent[], measure: MeasureOf): readonly PendingEvents[] {
  const byCase = new Map<string, { prefecture: string; id: Uuid; seq: number; events: SupervisedEvent[] }>()
  for (const stored of events) {
    const supervised = supervisedEvent(eventOf(stored), stored.at, measure)
    if (!supervised) continue
    const key = `${stored.prefecture} ${stored.stream}`
    const entry = byCase.get(key) ?? { prefecture: stored.prefecture, id: stored.stream, seq: 0, events: [] }
    entry.events.push(supervised)
    entry.seq = stored.seq
    byCase.set(key, entry)
  }
  return [...byCase.values()]
}

/** Supervision's part of a commit: one insert beside the events. */
export const promiseProjector = (services: ReadonlyMap<string, Service>): Projector => {
  const measure = measureOf(services)
  return {
    on: FOLLOWED,
    changes: (events) => {
      const pending = pendingOf(events, measure)
      return pending.length > 0 ? [deltasChange(pending)] : []
    },
  }
}

/** Folds everything pending, then counts what has passed. Another worker may do the same at the same time: one of the two wins. */
export async function foldDeltas(deps: FoldDeps, now: Instant): Promise<void> {
  const { db, committer, prefectures } = deps
  for (;;) {
    const { pending, counted, lapsed } = await gather(db, {
      pending: pendingFact(BATCH),
      counted: countedPendingFact(BATCH),
      lapsed: lapsedFact(prefectures, now, BATCH),
    })
    if (pending.length === 0 && lapsed.length === 0) return
    const folded = pending.length > 0 ? foldPending(counted, pending, now) : foldLapsed(lapsed, now)
    try {
      await committer.commit({ events: [], changes: [...changesOf(folded), ...(pending.length > 0 ? [deltasFoldedChange(pending)] : [])] })
    } catch (error) {
      if (error instanceof LostRace || error instanceof Taken) return
      throw error
    }
  }
}

function changesOf({ before, after, change }: Folded) {
  const known = new Set(before.map(({ prefecture, id }) => `${prefecture} ${id}`))
  const isKnown = ({ prefecture, id }: CountedCase): boolean => known.has(`${prefecture} ${id}`)
  const [updated, added] = [after.filter(isKnown), after.filter((one) => !isKnown(one))]
  return [
    ...(updated.length > 0 ? [updateCasesChange(before, updated)] : []),
    ...(added.length > 0 ? [insertCasesChange(added)] : []),
    ...(change.length > 0 ? [rollupChange(change)] : []),
  ]
}

/** Rows for tables that are loaded in bulk, where the events never went through a commit. */
export function supervisionRows(events: readonly StoredEvent[], services: ReadonlyMap<string, Service>, now: Instant) {
  const { after, change } = foldPending([], pendingOf(events, measureOf(services)), now)
  return { supervised_cases: after.map(rowOf), promise_rollup: change.map(figureRow) }
}

export interface RebuildReport {
  readonly cases: number
  /** Cases that stand otherwise than their events say. */
  readonly differingCases: readonly string[]
  /** By how much the rollup is off, per prefecture, measure and day; empty when it is right. */
  readonly differences: readonly PromiseFigure[]
}

interface EventRow {
  stream: Uuid
  seq: number
  type: string
  at: Instant
  body: string
}

const PAGE = 200

/** Proves that the rollup equals what the cases' own events say, read from the log. Fold first; nothing is changed. */
export async function rebuildSupervision({ db, prefectures, services }: FoldDeps, now: Instant): Promise<RebuildReport> {
  const found: CountedCase[] = []
  const differingCases: string[] = []
  for (const prefecture of prefectures) {
    const fromLog = await allOf((after) => casesFromLog({ db, prefecture, measure: measureOf(services), now, after }))
    const kept = await allOf(async (after) => {
      const { rows } = await db.run<CaseRow>(casesPagePiece(prefecture, after, PAGE))
      return { items: rows.map(countedCaseOf), last: rows.at(-1)?.id ?? null }
    })
    const asKept = new Map(kept.map((one) => [one.id, JSON.stringify(comparable(one))]))
    differingCases.push(...fromLog.filter((one) => asKept.get(one.id) !== JSON.stringify(comparable(one))).map(({ supervised }) => supervised.number))
    const inLog = new Set(fromLog.map(({ id }) => id))
    differingCases.push(...kept.filter(({ id }) => !inLog.has(id)).map(({ supervised }) => supervised.number))
    found.push(...fromLog)
  }
  const rollup = figuresOf((await db.run<Parameters<typeof figuresOf>[0][number]>(wholeRollupPiece)).rows)
  return { cases: found.length, differingCases, differences: summedFigures(rollup, recount(found)) }
}

const comparable = ({ version, countedAs, supervised }: CountedCase) => [
  version,
  countedAs,
  Object.entries(supervised).toSorted(([a], [b]) => (a < b ? -1 : 1)),
]

interface Page<T> {
  readonly items: readonly T[]
  readonly last: Uuid | null
}

async function allOf<T>(page: (after: Uuid | null) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = []
  let after: Uuid | null = null
  do {
    const got: Page<T> = await page(after)
    items.push(...got.items)
    after = got.last
  } while (after)
  return items
}

interface LogPage {
  readonly db: Db
  readonly prefecture: string
  readonly measure: MeasureOf
  readonly now: Instant
  readonly after: Uuid | null
}

async function casesFromLog({ db, prefecture, measure, now, after }: LogPage): Promise<Page<CountedCase>> {
  const { rows } = await db.run<EventRow>(followedEventsPiece(prefecture, FOLLOWED, after, PAGE))
  const stored = rows.map((row) => ({ ...row, prefecture }) as unknown as StoredEvent)
  return { items: foldPending([], pendingOf(stored, measure), now).after, last: rows.at(-1)?.stream ?? null }
}
