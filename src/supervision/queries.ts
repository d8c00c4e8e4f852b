import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Service } from '#catalogue/model.ts'
import { isUuid, type Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, daysBetween, type Instant, instant, plusDays } from '#kernel/time.ts'
import { type Places, PREFECTURES, type Prefecture } from '#place/model.ts'
import { findOrgan, fullNameOf, prefectureName } from '#place/rules/organs.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { AlarmsReply, BehindItem, BehindReply, FigureName, FiguresReply, ReplayReply } from '#supervision/contract.ts'
import { ALARM_KINDS, type AlarmKind, type CaseKey, type CountedCase, OUTCOMES, type Outcome, type PromiseFigure } from '#supervision/model.ts'
import { COUNTS, figuresAt, foldLapsed, foldPending, isOutcome, keptShare, LEAVES_OUT, outcomeIsBroken, totalOf } from '#supervision/rules/figure.ts'
import { type AlarmCursor, alarmOf, alarmsPiece, openAlarmCountsFact } from '#supervision/store/alarms.ts'
import { type Behind, behindFact, type CaseCursor, countedPendingFact, lapsedFact, pendingFact } from '#supervision/store/cases.ts'
import { rollupFact } from '#supervision/store/figures.ts'
import { differencesFact, replayFact } from '#supervision/store/replays.ts'
import { ALARM_WORDS, COUNT_WORDS, OUTCOME_WORDS, RANGE_PROBLEMS, REPLAY_LEAVES_OUT } from '#supervision/words.ts'

export interface SupervisionQueryDeps {
  readonly db: Db
  readonly places: Places
  readonly services: ReadonlyMap<string, Service>
}

export interface FiguresAsked {
  readonly measure: number
  readonly from?: Day | undefined
  readonly to?: Day | undefined
}

export interface BehindAsked {
  readonly measure: number
  readonly prefecture: Prefecture
  readonly day: Day
  readonly outcome: FigureName
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface SupervisionQueries {
  /** Promised versus kept, by prefecture and day, exact as of `now`. @throws ProblemError for a range that is none. */
  figures(prefectures: readonly Prefecture[], asked: FiguresAsked, now: Instant): Promise<FiguresReply>
  /** The cases behind a figure, a page at a time. @throws ProblemError for a cursor that is not ours, and outside `prefectures`. */
  casesBehind(prefectures: readonly Prefecture[], asked: BehindAsked, now: Instant): Promise<BehindReply>
  alarms(
    prefectures: readonly Prefecture[],
    asked: { readonly state: 'open' | 'cleared'; readonly cursor?: string | undefined; readonly limit: number },
    now: Instant,
  ): Promise<AlarmsReply>
  /** How many alarms are open, by kind: each of them, also those of which there are none. */
  openAlarmCounts(prefectures: readonly Prefecture[]): Promise<Readonly<Record<AlarmKind, number>>>
  /** How a replay stands, with a page of the cases whose outcome would differ. */
  findReplay(id: Uuid, asked: { readonly cursor?: string | undefined; readonly limit: number }): Promise<ReplayReply | undefined>
}

/**
 * The prefectures whose figures somebody may see: all for the department, its own for a prefecture's bureau.
 * @throws ProblemError (not found) for whoever supervises nothing
 */
export function supervisedPrefectures(places: Places, actor: Actor | null): readonly Prefecture[] {
  const organ = actor?.organ ? findOrgan(places, actor.organ) : undefined
  if (!can(actor, 'supervision.read') || !organ) throw new ProblemError(problem('not-found'))
  if (organ.level === 'province') return PREFECTURES
  if (organ.level === 'prefecture') return [organ.prefecture]
  throw new ProblemError(problem('not-found'))
}

const DAYS_MAX = 366
const DAYS_USUAL = 30

export function openSupervisionQueries(deps: SupervisionQueryDeps): SupervisionQueries {
  return {
    figures: (prefectures, asked, now) => figures(deps, prefectures, asked, now),
    casesBehind: (prefectures, asked, now) => casesBehind(deps, prefectures, asked, now),
    alarms: (prefectures, asked, now) => alarms(deps, prefectures, asked, now),
    async openAlarmCounts(prefectures) {
      const { counts } = await gather(deps.db, { counts: openAlarmCountsFact(prefectures) })
      return Object.fromEntries(ALARM_KINDS.map((kind) => [kind, counts[kind] ?? 0])) as Record<AlarmKind, number>
    },
    findReplay: (id, asked) => findReplay(deps, id, asked),
  }
}

const rangeProblem = (sentence: Sentence): ProblemError => new ProblemError(problem('invalid-input', { fields: { to: sentence } }))

async function figures({ db, places }: SupervisionQueryDeps, prefectures: readonly Prefecture[], asked: FiguresAsked, now: Instant): Promise<FiguresReply> {
  const to = asked.to ?? (asked.from ? plusDays(asked.from, DAYS_USUAL - 1) : dayOf(now))
  const from = asked.from ?? plusDays(to, 1 - DAYS_USUAL)
  if (from > to) throw rangeProblem(RANGE_PROBLEMS.order)
  if (daysBetween(from, to) >= DAYS_MAX) throw rangeProblem(RANGE_PROBLEMS.long)
  const range = { measure: asked.measure, from, to, prefectures }
  const reading = await gather(db, {
    rollup: rollupFact(range),
    pending: pendingFact(null),
    counted: countedPendingFact(null),
    lapsed: lapsedFact(prefectures, now, null),
  })
  const found = figuresAt(reading, now, range)
  const named = (prefecture: string) => ({ prefecture, prefectureName: prefectureName(places, prefecture as Prefecture) })
  const summed = (of: readonly PromiseFigure[]) => {
    const counts = totalOf(of)
    return { counts: { ...counts }, shares: keptShare(counts) }
  }
  return {
    measure: asked.measure,
    from,
    to,
    takenAt: now,
    rows: found.map((figure) => ({ ...named(figure.prefecture), day: figure.day, ...summed([figure]) })),
    prefectures: prefectures
      .filter((prefecture) => found.some((figure) => figure.prefecture === prefecture))
      .map((prefecture) => ({ ...named(prefecture), ...summed(found.filter((figure) => figure.prefecture === prefecture)) })),
    totals: summed(found),
    columns: COUNTS.map((name) => ({ name, ...COUNT_WORDS[name] })),
    leavesOut: [...LEAVES_OUT],
  }
}

function behindOf({ measure, prefecture, day, outcome }: BehindAsked): Behind {
  const outcomes: readonly Outcome[] = isOutcome(outcome) ? [outcome] : outcome === 'broken' ? OUTCOMES.filter(outcomeIsBroken) : OUTCOMES
  return { measure, prefecture, day, outcomes, accepted: outcome === 'accepted', revisedOnly: outcome === 'revised' }
}

const standsBehind = (behind: Behind, { prefecture, supervised, countedAs }: CountedCase): boolean =>
  prefecture === behind.prefecture &&
  supervised.measure === behind.measure &&
  supervised.promisedOn !== null &&
  (behind.accepted ? supervised.acceptedOn : supervised.promisedOn) === behind.day &&
  countedAs !== null &&
  behind.outcomes.includes(countedAs) &&
  (!behind.revisedOnly || supervised.revisions > 0)

const keyOf = ({ prefecture, id }: CaseKey): string => `${prefecture} ${id}`
const positionOf = ({ countedAs, id }: CountedCase): string => `${countedAs} ${id}`
const textOf = ({ outcome, id }: CaseCursor): string => `${outcome} ${id}`

/** The page of the rollup's list, with the cases that went on since put in their places. */
async function casesBehind(deps: SupervisionQueryDeps, prefectures: readonly Prefecture[], asked: BehindAsked, now: Instant): Promise<BehindReply> {
  if (!prefectures.includes(asked.prefecture)) throw new ProblemError(problem('not-found'))
  const behind = behindOf(asked)
  const after = asked.cursor === undefined ? null : caseCursor(asked.cursor)
  const { counted, pending, known, lapsed } = await gather(deps.db, {
    counted: behindFact(behind, after, asked.limit),
    pending: pendingFact(null),
    known: countedPendingFact(null),
    lapsed: lapsedFact([asked.prefecture], now, null),
  })
  const folded = foldPending(known, pending, now).after
  const moved = new Map([...foldLapsed(lapsed, now).after, ...folded].map((one) => [keyOf(one), one]))
  const page = counted.slice(0, asked.limit)
  const last = counted.length > asked.limit ? page.at(-1) : undefined
  const items = [
    ...page.filter((one) => !moved.has(keyOf(one))),
    ...[...moved.values()].filter(
      (one) => standsBehind(behind, one) && (after === null || positionOf(one) > textOf(after)) && (!last || positionOf(one) <= positionOf(last)),
    ),
  ].sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1))
  return { takenAt: now, items: items.map((one) => itemOf(deps, one)), next: last ? encoded(positionOf(last)) : null }
}

const UNKNOWN_TITLE: Sentence = { zh: '已停办事项', en: 'a service no longer offered' }

const itemOf = ({ places, services }: SupervisionQueryDeps, { supervised, countedAs }: CountedCase): BehindItem => {
  const { number, service, organ, issuer, acceptedOn, firstBy, dueBy, toldBy, revisions, toldInTime, lastCause, dispatchedAt, withPersonAt } = supervised
  const outcome = countedAs as Outcome
  return {
    ...{ number, service, organ, issuer, outcome, acceptedOn, firstBy, dueBy, toldBy, revisions, toldInTime, lastCause, dispatchedAt, withPersonAt },
    title: services.get(service)?.title ?? UNKNOWN_TITLE,
    organName: findOrgan(places, organ) ? fullNameOf(places, organ) : { zh: organ, en: organ },
    outcomeWords: OUTCOME_WORDS[outcome],
  }
}

async function alarms(
  { db, places }: SupervisionQueryDeps,
  prefectures: readonly Prefecture[],
  asked: { readonly state: 'open' | 'cleared'; readonly cursor?: string | undefined; readonly limit: number },
  now: Instant,
): Promise<AlarmsReply> {
  const after = asked.cursor === undefined ? null : alarmCursor(asked.cursor)
  const { rows } = await db.run<Parameters<typeof alarmOf>[0]>(alarmsPiece(prefectures, asked.state, after, asked.limit))
  const page = rows.slice(0, asked.limit).map(alarmOf)
  const last = rows.length > asked.limit ? page.at(-1) : undefined
  return {
    takenAt: now,
    items: page.map(({ id, kind, prefecture, about, raisedAt, dueAt, clearedAt, sentence }) => ({
      ...{ id, kind, prefecture, about, raisedAt, dueAt, clearedAt, sentence },
      kindWords: ALARM_WORDS[kind],
      prefectureName: prefectureName(places, prefecture as Prefecture),
    })),
    next: last ? encoded(`${asked.state === 'open' ? last.raisedAt : last.clearedAt} ${last.id}`) : null,
  }
}

async function findReplay(
  { db }: SupervisionQueryDeps,
  id: Uuid,
  asked: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<ReplayReply | undefined> {
  const { replay, differing } = await gather(db, { replay: replayFact(id), differing: differencesFact(id, asked.cursor ?? null, asked.limit) })
  if (!replay) return undefined
  const { settings, from, to, limit, requestedAt, requestedBy, finishedAt, complete, outcomes } = replay
  const page = differing.slice(0, asked.limit)
  return {
    ...{ id, settings, from, to, limit, requestedAt, requestedBy, finishedAt, complete, outcomes },
    casesRead: replay.read,
    differing: outcomes.pass.refer + outcomes.pass.fail + outcomes.refer.pass + outcomes.refer.fail,
    cases: page.map((one) => ({ ...one, checks: [...one.checks] })),
    next: differing.length > asked.limit ? (page.at(-1)?.number ?? null) : null,
    leavesOut: [...REPLAY_LEAVES_OUT],
  }
}

const encoded = (text: string): string => Buffer.from(text).toString('base64url')

const CURSOR_PROBLEM: Sentence = { zh: '翻页标记不对，请从第一页重新开始。', en: 'This is no cursor of ours; begin again with the first page.' }

const cursorProblem = (): ProblemError => new ProblemError(problem('invalid-input', { fields: { cursor: CURSOR_PROBLEM } }))

const cursorParts = (cursor: string): { head: string; id: Uuid } => {
  const [head = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  if (!isUuid(id)) throw cursorProblem()
  return { head, id }
}

function caseCursor(cursor: string): CaseCursor {
  const { head, id } = cursorParts(cursor)
  if (!isOutcome(head)) throw cursorProblem()
  return { outcome: head, id }
}

function alarmCursor(cursor: string): AlarmCursor {
  const { head, id } = cursorParts(cursor)
  try {
    return { at: instant(head), id }
  } catch {
    throw cursorProblem()
  }
}
