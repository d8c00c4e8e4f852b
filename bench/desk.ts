/**
 * A process that accepts cases and does nothing else, as the server does, but without HTTP. Making the applicants in the same process
 * would have its memory collected, and its compiled code dropped, in between.
 *
 * Started with `fork`, DATABASE_URL and YITANG_DATA; takes `Work` messages, answers each with the ends of its lanes.
 */

import { openOffice } from '#bench/office.ts'
import { plainAudit } from '#bench/plain-audit.ts'
import { plainSealer } from '#bench/plain-sealer.ts'
import { acceptNumbers } from '#bench/submitting.ts'

export interface Work {
  readonly numbers: readonly string[]
  readonly photo: string
}

if (import.meta.main) {
  const office = await openOffice({
    url: process.env.DATABASE_URL ?? '',
    dataDir: process.env.YITANG_DATA ?? '',
    ...(process.env.BENCH_PLAIN ? { sealer: plainSealer } : {}),
    ...(process.env.BENCH_PLAIN_AUDIT ? { append: plainAudit } : {}),
  })
  process.on('message', async ({ numbers, photo }: Work) => process.send?.(await acceptNumbers(office, photo, numbers)))
  process.on('disconnect', () => office.close())
}
