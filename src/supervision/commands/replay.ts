import type { CaseEvent, Submission } from '#case/model.ts'
import type { Facts, PhotoFact, ReviewSettings, Service, ServiceVersion } from '#catalogue/model.ts'
import { getVersion } from '#catalogue/rules.ts'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import { type Day, endOfDay, type Instant, startOfDay } from '#kernel/time.ts'
import type { Ids } from '#platform/chance.ts'
import { decidedAgain } from '#platform/commit.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { type Fact, gather } from '#platform/facts.ts'
import { type Answer, jsonAnswer, type Once } from '#platform/once.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { findOpened } from '#platform/person-keys.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Sealed, Sealer } from '#platform/sealed.ts'
import { type FoldDeps, foldDeltas } from '#supervision/commands/fold.ts'
import type { ReplayBody } from '#supervision/contract.ts'
import { type Candidate, countedOutcomes, NO_OUTCOMES, type OutcomeCounts, type ReplayedCase, replayed } from '#supervision/rules/replay.ts'
import { differencesChange, type PastReview, pastReviewsFact, type Replay, replayChange, replayFact, replayKey } from '#supervision/store/replays.ts'
import { RANGE_PROBLEMS } from '#supervision/words.ts'

export interface ReplayDeps extends FoldDeps {
  readonly ids: Ids
  readonly sealer: Sealer
  /** Handed in by the composition root: attachments judge the measures that they kept, under another standard. */
  readonly photoFact: (digest: string, settings: ReviewSettings, organ: string) => Fact<PhotoFact | null>
  /** Another version of a service to try; without it every case is reviewed by the version that it is pinned to. */
  readonly candidateVersion?: (service: string) => ServiceVersion | undefined
}

/** What happens to a replay: who asked for it, whose sealed facts were opened for it, and how it ended. */
type ReplayEvent =
  | { readonly type: 'ReviewReplayRequested'; readonly settings: Candidate; readonly from: Day; readonly to: Day; readonly limit: number }
  | { readonly type: 'ReviewFactsOpened'; readonly numbers: readonly string[] }
  | { readonly type: 'ReviewReplayFinished'; readonly read: number; readonly complete: boolean; readonly outcomes: OutcomeCounts }

const PAGE = 100

/** Asks for a replay; a reaction does it, page by page. Nothing in any case is changed by it. */
export async function requestReplay(deps: ReplayDeps, { settings, from, to, limit }: ReplayBody, act: Act, once: Once): Promise<Answer> {
  if (from > to) throw new ProblemError(problem('invalid-input', { fields: { to: RANGE_PROBLEMS.order } }))
  return decidedAgain(async () => {
    const { seen } = await gather(deps.db, { seen: once.seen })
    const kept = once.replay(seen)
    if (kept) return kept
    const id = deps.ids.uuid(act.at)
    const replay: Replay = {
      ...{ id, settings, from, to, limit, requestedAt: act.at, requestedBy: act.actor },
      ...{ finishedAt: null, complete: null, after: null, read: 0, outcomes: NO_OUTCOMES, version: 1 },
    }
    const answer = jsonAnswer(202, { id }, { location: `/api/v1/review-replays/${id}` })
    const requested: ReplayEvent = { type: 'ReviewReplayRequested', settings, from, to, limit }
    await deps.committer.commit({ events: storedEvents(replayKey(id), 0, [requested], act), changes: [replayChange(replay), once.remember(answer)] })
    return answer
  })
}

const systemAct = (item: OutboxItem, replay: Replay): Act => ({
  at: item.at,
  actor: 'system:supervision',
  actorRole: 'system',
  actorOrgan: null,
  onBehalfOf: replay.requestedBy,
  requestId: `${item.reaction}:${item.stream}:${item.seq}`,
})

/** Reads page after page until it has ended. Each page is one commit that says where the next begins, so nothing is read twice. */
export async function runReplay(deps: ReplayDeps, item: OutboxItem): Promise<void> {
  await foldDeltas(deps, item.at)
  for (let finished = false; !finished; ) finished = await decidedAgain(() => replayPage(deps, item))
  await deps.committer.commit({ events: [], changes: [item.done] })
}

const ENDS = { least: new Uint8Array(10), greatest: new Uint8Array(10).fill(0xff) }

/** The least and the greatest id that a case of these days can have. */
const idsBetween = (from: Day, to: Day) => ({ first: uuidV7(startOfDay(from), ENDS.least), last: uuidV7(endOfDay(to), ENDS.greatest) })

async function replayPage(deps: ReplayDeps, item: OutboxItem): Promise<boolean> {
  const { replay } = await gather(deps.db, { replay: replayFact(item.stream) })
  if (!replay) throw new Error(`no replay ${item.stream}`)
  if (replay.finishedAt) return true
  const size = Math.min(PAGE, replay.limit - replay.read)
  const { page } = await gather(deps.db, { page: pastReviewsFact(deps.prefectures, idsBetween(replay.from, replay.to), replay.after, size + 1) })
  const read = page.slice(0, size)
  const results: ReplayedCase[] = []
  for (const past of read) {
    const result = await replayCase(deps, past, replay.settings)
    if (result) results.push(result)
  }
  const last = read.at(-1)
  const more = page.length > size
  const ended = !more || replay.read + read.length >= replay.limit
  await commitPage(deps, item, replay, {
    results,
    read: read.length,
    after: last ? { prefecture: last.prefecture, id: last.id } : replay.after,
    ended,
    complete: !more,
  })
  return ended
}

interface PageResult extends Pick<Replay, 'after' | 'read'> {
  readonly results: readonly ReplayedCase[]
  readonly ended: boolean
  readonly complete: boolean
}

async function commitPage(deps: ReplayDeps, item: OutboxItem, replay: Replay, page: PageResult): Promise<void> {
  const outcomes = countedOutcomes(replay.outcomes, page.results)
  const read = replay.read + page.read
  const opened: ReplayEvent[] = page.results.length > 0 ? [{ type: 'ReviewFactsOpened', numbers: page.results.map(({ number }) => number) }] : []
  const finished: ReplayEvent[] = page.ended ? [{ type: 'ReviewReplayFinished', read, complete: page.complete, outcomes }] : []
  const events = [...opened, ...finished]
  const differing = page.results.filter(({ before, after }) => before !== after)
  const finishedAt: Instant | null = page.ended ? item.at : null
  const next: Replay = {
    ...replay,
    ...{ after: page.after, read, outcomes, finishedAt, complete: page.ended ? page.complete : null },
    version: replay.version + events.length,
  }
  await deps.committer.commit({
    events: storedEvents(replayKey(replay.id), replay.version, events, systemAct(item, replay)),
    changes: [replayChange(next), ...(differing.length > 0 ? [differencesChange(replay.id, differing)] : [])],
  })
}

type ReviewedEvent = Omit<Extract<CaseEvent, { type: 'CaseReviewed' }>, 'type' | 'facts'> & { readonly facts: Sealed }

/** Undefined for a case that has no review, of a service that is no longer declared, or whose facts were deleted with the person's data. */
async function replayCase(deps: ReplayDeps, past: PastReview, candidate: Candidate): Promise<ReplayedCase | undefined> {
  const submission = JSON.parse(past.submitted) as Submission
  const service = deps.services.get(submission.service)
  if (!past.reviewed || !service) return undefined
  const reviewed = JSON.parse(past.reviewed) as ReviewedEvent
  const version = versionFor(deps, service, submission)
  const known = await findOpened(deps.db, deps.sealer, reviewed.facts)
  if (known === undefined) return undefined
  const facts = JSON.parse(known) as Facts
  const photo = await judgedAgain(deps, facts, candidate, submission.organ)
  return replayed(version, { ...submission, outcome: reviewed.outcome, checks: reviewed.checks, facts: { ...facts, photo } }, candidate)
}

const versionFor = ({ candidateVersion }: ReplayDeps, service: Service, { serviceVersion }: Submission): ServiceVersion =>
  candidateVersion?.(service.id) ?? getVersion(service, serviceVersion)

/** The photo's measures were kept; only what they mean is judged again, where the standard is another. */
async function judgedAgain(deps: ReplayDeps, facts: Facts, candidate: Candidate, organ: string): Promise<PhotoFact | null> {
  if (!facts.photo || facts.settings.photoStandard === candidate.photoStandard) return facts.photo
  const settings = { ...candidate, validFrom: facts.settings.validFrom }
  return (await gather(deps.db, { photo: deps.photoFact(facts.photo.digest, settings, organ) })).photo
}

/** For a change of the settings: what a replay was made with, and when it ended. */
export const replayForSettings = (id: Uuid): Fact<{ readonly settings: Candidate; readonly finishedAt: Instant | null } | null> => replayFact(id)
