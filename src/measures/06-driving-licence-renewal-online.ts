import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 6,
  title: { zh: '驾驶证换证网上办', en: 'Renewing a driving licence online' },
  promise: {
    zh: '驾驶证期满换证在网上申请，后台审核，邮寄到家，随时查进度。',
    en: 'A driving licence that expires is renewed online, reviewed in the office, posted to you, and followed at any time.',
  },
  basis: '吉公通字〔2021〕32号 六',
  services: [],
  folders: [],
  figure: {
    definition: { zh: '网上受理的换证申请中，在承诺日期前寄到的比例。', en: 'Of renewals accepted online, the share delivered by the promised day.' },
    target: { zh: '不低于 99%（我们的估计）。', en: 'At least 99 % (our estimate).' },
  },
  state: 'not-built',
}

export default measure
