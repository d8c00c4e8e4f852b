/**
 * `npm run bench` and `npm run night`: measures the figures on the empty, migrated database of DATABASE_URL, prints them as a table and
 * writes docs/measured.md.
 *
 *     --night          the large sizes
 *     --only=<names>   some of accept, outbox, growth, pages, start; then nothing is written
 *     --share=<0..1>   a part of each size, to try the bench itself; then nothing is written
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { accept, acceptFigures } from '#bench/accept.ts'
import { type Figure, textTable } from '#bench/figure.ts'
import { openOffice } from '#bench/office.ts'

const { values: given } = parseArgs({
  options: { night: { type: 'boolean', default: false }, only: { type: 'string' }, share: { type: 'string', default: '1' } },
})
const url = process.env.DATABASE_URL
if (url === undefined) throw new Error('DATABASE_URL must name an empty, migrated database; npm run bench makes one')
const wanted = given.only?.split(',')
const share = Number(given.share)
const say = (line: string): void => console.error(line)
const dataDir = mkdtempSync(join(tmpdir(), 'yitang-bench-'))
const figures: Figure[] = []
const asked = (name: string): boolean => wanted === undefined || wanted.includes(name)
const some = (size: number): number => Math.max(1, Math.round(size * share))

try {
  const office = await openOffice({ url, dataDir })
  try {
    if (asked('accept')) {
      const size = { rounds: given.night ? 9 : 5, casesPerLane: some(given.night ? 800 : 300), warmUpPerLane: some(50) }
      figures.push(...acceptFigures(await accept({ office, url, dataDir, say }, size)))
    }
  } finally {
    await office.close()
  }
  console.log(textTable(figures))
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
