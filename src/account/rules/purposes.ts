import data from '#account/data/purposes.json' with { type: 'json' }
import type { ReadPurpose } from '#account/model.ts'
import { READ_PURPOSE_WORDS } from '#account/words.ts'
import type { Sentence } from '#kernel/language.ts'
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

/** The purposes that may be stated on a day, in the order of the list. */
export const purposesOn = (on: Day): readonly ReadPurpose[] => [...new Set(PURPOSES.filter(({ validFrom }) => validFrom <= on).map(({ id }) => id))]

/** What is wrong with a purpose as stated, by field; nothing: it may be recorded. */
export function purposeProblems(purpose: ReadPurpose, note: string | null, on: Day): Readonly<Record<string, Sentence>> {
  const terms = purposeTerms(purpose, on)
  if (terms === undefined) return { purpose: notYet(purpose) }
  return terms.note && (note ?? '').trim().length < NOTE_LENGTH_MIN ? { note: SAY_WHY } : {}
}

const SAY_WHY: Sentence = {
  zh: '请写明查询的具体事由（至少 4 个字，例如案号或求助情况）：没有写明事由，信息不会打开。',
  en: 'Say in at least 4 characters what it is about, such as the number of the investigation: without it nothing is opened.',
}

function notYet(purpose: ReadPurpose): Sentence {
  const { zh, en } = READ_PURPOSE_WORDS[purpose]
  return { zh: `“${zh}”这天还不是可选的事由，请另选一个。`, en: `“${en}” was no purpose on that day; choose another.` }
}
