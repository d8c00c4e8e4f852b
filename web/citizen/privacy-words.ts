/** The words of the privacy notice; its contents are data of `account`. */
export const privacyWords = {
  title: { zh: '您的资料怎么用', en: 'What happens with your data' },
  lead: {
    zh: '这里逐项写明：用了您的哪些资料、为什么用、依据哪条法律、保存多久、给了谁。资料加密保存，屏幕上只显示一部分；谁看过，您都能查到。',
    en: 'Item by item: which of your data is used, why, by which law, how long it is kept and who is given it. It is kept encrypted and shown only in part; whoever looked at it, you can see.',
  },
  rights: { zh: '您可以', en: 'You can' },
  rightsList: [
    { zh: '拿走一份：系统里关于您的全部资料，不含别人的。', en: 'Take a copy: everything the system keeps about you, and nothing about others.' },
    { zh: '要求更正：带证明到任何一个派出所。', en: 'Have it corrected: at any police station, with proof.' },
    {
      zh: '要求删除：法律不再要求保存的，可以删除；不能删的，会告诉您为什么。',
      en: 'Have it deleted where the law no longer needs it; where it does, you are told why.',
    },
    {
      zh: '撤回同意：凡是靠您同意的，随时可以撤回，不影响办别的事。',
      en: 'Withdraw consent to whatever rests on it, at any time, without any effect on other matters.',
    },
  ],
  takeAlong: { zh: '下载关于我的全部资料', en: 'Download everything about me' },
  signInFirst: { zh: '登录后下载关于我的资料', en: 'Sign in to download what is kept about me' },
  what: { zh: '哪些资料', en: 'Which data' },
  why: { zh: '为什么', en: 'Why' },
  ground: { zh: '依据', en: 'Ground' },
  howLong: { zh: '保存多久', en: 'How long' },
  givenTo: { zh: '给了谁', en: 'Given to' },
  nobody: { zh: '不提供给别人', en: 'Nobody' },
  statutory: { zh: '法定职责，只告知，不需要您同意', en: 'A statutory duty: you are told, and need not consent' },
  consent: { zh: '您的单独同意，可随时撤回', en: 'Your separate consent, which you can withdraw at any time' },
  notOffered: { zh: '要您单独同意才可以；目前没有开办', en: 'Only with your separate consent; not offered at present' },
} as const
