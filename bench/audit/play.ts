/** Random work on the whole product, over its API and in its sweeps, with what each answer means for the record of readings. */
import type { InjectOptions } from 'fastify'
import type { Chance } from '#kernel/chance.ts'
import { seededChance } from '#kernel/chance.ts'
import { plusMs } from '#kernel/time.ts'
import { openConcepts } from '#main/concepts.ts'
import { openPlatform } from '#main/platform.ts'
import { PREFECTURES } from '#place/model.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import { readConfig } from '#platform/config.ts'
import { gather } from '#platform/facts.ts'
import { mountRoutes, openHttp, type Principal } from '#platform/http.ts'
import { openOutbox } from '#platform/outbox.ts'
import { portraitJpeg } from '#sim/portrait.ts'
import { moveClock } from '#sim/sandbox/clock.ts'
import { openStandIns } from '#sim/sandbox/stand-ins.ts'
import { seedPeople } from '#sim/world/seed.ts'

const STATIONS = ['220102500100', '220102500200', '220103500100']
const BUREAU = '220102000000'
const BEGIN = '2026-02-13T09:00:00+08:00'
/** Work that what happened asks for is done after so many operations of each lane. */
const TICK_EACH = 40
const HALF_HOUR_MS = 1_800_000

const officerOf = (role: string, organ: string, n = 1): Principal => ({ id: `${role}:${organ}:${n}`, role, organ, personId: null })

/** What one answer must have left among the readings. */
export type ReadingMark = `${string} ${string} ${string}`

export interface Played {
  readonly operations: number
  /** Answers that showed a person's data or refused it, by reader, what and outcome. */
  readonly read: ReadonlyMap<ReadingMark, number>
  /** How often each operation was answered with which status. */
  readonly answers: ReadonlyMap<string, number>
}

interface Applicant {
  readonly id: string
  readonly identityNumber: string
}

/** The product in this process: its API, its reactions and sweeps, and the partners' doubles. */
export async function openProduct(databaseUrl: string, dataDir: string, people: number, seed: number) {
  const config = readConfig({ DATABASE_URL: databaseUrl, YITANG_DATA: dataDir, YITANG_NOW: BEGIN, YITANG_PEOPLE: '0', LOG_LEVEL: 'silent' })
  return actingAs(SYSTEM, async () => {
    const platform = await openPlatform(config)
    const { db, clock, log, metrics, places, committer, sealer, sandboxClock } = platform
    if (!sandboxClock) throw new Error('the play needs the sandbox')
    const concepts = await openConcepts(platform)
    const outbox = openOutbox({ db, prefectures: PREFECTURES, reactions: concepts.reactions, sweeps: concepts.sweeps, log, metrics, concurrency: 4 })
    platform.followers.current = { subscriptions: concepts.reactions, projectors: concepts.projectors }
    let url = ''
    const standIns = await openStandIns({ databaseUrl, places, secret: platform.partnerSecret, now: clock.now, ourUrl: () => url, log } as Parameters<
      typeof openStandIns
    >[0])
    Object.assign(platform.partnerUrls, standIns.urls())
    await seedPeople({ db, committer, sealer, places, seed, people, now: clock.now() })
    const app = await openHttp({
      ...{ log, metrics, now: clock.now },
      authenticate: async (request) => {
        const given = request.headers['x-play-principal']
        return typeof given === 'string' ? (JSON.parse(given) as Principal) : null
      },
      edge: { without: new Set(['limits', 'origin']) as never },
    })
    mountRoutes(app, concepts.routes)
    url = await app.listen({ port: 0, host: '127.0.0.1' })
    const applicants: Applicant[] = []
    for (const prefecture of PREFECTURES) {
      const found = await gather(db, { people: concepts.register.syntheticPeopleFact(prefecture, people) })
      applicants.push(...found.people.map(({ person }) => ({ id: person.id, identityNumber: person.identityNumber })))
    }
    const dues = [{ name: 'ours', tick: outbox.tick, nextDue: outbox.nextDue }, ...standIns.all]
    return {
      app,
      applicants,
      /** Does what is due, and lets half an hour pass now and then, so that cards are made and travel. */
      work: (pass: boolean) =>
        actingAs(SYSTEM, () =>
          pass ? moveClock(sandboxClock, dues as never, plusMs(clock.now(), HALF_HOUR_MS)) : outbox.tick(clock.now()).then(() => undefined),
        ),
      close: async () => {
        await app.close()
        await standIns.close()
        await concepts.analyser.close()
        await db.end()
      },
    }
  })
}

export type Product = Awaited<ReturnType<typeof openProduct>>

interface Lane {
  readonly product: Product
  readonly chance: Chance
  readonly photos: readonly Buffer[]
  /** What the lanes know together: cases by number, with where they were accepted; digests by station. */
  readonly cases: { readonly number: string; readonly organ: string; readonly personId: string; readonly lastFour: string }[]
  readonly digests: { readonly digest: string; readonly organ: string }[]
  readonly played: { operations: number; read: Map<ReadingMark, number>; answers: Map<string, number> }
  keys: number
  readonly name: string
}

const pick = <T>(chance: Chance, from: readonly T[]): T => from[chance.below(from.length)] as T

async function call(lane: Lane, what: string, who: Principal | null, request: { method: 'GET' | 'POST'; url: string; body?: object | Buffer }) {
  lane.keys += 1
  const { body } = request
  const options: InjectOptions = {
    method: request.method,
    url: request.url,
    headers: {
      'idempotency-key': `play-${lane.name}-${lane.keys}`,
      authorization: 'Bearer of-a-program',
      ...(who && { 'x-play-principal': JSON.stringify(who) }),
      ...(Buffer.isBuffer(body) && { 'content-type': 'image/jpeg' }),
    },
    ...(body && { payload: body }),
  }
  const answer = await lane.product.app.inject(options)
  const key = `${what} ${answer.statusCode}`
  lane.played.answers.set(key, (lane.played.answers.get(key) ?? 0) + 1)
  // 503 is an answer: on a busy machine a photo may not be read in time, and nothing is kept.
  if (answer.statusCode >= 500 && answer.statusCode !== 503) throw new Error(`${what}: ${answer.statusCode} ${answer.body.slice(0, 500)}`)
  return answer
}

/** What the answer must have left behind. @param inVain the outcome that a 404 stands for; null: it was no question about anybody */
function noted(lane: Lane, who: Principal | null, what: string, status: number, inVain: 'refused' | 'not-found' | null): void {
  const outcome = status === 200 ? 'shown' : status === 429 ? 'slowed' : status === 404 ? inVain : null
  if (outcome === null) return
  const key: ReadingMark = `${who?.id ?? 'anyone'} ${what} ${outcome}`
  lane.played.read.set(key, (lane.played.read.get(key) ?? 0) + 1)
}

type Operation = (lane: Lane) => Promise<void>

const station = (lane: Lane): Principal => officerOf('station-officer', pick(lane.chance, STATIONS), lane.chance.below(4))

const upload: Operation = async (lane) => {
  const who = station(lane)
  const answer = await call(lane, 'upload', who, { method: 'POST', url: '/api/v1/photos', body: pick(lane.chance, lane.photos) })
  if (answer.statusCode === 201) lane.digests.push({ digest: (answer.json() as { digest: string }).digest, organ: who.organ as string })
}

const submit: Operation = async (lane) => {
  const photo = pick(lane.chance, lane.digests)
  if (!photo) return upload(lane)
  const who = officerOf('station-officer', photo.organ, lane.chance.below(4))
  const applicant = pick(lane.chance, lane.product.applicants)
  const body = {
    service: 'id-card-renewal',
    form: {
      identityNumber: applicant.identityNumber,
      reason: pick(lane.chance, ['expiry', 'appearance-changed', 'damaged']),
      photo: photo.digest,
      fingerprints: { how: 'captured', fingers: ['right-thumb'], quality: 85 },
      handover: { by: 'station' },
    },
  }
  const answer = await call(lane, 'submit', who, { method: 'POST', url: '/api/v1/cases', body })
  if (answer.statusCode === 201)
    lane.cases.push({
      number: (answer.json() as { number: string }).number,
      organ: photo.organ,
      personId: applicant.id,
      lastFour: applicant.identityNumber.slice(-4),
    })
}

const onCase =
  (name: string, who: (lane: Lane, organ: string) => Principal, body: (lane: Lane) => object): Operation =>
  async (lane) => {
    const one = pick(lane.chance, lane.cases)
    if (!one) return upload(lane)
    // One of five is asked by somebody of another station.
    const organ = lane.chance.below(5) === 0 ? pick(lane.chance, STATIONS) : one.organ
    await call(lane, name, who(lane, organ), { method: 'POST', url: `/api/v1/cases/${one.number}/${name}`, body: body(lane) })
  }

const atStation = (lane: Lane, organ: string): Principal => officerOf('station-officer', organ, lane.chance.below(4))
const atBureau = (): Principal => officerOf('referral-reviewer', BUREAU)

const readCase: Operation = async (lane) => {
  const one = pick(lane.chance, lane.cases)
  if (!one) return upload(lane)
  const who = pick<Principal>(lane.chance, [
    station(lane),
    atBureau(),
    officerOf('supervisor', '220100000000'),
    officerOf('dispatcher', '220000000000'),
    { id: `resident:${one.personId}`, role: 'resident', organ: null, personId: one.personId },
    { id: 'resident:stranger', role: 'resident', organ: null, personId: pick(lane.chance, lane.product.applicants).id },
  ])
  const unknown = lane.chance.below(10) === 0
  const number = unknown ? '22010000000000000' : one.number
  const answer = await call(lane, 'read', who, { method: 'GET', url: `/api/v1/cases/${number}` })
  noted(lane, who, 'case', answer.statusCode, unknown ? null : 'refused')
}

const list: Operation = async (lane) => {
  const who = pick(lane.chance, [station(lane), atBureau()])
  const which =
    who.role === 'referral-reviewer' ? pick(lane.chance, ['referred', 'to-look-at']) : pick(lane.chance, ['open-at-organ', 'at-organ', 'to-collect'])
  const answer = await call(lane, 'list', who, { method: 'GET', url: `/api/v1/cases?list=${which}&limit=5` })
  noted(lane, who, 'list', answer.statusCode, null)
}

const progress: Operation = async (lane) => {
  const one = pick(lane.chance, lane.cases)
  if (!one) return upload(lane)
  const right = lane.chance.below(2) === 0
  const answer = await call(lane, 'progress', null, {
    method: 'POST',
    url: '/api/v1/progress',
    body: { number: one.number, lastFour: right ? one.lastFour : '0000' },
  })
  // A number whose endings were tried too often is not looked at at all: there is nothing to write down.
  if (answer.statusCode !== 429) noted(lane, null, 'progress', answer.statusCode, 'refused')
}

const find: Operation = async (lane) => {
  const who = station(lane)
  const { identityNumber } = pick(lane.chance, lane.product.applicants)
  const answer = await call(lane, 'find', who, { method: 'POST', url: '/api/v1/people/find', body: { identityNumber, purpose: 'application' } })
  noted(lane, who, 'record', answer.statusCode, 'not-found')
}

const readPhoto: Operation = async (lane) => {
  const one = pick(lane.chance, lane.digests)
  if (!one) return upload(lane)
  const who = station(lane)
  const answer = await call(lane, 'photo', who, { method: 'GET', url: `/api/v1/photos/${one.digest}` })
  noted(lane, who, 'photo', answer.statusCode, 'not-found')
}

let receipts = 0
const OPERATIONS: readonly (readonly [weight: number, operation: Operation])[] = [
  [6, submit],
  [1, upload],
  [5, onCase('settle-fee', atStation, () => ({ how: 'paid', means: 'cash', receiptNumber: `R-${String(++receipts).padStart(6, '0')}`, amountCents: 2000 }))],
  [1, onCase('withdraw', atStation, () => ({ reason: '本人改变主意' }))],
  [2, onCase('decide-referral', atBureau, (lane) => ({ decision: pick(lane.chance, ['grant', 'reject']), reason: '核查完毕', basis: '居民身份证法 10' }))],
  [1, onCase('request-materials', atBureau, () => ({ missing: [{ id: 'photo', sentence: { zh: '请补交相片', en: 'Bring a photo' } }] }))],
  [1, onCase('supply-materials', atStation, () => ({ note: '已补交' }))],
  [1, onCase('second-look', atBureau, (lane) => ({ agrees: lane.chance.below(2) === 0, note: '复看' }))],
  [2, onCase('hand-over', atStation, () => ({ to: 'self', identityCheckedBy: 'fingerprint', oldCard: 'handed-back' }))],
  [5, readCase],
  [3, list],
  [3, progress],
  [3, find],
  [2, readPhoto],
]

function drawn(chance: Chance): Operation {
  let at = chance.below(OPERATIONS.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, operation] of OPERATIONS) {
    if (at < weight) return operation
    at -= weight
  }
  throw new Error('no operation was drawn')
}

/** Plays on so many lanes at once; what is decided concurrently races, as it does in the province. */
export async function play(product: Product, operations: number, seed: number, lanes = 4): Promise<Played> {
  const photos = await Promise.all([1, 2, 3].map((n) => portraitJpeg(n)))
  const shared = { cases: [] as Lane['cases'], digests: [] as Lane['digests'] }
  const played = { operations: 0, read: new Map<ReadingMark, number>(), answers: new Map<string, number>() }
  await Promise.all(
    Array.from({ length: lanes }, async (_, n) => {
      const lane: Lane = { ...{ product, photos, played, ...shared }, chance: seededChance(seed * 100 + n), keys: 0, name: `${seed}-${n}` }
      while (played.operations < operations) {
        played.operations += 1
        await drawn(lane.chance)(lane)
        if (n === 0 && lane.keys % TICK_EACH === 0) await product.work(lane.keys % (TICK_EACH * 25) === 0)
      }
    }),
  )
  await product.work(false)
  return played
}
