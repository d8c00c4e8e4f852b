/** What the pages are given by the composition root: the same commands and queries as the API's routes. */

import type { Clients } from '#account/commands/clients.ts'
import type { KeptForms } from '#account/commands/kept-forms.ts'
import type { LockOut } from '#account/commands/lock-out.ts'
import type { Officers } from '#account/commands/officers.ts'
import type { Passkeys } from '#account/commands/passkeys.ts'
import type { Readings } from '#account/commands/readings.ts'
import type { Representations } from '#account/commands/representations.ts'
import type { FlagReviews } from '#account/commands/reviews.ts'
import type { Accounts } from '#account/commands/sessions.ts'
import type { KnownOfficer, SignIn } from '#account/commands/sign-in.ts'
import type { Actor, Role } from '#account/model.ts'
import type { AccountEventQueries } from '#account/queries/account-events.ts'
import type { OfficerQueries } from '#account/queries/officers.ts'
import type { ReadingQueries } from '#account/queries/readings.ts'
import type { Photos } from '#attachment/commands.ts'
import type { PhotoQueries } from '#attachment/queries.ts'
import type { Calendar } from '#calendar/model.ts'
import type { CaseRecord, Cases } from '#case/commands.ts'
import type { CaseQueries } from '#case/queries.ts'
import type { SettingsBody, SettingsReply } from '#catalogue/contract.ts'
import type { Check, ReviewSettings, Service } from '#catalogue/model.ts'
import type { Answers } from '#catalogue/queries.ts'
import type { Delivery } from '#delivery/commands/delivery.ts'
import type { DeliveryQueries } from '#delivery/queries.ts'
import type { Day, Instant } from '#kernel/time.ts'
import type { Payments } from '#payment/commands/payments.ts'
import type { PaymentQueries } from '#payment/queries.ts'
import type { Places } from '#place/model.ts'
import type { Act } from '#platform/events.ts'
import type { Evidence } from '#platform/evidence/queries.ts'
import type { Answer, Once } from '#platform/once.ts'
import type { Sealer } from '#platform/sealed.ts'
import type { Production } from '#production/commands/production.ts'
import type { ProductionQueries } from '#production/queries.ts'
import type { Ratings } from '#rating/commands.ts'
import type { RatingQueries } from '#rating/queries.ts'
import type { Register } from '#register/commands.ts'
import type { Card, Person } from '#register/model.ts'
import type { ParkedWork } from '#supervision/commands/parked.ts'
import type { ReplayBody } from '#supervision/contract.ts'
import type { Measure } from '#supervision/model.ts'
import type { SupervisionQueries } from '#supervision/queries.ts'

/** Whoever the sandbox lets somebody be. */
export type SandboxIdentity = { readonly identityNumber: string } | { readonly role: Role; readonly organ?: string }

/** Only in the sandbox; production gives none, and the pages then show none of it. */
export interface SandboxControls {
  /** @throws ProblemError not-found when nobody is it */
  signIn(as: SandboxIdentity, at: Instant): Promise<{ readonly token: string; readonly actor: Actor }>
  /** Synthetic people to try the windows with. */
  people(prefecture: string, limit: number): Promise<readonly { readonly person: Person; readonly cards: readonly Card[] }[]>
  /** Moves the clock forward; everything due happens on the way. */
  moveClock(to: Instant): Promise<void>
  /** What takes long and is under way. */
  underWay(): { readonly what: 'move'; readonly from: Instant; readonly to: Instant } | { readonly what: 'reset' } | undefined
  /** The partners' doubles, the faults that each knows, and those that are on. */
  partners(): Promise<readonly SandboxPartner[]>
  /** `none` ends all of a partner's. @throws ProblemError for a partner or a fault that isn't */
  setFault(partner: string, fault: SandboxFault): Promise<void>
  /** The seeded province anew; the clock stays. */
  reset(seed: number): Promise<void>
  /** A person as wished: see the API's `POST /sandbox/people`. @returns the answer with the whole record */
  makePerson(wishes: Readonly<Record<string, unknown>>, once: Once): Promise<Answer>
  /** One of the sandbox's people, by id. */
  findPerson(id: string): Promise<{ readonly name: string; readonly identityNumber: string } | undefined>
}

export interface SandboxFault {
  readonly fault: string
  readonly count?: number
}

export interface SandboxPartner {
  readonly name: string
  readonly offers: readonly string[]
  readonly on: readonly SandboxFault[]
}

export interface Services {
  readonly accounts: Accounts
  readonly accountEventQueries: AccountEventQueries
  readonly clients: Clients
  /** Undefined for whoever is not, or no longer, an officer. */
  readonly findOfficer: (number: string) => Promise<KnownOfficer | undefined>
  readonly payments: Payments
  readonly paymentQueries: PaymentQueries
  readonly signIn: SignIn
  readonly passkeys: Passkeys
  readonly lockOut: LockOut
  readonly keptForms: KeptForms
  readonly representations: Representations
  readonly calendar: () => Calendar
  readonly answers: Answers
  readonly caseQueries: CaseQueries
  readonly cases: Cases
  readonly delivery: Delivery
  readonly deliveryQueries: DeliveryQueries
  readonly evidence: Evidence
  /** Checks of a newly supplied photo, as at submission. */
  readonly materialChecks: (record: CaseRecord, photoDigest: string, at: Instant) => Promise<readonly Check[]>
  readonly measures: readonly Measure[]
  readonly photoQueries: PhotoQueries
  readonly photos: Photos
  readonly places: Places
  readonly production: Production
  readonly productionQueries: ProductionQueries
  readonly ratingQueries: RatingQueries
  readonly ratings: Ratings
  readonly officers: Officers
  readonly officerQueries: OfficerQueries
  readonly readingQueries: ReadingQueries
  readonly readings: Readings
  readonly reviews: FlagReviews
  readonly register: Register
  readonly parked: ParkedWork
  readonly requestReplay: (body: ReplayBody, act: Act, once: Once) => Promise<Answer>
  readonly reviewSettings: {
    view(on: Day): SettingsReply
    change(body: SettingsBody, act: Act, once: Once): Promise<Answer>
  }
  readonly sandbox: SandboxControls | undefined
  readonly sealer: Sealer
  readonly services: ReadonlyMap<string, Service>
  readonly settings: () => ReviewSettings
  readonly supervision: SupervisionQueries
}
