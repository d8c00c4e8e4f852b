import type { Role } from '#account/model.ts'
import type { Sentence } from '#kernel/language.ts'

export const ROLE_WORDS: Readonly<Record<Role, Sentence>> = {
  resident: { zh: '居民', en: 'Resident' },
  'station-officer': { zh: '窗口民警', en: 'Station officer' },
  'referral-reviewer': { zh: '核查民警', en: 'Referral reviewer' },
  'factory-worker': { zh: '制证人员', en: 'Factory worker' },
  dispatcher: { zh: '分发人员', en: 'Dispatcher' },
  supervisor: { zh: '监督人员', en: 'Supervisor' },
  administrator: { zh: '系统管理员', en: 'Administrator' },
  partner: { zh: '外部系统', en: 'Partner system' },
}
