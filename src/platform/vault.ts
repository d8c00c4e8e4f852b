import { type Algorithm, decrypted, encrypted } from '#platform/cipher.ts'

/** What a key-encryption key is for; each purpose has its own, so that one that leaks opens nothing else. */
export const PURPOSES = ['register', 'case', 'attachment', 'form'] as const
export type Purpose = (typeof PURPOSES)[number]

/**
 * Where the key-encryption keys are. They wrap data keys and never leave. A hardware module takes the file's place behind these calls
 * (PKCS #11 and GM/T 0018 answer them in the same thread, so they don't wait).
 */
export interface KeyVault {
  /** The version that wraps from now on. */
  current(purpose: Purpose): number
  /** @param about what the key belongs to: a wrapped key that is put elsewhere doesn't open */
  wrap(purpose: Purpose, bytes: Buffer, about: string): string
  /** @throws Error when the version is not held, or the text was altered or belongs to something else. */
  unwrap(purpose: Purpose, wrapped: string, about: string): Buffer
  /** Learns of versions that were made since. */
  refresh(): void
}

export interface KeyVersions {
  readonly current: number
  /** version → 32 bytes */
  readonly versions: ReadonlyMap<number, Buffer>
}

export type KeyRing = Readonly<Record<Purpose, KeyVersions>>

const LETTERS: Readonly<Record<Algorithm, string>> = { 'aes-256-gcm': 'a', 'sm4-gcm': 's' }
const WRAPPED = /^([a-z]+)\.(\d+)\.([as])\.(.+)$/

/** Version that a wrapped key was wrapped with. */
export const versionOf = (wrapped: string): number => Number(WRAPPED.exec(wrapped)?.[2] ?? Number.NaN)

/**
 * Keys in a file of the data folder.
 * @param read the file as it stands: read again when a wrapped key names a version that is not known yet, since another process turned the keys over
 */
export function openVault(read: () => KeyRing, algorithm: Algorithm): KeyVault {
  let ring = read()
  const keyOf = (purpose: Purpose, version: number): Buffer => {
    const known = ring[purpose].versions.get(version)
    if (known) return known
    ring = read()
    const key = ring[purpose].versions.get(version)
    if (!key) throw new Error(`version ${version} of the ${purpose} key is not held`)
    return key
  }
  return {
    current: (purpose) => ring[purpose].current,
    wrap(purpose, bytes, about) {
      const version = ring[purpose].current
      const text = encrypted(algorithm, keyOf(purpose, version), bytes, `${purpose}.${version} ${about}`).toString('base64')
      return `${purpose}.${version}.${LETTERS[algorithm]}.${text}`
    },
    unwrap(purpose, wrapped, about) {
      const [, named, version, letter, text] = WRAPPED.exec(wrapped) ?? []
      if (named !== purpose || text === undefined) throw new Error(`this is no ${purpose} key`)
      const chosen: Algorithm = letter === 's' ? 'sm4-gcm' : 'aes-256-gcm'
      return decrypted(chosen, keyOf(purpose, Number(version)), Buffer.from(text, 'base64'), `${purpose}.${version} ${about}`)
    },
    refresh() {
      ring = read()
    },
  }
}
