import { z } from 'zod'
import { field, saying } from '#kernel/fields.ts'
import { caseNumberProblems, parseCaseNumber } from '#kernel/ids.ts'
import { inclusionProof } from '#platform/evidence/proof.ts'
import { identityNumberField } from '#services/id-card/form.ts'

export const sentence = z.object({ zh: z.string(), en: z.string() })

export const caseNumberField = field(
  z
    .string()
    .max(64)
    .superRefine((text, context) => {
      const parsed = parseCaseNumber(text)
      if (!parsed.ok) context.addIssue(saying(caseNumberProblems[parsed.problem]))
    }),
  { zh: '办件号', en: 'Case number' },
  {
    zh: '请输入回执上的 17 位办件号并逐位核对；最后一位是校验码。',
    en: 'Enter the 17-digit case number from the receipt and check each digit; the last is a check digit.',
  },
)

export const caseParams = z.strictObject({ number: caseNumberField })

/** The form is validated by the service's own schema, of the version in force. */
export const submitBody = z.strictObject({
  service: field(z.string().min(1).max(60), { zh: '事项', en: 'Service' }, { zh: '请从目录中选择要办的事项。', en: 'Choose a service from the catalogue.' }),
  channel: z.enum(['window', 'online', 'phone', 'home-visit']).default('window'),
  form: z.record(z.string(), z.unknown()),
  representation: field(
    z.uuid().optional(),
    { zh: '授权委托', en: 'Power of attorney' },
    {
      zh: '由他人代办的，请先登记授权委托书，再填它的编号。',
      en: 'When somebody else stands at the window, record the power of attorney first and give its id.',
    },
  ),
})

const NOTE_LABEL = { zh: '说明', en: 'Note' }
const NOTE_HELP = { zh: '请用 2 到 500 个字说明原因。', en: 'Give the reason in 2 to 500 characters.' }

const note = field(z.string().trim().min(2).max(500), NOTE_LABEL, NOTE_HELP)

export const settleFeeBody = field(
  z.discriminatedUnion('how', [
    z.strictObject({
      how: z.literal('paid'),
      means: z.enum(['cash', 'card', 'wechat', 'alipay']),
      receiptNumber: z
        .string()
        .trim()
        .regex(/^[0-9A-Za-z-]{4,40}$/),
      amountCents: z.number().int().min(1).max(100_000),
    }),
    z.strictObject({ how: z.literal('waived'), basis: z.string().trim().min(2).max(100), note }),
  ]),
  { zh: '缴费', en: 'Fee' },
  {
    zh: '已收费的填写方式、票据号（4 至 40 位字母数字）和金额（分）；免收的填写依据。',
    en: 'For a fee collected, give the means, the receipt number (4 to 40 letters or digits) and the amount in cents; for a waiver, its basis.',
  },
)

export const decideReferralBody = z.strictObject({
  decision: z.enum(['grant', 'reject']),
  reason: note,
  basis: field(
    z.string().trim().min(2).max(100),
    { zh: '依据', en: 'Basis' },
    { zh: '请写明所依据的条款，例如“居民身份证法 3”。', en: 'Name the article it rests on, e.g. ID Card Law 3.' },
  ),
})

export const requestMaterialsBody = z.strictObject({
  missing: z
    .array(z.strictObject({ id: z.string().min(1).max(60), sentence }))
    .min(1)
    .max(20),
})

export const supplyMaterialsBody = z.strictObject({
  photo: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  note,
})

/** How long it may be at most is for the law to say, not for the form: too long is refused with its article. */
export const extendLimitBody = z.strictObject({
  days: field(
    z.number().int().min(1).max(365),
    { zh: '延长天数', en: 'Days' },
    { zh: '请填写延长的天数，依法最多 30 天。', en: 'Enter the days to extend by: thirty at most by law.' },
  ),
  ground: field(
    z.enum(['remote-address', 'cut-off']),
    { zh: '情形', en: 'Ground' },
    { zh: '请选择交通不便的情形。', en: 'Choose in what way transport is poor.' },
  ),
  reason: note,
})

export const withdrawBody = z.strictObject({ reason: note })

export const handOverBody = z.strictObject({
  to: z.enum(['self', 'guardian', 'proxy']),
  identityCheckedBy: z.enum(['fingerprint', 'document']),
  oldCard: z.enum(['handed-back', 'none', 'declared-lost']),
  temporaryCard: z.enum(['handed-back', 'none', 'declared-lost']).default('none'),
  proxy: field(
    z.strictObject({ name: z.string().trim().min(1).max(60), identityNumber: identityNumberField, authority: z.string().trim().min(2).max(200) }).optional(),
    { zh: '代领人', en: 'Proxy' },
    { zh: '请填写代领人的姓名、公民身份号码和委托书情况。', en: 'Enter the proxy’s name, identity number and letter of authority.' },
  ),
})

/** Whoever agrees need not say why. */
export const secondLookBody = z
  .strictObject({ agrees: z.boolean(), note: field(z.string().trim().max(500).default(''), NOTE_LABEL, NOTE_HELP) })
  .refine(({ agrees, note: said }) => agrees || said.length >= 2, { path: ['note'] })

/** Progress by case number and a second factor: the last four characters of the identity number. */
export const progressBody = z.strictObject({
  number: caseNumberField,
  lastFour: field(
    z
      .string()
      .trim()
      .regex(/^\d{3}[\dXx]$/),
    { zh: '身份号码后四位', en: 'Last four of the identity number' },
    { zh: '请输入申请人公民身份号码的最后四位，末位可能是 X。', en: 'Enter the last four characters of the applicant’s identity number; the last may be X.' },
  ),
})

export const listQuery = z.strictObject({
  list: z.enum(['open-at-organ', 'at-organ', 'to-collect', 'referred', 'to-look-at']).default('open-at-organ'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const promised = z.object({
  slot: z.object({ day: z.string(), half: z.enum(['am', 'pm']) }).nullable(),
  readyBy: z.string(),
  withYouBy: z.string(),
  because: z.array(sentence),
  provisional: z.boolean(),
})

export const checkReply = z.object({
  id: z.string(),
  result: z.enum(['pass', 'fail', 'refer']),
  sentence,
  basis: z.string(),
  wayOut: sentence.nullable(),
})

const limitReply = z.object({
  dueAt: z.string(),
  extendedDays: z.number().int(),
  basis: z.string(),
  state: z.string(),
  provisional: z.boolean(),
  because: z.array(sentence),
})

/** What proves a case's events. */
export const evidenceReply = z.object({
  number: z.string(),
  /** Events that are not sealed yet. */
  waiting: z.number().int(),
  said: sentence.nullable(),
  proofs: z.array(inclusionProof.extend({ seq: z.number().int(), type: z.string(), at: z.string() })),
})

export const caseReply = z.object({
  number: z.string(),
  service: z.string(),
  title: sentence,
  status: z.string(),
  statusWords: sentence,
  version: z.number().int(),
  person: z.string(),
  organ: z.string(),
  issuer: z.string(),
  submittedAt: z.string(),
  acceptedAt: z.string().nullable(),
  fee: z.object({ item: z.string(), amountCents: z.number().int(), basis: z.string(), sentence, settled: z.boolean() }).nullable(),
  checks: z.array(checkReply),
  referral: z.object({ toOrgan: z.string(), dueAt: z.string(), reasons: z.array(checkReply) }).nullable(),
  promised: promised.nullable(),
  firstPromised: promised.nullable(),
  statutory: limitReply.nullable(),
  oldWay: limitReply.nullable(),
  handover: z.record(z.string(), z.unknown()),
  waybill: z.string().nullable(),
  heldAt: z.string().nullable(),
  concludedAt: z.string().nullable(),
  kept: z.boolean().nullable(),
  next: z.array(z.string()),
  timeline: z.array(z.object({ at: z.string(), type: z.string(), who: sentence, sentence, because: z.array(sentence) })),
})

export type CaseReply = z.output<typeof caseReply>

export const caseListReply = z.object({
  items: z.array(
    z.object({
      number: z.string(),
      service: z.string(),
      status: z.string(),
      statusWords: sentence,
      person: z.string(),
      organ: z.string(),
      submittedAt: z.string(),
      acceptedAt: z.string().nullable(),
      withYouBy: z.string().nullable(),
      referralDueAt: z.string().nullable(),
      arrivedAt: z.string().nullable(),
      feeDueCents: z.number().int(),
    }),
  ),
  next: z.string().nullable(),
})
