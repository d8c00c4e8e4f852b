/**
 * The second wall: the database alone, as the application's role, with everything that the application itself would check left out.
 * Each refusal has its control: the owner drops the policy, and the very same question is answered.
 */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseRecord } from '#case/commands.ts'
import { rowOf, updateCaseChange } from '#case/store.ts'
import { actingAs, type DbActor, forPurpose, NOBODY, SYSTEM } from '#platform/actor.ts'
import { openDb } from '#platform/db.ts'
import { storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { GRANTS, OTHER_GRANTS } from '#platform/grants.ts'
import { demandHumbleLogin } from '#platform/roles.ts'
import type { Person } from '#register/model.ts'
import { FRIDAY_MORNING, officer, openWindows, STATION } from '#test/windows.ts'

const windows = await openWindows()
const { db, database, cases, queries, committer, register } = windows
const owner = new pg.Client({ connectionString: database.url })
await owner.connect()
const bare = new pg.Client({ connectionString: database.applicationUrl })
await bare.connect()
afterAll(async () => {
  await bare.end()
  await owner.end()
})

const actor = (role: string, organ: string | null, personId: string | null = null): DbActor => ({ id: `${role}:1`, role, organ, personId, purpose: null })
const OTHER_STATION = '220102500200'
const BUREAU = '220102000000'
const OTHER_BUREAU = '220103000000'

let person: Person
let stranger: Person
let record: CaseRecord
beforeAll(async () => {
  ;({ person } = await windows.resident({}, '220102001'))
  ;({ person: stranger } = await windows.resident({}, '220102001'))
  record = await windows.submitted(windows.renewalForm(person))
})

const seen = (who: DbActor) => actingAs(who, async () => (await queries.findByKey(record.key)) !== undefined)
const rowSeen = (who: DbActor) =>
  actingAs(
    who,
    async () =>
      ((await db.run({ text: 'select from cases where prefecture = $1 and id = $2', values: [record.key.prefecture, record.key.stream] })).rowCount ?? 0) > 0,
  )
const openRecord = (who: DbActor) =>
  actingAs(who, async () => (await gather(db, { found: register.personFact({ prefecture: person.prefecture, id: person.id }) })).found !== null)

/** What the owner can do, and nobody else: takes a wall away, for the length of a look. */
async function without<T>(table: string, look: () => Promise<T>): Promise<T> {
  await owner.query(`alter table ${table} disable row level security`)
  try {
    return await look()
  } finally {
    await owner.query(`alter table ${table} enable row level security`)
  }
}

describe('who sees a case', () => {
  test.each<[string, () => DbActor]>([
    ['the product itself', () => SYSTEM],
    ['the station that accepted it', () => actor('station-officer', STATION)],
    ['a household officer there', () => actor('household-officer', STATION)],
    ['its person', () => actor('resident', null, person.id)],
    ['a reviewer of the bureau', () => actor('referral-reviewer', BUREAU)],
    ['a supervisor of the bureau', () => actor('supervisor', BUREAU)],
    ['a supervisor of the province', () => actor('supervisor', '220000000000')],
  ])('%s does', async (_, who) => {
    expect([await rowSeen(who()), await seen(who())]).toEqual([true, true])
  })

  test.each<[string, () => DbActor]>([
    ['an officer of another station', () => actor('station-officer', OTHER_STATION)],
    ['another resident', () => actor('resident', null, stranger.id)],
    ['a reviewer of another bureau', () => actor('referral-reviewer', OTHER_BUREAU)],
    ['a supervisor of another bureau', () => actor('supervisor', OTHER_BUREAU)],
    ['a supervisor of another station', () => actor('supervisor', OTHER_STATION)],
    ['a supervisor without an organ', () => actor('supervisor', null)],
    ['a factory worker', () => actor('factory-worker', '220000190000')],
    ['a dispatcher', () => actor('dispatcher', '220000190000')],
    ['an administrator', () => actor('administrator', '220000000000')],
    ['an auditor', () => actor('auditor', '220000000000')],
    ['a role that nobody has thought of', () => actor('inspector', '220000000000')],
    ['somebody who is not signed in', () => actor('anyone', null)],
    ['nobody', () => NOBODY],
  ])('%s does not, though nothing else asks', async (_, who) => {
    expect([await rowSeen(who()), await seen(who())]).toEqual([false, false])
    // The control: it was the wall.
    expect(await without('cases', () => rowSeen(who()))).toBe(true)
    expect(await without('events', () => seen(who()))).toBe(true)
  })

  test('a statement without any actor sees nothing', async () => {
    const unsaid = openDb({ url: database.applicationUrl, connectionsMax: 1, onLost: () => undefined })
    for (const table of ['cases', 'events', 'register_people', 'cards', 'messages', 'person_keys', 'idempotency']) {
      expect([table, (await unsaid.run({ text: `select from ${table} limit 1`, values: [] })).rowCount]).toEqual([table, 0])
    }
    await unsaid.end()
  })
})

describe('who opens a record of the register', () => {
  test('an officer for a purpose, the person their own, nobody else', async () => {
    const station = actor('station-officer', OTHER_STATION)
    expect(await actingAs(station, () => forPurpose('collection', () => openRecord({ ...station, purpose: 'collection' })))).toBe(true)
    expect(await openRecord(actor('resident', null, person.id))).toBe(true)
    for (const who of [station, actor('resident', null, stranger.id), actor('supervisor', '220000000000'), actor('administrator', null), NOBODY]) {
      expect([who.role, await openRecord(who)]).toEqual([who.role, false])
      // The keys beside the record are behind a wall of their own.
      expect([who.role, await without('register_people', () => without('person_keys', () => openRecord(who)))]).toEqual([who.role, true])
    }
  })
})

describe('who decides', () => {
  const withdraw = (who: DbActor) =>
    actingAs(who, () =>
      cases.apply(record.key, { type: 'Withdraw', reason: 'changed-mind' }, { ...officer(), actor: who.id, actorRole: who.role, actorOrgan: who.organ }),
    )

  /** The decision past every question: the events and the row, as if somebody had got at the facts. */
  const force = (who: DbActor) => {
    const act = { ...officer(), actor: who.id, actorRole: who.role, actorOrgan: who.organ }
    const state = { ...record.state, version: record.state.version + 1, status: 'withdrawn' as const }
    return actingAs(who, () =>
      committer.commit({
        events: storedEvents(record.key, record.state.version, [{ type: 'CaseWithdrawn', reason: 'x', by: 'person' }], act),
        changes: [updateCaseChange(rowOf(record.key, state))],
      }),
    )
  }

  test.each<[string, () => DbActor]>([
    ['an officer of another station', () => actor('station-officer', OTHER_STATION)],
    ['another resident', () => actor('resident', null, stranger.id)],
    ['a reviewer of another bureau', () => actor('referral-reviewer', OTHER_BUREAU)],
    ['a supervisor of the very bureau, who looks on', () => actor('supervisor', BUREAU)],
    ['nobody', () => NOBODY],
  ])('not %s', async (_, who) => {
    await expect(force(who())).rejects.toMatchObject({ code: '42501' })
    expect((await owner.query('select status from cases where id = $1', [record.key.stream])).rows[0].status).toBe(record.state.status)
  })

  test('and by the command it is as if there were no such case', async () => {
    expect((await withdraw(actor('station-officer', OTHER_STATION))).kind).toBe('not-found')
  })

  test('the control: without the walls the foreign decision stands', async () => {
    const { person: another } = await windows.resident({}, '220102001')
    const whole = record
    record = await windows.submitted(windows.renewalForm(another))
    await without('cases', () => force(actor('station-officer', OTHER_STATION)))
    expect((await owner.query('select status from cases where id = $1', [record.key.stream])).rows[0].status).toBe('withdrawn')
    record = whole
  })

  test('nobody writes in another’s name, or as another role', async () => {
    const own = actor('station-officer', STATION)
    const write = (act: { actor: string; actorRole: string }) =>
      actingAs(own, () =>
        committer.commit({
          events: storedEvents({ prefecture: '2201', stream: windows.ids.uuid(FRIDAY_MORNING) }, 0, [{ type: 'Noted' }], { ...officer(), ...act }),
          changes: [],
        }),
      )
    await expect(write({ actor: 'station-officer:2', actorRole: 'station-officer' })).rejects.toMatchObject({ code: '42501' })
    await expect(write({ actor: own.id, actorRole: 'system' })).rejects.toMatchObject({ code: '42501' })
    await expect(write({ actor: own.id, actorRole: own.role })).resolves.toBeUndefined()
  })
})

describe('the application’s role', () => {
  const refused = async (sql: string) => {
    await bare.query("select set_config('yitang.role', 'system', false)")
    return bare
      .query(sql)
      .then(
        () => 'done',
        (error: pg.DatabaseError) => error.code,
      )
      .finally(() => bare.query('set row_security = on'))
  }
  const PRIVILEGE_MISSING = '42501'
  const ownerName = new URL(database.url).username

  test('is bound by policies and owns nothing, which the start demands of it', async () => {
    await expect(demandHumbleLogin(db.run)).resolves.toBeUndefined()
    const asOwner = openDb({ url: database.url, connectionsMax: 1, onLost: () => undefined })
    await expect(demandHumbleLogin(asOwner.run)).rejects.toThrow('the application logs in as one that only has what is granted to it')
    await asOwner.end()
  })

  test.each([
    ['changes what happened', "update events set body = '{}'"],
    ['takes back what happened', 'delete from events'],
    ['empties what happened', 'truncate events'],
    ['empties anything', 'truncate idempotency'],
    ['deletes a case', 'delete from cases'],
    ['makes a table', 'create table mine (n int)'],
    ['makes a temporary table', 'create temporary table mine (n int)'],
    ['makes a schema', 'create schema mine'],
    ['makes a function', 'create function mine() returns int language sql as $$ select 1 $$'],
    ['becomes the owner', `set role ${ownerName}`],
    ['says that it is the owner', `set session authorization ${ownerName}`],
    ['makes a role', 'create role mine'],
    ['makes itself mightier', 'alter role current_user bypassrls'],
    ['opens a policy', 'alter policy cases_seen on cases using (true)'],
    ['drops a policy', 'drop policy cases_seen on cases'],
    ['takes the wall away', 'alter table cases disable row level security'],
    ['adds a trigger', 'create trigger t before insert on events execute function lost_race()'],
    ['reads a password', 'select rolpassword from pg_authid'],
    ['reads a file', "select pg_read_file('/etc/passwd')"],
    ['runs a program', "copy cases to program 'cat'"],
    ['looks behind policies', 'set row_security = off; select from cases'],
  ])('never %s', async (_, sql) => {
    expect(await refused(sql)).toBe(PRIVILEGE_MISSING)
  })

  test('has no rights to give away: that only warns, and gives nothing', async () => {
    await refused('grant select on cases to public')
    const { rowCount } = await owner.query("select from information_schema.role_table_grants where table_name = 'cases' and grantee = 'PUBLIC'")
    expect(rowCount).toBe(0)
  })

  test('what happened is where it was', async () => {
    expect(Number((await owner.query('select count(*) from events')).rows[0].count)).toBeGreaterThan(0)
  })
})

/** Tables on which no policy stands, each with the reason: nobody is in them, or no more than somebody's opaque id. */
const OPEN: Readonly<Record<string, string>> = {
  alarms: 'case numbers and half-days',
  calendar_notices: 'the State Council’s',
  clock: 'the sandbox’s',
  identity_claims: 'keyed digests, and the number of an open case for whoever comes second',
  log_days: 'hashes',
  log_heads: 'hashes',
  log_leaves: 'hashes',
  log_nodes: 'hashes',
  log_pending: 'hashes',
  outbox: 'what is still to be done, by the id of a stream',
  production_batches: 'half-days',
  production_blank_uses: 'serials of blanks',
  production_blanks: 'serials of blanks',
  production_lines: 'machines',
  production_load: 'counts',
  production_reports: 'machines',
  production_stock: 'counts',
  promise_rollup: 'counts',
  review_replay_differences: 'case numbers',
  review_replays: 'counts',
  review_settings: 'settings',
  schema_migrations: 'names of files',
  settings: 'settings',
  supervised_cases: 'case numbers and dates, for the figures',
  supervision_deltas: 'case numbers and dates, for the figures',
}

interface Table {
  readonly name: string
  readonly walled: boolean
}

const undecided = async (): Promise<{ grants: string[]; walls: string[] }> => {
  const { rows } = await owner.query<Table>(
    "select relname as name, relrowsecurity as walled from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1",
  )
  return {
    grants: rows.filter(({ name }) => !(name in GRANTS || name in OTHER_GRANTS)).map(({ name }) => name),
    walls: rows.filter(({ name, walled }) => walled === name in OPEN).map(({ name }) => name),
  }
}

describe('every table', () => {
  test('has been decided on: what the application may do with it, and whose rows are whose', async () => {
    expect(await undecided()).toEqual({ grants: [], walls: [] })
  })

  test('the control: a new one has not', async () => {
    await owner.query('create table novelties (prefecture text)')
    expect(await undecided()).toEqual({ grants: ['novelties'], walls: ['novelties'] })
    await owner.query('drop table novelties')
  })

  test('is granted what the list says, and nothing more', async () => {
    const { rows } = await owner.query<{ table: string; privileges: string[] }>(
      `select table_name as table, array_agg(lower(privilege_type) order by privilege_type) as privileges from information_schema.role_table_grants
        where table_schema = 'public' and grantee = $1 group by 1`,
      [new URL(database.applicationUrl).username],
    )
    expect(Object.fromEntries(rows.map(({ table, privileges }) => [table, privileges]))).toEqual(
      Object.fromEntries(Object.entries({ ...GRANTS, ...OTHER_GRANTS }).map(([table, privileges]) => [table, privileges.toSorted()])),
    )
  })
})
