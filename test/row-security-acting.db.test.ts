/** The second wall for whoever acts for another, with everything that the application itself would check left out. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseRecord } from '#case/commands.ts'
import { rowOf, updateCaseChange } from '#case/store.ts'
import { actingAs, type DbActor } from '#platform/actor.ts'
import { storedEvents } from '#platform/events.ts'
import type { Person } from '#register/model.ts'
import { officer, openWindows, STATION } from '#test/windows.ts'

const windows = await openWindows()
const { db, database, committer } = windows
const owner = new pg.Client({ connectionString: database.url })
await owner.connect()
afterAll(() => owner.end())

const actor = (role: string, organ: string | null, personId: string | null = null): DbActor => ({ id: `${role}:1`, role, organ, personId, purpose: null })

let person: Person
let stranger: Person
let record: CaseRecord
beforeAll(async () => {
  ;({ person } = await windows.resident({}, '220102001'))
  ;({ person: stranger } = await windows.resident({}, '220102001'))
  record = await windows.submitted(windows.renewalForm(person))
})

/** Takes a wall away, for the length of a look. */
async function without<T>(table: string, look: () => Promise<T>): Promise<T> {
  await owner.query(`alter table ${table} disable row level security`)
  try {
    return await look()
  } finally {
    await owner.query(`alter table ${table} enable row level security`)
  }
}

describe('whoever acts for another', () => {
  const REPRESENTED = '0190c0de-0000-7000-8000-0000000000a1'
  const AT = '2026-02-13T09:00:00+08:00'
  let child: Person
  let parent: Person
  let ofChild: CaseRecord
  let own: CaseRecord
  const acting = (role: 'guardian' | 'agent', more: Partial<NonNullable<DbActor['acting']>> = {}, id = `resident:${parent.id}`): DbActor => ({
    ...{ id, role, organ: null, personId: null, purpose: null },
    acting: { prefecture: child.prefecture, representation: REPRESENTED, at: AT, ...more },
  })
  const set = (columns: string) => owner.query(`update representations set ${columns} where id = $1`, [REPRESENTED])
  beforeAll(async () => {
    ;({ person: parent } = await windows.resident({}, '220102001'))
    ;({ person: child } = await windows.resident({}, '220102001'))
    ofChild = await windows.submitted(windows.renewalForm(child))
    own = await windows.submitted(windows.renewalForm(parent))
    await owner.query(
      `insert into representations (prefecture, id, kind, person_id, person_shown, representative_id, representative_shown, may, services, from_at, recorded_at, recorded_by, version)
        values ($1, $2, 'guardian', $3, '王*', $4, '王*', 'act', '{}', '2026-02-01', '2026-02-01', 'test', 1)`,
      [child.prefecture, REPRESENTED, child.id, parent.id],
    )
    await owner.query(
      `insert into readings (prefecture, id, at, person_id, actor, actor_role, what, outcome, fields, count, request_id, leaf)
        select $1, gen_random_uuid(), '2026-02-13', p, 'station-officer:1', 'station-officer', 'case', 'shown', '', 1, 'r', '' from unnest($2::uuid[]) p`,
      [child.prefecture, [child.id, parent.id, stranger.id]],
    )
  })

  /** Everything that there is of people, asked for without any question of the application’s. */
  const OF_PEOPLE = {
    cases: 'select person_id as id from cases',
    events: `select stream as id from events where type = 'CaseSubmitted'`,
    readings: 'select person_id as id from readings where person_id is not null',
    register_people: 'select id from register_people',
    cards: 'select person_id as id from cards',
    person_keys: 'select person_id as id from person_keys',
    messages: 'select person_id as id from messages',
    consents: 'select person_id as id from consents',
    representations: 'select person_id as id from representations',
  }
  const whose = (who: DbActor, text: string) =>
    actingAs(who, async () => [...new Set((await db.run<{ id: string }>({ text, values: [] })).rows.map(({ id }) => id))])

  test('sees the rows of that person, and not even their own', async () => {
    for (const [table, text] of Object.entries(OF_PEOPLE)) {
      const expected = ['messages', 'consents', 'representations'].includes(table) ? [] : [table === 'events' ? ofChild.key.stream : child.id]
      expect([table, await whose(acting('guardian'), text)]).toEqual([table, expected])
      if (expected.length > 0) expect([table, (await without(table, () => whose(acting('guardian'), text))).length > 1]).toEqual([table, true])
    }
  })

  test.each<[string, string, () => DbActor]>([
    ['a record that was withdrawn', "ended_at = '2026-02-13', ended_because = 'withdrawn'", () => acting('guardian')],
    ['a record that is over', "until = '2026-02-13T00:00:00Z'", () => acting('guardian')],
    ['a record that has not begun', "from_at = '2026-02-14'", () => acting('guardian')],
    ['another role than the record’s', 'version = 1', () => acting('agent')],
    ['another’s record', 'version = 1', () => acting('guardian', {}, `resident:${stranger.id}`)],
    ['a record that isn’t', 'version = 1', () => acting('guardian', { representation: '0190c0de-0000-7000-8000-0000000000a2' })],
    ['a record without saying when', 'version = 1', () => acting('guardian', { at: '' })],
    ['matters that weren’t named', "kind = 'agent', services = '{id-card-loss-report}'", () => acting('agent')],
  ])('sees nothing on %s', async (_, columns, who) => {
    await set(columns)
    expect(await whose(who(), OF_PEOPLE.cases)).toEqual([])
    await set("ended_at = null, ended_because = null, until = null, from_at = '2026-02-01', kind = 'guardian', services = '{}'")
    expect(await whose(acting('guardian'), OF_PEOPLE.cases)).toEqual([child.id])
  })

  /** The decision past every question, as above. */
  const force = (who: DbActor, one: CaseRecord) => {
    const act = { ...officer(), actor: who.id, actorRole: who.role, actorOrgan: null }
    const state = { ...one.state, version: one.state.version + 1, status: 'withdrawn' as const }
    return actingAs(who, () =>
      committer.commit({
        events: storedEvents(one.key, one.state.version, [{ type: 'CaseWithdrawn', reason: 'x' }], act),
        changes: [updateCaseChange(rowOf(one.key, state))],
      }),
    )
  }
  const WITHDRAWN = { problem: { refusals: [{ code: 'withdrawn' }] } }

  test('decides for nobody else, nor on what only lets them look', async () => {
    await expect(force(acting('guardian'), own)).rejects.toMatchObject(WITHDRAWN)
    await expect(force(acting('guardian'), record)).rejects.toMatchObject(WITHDRAWN)
    await set("may = 'read'")
    await expect(force(acting('guardian'), ofChild)).rejects.toMatchObject(WITHDRAWN)
    await set("may = 'act'")
    // The controls: with the walls taken away the foreign decision stands, and on what stands one's own does.
    await without('cases', () => without('events', () => force(acting('guardian'), own)))
    await force(acting('guardian'), ofChild)
    const { rows } = await owner.query('select status from cases where id = any($1)', [[own.key.stream, ofChild.key.stream]])
    expect(rows).toEqual([{ status: 'withdrawn' }, { status: 'withdrawn' }])
  })

  test('lets nobody say that they act for somebody: what stands is written by the person, by an officer for a purpose, or by the product', async () => {
    const write = (who: DbActor, kind: string, person: string, representative: string) =>
      actingAs(who, () =>
        db.run({
          text: `insert into representations (prefecture, id, kind, person_id, person_shown, representative_id, representative_shown, may, services, from_at, recorded_at, recorded_by, version)
            values ('2201', gen_random_uuid(), $1::text, $2::uuid, '王*', $3::uuid, '李*', 'act', '{}', '2026-02-01', '2026-02-01', $4::text, 1)`,
          values: [kind, person, representative, who.id],
        }),
      )
    const strangers = actor('resident', null, stranger.id)
    for (const kind of ['family', 'guardian', 'agent']) await expect(write(strangers, kind, person.id, stranger.id)).rejects.toMatchObject({ code: '42501' })
    await expect(write(strangers, 'guardian', stranger.id, person.id)).rejects.toMatchObject({ code: '42501' })
    await expect(write(strangers, 'family', stranger.id, person.id)).resolves.toBeDefined()
    const station = actor('station-officer', STATION)
    await expect(write(station, 'agent', person.id, stranger.id)).rejects.toMatchObject({ code: '42501' })
    await expect(write({ ...station, purpose: 'application' }, 'agent', person.id, stranger.id)).resolves.toBeDefined()
    await expect(write({ ...station, purpose: 'application' }, 'family', person.id, stranger.id)).rejects.toMatchObject({ code: '42501' })
  })
})
