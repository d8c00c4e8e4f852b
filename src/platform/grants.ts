import type { Database } from '#platform/schema.ts'

type Privilege = 'select' | 'insert' | 'update' | 'delete'
type Grant = readonly Privilege[]

const READ: Grant = ['select']
/** What happened stays as it was written. */
const APPEND: Grant = ['select', 'insert']
const KEEP: Grant = ['select', 'insert', 'update']
const QUEUE: Grant = ['select', 'insert', 'delete']
const ALL: Grant = ['select', 'insert', 'update', 'delete']

/**
 * What the application's role may do with each table: no more than the product does. Nothing lets it truncate, and it owns nothing.
 * A table without a line doesn't compile.
 */
export const GRANTS: Readonly<Record<keyof Database, Grant>> = {
  alarms: KEEP,
  attachment_uploads: QUEUE,
  attachments: ALL,
  calendar_notices: KEEP,
  cards: KEEP,
  cases: KEEP,
  client_keys: KEEP,
  clock: KEEP,
  consents: KEEP,
  disclosures: ALL,
  events: APPEND,
  evidence: QUEUE,
  floods: ALL,
  idempotency: QUEUE,
  identities: APPEND,
  identity_claims: QUEUE,
  legal_holds: KEEP,
  log_days: APPEND,
  log_heads: APPEND,
  log_leaves: APPEND,
  log_nodes: APPEND,
  log_pending: QUEUE,
  messages: QUEUE,
  officer_roles: KEEP,
  officers: KEEP,
  outbox: ALL,
  parcels: KEEP,
  passkeys: KEEP,
  payment_days: KEEP,
  payment_orders: KEEP,
  person_keys: KEEP,
  photo_analyses: QUEUE,
  production_batches: KEEP,
  production_blank_uses: QUEUE,
  production_blanks: KEEP,
  production_lines: KEEP,
  production_load: KEEP,
  production_orders: KEEP,
  production_reports: APPEND,
  production_stock: KEEP,
  promise_rollup: KEEP,
  rate_windows: ALL,
  rating_authors: QUEUE,
  rating_counts: KEEP,
  ratings: KEEP,
  reading_flags: KEEP,
  reading_withholdings: KEEP,
  readings: APPEND,
  register_households: KEEP,
  register_people: KEEP,
  representations: ALL,
  review_replay_differences: APPEND,
  review_replays: KEEP,
  review_settings: KEEP,
  sessions: ALL,
  settings: KEEP,
  sign_in_failures: ALL,
  supervised_cases: KEEP,
  supervision_deltas: QUEUE,
  used_once: ALL,
}

/** Tables that `schema.ts` doesn't list. */
export const OTHER_GRANTS: Readonly<Record<string, Grant>> = { schema_migrations: READ }
