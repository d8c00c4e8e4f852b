import { dayOf, type Instant } from '#kernel/time.ts'
import { type Change, type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type StreamKey, storedEvents, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Sweep } from '#platform/outbox.ts'
import type { Sealer } from '#platform/sealed.ts'
import type { Piece } from '#platform/statement.ts'
import type { KeyVault, Purpose } from '#platform/vault.ts'

/** A wrapped key that an older version wrapped. `id` says where it stands, to its own source. */
export interface WrappedRow {
  readonly id: string
  readonly purpose: Purpose
  /** What it was wrapped for. */
  readonly about: string
  readonly wrapped: string
}

/** A table that holds wrapped keys. */
export interface WrappedSource {
  readonly name: string
  readonly purposes: readonly Purpose[]
  /** Rows after `after`, by id, that versions before these wrapped. */
  stale(current: ReadonlyMap<Purpose, number>, after: string, limit: number): Piece
  /** Replaces each where it is still what was read: what was deleted meanwhile stays deleted. */
  rewrap(rows: readonly (WrappedRow & { readonly anew: string })[]): Change
}

export interface RotationDeps {
  readonly db: Db
  readonly committer: Committer
  readonly sealer: Sealer
  readonly vault: KeyVault
  readonly sources: readonly WrappedSource[]
}

/** Rows of one statement: some milliseconds of work between two of anybody else. */
const ROWS_AT_ONCE = 200
/** How often the key file is looked at, in the machine's own time: how soon a rotation begins is not business. */
const LOOK_EVERY_MS = 10_000

/** Of the installation's keys: turned over, and everything rewrapped. */
export const KEYS_STREAM: StreamKey = { prefecture: '2200', stream: '00000000-0000-7000-8000-6b6579730000' as StreamKey['stream'] }

export type KeysEvent =
  | { readonly type: 'KeysTurnedOver'; readonly versions: Readonly<Record<string, number>> }
  | { readonly type: 'KeysRewrapped'; readonly versions: Readonly<Record<string, number>>; readonly rows: number }
  | { readonly type: 'KeysRetired'; readonly versions: Readonly<Record<string, number>> }
  /** That of the evidence log's heads, with the whole public key: the log itself says which one signs what follows. */
  | { readonly type: 'EvidenceKeyTurnedOver'; readonly from: string; readonly to: string; readonly algorithm: string; readonly publicKey: string }

const systemAct = (at: Instant): Act => ({
  at,
  actor: 'system:keys',
  actorRole: 'system',
  actorOrgan: null,
  onBehalfOf: null,
  requestId: `keys:${dayOf(at)}`,
})

export const recordKeys = ({ db, committer }: Pick<RotationDeps, 'db' | 'committer'>, event: KeysEvent, at: Instant, act: Act = systemAct(at)): Promise<void> =>
  decidedAgain(async () => {
    const { past } = await gather(db, { past: streamFact<KeysEvent>(KEYS_STREAM) })
    await committer.commit({ events: storedEvents(KEYS_STREAM, past.length, [event], act), changes: [] })
  })

const currentOf = (vault: KeyVault, purposes: readonly Purpose[]): ReadonlyMap<Purpose, number> =>
  new Map(purposes.map((purpose) => [purpose, vault.current(purpose)]))

/** Rewraps everything that an older version wrapped, in small statements, while everybody goes on. @returns how many rows */
export async function rewrapAll(deps: RotationDeps): Promise<number> {
  let rows = 0
  for (const source of deps.sources) {
    for (let after = ''; ; ) {
      const page = await deps.db.run<WrappedRow>(source.stale(currentOf(deps.vault, source.purposes), after, ROWS_AT_ONCE))
      const last = page.rows.at(-1)
      if (last === undefined) break
      const anew = page.rows.map((row) => ({ ...row, anew: deps.sealer.rewrapped(row.purpose, row.wrapped, row.about) }))
      await deps.committer.commit({ events: [], changes: [source.rewrap(anew)] })
      rows += page.rows.length
      after = last.id
    }
  }
  return rows
}

/** How many rows still need a version older than the newest. */
export async function staleCount({ db, vault, sources }: RotationDeps): Promise<number> {
  let rows = 0
  for (const source of sources) rows += (await db.run(source.stale(currentOf(vault, source.purposes), '', ROWS_AT_ONCE))).rows.length
  return rows
}

/** Looks now and then whether the keys were turned over, here or by another process, and follows. */
export function rotationSweep(deps: RotationDeps): Sweep {
  let lookAt = 0
  let done = ''
  return {
    name: 'platform.keys',
    async run(now) {
      if (performance.now() < lookAt) return
      lookAt = performance.now() + LOOK_EVERY_MS
      deps.vault.refresh()
      const purposes = [...new Set(deps.sources.flatMap((source) => source.purposes))]
      const versions = Object.fromEntries(currentOf(deps.vault, purposes))
      if (JSON.stringify(versions) === done) return
      const rows = await rewrapAll(deps)
      if (rows > 0) await recordKeys(deps, { type: 'KeysRewrapped', versions, rows }, now)
      // A process that had not looked yet may have wrapped with the old version meanwhile: settled is what a whole pass finds settled.
      else done = JSON.stringify(versions)
    },
  }
}
