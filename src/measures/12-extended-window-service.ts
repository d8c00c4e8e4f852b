import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 12,
  title: { zh: '窗口延时服务', en: 'Extended window service' },
  promise: {
    zh: '车管所中午不休息，当天受理的当天办完。出入境窗口到点没办完的，半小时能办完的当天办完；办不完的说明原因，第二天凭原来的号到指定窗口优先办。',
    en: 'Vehicle offices work through lunch and finish the same day what they accept. At exit-entry windows, what takes up to half an hour is finished after closing time; what takes longer is explained, and your number is served first at a named window the next day.',
  },
  basis: '吉公通字〔2021〕32号 十二',
  services: [],
  folders: [],
  figure: {
    definition: {
      zh: '下班时仍在等候的申请人中，按规则当天办结或次日凭原号优先办结的比例。',
      en: 'Of those still waiting at closing time, the share served by the rule: finished that day, or first the next day with the same number.',
    },
    target: { zh: '100%。', en: '100 %.' },
  },
  state: 'not-built',
}

export default measure
