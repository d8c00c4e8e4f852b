import data from '#delivery/data/settings.json' with { type: 'json' }
import type { DeliverySettings } from '#delivery/model.ts'
import { cents } from '#kernel/money.ts'
import { type Day, day } from '#kernel/time.ts'

/** What we ship; an installation hands in its own. */
export const shippedSettings: readonly DeliverySettings[] = data.versions.map((version) => ({
  validFrom: day(version.validFrom),
  postageInProvince: cents(version.postage.inProvinceCents),
  postageOutOfProvince: cents(version.postage.outOfProvinceCents),
  lastCollection: version.lastCollection.time,
  lateCheck: version.lateCheck.time,
  laterDays: version.laterDays.byClass,
  returnDays: version.returnDays.amount,
  noMovementDays: version.noMovementDays.amount,
  chaseDaysAfterArrival: version.chase.daysAfterArrival,
  chaseTime: version.chase.time,
  foundChaseDays: version.foundCard.daysAfterTakenIn,
  foundPassOnDays: version.foundCard.passOnAfterDays,
}))

/** The version in force on a day; before the first one, the first one. @throws Error when there is none at all. */
export function settingsOn(settings: readonly DeliverySettings[], on: Day): DeliverySettings {
  const inForce = settings.filter(({ validFrom }) => validFrom <= on).at(-1) ?? settings[0]
  if (inForce === undefined) throw new Error('no delivery settings are configured')
  return inForce
}

/** How many reminders any version knows: one timer is named after each. */
export const chaseCountMax = (settings: readonly DeliverySettings[]): number =>
  Math.max(0, ...settings.flatMap(({ chaseDaysAfterArrival, foundChaseDays }) => [chaseDaysAfterArrival.length, foundChaseDays.length]))
