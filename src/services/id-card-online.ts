import type { Facts, Fee, Material } from '#catalogue/model.ts'
import { defineService, version } from '#catalogue/rules.ts'
import { hasAnySecondGenerationCard } from '#register/rules.ts'
import { renewalFee, replacementFee } from '#services/id-card/fees.ts'
import { type OnlineForm, onlineForm } from '#services/id-card/form.ts'
import { type OnlineAsked, onlineConditions } from '#services/id-card/online-conditions.ts'
import { ONLINE_POLICIES, type OnlineReason } from '#services/id-card/online-policy.ts'
import { cardVersion, grantCard, grantForLost, HOUSEHOLD_BOOKLET } from '#services/id-card/version.ts'

const LOST: ReadonlySet<OnlineReason> = new Set<OnlineReason>(['lost', 'stolen'])

/** What comes back when the card comes by mail is not said anywhere: interpretation of 居民身份证法 11. */
const OLD_CARD_BACK: Material = {
  id: 'old-card',
  title: {
    zh: '换领的原居民身份证：领新证时交回派出所；邮寄的，收到新证时交给投递员（邮寄的做法是一种理解）',
    en: 'On renewal the old ID card: handed back at the station on collection, or to the carrier when the new one comes by mail (the latter is our reading)',
  },
  waived: null,
}

const PHOTO_ON_RECORD: Material = {
  id: 'photo',
  title: { zh: '相片和指纹', en: 'Photo and fingerprints' },
  waived: { zh: '用上次在窗口采集的，不用再拍、不用再采。', en: 'Those taken at the window last time are used again.' },
}

const feeOf = ({ form, person }: Facts<OnlineAsked>): Fee =>
  form.reason === 'damaged' || form.reason === 'expiry' || form.reason === 'item-changed'
    ? renewalFee(form.reason, person?.hardship ?? 'none')
    : replacementFee()

export default defineService({
  id: 'id-card-online',
  title: { zh: '居民身份证网上补换领', en: 'Replacing an ID card online' },
  measure: 2,
  versions: ONLINE_POLICIES.map((policy) =>
    version<OnlineForm>({
      ...cardVersion(),
      channels: ['online'],
      needsPhoto: false,
      validFrom: policy.validFrom,
      source: policy.source,
      note: policy.note,
      whoMayApply: policy.whoMayApply,
      form: onlineForm,
      materials: [PHOTO_ON_RECORD, OLD_CARD_BACK, HOUSEHOLD_BOOKLET],
      conditions: onlineConditions(policy),
      atWindow: ({ cards, form }) =>
        hasAnySecondGenerationCard(cards) ? (LOST.has(form.reason) ? 'id-card-replacement' : 'id-card-renewal') : 'id-card-first',
      fee: feeOf,
      grant: (facts, context) =>
        LOST.has(facts.form.reason)
          ? grantForLost(facts, context, `replacement:${facts.form.reason}`)
          : grantCard(facts, context, `renewal:${facts.form.reason}`, { kind: 'resident-id-card', madeAt: 'factory' }),
    }),
  ),
})
