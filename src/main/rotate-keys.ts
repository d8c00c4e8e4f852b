/**
 * `npm run rotate-keys`: a new version of each key-encryption key, used from now on by every process over this data folder; then
 * everything that older ones wrapped is wrapped anew, while the product runs. With `--retire` the versions that wrap nothing any
 * more are taken out of the file. With `--evidence` it is instead the key that signs the evidence log which is turned over, from the
 * next head on; `--evidence=sm2` or `--evidence=ed25519` makes the new one of that algorithm.
 */
import { fileKeysSource } from '#attachment/store.ts'
import type { Instant } from '#kernel/time.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import { readClock } from '#platform/clock.ts'
import { openCommitter } from '#platform/commit.ts'
import { type Db, openDb } from '#platform/db.ts'
import { openSigner, type PublicKey, SIGNATURE_ALGORITHMS, type SignatureAlgorithm, turnOver } from '#platform/evidence/signing.ts'
import { holdKeys, readKeys, retired, turnedOver, writeKeys } from '#platform/keys.ts'
import { personKeysSource } from '#platform/person-keys.ts'
import { type KeysEvent, type RotationDeps, recordKeys, rewrapAll, staleCount, type WrappedSource } from '#platform/privacy/rotation.ts'
import { openSealer } from '#platform/sealed.ts'
import { PURPOSES, type Purpose } from '#platform/vault.ts'

export const wrappedSources: readonly WrappedSource[] = [personKeysSource, fileKeysSource]

/** A hidden field lives for minutes: the version before the newest is kept for those under way. */
const FORM_KEEPS = 1

const act = (at: Instant) => ({ at, actor: 'operator', actorRole: 'administrator', actorOrgan: null, onBehalfOf: null, requestId: 'rotate-keys' })

const versionsIn = (dataDir: string): Record<Purpose, number> =>
  Object.fromEntries(PURPOSES.map((purpose) => [purpose, readKeys(dataDir).purposes[purpose].current])) as Record<Purpose, number>

function depsOf(db: Db, dataDir: string): RotationDeps {
  const keys = holdKeys(dataDir, false)
  return { db, committer: openCommitter(db), sealer: openSealer(keys), vault: keys.vault, sources: wrappedSources }
}

/** @returns how many keys were wrapped anew; whatever is wrapped with the old version meanwhile is found by every process's sweep. */
export async function rotateKeys(db: Db, dataDir: string, at: Instant): Promise<number> {
  writeKeys(dataDir, turnedOver(readKeys(dataDir)))
  const versions = versionsIn(dataDir)
  const deps = depsOf(db, dataDir)
  const record = (event: KeysEvent) => recordKeys(deps, event, at, act(at))
  await record({ type: 'KeysTurnedOver', versions })
  let rows = 0
  for (let more = -1; more !== 0; rows += more) more = await rewrapAll(deps)
  await record({ type: 'KeysRewrapped', versions, rows })
  return rows
}

/** @throws Error while anything is still wrapped with an older version. */
export async function retireKeys(db: Db, dataDir: string, at: Instant): Promise<void> {
  const deps = depsOf(db, dataDir)
  if ((await staleCount(deps)) > 0) throw new Error('Some data keys are still wrapped with an older version. Run `npm run rotate-keys` again, then retire.')
  const versions = versionsIn(dataDir)
  writeKeys(
    dataDir,
    PURPOSES.reduce((file, purpose) => retired(file, purpose, purpose === 'form' ? versions.form - FORM_KEEPS : versions[purpose]), readKeys(dataDir)),
  )
  await recordKeys(deps, { type: 'KeysRetired', versions }, at, act(at))
}

/** A new key signs the heads of the evidence log from now on, in every process over this data folder. */
export async function turnOverEvidenceKey(db: Db, dataDir: string, at: Instant, algorithm?: SignatureAlgorithm): Promise<PublicKey> {
  const former = openSigner(dataDir).current()
  const key = turnOver(dataDir, algorithm)
  const event: KeysEvent = { type: 'EvidenceKeyTurnedOver', from: former.id, to: key.id, algorithm: key.algorithm, publicKey: key.publicKey }
  await recordKeys({ db, committer: openCommitter(db) }, event, at, act(at))
  return key
}

/** `--evidence` alone keeps the algorithm. @throws Error for one that is not known */
function algorithmIn(given: readonly string[]): SignatureAlgorithm | 'same' | undefined {
  const asked = given.find((one) => one === '--evidence' || one.startsWith('--evidence='))
  if (asked === undefined) return undefined
  const name = asked.slice('--evidence='.length)
  if (asked === '--evidence') return 'same'
  const found = SIGNATURE_ALGORITHMS.find((one) => one === name)
  if (found === undefined) throw new Error(`--evidence=${name}: one of ${SIGNATURE_ALGORITHMS.join(', ')}.`)
  return found
}

if (import.meta.main) {
  const algorithm = algorithmIn(process.argv.slice(2))
  const dataDir = process.env.YITANG_DATA ?? 'data'
  const db = openDb({ url: process.env.DATABASE_URL ?? '', connectionsMax: 2, onLost: () => undefined, otherwise: SYSTEM })
  try {
    await actingAs(SYSTEM, async () => {
      const at = await readClock(db)
      if (algorithm !== undefined) {
        const key = await turnOverEvidenceKey(db, dataDir, at, algorithm === 'same' ? undefined : algorithm)
        process.stdout.write(`The evidence log is signed by the ${key.algorithm} key ${key.id} from the next head on.\n`)
      } else if (process.argv.includes('--retire')) {
        await retireKeys(db, dataDir, at)
        process.stdout.write('The versions that wrap nothing any more are gone from the key file.\n')
      } else process.stdout.write(`Every key has a new version, and ${await rotateKeys(db, dataDir, at)} data keys are wrapped with it.\n`)
    })
  } finally {
    await db.end()
  }
}
