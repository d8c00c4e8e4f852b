import type { KeptReading } from '#account/model.ts'
import {
  type AuditFilter,
  auditPiece,
  type Cursor,
  type FlagRow,
  flagsPiece,
  keptReading,
  officerNumbersFact,
  type ReadingRow,
  readingsOfPersonPiece,
} from '#account/store/readings.ts'
import { isUuid, type Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { noCursor } from '#platform/cursor.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'

export interface ReadingPage {
  readonly readings: readonly KeptReading[]
  readonly next: string | null
}

export interface PageAsked {
  readonly cursor?: string | undefined
  readonly limit: number
}

export type Flag = Omit<FlagRow, 'actor_role' | 'actor_organ'> & { readonly role: string; readonly organ: string | null }

export interface ReadingQueries {
  /**
   * Everything that was read of somebody, the latest first; what is withheld from them at `now` is left out until its term ends.
   * @param own what they read themselves, or what everybody else did
   * @throws ProblemError naming the cursor, for one that is not ours
   */
  ofPerson(personId: Uuid, own: boolean, asked: PageAsked, now: Instant): Promise<ReadingPage>
  /** 警号 by the name that events and readings have for an officer. */
  officerNumbers(actors: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** For the audit: by officer, organ, purpose, words; withheld or not. */
  audit(filter: AuditFilter, asked: PageAsked): Promise<ReadingPage>
  /** What was unusual, the latest first. */
  flags(open: boolean, limit: number): Promise<readonly Flag[]>
}

export function openReadingQueries(db: Db): ReadingQueries {
  return {
    async ofPerson(personId, own, { cursor, limit }, now) {
      if (cursor !== undefined && !isUuid(cursor)) throw noCursor()
      const before = cursor ?? null
      const { rows } = await db.run<ReadingRow>(readingsOfPersonPiece({ personId, own, prefectures: PREFECTURES }, now, before, limit))
      return pageOf(rows, limit, ({ id }) => id)
    },
    officerNumbers: async (actors) => (await gather(db, { numbers: officerNumbersFact([...new Set(actors)]) })).numbers,
    async audit(filter, { cursor, limit }) {
      const { rows } = await db.run<ReadingRow>(auditPiece(filter, cursor === undefined ? null : cursorOf(cursor), limit))
      return pageOf(rows, limit, ({ at, id }) => `${at}~${id}`)
    },
    async flags(open, limit) {
      const { rows } = await db.run<FlagRow>(flagsPiece(open, limit))
      return rows.map(({ actor_role: role, actor_organ: organ, ...flag }) => ({ ...flag, role, organ }))
    },
  }
}

function pageOf(rows: readonly ReadingRow[], limit: number, positionOf: (row: ReadingRow) => string): ReadingPage {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { readings: page.map(keptReading), next: last ? positionOf(last) : null }
}

/** A cursor is where the page before ended. @throws ProblemError for what is none, also for a day that no calendar has */
function cursorOf(text: string): Cursor {
  const [at = '', id = ''] = text.split('~')
  if (!isUuid(id) || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at)) throw noCursor()
  try {
    return { at: instant(at), id }
  } catch {
    throw noCursor()
  }
}
