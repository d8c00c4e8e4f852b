import { afterAll, expect, test } from 'vitest'
import { instant } from '#kernel/time.ts'
import { loadPlaces } from '#place/queries.ts'
import { SYSTEM } from '#platform/actor.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { openSealer } from '#platform/sealed.ts'
import { openRegisterStore } from '#register/store.ts'
import { householdsOf, seedPeople } from '#sim/world/seed.ts'
import { freshDatabase } from '#test/database.ts'
import { testKeys } from '#test/keys.ts'

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 4, onLost: () => {}, otherwise: SYSTEM })
afterAll(() => db.end())
const committer = openCommitter(db)
const sealer = openSealer(testKeys())
const places = loadPlaces()
const deps = { db, committer, sealer, places, seed: 7, people: 2_600, now: instant('2026-02-13T08:00:00+08:00') }

const countsOf = async () =>
  (
    await db.run<{ people: number; claims: number; cards: number; households: number }>({
      text: `select (select count(*)::int from register_people) as people, (select count(*)::int from identity_claims where claim_key like 'person:%') as claims,
        (select count(*)::int from cards) as cards, (select count(*)::int from register_households) as households`,
      values: [],
    })
  ).rows[0]

test('a seeding that was cut off goes on behind its last whole batch and ends with the same people', async () => {
  const expected = [...householdsOf(places, { seed: 7, count: 2_600, at: deps.now })]
  const residents = expected.flatMap((household) => household.residents)
  let commits = 0
  const dying = {
    commit: async (what: Parameters<typeof committer.commit>[0]) => {
      if (commits === 1) throw new Error('the machine went away')
      commits += 1
      await committer.commit(what)
    },
  }
  await expect(seedPeople({ ...deps, committer: dying })).rejects.toThrow('the machine went away')
  const half = await countsOf()
  expect(half?.people).toBeGreaterThanOrEqual(2_000)
  expect(half?.people).toBeLessThan(residents.length)

  // Started again with another clock and seed: what was begun is what is finished.
  const finished = await seedPeople({ ...deps, seed: 8, now: instant('2026-03-01T08:00:00+08:00') })
  expect(finished).toEqual({ seed: 7, count: 2_600, at: deps.now })
  expect(await countsOf()).toEqual({
    people: residents.length,
    claims: residents.length,
    households: expected.length,
    cards: residents.reduce((sum, { cards }) => sum + cards.length, 0),
  })

  await seedPeople({ ...deps, people: 5_000 })
  expect((await countsOf())?.people).toBe(residents.length)
})

test('every tenth resident is found by number with the same record and cards, and nothing personal lies open in the table', async () => {
  const store = openRegisterStore(sealer)
  const residents = [...householdsOf(places, { seed: 7, count: 2_600, at: deps.now })].flatMap((household) => household.residents)
  for (const { person, cards } of residents.filter((_, i) => i % 10 === 0)) {
    const found = await gather(db, { person: store.personByIdentityNumberFact(person.identityNumber), cards: store.cardsFact(person) })
    expect(found.person).toEqual(person)
    expect(new Set(found.cards)).toEqual(new Set(cards))
  }
  const { rows } = await db.run<{ line: string }>({ text: 'select register_people::text as line from register_people', values: [] })
  const stored = rows.map(({ line }) => line).join('\n')
  expect(residents.filter(({ person }) => stored.includes(person.identityNumber) || stored.includes(person.name) || stored.includes(person.address))).toEqual(
    [],
  )
})
