/**
 * SM2 signatures over SM3 (GB/T 32918.2-2016) with what comes with Node.js. OpenSSL signs by SM2 only with keys that were read from
 * their encoding: the pair that it has just generated would sign by ECDSA on the same curve, which no SM2 verifier accepts. And it
 * leaves out the signer's identity, so that Z (GB/T 32918.2 5.5) goes before the message here.
 */
import { createHash, createPublicKey, createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** SubjectPublicKeyInfo of an uncompressed point on the curve of GB/T 32918.5, before the point's 64 bytes. */
const SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200' + '04', 'hex')
/** a, b, Gx and Gy of the curve (GB/T 32918.5). */
const CURVE = Buffer.from(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  'hex',
)
/** The identity of a signer who has named none (GB/T 35276), after its length in bits. */
const SIGNER = Buffer.concat([Buffer.from([0, 128]), Buffer.from('1234567812345678')])
const HALF = 32

/** @throws Error for a key of another curve or form */
function pointOf(publicKey: Buffer): Buffer {
  if (publicKey.length !== SPKI_PREFIX.length + 2 * HALF || !publicKey.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX))
    throw new Error('not a public key of SM2')
  return publicKey.subarray(SPKI_PREFIX.length)
}

const identityOf = (publicKey: Buffer): Buffer => createHash('sm3').update(SIGNER).update(CURVE).update(pointOf(publicKey)).digest()

/** Both halves as DER: PKCS #8 and SubjectPublicKeyInfo. */
export function newSm2Pair(): { readonly privateKey: Buffer; readonly publicKey: Buffer } {
  return generateKeyPairSync('ec', {
    namedCurve: 'SM2',
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  })
}

/** @param privateKey read from its encoding. @returns r and s, 32 bytes each */
export function signSm2(privateKey: KeyObject, publicKey: Buffer, message: Buffer): Buffer {
  const signature = fromDer(createSign('sm3').update(identityOf(publicKey)).update(message).sign(privateKey))
  // Whatever OpenSSL becomes: no head leaves that nobody could check.
  if (!verifySm2(publicKey, message, signature)) throw new Error('this Node.js does not sign by SM2')
  return signature
}

export function verifySm2(publicKey: Buffer, message: Buffer, signature: Buffer): boolean {
  if (signature.length !== 2 * HALF) return false
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  return createVerify('sm3').update(identityOf(publicKey)).update(message).verify(key, toDer(signature))
}

/** SEQUENCE of two INTEGERs, none longer than 33 bytes: every length stands in one byte. */
function toDer(signature: Buffer): Buffer {
  const numbers = [signature.subarray(0, HALF), signature.subarray(HALF)].map((half) => {
    const from = half.findIndex((byte) => byte !== 0)
    const digits = from < 0 ? Buffer.alloc(1) : half.subarray(from)
    const positive = (digits[0] as number) > 127 ? Buffer.concat([Buffer.alloc(1), digits]) : digits
    return Buffer.concat([Buffer.from([2, positive.length]), positive])
  })
  const body = Buffer.concat(numbers)
  return Buffer.concat([Buffer.from([48, body.length]), body])
}

function fromDer(der: Buffer): Buffer {
  const out = Buffer.alloc(2 * HALF)
  let at = 2
  for (const end of [HALF, 2 * HALF]) {
    const length = der[at + 1] as number
    const digits = der.subarray(at + 2, at + 2 + length).subarray(length > HALF ? length - HALF : 0)
    digits.copy(out, end - digits.length)
    at += 2 + length
  }
  return out
}
