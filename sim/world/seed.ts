import { seededChance } from '#kernel/chance.ts'
import type { Instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import type { Change, Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import type { Sealer } from '#platform/sealed.ts'
import { openRegisterStore, type RegisterStore } from '#register/store.ts'
import { type Begun, seedInBatches } from '#sim/world/batches.ts'
import { type HouseholdOfPeople, makeHousehold } from '#sim/world/households.ts'
import { openWorld } from '#sim/world/world.ts'

/** People in one commit: enough that the round trips don't count, few enough that a statement stays some megabytes. */
const PEOPLE_IN_A_BATCH = 2_000

interface SeedDeps {
  readonly db: Db
  readonly committer: Committer
  readonly sealer: Sealer
  readonly places: Places
  readonly seed: number
  readonly people: number
  readonly now: Instant
}

/** The households of a population until there are at least `count` people; the same for the same values. */
export function* householdsOf(places: Places, { seed, count, at }: Begun): Iterable<HouseholdOfPeople> {
  const world = openWorld({ places, chance: seededChance(seed), at })
  for (let people = 0; people < count; ) {
    const made = makeHousehold(world)
    people += made.residents.length
    yield made
  }
}

/** Fills the register with synthetic people, once, in resumable batches. @returns what the province was begun with */
export async function seedPeople({ db, committer, sealer, places, seed, people, now }: SeedDeps): Promise<Begun> {
  const store = openRegisterStore(sealer)
  const { begun } = await seedInBatches({
    db,
    committer,
    what: 'people',
    begun: { seed, count: people, at: now },
    *commits(first) {
      for (const households of batches(householdsOf(places, first))) yield { events: [], changes: changesOf(store, households) }
    },
  })
  return begun
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

export function changesOf(store: RegisterStore, households: readonly HouseholdOfPeople[]): readonly Change[] {
  const residents = households.flatMap((household) => household.residents)
  return [
    store.householdChange(...households.map(({ household }) => household)),
    ...store.personChanges(...residents.map(({ person }) => person)),
    store.cardChange(...residents.flatMap(({ cards }) => cards)),
  ]
}
