import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { freshBytes } from '#platform/chance.ts'

/**
 * The one place through which identity numbers, names, addresses and phones pass on their way to and from
 * the database. `k` names the key, so that keys can be turned over and a deleted key deletes what it sealed.
 */
export interface Sealed {
  readonly k: string
  /** base64 of nonce (12) ‖ tag (16) ‖ ciphertext */
  readonly c: string
}

export interface Sealer {
  seal(plain: string): Sealed
  /** @throws Error when the key is gone or the value was altered. */
  open(sealed: Sealed): string
  /** Keyed digest to find a value by: without the key, all numbers of a province can't be tried. */
  blindIndex(kind: 'identity-number' | 'phone' | 'name', plain: string): string
}

export interface SealingKeys {
  readonly current: string
  /** key id → 32 bytes */
  readonly keys: Readonly<Record<string, Buffer>>
  readonly indexKey: Buffer
}

export function openSealer({ current, keys, indexKey }: SealingKeys): Sealer {
  /** A command asks for the same person's index several times in a row. */
  let last = { text: '', index: '' }
  const keyOf = (id: string): Buffer => {
    const key = keys[id]
    if (!key) throw new Error(`sealing key ${id} is not held`)
    return key
  }
  return {
    seal: (plain) => {
      const nonce = freshBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyOf(current), nonce)
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return { k: current, c: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64') }
    },
    open: ({ k, c }) => {
      const raw = Buffer.from(c, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', keyOf(k), raw.subarray(0, 12))
      decipher.setAuthTag(raw.subarray(12, 28))
      return Buffer.concat([decipher.update(raw.subarray(28)), decipher.final()]).toString('utf8')
    },
    blindIndex(kind, plain) {
      const text = `${kind}\u0000${plain}`
      if (text !== last.text) last = { text, index: createHmac('sm3', indexKey).update(text).digest('base64url') }
      return last.index
    },
  }
}
