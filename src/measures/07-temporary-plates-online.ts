import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 7,
  title: { zh: '机动车临时号牌网上申领', en: 'Temporary plates online' },
  promise: {
    zh: '临时号牌在网上申请、审核、邮寄，有效期怎样算写在回执上，不超过交强险期限。',
    en: 'A temporary plate is applied for online, reviewed and posted; how its term is counted stands on the receipt, and it never outlasts the compulsory insurance.',
  },
  basis: '吉公通字〔2021〕32号 七',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '网上受理的临时号牌申请中，在承诺日期前寄到的比例。',
      en: 'Of temporary plates accepted online, the share delivered by the promised day.',
    },
    target: { zh: '不低于 99%（我们的估计）。', en: 'At least 99 % (our estimate).' },
  },
  state: 'not-built',
}

export default measure
