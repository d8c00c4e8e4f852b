/** Readings as the product writes them down, for tests that open a concept alone. */
import { openReadings, type ReadingFacts, type Readings } from '#account/commands/readings.ts'
import { systemIds } from '#platform/chance.ts'
import { openCommitter } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'

/** Nobody has a case and nobody lives with anybody. */
const ALONE: ReadingFacts = { withCaseAt: async () => new Set(), sameHousehold: async () => false }

export const testReadings = (db: Db, facts: Partial<ReadingFacts> = {}): Readings =>
  openReadings({ db, committer: openCommitter(db), ids: systemIds, facts: { ...ALONE, ...facts } })
