/**
 * The role as which the application logs in. It owns nothing, may define nothing, isn't a superuser, and policies bind it: what a
 * program forgets to ask, the database asks. Made by whoever migrates, who owns the tables.
 */
import pg from 'pg'
import { GRANTS, OTHER_GRANTS } from '#platform/grants.ts'

/** Roles belong to the whole server: each database has one of its own name, so that several can stand beside each other. */
export const applicationRoleOf = (database: string): string => `${database.slice(0, 59)}_app`

const quoted = (name: string): string => pg.escapeIdentifier(name)

export interface Admission {
  /** Of whoever owns the tables. */
  readonly ownerUrl: string
  /** A role that is there already, or whose password is set here (then it is made when it isn't there). */
  readonly role: string
  readonly password?: string
  /** Only the sandbox's database has the stand-ins' tables, and a function with which it is emptied. */
  readonly sandbox?: { readonly schema: string; readonly tables: string }
}

/**
 * Gives the application's role what it may do in this database, and nothing else. Any number of processes may do it at once.
 * @throws Error with a sentence for whoever deploys
 */
export async function admitApplication({ ownerUrl, role, password, sandbox }: Admission): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'yitang-migrate' })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('lock table schema_migrations in exclusive mode')
    if (password !== undefined) await makeRole(client, role, password)
    await demandHumble(client, role)
    await grant(client, role)
    await client.query(sandbox ? sandboxSql(sandbox, role) : 'drop function if exists empty_sandbox()')
    await client.query('commit')
  } finally {
    await client.end()
  }
}

async function makeRole(client: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  const attributes = `login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${pg.escapeLiteral(password)}`
  try {
    await client.query(rowCount === 0 ? `create role ${quoted(role)} ${attributes}` : `alter role ${quoted(role)} password ${pg.escapeLiteral(password)}`)
  } catch (error) {
    if ((error as pg.DatabaseError).code !== '42501') throw error
    throw new Error(`The role ${role} can't be made: DATABASE_URL's user lacks CREATEROLE. Give it that, or name a role in YITANG_APP_DATABASE_URL.`, {
      cause: error,
    })
  }
}

/** What a role that policies bind must not be. */
const HUMBLE = `
  select r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication as mighty,
         exists (select from pg_class c where c.relowner = r.oid) or exists (select from pg_namespace n where n.nspowner = r.oid)
           or exists (select from pg_proc p where p.proowner = r.oid) or exists (select from pg_database d where d.datdba = r.oid) as owns,
         exists (select from pg_auth_members m where m.member = r.oid) as member
    from pg_roles r where r.rolname = `

interface Humble {
  readonly mighty: boolean
  readonly owns: boolean
  readonly member: boolean
}

function judge(role: string, row: Humble | undefined): void {
  if (row === undefined) throw new Error(`There is no role ${role} in the database.`)
  if (row.mighty || row.owns || row.member)
    throw new Error(
      `The role ${role} is ${row.mighty ? 'too mighty' : row.owns ? 'an owner' : 'a member of another role'}: the application logs in as one that only has what is granted to it. Start it with npm start, or name such a role in YITANG_APP_DATABASE_URL.`,
    )
}

async function demandHumble(client: pg.Client, role: string): Promise<void> {
  judge(role, (await client.query<Humble>(`${HUMBLE}$1`, [role])).rows[0])
}

/** For the application itself, before it serves. @throws Error when the role that it has logged in as is not bound by policies */
export async function demandHumbleLogin(
  run: <Row extends pg.QueryResultRow>(piece: { text: string; values: readonly unknown[] }) => Promise<{ readonly rows: Row[] }>,
): Promise<void> {
  const { rows } = await run<Humble & { role: string }>({ text: `${HUMBLE}current_user`, values: [] })
  judge('of DATABASE_URL', rows[0])
}

async function grant(client: pg.Client, role: string): Promise<void> {
  const to = quoted(role)
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  const database = quoted(rows[0]?.name ?? '')
  const lines = [
    `revoke all on database ${database} from public`,
    `grant connect on database ${database} to ${to}`,
    `revoke create on schema public from public`,
    `grant usage on schema public to ${to}`,
    `revoke all on all tables in schema public from ${to}, public`,
    ...Object.entries({ ...GRANTS, ...OTHER_GRANTS }).map(([table, privileges]) => `grant ${privileges.join(', ')} on ${quoted(table)} to ${to}`),
  ]
  await client.query(lines.join(';\n'))
}

/** Emptied is everything but the migrations' own table and the clock, which never runs back. */
const sandboxSql = ({ schema, tables }: NonNullable<Admission['sandbox']>, role: string): string => `
  create or replace function empty_sandbox() returns void language plpgsql security definer set search_path = pg_catalog, public as $$
  begin
    execute (select 'truncate ' || string_agg(format('public.%I', tablename), ', ') from pg_tables
      where schemaname = 'public' and tablename not in ('schema_migrations', 'clock'));
  end
  $$;
  revoke all on function empty_sandbox() from public;
  grant execute on function empty_sandbox() to ${quoted(role)};
  ${tables};
  grant usage on schema ${schema} to ${quoted(role)};
  grant select, insert, update, delete on all tables in schema ${schema} to ${quoted(role)}`
