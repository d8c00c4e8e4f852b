import type { Uuid } from '#kernel/ids.ts'
import { type Instant, later, plusMs } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Log, redacted } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'

/** One thing to do: an event's reaction, or a timer that fell due. */
export interface OutboxItem {
  readonly prefecture: string
  readonly stream: Uuid
  readonly seq: number
  readonly reaction: string
  /** The event's type, or `timer`. */
  readonly type: string
  /** The instant at which it fell due; the handler acts as of then. */
  readonly at: Instant
  readonly attempts: number
  /** Committed together with the effect, it makes at-least-once into once. */
  readonly done: Change
}

/** Declared by a folder's `jobs`. Items of one stream are handled in order; a handler must bear being called twice. */
export interface Reaction {
  readonly name: string
  /** Event types that ask for it; none for a pure timer. */
  readonly on: readonly string[]
  handle(item: OutboxItem): Promise<void>
  /**
   * The same for items of one prefecture and of as many streams, whose turn has come at once: reads for all and commits for all, with
   * `done`, or does nothing. When it fails, each is handled by itself, so that one that can't be done holds up no other.
   */
  handleMany?(items: readonly OutboxItem[], done: Change): Promise<void>
}

/** Work found by a query of its own rather than asked for by an event, e.g. folding deltas. Must be cheap when idle. */
export interface Sweep {
  readonly name: string
  run(now: Instant): Promise<void>
}

/** Something outside doesn't answer: no fault of the item, which is tried again until it does, and is never parked. */
export class OutsideUnavailable extends Error {
  override readonly name: string = 'OutsideUnavailable'
}

interface OutboxOptions {
  readonly db: Db
  readonly prefectures: readonly string[]
  readonly reactions: readonly Reaction[]
  readonly sweeps: readonly Sweep[]
  readonly log: Log
  readonly metrics: Metrics
  readonly concurrency: number
}

export interface Outbox {
  /** Does everything due at `now`, until nothing is. Answers how many items were done. */
  tick(now: Instant): Promise<number>
  /** When the earliest undone item falls due; undefined when there is none. */
  nextDue(): Promise<Instant | undefined>
  parkedCount(): Promise<number>
  /** Whoever has mended the cause has a reaction's parked items tried again, from their first attempt. @returns how many */
  takeUpAgain(prefecture: string, reaction: string, now: Instant): Promise<number>
  /** Takes back what a killed process had in hand, when no other process runs over this database; else its leases run out by themselves. */
  takeBack(): Promise<void>
}

const BATCH = 100
/** While one claims, the other works. No more, so that what is claimed has its turn long before its lease is over. */
const PREFECTURES_AT_ONCE = 2
const LEASE_MS = 60_000
/** Business time until a failed item is tried again; after the last it is parked and an alarm is raised. */
const RETRY_AFTER_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 3_600_000, 21_600_000, 21_600_000, 86_400_000]
/** However long somebody outside has been away: an hour after they are back, everything has been tried. */
const OUTSIDE_RETRY_MAX_MS = 3_600_000

/** @returns milliseconds; undefined when it is not tried again */
function waitAfter(attempts: number, error: unknown): number | undefined {
  const wait = RETRY_AFTER_MS[attempts - 1]
  return error instanceof OutsideUnavailable ? Math.min(wait ?? OUTSIDE_RETRY_MAX_MS, OUTSIDE_RETRY_MAX_MS) : wait
}

interface Row {
  prefecture: string
  stream: Uuid
  seq: number
  reaction: string
  type: string
  due_at: Instant
  attempts: number
}

/**
 * Rows whose stream has no earlier row still to do, so that a case's effects keep their order. What failed, and waits for its next
 * attempt or for a person, holds back what is later for the same reaction, and nothing else.
 *
 * The table is empty one minute and long the next, so no plan may rest on its statistics: each row's turn is asked for by a
 * subquery that can't become a join, and the rows found are updated by where they stand, which the lock keeps them at.
 */
const CLAIM = `
  update outbox o set leased_until = $3::timestamptz + make_interval(secs => $4::int / 1000.0), attempts = o.attempts + 1
  where o.prefecture = $1 and o.ctid = any(array(
    select c.ctid from outbox c
    where c.prefecture = $1 and c.due_at <= $2::timestamptz and not c.parked and (c.leased_until is null or c.leased_until < $3::timestamptz)
      and (c.seq, c.reaction) = (
        select e.seq, e.reaction from outbox e
        where e.prefecture = c.prefecture and e.stream = c.stream and not e.parked and e.due_at <= $2::timestamptz
          and not exists (
            select from outbox w where w.prefecture = e.prefecture and w.stream = e.stream and w.reaction = e.reaction and w.seq < e.seq
              and (w.parked or (w.attempts > 0 and w.due_at > $2::timestamptz)))
        order by e.seq, e.reaction limit 1)
    order by c.due_at, c.stream, c.seq limit $5 for update skip locked))
  returning o.prefecture, o.stream, o.seq, o.reaction, o.type, o.due_at, o.attempts`

const KEY_RECORD = 'prefecture text, stream uuid, seq int, reaction text'

const keyOf = ({ prefecture, stream, seq, reaction }: Row | OutboxItem) => ({ prefecture, stream, seq, reaction })

const doneChange = ({ prefecture, stream, seq, reaction }: Row): Change => ({
  text: 'delete from outbox where prefecture = $1::text and stream = $2::uuid and seq = $3::int and reaction = $4::text',
  values: [prefecture, stream, seq, reaction],
})

/** One look into the index for each, as above. */
const allDoneChange = (prefecture: string, keys: readonly object[]): Change => ({
  text: `delete from outbox where prefecture = $1::text and ctid = any(array(
    select o.ctid from json_to_recordset($2::json) as k(${KEY_RECORD}), lateral (
      select e.ctid from outbox e where e.prefecture = k.prefecture and e.stream = k.stream and e.seq = k.seq and e.reaction = k.reaction limit 1) o))`,
  values: [prefecture, JSON.stringify(keys)],
})

const itemOf = (row: Row): OutboxItem => ({
  ...keyOf(row),
  type: row.type,
  at: row.due_at,
  attempts: row.attempts,
  done: doneChange(row),
})

/** Runs `work` over the items, at most `limit` at once. */
async function each<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}

/** Lets at most `limit` works run at once, those that wait in the order in which they came. */
function openGate(limit: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = []
  let free = limit
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((pass) => waiting.push(pass))
    try {
      await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}

export function openOutbox({ db, prefectures, reactions, sweeps, log, metrics, concurrency }: OutboxOptions): Outbox {
  const handlers = new Map(reactions.map((reaction) => [reaction.name, reaction]))

  const gate = openGate(concurrency)

  const machineNow = (): Date => new Date()

  const prefecturesWithWork = async (now: Instant): Promise<string[]> => {
    const { rows } = await db.run<{ prefecture: string }>({
      text: `select p.prefecture from unnest($1::text[]) as p(prefecture)
        where exists (select 1 from outbox o where o.prefecture = p.prefecture and o.due_at <= $2::timestamptz and not o.parked
          and (o.leased_until is null or o.leased_until < $3::timestamptz))`,
      values: [prefectures, now, machineNow()],
    })
    return rows.map((row) => row.prefecture)
  }

  /** Waits from now on, not from when it fell due: after a night without a worker, all tries would be spent at once. */
  const postpone = async (item: OutboxItem, now: Instant, error: unknown): Promise<void> => {
    const wait = waitAfter(item.attempts, error)
    const parked = wait === undefined
    log.error({ reaction: item.reaction, stream: item.stream, attempts: item.attempts, parked, err: error }, 'a reaction failed')
    await db.run({
      text: `update outbox set due_at = $5::timestamptz, parked = $6, leased_until = null, last_error = left($7, 500)
        where prefecture = $1 and stream = $2 and seq = $3 and reaction = $4`,
      values: [item.prefecture, item.stream, item.seq, item.reaction, plusMs(later(item.at, now), wait ?? 0), parked, redacted(String(error))],
    })
  }

  const handle = async (item: OutboxItem, now: Instant, finished: OutboxItem[]): Promise<void> => {
    try {
      const handler = handlers.get(item.reaction)
      if (!handler) throw new Error(`no reaction is named ${item.reaction}`)
      await handler.handle(item)
      finished.push(item)
      metrics.reactions.inc({ reaction: item.reaction, outcome: 'done' })
    } catch (error) {
      metrics.reactions.inc({ reaction: item.reaction, outcome: 'failed' })
      await postpone(item, now, error)
    }
  }

  /** @returns whether all were done, with their rows */
  const handleMany = async (reaction: Reaction, prefecture: string, items: readonly OutboxItem[]): Promise<boolean> => {
    try {
      await reaction.handleMany?.(items, allDoneChange(prefecture, items.map(keyOf)))
      metrics.reactions.inc({ reaction: reaction.name, outcome: 'done' }, items.length)
      return true
    } catch (error) {
      log.warn({ reaction: reaction.name, items: items.length, err: error }, 'a reaction failed for several at once, and is tried for each')
      return false
    }
  }

  /** Work for the gate: items of one reaction together where it can, the others one by one. @returns how many were done */
  const handleAll = async (prefecture: string, items: readonly OutboxItem[], now: Instant): Promise<number> => {
    const finished: OutboxItem[] = []
    let together = 0
    const oneByOne = (some: readonly OutboxItem[]) => Promise.all(some.map((item) => gate(() => handle(item, now, finished))))
    await Promise.all(
      [...Map.groupBy(items, ({ reaction }) => reaction)].map(async ([name, some]) => {
        const handler = handlers.get(name)
        if (some.length === 1 || handler?.handleMany === undefined) return oneByOne(some)
        let done = false
        await gate(async () => {
          done = await handleMany(handler, prefecture, some)
        })
        if (!done) return oneByOne(some)
        together += some.length
      }),
    )
    if (finished.length > 0) await db.run(allDoneChange(prefecture, finished.map(keyOf)))
    return together + finished.length
  }

  const drain = async (prefecture: string, now: Instant): Promise<number> => {
    let count = 0
    for (;;) {
      const { rows } = await db.run<Row>({ text: CLAIM, values: [prefecture, now, machineNow(), LEASE_MS, BATCH] })
      if (rows.length === 0) return count
      const items = rows.map(itemOf).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.seq - b.seq))
      count += await handleAll(prefecture, items, now)
    }
  }

  return {
    async tick(now) {
      let count = 0
      for (;;) {
        const busy = await prefecturesWithWork(now)
        let round = 0
        await each(busy, PREFECTURES_AT_ONCE, async (prefecture) => {
          const done = await drain(prefecture, now)
          round += done
        })
        count += round
        if (round === 0) break
      }
      for (const sweep of sweeps) {
        try {
          await sweep.run(now)
        } catch (error) {
          log.error({ sweep: sweep.name, err: error }, 'a sweep failed')
        }
      }
      return count
    },
    async nextDue() {
      const { rows } = await db.run<{ due: Instant | null }>({
        text: `select min(due) as due from unnest($1::text[]) as p(prefecture),
          lateral (select o.due_at as due from outbox o where o.prefecture = p.prefecture and not o.parked order by o.due_at limit 1) d`,
        values: [prefectures],
      })
      return rows[0]?.due ?? undefined
    },
    async takeBack() {
      await db.run({
        text: `update outbox set leased_until = null where prefecture = any($1::text[]) and leased_until is not null and not exists (
          select 1 from pg_stat_activity where datname = current_database() and starts_with(application_name, 'yitang-')
            and application_name <> current_setting('application_name'))`,
        values: [prefectures],
      })
    },
    async takeUpAgain(prefecture, reaction, now) {
      const { rowCount } = await db.run({
        text: `update outbox set parked = false, attempts = 0, leased_until = null, due_at = greatest(due_at, $3::timestamptz)
          where prefecture = $1 and reaction = $2 and parked`,
        values: [prefecture, reaction, now],
      })
      return rowCount
    },
    async parkedCount() {
      const { rows } = await db.run<{ n: number }>({ text: 'select count(*)::int as n from outbox where parked', values: [] })
      return rows[0]?.n ?? 0
    },
  }
}
