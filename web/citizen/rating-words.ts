/** The words of rating on the progress page. */
import type { Sentence } from '#kernel/language.ts'

export const ratingWords = {
  title: { zh: '请您评价', en: 'Rate the service' },
  thanks: { zh: '谢谢，您的评价已收到', en: 'Thank you, your rating was received' },
  colon: { zh: '：', en: ': ' },
  rectifiedBy: { zh: '这是差评，我们会整改，最迟：', en: 'This is a bad rating; it will be put right by' },
  result: { zh: '处理结果', en: 'What became of it' },
  oneByOne: { zh: '分项评价（可以不填）', en: 'One by one (optional)' },
  comment: { zh: '想说的话', en: 'In your own words' },
  commentHint: { zh: '500 字以内。请不要写身份证号、电话。', en: 'Up to 500 characters. Please leave out identity and phone numbers.' },
  name: { zh: '要不要匿名', en: 'Your name' },
  anonymous: { zh: '匿名评价', en: 'Stay anonymous' },
  anonymousHint: {
    zh: '被评价的单位看不到是您、是哪个办件；匿名的差评也会整改，但不回访。',
    en: 'Those whom you rate see neither who you are nor which case it was; a bad rating is put right all the same, but you are not called back.',
  },
  alwaysAnonymous: {
    zh: '没有登录，按匿名评价：被评价的单位看不到是您、是哪个办件。要接到回访，请登录后评价。',
    en: 'You are not signed in, so the rating is anonymous: those whom you rate see neither who you are nor which case it was. Sign in first to be called back.',
  },
  send: { zh: '提交评价', en: 'Send the rating' },
  choose: { zh: '请选择一项评价。', en: 'Choose one of the five.' },
  tooLong: { zh: '请写在 500 字以内。', en: 'Write up to 500 characters.' },
} as const satisfies Readonly<Record<string, Sentence>>
