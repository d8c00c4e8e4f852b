import type { Resource } from '#account/model.ts'
import type { CaseState } from '#case/model.ts'
import type { Places } from '#place/model.ts'
import { findOrgan, organsUnder } from '#place/rules/organs.ts'

/** Whoever acts, as far as their place of work decides what they may see. */
type AtOrgan = { readonly organ: string | null } | null

/** The organs under the actor's own, itself included. */
export function jurisdictionOf(places: Places, organ: string | null): ReadonlySet<string> {
  if (organ === null || !findOrgan(places, organ)) return new Set()
  return new Set(organsUnder(places, organ).map(({ code }) => code))
}

/** What `can` needs to know of a case: for the station that holds the card, the case is at that station. */
export const resourceOf = (places: Places, actor: AtOrgan, state: CaseState): Resource => ({
  personId: state.submission?.personId ?? null,
  organ: state.heldAt !== null && actor?.organ === state.heldAt ? state.heldAt : (state.submission?.organ ?? null),
  issuer: state.submission?.issuer ?? null,
  jurisdiction: jurisdictionOf(places, actor?.organ ?? null),
  acceptedBy: state.submittedBy,
  service: state.submission?.service ?? null,
})
