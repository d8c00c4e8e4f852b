/** The database as the verifier reads it: as of one instant, part after part, every value as text. */
import pg from 'pg'
import { type LeafKind, leafHash } from '#platform/evidence/leaf.ts'

/** A table whose rows have leaves. */
export interface LeafSource {
  readonly kind: LeafKind
  readonly table: string
  /** The columns by which the log names a row; a row that stands for itself has no seq of its own. */
  readonly stream: string
  readonly seq: string | null
  /** Every column that the leaf covers, in its order. */
  readonly columns: readonly string[]
  /** The last of them, when it came later: where it is null, the leaf does without. */
  readonly addedLater?: true
  /** Those of them that are instants. */
  readonly instants: readonly string[]
  /** What a person calls the row. */
  readonly name: string
}

export const EVENTS: LeafSource = {
  kind: 'event',
  table: 'events',
  stream: 'stream',
  seq: 'seq',
  columns: [
    ...['prefecture', 'stream', 'seq', 'type', 'at', 'actor', 'actor_role', 'actor_organ', 'on_behalf_of', 'basis', 'service_version', 'request_id', 'body'],
  ],
  instants: ['at'],
  name: 'type',
}

/** A leaf as the log has it, and as its row gives it. */
export interface Entry {
  readonly index: number
  readonly kind: string
  readonly stream: string
  readonly seq: number
  /** The leaf in the log. */
  readonly stored: string
  /** The leaf that the row gives; undefined when there is no row. */
  readonly row: string | undefined
  /** Whether the row's own column has that leaf, too. */
  readonly owned: boolean
}

export type Line = readonly (string | null)[]

/** A read-only snapshot of the whole database on a connection of its own. */
export async function openSnapshot(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'yitang-verify-log',
    types: { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig,
  })
  await client.connect()
  await client.query("set timezone = 'UTC'; set bytea_output = 'hex'; set row_security = off")
  await client.query('begin isolation level repeatable read read only')
  return client
}

const PART = 4_000

let cursors = 0

/** The rows of a query, a part at a time. */
export async function* parts(client: pg.Client, text: string, values: readonly unknown[]): AsyncIterable<readonly Line[]> {
  cursors += 1
  const name = `verify_${cursors}`
  await client.query({ text: `declare ${name} no scroll cursor for ${text}`, values: values as unknown[] })
  try {
    for (;;) {
      const { rows } = await client.query<(string | null)[]>({ text: `fetch ${PART} from ${name}`, rowMode: 'array' })
      if (rows.length > 0) yield rows
      if (rows.length < PART) return
    }
  } finally {
    await client.query(`close ${name}`)
  }
}

/** `2026-02-13 01:00:00.007` → `2026-02-13T01:00:00.007Z`. Digits that we never write stay, and make another leaf. */
const instantOf = (text: string): string => {
  const [seconds = '', fraction = ''] = text.split('.')
  return `${seconds.replace(' ', 'T')}.${fraction.padEnd(3, '0')}Z`
}

const covered = ({ addedLater }: LeafSource, fields: readonly (string | null)[]): readonly (string | null)[] =>
  addedLater && fields.at(-1) === null ? fields.slice(0, -1) : fields

/** What is selected of the sources' rows, joined to something that has `kind`, `stream` and `seq`. */
export interface Joined {
  readonly columns: string
  readonly joins: string
  leafOf(kind: string, line: Line): Pick<Entry, 'row' | 'owned'>
}

const NO_ROW = { row: undefined, owned: false } as const

/** @param log the alias of what is joined to, @param seq how its seq is written, @param prefecture how the prefecture is */
export function joinedRows(sources: readonly LeafSource[], log: string, seq: string, prefecture: string, offset: number): Joined {
  let next = offset
  const readers = new Map<string, (line: Line) => Pick<Entry, 'row' | 'owned'>>()
  const columns: string[] = []
  const joins: string[] = []
  for (const [i, source] of sources.entries()) {
    const alias = `s${i}`
    const from = next
    next += source.columns.length + 1
    columns.push(...source.columns.map((column) => (source.instants.includes(column) ? `${alias}.${column}::timestamp::text` : `${alias}.${column}::text`)))
    columns.push(`encode(${alias}.leaf, 'hex')`)
    joins.push(
      `left join ${source.table} ${alias} on ${log}.kind = '${source.kind}' and ${alias}.prefecture = ${prefecture} and ${alias}.${source.stream} = ${log}.stream${source.seq === null ? '' : ` and ${alias}.${source.seq} = ${seq}`}`,
    )
    const instants = source.columns.flatMap((column, j) => (source.instants.includes(column) ? [j] : []))
    const until = next - 1
    readers.set(source.kind, (line) => {
      if (line[from] === null) return NO_ROW
      const fields = line.slice(from, until)
      for (const j of instants) fields[j] = instantOf(fields[j] ?? '')
      const row = leafHash(source.kind, covered(source, fields))
      return { row, owned: line[until] === row }
    })
  }
  return { columns: columns.join(', '), joins: joins.join(' '), leafOf: (kind, line) => readers.get(kind)?.(line) ?? NO_ROW }
}

/** The log of a prefecture in its order, each leaf with what its row gives. */
export async function* logEntries(client: pg.Client, sources: readonly LeafSource[], prefecture: string): AsyncIterable<readonly Entry[]> {
  const rows = joinedRows(sources, 'l', 'l.seq', 'l.prefecture', 5)
  const text = `select l.index, l.kind, l.stream, l.seq, encode(l.leaf, 'hex'), ${rows.columns} from log_leaves l ${rows.joins} where l.prefecture = $1 order by l.index`
  for await (const part of parts(client, text, [prefecture])) {
    yield part.map((line) => {
      const [index, kind, stream, seq, stored] = line as [string, string, string, string, string]
      return { index: Number(index), kind, stream, seq: Number(seq), stored, ...rows.leafOf(kind, line) }
    })
  }
}

/** Leaves that wait, each with what its row gives; `index` is only their place here. */
export async function* waitingEntries(client: pg.Client, sources: readonly LeafSource[], prefecture: string): AsyncIterable<readonly Entry[]> {
  const rows = joinedRows(sources, 'l', 'l.seq', 'l.prefecture', 5)
  const text = `select 0, l.kind, l.stream, l.seq, encode(l.leaf, 'hex'), ${rows.columns} from (
      select p.prefecture, p.kind, p.stream, p.seq + n as seq, substring(p.leaves from n * 32 + 1 for 32) as leaf
      from log_pending p, generate_series(0, length(p.leaves) / 32 - 1) n where p.prefecture = $1) l ${rows.joins}`
  for await (const part of parts(client, text, [prefecture])) {
    yield part.map((line) => {
      const [index, kind, stream, seq, stored] = line as [string, string, string, string, string]
      return { index: Number(index), kind, stream, seq: Number(seq), stored, ...rows.leafOf(kind, line) }
    })
  }
}

export interface Unlogged {
  readonly kind: string
  readonly stream: string
  readonly seq: number
  readonly name: string
  readonly leaf: string
}

/** Rows that neither stand in the log nor wait for it. */
export async function* unloggedRows(client: pg.Client, source: LeafSource, prefecture: string): AsyncIterable<readonly Unlogged[]> {
  const seq = source.seq === null ? '0' : `s0.${source.seq}`
  const columns = source.columns.map((column) => (source.instants.includes(column) ? `s0.${column}::timestamp::text` : `s0.${column}::text`))
  const text = `select s0.${source.stream}, ${seq}, s0.${source.name}::text, ${columns.join(', ')} from ${source.table} s0
    where s0.prefecture = $1
    and not exists (select from log_leaves l where l.prefecture = s0.prefecture and l.kind = '${source.kind}' and l.stream = s0.${source.stream} and l.seq = ${seq})
    and not exists (select from log_pending p where p.prefecture = s0.prefecture and p.kind = '${source.kind}' and p.stream = s0.${source.stream}
      and ${seq} >= p.seq and ${seq} < p.seq + length(p.leaves) / 32)
    order by 1, 2`
  const instants = source.columns.flatMap((column, j) => (source.instants.includes(column) ? [j] : []))
  for await (const part of parts(client, text, [prefecture])) {
    yield part.map((line) => {
      const [stream, at, name] = line as [string, string, string]
      const fields = line.slice(3)
      for (const j of instants) fields[j] = instantOf(fields[j] ?? '')
      return { kind: source.kind, stream, seq: Number(at), name, leaf: leafHash(source.kind, covered(source, fields)) }
    })
  }
}
