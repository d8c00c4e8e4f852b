import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** `sm2` (GB/T 32918 with SM3) is for keys that a hardware module holds; what this installation makes for itself is Ed25519 (RFC 8032). */
export type SignatureAlgorithm = 'ed25519' | 'sm2'

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

/** @throws Error for an algorithm that needs its module's own library */
export function isSignedBy({ algorithm, publicKey }: PublicKey, message: string, signature: Buffer): boolean {
  if (algorithm !== 'ed25519') throw new Error(`signatures of ${algorithm} are checked with the tools of whoever issued the key`)
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
  keys: z.array(z.strictObject({ id: z.string(), algorithm: z.literal('ed25519'), publicKey: z.base64(), privateKey: z.string() })).min(1),
})
type KeyFile = z.output<typeof keyFile>

const pathOf = (dataDir: string): string => join(dataDir, 'evidence-keys.json')

function newKey(): KeyFile['keys'][number] {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  return { id: idOf(publicKey), algorithm: 'ed25519', publicKey, privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') }
}

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
function makeFirst(dataDir: string): void {
  const key = newKey()
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
 * The key of the evidence log, in `<data folder>/evidence-keys.json` (owner only); made on the first start.
 * The file is read again for each head, so that a key that was turned over signs from the next one on.
 */
export function openSigner(dataDir: string): HeadSigner {
  if (!existsSync(pathOf(dataDir))) makeFirst(dataDir)
  const asPublic = ({ id, algorithm, publicKey }: KeyFile['keys'][number]): PublicKey => ({ id, algorithm, publicKey })
  const currentOf = ({ current, keys: all }: KeyFile) => all.find(({ id }) => id === current) as KeyFile['keys'][number]
  return {
    current: () => asPublic(currentOf(read(dataDir))),
    all: () => read(dataDir).keys.map(asPublic),
    async sign(message) {
      const { id, privateKey } = currentOf(read(dataDir))
      const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' })
      return { keyId: id, signature: sign(null, Buffer.from(message), key) }
    },
  }
}

/** A new key signs from now on. The ones before lose their private half, which nothing needs any more. */
export function turnOver(dataDir: string): PublicKey {
  const file = read(dataDir)
  const key = newKey()
  const before = file.keys.map((one) => ({ ...one, privateKey: '' }))
  renameSync(temporary(dataDir, { current: key.id, keys: [...before, key] }), pathOf(dataDir))
  return { id: key.id, algorithm: key.algorithm, publicKey: key.publicKey }
}
