import { type CipherGCM, createCipheriv, createDecipheriv, createHmac, type DecipherGCM } from 'node:crypto'
import { freshBytes } from '#platform/chance.ts'

/** Authenticated encryption, as the installation chooses: AES-256-GCM, or SM4-GCM (GB/T 32907-2016, RFC 8998) where the law asks for it. */
export const ALGORITHMS = ['aes-256-gcm', 'sm4-gcm'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** A shorter tag would be easier to guess. */
const OPTIONS = { authTagLength: TAG_BYTES } as object

/** A 32-byte key serves either algorithm, but never the same bytes for both. */
const keyFor = (algorithm: Algorithm, key: Buffer): Buffer =>
  algorithm === 'aes-256-gcm' ? key : createHmac('sm3', key).update('yitang sm4-gcm').digest().subarray(0, 16)

/**
 * @param key 32 bytes
 * @param about authenticated with the value and not stored in it: what it belongs to, so that it can't be put elsewhere
 * @returns nonce (12) ‖ tag (16) ‖ ciphertext
 */
export function encrypted(algorithm: Algorithm, key: Buffer, plain: string | Buffer, about: string): Buffer {
  const nonce = freshBytes(NONCE_BYTES)
  const cipher = createCipheriv(algorithm, keyFor(algorithm, key), nonce) as CipherGCM
  if (about !== '') cipher.setAAD(Buffer.from(about))
  const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain)
  cipher.final()
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** @throws Error when the value was altered, belongs to something else, or was encrypted with another key. */
export function decrypted(algorithm: Algorithm, key: Buffer, value: Buffer, about: string): Buffer {
  const decipher = createDecipheriv(algorithm, keyFor(algorithm, key), value.subarray(0, NONCE_BYTES), OPTIONS) as DecipherGCM
  decipher.setAuthTag(value.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  if (about !== '') decipher.setAAD(Buffer.from(about))
  const body = decipher.update(value.subarray(NONCE_BYTES + TAG_BYTES))
  decipher.final()
  return body
}
