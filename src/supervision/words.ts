import { dayInWords, latestInWords } from '#calendar/words.ts'
import { type CaseNumber, formatCaseNumber } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, timeOfDay } from '#kernel/time.ts'
import type { AlarmKind, Outcome, PromiseCounts, SupervisedCase } from '#supervision/model.ts'

export const OUTCOME_WORDS: Readonly<Record<Outcome, Sentence>> = {
  kept: { zh: '按期送到', en: 'kept' },
  'kept-as-told': { zh: '按事先告知的新日期送到', en: 'kept on a new day told in time' },
  'broken-told': { zh: '告知的新日期也没有兑现', en: 'broken, and the new day that was told as well' },
  'broken-silently': { zh: '没有兑现，也没有告知', en: 'broken without a word' },
  'in-progress': { zh: '办理中，未到期', en: 'in progress' },
  'waiting-for-fee': { zh: '待缴费', en: 'waiting for the fee' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
}

/** Heads of the columns, with what each counts. */
export const COUNT_WORDS: Readonly<Record<keyof PromiseCounts, { readonly title: Sentence; readonly meaning: Sentence }>> = {
  accepted: {
    title: { zh: '当日受理', en: 'accepted' },
    meaning: {
      zh: '这一天受理的、有承诺日期的办件，不论承诺哪天送到。',
      en: 'Cases with a promise that were accepted on this day, whatever day they were promised.',
    },
  },
  promised: {
    title: { zh: '承诺', en: 'promised' },
    meaning: {
      zh: '受理时承诺在这一天送到的办件；是后面七种结果之和。',
      en: 'Cases that were promised for this day when they were accepted; the sum of the seven outcomes.',
    },
  },
  revised: {
    title: { zh: '改期', en: 'told a new day' },
    meaning: { zh: '其中至少告知过一次新日期的。', en: 'Of these, the person was told a new day at least once.' },
  },
  kept: {
    title: OUTCOME_WORDS.kept,
    meaning: {
      zh: '在最初承诺的时刻之前已到本人手中或领取点；因缴费较晚重新起算的，以重新起算的为准。',
      en: 'With the person, or at the station to collect it from, by the first promise; where a later payment made it count anew, by that one.',
    },
  },
  'kept-as-told': {
    title: OUTCOME_WORDS['kept-as-told'],
    meaning: {
      zh: '晚于最初承诺，但在原日期之前告知了新日期，并按新日期送到。',
      en: 'Later than first promised, but by a new day told before the old one had passed.',
    },
  },
  'broken-told': {
    title: OUTCOME_WORDS['broken-told'],
    meaning: { zh: '事先告知过新日期，新日期也过了还没有送到。', en: 'A new day was told in time, and it passed in vain, too.' },
  },
  'broken-silently': {
    title: OUTCOME_WORDS['broken-silently'],
    meaning: { zh: '承诺的日期过了没有送到，之前也没有告知。', en: 'The promised day passed in vain and the person had not been told before.' },
  },
  'in-progress': { title: OUTCOME_WORDS['in-progress'], meaning: { zh: '承诺的时刻还没有到。', en: 'The promised instant is still to come.' } },
  'waiting-for-fee': {
    title: OUTCOME_WORDS['waiting-for-fee'],
    meaning: { zh: '费用未缴，制证未开始，承诺从缴费时起算。', en: 'Nothing is made before the fee is paid; the promise counts from then.' },
  },
  withdrawn: { title: OUTCOME_WORDS.withdrawn, meaning: { zh: '在承诺到期之前由申请人撤回。', en: 'Withdrawn by the applicant before the day came.' } },
}

export const ALARM_WORDS: Readonly<Record<AlarmKind, Sentence>> = {
  'promise-at-risk': { zh: '承诺将至，尚未发出', en: 'promise at risk' },
  'promise-broken': { zh: '承诺已过，尚未送到', en: 'promise broken' },
  capacity: { zh: '制证能力不足', en: 'not enough capacity' },
  'referral-overdue': { zh: '人工核查超时', en: 'referral overdue' },
  'statutory-limit-near': { zh: '法定期限将至', en: 'statutory limit near' },
  'outbox-parked': { zh: '系统待办多次失败', en: 'a reaction gave up' },
  'log-not-sealed': { zh: '存证日志未及时封存', en: 'the evidence log is not sealed' },
}

const moment = (at: Instant): Sentence => {
  const day = dayInWords(dayOf(at))
  const time = timeOfDay(at).slice(0, 5)
  return { zh: `${day.zh}${time}`, en: `${time} on ${day.en}` }
}

const numbered = (number: CaseNumber): string => formatCaseNumber(number)

export function caseAlarmSentence(
  kind: 'promise-at-risk' | 'promise-broken' | 'referral-overdue' | 'statutory-limit-near',
  { number, toldInTime, settled }: SupervisedCase,
  dueAt: Instant,
): Sentence {
  const due = moment(dueAt)
  const shown = numbered(number)
  switch (kind) {
    case 'promise-at-risk':
      return {
        zh: `请催发办件 ${shown}：承诺${latestInWords(dueAt).zh}送到，现在还没有发出；赶不上就先告诉申请人新的日期。`,
        en: `Have case ${shown} dispatched: it is promised ${latestInWords(dueAt).en} and has not left yet. If that can't be met, tell the applicant a new day first.`,
      }
    case 'promise-broken':
      return toldInTime > 0
        ? {
            zh: `请查明办件 ${shown} 在哪里并联系申请人：告知的新日期 ${due.zh} 也已过去，证件还没有送到。`,
            en: `Find out where case ${shown} is and call the applicant: the new day they were told, ${due.en}, has passed as well.`,
          }
        : {
            zh: `请查明办件 ${shown} 在哪里并联系申请人：承诺的 ${due.zh} 已过，没有送到，也没有告知。`,
            en: `Find out where case ${shown} is and call the applicant: the promised ${due.en} has passed and nobody told them.`,
          }
    case 'referral-overdue':
      return {
        zh: `请尽快决定办件 ${shown} 的人工核查：应在 ${due.zh} 前作出，已经超时；申请人在等结果。`,
        en: `Decide the referral of case ${shown}: it was due by ${due.en} and the applicant is waiting.`,
      }
    case 'statutory-limit-near':
      return settled
        ? {
            zh: `请优先办结办件 ${shown}：法定期限是 ${due.zh}，证件还没有送到。`,
            en: `Finish case ${shown} first: its statutory limit is ${due.en} and the card is not there yet.`,
          }
        : {
            zh: `请联系办件 ${shown} 的申请人：法定期限是 ${due.zh}，申请还没有受理或没有缴费，请本人补办或撤回。`,
            en: `Contact the applicant of case ${shown}: its statutory limit is ${due.en} and it is not yet accepted or paid for; let them complete or withdraw it.`,
          }
  }
}

export const parkedSentence = (reaction: string, count: number): Sentence => ({
  zh: `请管理员查看“${reaction}”：有 ${count} 项多次重试仍未成功，已暂停；修复后重新执行，相关办件在此之前不会继续。`,
  en: `Let an administrator look at ${reaction}: ${count} item(s) failed again and again and were set aside. Mend the cause and run them again; until then the cases concerned do not go on.`,
})

/** Real time, by the database's clock: so long the oldest leaf may wait, which is sealed within a second when all is well. */
export const UNSEALED_SECONDS = 300

export const unsealedSentence = (prefecture: string): Sentence => ({
  zh: `请管理员查看 ${prefecture} 的存证日志：已有 ${UNSEALED_SECONDS / 60} 分钟以上没有封存；在查明之前，不要改动数据库。`,
  en: `Let an administrator look at the evidence log of ${prefecture}: nothing was sealed there for more than ${UNSEALED_SECONDS / 60} minutes. Change nothing in the database until it is known why.`,
})

/** What is not in order in a request for figures. */
export const RANGE_PROBLEMS = {
  order: { zh: '结束日期不能早于开始日期。', en: 'The last day can not be before the first.' },
  long: { zh: '一次最多查看 366 天，请缩短日期范围。', en: 'At most 366 days can be shown at once; choose a shorter range.' },
} as const satisfies Readonly<Record<string, Sentence>>

/** What a replay can't show, said beside its result. */
export const REPLAY_LEAVES_OUT: readonly Sentence[] = [
  {
    zh: '当场退回的申请没有留下办件，重放看不到它们，因此不能说明新设置会多放行谁。',
    en: 'Applications that were refused at once left no case; a replay does not see them and can’t say who would newly be let in.',
  },
  {
    zh: '重放用的是当时掌握的情况，不会重新查询人口信息或上传的相片本身；相片只按保存的测量值重新判断。',
    en: 'It uses what was known then: nothing is looked up again, and a photo is judged anew from the measures that were kept.',
  },
]
