import { createHmac } from 'node:crypto'
import type { Uuid } from '#kernel/ids.ts'
import { freshBytes } from '#platform/chance.ts'
import { type Algorithm, decrypted, encrypted } from '#platform/cipher.ts'
import { openMemory } from '#platform/memory.ts'
import type { KeyVault, Purpose } from '#platform/vault.ts'

/**
 * Personal data as it stands in rows and events. `k` names the key: `case:2201:<person>` is that person's data key, which a key of the
 * vault wraps in `person_keys`; deleting it deletes everything that it sealed and leaves every row and leaf as it was.
 */
export interface Sealed {
  readonly k: string
  /** base64 of nonce (12) ‖ tag (16) ‖ ciphertext */
  readonly c: string
  /** Absent: AES-256-GCM. */
  readonly a?: Algorithm
}

/** Seals and opens under one key. */
export interface Seal {
  seal(plain: string): Sealed
  /** @throws DataDeleted when the key was deleted. @throws Error when it is another's, or the value was altered. */
  open(sealed: Sealed): string
}

/** The key was deleted on purpose, and the data with it. */
export class DataDeleted extends Error {
  override readonly name = 'DataDeleted'
}

/** Whose data it is. */
export interface KeyOwner {
  readonly prefecture: string
  readonly id: Uuid
}

/** What a person's data is kept for; the register's record and the cases are deleted apart. */
export const PERSON_PURPOSES = ['register', 'case'] as const satisfies readonly Purpose[]
export type PersonPurpose = (typeof PERSON_PURPOSES)[number]

/** A person's data keys as the database has them. Absent: none was made yet. null: deleted. */
export type WrappedKeys = Readonly<Partial<Record<PersonPurpose, string | null>>>

export interface PersonKeys {
  readonly owner: KeyOwner
  readonly wrapped: WrappedKeys
  of(purpose: PersonPurpose): Seal
}

/** The key of one file, wrapped beside it. */
export interface FileSeal extends Seal {
  readonly wrapped: string
}

export type IndexKind = 'identity-number' | 'phone' | 'name'

/**
 * The one place through which identity numbers, names, addresses and phones pass on their way to and from the database. Its own `seal`
 * is for values that live some minutes outside of it, in a form's hidden field or a cookie.
 */
export interface Sealer extends Seal {
  /** Keyed digest to find a value by: without the key, all numbers of a province can't be tried. */
  blindIndex(kind: IndexKind, plain: string): string
  /** Keys for somebody who has none; whoever uses them stores `wrapped` in the same commit. */
  newKeys(owner: KeyOwner): PersonKeys
  /** The same with a key for every purpose that has none. */
  completedKeys(keys: PersonKeys): PersonKeys
  /** Keys that came with the person's row. They open only what the database still held a key for when it was asked. */
  heldKeys(owner: KeyOwner, wrapped: WrappedKeys): PersonKeys
  newFile(about: string): FileSeal
  /** @param wrapped null: sealed before files had keys of their own */
  heldFile(about: string, wrapped: string | null): Seal
  /** The same key, wrapped with the newest version. */
  rewrapped(purpose: Purpose, wrapped: string, about: string): string
}

export interface SealingKeys {
  readonly vault: KeyVault
  readonly algorithm: Algorithm
  /** Keys that sealed values directly, before persons had keys of their own; they only open. */
  readonly former: Readonly<Record<string, Buffer>>
  readonly indexKey: Buffer
}

function neverAgain(): never {
  throw new DataDeleted('the key of this data was deleted')
}

const deletedSeal: Seal = { seal: neverAgain, open: neverAgain }

/** An unwrapped key is kept so long and so often only to save work: what it opens, the row that came with it decides. */
const UNWRAPPED = { keepsMs: 5_000, entriesMax: 4_096 }
const KEY_BYTES = 32

export const aboutPerson = ({ prefecture, id }: KeyOwner): string => `${prefecture}:${id}`
const nameOf = (purpose: PersonPurpose, owner: KeyOwner): string => `${purpose}:${aboutPerson(owner)}`

const NAME = /^(register|case):(\d{4}):([0-9a-f-]{36})$/

/** Whose key a value is sealed with; undefined for one that no person's key sealed. */
export function ownerOf({ k }: Sealed): (KeyOwner & { readonly purpose: PersonPurpose }) | undefined {
  const [, purpose, prefecture, id] = NAME.exec(k) ?? []
  return id === undefined ? undefined : { purpose: purpose as PersonPurpose, prefecture: prefecture as string, id: id as Uuid }
}

export function openSealer({ vault, algorithm, former, indexKey }: SealingKeys): Sealer {
  /** A command asks for the same person's index several times in a row. */
  let last = { text: '', index: '' }
  const unwrapped = openMemory<Buffer>(UNWRAPPED)

  const keyOf = (purpose: Purpose, wrapped: string, about: string): Buffer => {
    const known = unwrapped.get(wrapped + about)
    if (known) return known.value
    const key = vault.unwrap(purpose, wrapped, about)
    unwrapped.set(wrapped + about, key)
    return key
  }
  const formerKey = (k: string): Buffer => {
    const key = former[k]
    if (!key) throw new Error(`sealing key ${k} is not held`)
    return key
  }
  const sealedBy = (k: string, key: Buffer, plain: string): Sealed => {
    const c = encrypted(algorithm, key, plain, k).toString('base64')
    return algorithm === 'aes-256-gcm' ? { k, c } : { k, c, a: algorithm }
  }
  const openedBy = ({ k, c, a = 'aes-256-gcm' }: Sealed, key: Buffer, about: string = k): string =>
    decrypted(a, key, Buffer.from(c, 'base64'), about).toString('utf8')
  const openedByFormer = (sealed: Sealed): string => openedBy(sealed, formerKey(sealed.k), '')

  /** @param held asked at each use, so that a key that nobody needs is not unwrapped */
  const sealOf = (name: string, held: () => Buffer): Seal => ({
    seal: (plain) => sealedBy(name, held(), plain),
    open: (sealed) => (sealed.k === name ? openedBy(sealed, held()) : openedByFormer(sealed)),
  })

  const heldKeys = (owner: KeyOwner, wrapped: WrappedKeys): PersonKeys => ({
    owner,
    wrapped,
    of(purpose) {
      const text = wrapped[purpose]
      if (text === null) return deletedSeal
      return sealOf(nameOf(purpose, owner), () => {
        if (text === undefined) throw new Error(`this person has no ${purpose} key`)
        return keyOf(purpose, text, aboutPerson(owner))
      })
    },
  })
  const freshKey = (purpose: Purpose, about: string): string => vault.wrap(purpose, Buffer.from(freshBytes(KEY_BYTES)), about)
  const completedKeys = ({ owner, wrapped }: PersonKeys): PersonKeys =>
    heldKeys(owner, {
      ...Object.fromEntries(
        PERSON_PURPOSES.filter((purpose) => wrapped[purpose] === undefined).map((purpose) => [purpose, freshKey(purpose, aboutPerson(owner))]),
      ),
      ...wrapped,
    })
  const heldFile = (about: string, wrapped: string | null): Seal =>
    sealOf('file', () => {
      if (wrapped === null) throw new Error('this file has no key')
      return keyOf('attachment', wrapped, about)
    })

  return {
    seal: (plain) => ({ k: 'form', c: vault.wrap('form', Buffer.from(plain), 'form') }),
    open: (sealed) => (sealed.k === 'form' ? vault.unwrap('form', sealed.c, 'form').toString('utf8') : openedByFormer(sealed)),
    blindIndex(kind, plain) {
      const text = `${kind}\u0000${plain}`
      if (text !== last.text) last = { text, index: createHmac('sm3', indexKey).update(text).digest('base64url') }
      return last.index
    },
    newKeys: (owner) => completedKeys(heldKeys(owner, {})),
    completedKeys,
    heldKeys,
    newFile: (about) => {
      const wrapped = freshKey('attachment', about)
      return { ...heldFile(about, wrapped), wrapped }
    },
    heldFile,
    rewrapped: (purpose, wrapped, about) => vault.wrap(purpose, vault.unwrap(purpose, wrapped, about), about),
  }
}
