/** What a person brings when the card is collected, from what the case says. */
import type { CaseRecord } from '#case/commands.ts'
import type { Sentence } from '#kernel/language.ts'

const RECEIPT: Sentence = { zh: '这张回执，或者办件号', en: 'This receipt, or the case number' }
const OLD_CARD: Sentence = {
  zh: '原来的居民身份证，领新证时交回（居民身份证法 11）',
  en: 'The old ID card: it is handed back for the new one (ID Card Law 11)',
}
const OTHER_PROOF: Sentence = {
  zh: '能证明身份的其他证件；没有的，现场核对指纹',
  en: 'Another document that proves who you are; without one, your fingerprint is compared',
}
const TEMPORARY: Sentence = { zh: '领过临时居民身份证的，一并交回', en: 'The temporary ID card, if you have one: it is handed back too' }
const GUARDIAN: Sentence = { zh: '监护人的居民身份证', en: 'The guardian’s ID card' }
const PROXY: Sentence = {
  zh: '请别人代领的：代领人的身份证和您的委托书',
  en: 'If someone collects it for you: that person’s ID card and your letter of authority',
}

/** Nothing for what is mailed or already in hand. */
export function whatToBring({ state }: CaseRecord): readonly Sentence[] {
  const { submission, product, status } = state
  if (submission === null || product === null || submission.handover.by === 'mail') return []
  if (product.madeAt === 'station' || status === 'concluded' || status === 'rejected' || status === 'withdrawn') return []
  return [RECEIPT, product.oldCardId === null ? OTHER_PROOF : OLD_CARD, TEMPORARY, ...(submission.onBehalf?.relation === 'guardian' ? [GUARDIAN] : [PROXY])]
}
