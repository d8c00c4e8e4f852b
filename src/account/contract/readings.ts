import { z } from 'zod'
import { READ_OUTCOMES, READ_PURPOSES } from '#account/model.ts'
import { CONSENTS } from '#account/rules/representation.ts'
import { field } from '#kernel/fields.ts'

const sentence = z.object({ zh: z.string(), en: z.string() })

export const myReadingsQuery = z.strictObject({
  own: z.enum(['yes', 'no']).default('no'),
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})

export const myReadingReply = z.object({
  id: z.string(),
  at: z.string(),
  organ: z.string().nullable(),
  organName: sentence.nullable(),
  role: z.string(),
  roleWords: sentence,
  /** 警号; never a name. */
  officer: z.string().nullable(),
  what: z.string(),
  whatWords: sentence,
  outcome: z.string(),
  outcomeWords: sentence,
  caseNumber: z.string().nullable(),
  purpose: z.string().nullable(),
  purposeWords: sentence.nullable(),
  fields: z.array(z.string()),
  /** Where it was read in the person's place: on what, and the record of that. */
  consent: z.enum(CONSENTS).nullable(),
  consentWords: sentence.nullable(),
  representation: z.string().nullable(),
})

export const myReadingsReply = z.object({ readings: z.array(myReadingReply), next: z.string().nullable() })

const text = (max: number) => z.string().trim().min(1).max(max).optional()

export const auditQuery = z.strictObject({
  officer: text(40),
  actor: text(100),
  organ: text(12),
  purpose: z.enum(READ_PURPOSES).optional(),
  outcome: z.enum(READ_OUTCOMES).optional(),
  note: text(100),
  caseNumber: text(20),
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const auditedReply = myReadingReply.extend({
  actor: z.string(),
  personId: z.string().nullable(),
  prefecture: z.string(),
  note: z.string().nullable(),
  count: z.number().int(),
  requestId: z.string(),
})
export const auditReply = z.object({ readings: z.array(auditedReply), next: z.string().nullable() })

export const flagsQuery = z.strictObject({ state: z.enum(['open', 'reviewed']).default('open') })
export const flagReply = z.object({
  id: z.string(),
  kind: z.string(),
  kindWords: sentence,
  actor: z.string(),
  officer: z.string().nullable(),
  role: z.string(),
  organ: z.string().nullable(),
  firstAt: z.string(),
  lastAt: z.string(),
  readings: z.number().int(),
  reviewedAt: z.string().nullable(),
  reviewedBy: z.string().nullable(),
  review: z.string().nullable(),
})
export const flagsReply = z.object({ flags: z.array(flagReply) })

export const idParams = z.strictObject({ id: z.uuid() })
export const reviewBody = z.strictObject({
  review: field(
    z.string().trim().min(2).max(500),
    { zh: '核查结果', en: 'What was found' },
    { zh: '请用 2 到 500 个字写明核查结果。', en: 'Say what was found, in 2 to 500 characters.' },
  ),
})
export const reviewedReply = z.object({ reviewed: z.literal(true) })

export const withholdBody = z.strictObject({
  prefecture: z.string().regex(/^\d{4}$/),
  personId: z.uuid(),
  organ: field(
    z.string().regex(/^\d{12}$/),
    { zh: '机构代码', en: 'Organ' },
    { zh: '请填写 12 位机构代码：它的查看记录将暂不告知本人。', en: 'Enter the 12-digit code of the organ whose readings are kept back.' },
  ),
  basis: field(
    z.enum(['PIPL 18', 'PIPL 35']),
    { zh: '依据', en: 'Basis' },
    { zh: '请选择依据：个人信息保护法第 18 条或第 35 条。', en: 'Choose the basis: Personal Information Protection Law 18 or 35.' },
  ),
  reason: field(
    z.string().trim().min(4).max(500),
    { zh: '理由', en: 'Reason' },
    { zh: '请用 4 到 500 个字写明理由。', en: 'Give the reason in 4 to 500 characters.' },
  ),
  days: field(
    z.number().int().min(1).max(180),
    { zh: '天数', en: 'Days' },
    { zh: '请填写 1 到 180 天；到期后本人就能看到。', en: 'Give 1 to 180 days; afterwards the person sees it.' },
  ),
})
export const withholdingReply = z.object({
  id: z.string(),
  organ: z.string(),
  basis: z.string(),
  until: z.string(),
  state: z.enum(['requested', 'approved']),
})
