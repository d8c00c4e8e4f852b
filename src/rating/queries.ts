import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { SealedValue } from '#case/model.ts'
import type { Service } from '#catalogue/model.ts'
import { isUuid, type Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, plusDays } from '#kernel/time.ts'
import { type Places, PREFECTURES, type Prefecture } from '#place/model.ts'
import { findOrgan, fullNameOf } from '#place/rules/organs.ts'
import { forSystem, jurisdictionPrefix } from '#platform/actor.ts'
import { noCursor } from '#platform/cursor.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { findOpened } from '#platform/person-keys.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Sealed, Sealer } from '#platform/sealed.ts'
import { resourceOfRating } from '#rating/commands.ts'
import type { OwnRatings, RatingFigures, RatingReply, RatingsReply } from '#rating/contract.ts'
import { LEVELS, type Rating, type RatingLevel, type RatingSettings } from '#rating/model.ts'
import { ratingProblem, satisfiedShare, servedChannels, settingsOn } from '#rating/rules.ts'
import { countsFact, type OrganCounts, type RatingList, ratingOf, ratingsOfCaseFact, ratingsPiece } from '#rating/store.ts'
import { CHANNEL_WORDS, LEVEL_WORDS, RESULT_WORDS, ratingRefusal, SATISFIED_MEANS } from '#rating/words.ts'

export interface RatingQueryDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly places: Places
  readonly services: ReadonlyMap<string, Service>
  readonly settings: readonly RatingSettings[]
}

/** What an officer may see: one organ's, or all under theirs. */
export interface RatingScope {
  readonly prefectures: readonly Prefecture[]
  /** What the codes of the organs begin with. */
  readonly organs: string
}

export interface RatingsAsked {
  readonly list: RatingList
  readonly organ?: string | undefined
  readonly level?: number | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface RatingQueries {
  list(scope: RatingScope, asked: RatingsAsked, now: Instant): Promise<RatingsReply>
  figures(scope: RatingScope, now: Instant): Promise<RatingFigures>
  /** For whoever has proved that the case is theirs. */
  ofCase(record: CaseRecord, now: Instant): Promise<OwnRatings>
}

/** @throws ProblemError not-found for whoever sees no ratings */
export function ratingScope(places: Places, actor: Actor | null): RatingScope {
  const organ = actor?.organ ? findOrgan(places, actor.organ) : undefined
  if (actor === null || organ === undefined || !can(actor, 'rating.read', resourceOfRating(places, actor, { organ: organ.code, ratedOfficers: [] }))) {
    throw new ProblemError(problem('not-found'))
  }
  const organs = actor.role === 'supervisor' ? jurisdictionPrefix(organ.code) : organ.code
  // A rating is kept with the case, whose prefecture is that of the person's record and not of the organ that served them.
  return { prefectures: PREFECTURES, organs }
}

/** How far back the figures go: the running month and the eleven before it. */
const FIGURE_DAYS = 335
const UNKNOWN_TITLE: Sentence = { zh: '已停办事项', en: 'a service no longer offered' }

export function openRatingQueries(deps: RatingQueryDeps): RatingQueries {
  const { db, sealer, places } = deps

  const nameOf = (organ: string): Sentence => (findOrgan(places, organ) ? fullNameOf(places, organ) : { zh: organ, en: organ })

  /** What was typed, for whoever the database showed the rating. */
  const openedText = async (sealed: SealedValue | null): Promise<string | null> =>
    sealed === null ? null : ((await forSystem('rating', () => findOpened(db, sealer, sealed as Sealed))) ?? null)

  async function replyOf(rating: Rating, now: Instant): Promise<RatingReply> {
    const { prefecture, id, organ, service, channel, level, indicators, ratedOn, named, caseNumber, state, dueAt, provisional, handler } = rating
    const { calls, reached, satisfied, result, closedAt, late } = rating
    return {
      ...{ prefecture, id, organ, service, channel, level, indicators: { ...indicators }, ratedOn, named, caseNumber, state, dueAt, provisional, handler },
      ...{ calls, reached, satisfied, result, closedAt, late },
      organName: nameOf(organ),
      title: deps.services.get(service)?.title ?? UNKNOWN_TITLE,
      levelWords: LEVEL_WORDS[level],
      overdue: state === 'open' && dueAt !== null && dueAt < now,
      resultWords: result && RESULT_WORDS[result],
      comment: await openedText(rating.comment),
      measure: await openedText(rating.measure),
      callNote: await openedText(rating.callNote),
      explanation: await openedText(rating.explanation),
    }
  }

  return {
    async list(scope, asked, now) {
      if (asked.cursor !== undefined && !isUuid(asked.cursor)) throw noCursor()
      // Another organ than one's own is looked for among one's own, and found there or not.
      const organs = asked.organ?.startsWith(scope.organs) ? asked.organ : scope.organs
      const piece = ratingsPiece(
        { prefectures: scope.prefectures, organs, list: asked.list, level: (asked.level ?? null) as RatingLevel | null, now },
        (asked.cursor ?? null) as Uuid | null,
        asked.limit,
      )
      const { rows } = await db.run<Parameters<typeof ratingOf>[0]>(piece)
      const page = rows.slice(0, asked.limit)
      return {
        takenAt: now,
        items: await Promise.all(page.map((row) => replyOf(ratingOf(row), now))),
        next: rows.length > asked.limit ? (page.at(-1)?.id ?? null) : null,
      }
    },
    async figures(scope, now) {
      const fromMonth = plusDays(dayOf(now), -FIGURE_DAYS).slice(0, 7)
      const { counts } = await gather(db, { counts: countsFact(scope.prefectures, scope.organs, fromMonth, now) })
      const { limit, basis, verified, note } = settingsOn(deps.settings, dayOf(now))
      return {
        takenAt: now,
        fromMonth,
        organs: counts.map((one) => ({ organ: one.organ, organName: nameOf(one.organ), ...summed([one]) })),
        totals: summed(counts),
        satisfiedMeans: SATISFIED_MEANS,
        limit: { workingDays: limit.amount, basis, verified, note },
      }
    },
    async ofCase(record, now) {
      const { ratings } = await forSystem('rating', () => gather(db, { ratings: ratingsOfCaseFact(record.key) }))
      const settings = settingsOn(deps.settings, dayOf(now))
      const whyNot = (channel: (typeof ratings)[number]['channel']): Sentence | null => {
        const code = ratings.some((one) => one.channel === channel) ? 'rated-already' : ratingProblem(record, channel, now, settings)
        return code === undefined ? null : ratingRefusal(code).sentence
      }
      return {
        channels: servedChannels(record.state, record.past).map((channel) => {
          const why = whyNot(channel)
          return { channel, words: CHANNEL_WORDS[channel], canBeRated: why === null, whyNot: why }
        }),
        ratings: await Promise.all(
          ratings.map(async (one) => {
            const { channel, level, levelWords, ratedOn, named, comment, state, dueAt, resultWords, explanation, closedAt } = await replyOf(one, now)
            return { channel, level, levelWords, ratedOn, named, comment, state, dueAt, resultWords, explanation, closedAt }
          }),
        ),
      }
    },
  }
}

function summed(counts: readonly OrganCounts[]): RatingFigures['totals'] {
  const sum = (of: (one: OrganCounts) => number): number => counts.reduce((total, one) => total + of(one), 0)
  const levels = Object.fromEntries(LEVELS.map((level) => [level, sum((one) => one.levels[level])])) as Record<RatingLevel, number>
  return {
    levels: { ...levels },
    rated: LEVELS.reduce((total, level) => total + levels[level], 0),
    satisfied: satisfiedShare(levels),
    open: sum((one) => one.open),
    overdue: sum((one) => one.overdue),
    kept: sum((one) => one.kept),
    late: sum((one) => one.late),
  }
}
