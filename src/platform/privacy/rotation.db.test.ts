/** Keys are turned over while people are registered and read, and nobody notices. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fileKeysSource } from '#attachment/store.ts'
import { seededChance } from '#kernel/chance.ts'
import { instant } from '#kernel/time.ts'
import { retireKeys, rotateKeys, wrappedSources } from '#main/rotate-keys.ts'
import { loadPlaces } from '#place/queries.ts'
import { SYSTEM } from '#platform/actor.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { holdKeys } from '#platform/keys.ts'
import { deleteKeysChange, personKeysSource } from '#platform/person-keys.ts'
import { KEYS_STREAM, type KeysEvent, rewrapAll, staleCount } from '#platform/privacy/rotation.ts'
import { openSealer } from '#platform/sealed.ts'
import type { Person } from '#register/model.ts'
import { openRegisterStore } from '#register/store.ts'
import { makeHome, makeResident } from '#sim/world/people.ts'
import { drawTownship, openWorld } from '#sim/world/world.ts'
import { freshDatabase } from '#test/database.ts'

const at = instant('2026-02-13T09:00:00+08:00')
const dataDir = mkdtempSync(join(tmpdir(), 'yitang-rotation-'))
const { applicationUrl: url } = await freshDatabase()
const db = openDb({ url, connectionsMax: 6, onLost: () => undefined, otherwise: SYSTEM })
afterAll(async () => {
  await db.end()
  rmSync(dataDir, { recursive: true })
})

/** A server process as far as keys go: its own copy of what the file said when it started. */
function openProcess() {
  const keys = holdKeys(dataDir, true)
  const sealer = openSealer(keys)
  return { keys, sealer, register: openRegisterStore(sealer), committer: openCommitter(db) }
}
const early = openProcess()
const world = openWorld({ places: loadPlaces(), chance: seededChance(5), at, madeFor: 'applicants' })

async function registered({ register, committer }: ReturnType<typeof openProcess>, count: number): Promise<Person[]> {
  const homes = Array.from({ length: count }, () => makeHome(world, drawTownship(world)))
  const people = homes.map((home) => makeResident(world, home, { age: 30 }).person)
  await committer.commit({ events: [], changes: [register.householdChange(...homes.map(({ household }) => household)), ...register.personChanges(...people)] })
  return people
}

const nameOf = async ({ register }: ReturnType<typeof openProcess>, person: Person) => (await gather(db, { found: register.personFact(person) })).found?.name

test('one process turns the keys over while another goes on registering and reading with the file it had', async () => {
  const before = await registered(early, 300)
  const written: Person[] = []
  const wrong: string[] = []
  let going = true
  const writing = (async () => {
    while (going) written.push(...(await registered(early, 3)))
  })()
  const reading = (async () => {
    for (let i = 0; going; i = (i + 1) % before.length) {
      const person = before[i] as Person
      if ((await nameOf(early, person)) !== person.name) wrong.push(person.id)
    }
  })()
  const rows = await rotateKeys(db, dataDir, at)
  going = false
  await Promise.all([writing, reading])
  expect(wrong).toEqual([])
  expect(written.length).toBeGreaterThan(0)
  expect(rows).toBeGreaterThanOrEqual(600)

  // What the early process wrapped with the old version after the pass is found by the next one; then the old version may go.
  const late = openProcess()
  const deps = { db, committer: late.committer, sealer: late.sealer, vault: late.keys.vault, sources: wrappedSources }
  await rewrapAll(deps)
  expect(await staleCount(deps)).toBe(0)
  await retireKeys(db, dataDir, at)
  const fresh = openProcess()
  for (const person of [...before.slice(0, 20), ...written]) expect(await nameOf(fresh, person)).toBe(person.name)
  // The process with the old file in its memory still opens what the new version wraps.
  for (const person of written) expect(await nameOf(early, person)).toBe(person.name)
  const { past } = await gather(db, { past: streamFact<KeysEvent>(KEYS_STREAM) })
  expect(past.map(({ event }) => event.type)).toEqual(['KeysTurnedOver', 'KeysRewrapped', 'KeysRetired'])
})

test('a key that is deleted between reading and rewrapping stays deleted', async () => {
  const process = openProcess()
  const [person] = (await registered(process, 1)) as [Person]
  const all = new Map([
    ['register', 99],
    ['case', 99],
  ] as const)
  const { rows } = await db.run<Parameters<typeof personKeysSource.rewrap>[0][number]>(personKeysSource.stale(all, '', 2_000))
  const mine = rows.filter(({ about }) => about.endsWith(person.id))
  expect(mine).toHaveLength(2)
  await process.committer.commit({ events: [], changes: [deleteKeysChange(person, ['register', 'case'], at)] })
  await process.committer.commit({ events: [], changes: [personKeysSource.rewrap(mine.map((row) => ({ ...row, anew: 'x' })))] })
  expect(await nameOf(process, person)).toBeUndefined()
})

test('files have keys of their own to rewrap', async () => {
  const { sealer, committer, keys } = openProcess()
  const file = sealer.newFile('2201:abc')
  await db.run({
    text: "insert into attachments (prefecture, digest, media_type, size, sealed, wrapped_key) values ('2201', 'abc', 'image/jpeg', 3, $1, $2)",
    values: [JSON.stringify(file.seal('bytes')), file.wrapped],
  })
  await rotateKeys(db, dataDir, at)
  const { rows } = await db.run<{ wrapped_key: string }>({ text: "select wrapped_key from attachments where digest = 'abc'", values: [] })
  expect(rows[0]?.wrapped_key).toMatch(/^attachment\.3\./)
  expect(
    openSealer(holdKeys(dataDir, false))
      .heldFile('2201:abc', rows[0]?.wrapped_key as string)
      .open(file.seal('x')),
  ).toBe('x')
  expect(await staleCount({ db, committer, sealer, vault: keys.vault, sources: [fileKeysSource] })).toBe(0)
})
