/** Everything that accepts a case and follows it, opened over a database as src/main.ts opens it, but in this process. */

import { readdirSync } from 'node:fs'
import pg from 'pg'
import { openPhotos } from '#attachment/commands.ts'
import { analysePhotoHere } from '#attachment/jobs.ts'
import { shippedCalendar } from '#calendar/rules.ts'
import { type CaseRecord, openCases } from '#case/commands.ts'
import { openCaseQueries } from '#case/queries.ts'
import type { ReviewSettings, Service } from '#catalogue/model.ts'
import { openDelivery } from '#delivery/commands/delivery.ts'
import { deliveryReactions } from '#delivery/jobs.ts'
import { shippedSettings } from '#delivery/rules/settings.ts'
import { day, type Instant, instant } from '#kernel/time.ts'
import { openMessages } from '#message/commands.ts'
import { messageReactions } from '#message/jobs.ts'
import { openCardLine } from '#partners/card-line/adapter.ts'
import { openCourier } from '#partners/courier/adapter.ts'
import { courierCorrection } from '#partners/courier/protocol.ts'
import { PREFECTURES } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { type DbActor, SYSTEM } from '#platform/actor.ts'
import { systemIds } from '#platform/chance.ts'
import { type Followers, openCommitter } from '#platform/commit.ts'
import { type Db, openDb } from '#platform/db.ts'
import type { Act, appendChanges } from '#platform/events.ts'
import { holdKeys } from '#platform/keys.ts'
import { jsonAnswer } from '#platform/once.ts'
import { openSealer, type Sealer } from '#platform/sealed.ts'
import type { Piece } from '#platform/statement.ts'
import { openProduction } from '#production/commands/production.ts'
import { productionReactions, productionSweeps } from '#production/jobs.ts'
import { openCorrections, openRegister } from '#register/commands.ts'
import { promiseProjector } from '#supervision/commands/fold.ts'
import { supervisionSweeps } from '#supervision/jobs.ts'
import { openSupervisionQueries } from '#supervision/queries.ts'
import { testReadings } from '#test/readings.ts'

/** The instant at which the bench's clock stands: a Friday before a long holiday, so that the reckoning of days has something to do. */
export const NOW = instant('2026-02-13T09:00:00+08:00')
/** The station at which everything is accepted. */
export const STATION = '220102500100'

const SETTINGS: ReviewSettings = {
  validFrom: day('2021-05-07'),
  referAppearanceChanged: true,
  referForgedDocuments: true,
  referCreditRecord: true,
  referItemMismatch: true,
  referFingerprintExemption: true,
  sampleShare: 200,
  photoStandard: '2004',
}

async function allServices(): Promise<ReadonlyMap<string, Service>> {
  const folder = new URL('../src/services/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href) as Promise<{ default: Service }>))
  return new Map(modules.map(({ default: service }) => [service.id, service]))
}

export interface OfficeOptions {
  /** As the product logs in. */
  readonly url: string
  /** Of whoever owns the tables; absent where they are only used as the product does. */
  readonly ownerUrl?: string
  /** Holds the sealing keys, shared with the server under measure. */
  readonly dataDir: string
  readonly connectionsMax?: number
  /** Another sealer than the product's: for what encryption costs. */
  readonly sealer?: (real: Sealer) => Sealer
  /** How events are written, where the cost of the evidence log is measured. */
  readonly append?: typeof appendChanges
  readonly cardLineUrl?: () => string
  readonly courierUrl?: () => string
}

export type Office = Awaited<ReturnType<typeof openOffice>>

export async function openOffice(options: OfficeOptions) {
  const { url, ownerUrl = url, dataDir, connectionsMax = 20, cardLineUrl = () => '', courierUrl = () => '' } = options
  const opened = openDb({ url, connectionsMax, onLost: () => undefined, otherwise: SYSTEM })
  /** What the bench does with the database that the product never does: fill it, count it, have it analysed. */
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 })
  /** While somebody listens, every statement that runs. */
  const listening: { current: ((piece: Piece) => void) | undefined } = { current: undefined }
  const db: Db = {
    ...opened,
    run: (piece) => {
      listening.current?.(piece)
      return opened.run(piece)
    },
  }
  const keys = holdKeys(dataDir, true)
  const real = openSealer(keys)
  const sealer = options.sealer?.(real) ?? real
  const followers: { current: Followers } = { current: { subscriptions: [], projectors: [] } }
  const committer = openCommitter(db, () => followers.current, options.append)
  const places = loadPlaces()
  const services = await allServices()
  const readings = testReadings(db)
  const register = openRegister({ db, sealer, readings })
  const calendar = () => shippedCalendar
  const now = () => NOW
  const settings = () => SETTINGS
  const photos = openPhotos({ db, committer, sealer, analyse: analysePhotoHere, standardVersion: () => SETTINGS.photoStandard })
  const cases = openCases({
    ...{ db, committer, ids: systemIds, sealer, register, calendar, places, services, settings },
    photoFact: (digest, { photoStandard }, organ) => photos.photoFact(prefectureOf(places, organ), digest, photoStandard),
  })
  const caseQueries = openCaseQueries({ db, sealer, calendar, places, services, readings })
  const secret = keys.partnerSecret
  const cardLine = openCardLine({ url: cardLineUrl, secret, now })
  const production = openProduction({ db, committer, calendar, places, cases, register, cardLine })
  const courier = openCourier({ url: courierUrl, secret, now })
  const corrections = openCorrections({
    ...{ db, committer, ids: systemIds, sealer, places, readings, store: register },
    receivers: { courier: (reference, number, corrected) => courier.correct(courierCorrection.parse({ reference, number, corrected })) },
  })
  const delivery = openDelivery({
    ...{ db, committer, ids: systemIds, sealer, calendar, places, cases },
    settings: () => shippedSettings,
    courier,
    corrections,
    production,
    register,
  })
  const reactions = [
    ...productionReactions(production),
    ...deliveryReactions(delivery, shippedSettings),
    ...messageReactions(openMessages({ db, committer, places })),
  ]
  const sweeps = [...productionSweeps(production), ...supervisionSweeps({ db, committer, ids: systemIds, prefectures: PREFECTURES, services })]
  followers.current = { subscriptions: reactions, projectors: [promiseProjector(services)] }
  return {
    ...{ db, owner, committer, places, services, sealer, register, photos, cases, caseQueries, production, reactions, sweeps },
    supervision: openSupervisionQueries({ db, places, services }),
    /** The answer that the API gives to a submission, kept for its key. */
    answer: (record: CaseRecord) =>
      jsonAnswer(201, caseQueries.view(record, NOW), {
        etag: `"${record.state.version}"`,
        location: `/api/v1/cases/${record.state.submission?.number}`,
      }),
    /** Every statement that `work` runs. */
    async listen(work: () => Promise<unknown>): Promise<readonly Piece[]> {
      const heard: Piece[] = []
      listening.current = (piece) => heard.push(piece)
      try {
        await work()
      } finally {
        listening.current = undefined
      }
      return heard
    },
    close: async () => {
      await opened.end()
      await owner.end()
    },
  }
}

/** For whom the database works while the officer accepts. */
export const officerInDatabase: DbActor = {
  id: `station-officer:${STATION}:1`,
  role: 'station-officer',
  organ: STATION,
  personId: null,
  purpose: 'case',
}

export const officerAt = (organ: string, at: Instant = NOW): Act => ({
  at,
  actor: `station-officer:${organ}:1`,
  actorRole: 'station-officer',
  actorOrgan: organ,
  onBehalfOf: null,
  requestId: 'bench',
})
