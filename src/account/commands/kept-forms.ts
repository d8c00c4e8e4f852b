import { keepOnceChange, onceFact } from '#account/store/sign-in.ts'
import { type Instant, plusMinutes } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import { digestOf, secretToken } from '#platform/chance.ts'
import type { Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import type { Sealed } from '#platform/sealed.ts'

/** What somebody had typed when they were asked to prove that it is them. */
export interface KeptForm {
  readonly form: string
  readonly values: Readonly<Record<string, string | readonly string[]>>
}

export interface KeptForms {
  /** @returns the id under which it is found again, by the same actor alone */
  keep(actorId: string, form: KeptForm, at: Instant): Promise<string>
  find(actorId: string, id: string, at: Instant): Promise<KeptForm | undefined>
}

const KEPT_MINUTES = 30

export function openKeptForms({
  db,
  committer,
  sealer,
}: {
  readonly db: Db
  readonly committer: Committer
  readonly sealer: { seal(plain: string): Sealed; open(sealed: Sealed): string }
}): KeptForms {
  const keyOf = (actorId: string, id: string): string => digestOf(`${actorId} ${id}`)
  return {
    async keep(actorId, form, at) {
      const id = secretToken()
      const change = keepOnceChange('form', keyOf(actorId, id), sealer.seal(JSON.stringify(form)), plusMinutes(at, KEPT_MINUTES))
      await forSystem('session', () => committer.commit({ events: [], changes: [change] }))
      return id
    },
    async find(actorId, id, at) {
      const { kept } = await forSystem('session', () => gather(db, { kept: onceFact('form', keyOf(actorId, id)) }))
      if (kept === null || kept.expires_at <= at) return undefined
      return JSON.parse(sealer.open(JSON.parse(kept.body) as Sealed)) as KeptForm
    },
  }
}
