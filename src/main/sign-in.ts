import { openAccountNotes } from '#account/commands/account-notes.ts'
import { type Clients, openClients } from '#account/commands/clients.ts'
import { type KeptForms, openKeptForms } from '#account/commands/kept-forms.ts'
import { type LockOut, openLockOut } from '#account/commands/lock-out.ts'
import { openPasskeys, type Passkeys } from '#account/commands/passkeys.ts'
import type { Accounts } from '#account/commands/sessions.ts'
import { type KnownOfficer, openSignIn, type SignIn } from '#account/commands/sign-in.ts'
import { findOfficerByNumber } from '#account/queries/sign-in.ts'
import { signInRoutes } from '#account/routes/sign-in.ts'
import { type Guarded, strengthProblem } from '#account/rules/assurance.ts'
import type { Session } from '#account/rules/sessions.ts'
import type { Platform } from '#main/platform.ts'
import { openIdentityPlatform } from '#partners/identity/adapter.ts'
import { maskName } from '#person/rules.ts'
import { findOrgan } from '#place/rules/organs.ts'
import { forSystem } from '#platform/actor.ts'
import { systemIds } from '#platform/chance.ts'
import { gather } from '#platform/facts.ts'
import type { AnyRoute, Demand } from '#platform/http.ts'
import { problem } from '#platform/problem.ts'
import type { Register } from '#register/commands.ts'
import { findOfficer as findSandboxOfficer } from '#sim/sandbox/officers.ts'

export interface Signing {
  readonly signIn: SignIn
  readonly passkeys: Passkeys
  readonly clients: Clients
  readonly lockOut: LockOut
  readonly keptForms: KeptForms
  readonly findOfficer: (number: string) => Promise<KnownOfficer | undefined>
  readonly routes: readonly AnyRoute[]
}

/** Signing in, with what it must know of the register and of officers. */
export function openSigning(
  { db, committer, sealer, places, partnerSecret, partnerUrls, config, served }: Platform,
  register: Register,
  accounts: Accounts,
): Signing {
  const { secret, client } = config.identity
  const platform = openIdentityPlatform({ url: () => partnerUrls.identity, clientId: client, secret: secret ?? partnerSecret, insecure: config.sandbox })
  const publicUrl = (): string => served.url
  const findOfficer = async (number: string): Promise<KnownOfficer | undefined> => {
    const found = await findOfficerByNumber(db, number, ({ number: shown, organ }) => `${findOrgan(places, organ)?.name.zh ?? ''} ${shown}`.trim())
    if (found.known || !config.sandbox) return found.known ? found.officer : undefined
    const one = findSandboxOfficer(places, number)
    return one && { number, actorId: one.actor.id, role: one.actor.role, organ: one.actor.organ, shownName: one.shownName }
  }
  const notes = openAccountNotes(committer, systemIds)
  const lockOut = openLockOut(db, partnerSecret, notes)
  const passkeys = openPasskeys({ db, committer, accounts, lockOut, notes, publicUrl })
  const clients = openClients({ db, accounts, lockOut, notes, audience: () => `${publicUrl()}/api/v1/token` })
  const signIn = openSignIn({
    ...{ db, committer, accounts, notes, platform, publicUrl, findOfficer },
    async findPersonByNumber(identityNumber) {
      const { person } = await forSystem('session', () => gather(db, { person: register.personByIdentityNumberFact(identityNumber) }))
      return person === null || person.status !== 'valid' ? undefined : { personId: person.id, shownName: maskName(person.name) }
    },
  })
  return {
    ...{ signIn, passkeys, clients, lockOut, findOfficer },
    keptForms: openKeptForms({ db, committer, sealer }),
    routes: signInRoutes({ accounts, passkeys, clients, findOfficer }),
  }
}

/** What somebody must prove first, as a problem; a principal is a session. */
export const demandProof: Demand = (principal, action, at) => {
  const missing = strengthProblem(principal as Session, action as Guarded, at)
  if (missing === undefined) return undefined
  const { type, ...more } = missing
  return problem(type, more)
}
