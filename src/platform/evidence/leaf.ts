import { hash } from 'node:crypto'

/** What a leaf is made of: a row of a table each; `head`, a prefecture's head in the root of a day. */
export type LeafKind = 'event' | 'reading' | 'head'

/** The fields of an event's row that its leaf covers: all of them. */
export interface EventFields {
  readonly prefecture: string
  readonly stream: string
  readonly seq: number
  readonly type: string
  readonly at: string
  readonly actor: string
  readonly actorRole: string
  readonly actorOrgan: string | null
  readonly onBehalfOf: string | null
  readonly basis: string | null
  readonly serviceVersion: string | null
  readonly requestId: string
  readonly body: string
}

/** A field that is there begins with a dot, so that an empty one and one that is not there differ. */
const there = (field: string | null): string => (field === null ? '\u0000' : `\u0000.${field}`)

/**
 * The hash of a leaf (RFC 9162 2.1.1, with SM3): a zero octet, the kind, then each field after another zero octet, which no text that
 * PostgreSQL keeps can contain. The fields of a kind stand in one order, as they are written in the row; a column that a kind was given
 * later is its last, and a leaf without it is one that has none: so that what was sealed before stays as it was.
 * @returns 64 hexadecimal digits
 */
export function leafHash(kind: LeafKind, fields: readonly (string | null)[]): string {
  let text = `\u0000${kind}`
  for (const field of fields) text += there(field)
  return hash('sm3', text, 'hex')
}

/** The leaf of an event: SM3 over everything in its row. @returns 64 hexadecimal digits */
export const leafOf = (e: EventFields): string =>
  hash(
    'sm3',
    `\u0000event\u0000.${e.prefecture}\u0000.${e.stream}\u0000.${e.seq}\u0000.${e.type}\u0000.${e.at}\u0000.${e.actor}\u0000.${e.actorRole}${there(e.actorOrgan)}${there(e.onBehalfOf)}${there(e.basis)}${there(e.serviceVersion)}\u0000.${e.requestId}\u0000.${e.body}`,
    'hex',
  )
