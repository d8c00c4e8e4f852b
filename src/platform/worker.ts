import type { Instant } from '#kernel/time.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import type { Log } from '#platform/log.ts'

export interface Worker {
  /** Work has come: don't wait for the next second. */
  poke(): void
  /** Waits for the round under way, then runs no more. */
  stop(): Promise<void>
}

interface WorkerOptions {
  readonly now: () => Instant
  readonly refresh: () => Promise<void>
  readonly round: (now: Instant) => Promise<unknown>
  readonly log: Log
}

const WAKES_EACH_MS = 1_000

/** Wakes each second, and when poked; one round at a time. A failing round is logged and tried again at the next waking. */
export function startWorker({ now, refresh, round, log }: WorkerOptions): Worker {
  let underWay: Promise<void> | undefined
  let again = false
  let stopped = false

  const run = async (): Promise<void> => {
    do {
      again = false
      try {
        // Whoever poked it, the round is the product's own.
        await actingAs(SYSTEM, async () => {
          await refresh()
          await round(now())
        })
      } catch (error) {
        log.error({ err: error }, 'a round of the worker failed')
      }
    } while (again && !stopped)
  }

  const poke = (): void => {
    if (stopped) return
    if (underWay) {
      again = true
      return
    }
    underWay = run().finally(() => {
      underWay = undefined
    })
  }

  const timer = setInterval(poke, WAKES_EACH_MS)
  return {
    poke,
    async stop() {
      stopped = true
      clearInterval(timer)
      await underWay
    },
  }
}
