import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  consistencySpans,
  type Edge,
  edgeLength,
  extended,
  inclusionSpans,
  isConsistent,
  NO_LEAVES,
  type NodeHash,
  rootOf,
  rootOfInclusion,
  type Span,
  type Subtree,
  subtreesOf,
} from '#kernel/merkle.ts'

const sha256 = (...parts: Uint8Array[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
const nodes = new Map<string, string>()
/** Every pair is hashed once: all proofs of all trees ask for the same ones. */
const node: NodeHash = (left, right) => {
  const known = nodes.get(left + right)
  if (known !== undefined) return known
  const made = sha256(Buffer.from([1]), Buffer.from(left, 'hex'), Buffer.from(right, 'hex'))
  nodes.set(left + right, made)
  return made
}
const leafOf = (data: Uint8Array): string => sha256(Buffer.from([0]), data)

/** MTH of RFC 9162 2.1.1 as it is written there: the definition that everything else is compared with. */
function treeHash(leaves: readonly string[]): string {
  if (leaves.length === 1) return leaves[0] as string
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return node(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)))
}

const SIZE = 200
const LEAVES = Array.from({ length: SIZE }, (_, i) => leafOf(Buffer.from(`leaf ${i}`)))
const ROOTS = LEAVES.map((_, i) => treeHash(LEAVES.slice(0, i + 1)))
const rootAt = (size: number): string => ROOTS[size - 1] as string
const hashOf = ({ from, to }: Span): string => treeHash(LEAVES.slice(from, to))
/** The digest with one bit of it turned over. */
const flipped = (digest: string, bit: number): string => {
  const bytes = Buffer.from(digest, 'hex')
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
  return bytes.toString('hex')
}
const sizes = fc.integer({ min: 1, max: SIZE })
const bits = fc.integer({ min: 0, max: 255 })

describe('a Merkle tree', () => {
  test('has the roots of the eight leaves that certificate transparency logs are tested with', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const leaves = inputs.map((hex) => leafOf(Buffer.from(hex, 'hex')))
    expect(rootOf(extended(NO_LEAVES, leaves.slice(0, 1), node), node)).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(rootOf(extended(NO_LEAVES, leaves.slice(0, 3), node), node)).toBe('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77')
    expect(rootOf(extended(NO_LEAVES, leaves, node), node)).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  })

  test('grows by its right edge, in any steps, to the root of its definition', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const [some, all] = [Math.min(a, b), Math.max(a, b)]
        const edge = extended(extended(NO_LEAVES, LEAVES.slice(0, some), node), LEAVES.slice(some, all), node)
        expect(edge).toEqual({ size: all, hashes: expect.objectContaining({ length: edgeLength(all) }) })
        expect(rootOf(edge, node)).toBe(rootAt(all))
      }),
    )
  })

  test('tells of each subtree once, when it is complete, with its hash', () => {
    const told = new Map<string, string>()
    const tell = ({ level, index }: Subtree, hash: string) => {
      expect(told.has(`${level} ${index}`)).toBe(false)
      told.set(`${level} ${index}`, hash)
    }
    extended(extended(NO_LEAVES, LEAVES.slice(0, 77), node, tell), LEAVES.slice(77), node, tell)
    let count = 0
    for (let level = 0; 2 ** level <= SIZE; level += 1) {
      for (let index = 0; (index + 1) * 2 ** level <= SIZE; index += 1) {
        expect(told.get(`${level} ${index}`)).toBe(hashOf({ from: index * 2 ** level, to: (index + 1) * 2 ** level }))
        count += 1
      }
    }
    expect(told.size).toBe(count)
  })

  test('takes no edge for one of another size', () => {
    const edge: Edge = extended(NO_LEAVES, LEAVES.slice(0, 6), node)
    expect(() => rootOf({ ...edge, size: 8 }, node)).toThrow(RangeError)
    expect(() => rootOf(NO_LEAVES, node)).toThrow(RangeError)
  })

  test('every part of it is made of complete subtrees', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        fc.pre(a !== b)
        const span = { from: Math.min(a, b), to: Math.max(a, b) }
        let next = span.from
        for (const { level, index } of subtreesOf(span)) {
          expect(index * 2 ** level).toBe(next)
          next += 2 ** level
        }
        expect(next).toBe(span.to)
      }),
    )
  })
})

describe('a proof of inclusion', () => {
  test('leads every leaf of every tree to its root', () => {
    for (let size = 1; size <= SIZE; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const path = inclusionSpans(index, size).map(hashOf)
        if (rootOfInclusion({ leaf: LEAVES[index] as string, index, size, path }, node) !== rootAt(size)) expect.fail(`leaf ${index} of ${size}`)
      }
    }
  })

  test('leads to another root, or to none, when any bit of it is another', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), bits, (size, n, which, bit) => {
        const index = n % size
        const proof = { leaf: LEAVES[index] as string, index, size, path: inclusionSpans(index, size).map(hashOf) }
        const root = (changed: Partial<typeof proof>) => rootOfInclusion({ ...proof, ...changed }, node)
        expect(root({ leaf: flipped(proof.leaf, bit) })).not.toBe(rootAt(size))
        if (size > 1) {
          const at = which % proof.path.length
          expect(root({ path: proof.path.with(at, flipped(proof.path[at] as string, bit)) })).not.toBe(rootAt(size))
          expect(root({ index: (index + 1 + (which % (size - 1))) % size })).not.toBe(rootAt(size))
        }
        expect(root({ path: [...proof.path, rootAt(size)] })).not.toBe(rootAt(size))
        expect(root({ path: proof.path.slice(1) })).not.toBe(size === 1 ? undefined : rootAt(size))
      }),
    )
  })

  test('is none for what is not in the tree', () => {
    expect(() => inclusionSpans(3, 3)).toThrow(RangeError)
    expect(rootOfInclusion({ leaf: LEAVES[0] as string, index: 3, size: 3, path: [] }, node)).toBeUndefined()
    expect(rootOfInclusion({ leaf: LEAVES[0] as string, index: 0.5, size: 3, path: [] }, node)).toBeUndefined()
  })
})

describe('a proof of consistency', () => {
  const proofOf = (first: number, second: number) => ({
    first: { size: first, root: rootAt(first) },
    second: { size: second, root: rootAt(second) },
    path: consistencySpans(first, second).map(hashOf),
  })

  test('holds for every tree and every tree that it begins with', () => {
    for (let second = 1; second <= SIZE; second += 1) {
      for (let first = 1; first <= second; first += 1) {
        if (!isConsistent(proofOf(first, second), node)) expect.fail(`${first} in ${second}`)
      }
    }
  })

  test('fails when any bit of it is another', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), bits, (a, b, which, bit) => {
        fc.pre(a !== b)
        const proof = proofOf(Math.min(a, b), Math.max(a, b))
        const { first, second, path } = proof
        const at = which % path.length
        expect(isConsistent({ ...proof, first: { ...first, root: flipped(first.root, bit) } }, node)).toBe(false)
        expect(isConsistent({ ...proof, second: { ...second, root: flipped(second.root, bit) } }, node)).toBe(false)
        expect(isConsistent({ ...proof, path: path.with(at, flipped(path[at] as string, bit)) }, node)).toBe(false)
        expect(isConsistent({ ...proof, path: path.toSpliced(at, 1) }, node)).toBe(false)
        expect(isConsistent({ ...proof, path: [...path, first.root] }, node)).toBe(false)
      }),
    )
  })

  test('fails for a tree in which one early leaf is another', () => {
    const forged = LEAVES.with(2, leafOf(Buffer.from('forged')))
    const hashIn = ({ from, to }: Span): string => treeHash(forged.slice(from, to))
    const second = { size: 9, root: treeHash(forged.slice(0, 9)) }
    expect(isConsistent({ first: { size: 5, root: rootAt(5) }, second, path: consistencySpans(5, 9).map(hashIn) }, node)).toBe(false)
  })
})
