import { type KnownOfficer, officerOf, officersPiece } from '#account/store/officers.ts'
import type { Db } from '#platform/db.ts'

export interface OfficerPage {
  readonly officers: readonly KnownOfficer[]
  readonly next: string | null
}

export interface OfficersAsked {
  readonly organ?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface OfficerQueries {
  /** By number; of one organ, where it is named. */
  list(asked: OfficersAsked): Promise<OfficerPage>
}

export const openOfficerQueries = (db: Db): OfficerQueries => ({
  async list({ organ, cursor, limit }) {
    const { rows } = await db.run<Parameters<typeof officerOf>[0]>(officersPiece(organ ?? null, cursor ?? null, limit))
    const page = rows.slice(0, limit).map(officerOf)
    return { officers: page, next: rows.length > limit ? (page.at(-1)?.number ?? null) : null }
  },
})
