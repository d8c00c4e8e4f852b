import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 5,
  title: { zh: '小型机动车号牌立等可取', en: 'Plates on the spot' },
  promise: {
    zh: '在任何一个车管所给小型汽车上牌（新能源汽车除外），选好号当场制作、当场拿走；制牌点停机时告诉您最近的替代地点，并发临时号牌。',
    en: 'Register a small car (new-energy cars excepted) at any vehicle office, and the plates are made and handed over while you wait; when the plate point is down you are told the nearest other and given a temporary plate.',
  },
  basis: '吉公通字〔2021〕32号 五',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '有制牌点在用的车管所占全部车管所的比例；另列当场取牌的比例。',
      en: 'The share of vehicle offices with a working plate point; beside it the share of plates handed over on the spot.',
    },
    target: { zh: '覆盖率 100%（文件规定 2021 年 8 月底前达到）。', en: '100 % of the offices (by the end of August 2021, says the notice).' },
  },
  state: 'not-built',
}

export default measure
