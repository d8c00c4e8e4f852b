import { type Instant, plusMs } from '#kernel/time.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Committer, LostRace } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import type { Act } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Alarm, CountedCase } from '#supervision/model.ts'
import { type AlarmSettings, alarmSettings, CASE_ALARMS, causeOf } from '#supervision/rules/alarm.ts'
import {
  clearChange,
  comingFact,
  openAlarmsFact,
  openCaseAlarmsFact,
  parkedFact,
  raiseChange,
  type StoredAlarm,
  unalarmedFact,
  unsealedFact,
} from '#supervision/store/alarms.ts'
import { caseAlarmSentence, parkedSentence, UNSEALED_SECONDS, unsealedSentence } from '#supervision/words.ts'

export interface AlarmDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly prefectures: readonly string[]
}

/** Alarms raised in one pass; what is left waits for the next second. */
const BATCH = 200

/**
 * Raises what has a cause and no alarm, clears what has an alarm and no cause. Reads indexes from their beginning,
 * so that it costs one short statement while all is well. Fold first.
 */
export async function watchAlarms(deps: AlarmDeps, now: Instant, settings: AlarmSettings = alarmSettings): Promise<void> {
  const { db, committer, prefectures } = deps
  const { atRisk, broken, referrals, statutory, open, parked, unsealed, others } = await gather(db, {
    atRisk: unalarmedFact('promise-at-risk', prefectures, now, settings, BATCH),
    broken: unalarmedFact('promise-broken', prefectures, now, settings, BATCH),
    referrals: unalarmedFact('referral-overdue', prefectures, now, settings, BATCH),
    statutory: unalarmedFact('statutory-limit-near', prefectures, now, settings, BATCH),
    open: openCaseAlarmsFact(prefectures),
    parked: parkedFact(prefectures),
    unsealed: unsealedFact(prefectures, UNSEALED_SECONDS),
    others: openAlarmsFact(['capacity', 'outbox-parked', 'log-not-sealed'], prefectures),
  })
  const candidates = { 'promise-at-risk': atRisk, 'promise-broken': broken, 'referral-overdue': referrals, 'statutory-limit-near': statutory }
  const raised: StoredAlarm[] = CASE_ALARMS.flatMap((kind) => candidates[kind].flatMap((counted) => caseAlarm(deps, kind, counted, now, settings)))
  const parkedNow = new Set(parked.map(({ prefecture, reaction }) => `${prefecture} ${reaction}`))
  const alarmed = new Set(others.filter(({ kind }) => kind === 'outbox-parked').map(({ prefecture, about }) => `${prefecture} ${about}`))
  for (const { prefecture, reaction, count } of parked) {
    if (alarmed.has(`${prefecture} ${reaction}`)) continue
    raised.push(
      newAlarm(deps, { prefecture, kind: 'outbox-parked', about: reaction, subject: null, dueAt: null, sentence: parkedSentence(reaction, count) }, now),
    )
  }
  for (const prefecture of unsealed) {
    if (others.some((one) => one.kind === 'log-not-sealed' && one.prefecture === prefecture)) continue
    raised.push(
      newAlarm(deps, { prefecture, kind: 'log-not-sealed', about: prefecture, subject: null, dueAt: null, sentence: unsealedSentence(prefecture) }, now),
    )
  }
  const cleared: Alarm[] = [
    ...open
      .filter(({ alarm, counted }) => !counted || causeOf(alarm.kind as (typeof CASE_ALARMS)[number], counted, now, settings) === null)
      .map(({ alarm }) => alarm),
    // Once its half-day is over there is nothing left to do about a capacity.
    ...others.filter(({ kind, prefecture, about, dueAt }) => {
      if (kind === 'capacity') return dueAt !== null && dueAt < now
      return kind === 'log-not-sealed' ? !unsealed.includes(prefecture) : !parkedNow.has(`${prefecture} ${about}`)
    }),
  ]
  const changes: Change[] = [...(cleared.length > 0 ? [clearChange(cleared, now)] : []), ...(raised.length > 0 ? [raiseChange(raised)] : [])]
  try {
    if (changes.length > 0) await committer.commit({ events: [], changes })
  } catch (error) {
    // Another worker watches, too.
    if (!(error instanceof LostRace)) throw error
  }
}

/**
 * When the next figure or alarm changes by time alone: a promise comes near or passes, a referral or a limit falls due.
 * A clock that steps from due instant to due instant stops there, so that nothing is said only after it has happened.
 * @returns an instant after `now`; undefined when nothing is to come
 */
export async function nextAlarmAt({ db, prefectures }: AlarmDeps, now: Instant, settings: AlarmSettings = alarmSettings): Promise<Instant | undefined> {
  const { coming } = await gather(db, { coming: comingFact(prefectures, now, settings) })
  // A limit is kept to its last millisecond: what is about it begins after that.
  return coming ? plusMs(coming, 1) : undefined
}

type NewAlarm = Pick<StoredAlarm, 'prefecture' | 'kind' | 'about' | 'subject' | 'dueAt' | 'sentence'>

const newAlarm = ({ ids }: Pick<AlarmDeps, 'ids'>, alarm: NewAlarm, at: Instant): StoredAlarm => ({ ...alarm, id: ids.uuid(at), raisedAt: at, clearedAt: null })

function caseAlarm(deps: AlarmDeps, kind: (typeof CASE_ALARMS)[number], counted: CountedCase, now: Instant, settings: AlarmSettings): StoredAlarm[] {
  const dueAt = causeOf(kind, counted, now, settings)
  if (!dueAt) return []
  const { prefecture, id, supervised } = counted
  return [newAlarm(deps, { prefecture, kind, about: supervised.number, subject: id, dueAt, sentence: caseAlarmSentence(kind, supervised, dueAt) }, now)]
}

/** An alarm that another folder raises by an event, e.g. the factory's; the change is committed with the reaction's `done`. */
export async function raiseAlarm(deps: Pick<AlarmDeps, 'committer' | 'ids'>, alarm: NewAlarm, act: Pick<Act, 'at'>, done: Change): Promise<void> {
  await deps.committer.commit({ events: [], changes: [raiseChange([newAlarm(deps, alarm, act.at)]), done] })
}

/** `2026-02-13 am (capacity)`: what a capacity alarm is about. */
export const aboutSlot = (day: string, half: string, cause: string): string => `${day} ${half} ${cause}`
