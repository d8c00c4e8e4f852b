import type { CaseEvent, PromiseRevision } from '#case/model.ts'
import { foldCase } from '#case/rules/procedure.ts'
import type { CardToMake } from '#partners/card-line/protocol.ts'
import { streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { itemAct, type ProductionDeps } from '#production/commands/write.ts'
import type { BatchEvent, LineEvent, MoveCause, OrderEvent, Ordered, RemakeCause } from '#production/model.ts'
import { validToOn } from '#production/rules/validity.ts'
import { type KeptOrder, onLinesOfBatchFact, orderFact } from '#production/store/orders.ts'
import { movedBecause } from '#production/words.ts'
import { isLaterSlot, promiseCard } from '#services/id-card/promise.ts'

/*
 * What production tells others: the case, about its promise and its card; the lines, about their cards. The case lives in
 * another shard, so the outbox item isn't finished in the same commit: each of these looks first, and can be done twice.
 */

const PROMISE_CAUSE: Readonly<Record<MoveCause | RemakeCause, PromiseRevision>> = {
  capacity: 'capacity',
  'line-stopped': 'line-stopped',
  'calendar-notice': 'calendar-notice',
  'parcel-lost': 'parcel-lost',
  spoiled: 'remade',
  quality: 'remade',
  defect: 'remade',
}

/** When the card is planned later than the case has promised, the promise is revised, with the reason. */
export async function revisePromise(deps: ProductionDeps, item: OutboxItem): Promise<void> {
  const key = { prefecture: item.prefecture, stream: item.stream }
  const { past, order } = await gather(deps.db, { past: streamFact<OrderEvent>(key), order: orderFact(item.stream) })
  const event = past.find(({ seq }) => seq === item.seq)?.event
  const { slot, ordered } = order
  if (ordered === null || slot === null || event === undefined || !('cause' in event)) return
  const caseKey = { prefecture: ordered.casePrefecture, stream: item.stream }
  const { events } = await gather(deps.db, { events: streamFact<CaseEvent>(caseKey) })
  const state = foldCase(events.map(({ event: happened, act }) => ({ event: happened, at: act.at, actor: act.actor })))
  if (state.promised?.slot && !isLaterSlot(slot, state.promised.slot)) return
  const { acceptedAt, startedAt, handover } = ordered
  const to = promiseCard({ calendar: deps.calendar(), places: deps.places, acceptedAt, startedAt, plannedSlot: slot, handover })
  const cause = event.cause as MoveCause | RemakeCause
  const outcome = await deps.cases.apply(caseKey, { type: 'RevisePromise', to, cause: PROMISE_CAUSE[cause], reason: movedBecause(cause, slot) }, itemAct(item))
  // A case that has come to its end, or whose card waits for collection, has no promise to revise any more.
  if (outcome.kind === 'not-found') throw new Error(`the case of the order ${item.stream} is not there`)
}

/** Tells the case that its card is made. Runs before anybody follows `CardFinished`. */
export async function tellCase(deps: ProductionDeps, item: OutboxItem): Promise<void> {
  const { past } = await gather(deps.db, { past: streamFact<OrderEvent>({ prefecture: item.prefecture, stream: item.stream }) })
  const event = past.find(({ seq }) => seq === item.seq)?.event
  if (event?.type !== 'QualityPassed') return
  const { serial, issuedOn, validTo, casePrefecture } = event
  const command = { type: 'RecordCardMade', serial, issuedOn, validTo } as const
  const outcome = await deps.cases.apply({ prefecture: casePrefecture, stream: item.stream }, command, itemAct(item))
  if (outcome.kind !== 'done')
    throw new Error(`the case ${item.stream} did not take its card: ${outcome.kind === 'refused' ? outcome.reasons[0]?.code : outcome.kind}`)
}

const HAND_OVER_MAX = 200

/** Hands the batch's cards to their lines: all that are still to be made, or those that the batch was extended by. */
export async function handToLines(deps: ProductionDeps, item: OutboxItem): Promise<void> {
  const { past, cards } = await gather(deps.db, {
    past: streamFact<BatchEvent>({ prefecture: item.prefecture, stream: item.stream }),
    cards: onLinesOfBatchFact(item.stream),
  })
  const event = past.find(({ seq }) => seq === item.seq)?.event
  const only = event?.type === 'BatchExtended' ? new Set(event.orders) : null
  const byLine = new Map<string, KeptOrder[]>()
  for (const card of cards) {
    const { assignment } = card.state
    if (assignment === null || (only !== null && !only.has(card.id))) continue
    byLine.set(assignment.line, [...(byLine.get(assignment.line) ?? []), card])
  }
  // One line that can't be reached must not keep the cards of another from it.
  const failed: unknown[] = []
  for (const [line, own] of byLine) {
    try {
      for (let from = 0; from < own.length; from += HAND_OVER_MAX)
        await deps.cardLine.handOver(line, item.stream, own.slice(from, from + HAND_OVER_MAX).map(cardToMake), item.at)
    } catch (error) {
      failed.push(error)
    }
  }
  if (failed.length > 0) throw failed[0]
}

function cardToMake({ id, state }: KeptOrder): CardToMake {
  const { product, caseNumber, validity } = state.ordered as Ordered
  const { serial, position } = state.assignment as NonNullable<typeof state.assignment>
  const validFrom = state.slot?.day ?? product.validFrom
  const { template, issuer } = product
  return { order: id, serial, position, caseNumber, template, issuer, validFrom, validTo: validToOn(validity, validFrom) }
}

/** What a person decided about a line is carried out by its controller. */
export async function commandLine(deps: ProductionDeps, item: OutboxItem): Promise<void> {
  const { past } = await gather(deps.db, { past: streamFact<LineEvent>({ prefecture: item.prefecture, stream: item.stream }) })
  const last = past.filter(({ event }) => event.type !== 'StopReviewed').at(-1)
  // Only the last word counts: an earlier one that is late must not undo it.
  if (last?.seq !== item.seq || last.event.type === 'StopReviewed' || last.event.by !== 'worker') return
  await (last.event.type === 'LineStopped' ? deps.cardLine.stop(last.event.line, item.at) : deps.cardLine.resume(last.event.line, item.at))
}
