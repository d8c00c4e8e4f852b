import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { type Day, day, dayOf, daysBetween, type Instant, later, plusDays, plusMinutes, timeOn } from '#kernel/time.ts'
import {
  COURIER,
  type CourierOrder,
  type CourierReport,
  type CourierState,
  courierCorrection,
  courierOrder,
  TRACKING_PATH,
} from '#partners/courier/protocol.ts'
import { makeWaybill } from '#partners/courier/waybill.ts'
import { type Fault, openStandIn, type StandIn, type StandInOptions } from '#partners/standin.ts'

/**
 * A courier: takes an order, gives it a waybill number, and reports in virtual time: collected at the centre at 18:00 of the day of
 * dispatch, under way, and on the promised day at 10:00 signed for by the station, or by the recipient who says the code.
 *
 * Faults of its own, decided when the order comes; with `target` a case number or `next`, once; with `count`, so many times; with
 * neither, until told otherwise:
 * `lost` (reported the day after collection at 15:00; with `silent: true` nothing is heard of it any more),
 * `late` (`days` days after the promise, 1 unless told; with `announced: true` the courier says so that morning),
 * `refused` and `returned` (not handed over at the destination; brought back to the place of return two days later),
 * `slow` (answers orders after 1.5 seconds of real time).
 */
const OWN_FAULTS = ['lost', 'late', 'refused', 'returned', 'slow'] as const
type ParcelFault = Exclude<(typeof OWN_FAULTS)[number], 'slow'>

const SLOW_MS = 1_500
const SERVICE = 'EB'

const AT = { collection: '18:00', departure: '20:30', sorting: '04:30', delivery: '08:30', signature: '10:00', lossReport: '15:00' } as const

interface Step {
  readonly at: Instant
  readonly state: CourierState
  readonly place: string
  readonly deliveryCode?: string
  readonly oldCard?: CourierReport['oldCard']
}

interface Waybill {
  readonly waybill: string
  readonly reference: string
}

/** When it is collected, and when it is there: a day of delay at the start is a day of delay at the end. */
function planOf(order: CourierOrder, now: Instant): { collectedAt: Instant; arriveOn: Day } {
  const wanted = timeOn(day(order.dispatchOn), AT.collection)
  const today = timeOn(dayOf(now), AT.collection)
  const collectedAt = later(wanted, now <= today ? today : timeOn(plusDays(dayOf(now), 1), AT.collection))
  const delay = daysBetween(day(order.dispatchOn), dayOf(collectedAt))
  return { collectedAt, arriveOn: plusDays(day(order.promisedOn), delay) }
}

const destination = ({ to }: CourierOrder): string => (to.kind === 'organ' ? to.name : '投递地址')

function underWay(collectedAt: Instant): Step[] {
  return [
    { at: collectedAt, state: 'COLLECTED', place: '制证中心' },
    { at: timeOn(dayOf(collectedAt), AT.departure), state: 'DEPARTED', place: '长春处理中心' },
  ]
}

const signed = (order: CourierOrder, on: Day): Step => ({
  at: timeOn(on, AT.signature),
  state: 'SIGNED',
  place: destination(order),
  ...(order.to.kind === 'person' && { deliveryCode: order.to.deliveryCode, oldCard: order.to.takesOldCard ? 'handed-back' : 'none' }),
})

const atDestination = (order: CourierOrder, on: Day): Step[] => [
  { at: timeOn(on, AT.sorting), state: 'ARRIVED', place: '目的地处理中心' },
  { at: timeOn(on, AT.delivery), state: 'OUT_FOR_DELIVERY', place: destination(order) },
]

function broughtBack(order: CourierOrder, on: Day, state: 'REFUSED' | 'UNDELIVERABLE'): Step[] {
  const failedAt = timeOn(on, AT.signature)
  return [
    ...atDestination(order, on),
    { at: failedAt, state, place: destination(order) },
    { at: plusMinutes(failedAt, 120), state: 'RETURNING', place: '目的地处理中心' },
    { at: timeOn(plusDays(on, 2), AT.signature), state: 'RETURN_SIGNED', place: '退回地' },
  ]
}

/** All that will be reported of a parcel, by the fault that struck it. */
export function stepsOf(order: CourierOrder, now: Instant, struck: { readonly fault: ParcelFault; readonly options: Fault } | undefined): readonly Step[] {
  const { collectedAt, arriveOn } = planOf(order, now)
  const start = underWay(collectedAt)
  switch (struck?.fault) {
    case 'lost': {
      const reported: Step = { at: timeOn(plusDays(dayOf(collectedAt), 1), AT.lossReport), state: 'LOST', place: '运输途中' }
      return struck.options.silent === true ? start : [...start, reported]
    }
    case 'late': {
      const days = typeof struck.options.days === 'number' ? struck.options.days : 1
      const announced: Step[] = struck.options.announced === true ? [{ at: timeOn(arriveOn, AT.sorting), state: 'DELAYED', place: '长春处理中心' }] : []
      const on = plusDays(arriveOn, days)
      return [...start, ...announced, ...atDestination(order, on), signed(order, on)]
    }
    case 'refused':
      return [...start, ...broughtBack(order, arriveOn, 'REFUSED')]
    case 'returned':
      return [...start, ...broughtBack(order, arriveOn, 'UNDELIVERABLE')]
    default:
      return [...start, ...atDestination(order, arriveOn), signed(order, arriveOn)]
  }
}

/** The fault that strikes this order, if one does; one that was meant for it alone is over then. */
async function strike(standIn: StandIn, order: CourierOrder): Promise<{ fault: ParcelFault; options: Fault } | undefined> {
  for (const fault of ['lost', 'late', 'refused', 'returned'] as const) {
    const options = await standIn.fault(fault)
    if (options === undefined) continue
    const { target } = options
    if (target !== undefined && target !== 'next' && target !== order.caseNumber) continue
    if (target !== undefined) await standIn.setFault({ ...options, count: 1 })
    if (await standIn.strikes(fault)) return { fault, options }
  }
  return undefined
}

/** A number that no other parcel has, always the same for the same reference. */
async function numberFor(standIn: StandIn, reference: string): Promise<string> {
  let serial = Number.parseInt(createHash('sha256').update(reference).digest('hex').slice(0, 12), 16) % 100_000_000
  for (;;) {
    const waybill = makeWaybill(SERVICE, serial)
    const holder = await standIn.read<Waybill>(`waybill:${waybill}`)
    if (holder === undefined || holder.reference === reference) return waybill
    serial = (serial + 1) % 100_000_000
  }
}

async function take(standIn: StandIn, order: CourierOrder): Promise<{ waybill: string; again: boolean }> {
  const known = await standIn.read<Waybill>(`order:${order.reference}`)
  if (known) return { waybill: known.waybill, again: true }
  const waybill = await numberFor(standIn, order.reference)
  const steps = stepsOf(order, standIn.now(), await strike(standIn, order))
  for (const [index, { at, state, place, deliveryCode = null, oldCard = 'none' }] of steps.entries()) {
    const report: CourierReport = { reference: order.reference, waybill, number: index + 1, state, happenedAt: at, place, deliveryCode, oldCard }
    await standIn.schedule(at, TRACKING_PATH, report)
  }
  const entry: Waybill = { waybill, reference: order.reference }
  await standIn.write(`waybill:${waybill}`, entry)
  await standIn.write(`order:${order.reference}`, entry)
  return { waybill, again: false }
}

function routes(app: FastifyInstance, standIn: StandIn): void {
  /** One order at a time, so that the same order twice at once is one parcel. */
  let turn: Promise<unknown> = Promise.resolve()
  app.post('/orders', async (request, reply) => {
    const parsed = courierOrder.safeParse(request.body)
    if (!parsed.success) return reply.code(422).send({ problem: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) })
    if (await standIn.strikes('slow')) await sleep(SLOW_MS)
    const mine = turn.then(() => take(standIn, parsed.data))
    turn = mine.catch(() => undefined)
    const { waybill, again } = await mine
    return reply.code(again ? 200 : 201).send({ waybill })
  })
  app.post('/orders/corrections', async (request, reply) => {
    const parsed = courierCorrection.safeParse(request.body)
    if (!parsed.success) return reply.code(422).send({ problem: 'no correction' })
    const { reference, number } = parsed.data
    if ((await standIn.read<Waybill>(`order:${reference}`)) === undefined) return reply.code(404).send({ problem: `no order ${reference}` })
    await standIn.write(`correction:${reference}:${number}`, parsed.data)
    return reply.code(200).send({})
  })
}

export type CourierStandInOptions = Omit<StandInOptions, 'name' | 'faults' | 'routes' | 'work'>

export const openCourierStandIn = (options: CourierStandInOptions): Promise<StandIn> => openStandIn({ ...options, name: COURIER, faults: OWN_FAULTS, routes })
