import type { FastifyInstance } from 'fastify'
import { type Instant, instantOfMs, msOf } from '#kernel/time.ts'
import { CARD_LINE, type CardToMake, type LineReport, type LineStatus, REPORTS_PATH, type ReportEntry } from '#partners/card-line/protocol.ts'
import { type Fault, openStandIn, type StandIn, type StandInOptions, type StandInWork } from '#partners/standin.ts'

/**
 * A line controller that stands in for the factory's: each line makes its cards one after another, at its own rate, and
 * reports them in trays.
 *
 * Faults of its own, besides the common ones. Each may name a `line`; without it any line is meant.
 *   `jam`      the line stops before its next card. With `minutes` it comes back by itself; without `count` it stands until
 *              the fault is ended; with `count` until somebody resumes it
 *   `spoil`    the next card is spoiled (with `count`: the next n)
 *   `misprint` the next card is made, but its print can't be read
 *   `slow`     cards take `factor` times as long (3)
 */
const FAULTS = ['jam', 'spoil', 'misprint', 'slow'] as const

export interface StandInLine {
  readonly id: string
  readonly cardsPerHalfDay: number
}

export type CardLineStandInOptions = Pick<StandInOptions, 'db' | 'port' | 'host' | 'ourUrl' | 'secret' | 'now'> & {
  readonly lines: readonly StandInLine[]
}

interface Waiting {
  readonly order: CardToMake['order']
  readonly serial: string
}

/** A line as it is kept: what it has to make, and what it has not reported yet. */
interface LineMemory {
  readonly id: string
  readonly queue: readonly Waiting[]
  /** When the card in hand will be ready; null when the line has nothing to do. */
  readonly readyAt: Instant | null
  readonly tray: readonly ReportEntry[]
  readonly reports: number
  readonly stopped: Stopped | null
}

interface Stopped {
  readonly at: Instant
  readonly until: Instant | null
  /** Stands as long as the fault is on. */
  readonly byFault: boolean
}

const TRAY = 25
/** Every line is a little faster than its rating, as machines are that a plan may rely on. */
const HALF_DAY_MS = 3.2 * 3_600_000
const SLOW_FACTOR = 3

const lineKey = (id: string): string => `line/${id}`
/** What the controller knows of a card: given to a line, made, or taken back at an instant. */
const cardKey = ({ order, serial }: Pick<Waiting, 'order' | 'serial'>): string => `card/${order}/${serial}`
type CardMemory = { readonly state: 'waiting' | 'made' } | { readonly state: 'recalled'; readonly at: Instant }

export const openCardLineStandIn = (options: CardLineStandInOptions): Promise<StandIn> => {
  const perCard = new Map(options.lines.map(({ id, cardsPerHalfDay }) => [id, Math.ceil(HALF_DAY_MS / cardsPerHalfDay)]))
  return openStandIn({
    ...options,
    name: CARD_LINE,
    faults: FAULTS,
    routes: (app, standIn) => routes(app, standIn, perCard),
    work: (standIn) => work(standIn, perCard),
  })
}

const readLine = async (standIn: StandIn, id: string): Promise<LineMemory> =>
  (await standIn.read<LineMemory>(lineKey(id))) ?? { id, queue: [], readyAt: null, tray: [], reports: 0, stopped: null }

const after = (at: Instant, ms: number): Instant => instantOfMs(msOf(at) + ms)

async function paceOf(standIn: StandIn, id: string, perCard: ReadonlyMap<string, number>): Promise<number> {
  const slow = await standIn.fault('slow')
  return (perCard.get(id) as number) * (meant(slow, id) ? Number(slow?.factor ?? SLOW_FACTOR) : 1)
}

const meant = (fault: Fault | undefined, line: string): boolean => fault !== undefined && (fault.line === undefined || fault.line === line)

/** A fault strikes the line that it names, and is not used up by another. */
const strikes = async (standIn: StandIn, fault: string, line: string): Promise<Fault | undefined> =>
  meant(await standIn.fault(fault), line) ? standIn.strikes(fault) : undefined

function routes(app: FastifyInstance, standIn: StandIn, perCard: ReadonlyMap<string, number>): void {
  const takeCards = async (id: string, { at, cards }: { at: Instant; cards: readonly CardToMake[] }): Promise<number> => {
    const known = await standIn.readMany<CardMemory>(cards.map(cardKey))
    const fresh = cards
      .filter((card) => {
        const memory = known.get(cardKey(card))
        return memory === undefined || (memory.state === 'recalled' && at > memory.at)
      })
      .map(({ order, serial }): Waiting => ({ order, serial }))
    await standIn.writeMany(fresh.map((card) => [cardKey(card), { state: 'waiting' } satisfies CardMemory]))
    const line = await readLine(standIn, id)
    const readyAt = line.readyAt ?? (fresh.length > 0 ? after(standIn.now(), await paceOf(standIn, id, perCard)) : null)
    await standIn.write(lineKey(id), { ...line, queue: [...line.queue, ...fresh], readyAt })
    return fresh.length
  }

  const recall = async (id: string, { at, cards }: { at: Instant; cards: readonly Waiting[] }) => {
    const line = await readLine(standIn, id)
    const known = await standIn.readMany<CardMemory>(cards.map(cardKey))
    const inTray = new Set(line.tray.flatMap((entry) => ('serial' in entry ? [entry.serial] : [])))
    const isMade = (card: Waiting): boolean => inTray.has(card.serial) || known.get(cardKey(card))?.state === 'made'
    const made = cards.filter(isMade).map(({ serial }) => serial)
    const free = cards.filter((card) => !isMade(card))
    const recalled = free.map(({ serial }) => serial)
    await standIn.writeMany(free.map((card) => [cardKey(card), { state: 'recalled', at } satisfies CardMemory]))
    const gone = new Set(recalled)
    await standIn.write(lineKey(id), { ...line, queue: line.queue.filter(({ serial }) => !gone.has(serial)) })
    return { recalled, made }
  }

  app.post<{ Params: { line: string }; Body: { at: Instant; cards: readonly CardToMake[] } }>('/lines/:line/cards', async (request, reply) => {
    const id = request.params.line
    if (!perCard.has(id)) return reply.code(404).send({ problem: `no line ${id}` })
    return reply.code(202).send({ accepted: await standIn.exclusive(() => takeCards(id, request.body)) })
  })

  app.post<{ Params: { line: string }; Body: { at: Instant; cards: readonly Waiting[] } }>('/lines/:line/recall', (request) =>
    standIn.exclusive(() => recall(request.params.line, request.body)),
  )

  app.post<{ Params: { line: string } }>('/lines/:line/stop', (request) =>
    standIn.exclusive(async () => {
      const line = await readLine(standIn, request.params.line)
      if (!line.stopped) await report(standIn, stop(line, standIn.now(), null, false, 'stopped by the operator'), standIn.now())
      return {}
    }),
  )

  app.post<{ Params: { line: string } }>('/lines/:line/resume', (request) =>
    standIn.exclusive(async () => {
      const line = await readLine(standIn, request.params.line)
      if (line.stopped) await report(standIn, resumed(line, standIn.now(), await paceOf(standIn, line.id, perCard)), standIn.now())
      return {}
    }),
  )

  app.get('/lines', async () => {
    const lines: LineStatus[] = []
    for (const id of perCard.keys()) {
      const { stopped, queue } = await readLine(standIn, id)
      lines.push({ line: id, state: stopped ? 'stopped' : 'working', waiting: queue.length })
    }
    return { lines }
  })
}

const stop = (line: LineMemory, at: Instant, until: Instant | null, byFault: boolean, reason: string): LineMemory => ({
  ...line,
  stopped: { at, until, byFault },
  tray: [...line.tray, { kind: 'stopped', at, reason }],
})

const resumed = (line: LineMemory, at: Instant, perCard: number): LineMemory => ({
  ...line,
  stopped: null,
  readyAt: line.queue.length > 0 ? after(at, perCard) : null,
  tray: [...line.tray, { kind: 'resumed', at }],
})

/** Sends what is in the tray, and keeps the line. */
async function report(standIn: StandIn, line: LineMemory, at: Instant): Promise<LineMemory> {
  if (line.tray.length === 0) {
    await standIn.write(lineKey(line.id), line)
    return line
  }
  await standIn.writeMany(line.tray.flatMap((entry) => ('serial' in entry ? [[cardKey(entry), { state: 'made' } satisfies CardMemory] as const] : [])))
  const body: LineReport = { report: `${line.id}-${line.reports + 1}-${at}`, line: line.id, entries: line.tray }
  await standIn.schedule(at, REPORTS_PATH, body)
  const next = { ...line, tray: [], reports: line.reports + 1 }
  await standIn.write(lineKey(line.id), next)
  return next
}

function work(standIn: StandIn, perCard: ReadonlyMap<string, number>): StandInWork {
  const lines = async (): Promise<LineMemory[]> => Promise.all([...perCard.keys()].map((id) => readLine(standIn, id)))

  /** When the line has something to report next: a full tray, its last card, or its coming back. */
  const dueOf = async (line: LineMemory): Promise<Instant | undefined> => {
    const { stopped, readyAt, queue, tray } = line
    if (stopped) {
      if (stopped.byFault) return (await standIn.fault('jam')) ? undefined : standIn.now()
      return stopped.until ?? undefined
    }
    if (readyAt === null || queue.length === 0) return undefined
    // A line that is going to jam says so with its next card, not when its tray is full.
    if (meant(await standIn.fault('jam'), line.id)) return readyAt
    const cards = Math.max(1, Math.min(queue.length, TRAY - tray.length))
    return after(readyAt, (cards - 1) * (await paceOf(standIn, line.id, perCard)))
  }

  const runLine = async (before: LineMemory, now: Instant, on: ReadonlySet<string>): Promise<number> => {
    const pace = await paceOf(standIn, before.id, perCard)
    let line = before
    let done = 0
    for (;;) {
      if (line.stopped) {
        const back = await backAt(line.stopped, now)
        if (back === undefined || back > now) break
        line = await report(standIn, resumed(line, back, pace), now)
      } else {
        const [card] = line.queue
        if (card === undefined || line.readyAt === null || line.readyAt > now) break
        const jam = on.has('jam') ? await strikes(standIn, 'jam', line.id) : undefined
        if (jam) {
          const until = typeof jam.minutes === 'number' ? after(line.readyAt, jam.minutes * 60_000) : null
          line = await report(standIn, stop(line, line.readyAt, until, until === null && jam.count === undefined, 'jam'), now)
        } else line = await makeCard(line, card, line.readyAt, pace, now, on)
      }
      done += 1
    }
    if (line !== before) await standIn.write(lineKey(line.id), line)
    return done
  }

  const backAt = async (stopped: Stopped, now: Instant): Promise<Instant | undefined> => {
    if (!stopped.byFault) return stopped.until ?? undefined
    return (await standIn.fault('jam')) ? undefined : now
  }

  const makeCard = async (line: LineMemory, card: Waiting, at: Instant, pace: number, now: Instant, on: ReadonlySet<string>): Promise<LineMemory> => {
    const spoiled = on.has('spoil') ? await strikes(standIn, 'spoil', line.id) : undefined
    const misprinted = on.has('misprint') && !spoiled ? await strikes(standIn, 'misprint', line.id) : undefined
    const entry: ReportEntry = spoiled
      ? { kind: 'spoiled', ...card, at, note: 'lamination failed' }
      : { kind: 'made', ...card, at, chip: true, print: misprinted === undefined }
    const queue = line.queue.slice(1)
    const next = { ...line, queue, readyAt: queue.length > 0 ? after(at, pace) : null, tray: [...line.tray, entry] }
    return queue.length === 0 || next.tray.length >= TRAY ? report(standIn, next, now) : next
  }

  return {
    async nextDue() {
      const due = await Promise.all((await lines()).map(dueOf))
      return due.filter((at) => at !== undefined).sort()[0]
    },
    async run(now) {
      let done = 0
      const on = new Set((await standIn.faults()).map(({ fault }) => fault))
      for (const line of await lines()) done += await runLine(line, now, on)
      return done
    },
  }
}
