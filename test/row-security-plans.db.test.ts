/** Policies are asked of the rows that an index found, never of a whole table: by the server's own plan, for those who work with it. */
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaseRecord } from '#case/commands.ts'
import { type CaseList, listPiece, openCountsPiece } from '#case/store.ts'
import { actingAs, type DbActor, SYSTEM } from '#platform/actor.ts'
import type { Piece } from '#platform/statement.ts'
import type { Person } from '#register/model.ts'
import { FRIDAY_MORNING, officer, openWindows, STATION } from '#test/windows.ts'

const windows = await openWindows()
const { database, queries, cases } = windows
const owner = new pg.Client({ connectionString: database.url })
await owner.connect()
afterAll(() => owner.end())

const CASES = 20_000
const BUREAU = '220102000000'
const actor = (role: string, organ: string | null, personId: string | null = null): DbActor => ({ id: `${role}:1`, role, organ, personId, purpose: 'case' })
const station = actor('station-officer', STATION)
const reviewer = actor('referral-reviewer', BUREAU)

/** Every statement that ran while it listened. */
const heard: Piece[] = []
const { run } = windows.db
Object.assign(windows.db, {
  run: (piece: Piece) => {
    heard.push(piece)
    return run(piece)
  },
})

let record: CaseRecord
let person: Person
beforeAll(async () => {
  ;({ person } = await windows.resident({}, '220102001'))
  record = await windows.submitted(windows.renewalForm(person))
  const columns = (
    await owner.query<{ name: string }>("select column_name as name from information_schema.columns where table_name = 'cases' order by ordinal_position")
  ).rows
  const others: Record<string, string> = {
    id: 'gen_random_uuid()',
    number: "lpad(n::text, 17, '0')",
    person_id: 'gen_random_uuid()',
    organ: "'2201' || lpad((n % 900)::text, 2, '0') || lpad((n % 13)::text, 6, '0')",
    submitted_at: 'c.submitted_at - make_interval(mins => n)',
  }
  const list = columns.map(({ name }) => others[name] ?? `c.${name}`).join(', ')
  await owner.query(`insert into cases select ${list} from cases c, generate_series(1, ${CASES}) n`)
  await owner.query(
    `insert into events select e.prefecture, c.id, e.seq, e.type, e.at, e.actor, e.actor_role, e.actor_organ, e.on_behalf_of, e.basis, e.service_version, e.request_id, e.body, e.leaf
      from cases c, events e where e.stream = $1 and e.seq = 1 and c.id <> $1`,
    [record.key.stream],
  )
  await owner.query(
    `insert into register_people select p.prefecture, c.person_id, p.identity_index || c.number, p.township, gen_random_uuid(), p.status, p.flags, p.hardship,
        p.fingerprints_on, p.synthetic, p.version, p.sealed
      from cases c, register_people p where p.id = $1 and c.person_id <> $1`,
    [person.id],
  )
  await owner.query('analyze')
}, 120_000)

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Plan[]
}

const readWhole = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] !== undefined ? [plan['Relation Name']] : []),
  ...(plan.Plans ?? []).flatMap(readWhole),
]
/** Those that grow. The others are short here. */
const GROWS = new Set(['cases', 'events', 'register_people'])

async function wholeTablesOf(who: DbActor, { text, values }: Piece): Promise<string[]> {
  const { rows } = await actingAs(who, () => run<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>({ text: `explain (format json) ${text}`, values }))
  return readWhole(rows[0]?.['QUERY PLAN'][0]?.Plan as Plan).filter((table) => GROWS.has(table))
}

const lists: readonly [string, DbActor, CaseList][] = [
  ['what is open at the station', station, { list: 'open-at-organ', organ: STATION }],
  ['all of the station', station, { list: 'at-organ', organ: STATION }],
  ['what awaits collection', station, { list: 'to-collect', organ: STATION }],
  ['what was referred', reviewer, { list: 'referred', organs: [BUREAU, STATION] }],
  ['what is to be looked at again', reviewer, { list: 'to-look-at', issuers: [BUREAU] }],
  [
    'what a resident has',
    actor('resident', null, '019c5483-0a80-7a53-b9a4-a214c35c04ee'),
    { list: 'of-person', prefecture: '2201', personId: '019c5483-0a80-7a53-b9a4-a214c35c04ee' as never },
  ],
  ['what was promised', SYSTEM, { list: 'promised-by', prefectures: ['2201'], before: FRIDAY_MORNING }],
]

test.each(lists)('%s', async (_, who, list) => {
  expect(await wholeTablesOf(who, listPiece(list, undefined, 50))).toEqual([])
})

test('how much is open', async () => {
  expect(await wholeTablesOf(station, openCountsPiece(STATION, FRIDAY_MORNING))).toEqual([])
})

test.each<[string, () => DbActor]>([
  ['the station', () => station],
  ['a reviewer', () => reviewer],
  ['the product', () => SYSTEM],
])('a case by its number, for %s', async (_, who) => {
  heard.length = 0
  const number = record.state.submission?.number as never
  expect(await actingAs(who(), () => queries.findByNumber('2201', number))).toBeDefined()
  for (const piece of heard.slice()) expect(await wholeTablesOf(who(), piece)).toEqual([])
})

test('accepting and deciding: both statements of each', async () => {
  const { person: another } = await windows.resident({}, '220102001')
  heard.length = 0
  const act = { ...officer(), actor: station.id }
  const form = windows.renewalForm(another)
  const outcome = await actingAs(station, () =>
    cases.submit({ service: 'id-card-renewal', channel: 'window', form, organ: STATION }, act, windows.once(form, FRIDAY_MORNING, station.id), windows.answer),
  )
  expect(outcome.kind).toBe('done')
  if (outcome.kind === 'done') await actingAs(station, () => cases.apply(outcome.key, { type: 'Withdraw', reason: 'x' }, act))
  const statements = heard.slice()
  expect(statements.length).toBeGreaterThanOrEqual(4)
  for (const piece of statements) expect(await wholeTablesOf(station, piece)).toEqual([])
})

test('the control: a question that no index answers reads the whole table, and is told', async () => {
  expect(await wholeTablesOf(station, { text: "select from cases where person_shown = 'x'", values: [] })).toEqual(['cases'])
})
