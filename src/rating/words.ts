import type { Sentence } from '#kernel/language.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import type { Indicator, RatedChannel, RatingLevel, RatingRefusal, RectificationResult } from '#rating/model.ts'

export const LEVEL_WORDS: Readonly<Record<RatingLevel, Sentence>> = {
  5: { zh: '非常满意', en: 'Very satisfied' },
  4: { zh: '满意', en: 'Satisfied' },
  3: { zh: '基本满意', en: 'Fairly satisfied' },
  2: { zh: '不满意（差）', en: 'Dissatisfied (bad)' },
  1: { zh: '非常不满意（非常差）', en: 'Very dissatisfied (very bad)' },
}

export const CHANNEL_WORDS: Readonly<Record<RatedChannel, Sentence>> = {
  online: { zh: '网上办理', en: 'online service' },
  window: { zh: '窗口办理', en: 'service at the window' },
}

export const INDICATOR_WORDS: Readonly<Record<Indicator, Sentence>> = {
  efficiency: { zh: '办事效率', en: 'How fast it went' },
  guide: { zh: '办事指南', en: 'The guide' },
  convenience: { zh: '便捷程度', en: 'How easy it was' },
  platform: { zh: '平台功能', en: 'How the site works' },
  skill: { zh: '业务水平', en: 'How well they knew the matter' },
  attitude: { zh: '服务态度', en: 'How you were treated' },
}

export const RESULT_WORDS: Readonly<Record<RectificationResult, Sentence>> = {
  'put-right': { zh: '已整改', en: 'put right' },
  explained: { zh: '经核实，已说明', en: 'looked into and explained' },
}

const BASIS = '国办发〔2019〕51号'

const REFUSALS: Readonly<Record<RatingRefusal, { readonly sentence: Sentence; readonly wayOut: Sentence }>> = {
  'not-served-yet': {
    sentence: { zh: '请办完再评价：这一步服务还没有完成。', en: 'Rate it when it is done: this service is still under way.' },
    wayOut: {
      zh: '办结或领证后再来；有急事请直接问受理窗口。',
      en: 'Come back when the case has ended or the card is in your hand; ask the station what is urgent.',
    },
  },
  'not-that-channel': {
    sentence: { zh: '请评价您用过的渠道：这个办件没有在这个渠道办理过。', en: 'Rate the channel that you used: this case was not served in that one.' },
    wayOut: { zh: '在办件进度页上，能评价的渠道都列出来了。', en: 'The progress page lists the channels that can be rated.' },
  },
  'rated-already': {
    sentence: { zh: '这个渠道已经评价过，每个办件每个渠道评价一次。', en: 'This channel was rated already; each case is rated once per channel.' },
    wayOut: { zh: '还有要说的，请到窗口或向监督部门反映。', en: 'If there is more to say, tell the station or those who supervise it.' },
  },
  'too-late': {
    sentence: { zh: '办结已超过一年，不能再评价。', en: 'The case ended more than a year ago and can no longer be rated.' },
    wayOut: { zh: '请向监督部门反映。', en: 'Tell those who supervise the station.' },
  },
  'no-rectification': {
    sentence: { zh: '这条评价不是差评，没有整改任务。', en: 'This is no bad rating: there is nothing to put right.' },
    wayOut: { zh: '请返回列表。', en: 'Go back to the list.' },
  },
  'closed-already': {
    sentence: { zh: '这条差评的整改已经办结。', en: 'The rectification was closed already.' },
    wayOut: { zh: '请刷新列表查看结果。', en: 'Reload the list to see its result.' },
  },
  'no-measure': {
    sentence: { zh: '请先记录整改措施，再办结。', en: 'Record what was done before closing it.' },
    wayOut: { zh: '填写“整改措施”并保存。', en: 'Fill in what was done and save it.' },
  },
  'no-call-back': {
    sentence: { zh: '请先回访评价人，再办结：实名差评必须逐一回访。', en: 'Call the person back before closing it: every named bad rating is called back.' },
    wayOut: { zh: '联系后记录回访；三次联系不上，如实记录后可以办结。', en: 'Record the call; after three attempts that nobody answered it may be closed.' },
  },
  anonymous: {
    sentence: { zh: '匿名评价不回访，也不查找评价人。', en: 'Whoever rated anonymously is not called back, and not looked for.' },
    wayOut: { zh: '记录整改措施后由监督人员办结。', en: 'Record what was done; a supervisor closes it.' },
  },
}

export const ratingRefusal = (code: RatingRefusal): RefusalReason => ({ code, basis: BASIS, ...REFUSALS[code] })

export const SATISFIED_MEANS: Sentence = {
  zh: '好评率 = 非常满意、满意、基本满意的评价数 ÷ 全部评价数。',
  en: 'Satisfied: very satisfied, satisfied and fairly satisfied, of all ratings.',
}
