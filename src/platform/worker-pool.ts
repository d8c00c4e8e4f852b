/** A few threads for work that would hold up the one that serves requests. */
import { Worker } from 'node:worker_threads'

export interface WorkerPoolOptions {
  /** The module that a thread runs: it answers every message `{id, task}` with `{id, answer}` or `{id, error}`, both structured clones. */
  readonly entry: URL
  readonly threads: number
  /** Tasks that may wait; one more is refused. */
  readonly waitingMax: number
  /** A task that takes longer loses its thread, which is replaced. */
  readonly taskMillis: number
}

export interface WorkerPool<Task, Answer> {
  /**
   * @throws PoolBusy when too many wait.
   * @throws PoolTimeout when the task took too long.
   * @throws PoolClosed after `close`.
   */
  run(task: Task): Promise<Answer>
  /** How many answers each thread has given, by its id: the calling thread is never among them. */
  readonly served: ReadonlyMap<number, number>
  /** Waits for what runs, refuses what waits, ends the threads. */
  close(): Promise<void>
}

export class PoolBusy extends Error {
  override readonly name = 'PoolBusy'
}
export class PoolTimeout extends Error {
  override readonly name = 'PoolTimeout'
}
export class PoolClosed extends Error {
  override readonly name = 'PoolClosed'
}

interface Job<Task, Answer> extends PromiseWithResolvers<Answer> {
  readonly id: number
  readonly task: Task
}

interface Seat<Task, Answer> {
  readonly worker: Worker
  job: Job<Task, Answer> | undefined
  limit: NodeJS.Timeout | undefined
}

type Reply<Answer> = { readonly id: number; readonly answer: Answer } | { readonly id: number; readonly error: string }

/** Threads start with the first task, so a process that never needs them has none; an idle pool does not keep the process alive. */
export function openWorkerPool<Task, Answer>(options: WorkerPoolOptions): WorkerPool<Task, Answer> {
  const waiting: Job<Task, Answer>[] = []
  const seats = new Set<Seat<Task, Answer>>()
  const served = new Map<number, number>()
  let [nextId, closed] = [1, false]

  function seatNew(): Seat<Task, Answer> {
    const worker = new Worker(options.entry, { execArgv: [] })
    worker.unref()
    const seat: Seat<Task, Answer> = { worker, job: undefined, limit: undefined }
    seats.add(seat)
    worker.on('message', (reply: Reply<Answer>) => finish(seat, reply))
    worker.on('error', (error) => abandon(seat, error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', () => abandon(seat, new Error('a worker thread ended')))
    return seat
  }

  function vacate(seat: Seat<Task, Answer>): Job<Task, Answer> | undefined {
    const { job } = seat
    clearTimeout(seat.limit)
    seat.job = undefined
    seat.worker.unref()
    return job
  }

  function finish(seat: Seat<Task, Answer>, reply: Reply<Answer>): void {
    if (seat.job?.id !== reply.id) return
    const job = vacate(seat)
    const thread = seat.worker.threadId
    served.set(thread, (served.get(thread) ?? 0) + 1)
    if ('error' in reply) job?.reject(new Error(reply.error))
    else job?.resolve(reply.answer)
    seatNext()
  }

  function abandon(seat: Seat<Task, Answer>, reason: Error): void {
    if (!seats.delete(seat)) return
    vacate(seat)?.reject(reason)
    void seat.worker.terminate()
    seatNext()
  }

  function seatNext(): void {
    while (waiting.length > 0) {
      const free = [...seats].find((seat) => seat.job === undefined) ?? (seats.size < options.threads ? seatNew() : undefined)
      if (!free) return
      const job = waiting.shift() as Job<Task, Answer>
      free.job = job
      free.limit = setTimeout(() => abandon(free, new PoolTimeout(`a task took longer than ${options.taskMillis} ms`)), options.taskMillis)
      free.worker.ref()
      free.worker.postMessage({ id: job.id, task: job.task })
    }
  }

  return {
    served,
    run(task) {
      if (closed) return Promise.reject(new PoolClosed('the pool is closed'))
      const busy = [...seats].filter((seat) => seat.job !== undefined).length
      if (waiting.length >= options.waitingMax && busy >= options.threads) return Promise.reject(new PoolBusy(`${waiting.length} tasks wait already`))
      const job = { id: nextId++, task, ...Promise.withResolvers<Answer>() }
      waiting.push(job)
      seatNext()
      return job.promise
    },
    async close() {
      closed = true
      for (const job of waiting.splice(0)) job.reject(new PoolClosed('the pool is closed'))
      await Promise.allSettled([...seats].map((seat) => seat.job?.promise))
      const workers = [...seats].map((seat) => seat.worker)
      seats.clear()
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
