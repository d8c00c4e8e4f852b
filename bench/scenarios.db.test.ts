/** The scenario of each figure at a hundredth of its size: that it does what it says. How fast, only `npm run bench` asks. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { accept, acceptFigures, countWritten } from '#bench/accept.ts'
import { openApplicants } from '#bench/applicants.ts'
import { measureEvidence, measureProving } from '#bench/evidence.ts'
import { compareQueries, growBoth, QUERIES, tablesReadWhole } from '#bench/growth.ts'
import { NOW, type Office, openOffice } from '#bench/office.ts'
import { follow, outboxFigures } from '#bench/outbox.ts'
import { FIRST_PAGES, weighPage } from '#bench/page-weight.ts'
import { payNotices } from '#bench/payments.ts'
import { startServer } from '#bench/server.ts'
import { measureStarts, startFigures } from '#bench/start-cost.ts'
import { LANES } from '#bench/submitting.ts'
import { measureTampering } from '#bench/tampering.ts'
import { PREFECTURES } from '#place/model.ts'
import { type FreshDatabase, freshDatabase } from '#test/database.ts'

const say = (): void => undefined
const dataDir = mkdtempSync(join(tmpdir(), 'yitang-bench-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

async function officeOf({ applicationUrl, url }: FreshDatabase): Promise<Office> {
  const office = await openOffice({ url: applicationUrl, ownerUrl: url, dataDir })
  afterAll(() => office.close())
  return office
}

const count = async ({ owner }: Office, from: string): Promise<number> =>
  (await owner.query<{ n: number }>(`select count(*)::int as n from ${from}`)).rows[0]?.n ?? -1

describe('accepting a case', async () => {
  const database = await freshDatabase()
  const office = await officeOf(database)
  const size = { rounds: 2, casesPerLane: 3, warmUpPerLane: 1 }
  const each = size.casesPerLane * LANES

  test('over HTTP, in process and by pgbench: as many cases as were asked for, with the same rows each', { timeout: 240_000 }, async () => {
    // accept() itself compares the rows that each way writes.
    const { rates } = await accept({ office, url: database.applicationUrl, dataDir, say }, size)
    expect(acceptFigures({ rates }).map(({ rounds }) => rounds.length)).toEqual([2, 2, 2, 2, 2])
    const cases = 1 + 2 * each + 3 * size.rounds * each
    expect(await countWritten(office)).toMatchObject({ cases, outbox: cases * 2, supervision_deltas: cases, idempotency: cases })
    expect(await count(office, 'events e join cases c on c.prefecture = e.prefecture and c.id = e.stream')).toBe(cases * 6)
    expect(await count(office, "cases where status = 'producing'")).toBe(cases)
  })

  test('what pgbench wrote are cases like ours: every row equals the fold of its events', async () => {
    expect(await office.caseQueries.differingFromEvents(PREFECTURES)).toEqual([])
  })
})

describe('paying a fee', async () => {
  const { applicationUrl } = await freshDatabase()

  test('notices that are doubled, late and lost leave no order wrong, and both books equal to the cent', { timeout: 120_000 }, async () => {
    const measured = await payNotices(applicationUrl, { orders: 10, seed: 131 }, say)
    expect(measured).toMatchObject({ wrong: 0, differences: 0, centsApart: 0 })
    expect(Math.min(...Object.values(measured.counted))).toBeGreaterThan(0)
  })
})

// As in the bench, on a database of its own: nobody can open the records of the people whom pgbench plays for.
describe('what follows', async () => {
  const office = await officeOf(await freshDatabase())
  const follows = { rounds: 1, cases: 8, warmUpPerLane: 1 }

  test('the outbox does everything that acceptance asked for, once', async () => {
    const cases = await count(office, 'cases')
    const following = await follow(office, await openApplicants(office, 17), follows, say)
    expect(outboxFigures(following).map(({ rounds }) => rounds.length)).toEqual([1, 1, 1, 1])
    expect(following.rowsPerCase).toEqual([2])
    const dueNow = `outbox where due_at <= '${NOW}'`
    expect(await count(office, dueNow)).toBe(0)
    expect(await count(office, 'cases')).toBe(cases + 3 * follows.cases)
    // Those of the empty handler were claimed and completed, but nothing was done about them.
    expect(await count(office, 'production_orders')).toBe(cases + 2 * follows.cases)
    expect(await count(office, 'messages')).toBe(cases + 2 * follows.cases)
    expect(await count(office, 'supervision_deltas')).toBe(0)
    expect(await count(office, 'supervised_cases')).toBe(cases + 3 * follows.cases)
  })
})

describe('what people look at, at few and at many cases', async () => {
  const [few, many] = [await officeOf(await freshDatabase()), await officeOf(await freshDatabase())]
  const size = { small: 100, large: 10_000, rounds: 1, queries: 2 }
  const growth = await growBoth(few, many, size, say)

  test('sixty days and all prefectures in both, and every case in the figures', async () => {
    for (const [{ office }, cases] of [[growth.small, size.small] as const, [growth.large, size.large] as const]) {
      expect(await count(office, 'cases')).toBe(cases + 1)
      expect(await count(office, 'supervised_cases')).toBe(cases + 1)
      expect(await count(office, '(select distinct prefecture from cases) p')).toBeGreaterThanOrEqual(9)
      expect(await count(office, '(select distinct submitted_at::date from cases) d')).toBeGreaterThanOrEqual(60)
      const { rows } = await office.owner.query<{ promised: number }>('select sum(promised) as promised from promise_rollup')
      expect(Number(rows[0]?.promised)).toBe(cases + 1)
    }
  })

  test('each query finds what there is', async () => {
    const found = async (name: string, i: number) => (QUERIES[name] as (typeof QUERIES)[string])(growth.large, i)
    for (let i = 0; i < 20; i += 1) {
      expect(await found('work list of a station', i)).toBe(50)
      expect(await found('case by number', i)).toBe(6)
      expect(await found('a person’s cases', i)).toBeGreaterThanOrEqual(2)
    }
    expect(await found('supervision page', 0)).toBeGreaterThan(size.large / 3)
  })

  test.each(Object.keys(QUERIES))('%s reads no table of cases from end to end', async (name) => {
    const whole = await tablesReadWhole(growth.large, name)
    expect(whole.filter((table) => ['cases', 'events', 'supervised_cases'].includes(table))).toEqual([])
  })

  test('they are compared in turns', async () => {
    const figures = await compareQueries(growth, size, say)
    expect(figures).toHaveLength(2 * Object.keys(QUERIES).length)
    for (const { rounds } of figures) expect(rounds.every((value) => value > 0 && Number.isFinite(value))).toBe(true)
  })
})

describe('the product itself', () => {
  test('its first pages can be weighed with all their scripts', async () => {
    const database = await freshDatabase()
    const office = await officeOf(database)
    const server = await startServer(office, { url: database.applicationUrl, dataDir })
    try {
      for (const path of Object.values(FIRST_PAGES)) expect((await weighPage(`http://${server.host}:${server.port}${path}`)).kibibytes).toBeLessThanOrEqual(10)
    } finally {
      await server.stop()
    }
  })

  test('it starts, first and again, on the same data', { timeout: 400_000 }, async () => {
    const starts = await measureStarts({ laterStarts: 1, people: 40 }, say)
    expect(startFigures(starts).map(({ rounds }) => rounds.length)).toEqual([1, 1, 1, 1])
    for (const { cpuSeconds, wallSeconds } of [starts.first, ...starts.later]) {
      expect(cpuSeconds).toBeGreaterThan(0)
      expect(wallSeconds).toBeGreaterThan(0)
    }
  })
})

describe('the evidence log', () => {
  test('with it and without it as many cases are accepted, and it is sealed meanwhile', { timeout: 240_000 }, async () => {
    const database = await freshDatabase()
    const office = await officeOf(database)
    const place = { url: database.applicationUrl, dataDir }
    const figures = [
      ...(await measureEvidence(office, place, { rounds: 1, casesPerLane: 3, warmUpPerLane: 1 }, say)),
      ...measureProving({ rounds: 1, leaves: 2000 }),
    ]
    // At this size one lane may be done before another has begun: then there is no rate.
    expect(figures.map(({ rounds }) => rounds.map((value) => Number.isNaN(value) || value > 0))).toEqual([[true], [true]])
    expect(await count(office, 'cases')).toBe(12 * LANES)
    expect(await count(office, 'log_leaves')).toBeGreaterThan(0)
    expect(await count(office, "events where leaf = decode(repeat('00', 32), 'hex')")).toBeGreaterThan(0)
  })

  test('a hundred alterations by a superuser are all named', { timeout: 240_000 }, async () => {
    const database = await freshDatabase()
    const office = await officeOf(database)
    const figures = await measureTampering(
      office,
      { dataDir: mkdtempSync(join(dataDir, 'tampering-')), ownerUrl: database.url },
      { alterations: 100, rounds: 1 },
      say,
    )
    expect(figures[0]?.rounds).toEqual([1])
  })
})
