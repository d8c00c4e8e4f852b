import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { SealingKeys } from '#platform/sealed.ts'

const base64Key = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32)

const keyFile = z.strictObject({
  current: z.string().min(1),
  keys: z.record(z.string().min(1), base64Key),
  indexKey: base64Key,
  partnerSecret: base64Key,
})

export interface HeldKeys extends SealingKeys {
  /** Shared with the stand-ins; production gives each partner its own. */
  readonly partnerSecret: string
  /** Tells key files apart without telling the keys: kept in the database, so that a wrong file is noticed at start. */
  readonly fingerprint: string
}

/**
 * The keys of this installation, in `<data folder>/keys.json` (owner only). The sandbox makes them on its first start;
 * production is given them. @throws Error when the file is not usable, or missing and not to be made.
 */
export function holdKeys(dataDir: string, mayMake: boolean): HeldKeys {
  const path = join(dataDir, 'keys.json')
  if (!existsSync(path)) {
    if (!mayMake) throw new Error(`the sealing keys are missing: put them at ${path}`)
    mkdirSync(dataDir, { recursive: true })
    const made = { current: 'k1', keys: { k1: key() }, indexKey: key(), partnerSecret: key() }
    const temporary = `${path}.${process.pid}`
    writeFileSync(temporary, JSON.stringify(made, null, 2), { mode: 0o600 })
    renameSync(temporary, path)
  }
  const parsed = keyFile.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Error(`the sealing keys at ${path} are not usable: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`)
  const { current, keys, indexKey, partnerSecret } = parsed.data
  return {
    current,
    keys: Object.fromEntries(Object.entries(keys).map(([id, text]) => [id, Buffer.from(text, 'base64')])),
    indexKey: Buffer.from(indexKey, 'base64'),
    partnerSecret,
    fingerprint: createHash('sha256').update(indexKey).digest('hex').slice(0, 16),
  }
}

const key = (): string => randomBytes(32).toString('base64')
