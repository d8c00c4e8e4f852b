import { z } from 'zod'

const sentence = z.object({ zh: z.string(), en: z.string() })

export const accountEventsQuery = z.strictObject({
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const auditedEventsQuery = accountEventsQuery.extend({ account: z.string().trim().min(1).max(200).optional() })

export const accountEventReply = z.object({
  id: z.string(),
  at: z.string(),
  type: z.string(),
  sentence,
  /** Whose account; who did it. */
  account: z.string(),
  actor: z.string(),
  role: z.string(),
  organ: z.string().nullable(),
})
export const accountEventsReply = z.object({ events: z.array(accountEventReply), next: z.string().nullable() })

export const floodReply = z.object({
  limit: z.string(),
  countedBy: z.string(),
  /** A keyed digest: the same one is the same address, officer or person asked about. */
  key: z.string(),
  firstAt: z.string(),
  lastAt: z.string(),
  refused: z.number().int(),
  actor: z.string(),
  role: z.string(),
  organ: z.string().nullable(),
})
export const floodsReply = z.object({ floods: z.array(floodReply) })
