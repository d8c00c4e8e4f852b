import type { Condition } from '#catalogue/model.ts'
import { defineService, version } from '#catalogue/rules.ts'
import { currentCard } from '#register/rules.ts'
import { failed, passed, registered } from '#services/id-card/conditions.ts'
import { type LossWithdrawalForm, lossWithdrawalForm } from '#services/id-card/form.ts'
import { counterVersion } from '#services/id-card/version.ts'

const reportedLost: Condition<LossWithdrawalForm> = {
  id: 'reported-lost',
  check: ({ cards, on, openCardApplication }) => {
    if (openCardApplication) {
      return failed(
        'reported-lost',
        '居民身份证法 11',
        {
          zh: `补领正在办理（办件号 ${openCardApplication}），不能撤销挂失。`,
          en: `A replacement is being made (case ${openCardApplication}), so the report stands.`,
        },
        {
          zh: '要继续用原证，请先在受理的派出所撤回补领申请。',
          en: 'To keep the old card, first withdraw that application at the station that accepted it.',
        },
      )
    }
    return currentCard(cards, on)?.status === 'reported-lost'
      ? passed('reported-lost', '居民身份证法 11', '证件已申报丢失，可以撤销。', 'The card is reported lost; the report can be withdrawn.')
      : failed(
          'reported-lost',
          '居民身份证法 11',
          { zh: '没有需要撤销的丢失申报。', en: 'There is no loss report to withdraw.' },
          { zh: '证件可以照常使用。', en: 'The card can be used as usual.' },
        )
  },
}

export default defineService({
  id: 'id-card-loss-withdrawal',
  title: { zh: '撤销丢失申报', en: 'Withdrawal of a loss report' },
  measure: 1,
  versions: [
    version<LossWithdrawalForm>({
      ...counterVersion<LossWithdrawalForm>(),
      whoMayApply: { zh: '找回证件的本人，带上找回的证件。', en: 'The person who found the card again, bringing it along.' },
      form: lossWithdrawalForm,
      conditions: [registered, reportedLost],
      grant: ({ cards, on }) => {
        const card = currentCard(cards, on)
        return {
          product: null,
          effects: card ? [{ type: 'set-card-status', prefecture: card.prefecture, cardId: card.id, from: 'reported-lost', to: 'valid' }] : [],
        }
      },
    }),
  ],
})
