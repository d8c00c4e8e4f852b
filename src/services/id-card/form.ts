import { z } from 'zod'
import { field, saying } from '#kernel/fields.ts'
import { parseIdentityNumber } from '#person/rules.ts'
import { identityProblems } from '#person/words.ts'
import { ONLINE_REASONS } from '#services/id-card/online-policy.ts'

const identityNumber = z
  .string()
  .max(64)
  .superRefine((text, context) => {
    const parsed = parseIdentityNumber(text)
    if (!parsed.ok) context.addIssue(saying(identityProblems[parsed.problem]))
  })

export const identityNumberField = field(
  identityNumber,
  { zh: '公民身份号码', en: 'Identity number' },
  {
    zh: '请输入 18 位公民身份号码并逐位核对：最后一位是校验码，中间 8 位是真实存在的出生日期；15 位旧号码已停用。',
    en: 'Enter the 18-digit identity number and check each digit: the last is a check character, and the eight in the middle are a date of birth that exists. Old 15-digit numbers are no longer in use.',
  },
)

const FINGERS = [
  'left-thumb',
  'left-index',
  'left-middle',
  'left-ring',
  'left-little',
  'right-thumb',
  'right-index',
  'right-middle',
  'right-ring',
  'right-little',
] as const

export const fingerprintsField = field(
  z.discriminatedUnion('how', [
    z.strictObject({ how: z.literal('captured'), fingers: z.array(z.enum(FINGERS)).min(1).max(2), quality: z.number().int().min(0).max(100) }),
    z.strictObject({
      how: z.literal('exempted'),
      reason: z.enum(['fingers-missing', 'fingers-injured', 'prints-unusable', 'under-capture-age']),
      note: z.string().max(200),
    }),
  ]),
  { zh: '指纹', en: 'Fingerprints' },
  {
    zh: '请采集至少一枚指纹；无法采集的，选择原因。办理居民身份证应当登记指纹（居民身份证法 3）。',
    en: 'Capture at least one fingerprint, or choose why none can be taken: fingerprints are registered with every ID card application (ID Card Law 3).',
  },
)

export const readerField = field(
  z
    .strictObject({
      name: z.string().min(1).max(60),
      sex: z.enum(['male', 'female']),
      ethnicity: z.string().min(1).max(30),
      birth: z.iso.date(),
      address: z.string().min(1).max(200),
    })
    .optional(),
  { zh: '读卡器读出的信息', en: 'Data read from the old card' },
  { zh: '读卡器的数据不完整，请重新放置证件，或改为手工录入号码。', en: 'The reader’s data is incomplete; place the card again, or type the number.' },
)

export const photoField = field(
  z.string().regex(/^[0-9a-f]{64}$/),
  { zh: '相片', en: 'Photo' },
  { zh: '请先上传相片：系统当场检测，合格后再提交。', en: 'Upload the photo first: it is checked on the spot.' },
)

export const guardianField = field(
  z.strictObject({ identityNumber: identityNumberField, relation: z.enum(['parent', 'grandparent', 'other-guardian']) }).optional(),
  { zh: '监护人', en: 'Guardian' },
  {
    zh: '请填写监护人的公民身份号码和关系：未满十六周岁由监护人代为申领（居民身份证法 7）。',
    en: 'Enter the guardian’s identity number and relation: those under sixteen apply through a guardian (ID Card Law 7).',
  },
)

export const handoverField = field(
  z.discriminatedUnion('by', [
    z.strictObject({
      by: z.literal('station'),
      organ: z
        .string()
        .regex(/^\d{12}$/)
        .optional(),
    }),
    z.strictObject({
      by: z.literal('mail'),
      recipient: z.string().trim().min(1).max(60),
      phone: z.string().regex(/^1[3-9]\d{9}$/),
      township: z
        .string()
        .regex(/^\d{9}$/)
        .optional(),
      address: z.string().trim().min(5).max(200),
    }),
  ]),
  { zh: '领取方式', en: 'How to receive the card' },
  {
    zh: '请选择到派出所领取，或邮寄到家；邮寄要填收件人、11 位手机号和详细地址。',
    en: 'Choose collection at a police station or delivery by mail; mail needs a recipient, an 11-digit mobile number and a full address.',
  },
)

const common = {
  identityNumber: identityNumberField,
  readFromCard: readerField,
  handover: handoverField,
}

const withCapture = { ...common, photo: photoField, fingerprints: fingerprintsField, guardian: guardianField }

const reasonField = <const Reasons extends readonly [string, ...string[]]>(reasons: Reasons) =>
  field(
    z.enum(reasons),
    { zh: '办理原因', en: 'Reason' },
    { zh: '请选择办理原因：费用和要交回的证件由它决定。', en: 'Choose the reason: it decides the fee and which card is handed back.' },
  )

export const FIRST_REASONS = ['under-16', 'reached-16', 'settled-from-hk-macao-taiwan', 'overseas-chinese-returned', 'nationality-acquired'] as const
export const RENEWAL_REASONS = ['expiry', 'item-changed', 'damaged', 'agency-error'] as const
export const REPLACEMENT_REASONS = ['lost', 'stolen'] as const

export const firstForm = z.strictObject({ ...withCapture, reason: reasonField(FIRST_REASONS) })
export const renewalForm = z.strictObject({ ...withCapture, reason: reasonField(RENEWAL_REASONS) })
export const replacementForm = z.strictObject({ ...withCapture, reason: reasonField(REPLACEMENT_REASONS) })
/** From home: the photo on record is confirmed, nothing is taken. */
export const onlineForm = z.strictObject({
  identityNumber: identityNumberField,
  reason: reasonField(ONLINE_REASONS),
  photoConfirmed: field(
    z.literal(true),
    { zh: '确认相片', en: 'Confirm the photo' },
    {
      zh: '请看一看上次在窗口拍的相片，确认仍是您现在的样子；相貌变化大的，请到窗口重拍。',
      en: 'Look at the photo taken at the window last time and confirm that it still looks like you; if you have changed much, have a new one taken at a window.',
    },
  ),
  handover: handoverField,
})
/** Made and handed over on the spot: nobody is asked where it goes. */
export const temporaryForm = z.strictObject({
  identityNumber: identityNumberField,
  readFromCard: readerField,
  photo: photoField,
  guardian: guardianField,
})

export const lossForm = z.strictObject({
  identityNumber: identityNumberField,
  lostOn: field(
    z.iso.date(),
    { zh: '丢失日期', en: 'Day of the loss' },
    { zh: '请选择丢失的日期，不能晚于今天。', en: 'Choose the day on which it was lost, not later than today.' },
  ),
  place: field(
    z.string().trim().max(100),
    { zh: '丢失地点', en: 'Place of the loss' },
    { zh: '地点请写在 100 字以内。', en: 'Describe the place in at most 100 characters.' },
  ),
})

export const lossWithdrawalForm = z.strictObject({ identityNumber: identityNumberField })

export const foundForm = z.strictObject({
  identityNumber: identityNumberField,
  foundOn: field(
    z.iso.date(),
    { zh: '拾获日期', en: 'Day found' },
    { zh: '请选择拾获的日期，不能晚于今天。', en: 'Choose the day on which it was found, not later than today.' },
  ),
  place: field(
    z.string().trim().max(100),
    { zh: '拾获地点', en: 'Place found' },
    { zh: '地点请写在 100 字以内。', en: 'Describe the place in at most 100 characters.' },
  ),
})

export type FirstForm = z.output<typeof firstForm>
export type RenewalForm = z.output<typeof renewalForm>
export type ReplacementForm = z.output<typeof replacementForm>
export type OnlineForm = z.output<typeof onlineForm>
export type TemporaryForm = z.output<typeof temporaryForm>
export type LossForm = z.output<typeof lossForm>
export type LossWithdrawalForm = z.output<typeof lossWithdrawalForm>
export type FoundForm = z.output<typeof foundForm>
/** What every application for a card has in common. */
export type CapturedForm = Pick<FirstForm, 'identityNumber' | 'readFromCard' | 'handover' | 'photo' | 'fingerprints' | 'guardian'>
