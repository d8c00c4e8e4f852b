import { z } from 'zod'
import { type Edge, extended, NO_LEAVES, rootOf } from '#kernel/merkle.ts'
import { leafHash } from '#platform/evidence/leaf.ts'
import { isSignedBy, type PublicKey } from '#platform/evidence/signing.ts'
import { nodeHash } from '#platform/evidence/tree.ts'

const digest = z.string().regex(/^[\da-f]{64}$/)
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const moment = z.iso.datetime({ precision: 3 })
const prefecture = z.string().regex(/^\d{4}$/)

/** A signed head as everybody is given it: in the published file, in receipts and by the API. Hashes are hexadecimal, the signature base64. */
export const signedHead = z.strictObject({
  prefecture,
  log: z.uuid(),
  size: count.min(1),
  root: digest,
  at: moment,
  keyId: z.string().regex(/^[\da-f]{16}$/),
  signature: z.base64(),
})
export type SignedHead = z.output<typeof signedHead>

/** With the tree's right edge, from which whoever checks can go on when what came before it is broken: it hashes to the root, or is none. */
export const publishedHead = signedHead.extend({ edge: z.array(digest).min(1) })
export type PublishedHead = z.output<typeof publishedHead>

/** What is signed of a head. */
export const headMessage = ({ prefecture: of, log, size, root, at }: Omit<SignedHead, 'keyId' | 'signature'>): string =>
  `yitang evidence head\n${of}\n${log}\n${size}\n${root}\n${at}\n`

/** A head as it counts into the root of a day. */
export const dayHead = signedHead.pick({ prefecture: true, log: true, size: true, root: true })
export type DayHead = z.output<typeof dayHead>

export const signedDay = z.strictObject({
  day: z.iso.date(),
  /** The root of the day before it; empty for the first. */
  previous: z.union([digest, z.literal('')]),
  root: digest,
  heads: z.array(dayHead).min(1),
  at: moment,
  keyId: z.string().regex(/^[\da-f]{16}$/),
  signature: z.base64(),
})
export type SignedDay = z.output<typeof signedDay>

export const dayMessage = ({ day, previous, root, at }: Pick<SignedDay, 'day' | 'previous' | 'root' | 'at'>): string =>
  `yitang evidence day\n${day}\n${previous}\n${root}\n${at}\n`

/** The root of a day: the Merkle tree over the heads of the prefectures, in the order of their codes. */
export function dayRoot(heads: readonly DayHead[]): string {
  const leaves = heads.toSorted((a, b) => (a.prefecture < b.prefecture ? -1 : 1)).map((h) => leafHash('head', [h.prefecture, h.log, String(h.size), h.root]))
  return rootOf(extended(NO_LEAVES, leaves, nodeHash), nodeHash)
}

export const edgeOf = ({ size, edge }: Pick<PublishedHead, 'size' | 'edge'>): Edge => ({ size, hashes: edge })

/** Whether the edge is that of the tree with this root. */
export function hasItsEdge(head: PublishedHead): boolean {
  try {
    return rootOf(edgeOf(head), nodeHash) === head.root
  } catch {
    return false
  }
}

export type SignatureFault = 'unknown-key' | 'wrong-signature'

/** @returns undefined when one of the keys signed it */
export function signatureFault(message: string, signed: { readonly keyId: string; readonly signature: string }, keys: readonly PublicKey[]) {
  const key = keys.find(({ id }) => id === signed.keyId)
  if (key === undefined) return 'unknown-key' satisfies SignatureFault
  return isSignedBy(key, message, Buffer.from(signed.signature, 'base64')) ? undefined : ('wrong-signature' satisfies SignatureFault)
}
