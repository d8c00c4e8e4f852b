/** What the dispatcher's pages share: sections, whose parcels may be seen, names of routes and stops. */

import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { jurisdictionOf } from '#case/rules/access.ts'
import type { ParcelRow } from '#delivery/model.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Places, Prefecture } from '#place/model.ts'
import { findOrgan, fullNameOf, prefectureName } from '#place/rules/organs.ts'
import { dispatchWords as words } from '#web/dispatch/words.ts'
import type { Services } from '#web/services.ts'
import { organInWords } from '#web/shared/case-view.tsx'
import type { Section } from '#web/shared/page.tsx'
import type { PageContext } from '#web/shared/web.ts'
import { actorOf } from '#web/window/sections.ts'

export const DISPATCH_ROLES = ['dispatcher', 'supervisor'] as const

const SECTIONS: readonly Section[] = [
  { href: '/dispatch', title: words.manifest },
  { href: '/dispatch/parcels', title: words.parcels },
]

export const dispatchSections = (current: string): readonly Section[] => SECTIONS.map((section) => ({ ...section, current: section.href === current }))

/** Whose parcels: null for all, else those that go to, lie at or are signed by one of these organs; none: undefined. */
export function scopeOf({ principal, services: { places } }: PageContext<Services>): readonly string[] | null | undefined {
  const actor = actorOf(principal)
  if (can(actor, 'delivery.read')) return null
  const jurisdiction = jurisdictionOf(places, principal?.organ ?? null)
  const organs = [...jurisdiction].filter((organ) => can(actor, 'delivery.read', { organ, jurisdiction }))
  return organs.length === 0 ? undefined : organs
}

/** Whether somebody may see this parcel, or work on it. */
export const mayOnParcel = (
  places: Places,
  actor: Actor | null,
  action: 'delivery.read' | 'delivery.work',
  parcel: { readonly organ: string | null; readonly issuer: string },
): boolean => can(actor, action, { organ: parcel.organ, issuer: parcel.issuer, jurisdiction: jurisdictionOf(places, actor?.organ ?? null) })

/** `延吉市公安局`, `省内邮寄 延边州`. */
export function routeInWords(places: Places, route: string, bureau: string | null): Sentence {
  if (bureau !== null) return findOrgan(places, bureau) ? fullNameOf(places, bureau) : { zh: route, en: route }
  if (route === 'mail-out') return words.mailOutside
  const prefecture = prefectureName(places, route.slice('mail-'.length) as Prefecture)
  return { zh: `${words.mailWithin.zh}：${prefecture.zh}`, en: `${words.mailWithin.en}: ${prefecture.en}` }
}

export const stopInWords = (places: Places, stop: string | null): Sentence => (stop === null ? words.address : organInWords(places, stop))

export const parcelHref = ({ prefecture, id }: Pick<ParcelRow, 'prefecture' | 'id'>): string => `/dispatch/parcels/${prefecture}/${id}`
