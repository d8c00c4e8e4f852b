import type { FlagKind, ReadOutcome, ReadPurpose, ReadWhat, Role } from '#account/model.ts'
import type { PurposeProblem } from '#account/rules/purposes.ts'
import type { Consent } from '#account/rules/representation.ts'
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
