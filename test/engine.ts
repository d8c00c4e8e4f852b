/** Cases with everything below them that is real, for the worlds of what follows a case. Without vitest: figures use it too. */
import type { Calendar } from '#calendar/model.ts'
import { shippedCalendar } from '#calendar/rules.ts'
import { openCases } from '#case/commands.ts'
import type { CaseEvent } from '#case/model.ts'
import type { ReviewSettings, Service } from '#catalogue/model.ts'
import { seededChance } from '#kernel/chance.ts'
import { uuidV7 } from '#kernel/ids.ts'
import { day, type Instant, instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { SYSTEM } from '#platform/actor.ts'
import type { Ids } from '#platform/chance.ts'
import { type Followers, openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { type PastEvent, type StreamKey, streamFact } from '#platform/events.ts'
import { gather, known } from '#platform/facts.ts'
import { openHttp, type Principal } from '#platform/http.ts'
import { openLog } from '#platform/log.ts'
import { openMetrics } from '#platform/metrics.ts'
import { type Once, openOnce } from '#platform/once.ts'
import { openSealer } from '#platform/sealed.ts'
import { openRegister } from '#register/commands.ts'
import { testKeys } from '#test/keys.ts'
import { testReadings } from '#test/readings.ts'

/** Nothing is referred and nothing drawn for a second look: what is submitted is granted. */
const GRANTING: ReviewSettings = {
  validFrom: day('2021-05-07'),
  referAppearanceChanged: false,
  referForgedDocuments: false,
  referCreditRecord: false,
  referItemMismatch: false,
  referFingerprintExemption: false,
  sampleShare: 0,
  photoStandard: '2004',
}

export interface EngineOptions {
  /** Of a migrated database. */
  readonly url: string
  readonly startAt: string
  readonly seed: number
  readonly services: readonly Service[]
  readonly places?: Places
  readonly calendar?: () => Calendar
  readonly connectionsMax?: number
}

export function openEngine({
  url,
  startAt,
  seed,
  services: listed,
  places = loadPlaces(),
  calendar = () => shippedCalendar,
  connectionsMax = 10,
}: EngineOptions) {
  const db = openDb({ url, connectionsMax, onLost: () => {}, otherwise: SYSTEM })
  const chance = seededChance(seed)
  const ids: Ids = { uuid: (at) => uuidV7(at, chance.bytes(10)), below: (bound) => chance.below(bound) }
  const sealer = openSealer(testKeys())
  let now = instant(startAt)
  const clock = {
    now: () => now,
    running: false,
    refresh: async () => {},
    moveTo: async (to: Instant) => {
      now = to
    },
  }
  const followers: { current: Followers } = { current: { subscriptions: [], projectors: [] } }
  const committer = openCommitter(db, () => followers.current)
  const readings = testReadings(db)
  const register = openRegister({ db, sealer, readings })
  const services = new Map(listed.map((service) => [service.id, service]))
  const cases = openCases({
    ...{ db, committer, ids, sealer, register, calendar, places, services },
    settings: () => GRANTING,
    photoFact: (digest) => known({ digest, checks: [] }),
  })
  const [log, metrics] = [openLog('silent'), openMetrics()]
  return {
    ...{ db, log, metrics, places, chance, ids, sealer, clock, calendar, followers, committer, readings, register, services, cases },
    /** A server that believes whoever says in `x-test-principal` who they are. */
    openApp: () =>
      openHttp({
        ...{ log, metrics, now: clock.now },
        authenticate: async (request) => {
          const given = request.headers['x-test-principal']
          return typeof given === 'string' ? (JSON.parse(given) as Principal) : null
        },
      }),
    /** A key that nobody has used. */
    once: (): Once => openOnce('tester', `key-${chance.below(2 ** 31)}-${chance.below(2 ** 31)}`, '/test', null, now),
    caseEvents: async (key: StreamKey): Promise<readonly PastEvent<CaseEvent>[]> => (await gather(db, { past: streamFact<CaseEvent>(key) })).past,
  }
}
