/** The words of signing in; the sandbox's are marked as such. */
import type { Sentence } from '#kernel/language.ts'

export const signInWords = {
  title: { zh: '演示环境：选择您是谁', en: 'Demonstration: choose who you are' },
  lead: {
    zh: '这里的人、证件和号码都是造出来的。正式环境用统一身份认证登录。',
    en: 'People, cards and numbers here are made up. In operation, people sign in with the province’s identity service.',
  },
  role: { zh: '岗位', en: 'Role' },
  organ: { zh: '在哪个派出所或户政大厅', en: 'At which station or household hall' },
  organHint: { zh: '窗口民警必选。可打汉字、拼音、首字母。', en: 'Needed for a station officer. Chinese, pinyin or initials.' },
  resident: { zh: '居民', en: 'A resident' },
  residentNumber: { zh: '居民的公民身份号码', en: 'The resident’s identity number' },
  residentHint: { zh: '用演示环境里的人，见下面。', en: 'Somebody of this demonstration, see below.' },
  signIn: { zh: '进入', en: 'Go in' },
  roleWrong: { zh: '请选择岗位。', en: 'Choose a role.' },
  organWrong: { zh: '请选择窗口民警工作的派出所或户政大厅。', en: 'Choose the station or hall at which the officer works.' },
  nobody: { zh: '演示环境里没有这个人，请核对号码。', en: 'Nobody here has this number: check it.' },
  signedInAs: { zh: '现在的身份', en: 'You are now' },
  signOutTitle: { zh: '退出登录', en: 'Sign out' },
  signOutLead: { zh: '退出后，这台电脑上不能再看到办件。', en: 'After this, no case can be seen on this computer.' },
  signOut: { zh: '退出', en: 'Sign out' },
  clockTitle: { zh: '演示环境的时钟', en: 'The demonstration’s clock' },
  clockLead: { zh: '时钟只能向前走；到期的事在途中一一发生。', en: 'The clock only moves forward; everything due happens on the way.' },
  clockNow: { zh: '现在', en: 'Now' },
  clockTo: { zh: '走到（北京时间）', en: 'Move to (Beijing time)' },
  clockToHint: { zh: '例如 2026-02-13 13:00。', en: 'For example 2026-02-13 13:00.' },
  clockMove: { zh: '走到这一刻', en: 'Move' },
  clockHour: { zh: '前进 1 小时', en: 'One hour on' },
  clockDay: { zh: '前进 1 天', en: 'One day on' },
  clockWrong: { zh: '请写成“年-月-日 时:分”，并且不早于现在。', en: 'Write it as year-month-day hour:minute, not before now.' },
  inOperation: { zh: '登录', en: 'Sign in' },
  inOperationLead: {
    zh: '这一套系统没有开通演示登录。请从本单位的统一身份认证平台进入。',
    en: 'There is no demonstration sign-in here. Enter through your office’s identity service.',
  },
} as const satisfies Readonly<Record<string, Sentence>>
