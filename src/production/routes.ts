import type { z } from 'zod'
import type { Readings } from '#account/commands/readings.ts'
import type { Action, Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { type Day, dayOf, type Instant, instant, plusDays } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import { CardLineUnavailable } from '#partners/card-line/adapter.ts'
import { CARD_LINE, type LineReport, REPORTS_PATH } from '#partners/card-line/protocol.ts'
import { signatureProblem } from '#partners/signature.ts'
import { forSystem } from '#platform/actor.ts'
import { type AnyRoute, type Incoming, type Principal, route } from '#platform/http.ts'
import { type Answer, jsonAnswer, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { FloorOptions, FloorOutcome } from '#production/commands/floor.ts'
import type { Production } from '#production/commands/production.ts'
import { systemAct } from '#production/commands/write.ts'
import {
  batchesQuery,
  batchesReply,
  blanksQuery,
  blanksReply,
  cardsReply,
  destroyBody,
  destroyedReply,
  emptyBody,
  lineChangeReply,
  lineParams,
  linesReply,
  loadQuery,
  loadReply,
  orderParams,
  orderReply,
  pageQuery,
  qualityBody,
  receiveBody,
  receivedReply,
  remakeBody,
  reportBody,
  reportReply,
  serialParams,
  slotParams,
  spoilBody,
  stopBody,
  takenOffReply,
  tallyReply,
} from '#production/contract.ts'
import type { Ordered } from '#production/model.ts'
import { orderReading, type Page, type ProductionQueries } from '#production/queries.ts'
import { slotOfKey } from '#production/rules/slots.ts'
import type { KeptOrder } from '#production/store/orders.ts'
import { BLANK_STATE_WORDS, LINE_STATE_WORDS, ORDER_STATUS_WORDS } from '#production/words.ts'

export interface ProductionRouteDeps {
  readonly production: Production
  readonly queries: ProductionQueries
  readonly readings: Readings
  /** Shared with the line controller: what it reports is signed with it. */
  readonly cardLineSecret: string
}

const TAG = 'production'
const BASE = '/api/v1/production'

/** Not permitted and unknown are answered alike. */
function demand(principal: Principal | null, action: Action): void {
  if (!can(principal as Actor | null, action)) throw new ProblemError(problem('not-found'))
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new ProblemError(problem('not-found'))
  return value
}

/** @throws ProblemError for a cursor that is not ours. */
async function page<T>(reading: Promise<Page<T>>): Promise<Page<T>> {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const cursor = { zh: '请用上一页给出的游标，或去掉它从头看起。', en: 'Use the cursor given with the previous page, or leave it out to start over.' }
    throw new ProblemError(problem('invalid-input', { fields: { cursor } }))
  }
}

function answerTo<T>(outcome: FloorOutcome<T>, done: (value: T) => Answer): Answer {
  switch (outcome.kind) {
    case 'done':
      return done(outcome.value)
    case 'refused':
      return problemAnswer(problem('refused', { refusals: outcome.reasons }))
    case 'replayed':
      return outcome.answer
    case 'not-found':
      return problemAnswer(problem('not-found'))
    case 'version-changed':
      return problemAnswer(problem('version-changed'))
  }
}

function versionOf(ifMatch: string | undefined): { readonly expectedVersion?: number } {
  if (ifMatch === undefined) return {}
  const version = /^"(\d{1,9})"$/.exec(ifMatch)?.[1]
  if (version === undefined) throw new ProblemError(problem('version-changed'))
  return { expectedVersion: Number(version) }
}

const orderView = ({ id, state }: KeptOrder): z.output<typeof orderReply> => {
  const { caseNumber, personShown, acceptedAt, product } = state.ordered as Ordered
  return {
    id,
    caseNumber,
    personShown,
    acceptedAt,
    status: state.status,
    statusSays: ORDER_STATUS_WORDS[state.status],
    slot: state.slot,
    batch: state.assignment?.batch ?? null,
    line: state.assignment?.line ?? null,
    position: state.assignment?.position ?? null,
    serial: state.serial ?? state.assignment?.serial ?? null,
    madeAt: state.madeAt,
    remakes: state.remakes,
    template: product.template,
    issuer: product.issuer,
    version: state.version,
  }
}

const orderAnswer = (order: KeptOrder): Answer => jsonAnswer(200, orderView(order), { etag: `"${order.state.version}"` })

export function productionRoutes(deps: ProductionRouteDeps): readonly AnyRoute[] {
  return [...batchRoutes(deps), ...orderRoutes(deps), ...lineRoutes(deps), ...blankRoutes(deps), reportRoute(deps)]
}

const batchRoutes = ({ queries, readings }: ProductionRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: `${BASE}/batches`,
    summary: 'The half-day batches of a day (today when none is given) or of some days from it on',
    tag: TAG,
    query: batchesQuery,
    reply: { 200: batchesReply },
    handle: async ({ query, principal, at }) => {
      demand(principal, 'production.read')
      const from = (query.day ?? dayOf(at)) as Day
      return jsonAnswer(200, { batches: await queries.batches(from, plusDays(from, query.days - 1)) })
    },
  }),
  route({
    method: 'GET',
    path: `${BASE}/batches/:slot`,
    summary: 'One batch with its cards in order of acceptance, by cursor',
    tag: TAG,
    params: slotParams,
    query: pageQuery,
    reply: { 200: cardsReply },
    handle: async ({ params, query, principal, act }) => {
      demand(principal, 'production.read')
      const slot = slotOfKey(params.slot)
      const batch = found(await queries.findBatch(slot))
      const cards = await page(queries.cardsOf(slot, query.cursor, query.limit))
      await readings.record(act, { subject: null, what: 'list', outcome: 'shown', count: cards.rows.length })
      return jsonAnswer(200, { batch, cards: cards.rows.map(orderView), next: cards.next })
    },
  }),
  route({
    method: 'GET',
    path: `${BASE}/load`,
    summary: 'What the coming half-days can make, and what stands in them',
    tag: TAG,
    query: loadQuery,
    reply: { 200: loadReply },
    handle: async ({ query, principal, at }) => {
      demand(principal, 'production.read')
      return jsonAnswer(200, { slots: await queries.forecast(at, query.slots) })
    },
  }),
]

function orderRoutes({ production, queries, readings }: ProductionRouteDeps): readonly AnyRoute[] {
  const command = <B extends z.ZodType>(
    name: string,
    summary: string,
    body: B,
    run: (
      number: string,
      body: z.output<B>,
      incoming: Incoming<unknown, unknown, unknown>,
      options: FloorOptions<KeptOrder>,
    ) => Promise<FloorOutcome<KeptOrder>>,
  ): AnyRoute =>
    route({
      method: 'POST',
      path: `${BASE}/orders/:number/${name}`,
      summary,
      tag: TAG,
      params: orderParams,
      body,
      reply: { 200: orderReply },
      handle: async (incoming) => {
        demand(incoming.principal, 'production.work')
        const options = { once: incoming.once, answer: orderAnswer, ...versionOf(incoming.ifMatch) }
        return answerTo(await run(typedNumber(incoming.params.number), incoming.body as z.output<B>, incoming, options), orderAnswer)
      },
    })
  return [
    route({
      method: 'GET',
      path: `${BASE}/orders/:number`,
      summary: 'The order of a case as it stands in the factory',
      tag: TAG,
      params: orderParams,
      reply: { 200: orderReply },
      handle: async ({ params, principal, act }) => {
        demand(principal, 'production.read')
        const order = await queries.findOrder(typedNumber(params.number))
        await readings.record(act, orderReading(order))
        return orderAnswer(found(order))
      },
    }),
    command('spoil', 'The card that a line is making is spoiled; it is made again', spoilBody, (caseNumber, { serial, note }, { act }, options) =>
      production.spoil({ caseNumber }, serial, note, act, options),
    ),
    command('quality', 'A finished card fails the quality check; it is made again', qualityBody, (caseNumber, { reason }, { act }, options) =>
      production.failQuality({ caseNumber }, reason, act, options),
    ),
    command('remake', 'A card came back with a defect; it is made again', remakeBody, (caseNumber, { note }, { act }, options) =>
      production.remake({ caseNumber }, 'defect', note, act, options),
    ),
  ]
}

const lineRoutes = ({ production, queries }: ProductionRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: `${BASE}/lines`,
    summary: 'The lines, whether they work, and how many cards each has',
    tag: TAG,
    reply: { 200: linesReply },
    handle: async ({ principal, at }) => {
      demand(principal, 'production.read')
      const lines = await queries.lines(at)
      return jsonAnswer(200, { lines: lines.map(({ id, ...line }) => ({ line: id, ...line, stateSays: LINE_STATE_WORDS[line.state], estimated: true })) })
    },
  }),
  route({
    method: 'POST',
    path: `${BASE}/lines/:line/stop`,
    summary: 'Stop a line; when it is not expected back in time, the people concerned are told',
    tag: TAG,
    params: lineParams,
    body: stopBody,
    reply: { 200: lineChangeReply },
    handle: async ({ params, body, principal, act, once }) => {
      demand(principal, 'production.work')
      const expectedBackAt: Instant | null = body.expectedBackAt === undefined ? null : instant(body.expectedBackAt)
      const answer = (): Answer => jsonAnswer(200, { line: params.line, state: 'stopped' })
      return answerTo(await production.changeLine({ line: params.line, to: 'stopped', reason: body.reason, expectedBackAt }, act, { once, answer }), answer)
    },
  }),
  route({
    method: 'POST',
    path: `${BASE}/lines/:line/resume`,
    summary: 'Let a stopped line go on with the cards that it has',
    tag: TAG,
    params: lineParams,
    body: emptyBody,
    reply: { 200: lineChangeReply },
    handle: async ({ params, principal, act, once }) => {
      demand(principal, 'production.work')
      const answer = (): Answer => jsonAnswer(200, { line: params.line, state: 'working' })
      return answerTo(await production.changeLine({ line: params.line, to: 'working', reason: '', expectedBackAt: null }, act, { once, answer }), answer)
    },
  }),
  route({
    method: 'POST',
    path: `${BASE}/lines/:line/take-off`,
    summary: 'Take back from a line what it has not made, and queue it again with its priority',
    tag: TAG,
    params: lineParams,
    body: emptyBody,
    reply: { 200: takenOffReply },
    handle: async ({ params, principal, act, once }) => {
      demand(principal, 'production.work')
      const answer = (value: { line: string; cards: number }): Answer => jsonAnswer(200, value)
      try {
        return answerTo(await production.takeOffLine(params.line, act, { once, answer }), answer)
      } catch (error) {
        if (error instanceof CardLineUnavailable) throw new ProblemError(problem('unavailable'))
        throw error
      }
    },
  }),
]

const blankRoutes = ({ production, queries }: ProductionRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: `${BASE}/blanks/tally`,
    summary: 'The ledger of blank cards: every one that ever came is in one of the states',
    tag: TAG,
    reply: { 200: tallyReply },
    handle: async ({ principal }) => {
      demand(principal, 'production.read')
      return jsonAnswer(200, await queries.tally())
    },
  }),
  route({
    method: 'GET',
    path: `${BASE}/blanks`,
    summary: 'Blank cards in a state, by cursor; without one those that wait to be destroyed',
    tag: TAG,
    query: blanksQuery,
    reply: { 200: blanksReply },
    handle: async ({ query, principal }) => {
      demand(principal, 'production.read')
      const { rows, next } = await page(queries.blanks(query.state, query.cursor, query.limit))
      return jsonAnswer(200, { blanks: rows.map((blank) => ({ ...blank, stateSays: BLANK_STATE_WORDS[blank.state] })), next })
    },
  }),
  route({
    method: 'POST',
    path: `${BASE}/blanks`,
    summary: 'Receive a box of blank cards with consecutive serials',
    tag: TAG,
    body: receiveBody,
    reply: { 201: receivedReply },
    handle: async ({ body, principal, act, once }) => {
      demand(principal, 'production.work')
      const answer = (value: { first: string; last: string; count: number }): Answer => jsonAnswer(201, value)
      return answerTo(await production.receiveBlanks(body, act, { once, answer }), answer)
    },
  }),
  route({
    method: 'POST',
    path: `${BASE}/blanks/:serial/destroy`,
    summary: 'Destroy a spoiled card, or a blank in stock that cannot be used, before a witness',
    tag: TAG,
    params: serialParams,
    body: destroyBody,
    reply: { 200: destroyedReply },
    handle: async ({ params, body, principal, act, once }) => {
      demand(principal, 'production.work')
      const answer = ({ serial }: { serial: string }): Answer => jsonAnswer(200, { serial, state: 'destroyed' })
      return answerTo(await production.destroyBlank({ serial: params.serial, ...body }, act, { once, answer }), answer)
    },
  }),
]

/** The line controller's own door: nobody signs in here, every report is signed. */
const reportRoute = ({ production, cardLineSecret }: ProductionRouteDeps): AnyRoute =>
  route({
    method: 'POST',
    path: REPORTS_PATH,
    summary: 'What a card line reports: cards made or spoiled, its stops and resumptions; signed by the line controller',
    tag: 'partners',
    body: reportBody,
    reply: { 200: reportReply },
    open: true,
    handle: async ({ body, raw, at }) => {
      const wrong = signatureProblem({ partner: CARD_LINE, secret: cardLineSecret }, raw.headers, { path: REPORTS_PATH, body: raw.body }, at)
      if (wrong) throw new ProblemError(problem('not-found'))
      const act = { ...systemAct(at, raw.id), actor: 'partner:card-line', actorRole: 'partner' }
      return jsonAnswer(200, await forSystem('partner-report', () => production.report(body as unknown as LineReport, act)))
    },
  })
