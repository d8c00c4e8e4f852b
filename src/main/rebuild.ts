import type { Readings } from '#account/commands/readings.ts'
import { openCalendar } from '#calendar/queries.ts'
import { openCaseQueries } from '#case/queries.ts'
import { differingParcels } from '#delivery/queries.ts'
import type { Instant } from '#kernel/time.ts'
import { servicesDeclared } from '#main/platform.ts'
import { differingPayments } from '#payment/queries.ts'
import { PREFECTURES } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { SYSTEM } from '#platform/actor.ts'
import { readClock } from '#platform/clock.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import type { Sealer } from '#platform/sealed.ts'
import { openProductionQueries } from '#production/queries.ts'
import { foldDeltas, rebuildSupervision } from '#supervision/commands/fold.ts'

export interface Rebuilt {
  /** What was compared, e.g. `cases`. */
  readonly what: string
  /** What stands otherwise than its events say; nothing when the projection is right. */
  readonly differing: readonly string[]
}

const keyText = ({ prefecture, stream }: { readonly prefecture: string; readonly stream: string }): string => `${prefecture} ${stream}`

/** A fold is shown to nobody. */
const NOTHING_SHOWN: Readings = { record: neverAsked }

/** Folding opens nothing that was sealed. */
const noSealer: Sealer = {
  seal: neverAsked,
  open: neverAsked,
  blindIndex: neverAsked,
  newKeys: neverAsked,
  completedKeys: neverAsked,
  heldKeys: neverAsked,
  newFile: neverAsked,
  heldFile: neverAsked,
  rewrapped: neverAsked,
}

function neverAsked(): never {
  throw new Error('a rebuild reads no personal data')
}

/**
 * Proves that each projection equals the fold of its events, and changes none of them: only what waits to be counted for the
 * supervision is counted first, as the next second would do.
 */
export async function rebuild(databaseUrl: string): Promise<readonly Rebuilt[]> {
  const db = openDb({ url: databaseUrl, connectionsMax: 4, onLost: () => undefined, otherwise: SYSTEM })
  try {
    const [places, services, calendar] = [loadPlaces(), await servicesDeclared(), (await openCalendar(db)).current]
    const now: Instant = await readClock(db)
    const fold = { db, committer: openCommitter(db), prefectures: PREFECTURES, services }
    await foldDeltas(fold, now)
    const cases = await openCaseQueries({ db, sealer: noSealer, calendar, places, services, readings: NOTHING_SHOWN }).differingFromEvents(PREFECTURES)
    const supervised = await rebuildSupervision(fold, now)
    return [
      { what: 'cases', differing: cases.map(keyText) },
      { what: 'production', differing: await openProductionQueries({ db, places, calendar }).differingFromEvents() },
      { what: 'payments', differing: (await differingPayments(db, PREFECTURES)).map(keyText) },
      { what: 'parcels', differing: (await differingParcels(db, PREFECTURES)).map(keyText) },
      {
        what: 'supervision',
        differing: [...supervised.differingCases, ...supervised.differences.map((figure) => `figure ${JSON.stringify(figure)}`)],
      },
    ]
  } finally {
    await db.end()
  }
}

/** @returns the exit code: 0 when everything is as its events say, 1 when something differs, 2 when it could not be compared */
async function tell(): Promise<0 | 1 | 2> {
  try {
    const rebuilt = await rebuild(process.env.DATABASE_URL ?? '')
    for (const { what, differing } of rebuilt) {
      process.stdout.write(`${what}: ${differing.length === 0 ? 'as its events say' : `${differing.length} differ from their events`}\n`)
      for (const one of differing) process.stdout.write(`  ${one}\n`)
    }
    return rebuilt.every(({ differing }) => differing.length === 0) ? 0 : 1
  } catch (error) {
    process.stderr.write(`It could not be compared: ${(error as Error).message}\n`)
    return 2
  }
}

if (import.meta.main) process.exitCode = await tell()
