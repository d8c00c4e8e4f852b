import type { Calendar } from '#calendar/model.ts'
import { isWorkingDay } from '#calendar/rules.ts'
import type { Chance } from '#kernel/chance.ts'
import { type Day, dayOf, type Instant, plusDays, plusYears, timeOn } from '#kernel/time.ts'
import { type Places, PREFECTURES } from '#place/model.ts'
import { getDivision } from '#place/rules/divisions.ts'
import { stationsOf } from '#place/rules/organs.ts'
import type { RegisterFlag } from '#register/model.ts'
import { makeGuardian } from '#sim/world/households.ts'
import { type Home, makeHome, makeResident, type PersonWishes, type Resident } from '#sim/world/people.ts'
import { drawTownship, type World } from '#sim/world/world.ts'

/** How far back cases are made. */
export const PAST_DAYS = 60

/** An application that somebody made at a window: who, for what, where and when. What comes of it is decided, not planned. */
export interface CasePlan {
  readonly service: string
  readonly reason: string | undefined
  readonly submittedAt: Instant
  readonly organ: string
  readonly home: Home
  readonly applicant: Resident
  readonly guardian: Resident | undefined
  readonly byMail: boolean
}

/**
 * What is applied for, in how many of a thousand cases (estimates). The wishes make somebody for whom the reason holds on the day.
 * A card that ends on the day or soon was issued ten or twenty years before.
 */
interface Kind {
  readonly share: number
  readonly service: string
  readonly reason?: string
  wishes(chance: Chance, on: Day): PersonWishes
}

const adult = (chance: Chance): number => 18 + Math.floor(60 * chance.next() ** 1.2)
const someYearsAgo = (chance: Chance, on: Day): Day => plusDays(on, -400 - chance.below(2_200))
const held = (chance: Chance, on: Day) => ({ age: 24 + chance.below(50), card: { issuedOn: someYearsAgo(chance, on) } })

const KINDS: readonly Kind[] = [
  {
    share: 330,
    service: 'id-card-renewal',
    reason: 'expiry',
    wishes: (chance, on) => ({
      age: chance.next() < 0.55 ? 27 + chance.below(8) : 48 + chance.below(16),
      card: { expiresOn: plusDays(on, 80 - chance.below(150)) },
    }),
  },
  { share: 90, service: 'id-card-renewal', reason: 'damaged', wishes: held },
  { share: 60, service: 'id-card-renewal', reason: 'item-changed', wishes: held },
  { share: 8, service: 'id-card-renewal', reason: 'agency-error', wishes: held },
  {
    share: 255,
    service: 'id-card-replacement',
    reason: 'lost',
    wishes: (chance, on) => ({ age: adult(chance) + 3, card: { issuedOn: someYearsAgo(chance, on), status: chance.next() < 0.3 ? 'reported-lost' : 'valid' } }),
  },
  { share: 25, service: 'id-card-replacement', reason: 'stolen', wishes: held },
  { share: 85, service: 'id-card-first', reason: 'under-16', wishes: (chance) => ({ age: 4 + chance.below(11), card: null }) },
  {
    share: 60,
    service: 'id-card-first',
    reason: 'reached-16',
    wishes: (chance, on) => ({ birth: plusDays(plusYears(on, -16), -chance.below(80)), card: null }),
  },
  { share: 55, service: 'id-card-loss-report', wishes: held },
  {
    share: 17,
    service: 'id-card-loss-withdrawal',
    wishes: (chance, on) => ({ age: adult(chance) + 3, card: { issuedOn: someYearsAgo(chance, on), status: 'reported-lost' } }),
  },
  { share: 15, service: 'id-card-found-notice', wishes: held },
]

/** What routine review leaves to a person, in so many of a thousand applicants (estimate). */
const FLAGGED = 60
const FLAGS: readonly RegisterFlag[] = ['credit-record', 'credit-record', 'item-change-pending', 'appearance-changed', 'number-collision', 'forged-documents']

/** One station of each prefecture works at a real station's pace (4,800 cards a working day in 1,041 places), so that its lists look like a working day's. */
export const busyStations = (places: Places): readonly string[] =>
  PREFECTURES.flatMap((prefecture) => {
    const station = [...places.organs.values()].find((organ) => organ.level === 'station' && organ.prefecture === prefecture)
    return station ? [station.code] : []
  })

const AT_BUSY_STATIONS = 0.6
const BY_MAIL = 0.17

/** The last two working days are drawn four times as often: a few thousand cases in sixty days would leave today's lists empty. */
const RECENT_DAYS = 2
const RECENT_WEIGHT = 4

/** Working days of the past sixty, today included, each as often as it is to be drawn. */
export function pastWorkingDays(calendar: Calendar, on: Day): readonly Day[] {
  const days = Array.from({ length: PAST_DAYS + 1 }, (_, i) => plusDays(on, i - PAST_DAYS)).filter((day) => isWorkingDay(calendar, day))
  return [...days, ...Array.from({ length: RECENT_WEIGHT - 1 }, () => days.slice(-RECENT_DAYS)).flat()]
}

/** Within a station's hours, busiest in the morning. */
export function openInstant(chance: Chance, day: Day): Instant {
  const minutes = chance.next() < 0.58 ? 8 * 60 + 32 + chance.below(175) : 13 * 60 + 1 + chance.below(225)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return timeOn(
    day,
    `${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}:${String(chance.below(60)).padStart(2, '0')}.${String(chance.below(1000)).padStart(3, '0')}`,
  )
}

function drawKind(chance: Chance): Kind {
  let luck = chance.below(KINDS.reduce((sum, { share }) => sum + share, 0))
  for (const kind of KINDS) {
    luck -= kind.share
    if (luck < 0) return kind
  }
  return KINDS[0] as Kind
}

/** @returns undefined when the instant drawn for today is still to come */
export function drawPlan(world: World, days: readonly Day[], busy: readonly string[]): CasePlan | undefined {
  const { chance, at } = world
  const submittedAt = openInstant(chance, chance.pick(days))
  const kind = drawKind(chance)
  const organ = chance.next() < AT_BUSY_STATIONS ? chance.pick(busy) : undefined
  const home = makeHome(world, homeTownship(world, organ))
  const flags = chance.below(1_000) < FLAGGED ? [chance.pick(FLAGS)] : []
  const made = makeResident(world, home, { ...kind.wishes(chance, dayOf(submittedAt)), flags, status: 'valid' })
  const isMinor = plusYears(made.person.birth, 18) > dayOf(submittedAt)
  const guardian = isMinor ? makeGuardian(world, home, made) : undefined
  const applicant: Resident = guardian ? { ...made, person: { ...made.person, relationToHead: 'child', guardians: [guardian.person.id] } } : made
  const byMail = chance.next() < BY_MAIL
  if (submittedAt >= at) return undefined
  return { service: kind.service, reason: kind.reason, submittedAt, organ: organ ?? ownStation(world, home.township.code), home, applicant, guardian, byMail }
}

/** Most apply where they live, some elsewhere in the prefecture, some anywhere in the province: 全省通办. */
function homeTownship(world: World, organ: string | undefined) {
  const { chance, places } = world
  const township = organ === undefined ? undefined : places.organs.get(organ)?.township
  if (township === undefined) return drawTownship(world)
  const luck = chance.next()
  if (luck < 0.7) return getDivision(places, township)
  return luck < 0.9 ? drawTownship(world, township.slice(0, 4)) : drawTownship(world)
}

const ownStation = ({ places, chance }: World, township: string): string => {
  const own = stationsOf(places, township)
  const nearby = own.length > 0 ? own : stationsOf(places, township.slice(0, 6))
  const station = nearby.length > 0 ? chance.pick(nearby) : [...places.organs.values()].find(({ level }) => level === 'station')
  if (!station) throw new Error('the province has no station')
  return station.code
}
