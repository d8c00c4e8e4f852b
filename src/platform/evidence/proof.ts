/** What proves that a row stands in the log: its leaf, its place, the hashes up to the root, and the signed head with that root. */
import { z } from 'zod'
import { rootOfInclusion } from '#kernel/merkle.ts'
import { headMessage, signatureFault, signedHead } from '#platform/evidence/heads.ts'
import type { PublicKey } from '#platform/evidence/signing.ts'
import { nodeHash } from '#platform/evidence/tree.ts'

const digest = z.string().regex(/^[\da-f]{64}$/)

/** Longer is no path of any tree that fits into a database. */
const PATH_MAX = 60

export const inclusionProof = z.strictObject({
  leaf: digest,
  index: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  path: z.array(digest).max(PATH_MAX),
  head: signedHead,
})
export type InclusionProof = z.output<typeof inclusionProof>

export type ProofFault = 'not-in-tree' | 'unknown-key' | 'wrong-signature'

/** @returns undefined when the proof holds: the leaf stands under the head, and one of the keys signed the head */
export function proofFault({ leaf, index, path, head }: InclusionProof, keys: readonly PublicKey[]): ProofFault | undefined {
  const signature = signatureFault(headMessage(head), head, keys)
  if (signature !== undefined) return signature
  return rootOfInclusion({ leaf, index, size: head.size, path }, nodeHash) === head.root ? undefined : 'not-in-tree'
}

/**
 * The short form of a proof, for a code that is scanned: everything but the path, which whoever keeps the log has to find. The signed head
 * in it is what they are held to. Base64url of: version (1), prefecture (2), log (16), index (6), leaf (32), size (6), root (32),
 * milliseconds (6), key (8), signature.
 */
export type ShortProof = Omit<InclusionProof, 'path'>

const VERSION = 1
const FIXED = 1 + 2 + 16 + 6 + 32 + 6 + 32 + 6 + 8

export function shortForm({ leaf, index, head }: ShortProof): string {
  const signature = Buffer.from(head.signature, 'base64')
  const bytes = Buffer.alloc(FIXED)
  let at = bytes.writeUInt8(VERSION)
  at = bytes.writeUInt16BE(Number(head.prefecture), at)
  at += bytes.write(head.log.replaceAll('-', ''), at, 16, 'hex')
  at = bytes.writeUIntBE(index, at, 6)
  at += bytes.write(leaf, at, 32, 'hex')
  at = bytes.writeUIntBE(head.size, at, 6)
  at += bytes.write(head.root, at, 32, 'hex')
  at = bytes.writeUIntBE(Date.parse(head.at), at, 6)
  bytes.write(head.keyId, at, 8, 'hex')
  return Buffer.concat([bytes, signature]).toString('base64url')
}

/** @returns undefined for any other text */
export function readShortForm(text: string): ShortProof | undefined {
  if (!/^[\w-]{100,400}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length <= FIXED || bytes[0] !== VERSION) return undefined
  let at = 1
  const take = (length: number): Buffer => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const prefecture = String(take(2).readUInt16BE()).padStart(4, '0')
  const log = take(16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const index = take(6).readUIntBE(0, 6)
  const leaf = take(32).toString('hex')
  const size = take(6).readUIntBE(0, 6)
  const root = take(32).toString('hex')
  const ms = take(6).readUIntBE(0, 6)
  const keyId = take(8).toString('hex')
  const signature = bytes.subarray(at).toString('base64')
  const found = inclusionProof
    .omit({ path: true })
    .safeParse({ leaf, index, head: { prefecture, log, size, root, at: new Date(Math.min(ms, 8.64e15)).toISOString(), keyId, signature } })
  return found.success ? found.data : undefined
}
