import { type ConsistencyProof, consistencySpans, inclusionSpans, type Span, type Subtree, spanHash, subtreesOf } from '#kernel/merkle.ts'
import type { Day } from '#kernel/time.ts'
import type { Db } from '#platform/db.ts'
import type { PublishedHead, SignedDay, SignedHead } from '#platform/evidence/heads.ts'
import { type InclusionProof, type ProofFault, proofFault, type ShortProof } from '#platform/evidence/proof.ts'
import type { HeadSigner, PublicKey } from '#platform/evidence/signing.ts'
import { findDay, HashesLacking, hashesOf, headAt, LEVEL_STEP, lastHeads, type Run, standingOf } from '#platform/evidence/store.ts'
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

/** A log is not begun anew faster than it is read. */
const READINGS_MAX = 3

/** Nothing can be proved of such a log; every other fault stays one. */
function whenLacking(error: unknown): undefined {
  if (!(error instanceof HashesLacking)) throw error
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
  /** The hashes of parts of a log, those of each path, all read in one round trip. */
  async function spanHashesOfAll(prefecture: string, paths: readonly (readonly Span[])[]): Promise<readonly (readonly string[])[]> {
    const subtrees = paths.map((spans) => spans.map(subtreesOf))
    const hashes = (await hashesOf(db, prefecture, subtrees.flat(2).map(runOf))).map(folded)
    let at = 0
    return subtrees.map((path) =>
      path.map(({ length }) => {
        at += length
        return spanHash(hashes.slice(at - length, at), nodeHash)
      }),
    )
  }
  const spanHashes = async (prefecture: string, spans: readonly Span[]): Promise<readonly string[]> => (await spanHashesOfAll(prefecture, [spans]))[0] ?? []
  const fault = (proof: InclusionProof): ProofFault | undefined => proofFault(proof, signer.all())

  return {
    async ofStream(prefecture, stream, seq) {
      for (let attempt = 1; ; attempt += 1) {
        const { waiting, places } = await standingOf(db, prefecture, stream, seq ?? null)
        try {
          const paths = await spanHashesOfAll(
            prefecture,
            places.map(({ index, head }) => inclusionSpans(index, head.size)),
          )
          return { waiting, proofs: places.map(({ head, ...place }, i) => ({ ...place, path: [...(paths[i] ?? [])], head: signedOnly(head) })) }
        } catch (error) {
          // The log was begun anew between the two readings: what it says now is asked. Hashes that a standing log lacks are a fault.
          if (!(error instanceof HashesLacking) || attempt === READINGS_MAX) throw error
        }
      }
    },
    async completed(short) {
      const head = await headAt(db, short.head.prefecture, short.head.size)
      if (head === undefined || head.log !== short.head.log || short.index >= head.size) return undefined
      const path = await spanHashes(short.head.prefecture, inclusionSpans(short.index, head.size)).catch(whenLacking)
      return path && { ...short, path: [...path] }
    },
    fault,
    async consistency(prefecture, first, second) {
      if (first > second) return undefined
      const [older, newer] = [await headAt(db, prefecture, first), await headAt(db, prefecture, second)]
      if (older === undefined || newer === undefined) return undefined
      const path = await spanHashes(prefecture, consistencySpans(first, second)).catch(whenLacking)
      return path && { first: { size: first, root: older.root }, second: { size: second, root: newer.root }, path }
    },
    heads: async () => (await lastHeads(db, prefectures)).map(signedOnly),
    day: (day) => findDay(db, day),
    keys: signer.all,
  }
}
