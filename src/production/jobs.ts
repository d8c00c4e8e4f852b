import type { StreamKey } from '#platform/events.ts'
import type { OutboxItem, Reaction, Sweep } from '#platform/outbox.ts'
import type { Production } from '#production/commands/production.ts'
import { itemAct, REVIEW_BATCH, REVIEW_LINE, START_BATCH, systemAct } from '#production/commands/write.ts'

const keyOf = ({ prefecture, stream }: OutboxItem): StreamKey => ({ prefecture, stream })

/** What production does in answer to the case's events, its own, and the passing of time. */
export function productionReactions(production: Production): readonly Reaction[] {
  return [
    {
      name: 'production.queue',
      on: ['ProductionOrdered'],
      handle: (item) => production.queue(keyOf(item), itemAct(item)),
      handleMany: (items, done) =>
        production.queueMany(
          items.map((item) => ({ key: keyOf(item), act: itemAct(item) })),
          [done],
        ),
    },
    {
      // A refusal is an answer too: there is no order, or the card is made and the case goes on with it.
      name: 'production.cancel',
      on: ['CaseWithdrawn'],
      handle: async (item) => {
        await production.cancel({ id: item.stream }, '办件已撤回', itemAct(item))
      },
    },
    { name: START_BATCH, on: [], handle: (item) => production.startBatch(item) },
    { name: REVIEW_BATCH, on: [], handle: (item) => production.reviewBatch(item) },
    { name: REVIEW_LINE, on: [], handle: (item) => production.reviewLine(item) },
    { name: 'production.hand-to-lines', on: ['BatchStarted', 'BatchExtended'], handle: (item) => production.handToLines(item) },
    { name: 'production.command-line', on: ['LineStopped', 'LineResumed'], handle: (item) => production.commandLine(item) },
    {
      name: 'production.rebalance',
      on: ['OrderRemade', 'OrderTakenOffLine', 'BatchReviewed', 'StopReviewed', 'LineStopped'],
      handle: (item) => production.replan(item.type === 'LineStopped' || item.type === 'StopReviewed' ? 'line-stopped' : 'capacity', itemAct(item)),
    },
    {
      name: 'production.revise-promise',
      on: ['OrderMoved', 'OrderDelayed', 'OrderRemade', 'OrderTakenOffLine'],
      handle: (item) => production.revisePromise(item),
    },
    // Follows the event before CardFinished, so that the case knows of its card before anybody sends it.
    { name: 'production.tell-case', on: ['QualityPassed'], handle: (item) => production.tellCase(item) },
  ]
}

/** Cheap when there is nothing to do: one indexed read each. */
export function productionSweeps(production: Production): readonly Sweep[] {
  return [
    { name: 'production.finish-batches', run: (now) => production.finishBatches(now) },
    // Cards that waited for the coming year's calendar are planned once it is there, days that became holidays are cleared,
    // and what was accepted at the same instant as the last free place is put right.
    { name: 'production.plan-waiting', run: (now) => production.replan('capacity', systemAct(now, 'production.plan-waiting')) },
  ]
}
