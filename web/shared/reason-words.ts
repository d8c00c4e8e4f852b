/** Why somebody applies, in words: at the window and on the pages that explain a service. */
import type { Sentence } from '#kernel/language.ts'
import type { FIRST_REASONS, RENEWAL_REASONS, REPLACEMENT_REASONS } from '#services/id-card/form.ts'

type Reason = (typeof FIRST_REASONS)[number] | (typeof RENEWAL_REASONS)[number] | (typeof REPLACEMENT_REASONS)[number]

export const REASON_WORDS: Readonly<Record<Reason, Sentence>> = {
  'under-16': { zh: '未满十六周岁', en: 'Under sixteen' },
  'reached-16': { zh: '年满十六周岁', en: 'Reached sixteen' },
  'settled-from-hk-macao-taiwan': { zh: '港澳台迁入定居', en: 'Settled from Hong Kong, Macao or Taiwan' },
  'overseas-chinese-returned': { zh: '华侨回国定居', en: 'Overseas Chinese returned' },
  'nationality-acquired': { zh: '加入或恢复国籍', en: 'Acquired Chinese nationality' },
  expiry: { zh: '有效期满', en: 'Expiry' },
  'item-changed': { zh: '登记项目变更', en: 'A registered item changed' },
  damaged: { zh: '损坏', en: 'Damaged' },
  'agency-error': { zh: '证件项目有误（公安机关原因）', en: 'Mistake on the card (ours)' },
  lost: { zh: '丢失', en: 'Lost' },
  stolen: { zh: '被盗', en: 'Stolen' },
}
