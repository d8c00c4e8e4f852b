import type { Instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Fact, fact, gather } from '#platform/facts.ts'
import type { WrappedSource } from '#platform/privacy/rotation.ts'
import {
  DataDeleted,
  type KeyOwner,
  ownerOf,
  PERSON_PURPOSES,
  type PersonKeys,
  type PersonPurpose,
  type Sealed,
  type Sealer,
  type WrappedKeys,
} from '#platform/sealed.ts'

/** The person's keys beside the person's row: `alias` is a row with `prefecture` and `id`. */
export const wrappedKeysOf = (alias: string): string =>
  `(select json_object_agg(k.purpose, k.wrapped) from person_keys k where k.prefecture = ${alias}.prefecture and k.person_id = ${alias}.id)`

export const wrappedKeysFact = ({ prefecture, id }: KeyOwner): Fact<WrappedKeys> =>
  fact(
    'select json_object_agg(purpose, wrapped) from person_keys where prefecture = $1::text and person_id = $2::uuid',
    [prefecture, id],
    (wrapped: WrappedKeys | null) => wrapped ?? {},
  )

interface KeyRow {
  readonly prefecture: string
  readonly person_id: string
  readonly purpose: PersonPurpose
  readonly wrapped: string
}

/** @param known keys that are stored already. @throws Taken, from the commit, when somebody else made one meanwhile. */
export function storeKeysChange(keys: readonly PersonKeys[], known: WrappedKeys = {}): Change {
  const rows = keys.flatMap(({ owner, wrapped }): KeyRow[] =>
    PERSON_PURPOSES.flatMap((purpose) => {
      const text = wrapped[purpose]
      return typeof text !== 'string' || known[purpose] !== undefined ? [] : [{ prefecture: owner.prefecture, person_id: owner.id, purpose, wrapped: text }]
    }),
  )
  return {
    text: `insert into person_keys (prefecture, person_id, purpose, wrapped) select prefecture, person_id, purpose, wrapped
      from json_to_recordset($1::json) as k(prefecture text, person_id uuid, purpose text, wrapped text)`,
    values: [JSON.stringify(rows)],
  }
}

/** Deletes the keys, and what they sealed with them. The rows stay, so that none is made anew. */
export const deleteKeysChange = ({ prefecture, id }: KeyOwner, purposes: readonly PersonPurpose[], at: Instant): Change => ({
  text: `insert into person_keys (prefecture, person_id, purpose, deleted_at)
      select $1::text, $2::uuid, purpose, $4::timestamptz from unnest($3::text[]) as purpose
    on conflict (prefecture, person_id, purpose) do update set wrapped = null, deleted_at = coalesce(person_keys.deleted_at, excluded.deleted_at)`,
  values: [prefecture, id, purposes, at],
})

/** Person keys, for turning over the keys that wrap them. */
export const personKeysSource: WrappedSource = {
  name: 'person_keys',
  purposes: PERSON_PURPOSES,
  stale: (current, after, limit) => ({
    text: `select * from (
        select prefecture || ':' || person_id || ':' || purpose as id, purpose, prefecture || ':' || person_id as about, wrapped
        from person_keys where wrapped is not null and split_part(wrapped, '.', 2)::int < ($1::json ->> purpose)::int) k
      where id > $2::text collate "C" order by id collate "C" limit $3::int`,
    values: [JSON.stringify(Object.fromEntries(current)), after, limit],
  }),
  rewrap: (rows) => ({
    text: `update person_keys k set wrapped = r.anew
      from json_to_recordset($1::json) as r(about text, purpose text, wrapped text, anew text)
      where k.prefecture = split_part(r.about, ':', 1) and k.person_id = split_part(r.about, ':', 2)::uuid and k.purpose = r.purpose and k.wrapped = r.wrapped`,
    values: [JSON.stringify(rows)],
  }),
}

export const personKeys = async (db: Db, sealer: Sealer, owner: KeyOwner): Promise<PersonKeys> =>
  sealer.heldKeys(owner, (await gather(db, { wrapped: wrappedKeysFact(owner) })).wrapped)

/**
 * Opens what stands sealed in an event, with the key as the database has it now.
 * @throws DataDeleted when the person's key was deleted
 */
export async function opened(db: Db, sealer: Sealer, sealed: Sealed): Promise<string> {
  const owner = ownerOf(sealed)
  return owner === undefined ? sealer.open(sealed) : (await personKeys(db, sealer, owner)).of(owner.purpose).open(sealed)
}

/** The same, undefined for what was deleted. */
export async function findOpened(db: Db, sealer: Sealer, sealed: Sealed): Promise<string | undefined> {
  try {
    return await opened(db, sealer, sealed)
  } catch (error) {
    if (error instanceof DataDeleted) return undefined
    throw error
  }
}
