import { type Instant, instant, instantOfMs, later, msOf } from '#kernel/time.ts'
import type { Db } from '#platform/db.ts'

/** The only source of "now". Read at the edge and put on the command as `at`. */
export interface Clock {
  now(): Instant
}

/** Production: the machine's clock. */
export const machineClock: Clock = { now: () => instantOfMs(Date.now()) }

/** The sandbox's clock is a row that all processes share; it can be moved forward, never back. */
export interface SandboxClock extends Clock {
  readonly running: boolean
  /** Takes over what another process did. */
  refresh(): Promise<void>
  /** @throws RangeError when `to` is earlier than now. */
  moveTo(to: Instant): Promise<void>
}

interface ClockRow {
  base: Instant
  set_at: Instant
  running: boolean
}

const ROW = '2200'

const nowOf = (row: ClockRow): Instant => (row.running ? instantOfMs(msOf(row.base) + Math.max(0, Date.now() - msOf(row.set_at))) : row.base)

/**
 * @param startAt `YITANG_NOW`: the clock starts there and stands still until moved. Undefined: real time, shifted by
 *   every move. A restart takes the later of the stored instant and `startAt`, so that time never runs back.
 */
export async function openSandboxClock(db: Db, startAt: Instant | undefined): Promise<SandboxClock> {
  const machineNow = (): Instant => instantOfMs(Date.now())
  const read = async (): Promise<ClockRow | undefined> =>
    (await db.run<ClockRow>({ text: 'select base, set_at, running from clock where prefecture = $1', values: [ROW] })).rows[0]
  const write = async (base: Instant, running: boolean): Promise<ClockRow> => {
    await db.run({
      text: `insert into clock (prefecture, base, set_at, running) values ($1, $2, $3, $4)
        on conflict (prefecture) do update set base = greatest(clock.base, excluded.base), set_at = excluded.set_at, running = excluded.running`,
      values: [ROW, base, machineNow(), running],
    })
    return (await read()) as ClockRow
  }
  const stored = await read()
  const running = startAt === undefined
  const first = startAt ?? machineNow()
  let row = await write(stored ? later(nowOf(stored), first) : first, running)
  return {
    now: () => nowOf(row),
    get running() {
      return row.running
    },
    refresh: async () => {
      row = (await read()) ?? row
    },
    moveTo: async (to) => {
      if (to < nowOf(row)) throw new RangeError(`the clock only moves forward: it is ${nowOf(row)} already`)
      row = await write(instant(to), row.running)
    },
  }
}

/** The instant of the sandbox's clock without touching it; the machine's where there is none. */
export async function readClock(db: Db): Promise<Instant> {
  const { rows } = await db.run<ClockRow>({ text: 'select base, set_at, running from clock where prefecture = $1', values: [ROW] })
  return rows[0] ? nowOf(rows[0]) : machineClock.now()
}
