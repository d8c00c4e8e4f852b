import type { Condition } from '#catalogue/model.ts'
import { defineService, version } from '#catalogue/rules.ts'
import { failed, passed, registered } from '#services/id-card/conditions.ts'
import { type FoundForm, foundForm } from '#services/id-card/form.ts'
import { counterVersion } from '#services/id-card/version.ts'

const foundBeforeNow: Condition<FoundForm> = {
  id: 'found-before-now',
  whenApplying: { zh: '说明哪天、在哪里拾到的。', en: 'Say on which day and where it was found.' },
  check: ({ form, on }) =>
    form.foundOn <= on
      ? passed('found-before-now', '居民身份证法 11', '拾获日期不晚于今天。', 'The day found is not later than today.')
      : failed(
          'found-before-now',
          '居民身份证法 11',
          { zh: '拾获日期晚于今天。', en: 'The day found is later than today.' },
          { zh: '请改为实际拾获的日期。', en: 'Enter the day on which it was found.' },
        ),
}

/** Whoever found the card says whose it is at the window. */
const ofItsOwner: Condition<unknown> = {
  ...registered,
  whenApplying: { zh: '看拾到的证件上写的是谁。', en: 'Whose it is, is read from the card that was found.' },
}

const cardOnRecord: Condition<FoundForm> = {
  id: 'card-on-record',
  whenApplying: { zh: '窗口当场核对这张证件是不是真的。', en: 'The window checks on the spot that the card is a real one.' },
  check: ({ cards }) =>
    cards.some(({ kind }) => kind === 'resident-id-card')
      ? passed('card-on-record', '居民身份证法 11', '证件与登记相符，通知失主来领。', 'The card is on record; its owner is told to collect it.')
      : failed(
          'card-on-record',
          '居民身份证法 17',
          { zh: '登记中没有发过这个人的证件。', en: 'No card was ever issued to this person.' },
          { zh: '请收下证件，按可疑证件交治安部门核查。', en: 'Keep the card and pass it on for examination as doubtful.' },
        ),
}

export default defineService({
  id: 'id-card-found-notice',
  title: { zh: '拾获居民身份证招领', en: 'Notice of a found ID card' },
  measure: 1,
  versions: [
    version<FoundForm>({
      ...counterVersion<FoundForm>(),
      whoMayApply: { zh: '拾到他人居民身份证交到派出所的任何人。', en: 'Anyone who hands a found ID card in at a police station.' },
      form: foundForm,
      materials: [{ id: 'found-card', title: { zh: '拾到的居民身份证', en: 'The ID card that was found' }, waived: null }],
      conditions: [ofItsOwner, cardOnRecord, foundBeforeNow],
      onceFor: 'found-id-card',
      // The card waits at the station until its owner collects it: it is the product, made already.
      grant: ({ on, cards }, { issuer }) => ({
        effects: [],
        product: {
          kind: 'resident-id-card',
          madeAt: 'station',
          validFrom: on,
          validTo: cards.find(({ kind }) => kind === 'resident-id-card')?.validTo ?? null,
          issuer,
          template: 'standard',
          reason: 'found',
          oldCardId: null,
        },
      }),
    }),
  ],
})
