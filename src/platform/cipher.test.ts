import { type CipherGCM, createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS, decrypted, encrypted } from '#platform/cipher.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('the runtime’s own SM4', () => {
  test('GB/T 32907-2016, appendix A.1', () => {
    const cipher = createCipheriv('sm4-ecb', hex('0123456789ABCDEFFEDCBA9876543210'), null).setAutoPadding(false)
    expect(cipher.update(hex('0123456789ABCDEFFEDCBA9876543210')).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246')
  })

  test('SM4-GCM as RFC 8998, appendix A.1', () => {
    const cipher = createCipheriv('sm4-gcm', hex('0123456789ABCDEFFEDCBA9876543210'), hex('00001234567800000000ABCD')) as CipherGCM
    cipher.setAAD(hex('FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2'))
    const plain = hex('AAAAAAAAAAAAAAAA BBBBBBBBBBBBBBBB CCCCCCCCCCCCCCCC DDDDDDDDDDDDDDDD EEEEEEEEEEEEEEEE FFFFFFFFFFFFFFFF EEEEEEEEEEEEEEEE AAAAAAAAAAAAAAAA')
    expect(cipher.update(plain).toString('hex')).toBe(
      '17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d',
    )
    cipher.final()
    expect(cipher.getAuthTag().toString('hex')).toBe('83de3541e4c2b58177e065a9bf7b62ec')
  })
})

describe.each(ALGORITHMS)('%s', (algorithm) => {
  const key = Buffer.alloc(32, 5)

  test('gives back what it was given', () => {
    for (const plain of ['', '张三', '220102199001010017', '字'.repeat(5_000)])
      expect(decrypted(algorithm, key, encrypted(algorithm, key, plain, 'case:1'), 'case:1').toString()).toBe(plain)
  })

  test('opens nothing that was altered, cut, put elsewhere or sealed with another key', () => {
    const value = encrypted(algorithm, key, '220102199001010017', 'case:1')
    for (let bit = 0; bit < value.length * 8; bit += 1) {
      const altered = Buffer.from(value)
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(() => decrypted(algorithm, key, altered, 'case:1')).toThrow()
    }
    expect(() => decrypted(algorithm, key, value.subarray(0, 20), 'case:1')).toThrow()
    expect(() => decrypted(algorithm, key, value, 'case:2')).toThrow()
    expect(() => decrypted(algorithm, Buffer.alloc(32, 6), value, 'case:1')).toThrow()
  })

  test('never the same twice', () => {
    expect(encrypted(algorithm, key, '张三', '').equals(encrypted(algorithm, key, '张三', ''))).toBe(false)
  })
})

test('what one algorithm sealed the other does not open', () => {
  const key = Buffer.alloc(32, 5)
  expect(() => decrypted('sm4-gcm', key, encrypted('aes-256-gcm', key, '张三', ''), '')).toThrow()
})
