import type { Calendar } from '#calendar/model.ts'
import { dayInWords, dayReasonInWords, provisionalInWords, shortDayInWords } from '#calendar/words.ts'
import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { type Day, dayOf, endOfDay, type Instant, plusMs, timeOfDay } from '#kernel/time.ts'
import type { Due, Extension, ExtensionProblem, Limit, LimitState, LimitStatus, LimitUnit, Span } from '#timelimit/model.ts'

const UNITS: Readonly<Record<LimitUnit, { readonly zh: string; readonly one: string; readonly many: string }>> = {
  minute: { zh: '分钟', one: 'minute', many: 'minutes' },
  'half-day': { zh: '个工作半天', one: 'working half-day', many: 'working half-days' },
  'working-day': { zh: '个工作日', one: 'working day', many: 'working days' },
  'natural-day': { zh: '天', one: 'day', many: 'days' },
  month: { zh: '个月', one: 'month', many: 'months' },
  year: { zh: '年', one: 'year', many: 'years' },
}

/** `20 个工作日`, `20 working days`. Minutes that are not whole are rounded up. */
export function amountInWords(amount: number, unit: LimitUnit): Sentence {
  const whole = Math.ceil(amount)
  const { zh, one, many } = UNITS[unit]
  return { zh: `${whole} ${zh}`, en: `${whole} ${whole === 1 ? one : many}` }
}

/** `法定时限 60 天（居民身份证法 12）`. */
export function limitInWords(limit: Limit): Sentence {
  const sameDay = limit.amount === 0 && limit.unit !== 'minute'
  const { zh, en } = sameDay ? { zh: '当日办结', en: 'the same day' } : amountInWords(limit.amount, limit.unit)
  return limit.kind === 'statutory'
    ? { zh: `法定时限：${zh}（${limit.basis}）`, en: `Limit set by law: ${en} (${citation(limit.basis).en})` }
    : { zh: `承诺时限：${zh}（${limit.basis}）`, en: `Promised: ${en} (${citation(limit.basis).en})` }
}

/** `17:00`, and `24:00` for the last millisecond of a day. */
export const clockInWords = (at: Instant): string => (at === endOfDay(dayOf(at)) ? '24:00' : timeOfDay(at).slice(0, 5))

/** `2026年2月24日（星期二）24:00 前`; in English an end of day is `by the end of Tue 24 Feb 2026`. */
export function dueInWords(due: Due): Sentence {
  const [day, clock] = [dayInWords(due.dueDay), clockInWords(due.dueAt)]
  const certain: Sentence = {
    zh: clock === '24:00' ? `${day.zh}结束前` : `${day.zh}${clock} 前`,
    en: clock === '24:00' ? `by the end of ${day.en}` : `by ${clock} on ${day.en}`,
  }
  if (due.standsStill) return { zh: `现在暂停计算；恢复后最早在${certain.zh}`, en: `the clock stands still; once it runs again, ${certain.en} at the earliest` }
  return due.provisional ? { zh: `${certain.zh}（暂定）`, en: `${certain.en} (provisional)` } : certain
}

/** `2月14日`, `2月15日至2月23日`, and with times where a stretch doesn't begin and end at midnight. */
function stretchInWords(span: Span, unit: LimitUnit): Sentence {
  if (unit === 'minute' || unit === 'half-day') return timesInWords(span)
  const [first, last] = [shortDayInWords(span.firstDay), shortDayInWords(span.lastDay)]
  return span.firstDay === span.lastDay ? first : { zh: `${first.zh}至${last.zh}`, en: `${first.en} to ${last.en}` }
}

function timesInWords(span: Span): Sentence {
  const [first, last] = [shortDayInWords(span.firstDay), shortDayInWords(span.lastDay)]
  const from = timeOfDay(span.from).slice(0, 5)
  const endsAtMidnight = timeOfDay(span.to) === '00:00:00.000'
  const to = endsAtMidnight ? '24:00' : clockInWords(span.to)
  return span.firstDay === dayOf(plusMs(span.to, -1))
    ? { zh: `${first.zh} ${from}–${to}`, en: `${first.en}, ${from} to ${to}` }
    : { zh: `${first.zh} ${from} 至${last.zh} ${to}`, en: `${first.en}, ${from}, to ${last.en}, ${to}` }
}

/** One stretch of the way, and why it counts or doesn't. */
export function spanInWords(span: Span, unit: LimitUnit): Sentence {
  const stretch = stretchInWords(span, unit)
  const why = whyInWords(span, unit)
  const mark = span.provisional ? { zh: '（暂定）', en: ' (provisional)' } : { zh: '', en: '' }
  return { zh: `${stretch.zh}：${why.zh}${mark.zh}`, en: `${stretch.en}: ${why.en}${mark.en}` }
}

function whyInWords(span: Span, unit: LimitUnit): Sentence {
  const counts = amountInWords(span.counted, unit === 'month' || unit === 'year' ? 'natural-day' : unit)
  switch (span.kind) {
    case 'start':
      return unit === 'half-day'
        ? { zh: '开始的半天，不计入', en: 'the half-day of the start, not counted' }
        : { zh: '开始的当天，不计入', en: 'the day of the start, not counted' }
    case 'minutes':
    case 'natural-days':
      return { zh: `计 ${counts.zh}`, en: `${counts.en} counted` }
    case 'half-days':
    case 'working-days':
      return { zh: `上班，计 ${counts.zh}`, en: `at work, ${counts.en} counted` }
    case 'make-up': {
      const reason = dayReasonInWords(span)
      return { zh: `${reason.zh}，计 ${counts.zh}`, en: `${reason.en}, ${counts.en} counted` }
    }
    case 'weekend':
    case 'holiday': {
      const reason = dayReasonInWords(span)
      return { zh: `${reason.zh}，不计入`, en: `${reason.en}, not counted` }
    }
    case 'pause':
      return { zh: `暂停计算（${span.reason.zh}），不计入`, en: `the clock stood still (${span.reason.en}), not counted` }
    case 'roll-over':
      return { zh: '最后一天遇休息日或暂停，顺延到这里为止', en: 'the last day was a day off or fell in a pause, so the limit moves on to the end of this' }
  }
}

/** The whole explanation: what limit, when it is due, each stretch of the way, and what is uncertain or read by us. */
export function explanationInWords(limit: Limit, due: Due): readonly Sentence[] {
  const at = dueInWords(due)
  return [
    limitInWords(limit),
    { zh: `到期：${at.zh}`, en: `Due: ${at.en}` },
    ...due.spans.map((span) => spanInWords(span, limit.unit)),
    ...(due.provisional ? [provisionalInWords] : []),
    ...(limit.interpretation === undefined ? [] : [limit.interpretation]),
  ]
}

const explainedDays = new WeakMap<Calendar, WeakMap<Limit, Map<Day, readonly Sentence[]>>>()
const DAYS_KEPT_MAX = 100

/** The same for a limit that nothing stopped or extended. In whole days, every start of one day has the same explanation: told once. */
export function explanationFromStart(calendar: Calendar, limit: Limit, startedAt: Instant, due: Due): readonly Sentence[] {
  if (limit.unit === 'minute' || limit.unit === 'half-day') return explanationInWords(limit, due)
  const ofCalendar = explainedDays.get(calendar) ?? new WeakMap<Limit, Map<Day, readonly Sentence[]>>()
  explainedDays.set(calendar, ofCalendar)
  const ofLimit = ofCalendar.get(limit) ?? new Map<Day, readonly Sentence[]>()
  ofCalendar.set(limit, ofLimit)
  const day = dayOf(startedAt)
  const known = ofLimit.get(day)
  if (known !== undefined) return known
  const explained = explanationInWords(limit, due)
  if (ofLimit.size >= DAYS_KEPT_MAX) ofLimit.clear()
  ofLimit.set(day, explained)
  return explained
}

/** Beside the explanation of an extended limit: by how much, on what article, and why. */
export function extensionInWords({ unit, basis, extension }: Limit, { amount, reason }: Extension): Sentence {
  const [by, article] = [amountInWords(amount, unit), extension?.basis ?? basis]
  return {
    zh: `已依法延长 ${by.zh}（${article}）：${reason.zh}`,
    en: `Extended by ${by.en} under the law (${citation(article).en}): ${reason.en}`,
  }
}

const STATES: Readonly<Record<LimitState, Sentence>> = {
  'not-started': { zh: '还没有开始', en: 'not started yet' },
  running: { zh: '正在计时', en: 'running' },
  paused: { zh: '暂停计时', en: 'the clock stands still' },
  overdue: { zh: '已超期', en: 'overdue' },
  kept: { zh: '按期完成', en: 'kept' },
  missed: { zh: '超期完成', en: 'done after the limit' },
}

/** `正在计时，还有 3 个工作日`; the last day says that it is the last. */
export function statusInWords(status: LimitStatus): Sentence {
  const state = STATES[status.state]
  const { unit, remaining, late } = status
  if (status.state === 'overdue' || status.state === 'missed') {
    if (late === 0) return state
    const by = amountInWords(late, unit)
    return { zh: `${state.zh} ${by.zh}`, en: `${state.en}, by ${by.en}` }
  }
  if (status.state === 'kept' || status.state === 'not-started') return state
  const left = amountInWords(remaining, unit)
  return status.state === 'running' && unit !== 'minute' && unit !== 'half-day' && remaining === 1
    ? { zh: `${state.zh}，最后一天`, en: `${state.en}, on its last day` }
    : { zh: `${state.zh}，还有 ${left.zh}`, en: `${state.en}, ${left.en} left` }
}

export const extensionProblems: Readonly<Record<ExtensionProblem, Sentence>> = {
  'not-extendable': { zh: '请按原期限办理：这个期限依法不能延长。', en: 'Please keep to the limit: the law gives no extension of it.' },
  'extended-before': { zh: '请按已延长的期限办理：期限只能延长一次。', en: 'Please keep to the extended limit: it can be extended only once.' },
  'too-long': { zh: '请缩短延长的时间：它超过了法律允许的长度。', en: 'Please choose a shorter extension: this one is longer than the law allows.' },
  'already-over': {
    zh: '请先说明超期原因：期限已经过了，不能再延长。',
    en: 'Please explain the delay first: the limit is over and can no longer be extended.',
  },
}
