import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 11,
  title: { zh: '12367 出入境服务热线', en: 'The 12367 hotline' },
  promise: {
    zh: '拨打 12367，全天候有人用中文或英文接听；当场答不了的留工单，告诉您哪天回复。',
    en: 'Call 12367 at any hour and a person answers in Chinese or English; what cannot be answered at once becomes a ticket with a day for the reply.',
  },
  basis: '吉公通字〔2021〕32号 十一',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '15 秒内由人工接听的来电比例；另列首次来电解决率。',
      en: 'The share of calls that a person answers within 15 seconds; beside it the share resolved at the first call.',
    },
    target: { zh: '24 小时接通率不低于 95%（GB/T 33358-2016）。', en: 'At least 95 % connected around the clock (GB/T 33358-2016).' },
  },
  state: 'not-built',
}

export default measure
