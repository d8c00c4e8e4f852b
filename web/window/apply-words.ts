/** The words of the application screen. What the fields are called stands with the services' schemas. */
import type { Sentence } from '#kernel/language.ts'

export const applyWords = {
  title: { zh: '受理', en: 'Apply' },
  lookUp: { zh: '查询', en: 'Look up' },
  lookUpHint: {
    zh: '放上身份证读卡，或键入号码后按 Enter。打开登记信息会留下记录，本人可以看到。',
    en: 'Place the card on the reader, or type the number and press Enter. Opening the record is kept, and the person can see it.',
  },
  notInRegister: {
    zh: '在本省人口信息中没有查到这个号码，请对照证件核对；户籍在外省的，到户籍地或跨省异地受理窗口办理。',
    en: 'This number is not in the province’s register. Compare it with the card; for a household outside the province, use cross-province acceptance.',
  },
  service: { zh: '办什么', en: 'Service' },
  serviceFirst: { zh: '请选择要办的事项。', en: 'Choose what to apply for.' },
  record: { zh: '登记信息', en: 'Register' },
  recordEmpty: { zh: '查询后，登记信息显示在这里，供与本人核对。', en: 'After the look-up the record stands here, to compare with the person.' },
  masked: { zh: '这个事由只需要部分信息，其余已遮盖。', en: 'This purpose needs only part of the record; the rest is masked.' },
  name: { zh: '姓名', en: 'Name' },
  sexAndEthnicity: { zh: '性别、民族', en: 'Sex, ethnicity' },
  birth: { zh: '出生', en: 'Born' },
  address: { zh: '住址', en: 'Address' },
  phone: { zh: '电话', en: 'Phone' },
  status: { zh: '户口', en: 'Registration' },
  fingerprintsOn: { zh: '指纹登记', en: 'Fingerprints registered' },
  never: { zh: '未登记', en: 'none on file' },
  hardship: { zh: '困难认定', en: 'Hardship' },
  cards: { zh: '证件', en: 'Cards' },
  noCards: { zh: '没有领过证', en: 'No card was ever issued' },
  longTerm: { zh: '长期', en: 'long-term' },
  until: { zh: '至', en: 'to' },
  readCard: { zh: '读卡', en: 'Read from the card' },
  readSame: { zh: '与登记一致', en: 'equals the register' },
  readDiffers: { zh: '与登记不同：', en: 'differs from the register: ' },
  photoHint: {
    zh: 'JPEG，358 × 441 像素。选好后当场检测，结果显示在旁边。',
    en: 'JPEG, 358 × 441 pixels. It is checked at once and the findings stand beside it.',
  },
  photoCheck: { zh: '检测相片', en: 'Check the photo' },
  photoGood: { zh: '相片合格', en: 'The photo keeps the standard' },
  photoDoubtful: { zh: '可以提交，由民警核对', en: 'Can be submitted; an officer looks at it' },
  photoBad: { zh: '不合格，请重拍', en: 'Not usable: take it again' },
  photoPassed: { zh: '项合格', en: 'checks passed' },
  captured: { zh: '已采集', en: 'Captured' },
  exempted: { zh: '不能采集', en: 'Cannot be taken' },
  firstFinger: { zh: '第一枚', en: 'First finger' },
  secondFinger: { zh: '第二枚', en: 'Second finger' },
  quality: { zh: '质量分', en: 'Quality' },
  qualityHint: { zh: '采集仪给出的 0 到 100 分。', en: 'The scanner’s figure, 0 to 100.' },
  exemptedReason: { zh: '原因', en: 'Reason' },
  note: { zh: '说明', en: 'Note' },
  guardianHint: { zh: '未满十六周岁由监护人代为申请。', en: 'Those under sixteen apply through a guardian.' },
  guardianNumber: { zh: '监护人公民身份号码', en: 'Guardian’s identity number' },
  relation: { zh: '与申请人的关系', en: 'Relation to the applicant' },
  here: { zh: '本所领取', en: 'Collect here' },
  otherStation: { zh: '其他派出所或户政大厅', en: 'Another station or household hall' },
  mail: { zh: '邮寄', en: 'By mail' },
  mailHint: { zh: '省内 12 元，省外 15 元，由收件人付给寄递企业。', en: 'CNY 12 in the province, 15 outside, paid to the carrier by the recipient.' },
  station: { zh: '领取点', en: 'Where to collect' },
  stationHint: { zh: '可打汉字、拼音、首字母。', en: 'Chinese, pinyin or initials.' },
  chooseStation: { zh: '请选择领取的派出所或户政大厅。', en: 'Choose the station or hall at which the card is collected.' },
  recipient: { zh: '收件人', en: 'Recipient' },
  mobile: { zh: '手机号', en: 'Mobile number' },
  township: { zh: '乡镇、街道', en: 'Town or subdistrict' },
  townshipHint: { zh: '决定送达要几天；省外不选。', en: 'Decides the days of delivery; leave empty outside the province.' },
  fullAddress: { zh: '详细地址', en: 'Full address' },
  submit: { zh: '提交', en: 'Submit' },
  recordFirst: { zh: '请先查询登记信息，核对后再提交。', en: 'Look up the record and compare it before you submit.' },
  startAnew: { zh: '清空，办下一位', en: 'Clear for the next person' },
} as const satisfies Readonly<Record<string, Sentence>>

export const EXEMPTION_WORDS = {
  'fingers-missing': { zh: '手指缺失', en: 'Fingers missing' },
  'fingers-injured': { zh: '手指受伤', en: 'Fingers injured' },
  'prints-unusable': { zh: '指纹磨损，采不出', en: 'Prints worn off' },
  'under-capture-age': { zh: '年幼，采不出', en: 'Too young for prints' },
} as const satisfies Readonly<Record<string, Sentence>>

export const RELATION_WORDS: Readonly<Record<'parent' | 'grandparent' | 'other-guardian', Sentence>> = {
  parent: { zh: '父母', en: 'Parent' },
  grandparent: { zh: '祖父母、外祖父母', en: 'Grandparent' },
  'other-guardian': { zh: '其他监护人', en: 'Another guardian' },
}

/** In the order in which they are captured: thumbs first (interpretation). */
export const FINGER_WORDS = {
  'right-thumb': { zh: '右手拇指', en: 'Right thumb' },
  'left-thumb': { zh: '左手拇指', en: 'Left thumb' },
  'right-index': { zh: '右手食指', en: 'Right index' },
  'left-index': { zh: '左手食指', en: 'Left index' },
  'right-middle': { zh: '右手中指', en: 'Right middle' },
  'left-middle': { zh: '左手中指', en: 'Left middle' },
  'right-ring': { zh: '右手环指', en: 'Right ring' },
  'left-ring': { zh: '左手环指', en: 'Left ring' },
  'right-little': { zh: '右手小指', en: 'Right little' },
  'left-little': { zh: '左手小指', en: 'Left little' },
} as const satisfies Readonly<Record<string, Sentence>>

/** What to do about a field inside a group; the groups themselves have theirs with the schema. */
export const FIELD_PROBLEMS: Readonly<Record<string, Sentence>> = {
  'fingerprints.fingers': { zh: '请选择采集了哪一枚手指。', en: 'Say which finger was captured.' },
  'fingerprints.quality': {
    zh: '请填写采集仪给出的质量分，0 到 100；采不出的，改选“不能采集”。',
    en: 'Enter the scanner’s quality figure, 0 to 100; if none can be taken, say so.',
  },
  'fingerprints.reason': { zh: '请选择不能采集指纹的原因。', en: 'Choose why no fingerprints can be taken.' },
  'guardian.relation': { zh: '请选择监护人与申请人的关系。', en: 'Choose the guardian’s relation to the applicant.' },
  'handover.organ': { zh: '请选择领取的派出所或户政大厅。', en: 'Choose the station or hall at which the card is collected.' },
  'handover.recipient': { zh: '请填写收件人姓名。', en: 'Enter the recipient’s name.' },
  'handover.phone': { zh: '请填写收件人的 11 位手机号，寄递企业要联系。', en: 'Enter the recipient’s 11-digit mobile number: the carrier calls it.' },
  'handover.address': { zh: '请填写详细地址，至少 5 个字。', en: 'Enter the full address, at least five characters.' },
}
