import { dayInWords, provisionalInWords } from '#calendar/words.ts'
import type { CaseEvent, CaseState } from '#case/model.ts'
import { EXTENSION_GROUNDS } from '#case/words/timeline.ts'
import type { Promised } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { moneyInWords } from '#kernel/money.ts'
import { dayOf } from '#kernel/time.ts'
import type { MessageKind } from '#message/model.ts'
import type { ToldEvent } from '#message/rules.ts'

export const MESSAGE_TITLES: Readonly<Record<MessageKind, Sentence>> = {
  accepted: { zh: '已受理', en: 'Accepted' },
  'promise-revised': { zh: '日子有变', en: 'A new date' },
  'limit-extended': { zh: '法定时限延长', en: 'A longer limit' },
  arrived: { zh: '可以领取了', en: 'Ready to collect' },
  found: { zh: '有人拾到了您的身份证', en: 'Your ID card was found' },
  chased: { zh: '证件在等您', en: 'Your card is waiting' },
  'materials-requested': { zh: '请补材料', en: 'Something is missing' },
  rejected: { zh: '没有准予', en: 'Not granted' },
  concluded: { zh: '办结', en: 'Done' },
}

/** What the words need to know: the case as it stood, and how an organ is called. */
export interface Telling {
  readonly state: CaseState
  readonly nameOf: (organ: string) => Sentence
}

const joined = (...parts: readonly (Sentence | null)[]): Sentence => {
  const said = parts.filter((part) => part !== null)
  return { zh: said.map(({ zh }) => zh).join(''), en: said.map(({ en }) => en).join(' ') }
}

/** Where the card will be, by when. */
function promiseWords(promised: Promised, { state, nameOf }: Telling): Sentence {
  const day = dayInWords(dayOf(promised.withYouBy))
  const handover = state.submission?.handover
  const text: Sentence =
    handover?.by === 'station'
      ? { zh: `最晚${day.zh}可以在${nameOf(handover.organ).zh}领取。`, en: `You can collect it at ${nameOf(handover.organ).en} by ${day.en} at the latest.` }
      : handover?.by === 'mail'
        ? { zh: `最晚${day.zh}送到您的地址。`, en: `It is at your address by ${day.en} at the latest.` }
        : { zh: `最晚${day.zh}办好。`, en: `It is done by ${day.en} at the latest.` }
  return promised.provisional ? joined(text, provisionalInWords) : text
}

/** The fee stands between acceptance and the making. */
function feeWords({ fee, promised }: Extract<CaseEvent, { type: 'CaseAccepted' }>): Sentence | null {
  if (fee.amount === 0) return null
  const amount = moneyInWords(fee.amount)
  return promised === null
    ? { zh: `费用 ${amount.zh}，请在窗口缴清。`, en: `Please settle the fee of ${amount.en} at the window.` }
    : {
        zh: `费用 ${amount.zh}，请在窗口缴清，缴清后就开始制证。`,
        en: `Please settle the fee of ${amount.en} at the window; the card is made as soon as it is settled.`,
      }
}

const BRING: Sentence = {
  zh: '领取时带上能证明身份的证件；换领的要交回原证。自己来不了，可以委托别人带委托书和身份证件代领。',
  en: 'Bring something that proves who you are, and your old card if this one replaces it. If you can’t come, someone you trust may collect it with a letter of authority and their own ID.',
}

const FOUND_PROXY: Sentence = {
  zh: '自己来不了，可以委托别人带委托书和身份证件代领。申报过丢失的，领取后请撤销。',
  en: 'If you can’t come, someone you trust may collect it with a letter of authority and their own ID. If you have reported it lost, please withdraw the report afterwards.',
}

const MAIL_CODE: Sentence = {
  zh: '收件时请把办件页上的取件码告诉投递员，并交回原证（如有）。',
  en: 'When it comes, tell the deliverer the delivery code on your case’s page, and give them your old card if you have one.',
}

function concludedWords({ state }: Telling): Sentence {
  if (state.product?.reason === 'found')
    return state.heldAt === null
      ? {
          zh: '拾到的旧证已经作废，由签发机关销毁，您不用来领。',
          en: 'The old card that was found is void and is destroyed by the organ that signed it; you need not collect it.',
        }
      : { zh: '拾到的证件已经交到领取人手里，这件事办完了。', en: 'The card that was found has been handed over and this is done.' }
  if (state.product === null) return { zh: '您申请的事项已经办好，您不用再来。', en: 'What you applied for is done; you need not come again.' }
  return {
    zh: '证件已经交到领取人手里，这件事办完了。请核对证件上的信息，有错误我们免费更正。',
    en: 'The card has been handed over and this is done. Please check what is on it; if anything is wrong we put it right at no charge.',
  }
}

/** What happened, why, and what comes next; never a name, a number or an address of a person. */
export function messageText(event: ToldEvent, telling: Telling): Sentence {
  switch (event.type) {
    case 'CaseAccepted':
      return joined(
        { zh: '您的申请已经受理。', en: 'Your application has been accepted.' },
        feeWords(event),
        event.promised && promiseWords(event.promised, telling),
        telling.state.submission?.handover.by === 'mail' && event.promised ? MAIL_CODE : null,
      )
    case 'PromiseRevised': {
      const before = dayInWords(dayOf(event.from.withYouBy))
      return joined(event.reason, { zh: `原来答应您的是${before.zh}。`, en: `The date we gave you before was ${before.en}.` }, promiseWords(event.to, telling))
    }
    case 'LimitExtended': {
      const [before, after] = [dayInWords(dayOf(event.from)), dayInWords(dayOf(event.to))]
      const why = EXTENSION_GROUNDS[event.ground]
      const { promised } = telling.state
      const standing = promised && promised.withYouBy >= event.extension.at ? promised : null
      return joined(
        {
          zh: `因${why.zh}，法律规定的办理期限由${before.zh}延到${after.zh}（${event.basis}），只延这一次；具体情况写在您的办件页上。`,
          en: `The time that the law gives us moves from ${before.en} to ${after.en} ${why.en} (${citation(event.basis).en}). This happens only once; the details are on your case’s page.`,
        },
        standing && { zh: '我们答应您的日子不变：', en: 'What we promised you stays:' },
        standing && promiseWords(standing, telling),
      )
    }
    case 'CardArrived': {
      const [place, day] = [telling.nameOf(event.organ), dayInWords(event.collectFrom)]
      return joined(
        { zh: `您的证件到了，${day.zh}起可以在${place.zh}领取。`, en: `Your card is here: you can collect it at ${place.en} from ${day.en}.` },
        BRING,
      )
    }
    case 'FoundCardTakenIn': {
      const organ = telling.state.submission?.organ
      const place = organ === undefined ? { zh: '派出所', en: 'a police station' } : telling.nameOf(organ)
      return joined(
        {
          zh: `有人拾到您的居民身份证，交到了${place.zh}。请带上能证明身份的证件来领取，不收费。`,
          en: `Somebody found your ID card and handed it in at ${place.en}. Please collect it there, with something that proves who you are; it costs nothing.`,
        },
        FOUND_PROXY,
      )
    }
    case 'FoundCardPassedOn':
      return event.sentence
    case 'CollectionChased':
      return joined(event.sentence, { zh: '证件会一直为您保管。', en: 'It is kept safe for you until you come.' })
    case 'MaterialsRequested': {
      const count = event.missing.length
      return {
        zh: `还差 ${count} 项材料才能接着办，一次都列在您的办件页上。请在任何一个派出所补上；等材料的时间不算在我们的期限里。`,
        en: `${count} thing(s) are still missing; all of them are listed on your case’s page. Bring them to any police station. The time until then does not count against our time limit.`,
      }
    }
    case 'CaseRejected':
      return joined(
        {
          zh: `这次没有准予，依据是${event.basis}，原因写在您的办件页上。`,
          en: `This time it was not granted. It rests on ${event.basis}; the reason is on your case’s page.`,
        },
        event.wayOut,
      )
    case 'CaseConcluded':
      return concludedWords(telling)
  }
}
