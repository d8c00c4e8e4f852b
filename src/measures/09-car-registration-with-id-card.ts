import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 9,
  title: { zh: '私家车登记凭身份证全省通办', en: 'Registering a car with the ID card alone' },
  promise: {
    zh: '给新的家用小汽车上牌，凭身份证就能在全省任何一地办理，不再要居住证或者居住登记凭证。',
    en: 'A new private car is registered anywhere in the province with the ID card alone; no residence permit or registration slip is asked for.',
  },
  basis: '吉公通字〔2021〕32号 九',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '省内异地办理的新车注册登记中，没有被要求居住证明的比例。',
      en: 'Of new cars registered away from home within the province, the share that was asked for no proof of residence.',
    },
    target: { zh: '100%。', en: '100 %.' },
  },
  state: 'not-built',
}

export default measure
