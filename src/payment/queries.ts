import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Day } from '#kernel/time.ts'
import { foldPayment } from '#payment/commands/order.ts'
import type { PaymentEvent, PaymentRow, Reconciled } from '#payment/model.ts'
import { daysFact, paymentIdsRead, paymentOf, paymentRowFact, paymentStreamFact, paymentsOfCaseFact, rowOf, troubledRead } from '#payment/store.ts'
import { PREFECTURES } from '#place/model.ts'
import { positionText, readPosition } from '#platform/cursor.ts'
import type { Db } from '#platform/db.ts'
import type { PastEvent, StreamKey } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'

export interface PaymentPage {
  readonly orders: readonly PaymentRow[]
  readonly next: string | null
}

export interface PaymentQueries {
  /** The orders of a case, the newest first, for whoever may see the case. */
  ofCase(caseKey: StreamKey): Promise<readonly PaymentRow[]>
  find(key: StreamKey): Promise<PaymentRow | undefined>
  historyOf(key: StreamKey): Promise<readonly PastEvent<PaymentEvent>[]>
  /** Orders that somebody may have to act on. @throws RangeError for a cursor that is not ours */
  troubled(cursor: string | undefined, limit: number): Promise<PaymentPage>
  /** Reconciled days, the newest first. */
  days(before: Day | null, limit: number): Promise<readonly Reconciled[]>
}

export const openPaymentQueries = (db: Db): PaymentQueries => ({
  ofCase: async (caseKey) => (await gather(db, { orders: paymentsOfCaseFact(caseKey) })).orders,
  find: async (key) => (await gather(db, { row: paymentRowFact(key) })).row ?? undefined,
  historyOf: async (key) => (await gather(db, { past: paymentStreamFact(key) })).past,
  async troubled(cursor, limit) {
    const after = cursor === undefined ? null : readPosition(cursor)
    const { rows } = await db.run<never>(troubledRead(PREFECTURES, after, limit + 1))
    const orders = rows.slice(0, limit).map((row) => paymentOf(row))
    const last = orders.at(-1)
    return { orders, next: rows.length > limit && last ? positionText({ at: last.placedAt, id: last.id }) : null }
  },
  days: async (before, limit) => (await gather(db, { days: daysFact(before, limit) })).days,
})

const REBUILD_PAGE = 500

/** Orders whose row differs from the fold of their events: none, or the projection is wrong. */
export async function differingPayments(db: Db, prefectures: readonly string[]): Promise<readonly StreamKey[]> {
  const found: StreamKey[] = []
  for (const prefecture of prefectures) {
    for (let after: Uuid | null = null; ; ) {
      const { rows }: { rows: { id: Uuid }[] } = await db.run<{ id: Uuid }>(paymentIdsRead(prefecture, after, REBUILD_PAGE))
      for (const { id } of rows) if (await differs(db, { prefecture, stream: id })) found.push({ prefecture, stream: id })
      after = rows.at(-1)?.id ?? null
      if (rows.length < REBUILD_PAGE) break
    }
  }
  return found
}

async function differs(db: Db, key: StreamKey): Promise<boolean> {
  const { row, past } = await gather(db, { row: paymentRowFact(key), past: paymentStreamFact(key) })
  const first = past[0]
  return canonicalJson(row) !== canonicalJson(first === undefined ? null : paymentOf(rowOf(key, foldPayment(past), first.act.at)))
}
