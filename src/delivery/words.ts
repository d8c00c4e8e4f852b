import { dayInWords } from '#calendar/words.ts'
import type { NotedBecause, ParcelEvent, ParcelRefusal, ParcelStatus, TrackingCode } from '#delivery/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { cents, moneyInWords } from '#kernel/money.ts'
import type { Day } from '#kernel/time.ts'

export const PARCEL_STATUS_WORDS: Readonly<Record<ParcelStatus, Sentence>> = {
  none: { zh: '未交寄', en: 'Not sent' },
  prepared: { zh: '待交寄', en: 'Packed' },
  'handed-to-courier': { zh: '已交寄', en: 'Handed to the courier' },
  'in-transit': { zh: '运输中', en: 'Under way' },
  'arrived-at-station': { zh: '已到站，待领取', en: 'At the station, to be collected' },
  delivered: { zh: '已投递', en: 'Delivered' },
  refused: { zh: '未能投递，退回途中', en: 'Not delivered, on its way back' },
  returned: { zh: '已退回，待领取', en: 'Brought back, to be collected' },
  lost: { zh: '丢失', en: 'Lost' },
  closed: { zh: '结束', en: 'Closed' },
}

const TRACKING_WORDS: Readonly<Record<TrackingCode, Sentence>> = {
  collected: { zh: '快递员已取件', en: 'Collected by the courier' },
  moved: { zh: '运输途中', en: 'Under way' },
  'out-for-delivery': { zh: '正在投递', en: 'Out for delivery' },
  delayed: { zh: '寄递公司通知会晚到', en: 'The courier says it will be late' },
  signed: { zh: '已签收', en: 'Signed for' },
  refused: { zh: '未能投递', en: 'Could not be delivered' },
  returning: { zh: '退回途中', en: 'On its way back' },
  returned: { zh: '已退回', en: 'Brought back' },
  lost: { zh: '寄递公司报告丢失', en: 'Reported lost by the courier' },
}

/** Events that no report of the courier stands behind; a report says what happened itself. */
const EVENT_WORDS: Readonly<Record<ParcelEvent['type'], Sentence>> = {
  ParcelPrepared: { zh: '打包待交寄', en: 'Packed for dispatch' },
  ParcelHandedToCourier: { zh: '寄递公司已接单', en: 'The courier took the order' },
  OrderAskedAgain: { zh: '重新向寄递公司下单', en: 'Ordered from the courier once more' },
  ParcelMoved: { zh: '运输途中', en: 'Under way' },
  ParcelArrived: { zh: '已到站', en: 'At the station' },
  ParcelDelivered: { zh: '已投递', en: 'Delivered' },
  ParcelRefused: { zh: '未能投递', en: 'Could not be delivered' },
  ParcelReturned: { zh: '已退回', en: 'Brought back' },
  ParcelLost: { zh: '按丢失处理，已安排补制', en: 'Treated as lost; the card is made again' },
  ParcelFoundLate: { zh: '没有按时送到，已告知新的日子', en: 'Not there in time; a new date was given' },
  TrackingNoted: { zh: '消息只作记录', en: 'A message kept on record' },
  ParcelClosed: { zh: '结束', en: 'Closed' },
}

/** What happened, in a word: as the courier reported it, or as we found it. */
export const parcelEventWords = (event: ParcelEvent): Sentence =>
  'report' in event && event.report !== null && event.type !== 'ParcelFoundLate' ? TRACKING_WORDS[event.report.code] : EVENT_WORDS[event.type]

export const NOTED_WORDS: Readonly<Record<NotedBecause, Sentence>> = {
  overtaken: { zh: '这条消息比已知的旧，只作记录。', en: 'This message is older than what is known; it is only kept on record.' },
  'after-end': { zh: '这一件已经结束，只作记录。', en: 'This parcel is finished; the message is only kept on record.' },
  'found-after-loss': {
    zh: '这一件已按丢失处理并补制，找到的证件应当销毁，请交回制证中心。',
    en: 'This parcel was treated as lost and its card made again. The card that was found must be destroyed: send it back to the production centre.',
  },
  'wrong-delivery-code': {
    zh: '签收时报的取件码不对，不能算送达，请联系寄递公司核实是谁签收的。',
    en: 'The delivery code given at the door was wrong, so this does not count as delivered. Ask the courier who signed for it.',
  },
}

/** Where and by when, for the sentences on a case. `place` is the station, or null for the person's address. */
interface Whereabouts {
  readonly place: Sentence | null
  readonly on: Day
}

const by = ({ place, on }: Whereabouts): Sentence => {
  const day = dayInWords(on)
  return place === null
    ? { zh: `最晚${day.zh}当天送到您的地址`, en: `at your address by the end of ${day.en}` }
    : { zh: `${day.zh}起可以在${place.zh}领取`, en: `ready to collect at ${place.en} from ${day.en}` }
}

export const inTransitWords = (where: Whereabouts): Sentence => ({
  zh: `证件已由寄递公司取走，预计${by(where).zh}。`,
  en: `The courier has collected your card; it should be ${by(where).en}.`,
})

export const lateWords = (missed: Day, where: Whereabouts): Sentence => ({
  zh: `证件没有在${dayInWords(missed).zh}按时送到，我们已在催寄递公司。新的日子：${by(where).zh}。让您久等了，您不用做什么。`,
  en: `Your card did not arrive on ${dayInWords(missed).en} as it should have; we are pressing the courier. The new date: ${by(where).en}. We are sorry for the wait; there is nothing you need to do.`,
})

export const laterCollectionWords = (where: Whereabouts): Sentence => ({
  zh: `证件送到得晚了一些，赶不上原定的日子：${by(where).zh}。让您久等了。`,
  en: `Your card arrives later than planned: ${by(where).en}. We are sorry for the wait.`,
})

export const laterDispatchWords = (dispatchOn: Day, where: Whereabouts): Sentence => ({
  zh: `证件制成时当天的取件已经结束，${dayInWords(dispatchOn).zh}发出，${by(where).zh}。让您久等了。`,
  en: `Your card was finished after the day’s last collection and leaves on ${dayInWords(dispatchOn).en}: ${by(where).en}. We are sorry for the wait.`,
})

const LOST: Readonly<Record<'courier' | 'no-movement' | 'dispatcher', Sentence>> = {
  courier: { zh: '寄递公司报告您的证件在途中丢失。', en: 'The courier reports that your card was lost on the way.' },
  'no-movement': {
    zh: '您的证件已有几天没有消息，我们按丢失处理，不让您再等。',
    en: 'Nothing has been heard of your card for some days; we treat it as lost so that you wait no longer.',
  },
  dispatcher: { zh: '您的证件在寄递途中下落不明，我们按丢失处理。', en: 'Your card can’t be found on its way; we treat it as lost.' },
}

export const lostWords = (cause: keyof typeof LOST): Sentence => ({
  zh: `${LOST[cause].zh}丢失的证件已作废，新证已经重新安排制作，不收费，您不用再来。`,
  en: `${LOST[cause].en} The lost card is void; a new one is already being made, at no charge, and you need not come again.`,
})

export const remadeWords = (madeOn: Day, where: Whereabouts): Sentence => ({
  zh: `原来的证件在寄递途中丢失，${dayInWords(madeOn).zh}重新制作，${by(where).zh}。`,
  en: `The first card was lost on the way. A new one is made on ${dayInWords(madeOn).en}: ${by(where).en}.`,
})

export const refusedWords = (where: Whereabouts): Sentence => ({
  zh: `证件没能送到您手里，正在退回。预计${by(where).zh}，领取时带上能证明身份的证件和旧证。`,
  en: `Your card could not be handed to you and is on its way back. It should be ${by(where).en}; bring something that proves who you are, and your old card.`,
})

export const returnedWords = (where: Whereabouts): Sentence => ({
  zh: `证件已经退回，由签发机关保管，${by(where).zh}，领取时带上能证明身份的证件和旧证。`,
  en: `Your card was brought back and is kept by the organ that issued it: ${by(where).en}; bring something that proves who you are, and your old card.`,
})

export const chaseWords = (days: number, place: Sentence): Sentence => ({
  zh: `您的证件已经在${place.zh}等了 ${days} 天，请抽空来领取；自己来不了，可以委托别人带委托书和身份证件代领。`,
  en: `Your card has been waiting at ${place.en} for ${days} days. Please collect it when you can; if you can’t come yourself, someone you trust may collect it with a letter of authority and their own ID.`,
})

export const foundChaseWords = (days: number, place: Sentence): Sentence => ({
  zh: `您的居民身份证 ${days} 天前有人拾到，一直放在${place.zh}，请抽空来领取；自己来不了，可以委托别人带委托书和身份证件代领。`,
  en: `Your ID card was found ${days} days ago and is kept at ${place.en}. Please collect it when you can; if you can’t come yourself, someone you trust may collect it with a letter of authority and their own ID.`,
})

/** After the last reminder. */
export const foundPassedOnWords = (days: number, place: Sentence): Sentence => ({
  zh: `您的居民身份证 ${days} 天前有人拾到，一直没有领取，现在转到${place.zh}继续为您保管。请带上能证明身份的证件到那里领取，不收费。`,
  en: `Your ID card was found ${days} days ago and has not been collected. It now goes to ${place.en}, where it is kept for you: collect it there, with something that proves who you are; it costs nothing.`,
})

export const foundReplacedWords: Sentence = {
  zh: '您已经领了新的居民身份证，拾到的旧证已经作废，由签发机关收回销毁，您不用来领。',
  en: 'You have a new ID card by now, so the old one that was found is void. The organ that signed it takes it back and destroys it; you need not collect it.',
}

export const postageWords = (inProvince: boolean, amountCents: number): Sentence => {
  const amount = moneyInWords(cents(amountCents))
  return inProvince
    ? {
        zh: `邮寄到省内地址，邮费 ${amount.zh}；到派出所领取不收邮费。`,
        en: `Mail within the province costs ${amount.en}; collection at a station costs nothing more.`,
      }
    : {
        zh: `邮寄到省外地址，邮费 ${amount.zh}；到派出所领取不收邮费。`,
        en: `Mail to another province costs ${amount.en}; collection at a station costs nothing more.`,
      }
}

interface RefusalWords {
  readonly sentence: Sentence
  readonly basis: string
  readonly wayOut: Sentence
}

const REFUSALS: Readonly<Record<ParcelRefusal, RefusalWords>> = {
  'already-prepared': {
    sentence: { zh: '这张证件已经打包。', en: 'This card is packed already.' },
    basis: '寄递规则',
    wayOut: { zh: '请刷新清单，从已有的寄递件继续。', en: 'Reload the list and go on from the parcel that exists.' },
  },
  'unknown-parcel': {
    sentence: { zh: '没有这个寄递件。', en: 'There is no such parcel.' },
    basis: '寄递规则',
    wayOut: { zh: '请核对运单号。', en: 'Check the waybill number.' },
  },
  'not-under-way': {
    sentence: { zh: '这一件不在寄递途中，不能这样处理。', en: 'This parcel is not under way, so this can’t be done with it.' },
    basis: '寄递规则',
    wayOut: {
      zh: '请刷新清单看它现在的状态；已到站的证件请联系派出所。',
      en: 'Reload the list to see where it stands; for a card at a station, ask the station.',
    },
  },
  'already-left': {
    sentence: { zh: '这一件已经离开制证中心，撤不回来。', en: 'This parcel has left the production centre and can’t be withdrawn.' },
    basis: '寄递规则',
    wayOut: {
      zh: '请等它送到或退回，再交回制证中心重制。',
      en: 'Wait until it has arrived or come back, then send the card to the production centre to be made again.',
    },
  },
  'nothing-to-resend': {
    sentence: { zh: '这一件没有可以重新寄出的证件。', en: 'There is no card in this parcel that could be sent again.' },
    basis: '寄递规则',
    wayOut: {
      zh: '待交寄或已退回的才能重新寄出；丢失的会自动补制，退回的也可以在保管的窗口领取。',
      en: 'Only what is packed or was brought back can be sent again. A lost card is made again by itself; one that was brought back can also be collected where it is kept.',
    },
  },
}

export const parcelRefusal = (code: ParcelRefusal): RefusalWords & { readonly code: ParcelRefusal } => ({ code, ...REFUSALS[code] })
