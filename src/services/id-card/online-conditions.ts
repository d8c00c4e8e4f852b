import type { Check, Condition, Facts } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { ageOn } from '#person/rules.ts'
import type { Card, Person } from '#register/model.ts'
import { currentCard, hasAnySecondGenerationCard } from '#register/rules.ts'
import { failed, noOpenDuplicate, nothingUnusualBut, passed, referred, registered } from '#services/id-card/conditions.ts'
import { expiring } from '#services/id-card/expiry.ts'
import { type ClassPolicy, type Judged, nearestLine, type OnlinePolicy, type OnlineReason } from '#services/id-card/online-policy.ts'

/** What of the form the conditions look at: enough to ask before anything is typed. */
export interface OnlineAsked {
  readonly reason: OnlineReason
}

const REASONS: Readonly<Record<OnlineReason, Sentence>> = {
  lost: { zh: '丢失补领', en: 'replacing a lost card' },
  stolen: { zh: '被盗补领', en: 'replacing a stolen card' },
  damaged: { zh: '损坏换领', en: 'renewing a damaged card' },
  expiry: { zh: '有效期满换领', en: 'renewing an expired card' },
  'item-changed': { zh: '登记项目变更换领', en: 'renewing after a change of a printed item' },
}

/** At any window of the province (吉公通字〔2021〕32号 一), where photo and fingerprints are taken on the spot. */
const AT_ANY_WINDOW: Sentence = {
  zh: '到省内任何一个派出所或户政大厅窗口办，不用回户籍地：现场拍照、采指纹，当场受理；证件还在的请带上，户口簿不用带。',
  en: 'Go to any police station or household hall in the province: photo and fingerprints are taken there and the application is accepted on the spot. Bring the card if you still have it; the household booklet is not needed.',
}

const FIRST_AT_WINDOW: Sentence = {
  zh: '首次申领要现场拍照、采指纹：到省内任何一个派出所或户政大厅窗口选“首次申领”，不收费，户口簿不用带。',
  en: 'A first card needs a photo and fingerprints taken on the spot: choose first issue at any police station or household hall in the province. It is free, and the household booklet is not needed.',
}

const CARD = '居民身份证法 11'

/** 首次申领、挂失 and what is no card to replace: before anything else can be asked. */
const heldCard: Condition<OnlineAsked> = {
  id: 'online-card',
  check({ cards, on, form }) {
    const fail = (zh: string, en: string, wayOut: Sentence): Check => failed('online-card', CARD, { zh, en }, wayOut)
    if (!hasAnySecondGenerationCard(cards))
      return fail('没有领过居民身份证，首次申领不能网上办。', 'No ID card was ever issued; a first one is not applied for online.', FIRST_AT_WINDOW)
    const card = currentCard(cards, on)
    if (card === undefined) return fail('登记中没有还在使用的居民身份证。', 'The register shows no ID card that is still in use.', AT_ANY_WINDOW)
    if (card.status === 'reported-lost' && form.reason !== 'lost' && form.reason !== 'stolen')
      return fail('这张证件已申报丢失，不能换领。', 'This card is reported lost and cannot be renewed.', {
        zh: '证件没找到，请选“丢失”补领，网上就能办；找到了，先到任何一个派出所撤销丢失申报。',
        en: 'If it has not been found, choose “lost”: that is done online. If it has, withdraw the loss report at any police station first.',
      })
    return passed('online-card', CARD, '有可以补换领的居民身份证。', 'There is an ID card to replace.')
  },
}

const reasonOnline = ({ reasons, source, note }: OnlinePolicy): Condition<OnlineAsked> => ({
  id: 'online-reason',
  check({ form }) {
    const [words, allowed] = [REASONS[form.reason], reasons[form.reason]]
    if (allowed === 'allowed') return passed('online-reason', source, `${words.zh}可以网上办。`, `${capital(words.en)} can be done online.`)
    if (allowed === 'uncertain')
      return referred(
        'online-reason',
        source,
        { zh: `${words.zh}能不能网上办，文件没有写明，由民警核对。`, en: `The notice does not say whether ${words.en} goes online; an officer looks at it.` },
        note,
      )
    return failed(
      'online-reason',
      source,
      { zh: `${words.zh}不能网上办。`, en: `${capital(words.en)} is not done online.` },
      form.reason === 'item-changed' ? CHANGE_FIRST : AT_ANY_WINDOW,
    )
  },
})

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const CHANGE_FIRST: Sentence = {
  zh: '登记项目（姓名、性别、民族、出生日期、公民身份号码、住址）变更办结后，到省内任何一个派出所或户政大厅窗口换领，带上原证。',
  en: 'Once the change of the item (name, sex, ethnicity, birth, number or address) is done, renew the card at any police station or household hall in the province; bring the old card.',
}

/** Asks about the line of the policy that comes nearest; without a person or a card, others have said why already. */
const onLine =
  (policy: OnlinePolicy, ask: (judged: Judged, person: Person, facts: Facts<OnlineAsked>) => Check) =>
  (facts: Facts<OnlineAsked>): Check | readonly Check[] => {
    const card: Card | undefined = currentCard(facts.cards, facts.on)
    const judged = facts.person && card && nearestLine(policy, card, facts.person, facts)
    return judged && facts.person ? ask(judged, facts.person, facts) : []
  }

const oldEnough = (policy: OnlinePolicy): Condition<OnlineAsked> => ({
  id: 'online-age',
  check: onLine(policy, ({ line, short }, { birth }, { on }) => {
    const age = ageOn(birth, on)
    if (!short.includes('age')) return passed('online-age', policy.source, `${age} 周岁，符合年龄要求。`, `At ${age}, the age is right.`)
    const under: Sentence = {
      zh: `未满 ${line.minAge} 周岁（${age} 周岁），不能网上办。`,
      en: `At ${age}, below ${line.minAge}, this is not done online.`,
    }
    return failed(
      'online-age',
      line.minAge <= 16 ? `${policy.source}；居民身份证法 7` : policy.source,
      under,
      age < 16
        ? {
            zh: '由监护人带本人一起到省内任何一个派出所或户政大厅窗口申请：带监护人身份证；孩子长得快，要现场重新拍照。',
            en: 'A guardian comes along to any police station or household hall in the province, with an ID card: children change fast, so a new photo is taken.',
          }
        : AT_ANY_WINDOW,
    )
  }),
})

const recentPhoto = (policy: OnlinePolicy): Condition<OnlineAsked> => ({
  id: 'online-photo',
  check: onLine(policy, ({ line: { maxPhotoAgeYears: years }, short }, _person, { photoOnRecord }) => {
    const { source } = policy
    if (!photoOnRecord)
      return failed('online-photo', source, { zh: '没有查到在窗口拍过的相片。', en: 'No photo taken at a window is on record.' }, AT_ANY_WINDOW)
    const { takenOn } = photoOnRecord
    if (!short.includes('photo'))
      return years === null
        ? passed(
            'online-photo',
            source,
            `年满四十六周岁、证件长期有效，${takenOn} 的相片可以用。`,
            `Over forty-six with a long-term card: the photo of ${takenOn} will do.`,
          )
        : passed(
            'online-photo',
            source,
            `最近一次在窗口办证是 ${takenOn}，没有超过 ${years} 年。`,
            `The last card made at a window dates from ${takenOn}, at most ${years} years ago.`,
          )
    return failed('online-photo', source, tooOld(takenOn, years), AT_ANY_WINDOW)
  }),
})

const tooOld = (takenOn: string, years: ClassPolicy['maxPhotoAgeYears']): Sentence => ({
  zh: `最近一次在窗口办证（拍照）是 ${takenOn}，已超过 ${years} 年。`,
  en: `The last photo taken at a window dates from ${takenOn}, more than ${years} years ago.`,
})

const fingerprintsOnFile = (policy: OnlinePolicy): Condition<OnlineAsked> => ({
  id: 'online-fingerprints',
  check: onLine(policy, ({ short }) =>
    short.includes('fingerprints')
      ? failed(
          'online-fingerprints',
          `${policy.source}；居民身份证法 3`,
          { zh: '没有登记过指纹，办证要先登记指纹。', en: 'No fingerprints are on file, and a card needs them.' },
          AT_ANY_WINDOW,
        )
      : passed('online-fingerprints', `${policy.source}；居民身份证法 3`, '已登记指纹。', 'Fingerprints are on file.'),
  ),
})

const itemsUnchanged = ({ source }: OnlinePolicy): Condition<unknown> => ({
  id: 'online-items',
  check: ({ person }) =>
    person?.flags.includes('item-change-pending')
      ? failed(
          'online-items',
          source,
          { zh: '登记项目正在变更，变更期间不能网上办。', en: 'A registered item is being changed; until that is done, this is not done online.' },
          CHANGE_FIRST,
        )
      : passed('online-items', source, '登记项目没有正在办理的变更。', 'No registered item is being changed.'),
})

const looksTheSame = ({ source }: OnlinePolicy): Condition<unknown> => ({
  id: 'online-appearance',
  check: ({ person }) =>
    person?.flags.includes('appearance-changed')
      ? failed(
          'online-appearance',
          source,
          { zh: '登记显示相貌变化较大，要现场重新拍照。', en: 'The register says that your appearance has changed much, so a new photo is needed.' },
          AT_ANY_WINDOW,
        )
      : passed('online-appearance', source, '没有相貌变化较大的登记。', 'Nothing on record says that your appearance has changed much.'),
})

/** Everything that is asked, before and at submission: each answers by itself, so that all that is missing is named at once. */
export const onlineConditions = (policy: OnlinePolicy): readonly Condition<OnlineAsked>[] => [
  registered,
  noOpenDuplicate,
  heldCard,
  reasonOnline(policy),
  expiring,
  oldEnough(policy),
  recentPhoto(policy),
  fingerprintsOnFile(policy),
  itemsUnchanged(policy),
  looksTheSame(policy),
  nothingUnusualBut('item-change-pending', 'appearance-changed'),
]
