import { z } from 'zod'
import { seededChance } from '#kernel/chance.ts'
import { fieldProblems } from '#kernel/fields.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, dayOf, type Instant } from '#kernel/time.ts'
import { ageOn, isAdultOn, parseIdentityNumber } from '#person/rules.ts'
import { type Places, PREFECTURES } from '#place/model.ts'
import { findDivision, getDivision } from '#place/rules/divisions.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Committer, decidedAgain, LostRace, Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import { type AnyRoute, route } from '#platform/http.ts'
import { type Answer, jsonAnswer, type Once } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Sealed, Sealer } from '#platform/sealed.ts'
import type { Register } from '#register/commands.ts'
import type { Card, Person } from '#register/model.ts'
import { cardStateOn, currentCard } from '#register/rules.ts'
import type { PersonRecord } from '#register/store.ts'
import { makeGuardian } from '#sim/world/households.ts'
import { type Home, homeOf, makeHome, makeResident, type Resident } from '#sim/world/people.ts'
import { drawTownship, openWorld, type World } from '#sim/world/world.ts'

const number = z.string().refine((text) => parseIdentityNumber(text).ok)
const isoDay = z.iso.date().transform((text) => text as Day)

/** Whatever isn't said is drawn. People are named by their identity numbers. */
const wishesBody = z.strictObject({
  age: z.number().int().min(0).max(110).optional(),
  birth: isoDay.optional(),
  sex: z.enum(['male', 'female']).optional(),
  name: z.string().trim().min(1).max(60).optional(),
  ethnicity: z.string().trim().min(1).max(30).optional(),
  /** Nine digits. */
  township: z
    .string()
    .regex(/^\d{9}$/)
    .optional(),
  /** A prefecture or county, when the township doesn't matter. */
  within: z
    .string()
    .regex(/^\d{4}(\d{2})?$/)
    .optional(),
  /** The first six digits of the number. */
  region: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  phone: z
    .string()
    .regex(/^1[3-9]\d{9}$/)
    .nullable()
    .optional(),
  status: z.enum(['valid', 'moved-out', 'deceased', 'in-service', 'settled-abroad', 'duplicate-cancelled']).optional(),
  flags: z.array(z.enum(['number-collision', 'appearance-changed', 'forged-documents', 'credit-record', 'item-change-pending'])).default([]),
  hardship: z.enum(['none', 'urban-minimum-living', 'rural-special', 'other']).default('none'),
  /** null: no card; absent: the cards of a life. */
  card: z
    .strictObject({
      status: z.enum(['valid', 'reported-lost', 'replaced', 'surrendered', 'cancelled']).optional(),
      issuedOn: isoDay.optional(),
      expiresOn: isoDay.nullable().optional(),
    })
    .nullable()
    .optional(),
  fingerprints: z.union([z.boolean(), isoDay]).optional(),
  /** Somebody in whose household the person is registered. */
  inHouseholdOf: number.optional(),
  /** Minors whose guardian the person becomes; without `inHouseholdOf` the person joins the first one's household. */
  guardianOf: z.array(number).max(10).default([]),
})

type Wishes = z.output<typeof wishesBody>

const LIKE = ['any', 'in-force', 'expiring', 'expired', 'reported-lost', 'no-card', 'child', 'flagged', 'hardship', 'closed'] as const
type Like = (typeof LIKE)[number]

const record = z.object({ person: z.looseObject({}), cards: z.array(z.looseObject({})) })

export interface SandboxPeopleDeps {
  readonly db: Db
  readonly committer: Committer
  readonly register: Register
  readonly sealer: Sealer
  readonly places: Places
  readonly ids: Ids
  readonly now: () => Instant
}

/** The sandbox's controls over people: make one to order, or find one who fits. Never mounted in production. */
export const sandboxPeopleRoutes = (deps: SandboxPeopleDeps): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/sandbox/people',
    summary: 'Make a synthetic person as wished, with a guardian when a minor has none; answers with the whole records',
    tag: 'sandbox',
    open: true,
    body: wishesBody,
    reply: { 201: record.extend({ guardians: z.array(record) }) },
    handle: ({ body, once }) => decidedAgain(() => register(deps, body, once)),
  }),
  route({
    method: 'GET',
    path: '/sandbox/people',
    summary: 'Some synthetic people of a prefecture who fit, with their numbers and cards: somebody to try the windows with',
    tag: 'sandbox',
    open: true,
    query: z.strictObject({
      prefecture: z.enum(PREFECTURES).default('2201'),
      like: z.enum(LIKE).default('any'),
      limit: z.coerce.number().int().min(1).max(100).default(10),
    }),
    reply: { 200: z.object({ people: z.array(record) }) },
    async handle({ query }) {
      const on = dayOf(deps.now())
      const { people } = await gather(deps.db, { people: deps.register.syntheticPeopleFact(query.prefecture, LOOKED_AT) })
      return jsonAnswer(200, { people: people.filter(({ person, cards }) => fits(query.like, person, cards, on)).slice(0, query.limit) })
    },
  }),
]

/** For the sandbox's page. @throws ProblemError for wishes that can't be understood or contradict each other */
export function makePerson(deps: SandboxPeopleDeps, wishes: unknown, once: Once): Promise<Answer> {
  const parsed = wishesBody.safeParse(wishes)
  if (!parsed.success) throw new ProblemError(problem('invalid-input', { fields: fieldProblems(wishesBody, parsed.error) }))
  return decidedAgain(() => register(deps, parsed.data, once))
}

async function register(deps: SandboxPeopleDeps, body: Wishes, once: Once): Promise<Answer> {
  const named = [...body.guardianOf, ...(body.inHouseholdOf === undefined ? [] : [body.inHouseholdOf])]
  const { seen, ...found } = await gather(deps.db, {
    seen: once.seen,
    ...Object.fromEntries(named.map((number, i) => [`p${i}`, deps.register.recordByIdentityNumberFact(number)])),
  })
  const replayed = once.replay(seen)
  if (replayed) return { ...replayed, body: deps.sealer.open(JSON.parse(replayed.body) as Sealed) }
  const people = Object.values(found) as readonly (PersonRecord | null)[]
  const unknown = people.indexOf(null)
  if (unknown >= 0) throw wrong(unknown < body.guardianOf.length ? `guardianOf.${unknown}` : 'inHouseholdOf', NOBODY)
  const known = people as readonly PersonRecord[]
  const minors = known.slice(0, body.guardianOf.length)
  const household = (body.inHouseholdOf === undefined ? minors[0] : known.at(-1))?.person
  const { home, residents } = make(deps, body, household)
  const [made, ...guardians] = residents as readonly [Resident, ...Resident[]]
  const answer = jsonAnswer(201, { ...made, guardians })
  await commitAgain(deps, [
    ...(household ? [] : [deps.register.householdChange(home.household)]),
    ...deps.register.personChanges(...residents.map(({ person }) => person)),
    deps.register.cardChange(...residents.flatMap(({ cards }) => cards)),
    ...minors.map(({ person, keys }) => deps.register.personUpdateChange({ person: { ...person, guardians: [...person.guardians, made.person.id] }, keys })),
    // Kept as long as any answer, and personal data is never kept open.
    once.remember({ ...answer, body: JSON.stringify(deps.sealer.seal(answer.body)) }),
  ])
  return answer
}

/** Enough to hold a few of every kind. */
const LOOKED_AT = 1_500

function fits(like: Like, person: Person, cards: readonly Card[], on: Day): boolean {
  const age = ageOn(person.birth, on)
  const current = currentCard(cards, on)
  switch (like) {
    case 'any':
      return true
    case 'child':
      return age < 16 && person.status === 'valid'
    case 'flagged':
      return person.flags.length > 0
    case 'hardship':
      return person.hardship !== 'none'
    case 'closed':
      return person.status !== 'valid'
    case 'no-card':
      return age >= 16 && cards.length === 0
    default:
      return person.status === 'valid' && current !== undefined && cardStateOn(current, on) === like
  }
}

const NOBODY: Sentence = { zh: '没有这个公民身份号码的人，请先创建。', en: 'Nobody has this identity number; make that person first.' }
const NO_PLACE: Sentence = { zh: '吉林省没有这个区划代码，或者那里没有居民。', en: 'There is no such division in the province, or nobody lives there.' }

const wrong = (field: string, sentence: Sentence): ProblemError => new ProblemError(problem('invalid-input', { fields: { [field]: sentence } }))

function make(deps: SandboxPeopleDeps, wishes: Wishes, household: Person | undefined): { readonly home: Home; readonly residents: readonly Resident[] } {
  const world = openWorld({ places: deps.places, chance: seededChance(deps.ids.below(2 ** 31)), at: deps.now(), madeFor: 'to-order' })
  const { township, within, inHouseholdOf: _in, guardianOf: _of, ...own } = wishes
  const home = household ? homeOf(world, household) : newHome(world, township, within)
  try {
    const resident = makeResident(world, home, { ...own, relationToHead: household ? 'other' : 'head' })
    if (isAdultOn(resident.person.birth, world.on)) return { home, residents: [resident] }
    const asChildOf = (guardian: Person): Resident => ({ ...resident, person: { ...resident.person, relationToHead: 'child', guardians: [guardian.id] } })
    if (household && isAdultOn(household.birth, world.on)) return { home, residents: [asChildOf(household)] }
    const guardian = makeGuardian(world, home, resident)
    return { home, residents: [asChildOf(guardian.person), guardian] }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw wrong('(body)', { zh: `这些要求互相矛盾：${error.message}`, en: `These wishes contradict each other: ${error.message}` })
  }
}

function newHome(world: World, township: string | undefined, within: string | undefined): Home {
  const code = township ?? within
  if (code !== undefined && findDivision(world.places, code) === undefined) throw wrong(township ? 'township' : 'within', NO_PLACE)
  return makeHome(world, township ? getDivision(world.places, township) : drawTownship(world, within))
}

/** A number that somebody has already, or a key that another request used meanwhile: `decidedAgain` draws and looks anew. */
async function commitAgain({ committer }: SandboxPeopleDeps, changes: readonly Change[]): Promise<void> {
  try {
    await committer.commit({ events: [], changes })
  } catch (error) {
    if (error instanceof Taken) throw new LostRace()
    throw error
  }
}
