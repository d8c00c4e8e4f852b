import type { Role } from '#account/model.ts'
import type { Session, SessionStage, SignInMethod } from '#account/rules/sessions.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'

/** One space for the province: a session is not a record of any prefecture. */
const PREFECTURE = '2200'

interface SessionRow {
  id: Uuid
  actor_id: string
  role: Role
  organ: string | null
  person_id: Uuid | null
  shown_name: string
  created_at: string
  expires_at: string
  method: SignInMethod
  stage: SessionStage
  level: number | null
  authenticated_at: string
  last_used_at: string
  idle_minutes: number | null
  browser: string
  source: string
  officer: string | null
  key_id: string | null
}

const COLUMNS =
  'id, actor_id, role, organ, person_id, shown_name, created_at, expires_at, method, stage, level, authenticated_at, last_used_at, idle_minutes, browser, source, officer, key_id'

const sessionOf = (row: SessionRow): Session => ({
  sessionId: row.id,
  id: row.actor_id,
  role: row.role,
  organ: row.organ,
  personId: row.person_id,
  shownName: row.shown_name,
  createdAt: instant(row.created_at),
  expiresAt: instant(row.expires_at),
  method: row.method,
  stage: row.stage,
  level: row.level,
  authenticatedAt: instant(row.authenticated_at),
  lastUsedAt: instant(row.last_used_at),
  idleMinutes: row.idle_minutes,
  browser: row.browser,
  source: row.source,
  officer: row.officer,
  keyId: row.key_id,
})

/**
 * Whoever retired, was transferred or lost the role has no session any more, whichever command forgot to end it. Officers whom the
 * table doesn't know are the sandbox's.
 */
const STILL_APPOINTED = `not exists (
    select from officers o where o.prefecture = sessions.prefecture and o.actor_id = sessions.actor_id
      and (o.status = 'retired' or (sessions.method = 'identity' and not exists (
        select from officer_roles r where r.prefecture = o.prefecture and r.number = o.number and r.state = 'in-force' and r.role = sessions.role))))`

export const sessionFact = (tokenHash: string): Fact<Session | null> =>
  fact(
    `select row_to_json(s) from (select ${COLUMNS} from sessions where prefecture = $1::text and token_hash = $2::text and ${STILL_APPOINTED}) s`,
    [PREFECTURE, tokenHash],
    (row: SessionRow | null) => row && sessionOf(row),
  )

/** All of somebody's, the one used last first. */
export const sessionsOfFact = (actorId: string): Fact<readonly Session[]> =>
  fact(
    `select coalesce(json_agg(s order by s.last_used_at desc), '[]'::json) from (select ${COLUMNS} from sessions where prefecture = $1::text and actor_id = $2::text) s`,
    [PREFECTURE, actorId],
    (rows: SessionRow[]) => rows.map(sessionOf),
  )

export const openSessionChange = (tokenHash: string, session: Session): Change => ({
  text: `insert into sessions (prefecture, token_hash, ${COLUMNS})
    values ($1::text, $2::text, $3::uuid, $4::text, $5::text, $6::text, $7::uuid, $8::text, $9::timestamptz, $10::timestamptz, $11::text, $12::text, $13::int,
      $14::timestamptz, $15::timestamptz, $16::int, $17::text, $18::text, $19::text, $20::text)`,
  values: [
    ...[PREFECTURE, tokenHash, session.sessionId, session.id, session.role, session.organ, session.personId, session.shownName],
    ...[session.createdAt, session.expiresAt, session.method, session.stage, session.level, session.authenticatedAt, session.lastUsedAt],
    ...[session.idleMinutes, session.browser, session.source, session.officer, session.keyId],
  ],
})

export const noteUseChange = (tokenHash: string, at: Instant): Change => ({
  text: 'update sessions set last_used_at = greatest(last_used_at, $3::timestamptz) where prefecture = $1::text and token_hash = $2::text',
  values: [PREFECTURE, tokenHash, at],
})

export const endSessionChange = (tokenHash: string): Change => ({
  text: 'delete from sessions where prefecture = $1::text and token_hash = $2::text',
  values: [PREFECTURE, tokenHash],
})

export const endSessionsChange = (sessionIds: readonly string[]): Change => ({
  text: 'delete from sessions where prefecture = $1::text and id = any($2::uuid[])',
  values: [PREFECTURE, sessionIds],
})

export const forgetSessionsChange = (before: Instant): Change => ({
  text: 'delete from sessions where prefecture = $1::text and (expires_at < $2::timestamptz or last_used_at + make_interval(mins => idle_minutes) < $2::timestamptz)',
  values: [PREFECTURE, before],
})
