import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type Piece, prepared } from '#platform/statement.ts'

/** The pool, and the queries that run on it. A lost connection is a fault of one query, never of the process. */
export interface Db {
  readonly pool: pg.Pool
  run<Row extends pg.QueryResultRow>(piece: Piece): Promise<pg.QueryResult<Row>>
  end(): Promise<void>
}

const TIMESTAMPTZ = 1184
const DATE = 1082
const INT8 = 20

/** Instants come back as our `Instant` strings, days as `Day` strings, counts as numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === TIMESTAMPTZ) return (text: string) => new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')).toISOString()
    if (oid === DATE) return (text: string) => text
    if (oid === INT8) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/** Tells this process's connections from those of others that run over the same database. */
const PROCESS_NAME = `yitang-${randomUUID().slice(0, 8)}`

export interface DbOptions {
  readonly url: string
  readonly connectionsMax: number
  readonly onLost: (error: Error) => void
}

export function openDb({ url, connectionsMax, onLost }: DbOptions): Db {
  const pool = new pg.Pool({ connectionString: url, max: connectionsMax, types, connectionTimeoutMillis: 10_000, application_name: PROCESS_NAME })
  pool.on('error', onLost)
  // A checked-out client without a listener would end the process when the server goes away.
  pool.on('connect', (client) => client.on('error', onLost))
  return {
    pool,
    run: (piece) => {
      const { name, text, values } = prepared(piece)
      return pool.query({ name, text, values: values as unknown[] })
    },
    end: () => pool.end(),
  }
}

/** SQLSTATE classes: the server stops, starts or has no place left; the connection was lost. Whether a write was made is not known then. */
const AWAY = /^(?:08|57P|53)/

/** Whether the database could not be reached or went away meanwhile: the request may be sent again, with the same key. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, message, severity } = error as { code?: unknown; message?: unknown; severity?: unknown }
  // The server ends the session, or lets nobody in.
  if (severity === 'FATAL') return true
  if (typeof code === 'string' && (AWAY.test(code) || CONNECTION_CODES.has(code))) return true
  return typeof message === 'string' && LOST_CONNECTION.test(message)
}

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
/** The driver has no codes for these. */
const LOST_CONNECTION = /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/
