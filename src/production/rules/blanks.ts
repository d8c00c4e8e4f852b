import { type Decision, happened, refused } from '#kernel/decider.ts'
import type { BlankEvent, BlankLedger, BlankState, ProductionRefusal } from '#production/model.ts'

export const BLANK_STATES = ['in-stock', 'issued', 'made', 'spoiled', 'destroyed'] as const satisfies readonly BlankState[]

export const NO_BLANKS: BlankLedger = { received: 0, 'in-stock': 0, issued: 0, made: 0, spoiled: 0, destroyed: 0 }

/** Every blank that ever came is in one of the states; `difference` says how many are too many or missing. */
export function tally(ledger: BlankLedger): { readonly balanced: boolean; readonly difference: number } {
  const accounted = BLANK_STATES.reduce((sum, state) => sum + ledger[state], 0)
  return { balanced: ledger.received === accounted, difference: ledger.received - accounted }
}

export const movedBlanks = (ledger: BlankLedger, moves: readonly { readonly from: BlankState; readonly to: BlankState }[]): BlankLedger => {
  const next = { ...ledger }
  for (const { from, to } of moves) {
    next[from] -= 1
    next[to] += 1
  }
  return next
}

const DIGITS = 8

export const serialOf = (prefix: string, number: number): string => `${prefix}${String(number).padStart(DIGITS, '0')}`

export interface DestroyBlank {
  readonly serial: string
  /** What the blank is now; null when no such serial was received. */
  readonly state: BlankState | null
  readonly worker: string
  /** Two people destroy a card: the one who does it, and the one who sees it. Interpretation of 双人销毁. */
  readonly witness: string
  readonly note: string
}

export function destroyBlank({ serial, state, worker, witness, note }: DestroyBlank): Decision<BlankEvent, ProductionRefusal> {
  if (state === null) return refused({ code: 'blank-unknown', serial })
  if (state !== 'spoiled' && state !== 'in-stock') return refused({ code: 'blank-state', state })
  if (worker === witness) return refused({ code: 'witness-same' })
  return happened<BlankEvent>({ type: 'BlankDestroyed', serial, from: state, witness, note })
}
