import type { Sentence } from '#kernel/language.ts'
import type { AgencyProblem, Capacity, GuardianRelation, IdentityProblem, IdentityWarning, Sex } from '#person/model.ts'

export const sexWords: Readonly<Record<Sex, Sentence>> = {
  male: { zh: '男', en: 'male' },
  female: { zh: '女', en: 'female' },
}

export const identityProblems: Readonly<Record<IdentityProblem, Sentence>> = {
  empty: { zh: '请输入公民身份号码，共 18 位。', en: 'Please enter the identity number: 18 characters.' },
  'fifteen-digit': {
    zh: '请输入现在使用的 18 位公民身份号码。15 位是旧号码，已经停用；新号码在第二代身份证和户口簿上。',
    en: 'Please enter the 18-character identity number now in use. The one with 15 digits is no longer valid; the new one is on the second-generation card and in the household register.',
  },
  characters: {
    zh: '请只输入数字；最后一位如果是字母，用 X。其他字母和符号不属于公民身份号码。',
    en: 'Please enter digits only; if the last character is a letter, it is X. An identity number has no other letters or signs.',
  },
  length: {
    zh: '请检查是否多输或少输了：公民身份号码是 18 位。',
    en: 'Please check whether a character is missing or typed twice: an identity number has 18.',
  },
  region: { zh: '请核对最前面的两位：没有这样的省份代码。', en: 'Please check the first two digits: there is no province with that code.' },
  'birth-date': {
    zh: '请核对第 7 至 14 位：那里是出生日期，而这一天不存在。',
    en: 'Please check the seventh to fourteenth digits: they are the date of birth, and there is no such date.',
  },
  'born-in-future': {
    zh: '请核对第 7 至 14 位：那里是出生日期，而这一天还没有到。',
    en: 'Please check the seventh to fourteenth digits: they are the date of birth, and that day is still to come.',
  },
  'check-character': {
    zh: '请对照证件逐位核对：号码有一位不对，最后一位校验不符。',
    en: 'Please compare the number with the card, one by one: a character is not right, for the last one does not fit the others.',
  },
}

export function identityWarningInWords(warning: IdentityWarning): Sentence {
  if (warning.code === 'region-unknown') {
    return {
      zh: `号码前六位 ${warning.region} 不在现行区划表中。号码可以使用，请再核对一遍。`,
      en: `The first six digits, ${warning.region}, are not among the divisions in force. The number can be used; please check it once more.`,
    }
  }
  return {
    zh: `号码前六位 ${warning.region} 是原${warning.name.zh}的代码，该地现为 ${warning.successor}。号码终身不变，照常使用。`,
    en: `The first six digits, ${warning.region}, stand for the former ${warning.name.en}, now ${warning.successor}. The number is for life and stays valid.`,
  }
}

/** Marked on every screen where an age decides something. */
export const ageInterpretation: Sentence = {
  zh: '周岁按生日当天计满；2 月 29 日出生的人，平年按 2 月最后一天计。（对规定的理解）',
  en: 'An age is reached on the birthday itself; for who was born on 29 February, on the last day of February in common years. (Interpretation)',
}

export const capacityWords: Readonly<Record<Capacity, Sentence>> = {
  none: { zh: '由监护人代为办理', en: 'the guardian acts' },
  limited: { zh: '由监护人代为办理，或者经监护人同意后本人办理', en: 'the guardian acts, or the person with the consent of the guardian' },
  full: { zh: '本人可以独立办理', en: 'the person may act alone' },
}

export const guardianRelations: Readonly<Record<GuardianRelation, Sentence>> = {
  parent: { zh: '父母', en: 'parent' },
  spouse: { zh: '配偶', en: 'spouse' },
  child: { zh: '子女', en: 'son or daughter' },
  grandparent: { zh: '祖父母、外祖父母', en: 'grandparent' },
  sibling: { zh: '兄、姐、弟、妹', en: 'brother or sister' },
  'other-relative': { zh: '其他近亲属', en: 'other close relative' },
  'other-person': { zh: '其他愿意担任监护人的个人', en: 'other person willing to be guardian' },
  organisation: { zh: '居民委员会、村民委员会、民政部门等组织', en: 'residents’ or villagers’ committee, civil affairs department or other organisation' },
}

export const agencyProblems: Readonly<Record<AgencyProblem, Sentence>> = {
  'agent-not-allowed': {
    zh: '请本人办理。按规定，这项业务不能委托他人。',
    en: 'Please let the person come in person. By the rules nobody else may be entrusted with this matter.',
  },
  'own-agent': {
    zh: '请以本人身份办理。代办人和本人是同一个人，不需要委托。',
    en: 'Please act in your own name. You and the agent are the same person, so no agent is needed.',
  },
  'agent-unknown': {
    zh: '请出示代办人的身份证。没有核对代办人的身份，不能代办。',
    en: 'Please show the identity card of the person acting for you. Nobody may act whose identity was not checked.',
  },
  'agent-without-capacity': {
    zh: '请由一位能够独立办事的成年人代办。这位代办人依法还不能替他人办理。',
    en: 'Please let an adult who can act alone do this. By law this person can not yet act for somebody else.',
  },
  'guardian-not-needed': {
    zh: '请本人办理，或者出具授权委托书由他人代办。本人能够独立办事，没有法定监护人。',
    en: 'Please come in person, or give somebody a power of attorney. A person who may act alone has no guardian.',
  },
  'guardian-required': {
    zh: '请由监护人代为办理。本人依法不能独立委托他人。',
    en: 'Please let the guardian act. By law the person can not give a power of attorney alone.',
  },
  'power-of-attorney-not-yet': {
    zh: '请核对授权委托书的日期：签署日期在今天之后。',
    en: 'Please check the date on the power of attorney: it was signed on a day still to come.',
  },
  'power-of-attorney-expired': {
    zh: '请本人重新出具授权委托书：原来的已经过期。',
    en: 'Please bring a new power of attorney: the term of this one is over.',
  },
  'power-of-attorney-other-matter': {
    zh: '请本人出具写明这项业务的授权委托书：现有的不包括它。',
    en: 'Please bring a power of attorney that names this matter: this one does not cover it.',
  },
}
