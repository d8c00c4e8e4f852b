/** What stands between two heads, judged: pure. Whatever is broken here, the next head begins anew. */
import { type Edge, extended, type NodeHash, rootOf } from '#kernel/merkle.ts'
import type { Finding } from '#platform/evidence/verify/findings.ts'
import type { Entry, Unlogged } from '#platform/evidence/verify/rows.ts'

export interface Between {
  readonly prefecture: string
  /** The tree under the head before. */
  readonly edge: Edge
  /** The size and root that the head says. */
  readonly head: { readonly size: number; readonly root: string }
  /** What the log has there, by index. */
  readonly entries: readonly Entry[]
  /** Rows of the prefecture that stand in no log, in their order: leaves that are gone may be theirs. */
  readonly unlogged: readonly Unlogged[]
}

export interface Judged {
  readonly proved: number
  readonly findings: readonly Finding[]
}

/** Which comparisons are made: all of them, but in tests that see what each is for. */
export interface Comparing {
  readonly rows: boolean
  readonly roots: boolean
}

const ALL: Comparing = { rows: true, roots: true }

/** So many leaves whose log and row differ are tried in every combination. */
const TRIED_MAX = 8

export function judgeBetween(between: Between, node: NodeHash, comparing: Comparing = ALL): Judged {
  const { prefecture, edge, head, entries } = between
  const gaps = gapsOf(edge.size, head.size, entries)
  if (gaps.length > 0) return judgeGaps(between, gaps, node, comparing)
  const isRoot = (leaves: readonly string[]): boolean => !comparing.roots || rootOf(extended(edge, leaves, node), node) === head.root
  if (isRoot(entries.map(({ stored }) => stored))) {
    const findings = comparing.rows ? entries.filter((entry) => !isWhole(entry)).map((entry) => rowFinding(prefecture, entry)) : []
    return { proved: entries.length - findings.length, findings }
  }
  return judgeBroken(between, isRoot)
}

const named = (prefecture: string, { kind, stream, seq, index }: Entry) => ({ prefecture, kind, stream, seq, index })

/** The row is what the log says, and so is the leaf in its own column. */
const isWhole = ({ row, stored, owned }: Entry): boolean => row === stored && owned

/** The log is right and the row isn't. */
const rowFinding = (prefecture: string, entry: Entry): Finding => ({ what: entry.row === undefined ? 'removed' : 'altered', ...named(prefecture, entry) })

type IsRoot = (leaves: readonly string[]) => boolean

/**
 * The leaves as the log has them don't make the root: what change of them does? First the likeliest: that the log is wrong wherever the
 * row and the leaf in its own column agree against it.
 */
function judgeBroken({ prefecture, edge, head, entries }: Between, isRoot: IsRoot): Judged {
  const likely = (entry: Entry): string => (entry.owned ? (entry.row as string) : entry.stored)
  const differing = entries.flatMap((entry, at) => (entry.row !== undefined && entry.row !== entry.stored ? [at] : []))
  const owned = differing.filter((at) => (entries[at] as Entry).owned)
  const genuine = [new Set(owned), ...combinations(differing)].find((rows) =>
    isRoot(entries.map((entry, at) => (rows.has(at) ? (entry.row as string) : entry.stored))),
  )
  if (genuine !== undefined) {
    const findings = entries.flatMap((entry, at): Finding[] => {
      if (genuine.has(at)) return [{ what: 'leaf-altered', ...named(prefecture, entry) }]
      return isWhole(entry) ? [] : [rowFinding(prefecture, entry)]
    })
    return { proved: entries.length - findings.length, findings }
  }
  const sorted = entries.toSorted(inSealingOrder)
  for (const leafOf of [(entry: Entry) => entry.stored, likely]) {
    if (!isRoot(sorted.map(leafOf))) continue
    const moved = entries.filter((entry, at) => sorted[at] !== entry)
    const others = entries.filter((entry) => entry.row !== leafOf(entry) && !moved.includes(entry))
    const findings = [
      ...moved.map((entry): Finding => ({ what: 'reordered', ...named(prefecture, entry) })),
      ...others.map((one) => rowFinding(prefecture, one)),
    ]
    return { proved: entries.length - findings.length, findings }
  }
  const range: Finding = { what: 'rewritten', prefecture, index: edge.size, to: head.size }
  return { proved: 0, findings: [range, ...entries.filter((entry) => !isWhole(entry)).map((entry) => rowFinding(prefecture, entry))] }
}

/** Every set of these, or only all and single ones when there are too many: for which of them the row is right, and the log isn't. */
function combinations(of: readonly number[]): readonly ReadonlySet<number>[] {
  if (of.length === 0) return []
  if (of.length > TRIED_MAX) return [new Set(of), ...of.map((one) => new Set([one]))]
  return Array.from({ length: 2 ** of.length - 1 }, (_, bits) => new Set(of.filter((_one, i) => ((bits + 1) >> i) & 1)))
}

/** As the sealer takes what waits: by kind, stream and seq. */
function inSealingOrder(a: Pick<Entry, 'kind' | 'stream' | 'seq'>, b: Pick<Entry, 'kind' | 'stream' | 'seq'>): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1
  return a.seq - b.seq
}

interface Gap {
  readonly from: number
  readonly to: number
}

function gapsOf(from: number, to: number, entries: readonly Entry[]): readonly Gap[] {
  const gaps: Gap[] = []
  let next = from
  for (const { index } of entries) {
    if (index > next) gaps.push({ from: next, to: index })
    next = index + 1
  }
  if (next < to) gaps.push({ from: next, to })
  return gaps
}

/** Leaves are gone from the log. When their rows are still there, they make the root again, and are named. */
function judgeGaps(between: Between, gaps: readonly Gap[], node: NodeHash, comparing: Comparing): Judged {
  const { prefecture, entries } = between
  const filled = fillings(between, gaps)
  if (filled !== undefined) {
    const all = [...entries, ...filled].sort((a, b) => a.index - b.index)
    const judged = judgeBetween({ ...between, entries: all }, node, comparing)
    if (!judged.findings.some(({ what }) => what === 'rewritten')) {
      const gone = filled.map((entry): Finding => ({ what: 'leaf-removed', ...named(prefecture, entry) }))
      return { proved: judged.proved - gone.length, findings: [...gone, ...judged.findings] }
    }
  }
  const gone = gaps.map(({ from, to }): Finding => ({ what: 'leaf-removed', prefecture, index: from, to }))
  return { proved: 0, findings: [...gone, ...entries.filter((entry) => !isWhole(entry)).map((entry) => rowFinding(prefecture, entry))] }
}

/** For each gap the rows that would stand there in the order of sealing, if they are just as many. */
function fillings({ entries, unlogged }: Between, gaps: readonly Gap[]): readonly Entry[] | undefined {
  const filled: Entry[] = []
  for (const { from, to } of gaps) {
    const before = entries.findLast(({ index }) => index < from)
    const after = entries.find(({ index }) => index >= to)
    if (before === undefined && after === undefined) return undefined
    const fitting = unlogged.filter(
      (row) => (before === undefined || inSealingOrder(before, row) < 0) && (after === undefined || inSealingOrder(row, after) < 0),
    )
    const taken = before === undefined ? fitting.slice(-(to - from)) : fitting.slice(0, to - from)
    if (taken.length !== to - from) return undefined
    filled.push(...taken.map(({ kind, stream, seq, leaf }, i) => ({ index: from + i, kind, stream, seq, stored: leaf, row: leaf, owned: true })))
  }
  return filled
}
