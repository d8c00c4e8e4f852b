import type { Condition } from '#catalogue/model.ts'
import { defineService, version } from '#catalogue/rules.ts'
import { ageOn } from '#person/rules.ts'
import { CARD_CONDITIONS, failed, passed } from '#services/id-card/conditions.ts'
import { FIRST_ISSUE_FEE } from '#services/id-card/fees.ts'
import { type FirstForm, firstForm } from '#services/id-card/form.ts'
import { cardVersion, grantCard, HOUSEHOLD_BOOKLET, MEASURES_IN_FORCE, NOTICE } from '#services/id-card/version.ts'

/** Holders of any second-generation card are not first applicants, whatever became of it. */
const neverHadACard: Condition<FirstForm> = {
  id: 'never-had-a-card',
  check: ({ cards }) =>
    cards.some(({ kind }) => kind === 'resident-id-card')
      ? failed(
          'never-had-a-card',
          '财税〔2018〕37号',
          { zh: '领过居民身份证，不是首次申领。', en: 'An ID card was issued before, so this is not a first application.' },
          {
            zh: '到期、变更、损坏请选“换领”，丢失请选“补领”，本窗口即可办理。',
            en: 'Choose renewal (expiry, change, damage) or replacement (loss); this window does both.',
          },
        )
      : passed('never-had-a-card', '居民身份证法 2', '没有领过居民身份证。', 'No ID card was issued before.'),
}

const reasonFitsAge: Condition<FirstForm> = {
  id: 'reason-fits-age',
  check: ({ form, person, on }) => {
    if (!person || (form.reason !== 'under-16' && form.reason !== 'reached-16')) return []
    const age = ageOn(person.birth, on)
    return (form.reason === 'under-16') === age < 16
      ? passed('reason-fits-age', '居民身份证法 2', '原因与年龄相符。', 'The reason fits the age.')
      : failed(
          'reason-fits-age',
          '居民身份证法 2',
          { zh: `申请人 ${age} 周岁，与所选原因不符。`, en: `The applicant is ${age}; the chosen reason does not fit.` },
          {
            zh: age < 16 ? '请选“未满十六周岁”。' : '请选“年满十六周岁”。',
            en: age < 16 ? 'Choose “under sixteen”.' : 'Choose “reached sixteen”.',
          },
        )
  },
}

export default defineService({
  id: 'id-card-first',
  title: { zh: '居民身份证首次申领', en: 'First ID card' },
  measure: 1,
  versions: [
    version<FirstForm>({
      ...cardVersion<FirstForm>(),
      validFrom: MEASURES_IN_FORCE,
      source: `${NOTICE} 一；居民身份证法 2、7、9、10`,
      whoMayApply: {
        zh: '年满十六周岁的公民本人；未满十六周岁由监护人代为申请；港澳台迁入定居、华侨回国定居、加入或恢复国籍的人员在登记户口时申请。',
        en: 'Citizens of sixteen and older themselves; those younger through a guardian; people settling from Hong Kong, Macao or Taiwan, returning overseas Chinese and new citizens on registering a household.',
      },
      form: firstForm,
      materials: [HOUSEHOLD_BOOKLET],
      conditions: [...CARD_CONDITIONS, neverHadACard, reasonFitsAge],
      fee: () => FIRST_ISSUE_FEE,
      grant: (facts, context) => grantCard(facts, context, `first:${facts.form.reason}`, { kind: 'resident-id-card', madeAt: 'factory' }),
    }),
  ],
})
