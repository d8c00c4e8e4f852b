import type { Chance } from '#kernel/chance.ts'
import type { Uuid } from '#kernel/ids.ts'
import { ageOn } from '#person/rules.ts'
import type { Division } from '#place/model.ts'
import type { Household, RegistrationStatus } from '#register/model.ts'
import { type Home, makeHome, makeResident, type PersonWishes, type Resident } from '#sim/world/people.ts'
import { drawTownship, type World } from '#sim/world/world.ts'

export interface HouseholdOfPeople {
  readonly household: Household
  readonly residents: readonly Resident[]
}

/** Kinds of households and how many of a hundred are such: estimates for a province that ages and has few children. */
const KINDS = [
  ['alone', 10],
  ['alone-old', 13],
  ['couple', 14],
  ['couple-old', 20],
  ['couple-one-child', 26],
  ['couple-two-children', 4],
  ['one-parent', 4],
  ['three-generations', 9],
  ['students', 1],
] as const
type HouseholdKind = (typeof KINDS)[number][0]

/** A family or students' household as it could be registered: a head, generations of fitting ages, guardians for whoever is a minor. */
export function makeHousehold(world: World, options: { readonly township?: Division; readonly kind?: HouseholdKind } = {}): HouseholdOfPeople {
  const kind = options.kind ?? drawKind(world.chance)
  const home = makeHome(world, options.township ?? drawTownship(world), kind === 'students' ? 'collective' : 'family')
  return { household: home.household, residents: membersOf(world, home, kind) }
}

function drawKind(chance: Chance): HouseholdKind {
  let luck = chance.below(KINDS.reduce((sum, [, share]) => sum + share, 0))
  for (const [kind, share] of KINDS) {
    luck -= share
    if (luck < 0) return kind
  }
  return 'alone'
}

const between = (chance: Chance, from: number, to: number): number => from + chance.below(to - from + 1)

function membersOf(world: World, home: Home, kind: HouseholdKind): readonly Resident[] {
  const { chance } = world
  switch (kind) {
    case 'alone':
      return [makeResident(world, home, { age: between(chance, 22, 59), status: drawStatus(chance) })]
    case 'alone-old':
      return [makeResident(world, home, { age: Math.min(101, 60 + Math.floor(-14 * Math.log(1 - chance.next()))), status: drawStatus(chance) })]
    case 'couple':
      return couple(world, home, between(chance, 26, 59))
    case 'couple-old':
      return couple(world, home, Math.min(95, 60 + Math.floor(-10 * Math.log(1 - chance.next()))))
    case 'couple-one-child':
      return withChildren(world, home, 1)
    case 'couple-two-children':
      return withChildren(world, home, 2)
    case 'one-parent':
      return oneParent(world, home)
    case 'three-generations':
      return threeGenerations(world, home)
    case 'students':
      return Array.from({ length: between(chance, 3, 6) }, () => makeResident(world, home, { age: between(chance, 18, 24), relationToHead: 'other' }))
  }
}

/** One in a hundred adults is no longer registered in the ordinary way. Parents of minors always are. */
function drawStatus(chance: Chance): RegistrationStatus {
  if (chance.next() >= 0.012) return 'valid'
  return chance.pick(['moved-out', 'deceased', 'deceased', 'in-service', 'settled-abroad', 'duplicate-cancelled'] as const)
}

function couple(world: World, home: Home, age: number, wishes: PersonWishes = {}): readonly [Resident, Resident] {
  const { chance } = world
  const first = makeResident(world, home, { age, sex: chance.next() < 0.82 ? 'male' : 'female', relationToHead: 'head', ...wishes })
  const other = first.person.sex === 'male' ? 'female' : 'male'
  const youngest = Math.max(22, age - 6)
  const mixed = chance.next() < 0.08
  const second = makeResident(world, home, {
    age: Math.max(youngest, age + (other === 'female' ? -1 : 1) * between(chance, -2, 4)),
    sex: other,
    relationToHead: first.person.relationToHead === 'parent' ? 'parent' : 'spouse',
    ...(mixed ? {} : { ethnicity: first.person.ethnicity }),
  })
  return [first, second]
}

/** Fewer in each later year: births fell by more than half in a decade. */
const drawChildAge = (chance: Chance): number => Math.floor(24 * chance.next() ** 0.7)

const surnameOf = ({ person }: Resident): string => (person.ethnicity === '维吾尔' ? '' : compoundOrFirst(person.name))

const COMPOUND = /^(?:欧阳|司徒|上官|诸葛|皇甫|南宫)/u
const compoundOrFirst = (name: string): string => COMPOUND.exec(name)?.[0] ?? (name[0] as string)

function child(world: World, home: Home, age: number, parents: readonly Resident[], relationToHead: 'child' | 'other' = 'child'): Resident {
  const father = parents.find(({ person }) => person.sex === 'male')
  const named = father !== undefined && world.chance.next() < 0.94 ? father : (parents.at(-1) as Resident)
  const guardians: readonly Uuid[] = age < 18 ? parents.map(({ person }) => person.id) : []
  return makeResident(world, home, { age, surname: surnameOf(named), ethnicity: world.chance.pick(parents).person.ethnicity, relationToHead, guardians })
}

function withChildren(world: World, home: Home, count: 1 | 2): readonly Resident[] {
  const { chance } = world
  const eldest = count === 2 ? 3 + chance.below(15) : drawChildAge(chance)
  const parents = couple(world, home, eldest + between(chance, 24, 34))
  const ages = count === 2 ? [eldest, Math.max(0, eldest - between(chance, 2, 7))] : [eldest]
  return [...parents, ...ages.map((age) => child(world, home, age, parents))]
}

function oneParent(world: World, home: Home): readonly Resident[] {
  const { chance } = world
  const age = drawChildAge(chance)
  const parent = makeResident(world, home, { age: age + between(chance, 22, 36), sex: chance.next() < 0.8 ? 'female' : 'male', relationToHead: 'head' })
  return [parent, child(world, home, age, [parent])]
}

/** The couple in the middle heads the household; its parents are the husband's or, seldom, the wife's. */
function threeGenerations(world: World, home: Home): readonly Resident[] {
  const { chance } = world
  const childAge = drawChildAge(chance)
  const age = childAge + between(chance, 24, 32)
  const grandparents = couple(world, home, age + between(chance, 24, 30), { relationToHead: 'parent', sex: 'male' })
  const surname = surnameOf(grandparents[0])
  const middle = couple(world, home, age, { surname, ethnicity: chance.pick(grandparents).person.ethnicity })
  const alive = chance.next() < 0.6 ? grandparents : [grandparents[1]]
  return [...middle, child(world, home, childAge, middle), ...alive]
}

/** Somebody who can act for the minor: an adult of the household, never younger than could be a parent. */
export function makeGuardian(world: World, home: Home, minor: Resident): Resident {
  const age = ageOn(minor.person.birth, world.on) + between(world.chance, 24, 34)
  return makeResident(world, home, { age, sex: 'female', ethnicity: minor.person.ethnicity, surname: surnameOf(minor), relationToHead: 'head' })
}
