import type { SettingsBody } from '#catalogue/contract.ts'
import type { ReviewSettings } from '#catalogue/model.ts'
import { settingsOn, viewSettings, withFirstSettings } from '#catalogue/queries.ts'
import { datedSettingsFact, REVIEW_SETTINGS, type SettingsEvent, settingsChange, settingsStreamFact } from '#catalogue/store.ts'
import { PHOTO_STANDARD_UNKNOWN, type SettingsRefusal, settingsRefusal, VALID_FROM_PAST } from '#catalogue/words.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import { DAY_MS, type Day, dayOf, type Instant, msOf } from '#kernel/time.ts'
import { type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { type Fact, gather } from '#platform/facts.ts'
import { type Answer, jsonAnswer, type Once, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

/** What a change of the settings must know of the replay that it rests on. */
export interface ReplayFact {
  readonly settings: Omit<ReviewSettings, 'validFrom'>
  readonly finishedAt: Instant | null
}

export interface SettingsDeps {
  readonly db: Db
  readonly committer: Committer
  /** Handed in by the composition root: replays stand to the right of the catalogue. */
  readonly replayFact: (id: Uuid) => Fact<ReplayFact | null>
  readonly photoStandards: readonly string[]
}

/** After this a replay is no longer evidence for what settings do. Our own figure (estimate). */
export const REPLAY_GOOD_DAYS = 7

/**
 * New settings of the automatic review, from a day on. Cases that were reviewed keep theirs.
 * @throws ProblemError for a day in the past or a photo standard that isn't
 */
export async function changeReviewSettings(deps: SettingsDeps, body: SettingsBody, act: Act, once: Once): Promise<Answer> {
  const today = dayOf(act.at)
  const { validFrom, settings, replay } = body
  if (validFrom < today) throw new ProblemError(problem('invalid-input', { fields: { validFrom: VALID_FROM_PAST } }))
  if (!deps.photoStandards.includes(settings.photoStandard))
    throw new ProblemError(problem('invalid-input', { fields: { 'settings.photoStandard': PHOTO_STANDARD_UNKNOWN } }))
  return decidedAgain(async () => {
    const { seen, past, changed, replayed } = await gather(deps.db, {
      seen: once.seen,
      past: settingsStreamFact(),
      changed: datedSettingsFact(),
      replayed: deps.replayFact(replay),
    })
    const kept = once.replay(seen)
    if (kept) return kept
    const refusal =
      refusalOf(settings, replayed, act.at) ??
      inForceAlready(
        changed.map(({ settings: { validFrom: from } }) => from),
        validFrom,
        today,
      )
    if (refusal) {
      const answer = problemAnswer(problem('refused', { refusals: [settingsRefusal(refusal)] }))
      await deps.committer.commit({ events: [], changes: [once.remember(answer)] })
      return answer
    }
    const to: ReviewSettings = { ...settings, validFrom }
    const event: SettingsEvent = {
      type: 'ReviewSettingsChanged',
      from: settingsOn(withFirstSettings(changed), validFrom).settings,
      to,
      replay: replay,
    }
    const after = [...changed.filter((one) => one.settings.validFrom !== validFrom), { settings: to, replay: event.replay }].sort((a, b) =>
      a.settings.validFrom < b.settings.validFrom ? -1 : 1,
    )
    const answer = jsonAnswer(200, viewSettings(withFirstSettings(after), today, deps.photoStandards))
    await deps.committer.commit({
      events: storedEvents(REVIEW_SETTINGS, past.length, [event], act),
      changes: [settingsChange(to, event.replay, past.length + 1, act), once.remember(answer)],
    })
    return answer
  })
}

function refusalOf(settings: SettingsBody['settings'], replayed: ReplayFact | null, now: Instant): SettingsRefusal | undefined {
  if (!replayed) return { code: 'replay-unknown' }
  if (canonicalJson(replayed.settings) !== canonicalJson(settings)) return { code: 'replay-of-other-settings' }
  if (!replayed.finishedAt) return { code: 'replay-unfinished' }
  if (msOf(now) - msOf(replayed.finishedAt) > REPLAY_GOOD_DAYS * DAY_MS) return { code: 'replay-too-old', days: REPLAY_GOOD_DAYS }
  return undefined
}

/** Settings of today may have reviewed something since the morning: they stand. */
const inForceAlready = (taken: readonly Day[], validFrom: Day, today: Day): SettingsRefusal | undefined =>
  validFrom === today && taken.includes(validFrom) ? { code: 'day-in-force', day: validFrom } : undefined
