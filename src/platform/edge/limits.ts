import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Day, dayOf, type Instant } from '#kernel/time.ts'
import shipped from '#platform/data/limits.json' with { type: 'json' }

/**
 * How much of something is let through, by whom it is asked and about whom. Counted in this process, at no cost but the count; where it
 * matters what all processes let through together, their sums are exchanged once a second (limits-store.ts), so that a limit can be
 * overrun by what the others let through within that second, and no request waits for a write.
 */
export const LIMIT_NAMES = ['anybody', 'signed-in', 'partner', 'look-up', 'progress', 'sign-in', 'upload', 'export'] as const
export type LimitName = (typeof LIMIT_NAMES)[number]

/** `subject`: the person or the case that is asked about, whoever asks. */
const COUNTED_BY = ['address', 'actor', 'organ', 'department', 'subject'] as const
export type CountedBy = (typeof COUNTED_BY)[number]

/** At most so many in the span that lies behind, by estimate from two adjoining windows of that length. */
const allowance = z.strictObject({ by: z.enum(COUNTED_BY), most: z.number().int().min(1), seconds: z.number().int().min(1).max(86_400) })
const limit = z.strictObject({ shared: z.boolean(), allowances: z.array(allowance).min(1) })
const table = z
  .array(
    z.strictObject({ validFrom: z.iso.date(), basis: z.string().min(1), limits: z.strictObject(Object.fromEntries(LIMIT_NAMES.map((name) => [name, limit]))) }),
  )
  .min(1)

type Allowance = z.output<typeof allowance>
export type LimitTable = readonly {
  readonly validFrom: string
  readonly limits: Readonly<Record<LimitName, { readonly shared: boolean; readonly allowances: readonly Allowance[] }>>
}[]

export const SHIPPED_LIMITS = table.parse(shipped) as unknown as LimitTable

/** An operator's own table. @throws Error that says what is wrong with it */
export const readLimits = (path: string): LimitTable => table.parse(JSON.parse(readFileSync(path, 'utf8'))) as unknown as LimitTable

export function limitsOn(limits: LimitTable, on: Day): LimitTable[number]['limits'] {
  const [latest] = limits.filter(({ validFrom }) => validFrom <= on).toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
  return (latest ?? (limits[0] as LimitTable[number])).limits
}

/** Who asks, and about whom; what is absent isn't counted. */
export type Asking = Readonly<Partial<Record<CountedBy, string>>>

export interface Verdict {
  readonly allowed: boolean
  readonly retryAfterSeconds: number
  /** The narrowest allowance of the caller's own. How often others ask about the same person is nobody's business. */
  readonly narrowest: { readonly most: number; readonly seconds: number; readonly left: number; readonly resetSeconds: number } | undefined
}

/** Sums for the others: what this process let through in a window of a shared allowance. */
export interface SharedCount {
  readonly counter: string
  readonly key: string
  readonly startsAt: Instant
  readonly spent: number
}

/** Somebody ran against a limit: one for a key and an hour, for the auditor. */
export interface Flood {
  readonly limit: LimitName
  readonly by: CountedBy
  readonly key: string
  readonly hour: Instant
  readonly at: Instant
  readonly refused: number
  readonly actor: string
  readonly actorRole: string
  readonly actorOrgan: string | null
}

export interface Limits {
  spend(name: LimitName, asking: Asking, who: { readonly id: string; readonly role: string; readonly organ: string | null } | null): Verdict
  /** Takes away what has to be told to the other processes. */
  takeShared(): { readonly counts: readonly SharedCount[]; readonly floods: readonly Flood[] }
  /** What all processes together let through. */
  learn(totals: readonly SharedCount[]): void
}

export interface LimitOptions {
  readonly table: LimitTable
  /** The machine's own time: a sandbox's clock may stand still, and floods don't wait for it. */
  readonly nowMs: () => number
  /** The time that flags bear. */
  readonly now: () => Instant
  /** Keyed: what is counted by must not tell numbers and addresses to whoever reads the counts. */
  readonly digest: (text: string) => string
  readonly keysMost?: number
  readonly onRefused?: (name: LimitName, by: CountedBy) => void
}

interface Window {
  index: number
  own: number
  others: number
  before: number
}

/** Enough for every address, officer and person of a busy hour; the oldest make room. */
const KEYS_MOST = 100_000
const HOUR_MS = 3_600_000

export function openLimits({ table: limits, nowMs, now, digest, keysMost = KEYS_MOST, onRefused }: LimitOptions): Limits {
  const windows = new Map<string, Window>()
  const unsent = new Map<string, SharedCount>()
  const floods = new Map<string, Flood>()

  function windowOf(id: string, index: number): Window {
    const found = windows.get(id)
    const window = found ?? { index, own: 0, others: 0, before: 0 }
    if (found === undefined) {
      if (windows.size >= keysMost) windows.delete(windows.keys().next().value as string)
    } else if (window.index !== index) {
      window.before = window.index === index - 1 ? window.own + window.others : 0
      Object.assign(window, { index, own: 0, others: 0 })
    }
    windows.delete(id)
    windows.set(id, window)
    return window
  }

  function countFlood(name: LimitName, by: CountedBy, key: string, who: Parameters<Limits['spend']>[2]): void {
    const at = now()
    const hour = new Date(Math.floor(Date.parse(at) / HOUR_MS) * HOUR_MS).toISOString() as Instant
    const id = `${name} ${by} ${key} ${hour}`
    const refused = (floods.get(id)?.refused ?? 0) + 1
    floods.set(id, { limit: name, by, key, hour, at, refused, actor: who?.id ?? 'anyone', actorRole: who?.role ?? 'anyone', actorOrgan: who?.organ ?? null })
    onRefused?.(name, by)
  }

  return {
    spend(name, asking, who) {
      const { shared, allowances } = limitsOn(limits, dayOf(now()))[name]
      const at = nowMs()
      const spent: { readonly window: Window; readonly counter: string; readonly key: string; readonly startsAtMs: number }[] = []
      let narrowest: Verdict['narrowest']
      for (const { by, most, seconds } of allowances) {
        const about = asking[by]
        if (about === undefined) continue
        const key = shared ? digest(`${by} ${about}`) : about
        const counter = `${name} ${by} ${seconds}`
        const spanMs = seconds * 1000
        const index = Math.floor(at / spanMs)
        const window = windowOf(`${counter} ${key}`, index)
        const passed = (at % spanMs) / spanMs
        const left = Math.floor(most - window.own - window.others - window.before * (1 - passed))
        const resetSeconds = Math.ceil((spanMs - (at % spanMs)) / 1000)
        if (left < 1) {
          countFlood(name, by, key, who)
          return {
            allowed: false,
            retryAfterSeconds: Math.min(resetSeconds, 900),
            narrowest: by === 'subject' ? undefined : { most, seconds, left: 0, resetSeconds },
          }
        }
        if (by !== 'subject' && (narrowest === undefined || left - 1 < narrowest.left)) narrowest = { most, seconds, left: left - 1, resetSeconds }
        spent.push({ window, counter, key, startsAtMs: index * spanMs })
      }
      for (const { window, counter, key, startsAtMs } of spent) {
        window.own += 1
        if (!shared) continue
        const id = `${counter} ${key} ${startsAtMs}`
        const startsAt = new Date(startsAtMs).toISOString() as Instant
        unsent.set(id, { counter, key, startsAt, spent: (unsent.get(id)?.spent ?? 0) + 1 })
      }
      return { allowed: true, retryAfterSeconds: 0, narrowest }
    },
    takeShared() {
      const taken = { counts: [...unsent.values()], floods: [...floods.values()] }
      unsent.clear()
      floods.clear()
      return taken
    },
    learn(totals) {
      for (const { counter, key, startsAt, spent } of totals) {
        const window = windows.get(`${counter} ${key}`)
        const seconds = Number(counter.split(' ')[2])
        if (window === undefined || window.index * seconds * 1000 !== Date.parse(startsAt)) continue
        const waiting = unsent.get(`${counter} ${key} ${Date.parse(startsAt)}`)?.spent ?? 0
        window.others = Math.max(0, spent - (window.own - waiting))
      }
    },
  }
}
