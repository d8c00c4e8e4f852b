import { createHash } from 'node:crypto'
import type { Accounts } from '#account/commands/sessions.ts'
import { type Actor, ADMINISTRATORS, type Role } from '#account/model.ts'
import { isStaff } from '#account/rules/sessions.ts'
import {
  decideRoleChange,
  endRolesChange,
  type KnownOfficer,
  knownOfficerChanges,
  newOfficerChange,
  officerChange,
  officerFact,
  officerOfRoleFact,
  proposeRoleChange,
} from '#account/store/officers.ts'
import { OFFICER_REFUSALS } from '#account/words.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import type { Instant } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Committer, decidedAgain, Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { type Answer, type Once, problemAnswer } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'

export type OfficerEvent =
  | { readonly type: 'OfficerRegistered'; readonly number: string; readonly organ: string }
  | { readonly type: 'RoleProposed'; readonly role: Role; readonly organ: string }
  | { readonly type: 'RoleApproved'; readonly role: Role; readonly organ: string; readonly proposedBy: string }
  | { readonly type: 'RoleRefused'; readonly role: Role; readonly organ: string; readonly proposedBy: string }
  | { readonly type: 'OfficerTransferred'; readonly from: string; readonly to: string }
  | { readonly type: 'OfficerRetired' }

export type OfficerRefusal = 'number-taken' | 'no-role' | 'role-twice' | 'own-proposal' | 'decided-already' | 'second-administrator' | 'retired'

export interface OfficerAsked {
  readonly number: string
  readonly organ: string
  readonly personId: Uuid | null
  /** How sessions and events name them; without it by number. */
  readonly actorId?: string
}

type Answering = (officer: KnownOfficer) => Answer

/** Undefined: there is no such officer, or no such proposal. */
export type OfficerAnswer = Promise<Answer | undefined>

/** Accounts of officers. A role is proposed by one security administrator and approved by another; nobody holds two of the three offices. */
export interface Officers {
  find(number: string): Promise<KnownOfficer | undefined>
  /** The sandbox's: whoever signs in as an officer there is one, with a number that is made of their name, once. */
  know(actor: Actor, at: Instant): Promise<void>
  register(asked: OfficerAsked, act: Act, once: Once, answer: Answering): Promise<Answer>
  propose(number: string, role: Role, organ: string, act: Act, once: Once, answer: Answering): OfficerAnswer
  decide(roleId: Uuid, approve: boolean, act: Act, once: Once, answer: Answering): OfficerAnswer
  /** What they had at the old organ ends, and their sessions with it. */
  transfer(number: string, organ: string, act: Act, once: Once, answer: Answering): OfficerAnswer
  retire(number: string, act: Act, once: Once, answer: Answering): OfficerAnswer
}

export interface OfficerDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly accounts: Pick<Accounts, 'endAllOf'>
}

const PROVINCE = '2200'
const PROVINCE_ORGAN = '220000000000'

const refusal = (code: OfficerRefusal): RefusalReason => ({ code, ...OFFICER_REFUSALS[code] })

interface Decided {
  readonly refused?: OfficerRefusal
  readonly events?: readonly OfficerEvent[]
  readonly changes?: readonly Change[]
  readonly after?: Partial<Pick<KnownOfficer, 'organ' | 'status'>>
}

export function openOfficers(deps: OfficerDeps): Officers {
  const { db, committer, ids, accounts } = deps

  /** One decision on a known officer: the stream's version guards it, and what must be unique refuses it. */
  const onOfficer = (
    read: (once: Once) => Promise<{ readonly officer: KnownOfficer | null; readonly replayed: Answer | undefined }>,
    decide: (officer: KnownOfficer) => Decided,
    act: Act,
    once: Once,
    answer: Answering,
  ): OfficerAnswer =>
    decidedAgain(async () => {
      const { officer, replayed } = await read(once)
      if (replayed) return replayed
      if (officer === null) return undefined
      const { refused, events = [], changes = [], after = {} } = decide(officer)
      if (refused) return refuse(refused, once)
      const next: KnownOfficer = { ...officer, ...after, version: officer.version + events.length }
      const answered = answer(next)
      try {
        await committer.commit({
          events: storedEvents({ prefecture: PROVINCE, stream: officer.id }, officer.version, events, act, { basis: 'GB/T 22239-2019 8.1.4.2 d' }),
          changes: [officerChange(next), ...changes, once.remember(answered)],
        })
      } catch (error) {
        if (error instanceof Taken && error.constraint.startsWith('officer_roles_one_administrator')) return refuse('second-administrator', once)
        if (error instanceof Taken && error.constraint === 'officer_roles_once') return refuse('role-twice', once)
        throw error
      }
      return answered
    })

  async function refuse(code: OfficerRefusal, once: Once): Promise<Answer> {
    const answered = problemAnswer(problem('refused', { refusals: [refusal(code)] }))
    await committer.commit({ events: [], changes: [once.remember(answered)] })
    return answered
  }

  const byNumber = (number: string) => async (once: Once) => {
    const { officer, seen } = await gather(db, { officer: officerFact(number), seen: once.seen })
    return { officer, replayed: once.replay(seen) }
  }
  const byRole = (roleId: Uuid) => async (once: Once) => {
    const { officer, seen } = await gather(db, { officer: officerOfRoleFact(roleId), seen: once.seen })
    return { officer, replayed: once.replay(seen) }
  }
  /** Ends their sessions when the answer says that something was done. */
  const andOut = async (number: string, work: OfficerAnswer, { at, actor: id, actorRole: role, actorOrgan: organ }: Act): OfficerAnswer => {
    const answered = await work
    const { officer } = await gather(db, { officer: officerFact(number) })
    if (answered !== undefined && answered.status < 400 && officer) await accounts.endAllOf(officer.actorId, 'officer-left', { id, role, organ }, at)
    return answered
  }

  return {
    async know({ id, role, organ }, at) {
      if (!isStaff(role)) return
      const number = `9${(Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, 12), 16) % 1_000_000).toString().padStart(6, '0')}`
      await forSystem('session', () =>
        committer.commit({
          events: [],
          changes: [...knownOfficerChanges({ number, id: ids.uuid(at), roleId: ids.uuid(at), actorId: id, role, organ: organ ?? PROVINCE_ORGAN }, at)],
        }),
      )
    },
    find: async (number) => (await gather(db, { officer: officerFact(number) })).officer ?? undefined,
    register: (asked, act, once, answer) =>
      decidedAgain(async () => {
        const { officer, seen } = await gather(db, { officer: officerFact(asked.number), seen: once.seen })
        const replayed = once.replay(seen)
        if (replayed) return replayed
        if (officer !== null) return refuse('number-taken', once)
        const { number, organ, personId, actorId = `officer:${number}` } = asked
        const made = { id: ids.uuid(act.at), number, actorId, organ, personId }
        const event: OfficerEvent = { type: 'OfficerRegistered', number, organ }
        const answered = answer({ ...made, role: 'partner', status: 'active', version: 1, roles: [] })
        await committer.commit({
          events: storedEvents({ prefecture: PROVINCE, stream: made.id }, 0, [event], act),
          changes: [newOfficerChange(made), once.remember(answered)],
        })
        return answered
      }),
    propose: (number, role, organ, act, once, answer) =>
      onOfficer(
        byNumber(number),
        (officer) => {
          if (officer.status === 'retired') return { refused: 'retired' }
          if (!isStaff(role)) return { refused: 'no-role' }
          if (isAdministrator(role) && officer.roles.some((held) => held.state === 'in-force' && isAdministrator(held.role) && held.role !== role))
            return { refused: 'second-administrator' }
          return { events: [{ type: 'RoleProposed', role, organ }], changes: [proposeRoleChange(ids.uuid(act.at), officer, role, organ, act)] }
        },
        act,
        once,
        answer,
      ),
    decide: (roleId, approve, act, once, answer) =>
      onOfficer(
        byRole(roleId),
        (officer) => {
          const proposal = officer.roles.find(({ id }) => id === roleId)
          if (proposal?.state !== 'proposed') return { refused: 'decided-already' }
          if (officer.status === 'retired') return { refused: 'retired' }
          // Neither whoever proposed it, nor the officer concerned.
          if (proposal.proposedBy === act.actor || officer.actorId === act.actor) return { refused: 'own-proposal' }
          const { role, organ, proposedBy } = proposal
          return {
            events: [{ type: approve ? 'RoleApproved' : 'RoleRefused', role, organ, proposedBy }],
            changes: [decideRoleChange(roleId, approve ? 'in-force' : 'refused', act)],
          }
        },
        act,
        once,
        answer,
      ),
    transfer: (number, organ, act, once, answer) =>
      andOut(
        number,
        onOfficer(
          byNumber(number),
          (officer) =>
            officer.status === 'retired'
              ? { refused: 'retired' }
              : {
                  events: [{ type: 'OfficerTransferred', from: officer.organ, to: organ }],
                  changes: [endRolesChange(number, act)],
                  after: { organ },
                },
          act,
          once,
          answer,
        ),
        act,
      ),
    retire: (number, act, once, answer) =>
      andOut(
        number,
        onOfficer(
          byNumber(number),
          (officer) =>
            officer.status === 'retired'
              ? { refused: 'retired' }
              : { events: [{ type: 'OfficerRetired' }], changes: [endRolesChange(number, act)], after: { status: 'retired' } },
          act,
          once,
          answer,
        ),
        act,
      ),
  }
}

const isAdministrator = (role: Role): boolean => (ADMINISTRATORS as readonly Role[]).includes(role)
