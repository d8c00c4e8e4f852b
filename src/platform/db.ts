import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { actorNow, type DbActor, NOBODY, SET_ACTOR, settingsOf } from '#platform/actor.ts'
import { type Piece, prepared } from '#platform/statement.ts'

/** The queries that run on a pool of connections. A lost connection is a fault of one query, never of the process. */
export interface Db {
  /** Runs for whom `actingAs` says; for nobody, who sees no row about a person, when it doesn't. */
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
  /** For whom a statement runs that no `actingAs` surrounds: nobody. Tools that are the product's own, and tests, say who. */
  readonly otherwise?: DbActor
}

const SET_ACTOR_NAME = 'yitang_actor'

/** What the driver's query does that its types don't tell. */
interface DriversQuery {
  prepare(connection: DriversConnection): void
  handleCommandComplete(message: unknown, connection: DriversConnection): void
}

interface DriversConnection {
  bind(config: { readonly portal: string; readonly statement: string; readonly values: readonly string[] }): void
  execute(config: { readonly portal: string; readonly rows: number }): void
}

type Callback = (error: Error | null, result: pg.QueryResult) => void

const DriversQuery = pg.Query as unknown as new (config: pg.QueryConfig<unknown[]>, values: undefined, callback: Callback) => DriversQuery

/**
 * A query that first changes for whom its connection works. Both go out at once and before one Sync: when the change fails, the server
 * skips the query; when the query fails, the change is undone with it, and nothing is believed to be set.
 */
function queryForActor(config: pg.QueryConfig<unknown[]>, settings: readonly string[], callback: Callback): pg.Submittable {
  const query = new DriversQuery(config, undefined, callback)
  const prepare = query.prepare.bind(query)
  const complete = query.handleCommandComplete.bind(query)
  query.prepare = (connection) => {
    connection.bind({ portal: '', statement: SET_ACTOR_NAME, values: settings })
    connection.execute({ portal: '', rows: 0 })
    prepare(connection)
  }
  // The first completion is that of the change; it yields no row.
  query.handleCommandComplete = () => {
    query.handleCommandComplete = complete
  }
  return query as unknown as pg.Submittable
}

/** SQLSTATE: data that doesn't fit, a key that is taken, a race, a right that is missing. Other refusals may lie in what the connection remembers. */
const KEPT_AFTER = /^(?:22|23|40|42501)/

export function openDb({ url, connectionsMax, onLost, otherwise = NOBODY }: DbOptions): Db {
  /** For whom each connection works, as far as is known. */
  const settled = new WeakMap<pg.ClientBase, string>()
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    types,
    connectionTimeoutMillis: 10_000,
    application_name: PROCESS_NAME,
    // Prepared once and known to be, so that changing the actor is two short messages in front of a query.
    onConnect: (client) => client.query({ name: SET_ACTOR_NAME, text: SET_ACTOR, values: ['', '', '', '', '', '-'] }),
  } as pg.PoolConfig)
  pool.on('error', onLost)
  // A checked-out client without a listener would end the process when the server goes away.
  pool.on('connect', (client) => client.on('error', onLost))

  const ask = (client: pg.ClientBase, config: pg.QueryConfig<unknown[]>, settings: readonly string[]): Promise<pg.QueryResult> => {
    const wanted = settings.join('\u0000')
    if (settled.get(client) === wanted) return client.query(config)
    settled.delete(client)
    return new Promise((done, failed) => {
      client.query(
        queryForActor(config, settings, (error, result) => {
          if (error) return failed(error)
          settled.set(client, wanted)
          done(result)
        }),
      )
    })
  }

  return {
    async run<Row extends pg.QueryResultRow>(piece: Piece) {
      const settings = settingsOf(actorNow() ?? otherwise)
      const { name, text, values } = prepared(piece)
      const client = await pool.connect()
      try {
        const result = await ask(client, { name, text, values: values as unknown[] }, settings)
        client.release()
        return result as pg.QueryResult<Row>
      } catch (error) {
        settled.delete(client)
        // What the server refuses (a race, a key that is taken) is no fault of the connection: it is told anew for whom it works.
        client.release(KEPT_AFTER.test(String((error as { code?: unknown }).code)) ? undefined : (error as Error))
        throw error
      }
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
