import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 10,
  title: { zh: '便利老年人办理出入境证件', en: 'Exit-entry documents for older people' },
  promise: {
    zh: '六十周岁以上的老人办出入境证件走绿色通道，有人引导，合格的旧相片可以再用，缺的材料可以后补，行动不便的可以电话预约上门。',
    en: 'People of sixty and over have a priority window and someone to guide them, may reuse a suitable photo, may bring missing papers later, and can ask by phone for a visit at home.',
  },
  basis: '吉公通字〔2021〕32号 十',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '老年人办理的出入境申请中，一次到场（或上门一次）就办成的比例。',
      en: 'Of applications by older people, the share done with one visit, at the window or at home.',
    },
    target: { zh: '不低于 98%（我们的估计）。', en: 'At least 98 % (our estimate).' },
  },
  state: 'not-built',
}

export default measure
