import type { LeafKind } from '#platform/evidence/leaf.ts'
import type { Piece } from '#platform/statement.ts'

/** A row that was written just now, and its leaf (64 hexadecimal digits). A row that stands for itself is a stream of its own, with seq 0. */
export interface NewLeaf {
  readonly prefecture: string
  readonly stream: string
  readonly seq: number
  readonly leaf: string
}

interface PendingRow {
  readonly prefecture: string
  readonly stream: string
  readonly seq: number
  leaves: string
}

/**
 * Hands leaves to the sealer. It belongs into the statement that writes their rows: then no row can be without its leaf.
 * The successive rows of a stream are one row here; the statement's text does not depend on how many there are.
 */
export function pendingChange(kind: LeafKind, leaves: readonly NewLeaf[]): Piece {
  const rows: PendingRow[] = []
  const open = new Map<string, { row: PendingRow; next: number }>()
  for (const { prefecture, stream, seq, leaf } of leaves) {
    const key = `${prefecture} ${stream}`
    const before = open.get(key)
    if (before !== undefined && before.next === seq) {
      before.row.leaves += leaf
      before.next = seq + 1
      continue
    }
    const row = { prefecture, stream, seq, leaves: leaf }
    rows.push(row)
    open.set(key, { row, next: seq + 1 })
  }
  return {
    text: `insert into log_pending (prefecture, kind, stream, seq, leaves)
      select prefecture, $1::text, stream, seq, decode(leaves, 'hex') from json_to_recordset($2::json) as l(prefecture text, stream uuid, seq int, leaves text)`,
    values: [kind, JSON.stringify(rows)],
  }
}
