import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { type Instant, msOf, plusMs } from '#kernel/time.ts'
import { signatureProblem, signedHeaders } from '#partners/signature.ts'
import type { Db } from '#platform/db.ts'

/**
 * What all stand-ins share. A stand-in is an outside system of its own: its own server and port, its own tables
 * (schema `standin`, so that a restart keeps state, pending messages and faults), and its own idea of what is due.
 * It speaks the partner's protocol in both directions, signed (see signature.ts), and misbehaves when told to.
 *
 * Control (signed like everything else): `GET /control` → `{nextDue, faults}`, `POST /control/faults {"fault": …}`,
 * `POST /control/tick {"now": …}`, `POST /control/reset {}`.
 */
export interface Fault {
  /** One of the common faults below, one of the partner's own, or `none`, which ends all. */
  readonly fault: string
  /** How many times it strikes; without it, until told otherwise. */
  readonly count?: number
  /** What the fault needs to know, e.g. which line jams. */
  readonly [option: string]: unknown
}

/**
 * `down`: no connection in either direction. `error`: requests are answered 500, and nothing is done. `timeout`: requests
 * are done but never answered in time. `duplicate`: messages are sent twice. `out-of-order`: every other message comes
 * ten minutes late, behind what follows it.
 */
const COMMON_FAULTS = ['down', 'error', 'timeout', 'duplicate', 'out-of-order'] as const

/** Work that is found rather than scheduled, e.g. a machine that makes one card after another. */
export interface StandInWork {
  nextDue(): Promise<Instant | undefined>
  /** Does whatever is due at `now`; answers how many things it did. */
  run(now: Instant): Promise<number>
}

export interface StandInOptions {
  readonly name: string
  readonly db: Db
  /** 0: any free port; see `url`. */
  readonly port: number
  readonly host?: string
  /** Where our product listens, e.g. http://localhost:8080; asked at each message. */
  readonly ourUrl: () => string
  readonly secret: string
  readonly now: () => Instant
  /** Faults of the partner's own, besides the common ones. */
  readonly faults?: readonly string[]
  /** Paths that come from browsers or speak a protocol with an authentication of its own: they carry no signature of ours. */
  readonly unsigned?: (path: string) => boolean
  /** The partner's protocol. Requests that arrive here are signed and not struck by a common fault. */
  readonly routes: (app: FastifyInstance, standIn: StandIn) => void
  readonly work?: (standIn: StandIn) => StandInWork
  /** How a message goes out, for a partner whose protocol is not ours: asked anew for each try. */
  readonly dress?: (body: unknown, now: Instant) => Promise<{ readonly headers: Readonly<Record<string, string>>; readonly text: string }>
}

export interface StandIn {
  readonly name: string
  readonly url: string
  now(): Instant
  /** Does everything due at `now` and sends every due message to our product. Answers how much was done. */
  tick(now: Instant): Promise<number>
  /** When it next has something to do or send; undefined when nothing, or when it is down. */
  nextDue(): Promise<Instant | undefined>
  /** Sends `body` to `path` of our product at `dueAt`, signed; again until it is accepted. */
  schedule(dueAt: Instant, path: string, body: unknown): Promise<void>
  /** The faults that it knows. */
  readonly offers: readonly string[]
  /** @throws RangeError when the stand-in has no such fault. */
  setFault(fault: Fault): Promise<void>
  /** The fault when it is on; one with a count has struck once more by this. */
  strikes(fault: string): Promise<Fault | undefined>
  /** The fault when it is on, without striking. */
  fault(fault: string): Promise<Fault | undefined>
  /** Runs one at a time with `work.run`: for whatever reads what it then writes. */
  exclusive<T>(job: () => Promise<T>): Promise<T>
  read<T>(key: string): Promise<T | undefined>
  write(key: string, value: unknown): Promise<void>
  readMany<T>(keys: readonly string[]): Promise<ReadonlyMap<string, T>>
  writeMany(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void>
  /** The faults that are on. */
  faults(): Promise<readonly Fault[]>
  /** All values whose key begins so, by key. */
  list<T>(prefix: string): Promise<readonly T[]>
  /** Forgets everything: state, messages and faults. */
  reset(): Promise<void>
  close(): Promise<void>
}

const HOLD_MS = 600_000
const SEND_TIMEOUT_MS = 5_000
const RETRY_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000]
const ATTEMPTS_MAX = 50
/** Answers after which the same message can't succeed. Not among them: a signature that is stale while a clock is being moved. */
const NOT_WANTED = new Set([400, 409, 422])

/** The stand-ins' own tables: made, in the sandbox only, by whoever owns the database. */
export const STANDIN_SCHEMA = 'standin'
export const STANDIN_TABLES = `create schema if not exists standin;
  create table if not exists standin.messages (
    id         bigint      generated always as identity primary key,
    partner    text        not null,
    due_at     timestamptz not null,
    path       text        not null,
    body       text        not null,
    status     text        not null default 'pending', -- pending, sent, refused (our product does not want it), given-up
    attempts   integer     not null default 0,
    held       boolean     not null default false,     -- delayed once already by out-of-order
    last_error text
  );
  create index if not exists messages_due on standin.messages (partner, due_at, id) where status = 'pending';
  create table if not exists standin.state (
    partner text not null,
    key     text not null,
    value   text not null,
    primary key (partner, key)
  );
  create table if not exists standin.faults (
    partner text    not null,
    fault   text    not null,
    options text    not null,
    times   integer,
    primary key (partner, fault)
  );
  create table if not exists standin.holder (
    only_one boolean     not null default true primary key check (only_one),
    holder   text        not null,
    urls     text        not null,
    until    timestamptz not null
  )`

interface MessageRow {
  id: number
  path: string
  body: string
  attempts: number
  held: boolean
  due_at: Instant
}

interface FaultRow {
  fault: string
  options: string
  times: number | null
}

const faultOf = (row: FaultRow | undefined): Fault | undefined =>
  row && { ...(JSON.parse(row.options) as Fault), ...(row.times !== null && { count: row.times }) }

/** State and faults: plain rows of the stand-in's own schema. */
function openMemory(name: string, db: Db, faults: readonly string[]) {
  const query = <Row extends object>(text: string, values: readonly unknown[]) => db.run<Row>({ text, values: [name, ...values] })
  return {
    query,
    async setFault(fault: Fault): Promise<void> {
      if (fault.fault === 'none') {
        await query('delete from standin.faults where partner = $1', [])
        return
      }
      if (!faults.includes(fault.fault)) throw new RangeError(`${name} has no fault ${fault.fault}; it has ${faults.join(', ')}`)
      await query(
        `insert into standin.faults (partner, fault, options, times) values ($1, $2, $3, $4)
          on conflict (partner, fault) do update set options = excluded.options, times = excluded.times`,
        [fault.fault, JSON.stringify(fault), fault.count ?? null],
      )
    },
    async fault(fault: string): Promise<Fault | undefined> {
      return faultOf((await query<FaultRow>('select fault, options, times from standin.faults where partner = $1 and fault = $2', [fault])).rows[0])
    },
    async strikes(fault: string): Promise<Fault | undefined> {
      const { rows } = await query<FaultRow>('update standin.faults set times = times - 1 where partner = $1 and fault = $2 returning fault, options, times', [
        fault,
      ])
      if (rows[0]?.times === 0) await query('delete from standin.faults where partner = $1 and fault = $2 and times <= 0', [fault])
      return faultOf(rows[0])
    },
    async faults(): Promise<readonly Fault[]> {
      const { rows } = await query<FaultRow>('select fault, options, times from standin.faults where partner = $1 order by fault', [])
      return rows.map((row) => faultOf(row) as Fault)
    },
    async read<T>(key: string): Promise<T | undefined> {
      const { rows } = await query<{ value: string }>('select value from standin.state where partner = $1 and key = $2', [key])
      return rows[0] && (JSON.parse(rows[0].value) as T)
    },
    async write(key: string, value: unknown): Promise<void> {
      await query('insert into standin.state (partner, key, value) values ($1, $2, $3) on conflict (partner, key) do update set value = excluded.value', [
        key,
        JSON.stringify(value),
      ])
    },
    async readMany<T>(keys: readonly string[]): Promise<ReadonlyMap<string, T>> {
      const { rows } = await query<{ key: string; value: string }>('select key, value from standin.state where partner = $1 and key = any($2)', [keys])
      return new Map(rows.map(({ key, value }) => [key, JSON.parse(value) as T]))
    },
    async writeMany(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void> {
      await query(
        `insert into standin.state (partner, key, value) select $1, key, value from unnest($2::text[], $3::text[]) as e(key, value)
          on conflict (partner, key) do update set value = excluded.value`,
        [entries.map(([key]) => key), entries.map(([, value]) => JSON.stringify(value))],
      )
    },
    async list<T>(prefix: string): Promise<readonly T[]> {
      const { rows } = await query<{ value: string }>('select value from standin.state where partner = $1 and starts_with(key, $2) order by key', [prefix])
      return rows.map((row) => JSON.parse(row.value) as T)
    },
    async reset(): Promise<void> {
      for (const table of ['messages', 'state', 'faults']) await query(`delete from standin.${table} where partner = $1`, [])
    },
  }
}

type Memory = ReturnType<typeof openMemory>

/** The messages to our product: kept until it has taken them. */
function openMessages({ name, ourUrl, secret, dress }: StandInOptions, memory: Memory) {
  const ours = async (message: MessageRow, body: unknown, now: Instant) => ({
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `${name}-${String(message.id).padStart(12, '0')}`,
      ...signedHeaders({ partner: name, secret }, now, { path: message.path, body }),
    },
    text: message.body,
  })
  const post = async (message: MessageRow, now: Instant): Promise<{ outcome: 'sent' | 'refused' | 'failed'; error: string | null }> => {
    const body: unknown = JSON.parse(message.body)
    try {
      const { headers, text: sent } = await (dress === undefined ? ours(message, body, now) : dress(body, now))
      const answer = await fetch(new URL(message.path, ourUrl()), {
        method: 'POST',
        headers,
        body: sent,
        signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
      })
      const text = (await answer.text()).slice(0, 300)
      if (answer.ok) return { outcome: 'sent', error: null }
      return { outcome: NOT_WANTED.has(answer.status) ? 'refused' : 'failed', error: `${answer.status} ${text}` }
    } catch (error) {
      return { outcome: 'failed', error: String(error) }
    }
  }
  const settle = async (message: MessageRow, now: Instant): Promise<void> => {
    let { outcome, error } = await post(message, now)
    if (outcome === 'sent' && (await memory.strikes('duplicate'))) ({ outcome, error } = await post(message, now))
    const attempts = message.attempts + 1
    const status = outcome !== 'failed' ? outcome : attempts >= ATTEMPTS_MAX ? 'given-up' : 'pending'
    const again = plusMs(now, RETRY_MS[Math.min(attempts, RETRY_MS.length) - 1] as number)
    await memory.query('update standin.messages set status = $3, attempts = $4, last_error = $5, due_at = $6 where partner = $1 and id = $2', [
      message.id,
      status,
      attempts,
      error,
      status === 'pending' ? again : message.due_at,
    ])
  }
  const hold = (message: MessageRow): Promise<unknown> =>
    memory.query('update standin.messages set held = true, due_at = $3 where partner = $1 and id = $2', [message.id, plusMs(message.due_at, HOLD_MS)])
  return {
    async schedule(dueAt: Instant, path: string, body: unknown): Promise<void> {
      await memory.query('insert into standin.messages (partner, due_at, path, body) values ($1, $2, $3, $4)', [dueAt, path, JSON.stringify(body)])
    },
    async nextDue(): Promise<Instant | undefined> {
      const { rows } = await memory.query<{ due: Instant | null }>(
        "select min(due_at) as due from standin.messages where partner = $1 and status = 'pending'",
        [],
      )
      return rows[0]?.due ?? undefined
    },
    /** Sends in the order in which they fell due. */
    async sendDue(now: Instant): Promise<number> {
      const { rows } = await memory.query<MessageRow>(
        `select id, path, body, attempts, held, due_at from standin.messages
          where partner = $1 and status = 'pending' and due_at <= $2 order by due_at, id limit 500`,
        [now],
      )
      for (const message of rows) {
        if (message.id % 2 === 1 && !message.held && (await memory.strikes('out-of-order'))) await hold(message)
        else await settle(message, now)
      }
      return rows.length
    },
  }
}

/** The requests that the faults strike, and the signature that each must carry. */
function guard(app: FastifyInstance, { name, secret, now, unsigned }: StandInOptions, memory: Memory): void {
  const isControl = (request: FastifyRequest): boolean => request.url.startsWith('/control')
  app.addHook('preHandler', async (request, reply) => {
    const path = request.url.split('?')[0] as string
    const problem = unsigned?.(path) ? undefined : signatureProblem({ partner: name, secret }, request.headers, { path, body: request.body }, now())
    if (problem) return reply.code(401).send({ problem: `signature ${problem}` })
    if (isControl(request)) return
    if (await memory.strikes('down')) {
      reply.hijack()
      request.raw.socket.destroy()
    } else if (await memory.strikes('error')) return reply.code(500).send({ problem: 'fault on demand' })
  })
  app.addHook('onSend', async (request, reply) => {
    if (isControl(request) || reply.statusCode >= 400 || !(await memory.strikes('timeout'))) return
    await new Promise<void>((resolve) => request.raw.socket.once('close', () => resolve()))
  })
}

function controls(app: FastifyInstance, standIn: StandIn, memory: Memory): void {
  app.get('/control', async () => ({ nextDue: (await standIn.nextDue()) ?? null, faults: await memory.faults() }))
  app.post('/control/faults', async (request, reply) => {
    try {
      await standIn.setFault(request.body as Fault)
      return { faults: await memory.faults() }
    } catch (error) {
      if (error instanceof RangeError) return reply.code(422).send({ problem: error.message })
      throw error
    }
  })
  app.post('/control/tick', async (request) => ({ done: await standIn.tick((request.body as { now: Instant }).now) }))
  app.post('/control/reset', async () => {
    await standIn.reset()
    return {}
  })
}

/** Runs jobs one after another; one that fails doesn't keep the next from its turn. */
function inTurn(): <T>(job: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve()
  return (job) => {
    const mine = turn.then(job)
    turn = mine.catch(() => undefined)
    return mine
  }
}

/** Opens the stand-in on its port. Everything that it knows is in the database; several may stand over one. */
export async function openStandIn(options: StandInOptions): Promise<StandIn> {
  const { name, db, port, host = '127.0.0.1' } = options
  const offers = [...COMMON_FAULTS, ...(options.faults ?? [])]
  const memory = openMemory(name, db, offers)
  const messages = openMessages(options, memory)
  const app = Fastify({ bodyLimit: 16 * 1024 * 1024, forceCloseConnections: true })
  let work: StandInWork | undefined
  /** One tick at a time: what one is about to send the next must not send too. */
  const oneTick = inTurn()
  const exclusive = inTurn()
  let url = ''

  const tickNow = async (now: Instant): Promise<number> => {
    let count = 0
    for (;;) {
      if (await memory.fault('down')) return count
      const done = (await exclusive(async () => (await work?.run(now)) ?? 0)) + (await messages.sendDue(now))
      if (done === 0) return count
      count += done
    }
  }

  const standIn: StandIn = {
    name,
    get url() {
      return url
    },
    now: options.now,
    offers,
    tick: (now) => oneTick(() => tickNow(now)),
    async nextDue() {
      if (await memory.fault('down')) return undefined
      const due = (await Promise.all([messages.nextDue(), work?.nextDue()])).filter((at) => at !== undefined)
      return due.sort((a, b) => msOf(a) - msOf(b))[0]
    },
    schedule: messages.schedule,
    setFault: memory.setFault,
    strikes: memory.strikes,
    fault: memory.fault,
    exclusive,
    read: memory.read,
    write: memory.write,
    readMany: memory.readMany,
    writeMany: memory.writeMany,
    faults: memory.faults,
    list: memory.list,
    reset: memory.reset,
    close: () => app.close(),
  }
  guard(app, options, memory)
  controls(app, standIn, memory)
  options.routes(app, standIn)
  work = options.work?.(standIn)
  url = await app.listen({ port, host })
  return standIn
}
