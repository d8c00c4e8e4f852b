import type { Condition } from '#catalogue/model.ts'
import { defineService, version } from '#catalogue/rules.ts'
import { dayOf, endOfDay, plusMonths } from '#kernel/time.ts'
import { failed, guardianForChildren, identityData, noOpenDuplicate, nothingUnusual, passed, photoUsable, registered } from '#services/id-card/conditions.ts'
import { temporaryCardFee } from '#services/id-card/fees.ts'
import { type TemporaryForm, temporaryForm } from '#services/id-card/form.ts'
import { REFERRAL, STATUTORY_TEMPORARY_CARD } from '#services/id-card/limits.ts'
import { MEASURES_IN_FORCE, NOTICE } from '#services/id-card/version.ts'

/** Three months from issue: 临时居民身份证管理办法. */
const VALID_MONTHS = 3

const cardApplicationOpen: Condition<TemporaryForm> = {
  id: 'card-application-open',
  check: ({ openCardApplication }) =>
    openCardApplication
      ? passed(
          'card-application-open',
          '居民身份证法 12',
          `居民身份证正在办理（办件号 ${openCardApplication}）。`,
          `An ID card is being made (case ${openCardApplication}).`,
        )
      : failed(
          'card-application-open',
          '居民身份证法 12',
          { zh: '没有正在办理的居民身份证，不能领临时证。', en: 'No ID card is being made, so a temporary one cannot be issued.' },
          {
            zh: '请先申领、换领或补领居民身份证，本窗口接着就能办临时证。',
            en: 'First apply for the ID card itself; this window issues the temporary one right after.',
          },
        ),
}

export default defineService({
  id: 'id-card-temporary',
  title: { zh: '临时居民身份证', en: 'Temporary ID card' },
  measure: 1,
  versions: [
    version<TemporaryForm>({
      validFrom: MEASURES_IN_FORCE,
      source: `${NOTICE} 一；居民身份证法 12；公安部令第78号`,
      channels: ['window'],
      whoMayApply: {
        zh: '正在申领、换领、补领居民身份证，急需使用的本人；未满十六周岁由监护人代为申请。',
        en: 'Those whose ID card is being made and who need one urgently; those under sixteen through a guardian.',
      },
      form: temporaryForm,
      materials: [],
      conditions: [registered, identityData, noOpenDuplicate, guardianForChildren, photoUsable, nothingUnusual, cardApplicationOpen],
      onceFor: 'temporary-id-card',
      needsPhoto: true,
      statutory: STATUTORY_TEMPORARY_CARD,
      oldWay: null,
      referral: REFERRAL,
      fee: () => temporaryCardFee(),
      promise: ({ startedAt }) => ({
        slot: null,
        readyBy: startedAt,
        withYouBy: endOfDay(dayOf(startedAt)),
        provisional: false,
        because: [{ zh: '临时证由受理的派出所当场制发。', en: 'A temporary card is made on the spot by the station that accepts the application.' }],
      }),
      grant: ({ on }, { issuer }) => ({
        effects: [],
        product: {
          kind: 'temporary-id-card',
          madeAt: 'station',
          validFrom: on,
          validTo: plusMonths(on, VALID_MONTHS),
          issuer,
          template: 'standard',
          reason: 'temporary',
          oldCardId: null,
        },
      }),
    }),
  ],
})
