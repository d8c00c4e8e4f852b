import { z } from 'zod'
import { ROLES } from '#account/model.ts'
import { field } from '#kernel/fields.ts'

export const numberField = field(
  z
    .string()
    .trim()
    .regex(/^[0-9A-Za-z:-]{4,60}$/),
  { zh: '警号', en: 'Officer’s number' },
  { zh: '请填写警号。', en: 'Enter the officer’s number.' },
)
export const organField = field(
  z.string().regex(/^\d{12}$/),
  { zh: '机构代码', en: 'Organ' },
  { zh: '请填写 12 位机构代码。', en: 'Enter the 12-digit code of the organ.' },
)
const roleField = field(z.enum(ROLES), { zh: '角色', en: 'Role' }, { zh: '请选择角色。', en: 'Choose the role.' })

export const officerParams = z.strictObject({ number: numberField })
export const roleParams = z.strictObject({ id: z.uuid() })
export const officersQuery = z.strictObject({
  organ: organField.optional(),
  cursor: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const registerBody = z.strictObject({ number: numberField, organ: organField, personId: z.uuid().nullable().default(null) })
export const proposeBody = z.strictObject({ role: roleField, organ: organField })
export const decideBody = z.strictObject({ approve: z.boolean() })
export const transferBody = z.strictObject({ organ: organField })

export const officerReply = z.object({
  number: z.string(),
  organ: z.string(),
  status: z.enum(['active', 'retired']),
  version: z.number().int(),
  roles: z.array(
    z.object({
      id: z.string(),
      role: z.string(),
      roleWords: z.object({ zh: z.string(), en: z.string() }),
      organ: z.string(),
      state: z.string(),
      proposedBy: z.string(),
      decidedBy: z.string().nullable(),
    }),
  ),
})
export const officersReply = z.object({ officers: z.array(officerReply), next: z.string().nullable() })
