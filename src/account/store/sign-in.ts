import type { Role } from '#account/model.ts'
import type { Failures, TriedKind, TriedSide } from '#account/rules/lock-out.ts'
import type { Passkey } from '#account/rules/sessions.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'

const PREFECTURE = '2200'

/** `sub` → whom it stands for. */
export type Identity = { readonly personId: Uuid; readonly officer: null } | { readonly personId: null; readonly officer: string }

export const identityFact = (issuer: string, subject: string): Fact<Identity | null> =>
  fact(
    'select row_to_json(i) from (select person_id, officer from identities where prefecture = $1::text and issuer = $2::text and subject = $3::text) i',
    [PREFECTURE, issuer, subject],
    (row: { person_id: Uuid | null; officer: string | null } | null) => row && ({ personId: row.person_id, officer: row.officer } as Identity),
  )

/** @throws (on commit) Taken when another sign-in made it known first. */
export const knowIdentityChange = (issuer: string, subject: string, identity: Identity, at: Instant): Change => ({
  text: `insert into identities (prefecture, issuer, subject, person_id, officer, first_seen_at)
    values ($1::text, $2::text, $3::text, $4::uuid, $5::text, $6::timestamptz)`,
  values: [PREFECTURE, issuer, subject, identity.personId, identity.officer, at],
})

/** Kinds of what is used once. */
export type OnceKind = 'sign-in' | 'challenge' | 'enrolment-code' | 'assertion' | 'form'

/** Keeps it, instead of what stood under the same key. */
export const keepOnceChange = (kind: OnceKind, keyHash: string, body: unknown, expiresAt: Instant): Change => ({
  text: `insert into used_once (prefecture, kind, key_hash, body, expires_at) values ($1::text, $2::text, $3::text, $4::text, $5::timestamptz)
    on conflict (prefecture, kind, key_hash) do update set body = excluded.body, expires_at = excluded.expires_at`,
  values: [PREFECTURE, kind, keyHash, JSON.stringify(body), expiresAt],
})

/** @throws (on commit) Taken when it was used before. */
export const useOnceChange = (kind: OnceKind, keyHash: string, expiresAt: Instant): Change => ({
  text: `insert into used_once (prefecture, kind, key_hash, body, expires_at) values ($1::text, $2::text, $3::text, 'null', $4::timestamptz)`,
  values: [PREFECTURE, kind, keyHash, expiresAt],
})

export interface Kept {
  readonly body: string
  readonly expires_at: Instant
}

/** Takes it out: of two at once, one finds it. */
export const takeOnce = (kind: OnceKind, keyHash: string): Piece => ({
  text: 'delete from used_once where prefecture = $1::text and kind = $2::text and key_hash = $3::text returning body, expires_at',
  values: [PREFECTURE, kind, keyHash],
})

export const onceFact = (kind: OnceKind, keyHash: string): Fact<Kept | null> =>
  fact(
    'select row_to_json(u) from (select body, expires_at from used_once where prefecture = $1::text and kind = $2::text and key_hash = $3::text) u',
    [PREFECTURE, kind, keyHash],
    (row: { body: string; expires_at: string } | null) => row && { body: row.body, expires_at: instant(row.expires_at) },
  )

export const forgetOnceChange = (before: Instant): Change => ({
  text: 'delete from used_once where expires_at < $1::timestamptz',
  values: [before],
})

const sided = (kind: TriedKind, side: TriedSide): string => `${kind}:${side}`

export interface CountedFailures extends Failures {
  readonly version: number
}

export const failuresFact = (kind: TriedKind, side: TriedSide, subjectHash: string): Fact<CountedFailures | null> =>
  fact(
    `select row_to_json(f) from (select failures, last_at, locked_until, version from sign_in_failures
      where prefecture = $1::text and kind = $2::text and subject_hash = $3::text) f`,
    [PREFECTURE, sided(kind, side), subjectHash],
    (row: { failures: number; last_at: string; locked_until: string | null; version: number } | null) =>
      row && {
        failures: row.failures,
        lastAt: instant(row.last_at),
        lockedUntil: row.locked_until === null ? null : instant(row.locked_until),
        version: row.version,
      },
  )

/** Puts `next` in the place of what was seen; yields no row when somebody was faster. */
export function replaceFailures(kind: TriedKind, side: TriedSide, subjectHash: string, seen: CountedFailures | null, next: Failures | null): Piece {
  const key = [PREFECTURE, sided(kind, side), subjectHash]
  if (next === null)
    return {
      text: `delete from sign_in_failures where prefecture = $1::text and kind = $2::text and subject_hash = $3::text and version = $4::int returning version`,
      values: [...key, seen?.version ?? -1],
    }
  if (seen === null)
    return {
      text: `insert into sign_in_failures (prefecture, kind, subject_hash, failures, last_at, locked_until, version)
        values ($1::text, $2::text, $3::text, $4::int, $5::timestamptz, $6::timestamptz, 1) on conflict do nothing returning version`,
      values: [...key, next.failures, next.lastAt, next.lockedUntil],
    }
  return {
    text: `update sign_in_failures set failures = $4::int, last_at = $5::timestamptz, locked_until = $6::timestamptz, version = version + 1
      where prefecture = $1::text and kind = $2::text and subject_hash = $3::text and version = $7::int returning version`,
    values: [...key, next.failures, next.lastAt, next.lockedUntil, seen.version],
  }
}

export const forgetFailuresChange = (before: Instant): Change => ({
  text: 'delete from sign_in_failures where last_at < $1::timestamptz and (locked_until is null or locked_until < $1::timestamptz)',
  values: [before],
})

interface PasskeyRow {
  credential_id: string
  officer: string
  public_key: string
  counter: number
  transports: string
  name: string
  created_at: string
  last_used_at: string | null
  revoked_at: string | null
}

const passkeyOf = (row: PasskeyRow): Passkey => ({
  credentialId: row.credential_id,
  officer: row.officer,
  publicKey: row.public_key,
  counter: row.counter,
  transports: JSON.parse(row.transports) as string[],
  name: row.name,
  createdAt: instant(row.created_at),
  lastUsedAt: row.last_used_at === null ? null : instant(row.last_used_at),
  revokedAt: row.revoked_at === null ? null : instant(row.revoked_at),
})

/** All that an officer has and had, the oldest first. */
export const passkeysFact = (officer: string): Fact<readonly Passkey[]> =>
  fact(
    `select coalesce(json_agg(p order by p.created_at, p.credential_id), '[]'::json) from (
      select credential_id, officer, public_key, counter, transports, name, created_at, last_used_at, revoked_at
        from passkeys where prefecture = $1::text and officer = $2::text) p`,
    [PREFECTURE, officer],
    (rows: PasskeyRow[]) => rows.map(passkeyOf),
  )

export const addPasskeyChange = (key: Passkey): Change => ({
  text: `insert into passkeys (prefecture, credential_id, officer, public_key, counter, transports, name, created_at)
    values ($1::text, $2::text, $3::text, $4::text, $5::bigint, $6::text, $7::text, $8::timestamptz)`,
  values: [PREFECTURE, key.credentialId, key.officer, key.publicKey, key.counter, JSON.stringify(key.transports), key.name, key.createdAt],
})

/** Counts on; yields no row when the key was revoked or used further meanwhile: then it was copied, or this answer was replayed. */
export const usePasskey = (credentialId: string, seen: number, counter: number, at: Instant): Piece => ({
  text: `update passkeys set counter = $4::bigint, last_used_at = $5::timestamptz
    where prefecture = $1::text and credential_id = $2::text and counter = $3::bigint and revoked_at is null returning credential_id`,
  values: [PREFECTURE, credentialId, seen, counter, at],
})

export const revokePasskeyChange = (officer: string, credentialId: string, by: string, at: Instant): Change => ({
  text: `update passkeys set revoked_at = $4::timestamptz, revoked_by = $5::text
    where prefecture = $1::text and officer = $2::text and credential_id = $3::text and revoked_at is null`,
  values: [PREFECTURE, officer, credentialId, at, by],
})

export interface ClientKey {
  readonly clientId: string
  readonly kid: string
  readonly role: 'department-verifier' | 'kiosk'
  readonly organ: string | null
  readonly shownName: string
  readonly publicKey: Readonly<Record<string, unknown>>
  readonly validFrom: Instant
  readonly validUntil: Instant
  readonly revokedAt: Instant | null
}

interface ClientKeyRow {
  client_id: string
  kid: string
  role: ClientKey['role']
  organ: string | null
  shown_name: string
  public_key: string
  valid_from: string
  valid_until: string
  revoked_at: string | null
}

const clientKeyOf = (row: ClientKeyRow): ClientKey => ({
  clientId: row.client_id,
  kid: row.kid,
  role: row.role,
  organ: row.organ,
  shownName: row.shown_name,
  publicKey: JSON.parse(row.public_key) as ClientKey['publicKey'],
  validFrom: instant(row.valid_from),
  validUntil: instant(row.valid_until),
  revokedAt: row.revoked_at === null ? null : instant(row.revoked_at),
})

/** A client's keys; one, with a `kid`. */
export const clientKeysFact = (clientId: string | null): Fact<readonly ClientKey[]> =>
  fact(
    `select coalesce(json_agg(k order by k.client_id, k.valid_from), '[]'::json) from (
      select client_id, kid, role, organ, shown_name, public_key, valid_from, valid_until, revoked_at
        from client_keys where prefecture = $1::text and ($2::text is null or client_id = $2::text) limit 1000) k`,
    [PREFECTURE, clientId],
    (rows: ClientKeyRow[]) => rows.map(clientKeyOf),
  )

/** @throws (on commit) Taken when the client has a key of that name. */
export const registerClientKeyChange = (key: ClientKey, by: string): Change => ({
  text: `insert into client_keys (prefecture, client_id, kid, role, organ, shown_name, public_key, valid_from, valid_until, registered_by)
    values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::timestamptz, $9::timestamptz, $10::text)`,
  values: [PREFECTURE, key.clientId, key.kid, key.role, key.organ, key.shownName, JSON.stringify(key.publicKey), key.validFrom, key.validUntil, by],
})

export const revokeClientKeyChange = (clientId: string, kid: string, at: Instant): Change => ({
  text: `update client_keys set revoked_at = $4::timestamptz where prefecture = $1::text and client_id = $2::text and kid = $3::text and revoked_at is null`,
  values: [PREFECTURE, clientId, kid, at],
})

export interface AppointedOfficer {
  readonly number: string
  readonly actorId: string
  readonly organ: string
  /** null: retired, or without a role in force. */
  readonly role: Role | null
}

/** An officer by number, with the role that was given last; null: nobody of that number. */
export const appointedOfficerFact = (number: string): Fact<AppointedOfficer | null> =>
  fact(
    `select row_to_json(a) from (
      select o.number, o.actor_id, coalesce(r.organ, o.organ) as organ, case when o.status = 'active' then r.role end as role
        from officers o left join officer_roles r on r.prefecture = o.prefecture and r.number = o.number and r.state = 'in-force'
        where o.prefecture = $1::text and o.number = $2::text order by r.decided_at desc nulls last limit 1) a`,
    [PREFECTURE, number],
    (row: { number: string; actor_id: string; organ: string; role: Role | null } | null) =>
      row && { number: row.number, actorId: row.actor_id, organ: row.organ, role: row.role },
  )
