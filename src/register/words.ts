import { READ_PURPOSE_WORDS } from '#account/words.ts'
import type { Sentence } from '#kernel/language.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import type { CardKind, CardState, Hardship, Receiver, RegisteredItem, RegisterFlag, RegistrationStatus } from '#register/model.ts'

export const registrationStatusWords: Readonly<Record<RegistrationStatus, Sentence>> = {
  valid: { zh: '户口正常', en: 'registration valid' },
  'moved-out': { zh: '已迁出', en: 'moved out' },
  deceased: { zh: '已登记死亡', en: 'registered as deceased' },
  'in-service': { zh: '现役军人，户口已注销', en: 'in military service, registration closed' },
  'settled-abroad': { zh: '已出国（境）定居', en: 'settled abroad' },
  'duplicate-cancelled': { zh: '重复户口，已注销', en: 'duplicate registration, cancelled' },
}

/** What the officer sees, with what to do. */
export const registerFlagWords: Readonly<Record<RegisterFlag, Sentence>> = {
  'number-collision': { zh: '号码有重号，请核对是哪一位', en: 'the number is registered twice: verify which person this is' },
  'appearance-changed': { zh: '相貌变化较大，请核对指纹', en: 'appearance has changed much: compare fingerprints' },
  'forged-documents': { zh: '有使用伪造证件的记录，请核对证件', en: 'a record of forged documents: examine the papers' },
  'credit-record': { zh: '有不良记录推送，由核查民警处理', en: 'a bad-record notice was received: the reviewer deals with it' },
  'item-change-pending': { zh: '登记项目正在变更，以办结的为准', en: 'a registered item is being changed: what is decided applies' },
}

export const hardshipWords: Readonly<Record<Hardship, Sentence>> = {
  none: { zh: '无', en: 'none' },
  'urban-minimum-living': { zh: '城市低保', en: 'urban minimum-living allowance' },
  'rural-special': { zh: '农村特困', en: 'rural special hardship' },
  other: { zh: '其他生活困难', en: 'other hardship' },
}

export const cardKindWords: Readonly<Record<CardKind, Sentence>> = {
  'resident-id-card': { zh: '居民身份证', en: 'resident ID card' },
  'temporary-id-card': { zh: '临时居民身份证', en: 'temporary ID card' },
}

export const cardStateWords: Readonly<Record<CardState, Sentence>> = {
  'in-force': { zh: '有效', en: 'valid' },
  expiring: { zh: '有效，即将到期，可以换领', en: 'valid, expiring soon, may be renewed' },
  expired: { zh: '已过有效期', en: 'expired' },
  'reported-lost': { zh: '已挂失', en: 'reported lost' },
  replaced: { zh: '已被新证代替', en: 'replaced by a newer card' },
  surrendered: { zh: '已交回', en: 'handed back' },
  cancelled: { zh: '已注销', en: 'cancelled' },
}

export const registeredItemWords: Readonly<Record<RegisteredItem, Sentence>> = {
  name: { zh: '姓名', en: 'name' },
  sex: { zh: '性别', en: 'sex' },
  ethnicity: { zh: '民族', en: 'ethnicity' },
  birth: { zh: '出生日期', en: 'date of birth' },
  address: { zh: '住址', en: 'address' },
}

export const receiverWords: Readonly<Record<Receiver, Sentence>> = { courier: { zh: '寄递企业', en: 'the courier' } }

export const NOTHING_TO_CORRECT: RefusalReason = {
  code: 'nothing-to-correct',
  sentence: { zh: '登记的内容和填写的一样，没有可更正的。', en: 'The register says the same already: there is nothing to correct.' },
  basis: '户口登记条例 17',
  wayOut: { zh: '请核对要更正的项目后重新提交。', en: 'Look again at what is to be corrected, and submit that.' },
}

/** Label and problem of the fields of `POST /api/v1/people/correct`. */
export const correctWords = {
  name: { label: { zh: '姓名', en: 'Name' }, problem: { zh: '请填写 1 至 60 个字的姓名。', en: 'Enter a name of 1 to 60 characters.' } },
  ethnicity: { label: { zh: '民族', en: 'Ethnicity' }, problem: { zh: '请填写民族，如“汉”“朝鲜”。', en: 'Enter the ethnicity by its Chinese name.' } },
  phone: { label: { zh: '联系电话', en: 'Phone' }, problem: { zh: '请填写 7 至 20 位的电话号码。', en: 'Enter a phone number of 7 to 20 digits.' } },
  address: { label: { zh: '住址', en: 'Address' }, problem: { zh: '请填写 4 至 200 个字的住址。', en: 'Enter an address of 4 to 200 characters.' } },
  basis: {
    label: { zh: '更正依据', en: 'On what it rests' },
    problem: { zh: '请写明依据的材料（2 至 200 个字），不要写号码。', en: 'Say on which paper it rests, in 2 to 200 characters, without numbers of people.' },
  },
} as const satisfies Record<string, { label: Sentence; problem: Sentence }>

const purposes = Object.values(READ_PURPOSE_WORDS)

/** Label and problem of the fields of `POST /api/v1/people/find`. */
export const findPersonWords = {
  identityNumber: {
    label: { zh: '公民身份号码', en: 'Identity number' },
    problem: { zh: '请输入 18 位公民身份号码。', en: 'Enter the 18-character identity number.' },
  },
  purpose: {
    label: { zh: '查询事由', en: 'Purpose' },
    problem: {
      zh: `请选择查询事由（${purposes.map(({ zh }) => zh).join('、')}）：每次查看他人信息都会记录由谁、为何查看，本人可以看到。`,
      en: `Choose the purpose (${purposes.map(({ en }) => en).join('; ')}): who opens a record, and why, is kept each time, and the person can see it.`,
    },
  },
  note: {
    label: { zh: '具体事由', en: 'What it is about' },
    problem: { zh: '请用不超过 200 个字写明具体事由。', en: 'Say what it is about in at most 200 characters.' },
  },
} as const satisfies Record<string, { label: Sentence; problem: Sentence }>
