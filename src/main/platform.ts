import { readdirSync } from 'node:fs'
import type { Service } from '#catalogue/model.ts'
import { type OpenedGateways, openGateways } from '#main/payment.ts'
import type { Places } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { type Clock, machineClock, openSandboxClock, type SandboxClock } from '#platform/clock.ts'
import { type Committer, type Followers, openCommitter } from '#platform/commit.ts'
import type { Config } from '#platform/config.ts'
import { type Db, openDb } from '#platform/db.ts'
import { openPublisher, type Publisher, publishedFolder } from '#platform/evidence/published.ts'
import { type HeadSigner, openSigner } from '#platform/evidence/signing.ts'
import { holdKeys } from '#platform/keys.ts'
import { type Log, openLog } from '#platform/log.ts'
import { type Metrics, openMetrics } from '#platform/metrics.ts'
import { demandHumbleLogin } from '#platform/roles.ts'
import { openSealer, type Sealer } from '#platform/sealed.ts'
import type { KeyVault } from '#platform/vault.ts'
import type { Measure } from '#supervision/model.ts'

const CONNECTIONS_MAX = 20

/** What everything stands on. */
export interface Platform {
  readonly config: Config
  readonly log: Log
  readonly metrics: Metrics
  readonly db: Db
  readonly clock: Clock & Partial<Pick<SandboxClock, 'refresh'>>
  readonly sandboxClock: SandboxClock | undefined
  readonly sealer: Sealer
  readonly vault: KeyVault
  readonly partnerSecret: string
  readonly places: Places
  readonly services: ReadonlyMap<string, Service>
  readonly measures: readonly Measure[]
  readonly committer: Committer
  readonly followers: { current: Followers }
  /** Who signs the heads of the evidence log, and where they are published. */
  readonly evidence: { readonly signer: HeadSigner; readonly publisher: Publisher }
  /** Where each partner listens: configured, or where its stand-in came up. */
  readonly partnerUrls: { courier: string; cardLine: string; identity: string; wechatPay: string; alipay: string }
  /** Fees are paid through these, and in the sandbox at their doubles. */
  readonly payment: OpenedGateways
  /** Where browsers reach us: configured, or where we came to listen. */
  readonly served: { url: string }
}

export async function openPlatform(config: Config): Promise<Platform> {
  const log = openLog(config.logLevel)
  const metrics = openMetrics()
  const db = openDb({ url: config.databaseUrl, connectionsMax: CONNECTIONS_MAX, onLost: (err) => log.warn({ err }, 'a connection was lost') })
  await demandHumbleLogin(db.run)
  const keys = holdKeys(config.dataDir, config.sandbox, config.cipher)
  await demandSameKeys(db, keys.fingerprint)
  const sandboxClock = config.sandbox ? await openSandboxClock(db, config.startAt) : undefined
  const followers: { current: Followers } = { current: { subscriptions: [], projectors: [] } }
  const clock = sandboxClock ?? machineClock
  const partnerUrls = { courier: config.courierUrl ?? '', cardLine: config.cardLineUrl ?? '', identity: config.identity.url ?? '', wechatPay: '', alipay: '' }
  const served = { url: config.publicUrl ?? '' }
  const payment = await openGateways({
    ...{ file: config.paymentFile, dataDir: config.dataDir, sandbox: config.sandbox, now: clock.now },
    urls: { wechatPay: () => partnerUrls.wechatPay, alipay: () => partnerUrls.alipay, ours: () => served.url },
  })
  return {
    config,
    log,
    metrics,
    db,
    sandboxClock,
    clock,
    payment,
    sealer: openSealer(keys),
    vault: keys.vault,
    partnerSecret: keys.partnerSecret,
    places: loadPlaces(),
    services: await servicesDeclared(),
    measures: await scan<Measure>('measures'),
    committer: openCommitter(db, () => followers.current),
    followers,
    evidence: { signer: openSigner(config.dataDir, config.evidenceSignature), publisher: openPublisher(publishedFolder(config.dataDir)) },
    partnerUrls,
    served,
  }
}

/** @throws Error when the database was sealed with other keys: whatever is written then, nobody could find or open again. */
async function demandSameKeys(db: Db, fingerprint: string): Promise<void> {
  const { rows } = await db.run<{ value: string }>({
    text: `with made as (
        insert into settings (prefecture, name, value, changed_at, changed_by) values ('2200', 'platform.keys', $1, $2, 'system:start')
        on conflict do nothing returning value)
      select value from made union all select value from settings where prefecture = '2200' and name = 'platform.keys' limit 1`,
    values: [fingerprint, new Date()],
  })
  if (rows[0] !== undefined && rows[0].value !== fingerprint)
    throw new Error('The keys in the data folder are not those that this database was sealed with. Set YITANG_DATA to the folder that has them.')
}

export const servicesDeclared = async (): Promise<ReadonlyMap<string, Service>> =>
  new Map((await scan<Service>('services')).map((service) => [service.id, service]))

/** Every declaration in `services/` or `measures/`: adding one edits no other file but its measure. */
async function scan<T>(name: 'services' | 'measures'): Promise<readonly T[]> {
  const folder = new URL(`../${name}/`, import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  return Promise.all(files.toSorted().map(async (file) => ((await import(new URL(file, folder).href)) as { default: T }).default))
}
