import type { Measure } from '#supervision/model.ts'

const measure: Measure = {
  number: 1,
  title: { zh: '居民身份证“一日办”', en: 'An ID card in one day' },
  promise: {
    zh: '在全省任何一个派出所都能申领、换领、补领身份证。系统当场审核，上午受理的当天下午制成，下午受理的次日上午制成；城区次日、偏远农村隔日送到本人选的派出所或家里。日期在受理时就告诉您，会晚一定提前说明。',
    en: 'Apply for, renew or replace an ID card at any police station of the province. It is reviewed on the spot; what is accepted in the morning is made that afternoon, what is accepted in the afternoon the next morning; it reaches the station or address you choose the next day in towns, on the day after in remote villages. You are told the day when you apply, and told before if it will be later.',
  },
  basis: '吉公通字〔2021〕32号 一',
  services: [
    'id-card-first',
    'id-card-renewal',
    'id-card-replacement',
    'id-card-temporary',
    'id-card-loss-report',
    'id-card-loss-withdrawal',
    'id-card-found-notice',
  ],
  folders: ['case', 'attachment', 'production', 'delivery', 'supervision'],
  figure: {
    definition: {
      zh: '承诺到期的办件中，在最初承诺的时刻之前已到本人手中或领取点的比例；当场办结、没有承诺日期的事项不计。',
      en: 'Of the promises whose day has come, the share that was with the person, or at the station to collect it from, by the instant first promised. Services that are done at the counter and promise no day are left out.',
    },
    target: {
      zh: '不低于 99%，且没有一件是过期而未告知的（目标为我们的估计，文件没有规定）。',
      en: 'At least 99 %, and not one that passed without a word (our own target: the notice sets none).',
    },
  },
  state: 'kept-here',
}

export default measure
