import type { DayKind, DayReason, NoticeProblem, NoticeProblemCode } from '#calendar/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, endOfDay, type Instant, timeOfDay, weekdayOf } from '#kernel/time.ts'

const WEEKDAYS: readonly Sentence[] = [
  { zh: '星期一', en: 'Mon' },
  { zh: '星期二', en: 'Tue' },
  { zh: '星期三', en: 'Wed' },
  { zh: '星期四', en: 'Thu' },
  { zh: '星期五', en: 'Fri' },
  { zh: '星期六', en: 'Sat' },
  { zh: '星期日', en: 'Sun' },
]
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

export const weekdayInWords = (d: Day): Sentence => WEEKDAYS[weekdayOf(d) - 1] as Sentence

const worded = new Map<Day, Sentence>()
/** Some years of days. */
const WORDED_MAX = 2_000

/** `2026年2月13日（星期五）`, `Fri 13 Feb 2026`. The same few days are said over and over. */
export function dayInWords(d: Day): Sentence {
  const known = worded.get(d)
  if (known !== undefined) return known
  const sentence = sayDay(d)
  if (worded.size >= WORDED_MAX) worded.clear()
  worded.set(d, sentence)
  return sentence
}

function sayDay(d: Day): Sentence {
  const [year, month, date] = [d.slice(0, 4), Number(d.slice(5, 7)), Number(d.slice(8, 10))]
  const weekday = weekdayInWords(d)
  return { zh: `${year}年${month}月${date}日（${weekday.zh}）`, en: `${weekday.en} ${date} ${MONTHS[month - 1]} ${year}` }
}

/** By when, a whole day counted to its end: `最晚2026年2月13日（星期五）当天`; an hour of a day as `2026年2月13日（星期五）17:00 前`. */
export function latestInWords(at: Instant): Sentence {
  const on = dayOf(at)
  const day = dayInWords(on)
  if (at === endOfDay(on)) return { zh: `最晚${day.zh}当天`, en: `by the end of ${day.en}` }
  const clock = timeOfDay(at).slice(0, 5)
  return { zh: `${day.zh}${clock} 前`, en: `by ${clock} on ${day.en}` }
}

/** `2月13日`, `13 Feb`: where the year is plain from what stands around it. */
export function shortDayInWords(d: Day): Sentence {
  const [month, date] = [Number(d.slice(5, 7)), Number(d.slice(8, 10))]
  return { zh: `${month}月${date}日`, en: `${date} ${MONTHS[month - 1]}` }
}

export function dayReasonInWords(reason: DayReason): Sentence {
  switch (reason.kind) {
    case 'weekday':
      return { zh: '工作日', en: 'working day' }
    case 'weekend':
      return { zh: '周末', en: 'weekend' }
    case 'holiday':
      return { zh: `${reason.name.zh}放假`, en: `day off for ${reason.name.en}` }
    case 'make-up':
      return { zh: `${reason.name.zh}调休上班`, en: `worked in exchange for ${reason.name.en}` }
  }
}

/** Shown wherever a day was reckoned with a year that has no notice yet. */
export const provisionalInWords: Sentence = {
  zh: '这一天是暂定的：国务院还没有公布当年的放假安排，目前只按法定节日计算；公布后会重新计算，有变化会告诉您。',
  en: 'This day is provisional: the State Council has not yet published that year’s holidays, so only the statutory days are counted. It will be reckoned again once they are out, and you will be told of any change.',
}

export function dayKindInWords(kind: DayKind): Sentence {
  const reason = dayReasonInWords(kind.reason)
  return kind.provisional ? { zh: `${reason.zh}（暂定）`, en: `${reason.en} (provisional)` } : reason
}

const PROBLEMS: Readonly<Record<NoticeProblemCode, Sentence>> = {
  year: { zh: '请核对年份：没有这一年的节日数据。', en: 'Please check the year: its festivals are not known.' },
  'name-missing': { zh: '请写出节日的中文和英文名称。', en: 'Please give the name of the holiday in Chinese and English.' },
  'no-days-off': { zh: '请写出放假日期：这个节日没有一天放假。', en: 'Please give the days off: this holiday has none.' },
  'no-such-day': { zh: '请核对日期：没有这一天。', en: 'Please check the date: there is no such day.' },
  'outside-year': {
    zh: '请核对日期：通知只能安排当年和上一年 12 月的日子。',
    en: 'Please check the date: a notice covers its own year and the December before it.',
  },
  'not-contiguous': {
    zh: '请核对放假日期：同一个节日的假期应当连续。',
    en: 'Please check the days off: those of one holiday follow each other without a gap.',
  },
  'day-twice': { zh: '请删去重复的日期。', en: 'Please remove the day that stands twice.' },
  'off-and-working': { zh: '请核对：同一天不能既放假又上班。', en: 'Please check: one day can not be both off and worked.' },
  'make-up-on-weekday': {
    zh: '请核对调休上班日：它应当是星期六或星期日。',
    en: 'Please check the day that is worked in exchange: it has to be a Saturday or a Sunday.',
  },
  'statutory-day-missing': {
    zh: '请补上：这一天依法放假，通知里却没有。',
    en: 'Please add this day: by law it is a day off, and the notice lacks it.',
  },
}

/** What to mend in a notice, with the holiday and the day that are meant. */
export function noticeProblemInWords(problem: NoticeProblem): Sentence {
  const where = [problem.holiday, problem.day === undefined ? undefined : { zh: problem.day, en: problem.day }].filter((part) => part !== undefined)
  const { zh, en } = PROBLEMS[problem.code]
  if (where.length === 0) return { zh, en }
  return { zh: `${where.map((part) => part.zh).join(' ')}：${zh}`, en: `${where.map((part) => part.en).join(', ')}: ${en}` }
}
