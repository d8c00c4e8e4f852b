import { z } from 'zod'

/**
 * What we and the courier say to each other. We order (`POST /orders` at the courier), it reports (`POST` to our tracking address);
 * both are signed (signature.ts) and both may be said again: an order is known by its reference, a report by waybill and number.
 */
export const COURIER = 'courier'

/** Where the courier's reports arrive at our product. */
export const TRACKING_PATH = '/partners/courier/tracking'

/** The courier's own vocabulary. `delivery` translates it in one table. */
export const COURIER_STATES = [
  'COLLECTED', // 揽收
  'DEPARTED', // 离开处理中心
  'ARRIVED', // 到达处理中心
  'OUT_FOR_DELIVERY', // 派件
  'DELAYED', // 延误
  'SIGNED', // 签收
  'REFUSED', // 拒签
  'UNDELIVERABLE', // 无法投递
  'RETURNING', // 退回途中
  'RETURN_SIGNED', // 退签
  'LOST', // 丢失
] as const
export type CourierState = (typeof COURIER_STATES)[number]

const organCode = z.string().regex(/^\d{12}$/)

export const courierOrder = z.strictObject({
  /** Ours: the same reference is the same parcel, however often it is ordered. */
  reference: z.string().regex(/^\d{4}\.[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
  /** Printed on the label, so that a person can ask for it on the phone. */
  caseNumber: z.string().regex(/^\d{17}$/),
  route: z.string().min(1).max(40),
  from: organCode,
  /** What can't be delivered goes there. */
  returnTo: organCode,
  dispatchOn: z.iso.date(),
  promisedOn: z.iso.date(),
  to: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('organ'), organ: organCode, name: z.string().min(1).max(100) }),
    z.strictObject({
      kind: z.literal('person'),
      name: z.string().min(1).max(60),
      phone: z.string().min(1).max(20),
      address: z.string().min(1).max(200),
      /** The parcel is given only to who can say it. */
      deliveryCode: z.string().regex(/^\d{6}$/),
      /** The old card is taken in exchange. */
      takesOldCard: z.boolean(),
    }),
  ]),
})
export type CourierOrder = z.output<typeof courierOrder>

/** What was wrong in an order: `POST /orders/corrections`. The same number again is the same correction. */
export const courierCorrection = z.strictObject({
  reference: courierOrder.shape.reference,
  number: z.number().int().min(1),
  corrected: z.strictObject({ name: z.string().max(60).optional(), phone: z.string().max(20).optional(), address: z.string().max(200).optional() }),
})
export type CourierCorrection = z.output<typeof courierCorrection>

export const courierOrderAnswer = z.object({ waybill: z.string().min(8).max(40) })

export const courierReport = z.strictObject({
  reference: courierOrder.shape.reference,
  waybill: z.string().min(8).max(40),
  /** Counts the reports about this waybill from 1. */
  number: z.number().int().min(1).max(9999),
  state: z.enum(COURIER_STATES),
  happenedAt: z.iso.datetime({ offset: true }),
  place: z.string().max(100),
  /** At the door: what the recipient said, and whether the old card was given. */
  deliveryCode: z
    .string()
    .regex(/^\d{6}$/)
    .nullable(),
  oldCard: z.enum(['handed-back', 'none', 'declared-lost']),
})
export type CourierReport = z.output<typeof courierReport>
