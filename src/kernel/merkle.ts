/**
 * The Merkle tree of RFC 9162 section 2.1: what stands in a list, and that a longer list begins with a shorter one, proved with a
 * handful of hashes. Hashes are hexadecimal texts; who hashes, and how, is handed in, so that the same lines run in a browser.
 */

/** HASH(0x01 ‖ left ‖ right). */
export type NodeHash = (left: string, right: string) => string

/** The leaves from `from` on, up to but not including `to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A complete subtree: 2^level leaves, the `index`-th of its level. */
export interface Subtree {
  readonly level: number
  readonly index: number
}

/** The right edge of a tree: the hashes of the complete subtrees that its leaves make, the largest first. It is all that growing needs. */
export interface Edge {
  readonly size: number
  readonly hashes: readonly string[]
}

export const NO_LEAVES: Edge = { size: 0, hashes: [] }

/** How many complete subtrees so many leaves make: the ones among the digits of the number in base two. */
export function edgeLength(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}

/**
 * The edge of the tree with these leaves after the others.
 * @param onComplete is told of each subtree, of one leaf or more, that has become complete
 */
export function extended(edge: Edge, leaves: Iterable<string>, node: NodeHash, onComplete?: (subtree: Subtree, hash: string) => void): Edge {
  const hashes = [...edge.hashes]
  let { size } = edge
  for (const leaf of leaves) {
    let hash = leaf
    onComplete?.({ level: 0, index: size }, hash)
    let index = size
    for (let level = 1; index % 2 === 1; level += 1) {
      hash = node(hashes.pop() as string, hash)
      index = (index - 1) / 2
      onComplete?.({ level, index }, hash)
    }
    hashes.push(hash)
    size += 1
  }
  return { size, hashes }
}

/** The root of a tree with at least one leaf. @throws RangeError when the edge is none of a tree of its size */
export function rootOf({ size, hashes }: Edge, node: NodeHash): string {
  if (size < 1 || hashes.length !== edgeLength(size)) throw new RangeError(`${hashes.length} hashes are no edge of ${size} leaves`)
  return hashes.reduceRight((right, left) => node(left, right))
}

/** The largest power of two below a number of at least two. */
function splitOf(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

/** The parts of the tree whose hashes prove that a leaf stands in it, from the leaf up (RFC 9162 2.1.3.1). @throws RangeError when it doesn't */
export function inclusionSpans(index: number, size: number): readonly Span[] {
  if (!(Number.isInteger(index) && Number.isInteger(size) && index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  const spans: Span[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      spans.push({ from: middle, to })
      to = middle
    } else {
      spans.push({ from, to: middle })
      from = middle
    }
  }
  return spans.reverse()
}

/** The parts whose hashes prove that the tree begins with its first `first` leaves (RFC 9162 2.1.4.1). @throws RangeError unless 0 < first ≤ size */
export function consistencySpans(first: number, size: number): readonly Span[] {
  if (!(Number.isInteger(first) && Number.isInteger(size) && first >= 1 && first <= size))
    throw new RangeError(`a tree of ${size} begins with no tree of ${first}`)
  const spans: Span[] = []
  let [from, to] = [0, size]
  let known = true
  while (to !== first) {
    const middle = from + splitOf(to - from)
    if (first <= middle) {
      spans.push({ from: middle, to })
      to = middle
    } else {
      spans.push({ from, to: middle })
      from = middle
      known = false
    }
  }
  if (!known) spans.push({ from, to })
  return spans.reverse()
}

/** The complete subtrees that make a part of a tree, the leftmost first. */
export function subtreesOf({ from, to }: Span): readonly Subtree[] {
  const subtrees: Subtree[] = []
  for (let start = from; start < to; ) {
    let level = 0
    while (start % 2 ** (level + 1) === 0 && start + 2 ** (level + 1) <= to) level += 1
    subtrees.push({ level, index: start / 2 ** level })
    start += 2 ** level
  }
  return subtrees
}

/** The hash of a part of a tree from those of its complete subtrees. */
export const spanHash = (hashes: readonly string[], node: NodeHash): string => hashes.reduceRight((right, left) => node(left, right))

export interface InclusionProof {
  readonly leaf: string
  readonly index: number
  readonly size: number
  readonly path: readonly string[]
}

/** The root of the tree in which the leaf stands where the proof says; undefined when the path is too long or too short for it (RFC 9162 2.1.3.2). */
export function rootOfInclusion({ leaf, index, size, path }: InclusionProof, node: NodeHash): string | undefined {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return undefined
  let [at, last, hash] = [index, size - 1, leaf]
  for (const sibling of path) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      hash = node(sibling, hash)
      while (at % 2 === 0 && at !== 0) {
        at /= 2
        last = Math.floor(last / 2)
      }
    } else hash = node(hash, sibling)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? hash : undefined
}

export interface ConsistencyProof {
  readonly first: { readonly size: number; readonly root: string }
  readonly second: { readonly size: number; readonly root: string }
  readonly path: readonly string[]
}

/** Whether the second tree begins with all leaves of the first (RFC 9162 2.1.4.2). */
export function isConsistent({ first, second, path }: ConsistencyProof, node: NodeHash): boolean {
  if (!(Number.isSafeInteger(first.size) && Number.isSafeInteger(second.size) && first.size >= 1 && first.size <= second.size)) return false
  if (first.size === second.size) return path.length === 0 && first.root === second.root
  let [at, last] = [first.size - 1, second.size - 1]
  while (at % 2 === 1) {
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  // A first tree that is complete is itself where the proof begins.
  const hashes = at === 0 ? [first.root, ...path] : [...path]
  const begin = hashes.shift()
  if (begin === undefined) return false
  let [before, after] = [begin, begin]
  for (const sibling of hashes) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      before = node(sibling, before)
      after = node(sibling, after)
      while (at % 2 === 0 && at !== 0) {
        at /= 2
        last = Math.floor(last / 2)
      }
    } else after = node(after, sibling)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && before === first.root && after === second.root
}
