/** A station's window over a database of one's own: what tests of cases, production and delivery begin with. */

import pg from 'pg'
import { afterAll } from 'vitest'
import { shippedCalendar } from '#calendar/rules.ts'
import { type CaseRecord, type Cases, openCases } from '#case/commands.ts'
import { openCaseQueries } from '#case/queries.ts'
import type { ReviewSettings, Service } from '#catalogue/model.ts'
import { seededChance } from '#kernel/chance.ts'
import { uuidV7 } from '#kernel/ids.ts'
import { day, type Instant, instant } from '#kernel/time.ts'
import { loadPlaces } from '#place/queries.ts'
import { getDivision } from '#place/rules/divisions.ts'
import { SYSTEM } from '#platform/actor.ts'
import type { Ids } from '#platform/chance.ts'
import { type Followers, openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import type { Act } from '#platform/events.ts'
import { known } from '#platform/facts.ts'
import { type Answer, jsonAnswer, type Once, openOnce } from '#platform/once.ts'
import { openSealer } from '#platform/sealed.ts'
import { openRegister } from '#register/commands.ts'
import type { Card, Person } from '#register/model.ts'
import first from '#services/id-card-first.ts'
import lossReport from '#services/id-card-loss-report.ts'
import renewal from '#services/id-card-renewal.ts'
import replacement from '#services/id-card-replacement.ts'
import temporary from '#services/id-card-temporary.ts'
import { makeHome, makeResident, type PersonWishes } from '#sim/world/people.ts'
import { openWorld } from '#sim/world/world.ts'
import { freshDatabase } from '#test/database.ts'
import { testKeys } from '#test/keys.ts'
import { testReadings } from '#test/readings.ts'

export const FRIDAY_MORNING = instant('2026-02-13T11:59:00+08:00')
export const STATION = '220102500100'
export const REVIEW_SETTINGS: ReviewSettings = {
  validFrom: day('2021-05-07'),
  referAppearanceChanged: true,
  referForgedDocuments: true,
  referCreditRecord: true,
  referItemMismatch: true,
  referFingerprintExemption: true,
  sampleShare: 0,
  photoStandard: '2004',
}

const services: ReadonlyMap<string, Service> = new Map([first, renewal, replacement, temporary, lossReport].map((service) => [service.id, service]))

/** @param followers reactions and projectors under test */
export async function openWindows(followers?: () => Followers) {
  const database = await freshDatabase()
  const db = openDb({ url: database.applicationUrl, connectionsMax: 12, onLost: () => undefined, otherwise: SYSTEM })
  afterAll(() => db.end())
  const sealer = openSealer(testKeys())
  const committer = openCommitter(db, followers)
  const places = loadPlaces()
  const chance = seededChance(11)
  const ids: Ids = { uuid: (at) => uuidV7(at, chance.bytes(10)), below: (bound) => chance.below(bound) }
  const readings = testReadings(db)
  const register = openRegister({ db, sealer, readings })
  const calendar = () => shippedCalendar
  const caseDeps = {
    db,
    committer,
    ids,
    sealer,
    register,
    calendar,
    places,
    services,
    settings: () => REVIEW_SETTINGS,
    photoFact: (digest: string) => known({ digest, checks: [] }),
  }
  const cases: Cases = openCases(caseDeps)
  const queries = openCaseQueries({ db, sealer, calendar, places, services, readings })
  const world = openWorld({ places, chance, at: FRIDAY_MORNING })

  /** Registers somebody; by default of 延边, thirty, with a card that expires soon. */
  async function resident(wishes: PersonWishes = {}, township = '222401001'): Promise<{ person: Person; cards: readonly Card[] }> {
    const home = makeHome(world, getDivision(places, township))
    const made = makeResident(world, home, { age: 30, flags: [], hardship: 'none', card: { expiresOn: day('2026-03-01') }, ...wishes })
    await committer.commit({
      events: [],
      changes: [register.householdChange(home.household), ...register.personChanges(made.person), register.cardChange(...made.cards)],
    })
    return made
  }

  /** What the application may not do to its own tables. */
  async function asOwner(text: string, values: readonly unknown[] = []): Promise<void> {
    const owner = new pg.Client({ connectionString: database.url })
    await owner.connect()
    await owner.query(text, [...values]).finally(() => owner.end())
  }

  let keys = 0
  const once = (body: unknown, at: Instant = FRIDAY_MORNING, owner = 'officer:1', given = `window-key-${++keys}`): Once =>
    openOnce(owner, given, '/api/v1/cases', body, at)
  const answer = (record: CaseRecord): Answer => jsonAnswer(201, { number: record.state.submission?.number, status: record.state.status })
  const renewalForm = (person: Person, more: object = {}) => ({
    identityNumber: person.identityNumber,
    reason: 'expiry',
    photo: 'a'.repeat(64),
    fingerprints: { how: 'captured', fingers: ['left-thumb'], quality: 80 },
    handover: { by: 'station' },
    ...more,
  })
  /** Submits at the window; `done` or the test fails. */
  async function submitted(form: Record<string, unknown>, at: Instant = FRIDAY_MORNING, service = 'id-card-renewal'): Promise<CaseRecord> {
    const outcome = await cases.submit({ service, channel: 'window', form, organ: STATION }, officer(at), once(form, at), answer)
    if (outcome.kind !== 'done') throw new Error(`not submitted: ${JSON.stringify(outcome)}`)
    return outcome
  }
  return {
    db,
    database,
    asOwner,
    committer,
    places,
    ids,
    register,
    calendar,
    cases,
    queries,
    resident,
    once,
    answer,
    renewalForm,
    submitted,
    services,
    sealer,
    readings,
  }
}

export const officer = (at: Instant = FRIDAY_MORNING, n = 1, organ = STATION): Act => ({
  at,
  actor: `station-officer:${organ}:${n}`,
  actorRole: 'station-officer',
  actorOrgan: organ,
  onBehalfOf: null,
  requestId: `request-${n}`,
})
