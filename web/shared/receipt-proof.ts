/** What a receipt carries: the proof that the acceptance was sealed. */
import type { CaseRecord } from '#case/commands.ts'
import { type ShortProof, shortForm } from '#platform/evidence/proof.ts'
import type { Services } from '#web/services.ts'

/** The proof of the acceptance, or of the submission where a person still decides; undefined while it is being sealed. */
export async function receiptProof({ evidence }: Pick<Services, 'evidence'>, { key, past }: CaseRecord): Promise<ShortProof | undefined> {
  const happened = past.find(({ event }) => event.type === 'CaseAccepted') ?? past[0]
  const { proofs } = await evidence.ofStream(key.prefecture, key.stream, happened?.seq)
  return proofs[0]
}

/** Where it is checked: the address that the receipt's code holds. */
export const checkHref = (proof: ShortProof): string => `/verify/receipt?c=${shortForm(proof)}`
