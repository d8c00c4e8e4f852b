/** Accepting a case with encryption beside accepting it without: the same commands and statements, with a sealer that only writes down. */
import { openApplicants } from '#bench/applicants.ts'
import { type Ends, type Figure, warmRate } from '#bench/figure.ts'
import { type Office, openOffice } from '#bench/office.ts'
import { plainSealer } from '#bench/plain-sealer.ts'
import { type Desk, openDesk } from '#bench/server.ts'
import { LANES } from '#bench/submitting.ts'

export interface EncryptionSize {
  readonly rounds: number
  readonly casesPerLane: number
  readonly warmUpPerLane: number
}

/** In turns, so that both meet the same machine. */
export async function measureEncryption(
  office: Office,
  place: { readonly url: string; readonly dataDir: string; readonly ownerUrl: string },
  size: EncryptionSize,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const plainOffice = await openOffice({ ...place, sealer: plainSealer })
  const ways = [
    { name: 'with', desk: openDesk(place), applicants: await openApplicants(office, 116), rates: [] as number[] },
    { name: 'without', desk: openDesk({ ...place, plain: true }), applicants: await openApplicants(plainOffice, 117), rates: [] as number[] },
  ]
  const play = async (desk: Desk, applicants: (typeof ways)[number]['applicants']): Promise<Ends> =>
    desk.accept({ photo: applicants.photo, numbers: await applicants.more(size.casesPerLane * LANES) })
  try {
    for (const { desk, applicants } of ways) await play(desk, applicants)
    for (let round = 0; round < size.rounds; round += 1) {
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) way.rates.push(warmRate(await play(way.desk, way.applicants), size.warmUpPerLane))
      say(`  encryption, round ${round + 1} of ${size.rounds}: ${ways.map(({ name, rates }) => `${name} ${rates.at(-1)?.toFixed(0)}/s`).join(', ')}`)
    }
  } finally {
    for (const { desk } of ways) desk.close()
    await plainOffice.close()
  }
  const [sealed, plain] = ways.map(({ rates }) => rates) as [number[], number[]]
  return [
    {
      name: 'accepting a case with encryption ÷ without',
      unit: 'ratio',
      rounds: sealed.map((rate, round) => rate / (plain[round] as number)),
      reach: { least: 0.9, aim: 0.95 },
    },
  ]
}
