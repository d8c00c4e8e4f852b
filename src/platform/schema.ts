/** Generated from the database by scripts/schema.ts (`npm run docs`). Do not edit: write a migration. */
import type { Generated } from 'kysely'
import type { Day, Instant } from '#kernel/time.ts'

interface AlarmsTable {
  prefecture: string
  id: string
  kind: string
  about: string
  subject: string | null
  raised_at: Instant
  due_at: Instant | null
  cleared_at: Instant | null
  zh: string
  en: string
}

interface AttachmentUploadsTable {
  prefecture: string
  digest: string
  organ: string
  uploaded_at: Instant
  uploaded_by: string
}

/** Pictures written anew from what came, once each. What says whose they are is the case that names the digest. */
interface AttachmentsTable {
  prefecture: string
  digest: string
  media_type: string
  size: number
  sealed: string
  wrapped_key: string | null
  source_digest: string | null
  named_at: Instant | null
}

interface CalendarNoticesTable {
  prefecture: string
  year: number
  notice: string
  version: number
  imported_at: Instant
  imported_by: string
}

interface CardsTable {
  prefecture: string
  id: string
  person_id: string
  kind: string
  issuer: string
  issued_on: Day
  valid_to: Day | null
  status: string
  case_id: string | null
  version: number
}

interface CasesTable {
  prefecture: string
  id: string
  number: string
  service: string
  service_version: Day
  status: string
  person_id: string
  person_shown: string
  organ: string
  issuer: string
  held_at: string | null
  submitted_at: Instant
  submitted_by: string
  accepted_at: Instant | null
  statutory_due_at: Instant | null
  ready_by: Instant | null
  with_you_by: Instant | null
  first_with_you_by: Instant | null
  provisional: Generated<boolean>
  fee_cents: Generated<number>
  fee_settled: Generated<boolean>
  referral_to: string | null
  referral_due_at: Instant | null
  sampled: Generated<boolean>
  second_look: boolean | null
  arrived_at: Instant | null
  concluded_at: Instant | null
  kept: boolean | null
  version: number
}

interface ClientKeysTable {
  prefecture: string
  client_id: string
  kid: string
  role: string
  organ: string | null
  shown_name: string
  public_key: string
  valid_from: Instant
  valid_until: Instant
  registered_by: string
  revoked_at: Instant | null
}

interface ClockTable {
  prefecture: string
  base: Instant
  set_at: Instant
  running: boolean
}

interface ConsentsTable {
  prefecture: string
  person_id: string
  purpose: string
  version: Day
  given_at: Instant
  withdrawn_at: Instant | null
}

/** To whom personal data was given: shown to the person, and told of corrections. */
interface DisclosuresTable {
  prefecture: string
  id: string
  person_id: string
  receiver: string
  reference: string
  case_number: string
  fields: string[]
  sealed: string
  given_at: Instant
  kept_until: Instant
  corrected_seq: Generated<number>
  corrected_at: Instant | null
}

/** What happened, per stream, in order. Personal data only as sealed values. */
interface EventsTable {
  prefecture: string
  stream: string
  seq: number
  type: string
  at: Instant
  actor: string
  actor_role: string
  actor_organ: string | null
  on_behalf_of: string | null
  basis: string | null
  service_version: string | null
  request_id: string
  body: string
  leaf: Buffer
}

interface EvidenceTable {
  prefecture: string
  id: string
  subject: string
  partner: string
  at: Instant
  outcome: string
  body: string
}

interface FloodsTable {
  prefecture: string
  limit_name: string
  counted_by: string
  key: string
  hour: Instant
  first_at: Instant
  last_at: Instant
  refused: number
  actor: string
  actor_role: string
  actor_organ: string | null
}

interface IdempotencyTable {
  prefecture: string
  key: string
  body_hash: string
  status: number
  headers: string
  response: string
  at: Instant
  owner: string
}

interface IdentitiesTable {
  prefecture: string
  issuer: string
  subject: string
  person_id: string | null
  officer: string | null
  first_seen_at: Instant
}

interface IdentityClaimsTable {
  claim_key: string
  prefecture: string
  subject: string
  note: string | null
}

interface LegalHoldsTable {
  prefecture: string
  id: string
  person_id: string
  basis: string
  reason: string
  placed_by: string
  placed_at: Instant
  lifted_by: string | null
  lifted_at: Instant | null
}

interface LogDaysTable {
  prefecture: string
  day: Day
  previous: string
  root: Buffer
  heads: string
  at: Instant
  key_id: string
  signature: Buffer
}

interface LogHeadsTable {
  prefecture: string
  size: number
  previous: number
  log: string
  root: Buffer
  edge: Buffer
  at: Instant
  key_id: string
  signature: Buffer
}

interface LogLeavesTable {
  prefecture: string
  index: number
  kind: string
  stream: string
  seq: number
  leaf: Buffer
}

interface LogNodesTable {
  prefecture: string
  level: number
  index: number
  hash: Buffer
}

interface LogPendingTable {
  prefecture: string
  kind: string
  stream: string
  seq: number
  leaves: Buffer
  since: Generated<Instant>
}

/** Told to a person about a case; shown on their page. */
interface MessagesTable {
  prefecture: string
  case_id: string
  seq: number
  person_id: string
  kind: string
  zh: string
  en: string
  channel: string
  at: Instant
  overtaken: boolean
}

interface OfficerRolesTable {
  prefecture: string
  id: string
  number: string
  person_id: string | null
  role: string
  organ: string
  state: string
  proposed_by: string
  proposed_at: Instant
  decided_by: string | null
  decided_at: Instant | null
  ended_at: Instant | null
}

interface OfficersTable {
  prefecture: string
  number: string
  id: string
  actor_id: string
  organ: string
  status: string
  person_id: string | null
  version: number
}

interface OutboxTable {
  prefecture: string
  stream: string
  seq: number
  reaction: string
  type: string
  due_at: Instant
  attempts: Generated<number>
  leased_until: Instant | null
  last_error: string | null
  parked: Generated<boolean>
}

/** Cards on their way, one parcel each; no personal data. */
interface ParcelsTable {
  prefecture: string
  id: string
  version: number
  case_id: string
  case_number: string
  serial: string
  attempt: number
  status: string
  route: string
  stop: string | null
  organ: string | null
  issuer: string
  bureau: string | null
  delivery_class: string
  waybill: string | null
  dispatch_on: Day
  expected_on: Day
  collect_from: Day | null
  late_since: Day | null
  arrived_at: Instant | null
  last_movement_at: Instant | null
  found_at: Instant | null
}

interface PasskeysTable {
  prefecture: string
  credential_id: string
  officer: string
  public_key: string
  counter: number
  transports: string
  name: string
  created_at: Instant
  last_used_at: Instant | null
  revoked_at: Instant | null
  revoked_by: string | null
}

/** Each day with each gateway, reconciled against its bill; no personal data. */
interface PaymentDaysTable {
  prefecture: string
  gateway: string
  day: Day
  ours_count: number
  ours_cents: number
  theirs_count: number
  theirs_cents: number
  differences: string
  reconciled_at: Instant
}

/** Orders at the gateways for the fee of a case, one for each attempt. */
interface PaymentOrdersTable {
  prefecture: string
  id: string
  version: number
  number: string
  case_id: string
  case_number: string
  person_id: string
  organ: string
  gateway: string
  item: string
  amount_cents: number
  status: string
  placed_at: Instant
  expires_at: Instant
  transaction: string | null
  paid_cents: number
  paid_at: Instant | null
  receipt_number: string | null
  refund_why: string | null
  refund_number: string | null
  refund_cents: number
  refunded_at: Instant | null
  disputed: boolean
}

/** One data key per person and purpose, wrapped. Its end is the end of the data. */
interface PersonKeysTable {
  prefecture: string
  person_id: string
  purpose: string
  wrapped: string | null
  deleted_at: Instant | null
}

interface PhotoAnalysesTable {
  prefecture: string
  digest: string
  measures: unknown
  standard_version: string
  worst: string
  findings: unknown
}

/** Projection of the batch streams: one batch for each half-day. */
interface ProductionBatchesTable {
  prefecture: string
  id: string
  slot_day: Day
  slot_half: string
  status: string
  alarms: string
  started_at: Instant | null
  finished_at: Instant | null
  version: number
}

interface ProductionBlankUsesTable {
  prefecture: string
  serial: string
  order_id: string | null
}

interface ProductionBlanksTable {
  prefecture: string
  serial: string
  state: string
  order_id: string | null
  batch: string | null
  changed_at: Instant
}

/** Projection of the lines' streams. A line without a row has never stopped. */
interface ProductionLinesTable {
  prefecture: string
  line: string
  state: string
  changed_at: Instant | null
  expected_back_at: Instant | null
  reason: string | null
  version: number
}

interface ProductionLoadTable {
  prefecture: string
  slot_day: Day
  slot_half: string
  stripe: number
  cards: number
}

/** Projection of the order streams. */
interface ProductionOrdersTable {
  prefecture: string
  id: string
  case_prefecture: string
  case_number: string
  accepted_at: Instant
  status: string
  slot_day: Day | null
  slot_half: string | null
  batch: string | null
  line: string | null
  blank: string | null
  position: number | null
  serial: string | null
  made_at: Instant | null
  finished_at: Instant | null
  remakes: number
  withdrawn: string | null
  ordered: string
  version: number
}

interface ProductionReportsTable {
  prefecture: string
  report: string
  line: string
  at: Instant
}

interface ProductionStockTable {
  prefecture: string
  received: number
  in_stock: number
  issued: number
  made: number
  spoiled: number
  destroyed: number
  version: number
}

interface PromiseRollupTable {
  prefecture: string
  measure: number
  day: Day
  accepted: number
  promised: number
  revised: number
  kept: number
  kept_as_told: number
  broken_told: number
  broken_silently: number
  in_progress: number
  waiting_for_fee: number
  withdrawn: number
}

interface RateWindowsTable {
  prefecture: string
  counter: string
  key: string
  starts_at: Instant
  spent: number
}

interface RatingAuthorsTable {
  prefecture: string
  case_id: string
  channel: string
  rating_id: string
  case_number: string
  organ: string
  named: boolean
  person_id: string | null
  rated_at: Instant
}

interface RatingCountsTable {
  prefecture: string
  organ: string
  month: string
  channel: string
  level: number
  rated: number
  kept: number
  late: number
}

interface RatingsTable {
  prefecture: string
  id: string
  version: number
  organ: string
  service: string
  channel: string
  level: number
  indicators: string
  rated_on: Day
  named: boolean
  rated_officers: string[]
  comment: string | null
  state: string
  opened_at: Instant | null
  due_at: Instant | null
  provisional: boolean
  handler: string | null
  measure: string | null
  calls: number
  reached: boolean
  satisfied: boolean | null
  call_note: string | null
  result: string | null
  explanation: string | null
  closed_at: Instant | null
  late: boolean
}

interface ReadingFlagsTable {
  prefecture: string
  actor: string
  kind: string
  hour: Instant
  id: string
  actor_role: string
  actor_organ: string | null
  officer: string | null
  first_at: Instant
  last_at: Instant
  readings: number
  reviewed_at: Instant | null
  reviewed_by: string | null
  review: string | null
}

interface ReadingWithholdingsTable {
  prefecture: string
  id: string
  person_id: string
  organ: string
  basis: string
  reason: string
  from_at: Instant
  until: Instant
  requested_by: string
  requested_at: Instant
  approved_by: string | null
  approved_at: Instant | null
}

interface ReadingsTable {
  prefecture: string
  id: string
  at: Instant
  person_id: string | null
  actor: string
  actor_role: string
  actor_organ: string | null
  officer: string | null
  what: string
  outcome: string
  case_number: string | null
  purpose: string | null
  note: string | null
  fields: string
  count: number
  request_id: string
  leaf: Buffer
  on_behalf_of: string | null
}

interface RegisterHouseholdsTable {
  prefecture: string
  id: string
  township: string
  kind: string
  synthetic: boolean
  version: number
}

/** Population register. A person moved between prefectures leaves a closed record behind; identity_claims points to the open one. */
interface RegisterPeopleTable {
  prefecture: string
  id: string
  identity_index: string
  township: string
  household: string
  status: string
  flags: string[]
  hardship: string
  fingerprints_on: Day | null
  synthetic: boolean
  version: number
  sealed: string
}

interface RepresentationsTable {
  prefecture: string
  id: string
  kind: string
  person_id: string
  person_shown: string
  representative_id: string
  representative_shown: string
  relation: string | null
  document: string | null
  may: string
  services: string[]
  from_at: Instant
  until: Instant | null
  recorded_at: Instant
  recorded_by: string
  recorded_organ: string | null
  ended_at: Instant | null
  ended_because: string | null
  version: number
}

interface ReviewReplayDifferencesTable {
  prefecture: string
  replay: string
  number: string
  service: string
  before: string
  after: string
  checks: string
}

interface ReviewReplaysTable {
  prefecture: string
  id: string
  settings: string
  from_day: Day
  to_day: Day
  case_limit: number
  requested_at: Instant
  requested_by: string
  finished_at: Instant | null
  complete: boolean | null
  next_prefecture: string | null
  next_after: string | null
  cases_read: number
  outcomes: string
  version: number
}

interface ReviewSettingsTable {
  prefecture: string
  valid_from: Day
  settings: string
  replay: string | null
  version: number
  changed_at: Instant
  changed_by: string
}

interface SessionsTable {
  prefecture: string
  token_hash: string
  actor_id: string
  role: string
  organ: string | null
  person_id: string | null
  shown_name: string
  created_at: Instant
  expires_at: Instant
  id: string
  method: string
  stage: string
  level: number | null
  authenticated_at: Instant
  last_used_at: Instant
  idle_minutes: number | null
  browser: string
  source: string
  officer: string | null
  key_id: string | null
}

interface SettingsTable {
  prefecture: string
  name: string
  value: string
  changed_at: Instant
  changed_by: string
}

interface SignInFailuresTable {
  prefecture: string
  kind: string
  subject_hash: string
  failures: number
  last_at: Instant
  locked_until: Instant | null
  version: number
}

interface SupervisedCasesTable {
  prefecture: string
  id: string
  version: number
  number: string
  service: string
  measure: number
  organ: string
  issuer: string
  accepted_on: Day | null
  promised_on: Day | null
  first_by: Instant | null
  due_by: Instant | null
  told_by: Instant | null
  revisions: number
  told_in_time: number
  last_cause: string | null
  settled: boolean
  dispatched_at: Instant | null
  with_person_at: Instant | null
  ended_at: Instant | null
  ended: string | null
  referral_due_at: Instant | null
  referral_paused_at: Instant | null
  statutory_due_at: Instant | null
  counted_as: string | null
}

interface SupervisionDeltasTable {
  prefecture: string
  stream: string
  seq: number
  body: string
}

interface UsedOnceTable {
  prefecture: string
  kind: string
  key_hash: string
  body: string
  expires_at: Instant
}

/** Every table by its name. */
export interface Database {
  alarms: AlarmsTable
  attachment_uploads: AttachmentUploadsTable
  attachments: AttachmentsTable
  calendar_notices: CalendarNoticesTable
  cards: CardsTable
  cases: CasesTable
  client_keys: ClientKeysTable
  clock: ClockTable
  consents: ConsentsTable
  disclosures: DisclosuresTable
  events: EventsTable
  evidence: EvidenceTable
  floods: FloodsTable
  idempotency: IdempotencyTable
  identities: IdentitiesTable
  identity_claims: IdentityClaimsTable
  legal_holds: LegalHoldsTable
  log_days: LogDaysTable
  log_heads: LogHeadsTable
  log_leaves: LogLeavesTable
  log_nodes: LogNodesTable
  log_pending: LogPendingTable
  messages: MessagesTable
  officer_roles: OfficerRolesTable
  officers: OfficersTable
  outbox: OutboxTable
  parcels: ParcelsTable
  passkeys: PasskeysTable
  payment_days: PaymentDaysTable
  payment_orders: PaymentOrdersTable
  person_keys: PersonKeysTable
  photo_analyses: PhotoAnalysesTable
  production_batches: ProductionBatchesTable
  production_blank_uses: ProductionBlankUsesTable
  production_blanks: ProductionBlanksTable
  production_lines: ProductionLinesTable
  production_load: ProductionLoadTable
  production_orders: ProductionOrdersTable
  production_reports: ProductionReportsTable
  production_stock: ProductionStockTable
  promise_rollup: PromiseRollupTable
  rate_windows: RateWindowsTable
  rating_authors: RatingAuthorsTable
  rating_counts: RatingCountsTable
  ratings: RatingsTable
  reading_flags: ReadingFlagsTable
  reading_withholdings: ReadingWithholdingsTable
  readings: ReadingsTable
  register_households: RegisterHouseholdsTable
  register_people: RegisterPeopleTable
  representations: RepresentationsTable
  review_replay_differences: ReviewReplayDifferencesTable
  review_replays: ReviewReplaysTable
  review_settings: ReviewSettingsTable
  sessions: SessionsTable
  settings: SettingsTable
  sign_in_failures: SignInFailuresTable
  supervised_cases: SupervisedCasesTable
  supervision_deltas: SupervisionDeltasTable
  used_once: UsedOnceTable
}
