import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Accounts } from '#account/commands/sessions.ts'
import type { Actor } from '#account/model.ts'
import { type Instant, instant, plusMs } from '#kernel/time.ts'
import type { Fault, StandIn } from '#partners/standin.ts'
import type { Places } from '#place/model.ts'
import { findOrgan } from '#place/rules/organs.ts'
import type { SandboxClock } from '#platform/clock.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { setSessionCookie } from '#platform/session-cookie.ts'
import { type Due, moveClock } from '#sim/sandbox/clock.ts'
import { clockBody, clockReply, durationMs, faultBody, resetBody, signInBody, signInReply } from '#sim/sandbox/contract.ts'
import { findOfficer, roleAt, usualOrgan } from '#sim/sandbox/officers.ts'

export interface SandboxDeps {
  readonly clock: SandboxClock
  readonly accounts: Accounts
  readonly places: Places
  readonly dues: readonly Due[]
  readonly standIns: readonly StandIn[]
  /** Where the stand-ins work when not in this process ('' when nobody knows): the clock is moved beside them, and nowhere else. */
  readonly heldElsewhere: () => string | undefined
  readonly findPerson: (id: string) => Promise<{ readonly personId: string; readonly shownName: string } | undefined>
  /** An officer has a number as soon as somebody is one. */
  readonly knowOfficer: (actor: Actor, at: Instant) => Promise<void>
  /** Empties the database, and makes the province anew while nothing else runs. */
  readonly reset: (seed: number, people: number | undefined) => Promise<void>
}

/** The sandbox's clock is moved by days at once, which must not sign anybody out. */
const SESSION_MINUTES = 400 * 24 * 60

/** What the routes offer to programs, for the pages. */
export interface SandboxControls {
  signIn(
    as: { readonly person: string } | { readonly role: Actor['role']; readonly organ?: string },
    at: Instant,
  ): Promise<{ readonly token: string; readonly actor: Actor }>
  moveClock(to: Instant): Promise<void>
  /** What takes long and is under way: a move of the clock, or a reset. */
  underWay(): UnderWay | undefined
  partners(): Promise<readonly { readonly name: string; readonly offers: readonly string[]; readonly on: readonly Fault[] }[]>
  /** @throws ProblemError for a partner or a fault that isn't */
  setFault(partner: string, fault: Fault): Promise<void>
  reset(seed: number): Promise<void>
}

export type UnderWay = { readonly what: 'move'; readonly from: Instant; readonly to: Instant } | { readonly what: 'reset' }

/** The controls that exist only in the sandbox; production does not mount them. */
export function mountSandbox(app: FastifyInstance, deps: SandboxDeps): SandboxControls {
  const { clock, accounts } = deps
  let moving: Promise<void> = Promise.resolve()
  let underWay: UnderWay | undefined
  /** Two moves at once would tread on each other: the second waits for the first. */
  const oneAtATime = (work: () => Promise<void>): Promise<void> => {
    moving = moving.catch(() => undefined).then(work)
    return moving
  }
  const showing = async (what: UnderWay, work: () => Promise<void>): Promise<void> => {
    underWay = what
    await work().finally(() => {
      underWay = undefined
    })
  }
  const moveTo = (to: Instant): Promise<void> => showing({ what: 'move', from: clock.now(), to }, () => moveClock(clock, deps.dues, to))
  const resetTo = (seed: number, people?: number): Promise<void> => showing({ what: 'reset' }, () => deps.reset(seed, people))
  const setFault = async (partner: string, fault: Fault): Promise<void> => {
    mustBeHere()
    const standIn = deps.standIns.find(({ name }) => name === partner)
    if (!standIn) throw new ProblemError(problem('invalid-input', { fields: { partner: unknownPartner(deps.standIns) } }))
    try {
      await standIn.setFault(fault)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new ProblemError(problem('invalid-input', { fields: { fault: { zh: `这个替身没有这种故障：${error.message}`, en: error.message } } }))
    }
  }
  const mustBeHere = (): void => {
    const elsewhere = deps.heldElsewhere()
    if (elsewhere !== undefined) throw new ProblemError(problem('unavailable', { title: controlledElsewhere(elsewhere) }))
  }
  const clockState = () => ({ now: clock.now(), running: clock.running })
  const tags = ['sandbox']

  app.get('/sandbox/clock', { schema: { tags, summary: 'The sandbox’s clock', response: { 200: clockReply } } }, async () => {
    await clock.refresh()
    return clockState()
  })
  app.post(
    '/sandbox/clock',
    { schema: { tags, summary: 'Move the clock forward; everything due happens on the way', body: clockBody, response: { 200: clockReply } } },
    async (request) => {
      mustBeHere()
      const body = request.body as { now: string } | { advance: string }
      await oneAtATime(async () => {
        await clock.refresh()
        const target: Instant = 'now' in body ? instant(body.now) : plusMs(clock.now(), durationMs(body.advance))
        if (target < clock.now()) throw new ProblemError(problem('invalid-input', { fields: { now: BACKWARD } }))
        await moveTo(target)
      })
      return clockState()
    },
  )
  app.post(
    '/sandbox/sign-in',
    { schema: { tags, summary: 'Sign in as anybody', body: signInBody, response: { 200: signInReply } } },
    async (request, reply) => {
      const { as } = request.body as { as: { person: string } | { officer: string } | { role: Actor['role']; organ?: string } | { department: string } }
      const found = await actorFor(deps, as)
      await deps.knowOfficer(found.actor, request.at)
      const { token, session } = await accounts.signIn(found.actor, found.shownName, request.at, SESSION_MINUTES)
      setSessionCookie(request, reply, token)
      return { token, actor: { id: session.id, role: session.role, organ: session.organ, personId: session.personId, name: session.shownName } }
    },
  )
  app.post(
    '/sandbox/faults',
    { schema: { tags, summary: 'Make a partner’s stand-in misbehave until told otherwise', body: faultBody, response: { 204: z.null() } } },
    async (request, reply) => {
      const { partner, ...fault } = request.body as { partner: string } & Fault
      await setFault(partner, fault)
      return reply.code(204).send()
    },
  )
  app.post(
    '/sandbox/reset',
    { schema: { tags, summary: 'The seeded province anew', body: resetBody, response: { 204: z.null() } } },
    async (request, reply) => {
      mustBeHere()
      const { seed, people } = request.body as { seed: number; people?: number }
      await oneAtATime(() => resetTo(seed, people))
      return reply.code(204).send()
    },
  )
  return {
    async signIn(as, at) {
      const found = await actorFor(deps, as)
      await deps.knowOfficer(found.actor, at)
      const { token } = await accounts.signIn(found.actor, found.shownName, at, SESSION_MINUTES)
      return { token, actor: found.actor }
    },
    moveClock: async (to) => {
      mustBeHere()
      await oneAtATime(() => moveTo(to))
    },
    underWay: () => underWay,
    partners: () => Promise.all(deps.standIns.map(async (standIn) => ({ name: standIn.name, offers: standIn.offers, on: await standIn.faults() }))),
    setFault,
    reset: async (seed) => {
      mustBeHere()
      await oneAtATime(() => resetTo(seed))
    },
  }
}

const controlledElsewhere = (url: string) => ({
  zh: `这个进程不运行沙盒的时钟和替身，请到运行它们的进程操作${url && `：${url}`}。`,
  en: `This process runs neither the sandbox’s clock nor the stand-ins; use the process that does${url && `: ${url}`}.`,
})

const BACKWARD = { zh: '时钟只能向前走：请给出一个不早于现在的时刻。', en: 'The clock only moves forward: give an instant not before now.' }

const unknownPartner = (standIns: readonly StandIn[]) => {
  const names = standIns.map(({ name }) => name).join(', ')
  return { zh: `请从这些替身中选择：${names}`, en: `Choose one of the stand-ins: ${names}` }
}

const OFFICER_UNKNOWN = { zh: '警员标识形如 station-officer:机构代码:序号。', en: 'An officer’s id reads station-officer:<organ code>:<number>.' }

async function actorFor(
  { places, findPerson }: SandboxDeps,
  as: { person: string } | { officer: string } | { role: Actor['role']; organ?: string } | { department: string },
): Promise<{ readonly actor: Actor; readonly shownName: string }> {
  if ('person' in as) {
    const person = await findPerson(as.person)
    if (!person) throw new ProblemError(problem('not-found'))
    return { actor: { id: `resident:${person.personId}`, role: 'resident', organ: null, personId: person.personId }, shownName: person.shownName }
  }
  if ('department' in as)
    return { actor: { id: `department-verifier:${as.department}`, role: 'department-verifier', organ: null, personId: null }, shownName: as.department }
  if ('officer' in as) {
    const found = findOfficer(places, as.officer)
    if (found === undefined) throw new ProblemError(problem('invalid-input', { fields: { 'as.officer': OFFICER_UNKNOWN } }))
    return found
  }
  const organ = as.organ ?? usualOrgan(places, as.role)
  if (organ !== null && !findOrgan(places, organ))
    throw new ProblemError(problem('invalid-input', { fields: { 'as.organ': { zh: '没有这个机构代码。', en: 'There is no organ with this code.' } } }))
  return roleAt(places, as.role, organ)
}
