import { rowsChange, type StoredEvent } from '#platform/events.ts'
import type { Piece } from '#platform/statement.ts'

const NO_LEAF = { leaf: '00'.repeat(32) }

/** A plain audit row: the same fields, without a leaf and without anything that waits for a log. For the bench alone. */
export const plainAudit = (events: readonly StoredEvent[]): readonly Piece[] => [
  rowsChange(
    events,
    events.map(() => NO_LEAF),
  ),
]
