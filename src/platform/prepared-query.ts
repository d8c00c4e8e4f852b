/**
 * A prepared statement as the product asks it: all messages of one execution go out in a single write, and what the server says of its
 * columns is asked for only the first time. The driver keeps the connection, reads its answers, and knows what was parsed on it.
 */
import type pg from 'pg'

/** A statement under its name: what `prepared` of statement.ts makes. */
export interface Named {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

export interface Rows<Row> {
  readonly rows: Row[]
  /** Rows that were written or answered. */
  readonly rowCount: number
}

interface Column {
  readonly name: string
  readonly read: (text: string) => unknown
}

/** Name of a statement → the columns that it answers, as the server described them once. Of one database. */
export type KnownColumns = Map<string, readonly Column[]>

export type ReaderOf = (oid: number) => (text: string) => unknown

/** What the driver's connection does that its types don't tell. */
interface DriversConnection {
  readonly stream: { write(message: Buffer): boolean; readonly writable: boolean }
  readonly parsedStatements: Record<string, string>
  readonly submittedNamedStatements: Record<string, string>
  sendCopyFail(reason: string): void
}

interface Question {
  readonly statement: Named
  /** A statement that is parsed on the connection already, yields no row, and runs in front of the other within the same transaction. */
  readonly first: { readonly name: string; readonly values: readonly unknown[] } | undefined
  readonly known: KnownColumns
  readonly readerOf: ReaderOf
}

/** @throws what the server answers, as the driver tells it */
export function ask<Row>(client: pg.ClientBase, question: Question): Promise<Rows<Row>> {
  return new Promise((done, failed) => {
    client.query(queryOf(question, failed, done as (rows: Rows<unknown>) => void))
  })
}

const NO_COLUMNS: readonly Column[] = []

function queryOf({ statement, first, known, readerOf }: Question, failed: (error: unknown) => void, done: (rows: Rows<unknown>) => void) {
  const { name, text } = statement
  let columns = known.get(name)
  /** Completions to come before that of the statement itself. */
  let ahead = first === undefined ? 0 : 1
  let rowCount = 0
  let fault: unknown
  const rows: unknown[] = []
  return {
    // The driver notes under these what was parsed on the connection, and forgets it when the statement fails.
    name,
    text,
    submit(connection: DriversConnection): Error | null {
      const parsed = connection.parsedStatements[name] ?? connection.submittedNamedStatements[name]
      if (parsed === undefined) connection.submittedNamedStatements[name] = text
      else if (parsed !== text) return new Error(`two statements have the name ${name}`)
      try {
        const message = messageOf(statement, { first, parse: parsed === undefined, describe: columns === undefined })
        if (connection.stream.writable) connection.stream.write(message)
        return null
      } catch (error) {
        return error as Error
      }
    },
    handleRowDescription({ fields }: { readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[] }): void {
      columns = fields.map((field) => ({ name: field.name, read: readerOf(field.dataTypeID) }))
      known.set(name, columns)
    },
    handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
      try {
        rows.push(rowOf(columns ?? NO_COLUMNS, fields))
      } catch (error) {
        fault = error
      }
    },
    handleCommandComplete({ text: tag }: { readonly text: string }): void {
      if (ahead > 0) {
        ahead -= 1
        return
      }
      if (columns === undefined) known.set(name, NO_COLUMNS)
      rowCount = Number(/ (\d+)$/.exec(tag)?.[1] ?? rows.length)
    },
    handleReadyForQuery(): void {
      if (fault === undefined) done({ rows, rowCount })
      else failed(fault)
    },
    handleError(error: unknown): void {
      failed(error)
    },
    handleEmptyQuery: () => undefined,
    handlePortalSuspended: () => undefined,
    handleCopyInResponse: (connection: DriversConnection) => connection.sendCopyFail('a prepared query copies nothing'),
    handleCopyData: () => undefined,
  } as unknown as pg.Submittable
}

function rowOf(columns: readonly Column[], fields: readonly (string | null)[]): unknown {
  const row: Record<string, unknown> = {}
  for (let i = 0; i < columns.length; i += 1) {
    const { name, read } = columns[i] as Column
    const field = fields[i] as string | null
    row[name] = field === null ? null : read(field)
  }
  return row
}

/** Where messages are put together; what goes out is a copy of its own. */
let scratch = Buffer.allocUnsafe(64 * 1024)
let used = 0

/** A UTF-16 code unit needs at most three bytes of UTF-8. */
function room(units: number): void {
  const needed = used + units * 3 + 16
  if (needed <= scratch.length) return
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, needed))
  scratch.copy(larger, 0, 0, used)
  scratch = larger
}

function int32(value: number): void {
  used = scratch.writeInt32BE(value, used)
}

function int16(value: number): void {
  used = scratch.writeInt16BE(value, used)
}

function terminated(text: string): void {
  room(text.length)
  used += scratch.write(text, used)
  scratch[used] = 0
  used += 1
}

/** Begins a message. @returns where its length stands, for `close` */
function open(code: number): number {
  room(16)
  scratch[used] = code
  used += 5
  return used - 4
}

const close = (at: number): void => {
  scratch.writeInt32BE(used - at, at)
}

const [PARSE, BIND, DESCRIBE, EXECUTE, SYNC] = [0x50, 0x42, 0x44, 0x45, 0x53]
const PORTAL = 0x50

interface Wanted {
  readonly first: Question['first']
  readonly parse: boolean
  readonly describe: boolean
}

/**
 * Parse if need be, Bind, Describe if need be, Execute, Sync: in the unnamed portal (PostgreSQL, "Message Formats").
 * A keeps one prepared statement's name for one text, so that a connection parses it once.
 */
function messageOf({ name, text, values }: Named, { first, parse, describe }: Wanted): Buffer {
  used = 0
  if (first !== undefined) bindAndExecute(first.name, first.values, false)
  if (parse) {
    const at = open(PARSE)
    terminated(name)
    terminated(text)
    int16(0)
    close(at)
  }
  bindAndExecute(name, values, describe)
  close(open(SYNC))
  return Buffer.from(scratch.subarray(0, used))
}

function bindAndExecute(name: string, values: readonly unknown[], describe: boolean): void {
  const bind = open(BIND)
  terminated('')
  terminated(name)
  parameters(values)
  // Everything is answered as text.
  int16(0)
  close(bind)
  if (describe) {
    const at = open(DESCRIBE)
    scratch[used] = PORTAL
    used += 1
    terminated('')
    close(at)
  }
  const execute = open(EXECUTE)
  terminated('')
  int32(0)
  close(execute)
}

/** Bytes go as they are, everything else as its text. */
function parameters(values: readonly unknown[]): void {
  room(values.length)
  if (values.some(ArrayBuffer.isView)) {
    int16(values.length)
    for (const value of values) int16(ArrayBuffer.isView(value) ? 1 : 0)
  } else int16(0)
  int16(values.length)
  for (const value of values) parameter(value)
}

function parameter(value: unknown): void {
  if (value === null || value === undefined) {
    room(4)
    int32(-1)
  } else if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    room(bytes.length)
    int32(bytes.length)
    scratch.set(bytes, used)
    used += bytes.length
  } else {
    const text = textOf(value)
    room(text.length + 4)
    const at = used
    used += 4
    used += scratch.write(text, used)
    scratch.writeInt32BE(used - at - 4, at)
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return arrayText(value)
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** An array's literal: `{"a","b",NULL}`, nested ones within. */
const arrayText = (items: readonly unknown[]): string => `{${items.map(itemText).join(',')}}`

function itemText(item: unknown): string {
  if (item === null || item === undefined) return 'NULL'
  return Array.isArray(item) ? arrayText(item) : `"${textOf(item).replaceAll(/["\\]/g, '\\$&')}"`
}
