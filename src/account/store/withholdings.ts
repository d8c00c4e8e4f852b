import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'

export interface Withholding {
  readonly prefecture: string
  readonly id: Uuid
  readonly personId: Uuid
  readonly organ: string
  readonly basis: string
  readonly reason: string
  readonly fromAt: Instant
  readonly until: Instant
  readonly requestedBy: string
  readonly approvedBy: string | null
}

interface Row {
  prefecture: string
  id: Uuid
  person_id: Uuid
  organ: string
  basis: string
  reason: string
  from_at: string
  until: string
  requested_by: string
  approved_by: string | null
}

export const requestWithholdingChange = (w: Withholding, act: Act): Change => ({
  text: `insert into reading_withholdings (prefecture, id, person_id, organ, basis, reason, from_at, until, requested_by, requested_at)
    values ($1::text, $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::timestamptz, $8::timestamptz, $9::text, $10::timestamptz)`,
  values: [w.prefecture, w.id, w.personId, w.organ, w.basis, w.reason, w.fromAt, w.until, w.requestedBy, act.at],
})

/** Guarded by the event's place in the stream: of two who approve at once, one does. */
export const approveWithholdingChange = ({ prefecture, id }: Pick<Withholding, 'prefecture' | 'id'>, act: Act): Change => ({
  text: `update reading_withholdings set approved_by = $3::text, approved_at = $4::timestamptz where prefecture = $1::text and id = $2::uuid and approved_by is null`,
  values: [prefecture, id, act.actor, act.at],
})

export const withholdingFact = (id: Uuid): Fact<Withholding | null> =>
  fact('select row_to_json(w) from (select * from reading_withholdings where id = $1::uuid) w', [id], (row: Row | null) =>
    row === null
      ? null
      : {
          prefecture: row.prefecture,
          id: row.id,
          personId: row.person_id,
          organ: row.organ,
          basis: row.basis,
          reason: row.reason,
          fromAt: instant(row.from_at),
          until: instant(row.until),
          requestedBy: row.requested_by,
          approvedBy: row.approved_by,
        },
  )
