import { newCode } from '#account/commands/passkeys.ts'
import { foldedNumber } from '#account/queries/sign-in.ts'
import { accountEvent } from '#account/store/account-events.ts'
import { administratorsExistFact, foundedOfficerChanges } from '#account/store/officers.ts'
import { keepOnceChange } from '#account/store/sign-in.ts'
import { type Uuid, uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import { digestOf, type Ids } from '#platform/chance.ts'
import { type Committer, LostRace, Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type StoredEvent, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'

export interface FirstAdministrator {
  readonly number: string
  /** Worth one passkey, until then. */
  readonly code: string
  readonly until: Instant
}

export type FirstAdministratorsProblem =
  | 'founded-already' // there are, or were, security administrators: they appoint the next ones
  | 'too-few' // whoever proposes a role may not approve it
  | 'number-wrong'
  | 'number-taken'

/** The one stream that says it happened: a second beginning has no place in it. */
const FOUNDING = uuid('0197a000-0000-7000-8000-0000f0a2d001')
const PROVINCE = '2200'
const OPERATOR = { id: 'operator', role: 'system', organ: null }
const NUMBER = /^[\w:.-]{4,60}$/
/** One proposes and another approves. */
const LEAST = 2

/**
 * The first security administrators of an installation, who appoint everybody else: once, while there is none. Each is given a code for
 * a first passkey.
 * @param numbers 警号, at least two
 * @param organ where they work
 */
export async function foundAdministrators(
  { db, committer, ids }: { readonly db: Db; readonly committer: Committer; readonly ids: Ids },
  numbers: readonly string[],
  organ: string,
  at: Instant,
): Promise<{ readonly founded: readonly FirstAdministrator[] } | { readonly problem: FirstAdministratorsProblem }> {
  const all = [...new Set(numbers.map(foldedNumber))]
  if (all.some((number) => !NUMBER.test(number))) return { problem: 'number-wrong' }
  if (all.length < LEAST) return { problem: 'too-few' }
  const { exist } = await forSystem('session', () => gather(db, { exist: administratorsExistFact() }))
  if (exist) return { problem: 'founded-already' }

  const act = { at, actor: OPERATOR.id, actorRole: OPERATOR.role, actorOrgan: null, onBehalfOf: null, requestId: 'first-administrators' }
  const eventsOf = <Event extends { readonly type: string }>(stream: Uuid, events: readonly Event[]): readonly StoredEvent[] =>
    storedEvents({ prefecture: PROVINCE, stream }, 0, events, act, { basis: 'GB/T 22239-2019 8.1.4.2 d' })
  const made = all.map((number) => ({ number, id: ids.uuid(at), roleId: ids.uuid(at), actorId: `officer:${number}`, ...newCode(at) }))
  const role = 'security-administrator'
  const events = [
    ...eventsOf(FOUNDING, [{ type: 'AdministratorsFounded', numbers: all }]),
    ...made.flatMap(({ id, number }) =>
      eventsOf(id, [
        { type: 'OfficerRegistered', number, organ },
        { type: 'RoleApproved', role, organ, proposedBy: OPERATOR.id },
      ]),
    ),
    ...made.map(({ actorId, until }) => accountEvent({ type: 'AccountCodeIssued', account: actorId, until }, OPERATOR, at, ids.uuid(at))),
  ]
  const changes = [
    ...foundedOfficerChanges(
      made.map(({ number, id, roleId, actorId }) => ({ number, id, roleId, actorId, role, organ })),
      at,
    ),
    ...made.map(({ number, digest, until }) => keepOnceChange('enrolment-code', digestOf(number), digest, until)),
  ]
  try {
    await forSystem('session', () => committer.commit({ events, changes }))
  } catch (error) {
    if (error instanceof LostRace) return { problem: 'founded-already' }
    if (error instanceof Taken) return { problem: 'number-taken' }
    throw error
  }
  return { founded: made.map(({ number, code, until }) => ({ number, code, until })) }
}
