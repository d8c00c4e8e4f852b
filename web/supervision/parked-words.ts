/** The words of the page on what gave up. */
import type { Sentence } from '#kernel/language.ts'

export const parkedWords = {
  title: { zh: '多次失败、已暂停的待办', en: 'What gave up' },
  lead: {
    zh: '先修好原因，再重新执行；相关办件在此之前不会继续。谁重新执行的、为什么，都会记录。',
    en: 'Mend the cause first, then have it tried again; until then the cases concerned do not go on. Who did so and why is on record.',
  },
  none: { zh: '没有暂停的待办。', en: 'Nothing has given up.' },
  done: {
    zh: '已重新执行，几秒钟内会有结果；仍不成功的会再次出现在这里。',
    en: 'It is being tried again, within seconds; what still fails comes back to this page.',
  },
  items: { zh: '暂停的待办', en: 'Items' },
  caseNumber: { zh: '办件号', en: 'Case number' },
  noCase: { zh: '不属于办件', en: 'not of a case' },
  since: { zh: '暂停于', en: 'Gave up' },
  attempts: { zh: '试过几次', en: 'Attempts' },
  error: { zh: '最后一次的错误', en: 'Last error' },
  reason: { zh: '修好了什么', en: 'What was mended' },
  reasonHint: { zh: '2 到 500 个字，不要写个人信息', en: '2 to 500 characters, without personal data' },
  take: { zh: '重新执行', en: 'Try again' },
  reaction: (reaction: string, prefecture: string): Sentence => ({ zh: `${reaction}（${prefecture}）`, en: `${reaction} (${prefecture})` }),
} as const
