import type { FlagKind, ReadOutcome, ReadPurpose, ReadWhat, Relation, RepresentationKind, Role } from '#account/model.ts'
import type { AccountEvent, Door, SessionEnding } from '#account/rules/account-events.ts'
import type { PurposeProblem } from '#account/rules/purposes.ts'
import type { Consent } from '#account/rules/representation.ts'
import type { SignInMethod } from '#account/rules/sessions.ts'
import type { RepresentationProblem, StandingProblem } from '#account/rules/standing.ts'
import type { Sentence } from '#kernel/language.ts'
import type { RefusalReason } from '#kernel/refusal.ts'

export const ROLE_WORDS: Readonly<Record<Role, Sentence>> = {
  resident: { zh: '居民', en: 'Resident' },
  guardian: { zh: '监护人', en: 'Guardian' },
  agent: { zh: '委托代理人', en: 'Agent by power of attorney' },
  'station-officer': { zh: '窗口民警', en: 'Station officer' },
  'household-officer': { zh: '户籍民警', en: 'Household officer' },
  'referral-reviewer': { zh: '核查民警', en: 'Referral reviewer' },
  'factory-worker': { zh: '制证人员', en: 'Factory worker' },
  dispatcher: { zh: '分发人员', en: 'Dispatcher' },
  'plate-shop': { zh: '号牌制作人员', en: 'Plate shop' },
  'hall-manager': { zh: '大厅管理员', en: 'Hall manager' },
  'hotline-agent': { zh: '热线话务员', en: 'Hotline agent' },
  'department-verifier': { zh: '部门核验员', en: 'Department verifier' },
  auditor: { zh: '审计人员', en: 'Auditor' },
  supervisor: { zh: '监督人员', en: 'Supervisor' },
  administrator: { zh: '系统管理员', en: 'Administrator' },
  'security-administrator': { zh: '安全管理员', en: 'Security administrator' },
  'audit-administrator': { zh: '审计管理员', en: 'Audit administrator' },
  partner: { zh: '外部系统', en: 'Partner system' },
  kiosk: { zh: '自助机', en: 'Kiosk' },
}

export const READ_PURPOSE_WORDS: Readonly<Record<ReadPurpose, Sentence>> = {
  application: { zh: '受理证件申请', en: 'taking an application for a card' },
  'loss-report': { zh: '办理挂失或撤销挂失', en: 'reporting a loss, or taking the report back' },
  collection: { zh: '领证时核对身份', en: 'checking identity on collection' },
  'found-card': { zh: '登记拾获的证件', en: 'recording a found card' },
  'guardian-check': { zh: '核对监护人', en: 'checking a guardian' },
  rescue: { zh: '救助走失、受伤人员', en: 'helping somebody lost or hurt' },
  'case-investigation': { zh: '依法办理案件', en: 'investigating by law' },
  'other-duty': { zh: '其他公务', en: 'another official duty' },
}

export const READ_WHAT_WORDS: Readonly<Record<ReadWhat, Sentence>> = {
  record: { zh: '户籍信息', en: 'your record in the register' },
  case: { zh: '办件', en: 'your case' },
  receipt: { zh: '受理回执', en: 'the receipt of your case' },
  application: { zh: '申请内容', en: 'what you applied for' },
  photo: { zh: '相片', en: 'your photo' },
  parcel: { zh: '证件投递信息', en: 'where your card is on its way' },
  progress: { zh: '办理进度', en: 'the progress of your case' },
  list: { zh: '名单（信息已遮盖）', en: 'a list (masked)' },
  export: { zh: '导出的名单', en: 'an exported list' },
  replay: { zh: '规则试算结果', en: 'the outcome of a trial of the rules' },
  'own-file': { zh: '本人查看记录', en: 'the record of who read your file' },
  audit: { zh: '查看记录（审计）', en: 'the record of readings (audit)' },
  representation: { zh: '代办关系，或姓名与号码是否一致', en: 'who acts for whom, or whether your name and number belong together' },
}

export const READ_OUTCOME_WORDS: Readonly<Record<ReadOutcome, Sentence>> = {
  shown: { zh: '已查看', en: 'Seen' },
  refused: { zh: '想看，系统没有给看', en: 'Tried; the system refused' },
  'not-found': { zh: '没有找到', en: 'Not found' },
  slowed: { zh: '查询异常，被系统暂停', en: 'Unusual; stopped for the time being' },
}

export const FLAG_WORDS: Readonly<Record<FlagKind, Sentence>> = {
  bulk: { zh: '短时间查了许多无办件的人', en: 'Many people without a case in a short time' },
  'off-hours': { zh: '非工作时间查询', en: 'Outside working hours' },
  'own-record': { zh: '查询本人', en: 'Their own record' },
  'own-household': { zh: '查询同户人员', en: 'Somebody of their own household' },
  'many-refused': { zh: '多次尝试查看无权查看的信息', en: 'Tried again and again what they may not see' },
}

/** Why no passkey was taken or accepted: what to do, then why. */
export const PASSKEY_PROBLEM_WORDS = {
  'code-wrong': {
    zh: '一次性代码不对或已过期，请核对，或向安全管理员再要一个。',
    en: 'Check the one-time code, or ask the security administrator for another: it is wrong or too old.',
  },
  'no-code': { zh: '请填写安全管理员给您的一次性代码。', en: 'Enter the one-time code that the security administrator gave you.' },
  'code-only-without-key': {
    zh: '您已有通行密钥，请用它登录。丢了就找安全管理员作废。',
    en: 'Sign in with the passkey that you have. If it is lost, have the security administrator revoke it.',
  },
  'not-verified': { zh: '通行密钥没有通过验证，请再试一次。', en: 'Try again: the passkey was not accepted.' },
  'challenge-over': { zh: '等得太久了，请再试一次。', en: 'Try again: it took too long.' },
  'already-known': { zh: '这把通行密钥已经登记过，请换一把。', en: 'Use another one: this passkey is enrolled already.' },
  'unknown-key': { zh: '这里没有这把通行密钥，请换一把。', en: 'Use another one: this passkey is not known here.' },
  'name-missing': { zh: '请给这把通行密钥起个名字，例如“蓝色钥匙扣”。', en: 'Give this passkey a name, for example “blue key fob”.' },
} as const satisfies Readonly<Record<string, Sentence>>

/** By field: what to do about a purpose as it was stated. */
export const purposeProblemWords = (found: PurposeProblem, purpose: ReadPurpose): Readonly<Record<string, Sentence>> =>
  found === 'say-why' ? { note: SAY_WHY } : { purpose: notYet(READ_PURPOSE_WORDS[purpose]) }

const SAY_WHY: Sentence = {
  zh: '请写明查询的具体事由（至少 4 个字，例如案号或求助情况）：没有写明事由，信息不会打开。',
  en: 'Say in at least 4 characters what it is about, such as the number of the investigation: without it nothing is opened.',
}

const notYet = ({ zh, en }: Sentence): Sentence => ({
  zh: `“${zh}”这天还不是可选的事由，请另选一个。`,
  en: `“${en}” was no purpose on that day; choose another.`,
})

/** On what an act for somebody rests, as they are told. */
export const CONSENT_WORDS: Readonly<Record<Consent, Sentence>> = {
  'in-person': { zh: '您本人在场，由窗口代为办理', en: 'done for you at the window, in your presence' },
  'guardian-registered': { zh: '由户口登记的监护人代为办理', en: 'done for you through your registered guardian' },
  'guardian-shown': { zh: '由监护人出示证明后代为办理', en: 'done for you through a guardian who showed papers' },
  'power-of-attorney': { zh: '由您委托的人凭授权代为办理', en: 'done for you by somebody with your power of attorney' },
  'consent-given': { zh: '由您在网上同意的人代为办理', en: 'done for you by somebody to whom you consented online' },
}

/** Why something can't be done to an officer's account: sentence, basis, way out. */
export const OFFICER_REFUSALS = {
  'number-taken': {
    sentence: { zh: '这个警号已经登记。', en: 'This number is registered already.' },
    basis: 'GB/T 22239-2019 8.1.4.1',
    wayOut: { zh: '请核对警号；调动请用“调动”。', en: 'Check the number; for a transfer use the transfer.' },
  },
  'no-role': {
    sentence: { zh: '这个角色不能任命给民警。', en: 'This is no role of an officer.' },
    basis: 'GB/T 22239-2019 8.1.4.2',
    wayOut: { zh: '请另选一个角色。', en: 'Choose another role.' },
  },
  'role-twice': {
    sentence: { zh: '这个角色已经提出或已经生效。', en: 'This role was proposed already, or is in force.' },
    basis: 'GB/T 22239-2019 8.1.4.2',
    wayOut: { zh: '请在人员页面查看。', en: 'See the officer’s page.' },
  },
  'own-proposal': {
    sentence: { zh: '提出的人和当事人都不能自己批准。', en: 'Neither whoever proposed it nor the officer concerned may approve it.' },
    basis: 'GB/T 22239-2019 8.1.4.2',
    wayOut: { zh: '请由另一位安全管理员批准。', en: 'Have another security administrator approve it.' },
  },
  'decided-already': {
    sentence: { zh: '这项任命已经有结果。', en: 'This was decided already.' },
    basis: 'GB/T 22239-2019 8.1.4.2',
    wayOut: { zh: '请刷新后查看。', en: 'Reload and see.' },
  },
  'second-administrator': {
    sentence: {
      zh: '系统、安全、审计管理员必须是三个不同的人，这个人已经担任其中一个。',
      en: 'System, security and audit administrators are three different people, and this one holds one of the offices already.',
    },
    basis: 'GB/T 22239-2019 8.1.4.2 d',
    wayOut: { zh: '请任命另一个人，或先免去原来的角色。', en: 'Appoint somebody else, or end the other role first.' },
  },
  retired: {
    sentence: { zh: '这个账号已停用。', en: 'This account is retired.' },
    basis: 'GB/T 22239-2019 8.1.4.2 c',
    wayOut: { zh: '请用在职人员的警号。', en: 'Use the number of somebody in service.' },
  },
} as const satisfies Record<string, { sentence: Sentence; basis: string; wayOut: Sentence }>

export const NOT_CONSENTABLE: RefusalReason = {
  code: 'not-consentable',
  sentence: {
    zh: '这个用途不靠您同意：要么是法定职责，要么还没有开办。',
    en: 'This purpose does not rest on your consent: the law demands it, or it is not offered.',
  },
  basis: '个人信息保护法 13',
  wayOut: { zh: '请在隐私说明里查看每个用途的依据。', en: 'See the ground of each purpose in the privacy notice.' },
}

/** Why somebody's data stays for now (个人信息保护法 47, 50). */
export const DELETION_REFUSALS: Readonly<Record<'held' | 'open-cases', RefusalReason>> = {
  held: {
    code: 'legal-hold',
    sentence: { zh: '这个人的资料依法暂时不能删除。', en: 'The law still needs this person’s data.' },
    basis: '个人信息保护法 47',
    wayOut: { zh: '保留解除后再删除。', en: 'Delete it when the hold is lifted.' },
  },
  'open-cases': {
    code: 'open-cases',
    sentence: { zh: '这个人还有没办结的件，办结前离不开这些资料。', en: 'A case of this person is still open and cannot go on without the data.' },
    basis: '个人信息保护法 47',
    wayOut: { zh: '办结或撤回后再删除。', en: 'Delete it when the case has ended or was withdrawn.' },
  },
}

export const REPRESENTATION_WORDS: Readonly<Record<RepresentationKind, Sentence>> = {
  guardian: { zh: '监护人（按户口登记）', en: 'guardian, by the register' },
  family: { zh: '本人在网上同意', en: 'by consent given online' },
  agent: { zh: '凭授权委托书', en: 'by a power of attorney' },
}

export const RELATION_WORDS: Readonly<Record<Relation, Sentence>> = {
  spouse: { zh: '配偶', en: 'husband or wife' },
  child: { zh: '子女', en: 'son or daughter' },
  parent: { zh: '父母', en: 'father or mother' },
  sibling: { zh: '兄弟姐妹', en: 'brother or sister' },
  grandparent: { zh: '祖父母、外祖父母', en: 'grandparent' },
  grandchild: { zh: '孙子女、外孙子女', en: 'grandchild' },
  'other-relative': { zh: '其他亲属', en: 'another relative' },
  'other-person': { zh: '其他人', en: 'somebody else' },
}

interface Refused {
  readonly sentence: Sentence
  readonly basis: string
  readonly wayOut: Sentence
}

/** Why nobody is let to act: sentence, basis, way out. */
export const REPRESENTATION_REFUSALS: Readonly<Record<RepresentationProblem, Refused>> = {
  'own-agent': {
    sentence: { zh: '代办人和本人是同一个人。', en: 'You named yourself.' },
    basis: '民法典 162',
    wayOut: { zh: '请以本人身份办理，不需要委托。', en: 'Act in your own name; no consent is needed.' },
  },
  'nobody-by-that-name': {
    sentence: { zh: '没有找到这个姓名和号码一致的人。', en: 'Nobody was found with this name and this number together.' },
    basis: '居民身份证法 3',
    wayOut: { zh: '请对照身份证核对姓名和公民身份号码。', en: 'Check the name and the number against the ID card.' },
  },
  'representative-without-capacity': {
    sentence: { zh: '这位代办人依法还不能替他人办理。', en: 'By law this person can’t yet act for somebody else.' },
    basis: '民法典 18',
    wayOut: { zh: '请委托一位能够独立办事的成年人。', en: 'Name an adult who can act alone.' },
  },
  'too-young': {
    sentence: { zh: '未满十六周岁由监护人代为办理，不用另作委托。', en: 'Under sixteen the guardian acts; no consent is needed.' },
    basis: '民法典 23',
    wayOut: { zh: '请由户口登记的监护人在自己的页面添加孩子。', en: 'The registered guardian adds the child on their own page.' },
  },
  'minor-names-guardian': {
    sentence: { zh: '未满十八周岁只能同意由监护人代办。', en: 'Under eighteen you can consent to your guardian only.' },
    basis: '民法典 19',
    wayOut: { zh: '请填写户口登记的监护人。', en: 'Name the guardian whom the register has.' },
  },
  'guardian-required': {
    sentence: { zh: '本人依法不能独立委托他人。', en: 'By law this person can’t give a power of attorney alone.' },
    basis: '民法典 19',
    wayOut: { zh: '请由监护人代为办理。', en: 'Let the guardian act.' },
  },
  'not-the-guardian': {
    sentence: { zh: '户口登记里，您不是这个人的监护人。', en: 'The register does not have you as this person’s guardian.' },
    basis: '民法典 27',
    wayOut: {
      zh: '请核对号码；登记有误的，请带户口簿到派出所窗口更正。',
      en: 'Check the number; if the register is wrong, bring the household book to a station.',
    },
  },
  'child-decides': {
    sentence: { zh: '孩子已满十六周岁，要由本人同意。', en: 'Your child is sixteen and consents for themselves.' },
    basis: '居民身份证法 10',
    wayOut: { zh: '请孩子登录后在“代办”页面同意由您代办。', en: 'Have your child sign in and consent to you on the same page.' },
  },
  'term-past': {
    sentence: { zh: '到期日已经过了。', en: 'The last day is over already.' },
    basis: '民法典 173',
    wayOut: { zh: '请写一个今天以后的日期。', en: 'Name a day still to come.' },
  },
  'term-too-long': {
    sentence: { zh: '网上同意最长三年。', en: 'A consent given online lasts three years at most.' },
    basis: '民法典 165；期限为估计',
    wayOut: { zh: '请选一个更近的日期，到期后可以再同意。', en: 'Choose an earlier day; you can consent again afterwards.' },
  },
  'stands-already': {
    sentence: { zh: '这个人已经可以代办。', en: 'This person may act already.' },
    basis: '民法典 165',
    wayOut: { zh: '要改范围或期限，请先撤回原来的，再重新同意。', en: 'To change how far or how long, withdraw the old one and consent again.' },
  },
}

/** Why nothing can be done on a record of somebody’s own. */
export const STANDING_REFUSALS: Readonly<Record<StandingProblem, Refused>> = {
  withdrawn: {
    sentence: { zh: '本人已撤回同意，或这项委托已经结束。', en: 'The person withdrew it, or it was ended.' },
    basis: '民法典 173',
    wayOut: { zh: '请由本人办理，或请本人重新同意。', en: 'Let the person do it, or consent again.' },
  },
  expired: {
    sentence: { zh: '这项委托已经到期。', en: 'Its term is over.' },
    basis: '民法典 173',
    wayOut: { zh: '请本人重新同意，或出具新的授权委托书。', en: 'The person may consent again, or give a new power of attorney.' },
  },
  'not-yet': {
    sentence: { zh: '这项委托还没有开始。', en: 'It has not begun yet.' },
    basis: '民法典 165',
    wayOut: { zh: '请在写明的日期以后再办。', en: 'Wait for the day that it names.' },
  },
  'not-registered': {
    sentence: { zh: '本人的户口登记已不在有效状态，委托随之终止。', en: 'The person is no longer registered, and with that it ends.' },
    basis: '民法典 173',
    wayOut: { zh: '请到派出所窗口咨询。', en: 'Ask at a police station.' },
  },
  'no-longer-guardian': {
    sentence: { zh: '户口登记里，您不再是监护人。', en: 'The register no longer has you as the guardian.' },
    basis: '民法典 39',
    wayOut: { zh: '登记有误的，请带户口簿到派出所窗口更正。', en: 'If the register is wrong, bring the household book to a station.' },
  },
  'child-decides': {
    sentence: { zh: '孩子已满十六周岁，要由本人同意。', en: 'Your child is sixteen and consents for themselves.' },
    basis: '居民身份证法 10',
    wayOut: { zh: '请孩子登录后在“代办”页面同意由您代办。', en: 'Have your child sign in and consent to you.' },
  },
}

/** What only the person may do. @param basis the article that says so */
export const onlyInPerson = (basis: string): RefusalReason => ({
  code: 'agent-not-allowed',
  sentence: { zh: '按规定，这件事只能由本人办理，不能委托他人。', en: 'By the rules only the person may do this; nobody else can be entrusted with it.' },
  basis,
  wayOut: { zh: '请本人登录或到窗口办理。', en: 'Let the person sign in, or come to a window.' },
})

/** What doesn't exist for another: one's own devices, one's own consents to be represented. */
export const NOT_FOR_ANOTHER: RefusalReason = {
  code: 'not-for-another',
  sentence: { zh: '这一项不能替别人办。', en: 'This can’t be done for somebody else.' },
  basis: '民法典 161',
  wayOut: {
    zh: '去掉 Acting-For 请求头，以本人身份办理；或请本人办理。',
    en: 'Leave the Acting-For header out and act for yourself, or let the person do it.',
  },
}

/** The consent does not go so far. */
export const BEYOND_CONSENT: RefusalReason = {
  code: 'beyond-consent',
  sentence: { zh: '这件事不在对方同意的范围内。', en: 'What was consented to does not go so far.' },
  basis: '民法典 162',
  wayOut: { zh: '请本人办理，或请本人重新同意并扩大范围。', en: 'Let the person do it, or consent anew to more.' },
}

const METHODS: Readonly<Record<SignInMethod, Sentence>> = {
  identity: { zh: '统一身份认证', en: 'the identity platform' },
  key: { zh: '客户端密钥', en: 'a client’s key' },
  sandbox: { zh: '演示环境的快速登录', en: 'the demonstration’s quick sign-in' },
}

const ENDINGS: Readonly<Record<SessionEnding, Sentence>> = {
  'signed-out': { zh: '退出登录', en: 'Signed out' },
  'ended-by-owner': { zh: '本人结束了一处登录', en: 'A session was ended by its owner' },
  replaced: { zh: '重新登录，原来的登录结束', en: 'A session ended, since somebody signed in anew in its place' },
  'passkey-revoked': { zh: '通行密钥作废，登录随之结束', en: 'A session ended with a passkey that was revoked' },
  'key-revoked': { zh: '客户端密钥作废，登录随之结束', en: 'A session ended with a client’s key that was revoked' },
  'officer-left': { zh: '调动或停用，登录随之结束', en: 'A session ended: transferred or retired' },
}

const DOORS: Readonly<Record<Door, Sentence>> = {
  ...{ identity: { zh: '统一身份认证', en: 'the identity platform' }, passkey: { zh: '通行密钥', en: 'passkey' } },
  ...{ 'enrolment-code': { zh: '一次性代码', en: 'one-time code' }, 'client-assertion': { zh: '客户端断言', en: 'client assertion' } },
}

const REASONS: Readonly<Record<string, Sentence>> = {
  ...{ wrong: { zh: '没有通过', en: 'wrong' }, cancelled: { zh: '本人取消', en: 'cancelled' }, level: { zh: '没有实名', en: 'no proven name' } },
  ...{ again: { zh: '平台要求重新登录', en: 'the platform wants a new sign-in' }, stale: { zh: '过期或用过', en: 'too late, or used before' } },
  ...{ untrusted: { zh: '答复对不上', en: 'the answer did not fit' }, unknown: { zh: '登记里没有', en: 'nobody by this name is registered' } },
  'someone-else': { zh: '不是同一个人', en: 'somebody else' },
}

const LOCKED = {
  account: { zh: '失败过多，暂时锁定', en: 'Locked for a while after too many failures' },
  source: { zh: '同一来源失败过多，该来源暂时锁定', en: 'Where it came from is locked for a while after too many failures' },
}

/** What happened, as the owner of the account and the auditor read it. */
export function accountEventSays(event: AccountEvent): Sentence {
  switch (event.type) {
    case 'AccountSignedIn':
    case 'AccountProvedAgain': {
      const method = METHODS[event.method]
      const from = [event.browser, event.network ?? ''].filter((part) => part !== '').join(' · ')
      const where = { zh: from === '' ? '' : `（${from}）`, en: from === '' ? '' : ` (${from})` }
      if (event.type === 'AccountProvedAgain') return { zh: `再次证明是本人：${method.zh}${where.zh}`, en: `Proved again to be there: ${method.en}${where.en}` }
      if (event.stage === 'complete') return { zh: `登录：${method.zh}${where.zh}`, en: `Signed in by ${method.en}${where.en}` }
      return { zh: `通过${method.zh}，等待通行密钥${where.zh}`, en: `Came through ${method.en}, with the passkey still to be shown${where.en}` }
    }
    case 'AccountSessionEnded':
      return ENDINGS[event.why]
    case 'AccountSignInFailed': {
      const [door, why] = [DOORS[event.door], REASONS[event.why] ?? { zh: event.why, en: event.why }]
      return { zh: `登录没有成功：${door.zh}，${why.zh}`, en: `Was not let in: ${door.en}, ${why.en}` }
    }
    case 'AccountLocked': {
      const [door, what] = [DOORS[event.door], event.side === 'account' ? LOCKED.account : LOCKED.source]
      return { zh: `${what.zh}：${door.zh}`, en: `${what.en}: ${door.en}` }
    }
    case 'AccountPasskeyEnrolled':
      return { zh: '登记了通行密钥', en: 'A passkey was enrolled' }
    case 'AccountPasskeyRevoked':
      return { zh: '作废了通行密钥', en: 'A passkey was revoked' }
    case 'AccountCodeIssued':
      return { zh: '发出了一次性代码', en: 'A one-time code was given out' }
    case 'AccountKeyRegistered':
      return { zh: `登记了客户端密钥 ${event.key}`, en: `The client’s key ${event.key} was registered` }
    case 'AccountKeyRevoked':
      return { zh: `作废了客户端密钥 ${event.key}`, en: `The client’s key ${event.key} was revoked` }
  }
}
