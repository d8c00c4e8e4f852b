/** The outbox beside the window: does what follows a case keep pace with accepting it? */

import type { Applicants } from '#bench/applicants.ts'
import { type Figure, warmRate } from '#bench/figure.ts'
import { NOW, type Office } from '#bench/office.ts'
import { acceptNumbers, LANES } from '#bench/submitting.ts'
import { PREFECTURES } from '#place/model.ts'
import { openLog } from '#platform/log.ts'
import { openMetrics } from '#platform/metrics.ts'
import { type Outbox, openOutbox, type Reaction } from '#platform/outbox.ts'

/** As in src/main.ts. */
const REACTIONS_AT_ONCE = 8

export interface OutboxSize {
  readonly rounds: number
  /** Cases of a round. All rounds fit into one half-day of the factory: what follows from a full one is another matter. */
  readonly cases: number
  readonly warmUpPerLane: number
}

export interface Following {
  /** Cases accepted per second in the rounds, in process. */
  readonly accepted: number[]
  /** Rows claimed and completed per second with a handler that does nothing. */
  readonly claimed: number[]
  /** Cases per second of which everything was done that their acceptance asked for, and the figures folded. */
  readonly followed: number[]
  readonly rowsPerCase: number[]
}

const openBox = (office: Office, reactions: readonly Reaction[], sweeps: Office['sweeps'] = []): Outbox =>
  openOutbox({
    db: office.db,
    prefectures: PREFECTURES,
    reactions,
    sweeps,
    log: openLog('error'),
    metrics: openMetrics(),
    concurrency: REACTIONS_AT_ONCE,
  })

export async function follow(office: Office, applicants: Applicants, size: OutboxSize, say: (line: string) => void): Promise<Following> {
  const following: Following = { accepted: [], claimed: [], followed: [], rowsPerCase: [] }
  const empty = openBox(
    office,
    office.reactions.map(({ name, on }) => ({ name, on, handle: async () => undefined })),
  )
  const real = openBox(office, office.reactions, office.sweeps)
  await acceptedNow(office, applicants, size)
  await real.tick(NOW)
  for (let round = 0; round < size.rounds; round += 1) {
    const first = await acceptedNow(office, applicants, size)
    const nothing = await timed(() => empty.tick(NOW))
    const second = await acceptedNow(office, applicants, size)
    const everything = await timed(() => real.tick(NOW))
    following.accepted.push((first.rate + second.rate) / 2)
    following.claimed.push(nothing.done / nothing.seconds)
    following.followed.push(second.cases / everything.seconds)
    following.rowsPerCase.push(everything.done / second.cases)
    const shown = [first.rate, nothing.done / nothing.seconds, second.cases / everything.seconds].map((rate) => rate.toFixed(0))
    say(`  outbox, round ${round + 1} of ${size.rounds}: accepted ${shown[0]}/s, empty ${shown[1]} rows/s, real ${shown[2]} cases/s`)
  }
  if ((await real.parkedCount()) > 0) throw new Error('a reaction gave up')
  return following
}

export function outboxFigures({ accepted, claimed, followed }: Following): readonly Figure[] {
  const ratios = (of: readonly number[]): number[] => of.map((rate, round) => rate / (accepted[round] as number))
  return [
    { name: 'outbox rows claimed and completed, empty handler ÷ cases accepted in process', unit: 'ratio', rounds: ratios(claimed), reach: { least: 10 } },
    { name: 'cases whose reactions are all done ÷ cases accepted in process', unit: 'ratio', rounds: ratios(followed), reach: { least: 1 } },
    { name: 'outbox rows claimed and completed, empty handler', unit: 'rows/s', rounds: claimed },
    { name: 'cases whose reactions are all done, figures folded', unit: 'cases/s', rounds: followed },
  ]
}

async function acceptedNow(office: Office, applicants: Applicants, { cases, warmUpPerLane }: OutboxSize) {
  const numbers = await applicants.more(cases)
  return { cases, rate: warmRate(await acceptNumbers(office, applicants.photo, numbers), Math.min(warmUpPerLane, Math.floor(cases / LANES / 4))) }
}

async function timed(work: () => Promise<number>): Promise<{ readonly done: number; readonly seconds: number }> {
  const begun = performance.now()
  const done = await work()
  return { done, seconds: (performance.now() - begun) / 1000 }
}
