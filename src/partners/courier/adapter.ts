import { type Instant, plusMs } from '#kernel/time.ts'
import { COURIER, type CourierCorrection, type CourierOrder, courierOrderAnswer } from '#partners/courier/protocol.ts'
import { signedHeaders } from '#partners/signature.ts'
import { OutsideUnavailable } from '#platform/outbox.ts'

export interface Courier {
  /**
   * Orders the transport of one parcel and answers its waybill number. The same reference again answers the same number.
   * @throws CourierUnavailable when the courier is down, too slow or in trouble: try again later.
   * @throws CourierError when it doesn't take the order.
   */
  order(order: CourierOrder): Promise<string>
  /** Says what was wrong in an order that it took. @throws as `order` does. */
  correct(correction: CourierCorrection): Promise<void>
}

export class CourierError extends Error {
  constructor(what: string) {
    super(`the courier did not take the order: ${what}`)
    this.name = 'CourierError'
  }
}

export class CourierUnavailable extends OutsideUnavailable {
  override readonly name = 'CourierUnavailable'
  constructor(what: string) {
    super(`the courier did not answer: ${what}`)
  }
}

export interface CourierOptions {
  /** Base address; asked at each call, since a stand-in finds its port at start. */
  readonly url: () => string
  readonly secret: string
  readonly now: () => Instant
  /** Milliseconds of real time after which an answer is no longer waited for. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 3_000
const PATH = '/orders'
/** The order itself is wrong: the same again can't succeed. */
const NOT_TAKEN = new Set([400, 409, 422])

/** After so many unanswered orders in a row the next ones aren't tried for a while: each would hold up everything behind it for seconds. */
const UNANSWERED_MAX = 3
const PAUSE_MS = 60_000

export function openCourier({ url, secret, now, timeoutMs = TIMEOUT_MS }: CourierOptions): Courier {
  let unanswered = 0
  let pausedUntil: Instant | undefined
  const note = (isAnswer: boolean): void => {
    unanswered = isAnswer ? 0 : unanswered + 1
    pausedUntil = unanswered >= UNANSWERED_MAX ? plusMs(now(), PAUSE_MS) : undefined
  }
  const post = async (path: string, key: string, order: CourierOrder | CourierCorrection): Promise<Response> => {
    if (pausedUntil !== undefined && now() < pausedUntil) throw new CourierUnavailable('it has not answered for a while')
    try {
      const answer = await fetch(new URL(path, url()), {
        redirect: 'error',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          ...signedHeaders({ partner: COURIER, secret }, now(), { path, body: order }),
        },
        body: JSON.stringify(order),
        signal: AbortSignal.timeout(timeoutMs),
      })
      note(true)
      return answer
    } catch (error) {
      note(error instanceof Error && error.name !== 'TimeoutError')
      throw new CourierUnavailable(error instanceof Error ? error.name : 'no connection')
    }
  }
  return {
    async order(order) {
      const answer = await post(PATH, order.reference, order)
      if (NOT_TAKEN.has(answer.status)) throw new CourierError(`status ${answer.status}`)
      if (!answer.ok) throw new CourierUnavailable(`status ${answer.status}`)
      const parsed = courierOrderAnswer.safeParse(await answer.json().catch(() => undefined))
      if (!parsed.success) throw new CourierError('an answer without a waybill')
      return parsed.data.waybill
    },
    async correct(correction) {
      const answer = await post(`${PATH}/corrections`, `${correction.reference}.${correction.number}`, correction)
      if (NOT_TAKEN.has(answer.status)) throw new CourierError(`status ${answer.status}`)
      if (!answer.ok) throw new CourierUnavailable(`status ${answer.status}`)
    },
  }
}
