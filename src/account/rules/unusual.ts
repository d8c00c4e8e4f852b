import data from '#account/data/unusual.json' with { type: 'json' }
import type { FlagKind, Reading, Role } from '#account/model.ts'
import { type Day, dayOf, type Instant, timeOfDay } from '#kernel/time.ts'

/** What counts as unusual, from a day on. Every figure is an estimate: no rule of law gives one. */
export interface UnusualSettings {
  readonly validFrom: Day
  readonly windowMinutes: number
  /** So many people may be looked up in the window who have no case at the reader's organ. */
  readonly peopleWithoutCaseMax: number
  readonly refusedWindowMinutes: number
  readonly refusedMax: number
  readonly retryAfterSeconds: number
  /** Time of day in Shanghai between which reading is usual. */
  readonly workFrom: string
  readonly workTo: string
}

export const SHIPPED_UNUSUAL = data as unknown as readonly UnusualSettings[]

export function unusualOn(settings: readonly UnusualSettings[], on: Day): UnusualSettings {
  const found = settings.filter(({ validFrom }) => validFrom <= on).toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]
  return found ?? (settings[0] as UnusualSettings)
}

/** What the reader has read lately, this reading left out. */
export interface Lately {
  /** Different people in the window who have no case at the reader's organ, and weren't read for one; the present one left out. */
  readonly peopleWithoutCase: number
  /** Attempts in the window that showed nothing. */
  readonly refused: number
}

export interface About {
  readonly at: Instant
  readonly reading: Pick<Reading, 'what' | 'outcome' | 'caseNumber'>
  /** The present one has a case at the reader's organ, or is read for one. */
  readonly hasCase: boolean
  readonly isSelf: boolean
  readonly isHousehold: boolean
}

export interface Judgement {
  readonly flags: readonly FlagKind[]
  /** The reading is not to be shown; again after so many seconds. */
  readonly slowSeconds: number | null
}

const OPENED: ReadonlySet<Reading['what']> = new Set(['record', 'case', 'receipt', 'application', 'photo', 'parcel'])

/**
 * Whose readings are looked at: officers' all; a resident's only where they were refused, since what is shown to them is their own.
 * Whoever isn't signed in has limits by address, and the product and its partners have no curiosity.
 */
export const isWatched = (role: string, { outcome }: Pick<Reading, 'outcome'>): boolean =>
  role === 'anyone' || role === 'system' || role === 'partner' ? false : RESIDENTS.has(role) ? outcome !== 'shown' : true
const RESIDENTS: ReadonlySet<string> = new Set<Role>(['resident', 'guardian', 'agent'])
export const isOfficer = (role: string): boolean => !RESIDENTS.has(role) && role !== 'anyone' && role !== 'system' && role !== 'partner'

/** Opens one person's data, rather than a list or the log itself. */
export const opensSomebody = ({ what }: Pick<Reading, 'what'>): boolean => OPENED.has(what)

/** What is unusual about a reading, and whether it is held up. Total and pure. */
export function judgeReading(settings: UnusualSettings, lately: Lately, { at, reading, hasCase, isSelf, isHousehold }: About): Judgement {
  if (!opensSomebody(reading)) return { flags: [], slowSeconds: null }
  if (reading.outcome !== 'shown') {
    const many = lately.refused + 1 > settings.refusedMax
    return { flags: many ? ['many-refused'] : [], slowSeconds: many ? settings.retryAfterSeconds : null }
  }
  const bulk = !hasCase && lately.peopleWithoutCase + 1 > settings.peopleWithoutCaseMax
  const time = timeOfDay(at).slice(0, 5)
  const flags: FlagKind[] = []
  if (bulk) flags.push('bulk')
  if (time < settings.workFrom || time >= settings.workTo) flags.push('off-hours')
  if (isSelf) flags.push('own-record')
  if (isHousehold && !isSelf) flags.push('own-household')
  return { flags, slowSeconds: bulk ? settings.retryAfterSeconds : null }
}

export const settingsAt = (settings: readonly UnusualSettings[], at: Instant): UnusualSettings => unusualOn(settings, dayOf(at))
