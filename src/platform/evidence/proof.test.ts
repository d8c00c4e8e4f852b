import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { extended, inclusionSpans, NO_LEAVES, rootOf } from '#kernel/merkle.ts'
import { headMessage } from '#platform/evidence/heads.ts'
import { leafHash } from '#platform/evidence/leaf.ts'
import { type InclusionProof, proofFault, readShortForm, shortForm } from '#platform/evidence/proof.ts'
import { openSigner, turnOver } from '#platform/evidence/signing.ts'
import { nodeHash } from '#platform/evidence/tree.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'yitang-proof-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
const signer = openSigner(dataDir)

const LEAVES = Array.from({ length: 21 }, (_, i) => leafHash('event', [String(i)]))
const rootOver = (leaves: readonly string[]): string => rootOf(extended(NO_LEAVES, leaves, nodeHash), nodeHash)

async function proofOf(index: number, size: number): Promise<InclusionProof> {
  const head = { prefecture: '2201', log: '6f0c3a1e-58a4-4c1e-9d5c-0d4f3f0a2b11', size, root: rootOver(LEAVES.slice(0, size)), at: '2026-02-13T01:00:00.000Z' }
  const { keyId, signature } = await signer.sign(headMessage(head))
  const path = inclusionSpans(index, size).map(({ from, to }) => rootOver(LEAVES.slice(from, to)))
  return { leaf: LEAVES[index] as string, index, path, head: { ...head, keyId, signature: signature.toString('base64') } }
}

describe('a proof', () => {
  test('holds for every leaf under a signed head', async () => {
    for (let index = 0; index < 21; index += 1) expect(proofFault(await proofOf(index, 21), signer.all())).toBeUndefined()
  })

  test('says what is wrong with it', async () => {
    const proof = await proofOf(7, 21)
    const { head } = proof
    const fault = (changed: Partial<InclusionProof>) => proofFault({ ...proof, ...changed }, signer.all())
    expect(fault({ leaf: LEAVES[8] as string })).toBe('not-in-tree')
    expect(fault({ index: 8 })).toBe('not-in-tree')
    expect(fault({ path: proof.path.slice(1) })).toBe('not-in-tree')
    expect(fault({ head: { ...head, at: '2026-02-13T01:00:00.001Z' } })).toBe('wrong-signature')
    expect(fault({ head: { ...head, prefecture: '2202' } })).toBe('wrong-signature')
    expect(fault({ head: { ...head, size: 22 } })).toBe('wrong-signature')
    expect(fault({ head: { ...head, keyId: '0'.repeat(16) } })).toBe('unknown-key')
  })

  test('holds after the key was turned over, and with the old key only as long as it is published', async () => {
    const proof = await proofOf(7, 21)
    const next = turnOver(dataDir)
    expect(proofFault(proof, signer.all())).toBeUndefined()
    expect(proofFault(proof, [next])).toBe('unknown-key')
    expect(proofFault(await proofOf(7, 21), [next])).toBeUndefined()
  })
})

describe('the short form of a proof', () => {
  test('is the proof without its path', async () => {
    const { path: _, ...short } = await proofOf(7, 21)
    expect(readShortForm(shortForm(short))).toEqual(short)
    expect(shortForm(short).length).toBeLessThan(250)
  })

  test('with a character changed is another or none', async () => {
    const { path: _, ...short } = await proofOf(7, 21)
    const text = shortForm(short)
    fc.assert(
      fc.property(fc.nat(text.length - 2), fc.constantFrom(...'ABCxyz019_-'), (at, character) => {
        fc.pre(text[at] !== character)
        expect(readShortForm(text.slice(0, at) + character + text.slice(at + 1))).not.toEqual(short)
      }),
    )
  })

  test('is nothing else', () => {
    fc.assert(fc.property(fc.string(), (text) => readShortForm(text) === undefined))
    expect(readShortForm('A'.repeat(300))).toBeUndefined()
  })
})
