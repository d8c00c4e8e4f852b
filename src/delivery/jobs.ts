import type { Delivery } from '#delivery/commands/delivery.ts'
import { CHECK_LATE, chaseFoundName, chaseName, KEEP_FOUND, PASS_FOUND_ON, WATCH } from '#delivery/commands/parcel.ts'
import type { DeliverySettings, ParcelEvent } from '#delivery/model.ts'
import { chaseCountMax } from '#delivery/rules/settings.ts'
import type { Reaction } from '#platform/outbox.ts'

/** The parcel's events of which its case hears. */
const TOLD: readonly ParcelEvent['type'][] = [
  'ParcelHandedToCourier',
  'ParcelMoved',
  'ParcelFoundLate',
  'ParcelArrived',
  'ParcelDelivered',
  'ParcelRefused',
  'ParcelReturned',
  'ParcelLost',
]

const ORDERED: readonly ParcelEvent['type'][] = ['ParcelPrepared', 'OrderAskedAgain']

/** @param settings all versions: there is a timer for each reminder that any of them knows */
export const deliveryReactions = ({ reacting }: Delivery, settings: readonly DeliverySettings[]): readonly Reaction[] => [
  { name: 'delivery.prepare', on: ['CardFinished'], handle: reacting.prepare },
  { name: 'delivery.withdraw', on: ['OrderRemade'], handle: reacting.withdraw },
  { name: 'delivery.order-courier', on: ORDERED, handle: reacting.orderCourier },
  { name: 'delivery.tell-case', on: TOLD, handle: reacting.tellCase },
  { name: 'delivery.close-collected', on: ['CardHandedOver'], handle: reacting.closeCollected },
  { name: CHECK_LATE, on: [], handle: reacting.checkLate },
  { name: WATCH, on: [], handle: reacting.watch },
  ...Array.from({ length: chaseCountMax(settings) }, (_, step): Reaction => ({ name: chaseName(step), on: [], handle: reacting.chase })),
  { name: KEEP_FOUND, on: ['FoundCardTakenIn'], handle: reacting.keepFound },
  ...Array.from({ length: chaseCountMax(settings) }, (_, step): Reaction => ({ name: chaseFoundName(step), on: [], handle: reacting.chaseFound })),
  { name: PASS_FOUND_ON, on: [], handle: reacting.passFoundOn },
]
