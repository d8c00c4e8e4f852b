/**
 * Writes src/platform/schema.ts, the tables as TypeScript types, from a freshly migrated database. `npm run docs` runs it;
 * test/schema.db.test.ts fails while the file and the database differ.
 */
import type pg from 'pg'

interface Column {
  readonly schema: string
  readonly table: string
  readonly comment: string | null
  readonly column: string
  readonly type: string
  readonly nullable: boolean
  /** PostgreSQL fills it in when an insert leaves it out. */
  readonly optional: boolean
  /** Computed from the others, or `generated always as identity`: an insert must leave it out. */
  readonly computed: boolean
}

/** As src/platform/db.ts reads them: instants and days as our strings, counts as numbers, exact decimals as text. */
const TYPES: Readonly<Record<string, string>> = {
  ...{ bool: 'boolean', bytea: 'Buffer', date: 'Day', timestamptz: 'Instant', json: 'unknown', jsonb: 'unknown' },
  ...Object.fromEntries(['int2', 'int4', 'int8', 'float4', 'float8', 'oid'].map((type) => [type, 'number'])),
  ...Object.fromEntries(
    ['text', 'varchar', 'bpchar', 'char', 'name', 'uuid', 'numeric', 'time', 'interval', 'inet', 'tsvector', 'citext'].map((type) => [type, 'string']),
  ),
}

const COLUMNS = `
  select n.nspname as schema, c.relname as table, obj_description(c.oid, 'pg_class') as comment,
         i.column_name as column, i.udt_name as type, i.is_nullable = 'YES' as nullable,
         i.column_default is not null or i.is_identity = 'YES' as optional,
         i.is_generated = 'ALWAYS' or coalesce(i.identity_generation = 'ALWAYS', false) as computed
    from information_schema.columns i
    join pg_namespace n on n.nspname = i.table_schema
    join pg_class c on c.relnamespace = n.oid and c.relname = i.table_name and not c.relispartition
   where i.table_schema not in ('pg_catalog', 'information_schema', 'standin') and i.table_name <> 'schema_migrations'
   order by i.table_schema collate "C", i.table_name collate "C", i.ordinal_position`

/** The text of src/platform/schema.ts for the database that the client is connected to; the same database gives the same text. */
export async function schemaSource(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<Column>(COLUMNS)
  const tables = Map.groupBy(rows, ({ schema, table }) => (schema === 'public' ? table : `${schema}.${table}`))
  const interfaces = [...tables].map(([name, columns]) => interfaceOf(name, columns))
  const database = [...tables.keys()].map((name) => `  ${/^\w+$/.test(name) ? name : `'${name}'`}: ${interfaceName(name)}`)
  const body = [...interfaces, `/** Every table by its name. */\nexport interface Database {\n${database.join('\n')}\n}`].join('\n\n')
  return `${header(body)}\n\n${body}\n`
}

function header(body: string): string {
  const named = (names: string[], from: string): string[] => {
    const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(body))
    return used.length === 0 ? [] : [`import type { ${used.join(', ')} } from '${from}'`]
  }
  const imports = [...named(['Generated', 'GeneratedAlways'], 'kysely'), ...named(['Day', 'Instant'], '#kernel/time.ts')]
  return ['/** Generated from the database by scripts/schema.ts (`npm run docs`). Do not edit: write a migration. */', ...imports].join('\n')
}

function interfaceOf(name: string, columns: readonly Column[]): string {
  const comment = columns[0]?.comment
  const lines = columns.map((column) => `  ${/^\w+$/.test(column.column) ? column.column : `'${column.column}'`}: ${typeOf(column)}`)
  return `${comment ? `/** ${comment.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */\n` : ''}interface ${interfaceName(name)} {\n${lines.join('\n')}\n}`
}

/** @throws Error for a type that has no mapping yet: choose one, don't guess. */
function typeOf({ table, column, type, nullable, optional, computed }: Column): string {
  const element = type.replace(/^_/, '')
  const base = TYPES[element]
  if (base === undefined) throw new Error(`${table}.${column} is of type ${type}, for which scripts/schema.ts has no TypeScript type`)
  const value = `${base}${type.startsWith('_') ? '[]' : ''}${nullable && base !== 'unknown' ? ' | null' : ''}`
  if (computed) return `GeneratedAlways<${value}>`
  return optional ? `Generated<${value}>` : value
}

/** `case_events` → `CaseEventsTable`: the ending keeps it apart from the concept of the same name. */
const interfaceName = (name: string): string =>
  `${name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}Table`
