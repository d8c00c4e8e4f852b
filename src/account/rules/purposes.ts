import data from '#account/data/purposes.json' with { type: 'json' }
import type { ReadPurpose } from '#account/model.ts'
import type { Day } from '#kernel/time.ts'

/** One purpose for which a record may be opened, from a day on. Which there are is data: an interpretation, where the law names none. */
export interface PurposeTerms {
  readonly id: ReadPurpose
  /** Whether the reader must say in their own words what it is about. */
  readonly note: boolean
  /** Whether name, birth and address are shown whole. */
  readonly inFull: boolean
  readonly validFrom: Day
  readonly basis: string
}

export const PURPOSES = data as unknown as readonly PurposeTerms[]

const NOTE_LENGTH_MIN = 4

export const purposeTerms = (purpose: ReadPurpose, on: Day): PurposeTerms | undefined =>
  PURPOSES.filter(({ id, validFrom }) => id === purpose && validFrom <= on).toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]

export type PurposeProblem = 'not-yet' | 'say-why'

/** What is wrong with a purpose as stated; undefined: it may be recorded. */
export function purposeProblem(purpose: ReadPurpose, note: string | null, on: Day): PurposeProblem | undefined {
  const terms = purposeTerms(purpose, on)
  if (terms === undefined) return 'not-yet'
  return terms.note && (note ?? '').trim().length < NOTE_LENGTH_MIN ? 'say-why' : undefined
}
