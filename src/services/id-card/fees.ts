import type { Fee } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Cents, moneyInWords, yuan } from '#kernel/money.ts'
import type { Hardship } from '#register/model.ts'

const TARIFF = '发改价格〔2003〕2322号'

const fee = (item: string, amount: Cents, basis: string, sentence: Sentence): Fee => ({ item, amount, basis, sentence })

export const FREE: Fee = fee('无', yuan(0), '行政许可法 58', { zh: '不收费。', en: 'There is no fee.' })

/** First issue has been free since 2018-04-01. */
export const FIRST_ISSUE_FEE: Fee = fee('居民身份证工本费（首次申领）', yuan(0), '财税〔2018〕37号', {
  zh: '首次申领不收工本费。',
  en: 'A first card is free of charge.',
})

const AGENCY_ERROR_FEE: Fee = fee('居民身份证工本费（更正换发）', yuan(0), '居民身份证法 11', {
  zh: '证件项目有误由我们更正，不收费。',
  en: 'The mistake on the card was ours to correct; there is no charge.',
})

/** Waived for those whom 居民身份证法 21 names, on first issue and renewal; a replacement is not waived by law. */
const WAIVED: Readonly<Record<Hardship, Sentence | null>> = {
  none: null,
  'urban-minimum-living': { zh: '城市低保居民换领免收工本费。', en: 'Renewal is free for residents on urban minimum-living allowance.' },
  'rural-special': { zh: '农村特困居民换领免收工本费。', en: 'Renewal is free for rural residents in special hardship.' },
  other: null,
}

export type RenewalReason = 'expiry' | 'item-changed' | 'damaged' | 'agency-error'

export function renewalFee(reason: RenewalReason, hardship: Hardship): Fee {
  if (reason === 'agency-error') return AGENCY_ERROR_FEE
  const full = reason === 'damaged' ? yuan(40) : yuan(20)
  const waived = WAIVED[hardship]
  if (waived) return fee('居民身份证工本费（换领）', yuan(0), '居民身份证法 21', waived)
  // The law lets the fee be reduced for others in hardship; half is the practice of other provinces (interpretation).
  const amount = hardship === 'other' ? yuan(full / 200) : full
  const words = moneyInWords(amount)
  return fee(reason === 'damaged' ? '居民身份证工本费（损坏换领）' : '居民身份证工本费（换领）', amount, hardship === 'other' ? '居民身份证法 21' : TARIFF, {
    zh: `${reason === 'damaged' ? '损坏' : ''}换领工本费 ${words.zh}${hardship === 'other' ? '（生活困难减半）' : ''}。`,
    en: `The fee for this renewal is ${words.en}${hardship === 'other' ? ' (half, for hardship)' : ''}.`,
  })
}

export const replacementFee = (): Fee =>
  fee('居民身份证工本费（丢失补领）', yuan(40), TARIFF, { zh: '丢失补领工本费 40 元。', en: 'The fee for replacing a lost card is CNY 40.' })

export const temporaryCardFee = (): Fee =>
  fee('临时居民身份证工本费', yuan(10), TARIFF, { zh: '临时居民身份证工本费 10 元。', en: 'The fee for a temporary card is CNY 10.' })
