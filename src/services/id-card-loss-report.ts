import type { Condition } from '#catalogue/model.ts'
import { defineService, version } from '#catalogue/rules.ts'
import { currentCard } from '#register/rules.ts'
import { failed, passed, registered } from '#services/id-card/conditions.ts'
import { type LossForm, lossForm } from '#services/id-card/form.ts'
import { counterVersion } from '#services/id-card/version.ts'

const validCard: Condition<LossForm> = {
  id: 'valid-card',
  check: ({ cards, on }) => {
    const card = currentCard(cards, on)
    if (card?.status === 'valid') return passed('valid-card', '居民身份证法 11', '有一张有效的证件可以挂失。', 'There is a valid card to report.')
    return card
      ? failed(
          'valid-card',
          '居民身份证法 11',
          { zh: '这张证件已经申报过丢失。', en: 'This card is reported lost already.' },
          { zh: '不用再报；需要新证请选“补领”。', en: 'No need to report again; choose replacement for a new card.' },
        )
      : failed(
          'valid-card',
          '居民身份证法 11',
          { zh: '没有可以挂失的居民身份证。', en: 'There is no ID card to report.' },
          { zh: '请核对公民身份号码。', en: 'Check the identity number.' },
        )
  },
}

const lostBeforeNow: Condition<LossForm> = {
  id: 'lost-before-now',
  whenApplying: { zh: '说明哪天、在哪里丢的。', en: 'Say on which day and where it was lost.' },
  check: ({ form, on }) =>
    form.lostOn <= on
      ? passed('lost-before-now', '居民身份证法 11', '丢失日期不晚于今天。', 'The day of the loss is not later than today.')
      : failed(
          'lost-before-now',
          '居民身份证法 11',
          { zh: '丢失日期晚于今天。', en: 'The day of the loss is later than today.' },
          { zh: '请改为实际丢失的日期。', en: 'Enter the day on which it was lost.' },
        ),
}

export default defineService({
  id: 'id-card-loss-report',
  title: { zh: '居民身份证丢失申报（挂失）', en: 'Report of a lost ID card' },
  measure: 1,
  versions: [
    version<LossForm>({
      ...counterVersion<LossForm>(),
      whoMayApply: { zh: '居民身份证丢失的本人。', en: 'The person whose ID card was lost.' },
      form: lossForm,
      conditions: [registered, validCard, lostBeforeNow],
      grant: ({ cards, on }) => {
        const card = currentCard(cards, on)
        return {
          product: null,
          effects: card ? [{ type: 'set-card-status', prefecture: card.prefecture, cardId: card.id, from: 'valid', to: 'reported-lost' }] : [],
        }
      },
    }),
  ],
})
