import type { CaseEvent, CaseState, CaseStatus } from '#case/model.ts'
import type { EarlierPhoto } from '#catalogue/model.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import { type Day, dayOf, type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type PastEvent, type StreamKey, streamFact, streamWhereFact } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'
import { rowColumns } from '#platform/row-columns.ts'
import type { Piece } from '#platform/statement.ts'

/** The projection's row: nothing in it that the state does not say. */
export interface CaseRow {
  readonly prefecture: string
  readonly id: Uuid
  readonly number: CaseNumber
  readonly service: string
  readonly service_version: Day
  readonly status: CaseStatus
  readonly person_id: Uuid
  readonly person_shown: string
  readonly organ: string
  readonly issuer: string
  readonly held_at: string | null
  readonly submitted_at: Instant
  readonly submitted_by: string
  readonly accepted_at: Instant | null
  readonly statutory_due_at: Instant | null
  readonly ready_by: Instant | null
  readonly with_you_by: Instant | null
  readonly first_with_you_by: Instant | null
  readonly provisional: boolean
  readonly fee_cents: number
  readonly fee_settled: boolean
  readonly referral_to: string | null
  readonly referral_due_at: Instant | null
  readonly sampled: boolean
  readonly second_look: boolean | null
  readonly arrived_at: Instant | null
  readonly concluded_at: Instant | null
  readonly kept: boolean | null
  readonly version: number
}

/** @throws Error for a stream that no submission began. */
export function rowOf(key: StreamKey, state: CaseState): CaseRow {
  const { submission, submittedAt, submittedBy } = state
  if (!submission || !submittedAt || !submittedBy) throw new Error('a case without a submission has no row')
  return {
    prefecture: key.prefecture,
    id: key.stream,
    number: submission.number,
    service: submission.service,
    service_version: submission.serviceVersion,
    status: state.status,
    person_id: submission.personId,
    person_shown: submission.personShown,
    organ: submission.organ,
    issuer: submission.issuer,
    held_at: state.heldAt,
    submitted_at: submittedAt,
    submitted_by: submittedBy,
    accepted_at: state.acceptedAt,
    statutory_due_at: state.statutoryDueAt,
    ready_by: state.promised?.readyBy ?? null,
    with_you_by: state.promised?.withYouBy ?? null,
    first_with_you_by: state.firstPromised?.withYouBy ?? null,
    provisional: state.promised?.provisional ?? false,
    fee_cents: state.fee?.amount ?? 0,
    fee_settled: state.settlement !== null,
    referral_to: state.referral?.toOrgan ?? null,
    referral_due_at: state.referral?.dueAt ?? null,
    sampled: state.sampled,
    second_look: state.secondLook,
    arrived_at: state.arrivedAt,
    concluded_at: state.concludedAt,
    kept: state.kept,
    version: state.version,
  }
}

const TYPES: Readonly<Record<keyof CaseRow, string>> = {
  prefecture: 'text',
  id: 'uuid',
  number: 'text',
  service: 'text',
  service_version: 'date',
  status: 'text',
  person_id: 'uuid',
  person_shown: 'text',
  organ: 'text',
  issuer: 'text',
  held_at: 'text',
  submitted_at: 'timestamptz',
  submitted_by: 'text',
  accepted_at: 'timestamptz',
  statutory_due_at: 'timestamptz',
  ready_by: 'timestamptz',
  with_you_by: 'timestamptz',
  first_with_you_by: 'timestamptz',
  provisional: 'boolean',
  fee_cents: 'int',
  fee_settled: 'boolean',
  referral_to: 'text',
  referral_due_at: 'timestamptz',
  sampled: 'boolean',
  second_look: 'boolean',
  arrived_at: 'timestamptz',
  concluded_at: 'timestamptz',
  kept: 'boolean',
  version: 'int',
}

const { list: LIST, record: RECORD, updates: UPDATES } = rowColumns<CaseRow>(TYPES)

/** New rows: the number is unique by constraint, so a collision is drawn again. */
export const insertCasesChange = (rows: readonly CaseRow[]): Change => ({
  text: `insert into cases (${LIST}) select ${LIST} from json_to_recordset($1::json) as r(${RECORD})`,
  values: [JSON.stringify(rows)],
})

/** The row as the fold says. Guarded by the events' key: a stale writer's whole statement fails there. */
export const updateCaseChange = (row: CaseRow): Change => ({
  text: `insert into cases (${LIST}) select ${LIST} from json_to_recordset($1::json) as r(${RECORD})
    on conflict (prefecture, id) do update set ${UPDATES}`,
  values: [JSON.stringify([row])],
})

export const caseStreamFact = (key: StreamKey): Fact<readonly PastEvent<CaseEvent>[]> => streamFact<CaseEvent>(key)

export const caseStreamByNumberFact = (prefecture: string, number: string): Fact<readonly PastEvent<CaseEvent>[]> =>
  streamWhereFact<CaseEvent>('select c.prefecture, c.id from cases c where c.prefecture = $1::text and c.number = $2::text', [prefecture, number])

export const caseKeyFact = (prefecture: string, number: string): Fact<StreamKey | null> =>
  fact(
    'select row_to_json(k) from (select prefecture, id from cases where prefecture = $1::text and number = $2::text) k',
    [prefecture, number],
    (row: { prefecture: string; id: Uuid } | null) => row && { prefecture: row.prefecture, stream: row.id },
  )

/** The claim on "one open application of this kind", province-wide; `note` is the case number for whoever comes second. */
export const openClaimFact = (claimKey: string): Fact<string | null> =>
  fact('select to_json(note) from identity_claims where claim_key = $1::text', [claimKey], (note: string | null) => note)

/** Applications of whoever has the number, each with the last photo that came with it. */
export const earlierPhotosFact = (personClaim: string): Fact<readonly EarlierPhoto[]> =>
  fact(
    `select coalesce(json_agg(row_to_json(a)), '[]'::json) from (
      select c.id as "caseId", c.submitted_at as at, e.body::json ->> 'channel' as channel,
        coalesce((select m.body::json ->> 'photoDigest' from events m where m.prefecture = c.prefecture and m.stream = c.id and m.type = 'MaterialsSupplied'
          order by m.seq desc limit 1), e.body::json ->> 'photoDigest') as digest
      from identity_claims i join cases c on c.prefecture = i.prefecture and c.person_id = i.subject
        join events e on e.prefecture = c.prefecture and e.stream = c.id and e.type = 'CaseSubmitted'
      where i.claim_key = $1::text) a`,
    [personClaim],
    (rows: (Omit<EarlierPhoto, 'on'> & { at: string })[]) => rows.map(({ at, ...row }) => ({ ...row, on: dayOf(instant(at)) })),
  )

export const claimChange = (claimKey: string, key: StreamKey, number: string): Change => ({
  text: 'insert into identity_claims (claim_key, prefecture, subject, note) values ($1::text, $2::text, $3::uuid, $4::text)',
  values: [claimKey, key.prefecture, key.stream, number],
})

export const releaseClaimsChange = (key: StreamKey): Change => ({
  text: "delete from identity_claims where subject = $2::uuid and prefecture = $1::text and claim_key like 'open:%'",
  values: [key.prefecture, key.stream],
})

/** Which list is asked for; each reads one index from its beginning. */
export type CaseList =
  | { readonly list: 'open-at-organ'; readonly organ: string; readonly statuses?: readonly CaseStatus[] }
  | { readonly list: 'at-organ'; readonly organ: string }
  | { readonly list: 'to-collect'; readonly organ: string }
  | { readonly list: 'referred'; readonly organs: readonly string[] }
  | { readonly list: 'to-look-at'; readonly issuers: readonly string[] }
  | { readonly list: 'of-person'; readonly prefecture: string; readonly personId: Uuid }
  | { readonly list: 'promised-by'; readonly prefectures: readonly string[]; readonly before: Instant }

/** Which of these people have a case that the organ accepted, or a card that lies there. */
/** Whose a case is. */
export const personOfCaseFact = (prefecture: string, id: Uuid): Fact<{ readonly prefecture: string; readonly personId: Uuid } | null> =>
  fact(
    `select json_build_object('prefecture', prefecture, 'personId', person_id) from cases where prefecture = $1::text and id = $2::uuid`,
    [prefecture, id],
    (found: { prefecture: string; personId: Uuid } | null) => found,
  )

export const withCaseAtFact = (organ: string, people: readonly { readonly prefecture: string; readonly personId: Uuid }[]): Fact<ReadonlySet<string>> =>
  fact(
    `select coalesce(json_agg(distinct c.person_id), '[]'::json) from cases c
      join json_to_recordset($1::json) as p(prefecture text, "personId" uuid) on c.prefecture = p.prefecture and c.person_id = p."personId"
      where c.organ = $2::text or c.held_at = $2::text`,
    [JSON.stringify(people), organ],
    (ids: Uuid[]) => new Set<string>(ids),
  )

interface Cursor {
  readonly at: Instant
  readonly id: Uuid
}

const ORDER: Readonly<Record<CaseList['list'], { readonly column: keyof CaseRow; readonly descending: boolean }>> = {
  'open-at-organ': { column: 'submitted_at', descending: true },
  'at-organ': { column: 'submitted_at', descending: true },
  'to-collect': { column: 'arrived_at', descending: false },
  referred: { column: 'referral_due_at', descending: false },
  'to-look-at': { column: 'accepted_at', descending: false },
  'of-person': { column: 'submitted_at', descending: true },
  'promised-by': { column: 'with_you_by', descending: false },
}

function whereOf(list: CaseList): Piece {
  switch (list.list) {
    case 'open-at-organ':
      return list.statuses
        ? { text: 'organ = $1::text and concluded_at is null and status = any($2::text[])', values: [list.organ, list.statuses] }
        : { text: 'organ = $1::text and concluded_at is null', values: [list.organ] }
    case 'at-organ':
      return { text: 'organ = $1::text', values: [list.organ] }
    case 'to-collect':
      return { text: "held_at = $1::text and status = 'awaiting-collection'", values: [list.organ] }
    case 'referred':
      return { text: 'referral_to = any($1::text[])', values: [list.organs] }
    case 'to-look-at':
      return { text: 'issuer = any($1::text[]) and sampled and second_look is null', values: [list.issuers] }
    case 'of-person':
      return { text: 'prefecture = $1::text and person_id = $2::uuid', values: [list.prefecture, list.personId] }
    case 'promised-by':
      return {
        text: 'prefecture = any($1::text[]) and with_you_by < $2::timestamptz and concluded_at is null and arrived_at is null',
        values: [list.prefectures, list.before],
      }
  }
}

/** One page of a list, by keyset: `limit + 1` rows, so that the reader knows whether there is more. */
export function listPiece(list: CaseList, after: Cursor | undefined, limit: number): Piece {
  const where = whereOf(list)
  const { column, descending } = ORDER[list.list]
  const n = where.values.length
  const values = [...where.values, limit + 1, ...(after ? [after.at, after.id] : [])]
  const beyond = after ? `and (${column}, id) ${descending ? '<' : '>'} ($${n + 2}::timestamptz, $${n + 3}::uuid)` : ''
  const direction = descending ? 'desc' : 'asc'
  return { text: `select ${LIST} from cases where ${where.text} ${beyond} order by ${column} ${direction}, id ${direction} limit $${n + 1}::int`, values }
}

export const cursorOf = (list: CaseList['list'], row: CaseRow): Cursor => ({ at: row[ORDER[list].column] as Instant, id: row.id })

export interface OpenCount {
  readonly status: CaseStatus
  readonly cases: number
  /** Of these, how many are past the promised instant and not there yet. */
  readonly late: number
}

/** What is open at an organ, by state: reads the same index as its list. */
export const openCountsPiece = (organ: string, now: Instant): Piece => ({
  text: `select status, count(*)::int as cases, (count(*) filter (where with_you_by < $2::timestamptz and arrived_at is null))::int as late
    from cases where organ = $1::text and concluded_at is null group by status order by status`,
  values: [organ, now],
})

/** Every case stream of a prefecture after an id, for rebuilding. */
export const streamsPiece = (prefecture: string, after: Uuid | null, limit: number): Piece => ({
  text: 'select id from cases where prefecture = $1::text and ($2::uuid is null or id > $2::uuid) order by id limit $3::int',
  values: [prefecture, after, limit],
})

export const rowFact = (key: StreamKey): Fact<CaseRow | null> =>
  fact(
    `select row_to_json(c) from (select ${LIST} from cases where prefecture = $1::text and id = $2::uuid) c`,
    [key.prefecture, key.stream],
    (row: CaseRow | null) => row,
  )
