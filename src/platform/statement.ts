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

/** The piece's text with its parameters renumbered to follow `offset` others. */
const shift = (text: string, offset: number): string => (offset === 0 ? text : text.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + offset}`))

type Around = (texts: readonly string[]) => string

/** The texts that were joined before, as paths: so that a long text is built, and looked up by its letters, once. */
interface Joints {
  readonly next: Map<string, Joints>
  whole: string | undefined
}

const joints = new Map<Around, Joints>()
let jointCount = 0

function jointsAfter(before: Joints | undefined, text: string): Joints | undefined {
  const known = before?.next.get(text)
  if (known !== undefined || before === undefined || jointCount >= NAMES_MAX) return known
  const fresh: Joints = { next: new Map(), whole: undefined }
  before.next.set(text, fresh)
  jointCount += 1
  return fresh
}

/**
 * Joins the pieces. A text's parameters are as many as its values, so that the same texts always make the same whole.
 * @param around makes the whole text of the pieces' texts, renumbered; one function for each kind of whole, not made anew for each call
 */
export function joined(pieces: readonly Piece[], around: Around): Piece {
  let joint = joints.get(around)
  if (joint === undefined) {
    joint = { next: new Map(), whole: undefined }
    joints.set(around, joint)
  }
  let end: Joints | undefined = joint
  const values: unknown[] = []
  for (const piece of pieces) {
    end = jointsAfter(end, piece.text)
    for (const value of piece.values) values.push(value)
  }
  const text = end?.whole ?? wholeOf(pieces, around)
  if (end !== undefined) end.whole = text
  return { text, values }
}

function wholeOf(pieces: readonly Piece[], around: Around): string {
  let offset = 0
  return around(
    pieces.map(({ text, values }) => {
      const renumbered = shift(text, offset)
      offset += values.length
      return renumbered
    }),
  )
}
