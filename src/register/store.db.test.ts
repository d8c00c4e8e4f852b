import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import { type Day, instant } from '#kernel/time.ts'
import { SYSTEM } from '#platform/actor.ts'
import { LostRace, openCommitter, Taken } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import type { Act } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { openSealer } from '#platform/sealed.ts'
import { openRegister } from '#register/commands.ts'
import type { Card, Person, RegisterEffect } from '#register/model.ts'
import type { PersonRecord } from '#register/store.ts'
import { freshDatabase } from '#test/database.ts'
import { testKeys } from '#test/keys.ts'
import { testReadings } from '#test/readings.ts'

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 8, onLost: () => {}, otherwise: SYSTEM })
afterAll(() => db.end())
const committer = openCommitter(db)
const register = openRegister({ db, sealer: openSealer(testKeys()), readings: testReadings(db) })

const at = instant('2026-02-13T09:00:00+08:00')
const id = (): Uuid => uuidV7(at, randomBytes(10))
const household = id()
const mother: Person = {
  prefecture: '2201',
  id: id(),
  identityNumber: '220102199001018828',
  name: '王测试',
  sex: 'female',
  ethnicity: '满',
  birth: '1990-01-01' as Day,
  phone: '14000000001',
  address: '吉林省长春市南关区南岭街道测试路1号',
  township: '220102001',
  household,
  relationToHead: 'head',
  guardians: [],
  status: 'valid',
  flags: ['credit-record'],
  hardship: 'urban-minimum-living',
  fingerprintsOn: '2016-03-01' as Day,
  synthetic: true,
  version: 1,
}
const son: Person = {
  ...mother,
  id: id(),
  identityNumber: '220102201506068812',
  name: '王试',
  sex: 'male',
  birth: '2015-06-06' as Day,
  phone: null,
  relationToHead: 'child',
  guardians: [mother.id],
  fingerprintsOn: null,
  flags: [],
}
const card: Card = {
  prefecture: '2201',
  id: id(),
  personId: mother.id,
  kind: 'resident-id-card',
  issuer: '220102000000',
  issuedOn: '2016-03-01' as Day,
  validTo: '2036-03-01' as Day,
  status: 'valid',
  caseId: null,
  version: 1,
}
const act: Act = { at, actor: 'officer-1', actorRole: 'station-officer', actorOrgan: '220102500100', onBehalfOf: null, requestId: 'r1' }

const commit = (...effects: RegisterEffect[]) => committer.commit({ events: [], changes: register.effectChanges(effects) })
const cardsNow = async () => (await gather(db, { cards: register.cardsFact(mother) })).cards

beforeAll(() =>
  committer.commit({
    events: [],
    changes: [
      register.householdChange({ prefecture: '2201', id: household, township: '220102001', kind: 'family', synthetic: true, version: 1 }),
      ...register.personChanges(mother, son),
      register.cardChange(card),
    ],
  }),
)

test('whoever has a number is found in one statement, however it was typed, with guardian, household and cards', async () => {
  const found = await gather(db, {
    child: register.personByIdentityNumberFact('２２０１０２ 20150606-8812'),
    guardian: register.guardianByIdentityNumberFact(mother.identityNumber),
    noGuardian: register.guardianByIdentityNumberFact(undefined),
    nobody: register.personByIdentityNumberFact('220102199001010017'),
    byKey: register.personFact(mother),
    members: register.householdMembersFact({ prefecture: '2201', id: household }),
    cards: register.cardsOfPersonByIdentityNumberFact(mother.identityNumber),
    none: register.cardsOfPersonByIdentityNumberFact(son.identityNumber),
  })
  expect(found).toEqual({
    child: son,
    guardian: mother,
    noGuardian: null,
    nobody: null,
    byKey: mother,
    members: [mother, son].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    cards: [card],
    none: [],
  })
})

test('a number is registered once in the province, and a refused registration leaves nothing behind', async () => {
  const second: Person = { ...mother, prefecture: '2224', id: id(), name: '别人' }
  await expect(committer.commit({ events: [], changes: register.personChanges(second) })).rejects.toThrow(Taken)
  expect((await gather(db, { person: register.personFact(second) })).person).toBeNull()
})

test('effects of one decision apply together: new card, old one handed back, fingerprints on file', async () => {
  const fresh = {
    prefecture: '2201',
    id: id(),
    personId: mother.id,
    kind: 'resident-id-card',
    issuer: card.issuer,
    issuedOn: '2026-02-13' as Day,
    validTo: '2046-02-13' as Day,
    caseId: id(),
  } as const
  await commit(
    { type: 'issue-card', card: fresh },
    { type: 'set-card-status', prefecture: '2201', cardId: card.id, from: 'valid', to: 'surrendered' },
    { type: 'record-fingerprints', prefecture: '2201', personId: mother.id, on: '2026-02-13' as Day },
  )
  expect(await cardsNow()).toEqual([
    { ...card, status: 'surrendered', version: 2 },
    { ...fresh, status: 'valid', version: 1 },
  ])
  expect((await gather(db, { person: register.personFact(mother) })).person).toMatchObject({ fingerprintsOn: '2026-02-13', version: 2 })
})

test('a card that has gone on meanwhile is a lost race, and nothing of the decision is written', async () => {
  const before = await cardsNow()
  const lost = commit(
    { type: 'set-card-status', prefecture: '2201', cardId: card.id, from: 'valid', to: 'reported-lost' },
    { type: 'issue-card', card: { ...card, id: id() } },
  )
  await expect(lost).rejects.toThrow(LostRace)
  expect(await cardsNow()).toEqual(before)
})

test('of many who report the same card lost at once, one does', async () => {
  const current = (await cardsNow()).at(-1) as Card
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => commit({ type: 'set-card-status', prefecture: '2201', cardId: current.id, from: 'valid', to: 'reported-lost' })),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome.status === 'rejected' && !(outcome.reason instanceof LostRace))).toEqual([])
  expect((await cardsNow()).at(-1)).toMatchObject({ status: 'reported-lost', version: 2 })
})

test('a record is rewritten only by who saw its last version', async () => {
  const { keys } = (await gather(db, { found: register.recordByIdentityNumberFact(son.identityNumber) })).found as PersonRecord
  await committer.commit({ events: [], changes: [register.personUpdateChange({ person: { ...son, phone: '14000000002' }, keys })] })
  await expect(committer.commit({ events: [], changes: [register.personUpdateChange({ person: { ...son, phone: '14000000003' }, keys })] })).rejects.toThrow(
    LostRace,
  )
  expect((await gather(db, { son: register.personFact(son) })).son).toMatchObject({ phone: '14000000002', version: 2 })
})

test('each reading is written with reader and purpose, also when many read at once, and so is an attempt that found nobody', async () => {
  expect(await register.readPerson({ identityNumber: '220102199001010017', purpose: 'application' }, act)).toBeUndefined()
  const views = await Promise.all(
    [1, 2, 3, 4].map((n) => register.readPerson({ identityNumber: son.identityNumber, purpose: 'application' }, { ...act, actor: `officer-${n}` })),
  )
  expect(views.map((view) => view?.name)).toEqual(['王试', '王试', '王试', '王试'])
  const { rows } = await db.run({ text: 'select actor, person_id, what, outcome, purpose, fields from readings order by actor', values: [] })
  const nobody = { actor: 'officer-1', person_id: null, what: 'record', outcome: 'not-found', purpose: 'application', fields: '' }
  const seen = [1, 2, 3, 4].map((n) => ({ ...nobody, actor: `officer-${n}`, person_id: son.id, outcome: 'shown', fields: 'name,birth,address' }))
  expect(rows.filter(({ outcome }) => outcome === 'not-found')).toEqual([nobody])
  expect(rows.filter(({ outcome }) => outcome === 'shown')).toEqual(seen)
})
