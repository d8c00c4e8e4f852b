/** Every page, and what the shell needs to know of whoever is signed in. The composition root serves them. */
import type { Actor } from '#account/model.ts'
import { endsAt, type Session } from '#account/rules/sessions.ts'
import { ROLE_WORDS } from '#account/words.ts'
import { type Instant, msOf } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { findOrgan } from '#place/rules/organs.ts'
import type { Demand, Principal } from '#platform/http.ts'
import { flagsPage } from '#web/audit/flags.tsx'
import { keysPage } from '#web/audit/keys.tsx'
import { officersPage } from '#web/audit/officers.tsx'
import { auditReadingsPage } from '#web/audit/readings.tsx'
import { auditSignInsPage } from '#web/audit/sign-ins.tsx'
import { actingPage } from '#web/citizen/acting.tsx'
import { forMePage } from '#web/citizen/for-me.tsx'
import { homePage } from '#web/citizen/home.tsx'
import { myFilePage } from '#web/citizen/my-file.tsx'
import { payPage } from '#web/citizen/pay.tsx'
import { privacyPage } from '#web/citizen/privacy.tsx'
import { progressPage } from '#web/citizen/progress.tsx'
import { servicePage } from '#web/citizen/service.tsx'
import { manifestPage } from '#web/dispatch/manifest.tsx'
import { parcelPage } from '#web/dispatch/parcel.tsx'
import { parcelsPage } from '#web/dispatch/parcels.tsx'
import { batchPage } from '#web/factory/batch.tsx'
import { blanksPage } from '#web/factory/blanks.tsx'
import { floorPage } from '#web/factory/floor.tsx'
import { sandboxPage } from '#web/sandbox/sandbox.tsx'
import type { Services } from '#web/services.ts'
import { componentPages } from '#web/shared/components-story.tsx'
import type { PageActor, SessionEnd } from '#web/shared/page.tsx'
import { longLists } from '#web/shared/places.ts'
import type { Page, WebOptions } from '#web/shared/web.ts'
import { againPage } from '#web/sign-in/again.tsx'
import { devicesPage } from '#web/sign-in/devices.tsx'
import { failedPage } from '#web/sign-in/failed.tsx'
import { passkeyPage } from '#web/sign-in/passkey.tsx'
import { passkeysPage } from '#web/sign-in/passkeys.tsx'
import { signInPage } from '#web/sign-in/sign-in.tsx'
import { signOutPage } from '#web/sign-in/sign-out.tsx'
import { alarmsPage } from '#web/supervision/alarms.tsx'
import { supervisedCasePage } from '#web/supervision/case.tsx'
import { supervisedCasesPage } from '#web/supervision/cases.tsx'
import { figuresPage } from '#web/supervision/figures.tsx'
import { measuresPage } from '#web/supervision/measures.tsx'
import { parkedPage } from '#web/supervision/parked.tsx'
import { paymentsPage } from '#web/supervision/payments.tsx'
import { ratingsPage } from '#web/supervision/ratings.tsx'
import { replayPage } from '#web/supervision/replay.tsx'
import { reviewPage } from '#web/supervision/review.tsx'
import { verifyReceiptPage } from '#web/verify/receipt.tsx'
import { applyPage } from '#web/window/apply.tsx'
import { casePage } from '#web/window/case.tsx'
import { collectPage } from '#web/window/collect.tsx'
import { receiptPage } from '#web/window/receipt.tsx'
import { referralPage } from '#web/window/referral.tsx'
import { referralsPage, secondLooksPage } from '#web/window/referrals.tsx'
import { workListPage } from '#web/window/work-list.tsx'

/** @param sandbox the sandbox shows its controls and every component as well */
export const openPages = (sandbox: boolean): readonly Page<Services>[] => [
  ...(sandbox ? [sandboxPage, ...componentPages] : []),
  homePage,
  progressPage,
  payPage,
  privacyPage,
  myFilePage,
  actingPage,
  servicePage,
  forMePage,
  signInPage,
  signOutPage,
  failedPage,
  passkeyPage,
  passkeysPage,
  againPage,
  devicesPage,
  verifyReceiptPage,
  workListPage,
  applyPage,
  casePage,
  receiptPage,
  referralsPage,
  referralPage,
  secondLooksPage,
  collectPage,
  floorPage,
  batchPage,
  blanksPage,
  manifestPage,
  parcelsPage,
  parcelPage,
  figuresPage,
  supervisedCasesPage,
  supervisedCasePage,
  alarmsPage,
  measuresPage,
  ratingsPage,
  paymentsPage,
  reviewPage,
  parkedPage,
  replayPage,
  flagsPage,
  auditReadingsPage,
  auditSignInsPage,
  keysPage,
  officersPage,
]

/** Where to sign in and out, and how the header names people. */
export const webOptions = (services: Services, demand: Demand): WebOptions<Services> => ({
  services,
  lists: longLists(services.places),
  describe: (principal) => describeActor(services.places, principal),
  signInHref: '/sign-in',
  signOutHref: '/sign-out',
  sessionEnd: sessionEndOf,
  acting: (principal) => {
    const { represents } = principal as Actor
    return represents && { name: represents.personShown, href: '/acting' }
  },
  proof: { demand, keep: services.keptForms.keep, find: services.keptForms.find, href: '/sign-in/again' },
  ...(services.sandbox === undefined ? {} : { sandbox: { controlsHref: '/sandbox' } }),
})

/** A principal is a session. */
export function sessionEndOf(principal: Principal, at: Instant): SessionEnd | undefined {
  const session = principal as Session
  return session.idleMinutes === null ? undefined : { idleMinutes: session.idleMinutes, endsInSeconds: Math.floor((msOf(endsAt(session)) - msOf(at)) / 1000) }
}

/** The organ stands beside the name; a name that begins with it needn't say it twice. */
export function describeActor(places: Places, principal: Principal): PageActor {
  const { role, organ: code, shownName } = principal as Actor & { readonly shownName?: string }
  const organ = code === null ? undefined : findOrgan(places, code)
  const name = shownName ?? ''
  return {
    name: organ !== undefined && name.startsWith(organ.name.zh) ? name.slice(organ.name.zh.length).trim() : name,
    role: ROLE_WORDS[role],
    ...(organ === undefined ? {} : { organ: organ.name }),
  }
}
