import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sm3, sm3Node } from '#kernel/sm3.ts'

describe('SM3', () => {
  test('has the digests of the standard’s two examples', () => {
    expect(sm3(Buffer.from('abc'))).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
    expect(sm3(Buffer.from('abcd'.repeat(16)))).toBe('debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732')
  })

  test('is what the library makes of the same octets, at every length around a block', () => {
    for (let length = 0; length <= 200; length += 1) {
      const bytes = Buffer.alloc(length, length)
      expect(sm3(bytes)).toBe(hash('sm3', bytes))
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => sm3(bytes) === hash('sm3', bytes)))
  })

  test('joins two nodes of a tree behind an octet that no leaf begins with', () => {
    const [left, right] = ['ab'.repeat(32), '0f'.repeat(32)]
    expect(sm3Node(left, right)).toBe(hash('sm3', Buffer.from(`01${left}${right}`, 'hex')))
  })
})
