import { afterAll, describe, expect, test } from 'vitest'
import { SYSTEM } from '#platform/actor.ts'
import { openDb } from '#platform/db.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()
const db = openDb({ url: database.url, connectionsMax: 1, onLost: () => undefined, otherwise: SYSTEM })
afterAll(() => db.end())

const echo = async (type: string, value: unknown): Promise<unknown> =>
  (await db.run<{ v: unknown }>({ text: `select $1::${type} as v`, values: [value] })).rows[0]?.v

describe('what goes in comes out', () => {
  test.each([
    ['text', ''],
    ['text', '汉字 😀 "quoted" \\ \n {a,b}'],
    ['text', 'x'.repeat(300_000)],
    ['text', '汉'.repeat(100_000)],
    ['text', null],
    ['int', -7],
    ['bigint', 9_007_199_254_740_991],
    ['boolean', false],
    ['float8', 0.1],
    ['date', '2026-02-13'],
    ['timestamptz', '2026-02-13T01:00:00.123Z'],
    ['text[]', ['a', 'NULL', '', 'with "quotes", commas and \\', null]],
    ['int[]', [1, 2, null]],
    ['text[]', []],
    ['json', { a: [1, { b: '汉"' }] }],
  ])('%s', async (type, value) => {
    expect(await echo(type, value)).toEqual(value)
    // Once more, by the plan and the columns that are known now.
    expect(await echo(type, value)).toEqual(value)
  })

  test('bytes, and an instant of the machine', async () => {
    const bytes = Buffer.from([0, 1, 2, 255, 0])
    expect(await echo('bytea', bytes)).toEqual(bytes)
    expect(await echo('bytea', new Uint8Array(bytes))).toEqual(bytes)
    expect(await echo('timestamptz', new Date('2026-02-13T09:00:00+08:00'))).toBe('2026-02-13T01:00:00.000Z')
  })

  test('rows and counts of what reads, writes, and answers nothing', async () => {
    await db.run({ text: 'create temporary table t (n int, s text)', values: [] })
    const insert = { text: 'insert into t select n, $2::text from generate_series(1, $1::int) n', values: [3, 'x'] }
    for (let i = 0; i < 2; i += 1) expect(await db.run(insert)).toEqual({ rows: [], rowCount: 3 })
    const read = { text: 'select n, s from t where n <= $1::int order by n', values: [2] }
    const both = [1, 1, 2, 2].map((n) => ({ n, s: 'x' }))
    for (let i = 0; i < 2; i += 1) expect(await db.run(read)).toEqual({ rows: both, rowCount: 4 })
    expect(await db.run({ text: 'select n from t where n > $1::int', values: [100] })).toEqual({ rows: [], rowCount: 0 })
    expect((await db.run({ text: 'delete from t returning n', values: [] })).rowCount).toBe(6)
  })
})

describe('what the server refuses', () => {
  test('says its code, and the connection goes on with the same and with other statements', async () => {
    const divide = (by: number) => db.run<{ v: number }>({ text: 'select 10 / $1::int as v', values: [by] })
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' })
    expect((await divide(5)).rows).toEqual([{ v: 2 }])
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' })
    expect((await divide(2)).rows).toEqual([{ v: 5 }])
    await expect(db.run({ text: 'select no_such_column', values: [] })).rejects.toMatchObject({ code: '42703' })
    await expect(db.run({ text: 'select $1::int as v', values: ['no number'] })).rejects.toMatchObject({ code: '22P02' })
    expect(await echo('int', 1)).toBe(1)
  })

  test('a row that can not be read fails its query alone', async () => {
    const huge = db.run({ text: "select 'Infinity'::timestamptz as v", values: [] })
    await expect(huge).rejects.toBeInstanceOf(RangeError)
    expect(await echo('int', 2)).toBe(2)
  })
})
