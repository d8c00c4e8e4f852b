/** What the database itself says was changed: its write-ahead log, decoded by PostgreSQL's own `test_decoding`. */
import type pg from 'pg'

export interface RowChange {
  readonly table: string
  readonly kind: 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE'
  /** As text; null where null. Of a deleted row only its key. */
  readonly row: Readonly<Record<string, string | null>>
}

export interface Transaction {
  readonly xid: string
  readonly changes: readonly RowChange[]
}

const SLOT = 'yitang_audit'
const LINES_AT_ONCE = 20_000

export const beginDecoding = (owner: pg.Client): Promise<unknown> => owner.query("select pg_create_logical_replication_slot($1, 'test_decoding')", [SLOT])
export const endDecoding = (owner: pg.Client): Promise<unknown> => owner.query('select pg_drop_replication_slot($1)', [SLOT])

/** Every transaction that was committed since the last time, in the order of their commits. */
export async function* decoded(owner: pg.Client): AsyncGenerator<Transaction> {
  for (;;) {
    // Only whole transactions come, however few lines are asked for.
    const { rows } = await owner.query<{ xid: string; data: string }>(
      "select xid::text, data from pg_logical_slot_get_changes($1, null, $2, 'skip-empty-xacts', '1')",
      [SLOT, LINES_AT_ONCE],
    )
    if (rows.length === 0) return
    let changes: RowChange[] = []
    for (const { xid, data } of rows) {
      if (data.startsWith('BEGIN')) changes = []
      else if (data.startsWith('COMMIT')) yield { xid, changes }
      else changes.push(rowChange(data))
    }
  }
}

const HEAD = /^table public\."?(\w+)"?: (INSERT|UPDATE|DELETE|TRUNCATE): /

/** @throws Error for a line that it does not understand: nothing may be passed over */
export function rowChange(line: string): RowChange {
  const head = HEAD.exec(line)
  if (!head) {
    const foreign = /^table (\w+)\."?(\w+)"?: (INSERT|UPDATE|DELETE|TRUNCATE): /.exec(line)
    if (foreign) return { table: `${foreign[1]}.${foreign[2]}`, kind: foreign[3] as RowChange['kind'], row: {} }
    throw new Error(`a line of the log that is not understood: ${line.slice(0, 200)}`)
  }
  const [whole, table, kind] = head as unknown as [string, string, RowChange['kind']]
  let rest = line.slice(whole.length)
  if (rest.startsWith('old-key: ')) rest = rest.slice(rest.indexOf(' new-tuple: ') + ' new-tuple: '.length)
  return { table, kind, row: kind === 'TRUNCATE' ? {} : columnsOf(rest) }
}

const COLUMN = /"?(\w+)"?\[((?:[^[\]]|\[\])*)\]:/y

function columnsOf(text: string): Record<string, string | null> {
  const row: Record<string, string | null> = {}
  for (let at = 0; at < text.length; ) {
    COLUMN.lastIndex = at
    const column = COLUMN.exec(text)
    if (!column) throw new Error(`a column that is not understood: ${text.slice(at, at + 100)}`)
    at = COLUMN.lastIndex
    if (text[at] === "'") {
      let end = at + 1
      while (text[end] !== "'" || text[end + 1] === "'") end += text[end] === "'" ? 2 : 1
      row[column[1] as string] = text.slice(at + 1, end).replaceAll("''", "'")
      at = end + 2
    } else {
      const space = text.indexOf(' ', at)
      const end = space === -1 ? text.length : space
      const value = text.slice(at, end)
      row[column[1] as string] = value === 'null' ? null : value
      at = end + 1
    }
  }
  return row
}
