import type { Check, CheckResult, Condition, Facts } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { day } from '#kernel/time.ts'
import { ageOn } from '#person/rules.ts'
import type { Person, RegisteredItem, RegisterFlag } from '#register/model.ts'
import { itemsUnlikeRegister } from '#register/rules.ts'
import type { CapturedForm } from '#services/id-card/form.ts'

const check = (id: string, result: CheckResult, basis: string, sentence: Sentence, wayOut: Sentence | null = null): Check => ({
  id,
  result,
  sentence,
  basis,
  wayOut,
})

const pass = (id: string, basis: string, zh: string, en: string): Check => check(id, 'pass', basis, { zh, en })

/** Conditions on a person who is not in the register have nothing to look at: `registered` has said so already. */
const onPerson = <Form>(facts: Facts<Form>, of: (person: Person) => Check | readonly Check[]): Check | readonly Check[] =>
  facts.person ? of(facts.person) : []

export const registered: Condition<unknown> = {
  id: 'registered',
  check: ({ person }) => {
    const basis = '居民身份证法 2、10'
    if (!person) {
      return check(
        'registered',
        'fail',
        basis,
        { zh: '在吉林省人口信息中没有查到这个公民身份号码。', en: 'This identity number is not in the province’s population register.' },
        {
          zh: '请核对号码；户籍在外省的，由跨省异地受理办理，或到户籍地派出所。',
          en: 'Check the number; for a household outside the province, use cross-province acceptance or the station of the household.',
        },
      )
    }
    if (person.status === 'valid') return pass('registered', basis, '户口状态正常。', 'The household registration is valid.')
    const STATUS: Record<Exclude<Person['status'], 'valid'>, Sentence> = {
      'moved-out': { zh: '户口已迁出、尚未迁入', en: 'the registration has moved out and not yet in' },
      deceased: { zh: '登记为已死亡', en: 'the register says that the person has died' },
      'in-service': { zh: '登记为现役军人', en: 'the register says that the person is in military service' },
      'settled-abroad': { zh: '登记为出国（境）定居', en: 'the register says that the person has settled abroad' },
      'duplicate-cancelled': { zh: '该户口因重复已注销', en: 'this registration was cancelled as a duplicate' },
    }
    const why = STATUS[person.status]
    return check(
      'registered',
      'fail',
      basis,
      { zh: `现在不能办理：${why.zh}。`, en: `This cannot be done now: ${why.en}.` },
      {
        zh: '如与事实不符，请到户籍地派出所核对更正户口信息后再办。',
        en: 'If that is wrong, have the register corrected at the station of the household first.',
      },
    )
  },
}

export const identityData: Condition<Pick<CapturedForm, 'readFromCard'>> = {
  id: 'identity-data',
  check: (facts) =>
    onPerson(facts, (person) => {
      const basis = '居民身份证法 3'
      const read = facts.form.readFromCard
      if (!read) return pass('identity-data', basis, '以人口信息登记的项目为准。', 'The items in the register are used.')
      // A move needs no new card (居民身份证法 11), so a differing address is no mismatch.
      const differing = itemsUnlikeRegister({ ...read, birth: day(read.birth) }, person).filter((item) => item !== 'address')
      if (differing.length === 0) return pass('identity-data', basis, '读卡信息与人口信息一致。', 'The data on the card equals the register.')
      const ITEMS: Record<Exclude<RegisteredItem, 'address'>, Sentence> = {
        name: { zh: '姓名', en: 'name' },
        sex: { zh: '性别', en: 'sex' },
        ethnicity: { zh: '民族', en: 'ethnicity' },
        birth: { zh: '出生日期', en: 'date of birth' },
      }
      const zh = differing.map((item) => ITEMS[item as keyof typeof ITEMS].zh).join('、')
      const en = differing.map((item) => ITEMS[item as keyof typeof ITEMS].en).join(', ')
      return check(
        'identity-data',
        facts.settings.referItemMismatch ? 'refer' : 'pass',
        basis,
        {
          zh: `证件上的${zh}与人口信息不一致。`,
          en: `On the card, ${en} differs from the register.`,
        },
        { zh: '由民警核对后决定，不用您再跑一趟。', en: 'An officer compares them and decides; you need not come again.' },
      )
    }),
}

export const noOpenDuplicate: Condition<unknown> = {
  id: 'no-open-duplicate',
  check: ({ openDuplicate }) =>
    openDuplicate === null
      ? pass('no-open-duplicate', '居民身份证法 3', '没有正在办理的同类申请。', 'No application of this kind is open.')
      : check(
          'no-open-duplicate',
          'fail',
          '居民身份证法 3',
          {
            zh: `已有一件同类申请正在办理，办件号 ${openDuplicate}。`,
            en: `An application of this kind is already open: case ${openDuplicate}.`,
          },
          {
            zh: '凭办件号查询进度；要重新申请，先在受理的派出所撤回原申请。',
            en: 'Follow that case by its number; to apply anew, withdraw it first at the station that accepted it.',
          },
        ),
}

export const guardianForChildren: Condition<Pick<CapturedForm, 'guardian'>> = {
  id: 'guardian',
  check: (facts) =>
    onPerson(facts, (person) => {
      const basis = '居民身份证法 7'
      if (ageOn(person.birth, facts.on) >= 16) return pass('guardian', basis, '已满十六周岁，由本人申请。', 'Sixteen or older: applies in person.')
      if (!facts.form.guardian) {
        return check(
          'guardian',
          'fail',
          basis,
          { zh: '未满十六周岁，要由监护人代为申请。', en: 'Those under sixteen apply through a guardian.' },
          {
            zh: '请监护人带本人身份证一同到场，在“监护人”一栏填写号码和关系。',
            en: 'The guardian comes along with an ID card; enter the number and relation under Guardian.',
          },
        )
      }
      if (!facts.guardian) {
        return check(
          'guardian',
          'refer',
          basis,
          { zh: '监护人不在本省人口信息中，关系要由民警核对。', en: 'The guardian is not in the province’s register; an officer verifies the relation.' },
          {
            zh: '请出示户口簿、出生医学证明等能证明监护关系的材料。',
            en: 'Show the household booklet, birth certificate or other proof of guardianship.',
          },
        )
      }
      if (ageOn(facts.guardian.birth, facts.on) < 18 || facts.guardian.status !== 'valid') {
        return check(
          'guardian',
          'fail',
          '民法典 27',
          { zh: '监护人要年满十八周岁且户口状态正常。', en: 'A guardian is eighteen or older with a valid registration.' },
          {
            zh: '请由另一位监护人申请。',
            en: 'Let another guardian apply.',
          },
        )
      }
      return person.guardians.includes(facts.guardian.id)
        ? pass('guardian', basis, '监护关系与户口登记一致。', 'The guardianship agrees with the register.')
        : check(
            'guardian',
            'refer',
            basis,
            { zh: '户口登记中没有这项监护关系，要由民警核对。', en: 'The register does not show this guardianship; an officer verifies it.' },
            {
              zh: '请出示能证明监护关系的材料。',
              en: 'Show proof of guardianship.',
            },
          )
    }),
}

export const photoUsable: Condition<Pick<CapturedForm, 'photo'>> = {
  id: 'photo',
  whenApplying: { zh: '在窗口现场拍照，当场检测是否合格。', en: 'A photo is taken at the window and checked on the spot.' },
  check: ({ photo }) =>
    photo
      ? photo.checks
      : check(
          'photo',
          'fail',
          'GA 461-2004',
          { zh: '没有找到这张相片。', en: 'This photo was not found.' },
          { zh: '请重新上传相片后提交。', en: 'Upload the photo again, then submit.' },
        ),
}

export const fingerprints: Condition<Pick<CapturedForm, 'fingerprints'>> = {
  id: 'fingerprints',
  whenApplying: {
    zh: '在窗口现场采集指纹；手指情况不能采集的，说明原因即可。',
    en: 'Fingerprints are taken at the window; where fingers do not allow it, the reason is enough.',
  },
  check: ({ form, settings }) => {
    const basis = '居民身份证法 3'
    const given = form.fingerprints
    if (given.how === 'captured') {
      return given.quality >= 40
        ? pass('fingerprints', basis, `已登记 ${given.fingers.length} 枚指纹。`, `${given.fingers.length} fingerprint(s) registered.`)
        : check(
            'fingerprints',
            'refer',
            basis,
            { zh: '指纹质量偏低，由民警核对。', en: 'The fingerprint quality is low; an officer looks at it.' },
            {
              zh: '可以擦净手指再采一次。',
              en: 'Wipe the finger and capture it once more if you can.',
            },
          )
    }
    return settings.referFingerprintExemption
      ? check(
          'fingerprints',
          'refer',
          basis,
          { zh: '未采集指纹，原因由民警核对。', en: 'No fingerprints were taken; an officer verifies the reason.' },
          { zh: '核对后决定，不用再来。', en: 'It is decided after that; no need to come again.' },
        )
      : pass('fingerprints', basis, '因手指情况免采指纹，原因已登记。', 'Exempted from fingerprints; the reason is recorded.')
  },
}

/**
 * 不予异地受理的情形 in other provinces' practice: here they go to a person, they don't refuse.
 * @param judged flags that the service has a condition of its own for
 */
export const nothingUnusualBut = (...judged: readonly RegisterFlag[]): Condition<unknown> => ({
  id: 'unusual',
  check: (facts) =>
    onPerson(facts, (person) => {
      const { settings } = facts
      const found: Check[] = []
      const refer = (id: string, basis: string, zh: string, en: string): void => {
        found.push(
          check(
            id,
            'refer',
            basis,
            { zh, en },
            { zh: '由民警核对后决定，不用您再跑一趟。', en: 'An officer verifies it and decides; you need not come again.' },
          ),
        )
      }
      if (person.flags.includes('number-collision'))
        refer(
          'number-collision',
          '居民身份证法 3',
          '公民身份号码登记有重号，要先核对。',
          'The register holds this identity number twice; it is verified first.',
        )
      if (person.flags.includes('item-change-pending'))
        refer(
          'item-change-pending',
          '居民身份证法 11',
          '登记项目正在变更，要等变更办结或由民警核对。',
          'A registered item is being changed; an officer verifies which applies.',
        )
      if (settings.referAppearanceChanged && person.flags.includes('appearance-changed') && person.fingerprintsOn === null) {
        refer(
          'appearance-changed',
          '居民身份证法 3',
          '相貌变化较大且没有登记过指纹，要核对是不是本人。',
          'Appearance has changed much and no fingerprints are on file; an officer verifies the person.',
        )
      }
      if (settings.referForgedDocuments && person.flags.includes('forged-documents'))
        refer(
          'forged-documents',
          '居民身份证法 16、17',
          '有冒用、伪造证件的记录，要由民警核对。',
          'There is a record of forged or misused documents; an officer verifies.',
        )
      if (settings.referCreditRecord && person.flags.includes('credit-record'))
        refer('credit-record', '居民身份证法 16', '有不良记录推送，要由民警核对。', 'A bad-record notice was received; an officer verifies.')
      const left = found.filter(({ id }) => !judged.some((flag) => flag === id))
      return left.length > 0 ? left : pass('unusual', '居民身份证法 3', '没有重号等需要核对的情况。', 'Nothing unusual such as a number held twice.')
    }),
})

export const nothingUnusual = nothingUnusualBut()

export const failed = (id: string, basis: string, sentence: Sentence, wayOut: Sentence): Check => check(id, 'fail', basis, sentence, wayOut)
export const referred = (id: string, basis: string, sentence: Sentence, wayOut: Sentence): Check => check(id, 'refer', basis, sentence, wayOut)
export const passed = pass

/** What every application for a card with photo and fingerprints is checked for. */
export const CARD_CONDITIONS: readonly Condition<CapturedForm>[] = [
  registered,
  identityData,
  noOpenDuplicate,
  guardianForChildren,
  photoUsable,
  fingerprints,
  nothingUnusual,
]
