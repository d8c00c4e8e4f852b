import type { CaseStatus } from '#case/model.ts'
import type { Sentence } from '#kernel/language.ts'

export const STATUS_WORDS: Readonly<Record<CaseStatus, Sentence>> = {
  none: { zh: '未提交', en: 'Not submitted' },
  reviewing: { zh: '民警核查中', en: 'Being looked at by an officer' },
  'waiting-for-materials': { zh: '等待补正', en: 'Waiting for material' },
  granted: { zh: '已准予', en: 'Granted' },
  producing: { zh: '制证中', en: 'Being made' },
  ready: { zh: '已制成', en: 'Made' },
  delivering: { zh: '寄递中', en: 'On its way' },
  'awaiting-collection': { zh: '待领取', en: 'Ready for collection' },
  concluded: { zh: '已办结', en: 'Done' },
  rejected: { zh: '不予办理', en: 'Rejected' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
}
