import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 8,
  title: { zh: '交通违法网上处理', en: 'Traffic violations online' },
  promise: {
    zh: '交通违法在网上查询、看证据、陈述申辩、处理、缴款，记分随时可查；不能网上办的，说明原因和去哪里办。',
    en: 'Traffic violations are looked up, contested, settled and paid online with the evidence shown; points can be seen at any time, and what cannot be done online says why and where to go.',
  },
  basis: '吉公通字〔2021〕32号 八',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '可以网上处理的违法记录中，没有到窗口就处理完的比例。',
      en: 'Of the records that may be settled online, the share settled without a window.',
    },
    target: { zh: '不低于 90%（我们的估计）。', en: 'At least 90 % (our estimate).' },
  },
  state: 'not-built',
}

export default measure
