import type { Condition } from '#catalogue/model.ts'
import { defineService, version } from '#catalogue/rules.ts'
import { currentCard } from '#register/rules.ts'
import { CARD_CONDITIONS, failed, passed } from '#services/id-card/conditions.ts'
import { expiring } from '#services/id-card/expiry.ts'
import { renewalFee } from '#services/id-card/fees.ts'
import { type RenewalForm, renewalForm } from '#services/id-card/form.ts'
import { cardVersion, grantCard, HOUSEHOLD_BOOKLET, MEASURES_IN_FORCE, NOTICE, OLD_CARD } from '#services/id-card/version.ts'

const cardToRenew: Condition<RenewalForm> = {
  id: 'card-to-renew',
  check: ({ cards, on }) => {
    const card = currentCard(cards, on)
    if (!card) {
      return failed(
        'card-to-renew',
        '居民身份证法 11',
        { zh: '没有可以换领的居民身份证。', en: 'There is no ID card to renew.' },
        {
          zh: '从未领过请选“首次申领”；丢失请选“补领”。本窗口即可办理。',
          en: 'Choose first issue if there was none, replacement if it was lost; this window does both.',
        },
      )
    }
    return card.status === 'reported-lost'
      ? failed(
          'card-to-renew',
          '居民身份证法 11',
          { zh: '这张证件已申报丢失，不能换领。', en: 'This card is reported lost and cannot be renewed.' },
          {
            zh: '证件找到了，请先撤销丢失申报；没找到，请选“补领”。',
            en: 'If it was found, withdraw the loss report first; if not, choose replacement.',
          },
        )
      : passed('card-to-renew', '居民身份证法 11', '有可以换领的居民身份证。', 'There is an ID card to renew.')
  },
}

export default defineService({
  id: 'id-card-renewal',
  title: { zh: '居民身份证换领', en: 'ID card renewal' },
  measure: 1,
  versions: [
    version<RenewalForm>({
      ...cardVersion<RenewalForm>(),
      validFrom: MEASURES_IN_FORCE,
      source: `${NOTICE} 一；居民身份证法 11`,
      whoMayApply: {
        zh: '有效期满、姓名等登记项目变更、证件严重损坏不能辨认，或者证件项目有误的本人；未满十六周岁由监护人代为申请。',
        en: 'Holders of a card that expires, has a changed item, is damaged beyond recognition or carries a mistake; those under sixteen through a guardian.',
      },
      form: renewalForm,
      materials: [OLD_CARD, HOUSEHOLD_BOOKLET],
      conditions: [...CARD_CONDITIONS, cardToRenew, expiring],
      fee: ({ form, person }) => renewalFee(form.reason, person?.hardship ?? 'none'),
      grant: (facts, context) => grantCard(facts, context, `renewal:${facts.form.reason}`, { kind: 'resident-id-card', madeAt: 'factory' }),
    }),
  ],
})
