import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { day, instant } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { SYSTEM } from '#platform/actor.ts'
import { openDb } from '#platform/db.ts'
import type { Piece } from '#platform/statement.ts'
import { alarmSettings, CASE_ALARMS } from '#supervision/rules/alarm.ts'
import { alarmsPiece, openCaseAlarmsFact, unalarmedFact } from '#supervision/store/alarms.ts'
import { behindFact, countedPendingFact, lapsedFact, pendingFact } from '#supervision/store/cases.ts'
import { rollupFact } from '#supervision/store/figures.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 2, onLost: () => {}, otherwise: SYSTEM })
afterAll(() => db.end())

const CASES = 30_000
const now = instant('2026-03-01T12:00:00+08:00')

/** Cases of two months, all ended but the last few; alarms that were cleared; nothing pending. */
beforeAll(async () => {
  await db.run({
    text: `insert into supervised_cases (prefecture, id, version, number, service, measure, organ, issuer, accepted_on, promised_on, first_by, due_by, told_by,
        revisions, told_in_time, settled, with_person_at, ended_at, ended, statutory_due_at, counted_as)
      select (array['2201', '2202', '2224'])[1 + n % 3], gen_random_uuid(), 9, 'n' || n, 'id-card-renewal', 1, 'o' || n % 1000, 'i',
        date '2026-01-01' + n % 59, date '2026-01-02' + n % 59, t, t, t, 0, 0, true,
        case when n % 1000 > 0 then t end, case when n % 1000 > 0 then t end, case when n % 1000 > 0 then 'concluded' end, t + interval '60 days',
        case when n % 1000 > 0 then 'kept' else 'in-progress' end
      from generate_series(1, $1::int) n, lateral (select timestamptz '2026-01-02 15:59:59.999Z' + make_interval(days => n % 59) as t) x`,
    values: [CASES],
  })
  await db.run({
    text: `insert into alarms (prefecture, id, kind, about, raised_at, cleared_at, zh, en)
      select '2201', gen_random_uuid(), 'promise-at-risk', 'n' || n, now(), now(), '', '' from generate_series(1, 5000) n`,
    values: [],
  })
  // Only whoever owns the tables may.
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  await owner.query('analyze')
  await owner.end()
})

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

const nodes = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

/** Rows that the statement touched in the tables that grow. */
async function touched({ text, values }: Piece): Promise<number> {
  const { rows } = await db.run({ text: `explain (analyze, format json) ${text}`, values })
  return nodes(rows[0]?.['QUERY PLAN'][0].Plan as Plan)
    .filter((node) => ['supervised_cases', 'alarms', 'promise_rollup'].includes(node['Relation Name'] ?? ''))
    .reduce((sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'], 0)
}

const range = { measure: 1, from: day('2026-02-01'), to: day('2026-03-02'), prefectures: PREFECTURES }
const behind = { prefecture: '2201', measure: 1, day: day('2026-02-10'), accepted: false, revisedOnly: false }

test.each<[string, Piece]>([
  ['the figures', rollupFact(range)],
  ['what is pending', pendingFact(null)],
  ['the cases of what is pending', countedPendingFact(null)],
  ['what has passed', lapsedFact(PREFECTURES, now, null)],
  ['the cases behind a figure that is small', behindFact({ ...behind, outcomes: ['broken-told', 'broken-silently'] }, null, 50)],
  ['open alarms with their cases', openCaseAlarmsFact(PREFECTURES)],
  ['a page of alarms', alarmsPiece(PREFECTURES, 'open', null, 50)],
  ...CASE_ALARMS.map((kind): [string, Piece] => [`what needs the alarm ${kind}`, unalarmedFact(kind, PREFECTURES, now, alarmSettings, 200)]),
])('%s is read from an index, past none of the ended cases', async (_, piece) => {
  expect(await touched(piece)).toBeLessThan(100)
})

test('a page of the cases behind a large figure reads that day only', async () => {
  expect(await touched(behindFact({ ...behind, outcomes: ['kept'] }, null, 50))).toBeLessThan(CASES / 59)
})
