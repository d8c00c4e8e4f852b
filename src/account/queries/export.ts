import { aboutPersonFacts, ownersFact } from '#account/store/privacy.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import { maskAddress, maskIdentityNumber, maskName, maskPhone } from '#person/rules.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { personKeys } from '#platform/person-keys.ts'
import { DataDeleted, type KeyOwner, ownerOf, type PersonKeys, type Sealed, type Sealer } from '#platform/sealed.ts'

/** Everything that is kept about somebody, table by table, opened; what it says of others is masked. */
export type Export = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>

export interface ExportDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly prefectures: readonly string[]
}

export const ownersOf = async ({ db, prefectures }: Pick<ExportDeps, 'db' | 'prefectures'>, personId: Uuid): Promise<readonly KeyOwner[]> =>
  (await gather(db, { owners: ownersFact(prefectures, personId) })).owners

export async function exportAbout(deps: ExportDeps, owner: KeyOwner, now: Instant): Promise<Export> {
  const { db, sealer } = deps
  const keys = await personKeys(db, sealer, owner)
  const tables = await gather(db, aboutPersonFacts(owner, now))
  const person = tables.register_people?.[0]
  const own = person === undefined ? undefined : (openedValue(sealer, keys, person.sealed) as Own | undefined)
  const exported = Object.entries(tables).map(([table, rows]) => [
    table,
    rows.map((row) => (table === 'attachments' ? openedFile(sealer, row) : openedRow(sealer, keys, own, row))),
  ])
  return Object.fromEntries(exported) as Export
}

interface Own {
  readonly identityNumber: string
  readonly name: string
}

function openedFile(sealer: Sealer, row: Record<string, unknown>): Record<string, unknown> {
  const { prefecture, wrapped_key, sealed, ...rest } = row
  const seal = sealer.heldFile(`${prefecture}:${row.digest}`, wrapped_key as string | null)
  return { ...rest, base64: seal.open(JSON.parse(sealed as string) as Sealed) }
}

const openedRow = (sealer: Sealer, keys: PersonKeys, own: Own | undefined, row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, ownOnly(own, openedValue(sealer, keys, value))]))

const isSealedValue = (value: object): value is Sealed => 'k' in value && 'c' in value && typeof value.c === 'string'

/** Text that is JSON is read, and every sealed value in it opened. */
function openedValue(sealer: Sealer, keys: PersonKeys, value: unknown): unknown {
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      return openedValue(sealer, keys, JSON.parse(value))
    } catch (error) {
      if (error instanceof SyntaxError) return value
      throw error
    }
  }
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((inner) => openedValue(sealer, keys, inner))
  if (isSealedValue(value)) return openedSealed(sealer, keys, value)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, openedValue(sealer, keys, inner)]))
}

const DELETED = { deleted: true }

function openedSealed(sealer: Sealer, keys: PersonKeys, sealed: Sealed): unknown {
  const owner = ownerOf(sealed)
  try {
    if (owner !== undefined && owner.id !== keys.owner.id) return { ofAnother: true }
    return openedValue(sealer, keys, keys.of(owner?.purpose ?? 'register').open(sealed))
  } catch (error) {
    if (error instanceof DataDeleted) return DELETED
    throw error
  }
}

/** Whoever else is named in what was applied for: a guardian, a proxy, a recipient. */
function ownOnly(own: Own | undefined, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((inner) => ownOnly(own, inner))
  const record = value as Record<string, unknown>
  const masked = own !== undefined && isAnother(own, record) ? othersMasked(record) : record
  return Object.fromEntries(Object.entries(masked).map(([key, inner]) => [key, ownOnly(own, inner)]))
}

const isAnother = (own: Own, { identityNumber, recipient }: Record<string, unknown>): boolean =>
  (typeof identityNumber === 'string' && identityNumber.toUpperCase() !== own.identityNumber) || (typeof recipient === 'string' && recipient !== own.name)

const MASKS: Readonly<Record<string, (text: string) => string>> = {
  identityNumber: maskIdentityNumber,
  name: maskName,
  recipient: maskName,
  phone: maskPhone,
  address: maskAddress,
  birth: () => '****-**-**',
}

const othersMasked = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, typeof value === 'string' && MASKS[key] ? MASKS[key](value) : value]))
