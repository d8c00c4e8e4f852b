import type { Cases } from '#case/commands.ts'
import type { CaseEvent, CaseState } from '#case/model.ts'
import { foldCase } from '#case/rules/procedure.ts'
import { fold } from '#kernel/decider.ts'
import { type Instant, plusMinutes } from '#kernel/time.ts'
import type { Gateway, GatewayName } from '#partners/gateway.ts'
import { GatewayError } from '#partners/gateway.ts'
import type { PaymentCommand, PaymentEvent, PaymentState } from '#payment/model.ts'
import { paymentDecider } from '#payment/rules.ts'
import { paymentStreamFact, rowOf, savePaymentChange } from '#payment/store.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Committer, decidedAgain, type Timer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type PastEvent, type StoredEvent, type StreamKey, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'

export interface PaymentDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly cases: Pick<Cases, 'apply'>
  readonly prefectures: readonly string[]
  /** Those that the operator has an account with. */
  readonly gateways: ReadonlyMap<GatewayName, Gateway>
  /** The page that a payer comes back to. */
  readonly payPage: (caseNumber: string) => string
  /** Issues synthetic receipts: the sandbox's key. */
  readonly receiptSecret: string
}

/** How long somebody may take to pay, and when a payment whose notice is late is asked for (estimates). */
export const PAY_MINUTES = 15
export const ASK_MINUTES = [2, 5, 10] as const

/** Timers, by the names under which `jobs` registers them. */
export const askName = (step: number): string => `payment.ask-${step + 1}`
export const EXPIRE = 'payment.expire'
export const CLOSE_LATER = 'payment.close-at-expiry'
export const ASK_REFUND = 'payment.ask-refund'

const ASK_REFUND_MINUTES = 5

/** Reactions and timers act for the system, as of the instant at which they fell due. */
export const systemAct = (item: OutboxItem): Act => ({
  at: item.at,
  actor: 'system:payment',
  actorRole: 'system',
  actorOrgan: null,
  onBehalfOf: null,
  requestId: `${item.reaction}:${item.stream}:${item.seq}`,
})

export const keyOf = (item: OutboxItem): StreamKey => ({ prefecture: item.prefecture, stream: item.stream })

export const foldPayment = (past: readonly { readonly event: PaymentEvent }[]): PaymentState =>
  fold(
    paymentDecider,
    past.map(({ event }) => event),
  )

export const caseStateOf = (past: readonly PastEvent<CaseEvent>[]): CaseState =>
  foldCase(past.map(({ event, act }) => ({ event, at: act.at, actor: act.actor })))

export function getGateway({ gateways }: PaymentDeps, name: GatewayName): Gateway {
  const gateway = gateways.get(name)
  if (gateway === undefined) throw new GatewayError(name, 'NOT_CONFIGURED', 'the operator has no account with it')
  return gateway
}

export interface Appended {
  readonly stored: readonly StoredEvent[]
  readonly changes: readonly Change[]
  readonly timers: readonly Timer[]
  readonly state: PaymentState
}

/** Events upon a state, with the projection's row and the timers that they set. */
export function appended(key: StreamKey, before: PaymentState, events: readonly PaymentEvent[], act: Act, placedAt: Instant): Appended {
  const timers: Timer[] = []
  let state = before
  for (const event of events) {
    state = paymentDecider.evolve(state, event)
    const timer = (reaction: string, dueAt: Instant): void => {
      timers.push({ prefecture: key.prefecture, stream: key.stream, seq: state.version, reaction, dueAt })
    }
    if (event.type === 'PaymentOrdered') {
      for (const [step, minutes] of ASK_MINUTES.entries()) timer(askName(step), plusMinutes(act.at, minutes))
      timer(EXPIRE, event.expiresAt)
    }
    if (event.type === 'PaymentRefundPending') timer(ASK_REFUND, plusMinutes(act.at, ASK_REFUND_MINUTES))
  }
  const changes = events.length === 0 ? [] : [savePaymentChange(rowOf(key, state, placedAt))]
  return { stored: storedEvents(key, before.version, events, act), changes, timers, state }
}

export interface Applied {
  readonly state: PaymentState
  readonly refused: string | undefined
}

/**
 * Reads an order, decides and commits; again when the race is lost.
 * @param changes committed with the effect, e.g. an outbox item's `done`
 * @returns undefined for an order that was never placed
 */
export const applyToPayment = (
  deps: PaymentDeps,
  key: StreamKey,
  command: PaymentCommand,
  act: Act,
  changes: readonly Change[] = [],
): Promise<Applied | undefined> =>
  decidedAgain(async () => {
    const { past } = await gather(deps.db, { past: paymentStreamFact(key) })
    const state = foldPayment(past)
    const first = past[0]
    if (first === undefined) return undefined
    const decision = paymentDecider.decide(state, command)
    if (!decision.ok) return { state, refused: decision.refusal }
    const next = appended(key, state, decision.events, act, first.act.at)
    await deps.committer.commit({ events: next.stored, changes: [...next.changes, ...changes], timers: next.timers })
    return { state: next.state, refused: undefined }
  })
