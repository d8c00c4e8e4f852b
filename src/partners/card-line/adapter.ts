import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import { CARD_LINE, type CardToMake, type LineStatus } from '#partners/card-line/protocol.ts'
import { signedHeaders } from '#partners/signature.ts'
import { OutsideUnavailable } from '#platform/outbox.ts'

/** The card lines, as production uses them. Every call may be repeated: the controller knows what it has. */
export interface CardLine {
  /** @throws CardLineUnavailable when it did not answer in time or not with success; the cards may have arrived all the same. */
  handOver(line: string, batch: Uuid, cards: readonly CardToMake[], at: Instant): Promise<void>
  /** Takes cards back that are not made yet. `recalled` are the serials that the line will never make. */
  recall(line: string, cards: readonly { readonly order: Uuid; readonly serial: string }[], at: Instant): Promise<Recalled>
  stop(line: string, at: Instant): Promise<void>
  resume(line: string, at: Instant): Promise<void>
  status(): Promise<readonly LineStatus[]>
}

export interface Recalled {
  readonly recalled: readonly string[]
  readonly made: readonly string[]
}

/** The controller can't be reached, is too slow, or answered with a fault. */
export class CardLineUnavailable extends OutsideUnavailable {
  override readonly name = 'CardLineUnavailable'
  constructor(what: string) {
    super(`the card line did not answer: ${what}`)
  }
}

export interface CardLineOptions {
  /** Where the line controller listens; asked at each call. */
  readonly url: () => string
  readonly secret: string
  /** The present instant, for the signature. */
  readonly now: () => Instant
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 2_000

export function openCardLine({ url, secret, now, timeoutMs = TIMEOUT_MS }: CardLineOptions): CardLine {
  const call = async <T>(method: 'GET' | 'POST', path: string, body: unknown): Promise<T> => {
    try {
      const answer = await fetch(new URL(path, url()), {
        redirect: 'error',
        method,
        headers: {
          ...(method === 'POST' && { 'content-type': 'application/json' }),
          ...signedHeaders({ partner: CARD_LINE, secret }, now(), { path, body }),
        },
        ...(method === 'POST' && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (!answer.ok) throw new CardLineUnavailable(`${answer.status} to ${path}`)
      return (await answer.json()) as T
    } catch (error) {
      throw error instanceof CardLineUnavailable ? error : new CardLineUnavailable(`${path}: ${String(error)}`)
    }
  }
  const pathOf = (line: string, verb: string): string => `/lines/${encodeURIComponent(line)}/${verb}`
  return {
    async handOver(line, batch, cards, at) {
      await call('POST', pathOf(line, 'cards'), { batch, at, cards })
    },
    recall: (line, cards, at) => call<Recalled>('POST', pathOf(line, 'recall'), { at, cards }),
    async stop(line, at) {
      await call('POST', pathOf(line, 'stop'), { at })
    },
    async resume(line, at) {
      await call('POST', pathOf(line, 'resume'), { at })
    },
    status: async () => (await call<{ lines: LineStatus[] }>('GET', '/lines', null)).lines,
  }
}
