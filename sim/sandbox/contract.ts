import { z } from 'zod'
import { ROLES } from '#account/model.ts'

export const clockBody = z.union([
  z.strictObject({ now: z.iso.datetime({ offset: true }) }),
  z.strictObject({ advance: z.string().regex(/^P(?=.)(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/) }),
])

export const clockReply = z.object({ now: z.string(), running: z.boolean() })

export const signInBody = z.strictObject({
  as: z.union([
    z.strictObject({ person: z.uuid() }),
    z.strictObject({ officer: z.string().min(1).max(80) }),
    z.strictObject({
      role: z.enum(ROLES),
      organ: z
        .string()
        .regex(/^\d{12}$/)
        .optional(),
    }),
    z.strictObject({ department: z.string().min(1).max(80) }),
  ]),
})

export const signInReply = z.object({
  token: z.string(),
  actor: z.object({ id: z.string(), role: z.string(), organ: z.string().nullable(), personId: z.string().nullable(), name: z.string() }),
})

export const faultBody = z.looseObject({ partner: z.string().min(1).max(60), fault: z.string().min(1).max(60) })

export const resetBody = z.strictObject({
  seed: z.number().int().min(0).max(2_147_483_647).default(1),
  people: z.number().int().min(0).max(200_000).optional(),
})

/** PnDTnHnMnS in milliseconds; the pattern was checked by the schema. */
export function durationMs(text: string): number {
  const [, days, hours, minutes, seconds] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) ?? []
  const n = (part: string | undefined): number => Number(part ?? 0)
  return (((n(days) * 24 + n(hours)) * 60 + n(minutes)) * 60 + n(seconds)) * 1000
}
