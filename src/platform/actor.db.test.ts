import { afterAll, describe, expect, test } from 'vitest'
import { actingAs, type DbActor, forPurpose, SYSTEM } from '#platform/actor.ts'
import { openDb } from '#platform/db.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()
const open = (connectionsMax: number) => {
  const db = openDb({ url: database.url, connectionsMax, onLost: () => undefined })
  afterAll(() => db.end())
  return db
}
const officer = (n: number): DbActor => ({ id: `officer:${n}`, role: 'station-officer', organ: `2201020000${n % 10}0`, personId: null, purpose: null })

const WHO = {
  text: "select current_setting('yitang.actor_id', true) as who, current_setting('yitang.role', true) as role, pg_backend_pid() as pid",
  values: [],
}
interface Who {
  readonly who: string
  readonly role: string
  readonly pid: number
}

describe('for whom a statement runs', () => {
  test('for whom it was asked, whatever shares the connections meanwhile', async () => {
    const db = open(3)
    const asked = Array.from({ length: 400 }, (_, i) => officer((i * 7) % 11))
    const seen = await Promise.all(
      asked.map((actor, i) =>
        actingAs(actor, async () => {
          if (i % 3 === 0) await db.run(WHO)
          return (await db.run<Who>(WHO)).rows[0]?.who
        }),
      ),
    )
    expect(seen).toEqual(asked.map(({ id }) => id))
  })

  test('for nobody when nothing says for whom, also after somebody', async () => {
    const db = open(1)
    expect((await db.run<Who>(WHO)).rows[0]).toMatchObject({ who: 'nobody', role: 'nobody' })
    await actingAs(SYSTEM, () => db.run(WHO))
    expect((await db.run<Who>(WHO)).rows[0]).toMatchObject({ who: 'nobody', role: 'nobody' })
  })

  test('rows and counts come as without the change of actor', async () => {
    const db = open(1)
    const series = { text: 'select n from generate_series(1, $1::int) n', values: [3] }
    const first = await actingAs(officer(1), () => db.run<{ n: number }>(series))
    expect(first.rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(first.rowCount).toBe(3)
    expect(await actingAs(officer(1), () => db.run<{ n: number }>(series))).toMatchObject({ rows: first.rows, rowCount: 3 })
  })

  test('a failed statement leaves its actor to nobody', async () => {
    const db = open(1)
    await actingAs(officer(1), () => db.run(WHO))
    await expect(actingAs(officer(2), () => db.run({ text: 'select 1 / $1::int', values: [0] }))).rejects.toThrow('division by zero')
    expect((await actingAs(officer(1), () => db.run<Who>(WHO))).rows[0]?.who).toBe('officer:1')
    expect((await db.run<Who>(WHO)).rows[0]?.who).toBe('nobody')
  })

  test('when the change of actor itself fails, the statement does not run', async () => {
    const db = open(1)
    await db.run({ text: 'create table marks (who text)', values: [] })
    await actingAs(officer(1), () => db.run(WHO))
    // No text of PostgreSQL may hold this character, so that the change is refused by the server.
    const unsettable = { ...officer(2), purpose: 'a\u0000b' }
    await expect(actingAs(unsettable, () => db.run({ text: "insert into marks values (current_setting('yitang.actor_id'))", values: [] }))).rejects.toThrow()
    expect((await db.run({ text: 'select from marks', values: [] })).rowCount).toBe(0)
  })

  test('a connection that was cut is no longer anybody’s', async () => {
    const [db, other] = [open(1), open(1)]
    const before = await actingAs(officer(3), () => db.run<Who>(WHO))
    await other.run({ text: 'select pg_terminate_backend($1::int)', values: [before.rows[0]?.pid] })
    await actingAs(officer(4), () => db.run(WHO)).catch(() => undefined)
    expect((await actingAs(officer(4), () => db.run<Who>(WHO))).rows[0]?.who).toBe('officer:4')
    expect((await db.run<Who>(WHO)).rows[0]?.who).toBe('nobody')
  })

  test('a purpose is the actor’s own, for as long as the work lasts', async () => {
    const db = open(1)
    const purposeOf = async () =>
      (await db.run<{ purpose: string }>({ text: "select current_setting('yitang.purpose', true) as purpose", values: [] })).rows[0]?.purpose
    await actingAs(officer(5), async () => {
      expect(await forPurpose('a lost child', purposeOf)).toBe('a lost child')
      expect(await purposeOf()).toBe('')
    })
  })
})
