import type { KeptReading, Subject } from '#account/model.ts'
import {
  type AuditFilter,
  auditPiece,
  type Cursor,
  type FlagRow,
  flagsPiece,
  keptReading,
  type ReadingRow,
  readingsOfPersonPiece,
  reviewFlagPiece,
} from '#account/store/readings.ts'
import { isUuid, type Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Db } from '#platform/db.ts'
import type { Act } from '#platform/events.ts'

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
  /** Everything that was read of somebody, the latest first; what is withheld from them at `now` is left out until its term ends. */
  ofPerson(subject: Subject, asked: PageAsked, now: Instant): Promise<ReadingPage>
  /** For the audit: by officer, organ, purpose, words; withheld or not. */
  audit(filter: AuditFilter, asked: PageAsked): Promise<ReadingPage>
  /** What was unusual, the latest first. */
  flags(open: boolean, limit: number): Promise<readonly Flag[]>
  /** @returns false when there is no such flag, or somebody has reviewed it already */
  reviewFlag(id: Uuid, review: string, act: Act): Promise<boolean>
}

export function openReadingQueries(db: Db): ReadingQueries {
  return {
    async ofPerson(subject, { cursor, limit }, now) {
      const before = cursor !== undefined && isUuid(cursor) ? cursor : null
      const { rows } = await db.run<ReadingRow>(readingsOfPersonPiece(subject, now, before, limit, false))
      return pageOf(rows, limit, ({ id }) => id)
    },
    async audit(filter, { cursor, limit }) {
      const { rows } = await db.run<ReadingRow>(auditPiece(filter, cursor === undefined ? null : cursorOf(cursor), limit))
      return pageOf(rows, limit, ({ at, id }) => `${at}~${id}`)
    },
    async flags(open, limit) {
      const { rows } = await db.run<FlagRow>(flagsPiece(open, limit))
      return rows.map(({ actor_role: role, actor_organ: organ, ...flag }) => ({ ...flag, role, organ }))
    },
    reviewFlag: async (id, review, act) => (await db.run(reviewFlagPiece(id, review, act))).rowCount === 1,
  }
}

function pageOf(rows: readonly ReadingRow[], limit: number, positionOf: (row: ReadingRow) => string): ReadingPage {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { readings: page.map(keptReading), next: last ? positionOf(last) : null }
}

/** A cursor is where the page before ended; anything that is none begins at the start. */
function cursorOf(text: string): Cursor | null {
  const [at = '', id = ''] = text.split('~')
  return isUuid(id) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) ? { at: instant(at), id } : null
}
