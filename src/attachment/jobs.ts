/** Photo analysis in threads of its own: this file is both the pool that main opens and the entry that its threads run. */
import { createHash } from 'node:crypto'
import { isMainThread, parentPort } from 'node:worker_threads'
import { type ForgetDeps, forgetUnnamed } from '#attachment/commands.ts'
import type { AnalysePhoto, PhotoAnswer, PhotoFile } from '#attachment/model.ts'
import { judgePhoto, worstOf } from '#attachment/rules/judge.ts'
import { measurePhoto } from '#attachment/rules/measure.ts'
import { getPhotoStandard } from '#attachment/rules/standard.ts'
import { describeFindings } from '#attachment/words.ts'
import { dayOf } from '#kernel/time.ts'
import { decodeJpeg, encodeJpeg, type JpegInfo } from '#platform/jpeg.ts'
import { readJpegHeader } from '#platform/jpeg-header.ts'
import type { Sweep } from '#platform/outbox.ts'
import { openWorkerPool, PoolBusy, PoolTimeout } from '#platform/worker-pool.ts'

/** Once a day: pictures that no case named. */
export function photoSweeps(deps: ForgetDeps): readonly Sweep[] {
  let done = ''
  return [
    {
      name: 'attachment.unnamed',
      async run(now) {
        if (dayOf(now) === done) return
        await forgetUnnamed(deps, now)
        done = dayOf(now)
      },
    },
  ]
}

interface Task {
  readonly bytes: Uint8Array
  readonly standardVersion: string
}

/** Decodes, writes anew, measures what was written and judges it in the thread that calls it: tens of milliseconds, so only for threads that serve nobody. */
export const analysePhotoHere: AnalysePhoto = async (bytes, standardVersion) => {
  const decoded = await decodeJpeg(bytes)
  if (!decoded.ok) return decoded
  const kept = await encodeJpeg(decoded.raster, decoded.info)
  const anew = await decodeJpeg(kept)
  if (!anew.ok) throw new Error(`our own file cannot be read: ${anew.problem}`)
  const standard = getPhotoStandard(standardVersion)
  const measures = measurePhoto(anew.raster, fileOf(kept, decoded.info))
  const findings = describeFindings(judgePhoto(measures, standard), measures, standard)
  const digest = createHash('sha256').update(kept).digest('hex')
  return { ok: true, kept, analysis: { digest, measures, standardVersion: standard.version, findings, worst: worstOf(findings) } }
}

const fileOf = (kept: Uint8Array, info: JpegInfo): PhotoFile => ({
  bytes: kept.length,
  components: info.components,
  turned: info.turned,
  ...(info.densityDpi !== undefined && { densityDpi: info.densityDpi }),
  ...(info.quality !== undefined && { quality: info.quality }),
})

export interface PhotoAnalyser {
  readonly analyse: AnalysePhoto
  /** Analyses made so far, by the id of the thread that made them. */
  readonly served: ReadonlyMap<number, number>
  close(): Promise<void>
}

export interface PhotoAnalyserOptions {
  readonly threads?: number
  readonly waitingMax?: number
  readonly taskMillis?: number
}

/** What the header alone refuses is refused here at once; pixels are only ever touched by the pool's threads. */
export function openPhotoAnalyser({ threads = 1, waitingMax = 64, taskMillis = 10_000 }: PhotoAnalyserOptions = {}): PhotoAnalyser {
  const pool = openWorkerPool<Task, PhotoAnswer>({ entry: new URL(import.meta.url), threads, waitingMax, taskMillis })
  return {
    served: pool.served,
    async analyse(bytes, standardVersion) {
      const header = readJpegHeader(bytes)
      if (!header.ok) return header
      try {
        return await pool.run({ bytes, standardVersion })
      } catch (error) {
        if (error instanceof PoolBusy) return { ok: false, problem: 'busy' }
        if (error instanceof PoolTimeout) return { ok: false, problem: 'too-slow' }
        throw error
      }
    },
    close: () => pool.close(),
  }
}

function serve(port: NonNullable<typeof parentPort>): void {
  port.on('message', async ({ id, task }: { readonly id: number; readonly task: Task }) => {
    try {
      port.postMessage({ id, answer: await analysePhotoHere(task.bytes, task.standardVersion) })
    } catch (error) {
      port.postMessage({ id, error: (error as Error).stack ?? String(error) })
    }
  })
}

if (!isMainThread && import.meta.main && parentPort) serve(parentPort)
