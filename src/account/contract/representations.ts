import { z } from 'zod'
import { AUTHORITY_DOCUMENTS, END_REASONS, RELATIONS, REPRESENTATION_KINDS } from '#account/model.ts'
import { field } from '#kernel/fields.ts'
import type { Day } from '#kernel/time.ts'

const sentence = z.object({ zh: z.string(), en: z.string() })

const day = z.iso.date().transform((text) => text as Day)

const number = field(
  z.string().trim().min(1).max(64),
  { zh: '公民身份号码', en: 'Identity number' },
  { zh: '请对照身份证填写 18 位公民身份号码。', en: 'Enter the 18-digit identity number from the ID card.' },
)
const name = field(z.string().trim().min(1).max(60), { zh: '姓名', en: 'Name' }, { zh: '请填写身份证上的姓名。', en: 'Enter the name on the ID card.' })
const may = field(
  z.enum(['read', 'act']),
  { zh: '可以做什么', en: 'What they may do' },
  { zh: '请选择“只能查看”或“查看和办理”。', en: 'Choose to look only, or to look and act.' },
)
const services = field(
  z
    .array(z.string().regex(/^[a-z0-9-]{1,60}$/))
    .max(40)
    .default([]),
  { zh: '哪些事项', en: 'In which matters' },
  { zh: '请从目录中选择事项；都可以的不选。', en: 'Choose services from the catalogue; none for all of them.' },
)
const UNTIL = { zh: '到期日', en: 'Last day' }
const UNTIL_HELP = { zh: '请填写最后有效的一天，例如 2026-12-31。', en: 'Enter its last day, for example 2026-12-31.' }

export const consentToActBody = z.strictObject({
  name,
  identityNumber: number,
  relation: field(
    z.enum(RELATIONS),
    { zh: '与您的关系', en: 'What they are to you' },
    { zh: '请选择这个人与您的关系。', en: 'Choose what this person is to you.' },
  ),
  may,
  services,
  until: field(day, UNTIL, UNTIL_HELP),
})

export const guardianshipBody = z.strictObject({ name, identityNumber: number })

export const authorityBody = z.strictObject({
  personNumber: field(
    number,
    { zh: '本人的公民身份号码', en: 'Identity number of the person' },
    { zh: '请填写委托人的公民身份号码。', en: 'Enter the number of whoever gave the power of attorney.' },
  ),
  representativeNumber: field(
    number,
    { zh: '代办人的公民身份号码', en: 'Identity number of the agent' },
    { zh: '请填写被委托人的公民身份号码。', en: 'Enter the number of whoever it was given to.' },
  ),
  document: field(
    z.enum(AUTHORITY_DOCUMENTS),
    { zh: '出示的文书', en: 'Paper shown' },
    { zh: '请选择核对过的文书。', en: 'Choose the paper that you checked.' },
  ),
  may,
  services,
  from: field(day, { zh: '开始日', en: 'First day' }, { zh: '请填写委托书写明的开始日。', en: 'Enter the first day that the paper names.' }),
  until: field(day.optional(), UNTIL, UNTIL_HELP),
})

export const representationParams = z.object({ id: z.uuid() })

export const representationReply = z.object({
  id: z.string(),
  kind: z.enum(REPRESENTATION_KINDS),
  kindWords: sentence,
  /** Masked. */
  person: z.string(),
  representative: z.string(),
  relation: z.enum(RELATIONS).nullable(),
  document: z.enum(AUTHORITY_DOCUMENTS).nullable(),
  may: z.enum(['read', 'act']),
  services: z.array(z.string()),
  from: z.string(),
  until: z.string().nullable(),
  endedAt: z.string().nullable(),
  endedBecause: z.enum(END_REASONS).nullable(),
})

const shown = representationReply.extend({
  stands: z.boolean(),
  /** Why it carries nothing now. */
  because: sentence.nullable(),
})
export const representationsReply = z.object({ byMe: z.array(shown), forMe: z.array(shown) })
