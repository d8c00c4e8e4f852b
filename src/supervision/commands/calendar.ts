import { calendarsAround } from '#calendar/commands.ts'
import type { Calendar, MovedDate, MovedDates } from '#calendar/model.ts'
import { whatChanges } from '#calendar/rules.ts'
import type { CaseRecord, Cases } from '#case/commands.ts'
import type { CaseCommand } from '#case/model.ts'
import type { CaseQueries } from '#case/queries.ts'
import type { Service } from '#catalogue/model.ts'
import { getVersion } from '#catalogue/rules.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, dayOf, endOfDay, type Instant, plusDays, startOfDay } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { forSystem } from '#platform/actor.ts'
import type { Committer } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { type FoldDeps, foldDeltas } from '#supervision/commands/fold.ts'
import type { CaseKey } from '#supervision/model.ts'
import { calendarReason, limitReason, type Rederivation, rederivedPromise, rederivedStatutory, touchedDueDays } from '#supervision/rules/rederive.ts'
import { promisesFromFact, statutoryDueFact } from '#supervision/store/cases.ts'

export interface RederiveDeps extends FoldDeps {
  readonly committer: Committer
  readonly cases: Pick<Cases, 'apply'>
  readonly caseQueries: Pick<CaseQueries, 'findByKey'>
  readonly places: Places
}

const PAGE = 200
/** Dates that a preview shows one by one; all are counted. */
const SHOWN_MAX = 200
/** How far ahead an open case may have a date: statutory limits are the longest. */
const AHEAD_DAYS = 400

type FoundCase = CaseRecord & { readonly rederivation: Rederivation }

/** Open cases, a page at a time, with what is needed to reckon their dates anew. */
async function* openCases(deps: RederiveDeps, after: Calendar, page: (from: CaseKey | null) => Promise<readonly CaseKey[]>): AsyncGenerator<FoundCase> {
  for (let from: CaseKey | null = null; ; ) {
    const keys: readonly CaseKey[] = await page(from)
    for (const { prefecture, id } of keys) {
      const record = await deps.caseQueries.findByKey({ prefecture, stream: id })
      const service = record?.state.submission && deps.services.get(record.state.submission.service)
      if (!record?.state.submission || !service) continue
      const version = getVersion(service as Service, record.state.submission.serviceVersion)
      yield { ...record, rederivation: { calendar: after, places: deps.places, version } }
    }
    if (keys.length < PAGE) return
    from = keys.at(-1) ?? null
  }
}

/** Cases whose promise lies on or after the first day that changes: what is due before is touched by nothing. */
const promisedFrom = (deps: RederiveDeps, from: Instant) => (after: CaseKey | null) =>
  gather(deps.db, { keys: promisesFromFact(deps.prefectures, from, after, PAGE) }).then(({ keys }) => keys)

const statutoryOn = (deps: RederiveDeps, dueAt: readonly Instant[]) => (after: CaseKey | null) =>
  gather(deps.db, { keys: statutoryDueFact(deps.prefectures, dueAt, after, PAGE) }).then(({ keys }) => keys)

const changedDays = (before: Calendar, after: Calendar, now: Instant): readonly Day[] =>
  whatChanges(before, after, dayOf(now), plusDays(dayOf(now), AHEAD_DAYS))
    .days.filter((change) => change.before.working !== change.after.working)
    .map(({ day }) => day)

/** What another calendar would move in open cases; changes nothing. */
export const movedDates = (deps: RederiveDeps, before: Calendar, after: Calendar, now: Instant): Promise<MovedDates> =>
  forSystem('calendar-preview', () => findMovedDates(deps, before, after, now))

async function findMovedDates(deps: RederiveDeps, before: Calendar, after: Calendar, now: Instant): Promise<MovedDates> {
  await foldDeltas(deps, now)
  const changed = changedDays(before, after, now)
  const [first] = changed
  const found: MovedDate[] = []
  const counts = { promise: 0, statutory: 0 }
  const note = (record: FoundCase, what: MovedDate['what'], from: Instant, to: Instant): void => {
    if (from === to) return
    counts[what] += 1
    const number = record.state.submission?.number ?? ''
    if (found.length < SHOWN_MAX) found.push({ prefecture: record.key.prefecture, number, what, before: from, after: to })
  }
  if (first) {
    for await (const record of openCases(deps, after, promisedFrom(deps, startOfDay(first)))) {
      const to = rederivedPromise(record.state, record.rederivation)
      if (to && record.state.promised) note(record, 'promise', record.state.promised.withYouBy, to.withYouBy)
    }
    const dueAt = touchedDueDays(before, changed).map(endOfDay)
    for await (const record of openCases(deps, after, statutoryOn(deps, dueAt))) {
      const { submittedAt, statutoryDueAt, extension } = record.state
      if (submittedAt && statutoryDueAt) note(record, 'statutory', statutoryDueAt, rederivedStatutory(submittedAt, extension, record.rederivation))
    }
  }
  return { promises: counts.promise, statutory: counts.statutory, dates: found }
}

const SYSTEM = 'system:supervision'

const systemAct = (item: OutboxItem): Act => ({
  at: item.at,
  actor: SYSTEM,
  actorRole: 'system',
  actorOrgan: null,
  onBehalfOf: null,
  requestId: `${item.reaction}:${item.stream}:${item.seq}`,
})

/**
 * Revises the promises that an imported notice makes impossible, and reckons anew the statutory limits that it moves; each case by
 * itself and each once: a case that was done already has the new dates and is left alone, so an interrupted run just goes on.
 */
export async function rederiveDates(deps: RederiveDeps, item: OutboxItem): Promise<void> {
  const { before, after, event } = await calendarsAround(deps.db, item.seq)
  await foldDeltas(deps, item.at)
  const changed = changedDays(before, after, item.at)
  const [first] = changed
  if (first) {
    for await (const { key, state, rederivation } of openCases(deps, after, promisedFrom(deps, startOfDay(first)))) {
      const to = rederivedPromise(state, rederivation)
      if (!to || !state.promised) continue
      // Refused when the case went on meanwhile: then it has no promise to revise any more.
      await apply(deps, key, { type: 'RevisePromise', to, cause: 'calendar-notice', reason: calendarReason(event.notice.source, state.promised, to) }, item)
    }
    for await (const { key, state, rederivation } of openCases(deps, after, statutoryOn(deps, touchedDueDays(before, changed).map(endOfDay)))) {
      if (!state.submittedAt) continue
      const to = rederivedStatutory(state.submittedAt, state.extension, rederivation)
      await apply(deps, key, { type: 'RederiveLimit', to, reason: limitReason(event.notice.source) }, item)
    }
  }
  await deps.committer.commit({ events: [], changes: [item.done] })
}

const apply = (deps: RederiveDeps, key: FoundCase['key'], command: CaseCommand, item: OutboxItem) =>
  deps.cases.apply({ prefecture: key.prefecture, stream: key.stream as Uuid }, command, systemAct(item))
