import { canonicalJson } from '#kernel/canonical.ts'
import type { Instant } from '#kernel/time.ts'
import { type Change, type Commit, type Committer, Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'

/** What a seeding was begun with: the same again makes the same. */
export interface Begun {
  readonly seed: number
  readonly count: number
  /** As of when ages, cards and cases are made. */
  readonly at: Instant
}

interface Seeding {
  readonly db: Db
  readonly committer: Committer
  /** Names the markers: `sandbox.<what>.00000`, … */
  readonly what: string
  readonly begun: Begun
  /** SQL that answers whether there is something already that these batches would run into: then nothing is made. */
  readonly unless?: string
  /** The batches in order; the same for the same `begun`. Asked for only while something is still to be made. */
  commits(begun: Begun): Iterable<Commit> | AsyncIterable<Commit>
}

/**
 * Seeds once. Each batch is one transaction with a marker of its own: a start that was cut off goes on behind the last whole
 * batch, with the values of the first one, and makes the same.
 * @returns what was begun, how many batches were written now, and whether it was left out
 */
export async function seedInBatches(seeding: Seeding): Promise<{ readonly begun: Begun; readonly batches: number; readonly leftOut?: true }> {
  const { db, committer, what, begun, commits } = seeding
  const { found, isTaken } = await markers(db, what, seeding.unless)
  const first = found[0]?.begun ?? begun
  if (found.some(({ name }) => name.endsWith(FINISHED))) return { begun: first, batches: 0 }
  if (found.length === 0 && isTaken) {
    await committed(committer, { events: [], changes: [markerChange(what, FINISHED, { ...begun, count: 0 })] })
    return { begun: first, batches: 0, leftOut: true }
  }
  let [number, batches] = [0, 0]
  for await (const commit of commits(first)) {
    const marked = { ...commit, changes: [markerChange(what, String(number).padStart(5, '0'), first), ...commit.changes] }
    const isNew = number >= found.length && (await committed(committer, marked))
    // Another process began at the same moment, perhaps at another instant: what it begins with holds for both.
    if (number === 0 && found.length === 0 && !isNew) return seedInBatches(seeding)
    if (isNew) batches += 1
    number += 1
  }
  await committed(committer, { events: [], changes: [markerChange(what, FINISHED, first)] })
  return { begun: first, batches }
}

/** Another process may seed at the same moment: one of the two has the marker. */
async function committed(committer: Committer, commit: Commit): Promise<boolean> {
  try {
    await committer.commit(commit)
    return true
  } catch (error) {
    if (error instanceof Taken && error.constraint === 'settings_pkey') return false
    throw error
  }
}

const PROVINCE = '2200'

/** Sorts behind the numbers. */
const FINISHED = 'finished'

const markerChange = (what: string, part: string, begun: Begun): Change => ({
  text: 'insert into settings (prefecture, name, value, changed_at, changed_by) values ($1::text, $2::text, $3::text, $4::timestamptz, $5::text)',
  values: [PROVINCE, `sandbox.${what}.${part}`, canonicalJson(begun), begun.at, 'system:seed'],
})

/** Both in one statement: another process that seeds at the same moment has written its first marker with whatever else it wrote. */
async function markers(db: Db, what: string, unless = 'false') {
  const { rows } = await db.run<{ found: { name: string; value: string }[] | null; taken: boolean }>({
    text: `select (select json_agg(s order by s.name) from (
        select name, value from settings where prefecture = $1 and name like $2 || '%') s) as found, ${unless} as taken`,
    values: [PROVINCE, `sandbox.${what}.`],
  })
  const found = (rows[0]?.found ?? []).map(({ name, value }) => ({ name, begun: JSON.parse(value) as Begun }))
  return { found, isTaken: rows[0]?.taken === true }
}
