import type { KnownOfficer } from '#account/commands/sign-in.ts'
import { type AppointedOfficer, appointedOfficerFact } from '#account/store/sign-in.ts'
import { forSystem } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'

/** 警号 as typed or sent: in one form, so that no two are one to the eye (full width, small letters). */
export const foldedNumber = (number: string): string => number.normalize('NFKC').trim().toLowerCase()

export type FoundOfficer = { readonly known: false } | { readonly known: true; readonly officer: KnownOfficer | undefined }

/** Who has this number: `known` even when retired, so that nobody else is taken for them. */
export async function findOfficerByNumber(db: Db, number: string, shownName: (officer: AppointedOfficer) => string): Promise<FoundOfficer> {
  const { officer } = await forSystem('session', () => gather(db, { officer: appointedOfficerFact(foldedNumber(number)) }))
  if (officer === null) return { known: false }
  const { role, ...rest } = officer
  return { known: true, officer: role === null ? undefined : { ...rest, role, shownName: shownName(officer) } }
}
