import { readdirSync } from 'node:fs'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Accounts, openAccounts } from '#account/commands.ts'
import { openPhotos, type Photos } from '#attachment/commands.ts'
import { openPhotoAnalyser, type PhotoAnalyser } from '#attachment/jobs.ts'
import { openPhotoQueries, type PhotoQueries } from '#attachment/queries.ts'
import { photoRoutes } from '#attachment/routes.ts'
import { shippedCalendar } from '#calendar/rules.ts'
import { type CaseDeps, type Cases, openCases } from '#case/commands.ts'
import { type CaseQueries, openCaseQueries } from '#case/queries.ts'
import { type CaseRouteDeps, caseRoutes } from '#case/routes.ts'
import type { Service } from '#catalogue/model.ts'
import { day, type Instant } from '#kernel/time.ts'
import { type Places, PREFECTURES } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { systemIds } from '#platform/chance.ts'
import { type Clock, machineClock, openSandboxClock, type SandboxClock } from '#platform/clock.ts'
import { type Committer, type Followers, openCommitter } from '#platform/commit.ts'
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
import { openRegister, type Register } from '#register/commands.ts'
import { registerRoutes } from '#register/routes.ts'
import { emptyDatabase, findResident } from '#sim/sandbox/province.ts'
import { mountSandbox } from '#sim/sandbox/routes.ts'
import { sandboxPeopleRoutes } from '#sim/world/sandbox-people.ts'
import { seedPeople } from '#sim/world/seed.ts'

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
  readonly committer: Committer
  readonly followers: { current: Followers }
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
    services: await scanServices(),
    committer: openCommitter(db, () => followers.current),
    followers,
  }
}

/** Every declaration in `services/`: adding one edits no other file but its measure. */
async function scanServices(): Promise<ReadonlyMap<string, Service>> {
  const folder = new URL('services/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href) as Promise<{ default: Service }>))
  return new Map(modules.map(({ default: service }) => [service.id, service]))
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
  readonly routes: readonly AnyRoute[]
  readonly reactions: readonly Reaction[]
  readonly sweeps: readonly Sweep[]
}

function openConcepts(platform: Platform): Concepts {
  const { db, committer, sealer, places, services } = platform
  const register = openRegister({ db, committer, sealer })
  const accounts = openAccounts(db, committer)
  const calendar = () => shippedCalendar
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
  return {
    register,
    accounts,
    cases,
    caseQueries,
    photos,
    photoQueries,
    analyser,
    routes: [
      ...registerRoutes({ register }),
      ...photoRoutes({ photos, queries: photoQueries, places }),
      ...caseRoutes({ cases, queries: caseQueries, places, sealer, materialChecks: photoChecks }),
    ],
    reactions: [],
    sweeps: [],
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

export async function openYitang(config: Config, role: Role = 'all'): Promise<Yitang> {
  const platform = await openPlatform(config)
  const { log, metrics, db, clock } = platform
  const concepts = openConcepts(platform)
  const outbox: Outbox = openOutbox({
    db,
    prefectures: PREFECTURES,
    reactions: concepts.reactions,
    sweeps: concepts.sweeps,
    log,
    metrics,
    concurrency: REACTIONS_AT_ONCE,
  })
  let worker: Worker | undefined
  platform.followers.current = { subscriptions: concepts.reactions, projectors: [], onOutbox: () => worker?.poke() }

  const work = (): Worker | undefined =>
    role === 'web' ? undefined : startWorker({ now: clock.now, refresh: async () => clock.refresh?.(), round: (now) => outbox.tick(now), log })
  const seed = (seedNumber: number, people: number) =>
    seedPeople({ db, committer: platform.committer, sealer: platform.sealer, places: platform.places, seed: seedNumber, people, now: clock.now() })
  if (platform.sandboxClock) await saying('Making the province’s synthetic people', seed(config.seed, config.people))

  const app = await openHttp({ log, metrics, now: clock.now, authenticate: authenticatorOf(concepts.accounts, clock.now) })
  await describeApi(app)
  mountRoutes(app, concepts.routes)
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
    mountSandbox(app, {
      clock: platform.sandboxClock,
      accounts: concepts.accounts,
      places: platform.places,
      standIns: [],
      dues: [{ name: 'ours', tick: outbox.tick, nextDue: outbox.nextDue }],
      findPerson: (id) => findResident(db, concepts.register, id),
      reset: async (seedNumber, people) => {
        await worker?.stop()
        await emptyDatabase(db)
        concepts.accounts.forgetAll()
        await seed(seedNumber, people ?? config.people)
        worker = work()
      },
    })
  }
  mountOperations(app, {
    metrics,
    ready: async () => (await db.run({ text: 'select 1 from schema_migrations limit 1', values: [] })).rowCount === 1,
    beforeScrape: async () => metrics.outboxParked.set(await outbox.parkedCount()),
  })
  await app.listen({ port: config.port, host: config.host })
  worker = work()
  return {
    app,
    url: `http://${config.host}:${(app.server.address() as { port: number }).port}`,
    async stop() {
      await app.close()
      await worker?.stop()
      await concepts.analyser.close()
      await db.end()
    },
  }
}

if (import.meta.main) {
  const yitang = await openYitang(readConfig(process.env))
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
