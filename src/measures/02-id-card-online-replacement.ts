import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 2,
  title: { zh: '居民身份证补换领网上办', en: 'Replacing an ID card online' },
  promise: {
    zh: '近年在窗口采过相片和指纹的，证件丢失或损坏可以在网上补换领，不用跑腿；能不能网上办，一开始就告诉您。',
    en: 'If your photo and fingerprints were taken at a window in recent years, a lost or damaged card is replaced online, without a trip; you learn at once whether you can.',
  },
  basis: '吉公通字〔2021〕32号 二',
  services: ['id-card-online'],
  folders: [],
  figure: {
    definition: {
      zh: '符合网上办条件的补换领申请中，全程没有到过窗口的比例。',
      en: 'Of the replacements that qualify for going online, the share done without any visit to a window.',
    },
    target: { zh: '不低于 95%（我们的估计）。', en: 'At least 95 % (our estimate).' },
  },
  state: 'begun',
}

export default measure
