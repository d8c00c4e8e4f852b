import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { PeopleFacts, Representations } from '#account/commands/representations.ts'
import { ACTING_COOKIE, type Actor } from '#account/model.ts'
import type { Registered } from '#account/rules/standing.ts'
import { NOT_FOR_ANOTHER, STANDING_REFUSALS } from '#account/words.ts'
import { isUuid, type Uuid, uuid } from '#kernel/ids.ts'
import { maskName } from '#person/rules.ts'
import { PREFECTURES } from '#place/model.ts'
import { forSystem } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import type { Principal } from '#platform/http.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Register } from '#register/commands.ts'
import type { Person } from '#register/model.ts'

/** What the register says of whoever represents or is represented. Only comparisons come of it, and a masked name. */
export function peopleFacts(db: Db, register: Register): PeopleFacts {
  const find = (personId: Uuid): Promise<Registered | null> =>
    forSystem('representative-named', async () => {
      const facts = Object.fromEntries(PREFECTURES.map((prefecture) => [prefecture, register.personFact({ prefecture, id: personId })]))
      const found = Object.values(await gather(db, facts)).find((person) => person !== null)
      return found === undefined ? null : registeredOf(found)
    })
  const findByNumber = (identityNumber: string): Promise<Person | null> =>
    forSystem('representative-named', async () => (await gather(db, { person: register.personByIdentityNumberFact(identityNumber) })).person)
  return {
    find,
    async findByNumber(identityNumber) {
      const person = await findByNumber(identityNumber)
      return person === null ? null : registeredOf(person)
    },
    async findByNameAndNumber(name, identityNumber) {
      const person = await findByNumber(identityNumber)
      return person === null || person.name !== name.normalize('NFKC').trim() ? null : registeredOf(person)
    },
  }
}

const registeredOf = ({ prefecture, id, name, birth, guardians, status }: Person): Registered => ({
  ...{ prefecture, personId: id, shown: maskName(name), birth, guardians, valid: status === 'valid' },
})

/** By program: a header that says it with every request. In a browser: what was chosen on the page, until it is chosen otherwise. */
const HEADER = 'acting-for'

interface RouteConfig {
  readonly forAnother?: boolean
  /** A page that stays one's own, whomever one acts for. */
  readonly ownAlways?: boolean
}

const asRepresentative = (principal: Principal, represents: NonNullable<Actor['represents']>): Principal => ({
  ...principal,
  role: represents.kind === 'guardian' ? 'guardian' : 'agent',
  represents,
})

/**
 * Whoever says that they act for another is asked on what, at every request. Nothing is done in their own name by mistake: what isn't
 * theirs, isn't standing or isn't for others ends the request.
 */
export function mountActing(app: FastifyInstance, representations: Pick<Representations, 'standing'>): void {
  app.addHook('preValidation', async (request, reply) => {
    const { principal } = request
    if (request.url.startsWith('/api/')) {
      const named = request.headers[HEADER]
      if (named === undefined) return
      if (principal === null) throw new ProblemError(problem('not-signed-in'))
      request.principal = await byHeader(representations, principal, String(named), request)
      return
    }
    const chosen = request.cookies[ACTING_COOKIE]
    const { forAnother, ownAlways } = request.routeOptions.config as RouteConfig
    if (chosen === undefined || principal?.role !== 'resident' || ownAlways || principal.personId === null) return
    const standing = isUuid(chosen) ? await representations.standing(uuid(chosen), uuid(principal.personId), request.at) : undefined
    if (standing?.ok !== true) return reply.clearCookie(ACTING_COOKIE, { path: '/' }).redirect('/acting?over=yes', 303)
    if (forAnother) request.principal = asRepresentative(principal, standing.represented)
    else if (forAnother === false) return reply.redirect('/acting?only=self', 303)
    return undefined
  })
}

async function byHeader(
  representations: Pick<Representations, 'standing'>,
  principal: Principal,
  named: string,
  { routeOptions, at }: FastifyRequest,
): Promise<Principal> {
  if (principal.role !== 'resident' || principal.personId === null || !isUuid(named)) throw new ProblemError(problem('not-found'))
  const standing = await representations.standing(uuid(named), uuid(principal.personId), at)
  if (!standing.ok) {
    if (standing.problem === 'unknown') throw new ProblemError(problem('not-found'))
    throw new ProblemError(problem('refused', { refusals: [{ code: standing.problem, ...STANDING_REFUSALS[standing.problem] }] }))
  }
  if (!(routeOptions.config as RouteConfig).forAnother) throw new ProblemError(problem('refused', { refusals: [NOT_FOR_ANOTHER] }))
  return asRepresentative(principal, standing.represented)
}
