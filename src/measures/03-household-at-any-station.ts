import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 3,
  title: { zh: '户籍业务全省通办', en: 'Household registration at any station' },
  promise: {
    zh: '落户、信息变更、户籍证明、户口簿四类主要户籍业务，在全省任何一个派出所申请；核对无误当场办好，要查档案的由派出所之间流转，您不用回户籍地。',
    en: 'The main household services (settling, changes of data, certificates, booklets) can be asked for at any police station; what agrees with the register is done at once, and where paper files must be searched the stations do that among themselves.',
  },
  basis: '吉公通字〔2021〕32号 三',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '在非户籍地派出所受理的户籍业务中，没有让申请人再跑一趟的比例。',
      en: 'Of household applications accepted away from the place of registration, the share without a second trip.',
    },
    target: { zh: '不低于 98%（我们的估计）。', en: 'At least 98 % (our estimate).' },
  },
  state: 'not-built',
}

export default measure
