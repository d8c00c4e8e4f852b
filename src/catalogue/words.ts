import { dayInWords } from '#calendar/words.ts'
import type { ReviewSettings } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Day } from '#kernel/time.ts'

type Setting = Exclude<keyof ReviewSettings, 'validFrom'>

/** What each setting of the automatic review does, for the screen that changes it. */
export const SETTING_WORDS: Readonly<Record<Setting, Sentence>> = {
  referAppearanceChanged: {
    zh: '相貌变化较大且没有登记过指纹的，由民警核对',
    en: 'Appearance changed much and no fingerprints on file: an officer looks',
  },
  referForgedDocuments: { zh: '有冒用、伪造证件记录的，由民警核对', en: 'A record of forged or misused documents: an officer looks' },
  referCreditRecord: { zh: '有不良记录推送的，由民警核对', en: 'A bad-record notice: an officer looks' },
  referItemMismatch: { zh: '证件与人口信息不一致的，由民警核对', en: 'The card differs from the register: an officer looks' },
  referFingerprintExemption: { zh: '免采指纹的，由民警核对', en: 'Exempted from fingerprints: an officer looks' },
  sampleShare: { zh: '自动通过后抽查的比例（万分之几）', en: 'Share of automatic grants that a person looks at afterwards, in 1/10000' },
  photoStandard: { zh: '相片标准的版本', en: 'Version of the photo standard' },
}

export type SettingsRefusal =
  | { readonly code: 'replay-unknown' }
  | { readonly code: 'replay-unfinished' }
  | { readonly code: 'replay-of-other-settings' }
  | { readonly code: 'replay-too-old'; readonly days: number }
  | { readonly code: 'day-in-force'; readonly day: Day }

const BASIS = '吉公通字〔2021〕32号 一'

const WAY_OUT: Sentence = {
  zh: '先用同样的设置重放一次过去的办件，看过结果后带上重放编号再提交。',
  en: 'Replay past cases with exactly these settings, look at what would differ, and submit again with the number of that replay.',
}

/** Why other settings can't take force yet, and what to do. */
export function settingsRefusal(refusal: SettingsRefusal): {
  readonly code: string
  readonly sentence: Sentence
  readonly basis: string
  readonly wayOut: Sentence
} {
  const { code } = refusal
  switch (refusal.code) {
    case 'replay-unknown':
      return { code, basis: BASIS, wayOut: WAY_OUT, sentence: { zh: '没有这个编号的重放。', en: 'There is no replay of this number.' } }
    case 'replay-unfinished':
      return {
        code,
        basis: BASIS,
        sentence: { zh: '这次重放还没有做完。', en: 'This replay has not finished yet.' },
        wayOut: { zh: '等它做完、看过结果后再提交。', en: 'Wait until it has, look at what would differ, then submit again.' },
      }
    case 'replay-of-other-settings':
      return { code, basis: BASIS, wayOut: WAY_OUT, sentence: { zh: '这次重放用的是另一组设置。', en: 'This replay was made with other settings.' } }
    case 'replay-too-old':
      return {
        code,
        basis: BASIS,
        wayOut: WAY_OUT,
        sentence: {
          zh: `这次重放已超过 ${refusal.days} 天，不再能说明问题。`,
          en: `This replay is more than ${refusal.days} days old and shows too little now.`,
        },
      }
    case 'day-in-force': {
      const on = dayInWords(refusal.day)
      return {
        code,
        basis: BASIS,
        sentence: {
          zh: `从 ${on.zh} 起已有一组设置生效，已经用于审核，不能改写。`,
          en: `Settings are in force since ${on.en} and have been used; they can't be rewritten.`,
        },
        wayOut: { zh: '请选择一个之后的日期作为生效日。', en: 'Choose a later day for these to take force.' },
      }
    }
  }
}

export const VALID_FROM_PAST: Sentence = {
  zh: '生效日期不能早于今天：已经作出的审核不会改变。',
  en: 'They can not take force before today: what was reviewed already does not change.',
}

export const PHOTO_STANDARD_UNKNOWN: Sentence = {
  zh: '没有这个版本的相片标准，请从现有版本中选择。',
  en: 'There is no photo standard of this version; choose one that exists.',
}
