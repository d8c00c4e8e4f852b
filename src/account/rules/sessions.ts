import type { Actor, Role } from '#account/model.ts'
import type { LeftOut } from '#account/rules/guards.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, day, dayOf, earlier, type Instant, plusMinutes } from '#kernel/time.ts'

/** Through which door somebody came. */
export type SignInMethod = 'identity' | 'key' | 'sandbox'

/** `second-factor`: an officer who has yet to show a passkey; such a session reaches nothing but the pages of passkeys. */
export type SessionStage = 'complete' | 'second-factor'

interface SessionEnds {
  readonly validFrom: Day
  /** GB/T 22239-2019 8.1.4.1 b demands both ends; the minutes are an estimate of ours. */
  readonly basis: string
  readonly staff: Ends
  readonly resident: Ends
  /** A program asks for a new one when it needs it. */
  readonly program: Ends
  /** Between the platform and the passkey. */
  readonly secondFactor: Ends
}

interface Ends {
  readonly idleMinutes: number
  readonly absoluteMinutes: number
}

/** Dated configuration, newest last. */
const SESSION_ENDS: readonly SessionEnds[] = [
  {
    validFrom: day('2026-01-01'),
    basis: 'GB/T 22239-2019 8.1.4.1 b; the minutes: estimate',
    staff: { idleMinutes: 15, absoluteMinutes: 12 * 60 },
    resident: { idleMinutes: 30, absoluteMinutes: 24 * 60 },
    program: { idleMinutes: 10, absoluteMinutes: 10 },
    secondFactor: { idleMinutes: 10, absoluteMinutes: 10 },
  },
]

const PROGRAMS: ReadonlySet<string> = new Set(['department-verifier', 'kiosk', 'partner'])
const CITIZENS: ReadonlySet<string> = new Set(['resident', 'guardian', 'agent'])

export const isProgram = (role: Role): boolean => PROGRAMS.has(role)
/** Whoever works here signs in with a second factor. */
export const isStaff = (role: Role): boolean => !CITIZENS.has(role) && !isProgram(role)

/** How long a session that begins at `at` lasts. */
export function sessionEnds(role: Role, stage: SessionStage, at: Instant): Ends {
  const inForce = SESSION_ENDS.findLast(({ validFrom }) => validFrom <= dayOf(at)) ?? (SESSION_ENDS[0] as SessionEnds)
  if (stage === 'second-factor') return inForce.secondFactor
  return isProgram(role) ? inForce.program : CITIZENS.has(role) ? inForce.resident : inForce.staff
}

/** What of a session says when it is over. */
export interface SessionTimes {
  readonly lastUsedAt: Instant
  readonly expiresAt: Instant
  /** null: never ends by being idle (the sandbox's quick sign-in, whose clock is moved by days at once). */
  readonly idleMinutes: number | null
}

/** Somebody who is signed in, or half in. */
export interface Session extends Actor, SessionTimes {
  /** Names it among its owner's; opens nothing. */
  readonly sessionId: Uuid
  readonly shownName: string
  readonly createdAt: Instant
  readonly method: SignInMethod
  readonly stage: SessionStage
  readonly level: number | null
  readonly authenticatedAt: Instant
  readonly browser: string
  readonly source: string
  /** 警号; null for whoever is no officer. */
  readonly officer: string | null
  readonly keyId: string | null
}

/** An officer's second factor: its public half, and how often it was used. */
export interface Passkey {
  readonly credentialId: string
  readonly officer: string
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  readonly createdAt: Instant
  readonly lastUsedAt: Instant | null
  readonly revokedAt: Instant | null
}

/** When it ends if nobody uses it any more. */
export const endsAt = ({ lastUsedAt, expiresAt, idleMinutes }: SessionTimes): Instant =>
  idleMinutes === null ? expiresAt : earlier(expiresAt, plusMinutes(lastUsedAt, idleMinutes))

/** A session is over from that instant on. */
export const isOver = ({ expiresAt, lastUsedAt, idleMinutes }: SessionTimes, now: Instant, without?: LeftOut): boolean =>
  (expiresAt <= now && without?.has('absolute') !== true) ||
  (idleMinutes !== null && plusMinutes(lastUsedAt, idleMinutes) <= now && without?.has('idle') !== true)

const TOUCH_MINUTES = 1

/** A use is noted when the last one noted is a minute old: a request costs no write, and a session ends up to a minute early, never late. */
export const isToBeNoted = ({ lastUsedAt }: Pick<SessionTimes, 'lastUsedAt'>, now: Instant): boolean => plusMinutes(lastUsedAt, TOUCH_MINUTES) <= now

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger/, 'WeChat'],
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** The kind of browser, as its owner would say it: enough to be recognised, too little to be followed by. Empty when it is a program. */
export function browserKind(userAgent: string): string {
  const named = (kinds: typeof BROWSERS): string | undefined => kinds.find(([pattern]) => pattern.test(userAgent))?.[1]
  return [named(BROWSERS), named(SYSTEMS)].filter((one) => one !== undefined).join(' · ')
}

/** The network of an address: `10.12.7.*`, `2001:db8:1:*`. */
export function sourceNetwork(address: string): string {
  const v4 = /(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(address)?.[1]
  if (v4 !== undefined) return `${v4}.*`
  const groups =
    address
      .split('%')[0]
      ?.split(':')
      .slice(0, 3)
      .filter((group) => group !== '') ?? []
  return groups.length === 0 ? '::*' : `${groups.join(':')}:*`
}

/** A path of this site to return to, or nothing: `//elsewhere`, `/\elsewhere`, `https:` and what browsers read as such lead away. */
export const safeReturn = (path: string | undefined): string | undefined =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop tabs and line breaks from an address, which would make /<tab>/elsewhere lead away
  path !== undefined && /^\/(?![/\\])/.test(path) && !/[\u0000-\u001f\\]/.test(path) && path.length <= 2_000 ? path : undefined
