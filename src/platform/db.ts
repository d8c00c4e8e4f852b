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

export interface DbOptions {
  readonly url: string
  readonly connectionsMax: number
  readonly onLost: (error: Error) => void
}

export function openDb({ url, connectionsMax, onLost }: DbOptions): Db {
  const pool = new pg.Pool({ connectionString: url, max: connectionsMax, types, connectionTimeoutMillis: 10_000, application_name: 'yitang' })
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
