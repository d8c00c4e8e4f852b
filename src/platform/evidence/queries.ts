import { type ConsistencyProof, consistencySpans, inclusionSpans, type Span, type Subtree, spanHash, subtreesOf } from '#kernel/merkle.ts'
import type { Day } from '#kernel/time.ts'
import type { Db } from '#platform/db.ts'
import type { PublishedHead, SignedDay, SignedHead } from '#platform/evidence/heads.ts'
import { type InclusionProof, type ProofFault, proofFault, type ShortProof } from '#platform/evidence/proof.ts'
import type { HeadSigner, PublicKey } from '#platform/evidence/signing.ts'
import { findDay, hashesOf, headAt, headOver, LEVEL_STEP, lastHeads, placesOf, type Run, waitingOf } from '#platform/evidence/store.ts'
import { nodeHash } from '#platform/evidence/tree.ts'

/** One event of a stream, proved. */
export interface ProvedEvent extends InclusionProof {
  readonly seq: number
}

export interface StreamEvidence {
  /** Events that the sealer has not passed yet: some seconds old. */
  readonly waiting: number
  readonly proofs: readonly ProvedEvent[]
}

export interface Evidence {
  /** The proofs of a stream's events, in their order. @param seq only of this event */
  ofStream(prefecture: string, stream: string, seq?: number): Promise<StreamEvidence>
  /** The whole proof for a short form; undefined when the log has no such head, or too few leaves. */
  completed(short: ShortProof): Promise<InclusionProof | undefined>
  /** Why a proof doesn't hold. */
  fault(proof: InclusionProof): ProofFault | undefined
  /** The path from one size of a log to a later one; undefined when one of them is no head. */
  consistency(prefecture: string, first: number, second: number): Promise<ConsistencyProof | undefined>
  heads(): Promise<readonly SignedHead[]>
  day(day: Day): Promise<SignedDay | undefined>
  keys(): readonly PublicKey[]
}

const signedOnly = ({ edge: _edge, ...head }: PublishedHead): SignedHead => head

/** The kept hashes that make a complete subtree. */
function runOf({ level, index }: Subtree): Run {
  const kept = level - (level % LEVEL_STEP)
  const width = 2 ** (level - kept)
  return { level: kept, from: index * width, to: (index + 1) * width }
}

/** From hashes that stand next to each other, as many as a power of two, the hash over them. */
function folded(hashes: readonly string[]): string {
  let row = hashes
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[i * 2] as string, row[i * 2 + 1] as string))
  return row[0] as string
}

export function openEvidence(db: Db, prefectures: readonly string[], signer: HeadSigner): Evidence {
  /** The hashes of parts of a log, all read in one round trip. */
  async function spanHashes(prefecture: string, spans: readonly Span[]): Promise<readonly string[]> {
    const subtrees = spans.map(subtreesOf)
    const hashes = (await hashesOf(db, prefecture, subtrees.flat().map(runOf))).map(folded)
    let at = 0
    return subtrees.map(({ length }) => {
      at += length
      return spanHash(hashes.slice(at - length, at), nodeHash)
    })
  }
  const fault = (proof: InclusionProof): ProofFault | undefined => proofFault(proof, signer.all())

  return {
    async ofStream(prefecture, stream, seq) {
      const places = (await placesOf(db, prefecture, stream)).filter((place) => seq === undefined || place.seq === seq)
      const proofs: ProvedEvent[] = []
      for (const { seq: of, index, leaf } of places) {
        const head = await headOver(db, prefecture, index)
        if (head === undefined) continue
        const path = await spanHashes(prefecture, inclusionSpans(index, head.size))
        proofs.push({ seq: of, leaf, index, path: [...path], head: signedOnly(head) })
      }
      return { waiting: await waitingOf(db, prefecture, stream), proofs }
    },
    async completed(short) {
      const head = await headAt(db, short.head.prefecture, short.head.size)
      if (head === undefined || head.log !== short.head.log || short.index >= head.size) return undefined
      const path = await spanHashes(short.head.prefecture, inclusionSpans(short.index, head.size)).catch(() => undefined)
      return path && { ...short, path: [...path] }
    },
    fault,
    async consistency(prefecture, first, second) {
      if (first > second) return undefined
      const [older, newer] = [await headAt(db, prefecture, first), await headAt(db, prefecture, second)]
      if (older === undefined || newer === undefined) return undefined
      const path = await spanHashes(prefecture, consistencySpans(first, second))
      return { first: { size: first, root: older.root }, second: { size: second, root: newer.root }, path }
    },
    heads: async () => (await lastHeads(db, prefectures)).map(signedOnly),
    day: (day) => findDay(db, day),
    keys: signer.all,
  }
}
