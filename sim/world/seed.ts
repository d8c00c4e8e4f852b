import { canonicalJson } from '#kernel/canonical.ts'
import { seededChance } from '#kernel/chance.ts'
import type { Instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { type Change, type Committer, Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import type { Sealer } from '#platform/sealed.ts'
import { openRegisterStore, type RegisterStore } from '#register/store.ts'
import { type HouseholdOfPeople, makeHousehold } from '#sim/world/households.ts'
import { openWorld } from '#sim/world/world.ts'

/** People in one commit: enough that the round trips don't count, few enough that a statement stays some megabytes. */
const PEOPLE_IN_A_BATCH = 2_000

export interface Population {
  readonly seed: number
  readonly people: number
  /** As of when ages and cards were made. */
  readonly at: Instant
}

interface SeedDeps {
  readonly db: Db
  readonly committer: Committer
  readonly sealer: Sealer
  readonly places: Places
  readonly seed: number
  readonly people: number
  readonly now: Instant
}

/** The households of a population, the same for the same values, until there are at least that many people. */
export function* householdsOf(places: Places, { seed, people, at }: Population): Iterable<HouseholdOfPeople> {
  const world = openWorld({ places, chance: seededChance(seed), at })
  for (let count = 0; count < people; ) {
    const made = makeHousehold(world)
    count += made.residents.length
    yield made
  }
}

/**
 * Fills the register with synthetic people, once. Each batch is one transaction with a marker of its own: a start that was
 * cut off goes on behind the last whole batch, with the seed and instant of the first one, and makes the same people.
 * @returns the population that stands in the register, and how many people were added now
 */
export async function seedPeople(deps: SeedDeps): Promise<Population & { readonly added: number }> {
  const { db, committer, places, seed, people, now } = deps
  const store = openRegisterStore(deps.sealer)
  const done = await markers(db)
  const population = done[0] ?? { seed, people, at: now }
  let [batch, added] = [0, 0]
  for (const households of batches(householdsOf(places, population))) {
    if (batch >= done.length && (await stored(committer, [markerChange(batch, population), ...changesOf(store, households)]))) {
      added += households.reduce((sum, { residents }) => sum + residents.length, 0)
    }
    batch += 1
  }
  return { ...population, added }
}

function* batches(households: Iterable<HouseholdOfPeople>): Iterable<readonly HouseholdOfPeople[]> {
  let batch: HouseholdOfPeople[] = []
  let count = 0
  for (const household of households) {
    batch.push(household)
    count += household.residents.length
    if (count < PEOPLE_IN_A_BATCH) continue
    yield batch
    batch = []
    count = 0
  }
  if (batch.length > 0) yield batch
}

/** Another process may seed at the same moment: one of the two has the marker. */
async function stored(committer: Committer, changes: readonly Change[]): Promise<boolean> {
  try {
    await committer.commit({ events: [], changes })
    return true
  } catch (error) {
    if (error instanceof Taken && error.constraint === 'settings_pkey') return false
    throw error
  }
}

export function changesOf(store: RegisterStore, households: readonly HouseholdOfPeople[]): readonly Change[] {
  const residents = households.flatMap((household) => household.residents)
  return [
    store.householdChange(...households.map(({ household }) => household)),
    ...store.personChanges(...residents.map(({ person }) => person)),
    store.cardChange(...residents.flatMap(({ cards }) => cards)),
  ]
}

const MARKER = 'sandbox.people.'

const markerChange = (batch: number, population: Population): Change => ({
  text: 'insert into settings (prefecture, name, value, changed_at, changed_by) values ($1::text, $2::text, $3::text, $4::timestamptz, $5::text)',
  values: ['2200', `${MARKER}${String(batch).padStart(5, '0')}`, canonicalJson(population), population.at, 'system:seed'],
})

async function markers(db: Db): Promise<readonly Population[]> {
  const { rows } = await db.run<{ value: string }>({
    text: "select value from settings where prefecture = $1 and name like $2 || '%' order by name",
    values: ['2200', MARKER],
  })
  return rows.map(({ value }) => JSON.parse(value) as Population)
}
