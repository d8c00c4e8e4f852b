import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 4,
  title: { zh: '居住证电子证照', en: 'The electronic residence permit' },
  promise: {
    zh: '居住证可以在手机上申领、出示和核验，与实体证同样有效；停用、到期的，核验时如实显示。',
    en: 'A residence permit is applied for, shown and verified on the phone and is worth as much as the card; one that is suspended or expired verifies as such.',
  },
  basis: '吉公通字〔2021〕32号 四',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '出示的电子居住证中，核验在 3 秒内得到正确结果的比例。',
      en: 'Of the electronic permits that are shown, the share that verifies correctly within three seconds.',
    },
    target: { zh: '不低于 99.9%（我们的估计）。', en: 'At least 99.9 % (our estimate).' },
  },
  state: 'not-built',
}

export default measure
