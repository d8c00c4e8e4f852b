import { parseArgs } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Accounts } from '#account/commands/sessions.ts'
import { shippedSettings } from '#delivery/rules/settings.ts'
import type { Instant } from '#kernel/time.ts'
import { mountActing } from '#main/acting.ts'
import { openConcepts } from '#main/concepts.ts'
import { openEdge } from '#main/edge.ts'
import { openPlatform, type Platform } from '#main/platform.ts'
import { demandProof } from '#main/sign-in.ts'
import { PREFECTURES } from '#place/model.ts'
import { actingAs, forSystem, NOBODY, SYSTEM } from '#platform/actor.ts'
import { systemIds } from '#platform/chance.ts'
import { type Config, readConfig } from '#platform/config.ts'
import { isDatabaseAway } from '#platform/db.ts'
import type { Guard } from '#platform/edge/guard.ts'
import { gather } from '#platform/facts.ts'
import { mountRoutes, openHttp, type Principal } from '#platform/http.ts'
import { describeApi } from '#platform/openapi.ts'
import { mountOperations } from '#platform/operations.ts'
import { type Outbox, openOutbox } from '#platform/outbox.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { tokenOf } from '#platform/session-cookie.ts'
import { startWorker, type Worker } from '#platform/worker.ts'
import type { Production } from '#production/commands/production.ts'
import type { Register } from '#register/commands.ts'
import type { Due } from '#sim/sandbox/clock.ts'
import { searchOfficers } from '#sim/sandbox/officers.ts'
import { emptyDatabase, findResident, searchResidents } from '#sim/sandbox/province.ts'
import { mountSandbox, type SandboxControls } from '#sim/sandbox/routes.ts'
import { findStandIns, openStandIns } from '#sim/sandbox/stand-ins.ts'
import { makePerson, type SandboxPeopleDeps, sandboxPeopleRoutes } from '#sim/world/sandbox-people.ts'
import { seedPeople } from '#sim/world/seed.ts'
import { seedCases } from '#sim/world/seed-cases.ts'
import { openPages, sessionEndOf, webOptions } from '#web/pages.ts'
import type { Services as PageServices } from '#web/services.ts'
import { registerPages } from '#web/shared/web.ts'
import { mountDoors } from '#web/sign-in/doors.ts'

/**
 * The composition root: the only place that knows everything. `main/platform.ts` opens what everything stands on,
 * `main/concepts.ts` hands each folder what it needs and collects what each gives; here they are served.
 */

const REACTIONS_AT_ONCE = 8
/** Past cases of the sandbox: enough that every list looks as it would in a working province. */
const CASES_PER_PERSON = 0.375

type Role = 'all' | 'web' | 'worker'

export interface Yitang {
  readonly app: FastifyInstance
  readonly url: string
  stop(): Promise<void>
}

/** The sandbox's controls move the product itself, whoever calls. */
const SANDBOX_PATHS = /^\/sandbox(?:\/|$)/

function authenticatorOf(accounts: Accounts, now: () => Instant): (request: FastifyRequest) => Promise<Principal | null> {
  return async (request) => {
    const token = tokenOf(request)
    const session = token === undefined ? undefined : await accounts.findSession(token, now(), request.headers['x-refresh'] === undefined)
    // Whoever has yet to show the second factor is nobody yet, but on the pages of passkeys, which ask for themselves.
    return session?.stage === 'complete' ? session : null
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

/** In the sandbox the partners' doubles listen where nobody else is configured to, in this process or in another. */
async function standInsOf(platform: Platform, register: Register, role: Role, ourUrl: () => string) {
  const { config, db, places, partnerSecret: secret, clock, log, partnerUrls, served } = platform
  const directory = { residents: (search: string) => searchResidents(db, register, search), officers: async (search: string) => searchOfficers(places, search) }
  const common = {
    databaseUrl: config.databaseUrl,
    places,
    secret,
    now: clock.now,
    ourUrl,
    publicUrl: () => served.url,
    log,
    directory,
    payment: platform.payment.platforms,
  }
  const standIns = role === 'web' ? findStandIns(db) : await openStandIns(common)
  const find = (): void => {
    const { cardLine, courier, identity, wechatPay, alipay } = standIns.urls()
    partnerUrls.cardLine = config.cardLineUrl || cardLine
    partnerUrls.courier = config.courierUrl || courier
    partnerUrls.identity = config.identity.url || identity
    partnerUrls.wechatPay = wechatPay
    partnerUrls.alipay = alipay
  }
  find()
  const hold = async (): Promise<void> => {
    await standIns.hold()
    find()
  }
  return { ...standIns, hold }
}

/** Each of them works for the product itself, whoever calls. */
function bySystem<Controls extends object>(controls: Controls): Controls {
  const wrap = ([name, control]: [string, (...given: unknown[]) => unknown]) => [name, (...given: unknown[]) => actingAs(SYSTEM, () => control(...given))]
  return Object.fromEntries(Object.entries(controls).map(wrap)) as Controls
}

/** The pages name a resident by number; the sandbox's sign-in by id. */
const sandboxForPages = (deps: SandboxPeopleDeps, sandbox: SandboxControls | undefined): PageServices['sandbox'] =>
  sandbox &&
  bySystem<NonNullable<PageServices['sandbox']>>({
    ...sandbox,
    people: async (prefecture, limit) => (await gather(deps.db, { people: deps.register.syntheticPeopleFact(prefecture, limit) })).people,
    makePerson: (wishes, once) => makePerson(deps, wishes, once),
    findPerson: (id) => findResident(deps.db, deps.register, id),
    signIn: async (as, at) => {
      if (!('identityNumber' in as)) return sandbox.signIn(as, at)
      const { person } = await gather(deps.db, { person: deps.register.personByIdentityNumberFact(as.identityNumber) })
      if (person === null) throw new ProblemError(problem('not-found'))
      return sandbox.signIn({ person: person.id }, at)
    },
  })

const roundOf = async (dues: readonly Due[], now: Instant): Promise<void> => {
  for (const due of dues) await due.tick(now)
}

/**
 * Opens and starts as the product itself; what its requests and its worker do is done for whom each of them says.
 * @param without guards of the edge that a test leaves out, to see that another test notices
 */
export const openYitang = (config: Config, role: Role = 'all', without?: ReadonlySet<Guard>): Promise<Yitang> =>
  actingAs(SYSTEM, () => open(config, role, without))

async function open(config: Config, role: Role, without?: ReadonlySet<Guard>): Promise<Yitang> {
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
  const standIns = platform.sandboxClock ? await standInsOf(platform, concepts.register, role, () => url) : undefined
  const dues: readonly Due[] = [{ name: 'ours', tick: outbox.tick, nextDue: outbox.nextDue }, concepts.alarms, ...(standIns?.all ?? [])]
  let worker: Worker | undefined
  /** Until the province is whole, whoever asks is not to be sent here. */
  let isSeeded = false
  platform.followers.current = { subscriptions: concepts.reactions, projectors: concepts.projectors, onOutbox: () => worker?.poke() }

  const refresh = async () => {
    await clock.refresh?.()
    await standIns?.hold()
    await concepts.calendar.refresh()
    await concepts.settings.refresh()
  }
  /** A process that only serves still has to learn what time it is, and what was changed elsewhere. */
  const work = (): Worker => startWorker({ now: clock.now, refresh, round: async (now) => (role === 'web' ? undefined : roundOf(dues, now)), log })
  const seed = async (seedNumber: number, people: number) => {
    await seedPeople({ db, committer: platform.committer, sealer: platform.sealer, places: platform.places, seed: seedNumber, people, now: clock.now() })
    await seedCases({
      db,
      followers: () => platform.followers.current,
      cases: concepts.caseDeps,
      deliverySettings: shippedSettings,
      seed: seedNumber,
      count: Math.round(people * CASES_PER_PERSON),
      now: clock.now(),
      say: (line) => process.stderr.write(`${line}\n`),
    })
    await stockBlanks(concepts.production, clock.now())
  }

  const edge = openEdge(platform, without)
  const app = await openHttp({
    ...{ log, metrics, edge, now: clock.now, authenticate: authenticatorOf(concepts.accounts, clock.now) },
    ...(platform.sandboxClock && { systemPaths: SANDBOX_PATHS }),
  })
  mountActing(app, concepts.representations)
  await describeApi(app)
  app.decorate('servedByTls', platform.served.url.startsWith('https://'))
  mountRoutes(app, concepts.routes, demandProof)
  let sandbox: SandboxControls | undefined
  const peopleDeps: SandboxPeopleDeps = {
    ...{ db, committer: platform.committer, register: concepts.register, sealer: platform.sealer, places: platform.places },
    ...{ ids: systemIds, now: clock.now },
  }
  if (platform.sandboxClock) {
    mountRoutes(
      app,
      sandboxPeopleRoutes(peopleDeps).map((one) => ({ ...one, keyOptional: true })),
    )
    sandbox = mountSandbox(app, {
      clock: platform.sandboxClock,
      accounts: concepts.accounts,
      places: platform.places,
      standIns: standIns?.all ?? [],
      heldElsewhere: () => (standIns?.areHere() ? undefined : (standIns?.urls().ours ?? '')),
      dues,
      findPerson: (id) => findResident(db, concepts.register, id),
      knowOfficer: concepts.officers.know,
      reset: async (seedNumber, people) => {
        isSeeded = false
        await worker?.stop()
        await emptyDatabase(db)
        platform.evidence.publisher.putAside()
        for (const standIn of standIns?.all ?? []) await standIn.reset()
        concepts.accounts.forgetAll()
        await seed(seedNumber, people ?? config.people)
        await standIns?.hold()
        worker = work()
        isSeeded = true
      },
    })
  }
  await registerPages(app, openPages(sandbox !== undefined), webOptions({ ...concepts.pages, sandbox: sandboxForPages(peopleDeps, sandbox) }, demandProof))
  mountDoors(app, { signIn: concepts.pages.signIn, publicUrl: () => platform.served.url, sessionEnd: sessionEndOf })
  mountOperations(app, {
    metrics,
    ready: async () => isSeeded && (await db.run({ text: 'select 1 from schema_migrations limit 1', values: [] })).rowCount === 1,
    beforeScrape: () =>
      forSystem('metrics', async () => {
        metrics.outboxParked.set(await outbox.parkedCount())
        const open = await concepts.pages.supervision.openAlarmCounts(PREFECTURES)
        for (const [alarm, count] of Object.entries(open)) metrics.alarms.set({ alarm }, count)
      }),
  })
  // Connections take after where they were listened for: nothing of theirs may be the product's by default.
  await actingAs(NOBODY, () => app.listen({ port: config.port, host: config.host }))
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  url = `http://${host}:${(app.server.address() as { port: number }).port}`
  platform.served.url ||= url
  await standIns?.hold()
  if (role !== 'web') await outbox.takeBack()
  if (platform.sandboxClock) await saying('Making the province’s synthetic people and their past cases', seed(config.seed, config.people))
  // Seeding may have taken longer than the hold lasts, and `ready` promises that the sandbox's controls answer.
  await standIns?.hold()
  worker = work()
  isSeeded = true
  return {
    app,
    url,
    async stop() {
      await app.close()
      edge.close()
      await worker?.stop()
      await standIns?.close()
      await concepts.analyser.close()
      await db.end()
    },
  }
}

/** What whoever starts it can mend, in a sentence. */
function startProblem(error: Error & { code?: string }, port: unknown): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} is in use. Set PORT to another one, or stop what listens there.`
  if (error.code === 'EACCES') return `Port ${port} may not be used by this user. Set PORT to one above 1023.`
  if (isDatabaseAway(error)) return `The database does not answer: ${error.message}`
  return process.env.YITANG_DEBUG ? (error.stack ?? error.message) : error.message
}

async function serve(): Promise<void> {
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

if (import.meta.main) {
  try {
    await serve()
  } catch (error) {
    process.stderr.write(`${startProblem(error as Error, process.env.PORT ?? 8080)}\n`)
    process.exit(1)
  }
}
