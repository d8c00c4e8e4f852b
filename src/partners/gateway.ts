import type { Cents } from '#kernel/money.ts'
import type { Day, Instant } from '#kernel/time.ts'
import { OutsideUnavailable } from '#platform/outbox.ts'

/** What we ask of a payment gateway and what it tells us, in one vocabulary; each adapter translates its own. */
export const GATEWAYS = ['wechat', 'alipay'] as const
export type GatewayName = (typeof GATEWAYS)[number]

/** Where somebody pays: in the phone's browser, inside the gateway's own app, or by a code that another screen shows. */
export type PayWay = 'h5' | 'in-app' | 'code'

export interface OrderAtGateway {
  /** Ours: 6 to 32 letters and digits; the same number is the same order, however often it is placed. */
  readonly number: string
  readonly amount: Cents
  readonly subject: string
  readonly expiresAt: Instant
  /** Where the browser comes back to. */
  readonly returnTo: string
  readonly way: PayWay
  /** The payer as the gateway's own app knows them; only there. */
  readonly payer?: string
  /** The address from which the payer asks (H5 demands it). */
  readonly payerAddress: string
}

/** `absent`: the gateway knows of no such order (yet). */
export interface Trade {
  readonly number: string
  readonly state: 'absent' | 'unpaid' | 'paid' | 'closed' | 'refunded'
  readonly transaction: string | null
  readonly amount: Cents | null
  readonly paidAt: Instant | null
}

export interface RefundAtGateway {
  readonly number: string
  readonly refundNumber: string
  readonly amount: Cents
  readonly total: Cents
  readonly reason: string
}

/** `failed`: the gateway can't give it back by itself; a person must. */
export interface RefundAnswer {
  readonly refundNumber: string
  readonly state: 'absent' | 'pending' | 'done' | 'failed'
  readonly doneAt: Instant | null
}

export type Notice =
  | { readonly about: 'payment'; readonly id: string; readonly trade: Trade }
  | { readonly about: 'refund'; readonly id: string; readonly number: string; readonly refund: RefundAnswer }

/** One line of a day's bill. */
export interface BillLine {
  readonly kind: 'payment' | 'refund'
  /** The order's number, ours. */
  readonly number: string
  readonly transaction: string
  readonly amount: Cents
}

export interface ReceivedNotice {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Byte for byte as it came. */
  readonly body: string
}

/**
 * Every call @throws GatewayUnavailable when it is not known what became of it: ask again. @throws GatewayError when the gateway said
 * no, or said something that isn't signed by it.
 */
export interface Gateway {
  readonly name: GatewayName
  /** @returns what the payer opens or scans */
  prepay(order: OrderAtGateway): Promise<string>
  query(number: string): Promise<Trade>
  /** Afterwards it can't be paid any more. @returns what it was: a payment may have come first */
  close(number: string): Promise<Trade['state']>
  refund(refund: RefundAtGateway): Promise<RefundAnswer>
  queryRefund(number: string, refundNumber: string): Promise<RefundAnswer>
  /** Everything paid and given back on a day (Asia/Shanghai). undefined: not made yet. */
  bill(on: Day): Promise<readonly BillLine[] | undefined>
  /** undefined: not signed by the gateway, stale, or not meant for us. */
  readNotice(received: ReceivedNotice): Notice | undefined
}

export class GatewayError extends Error {
  readonly code: string
  constructor(gateway: string, code: string, what: string) {
    super(`${gateway} said no: ${code} ${what}`)
    this.name = 'GatewayError'
    this.code = code
  }
}

export class GatewayUnavailable extends OutsideUnavailable {
  override readonly name = 'GatewayUnavailable'
  constructor(gateway: string, what: string) {
    super(`${gateway} has not answered: ${what}`)
  }
}

export interface GatewayCommon {
  /** Base address; asked at each call, since a stand-in finds its port at start. */
  readonly url: () => string
  /** Where the gateway reaches us. */
  readonly ourUrl: () => string
  readonly now: () => Instant
  /** Milliseconds of real time after which an answer is no longer waited for. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 4_000

/** @throws GatewayUnavailable when nothing came back: it may have taken effect all the same */
export async function askGateway(gateway: string, url: URL, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<{ answer: Response; text: string }> {
  try {
    const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    const text = await answer.text()
    if (answer.status >= 500 || answer.status === 429) throw new GatewayUnavailable(gateway, `status ${answer.status}`)
    return { answer, text }
  } catch (error) {
    if (error instanceof GatewayUnavailable) throw error
    throw new GatewayUnavailable(gateway, error instanceof Error ? error.name : 'no connection')
  }
}
