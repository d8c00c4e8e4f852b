import type { Condition } from '#catalogue/model.ts'
import { defineService, version } from '#catalogue/rules.ts'
import { CARD_CONDITIONS, failed, passed } from '#services/id-card/conditions.ts'
import { replacementFee } from '#services/id-card/fees.ts'
import { type ReplacementForm, replacementForm } from '#services/id-card/form.ts'
import { cardVersion, grantForLost, HOUSEHOLD_BOOKLET, MEASURES_IN_FORCE, NOTICE } from '#services/id-card/version.ts'

const hadACard: Condition<ReplacementForm> = {
  id: 'had-a-card',
  check: ({ cards }) =>
    cards.some(({ kind }) => kind === 'resident-id-card')
      ? passed('had-a-card', '居民身份证法 11', '领过居民身份证，可以补领。', 'An ID card was issued before; it can be replaced.')
      : failed(
          'had-a-card',
          '居民身份证法 11',
          { zh: '没有领过居民身份证，不能补领。', en: 'No ID card was ever issued, so there is none to replace.' },
          {
            zh: '请选“首次申领”，不收费，本窗口即可办理。',
            en: 'Choose first issue: it is free, and this window does it.',
          },
        ),
}

export default defineService({
  id: 'id-card-replacement',
  title: { zh: '居民身份证丢失补领', en: 'Replacement of a lost ID card' },
  measure: 1,
  versions: [
    version<ReplacementForm>({
      ...cardVersion<ReplacementForm>(),
      validFrom: MEASURES_IN_FORCE,
      source: `${NOTICE} 一；居民身份证法 11`,
      whoMayApply: {
        zh: '居民身份证丢失或被盗的本人；未满十六周岁由监护人代为申请。',
        en: 'Those whose ID card was lost or stolen; those under sixteen through a guardian.',
      },
      form: replacementForm,
      materials: [HOUSEHOLD_BOOKLET],
      conditions: [...CARD_CONDITIONS, hadACard],
      fee: () => replacementFee(),
      grant: (facts, context) => grantForLost(facts, context, `replacement:${facts.form.reason}`),
    }),
  ],
})
