import { expect, it } from 'vitest'
import { openWorkerPool, PoolTimeout } from '#platform/worker-pool.ts'

/** Answers with twice the number; 0 never answers, a negative one fails, 13 ends its thread. */
const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ id, task }) => {
      if (task === 13) process.exit(1)
      if (task < 0) parentPort.postMessage({ id, error: 'a negative number' })
      else if (task > 0) parentPort.postMessage({ id, answer: task * 2 })
    })`)}`,
)

it('answers every task, in any number, with as many threads as allowed', async () => {
  const pool = openWorkerPool<number, number>({ entry, threads: 2, waitingMax: 100, taskMillis: 20_000 })
  const tasks = Array.from({ length: 40 }, (_, i) => i + 100)
  expect(await Promise.all(tasks.map((task) => pool.run(task)))).toEqual(tasks.map((task) => task * 2))
  expect(pool.served.size).toBe(2)
  await pool.close()
})

it('tells a task’s own failure, and goes on', async () => {
  const pool = openWorkerPool<number, number>({ entry, threads: 1, waitingMax: 10, taskMillis: 20_000 })
  await expect(pool.run(-1)).rejects.toThrow('a negative number')
  expect(await pool.run(4)).toBe(8)
  await pool.close()
})

it('gives up a task that never ends or whose thread died, and goes on with a new thread', async () => {
  const pool = openWorkerPool<number, number>({ entry, threads: 1, waitingMax: 10, taskMillis: 3_000 })
  const [stuck, died, after] = [pool.run(0), pool.run(13), pool.run(4)]
  await expect(stuck).rejects.toBeInstanceOf(PoolTimeout)
  await expect(died).rejects.toThrow('ended')
  expect(await after).toBe(8)
  await pool.close()
})

it('refuses what waits when it closes', async () => {
  const pool = openWorkerPool<number, number>({ entry, threads: 1, waitingMax: 10, taskMillis: 20_000 })
  const [running, waiting] = [pool.run(4), pool.run(5)]
  const refused = expect(waiting).rejects.toThrow('closed')
  await pool.close()
  expect(await running).toBe(8)
  await refused
})
