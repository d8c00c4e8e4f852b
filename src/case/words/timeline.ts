import { dayInWords, latestInWords } from '#calendar/words.ts'
import type { CaseEvent, ExtensionGround } from '#case/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { moneyInWords } from '#kernel/money.ts'
import { type Day, dayOf } from '#kernel/time.ts'

type Says = { readonly sentence: Sentence; readonly because: readonly Sentence[] }

const only = (zh: string, en: string): Says => ({ sentence: { zh, en }, because: [] })

const MEANS = {
  cash: { zh: '现金', en: 'cash' },
  card: { zh: '银行卡', en: 'bank card' },
  wechat: { zh: '微信', en: 'WeChat' },
  alipay: { zh: '支付宝', en: 'Alipay' },
} as const

const RECEIVERS = {
  self: { zh: '本人', en: 'the applicant' },
  guardian: { zh: '监护人', en: 'the guardian' },
  proxy: { zh: '代领人', en: 'a proxy' },
  address: { zh: '收件地址', en: 'the address' },
} as const

const OLD_CARDS = {
  'handed-back': { zh: '原证已交回。', en: 'The old card was handed back.' },
  'declared-lost': { zh: '原证声明丢失。', en: 'The old card was declared lost.' },
  none: { zh: '', en: '' },
} as const

const TEMPORARY_CARDS = {
  'handed-back': { zh: '临时证已交回。', en: 'The temporary card was handed back.' },
  'declared-lost': { zh: '临时证声明丢失。', en: 'The temporary card was declared lost.' },
  none: { zh: '', en: '' },
} as const

export const EXTENSION_GROUNDS: Readonly<Record<ExtensionGround, Sentence>> = {
  'remote-address': { zh: '送达地交通不便', en: 'because the card goes to a place that is hard to reach' },
  'cut-off': { zh: '交通中断', en: 'because traffic is interrupted' },
}

type Teller = { readonly [Type in CaseEvent['type']]: (event: Extract<CaseEvent, { type: Type }>, organName: (code: string) => Sentence) => Says }

/** What an event means to the person concerned. Complete by the compiler. */
const TELL: Teller = {
  CaseSubmitted: ({ organ, title }, name) => only(`在${name(organ).zh}提交了“${title.zh}”申请。`, `“${title.en}” was applied for at ${name(organ).en}.`),
  CaseReviewed: ({ outcome, checks }) => ({
    sentence:
      outcome === 'pass'
        ? { zh: `系统自动审核通过，${checks.length} 项检查全部合格。`, en: `The automatic review passed: all ${checks.length} checks.` }
        : { zh: '系统自动审核后，有事项要由民警核对。', en: 'After the automatic review, an officer has something to verify.' },
    because: checks
      .filter(({ result }) => result !== 'pass')
      .map(({ sentence, basis }) => ({ zh: `${sentence.zh}（${basis}）`, en: `${sentence.en} (${citation(basis).en})` })),
  }),
  CaseReferred: ({ toOrgan, dueAt, reasons }, name) => ({
    sentence: {
      zh: `转${name(toOrgan).zh}核对，最迟${dayInWords(dayOf(dueAt)).zh}答复。`,
      en: `Passed to ${name(toOrgan).en}, to be decided by ${dayInWords(dayOf(dueAt)).en} at the latest.`,
    },
    because: reasons.map(({ sentence }) => sentence),
  }),
  MaterialsRequested: ({ missing }) => ({
    sentence: {
      zh: '请补正以下材料；等待期间承诺的时间停止计算，法定期限照常。',
      en: 'Please supply the following; the promise stands still meanwhile, the statutory limit does not.',
    },
    because: missing.map(({ sentence }) => sentence),
  }),
  MaterialsSupplied: ({ note }) => only(`已补正：${note}`, `Supplied: ${note}`),
  CaseAccepted: ({ promised, fee }) => ({
    sentence: promised
      ? {
          zh: `已受理。承诺${latestInWords(promised.withYouBy).zh}送到您手里。${fee.sentence.zh}`,
          en: `Accepted. Promised to be with you ${latestInWords(promised.withYouBy).en}. ${fee.sentence.en}`,
        }
      : { zh: '已受理。', en: 'Accepted.' },
    because: promised?.because ?? [],
  }),
  CaseGranted: ({ by, sampled, reason }) => ({
    sentence:
      by === 'automatic'
        ? { zh: '准予办理，由系统当场决定。', en: 'Granted by the system on the spot.' }
        : { zh: '准予办理，由民警核对后决定。', en: 'Granted by an officer after verification.' },
    because: [
      ...(reason ? [{ zh: reason, en: reason }] : []),
      ...(sampled ? [{ zh: '这一件被随机抽中，事后由民警复核，不影响办理。', en: 'Drawn at random for a second look afterwards; it delays nothing.' }] : []),
    ],
  }),
  CaseRejected: ({ reason, basis, wayOut }) => ({
    sentence: { zh: `不予办理：${reason.zh}（${basis}）`, en: `Rejected: ${reason.en} (${citation(basis).en})` },
    because: [wayOut],
  }),
  FeeSettled: ({ settlement }) => {
    if (settlement.how === 'free') return only('不收费。', 'There is no fee.')
    if (settlement.how === 'waived') return only(`已免收工本费（${settlement.basis}）。`, `The fee was waived (${citation(settlement.basis).en}).`)
    const money = moneyInWords(settlement.amount)
    return only(
      `已缴 ${money.zh}（${MEANS[settlement.means].zh}，票据号 ${settlement.receiptNumber}）。`,
      `${money.en} was paid (${MEANS[settlement.means].en}, receipt ${settlement.receiptNumber}).`,
    )
  },
  ProductionOrdered: ({ promised }) => ({
    sentence: promised.slot
      ? {
          zh: `实时上传制证中心，排入${dayInWords(promised.slot.day).zh}${half(promised.slot.half).zh}批次。`,
          en: `Sent to the factory at once, for the ${half(promised.slot.half).en} batch of ${dayInWords(promised.slot.day).en}.`,
        }
      : { zh: '已通知制证。', en: 'The making was ordered.' },
    because: [],
  }),
  PromiseRevised: ({ from, to, reason }) => ({ sentence: revisedSentence(dayOf(from.withYouBy), dayOf(to.withYouBy)), because: [reason, ...to.because] }),
  LimitRederived: ({ from, to, reason }) => {
    const [before, after] = [dayInWords(dayOf(from)), dayInWords(dayOf(to))]
    return {
      sentence: { zh: `法定时限由${before.zh}改为${after.zh}。`, en: `The limit set by law moves from ${before.en} to ${after.en}.` },
      because: [reason],
    }
  },
  LimitExtended: ({ from, to, extension, ground, basis }) => {
    const [before, after] = [dayInWords(dayOf(from)), dayInWords(dayOf(to))]
    const [why, { amount }] = [EXTENSION_GROUNDS[ground], extension]
    return {
      sentence: {
        zh: `法定时限因${why.zh}延长 ${amount} 天：由${before.zh}延到${after.zh}（${basis}）。`,
        en: `The limit set by law is extended by ${amount} ${amount === 1 ? 'day' : 'days'}, ${why.en}: from ${before.en} to ${after.en} (${citation(basis).en}).`,
      },
      because: [extension.reason],
    }
  },
  CardMade: ({ issuedOn, validTo }) =>
    only(
      `证件已制成并通过质检，签发日期${dayInWords(issuedOn).zh}，${validTo === null ? '长期有效' : `有效期至${dayInWords(validTo).zh}`}。`,
      `The card is made and passed quality control; issued ${dayInWords(issuedOn).en}, ${validTo === null ? 'valid long-term' : `valid until ${dayInWords(validTo).en}`}.`,
    ),
  CardDispatched: ({ waybill, expectedOn }) =>
    only(`已发出，运单号 ${waybill}，预计${dayInWords(expectedOn).zh}到。`, `Dispatched, waybill ${waybill}, expected on ${dayInWords(expectedOn).en}.`),
  DeliveryNoted: ({ sentence }) => ({ sentence, because: [] }),
  CardArrived: ({ organ, collectFrom }, name) =>
    only(
      `证件已到${name(organ).zh}，${dayInWords(collectFrom).zh}起可以领取。`,
      `The card is at ${name(organ).en}; collect it from ${dayInWords(collectFrom).en} on.`,
    ),
  FoundCardTakenIn: () => only('证件由这里保管，已通知失主来领。', 'The card is kept here, and its owner has been told to collect it.'),
  FoundCardPassedOn: ({ sentence }) => ({ sentence, because: [] }),
  CollectionChased: ({ sentence }) => ({ sentence, because: [] }),
  CardHandedOver: ({ to, oldCard, temporaryCard }) => {
    const [old, temporary] = [OLD_CARDS[oldCard], TEMPORARY_CARDS[temporaryCard]]
    return only(
      `证件已交给${RECEIVERS[to].zh}。${old.zh}${temporary.zh}`,
      [`The card was handed to ${RECEIVERS[to].en}.`, old.en, temporary.en].filter((part) => part !== '').join(' '),
    )
  },
  CaseConcluded: ({ kept }) =>
    kept === null
      ? only('办结。', 'Done.')
      : kept
        ? only('办结，承诺兑现。', 'Done; the promise was kept.')
        : only('办结，没有按承诺的时间送到，我们已登记原因。', 'Done; the promised time was missed, and the reason is on record.'),
  CaseWithdrawn: ({ reason }) => only(`已撤回：${reason}`, `Withdrawn: ${reason}`),
  SecondLookRecorded: ({ agrees }) =>
    agrees
      ? only('事后复核：与系统的决定一致。', 'Second look: agrees with the system’s decision.')
      : only('事后复核：与系统的决定不一致，转主管处理。', 'Second look: differs from the system’s decision; passed to a superior.'),
}

const half = (which: 'am' | 'pm'): Sentence => (which === 'am' ? { zh: '上午', en: 'morning' } : { zh: '下午', en: 'afternoon' })

function revisedSentence(from: Day, to: Day): Sentence {
  const [before, after] = [dayInWords(from), dayInWords(to)]
  if (to === from)
    return { zh: `制证时间有变，送到您手里的日期不变：${after.zh}。`, en: `The making moved; the day on which it is with you stays ${after.en}.` }
  return to > from
    ? { zh: `抱歉，承诺的日期由${before.zh}改为${after.zh}。`, en: `We are sorry: the promised day moves from ${before.en} to ${after.en}.` }
    : { zh: `承诺的日期提前：由${before.zh}改为${after.zh}。`, en: `Good news: the promised day moves forward from ${before.en} to ${after.en}.` }
}

export const timelineSays = (event: CaseEvent, organName: (code: string) => Sentence): Says =>
  (TELL[event.type] as (event: CaseEvent, organName: (code: string) => Sentence) => Says)(event, organName)

/** What the system does by itself, whoever's request set it off. */
const BY_THE_SYSTEM: ReadonlySet<CaseEvent['type']> = new Set<CaseEvent['type']>([
  'CaseReviewed',
  'CaseReferred',
  'ProductionOrdered',
  'PromiseRevised',
  'CaseConcluded',
  'FoundCardTakenIn',
])

/** Who acts, as a resident may know it: never an officer's name. */
export function actorWords(event: CaseEvent, role: string, organ: string | null, organName: (code: string) => Sentence): Sentence {
  const automatic = BY_THE_SYSTEM.has(event.type) || (event.type === 'CaseGranted' && event.by === 'automatic')
  if (role === 'system' || automatic) return { zh: '系统', en: 'The system' }
  if (role === 'resident') return { zh: '申请人', en: 'The applicant' }
  if (role === 'partner') return { zh: '承运单位', en: 'The courier' }
  return organ ? organName(organ) : { zh: '公安机关', en: 'The police' }
}
