import type { LineReport } from '#partners/card-line/protocol.ts'
import type { Change } from '#platform/commit.ts'
import type { Act, StreamKey } from '#platform/events.ts'
import type { OutboxItem } from '#platform/outbox.ts'
import { finishBatches, reviewBatch, reviewLine, startBatch } from '#production/commands/batch.ts'
import { type DestroyBlankInput, destroy, type ReceiveBlanks, type Received, receiveBlanks } from '#production/commands/blanks.ts'
import {
  changeLine,
  type FloorOptions,
  type FloorOutcome,
  type LineChange,
  type OrderKey,
  onOrder,
  type TakenOff,
  takeOffLine,
} from '#production/commands/floor.ts'
import { type Arrived, queueOrders, replan } from '#production/commands/queue.ts'
import { type Taken, takeReport } from '#production/commands/report.ts'
import { commandLine, handToLines, revisePromise, tellCase } from '#production/commands/tell.ts'
import type { ProductionDeps } from '#production/commands/write.ts'
import type { MoveCause } from '#production/model.ts'
import type { KeptOrder } from '#production/store/orders.ts'

type Instant = Act['at']

/** The production centre's commands. An order's key is the id of its case, or its case number. */
export interface Production {
  /** Plans what the case ordered; again, it changes nothing. */
  queue(caseKey: StreamKey, act: Act): Promise<void>
  /** The same for cases of one prefecture, in this order, all or none, committed with `changes`. */
  queueMany(arrived: readonly Arrived[], changes: readonly Change[]): Promise<void>
  /** A queued order is taken out; one that is with a line is destroyed when it comes out. Refused once the card is made. */
  cancel(order: OrderKey, reason: string, act: Act): Promise<FloorOutcome<KeptOrder>>
  /**
   * Makes a finished card again: it was lost on its way, or came back with a defect. It goes into the next half-day, with
   * the priority of its first acceptance; the case's promise is revised with the reason.
   */
  remake(order: OrderKey, cause: 'parcel-lost' | 'defect', note: string, act: Act, options?: FloorOptions<KeptOrder>): Promise<FloorOutcome<KeptOrder>>
  /** A person finds a fault on a finished card that is still in the house. */
  failQuality(order: OrderKey, reason: string, act: Act, options?: FloorOptions<KeptOrder>): Promise<FloorOutcome<KeptOrder>>
  /** A person spoils the card that a line is making. */
  spoil(order: OrderKey, serial: string, note: string, act: Act, options?: FloorOptions<KeptOrder>): Promise<FloorOutcome<KeptOrder>>
  report(report: LineReport, act: Act): Promise<Taken>
  changeLine(change: LineChange, act: Act, options?: FloorOptions<LineChange>): Promise<FloorOutcome<LineChange>>
  /** @throws CardLineUnavailable when the line controller doesn't answer; nothing has changed then. */
  takeOffLine(line: string, act: Act, options?: FloorOptions<TakenOff>): Promise<FloorOutcome<TakenOff>>
  receiveBlanks(box: ReceiveBlanks, act: Act, options?: FloorOptions<Received>): Promise<FloorOutcome<Received>>
  destroyBlank(input: DestroyBlankInput, act: Act, options?: FloorOptions<DestroyBlankInput>): Promise<FloorOutcome<DestroyBlankInput>>
  /** Plans anew what has not begun, where the plan doesn't hold any more. */
  replan(cause: MoveCause, act: Act): Promise<void>
  startBatch(item: OutboxItem): Promise<void>
  reviewBatch(item: OutboxItem): Promise<void>
  reviewLine(item: OutboxItem): Promise<void>
  handToLines(item: OutboxItem): Promise<void>
  commandLine(item: OutboxItem): Promise<void>
  revisePromise(item: OutboxItem): Promise<void>
  tellCase(item: OutboxItem): Promise<void>
  finishBatches(now: Instant): Promise<void>
}

export function openProduction(deps: ProductionDeps): Production {
  return {
    queue: (key, act) => queueOrders(deps, [{ key, act }]),
    queueMany: (arrived, changes) => queueOrders(deps, arrived, changes),
    cancel: (order, reason, act) => onOrder(deps, order, () => ({ type: 'Cancel', reason }), act),
    remake: (order, cause, note, act, options) => onOrder(deps, order, (_state, _place, slot) => ({ type: 'Remake', cause, note, slot }), act, options),
    failQuality: (order, reason, act, options) => onOrder(deps, order, (_state, remake) => ({ type: 'FailQuality', reason, remake }), act, options),
    spoil: (order, serial, note, act, options) =>
      onOrder(deps, order, (state, remake) => ({ type: 'ReportSpoiled', serial, line: state.assignment?.line ?? '', note, remake }), act, options),
    report: (report, act) => takeReport(deps, report, act),
    changeLine: (change, act, options) => changeLine(deps, change, act, options),
    takeOffLine: (line, act, options) => takeOffLine(deps, line, act, options),
    receiveBlanks: (box, act, options) => receiveBlanks(deps, box, act, options),
    destroyBlank: (input, act, options) => destroy(deps, input, act, options),
    replan: (cause, act) => replan(deps, cause, act),
    startBatch: (item) => startBatch(deps, item),
    reviewBatch: (item) => reviewBatch(deps, item),
    reviewLine: (item) => reviewLine(deps, item),
    handToLines: (item) => handToLines(deps, item),
    commandLine: (item) => commandLine(deps, item),
    revisePromise: (item) => revisePromise(deps, item),
    tellCase: (item) => tellCase(deps, item),
    finishBatches: (now) => finishBatches(deps, now),
  }
}
