import { type Instant, plusMinutes } from '#kernel/time.ts'
import type { AlarmKind, CountedCase } from '#supervision/model.ts'
import { outcomeIsBroken } from '#supervision/rules/figure.ts'

/** When an alarm is raised. Our own figures (estimates): the notice sets none. */
export interface AlarmSettings {
  /** Before the promised instant: a card still not dispatched then can hardly be there in time. */
  readonly atRiskMinutes: number
  /** Before the statutory limit. */
  readonly statutoryMinutes: number
}

export const alarmSettings: AlarmSettings = { atRiskMinutes: 24 * 60, statutoryMinutes: 10 * 24 * 60 }

type CaseAlarm = Extract<AlarmKind, 'promise-at-risk' | 'promise-broken' | 'referral-overdue' | 'statutory-limit-near'>

export const CASE_ALARMS = ['promise-at-risk', 'promise-broken', 'referral-overdue', 'statutory-limit-near'] as const satisfies readonly CaseAlarm[]

/** The instant that an alarm of this kind is about; null when the case gives no cause for one at `now`. */
export function causeOf(kind: CaseAlarm, { supervised, countedAs }: CountedCase, now: Instant, settings: AlarmSettings = alarmSettings): Instant | null {
  const { dueBy, dispatchedAt, withPersonAt, endedAt, referralDueAt, referralPausedAt, statutoryDueAt } = supervised
  const open = !withPersonAt && !endedAt
  switch (kind) {
    case 'promise-at-risk':
      return countedAs === 'in-progress' && dueBy && dueBy >= now && !dispatchedAt && dueBy < plusMinutes(now, settings.atRiskMinutes) ? dueBy : null
    case 'promise-broken':
      return open && dueBy && countedAs && (outcomeIsBroken(countedAs) || (countedAs === 'in-progress' && dueBy < now)) ? dueBy : null
    case 'referral-overdue':
      return referralDueAt && !referralPausedAt && referralDueAt < now ? referralDueAt : null
    case 'statutory-limit-near':
      return open && statutoryDueAt && statutoryDueAt < plusMinutes(now, settings.statutoryMinutes) ? statutoryDueAt : null
  }
}
