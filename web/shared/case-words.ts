/** The words for a case that both sides of the counter read. */
import type { Sentence } from '#kernel/language.ts'

export const caseWords = {
  feeDue: { zh: '待缴费', en: 'Fee to be paid' },
  makeUpDay: { zh: '调休上班', en: 'make-up working day' },
  cardMade: { zh: '证件制好', en: 'The card is made' },
  onTheSpot: { zh: '当场发给您', en: 'Handed to you on the spot' },
  readyToCollect: { zh: '到领取点，可以领', en: 'At the station, ready to collect' },
  atYourAddress: { zh: '寄到您手里', en: 'Delivered to the address' },
  handedOver: { zh: '核对身份后领取', en: 'Handed over after the identity check' },
  decided: { zh: '民警核对后答复', en: 'An officer decides' },
  goesOn: { zh: '材料补齐后接着办', en: 'It goes on once the material is there' },
  colon: { zh: '：', en: ': ' },
  provisional: { zh: '暂定：那一年的放假通知还没有公布。', en: 'Provisional: the holiday notice for that year is not published yet.' },
  whatHappened: { zh: '办到哪一步了', en: 'What has happened' },
  byMail: { zh: '邮寄到家（省内）', en: 'Mailed to an address in the province' },
  byMailOutside: { zh: '邮寄到家（省外）', en: 'Mailed to an address outside the province' },
} as const satisfies Readonly<Record<string, Sentence>>
