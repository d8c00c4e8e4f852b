import type { HalfDaySlot } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import type { AlarmCause, BatchStatus, BlankState, LineState, MoveCause, OrderStatus, ProductionRefusal, RemakeCause } from '#production/model.ts'
import { slotInWords } from '#services/id-card/promise.ts'

export const ORDER_STATUS_WORDS: Readonly<Record<OrderStatus, Sentence>> = {
  none: { zh: '未下单', en: 'not ordered' },
  queued: { zh: '待制', en: 'queued' },
  'on-line': { zh: '在线制作', en: 'on the line' },
  made: { zh: '已制，待质检', en: 'made, quality not yet checked' },
  finished: { zh: '质检合格', en: 'passed the quality check' },
  spoiled: { zh: '作废', en: 'spoiled' },
  cancelled: { zh: '已撤销', en: 'cancelled' },
}

export const BATCH_STATUS_WORDS: Readonly<Record<BatchStatus | 'stopped', Sentence>> = {
  none: { zh: '未排', en: 'not planned' },
  planned: { zh: '已排', en: 'planned' },
  running: { zh: '制作中', en: 'running' },
  stopped: { zh: '有生产线停机', en: 'a line has stopped' },
  finished: { zh: '已完成', en: 'finished' },
}

export const LINE_STATE_WORDS: Readonly<Record<LineState['state'], Sentence>> = {
  working: { zh: '运行', en: 'working' },
  stopped: { zh: '停机', en: 'stopped' },
}

export const BLANK_STATE_WORDS: Readonly<Record<BlankState, Sentence>> = {
  'in-stock': { zh: '在库', en: 'in stock' },
  issued: { zh: '已上线', en: 'issued to a line' },
  made: { zh: '已制成证', en: 'made into a card' },
  spoiled: { zh: '作废待销毁', en: 'spoiled, to be destroyed' },
  destroyed: { zh: '已销毁', en: 'destroyed' },
}

/** Why a card is made later than promised, for the person who waits for it. */
export function movedBecause(cause: MoveCause | RemakeCause, slot: HalfDaySlot): Sentence {
  const to = slotInWords(slot)
  switch (cause) {
    case 'capacity':
      return {
        zh: `原定半天申请的人多，制证能力已排满，按受理先后排到${to.zh}。`,
        en: `More cards were accepted than that half-day can make; in order of acceptance yours is planned for ${to.en}.`,
      }
    case 'line-stopped':
      return { zh: `制证生产线停机，改到${to.zh}制成。`, en: `The production line has stopped; your card will be made in ${to.en}.` }
    case 'calendar-notice':
      return { zh: `放假安排公布后，制证日改为${to.zh}。`, en: `The holiday notice is out, and the making moves to ${to.en}.` }
    case 'parcel-lost':
      return { zh: `证件在寄递中遗失，已安排${to.zh}重新制作。`, en: `The card was lost on its way and is made again in ${to.en}.` }
    case 'spoiled':
    case 'quality':
      return { zh: `这张证件没有达到质量要求，${to.zh}重新制作。`, en: `The card did not meet the quality standard and is made again in ${to.en}.` }
    case 'defect':
      return { zh: `证件有质量问题已退回，${to.zh}重新制作。`, en: `The card came back with a defect and is made again in ${to.en}.` }
  }
}

export function alarmInWords(cause: AlarmCause, slot: HalfDaySlot, figures: { readonly capacity: number; readonly demand: number }): Sentence {
  const { zh, en } = slotInWords(slot)
  const { capacity, demand } = figures
  switch (cause) {
    case 'capacity':
      return {
        zh: `${zh}受理 ${demand} 张，制证能力 ${capacity} 张，多出的已按受理先后顺延并告知本人。`,
        en: `${demand} cards were accepted for ${en}, which can make ${capacity}; the rest moved on in order of acceptance and their people are told.`,
      }
    case 'blanks':
      return {
        zh: `${zh}要制 ${demand} 张，空白卡只有 ${capacity} 张，请尽快补充；余下的已顺延并告知本人。`,
        en: `${demand} cards are due in ${en} but only ${capacity} blanks are in stock; please restock. The rest moved on and their people are told.`,
      }
    case 'line-stopped':
      return {
        zh: `${zh}有生产线停机，${demand} 张赶不上，已顺延并告知本人。`,
        en: `A line stands still in ${en}; ${demand} cards cannot be ready in time, moved on, and their people are told.`,
      }
    case 'line-slow':
      return {
        zh: `${zh}制证偏慢，${demand} 张赶不上，已顺延并告知本人。`,
        en: `The lines are slow in ${en}; ${demand} cards cannot be ready in time, moved on, and their people are told.`,
      }
  }
}

type Words = Omit<RefusalReason, 'code'>

const RELOAD: Sentence = { zh: '请刷新，按页面上的状态办理。', en: 'Reload and go on from the state that is shown.' }
const RULES = '制证管理程序'

const REFUSALS: { readonly [Code in ProductionRefusal['code']]: (refusal: Extract<ProductionRefusal, { code: Code }>) => Words } = {
  'not-ordered': () => ({
    sentence: { zh: '这一件没有制证任务。', en: 'Nothing was ordered for this case.' },
    basis: RULES,
    wayOut: { zh: '请核对办件号。', en: 'Check the case number.' },
  }),
  'already-ordered': () => ({ sentence: { zh: '这一件已经在制证队列里。', en: 'This case is in the queue already.' }, basis: RULES, wayOut: RELOAD }),
  'order-state': ({ status }) => ({
    sentence: {
      zh: `这张证件现在是“${ORDER_STATUS_WORDS[status].zh}”，不能做这一步。`,
      en: `The card is “${ORDER_STATUS_WORDS[status].en}” now, so this step is not open.`,
    },
    basis: RULES,
    wayOut: RELOAD,
  }),
  'other-card': ({ serial }) => ({
    sentence: { zh: `序列号 ${serial} 不是这一件现在的卡。`, en: `Serial ${serial} is not the card that belongs to this order now.` },
    basis: RULES,
    wayOut: { zh: '请核对卡上的序列号。', en: 'Compare the serial printed on the card.' },
  }),
  'slot-order': () => ({
    sentence: { zh: '不能排到比现在更早的半天。', en: 'It cannot be planned into an earlier half-day.' },
    basis: '吉公通字〔2021〕32号 一',
    wayOut: RELOAD,
  }),
  'line-unknown': ({ line }) => ({
    sentence: { zh: `没有 ${line} 号生产线。`, en: `There is no line ${line}.` },
    basis: RULES,
    wayOut: { zh: '请从列表中选择生产线。', en: 'Choose a line from the list.' },
  }),
  'line-state': ({ state }) => ({
    sentence: { zh: `这条生产线已经是“${LINE_STATE_WORDS[state].zh}”。`, en: `The line is “${LINE_STATE_WORDS[state].en}” already.` },
    basis: RULES,
    wayOut: RELOAD,
  }),
  'serials-received': () => ({
    sentence: { zh: '其中有的序列号已经登记入库。', en: 'Some of these serials were received before.' },
    basis: RULES,
    wayOut: { zh: '请核对箱号和起止序列号。', en: 'Compare the box with the first and last serial.' },
  }),
  'blank-unknown': ({ serial }) => ({
    sentence: { zh: `没有登记过序列号 ${serial}。`, en: `Serial ${serial} was never received.` },
    basis: RULES,
    wayOut: { zh: '请核对卡上的序列号。', en: 'Compare the serial printed on the card.' },
  }),
  'blank-state': ({ state }) => ({
    sentence: { zh: `这张卡现在是“${BLANK_STATE_WORDS[state].zh}”，不能销毁。`, en: `This card is “${BLANK_STATE_WORDS[state].en}” and cannot be destroyed.` },
    basis: RULES,
    wayOut: { zh: '只有在库或作废的卡可以销毁。', en: 'Only blanks in stock and spoiled cards are destroyed.' },
  }),
  'witness-same': () => ({
    sentence: { zh: '销毁要有另一位同事在场见证。', en: 'Another colleague must witness the destruction.' },
    basis: RULES,
    wayOut: { zh: '请填写另一位见证人。', en: 'Name another person as witness.' },
  }),
}

export const refusalReason = (refusal: ProductionRefusal): RefusalReason => ({
  code: refusal.code,
  ...(REFUSALS[refusal.code] as (refusal: ProductionRefusal) => Words)(refusal),
})
