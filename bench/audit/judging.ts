/**
 * Which audit row each changed row belongs to. A table of record changes only by something that happened, which is an event in the same
 * transaction; every event and every reading hands its leaf to the evidence log in that transaction too.
 */
import type { RowChange, Transaction } from '#bench/audit/decoding.ts'
import type { Database } from '#platform/schema.ts'

/**
 * - `state`: the fold of one stream; its version is the number of the stream's last event, and there is one row for it, no more
 * - `effect`: changed by a decision, whose events are in the transaction
 * - `begun`: begins by a decision, whose event is in the transaction; when it was used last is noted afterwards, and what is over is forgotten
 * - `audit`: the audit rows themselves
 * - `derived`: made again from the others at any time, or the machinery's own: no record of anything
 * - `sign-in`: counts of attempts, and what can be used once; kept by sign-in itself, with no event of its own
 */
type Kind = 'state' | 'effect' | 'begun' | 'audit' | 'derived' | 'sign-in'

/** Every table: a new one doesn't compile before it has been decided what it is. */
export const KINDS: Readonly<Record<keyof Database, Kind>> = {
  alarms: 'derived',
  attachment_uploads: 'effect',
  attachments: 'effect',
  calendar_notices: 'effect',
  cards: 'effect',
  cases: 'state',
  client_keys: 'effect',
  clock: 'derived',
  consents: 'effect',
  disclosures: 'effect',
  events: 'audit',
  evidence: 'effect',
  floods: 'derived',
  idempotency: 'derived',
  identities: 'effect',
  identity_claims: 'effect',
  legal_holds: 'effect',
  log_days: 'derived',
  log_heads: 'derived',
  log_leaves: 'derived',
  log_nodes: 'derived',
  log_pending: 'derived',
  messages: 'derived',
  officer_roles: 'effect',
  officers: 'effect',
  outbox: 'derived',
  parcels: 'state',
  passkeys: 'begun',
  payment_days: 'effect',
  payment_orders: 'state',
  person_keys: 'effect',
  photo_analyses: 'effect',
  production_batches: 'state',
  production_blank_uses: 'effect',
  production_blanks: 'effect',
  production_lines: 'effect',
  production_load: 'derived',
  production_orders: 'state',
  production_reports: 'derived',
  production_stock: 'effect',
  promise_rollup: 'derived',
  rate_windows: 'derived',
  rating_authors: 'effect',
  rating_counts: 'derived',
  ratings: 'state',
  reading_flags: 'derived',
  reading_withholdings: 'effect',
  readings: 'audit',
  register_households: 'effect',
  register_people: 'effect',
  representations: 'state',
  review_replay_differences: 'derived',
  review_replays: 'state',
  review_settings: 'effect',
  sessions: 'begun',
  settings: 'derived',
  sign_in_failures: 'sign-in',
  supervised_cases: 'derived',
  supervision_deltas: 'derived',
  used_once: 'sign-in',
}

export interface Verdict {
  /** Rows of record that were changed: of tables of state and of effects. */
  readonly changed: number
  /** Of these, those with an event that they belong to, and for state with the very number of the stream's last. */
  readonly audited: number
  /** Streams that went on in a transaction, of a kind that keeps a row of state; and the rows of state that were changed. */
  readonly streams: number
  readonly states: number
  /** Events and readings; and the leaves that the evidence log was handed for them, the same and in the same order. */
  readonly acts: number
  readonly leaves: number
  /** What belongs to nothing, the first of it. */
  readonly unmatched: readonly string[]
}

const UNMATCHED_SHOWN = 20

/** The judgement over any number of transactions, taken in one after the other. */
export function openJudge() {
  const sum = { changed: 0, audited: 0, streams: 0, states: 0, acts: 0, leaves: 0 }
  const unmatched: string[] = []
  const miss = (xid: string, what: string): void => {
    if (unmatched.length < UNMATCHED_SHOWN) unmatched.push(`transaction ${xid}: ${what}`)
  }

  function judgeState(xid: string, change: RowChange, last: ReadonlyMap<string, number>, seen: Set<string>): boolean {
    const { table, kind, row } = change
    const key = `${row.prefecture} ${row.id}`
    if (kind === 'DELETE' || last.get(key) !== Number(row.version)) {
      miss(xid, `${table} ${key} stands at ${row.version}, its stream at ${last.get(key) ?? 'none of this transaction'}`)
      return false
    }
    if (seen.has(key)) {
      miss(xid, `${table} ${key} was changed twice`)
      return false
    }
    seen.add(key)
    return true
  }

  return {
    take({ xid, changes }: Transaction): void {
      const events = changes.filter(({ table, kind }) => table === 'events' && kind === 'INSERT').map(({ row }) => row)
      const readings = changes.filter(({ table, kind }) => table === 'readings' && kind === 'INSERT').map(({ row }) => row)
      const last = new Map<string, number>()
      for (const { prefecture, stream, seq } of events) {
        const key = `${prefecture} ${stream}`
        last.set(key, Math.max(last.get(key) ?? 0, Number(seq)))
      }
      const seen = new Set<string>()
      for (const change of changes) {
        const kind = KINDS[change.table as keyof Database] as Kind | undefined
        if (kind === 'audit' && change.kind !== 'INSERT') miss(xid, `${change.table} was changed: ${change.kind}`)
        if (kind === undefined && !change.table.includes('.')) miss(xid, `nobody has decided what ${change.table} is`)
        if (kind === 'begun' && change.kind !== 'INSERT') continue
        if (kind !== 'state' && kind !== 'effect' && kind !== 'begun') continue
        sum.changed += 1
        if (kind === 'state') {
          sum.states += 1
          if (judgeState(xid, change, last, seen)) sum.audited += 1
        } else if (events.length > 0) sum.audited += 1
        else miss(xid, `${change.table} was changed and nothing happened: ${change.kind} ${Object.values(change.row).slice(0, 3).join(' ')}`)
      }
      for (const [key] of last) {
        const types = events.filter(({ prefecture, stream }) => `${prefecture} ${stream}` === key).map(({ type }) => type ?? '')
        if (!types.some(hasState)) continue
        sum.streams += 1
        if (!seen.has(key)) miss(xid, `stream ${key} went on (${types.join(', ')}) and no row of state followed`)
      }
      judgeLeaves(xid, changes, [...events, ...readings], sum, miss)
    },
    verdict: (): Verdict => ({ ...sum, unmatched }),
  }
}

/** What happens to a case, an order, a batch, a parcel, a replay: each has a row of state. */
const OF_STATE =
  /^(?:Case|Material|Fee|Production|Promise|Limit|Card|Delivery|Collection|SecondLook|Order|Quality|Cancellation|Batch|Capacity|Parcel|Payment|Tracking|ReviewReplay|ReviewFacts)/
const hasState = (type: string): boolean => OF_STATE.test(type)

/** Each leaf that was handed over is one of a row's in this transaction, and each row's is handed over. */
function judgeLeaves(
  xid: string,
  changes: readonly RowChange[],
  acts: readonly RowChange['row'][],
  sum: { acts: number; leaves: number },
  miss: (xid: string, what: string) => void,
): void {
  const handed = changes
    .filter(({ table, kind }) => table === 'log_pending' && kind === 'INSERT')
    .flatMap(({ row }) => (row.leaves ?? '').replace(/^\\x/, '').match(/.{64}/g) ?? [])
  const left = new Map<string, number>()
  for (const leaf of handed) left.set(leaf, (left.get(leaf) ?? 0) + 1)
  sum.acts += acts.length
  for (const row of acts) {
    const leaf = (row.leaf ?? '').replace(/^\\x/, '')
    const count = left.get(leaf) ?? 0
    if (count === 0) miss(xid, `the leaf of ${row.type ?? row.what} was not handed to the evidence log`)
    else {
      left.set(leaf, count - 1)
      sum.leaves += 1
    }
  }
  for (const [leaf, count] of left) if (count > 0) miss(xid, `the leaf ${leaf} is of no row`)
}
