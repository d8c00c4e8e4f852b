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
import pg from 'pg'
import { accept, acceptFigures } from '#bench/accept.ts'
import { openApplicants } from '#bench/applicants.ts'
import { type Figure, textTable } from '#bench/figure.ts'
import { compareQueries, growBoth } from '#bench/growth.ts'
import { type Office, openOffice } from '#bench/office.ts'
import { follow, outboxFigures } from '#bench/outbox.ts'
import { migrate } from '#platform/migrate.ts'

const { values: given } = parseArgs({
  options: { night: { type: 'boolean', default: false }, only: { type: 'string' }, share: { type: 'string', default: '1' } },
})
const url = process.env.DATABASE_URL ?? ''
if (url === '') throw new Error('DATABASE_URL must name an empty, migrated database; npm run bench makes one')
const wanted = given.only?.split(',')
const share = Number(given.share)
const say = (line: string): void => console.error(line)
const dataDir = mkdtempSync(join(tmpdir(), 'yitang-bench-'))

const some = (size: number): number => Math.max(1, Math.round(size * share))
const ROUNDS = given.night ? 9 : 5
const SIZES = {
  accept: { rounds: ROUNDS, casesPerLane: some(given.night ? 800 : 300), warmUpPerLane: some(50) },
  outbox: { rounds: ROUNDS, cases: some(given.night ? 1_500 : 800), warmUpPerLane: some(50) },
  growth: { rounds: ROUNDS, small: some(10_000), large: some(given.night ? 1_000_000 : 200_000), queries: some(200) },
} as const

const withOffice = async <T>(databaseUrl: string, work: (office: Office) => Promise<T>): Promise<T> => {
  const office = await openOffice({ url: databaseUrl, dataDir })
  try {
    return await work(office)
  } finally {
    await office.close()
  }
}

/** A further database on the same server, gone when the work is done. */
async function withDatabase<T>(suffix: string, work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const there = new URL(url)
  const name = `${there.pathname.slice(1)}_${suffix}`
  there.pathname = `/${name}`
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await admin.query(`create database ${name}`)
    await migrate(there.href, join(import.meta.dirname, '..', 'migrations'))
    return await work(there.href)
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
}

const MEASURES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  accept: () => withOffice(url, async (office) => acceptFigures(await accept({ office, url, dataDir, say }, SIZES.accept))),
  outbox: () => withOffice(url, async (office) => outboxFigures(await follow(office, await openApplicants(office, 17), SIZES.outbox, say))),
  growth: () =>
    withDatabase('small', (small) =>
      withDatabase('large', (large) =>
        withOffice(small, (few) => withOffice(large, async (many) => compareQueries(await growBoth(few, many, SIZES.growth, say), SIZES.growth, say))),
      ),
    ),
}

try {
  const figures: Figure[] = []
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (wanted !== undefined && !wanted.includes(name)) continue
    say(`${name} …`)
    figures.push(...(await measure()))
  }
  console.log(textTable(figures))
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
