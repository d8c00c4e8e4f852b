import { type Officers, openOfficers } from '#account/commands/officers.ts'
import { openPrivacy } from '#account/commands/privacy.ts'
import { openReadings } from '#account/commands/readings.ts'
import { openRepresentations, type Representations } from '#account/commands/representations.ts'
import { openFlagReviews } from '#account/commands/reviews.ts'
import { type Accounts, openAccounts } from '#account/commands/sessions.ts'
import { openWithholdings } from '#account/commands/withholdings.ts'
import type { Actor } from '#account/model.ts'
import { openAccountEventQueries } from '#account/queries/account-events.ts'
import { openOfficerQueries } from '#account/queries/officers.ts'
import { openReadingQueries } from '#account/queries/readings.ts'
import { accountEventRoutes } from '#account/routes/account-events.ts'
import { officerRoutes } from '#account/routes/officers.ts'
import { privacyRoutes } from '#account/routes/privacy.ts'
import { readingRoutes } from '#account/routes/readings.ts'
import { representationRoutes } from '#account/routes/representations.ts'
import { can } from '#account/rules/can.ts'
import { SHIPPED_RETENTION } from '#account/rules/retention.ts'
import { openPhotos, type Photos } from '#attachment/commands.ts'
import { openPhotoAnalyser, type PhotoAnalyser, photoSweeps } from '#attachment/jobs.ts'
import { openPhotoQueries, type PhotoQueries } from '#attachment/queries.ts'
import { photoRoutes } from '#attachment/routes.ts'
import { photoStandards } from '#attachment/rules/standard.ts'
import { type CalendarHolder, openCalendar } from '#calendar/queries.ts'
import { calendarRoutes } from '#calendar/routes.ts'
import { type CaseDeps, type Cases, openCases } from '#case/commands.ts'
import { type CaseQueries, openCaseQueries } from '#case/queries.ts'
import { type CaseRouteDeps, caseRoutes } from '#case/routes.ts'
import { changeReviewSettings } from '#catalogue/commands.ts'
import { openAnswers, openReviewSettings, type SettingsHolder, viewSettings } from '#catalogue/queries.ts'
import { answerRoutes, catalogueRoutes } from '#catalogue/routes.ts'
import { openDelivery } from '#delivery/commands/delivery.ts'
import { deliveryReactions } from '#delivery/jobs.ts'
import { openDeliveryQueries } from '#delivery/queries.ts'
import { deliveryRoutes } from '#delivery/routes.ts'
import { settingsOn as deliverySettingsOn, shippedSettings } from '#delivery/rules/settings.ts'
import { DAY_MS, dayOf, type Instant, plusMs } from '#kernel/time.ts'
import { peopleFacts } from '#main/acting.ts'
import { countingAcceptances } from '#main/counting.ts'
import type { Platform } from '#main/platform.ts'
import { wrappedSources } from '#main/rotate-keys.ts'
import { openSigning } from '#main/sign-in.ts'
import { openMessages } from '#message/commands.ts'
import { messageReactions } from '#message/jobs.ts'
import { openCardLine } from '#partners/card-line/adapter.ts'
import { openCourier } from '#partners/courier/adapter.ts'
import { courierCorrection } from '#partners/courier/protocol.ts'
import { openPayments } from '#payment/commands/payments.ts'
import { paymentReactions } from '#payment/jobs.ts'
import { openPaymentQueries } from '#payment/queries.ts'
import { paymentRoutes } from '#payment/routes.ts'
import { PREFECTURES } from '#place/model.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { systemIds } from '#platform/chance.ts'
import type { Projector } from '#platform/commit.ts'
import { openEvidence } from '#platform/evidence/queries.ts'
import { evidenceRoutes } from '#platform/evidence/routes.ts'
import { sealingSweep } from '#platform/evidence/sealer.ts'
import { gather } from '#platform/facts.ts'
import type { AnyRoute } from '#platform/http.ts'
import { forgetAnswersChange, KEPT_DAYS } from '#platform/once.ts'
import type { Reaction, Sweep } from '#platform/outbox.ts'
import { rotationSweep } from '#platform/privacy/rotation.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { openProduction, type Production } from '#production/commands/production.ts'
import { productionReactions, productionSweeps } from '#production/jobs.ts'
import { openProductionQueries } from '#production/queries.ts'
import { productionRoutes } from '#production/routes.ts'
import { openRatings } from '#rating/commands.ts'
import { ratingReactions } from '#rating/jobs.ts'
import { openRatingQueries } from '#rating/queries.ts'
import { ratingRoutes } from '#rating/routes.ts'
import { SHIPPED_SETTINGS as RATING_SETTINGS } from '#rating/rules.ts'
import { openCorrections, openRegister, type Register, sameHousehold } from '#register/commands.ts'
import { registerReactions } from '#register/jobs.ts'
import { registerRoutes } from '#register/routes.ts'
import type { Due } from '#sim/sandbox/clock.ts'
import { nextAlarmAt } from '#supervision/commands/alarms.ts'
import { movedDates } from '#supervision/commands/calendar.ts'
import { promiseProjector } from '#supervision/commands/fold.ts'
import { openParkedWork } from '#supervision/commands/parked.ts'
import { replayForSettings, requestReplay } from '#supervision/commands/replay.ts'
import { supervisionReactions, supervisionSweeps } from '#supervision/jobs.ts'
import { openSupervisionQueries } from '#supervision/queries.ts'
import { supervisionRoutes } from '#supervision/routes.ts'
import type { Services as PageServices } from '#web/services.ts'

/** The concepts, opened left to right, and what they give to the outside. */
export interface Concepts {
  readonly register: Register
  readonly accounts: Accounts
  readonly representations: Representations
  readonly officers: Officers
  readonly cases: Cases
  /** For the sandbox's seed, which runs the real deciders in memory. */
  readonly caseDeps: CaseDeps
  readonly caseQueries: CaseQueries
  readonly photos: Photos
  readonly photoQueries: PhotoQueries
  readonly analyser: PhotoAnalyser
  readonly production: Production
  readonly calendar: CalendarHolder
  readonly settings: SettingsHolder
  readonly routes: readonly AnyRoute[]
  readonly reactions: readonly Reaction[]
  readonly sweeps: readonly Sweep[]
  readonly projectors: readonly Projector[]
  /** Alarms are found by a sweep; a jump of the sandbox's clock must not pass the instant at which one is due. */
  readonly alarms: Due
  readonly pages: Omit<PageServices, 'sandbox'>
}

export async function openConcepts(platform: Platform): Promise<Concepts> {
  const { db, committer, sealer, places, services, measures, clock, partnerSecret: secret, partnerUrls } = platform
  const readings = openReadings({
    ...{ db, committer, ids: systemIds },
    facts: {
      withCaseAt: (organ, people) => caseQueries.withCaseAt(organ, people),
      sameHousehold: (person, other) => sameHousehold(db, register, person, other),
    },
  })
  const readingQueries = openReadingQueries(db)
  const reviews = openFlagReviews({ db, committer })
  const accounts = openAccounts(db, committer)
  const officers = openOfficers({ db, committer, ids: systemIds, accounts })
  const officerQueries = openOfficerQueries(db)
  const accountEventQueries = openAccountEventQueries(db)
  const withholdings = openWithholdings({ db, committer, ids: systemIds })
  const privacy = openPrivacy({ db, committer, ids: systemIds, retention: SHIPPED_RETENTION })
  const privacyDeps = { db, sealer, prefectures: PREFECTURES, privacy, readings, retention: SHIPPED_RETENTION }
  const register = openRegister({ db, sealer, readings })
  const representations = openRepresentations({ db, committer, ids: systemIds, people: peopleFacts(db, register), readings })
  const signing = openSigning(platform, register, accounts)
  const evidence = openEvidence(db, PREFECTURES, platform.evidence.signer)
  const calendarHolder = await openCalendar(db)
  const calendar = calendarHolder.current
  const settings = await openReviewSettings(db)
  const standardVersion = () => settings.on(dayOf(clock.now())).photoStandard
  const analyser = openPhotoAnalyser()
  const photos = openPhotos({ db, committer, sealer, analyse: analyser.analyse, standardVersion })
  const photoQueries = openPhotoQueries({ db, sealer, standardVersion, readings })
  const photoFact: CaseDeps['photoFact'] = (digest, { photoStandard }, organ) => photos.photoFact(prefectureOf(places, organ), digest, photoStandard)
  const caseDeps: CaseDeps = {
    db,
    committer,
    ids: systemIds,
    sealer,
    register,
    calendar,
    places,
    services,
    settings: settings.on,
    photoFact,
  }
  const cases = countingAcceptances(openCases(caseDeps), (service) => platform.metrics.casesAccepted.inc({ service }))
  /** A retaken photo is judged like the first: by the standard in force, as uploaded at the accepting station. */
  const photoChecks: CaseRouteDeps['materialChecks'] = async ({ state }, digest) => {
    const organ = state.submission?.organ ?? ''
    const { photo } = await gather(db, { photo: photos.photoFact(prefectureOf(places, organ), digest, standardVersion()) })
    if (!photo) throw new ProblemError(problem('invalid-input', { fields: { photo: PHOTO_UNKNOWN } }))
    return photo.checks
  }
  const allCaseQueries = openCaseQueries({ db, sealer, calendar, places, services, readings })
  /** The end of an identity number has few values: who tries them on one case number is stopped after five. */
  const caseQueries: CaseQueries = {
    ...allCaseQueries,
    openProgress: (number, lastFour, reader) =>
      signing.lockOut.judged('progress', { account: number.number }, reader.act.at, () => allCaseQueries.openProgress(number, lastFour, reader)),
  }
  const payments = openPayments({
    ...{ db, committer, ids: systemIds, cases, prefectures: PREFECTURES, gateways: platform.payment.gateways, receiptSecret: secret },
    payPage: (caseNumber) => new URL(`/pay/${caseNumber}`, platform.served.url).href,
  })
  const paymentQueries = openPaymentQueries(db)
  const { partnerTimeoutMs: timeoutMs } = platform.config
  const patience = timeoutMs === undefined ? {} : { timeoutMs }
  const cardLine = openCardLine({ url: () => partnerUrls.cardLine, secret, now: clock.now, ...patience })
  const production = openProduction({ db, committer, calendar, places, cases, register, cardLine })
  const courier = openCourier({ url: () => partnerUrls.courier, secret, now: clock.now, ...patience })
  const corrections = openCorrections({
    ...{ db, committer, ids: systemIds, sealer, places, readings, store: register },
    receivers: {
      courier: (reference, number, { name, phone, address }) =>
        courier.correct(courierCorrection.parse({ reference, number, corrected: { name, phone, address } })),
    },
  })
  const delivery = openDelivery({
    db,
    committer,
    ids: systemIds,
    sealer,
    calendar,
    places,
    settings: () => shippedSettings,
    cases,
    courier,
    corrections,
    production,
    register,
  })
  const productionQueries = openProductionQueries({ db, places, calendar })
  const ratings = openRatings({ db, committer, ids: systemIds, places, calendar, settings: RATING_SETTINGS, cases, caseQueries })
  const ratingQueries = openRatingQueries({ db, sealer, places, services, settings: RATING_SETTINGS })
  const supervision = openSupervisionQueries({ db, places, services })
  const answers = openAnswers({
    ...{ db, readings, register, calendar, places, services, settings: settings.on, caseFacts: caseQueries.factsBefore },
    postage: (on) => deliverySettingsOn(shippedSettings, on).postageInProvince,
  })
  const settingsDeps = { db, committer, replayFact: replayForSettings, photoStandards: photoStandards.map(({ version }) => version) }
  const supervisionDeps = { db, committer, ids: systemIds, prefectures: PREFECTURES, services, cases, caseQueries, places, sealer, photoFact }
  return {
    register,
    accounts,
    representations,
    officers,
    cases,
    caseDeps,
    caseQueries,
    photos,
    photoQueries,
    analyser,
    production,
    calendar: calendarHolder,
    settings,
    routes: [
      ...calendarRoutes({
        db,
        committer,
        calendar: calendarHolder,
        mayImport: (principal) => can(principal as Actor | null, 'calendar.import'),
        movedDates: (before, after, now) => movedDates(supervisionDeps, before, after, now),
      }),
      ...signing.routes,
      ...evidenceRoutes(evidence),
      ...catalogueRoutes({ ...settingsDeps, services, settings }),
      ...answerRoutes({ answers }),
      ...readingRoutes({ readings, queries: readingQueries, reviews, withholdings, places }),
      ...officerRoutes({ officers, queries: officerQueries, places }),
      ...accountEventRoutes({ queries: accountEventQueries, readings }),
      ...privacyRoutes(privacyDeps),
      ...representationRoutes({ representations, readings }),
      ...registerRoutes({ register, corrections, readings }),
      ...photoRoutes({ photos, queries: photoQueries, places }),
      ...caseRoutes({ cases, queries: caseQueries, places, evidence, materialChecks: photoChecks }),
      ...paymentRoutes({ payments, queries: paymentQueries, caseQueries, readings }),
      ...productionRoutes({ production, queries: productionQueries, readings, cardLineSecret: secret }),
      ...ratingRoutes({ ratings, queries: ratingQueries, caseQueries, places, readings }),
      ...deliveryRoutes({ db, delivery, places, readings, courierSecret: secret }),
      ...supervisionRoutes({ queries: supervision, places, readings, replays: supervisionDeps }),
    ],
    reactions: [
      ...registerReactions(corrections),
      ...paymentReactions(payments),
      ...productionReactions(production),
      ...deliveryReactions(delivery, shippedSettings),
      ...ratingReactions(ratings),
      ...messageReactions(openMessages({ db, committer, places })),
      ...supervisionReactions(supervisionDeps),
    ],
    sweeps: [
      sealingSweep({ ...platform.evidence, db, prefectures: PREFECTURES, log: platform.log, metrics: platform.metrics }),
      payments.sweep,
      ...productionSweeps(production),
      ...supervisionSweeps(supervisionDeps),
      forgetfulness(platform, accounts),
      rotationSweep({ ...platform, sources: wrappedSources }),
      privacy.sweep,
      ...photoSweeps({ db, committer, prefectures: PREFECTURES, retention: SHIPPED_RETENTION }),
      representations.sweep,
    ],
    projectors: [promiseProjector(services)],
    alarms: { name: 'alarms', tick: async () => 0, nextDue: () => nextAlarmAt(supervisionDeps, clock.now()) },
    pages: {
      ...{
        accounts,
        ...{ passkeys: signing.passkeys, signIn: signing.signIn, lockOut: signing.lockOut, keptForms: signing.keptForms },
        calendar,
        caseQueries,
        cases,
        delivery,
        measures,
        paymentQueries,
        payments,
        photoQueries,
        photos,
        places,
        production,
        productionQueries,
        ratingQueries,
        ratings,
        officers,
        officerQueries,
        accountEventQueries,
        ...{ clients: signing.clients, findOfficer: signing.findOfficer },
        readingQueries,
        reviews,
        readings,
        register,
        representations,
      },
      ...{ sealer, services, supervision, materialChecks: photoChecks },
      settings: () => settings.on(dayOf(clock.now())),
      deliveryQueries: openDeliveryQueries(db),
      evidence,
      answers,
      reviewSettings: {
        view: (on) => viewSettings(settings.all(), on, settingsDeps.photoStandards),
        async change(body, act, once) {
          const answer = await changeReviewSettings(settingsDeps, body, act, once)
          await settings.refresh()
          return answer
        },
      },
      requestReplay: (body, act, once) => requestReplay(supervisionDeps, body, act, once),
      parked: openParkedWork({ db, committer }),
    },
  }
}

const HOUR_MS = 3_600_000

/** Once an hour of business time: sessions that have ended, and answers kept long enough. */
function forgetfulness({ committer }: Platform, accounts: Accounts): Sweep {
  let next: Instant | undefined
  return {
    name: 'platform.forget',
    async run(now) {
      if (next !== undefined && now < next) return
      next = plusMs(now, HOUR_MS)
      await accounts.forgetEnded(now)
      await committer.commit({ events: [], changes: [forgetAnswersChange(plusMs(now, -KEPT_DAYS * DAY_MS))] })
    },
  }
}

const PHOTO_UNKNOWN = { zh: '没有找到这张相片，请先上传。', en: 'This photo was not found; upload it first.' }
