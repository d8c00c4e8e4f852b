import shipped from '#account/data/legal-bases.json' with { type: 'json' }
import { type Retention, retentionOn } from '#account/rules/retention.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Day } from '#kernel/time.ts'

/** A purpose for which data of people is handled: what, why, on what ground, and where that is announced (个人信息保护法 13, 17). */
export interface LegalBasis {
  readonly id: string
  readonly validFrom: Day
  readonly title: Sentence
  readonly what: Sentence
  readonly why: Sentence
  /** `consent` is asked for separately and can be withdrawn; the other is announced. */
  readonly basis: 'statutory-duty' | 'consent'
  readonly articles: readonly string[]
  readonly interpretation?: boolean
  readonly announced: readonly ('page' | 'window')[]
  readonly sensitive: boolean
  /** false: consent is not asked for, since nothing is offered. */
  readonly offered?: boolean
  /** How long: an id of the retention's data. */
  readonly retention: string | null
  readonly givenTo: Sentence | null
}

export const LEGAL_BASES: readonly LegalBasis[] = shipped as unknown as readonly LegalBasis[]

/** Only what rests on consent, and is offered, can be consented to: a statutory duty is none of anybody's choice. */
export const findConsentable = (bases: readonly LegalBasis[], purpose: string): LegalBasis | undefined =>
  bases.find(({ id, basis, offered }) => id === purpose && basis === 'consent' && offered !== false)

export const announcedAt = (bases: readonly LegalBasis[], where: 'page' | 'window'): readonly LegalBasis[] =>
  bases.filter(({ announced }) => announced.includes(where))

/** A purpose as the person is told of it. */
export interface Notice extends Pick<LegalBasis, 'id' | 'title' | 'what' | 'why' | 'basis' | 'sensitive' | 'givenTo'> {
  readonly articles: string[]
  readonly offered: boolean
  /** How long it is kept; null where nothing is. */
  readonly keeps: Sentence | null
}

/** What is handled for which purpose, as it holds on the day. */
export function privacyNotice(bases: readonly LegalBasis[], retention: readonly Retention[], on: Day): Notice[] {
  const terms = new Map(retentionOn(retention, on).map((one) => [one.id, one.note]))
  return bases
    .filter(({ validFrom }) => validFrom <= on)
    .map(({ validFrom: _from, announced: _announced, interpretation: _ours, retention: term, offered, articles, ...basis }) => ({
      ...basis,
      articles: [...articles],
      offered: offered !== false,
      keeps: term === null ? null : (terms.get(term) ?? null),
    }))
}
