import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { actorNow, type DbActor, NOBODY, SET_ACTOR, settingsOf } from '#platform/actor.ts'
import { ask, type KnownColumns, type ReaderOf, type Rows } from '#platform/prepared-query.ts'
import { type Piece, prepared } from '#platform/statement.ts'

/** The queries that run on a pool of connections. A lost connection is a fault of one query, never of the process. */
export interface Db {
  /** Runs for whom `actingAs` says; for nobody, who sees no row about a person, when it doesn't. */
  run<Row extends pg.QueryResultRow>(piece: Piece): Promise<Rows<Row>>
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
    onConnect: (client) => client.query({ name: SET_ACTOR_NAME, text: SET_ACTOR, values: ['', '', '', '', '', '-', '', ''] }),
  } as pg.PoolConfig)
  pool.on('error', onLost)
  // A checked-out client without a listener would end the process when the server goes away.
  pool.on('connect', (client) => client.on('error', onLost))

  const known: KnownColumns = new Map()
  const readerOf: ReaderOf = (oid) => types.getTypeParser(oid, 'text')

  return {
    async run<Row extends pg.QueryResultRow>(piece: Piece) {
      const settings = settingsOf(actorNow() ?? otherwise)
      const wanted = settings.join('\u0000')
      const client = await pool.connect()
      // A change of the actor goes out with the query and before one Sync: when the change fails, the server skips the query; when the
      // query fails, the change is undone with it, and nothing is believed to be set.
      const first = settled.get(client) === wanted ? undefined : { name: SET_ACTOR_NAME, values: settings }
      if (first !== undefined) settled.delete(client)
      try {
        const answer = await ask<Row>(client, { statement: prepared(piece), first, known, readerOf })
        if (first !== undefined) settled.set(client, wanted)
        client.release()
        return answer
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
