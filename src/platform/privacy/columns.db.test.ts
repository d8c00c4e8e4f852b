/** Every column of every table has a level, and what is about somebody is sealed or says why not. */
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { COLUMNS } from '#platform/privacy/columns.ts'
import { isSealed, levelOf, type TableTags } from '#platform/privacy/tags.ts'
import { freshDatabase } from '#test/database.ts'
import { FRIDAY_MORNING, openWindows } from '#test/windows.ts'

const database = await freshDatabase()
const client = new pg.Client({ connectionString: database.url })
await client.connect()
afterAll(() => client.end())

const TAGS = COLUMNS as unknown as Readonly<Record<string, TableTags<Record<string, unknown>>>>

interface Column {
  readonly table_name: string
  readonly column_name: string
  readonly data_type: string
}

const columns = async (): Promise<readonly Column[]> =>
  (
    await client.query<Column>(
      `select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'public' and table_name <> 'schema_migrations' order by table_name, ordinal_position`,
    )
  ).rows

const untagged = async (): Promise<readonly string[]> =>
  (await columns())
    .filter(({ table_name, column_name }) => !TAGS[table_name]?.columns[column_name])
    .map((column) => `${column.table_name}.${column.column_name}`)

test('no column is without a level, and no level without a column', async () => {
  expect(await untagged()).toEqual([])
  const there = new Set((await columns()).map(({ table_name, column_name }) => `${table_name}.${column_name}`))
  const gone = Object.entries(TAGS).flatMap(([table, { columns: tags }]) => Object.keys(tags).map((column) => `${table}.${column}`))
  expect(gone.filter((name) => !there.has(name))).toEqual([])
})

test('a column that somebody adds without a level is named', async () => {
  await client.query('begin; alter table parcels add column recipient text; create table visitors (phone text)')
  expect(await untagged()).toEqual(expect.arrayContaining(['parcels.recipient', 'visitors.phone']))
  await client.query('rollback')
})

test('what is about somebody is sealed text, or says why it stands open', async () => {
  const wrong = (await columns()).filter(({ table_name, column_name, data_type }) => {
    const tag = TAGS[table_name]?.columns[column_name] ?? 'public'
    if (isSealed(tag)) return data_type !== 'text'
    return typeof tag !== 'string' && (tag.held as { open: string }).open.length < 15
  })
  expect(wrong).toEqual([])
  expect(Object.values(TAGS).flatMap(({ columns: tags }) => Object.values(tags).map(levelOf))).toContain('sensitive')
})

test('which rows are about a person is a condition that the table understands', async () => {
  for (const [table, { about }] of Object.entries(TAGS)) {
    if ('nobody' in about) expect(about.nobody, table).not.toBe('')
    else
      await client.query(
        `select count(*) from ${table} t where ($1::text is not null and $2::uuid is not null and $3::timestamptz is not null) and ${about.where}`,
        ['2201', '019c5000-0000-7000-8000-000000000001', FRIDAY_MORNING],
      )
  }
})

test('a table that has a column for a person says which of its rows are the person’s', async () => {
  const naming = (await columns()).filter(({ column_name }) => column_name === 'person_id').map(({ table_name }) => table_name)
  // A hold may stand for an investigation that the person must not hear of from us.
  expect(naming.filter((table) => 'nobody' in (TAGS[table] as TableTags<unknown>).about)).toEqual(['legal_holds'])
})

test('in what the product writes, sealed columns hold sealed values only', async () => {
  const windows = await openWindows()
  const { person } = await windows.resident()
  await windows.submitted(windows.renewalForm(person))
  for (const [table, { columns: tags }] of Object.entries(TAGS)) {
    for (const [column, tag] of Object.entries(tags)) {
      if (!isSealed(tag)) continue
      const { rows } = await windows.db.run<{ value: string }>({ text: `select ${column} as value from ${table}`, values: [] })
      for (const { value } of rows) expect(Object.keys(JSON.parse(value) as object).toSorted(), `${table}.${column}`).toEqual(['c', 'k'])
    }
  }
})
