import { createHash } from 'node:crypto'

/**
 * A piece of SQL with its own parameters `$1 … $n`. Pieces are joined into one statement,
 * so that reading facts is one round trip and committing a decision is another.
 */
export interface Piece {
  readonly text: string
  readonly values: readonly unknown[]
}

interface Prepared extends Piece {
  /** The same text always has the same name, so each connection parses it once. */
  readonly name: string
}

const names = new Map<string, string>()
/** Texts are few (one for each shape of a decision); the limit only guards against a shape that is built from data. */
const NAMES_MAX = 2_000

export function prepared(piece: Piece): Prepared {
  let name = names.get(piece.text)
  if (name === undefined) {
    name = createHash('sha256').update(piece.text).digest('hex').slice(0, 24)
    if (names.size < NAMES_MAX) names.set(piece.text, name)
  }
  return { name, text: piece.text, values: piece.values }
}

const shifted = new Map<string, string>()

/** The piece's text with its parameters renumbered to follow `offset` others. */
function shift(text: string, offset: number): string {
  if (offset === 0) return text
  const key = `${offset} ${text}`
  let result = shifted.get(key)
  if (result === undefined) {
    result = text.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + offset}`)
    if (shifted.size < NAMES_MAX) shifted.set(key, result)
  }
  return result
}

/** Joins the pieces: `around` gets each text (renumbered) with its index, and makes the whole text of them. */
export function joined(pieces: readonly Piece[], around: (texts: readonly string[]) => string): Piece {
  const texts: string[] = []
  const values: unknown[] = []
  for (const piece of pieces) {
    texts.push(shift(piece.text, values.length))
    for (const value of piece.values) values.push(value)
  }
  return { text: around(texts), values }
}
