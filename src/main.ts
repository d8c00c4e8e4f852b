import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Accounts, openAccounts } from '#account/commands.ts'
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules.ts'
import { openPhotos, type Photos } from '#attachment/commands.ts'
import { openPhotoAnalyser, type PhotoAnalyser } from '#attachment/jobs.ts'
import { openPhotoQueries, type PhotoQueries } from '#attachment/queries.ts'
import { photoRoutes } from '#attachment/routes.ts'
import { type CalendarHolder, openCalendar } from '#calendar/queries.ts'
import { calendarRoutes } from '#calendar/routes.ts'
import { type CaseDeps, type Cases, openCases } from '#case/commands.ts'
import { type CaseQueries, openCaseQueries } from '#case/queries.ts'
import { type CaseRouteDeps, caseRoutes } from '#case/routes.ts'
import type { Service } from '#catalogue/model.ts'
import { openDelivery } from '#delivery/commands/delivery.ts'
import { deliveryReactions } from '#delivery/jobs.ts'
import { openDeliveryQueries } from '#delivery/queries.ts'
import { deliveryRoutes } from '#delivery/routes.ts'
import { shippedSettings } from '#delivery/rules/settings.ts'
import { day, type Instant } from '#kernel/time.ts'
import { openMessages } from '#message/commands.ts'
import { messageReactions } from '#message/jobs.ts'
import { openCardLine } from '#partners/card-line/adapter.ts'
import { openCourier } from '#partners/courier/adapter.ts'
import { type Places, PREFECTURES } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { systemIds } from '#platform/chance.ts'
import { type Clock, machineClock, openSandboxClock, type SandboxClock } from '#platform/clock.ts'
import { type Committer, type Followers, openCommitter, type Projector } from '#platform/commit.ts'
import { type Config, readConfig } from '#platform/config.ts'
import { type Db, openDb } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { type AnyRoute, mountRoutes, openHttp, type Principal } from '#platform/http.ts'
import { holdKeys } from '#platform/keys.ts'
import { type Log, openLog } from '#platform/log.ts'
import { type Metrics, openMetrics } from '#platform/metrics.ts'
import { describeApi } from '#platform/openapi.ts'
import { mountOperations } from '#platform/operations.ts'
import { type Outbox, openOutbox, type Reaction, type Sweep } from '#platform/outbox.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { openSealer, type Sealer } from '#platform/sealed.ts'
import { startWorker, type Worker } from '#platform/worker.ts'
import { openProduction, type Production } from '#production/commands/production.ts'
import { productionReactions, productionSweeps } from '#production/jobs.ts'
import { openProductionQueries } from '#production/queries.ts'
import { productionRoutes } from '#production/routes.ts'
import { openRegister, type Register } from '#register/commands.ts'
import { registerRoutes } from '#register/routes.ts'
import type { Due } from '#sim/sandbox/clock.ts'
import { emptyDatabase, findResident } from '#sim/sandbox/province.ts'
import { mountSandbox, type SandboxControls } from '#sim/sandbox/routes.ts'
import { openStandIns } from '#sim/sandbox/stand-ins.ts'
import { sandboxPeopleRoutes } from '#sim/world/sandbox-people.ts'
import { seedPeople } from '#sim/world/seed.ts'
import { movedDates } from '#supervision/commands/calendar.ts'
import { promiseProjector } from '#supervision/commands/fold.ts'
import { supervisionReactions, supervisionSweeps } from '#supervision/jobs.ts'
import type { Measure } from '#supervision/model.ts'
import { openSupervisionQueries } from '#supervision/queries.ts'
import { supervisionRoutes } from '#supervision/routes.ts'
import { openPages, webOptions } from '#web/pages.ts'
import type { Services as PageServices } from '#web/services.ts'
import { registerPages } from '#web/shared/web.ts'

/**
 * The composition root: the only file that knows everything. It opens the platform, hands each folder what it needs,
 * collects what each gives (routes, reactions, projectors), and serves.
 */

const CONNECTIONS_MAX = 20
const REACTIONS_AT_ONCE = 8

type Role = 'all' | 'web' | 'worker'

export interface Yitang {
  readonly app: FastifyInstance
  readonly url: string
  stop(): Promise<void>
}

/** What everything stands on. */
interface Platform {
  readonly config: Config
  readonly log: Log
  readonly metrics: Metrics
  readonly db: Db
  readonly clock: Clock & Partial<Pick<SandboxClock, 'refresh'>>
  readonly sandboxClock: SandboxClock | undefined
  readonly sealer: Sealer
  readonly partnerSecret: string
  readonly places: Places
  readonly services: ReadonlyMap<string, Service>
  readonly measures: readonly Measure[]
  readonly committer: Committer
  readonly followers: { current: Followers }
  /** Where each partner listens: configured, or where its stand-in came up. */
  readonly partnerUrls: { courier: string; cardLine: string }
}

async function openPlatform(config: Config): Promise<Platform> {
  const log = openLog(config.logLevel)
  const metrics = openMetrics()
  const db = openDb({ url: config.databaseUrl, connectionsMax: CONNECTIONS_MAX, onLost: (err) => log.warn({ err }, 'a connection was lost') })
  const keys = holdKeys(config.dataDir, config.sandbox)
  const sandboxClock = config.sandbox ? await openSandboxClock(db, config.startAt) : undefined
  const followers: { current: Followers } = { current: { subscriptions: [], projectors: [] } }
  return {
    config,
    log,
    metrics,
    db,
    sandboxClock,
    clock: sandboxClock ?? machineClock,
    sealer: openSealer(keys),
    partnerSecret: keys.partnerSecret,
    places: loadPlaces(),
    services: new Map((await scan<Service>('services')).map((service) => [service.id, service])),
    measures: await scan<Measure>('measures'),
    committer: openCommitter(db, () => followers.current),
    followers,
    partnerUrls: { courier: config.courierUrl ?? '', cardLine: config.cardLineUrl ?? '' },
  }
}

/** Every declaration in `services/` or `measures/`: adding one edits no other file but its measure. */
async function scan<T>(name: 'services' | 'measures'): Promise<readonly T[]> {
  const folder = new URL(`${name}/`, import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  return Promise.all(files.toSorted().map(async (file) => ((await import(new URL(file, folder).href)) as { default: T }).default))
}

/** The concepts, opened left to right, and what they give to the outside. */
interface Concepts {
  readonly register: Register
  readonly accounts: Accounts
  readonly cases: Cases
  readonly caseQueries: CaseQueries
  readonly photos: Photos
  readonly photoQueries: PhotoQueries
  readonly analyser: PhotoAnalyser
  readonly production: Production
  readonly calendar: CalendarHolder
  readonly routes: readonly AnyRoute[]
  readonly reactions: readonly Reaction[]
  readonly sweeps: readonly Sweep[]
  readonly projectors: readonly Projector[]
  readonly pages: Omit<PageServices, 'sandbox'>
}

async function openConcepts(platform: Platform): Promise<Concepts> {
  const { db, committer, sealer, places, services, measures, clock, partnerSecret: secret, partnerUrls } = platform
  const register = openRegister({ db, committer, sealer })
  const accounts = openAccounts(db, committer)
  const calendarHolder = await openCalendar(db)
  const calendar = calendarHolder.current
  const settings = () => DEFAULT_SETTINGS
  const standardVersion = () => settings().photoStandard
  const analyser = openPhotoAnalyser()
  const photos = openPhotos({ db, committer, sealer, analyse: analyser.analyse, standardVersion })
  const photoQueries = openPhotoQueries({ db, sealer, standardVersion })
  const caseDeps: CaseDeps = {
    db,
    committer,
    ids: systemIds,
    sealer,
    register,
    calendar,
    places,
    services,
    settings,
    photoFact: (digest, { photoStandard }, organ) => photos.photoFact(prefectureOf(places, organ), digest, photoStandard),
  }
  const cases = openCases(caseDeps)
  /** A retaken photo is judged like the first: by the standard in force, as uploaded at the accepting station. */
  const photoChecks: CaseRouteDeps['materialChecks'] = async ({ state }, digest) => {
    const organ = state.submission?.organ ?? ''
    const { photo } = await gather(db, { photo: photos.photoFact(prefectureOf(places, organ), digest, standardVersion()) })
    if (!photo) throw new ProblemError(problem('invalid-input', { fields: { photo: PHOTO_UNKNOWN } }))
    return photo.checks
  }
  const caseQueries = openCaseQueries({ db, sealer, calendar, places, services })
  const cardLine = openCardLine({ url: () => partnerUrls.cardLine, secret, now: clock.now })
  const production = openProduction({ db, committer, calendar, places, cases, register, cardLine })
  const delivery = openDelivery({
    db,
    committer,
    ids: systemIds,
    sealer,
    calendar,
    places,
    settings: () => shippedSettings,
    cases,
    courier: openCourier({ url: () => partnerUrls.courier, secret, now: clock.now }),
    production,
  })
  const productionQueries = openProductionQueries({ db, places, calendar })
  const supervision = openSupervisionQueries({ db, places, services })
  const supervisionDeps = { db, committer, ids: systemIds, prefectures: PREFECTURES, services, cases, caseQueries, places }
  return {
    register,
    accounts,
    cases,
    caseQueries,
    photos,
    photoQueries,
    analyser,
    production,
    calendar: calendarHolder,
    routes: [
      ...calendarRoutes({
        db,
        committer,
        calendar: calendarHolder,
        mayImport: (principal) => can(principal as Actor | null, 'calendar.import'),
        movedDates: (before, after, now) => movedDates(supervisionDeps, before, after, now),
      }),
      ...registerRoutes({ register }),
      ...photoRoutes({ photos, queries: photoQueries, places }),
      ...caseRoutes({ cases, queries: caseQueries, places, sealer, materialChecks: photoChecks }),
      ...productionRoutes({ production, queries: productionQueries, cardLineSecret: secret }),
      ...deliveryRoutes({ db, delivery, places, courierSecret: secret }),
      ...supervisionRoutes({ queries: supervision, places }),
    ],
    reactions: [
      ...productionReactions(production),
      ...deliveryReactions(delivery, shippedSettings),
      ...messageReactions(openMessages({ db, committer, places })),
      ...supervisionReactions(supervisionDeps),
    ],
    sweeps: [...productionSweeps(production), ...supervisionSweeps(supervisionDeps)],
    projectors: [promiseProjector(services)],
    pages: {
      ...{ accounts, calendar, caseQueries, cases, delivery, measures, photoQueries, photos, places, production, productionQueries, register },
      ...{ sealer, services, settings, supervision, materialChecks: photoChecks },
      deliveryQueries: openDeliveryQueries(db),
    },
  }
}

const DEFAULT_SETTINGS = {
  validFrom: day('2021-05-07'),
  referAppearanceChanged: true,
  referForgedDocuments: true,
  referCreditRecord: true,
  referItemMismatch: true,
  referFingerprintExemption: true,
  sampleShare: 200,
  photoStandard: '2004',
}

const PHOTO_UNKNOWN = { zh: '没有找到这张相片，请先上传。', en: 'This photo was not found; upload it first.' }

const SESSION_COOKIE = 'yitang-session'

/** A bearer token from programs, a cookie from browsers. */
function authenticatorOf(accounts: Accounts, now: () => Instant): (request: FastifyRequest) => Promise<Principal | null> {
  return async (request) => {
    const bearer = /^Bearer (\S{20,100})$/.exec(request.headers.authorization ?? '')?.[1]
    const token = bearer ?? request.cookies?.[SESSION_COOKIE]
    return token === undefined ? null : ((await accounts.findSession(token, now())) ?? null)
  }
}

/** Progress on the terminal for whatever takes over a second. */
async function saying<T>(what: string, work: Promise<T>): Promise<T> {
  const slow = setTimeout(() => process.stderr.write(`${what} …\n`), 1000)
  try {
    return await work
  } finally {
    clearTimeout(slow)
  }
}

/** A factory begins with a stock of blank cards; received once, a second time is refused by their serials. */
const stockBlanks = (production: Production, at: Instant) =>
  production.receiveBlanks(
    { prefix: 'TEST', first: 1, count: 20_000, note: '演示库存' },
    { at, actor: 'system:seed', actorRole: 'system', actorOrgan: null, onBehalfOf: null, requestId: 'seed' },
  )

/** In the sandbox the partners' doubles listen where nobody else is configured to. */
async function standInsOf({ config, places, partnerSecret: secret, clock, log, partnerUrls }: Platform, ourUrl: () => string) {
  const standIns = await openStandIns({ databaseUrl: config.databaseUrl, places, secret, now: clock.now, ourUrl, log })
  partnerUrls.cardLine ||= standIns.cardLineUrl
  partnerUrls.courier ||= standIns.courierUrl
  return standIns
}

/** The pages name a resident by number; the sandbox's sign-in by id. */
const sandboxForPages = (register: Register, db: Db, sandbox: SandboxControls | undefined): PageServices['sandbox'] =>
  sandbox && {
    moveClock: sandbox.moveClock,
    signIn: async (as, at) => {
      if (!('identityNumber' in as)) return sandbox.signIn(as, at)
      const { person } = await gather(db, { person: register.personByIdentityNumberFact(as.identityNumber) })
      if (person === null) throw new ProblemError(problem('not-found'))
      return sandbox.signIn({ person: person.id }, at)
    },
  }

const roundOf = async (dues: readonly Due[], now: Instant): Promise<void> => {
  for (const due of dues) await due.tick(now)
}

export async function openYitang(config: Config, role: Role = 'all'): Promise<Yitang> {
  const platform = await openPlatform(config)
  const { log, metrics, db, clock } = platform
  const concepts = await openConcepts(platform)
  const outbox: Outbox = openOutbox({
    db,
    prefectures: PREFECTURES,
    reactions: concepts.reactions,
    sweeps: concepts.sweeps,
    log,
    metrics,
    concurrency: REACTIONS_AT_ONCE,
  })
  let url = ''
  const standIns = platform.sandboxClock && role !== 'web' ? await standInsOf(platform, () => url) : undefined
  const dues: readonly Due[] = [{ name: 'ours', tick: outbox.tick, nextDue: outbox.nextDue }, ...(standIns?.all ?? [])]
  let worker: Worker | undefined
  platform.followers.current = { subscriptions: concepts.reactions, projectors: concepts.projectors, onOutbox: () => worker?.poke() }

  const refresh = async () => {
    await clock.refresh?.()
    await concepts.calendar.refresh()
  }
  const work = (): Worker | undefined => (role === 'web' ? undefined : startWorker({ now: clock.now, refresh, round: (now) => roundOf(dues, now), log }))
  const seed = async (seedNumber: number, people: number) => {
    await seedPeople({ db, committer: platform.committer, sealer: platform.sealer, places: platform.places, seed: seedNumber, people, now: clock.now() })
    await stockBlanks(concepts.production, clock.now())
  }

  const app = await openHttp({ log, metrics, now: clock.now, authenticate: authenticatorOf(concepts.accounts, clock.now) })
  await describeApi(app)
  mountRoutes(app, concepts.routes)
  let sandbox: SandboxControls | undefined
  if (platform.sandboxClock) {
    mountRoutes(
      app,
      sandboxPeopleRoutes({
        db,
        committer: platform.committer,
        register: concepts.register,
        sealer: platform.sealer,
        places: platform.places,
        ids: systemIds,
        now: clock.now,
      }).map((one) => ({ ...one, keyOptional: true })),
    )
    sandbox = mountSandbox(app, {
      clock: platform.sandboxClock,
      accounts: concepts.accounts,
      places: platform.places,
      standIns: standIns?.all ?? [],
      dues,
      findPerson: (id) => findResident(db, concepts.register, id),
      reset: async (seedNumber, people) => {
        await worker?.stop()
        await emptyDatabase(db)
        for (const standIn of standIns?.all ?? []) await standIn.reset()
        concepts.accounts.forgetAll()
        await seed(seedNumber, people ?? config.people)
        worker = work()
      },
    })
  }
  await registerPages(app, openPages(), webOptions({ ...concepts.pages, sandbox: sandboxForPages(concepts.register, db, sandbox) }))
  mountOperations(app, {
    metrics,
    ready: async () => (await db.run({ text: 'select 1 from schema_migrations limit 1', values: [] })).rowCount === 1,
    beforeScrape: async () => metrics.outboxParked.set(await outbox.parkedCount()),
  })
  await app.listen({ port: config.port, host: config.host })
  url = `http://${config.host}:${(app.server.address() as { port: number }).port}`
  if (platform.sandboxClock) await saying('Making the province’s synthetic people', seed(config.seed, config.people))
  worker = work()
  return {
    app,
    url,
    async stop() {
      await app.close()
      await worker?.stop()
      await standIns?.close()
      await concepts.analyser.close()
      await db.end()
    },
  }
}

if (import.meta.main) {
  const given = parseArgs({ options: { role: { type: 'string', default: 'all' } } }).values.role
  if (given !== 'all' && given !== 'web' && given !== 'worker') throw new Error(`--role is all, web or worker, not ${given}`)
  const yitang = await openYitang(readConfig(process.env), given)
  process.stdout.write(`ready ${yitang.url}\n`)
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void yitang.stop().then(() => process.exit(0))
    })
  }
}
