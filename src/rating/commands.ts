import type { Actor, Resource } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { calendarsAround } from '#calendar/commands.ts'
import type { Calendar } from '#calendar/model.ts'
import type { CaseRecord, Cases } from '#case/commands.ts'
import type { SealedValue } from '#case/model.ts'
import type { CaseQueries } from '#case/queries.ts'
import { jurisdictionOf } from '#case/rules/access.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf, type Instant, plusMs } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { forSystem } from '#platform/actor.ts'
import type { Ids } from '#platform/chance.ts'
import { type Committer, decidedAgain, Taken, type Timer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type StreamKey, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { type Answer, jsonAnswer, type Once, problemAnswer } from '#platform/once.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { problem } from '#platform/problem.ts'
import {
  INDICATORS,
  type Indicator,
  type Indicators,
  type RatedChannel,
  type Rating,
  type RatingEvent,
  type RatingLevel,
  type RatingRefusal,
  type RatingSettings,
  type RatingState,
  type RectificationCommand,
  type RectificationResult,
} from '#rating/model.ts'
import {
  decideRectification,
  evolveRating,
  isBad,
  ratedOfficers,
  ratingProblem,
  rectificationDue,
  rectificationLimit,
  settingsOn,
  warnAt,
} from '#rating/rules.ts'
import { caseOfRatingFact, countChange, openRatingsPiece, ratedChanges, ratingFact, ratingOf, rectifiedChange } from '#rating/store.ts'
import { ratingRefusal } from '#rating/words.ts'

export interface RatingDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly places: Places
  readonly calendar: () => Calendar
  readonly settings: readonly RatingSettings[]
  readonly cases: Pick<Cases, 'sealFor'>
  readonly caseQueries: Pick<CaseQueries, 'findByKey'>
}

export interface Said {
  readonly channel: RatedChannel
  readonly level: RatingLevel
  readonly indicators: Readonly<Partial<Record<Indicator, RatingLevel>>>
  readonly comment: string
}

/** What an officer does, as it was typed. */
export type Typed =
  | { readonly type: 'Assign'; readonly handler: string }
  | { readonly type: 'Record'; readonly measure: string }
  | { readonly type: 'CallBack'; readonly reached: boolean; readonly satisfied: boolean | null; readonly note: string }
  | { readonly type: 'Close'; readonly result: RectificationResult; readonly explanation: string }

export interface Ratings {
  /**
   * The caller has proved that the case is theirs: signed in, or by the end of the identity number.
   * @param author who gives their name to it; null: nobody does
   */
  give(record: CaseRecord, said: Said, author: Uuid | null, act: Act, once: Once): Promise<Answer>
  /** @returns 404 for whoever may not */
  rectify(key: StreamKey, typed: Typed, actor: Actor | null, act: Act, once: Once): Promise<Answer>
  readonly reacting: {
    warn(item: OutboxItem): Promise<void>
    overdue(item: OutboxItem): Promise<void>
    rederive(item: OutboxItem): Promise<void>
  }
}

export const WARN = 'rating.warn'
export const OVERDUE = 'rating.overdue'
const BASIS = '国办发〔2019〕51号'
const PAGE = 200

/** A limit is kept to its last millisecond. */
const overdueAt = (dueAt: Instant): Instant => plusMs(dueAt, 1)

/** Nothing that happened to an anonymous rating says who gave it. */
const nobodys = ({ at }: Act): Act => ({ at, actor: 'anonymous', actorRole: 'anyone', actorOrgan: null, onBehalfOf: null, requestId: 'anonymous' })

const systemAct = ({ at, reaction, stream, seq }: OutboxItem): Act => ({
  ...{ at, actor: 'system:rating', actorRole: 'system', actorOrgan: null, onBehalfOf: null },
  requestId: `${reaction}:${stream}:${seq}`,
})

const refusedAnswer = (code: RatingRefusal): Answer => problemAnswer(problem('refused', { refusals: [ratingRefusal(code)] }))

/** What `can` needs to know of a rating; whoever was rated counts as the one who accepted. */
export const resourceOfRating = (places: Places, actor: Actor | null, { organ, ratedOfficers: rated }: Pick<Rating, 'organ' | 'ratedOfficers'>): Resource => ({
  organ,
  jurisdiction: jurisdictionOf(places, actor?.organ ?? null),
  acceptedBy: actor !== null && rated.includes(actor.id) ? actor.id : null,
})

export const ACTION_OF = {
  Assign: 'rectification.assign',
  Record: 'rectification.record',
  CallBack: 'rectification.call-back',
  Close: 'rectification.close',
} as const

/** Only the indicators of the channel that is rated. */
const indicatorsOf = ({ channel, indicators }: Said): Indicators =>
  Object.fromEntries(INDICATORS[channel].flatMap((name) => (indicators[name] === undefined ? [] : [[name, indicators[name]]])))

export function openRatings(deps: RatingDeps): Ratings {
  const { db, committer, places } = deps

  const warningAt = (calendar: Calendar, openedAt: Instant, dueAt: Instant): Instant =>
    warnAt(calendar, dueAt, settingsOn(deps.settings, dayOf(openedAt)).warnWorkingDaysBefore, openedAt)

  const timersOf = (calendar: Calendar, { prefecture, stream }: StreamKey, seq: number, openedAt: Instant, dueAt: Instant): readonly Timer[] => [
    { prefecture, stream, seq, reaction: WARN, dueAt: warningAt(calendar, openedAt, dueAt) },
    { prefecture, stream, seq, reaction: OVERDUE, dueAt: overdueAt(dueAt) },
  ]

  async function give(record: CaseRecord, said: Said, author: Uuid | null, act: Act, once: Once): Promise<Answer> {
    const { seen } = await gather(db, { seen: once.seen })
    const replayed = once.replay(seen)
    if (replayed) return replayed
    const refuse = async (code: RatingRefusal): Promise<Answer> => {
      const answer = refusedAnswer(code)
      await committer.commit({ events: [], changes: [once.remember(answer)] })
      return answer
    }
    const { submission } = record.state
    const settings = settingsOn(deps.settings, dayOf(act.at))
    const wrong = ratingProblem(record, said.channel, act.at, settings)
    if (wrong !== undefined || submission === null) return refuse(wrong ?? 'not-served-yet')
    const key: StreamKey = { prefecture: record.key.prefecture, stream: deps.ids.uuid(act.at) }
    const comment: SealedValue | null = said.comment === '' ? null : await deps.cases.sealFor(record, said.comment)
    const events: RatingEvent[] = [
      {
        ...{ type: 'RatingGiven', caseId: record.key.stream, organ: submission.organ, service: submission.service, channel: said.channel },
        ...{ level: said.level, indicators: indicatorsOf(said), named: author !== null, ratedOfficers: ratedOfficers(record.state, record.past), comment },
      },
    ]
    if (isBad(said.level)) {
      const limit = rectificationLimit(settings)
      const { dueAt, provisional } = rectificationDue(deps.calendar(), limit, act.at)
      events.push({ type: 'RectificationOpened', limit, dueAt, provisional })
    }
    const state = events.reduce<RatingState | null>((before, event) => evolveRating(before, event, act.at), null) as RatingState
    const answer = jsonAnswer(201, { channel: state.channel, level: state.level, named: state.named, rectifyBy: state.dueAt })
    const about = { caseId: record.key.stream, caseNumber: submission.number, personId: author, ratedAt: act.at }
    try {
      await committer.commit({
        events: storedEvents(key, 0, events, author === null ? nobodys(act) : act, { basis: BASIS }),
        changes: [...ratedChanges(key, state, about), once.remember(answer)],
        ...(state.dueAt === null ? {} : { timers: timersOf(deps.calendar(), key, 2, act.at, state.dueAt) }),
      })
    } catch (error) {
      if (error instanceof Taken && error.constraint === 'rating_authors_pkey') return refuse('rated-already')
      throw error
    }
    return answer
  }

  /** What officers type of somebody's rating is sealed like the rating itself, with the key of the person whose case it is. */
  const sealing = (key: StreamKey, plain: string): Promise<SealedValue> =>
    forSystem('rating', async () => {
      const { caseId } = await gather(db, { caseId: caseOfRatingFact(key) })
      const record = caseId === null ? undefined : await deps.caseQueries.findByKey({ prefecture: key.prefecture, stream: caseId })
      if (record === undefined) throw new Error(`rating ${key.stream} is of no case`)
      return deps.cases.sealFor(record, plain)
    })

  async function sealedCommand(key: StreamKey, typed: Typed): Promise<RectificationCommand> {
    switch (typed.type) {
      case 'Assign':
        return typed
      case 'Record':
        return { ...typed, measure: await sealing(key, typed.measure) }
      case 'CallBack':
        return { ...typed, note: await sealing(key, typed.note) }
      case 'Close':
        return { ...typed, explanation: await sealing(key, typed.explanation) }
    }
  }

  const after = (rating: Rating, events: readonly RatingEvent[], at: Instant): RatingState =>
    // Whose case it is is known to no officer, and moves nothing.
    events.reduce<RatingState>((before, event) => evolveRating(before, event, at), { ...rating, caseId: rating.id })

  const rectify = (key: StreamKey, typed: Typed, actor: Actor | null, act: Act, once: Once): Promise<Answer> =>
    decidedAgain(async () => {
      const { seen, rating } = await gather(db, { seen: once.seen, rating: ratingFact(key) })
      const replayed = once.replay(seen)
      if (replayed) return replayed
      if (rating === null || !can(actor, ACTION_OF[typed.type], resourceOfRating(places, actor, rating))) return problemAnswer(problem('not-found'))
      // Nothing is sealed for what is refused anyway.
      const decided = decideRectification(
        rating,
        rating.state === 'open' ? await sealedCommand(key, typed) : ({ type: 'Assign', handler: '' } as const),
        act.at,
      )
      const answerOf = ({ version, state, late }: RatingState): Answer => jsonAnswer(200, { id: key.stream, version, state, late })
      const state = decided.ok ? after(rating, decided.events, act.at) : undefined
      const answer = decided.ok && state ? answerOf(state) : refusedAnswer(decided.ok ? 'no-rectification' : decided.code)
      await committer.commit({
        events: decided.ok ? storedEvents(key, rating.version, decided.events, act, { basis: BASIS }) : [],
        changes: [
          ...(state ? [rectifiedChange(key, state)] : []),
          ...(state?.state === 'closed' ? [countChange(key.prefecture, state, state.late ? 'late' : 'kept')] : []),
          once.remember(answer),
        ],
      })
      return answer
    })

  /** A timer of a limit that was moved meanwhile, or of what is closed, says nothing any more. */
  async function note(item: OutboxItem, type: 'RectificationWarned' | 'RectificationOverdue'): Promise<void> {
    const key: StreamKey = { prefecture: item.prefecture, stream: item.stream }
    const { rating } = await gather(db, { rating: ratingFact(key) })
    const dueAt = rating?.state === 'open' ? rating.dueAt : null
    if (rating === null || rating.openedAt === null || dueAt === null) return committer.commit({ events: [], changes: [item.done] })
    const isTime = type === 'RectificationWarned' ? warningAt(deps.calendar(), rating.openedAt, dueAt) <= item.at : overdueAt(dueAt) === item.at
    if (!isTime) return committer.commit({ events: [], changes: [item.done] })
    const event: RatingEvent = { type, dueAt }
    const changes = [rectifiedChange(key, after(rating, [event], item.at)), item.done]
    return committer.commit({ events: storedEvents(key, rating.version, [event], systemAct(item)), changes })
  }

  async function rederive(item: OutboxItem): Promise<void> {
    const { after: calendar } = await calendarsAround(db, item.seq)
    for (let from: Uuid | null = null; ; ) {
      const { rows }: { rows: Parameters<typeof ratingOf>[0][] } = await db.run<Parameters<typeof ratingOf>[0]>(openRatingsPiece(from, PAGE))
      for (const row of rows) await rederiveOne(calendar, ratingOf(row), item)
      if (rows.length < PAGE) break
      from = rows.at(-1)?.id ?? null
    }
    await committer.commit({ events: [], changes: [item.done] })
  }

  async function rederiveOne(calendar: Calendar, rating: Rating, item: OutboxItem): Promise<void> {
    if (rating.openedAt === null || rating.dueAt === null) return
    const limit = rectificationLimit(settingsOn(deps.settings, dayOf(rating.openedAt)))
    const { dueAt, provisional } = rectificationDue(calendar, limit, rating.openedAt)
    if (dueAt === rating.dueAt) return
    const key: StreamKey = { prefecture: rating.prefecture, stream: rating.id }
    const event: RatingEvent = { type: 'RectificationLimitRederived', from: rating.dueAt, to: dueAt, provisional }
    await committer.commit({
      events: storedEvents(key, rating.version, [event], systemAct(item)),
      changes: [rectifiedChange(key, after(rating, [event], item.at))],
      timers: timersOf(calendar, key, rating.version + 1, rating.openedAt, dueAt),
    })
  }

  return {
    give: (record, said, author, act, once) => forSystem('rating', () => decidedAgain(() => give(record, said, author, act, once))),
    rectify,
    reacting: { warn: (item) => note(item, 'RectificationWarned'), overdue: (item) => note(item, 'RectificationOverdue'), rederive },
  }
}
