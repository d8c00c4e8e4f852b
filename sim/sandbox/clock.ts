import { setTimeout as sleep } from 'node:timers/promises'
import type { Instant } from '#kernel/time.ts'
import { later } from '#kernel/time.ts'
import type { SandboxClock } from '#platform/clock.ts'
import { ProblemError, problem } from '#platform/problem.ts'

/** Something that has work due at instants: our own outbox, or a partner's stand-in. */
export interface Due {
  readonly name: string
  tick(now: Instant): Promise<number>
  nextDue(): Promise<Instant | undefined>
}

/** However badly something insists on being due, a move ends. */
const ROUNDS_MAX = 20_000

/**
 * Moves the sandbox's clock to `target`, from due instant to due instant, so that everything happens at its own time;
 * answers when nothing is due any more.
 * @throws RangeError when `target` lies before now
 */
export async function moveClock(clock: SandboxClock, dues: readonly Due[], target: Instant): Promise<void> {
  await clock.refresh()
  if (target < clock.now()) throw new RangeError(`the clock only moves forward: it is ${clock.now()} already`)
  await settle(clock, dues)
  let waitingSince: number | undefined
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = await earliest(dues)
    if (next === undefined || next > target) break
    const isNew = next > clock.now()
    await clock.moveTo(later(next, clock.now()))
    const done = await settle(clock, dues)
    waitingSince = done > 0 || isNew ? undefined : await waited(waitingSince)
  }
  if (target > clock.now()) await clock.moveTo(target)
  await settle(clock, dues)
}

const POLL_MS = 100
/** Longer than any lease. */
const WAIT_MAX_MS = 90_000

/**
 * What is due and yet isn't done is in the hands of another process, or of one that was killed, whose lease must run out:
 * time doesn't pass it. @returns since when we wait, in milliseconds of the machine
 * @throws ProblemError when nobody does it
 */
async function waited(since = performance.now()): Promise<number> {
  if (performance.now() - since > WAIT_MAX_MS) throw new ProblemError(problem('unavailable', { title: STUCK }))
  await sleep(POLL_MS)
  return since
}

const STUCK = {
  zh: '有一件到期的事一直没有办成，时钟停在它到期的时刻；请查看日志，稍后再试。',
  en: 'Something that is due does not get done, and the clock stays at its instant; look at the log and try again later.',
}

/** Until neither has anything due: what one does may be due for the other at the same instant. @returns how much was done */
async function settle(clock: SandboxClock, dues: readonly Due[]): Promise<number> {
  let total = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let done = 0
    for (const due of dues) done += await due.tick(clock.now())
    if (done === 0) break
    total += done
  }
  return total
}

async function earliest(dues: readonly Due[]): Promise<Instant | undefined> {
  const instants = (await Promise.all(dues.map((due) => due.nextDue()))).filter((at) => at !== undefined)
  return instants.toSorted()[0]
}
