import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newSm2Pair, signSm2, verifySm2 } from '#platform/evidence/sm2.ts'

const MESSAGE = Buffer.from('message digest')
/** The example of GB/T 32918.5-2017 A.2: the key’s point, r and s. */
const EXAMPLE = {
  publicKey: Buffer.from(
    '3059301306072a8648ce3d020106082a811ccf5501822d03420004' +
      '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
      'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
    'hex',
  ),
  signature: Buffer.from(
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' + 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
    'hex',
  ),
}

describe('SM2', () => {
  test('finds the standard’s own example signed, and nothing that differs from it by one bit', () => {
    expect(verifySm2(EXAMPLE.publicKey, MESSAGE, EXAMPLE.signature)).toBe(true)
    for (let byte = 0; byte < 64; byte += 1) {
      const altered = Buffer.from(EXAMPLE.signature)
      altered[byte] = (altered[byte] as number) ^ 1
      expect(verifySm2(EXAMPLE.publicKey, MESSAGE, altered), `byte ${byte}`).toBe(false)
    }
    expect(verifySm2(EXAMPLE.publicKey, Buffer.from('message digesT'), EXAMPLE.signature)).toBe(false)
    for (const length of [0, 63, 65]) expect(verifySm2(EXAMPLE.publicKey, MESSAGE, Buffer.alloc(length))).toBe(false)
    expect(verifySm2(EXAMPLE.publicKey, MESSAGE, Buffer.alloc(64))).toBe(false)
  })

  test('checks what it signs, of whatever length r and s come out', () => {
    const { privateKey, publicKey } = newSm2Pair()
    const key = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })
    for (let n = 0; n < 200; n += 1) expect(verifySm2(publicKey, Buffer.from(`head ${n}`), signSm2(key, publicKey, Buffer.from(`head ${n}`)))).toBe(true)
  })

  test('signs with no key that would sign by another rule, and reads no key of another curve', () => {
    const fresh = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    const publicKey = fresh.publicKey.export({ format: 'der', type: 'spki' })
    expect(() => signSm2(fresh.privateKey, publicKey, MESSAGE)).toThrow('does not sign by SM2')
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' })
    expect(() => verifySm2(other, MESSAGE, EXAMPLE.signature)).toThrow('not a public key of SM2')
  })
})
