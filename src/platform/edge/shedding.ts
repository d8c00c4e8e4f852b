import type { FastifyRequest } from 'fastify'

/**
 * More than can be done is refused early, so that what was begun is finished: without a bound, every answer comes too late for everybody.
 * Writes with legal effect go first, then officers at work, then readers, then exports.
 */
export const WORK_CLASSES = ['legal', 'officer', 'read', 'export'] as const
export type WorkClass = (typeof WORK_CLASSES)[number]

export interface SheddingSettings {
  /** Requests that are worked on at once; more would only wait for each other within. */
  readonly atOnce: number
  readonly waiting: Readonly<Record<WorkClass, { readonly most: number; readonly ms: number }>>
}

/** Estimates, from the size of the database's pool and what a request takes. */
export const SHEDDING: SheddingSettings = {
  atOnce: 32,
  waiting: { legal: { most: 256, ms: 2_000 }, officer: { most: 64, ms: 1_000 }, read: { most: 32, ms: 500 }, export: { most: 4, ms: 300 } },
}

/** Told by the request alone, before anything is looked up for it. */
export function workClassOf(request: FastifyRequest, isSignedIn: boolean): WorkClass {
  if (request.method !== 'GET' && request.method !== 'HEAD') return 'legal'
  if ((request.query as Record<string, unknown> | undefined)?.format === 'csv') return 'export'
  return isSignedIn ? 'officer' : 'read'
}

export interface Shedding {
  /** @returns what to call when the work is done; undefined when there is no room, or none came in time */
  enter(kind: WorkClass): Promise<(() => void) | undefined>
  /** Whether another of this kind would be refused at once. */
  isFull(kind: WorkClass): boolean
  working(): number
  waiting(): number
}

interface Waiting {
  readonly start: (leave: (() => void) | undefined) => void
  readonly until: NodeJS.Timeout
}

export function openShedding({ atOnce, waiting }: SheddingSettings): Shedding {
  const queues = new Map<WorkClass, Set<Waiting>>(WORK_CLASSES.map((kind) => [kind, new Set()]))
  let working = 0

  const begin = (): (() => void) => {
    working += 1
    let left = false
    return () => {
      if (left) return
      left = true
      working -= 1
      letIn()
    }
  }
  /** The most urgent kind first; within it, who came first. */
  function letIn(): void {
    while (working < atOnce) {
      const queue = WORK_CLASSES.map((kind) => queues.get(kind) as Set<Waiting>).find(({ size }) => size > 0)
      const next = queue?.values().next().value
      if (queue === undefined || next === undefined) return
      queue.delete(next)
      clearTimeout(next.until)
      next.start(begin())
    }
  }
  const isFull = (kind: WorkClass): boolean => working >= atOnce && (queues.get(kind) as Set<Waiting>).size >= waiting[kind].most

  return {
    isFull,
    enter(kind) {
      if (working < atOnce) return Promise.resolve(begin())
      if (isFull(kind)) return Promise.resolve(undefined)
      const queue = queues.get(kind) as Set<Waiting>
      return new Promise((start) => {
        const one: Waiting = {
          start,
          until: setTimeout(() => {
            queue.delete(one)
            start(undefined)
          }, waiting[kind].ms),
        }
        queue.add(one)
      })
    },
    working: () => working,
    waiting: () => [...queues.values()].reduce((sum, { size }) => sum + size, 0),
  }
}
