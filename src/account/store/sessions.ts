import type { Actor, Role } from '#account/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'

/** One space for the province: a session is not a record of any prefecture. */
const PREFECTURE = '2200'

export interface Session extends Actor {
  readonly shownName: string
  readonly expiresAt: Instant
}

interface SessionRow {
  actor_id: string
  role: Role
  organ: string | null
  person_id: Uuid | null
  shown_name: string
  expires_at: Instant
}

export const sessionFact = (tokenHash: string): Fact<Session | null> =>
  fact(
    'select row_to_json(s) from (select actor_id, role, organ, person_id, shown_name, expires_at from sessions where prefecture = $1::text and token_hash = $2::text) s',
    [PREFECTURE, tokenHash],
    (row: SessionRow | null) =>
      row && { id: row.actor_id, role: row.role, organ: row.organ, personId: row.person_id, shownName: row.shown_name, expiresAt: row.expires_at },
  )

export const openSessionChange = (tokenHash: string, session: Session, at: Instant): Change => ({
  text: `insert into sessions (prefecture, token_hash, actor_id, role, organ, person_id, shown_name, created_at, expires_at)
    values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::uuid, $7::text, $8::timestamptz, $9::timestamptz)`,
  values: [PREFECTURE, tokenHash, session.id, session.role, session.organ, session.personId, session.shownName, at, session.expiresAt],
})

export const endSessionChange = (tokenHash: string): Change => ({
  text: 'delete from sessions where prefecture = $1::text and token_hash = $2::text',
  values: [PREFECTURE, tokenHash],
})

export const forgetSessionsChange = (before: Instant): Change => ({
  text: 'delete from sessions where prefecture = $1::text and expires_at < $2::timestamptz',
  values: [PREFECTURE, before],
})
