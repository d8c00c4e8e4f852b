import type { Uuid } from '#kernel/ids.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import { actorNow } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import { appendChanges, type StoredEvent } from '#platform/events.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { joined, type Piece } from '#platform/statement.ts'

/** A write that a store describes and only `commit` executes. */
export type Change = Piece

/** What an event of a type asks for afterwards: a reaction, by its name in the outbox. */
export interface Subscription {
  readonly name: string
  readonly on: readonly string[]
}

/** Follows events into a projection of a folder further right, in the same statement. */
export interface Projector {
  readonly on: readonly string[]
  changes(events: readonly StoredEvent[]): readonly Change[]
}

export interface Timer {
  readonly prefecture: string
  readonly stream: Uuid
  readonly seq: number
  readonly reaction: string
  readonly dueAt: string
}

export interface Commit {
  readonly events: readonly StoredEvent[]
  readonly changes: readonly Change[]
  readonly timers?: readonly Timer[]
}

export interface Committer {
  /**
   * Applies events, projections, outbox rows and all changes in one statement, which is one transaction:
   * all of it or nothing.
   * @throws LostRace when the stream went on meanwhile; the command decides again.
   * @throws Taken when something that must be unique is held by another.
   */
  commit(what: Commit): Promise<void>
}

/** Somebody else's event took our place in the stream. A fault that the shell answers by deciding again. */
export class LostRace extends Error {
  constructor() {
    super('the stream went on meanwhile')
    this.name = 'LostRace'
  }
}

/** A unique constraint is held by another: `constraint` says which. */
export class Taken extends Error {
  readonly constraint: string
  constructor(constraint: string) {
    super(`already taken: ${constraint}`)
    this.name = 'Taken'
    this.constraint = constraint
  }
}

const OUTBOX_RECORD = 'prefecture text, stream uuid, seq int, reaction text, type text, due_at timestamptz'

const outboxChange = (rows: readonly object[]): Change => ({
  text: `insert into outbox (prefecture, stream, seq, reaction, type, due_at)
    select prefecture, stream, seq, reaction, type, due_at from json_to_recordset($1::json) as o(${OUTBOX_RECORD})
    on conflict do nothing`,
  values: [JSON.stringify(rows)],
})

interface PgError {
  code?: string
  constraint?: string
}

/** Who comes second may be told by the events or by their leaves. */
const PLACES_IN_STREAM = new Set(['events_pkey', 'log_pending_pkey'])

const POLICY_REFUSES = '42501'
/** The wall asks at the very moment of writing: what stood when the request came may have been withdrawn meanwhile. */
const OVER: RefusalReason = {
  code: 'withdrawn',
  sentence: { zh: '您代为办理所依据的同意刚刚撤回或到期，没有办理。', en: 'The consent that you act on was withdrawn or ended just now; nothing was done.' },
  basis: '民法典 173',
  wayOut: { zh: '请由本人办理，或请本人重新同意。', en: 'Let the person do it, or consent again.' },
}

/** Turns a database's refusal into the two outcomes that a command knows how to answer. */
export function asConflict(error: unknown): unknown {
  const { code, constraint } = error as PgError
  if (code === '40001' || code === '40P01') return new LostRace()
  if (code !== '23505') return error
  return PLACES_IN_STREAM.has(constraint ?? '') ? new LostRace() : new Taken(constraint ?? '')
}

/** What follows from events, made known by the composition root once everything is open. */
export interface Followers {
  readonly subscriptions: readonly Subscription[]
  readonly projectors: readonly Projector[]
  /** A hint that the outbox has something due; polling suffices without it. */
  readonly onOutbox?: () => void
}

const NOBODY: Followers = { subscriptions: [], projectors: [] }

/** @param append how events are written: another way only where the cost of ours is measured */
export function openCommitter(db: Db, followers: () => Followers = () => NOBODY, append = appendChanges): Committer {
  let byType: ReadonlyMap<string, readonly string[]> | undefined
  const reactionsOn = (type: string): readonly string[] => {
    if (!byType) {
      const names = new Map<string, string[]>()
      for (const { name, on } of followers().subscriptions) for (const followed of on) names.set(followed, [...(names.get(followed) ?? []), name])
      byType = names
    }
    return byType.get(type) ?? []
  }

  const outboxRows = ({ events, timers = [] }: Commit): object[] => [
    ...events.flatMap((event) =>
      reactionsOn(event.type).map((reaction) => ({
        prefecture: event.prefecture,
        stream: event.stream,
        seq: event.seq,
        reaction,
        type: event.type,
        due_at: event.at,
      })),
    ),
    ...timers.map((timer) => ({
      prefecture: timer.prefecture,
      stream: timer.stream,
      seq: timer.seq,
      reaction: timer.reaction,
      type: 'timer',
      due_at: timer.dueAt,
    })),
  ]

  return {
    async commit(what) {
      const changes: Change[] = []
      if (what.events.length > 0) changes.push(...append(what.events))
      changes.push(...what.changes)
      for (const projector of followers().projectors) {
        const followed = what.events.filter((event) => projector.on.includes(event.type))
        if (followed.length > 0) changes.push(...projector.changes(followed))
      }
      const outbox = outboxRows(what)
      if (outbox.length > 0) changes.push(outboxChange(outbox))
      if (changes.length === 0) return
      try {
        await db.run(joined(changes, asOneStatement))
      } catch (error) {
        if ((error as PgError).code === POLICY_REFUSES && actorNow()?.acting !== undefined) throw new ProblemError(problem('refused', { refusals: [OVER] }))
        throw asConflict(error)
      }
      if (outbox.length > 0) followers().onOutbox?.()
    },
  }
}

function asOneStatement(texts: readonly string[]): string {
  const named = texts.slice(0, -1).map((text, i) => `c${i} as (${text})`)
  return named.length === 0 ? (texts[0] as string) : `with ${named.join(', ')} ${texts.at(-1)}`
}

/** How often a command that lost a race decides again before it gives up with the fault. */
const ATTEMPTS_MAX = 8

/**
 * Runs `decideAndCommit` again while it loses races: each attempt reads the facts anew, and so learns who won, who holds what
 * must be unique, or what was answered to the same key.
 */
export async function decidedAgain<T>(decideAndCommit: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decideAndCommit()
    } catch (error) {
      if (!(error instanceof LostRace || error instanceof Taken) || attempt >= ATTEMPTS_MAX) throw error
    }
  }
}
