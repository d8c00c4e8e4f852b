import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { newSm2Pair, signSm2, verifySm2 } from '#platform/evidence/sm2.ts'

/** Ed25519 (RFC 8032), or SM2 with SM3 (GB/T 32918.2, GB/T 35276) where the law on cryptography asks for it. */
export const SIGNATURE_ALGORITHMS = ['ed25519', 'sm2'] as const
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number]

/** What everybody may know of a key. */
export interface PublicKey {
  /** The first sixteen hexadecimal digits of SHA-256 over the key. */
  readonly id: string
  readonly algorithm: SignatureAlgorithm
  /** SubjectPublicKeyInfo (RFC 5280), DER, base64. */
  readonly publicKey: string
}

/** Signs heads. A hardware module takes its place with the same three. */
export interface HeadSigner {
  /** The key that signs now. */
  readonly current: () => PublicKey
  /** All keys that ever signed, the latest last: what was signed with an old one stays proved. */
  readonly all: () => readonly PublicKey[]
  readonly sign: (message: string) => Promise<Signed>
}

export interface Signed {
  readonly keyId: string
  readonly signature: Buffer
}

/** Both kinds of signature have 64 bytes: SM2's is r and s. */
export function isSignedBy({ algorithm, publicKey }: PublicKey, message: string, signature: Buffer): boolean {
  if (algorithm === 'sm2') return verifySm2(Buffer.from(publicKey, 'base64'), Buffer.from(message), signature)
  return verify(null, Buffer.from(message), keyOf(publicKey), signature)
}

const keys = new Map<string, KeyObject>()

function keyOf(publicKey: string): KeyObject {
  const known = keys.get(publicKey)
  if (known !== undefined) return known
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  keys.set(publicKey, key)
  return key
}

const idOf = (publicKey: string): string => createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16)

const keyFile = z.strictObject({
  current: z.string(),
  keys: z.array(z.strictObject({ id: z.string(), algorithm: z.enum(SIGNATURE_ALGORITHMS), publicKey: z.base64(), privateKey: z.string() })).min(1),
})
type KeyFile = z.output<typeof keyFile>

const pathOf = (dataDir: string): string => join(dataDir, 'evidence-keys.json')

function newKey(algorithm: SignatureAlgorithm): KeyFile['keys'][number] {
  const pair = algorithm === 'sm2' ? newSm2Pair() : newEd25519Pair()
  const publicKey = pair.publicKey.toString('base64')
  return { id: idOf(publicKey), algorithm, publicKey, privateKey: pair.privateKey.toString('base64') }
}

const newEd25519Pair = () =>
  generateKeyPairSync('ed25519', { publicKeyEncoding: { format: 'der', type: 'spki' }, privateKeyEncoding: { format: 'der', type: 'pkcs8' } })

function read(dataDir: string): KeyFile {
  const parsed = keyFile.safeParse(JSON.parse(readFileSync(pathOf(dataDir), 'utf8')))
  if (!parsed.success || !parsed.data.keys.some(({ id }) => id === parsed.data.current))
    throw new Error(`the keys of the evidence log at ${pathOf(dataDir)} are not usable`)
  return parsed.data
}

function temporary(dataDir: string, file: KeyFile): string {
  mkdirSync(dataDir, { recursive: true })
  const path = `${pathOf(dataDir)}.${process.pid}`
  writeFileSync(path, JSON.stringify(file, null, 2), { mode: 0o600 })
  return path
}

/** Of two processes that start at once, the first makes the file. */
function makeFirst(dataDir: string, algorithm: SignatureAlgorithm): void {
  const key = newKey(algorithm)
  const path = temporary(dataDir, { current: key.id, keys: [key] })
  try {
    linkSync(path, pathOf(dataDir))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(path)
  }
}

/**
 * The key of the evidence log, in `<data folder>/evidence-keys.json` (owner only); made on the first start, of the algorithm given:
 * later only turning it over makes it another. The file is read again for each head, so that a key that was turned over signs from
 * the next one on.
 */
export function openSigner(dataDir: string, first: SignatureAlgorithm = 'ed25519'): HeadSigner {
  if (!existsSync(pathOf(dataDir))) makeFirst(dataDir, first)
  const asPublic = ({ id, algorithm, publicKey }: KeyFile['keys'][number]): PublicKey => ({ id, algorithm, publicKey })
  const currentOf = ({ current, keys: all }: KeyFile) => all.find(({ id }) => id === current) as KeyFile['keys'][number]
  return {
    current: () => asPublic(currentOf(read(dataDir))),
    all: () => read(dataDir).keys.map(asPublic),
    async sign(message) {
      const { id, algorithm, publicKey, privateKey } = currentOf(read(dataDir))
      const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' })
      const bytes = Buffer.from(message)
      return { keyId: id, signature: algorithm === 'sm2' ? signSm2(key, Buffer.from(publicKey, 'base64'), bytes) : sign(null, bytes, key) }
    },
  }
}

/** A new key signs from now on, of the same algorithm unless another is given. The ones before lose their private half, which nothing needs any more. */
export function turnOver(dataDir: string, given?: SignatureAlgorithm): PublicKey {
  const file = read(dataDir)
  const key = newKey(given ?? (file.keys.find(({ id }) => id === file.current) as KeyFile['keys'][number]).algorithm)
  const before = file.keys.map((one) => ({ ...one, privateKey: '' }))
  renameSync(temporary(dataDir, { current: key.id, keys: [...before, key] }), pathOf(dataDir))
  return { id: key.id, algorithm: key.algorithm, publicKey: key.publicKey }
}
