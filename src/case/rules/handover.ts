import type { SubmittedForm } from '#case/model.ts'
import type { Handover } from '#catalogue/model.ts'
import type { Day } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { deliveryClassOf } from '#place/rules/delivery.ts'
import { findOrgan, isDeliveryPoint } from '#place/rules/organs.ts'

/** Where the card goes: the named station or the one that accepts, or an address. Undefined for an organ that hands nothing out. */
export function handoverOf(places: Places, form: SubmittedForm, acceptedBy: string, on: Day): Handover | undefined {
  if (form.handover?.by === 'mail') {
    const { township } = form.handover
    // Without a township of this province the parcel leaves the province: counted like the most remote class here (estimate).
    return { by: 'mail', inProvince: township !== undefined, deliveryClass: township === undefined ? 'remote-rural' : deliveryClassOf(places, township, on) }
  }
  const organ = findOrgan(places, form.handover?.organ ?? acceptedBy)
  return organ && isDeliveryPoint(organ) ? { by: 'station', organ: organ.code, deliveryClass: deliveryClassOf(places, organ.code, on) } : undefined
}
