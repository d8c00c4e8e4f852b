import { referenceOf } from '#delivery/commands/dispatch.ts'
import type { ParcelState } from '#delivery/model.ts'
import { type Day, type Instant, timeOn } from '#kernel/time.ts'
import { COURIER, type CourierReport, TRACKING_PATH } from '#partners/courier/protocol.ts'
import type { Change } from '#platform/commit.ts'
import type { StreamKey } from '#platform/events.ts'

/** What the courier still has to say about a parcel that it collected before the province was made. */
export interface ComingReport {
  readonly dueAt: Instant
  readonly report: CourierReport
}

/** The courier's stand-in hands over at this time of the day. */
const SIGNED_AT = '10:00'
/** Places without a time of their own: the stand-in's next round. */
const LATEST_ROUND = '15:30'

export const signedAt = (on: Day, now: Instant): Instant => {
  const usual = timeOn(on, SIGNED_AT)
  return usual > now ? usual : timeOn(on, LATEST_ROUND)
}

/** The last report about a parcel under way: signed for at the station, or at the door. */
export function comingReport({ key, state }: { readonly key: StreamKey; readonly state: ParcelState }, dueAt: Instant, number: number): ComingReport {
  const { preparation, waybill } = state
  if (!preparation || waybill === null) throw new Error('a parcel under way was prepared and has its waybill')
  const byMail = preparation.handover.by === 'mail'
  return {
    dueAt,
    report: {
      reference: referenceOf(key),
      waybill,
      number,
      state: 'SIGNED',
      happenedAt: dueAt,
      place: '目的地',
      deliveryCode: byMail ? preparation.deliveryCode : null,
      oldCard: byMail && preparation.takesOldCard ? 'handed-back' : 'none',
    },
  }
}

/** Put among the stand-in's own messages, with the parcel itself: a seeding that is cut off leaves neither or both. */
export const comingReportsChange = (coming: readonly ComingReport[]): Change => ({
  text: `insert into standin.messages (partner, due_at, path, body)
    select $1::text, due_at, $2::text, body from json_to_recordset($3::json) as m(due_at timestamptz, body text)`,
  values: [COURIER, TRACKING_PATH, JSON.stringify(coming.map(({ dueAt, report }) => ({ due_at: dueAt, body: JSON.stringify(report) })))],
})
