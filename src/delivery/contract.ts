import { z } from 'zod'
import type { ParcelRow, ParcelState, TrackingCode } from '#delivery/model.ts'
import { PARCEL_STATUS_WORDS } from '#delivery/words.ts'
import { field } from '#kernel/fields.ts'
import { isUuid } from '#kernel/ids.ts'
import { isDay } from '#kernel/time.ts'
import type { CourierState } from '#partners/courier/protocol.ts'

/** The courier's vocabulary in ours: the one table that another courier's adapter would bring anew. */
export const TRACKING_CODES: Readonly<Record<CourierState, TrackingCode>> = {
  COLLECTED: 'collected',
  DEPARTED: 'moved',
  ARRIVED: 'moved',
  OUT_FOR_DELIVERY: 'out-for-delivery',
  DELAYED: 'delayed',
  SIGNED: 'signed',
  REFUSED: 'refused',
  UNDELIVERABLE: 'refused',
  RETURNING: 'returning',
  RETURN_SIGNED: 'returned',
  LOST: 'lost',
}

const sentence = z.object({ zh: z.string(), en: z.string() })

const dayField = field(
  z.string().refine(isDay),
  { zh: '日期', en: 'Day' },
  { zh: '请按 年-月-日 填写存在的日期，例如 2026-02-13。', en: 'Give a day that exists, as year-month-day, e.g. 2026-02-13.' },
)

export const manifestQuery = z.strictObject({
  day: dayField,
  route: z
    .string()
    .regex(/^[a-z0-9-]{3,40}$/)
    .optional(),
})

const OPEN_STATES = ['prepared', 'handed-to-courier', 'in-transit', 'arrived-at-station', 'refused', 'returned', 'lost'] as const
const LISTS = [...OPEN_STATES, 'late', 'troubled'] as const

const page = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}

export const parcelsQuery = z.strictObject({
  list: field(z.enum(LISTS).default('troubled'), { zh: '清单', en: 'List' }, { zh: '请从给出的清单中选一个。', en: 'Choose one of the lists given.' }),
  ...page,
})

export const collectionsQuery = z.strictObject(page)

export const parcelParams = z.strictObject({
  prefecture: z.string().regex(/^\d{4}$/),
  id: z.string().refine(isUuid),
})

export const declareLostBody = z.strictObject({
  note: field(
    z.string().trim().min(2).max(300),
    { zh: '说明', en: 'Note' },
    { zh: '请用 2 到 300 个字说明怎样查找过、为什么按丢失处理。', en: 'Say in 2 to 300 characters how it was searched for and why it is treated as lost.' },
  ),
})

export const resendBody = z.strictObject({})

const parcelReply = z.object({
  prefecture: z.string(),
  id: z.string(),
  version: z.number(),
  caseNumber: z.string(),
  serial: z.string(),
  attempt: z.number(),
  status: z.string(),
  statusInWords: sentence,
  route: z.string(),
  stop: z.string().nullable(),
  organ: z.string().nullable(),
  issuer: z.string(),
  deliveryClass: z.string(),
  waybill: z.string().nullable(),
  dispatchOn: z.string(),
  expectedOn: z.string(),
  collectFrom: z.string().nullable(),
  lateSince: z.string().nullable(),
  arrivedAt: z.string().nullable(),
  lastMovementAt: z.string().nullable(),
  foundAt: z.string().nullable(),
})

export const parcelBody = ({ caseId: _caseId, bureau: _bureau, ...row }: ParcelRow): z.input<typeof parcelReply> => ({
  ...row,
  statusInWords: PARCEL_STATUS_WORDS[row.status],
})

export const manifestReply = z.object({
  day: z.string(),
  count: z.number(),
  routes: z.array(
    z.object({
      route: z.string(),
      bureau: z.string().nullable(),
      count: z.number(),
      stops: z.array(z.object({ organ: z.string().nullable(), name: sentence.nullable(), parcels: z.array(parcelReply) })),
    }),
  ),
})

export const parcelsReply = z.object({ parcels: z.array(parcelReply), next: z.string().nullable() })

export const parcelHistoryReply = z.object({
  parcel: parcelReply,
  history: z.array(
    z.object({
      at: z.string(),
      happenedAt: z.string().nullable(),
      what: z.string(),
      whatInWords: sentence,
      place: z.string().nullable(),
      note: sentence.nullable(),
    }),
  ),
})

/** What became of a parcel by the dispatcher's act. */
export const resentReply = z.object({
  status: z.string(),
  statusInWords: sentence,
  caseNumber: z.string(),
  serial: z.string(),
  attempt: z.number(),
  dispatchOn: z.string(),
  expectedOn: z.string(),
  collectFrom: z.string().nullable(),
})

/** @throws Error for a parcel that was never prepared. */
export function stateBody({ status, preparation, dispatchOn, expectedOn, collectFrom }: ParcelState): z.input<typeof resentReply> {
  if (preparation === null || dispatchOn === null || expectedOn === null) throw new Error('a parcel that was never prepared has nothing to show')
  const { caseNumber, serial, attempt } = preparation
  return { status, statusInWords: PARCEL_STATUS_WORDS[status], caseNumber, serial, attempt, dispatchOn, expectedOn, collectFrom }
}

const postage = z.object({ cents: z.number(), inWords: sentence })

/** What mail costs and how many natural days after dispatch a card is there, with how the rule is read. */
export const termsReply = z.object({
  on: z.string(),
  postage: z.object({ inProvince: postage, outOfProvince: postage }),
  lastCollection: z.string(),
  days: z.array(z.object({ deliveryClass: z.string(), naturalDays: z.number(), basis: z.string(), interpretation: z.string() })),
  remindedDaysAfterArrival: z.array(z.number()),
})

export const trackingReply = z.object({ taken: z.boolean() })
