import type { Instant } from '#kernel/time.ts'
import { later } from '#kernel/time.ts'
import type { SandboxClock } from '#platform/clock.ts'

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
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = await earliest(dues)
    if (next === undefined || next > target) break
    await clock.moveTo(later(next, clock.now()))
    await settle(clock, dues)
  }
  if (target > clock.now()) await clock.moveTo(target)
  await settle(clock, dues)
}

/** Until neither has anything due: what one does may be due for the other at the same instant. */
async function settle(clock: SandboxClock, dues: readonly Due[]): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let done = 0
    for (const due of dues) done += await due.tick(clock.now())
    if (done === 0) return
  }
}

async function earliest(dues: readonly Due[]): Promise<Instant | undefined> {
  const instants = (await Promise.all(dues.map((due) => due.nextDue()))).filter((at) => at !== undefined)
  return instants.toSorted()[0]
}
