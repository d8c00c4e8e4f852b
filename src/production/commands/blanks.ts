import { decidedAgain, LostRace, Taken } from '#platform/commit.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { type FloorOptions, type FloorOutcome, refuseFloor, remembered, seenFact } from '#production/commands/floor.ts'
import { centreOf, type ProductionDeps } from '#production/commands/write.ts'
import { type BlankEvent, PRODUCTION_SHARD } from '#production/model.ts'
import { destroyBlank, serialOf } from '#production/rules/blanks.ts'
import { stockIdOf } from '#production/rules/slots.ts'
import { blankFact, destroyChanges, receiveChanges, SERIALS_CONSTRAINT, stockFact, USES_CONSTRAINT } from '#production/store/blanks.ts'

const stockKey = ({ places }: ProductionDeps) => ({ prefecture: PRODUCTION_SHARD, stream: stockIdOf(centreOf(places).organ) })

export interface ReceiveBlanks {
  readonly prefix: string
  readonly first: number
  readonly count: number
  readonly note: string
}

export interface Received {
  readonly first: string
  readonly last: string
  readonly count: number
}

/** Blanks come in boxes of consecutive serials. A serial that was received before refuses the whole box. */
export function receiveBlanks(deps: ProductionDeps, { prefix, first, count, note }: ReceiveBlanks, act: Act, options: FloorOptions<Received> = {}) {
  const { once } = options
  return decidedAgain(async (): Promise<FloorOutcome<Received>> => {
    const { seen, stock } = await gather(deps.db, { seen: seenFact(once), stock: stockFact() })
    const replayed = once?.replay(seen)
    if (replayed) return { kind: 'replayed', answer: replayed }
    const value = { first: serialOf(prefix, first), last: serialOf(prefix, first + count - 1), count }
    const serials = Array.from({ length: count }, (_, i) => serialOf(prefix, first + i))
    const event: BlankEvent = { type: 'BlanksReceived', prefix, first, count, note }
    try {
      await deps.committer.commit({
        events: storedEvents(stockKey(deps), stock.version, [event], act),
        changes: [...receiveChanges(serials, act.at), ...remembered(options, value)],
      })
    } catch (error) {
      if (error instanceof Taken && error.constraint === SERIALS_CONSTRAINT) return refuseFloor(deps, once, { code: 'serials-received' })
      throw error
    }
    return { kind: 'done', value }
  })
}

export interface DestroyBlankInput {
  readonly serial: string
  readonly witness: string
  readonly note: string
}

/** A spoiled card, or a blank that can't be used, is destroyed before a witness. */
export function destroy(deps: ProductionDeps, input: DestroyBlankInput, act: Act, options: FloorOptions<DestroyBlankInput> = {}) {
  const { once } = options
  return decidedAgain(async (): Promise<FloorOutcome<DestroyBlankInput>> => {
    const { seen, stock, state } = await gather(deps.db, { seen: seenFact(once), stock: stockFact(), state: blankFact(input.serial) })
    const replayed = once?.replay(seen)
    if (replayed) return { kind: 'replayed', answer: replayed }
    const decision = destroyBlank({ ...input, state, worker: act.actor })
    if (!decision.ok) return refuseFloor(deps, once, decision.refusal)
    try {
      await deps.committer.commit({
        events: storedEvents(stockKey(deps), stock.version, decision.events, act),
        changes: [...destroyChanges(input.serial, state as 'spoiled' | 'in-stock', act.at), ...remembered(options, input)],
      })
    } catch (error) {
      // A batch took the blank in this moment: what it is now shows in the facts.
      throw error instanceof Taken && error.constraint === USES_CONSTRAINT ? new LostRace() : error
    }
    return { kind: 'done', value: input }
  })
}
