/** What the evidence log costs where cases are accepted, and how fast it is proved. */
import { openApplicants } from '#bench/applicants.ts'
import { type Ends, type Figure, warmRate } from '#bench/figure.ts'
import { NOW, type Office } from '#bench/office.ts'
import { type Desk, openDesk } from '#bench/server.ts'
import { LANES } from '#bench/submitting.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import { extended, NO_LEAVES, rootOf } from '#kernel/merkle.ts'
import { PREFECTURES } from '#place/model.ts'
import { leafHash } from '#platform/evidence/leaf.ts'
import { openPublisher, publishedFolder } from '#platform/evidence/published.ts'
import { sealingSweep } from '#platform/evidence/sealer.ts'
import { openSigner } from '#platform/evidence/signing.ts'
import { nodeHash } from '#platform/evidence/tree.ts'

export interface EvidenceSize {
  readonly rounds: number
  readonly casesPerLane: number
  readonly warmUpPerLane: number
}

/** In turns, so that both meet the same machine. While cases are accepted with the log, it is sealed each second, as a worker does. */
export async function measureEvidence(
  office: Office,
  place: { readonly url: string; readonly dataDir: string },
  size: EvidenceSize,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const applicants = await openApplicants(office, 216)
  const sweep = sealingSweep({
    ...{ db: office.db, prefectures: PREFECTURES, signer: openSigner(place.dataDir), publisher: openPublisher(publishedFolder(place.dataDir)) },
    log: { error: ((fields: { err: Error }) => say(`  sealing failed: ${fields.err.message}`)) as never, warn: () => undefined },
  })
  const [log, plain] = [openDesk(place), openDesk({ ...place, plainAudit: true })]
  const rates = { log: [] as number[], plain: [] as number[] }
  const play = async (desk: Desk): Promise<Ends> => desk.accept({ photo: applicants.photo, numbers: await applicants.more(size.casesPerLane * LANES) })
  const playSealed = async (): Promise<Ends> => {
    let over = false
    const sealing = (async () => {
      while (!over) {
        await sweep.run(NOW)
        await new Promise((done) => setTimeout(done, 1000))
      }
    })()
    const ends = await play(log)
    over = true
    await sealing
    return ends
  }
  try {
    await playSealed()
    await play(plain)
    for (let round = 0; round < size.rounds; round += 1) {
      const ways = [
        async () => rates.log.push(warmRate(await playSealed(), size.warmUpPerLane)),
        async () => rates.plain.push(warmRate(await play(plain), size.warmUpPerLane)),
      ]
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) await way()
      say(`  evidence, round ${round + 1} of ${size.rounds}: log ${rates.log.at(-1)?.toFixed(0)}/s, plain ${rates.plain.at(-1)?.toFixed(0)}/s`)
    }
  } finally {
    log.close()
    plain.close()
  }
  return [
    {
      name: 'accepting a case with the evidence log ÷ with a plain audit row',
      unit: 'ratio',
      rounds: rates.log.map((rate, round) => rate / (rates.plain[round] as number)),
      reach: { least: 0.9 },
      note: 'The log is sealed, signed and published each second meanwhile.',
    },
  ]
}

/** Of an event as a case has them. */
const BODY_CHARACTERS = 500

/** Leaves and the tree over them, in processor time, without a database: what one core can prove. */
export function measureProving(size: { readonly rounds: number; readonly leaves: number }): readonly Figure[] {
  const body = canonicalJson({ note: '证'.repeat(BODY_CHARACTERS / 2), more: 'x'.repeat(BODY_CHARACTERS / 2) })
  const stream = '019c0000-0000-7000-8000-000000000001' as Uuid
  const fieldsOf = (i: number): (string | null)[] => [
    ...['2201', stream, String(i), 'CaseAccepted', NOW, 'station-officer:220102500100:1', 'station-officer'],
    ...['220102500100', null, '居民身份证法 5', '2021-05-07', 'r-1', body],
  ]
  const rounds = Array.from({ length: size.rounds }, () => {
    const before = process.cpuUsage()
    let edge = NO_LEAVES
    for (let i = 0; i < size.leaves; i += 1000) {
      edge = extended(
        edge,
        Array.from({ length: Math.min(1000, size.leaves - i) }, (_, n) => leafHash('event', fieldsOf(i + n))),
        nodeHash,
      )
    }
    rootOf(edge, nodeHash)
    const { user, system } = process.cpuUsage(before)
    return size.leaves / ((user + system) / 1e6)
  })
  return [
    {
      name: 'verifying the log: leaves and tree, per second of one core',
      unit: 'leaves/s',
      rounds,
      reach: { least: 100_000 },
      note: 'Hashing every row of some 1,100 octets and every node, without reading the database.',
    },
  ]
}
