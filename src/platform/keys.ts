import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Algorithm } from '#platform/cipher.ts'
import type { SealingKeys } from '#platform/sealed.ts'
import { type KeyRing, openVault, PURPOSES, type Purpose } from '#platform/vault.ts'

const base64Key = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32)

const purposeKeys = z.strictObject({ current: z.number().int().min(1), versions: z.record(z.string().regex(/^\d+$/), base64Key) })

const keyFile = z.strictObject({
  /** Sealed values directly, once: kept to open what they sealed. */
  current: z.string().min(1).optional(),
  keys: z.record(z.string().min(1), base64Key).optional(),
  indexKey: base64Key,
  partnerSecret: base64Key,
  purposes: z.record(z.enum(PURPOSES), purposeKeys).optional(),
})

export type KeyFile = z.output<typeof keyFile> & { readonly purposes: Readonly<Record<Purpose, z.output<typeof purposeKeys>>> }

export interface HeldKeys extends SealingKeys {
  /** Shared with the stand-ins; production gives each partner its own. */
  readonly partnerSecret: string
  /** Tells key files apart without telling the keys: kept in the database, so that a wrong file is noticed at start. */
  readonly fingerprint: string
}

const pathOf = (dataDir: string): string => join(dataDir, 'keys.json')
const key = (): string => randomBytes(32).toString('base64')

/** New keys of every kind. */
export const makeKeys = (): KeyFile => ({
  indexKey: key(),
  partnerSecret: key(),
  purposes: Object.fromEntries(PURPOSES.map((purpose) => [purpose, { current: 1, versions: { '1': key() } }])) as unknown as KeyFile['purposes'],
})

/**
 * The keys of this installation, in `<data folder>/keys.json` (owner only). The sandbox makes them on its first start;
 * production is given them. @throws Error when the file is not usable, or missing and not to be made.
 */
export function holdKeys(dataDir: string, mayMake: boolean, algorithm: Algorithm = 'aes-256-gcm'): HeldKeys {
  if (!existsSync(pathOf(dataDir))) {
    if (!mayMake) throw new Error(`the sealing keys are missing: put them at ${pathOf(dataDir)}`)
    mkdirSync(dataDir, { recursive: true })
    writeFirst(dataDir, makeKeys())
  }
  return heldKeys(() => readKeys(dataDir), algorithm)
}

/** @param read the keys as they stand, also when another process has turned them over meanwhile */
export function heldKeys(read: () => KeyFile, algorithm: Algorithm = 'aes-256-gcm'): HeldKeys {
  const { keys = {}, indexKey, partnerSecret } = read()
  return {
    vault: openVault(() => ringOf(read()), algorithm),
    algorithm,
    former: Object.fromEntries(Object.entries(keys).map(([id, text]) => [id, Buffer.from(text, 'base64')])),
    indexKey: Buffer.from(indexKey, 'base64'),
    partnerSecret,
    fingerprint: createHash('sha256').update(indexKey).digest('hex').slice(0, 16),
  }
}

const ringOf = ({ purposes }: KeyFile): KeyRing =>
  Object.fromEntries(
    PURPOSES.map((purpose) => {
      const { current, versions } = purposes[purpose]
      return [purpose, { current, versions: new Map(Object.entries(versions).map(([version, text]) => [Number(version), Buffer.from(text, 'base64')])) }]
    }),
  ) as unknown as KeyRing

/** @throws Error when the file is not usable. */
export function readKeys(dataDir: string): KeyFile {
  const parsed = keyFile.safeParse(JSON.parse(readFileSync(pathOf(dataDir), 'utf8')))
  if (!parsed.success)
    throw new Error(`the sealing keys at ${pathOf(dataDir)} are not usable: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`)
  const file = parsed.data
  const purposes = Object.fromEntries(PURPOSES.map((purpose) => [purpose, file.purposes?.[purpose] ?? derivedFrom(file, purpose)]))
  return { ...file, purposes: purposes as KeyFile['purposes'] }
}

/** A file from before the purposes had keys of their own: the first version follows from its key, the same in every process. */
function derivedFrom({ current, keys }: z.output<typeof keyFile>, purpose: Purpose): KeyFile['purposes'][Purpose] {
  const former = keys?.[current ?? '']
  if (former === undefined) throw new Error(`the sealing keys have none for ${purpose}`)
  const first = Buffer.from(hkdfSync('sha256', Buffer.from(former, 'base64'), '', `yitang ${purpose}`, 32))
  return { current: 1, versions: { '1': first.toString('base64') } }
}

/** Of two processes that start at once, the first makes the file. */
function writeFirst(dataDir: string, file: KeyFile): void {
  const temporary = writeTemporary(dataDir, file)
  try {
    linkSync(temporary, pathOf(dataDir))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(temporary)
  }
}

/** Replaces the file as a whole: a reader sees the old one or the new one. */
export const writeKeys = (dataDir: string, file: KeyFile): void => renameSync(writeTemporary(dataDir, file), pathOf(dataDir))

function writeTemporary(dataDir: string, file: KeyFile): string {
  const temporary = `${pathOf(dataDir)}.${process.pid}`
  writeFileSync(temporary, JSON.stringify(file, null, 2), { mode: 0o600 })
  return temporary
}

/** A new version of each purpose's key, used from now on; the ones before stay, to unwrap. */
export function turnedOver(file: KeyFile, purposes: readonly Purpose[] = PURPOSES): KeyFile {
  const turned = purposes.map((purpose) => {
    const { current, versions } = file.purposes[purpose]
    return [purpose, { current: current + 1, versions: { ...versions, [current + 1]: key() } }]
  })
  return { ...file, purposes: { ...file.purposes, ...(Object.fromEntries(turned) as Partial<KeyFile['purposes']>) } }
}

/** Without the versions that wrap nothing any more. */
export function retired(file: KeyFile, purpose: Purpose, before: number): KeyFile {
  const { current, versions } = file.purposes[purpose]
  const kept = Object.fromEntries(Object.entries(versions).filter(([version]) => Number(version) >= Math.min(before, current)))
  return { ...file, purposes: { ...file.purposes, [purpose]: { current, versions: kept } } }
}
