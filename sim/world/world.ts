import type { Chance } from '#kernel/chance.ts'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import { type Day, dayOf, type Instant, plusDays, plusYears, yearOf } from '#kernel/time.ts'
import type { Sex } from '#person/model.ts'
import { makeIdentityNumber } from '#person/rules.ts'
import type { Division, Places } from '#place/model.ts'
import { countyOf, divisionsOfLevel, pathOf } from '#place/rules/divisions.ts'

/**
 * The province's synthetic people are recognised by three marks: `synthetic` on every record, an address with 测试 in it, and
 * a sequence from 800 to 995 in the identity number. Stations hand sequences out from below, so high ones are rare (estimate):
 * the numbers are valid, yet hardly any belongs to somebody.
 */
const SEQUENCE_FROM = 800
/** So many for each sex on a day in a region, parted so that who is made apart from others never meets their numbers. */
const SEQUENCES = { residents: [0, 40], applicants: [40, 70], 'to-order': [70, 98] } as const
export type MadeFor = keyof typeof SEQUENCES
/** 11-digit numbers that begin with 140 are given to nobody: that range is for machines and has 13 digits (工信部 numbering; interpretation). */
const PHONE_PREFIX = '1400'

/** Everything that making people needs; the same chance gives the same people. */
export interface World {
  readonly places: Places
  readonly chance: Chance
  readonly at: Instant
  readonly on: Day
  readonly madeFor: MadeFor
  readonly townships: readonly Division[]
  /** Running sums of the townships' persons. */
  readonly personsUpTo: readonly number[]
  /** Numbers already given, so that none is given twice. */
  readonly taken: Set<string>
}

export function openWorld(parts: { readonly places: Places; readonly chance: Chance; readonly at: Instant; readonly madeFor?: MadeFor }): World {
  const townships = divisionsOfLevel(parts.places, 'township').filter((township) => township.populationEstimate > 0)
  let sum = 0
  const personsUpTo = townships.map((township) => {
    sum += township.populationEstimate
    return sum
  })
  return { ...parts, madeFor: parts.madeFor ?? 'residents', on: dayOf(parts.at), townships, personsUpTo, taken: new Set() }
}

/** A township, each as likely as it has residents. @param within code of a prefecture or county. @throws RangeError when nobody lives there. */
export function drawTownship({ townships, personsUpTo, chance, places }: World, within?: string): Division {
  if (within !== undefined) {
    const inside = townships.filter((township) => township.code === within || countyOf(places, township.code).code.startsWith(within))
    if (inside.length === 0) throw new RangeError(`no township with residents in ${within}`)
    return chance.pick(inside)
  }
  const wanted = chance.next() * (personsUpTo.at(-1) as number)
  let [low, high] = [0, personsUpTo.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((personsUpTo[middle] as number) > wanted) high = middle
    else low = middle + 1
  }
  return townships[low] as Division
}

export const drawId = ({ at, chance }: World): Uuid => uuidV7(at, chance.bytes(10))

/** A birth that makes exactly this age on the world's day. */
export const drawBirth = ({ on, chance }: World, age: number): Day => plusDays(plusYears(on, -age), -chance.below(365))

/** County codes that were in force until the year, for those first registered before. 居民身份证法 3: a number never changes. */
const CODE_UNTIL: Readonly<Record<string, { readonly former: string; readonly until: number }>> = {
  '220112': { former: '220125', until: 1995 },
  '220113': { former: '220181', until: 2014 },
  '220184': { former: '220381', until: 2020 },
  '220605': { former: '220625', until: 2006 },
  '220781': { former: '220724', until: 2013 },
}
/** Where those come from who were first registered outside the province. */
const OTHER_PROVINCES = [
  '210102',
  '210202',
  '211202',
  '230103',
  '230221',
  '231002',
  '150502',
  '152201',
  '370602',
  '371102',
  '130102',
  '110105',
  '410102',
  '340102',
]
/** Numbers began in 1984; before, nobody was registered under one. */
const NUMBERS_FROM = 1984
/** Estimates. */
const FROM_OTHER_PROVINCE = 0.04
const FROM_OTHER_COUNTY = 0.09

/** The six digits under which somebody was first registered, who lives in the county today. */
export function drawRegion(world: World, county: string, birth: Day): string {
  const { chance } = world
  const luck = chance.next()
  if (luck < FROM_OTHER_PROVINCE) return chance.pick(OTHER_PROVINCES)
  const at = luck < FROM_OTHER_PROVINCE + FROM_OTHER_COUNTY ? countyOf(world.places, drawTownship(world).code).code : county
  const change = CODE_UNTIL[at]
  return change && Math.max(NUMBERS_FROM, yearOf(birth)) < change.until ? change.former : at
}

/** A number that nobody of this world has. @throws Error when all of a day, region and sex are given. */
export function drawIdentityNumber(world: World, parts: { readonly region: string; readonly birth: Day; readonly sex: Sex }): string {
  const [from, to] = SEQUENCES[world.madeFor]
  const start = world.chance.below(to - from)
  for (let i = 0; i < to - from; i += 1) {
    const sequence = SEQUENCE_FROM + 2 * (from + ((start + i) % (to - from))) + (parts.sex === 'male' ? 1 : 0)
    const number = makeIdentityNumber({ region: parts.region, birth: parts.birth, sequence })
    if (world.taken.has(number)) continue
    world.taken.add(number)
    return number
  }
  throw new Error(`no number is left for ${parts.region} ${parts.birth}`)
}

export const drawPhone = ({ chance }: World): string => `${PHONE_PREFIX}${String(chance.below(10_000_000)).padStart(7, '0')}`

/** A real township, and in it a street or village that is none. */
export function drawAddress({ chance, places }: World, township: Division): string {
  const path = pathOf(places, township.code).zh
  if (township.kind === 'subdistrict')
    return `${path}测试路${1 + chance.below(300)}号${1 + chance.below(6)}单元${1 + chance.below(18)}0${1 + chance.below(4)}室`
  if (township.isSeat) return `${path}测试街${1 + chance.below(120)}号`
  return `${path}测试村${1 + chance.below(12)}组${1 + chance.below(90)}号`
}
