/**
 * `npm run bench` and `npm run night`: measures the figures on the empty, migrated database of DATABASE_URL, prints them as a table and
 * writes docs/measured.md.
 *
 *     --night          the large sizes
 *     --only=<names>   some of audit, accept, encryption, evidence, tampering, outbox, payments, growth, pages, alike, overload, fuzz, start; then nothing is written
 *     --share=<0..1>   a part of each size, to try the bench itself; then nothing is written
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { accept, acceptFigures } from '#bench/accept.ts'
import { openApplicants } from '#bench/applicants.ts'
import { audit, auditFigures } from '#bench/audit.ts'
import { alikeFigures, measureAlike, measureFuzz, measureOverload } from '#bench/edge.ts'
import { measureEncryption } from '#bench/encryption.ts'
import { measureEvidence, measureProving } from '#bench/evidence.ts'
import { type Figure, textTable } from '#bench/figure.ts'
import { compareQueries, growBoth } from '#bench/growth.ts'
import { type Office, openOffice } from '#bench/office.ts'
import { follow, outboxFigures } from '#bench/outbox.ts'
import { pageFigures } from '#bench/page-weight.ts'
import { paymentFigures, payNotices } from '#bench/payments.ts'
import { findPgbench } from '#bench/pgbench.ts'
import { type Measured, reportText } from '#bench/report.ts'
import { startServer } from '#bench/server.ts'
import { measureStarts, startFigures } from '#bench/start-cost.ts'
import { LANES } from '#bench/submitting.ts'
import { measureTampering } from '#bench/tampering.ts'
import { migrate } from '#platform/migrate.ts'
import { applicationRoleOf } from '#platform/roles.ts'
import { admit, applicationPassword } from '#scripts/application.ts'
import { type Product, startProduct } from '#test/product.ts'

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
  // One round more warms up, and all of them fit into one half-day of the factory, which makes 3,600.
  payments: { orders: some(1_000), seed: 20261124 },
  outbox: { rounds: ROUNDS, cases: some(given.night ? 360 : 600), warmUpPerLane: some(20) },
  proving: { rounds: ROUNDS, leaves: some(200_000) },
  tampering: { rounds: 3, alterations: some(given.night ? 10_000 : 1_000) },
  start: { laterStarts: share < 1 ? 1 : 3 },
  alike: { lookUps: some(given.night ? 10_000 : 1_000) },
  overload: { seconds: share < 1 ? 1 : 10 },
  fuzz: { requests: some(given.night ? 20_000 : 4_000), seed: 20_261_124 },
  audit: { operations: some(given.night ? 1_000_000 : 10_000) },
  growth: { rounds: ROUNDS, small: some(10_000), large: some(given.night ? 1_000_000 : 200_000), queries: some(200) },
} as const

/** The product's way in; the bench itself owns the tables. */
const applicationUrl = (ownerUrl: string): Promise<string> => admit(ownerUrl, applicationPassword(dataDir), { sandbox: true })

const withOffice = async <T>(ownerUrl: string, work: (office: Office, place: { url: string; dataDir: string }) => Promise<T>): Promise<T> => {
  const place = { url: await applicationUrl(ownerUrl), dataDir }
  const office = await openOffice({ ...place, ownerUrl })
  try {
    return await work(office, place)
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
    await admin.query(`drop role if exists ${applicationRoleOf(name)}`)
    await admin.end()
  }
}

/** The whole product over a database of its own, without anybody in it. */
const withProduct = <T>(suffix: string, work: (product: Product) => Promise<T>): Promise<T> =>
  withDatabase(suffix, async (fresh) => {
    const env = { YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0', YITANG_LIMITS: join(import.meta.dirname, 'limits.json') }
    const product = await startProduct({ ...env, DATABASE_URL: fresh })
    try {
      return await work(product)
    } finally {
      await product.stop()
    }
  })

const MEASURES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  audit: async () => auditFigures(await audit({ ...SIZES.audit, say })),
  accept: () => withOffice(url, async (office, place) => acceptFigures(await accept({ office, ...place, say }, SIZES.accept))),
  encryption: () =>
    withDatabase('encryption', (fresh) => withOffice(fresh, (office, place) => measureEncryption(office, { ...place, ownerUrl: fresh }, SIZES.accept, say))),
  evidence: () =>
    withDatabase('evidence', (fresh) =>
      withOffice(fresh, async (office, place) => [...(await measureEvidence(office, place, SIZES.accept, say)), ...measureProving(SIZES.proving)]),
    ),
  tampering: () =>
    withDatabase('tampering', (fresh) => withOffice(fresh, (office, place) => measureTampering(office, { ...place, ownerUrl: fresh }, SIZES.tampering, say))),
  // A database of its own: the cases of the rounds before would have filled the factory for days.
  outbox: () =>
    withDatabase('outbox', (fresh) =>
      withOffice(fresh, async (office) => outboxFigures(await follow(office, await openApplicants(office), SIZES.outbox, say))),
    ),
  payments: () => withDatabase('payments', async (fresh) => paymentFigures(await payNotices(await applicationUrl(fresh), SIZES.payments, say), SIZES.payments)),
  growth: () =>
    withDatabase('small', (small) =>
      withDatabase('large', (large) =>
        withOffice(small, (few) => withOffice(large, async (many) => compareQueries(await growBoth(few, many, SIZES.growth, say), SIZES.growth, say))),
      ),
    ),
  pages: () =>
    withOffice(url, async (office, place) => {
      const server = await startServer(office, place)
      try {
        return await pageFigures(`http://${server.host}:${server.port}`)
      } finally {
        await server.stop()
      }
    }),
  alike: () => withProduct('alike', async (product) => alikeFigures(await measureAlike(product, SIZES.alike.lookUps, say), SIZES.alike.lookUps)),
  overload: () => withProduct('overload', (product) => measureOverload(product, SIZES.overload.seconds, say)),
  fuzz: () => withProduct('fuzz', (product) => measureFuzz(product, SIZES.fuzz.requests, SIZES.fuzz.seed, say)),
  start: async () => startFigures(await measureStarts(SIZES.start, say)),
}

const SHOWN_SETTINGS = ['shared_buffers', 'fsync', 'synchronous_commit', 'max_wal_size']

const SIZE_WORDS: Readonly<Record<string, string>> = {
  accept: `${SIZES.accept.rounds} rounds of ${SIZES.accept.casesPerLane * LANES} cases each way, ${LANES} at once`,
  outbox: `${SIZES.outbox.rounds} rounds of ${SIZES.outbox.cases} cases`,
  payments: `${SIZES.payments.orders} orders`,
  growth: `${SIZES.growth.large} and ${SIZES.growth.small} cases, ${SIZES.growth.rounds} rounds of ${SIZES.growth.queries} queries`,
  tampering: `${SIZES.tampering.alterations} alterations, ${SIZES.tampering.rounds} rounds`,
  evidence: `${SIZES.proving.leaves} leaves, ${SIZES.proving.rounds} rounds`,
  alike: `${SIZES.alike.lookUps} look-ups of each kind`,
  overload: `${SIZES.overload.seconds} s each`,
  fuzz: `${SIZES.fuzz.requests} requests`,
  audit: `${SIZES.audit.operations} operations`,
}

const docs = join(import.meta.dirname, '..', 'docs')

/** Each measure's last results are kept, so that one can be measured again without the others. */
function keep(name: string, figures: readonly Figure[]): void {
  const path = join(docs, 'measured.json')
  const kept: Record<string, Measured> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const command = given.night ? 'npm run night' : 'npm run bench'
  kept[name] = { command, on: new Date().toISOString().slice(0, 10), size: SIZE_WORDS[name] ?? '', figures }
  const ordered = Object.fromEntries(Object.keys(MEASURES).flatMap((one) => (kept[one] ? [[one, kept[one]]] : [])))
  writeFileSync(path, `${JSON.stringify(ordered, null, 1)}\n`)
}

/** What docs/measured.md says of the surroundings: in general terms, nothing that names the machine. */
async function writeReport(): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ name: string; value: string }>('select name, current_setting(name) as value from pg_settings where name = any($1)', [
    SHOWN_SETTINGS,
  ])
  const { rows: versions } = await client.query<{ version: string }>("select current_setting('server_version') as version")
  await client.end()
  const text = reportText({
    measured: JSON.parse(readFileSync(join(docs, 'measured.json'), 'utf8')) as Record<string, Measured>,
    postgresVersion: versions[0]?.version ?? '',
    pgbenchVersion: spawnSync(findPgbench(), ['--version'], { encoding: 'utf8' }).stdout.trim(),
    settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  })
  writeFileSync(join(docs, 'measured.md'), text)
}

try {
  const figures: Figure[] = []
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (wanted !== undefined && !wanted.includes(name)) continue
    say(`${name} …`)
    const measured = await measure()
    figures.push(...measured)
    if (share === 1) keep(name, measured)
  }
  console.log(textTable(figures))
  if (share === 1) await writeReport()
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
