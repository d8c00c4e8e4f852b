import type { Calendar } from '#calendar/model.ts'
import type { CaseState } from '#case/model.ts'
import type { Handover } from '#catalogue/model.ts'
import type { DeliverySettings, Dispatch, Preparation } from '#delivery/model.ts'
import { returnOrgan, routeOf } from '#delivery/rules/routes.ts'
import { collectionDay, dispatchDay, expectedDay, postageOf } from '#delivery/rules/schedule.ts'
import { settingsOn } from '#delivery/rules/settings.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf, type Instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { productionCentres } from '#place/rules/organs.ts'

export interface DispatchFacts {
  readonly places: Places
  readonly calendar: Calendar
  readonly settings: readonly DeliverySettings[]
}

/** When something that is ready at an instant leaves, and when it is there. */
export function dispatchOf({ places, calendar, settings }: DispatchFacts, handover: Handover, readyAt: Instant): Dispatch {
  const dispatchOn = dispatchDay(readyAt, settingsOn(settings, dayOf(readyAt)))
  const expectedOn = expectedDay(places, handover, dispatchOn)
  return { dispatchOn, expectedOn, collectFrom: handover.by === 'station' ? collectionDay(places, calendar, handover.organ, expectedOn) : null }
}

interface Packed {
  readonly prefecture: string
  readonly caseId: Uuid
  readonly state: CaseState
  readonly serial: string
  readonly attempt: number
  readonly readyAt: Instant
  /** Six digits, told to the recipient of mail. */
  readonly deliveryCode: string
}

/** The parcel for a card that is finished. @throws Error for a case without a submission, or a province without a production centre. */
export function preparationFor(facts: DispatchFacts, { prefecture, caseId, state, serial, attempt, readyAt, deliveryCode }: Packed): Preparation {
  const { submission, product } = state
  const centre = productionCentres(facts.places)[0]?.organ
  if (submission === null || centre === undefined) throw new Error('a card is dispatched from a production centre for a case that was submitted')
  const { handover, issuer, number } = submission
  const byMail = handover.by === 'mail'
  return {
    caseId,
    caseNumber: number,
    serial,
    attempt,
    handover,
    route: routeOf(facts.places, handover, centre, prefecture),
    issuer,
    returnTo: returnOrgan(facts.places, issuer),
    takesOldCard: byMail && product?.oldCardId != null,
    deliveryCode: byMail ? deliveryCode : null,
    postage: postageOf(handover, settingsOn(facts.settings, dayOf(readyAt))),
    dispatch: dispatchOf(facts, handover, readyAt),
  }
}
